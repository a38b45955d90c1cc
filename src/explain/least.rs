//! The least change: the smallest sets of facts that would have to say something else for a claim to reach a level.
//!
//! Nothing is tried at random. A diagram tells which facts were tested on the way to what came out; while none of them
//! changes, nothing else can come out, so one of them belongs to every set that helps. Each is taken in turn, those
//! before it held fast, and the diagrams are read again (the hitting sets of Reiter 1987, Artificial Intelligence 32,
//! 57–95). Sets are sought by size, and a way is given up as soon as the diagram tells that the level is farther away
//! than the changes that are left.

mod distance;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use self::values::{Instead, Place, instead};
use super::studies::{NewStudies, new_studies};
use crate::case::{Case, ClaimIndex, Fact, LinkEnd};
use crate::compile::Compiled;
use crate::compile::chain::Chain;
use crate::compile::diagram::{Diagram, VariableId};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::document::{Span, TextFile};
use crate::grade::facts::Lookup;
use crate::grade::frame::{Answer, Frame};
use crate::grade::hangs::{self, FactAt, Holder};
use crate::grade::relaxed::relaxed;
use crate::grade::{Grading, Run, Status, grade, grade_claim};
use crate::name::{Name, Word, nearest};
use crate::value::FactValue;
use crate::vocabulary::{FactDefinition, Means};

/// How many gradings a search may take.
const MOST_GRADINGS: usize = 2_000;
/// How many facts are changed together at most, unless asked for more.
pub const MOST_CHANGES: usize = 4;

/// A fact that says something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FactChange {
    /// What it is a fact of.
    pub subject: Subject,
    /// The id of the claim or evidence item; a fact of links is set on all links of the item.
    pub of: String,
    /// Its name.
    pub name: Name,
    /// What it says.
    pub before: FactValue,
    /// What it would say.
    pub after: FactValue,
    /// Other values that make no difference to the one that it would say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<FactValue>,
    /// By what it can change so.
    pub means: Means,
    /// How many values it moves.
    pub steps: usize,
}

/// A set of facts that reach the level when they change together, and do not when one of them stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChangeSet {
    /// The facts, by claim or item and name.
    pub changes: Vec<FactChange>,
    /// The levels that are possible then: the target or better.
    pub levels: Vec<Word>,
    /// All that the facts move together.
    pub steps: usize,
}

impl ChangeSet {
    /// By what the facts can change so.
    #[must_use]
    pub fn means(&self) -> BTreeSet<Means> {
        self.changes.iter().map(|change| change.means).collect()
    }
}

/// How a level can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reached {
    /// The grade is at the level or better as it is.
    Already,
    /// By each of these sets, and by none of fewer facts; the smaller steps first.
    By {
        /// The sets, all of one size. Of those that change the same facts only the ones with the smallest steps.
        sets: Vec<ChangeSet>,
    },
    /// By no set of up to so many facts.
    NotWithin {
        /// How many.
        changes: usize,
    },
    /// By no change of facts that can change, however many.
    Never,
}

/// The least change that reaches a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeastChange {
    /// The claim.
    pub claim: String,
    /// The level to reach.
    pub target: Word,
    /// What is possible as it is; nothing where no rule may answer.
    pub now: Vec<Word>,
    /// How the level can be reached by facts that say something else.
    pub facts: Reached,
    /// How it can be reached by new studies, for each kind that the framework knows; none where it is reached already.
    pub studies: Vec<NewStudies>,
}

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// How many facts are changed together at most.
    pub changes: usize,
    /// How many new studies are tried together at most.
    pub studies: usize,
}

impl Default for Most {
    /// [`MOST_CHANGES`] and [`MOST_STUDIES`](super::MOST_STUDIES).
    fn default() -> Self {
        Self { changes: MOST_CHANGES, studies: super::studies::MOST_STUDIES }
    }
}

/// A claim, and the levels that would do for it.
pub(super) struct Target {
    pub(super) claim: ClaimIndex,
    good: BTreeSet<Word>,
}

impl Target {
    /// The words that a claim can come to, if it is graded and a rule answers whatever is missing.
    pub(super) fn levels_of(&self, status: &Status) -> Option<Vec<Word>> {
        match status {
            Status::Graded(word) => Some(vec![word.clone()]),
            Status::Undetermined { possible, gap: false, .. } => Some(possible.clone()),
            Status::Undetermined { .. } | Status::NotApplicable(_) => None,
        }
    }

    /// Whether all that is possible is good.
    pub(super) fn is_reached(&self, levels: &Option<Vec<Word>>) -> bool {
        levels.as_ref().is_some_and(|levels| levels.iter().all(|word| self.good.contains(word)))
    }

