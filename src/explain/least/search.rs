//! The search for the smallest sets of changes, by what the diagrams tested on the way to what came out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::values::{Instead, instead};
use super::{ChangeSet, FactChange, Reached, Target, distance};
use crate::case::{Case, ClaimIndex, Fact, LinkEnd};
use crate::compile::chain::Chain;
use crate::compile::diagram::{Diagram, VariableId};
use crate::document::shape::Subject;
use crate::document::{Span, TextFile};
use crate::grade::again::Again;
use crate::grade::frame::{Answer, Frame};
use crate::grade::hangs::{self, FactAt, Holder};
use crate::grade::relaxed::relaxed;
use crate::grade::{Grading, grade, grade_claim};
use crate::value::FactValue;
use crate::vocabulary::FactDefinition;

/// How many gradings a search may take.
const MOST_GRADINGS: usize = 2_000;

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

pub(super) struct Search<'s> {
    base: &'s Grading<'s>,
    again: Again<'s>,
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
    pub(super) fn new(base: &'s Grading<'s>, target: &'s Target) -> Self {
        Self {
            base,
            again: Again::new(base),
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

    /// The smallest sets of at most so many changes.
    pub(super) fn reached(&mut self, most: usize) -> Reached {
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
        let found = self.current(fact).and_then(|(definition, current)| {
            definition.means_from(&current)?;
            Some(instead(&self.again, definition, fact.of, &self.below, &current))
        });
        self.instead.insert(fact.clone(), found.unwrap_or_default());
    }

    /// What a fact says now; nothing where the links of an item say different things.
    fn current(&self, fact: &FactAt) -> Option<(&'s FactDefinition, FactValue)> {
        let definition = self.base.framework().framework().fact(fact.name.as_str())?;
        let stated = match (fact.of, definition.subject) {
            (Holder::Claim(claim), Subject::Claim) => self.again.of_claim(claim, &fact.name),
            (Holder::Item(item), Subject::Evidence | Subject::Link) => {
                self.again.of_item(item, &self.below, &fact.name)?
            }
            _ => return None,
        };
        Some((definition, stated.value))
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
            let (definition, before) = self.current(at)?;
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
