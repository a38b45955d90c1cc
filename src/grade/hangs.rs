//! What a grade hangs on as it stands: the facts that are tested on the way to what is possible. While none of them
//! changes, nothing else comes out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::facts::Lookup;
use super::frame::Frame;
use super::supposed::Supposed;
use super::{ClaimState, Grading};
use crate::case::{ClaimIndex, EvidenceIndex, LinkEnd};
use crate::compile::decision::{CompiledDecision, Outcome};
use crate::compile::diagram::{Cells, Diagram, Diagrams, VariableId};
use crate::compile::level::{CompiledArgument, Level};
use crate::document::shape::Subject;
use crate::framework::Over;
use crate::framework::names::{Index, Named, Scope};
use crate::name::Name;
use crate::vocabulary::FactDefinition;

/// What a fact is a fact of. A fact of links is one of the item: it says the same on all of them when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Holder {
    Claim(ClaimIndex),
    Item(EvidenceIndex),
}

/// A fact of a claim, or of an evidence item or its links.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FactAt {
    pub(crate) of: Holder,
    pub(crate) name: Name,
}

/// How far is looked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What is tested with what is known.
    AsKnown,
    /// What is tested whatever is known.
    Whatever,
}

/// The facts on which the grade of a claim hangs.
pub(crate) fn of_result(grading: &Grading<'_>, claim: ClaimIndex) -> BTreeSet<FactAt> {
    let mut walker = Walker::new(grading, Reach::AsKnown);
    walker.result(claim);
    walker.facts()
}

/// The facts on which what comes out of a claim hangs under a supposition: `states` came out of it and of more, and of
/// what it says nothing of is asked whether it is missing.
pub(crate) fn of_supposed(
    grading: &Grading<'_>,
    claim: ClaimIndex,
    states: &[Arc<ClaimState>],
    supposed: &Supposed,
) -> BTreeSet<FactAt> {
    let mut walker = Walker { states, supposed: Some(supposed), ..Walker::new(grading, Reach::AsKnown) };
    walker.result(claim);
    walker.facts()
}

/// The facts on which a variable of a claim can hang.
pub(crate) fn of_variable(grading: &Grading<'_>, claim: ClaimIndex, variable: VariableId) -> BTreeSet<FactAt> {
    let mut walker = Walker::new(grading, Reach::Whatever);
    walker.waiting.push((Place::Claim(claim), variable));
    walker.facts()
}

/// The facts that contradict each other, and all that bear on the same: one of them has to change. `states` came out of
/// a supposition, or of the grading.
pub(crate) fn of_contradictions(
    grading: &Grading<'_>,
    claims: &BTreeSet<ClaimIndex>,
    states: &[Arc<ClaimState>],
) -> BTreeSet<FactAt> {
    let mut walker = Walker { states, ..Walker::new(grading, Reach::AsKnown) };
    for claim in claims {
        let state = walker.state(*claim);
        walker.contradictions(&grading.compiled.claims, &state.frame, Place::Claim(*claim));
        for (position, frame) in state.items.iter().enumerate() {
            walker.contradictions(&grading.compiled.items, frame, Place::Item(*claim, position));
        }
    }
    walker.facts()
}

/// Where a variable stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Claim(ClaimIndex),
    /// An item, by its place among those that count for a claim.
    Item(ClaimIndex, usize),
    /// A claim as another sees it that rests on it, by its place among those.
    Child(ClaimIndex, usize),
}

struct Walker<'w> {
    grading: &'w Grading<'w>,
    /// What came out of every claim.
    states: &'w [Arc<ClaimState>],
    supposed: Option<&'w Supposed>,
    index: Index<'w>,
    reach: Reach,
    waiting: Vec<(Place, VariableId)>,
    seen: BTreeSet<(Place, VariableId)>,
    found: BTreeSet<FactAt>,
}

impl<'w> Walker<'w> {
    fn new(grading: &'w Grading<'w>, reach: Reach) -> Self {
        let index = Index::new(grading.compiled.framework());
        let (states, supposed) = (&grading.claims[..], None);
        Self {
            grading,
            states,
            supposed,
            index,
            reach,
            waiting: Vec::new(),
            seen: BTreeSet::new(),
            found: BTreeSet::new(),
        }
    }