    fn is_good(&self, status: &Status) -> bool {
        self.is_reached(&self.levels_of(status))
    }
}

/// The smallest sets of facts that would have to say something else for a claim to be at a level or better. Each was
/// graded in full.
///
/// Facts change by what the framework says can change them ([`FactDefinition::means_from`]); a judged fact changes like
/// one that is written, and a decision that somebody judged stays. Numbers move to the edges of what rules tell apart: their
/// own thresholds, those of sums and other measures that they are part of, and the other numbers that a function takes.
///
/// # Errors
///
/// There is no such claim or level, the framework does not grade the claim, or the case cannot be graded.
pub fn least_change(
    (case, compiled, run): (&Case, &Compiled, &Run),
    claim: &str,
    level: &str,
    most: Most,
) -> Result<LeastChange, Refused> {
    let grading = grade(case, compiled, run)?;
    let Some(index) = case.find_claim(claim) else {
        let message = format!("case `{}` has no claim `{claim}`", case.id());
        let near = nearest(claim, case.claims().iter().map(|known| known.id.as_str()));
        return Err(Diagnostic::error(Code::UnknownClaim, message).did_you_mean(near).into());
    };
    let scale = compiled.framework().scale.as_ref();
    let levels: &[Word] = scale.map_or(&[], |scale| &scale.levels);
    let Some(rank) = levels.iter().position(|known| known == level) else {
        let message = format!("`{}` has no level `{level}`", compiled.framework().id);
        let diagnostic = Diagnostic::error(Code::UnknownValue, message);
        return Err(diagnostic.one_of(level, levels.iter().map(Word::as_str)).into());
    };
    let good: BTreeSet<Word> = levels[rank..].iter().cloned().collect();
    let target = Target { claim: index, good };
    let status = grading.grade(index).status();
    if let Status::NotApplicable(reason) = &status {
        let message = format!("`{claim}` is not graded: {reason}");
        return Err(Diagnostic::error(Code::UnknownClaim, message).into());
    }
    let now = target.levels_of(&status).unwrap_or_default();
    let (facts, studies) = if target.is_good(&status) {
        (Reached::Already, Vec::new())
    } else {
        let studies = new_studies(&grading, &target, most.studies)?;
        (Search::new(&grading, &target).reached(most.changes), studies)
    };
    Ok(LeastChange { claim: claim.to_owned(), target: levels[rank].clone(), now, facts, studies })
}

/// What the grade is, or can be, once some facts changed.
struct Node {
    reached: bool,
    /// The facts of which one has to change for anything else to come out.
    hangs: Vec<FactAt>,
    /// How many changes it takes at least.
    least: Option<usize>,
}

/// Facts that changed, each with the number of what it says instead.
type Changed = Vec<(FactAt, usize)>;

/// The grade, written out over facts and measures.
struct Written {
    chain: Arc<Chain>,
    value: Diagram,
    /// The facts that each variable can hang on, as far as they can change.
    hangs: BTreeMap<VariableId, BTreeSet<FactAt>>,
}

struct Search<'s> {
    base: &'s Grading<'s>,
    claim: ClaimIndex,
    target: &'s Target,
    below: BTreeSet<ClaimIndex>,
    /// What facts could say instead; nothing for those that nothing can change.
    instead: BTreeMap<FactAt, Vec<Instead>>,
    /// What is possible at most, whatever changes.
    reachable: Option<Frame>,
    written: Option<Written>,
    found: Vec<Changed>,
    gradings: usize,
}

impl<'s> Search<'s> {
    fn new(base: &'s Grading<'s>, target: &'s Target) -> Self {
        Self {
            base,
            claim: target.claim,
            target,
            below: base.below(target.claim),
            instead: BTreeMap::new(),
            reachable: None,
            written: None,
            found: Vec::new(),
            gradings: 0,
        }
    }

