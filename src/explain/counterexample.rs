//! Counterexamples: ways in which what is missing could be so that a claim is not at a level.
//!
//! A level is reached when it comes out whatever is missing. One way in which it does not is enough to refute that, and
//! it is told from the tables alone; so the many changes that do not help are seen not to help without working out all
//! that is possible, and each way that was found refutes others (Solar-Lezama 2008, Program Synthesis by Sketching,
//! chapter 3: inductive synthesis guided by counterexamples).

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::least::Target;
use crate::case::ClaimIndex;
use crate::compile::space::Known;
use crate::grade::again::Again;
use crate::grade::frame::{Answer, Possible};
use crate::grade::hangs::{self, FactAt};
use crate::grade::supposed::{Measures, Outcome, Supposed};
use crate::grade::{ClaimState, Grading};
use crate::value::FactValue;

/// How many are kept.
const MOST_KEPT: usize = 24;
/// How often it is tried to find another, and how often in all while nothing comes of it.
const MOST_ATTEMPTS: usize = 8;
const MOST_FRUITLESS: usize = 16;
/// Numbers that are tried beside one of each cell, in hundredths.
const SPREAD: [i64; 14] = [-1000, -100, -50, -10, 10, 50, 80, 95, 110, 150, 200, 500, 2_000, 100_000];

/// What was found to refute that a claim is at a level.
pub(super) struct Counterexamples {
    claim: ClaimIndex,
    /// The place of the decision whose value is the grade.
    position: usize,
    good: BTreeSet<u16>,
    /// What is missing, supposed to be something: the latest that refuted anything first.
    kept: Vec<Supposed>,
    attempts_left: usize,
}

/// What is known of a case without working out all that is possible. What came out is told by claim.
pub(super) enum Found {
    /// The facts cannot be together.
    Contradiction(Vec<Arc<ClaimState>>),
    /// The level is not reached.
    NotReached(Vec<Arc<ClaimState>>),
    /// It may be reached.
    Nothing,
}

impl Counterexamples {
    /// None yet. Nothing if a framework gives no grades.
    pub(super) fn new(grading: &Grading<'_>, target: &Target) -> Option<Self> {
        let position = grading.result_position()?;
        let claims = &grading.framework().claims;
        let domain = &claims.space.get(claims.decisions[position].output).domain;
        let good = target.good.iter().filter_map(|word| domain.word_cell(word.as_str())).collect();
        Some(Self { claim: target.claim, position, good, kept: Vec::new(), attempts_left: MOST_FRUITLESS })
    }

    pub(super) fn is_good(&self, cell: u16) -> bool {
        self.good.contains(&cell)
    }

    /// Whether anything good may come out.
    pub(super) fn may_reach(&self, possible: &Possible) -> bool {
        possible.answers.iter().any(|answer| matches!(answer, Answer::Cell(cell) if self.good.contains(cell)))
    }

    /// What came out of a claim by its states.
    pub(super) fn outcome(&self, states: &[Arc<ClaimState>]) -> Possible {
        states[self.claim.index()].frame.results.get(self.position).map(|result| result.possible()).unwrap_or_default()
    }

    /// Refutes that the level is reached where facts say what they are supposed to.
    pub(super) fn refute(&mut self, again: &Again<'_>, below: &BTreeSet<ClaimIndex>, changed: &Supposed) -> Found {
        let refutes = |missing: &Supposed| {
            let outcome = again.supposing(below, &changed.filled_as(missing), Measures::Open);
            let refutes = outcome.possible && !self.may_reach(&self.outcome(&outcome.states));
            (refutes && !again.may_contradict(below, &outcome.states)).then_some(outcome.states)
        };
        if let Some(states) = self.kept.first().and_then(refutes) {
            return Found::NotReached(states);
        }
        let Outcome { states, possible } = again.supposing(below, changed, Measures::Apart);
        if !possible {
            return Found::Contradiction(states);
        }
        if !self.may_reach(&self.outcome(&states)) {
            return Found::NotReached(states);
        }
        let mut others = self.kept.iter().enumerate().skip(1);
        let Some((place, states)) = others.find_map(|(place, missing)| Some((place, refutes(missing)?))) else {
            return Found::Nothing;
        };
        self.kept[..=place].rotate_right(1);
        Found::NotReached(states)
    }

    /// Whether the counterexample at hand refutes as well what may be anything, whatever it is. No assumption may tie the
    /// facts of it to others; one that asks of what is made of them has to hold whatever they are, for otherwise it may
    /// be that the counterexample cannot be.
    pub(super) fn refutes_whatever(&self, again: &Again<'_>, below: &BTreeSet<ClaimIndex>, changed: &Supposed) -> bool {
        let filled = self.kept.first().map_or_else(|| changed.clone(), |missing| changed.filled_as(missing));
        let outcome = again.supposing(below, &filled, Measures::Apart);
        let refutes = outcome.possible && !self.may_reach(&self.outcome(&outcome.states));
        refutes && !again.may_contradict(below, &outcome.states)
    }