    fn state(&self, claim: ClaimIndex) -> &'w ClaimState {
        &self.states[claim.index()]
    }

    /// Whether nothing is known of a fact.
    fn is_missing(&self, of: Holder, name: &Name, facts: &dyn Lookup) -> bool {
        let supposed = self.supposed.and_then(|supposed| supposed.value(of, name));
        supposed.is_none() && facts.stated(name).value.is_missing()
    }

    /// What is asked of a claim for its result.
    fn result(&mut self, claim: ClaimIndex) {
        self.scope(claim);
        if let Some(position) = self.grading.result_position() {
            self.decision(claim, position);
        }
    }

    /// The facts behind all that waits.
    fn facts(mut self) -> BTreeSet<FactAt> {
        while let Some((place, variable)) = self.waiting.pop() {
            if self.seen.insert((place, variable)) {
                match place {
                    Place::Claim(claim) => self.of_claim(claim, variable),
                    Place::Item(claim, position) => self.of_item(claim, position, variable),
                    Place::Child(claim, position) => self.of_child(claim, position, variable),
                }
            }
        }
        self.found
    }

    fn tested(&self, diagrams: &Diagrams, diagram: Diagram, frame: &Frame) -> BTreeSet<VariableId> {
        match self.reach {
            Reach::AsKnown => diagrams.tested(diagram, &frame.inputs()),
            Reach::Whatever => diagrams.variables(diagram),
        }
    }

    fn may_hold(&self, diagrams: &Diagrams, diagram: Diagram, frame: &Frame) -> bool {
        self.reach == Reach::Whatever || diagrams.possible(diagram, &frame.inputs()).contains(&1)
    }

    /// The variables on which a decision hangs by its own table.
    fn table(&self, level: &Level, decision: &CompiledDecision, frame: &Frame) -> BTreeSet<VariableId> {
        let mut tested = BTreeSet::new();
        if let Some(value) = decision.value {
            return self.tested(&level.diagrams, value, frame);
        }
        tested.extend(decision.outcomes().filter_map(Outcome::variable));
        for rule in &decision.rules {
            tested.extend(self.tested(&level.diagrams, rule.holds, frame));
        }
        tested
    }

    fn decision(&mut self, claim: ClaimIndex, position: usize) {
        let level = &self.grading.compiled.claims;
        let frame = &self.state(claim).frame;
        if frame.results[position].judged.is_none() {
            let tested = self.table(level, &level.decisions[position], frame);
            self.waiting.extend(tested.into_iter().map(|variable| (Place::Claim(claim), variable)));
        }
    }

    /// What is asked of a claim to know whether the framework grades it.
    fn scope(&mut self, claim: ClaimIndex) {
        let compiled = self.grading.compiled;
        let frame = &self.state(claim).frame;
        for (_, holds) in &compiled.scope {
            let tested = self.tested(&compiled.claims.diagrams, *holds, frame);
            self.waiting.extend(tested.into_iter().map(|variable| (Place::Claim(claim), variable)));
        }
    }

    /// The facts of a claim on which it hangs whether another one is taken from results.
    fn opening(&mut self, claim: ClaimIndex, fact: &FactDefinition) {
        let of = Holder::Claim(claim);
        let names = fact.synthesised_when.iter().map(|(name, _)| name.clone());
        self.found.extend(names.map(|name| FactAt { of, name }));
    }

    fn of_claim(&mut self, claim: ClaimIndex, variable: VariableId) {
        let compiled = self.grading.compiled;
        let level = &compiled.claims;
        let name = &level.space.get(variable).name;
        let here = Place::Claim(claim);
        match self.index.get(Scope::Claim, name.as_str()) {
            Some(Named::Fact(fact)) => {
                let of = Holder::Claim(claim);
                self.found.insert(FactAt { of, name: name.clone() });
                self.opening(claim, fact);
                let facts = self.grading.given().of_claim(claim);
                if self.is_missing(of, name, &facts) {
                    self.bound_with(level, here, variable);
                }
            }
            Some(Named::Derived(_)) => self.arguments(level, here, variable),
            Some(Named::Decision(_)) => {
                if let Some(position) = level.position_of(variable) {
                    self.decision(claim, position);
                }
            }
            Some(Named::Measure(_)) => self.measure(claim, variable),
            _ => {}
        }
    }

    fn of_item(&mut self, claim: ClaimIndex, position: usize, variable: VariableId) {
        let compiled = self.grading.compiled;
        let level = &compiled.items;
        let name = &level.space.get(variable).name;
        let here = Place::Item(claim, position);
        let Some(link) = self.grading.body(claim).counted.get(position).copied() else { return };
        let LinkEnd::Evidence(item) = self.grading.case.link(link).from else { return };
        match self.index.get(Scope::Link, name.as_str()) {
            Some(Named::Fact(fact)) => {
                let of = if fact.subject == Subject::Claim { Holder::Claim(claim) } else { Holder::Item(item) };
                self.found.insert(FactAt { of, name: name.clone() });
                self.opening(claim, fact);
                let facts = self.grading.given().of_item(item, link, claim);
                if self.is_missing(of, name, &facts) {
                    self.bound_with(level, here, variable);
                    if fact.subject == Subject::Claim
                        && let Some(own) = compiled.claims.space.value_of(name.as_str())
                    {
                        self.waiting.push((Place::Claim(claim), own));
                    }
                }
            }
            Some(Named::Derived(_)) => self.arguments(level, here, variable),
            Some(Named::Decision(_)) => {
                let frame = &self.state(claim).items[position];
                if let Some(decided) = level.position_of(variable)
                    && frame.results[decided].judged.is_none()
                {
                    let tested = self.table(level, &level.decisions[decided], frame);
                    self.waiting.extend(tested.into_iter().map(|variable| (here, variable)));
                }
            }
            _ => {}
        }
    }

    fn of_child(&mut self, claim: ClaimIndex, position: usize, variable: VariableId) {
        let compiled = self.grading.compiled;
        let name = &compiled.children.space.get(variable).name;
        let Some((_, child, _)) = self.state(claim).children.get(position) else { return };
        match self.index.get(Scope::Child, name.as_str()) {
            // What a link between claims says is part of the question, and does not change.
            Some(Named::Fact(fact)) if fact.subject != Subject::Claim => {}
            Some(Named::Fact(_) | Named::Measure(_) | Named::Derived(_) | Named::Decision(_)) => {
                match compiled.claims.space.value_of(name.as_str()) {
                    Some(own) => self.waiting.push((Place::Claim(*child), own)),
                    None => {
                        self.found.insert(FactAt { of: Holder::Claim(*child), name: name.clone() });
                    }
                }
            }
            _ => {}
        }
    }

    fn measure(&mut self, claim: ClaimIndex, variable: VariableId) {
        let compiled = self.grading.compiled;
        let Some(measure) = compiled.measures.iter().find(|measure| measure.output == variable) else { return };
        let state = self.state(claim);
        let (level, frames): (_, Vec<(Place, &Frame)>) = match measure.over {
            Over::Evidence => {
                let items = state.items.iter().enumerate();
                (&compiled.items, items.map(|(position, frame)| (Place::Item(claim, position), frame)).collect())
            }
            Over::Claims => {
                for (_, child) in &self.grading.body(claim).claims {
                    self.scope(*child);
                }
                let children = state.children.iter().enumerate();
                let frames = children.map(|(position, (.., frame))| (Place::Child(claim, position), frame));
                (&compiled.children, frames.collect())
            }
        };
        for (place, frame) in frames {
            let mut tested = BTreeSet::new();
            let filter = measure.filter.as_ref().map_or(Diagram::TRUE, |(_, holds)| *holds);
            tested.extend(self.tested(&level.diagrams, filter, frame));
            if self.may_hold(&level.diagrams, filter, frame) {
                for (_, holds) in [&measure.prefer, &measure.condition].into_iter().flatten() {
                    tested.extend(self.tested(&level.diagrams, *holds, frame));
                }
                tested.extend(measure.of.map(|(of, _)| of));
            }
            self.waiting.extend(tested.into_iter().map(|variable| (place, variable)));
        }
    }

    fn arguments(&mut self, level: &Level, place: Place, variable: VariableId) {
        let derived = level.derived.iter().filter(|derived| derived.output == variable);
        for argument in derived.flat_map(|derived| derived.arguments.iter().flatten()) {
            if let CompiledArgument::Variable(variable) = argument {
                self.waiting.push((place, *variable));
            }
        }
    }

    /// What may settle a variable that is missing, by what cannot be together.
    fn bound_with(&mut self, level: &Level, place: Place, variable: VariableId) {
        let parts = level.legal.parts.iter().filter(|part| part.reads.contains(&variable));
        self.waiting.extend(parts.flat_map(|part| &part.reads).map(|other| (place, *other)));
    }

    fn contradictions(&mut self, level: &Level, frame: &Frame, place: Place) {
        if frame.slots.is_empty() {
            return;
        }
        let inputs = |variable: VariableId| -> Cells<'_> { frame.slot(variable).cells() };
        let parts = level.legal.parts.iter();
        let broken = parts.filter(|part| !level.diagrams.possible(part.holds, &inputs).contains(&1));
        self.waiting.extend(broken.flat_map(|part| &part.reads).map(|variable| (place, *variable)));
    }
}
