//! Working a level out: facts, then what assumptions rule out, derived values and decisions in their order.

mod by_rules;
mod exact;
mod many;

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use super::facts::{Lookup, unknown_of};
use super::frame::{Answer, DecisionResult, Frame, Possible, Preset, Slot};
use super::range::{self, Range};
use crate::compile::Compiled;
use crate::compile::decision::{CompiledDecision, GAP};
use crate::compile::legal::Part;
use crate::compile::level::{CompiledArgument, Level, Step};
use crate::compile::space::Known;
use crate::document::shape::Subject;
use crate::name::{Name, Word};
use crate::synthesis::function::Arguments;
use crate::value::{FactValue, Unknown, Value};

/// How many ways are followed when it is worked out what is still possible.
pub(crate) const MOST_WAYS: usize = 1 << 18;

/// Which decisions are told exactly where facts are missing. What a table tells by itself is never
/// too little; two tables that hang on the same missing fact may rule more out together.
#[derive(Clone, Copy)]
pub(crate) enum Exactly<'e> {
    /// None of them.
    Nothing,
    /// Those at these positions.
    These(&'e BTreeSet<usize>),
    /// All of them.
    Everything,
}

/// Works out a level.
#[derive(Clone, Copy)]
pub(crate) struct Evaluator<'e> {
    pub(crate) compiled: &'e Compiled,
    pub(crate) on: Subject,
    exactly: Exactly<'e>,
}

impl<'e> Evaluator<'e> {
    /// One that tells every decision exactly.
    pub(crate) const fn exact(compiled: &'e Compiled, on: Subject) -> Self {
        Self { compiled, on, exactly: Exactly::Everything }
    }

    /// One that tells each decision by its own table.
    pub(crate) const fn by_table(compiled: &'e Compiled, on: Subject) -> Self {
        Self { compiled, on, exactly: Exactly::Nothing }
    }

    /// One that tells exactly what comes out of claims: results, and what other claims read.
    pub(crate) const fn of_outcomes(compiled: &'e Compiled) -> Self {
        Self { compiled, on: Subject::Claim, exactly: Exactly::These(&compiled.outcomes) }
    }

