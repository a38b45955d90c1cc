//! The facts that can change: what each could say instead, and the case once some say it.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use super::values::{Instead, instead};
use crate::case::{Case, ClaimIndex, Fact, LinkEnd};
use crate::document::shape::Subject;
use crate::document::{Span, TextFile};
use crate::grade::again::Again;
use crate::grade::hangs::{FactAt, Holder};
use crate::grade::supposed::Supposed;
use crate::synthesis::ResultPart;
use crate::value::FactValue;
use crate::vocabulary::FactDefinition;

/// A fact that can change.
pub(super) struct MovableFact<'m> {
    pub(super) at: FactAt,
    pub(super) definition: &'m FactDefinition,
    /// What it says now.
    pub(super) before: FactValue,
    /// What it could say instead; never nothing.
    pub(super) instead: Vec<Instead>,
}

/// A fact that changed, by its number, and the number of what it says instead.
pub(super) type Change = (usize, usize);

/// The facts that can change of some claims and of what bears on them.
pub(super) struct Movable<'m> {
    again: &'m Again<'m>,
    /// By what they are facts of, and name.
    facts: Vec<MovableFact<'m>>,
    numbers: BTreeMap<FactAt, usize>,
    /// Those that no assumption ties to others, and that do not change which results are put together.
    untied: FixedBitSet,
    /// Those that change which results are put together, of which facts of claims follow.
    regroup: FixedBitSet,
    /// What follows from results.
    followed: Vec<FactAt>,
}

impl<'m> Movable<'m> {
    pub(super) fn new(again: &'m Again<'m>, below: &BTreeSet<ClaimIndex>) -> Self {
        // What follows from results says something else once these do.
        let (mut followed, all): (Vec<FactAt>, Vec<FactAt>) =
            all(again, below).into_iter().partition(|at| again.follows(at));
        followed.extend(all.iter().filter(|at| again.may_follow(at)).cloned());
        let movable = all.into_iter().filter_map(|at| {
            let (definition, before) = again.stated(&at, below)?;
            definition.means_from(&before)?;
            let instead = instead(again, definition, at.of, below, &before);
            (!instead.is_empty()).then_some(MovableFact { at, definition, before, instead })
        });
        let facts: Vec<MovableFact<'m>> = movable.collect();
        let numbers = facts.iter().enumerate().map(|(number, fact)| (fact.at.clone(), number)).collect();
        let tied = again.grading.framework().tied();
        let follow = again.follow_from_results(below);
        let opens =
            |fact: &MovableFact<'_>| again.grading.framework().framework().opens_synthesis(fact.at.name.as_str());
        let regroups = |fact: &MovableFact<'_>| follow && (regroups(fact.definition, &fact.before) || opens(fact));
        let those = |holds: &dyn Fn(&MovableFact<'_>) -> bool| -> FixedBitSet {
            facts.iter().enumerate().filter_map(|(number, fact)| holds(fact).then_some(number)).collect()
        };
        let untied = those(&|fact| !tied.contains(&fact.at.name) && !regroups(fact));
        let regroup = those(&regroups);
        Self { again, facts, numbers, untied, regroup, followed }
    }

    /// Whether what a fact says rules nothing out of what others say.
    pub(super) fn is_untied(&self, number: usize) -> bool {
        self.untied.contains(number)
    }

    /// Whether changes leave the results as they are of which facts of claims follow: only then a supposition tells what
    /// comes of them.
    pub(super) fn leave_results(&self, changed: &[Change]) -> bool {
        changed.iter().all(|(fact, _)| !self.regroup.contains(*fact))
    }

    pub(super) fn get(&self, number: usize) -> &MovableFact<'m> {
        &self.facts[number]
    }

    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// What a fact says instead.
    pub(super) fn instead(&self, (fact, number): Change) -> &Instead {
        &self.facts[fact].instead[number]
    }

    /// Those of some facts that can change.
    pub(super) fn of(&self, facts: &BTreeSet<FactAt>) -> FixedBitSet {
        let mut numbers = FixedBitSet::with_capacity(self.facts.len());
        facts.iter().filter_map(|fact| self.numbers.get(fact)).for_each(|number| numbers.insert(*number));
        numbers
    }

    /// That every one of them may be anything, and what follows from those that regroup results.
    pub(super) fn whatever(&self) -> Supposed {
        let mut supposed = Supposed::default();
        self.facts.iter().for_each(|fact| supposed.frees(&fact.at));
        if !self.regroup.is_clear() {
            self.followed.iter().for_each(|at| supposed.frees(at));
        }
        supposed
    }

    /// What facts say once some changed.
    pub(super) fn supposed(&self, changed: &[Change]) -> Supposed {
        let mut supposed = Supposed::default();
        changed.iter().for_each(|change| supposed.says(&self.facts[change.0].at, self.instead(*change).value.clone()));
        supposed
    }

    /// The case with facts changed.
    pub(super) fn case_with(&self, changed: &[Change]) -> Case {
        let mut case = self.again.grading.case().clone();
        let file = TextFile::new("what-if", "");
        for change in changed {
            let MovableFact { at, definition, .. } = &self.facts[change.0];
            let fact = Fact { value: self.instead(*change).value.clone(), at: Span::new(&file, 0..0) };
            match at.of {
                Holder::Claim(claim) => case.put_on_claim(claim, &at.name, &fact),
                Holder::Item(item) => case.put_on_item(item, definition.subject, &at.name, &fact),
            }
        }
        case
    }
}

/// Whether to change a fact changes which results are put together, or what comes of them. What a comparison showed does
/// not: it only tells that there was one.
fn regroups(definition: &FactDefinition, before: &FactValue) -> bool {
    match definition.result {
        None => false,
        Some(ResultPart::Comparison) => before.known().is_none(),
        Some(_) => true,
    }
}

/// Every fact that the rules could read of the claims and of what bears on them.
fn all(again: &Again<'_>, below: &BTreeSet<ClaimIndex>) -> BTreeSet<FactAt> {
    let grading = again.grading;
    let mut all = BTreeSet::new();
    for claim in below {
        let items = grading.body(*claim).counted.iter().filter_map(|link| match grading.case().link(*link).from {
            LinkEnd::Evidence(item) => Some(item),
            LinkEnd::Claim(_) => None,
        });
        let items: Vec<_> = items.collect();
        for fact in &grading.framework().framework().facts {
            match fact.subject {
                Subject::Claim => {
                    all.insert(FactAt { of: Holder::Claim(*claim), name: fact.name.clone() });
                }
                Subject::Evidence | Subject::Link => {
                    let of = |item: &_| FactAt { of: Holder::Item(*item), name: fact.name.clone() };
                    all.extend(items.iter().map(of));
                }
            }
        }
    }
    all
}
