//! Rules that stand side by side: under `unique`, and in a table, one at most may hold.

use std::collections::BTreeSet;

use super::chain::Chain;
use super::decision::CompiledDecision;
use super::diagram::{Diagram, Diagrams, TooLarge, VariableId};
use super::legal::Legal;
use super::level::{Level, MOST_WORK_EACH, too_large};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::framework::{Decision, Framework, HitPolicy, Then};

impl Level {
    /// Tells of rules that hold together where one may, and gives the level back.
    pub(super) fn side_by_side(mut self, framework: &Framework, problems: &mut Problems) -> Self {
        let mut diagrams = std::mem::take(&mut self.diagrams);
        let mut clashes = Vec::new();
        for (position, compiled) in self.decisions.iter().enumerate() {
            let decision = &framework.decisions[compiled.index];
            if matches!(decision.hit, HitPolicy::Unique | HitPolicy::Table { .. }) {
                let clash = diagrams.within_work(MOST_WORK_EACH, |diagrams| overlap(compiled, &self.legal, diagrams));
                clashes.push((position, clash));
            }
        }
        self.diagrams = diagrams;
        for (position, clash) in clashes {
            let decision = &framework.decisions[self.decisions[position].index];
            match clash {
                Ok(clashes) => {
                    // What the table alone allows may be impossible for what it is made of.
                    let real = clashes.into_iter().find(|clash| self.can_meet(framework, position, *clash));
                    problems.extend(real.map(|(one, other)| clash_of(decision, one, other)));
                }
                Err(TooLarge) => {
                    let message = format!("`{}` has too many rules to tell whether they overlap", decision.name);
                    problems.push(too_large(message, &decision.span));
                }
            }
        }
        self
    }

    /// Whether two rules of a decision can hold together, for all that it is made of and whatever people judge;
    /// what is too large to be told counts as possible.
    fn can_meet(&self, framework: &Framework, position: usize, (one, other): (usize, usize)) -> bool {
        let rules = &self.decisions[position].rules;
        let judged = self.decisions.iter().filter(|known| framework.decisions[known.index].can_be_judged());
        let judged: BTreeSet<VariableId> = judged.map(|known| known.output).collect();
        // What the two read has to be written out, also where it does not bear on what comes out.
        let read = [one, other].into_iter().flat_map(|rule| self.diagrams.variables(rules[rule].holds));
        let wanted: BTreeSet<usize> = read.filter_map(|variable| self.position_of(variable)).collect();
        let Ok(mut chain) = Chain::new(self, &judged, &wanted) else { return true };
        let mut meet = || {
            let one = chain.condition(self, rules[one].holds)?;
            let other = chain.condition(self, rules[other].holds)?;
            let legal = chain.whole;
            chain.diagrams.apply(&[one, other, legal], |parts| match parts {
                [one, other, legal]
                    if *one == Diagram::FALSE || *other == Diagram::FALSE || *legal == Diagram::FALSE =>
                {
                    Some(Diagram::FALSE)
                }
                parts => {
                    let all = parts.iter().map(|part| part.value()).collect::<Option<Vec<u32>>>()?;
                    Some(Diagram::leaf(u32::from(all.iter().all(|value| *value == 1))))
                }
            })
        };
        !meet().is_ok_and(|meet| meet == Diagram::FALSE)
    }
}

/// The pairs of rules of a decision that can hold together, as far as the table alone tells.
fn overlap(
    compiled: &CompiledDecision,
    legal: &Legal,
    diagrams: &mut Diagrams,
) -> Result<Vec<(usize, usize)>, TooLarge> {
    let reads = compiled.rules.iter().flat_map(|rule| diagrams.variables(rule.holds)).collect();
    let legal = legal.bearing_on(&reads).into_iter().try_fold(Diagram::TRUE, |all, part| diagrams.and(part, all))?;
    let mut before = Diagram::FALSE;
    let mut found = Vec::new();
    for (position, rule) in compiled.rules.iter().enumerate() {
        let clash = diagrams.and(before, rule.holds)?;
        if diagrams.and(clash, legal)? != Diagram::FALSE {
            for (other, earlier) in compiled.rules[..position].iter().enumerate() {
                let both = diagrams.and(earlier.holds, rule.holds)?;
                if diagrams.and(both, legal)? != Diagram::FALSE {
                    found.push((other, position));
                }
            }
        }
        before = diagrams.or(before, rule.holds)?;
    }
    Ok(found)
}

/// That two rules stand side by side and hold for the same facts.
fn clash_of(decision: &Decision, one: usize, other: usize) -> Diagnostic {
    let (one, other) = (&decision.rules[one], &decision.rules[other]);
    let same = matches!((&one.then, &other.then), (Then::Value(one), Then::Value(other)) if one == other);
    let (code, what) = if same { (Code::Overlap, "") } else { (Code::Conflict, ", and they give different values") };
    let message = format!(
        "the rules `{}` and `{}` of `{}` can hold together, and only one may{what}",
        one.id, other.id, decision.name
    );
    Diagnostic::error(code, message)
        .label(&other.span, format!("holds when {}", other.when))
        .label(&one.span, format!("holds when {}", one.when))
        .about(format!("{}.{}", decision.name, other.id))
        .help(match decision.hit {
            HitPolicy::Table { .. } => {
                "let each combination of inputs have one key: `known` takes in every known value"
            }
            _ => "narrow one of them, or say `hit = \"first\"` if the order decides",
        })
}
