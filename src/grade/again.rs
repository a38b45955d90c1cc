//! Grading once more a case of which little is otherwise: the claims that it cannot touch are not graded again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use fixedbitset::FixedBitSet;

use super::apart::Apart;
use super::cells::KnownCuts;
use super::facts::Given;
use super::frame::Frame;
use super::gather::{self, Body, gather};
use super::grader;
use super::hangs::Holder;
use super::judgements::{Judgements, Settled};
use super::{ClaimState, Grading};
use crate::case::{Case, ClaimIndex, EvidenceIndex, LinkEnd, LinkIndex};
use crate::compile::decision::Outcome;
use crate::compile::formula::Formula;
use crate::compile::level::Level;
use crate::diagnostic::{Problems, Refused};
use crate::framework::names::Index;
use crate::name::Name;
use crate::synthesis::ResultPart;

/// What is looked up of claims, and of the items that count for them by their place.
type Raw = BTreeMap<(ClaimIndex, Option<usize>), Arc<Frame>>;

/// A grading, and what it takes to grade cases that differ from its own by a step.
pub(crate) struct Again<'g> {
    pub(crate) grading: &'g Grading<'g>,
    pub(crate) index: Index<'g>,
    /// What is asked of facts, as far as it was looked up.
    asked: Mutex<BTreeMap<Name, Option<Arc<Vec<FixedBitSet>>>>>,
    /// Where numbers are cut, as far as it was looked up.
    pub(super) known_cuts: KnownCuts,
    /// What is looked up of claims and of items by their place, as far as it was.
    pub(super) raw: Mutex<Raw>,
    /// What items give to measures one by one, as far as it was worked out.
    pub(super) apart: Apart,
}

impl<'g> Again<'g> {
    pub(crate) fn new(grading: &'g Grading<'g>) -> Self {
        Self {
            grading,
            index: Index::new(grading.compiled.framework()),
            asked: Mutex::default(),
            known_cuts: KnownCuts::default(),
            raw: Mutex::default(),
            apart: Apart::default(),
        }
    }

    /// What counts in a case that differs from that of the grading.
    pub(crate) fn bodies(&self, case: &Case) -> Vec<Body> {
        gather(case, &self.grading.run)
    }

    /// Whether the same counts as in the case of the grading.
    pub(crate) fn same_bodies(&self, bodies: &[Body]) -> bool {
        *bodies == **self.grading.bodies
    }

