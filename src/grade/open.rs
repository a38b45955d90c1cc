//! Open questions: the missing facts on which a grade still hangs.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};

use super::Grading;
use super::frame::{Frame, Slot};
use crate::case::{ClaimIndex, LinkEnd};
use crate::compile::diagram::{Cells, Diagram, VariableId};
use crate::compile::level::Level;
use crate::compile::space::Role;
use crate::document::shape::Subject;
use crate::framework::Over;
use crate::framework::names::{Index, Named, Scope};
use crate::name::Name;
use crate::value::Unknown;

/// A missing fact on which a grade still hangs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenFact {
    /// What it is a fact of.
    pub subject: Subject,
    /// The id of the claim or evidence item.
    pub of: String,
    /// Its name.
    pub name: Name,
}

/// What something that was worked out of a claim still hangs on.
#[derive(Clone, Debug, Default)]
pub(super) struct Hanging {
    /// Facts of the claim, and of items in its body.
    open: BTreeSet<OpenFact>,
    /// Something that was worked out of claims that it rests on.
    read: Vec<(ClaimIndex, Name)>,
}

/// The missing facts on which a claim's grade hangs.
pub(super) fn open_facts(grading: &Grading<'_>, claim: ClaimIndex) -> Vec<OpenFact> {
    let compiled = grading.compiled;
    let Some(result) = compiled.framework().result.as_ref() else { return Vec::new() };
    let finder = Finder { grading, index: Index::new(compiled.framework()) };
    let mut open = BTreeSet::new();
    // What is read of the claims that it rests on may be open itself.
    let mut waiting = VecDeque::from([(claim, result.clone())]);
    let mut seen: BTreeSet<(ClaimIndex, Name)> = waiting.iter().cloned().collect();
    while let Some((claim, name)) = waiting.pop_front() {
        let hanging = finder.hanging_of(claim, &name);
        open.extend(hanging.open.iter().cloned());
        for read in &hanging.read {
            if seen.insert(read.clone()) {
                waiting.push_back(read.clone());
            }
        }
    }
    open.into_iter().collect()
}

struct Finder<'f> {
    grading: &'f Grading<'f>,
    index: Index<'f>,
}

