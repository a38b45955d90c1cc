//! Judgements of which reason or author say nothing. Those that have none are refused when they are read.

use super::view::{View, words};
use crate::case::{Judged, Judgement, JudgementOn};
use crate::diagnostic::{Code, Diagnostic};

/// What stands for something that is still to be written.
const PLACEHOLDERS: &[&str] =
    &["todo", "to do", "tbd", "to be done", "tba", "fixme", "xxx", "x", "none", "na", "n a", "unknown", "not given"];
/// What is no reason.
const NO_REASON: &[&str] =
    &["why", "reason", "the reason", "because", "see above", "see text", "as above", "judgement", "expert judgement"];
/// Who is nobody.
const NOBODY: &[&str] = &[
    "who",
    "whom",
    "by",
    "name",
    "your name",
    "author",
    "the author",
    "anonymous",
    "anon",
    "nobody",
    "somebody",
    "someone",
    "me",
    "i",
];

pub(super) fn empty(view: &View<'_>) -> Vec<Diagnostic> {
    view.case.judgements().iter().flat_map(|judgement| look(view, judgement)).collect()
}

fn look(view: &View<'_>, judgement: &Judgement) -> Vec<Diagnostic> {
    let of = match judgement.on {
        JudgementOn::Claim(claim) => view.case.claim(claim).id.as_str(),
        JudgementOn::Evidence(item) | JudgementOn::Link(item, _) => view.case.item(item).id.as_str(),
    };
    let tell = |code: Code, what: &str, help: &str| {
        let message = format!("this judgement of `{of}` {what}");
        Diagnostic::warning(code, message).at(&judgement.span).help(help).about(of)
    };
    let mut found = Vec::new();
    let reason = words(&judgement.reason);
    let help = "say what in the evidence led to it, so that somebody else can agree or disagree";
    if says_nothing(&reason, NO_REASON) {
        let what = format!("has no reason: \"{}\" says none", judgement.reason.trim());
        found.push(tell(Code::JudgementWithoutReason, &what, help));
    } else if repeats(&reason, &judgement.judged) {
        let what = "has no reason: it only repeats what was decided";
        found.push(tell(Code::JudgementWithoutReason, what, help));
    }
    if says_nothing(&words(&judgement.by), NOBODY) {
        let what = format!("has no author: \"{}\" names nobody", judgement.by.trim());
        found.push(tell(Code::JudgementWithoutAuthor, &what, "write under `by` who answers for it"));
    }
    found
}

fn says_nothing(words: &[String], others: &[&str]) -> bool {
    let text = words.join(" ");
    text.is_empty() || PLACEHOLDERS.iter().chain(others).any(|known| *known == text)
}

/// Whether every word of a reason is a word of what was decided.
fn repeats(reason: &[String], judged: &Judged) -> bool {
    let decided = match judged {
        Judged::Facts(facts) => {
            let stated = facts.iter().map(|(name, fact)| format!("{name} {}", fact.value));
            stated.collect::<Vec<_>>().join(" ")
        }
        Judged::Decision { framework, decision, value, .. } => format!("{framework} {decision} {value}"),
    };
    let decided = words(&decided);
    reason.iter().all(|word| decided.contains(word) || matches!(word.as_str(), "is" | "the" | "it" | "are" | "of"))
}