    /// Grades a case that differs from that of the grading in what is said of some claims or items: in facts, in
    /// judgements, or in whether an item is left out; or that has more items. It is the grading of the whole case.
    ///
    /// # Errors
    ///
    /// As for any grading.
    pub(crate) fn grade<'n>(
        &'n self,
        case: &'n Case,
        of: &[Holder],
        bodies: Vec<Body>,
    ) -> Result<Grading<'n>, Refused> {
        let (grading, problems) = self.work_out(case, of, bodies, None);
        problems.check()?;
        Ok(grading)
    }

    /// The same of a claim and those that it rests on, and of no others. Also whether all is well: facts that cannot
    /// occur together, and what else is refused, are graded as far as they can be.
    pub(crate) fn grade_claim<'n>(&'n self, case: &'n Case, of: &[Holder], claim: ClaimIndex) -> (Grading<'n>, bool) {
        let (grading, problems) = self.work_out(case, of, self.bodies(case), Some(claim));
        (grading, !problems.has_errors())
    }

    fn work_out<'n>(
        &'n self,
        case: &'n Case,
        of: &[Holder],
        bodies: Vec<Body>,
        only: Option<ClaimIndex>,
    ) -> (Grading<'n>, Problems) {
        let Grading { compiled, run, .. } = self.grading;
        let mut problems = Problems::default();
        let judgements = Judgements::collect(case, compiled, run, &Settled::new(), &mut problems);
        let mut touched: BTreeSet<ClaimIndex> = BTreeSet::new();
        for claim in case.graph().order() {
            let (body, before) = (&bodies[claim.index()], self.grading.body(*claim));
            let bears = of.iter().any(|of| match *of {
                Holder::Claim(other) => other == *claim,
                Holder::Item(item) => body.counted.iter().any(|link| case.link(*link).from == LinkEnd::Evidence(item)),
            });
            if bears || body != before || body.claims.iter().any(|(_, child)| touched.contains(child)) {
                touched.insert(*claim);
            }
        }
        let known = |(position, state): (usize, &Arc<ClaimState>)| {
            (!touched.contains(&ClaimIndex::new(position))).then(|| Arc::clone(state))
        };
        let known = self.grading.claims.iter().enumerate().map(known).collect();
        // Of a claim by itself nobody asks whether what is possible is exactly that.
        let (as_of, tells_exact) = (run.as_of, only.is_none());
        let given = Given { compiled, case, judgements: &judgements, bodies: &bodies, as_of, tells_exact };
        let below = only.map(|claim| gather::below(&bodies, claim));
        let wanted = |claim: ClaimIndex| below.as_ref().is_none_or(|below| below.contains(&claim));
        let (claims, others) = grader::claims(&self.index, given, known, &wanted);
        // Where judgements are refused, what follows from the others tells nothing.
        let problems = if problems.has_errors() { problems } else { others };
        let (judgements, bodies, claims) = (Arc::new(judgements), Arc::new(bodies), Arc::new(claims));
        (Grading { case, compiled, run: run.clone(), judgements, bodies, claims }, problems)
    }

    /// What conditions ask of a value of a fact that is a choice or a flag, by its cell: two values of which the same
    /// holds make the same difference, as long as the same counts. Nothing where a value matters in another way as well.
    pub(crate) fn asked(&self, name: &Name, cell: u16) -> Option<Vec<bool>> {
        // Nothing is left half done where a thread fails.
        let mut known = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let sets = known.entry(name.clone()).or_insert_with(|| self.asked_of(name).map(Arc::new)).as_ref()?;
        Some(sets.iter().map(|set| set.contains(cell as usize)).collect())
    }

    fn all_claims(&self) -> BTreeSet<ClaimIndex> {
        (0..self.grading.case.claims().len()).map(ClaimIndex::new).collect()
    }

    fn asked_of(&self, name: &Name) -> Option<Vec<FixedBitSet>> {
        let compiled = self.grading.compiled;
        let mut sets: Vec<FixedBitSet> = Vec::new();
        let regroups = compiled.framework().fact(name.as_str()).is_some_and(|fact| {
            fact.result.is_some_and(|part| part != ResultPart::Comparison)
                && self.follow_from_results(&self.all_claims())
        });
        // Which results are put together, or whether they are, hangs on it.
        let mut by_value = regroups || compiled.framework().opens_synthesis(name.as_str());
        let mut ask = |level: &Level, formula: &Formula| {
            formula.visit(&mut |atom| {
                if level.space.get(atom.variable).name == *name && !sets.contains(&atom.cells) {
                    sets.push(atom.cells.clone());
                }
            });
        };
        for level in [&compiled.items, &compiled.claims] {
            level.assumptions.iter().for_each(|assumption| ask(level, &assumption.never));
            for decision in &level.decisions {
                decision.rules.iter().for_each(|rule| ask(level, &rule.formula));
                let mut read = decision.outcomes().filter_map(Outcome::variable);
                by_value |= read.any(|variable| level.space.get(variable).name == *name);
            }
        }
        compiled.scope.iter().for_each(|(formula, _)| ask(&compiled.claims, formula));
        for measure in &compiled.measures {
            let level = compiled.inner(measure.over);
            let asked = [&measure.filter, &measure.prefer, &measure.condition];
            asked.into_iter().flatten().for_each(|(formula, _)| ask(level, formula));
            by_value |= measure.of.is_some_and(|(variable, _)| level.space.get(variable).name == *name);
        }
        (!by_value).then_some(sets)
    }

    /// The places, among what counts for a claim, of the links of an item.
    pub(crate) fn positions(&self, claim: ClaimIndex, item: EvidenceIndex) -> impl Iterator<Item = usize> {
        let is_of = move |link: &LinkIndex| self.grading.case.link(*link).from == LinkEnd::Evidence(item);
        let counted = self.grading.body(claim).counted.iter().enumerate();
        counted.filter(move |(_, link)| is_of(link)).map(|(position, _)| position)
    }
}
