//! The rules of a decision: which hold, what they add up to, which fail and by what.

use rust_decimal::Decimal;

use super::failure::failure;
use super::{Builder, Room};
use crate::compile::decision::{CompiledDecision, Outcome};
use crate::compile::diagram::{Diagram, VariableId};
use crate::framework::{Decision, HitPolicy, Rule};
use crate::grade::evaluator::MOST_WAYS;
use crate::grade::frame::{Possible, Slot};
use crate::grade::proof::{Failed, Fired, Proof, ReadValue, Sum};

impl Builder<'_> {
    /// Finds the rules that hold and those that do not, and returns the variables that were read.
    pub(super) fn rules(
        &self,
        room: &Room<'_>,
        decision: &Decision,
        compiled: &CompiledDecision,
        computed: &Possible,
        proof: &mut Proof,
    ) -> Vec<VariableId> {
        let mut reading: Vec<VariableId> = Vec::new();
        let read = |reading: &mut Vec<VariableId>, variables: Vec<VariableId>| {
            variables.into_iter().for_each(|variable| {
                if !reading.contains(&variable) {
                    reading.push(variable);
                }
            });
        };
        if let Some(Outcome::NumberOf(variable, _)) = &compiled.start {
            reading.push(*variable);
        }
        let one_answers = matches!(decision.hit, HitPolicy::First | HitPolicy::Unique | HitPolicy::Table { .. });
        // Where one rule answers at most, a rule may hold and yet never be the one that answers.
        let answers = compiled.hits.map(|hits| room.level.diagrams.possible(hits, &room.frame.inputs()));
        let may_answer = |position: usize| {
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            answers.as_ref().is_none_or(|answers| answers.contains(&position))
        };
        let mut held: Vec<usize> = Vec::new();
        let mut answered = false;
        for (position, rule) in compiled.rules.iter().enumerate() {
            if answered {
                break;
            }
            let possible = room.level.diagrams.possible(rule.holds, &room.frame.inputs());
            if possible.contains(&1) && !may_answer(position) {
                continue;
            }
            if possible.contains(&1) {
                held.push(position);
                read(&mut reading, rule.formula.variables());
                if let Outcome::SameAs(variable, _) | Outcome::NumberOf(variable, _) = &rule.outcome {
                    read(&mut reading, vec![*variable]);
                }
                answered = one_answers && !possible.contains(&0);
            } else if let Some((condition, actual, variables)) = failure(room, &rule.formula) {
                // The cells of a table that were not looked up say nothing.
                if !matches!(decision.hit, HitPolicy::Table { .. }) {
                    read(&mut reading, variables);
                    let rule = decision.rules[position].id.clone();
                    proof.failed.push(Failed { rule, condition, actual });
                }
            }
        }
        let sum = matches!(decision.hit, HitPolicy::Sum { .. });
        let fired = |rule: &Rule, gives: String| Fired {
            rule: rule.id.clone(),
            gives,
            because: self.fill(room, &rule.because),
            status: rule.status,
            cites: rule.cites.clone().or_else(|| decision.cites.clone()),
            at: rule.span.place(),
        };
        for position in &held {
            let rule = &decision.rules[*position];
            proof.rules.push(fired(rule, self.gives(room, compiled, &compiled.rules[*position].outcome)));
        }
        // Where several rules may hold together, none of them may.
        let none_holds = || {
            let holds: Vec<Diagram> = compiled.rules.iter().map(|rule| rule.holds).collect();
            let fails = |parts: &mut Vec<Diagram>| !parts.contains(&Diagram::TRUE);
            let ways = room.level.diagrams.possible_together(&holds, &room.frame.inputs(), &fails, MOST_WAYS);
            ways.is_none_or(|ways| !ways.is_empty())
        };
        let otherwise_possible =
            if one_answers || sum { !answered && may_answer(compiled.rules.len()) } else { none_holds() };
        if let Some(rule) = decision.otherwise.as_ref().filter(|_| otherwise_possible && !sum) {
            let outcome = compiled.otherwise.as_ref();
            let gives = outcome.map_or_else(String::new, |outcome| self.gives(room, compiled, outcome));
            proof.rules.push(fired(rule, gives));
            if let Some(Outcome::SameAs(variable, _)) = outcome {
                read(&mut reading, vec![*variable]);
            }
        }
        if sum {
            self.sum(room, compiled, &held, proof);
        } else {
            // Of several rules that hold together the one whose value came out goes first.
            let value = self.shown(room, compiled, computed).to_string();
            proof.rules.sort_by_key(|fired| fired.gives != value);
        }
        match (proof.rules.as_slice(), sum) {
            ([], false) => {
                proof.because = match computed.one() {
                    Some(_) => "It was given.".to_owned(),
                    None => "No rule answers for these facts.".to_owned(),
                };
            }
            ([first, rest @ ..], false) => {
                proof.rule = Some(first.rule.clone());
                proof.because.clone_from(&first.because);
                if (one_answers || otherwise_possible) && !rest.is_empty() {
                    let ids: Vec<&str> = proof.rules.iter().map(|fired| fired.rule.as_str()).collect();
                    proof.because =
                        format!("It hangs on what is missing which of these rules answers: {}.", ids.join(", "));
                }
            }
            ([], true) => "Nothing is added or taken away.".clone_into(&mut proof.because),
            (added, true) => {
                let parts: Vec<String> =
                    added.iter().map(|fired| format!("{} ({})", fired.rule, fired.gives)).collect();
                proof.because = parts.join(", ");
            }
        }
        if let Some(judgement) = &proof.judgement {
            let how = if judgement.adjudicated { "Adjudicated" } else { "Judged" };
            proof.because = format!("{how} by {} on {}: {}", judgement.by, judgement.on, judgement.reason);
        }
        reading
    }

    pub(super) fn sum(&self, room: &Room<'_>, compiled: &CompiledDecision, held: &[usize], proof: &mut Proof) {
        let number = |outcome: &Outcome| match outcome {
            Outcome::Number(number) => Some(*number),
            Outcome::NumberOf(variable, cells) => match room.frame.slot(*variable) {
                Slot::One(cell) => cells.get(*cell as usize).copied().flatten(),
                _ => None,
            },
            _ => None,
        };
        let certain = |position: &usize| {
            let possible = room.level.diagrams.possible(compiled.rules[*position].holds, &room.frame.inputs());
            !possible.contains(&0)
        };
        let Some(start) = compiled.start.as_ref().and_then(number) else { return };
        let mut raw = Some(start);
        for position in held {
            let added = number(&compiled.rules[*position].outcome).filter(|_| certain(position));
            raw = raw.zip(added).and_then(|(raw, added)| raw.checked_add(added));
        }
        proof.sum = raw.map(|raw| Sum { start, raw });
    }

    pub(super) fn gives(&self, room: &Room<'_>, compiled: &CompiledDecision, outcome: &Outcome) -> String {
        let signed = |number: Decimal| {
            let number = number.normalize();
            if number.is_sign_negative() { number.to_string() } else { format!("+{number}") }
        };
        match outcome {
            Outcome::Word(cell) => {
                room.level.space.get(compiled.output).domain.shown(u16::try_from(*cell).unwrap_or(u16::MAX))
            }
            Outcome::Number(number) => signed(*number),
            Outcome::SameAs(variable, _) => self.variable(room, *variable).to_string(),
            Outcome::NumberOf(variable, _) => match self.variable(room, *variable) {
                ReadValue::Known(value) => value.number().map_or_else(|| value.to_string(), signed),
                possible => possible.to_string(),
            },
        }
    }
}