    fn reached(&mut self, most: usize) -> Reached {
        let compiled = self.base.framework();
        let facts: BTreeSet<FactAt> = self.all_facts();
        for fact in facts {
            self.learn(&fact);
        }
        let Some(position) = self.base.result_position() else { return Reached::Never };
        let free = |fact: &FactAt| self.instead.get(fact).is_some_and(|instead| !instead.is_empty());
        let mut frames = relaxed(self.base, &self.below, &free);
        let decision = &compiled.claims.decisions[position];
        let domain = &compiled.claims.space.get(decision.output).domain;
        let good: BTreeSet<u32> =
            self.target.good.iter().filter_map(|word| domain.word_cell(word.as_str())).map(u32::from).collect();
        if let Some(frame) = frames.remove(&self.claim) {
            let possible = frame.results[position].possible();
            let cell = |answer: &Answer| match answer {
                Answer::Cell(cell) => good.contains(&u32::from(*cell)),
                Answer::Number(_) => false,
            };
            if !possible.answers.iter().any(cell) {
                return Reached::Never;
            }
            self.reachable = Some(frame);
        }
        let results = &self.base.state(self.claim).frame.results;
        let judged = compiled.claims.decisions.iter().zip(results).filter(|(_, result)| result.judged.is_some());
        let opaque: BTreeSet<VariableId> = judged.map(|(decision, _)| decision.output).collect();
        if let Some(chain) = compiled.chain(Subject::Claim, &opaque, &BTreeSet::from([position]))
            && let Some(value) = chain.values[position]
        {
            let hangs = chain.diagrams.variables(value).into_iter().map(|variable| {
                let mut facts = hangs::of_variable(self.base, self.claim, variable);
                facts.retain(free);
                (variable, facts)
            });
            let hangs = hangs.collect();
            self.written = Some(Written { chain, value, hangs });
        }
        for changes in 1..=most {
            self.deepen(&mut Vec::new(), &mut BTreeSet::new(), changes, &good);
            if self.gradings > MOST_GRADINGS {
                return Reached::NotWithin { changes: changes - 1 };
            }
            if !self.found.is_empty() {
                let sets = self.sets();
                return Reached::By { sets };
            }
        }
        Reached::NotWithin { changes: most }
    }

