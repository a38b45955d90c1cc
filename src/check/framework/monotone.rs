//! What a framework states of monotonicity, held against its rules.

use std::collections::BTreeSet;

use crate::check::monotone::{Follower, Pair, Verdict, ordered_names};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::Span;
use crate::framework::{Decision, Framework, Towards};
use crate::name::{Name, nearest};

/// What is stated and does not hold; and, if everything is asked, what is found of every name with a better end
/// that the result hangs on.
pub(super) fn monotone(compiled: &Compiled, all: bool) -> Vec<Diagnostic> {
    let framework = compiled.framework();
    let mut follower = Follower::new(compiled);
    let mut found = Vec::new();
    let mut stated: BTreeSet<(&str, &str)> = BTreeSet::new();
    for statement in framework.monotone() {
        let decision = match &statement.decision {
            Some((name, span)) => match framework.decision(name.as_str()) {
                Some(decision) => decision,
                None => {
                    let near = nearest(name.as_str(), framework.decisions.iter().map(|known| known.name.as_str()));
                    let diagnostic = Diagnostic::error(Code::UnknownName, format!("there is no decision `{name}`"));
                    found.push(diagnostic.at(span).did_you_mean(near));
                    continue;
                }
            },
            None => match framework.result_decision() {
                Some(decision) => decision,
                None => {
                    let message = format!("`{}` has no result that could be lowered", framework.id);
                    let diagnostic = Diagnostic::error(Code::MissingKey, message).at(&statement.span);
                    found.push(diagnostic.help("name the `decision`"));
                    continue;
                }
            },
        };
        for (name, towards, span) in &statement.names {
            stated.insert((decision.name.as_str(), name.as_str()));
            if !is_known(framework, name) {
                let known = crate::framework::names::everything(framework).map(|(known, _)| known);
                let diagnostic = Diagnostic::error(Code::UnknownName, format!("`{name}` is unknown here")).at(span);
                found.push(diagnostic.did_you_mean(nearest(name.as_str(), known)));
                continue;
            }
            let verdict = follower.follow(decision, name, *towards, statement.only_where.as_ref());
            found.extend(held(decision, name, *towards, verdict, statement.fails_because.as_deref(), span, all));
        }
    }
    if all && let Some(result) = framework.result_decision() {
        for name in ordered_names(compiled, result) {
            if !stated.contains(&(result.name.as_str(), name.as_str())) {
                let verdict = follower.follow(result, &name, Towards::Better, None);
                found.push(asked(result, &name, verdict));
            }
        }
    }
    found
}

fn is_known(framework: &Framework, name: &Name) -> bool {
    crate::framework::names::everything(framework).any(|(known, _)| *name == *known)
}

/// What is to be said of a statement.
fn held(
    decision: &Decision,
    name: &Name,
    towards: Towards,
    verdict: Verdict,
    fails_because: Option<&str>,
    span: &Span,
    all: bool,
) -> Option<Diagnostic> {
    let gets = match towards {
        Towards::Better => "gets better",
        Towards::More => "gets more",
        Towards::Less => "gets less",
    };
    match (verdict, fails_because) {
        (Verdict::Holds, None) => all.then(|| {
            let message = format!("proved: `{}` is never lowered when `{name}` {gets}", decision.name);
            Diagnostic::new(Severity::Note, Code::Monotone, message).at(span).about(name.as_str())
        }),
        (Verdict::Fails(pair), Some(why)) => all.then(|| {
            let message = format!("stated and so: `{}` can be lowered when `{name}` {gets}", decision.name);
            let diagnostic = Diagnostic::new(Severity::Note, Code::Monotone, message).at(span).about(name.as_str());
            told(diagnostic, &pair).remark(why)
        }),
        (Verdict::Fails(pair), None) => {
            let message =
                format!("`{}` is lowered when `{name}` {gets}, and the framework states that it is not", decision.name);
            let diagnostic = Diagnostic::error(Code::NotMonotone, message).at(span).about(name.as_str());
            let help = "mend the rules; or, if the source has it so, state it under `[[not-monotone]]` and say why";
            Some(told(diagnostic, &pair).help(help))
        }
        (Verdict::Holds, Some(_)) => {
            let message = format!(
                "`{}` is never lowered when `{name}` {gets}, and the framework states that it can be",
                decision.name
            );
            let diagnostic = Diagnostic::warning(Code::NotMonotone, message).at(span).about(name.as_str());
            Some(diagnostic.help("state it under `[[monotone]]`"))
        }
        (Verdict::NotDecided(why), _) => {
            let message =
                format!("not decided: whether `{}` can be lowered when `{name}` {gets}: {why}", decision.name);
            let diagnostic = Diagnostic::warning(Code::NotDecided, message).at(span).about(name.as_str());
            Some(diagnostic.help("leave it out of the statement, or follow what is made of it"))
        }
    }
}

/// What is to be said of a name that nothing is stated of.
fn asked(decision: &Decision, name: &Name, verdict: Verdict) -> Diagnostic {
    let (severity, code, message) = match &verdict {
        Verdict::Holds => (
            Severity::Note,
            Code::Monotone,
            format!("proved: `{}` is never lowered when `{name}` gets better", decision.name),
        ),
        Verdict::Fails(_) => {
            (Severity::Warning, Code::NotMonotone, format!("`{}` is lowered when `{name}` gets better", decision.name))
        }
        Verdict::NotDecided(why) => (
            Severity::Note,
            Code::NotDecided,
            format!("not decided: whether `{}` can be lowered when `{name}` gets better: {why}", decision.name),
        ),
    };
    let diagnostic = Diagnostic::new(severity, code, message).at(&decision.span).about(name.as_str());
    match &verdict {
        Verdict::Fails(pair) => told(diagnostic, pair).help(
            "state it under `[[monotone]]` once the rules are mended, or under `[[not-monotone]]` with the reason",
        ),
        _ => diagnostic,
    }
}

/// The pair that shows it, in full.
fn told(diagnostic: Diagnostic, pair: &Pair) -> Diagnostic {
    diagnostic
        .remark(format!("{} gives {}", pair.worse.0, pair.worse.1))
        .remark(format!("{} gives {}", pair.better.0, pair.better.1))
        .remark(
            pair.both
                .as_ref()
                .map_or_else(|| "whatever the other facts are".to_owned(), |both| format!("both with {both}")),
        )
}