impl Finder<'_> {
    /// What something that was worked out of a claim hangs on. It is the same for every claim that rests
    /// on it, and is remembered.
    fn hanging_of(&self, claim: ClaimIndex, name: &Name) -> Arc<Hanging> {
        let known = &self.grading.state(claim).later.hanging;
        // Nothing is left half done where a thread fails.
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hanging) = lock().get(name) {
            return Arc::clone(hanging);
        }
        let mut open = BTreeSet::new();
        let read = self.claim(claim, name, &mut open);
        let hanging = Arc::new(Hanging { open, read });
        lock().insert(name.clone(), Arc::clone(&hanging));
        hanging
    }

    /// Adds the open facts of a claim, and of the items in its body, on which something that was
    /// worked out of it hangs; returns what that hangs on of the claims that it rests on.
    fn claim(&self, claim: ClaimIndex, name: &Name, open: &mut BTreeSet<OpenFact>) -> Vec<(ClaimIndex, Name)> {
        let compiled = self.grading.compiled;
        let state = self.grading.state(claim);
        let level = &compiled.claims;
        let mut read = Vec::new();
        let variables = match self.index.get(Scope::Claim, name.as_str()) {
            Some(Named::Decision(_)) => self.hanging(Subject::Claim, &state.frame, name),
            _ => level.space.value_of(name.as_str()).into_iter().collect(),
        };
        for variable in variables {
            for name in self.recorded(Scope::Claim, &state.frame, variable) {
                match self.index.get(Scope::Claim, name.as_str()) {
                    Some(Named::Measure(measure)) => {
                        let position = compiled.measures.iter().position(|compiled_measure| {
                            compiled.framework().measures[compiled_measure.index].name == measure.name
                        });
                        match (measure.over, position) {
                            (Over::Evidence, Some(position)) => self.items(claim, position, open),
                            (Over::Claims, Some(position)) => read.extend(self.claims(claim, position, open)),
                            _ => {}
                        }
                    }
                    Some(_) => {
                        let of = self.grading.case.claim(claim).id.as_str().to_owned();
                        open.insert(OpenFact { subject: Subject::Claim, of, name });
                    }
                    None => {}
                }
            }
        }
        read
    }

    /// Adds the open facts of links to claims that a measure asks; returns what it asks of the
    /// claims themselves.
    fn claims(&self, claim: ClaimIndex, measure: usize, open: &mut BTreeSet<OpenFact>) -> Vec<(ClaimIndex, Name)> {
        let level = &self.grading.compiled.children;
        let asked = &self.grading.compiled.measures[measure];
        let mut read = Vec::new();
        for (_, child, frame) in &self.grading.state(claim).children {
            let filter = asked.filter.as_ref().map_or(Diagram::TRUE, |(_, holds)| *holds);
            if !level.diagrams.possible(filter, &frame.inputs()).contains(&1) {
                continue;
            }
            let holds = [&asked.filter, &asked.prefer, &asked.condition].into_iter().flatten().map(|(_, holds)| *holds);
            let support = |diagram| level.diagrams.support(diagram, &recordable(level, frame)).unwrap_or_default();
            let of = asked.of.map(|(variable, _)| variable);
            let hanging: BTreeSet<VariableId> = holds.flat_map(support).chain(of).collect();
            for variable in hanging {
                if frame.value(variable).is_some_and(|value| !value.is_missing()) {
                    continue;
                }
                let name = level.space.get(variable).name.clone();
                match self.index.get(Scope::Child, name.as_str()) {
                    Some(Named::Fact(fact)) => {
                        let of = self.grading.case.claim(*child).id.as_str().to_owned();
                        open.insert(OpenFact { subject: fact.subject, of, name });
                    }
                    Some(_) => read.push((*child, name)),
                    None => {}
                }
            }
        }
        read
    }

    /// The variables on which a decision still hangs.
    fn hanging(&self, on: Subject, frame: &Frame, decision: &Name) -> BTreeSet<VariableId> {
        let compiled = self.grading.compiled;
        let level = compiled.level(on);
        let judged = level.decisions.iter().zip(&frame.results).filter(|(_, result)| result.judged.is_some());
        let opaque: BTreeSet<VariableId> = judged.map(|(decision, _)| decision.output).collect();
        let position = compiled.position(on, decision);
        let exact = position.and_then(|position| {
            let chain = compiled.chain(on, &opaque, &BTreeSet::from([position]))?;
            chain.diagrams.support(chain.values[position]?, &recordable(level, frame)).ok()
        });
        // Where the rules are too large to tell, everything that is missing is named.
        exact.unwrap_or_else(|| {
            let open = level.space.iter().filter(|(id, _)| !frame.slot(*id).is_one());
            open.filter(|(id, _)| level.decision_of(*id).is_none()).map(|(id, _)| id).collect()
        })
    }

    fn items(&self, claim: ClaimIndex, measure: usize, open: &mut BTreeSet<OpenFact>) {
        let compiled = self.grading.compiled;
        let level = &compiled.items;
        let state = self.grading.state(claim);
        for (link, frame) in self.grading.body(claim).counted.iter().zip(&state.items) {
            let LinkEnd::Evidence(item) = self.grading.case.link(*link).from else { continue };
            let judged = level.decisions.iter().zip(&frame.results).filter(|(_, result)| result.judged.is_some());
            let opaque: BTreeSet<VariableId> = judged.map(|(decision, _)| decision.output).collect();
            let written = compiled.contributions(&opaque);
            let asked =
                written.as_ref().and_then(|written| written.asked.iter().find(|asked| asked.measure == measure));
            let hanging: BTreeSet<VariableId> = match (&written, asked) {
                (Some(written), Some(asked)) => {
                    let diagrams = &written.chain.diagrams;
                    if !diagrams.possible(asked.filter, &frame.inputs()).contains(&1) {
                        continue;
                    }
                    let support = |diagram| diagrams.support(diagram, &recordable(level, frame)).unwrap_or_default();
                    [asked.filter, asked.prefer, asked.holds, asked.of].into_iter().flat_map(support).collect()
                }
                _ => level.space.iter().filter(|(id, _)| !frame.slot(*id).is_one()).map(|(id, _)| id).collect(),
            };
            // A number that is summed up matters even where no rule cuts it.
            let summed = compiled.measures[measure].of.map(|(variable, _)| variable);
            for variable in hanging.into_iter().chain(summed) {
                for name in self.recorded(Scope::Link, frame, variable) {
                    let subject = match self.index.get(Scope::Link, name.as_str()) {
                        Some(Named::Fact(fact)) => fact.subject,
                        _ => Subject::Evidence,
                    };
                    let of = match subject {
                        Subject::Claim => self.grading.case.claim(claim).id.as_str().to_owned(),
                        _ => self.grading.case.item(item).id.as_str().to_owned(),
                    };
                    open.insert(OpenFact { subject, of, name });
                }
            }
        }
    }

    /// The recorded or measured names behind a variable that are not known: the variable's own,
    /// or those that it is derived or decided from.
    fn recorded(&self, scope: Scope, frame: &Frame, variable: VariableId) -> Vec<Name> {
        let on = if scope == Scope::Claim { Subject::Claim } else { Subject::Link };
        let level = self.grading.compiled.level(on);
        let mut names = Vec::new();
        let mut waiting = vec![variable];
        let mut seen = BTreeSet::new();
        while let Some(variable) = waiting.pop() {
            let missing = frame.value(variable).is_none_or(crate::value::FactValue::is_missing);
            if !seen.insert(variable) || !missing {
                continue;
            }
            let name = &level.space.get(variable).name;
            match self.index.get(scope, name.as_str()) {
                Some(Named::Derived(derived)) => {
                    waiting.extend(derived.names().filter_map(|argument| level.space.value_of(argument.as_str())));
                }
                Some(Named::Decision(_)) => waiting.extend(self.hanging(on, frame, name)),
                _ => names.push(name.clone()),
            }
        }
        names
    }
}

/// What is known of every variable, except that what a rule asks whether it is missing may yet be
/// recorded: the fact itself settles things as well as those that stand in for it.
fn recordable<'f>(level: &'f Level, frame: &'f Frame) -> impl Fn(VariableId) -> Cells<'f> {
    move |variable| {
        let known = level.space.get(variable);
        let missing = known.role == Role::Closed
            && *frame.slot(variable) == known.domain.unknown_cell(Unknown::Missing).map_or(Slot::Open, Slot::One);
        if missing { Cells::Any } else { frame.slot(variable).cells() }
    }
}