    /// Every fact that the rules could read of the claims and of what bears on them.
    fn all_facts(&self) -> BTreeSet<FactAt> {
        let framework = self.base.framework().framework();
        let mut all = BTreeSet::new();
        for claim in &self.below {
            let items =
                self.base.body(*claim).counted.iter().filter_map(|link| match self.base.case().link(*link).from {
                    LinkEnd::Evidence(item) => Some(item),
                    LinkEnd::Claim(_) => None,
                });
            let items: Vec<_> = items.collect();
            for fact in &framework.facts {
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

    /// Finds out what a fact could say instead.
    fn learn(&mut self, fact: &FactAt) {
        let found = self.current(fact).and_then(|(definition, current, place)| {
            definition.means_from(&current)?;
            Some(instead(&place, definition, &current))
        });
        self.instead.insert(fact.clone(), found.unwrap_or_default());
    }

    /// What a fact says now, and where.
    fn current(&self, fact: &FactAt) -> Option<(&'s FactDefinition, FactValue, Place<'s>)> {
        let compiled = self.base.framework();
        let framework = compiled.framework();
        let definition = framework.facts.iter().find(|known| known.name == fact.name)?;
        let given = self.base.given();
        match fact.of {
            Holder::Claim(claim) => {
                (definition.subject == Subject::Claim).then_some(())?;
                let current = given.of_claim(framework, claim).stated(&fact.name).value;
                let own = &self.base.state(claim).frame;
                Some((definition, current, Place { compiled, own, beside: Vec::new() }))
            }
            Holder::Item(item) => {
                (definition.subject != Subject::Claim).then_some(())?;
                let claims = self.below.iter().copied();
                let links = claims.flat_map(|claim| {
                    let counted = self.base.body(claim).counted.iter().copied().enumerate();
                    counted.map(move |(position, link)| (claim, position, link))
                });
                let of_item = |link| self.base.case().link(link).from == LinkEnd::Evidence(item);
                let links: Vec<_> = links.collect();
                let (claim, position, link) = links.iter().copied().find(|(.., link)| of_item(*link))?;
                let current = given.of_item(framework, item, link, claim).stated(&fact.name).value;
                let own = &self.base.state(claim).items[position];
                let others = self.base.state(claim).items.iter().enumerate().filter(|(other, _)| *other != position);
                let beside = others.map(|(_, frame)| frame).collect();
                Some((definition, current, Place { compiled, own, beside }))
            }
        }
    }

    /// The case with facts changed.
    fn case_with(&self, changed: &Changed) -> Case {
        let mut case = self.base.case().clone();
        let file = TextFile::new("what-if", "");
        for (at, number) in changed {
            let Some(instead) = self.instead.get(at).and_then(|instead| instead.get(*number)) else { continue };
            let fact = Fact { value: instead.value.clone(), at: Span::new(&file, 0..0) };
            match at.of {
                Holder::Claim(claim) => case.put_on_claim(claim, &at.name, &fact),
                Holder::Item(item) => {
                    let definition = self.base.framework().framework().fact(at.name.as_str());
                    let subject = definition.map_or(Subject::Evidence, |fact| fact.subject);
                    case.put_on_item(item, subject, &at.name, &fact);
                }
            }
        }
        case
    }

    fn node(&mut self, changed: &Changed, fixed: &BTreeSet<FactAt>, left: usize, good: &BTreeSet<u32>) -> Node {
        self.gradings += 1;
        let case = self.case_with(changed);
        let (grading, well) = grade_claim(&case, self.base.framework(), self.base.run(), self.claim);
        let reached = well && self.target.is_good(&grading.grade(self.claim).status());
        if reached || left == 0 {
            return Node { reached, hangs: Vec::new(), least: Some(0) };
        }
        let mut hangs = hangs::of_result(&grading, self.claim);
        if !well {
            hangs.extend(hangs::of_contradictions(&grading, &self.below));
        }
        hangs.retain(|fact| !fixed.contains(fact) && self.instead.get(fact).is_some_and(|instead| !instead.is_empty()));
        let least = match (&self.written, &self.reachable) {
            (Some(Written { chain, value, hangs }), Some(reachable)) if well => {
                let groups = distance::groups(hangs, fixed);
                let frame = &grading.state(self.claim).frame;
                let is_good = |leaf: u32| good.contains(&leaf);
                distance::least(&chain.diagrams, *value, &is_good, frame, reachable, &groups, left)
            }
            _ => Some(1),
        };
        Node { reached, hangs: hangs.into_iter().collect(), least }
    }

    /// Looks for sets with so many more changes.
    fn deepen(&mut self, changed: &mut Changed, fixed: &mut BTreeSet<FactAt>, left: usize, good: &BTreeSet<u32>) {
        if self.gradings > MOST_GRADINGS {
            return;
        }
        let node = self.node(changed, fixed, left, good);
        if node.reached {
            self.found.push(changed.clone());
            return;
        }
        if left == 0 || node.least.is_none() {
            return;
        }
        for fact in &node.hangs {
            fixed.insert(fact.clone());
            let count = self.instead.get(fact).map_or(0, Vec::len);
            for number in 0..count {
                changed.push((fact.clone(), number));
                self.deepen(changed, fixed, left - 1, good);
                changed.pop();
            }
        }
        for fact in &node.hangs {
            fixed.remove(fact);
        }
    }

    /// What was found, as it is told: of sets of the same facts those with the smallest steps.
    fn sets(&self) -> Vec<ChangeSet> {
        let mut least: BTreeMap<Vec<&FactAt>, usize> = BTreeMap::new();
        let mut told: Vec<(usize, Changed)> = Vec::new();
        for changed in &self.found {
            let mut changed = changed.clone();
            changed.sort();
            let steps = changed.iter().map(|(fact, number)| self.instead[fact][*number].steps).sum();
            told.push((steps, changed));
        }
        for (steps, changed) in &told {
            let facts = changed.iter().map(|(fact, _)| fact).collect();
            least.entry(facts).and_modify(|least: &mut usize| *least = (*least).min(*steps)).or_insert(*steps);
        }
        let smallest = |steps: usize, changed: &Changed| {
            let facts: Vec<&FactAt> = changed.iter().map(|(fact, _)| fact).collect();
            least.get(&facts) == Some(&steps)
        };
        let mut kept: Vec<&(usize, Changed)> =
            told.iter().filter(|(steps, changed)| smallest(*steps, changed)).collect();
        kept.sort();
        kept.dedup();
        kept.into_iter().filter_map(|(steps, changed)| self.set(*steps, changed)).collect()
    }

    /// A set of changes, graded in full.
    fn set(&self, steps: usize, changed: &Changed) -> Option<ChangeSet> {
        let case = self.case_with(changed);
        let mut changes = Vec::new();
        for (at, number) in changed {
            let (definition, before, _) = self.current(at)?;
            let Instead { value, or, steps } = self.instead.get(at)?.get(*number)?.clone();
            let of = match at.of {
                Holder::Claim(claim) => self.base.case().claim(claim).id.as_str(),
                Holder::Item(item) => self.base.case().item(item).id.as_str(),
            };
            let means = definition.means_from(&before)?;
            let (subject, of, name) = (definition.subject, of.to_owned(), at.name.clone());
            changes.push(FactChange { subject, of, name, before, after: value, or, means, steps });
        }
        let grading = grade(&case, self.base.framework(), self.base.run()).ok()?;
        let levels = self.target.levels_of(&grading.grade(self.claim).status());
        if !self.target.is_reached(&levels) {
            return None;
        }
        Some(ChangeSet { changes, levels: levels.unwrap_or_default(), steps })
    }
}
