//! What a decision read: facts with their places, measures with their items, parameters.

use std::collections::BTreeSet;

use super::failure::failure;
use super::{Builder, DEEPEST, Room, blank};
use crate::case::ClaimIndex;
use crate::compile::CompiledMeasure;
use crate::compile::diagram::VariableId;
use crate::compile::formula::Formula;
use crate::compile::level::Level;
use crate::document::shape::Subject;
use crate::framework::names::{Named, Scope};
use crate::framework::{Decision, Over};
use crate::grade::Status;
use crate::grade::facts::Origin;
use crate::grade::frame::Frame;
use crate::grade::judgements::MatterKind;
use crate::grade::proof::{LeftOut, ParameterUsed, Proof, Read, ReadItem, ReadValue, SynthesisUsed};
use crate::name::Name;
use crate::value::FactValue;

impl Builder<'_> {
    pub(super) fn read_all(&mut self, room: &Room<'_>, reading: &[VariableId], proof: &mut Proof, depth: usize) {
        let mut decisions: Vec<Name> = Vec::new();
        for variable in reading {
            let known = room.level.space.get(*variable);
            let name = known.name.clone();
            match self.index.get(room.scope, name.as_str()) {
                Some(Named::Decision(_)) => proof.from.extend(self.decision(room, &name, depth + 1)),
                _ => proof.facts.push(self.read(room, *variable, depth, &mut decisions)),
            }
        }
        self.read_decisions(room, decisions, &mut proof.from, depth);
    }

    /// The proofs of decisions of which derived values are made.
    fn read_decisions(&mut self, room: &Room<'_>, decisions: Vec<Name>, from: &mut Vec<Proof>, depth: usize) {
        for name in decisions {
            if from.iter().all(|known| known.decision != name) {
                from.extend(self.decision(room, &name, depth + 1));
            }
        }
    }

    /// What is read of a name; decisions of which it is made are named, for their proofs stand beside it.
    pub(super) fn read(
        &mut self,
        room: &Room<'_>,
        variable: VariableId,
        depth: usize,
        decisions: &mut Vec<Name>,
    ) -> Read {
        let name = room.level.space.get(variable).name.clone();
        let value = self.variable(room, variable);
        let mut read = blank(&name, value);
        match self.index.get(room.scope, name.as_str()) {
            Some(Named::Measure(measure)) => {
                read.measure = Some(measure.aggregate.word().into());
                read.change.clone_from(&measure.change);
                let compiled = self.compiled;
                let found =
                    compiled.measures.iter().find(|known| compiled.framework().measures[known.index].name == name);
                if let (Some(measure), Some(claim)) = (found, room.claim) {
                    self.measure(measure, claim, &mut read, depth);
                }
            }
            Some(Named::Derived(derived)) => {
                read.change.clone_from(&derived.change);
                read.given_before = !self.given.insert((room.on.to_owned(), name.clone()));
                for argument in derived.names().filter(|_| !read.given_before) {
                    match room.level.space.value_of(argument.as_str()) {
                        Some(variable) if depth <= DEEPEST => {
                            let part = self.read(room, variable, depth + 1, decisions);
                            read.from.push(part);
                        }
                        _ => read.from.extend(self.parameter(argument)),
                    }
                }
            }
            Some(Named::Decision(_)) => decisions.push(name),
            Some(Named::Fact(fact)) => {
                read.unit.clone_from(&fact.unit);
                self.origin(room, &name, &mut read);
                if fact.synthesis.is_some()
                    && let (Some(grading), Some(claim)) = (self.grading, room.claim)
                    && matches!(room.facts.stated(&name).origin, Origin::Nowhere | Origin::Default)
                {
                    read.not_synthesised = grading.given().of_claim(claim).not_synthesised(fact);
                }
            }
            _ => self.origin(room, &name, &mut read),
        }
        read
    }

    /// Where a fact stands, who decided it, and the source that its item cites.
    fn origin(&self, room: &Room<'_>, name: &Name, read: &mut Read) {
        match room.facts.stated(name).origin {
            Origin::File(at) => read.at = Some(at.place()),
            Origin::Engine(Some(at)) => read.at = Some(at.place()),
            Origin::Judgement(index, overrode) => {
                read.judgement = self.judgement(index, MatterKind::Fact, name);
                read.at = read.judgement.as_ref().map(|judgement| judgement.at.clone());
                read.overrode = overrode;
            }
            Origin::Default => read.by_default = true,
            Origin::Synthesis { of, told } => {
                read.synthesis = Some(SynthesisUsed { method: told, of });
                return;
            }
            Origin::Nowhere | Origin::Engine(None) | Origin::Example => return,
        }
        if let (Some(grading), Some(evidence)) = (self.grading, room.evidence) {
            read.source = Some(grading.case.source(evidence.source).id.clone());
            read.locator.clone_from(&evidence.locator);
        }
    }

    /// What a measure is made of.
    fn measure(&mut self, measure: &CompiledMeasure, claim: ClaimIndex, read: &mut Read, depth: usize) {
        let Some(grading) = self.grading else { return };
        let state = grading.state(claim);
        let (level, frames): (&Level, Vec<&Frame>) = match measure.over {
            Over::Evidence => (&self.compiled.items, state.items.iter().collect()),
            Over::Claims => (&self.compiled.children, state.children.iter().map(|(.., frame)| frame).collect()),
        };
        let certainly = |asked: &Option<(Formula, _)>, frame: &Frame| {
            asked.as_ref().is_none_or(|(_, holds)| !level.diagrams.possible(*holds, &frame.inputs()).contains(&0))
        };
        let prefers = measure.prefer.is_some()
            && frames.iter().any(|frame| certainly(&measure.filter, frame) && certainly(&measure.prefer, frame));
        match measure.over {
            Over::Evidence => {
                for position in 0..state.items.len() {
                    self.with_item(claim, position, |builder, room| {
                        builder.member(measure, room, Subject::Evidence, prefers, read, depth);
                    });
                }
            }
            Over::Claims => {
                for (link, child, frame) in &state.children {
                    let facts = grading.given().of_child(*link, *child);
                    let room = Room {
                        level: &self.compiled.children,
                        subject: Subject::Claim,
                        scope: Scope::Child,
                        frame,
                        exact: None,
                        facts: &facts,
                        on: grading.case.claim(*child).id.as_str(),
                        evidence: None,
                        judged: &|_| None,
                        claim: Some(*child),
                    };
                    self.member(measure, &room, Subject::Claim, prefers, read, depth);
                }
                for child in grading.passed_over(claim) {
                    let condition = format!("a claim that `{}` grades", self.compiled.framework().id);
                    let actual = match grading.grade(child).status() {
                        Status::NotApplicable(reason) => reason,
                        Status::Graded(_) | Status::Undetermined { .. } => String::new(),
                    };
                    read.left_out.push(LeftOut {
                        id: grading.case.claim(child).id.as_str().to_owned(),
                        condition,
                        actual,
                    });
                }
            }
        }
    }

    fn member(
        &mut self,
        measure: &CompiledMeasure,
        room: &Room<'_>,
        subject: Subject,
        prefers: bool,
        read: &mut Read,
        depth: usize,
    ) {
        if let Some((formula, holds)) = &measure.filter {
            let possible = room.level.diagrams.possible(*holds, &room.frame.inputs());
            if !possible.contains(&1) {
                let (condition, actual, _) = failure(room, formula).unwrap_or_default();
                read.left_out.push(LeftOut { id: room.on.to_owned(), condition, actual });
                return;
            }
        }
        if let Some((formula, holds)) = measure.prefer.as_ref().filter(|_| prefers)
            && !room.level.diagrams.possible(*holds, &room.frame.inputs()).contains(&1)
        {
            let (condition, actual, _) = failure(room, formula).unwrap_or_default();
            let condition = format!("{condition} (some are, and go before others)");
            read.left_out.push(LeftOut { id: room.on.to_owned(), condition, actual });
            return;
        }
        let asked = measure.filter.iter().chain(&measure.prefer).chain(&measure.condition);
        let mut variables: Vec<VariableId> = asked.flat_map(|(formula, _)| formula.variables()).collect();
        variables.extend(measure.of.map(|(variable, _)| variable));
        let mut item = ReadItem { subject, id: room.on.to_owned(), facts: Vec::new(), from: Vec::new() };
        let mut seen = BTreeSet::new();
        let mut decisions: Vec<Name> = Vec::new();
        for variable in variables.into_iter().filter(|variable| seen.insert(*variable)) {
            let known = room.level.space.get(variable);
            let name = known.name.clone();
            match self.index.get(room.scope, name.as_str()) {
                Some(Named::Decision(_)) if subject == Subject::Evidence => {
                    item.from.extend(self.decision(room, &name, depth + 1));
                }
                Some(Named::Decision(_)) => {
                    item.from.extend(room.claim.and_then(|claim| self.claim_decision(claim, &name, depth + 1)));
                }
                Some(Named::Measure(_) | Named::Derived(_)) if subject == Subject::Claim => {
                    item.facts.push(blank(&name, self.variable(room, variable)));
                }
                _ => item.facts.push(self.read(room, variable, depth + 1, &mut decisions)),
            }
        }
        self.read_decisions(room, decisions, &mut item.from, depth);
        read.of.push(item);
    }

    /// The parameters that the rules of a proof lean on.
    pub(super) fn parameters(&self, decision: &Decision, proof: &mut Proof) {
        let mut names: Vec<&Name> = Vec::new();
        for fired in &proof.rules {
            let Some(rule) = decision.rule(fired.rule.as_str()) else { continue };
            for test in rule.when.tests() {
                let operands = test.accepts.iter().flat_map(crate::framework::Accept::operands);
                let tested = self.compiled.parameters().get_key_value(&test.name).map(|(name, _)| name);
                for name in operands.filter_map(|operand| operand.parameter()).chain(tested) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        proof.facts.extend(names.into_iter().filter_map(|name| self.parameter(name)));
    }

    fn parameter(&self, name: &Name) -> Option<Read> {
        let parameter = self.compiled.framework().parameter(name.as_str())?;
        let value = self.compiled.parameters().get(name)?;
        let mut read = blank(name, ReadValue::Known(FactValue::Known(value.clone())));
        let set_for_run = self.compiled.is_overridden(name.as_str());
        read.at = (!set_for_run).then(|| parameter.span.place());
        let cites = parameter.cites.clone().filter(|_| !set_for_run);
        read.change = parameter.change.clone().filter(|_| !set_for_run);
        read.parameter = Some(ParameterUsed { status: parameter.status, cites, set_for_run });
        Some(read)
    }
}
