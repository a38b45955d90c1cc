//! What a `because` shows and its rule never asked.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::framework::names::{Index, Scope};
use crate::framework::template::placeholders;
use crate::framework::{Decision, Framework, HitPolicy, Rule, Start, Then};
use crate::name::Name;

/// The rules of the framework itself of which the `because` shows a value that was not read on the way to
/// them. What a rule reads was made of other values, and those were read too; so was what is made of nothing else,
/// such as how many there are of the items of which the rule reads the best. Under `first` a rule has also read what
/// those before it asked, and `otherwise` what all of them asked. A parameter can be shown everywhere.
pub(super) fn unread(framework: &Framework) -> Vec<Diagnostic> {
    let index = Index::new(framework);
    let own = |decision: &&Decision| decision.origins.first() == Some(&framework.id);
    let mut found = Vec::new();
    for decision in framework.decisions.iter().filter(own) {
        let mut before: BTreeSet<&Name> = BTreeSet::new();
        if let HitPolicy::Sum { start: Start::ValueOf(name, _), .. } = &decision.hit {
            before.insert(name);
        }
        if let HitPolicy::Table { inputs } = &decision.hit {
            before.extend(inputs);
        }
        for rule in &decision.rules {
            let mut read = before.clone();
            read.extend(asked(rule));
            found.extend(of_rule(framework, &index, decision, rule, &read));
            if matches!(decision.hit, HitPolicy::First) {
                before = read;
            }
        }
        let mut all = before;
        all.extend(decision.rules.iter().flat_map(asked));
        if let Some(otherwise) = &decision.otherwise {
            all.extend(asked(otherwise));
            found.extend(of_rule(framework, &index, decision, otherwise, &all));
        }
    }
    found
}

/// What a rule reads.
fn asked(rule: &Rule) -> Vec<&Name> {
    let mut names: Vec<&Name> = rule.when.tests().into_iter().map(|test| &test.name).collect();
    if let Then::ValueOf(name, _) = &rule.then {
        names.push(name);
    }
    names
}

/// What a name is made of, with what measures ask of the claims that a claim rests on.
fn all_parts(index: &Index<'_>, scope: Scope, name: &Name) -> BTreeSet<(Scope, Name)> {
    let mut parts = index.made_of(scope, name);
    let whole: Vec<(Scope, Name)> = parts.iter().cloned().chain([(scope, name.clone())]).collect();
    for (scope, name) in whole {
        parts.extend(index.get(scope, name.as_str()).into_iter().flat_map(|named| index.parts(named, scope)));
    }
    parts
}

fn of_rule(
    framework: &Framework,
    index: &Index<'_>,
    decision: &Decision,
    rule: &Rule,
    read: &BTreeSet<&Name>,
) -> Option<Diagnostic> {
    let shown = placeholders(&rule.because);
    let at_once = |name: &str| framework.parameter(name).is_some() || read.iter().any(|known| known.as_str() == name);
    let mut unread: BTreeSet<&str> = shown.into_iter().filter(|name| !at_once(name)).collect();
    if !unread.is_empty() {
        let scope = Scope::of(decision.on);
        let known: BTreeSet<(Scope, Name)> = read
            .iter()
            .flat_map(|name| all_parts(index, scope, name))
            .chain(read.iter().map(|name| (scope, (*name).clone())))
            .collect();
        unread.retain(|name| {
            let name = Name::from(*name);
            let parts = all_parts(index, scope, &name);
            !known.contains(&(scope, name)) && (parts.is_empty() || !parts.is_subset(&known))
        });
    }
    if unread.is_empty() {
        return None;
    }
    let listed: Vec<String> = unread.iter().map(|name| format!("`{name}`")).collect();
    let message =
        format!("the `because` of `{}` shows {}, which the rule does not read", rule.id, listed.join(" and "));
    let diagnostic = Diagnostic::warning(Code::UnreadInBecause, message).at(&rule.span);
    let help = "say what the rule went by; what it never asked is no reason for what it gives";
    Some(diagnostic.about(format!("{}.{}", decision.name, rule.id)).help(help))
}