    /// Looks for a counterexample where the level was found not to be reached. `grading` is that of the case as it is
    /// supposed to be.
    pub(super) fn learn(
        &mut self,
        grading: &Grading<'_>,
        again: &Again<'_>,
        below: &BTreeSet<ClaimIndex>,
        changed: &Supposed,
    ) {
        let here = Again::new(grading);
        let hangs = hangs::of_result(grading, self.claim);
        let mut first: Vec<FactAt> = Vec::new();
        for attempt in 0..MOST_ATTEMPTS {
            let Some(left) = self.attempts_left.checked_sub(1) else { return };
            self.attempts_left = left;
            let order = if attempt % 2 == 0 { Order::UnknownFirst } else { Order::AsListed };
            match self.attempt((&here, again, below), changed, hangs.clone(), &first, order) {
                Attempt::Found(missing) => {
                    self.kept.insert(0, missing);
                    self.kept.truncate(MOST_KEPT);
                    self.attempts_left = MOST_FRUITLESS;
                    return;
                }
                // What was filled before leaves nothing to it: next time it comes before all others.
                Attempt::Stuck(fact) => {
                    first.retain(|known| *known != fact);
                    first.insert(0, fact);
                }
                Attempt::Exhausted => {}
            }
        }
    }

    /// Fills what is missing, fact by fact, so that something bad is left, and nothing good in the end.
    fn attempt(
        &self,
        (here, again, below): (&Again<'_>, &Again<'_>, &BTreeSet<ClaimIndex>),
        changed: &Supposed,
        mut facts: BTreeSet<FactAt>,
        first: &[FactAt],
        order: Order,
    ) -> Attempt {
        let mut missing = Supposed::default();
        let mut seen: BTreeSet<FactAt> = BTreeSet::new();
        facts.extend(first.iter().cloned());
        // What is tested hangs on what was filled: once more, until nothing is left.
        loop {
            facts.retain(|fact| seen.insert(fact.clone()));
            if facts.is_empty() {
                return Attempt::Exhausted;
            }
            let others = facts.iter().filter(|fact| !first.contains(fact));
            for fact in first.iter().filter(|fact| facts.contains(fact)).chain(others) {
                let Some(mut values) = values(here, fact, below) else { continue };
                if order == Order::UnknownFirst {
                    values.sort_by_key(|value| value.known().is_some());
                }
                match self.fill((again, below), changed, &mut missing, fact, values) {
                    Some(0) => return Attempt::Found(missing),
                    Some(_) => {}
                    None => return Attempt::Stuck(fact.clone()),
                }
            }
            let filled = changed.filled_as(&missing);
            let states = again.supposing(below, &filled, Measures::Open).states;
            facts = hangs::of_supposed(again.grading, self.claim, &states, &filled);
        }
    }

    /// Fills a fact that is missing with what leaves the fewest good levels, and something bad; says how many. Nothing
    /// where every value leaves only good ones, or cannot be.
    fn fill(
        &self,
        (again, below): (&Again<'_>, &BTreeSet<ClaimIndex>),
        changed: &Supposed,
        missing: &mut Supposed,
        fact: &FactAt,
        values: Vec<FactValue>,
    ) -> Option<usize> {
        let mut best: Option<(usize, FactValue)> = None;
        for value in values {
            missing.fills(fact, value.clone());
            let outcome = again.supposing(below, &changed.filled_as(missing), Measures::Open);
            let levels = self.outcome(&outcome.states);
            let good = |answer: &&Answer| matches!(answer, Answer::Cell(cell) if self.good.contains(cell));
            let count = levels.answers.iter().filter(good).count();
            let bad = levels.gap || count < levels.answers.len();
            if bad && outcome.possible && best.as_ref().is_none_or(|(least, _)| count < *least) {
                best = Some((count, value));
                if count == 0 {
                    break;
                }
            }
        }
        let (count, value) = best?;
        missing.fills(fact, value);
        Some(count)
    }
}

/// In which order the values of a fact are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// What nobody knows first: it is seldom good.
    UnknownFirst,
    AsListed,
}

/// What came of an attempt to fill what is missing.
enum Attempt {
    Found(Supposed),
    /// Whatever this fact is, what was filled before leaves nothing bad.
    Stuck(FactAt),
    /// Nothing is left to fill.
    Exhausted,
}

/// What a fact could be of which nothing is known; nothing where something is, or where links say different things.
fn values(again: &Again<'_>, fact: &FactAt, below: &BTreeSet<ClaimIndex>) -> Option<Vec<FactValue>> {
    let (definition, stated) = again.stated(fact, below)?;
    let domain = again.domain(definition, fact.of, below).filter(|_| stated.is_missing())?;
    let cells = (0..u16::try_from(domain.cells()).unwrap_or(u16::MAX)).filter_map(|cell| domain.value_in(cell));
    let mut values: Vec<FactValue> = cells.filter(|value| !value.is_missing()).collect();
    // What is computed of a number and of others that are missing is cut nobody knows where.
    if let Known::Numbers { date: false, .. } = &domain.known {
        let can_be = |number: &Decimal| domain.number_cell(*number).is_some_and(|cell| domain.holds(cell, *number));
        let spread = SPREAD.map(|hundredths| Decimal::new(hundredths, 2).normalize());
        for value in spread.into_iter().filter(can_be).map(FactValue::from) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    Some(values)
}