    pub(crate) const fn level(&self) -> &'e Level {
        self.compiled.level(self.on)
    }

    /// The frame of an item or a claim. `judged` tells what people decided, by decision.
    pub(crate) fn evaluate(
        &self,
        facts: &dyn Lookup,
        preset: &Preset,
        judged: &dyn Fn(&Name) -> Option<Word>,
    ) -> Frame {
        self.work_out(self.base(facts, preset), preset, judged)
    }

    /// The same for what is looked up already, with `preset` put in.
    pub(crate) fn evaluate_from(&self, base: &Frame, preset: &Preset, judged: &dyn Fn(&Name) -> Option<Word>) -> Frame {
        let mut frame = base.clone();
        for (variable, (slot, value)) in preset {
            frame.slots[variable.index()].clone_from(slot);
            frame.values[variable.index()].clone_from(value);
        }
        self.work_out(frame, preset, judged)
    }

    /// Works out what follows from what is looked up.
    fn work_out(&self, mut frame: Frame, preset: &Preset, judged: &dyn Fn(&Name) -> Option<Word>) -> Frame {
        let level = self.level();
        self.refine(&mut frame);
        for step in &level.steps {
            match *step {
                Step::Derived(position) => {
                    let derived = &level.derived[position];
                    if !preset.contains_key(&derived.output) {
                        self.derive(&mut frame, position);
                    }
                }
                Step::Decision(position) => {
                    let decision = &level.decisions[position];
                    frame.results[position].computed = self.decide(&frame, decision);
                    match preset.get(&decision.output) {
                        Some(preset) => frame.results[position].judged = preset_answer(preset),
                        None => {
                            frame.results[position].judged = self.judged(decision, judged);
                            self.settle(&mut frame, position);
                        }
                    }
                }
            }
        }
        self.make_exact(&mut frame);
        frame
    }

    /// What people decided instead of a decision.
    fn judged(&self, decision: &CompiledDecision, judged: &dyn Fn(&Name) -> Option<Word>) -> Option<Answer> {
        let word = judged(&self.compiled.framework().decisions[decision.index].name)?;
        let domain = &self.level().space.get(decision.output).domain;
        domain.word_cell(word.as_str()).map(Answer::Cell)
    }

    /// What is looked up, before anything is worked out.
    pub(crate) fn base(&self, facts: &dyn Lookup, preset: &Preset) -> Frame {
        let level = self.level();
        let mut slots = Vec::with_capacity(level.space.len());
        let mut values = Vec::with_capacity(level.space.len());
        for (id, variable) in level.space.iter() {
            if let Some((slot, value)) = preset.get(&id) {
                slots.push(slot.clone());
                values.push(value.clone());
                continue;
            }
            let stated = facts.stated(&variable.name).value;
            slots.push(variable.domain.cell(&stated).map_or(Slot::Open, Slot::One));
            values.push(Some(stated));
        }
        let results = vec![DecisionResult::default(); level.decisions.len()];
        Frame { slots, values, results, exact: true }
    }

    /// The facts, with what the assumptions rule out; whether they rule anything out.
    pub(crate) fn facts(&self, facts: &dyn Lookup) -> (Frame, bool) {
        let mut frame = self.base(facts, &Preset::new());
        let refined = self.refine(&mut frame);
        (frame, refined)
    }

    /// Rules out the cells that the assumptions do not allow, given what is known: a question
    /// that does not arise is not applicable, even if nobody wrote that down. Says whether any is
    /// ruled out.
    fn refine(&self, frame: &mut Frame) -> bool {
        let mut refined = false;
        for part in &self.level().legal.parts {
            refined |= self.refine_by(frame, part);
        }
        refined
    }

    /// The same by some of the assumptions.
    fn refine_by(&self, frame: &mut Frame, part: &Part) -> bool {
        let level = self.level();
        let (mut known, mut open) = (true, true);
        for variable in &part.reads {
            let slot = frame.slot(*variable);
            known &= slot.is_one();
            open &= matches!(slot, Slot::Open);
        }
        // What nothing is known of is as free as the assumptions leave it, and nothing is to be
        // ruled out of what is known.
        if known || open && !part.binds_open {
            return false;
        }
        let mut refined = false;
        let allowed = level.diagrams.allowed(part.holds, &frame.inputs());
        for (variable, cells) in allowed {
            if frame.slot(variable).is_one() || cells.count_ones(..) == cells.len() {
                continue;
            }
            let slot = Slot::of(cells);
            if let Slot::One(cell) = slot
                && let Some(value) = level.space.get(variable).domain.only_value(cell)
            {
                frame.values[variable.index()] = Some(value);
            }
            frame.slots[variable.index()] = slot;
            refined = true;
        }
        refined
    }

    fn derive(&self, frame: &mut Frame, position: usize) {
        let level = self.level();
        let compiled = &level.derived[position];
        let derived = &self.compiled.framework().derived[compiled.index];
        let domain = &level.space.get(compiled.output).domain;
        let mut arguments: Vec<Vec<FactValue>> = Vec::with_capacity(compiled.arguments.len());
        for given in &compiled.arguments {
            arguments.push(given.iter().map(|argument| argument_of(frame, argument)).collect());
        }
        let (slot, value) = match unknown_of(arguments.iter().flatten()) {
            Some(Unknown::Missing) => {
                let of = |argument: &CompiledArgument| self.argument_range(frame, argument);
                let ranges: Vec<Vec<Range>> =
                    compiled.arguments.iter().map(|given| given.iter().map(of).collect()).collect();
                let slot = Slot::of(range::image(derived.function, &ranges, domain));
                let only = if let Slot::One(cell) = slot { domain.only_value(cell) } else { None };
                (slot, only.unwrap_or(FactValue::MISSING))
            }
            Some(unknown) => (Slot::Open, FactValue::Unknown(unknown)),
            None => {
                let known: Vec<Vec<Value>> = arguments
                    .into_iter()
                    .map(|values| values.into_iter().filter_map(|value| value.known().cloned()).collect())
                    .collect();
                match derived.function.compute(&Arguments(&known)) {
                    Some(value) => (Slot::Open, FactValue::Known(value)),
                    None => (Slot::Open, FactValue::Unknown(Unknown::NotApplicable)),
                }
            }
        };
        frame.slots[compiled.output.index()] = domain.cell(&value).map_or(slot, Slot::One);
        frame.values[compiled.output.index()] = Some(value);
    }

    /// What an argument can be.
    fn argument_range(&self, frame: &Frame, argument: &CompiledArgument) -> Range {
        match (argument, argument_of(frame, argument)) {
            (CompiledArgument::Variable(variable), FactValue::Unknown(Unknown::Missing)) => {
                Range::of(&self.level().space.get(*variable).domain, frame.slot(*variable))
            }
            (_, known) => Range::exactly(&known),
        }
    }

    /// Puts what came of a decision into its variable.
    fn settle(&self, frame: &mut Frame, position: usize) {
        let level = self.level();
        let decision = &level.decisions[position];
        let domain = &level.space.get(decision.output).domain;
        let possible = frame.results[position].possible();
        let cell = |answer: Answer| match answer {
            Answer::Cell(cell) => Some(cell),
            Answer::Number(number) => domain.number_cell(number),
        };
        let (slot, value) = match possible.one() {
            Some(answer) => {
                let value = self.value_of(decision, answer);
                (cell(answer).map_or(Slot::Open, Slot::One), Some(value))
            }
            // Where no rule may answer, any value is as good as any other.
            None if possible.gap => (Slot::Open, None),
            None => {
                let mut cells = FixedBitSet::with_capacity(domain.cells());
                for cell in possible.answers.iter().filter_map(|answer| cell(*answer)) {
                    cells.insert(cell as usize);
                }
                (Slot::of(cells), None)
            }
        };
        frame.slots[decision.output.index()] = slot;
        frame.values[decision.output.index()] = value;
    }

    /// An answer as a value.
    pub(crate) fn value_of(&self, decision: &CompiledDecision, answer: Answer) -> FactValue {
        match answer {
            Answer::Number(number) => FactValue::from(number),
            Answer::Cell(cell) => match &self.level().space.get(decision.output).domain.known {
                Known::Words { words, .. } => {
                    words.get(cell as usize).map_or(FactValue::MISSING, |word| Value::Choice(word.clone()).into())
                }
                _ => FactValue::MISSING,
            },
        }
    }

    /// What a decision gives, as far as it can be told from its own table.
    fn decide(&self, frame: &Frame, decision: &CompiledDecision) -> Possible {
        let level = self.level();
        let Some(value) = decision.value else { return self.decide_by_rules(frame, decision) };
        let leaves = level.diagrams.possible(value, &frame.inputs());
        let possible = possible(decision, &leaves);
        if possible.one().is_some() {
            return possible;
        }
        // A variable that has no value, for no rule answers, leaves this decision without one.
        let results = level.decisions.iter().zip(&frame.results);
        let unanswered = results.filter(|(_, result)| result.judged.is_none() && result.computed.gap);
        let mut outputs = Vec::with_capacity(level.decisions.len());
        outputs.extend(unanswered.map(|(other, _)| other.output));
        if level.diagrams.reads_any(value, &outputs) { Possible { gap: true, ..possible } } else { possible }
    }
}

/// What is put into a frame instead of what a decision gives.
fn preset_answer((slot, value): &(Slot, Option<FactValue>)) -> Option<Answer> {
    let number = value.as_ref().and_then(FactValue::number).map(Answer::Number);
    number.or(match slot {
        Slot::One(cell) => Some(Answer::Cell(*cell)),
        _ => None,
    })
}

fn argument_of(frame: &Frame, argument: &CompiledArgument) -> FactValue {
    match argument {
        CompiledArgument::Value(value) => value.clone(),
        CompiledArgument::Variable(variable) => frame.value(*variable).cloned().unwrap_or(FactValue::MISSING),
    }
}

/// The answers that leaves of a decision's value stand for.
fn possible(decision: &CompiledDecision, leaves: &BTreeSet<u32>) -> Possible {
    let mut possible = Possible::default();
    for leaf in leaves {
        if *leaf == GAP {
            possible.gap = true;
        } else if decision.start.is_some() {
            possible.answers.extend(decision.totals.get(*leaf as usize).map(|total| Answer::Number(*total)));
        } else {
            possible.answers.extend(u16::try_from(*leaf).ok().map(Answer::Cell));
        }
    }
    possible
}
