//! Open questions: the missing facts on which a grade still hangs.

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

use super::Grading;
use super::frame::{Frame, Slot};
use crate::case::{ClaimIndex, LinkEnd};
use crate::compile::diagram::{Cells, Diagram, VariableId};
use crate::compile::level::{Level, arguments};
use crate::compile::space::Role;
use crate::document::shape::Subject;
use crate::framework::Over;
use crate::framework::names::{Index, Named, Scope};
use crate::name::Name;
use crate::value::Unknown;

/// A missing fact on which a grade still hangs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct OpenFact {
    /// What it is a fact of.
    pub subject: Subject,
    /// The id of the claim or evidence item.
    pub of: String,
    /// Its name.
    pub name: Name,
}

/// The missing facts on which a claim's grade hangs.
pub(super) fn open_facts(grading: &Grading<'_>, claim: ClaimIndex) -> Vec<OpenFact> {
    let compiled = grading.compiled;
    let Some(result) = compiled.framework().result.as_ref() else { return Vec::new() };
    let finder = Finder { grading, index: Index::new(compiled.framework()) };
    let mut open = BTreeSet::new();
    // Claims that it rests on may be open themselves.
    let mut waiting = VecDeque::from([claim]);
    let mut seen = BTreeSet::from([claim]);
    while let Some(claim) = waiting.pop_front() {
        for child in finder.claim(claim, result, &mut open) {
            if seen.insert(child) {
                waiting.push_back(child);
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
    /// Adds the open facts of a claim and of the items in its body; returns the claims that it
    /// rests on and that are open.
    fn claim(&self, claim: ClaimIndex, result: &Name, open: &mut BTreeSet<OpenFact>) -> Vec<ClaimIndex> {
        let compiled = self.grading.compiled;
        let state = self.grading.state(claim);
        let level = &compiled.claims;
        let mut children = Vec::new();
        for variable in self.hanging(level, &state.frame, result) {
            for name in self.recorded(Scope::Claim, level, &state.frame, variable) {
                match self.index.get(Scope::Claim, name.as_str()) {
                    Some(Named::Measure(measure)) => {
                        let position = compiled.measures.iter().position(|compiled_measure| {
                            compiled.framework().measures[compiled_measure.index].name == measure.name
                        });
                        match (measure.over, position) {
                            (Over::Evidence, Some(position)) => self.items(claim, position, open),
                            (Over::Claims, _) => {
                                let loose = state.children.iter().filter(|(_, _, frame)| !frame.is_closed());
                                children.extend(loose.map(|(_, child, _)| *child));
                            }
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
        children
    }

    /// The variables on which a decision still hangs.
    fn hanging(&self, level: &Level, frame: &Frame, decision: &Name) -> BTreeSet<VariableId> {
        let compiled = self.grading.compiled;
        let judged = level.decisions.iter().zip(&frame.results).filter(|(_, result)| result.judged.is_some());
        let opaque: BTreeSet<VariableId> = judged.map(|(decision, _)| decision.output).collect();
        let position =
            level.decisions.iter().position(|known| compiled.framework().decisions[known.index].name == *decision);
        let exact = position.and_then(|position| {
            let chain = compiled.chain(Subject::Claim, &opaque, &BTreeSet::from([position]))?;
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
                for name in self.recorded(Scope::Link, level, frame, variable) {
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
    /// or those that it is derived from or decided by.
    fn recorded(&self, scope: Scope, level: &Level, frame: &Frame, variable: VariableId) -> Vec<Name> {
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
                    waiting.extend(arguments(derived).filter_map(|argument| level.space.value_of(argument.as_str())));
                }
                // One that is added up or computed with; what rules cut is written out already.
                Some(Named::Decision(_)) => waiting.extend(hanging_in_table(level, frame, variable)),
                _ => names.push(name.clone()),
            }
        }
        names
    }
}

/// The variables on which a decision hangs by its own table.
fn hanging_in_table(level: &Level, frame: &Frame, decision: VariableId) -> BTreeSet<VariableId> {
    let Some(decision) = level.decision_of(decision) else { return BTreeSet::new() };
    let conditions = || decision.rules.iter().map(|rule| rule.holds).collect();
    let parts: Vec<Diagram> = decision.value.map_or_else(conditions, |value| vec![value]);
    let hanging = |part| level.diagrams.support(part, &recordable(level, frame)).unwrap_or_default();
    parts.into_iter().flat_map(hanging).collect()
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
