//! Decisions rule by rule, where a table is too large to be one diagram.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::Evaluator;
use crate::compile::decision::{CompiledDecision, GAP, Outcome};
use crate::framework::HitPolicy;
use crate::grade::frame::{Answer, Frame, Possible, Slot};
use crate::vocabulary::BetterEnd;

impl Evaluator<'_> {
    /// The same, rule by rule, where the table is too large to be one diagram: never less than
    /// what is possible.
    pub(super) fn decide_by_rules(&self, frame: &Frame, decision: &CompiledDecision) -> Possible {
        let level = self.level();
        let policy = &self.compiled.framework().decisions[decision.index];
        let mut rules = Vec::with_capacity(decision.rules.len());
        for rule in &decision.rules {
            let holds = level.diagrams.possible(rule.holds, &frame.inputs());
            if holds.contains(&1) {
                rules.push((!holds.contains(&0), self.answers(frame, &rule.outcome)));
            }
        }
        match &policy.hit {
            HitPolicy::Sum { clamp, .. } => {
                let start = decision.start.as_ref().map_or_else(Possible::default, |start| self.answers(frame, start));
                sums(&start, &rules, *clamp)
            }
            HitPolicy::Worst | HitPolicy::Best => {
                let want_best = matches!(policy.hit, HitPolicy::Best);
                let lower_wins = (policy.best == Some(BetterEnd::First)) == want_best;
                self.extremes(frame, decision, &rules, lower_wins)
            }
            _ => {
                let mut whole = Possible::default();
                for (certain, answers) in &rules {
                    whole.union(answers);
                    if *certain {
                        return whole;
                    }
                }
                self.or_otherwise(frame, decision, &mut whole);
                whole
            }
        }
    }

    fn or_otherwise(&self, frame: &Frame, decision: &CompiledDecision, whole: &mut Possible) {
        match &decision.otherwise {
            Some(outcome) => whole.union(&self.answers(frame, outcome)),
            None => whole.gap = true,
        }
    }

    fn extremes(
        &self,
        frame: &Frame,
        decision: &CompiledDecision,
        rules: &[(bool, Possible)],
        lower_wins: bool,
    ) -> Possible {
        let wins = |one: &Answer, other: &Answer| if lower_wins { one <= other } else { one >= other };
        let certain = rules.iter().filter(|(certain, _)| *certain);
        // What comes out is at least as extreme as the mildest answer of every certain rule.
        let bound = certain
            .filter_map(|(_, answers)| {
                let answers = answers.answers.iter().copied();
                if lower_wins { answers.max() } else { answers.min() }
            })
            .reduce(|one, other| if wins(&one, &other) { one } else { other });
        let mut whole = Possible::default();
        for (_, answers) in rules {
            whole.gap |= answers.gap;
            let reaches = |answer: &&Answer| bound.is_none_or(|bound| wins(answer, &bound));
            whole.answers.extend(answers.answers.iter().filter(reaches));
        }
        if bound.is_none() {
            self.or_otherwise(frame, decision, &mut whole);
        }
        whole
    }

    /// What an outcome can be.
    fn answers(&self, frame: &Frame, outcome: &Outcome) -> Possible {
        let mut possible = Possible::default();
        let mut add = |answer: Option<Answer>| match answer {
            Some(answer) => {
                possible.answers.insert(answer);
            }
            None => possible.gap = true,
        };
        let word = |cell: u32| u16::try_from(cell).ok().filter(|_| cell != GAP).map(Answer::Cell);
        match outcome {
            Outcome::Word(cell) => add(word(*cell)),
            Outcome::Number(number) => add(Some(Answer::Number(*number))),
            Outcome::SameAs(variable, cells) => {
                for_each_cell(frame.slot(*variable), cells.len(), |cell| {
                    add(cells.get(cell).and_then(|cell| word(*cell)));
                });
            }
            Outcome::NumberOf(variable, cells) => {
                for_each_cell(frame.slot(*variable), cells.len(), |cell| {
                    add(cells.get(cell).copied().flatten().map(Answer::Number));
                });
            }
        }
        possible
    }
}

fn for_each_cell(slot: &Slot, cells: usize, mut each: impl FnMut(usize)) {
    match slot {
        Slot::One(cell) => each(*cell as usize),
        Slot::Some(some) => some.ones().for_each(each),
        Slot::Open => (0..cells).for_each(each),
    }
}

/// Every total that rules which may hold can add up to.
fn sums(start: &Possible, rules: &[(bool, Possible)], clamp: Option<(Decimal, Decimal)>) -> Possible {
    const MOST_TOTALS: usize = 10_000;
    let mut gap = start.gap;
    let number = |answer: &Answer| match answer {
        Answer::Number(number) => Some(*number),
        Answer::Cell(_) => None,
    };
    let mut totals: BTreeSet<Decimal> = start.answers.iter().filter_map(number).collect();
    for (certain, added) in rules {
        gap |= added.gap;
        let mut next: BTreeSet<Decimal> = if *certain { BTreeSet::new() } else { totals.clone() };
        for total in &totals {
            next.extend(added.answers.iter().filter_map(number).filter_map(|added| total.checked_add(added)));
        }
        totals = next;
        if totals.len() > MOST_TOTALS {
            gap = true;
            totals.clear();
            break;
        }
    }
    let clamped = |number: Decimal| clamp.map_or(number, |(least, most)| number.max(least).min(most));
    Possible { answers: totals.into_iter().map(clamped).map(Answer::Number).collect(), gap }
}
