//! The search for the smallest sets of changes, by what the diagrams tested on the way to what came out.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use super::distance::{self, Written};
use super::movable::{Change, Movable};
use super::{ChangeSet, FactChange, MOST_CHANGES, Reached, Target};
use crate::case::ClaimIndex;
use crate::explain::counterexample::{Counterexamples, Found};
use crate::grade::Grading;
use crate::grade::again::Again;
use crate::grade::frame::Frame;
use crate::grade::hangs::{self, Holder};
use crate::grade::supposed::{Measures, Supposed};

/// How many cases a search may look at, how many of these it may grade to no avail, and how many it may find; and how
/// many times as many where more changes are asked for than usual.
const MOST_CASES: usize = 1_500;
const MOST_GRADINGS: usize = 20;
const MOST_FOUND: usize = 500;
const TIMES: usize = 10;

/// What the grade is, or can be, once some facts changed.
enum Node {
    Reached,
    /// One of these facts has to change for anything else to come out, and it takes at least so many changes to reach
    /// the level; nothing where it cannot be reached.
    Not(FixedBitSet, Option<usize>),
}

pub(super) struct Search<'s> {
    base: &'s Grading<'s>,
    again: &'s Again<'s>,
    target: &'s Target,
    below: &'s BTreeSet<ClaimIndex>,
    movable: Movable<'s>,
    /// Nothing where it hangs on facts what counts: then nothing less than grading tells what comes out.
    counterexamples: Option<Counterexamples>,
    written: Option<Written>,
    found: Vec<Vec<Change>>,
    cases_left: usize,
    gradings_left: usize,
    most_found: usize,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        again: &'s Again<'s>,
        target: &'s Target,
        below: &'s BTreeSet<ClaimIndex>,
        counterexamples: Option<Counterexamples>,
    ) -> Self {
        Self {
            base: again.grading,
            again,
            target,
            below,
            movable: Movable::new(again, below),
            counterexamples,
            written: None,
            found: Vec::new(),
            cases_left: 0,
            gradings_left: 0,
            most_found: 0,
        }
    }

    /// The smallest sets of at most so many changes.
    pub(super) fn reached(&mut self, most: usize) -> Reached {
        if let Some(counterexamples) = &self.counterexamples {
            let mut states = self.again.supposing(self.below, &self.movable.whatever(), Measures::Apart).states;
            if !counterexamples.may_reach(&counterexamples.outcome(&states)) {
                return Reached::Never;
            }
            let reachable = states.swap_remove(self.target.claim.index());
            self.written = Written::new(self.base, self.target.claim, &self.movable, reachable);
        }
        let times = if most > MOST_CHANGES { TIMES } else { 1 };
        (self.cases_left, self.gradings_left) = (MOST_CASES * times, MOST_GRADINGS * times);
        self.most_found = MOST_FOUND * times;
        let mut fixed = FixedBitSet::with_capacity(self.movable.len());
        for changes in 1..=most {
            self.deepen(&mut Vec::new(), &mut fixed, changes);
            let all = !self.is_spent();
            if !self.found.is_empty() {
                return Reached::By { sets: self.sets(), all };
            }
            if !all {
                return Reached::NotWithin { changes: changes - 1 };
            }
        }
        Reached::NotWithin { changes: most }
    }

    fn is_spent(&self) -> bool {
        self.cases_left == 0 || self.gradings_left == 0 || self.found.len() >= self.most_found
    }

    /// Looks for sets with so many more changes.
    fn deepen(&mut self, changed: &mut Vec<Change>, fixed: &mut FixedBitSet, left: usize) {
        if self.is_spent() {
            return;
        }
        let (mut hangs, least) = match self.node(changed, fixed, left) {
            Node::Reached => return self.found.push(changed.clone()),
            Node::Not(hangs, least) => (hangs, least),
        };
        if left == 0 || least.is_none() {
            return;
        }
        hangs.difference_with(fixed);
        if left == 1 {
            hangs = self.promising(changed, &hangs);
        }
        for fact in hangs.ones() {
            fixed.insert(fact);
            for number in 0..self.movable.get(fact).instead.len() {
                changed.push((fact, number));
                self.deepen(changed, fixed, left - 1);
                changed.pop();
            }
        }
        fixed.difference_with(&hangs);
    }

    /// Those of some facts of which one by itself may make the difference.
    fn promising(&mut self, changed: &[Change], facts: &FixedBitSet) -> FixedBitSet {
        let Some(counterexamples) = &self.counterexamples else { return facts.clone() };
        if !self.movable.leave_results(changed) {
            return facts.clone();
        }
        let supposed = self.movable.supposed(changed);
        let is_idle = |facts: &[usize]| {
            let mut supposed = supposed.clone();
            facts.iter().for_each(|fact| supposed.frees(&self.movable.get(*fact).at));
            counterexamples.refutes_whatever(self.again, self.below, &supposed)
        };
        let mut by_holder: BTreeMap<Holder, Vec<usize>> = BTreeMap::new();
        for fact in facts.ones().filter(|fact| self.movable.is_untied(*fact)) {
            by_holder.entry(self.movable.get(fact).at.of).or_default().push(fact);
        }
        let mut promising = facts.clone();
        for facts in by_holder.values() {
            self.cases_left = self.cases_left.saturating_sub(1);
            if facts.len() > 1 && is_idle(facts) {
                facts.iter().for_each(|fact| promising.remove(*fact));
                continue;
            }
            for fact in facts.iter().filter(|fact| self.movable.get(**fact).instead.len() > 1) {
                self.cases_left = self.cases_left.saturating_sub(1);
                if is_idle(&[*fact]) {
                    promising.remove(*fact);
                }
            }
        }
        promising
    }

    fn node(&mut self, changed: &[Change], fixed: &FixedBitSet, left: usize) -> Node {
        self.cases_left = self.cases_left.saturating_sub(1);
        let supposed = self.movable.supposed(changed);
        let is_told = self.movable.leave_results(changed);
        if is_told && let Some(node) = self.refuted(&supposed, fixed, left) {
            return node;
        }
        let case = self.movable.case_with(changed);
        let (grading, well) = self.again.grade_claim(&case, &self.holders(changed), self.target.claim);
        if well && self.target.is_good(&grading.grade(self.target.claim).status()) {
            return Node::Reached;
        }
        self.gradings_left = self.gradings_left.saturating_sub(1);
        if let Some(counterexamples) = self.counterexamples.as_mut().filter(|_| well && is_told) {
            counterexamples.learn(&grading, self.again, self.below, &supposed);
            if let Some(node) = self.refuted(&supposed, fixed, left) {
                return node;
            }
        }
        let mut hangs = hangs::of_result(&grading, self.target.claim);
        if !well {
            hangs.extend(hangs::of_contradictions(&grading, self.below, grading.states()));
        }
        let frame = Some(&grading.state(self.target.claim).frame).filter(|_| well && is_told);
        Node::Not(self.movable.of(&hangs), self.least(frame, fixed, left))
    }

    fn holders(&self, changed: &[Change]) -> Vec<Holder> {
        changed.iter().map(|(fact, _)| self.movable.get(*fact).at.of).collect()
    }

    /// What to do where it is known without working out all that is possible that the level is not reached: either facts
    /// cannot be together, or one way in which missing facts could be does not reach it. Something of what that hangs on
    /// has to change.
    fn refuted(&mut self, supposed: &Supposed, fixed: &FixedBitSet, left: usize) -> Option<Node> {
        let found = self.counterexamples.as_mut()?.refute(self.again, self.below, supposed);
        let none = || FixedBitSet::with_capacity(self.movable.len());
        Some(match found {
            Found::Nothing => return None,
            _ if left == 0 => Node::Not(none(), None),
            Found::Contradiction(states) => {
                let hangs = hangs::of_contradictions(self.base, self.below, &states);
                Node::Not(self.movable.of(&hangs), Some(1))
            }
            Found::NotReached(states) => {
                let frame = &states[self.target.claim.index()].frame;
                let least = self.least(Some(frame), fixed, left);
                let hangs = match least {
                    Some(_) => self.movable.of(&hangs::of_supposed(self.base, self.target.claim, &states, supposed)),
                    None => none(),
                };
                Node::Not(hangs, least)
            }
        })
    }

    /// How many changes it takes at least from what came out.
    fn least(&self, frame: Option<&Frame>, fixed: &FixedBitSet, left: usize) -> Option<usize> {
        let (Some(written), Some(frame), Some(counterexamples)) = (&self.written, frame, &self.counterexamples) else {
            return Some(1);
        };
        let is_good = |leaf: u32| u16::try_from(leaf).is_ok_and(|cell| counterexamples.is_good(cell));
        distance::least(written, &is_good, frame, fixed, left)
    }

    /// What was found, as it is told: of sets of the same facts those with the smallest steps.
    fn sets(&self) -> Vec<ChangeSet> {
        let mut least: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let facts = |changed: &[Change]| -> Vec<usize> { changed.iter().map(|(fact, _)| *fact).collect() };
        let mut told: BTreeSet<(usize, Vec<Change>)> = BTreeSet::new();
        for changed in &self.found {
            let mut changed = changed.clone();
            changed.sort_unstable();
            let steps = changed.iter().map(|change| self.movable.instead(*change).steps).sum();
            let known = least.entry(facts(&changed)).or_insert(steps);
            *known = steps.min(*known);
            told.insert((steps, changed));
        }
        told.retain(|(steps, changed)| least.get(&facts(changed)) == Some(steps));
        told.into_iter().filter_map(|(steps, changed)| self.set(steps, &changed)).collect()
    }

    /// A set of changes, graded in full.
    fn set(&self, steps: usize, changed: &[Change]) -> Option<ChangeSet> {
        let case = self.movable.case_with(changed);
        let change = |change: &Change| {
            let fact = self.movable.get(change.0);
            let of = match fact.at.of {
                Holder::Claim(claim) => self.base.case().claim(claim).id.as_str(),
                Holder::Item(item) => self.base.case().item(item).id.as_str(),
            };
            let instead = self.movable.instead(*change).clone();
            Some(FactChange {
                subject: fact.definition.subject,
                of: of.to_owned(),
                name: fact.at.name.clone(),
                before: fact.before.clone(),
                after: instead.value,
                or: instead.or,
                means: fact.definition.means_from(&fact.before)?,
                steps: instead.steps,
            })
        };
        let changes = changed.iter().map(change).collect::<Option<Vec<FactChange>>>()?;
        let grading = self.again.grade(&case, &self.holders(changed), self.again.bodies(&case)).ok()?;
        let levels = self.target.levels_of(&grading.grade(self.target.claim).status());
        if !self.target.is_reached(&levels) {
            return None;
        }
        Some(ChangeSet { changes, levels: levels.unwrap_or_default(), steps })
    }
}
