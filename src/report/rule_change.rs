//! What a framework says otherwise than another, where it made a grade another.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ClaimChange;
use super::page::{Page, painted, wrapped};
use super::text::labelled;
use crate::framework::{Accept, Framework, Operand};
use crate::name::{Name, RuleId};

/// A rule, the hit policy of a decision, a measure or a parameter that says something else in the second of two
/// frameworks, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct RuleChange {
    /// The decision, measure or parameter.
    pub of: Name,
    /// The rule of a decision; nothing where the decision itself is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// What the first framework says; nothing if its decision has no such rule.
    pub before: Option<String>,
    /// What the second says; nothing if its decision has no such rule.
    pub after: Option<String>,
}

/// What two frameworks say otherwise of the rules and measures on the paths of claims, and of the parameters that those
/// rules compare with, as far as both have them; in the order of the paths.
pub(super) fn along(claims: &[ClaimChange], frameworks: [&Framework; 2]) -> Vec<RuleChange> {
    let [old, new] = frameworks;
    let mut told = Told { frameworks, seen: BTreeSet::new(), changes: Vec::new() };
    if old.digest == new.digest {
        return told.changes;
    }
    for step in claims.iter().flat_map(|claim| &claim.path) {
        told.tell(&step.name, None);
        for rule in [&step.rule_before, &step.rule_after].into_iter().flatten() {
            told.tell(&step.name, Some(rule));
            for parameter in frameworks.into_iter().flat_map(|framework| parameters(framework, &step.name, rule)) {
                told.tell(parameter, None);
            }
        }
    }
    told.changes
}

/// What was told already.
struct Told<'f> {
    frameworks: [&'f Framework; 2],
    seen: BTreeSet<(Name, Option<RuleId>)>,
    changes: Vec<RuleChange>,
}

impl Told<'_> {
    /// Tells what the frameworks say otherwise of a name, or of a rule of the decision of that name. What only one of them
    /// has cannot say otherwise.
    fn tell(&mut self, name: &Name, rule: Option<&RuleId>) {
        let both = self.frameworks.into_iter().all(|framework| said(framework, name.as_str(), None).is_some());
        if !both || !self.seen.insert((name.clone(), rule.cloned())) {
            return;
        }
        let [before, after] = self.frameworks.map(|framework| said(framework, name.as_str(), rule));
        if before != after {
            self.changes.push(RuleChange { of: name.clone(), rule: rule.cloned(), before, after });
        }
    }
}

/// The parameters that a rule compares with.
fn parameters<'f>(framework: &'f Framework, decision: &Name, rule: &RuleId) -> Vec<&'f Name> {
    let rule = framework.decision(decision.as_str()).and_then(|decision| decision.rule(rule.as_str()));
    let tests = rule.map(|rule| rule.when.tests()).unwrap_or_default();
    let operands = tests.into_iter().flat_map(|test| &test.accepts).flat_map(Accept::operands);
    operands.filter_map(Operand::parameter).collect()
}

/// What a framework says of a name, or of a rule of the decision of that name.
fn said(framework: &Framework, name: &str, rule: Option<&RuleId>) -> Option<String> {
    if let Some(rule) = rule {
        let decision = framework.decision(name)?;
        let rule = decision.rule(rule.as_str())?;
        let otherwise = decision.otherwise.as_ref().is_some_and(|otherwise| otherwise.id == rule.id);
        let when = if otherwise { "otherwise".to_owned() } else { format!("where {}", rule.when) };
        return Some(format!("{} {when}", decision.gives(rule)));
    }
    let of_decision = framework.decision(name).map(|decision| decision.hit.to_string());
    let of_measure = || framework.measures.iter().find(|measure| measure.name == *name).map(|measure| measure.made());
    let of_parameter = || framework.parameter(name).map(|parameter| parameter.value.to_string());
    of_decision.or_else(of_measure).or_else(of_parameter)
}

/// The changes as a person reads them.
pub(super) fn lines(changes: &[RuleChange], page: &Page, lines: &mut Vec<String>) {
    let none = anstyle::Style::new();
    for change in changes {
        lines.push(String::new());
        let rule = change.rule.as_ref().map_or_else(String::new, |rule| format!(", rule {rule}"));
        let title = format!("{}{rule} says otherwise", change.of);
        lines.extend(wrapped(&title, page.width).iter().map(|line| painted(page.palette.heading, line)));
        for (word, said) in [("before", &change.before), ("after", &change.after)] {
            labelled(page, 2, 8, word, said.as_deref().unwrap_or("no such rule"), none, lines);
        }
    }
}
