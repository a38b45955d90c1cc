//! Frames: what is known of every variable of a level, and what follows from it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use rust_decimal::Decimal;

use super::facts::{Lookup, unknown_of};
use super::range::{self, Range};
use crate::compile::Compiled;
use crate::compile::decision::{CompiledDecision, GAP, Outcome};
use crate::compile::diagram::{Cells, Diagram, VariableId};
use crate::compile::level::{CompiledArgument, Level, Step};
use crate::compile::space::Known;
use crate::document::shape::Subject;
use crate::framework::HitPolicy;
use crate::name::{Name, Word};
use crate::synthesis::function::Arguments;
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::BetterEnd;

/// How many ways are followed when it is worked out what is still possible.
pub(crate) const MOST_WAYS: usize = 1 << 18;

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// It is in this cell.
    One(u16),
    /// It is in one of these cells.
    Some(FixedBitSet),
    /// It may be in any cell.
    Open,
}

impl Slot {
    pub(crate) const fn cells(&self) -> Cells<'_> {
        match self {
            Self::One(cell) => Cells::One(*cell),
            Self::Some(cells) => Cells::Some(cells),
            Self::Open => Cells::Any,
        }
    }

    pub(crate) const fn is_one(&self) -> bool {
        matches!(self, Self::One(_))
    }

    /// The slot of a set of cells: of one cell that cell.
    pub(crate) fn of(cells: FixedBitSet) -> Self {
        match (cells.minimum(), cells.count_ones(..)) {
            (Some(cell), 1) => u16::try_from(cell).map_or(Self::Open, Self::One),
            (None, _) => Self::Open,
            _ => Self::Some(cells),
        }
    }
}

/// A value that a decision gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Answer {
    /// A cell of its own variable.
    Cell(u16),
    /// A total.
    Number(Decimal),
}

/// The answers that are still possible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Possible {
    pub(crate) answers: BTreeSet<Answer>,
    /// Whether it may be that no rule answers.
    pub(crate) gap: bool,
}

impl Possible {
    /// The answer, if there is exactly one.
    pub(crate) fn one(&self) -> Option<Answer> {
        let mut answers = self.answers.iter();
        match (answers.next(), answers.next(), self.gap) {
            (Some(answer), None, false) => Some(*answer),
            _ => None,
        }
    }

    pub(crate) fn union(&mut self, other: &Self) {
        self.answers.extend(&other.answers);
        self.gap |= other.gap;
    }
}

/// What came of a decision.
#[derive(Clone, Debug, Default)]
pub(crate) struct DecisionResult {
    /// What the rules give.
    pub(crate) computed: Possible,
    /// What a person decided instead, or an example gives.
    pub(crate) judged: Option<Answer>,
}

impl DecisionResult {
    /// Whether it is open what holds.
    pub(crate) fn is_loose(&self) -> bool {
        self.judged.is_none() && self.computed.one().is_none()
    }

    /// What holds in the end.
    pub(crate) fn possible(&self) -> Possible {
        match self.judged {
            Some(answer) => Possible { answers: BTreeSet::from([answer]), gap: false },
            None => self.computed.clone(),
        }
    }
}

/// What is known of every variable of a level.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) slots: Vec<Slot>,
    /// The value of every variable, where it is known which.
    pub(crate) values: Vec<Option<FactValue>>,
    /// What came of every decision of the level.
    pub(crate) results: Vec<DecisionResult>,
    /// Whether what is said to be possible is exactly that, and not merely no less.
    pub(crate) exact: bool,
}

impl Frame {
    pub(crate) fn slot(&self, variable: VariableId) -> &Slot {
        &self.slots[variable.index()]
    }

    pub(crate) fn value(&self, variable: VariableId) -> Option<&FactValue> {
        self.values[variable.index()].as_ref()
    }

    pub(crate) fn inputs<'f>(&'f self) -> impl Fn(VariableId) -> Cells<'f> {
        move |variable| self.slot(variable).cells()
    }

    /// The variables that are not known.
    pub(crate) fn open(&self) -> impl Iterator<Item = VariableId> {
        let open = self.slots.iter().enumerate().filter(|(_, slot)| !slot.is_one());
        open.filter_map(|(position, _)| u16::try_from(position).ok().map(VariableId))
    }

    /// Whether everything that is not decided is known.
    pub(crate) fn is_closed(&self) -> bool {
        self.slots.iter().all(Slot::is_one)
    }
}

/// What is put into a frame before anything is looked up, by variable.
pub(crate) type Preset = BTreeMap<VariableId, (Slot, Option<FactValue>)>;

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
                    let name = &self.compiled.framework().decisions[decision.index].name;
                    let domain = &level.space.get(decision.output).domain;
                    match preset.get(&decision.output) {
                        Some((slot, value)) => {
                            let number = value.as_ref().and_then(FactValue::number).map(Answer::Number);
                            frame.results[position].judged = number.or(match slot {
                                Slot::One(cell) => Some(Answer::Cell(*cell)),
                                _ => None,
                            });
                        }
                        None => {
                            let cell = judged(name).and_then(|word| domain.word_cell(word.as_str()));
                            frame.results[position].judged = cell.map(Answer::Cell);
                            self.settle(&mut frame, position);
                        }
                    }
                }
            }
        }
        self.make_exact(&mut frame);
        frame
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
        let level = self.level();
        let mut refined = false;
        for part in &level.legal.parts {
            let (mut known, mut open) = (true, true);
            for variable in &part.reads {
                let slot = frame.slot(*variable);
                known &= slot.is_one();
                open &= matches!(slot, Slot::Open);
            }
            // What nothing is known of is as free as the assumptions leave it, and nothing is to be
            // ruled out of what is known.
            if known || open && !part.binds_open {
                continue;
            }
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
        let hangs_on_gap = level.decisions.iter().zip(&frame.results).any(|(other, result)| {
            result.judged.is_none() && result.computed.gap && level.diagrams.reads(value, other.output)
        });
        if hangs_on_gap { Possible { gap: true, ..possible } } else { possible }
    }

    /// The same, rule by rule, where the table is too large to be one diagram: never less than
    /// what is possible.
    fn decide_by_rules(&self, frame: &Frame, decision: &CompiledDecision) -> Possible {
        let level = self.level();
        let policy = &self.compiled.framework().decisions[decision.index];
        let mut rules = Vec::with_capacity(decision.rules.len());
        for rule in &decision.rules {
            let holds = level.diagrams.possible(rule.holds, &frame.inputs());
            if holds.contains(&1) {
                rules.push((!holds.contains(&0), self.answers(frame, &rule.outcome)));
            }
        }
        match &policy.hit {
            HitPolicy::Sum { clamp, .. } => {
                let start = decision.start.as_ref().map_or_else(Possible::default, |start| self.answers(frame, start));
                sums(&start, &rules, *clamp)
            }
            HitPolicy::Worst | HitPolicy::Best => {
                let want_best = matches!(policy.hit, HitPolicy::Best);
                let lower_wins = (policy.best == Some(BetterEnd::First)) == want_best;
                self.extremes(frame, decision, &rules, lower_wins)
            }
            _ => {
                let mut whole = Possible::default();
                for (certain, answers) in &rules {
                    whole.union(answers);
                    if *certain {
                        return whole;
                    }
                }
                self.or_otherwise(frame, decision, &mut whole);
                whole
            }
        }
    }

    fn or_otherwise(&self, frame: &Frame, decision: &CompiledDecision, whole: &mut Possible) {
        match &decision.otherwise {
            Some(outcome) => whole.union(&self.answers(frame, outcome)),
            None => whole.gap = true,
        }
    }

    fn extremes(
        &self,
        frame: &Frame,
        decision: &CompiledDecision,
        rules: &[(bool, Possible)],
        lower_wins: bool,
    ) -> Possible {
        let wins = |one: &Answer, other: &Answer| if lower_wins { one <= other } else { one >= other };
        let certain = rules.iter().filter(|(certain, _)| *certain);
        // What comes out is at least as extreme as the mildest answer of every certain rule.
        let bound = certain
            .filter_map(|(_, answers)| {
                let answers = answers.answers.iter().copied();
                if lower_wins { answers.max() } else { answers.min() }
            })
            .reduce(|one, other| if wins(&one, &other) { one } else { other });
        let mut whole = Possible::default();
        for (_, answers) in rules {
            whole.gap |= answers.gap;
            let reaches = |answer: &&Answer| bound.is_none_or(|bound| wins(answer, &bound));
            whole.answers.extend(answers.answers.iter().filter(reaches));
        }
        if bound.is_none() {
            self.or_otherwise(frame, decision, &mut whole);
        }
        whole
    }

    /// What an outcome can be.
    fn answers(&self, frame: &Frame, outcome: &Outcome) -> Possible {
        let mut possible = Possible::default();
        let mut add = |answer: Option<Answer>| match answer {
            Some(answer) => {
                possible.answers.insert(answer);
            }
            None => possible.gap = true,
        };
        let word = |cell: u32| u16::try_from(cell).ok().filter(|_| cell != GAP).map(Answer::Cell);
        match outcome {
            Outcome::Word(cell) => add(word(*cell)),
            Outcome::Number(number) => add(Some(Answer::Number(*number))),
            Outcome::SameAs(variable, cells) => {
                for_each_cell(frame.slot(*variable), cells.len(), |cell| {
                    add(cells.get(cell).and_then(|cell| word(*cell)));
                });
            }
            Outcome::NumberOf(variable, cells) => {
                for_each_cell(frame.slot(*variable), cells.len(), |cell| {
                    add(cells.get(cell).copied().flatten().map(Answer::Number));
                });
            }
        }
        possible
    }

    /// Replaces what tables told one by one by what they tell together, where something is open.
    fn make_exact(&self, frame: &mut Frame) {
        let level = self.level();
        let loose = |position: &usize| frame.results[*position].is_loose();
        let loose: BTreeSet<usize> = match self.exactly {
            Exactly::Nothing => return,
            Exactly::These(wanted) => wanted.iter().copied().filter(loose).collect(),
            Exactly::Everything => (0..level.decisions.len()).filter(loose).collect(),
        };
        if loose.is_empty() {
            return;
        }
        let decided = level.decisions.iter().zip(&frame.results);
        let opaque: BTreeSet<VariableId> =
            decided.filter(|(_, result)| result.judged.is_some()).map(|(decision, _)| decision.output).collect();
        let Some(chain) = self.compiled.chain(self.on, &opaque, &loose) else {
            frame.exact = false;
            return;
        };
        // A derived value that is open may not take every value that its cells allow, and what it
        // takes goes together with its arguments.
        let derived = |diagram: Diagram, frame: &Frame| {
            let support = chain.diagrams.support(diagram, &frame.inputs());
            support.map_or(true, |support| support.into_iter().any(|variable| level.is_derived(variable)))
        };
        if derived(chain.legal.whole, frame) {
            frame.exact = false;
        }
        let known: RefCell<BTreeMap<Diagram, bool>> = RefCell::default();
        for position in loose {
            let decision = &level.decisions[position];
            let Some(value) = chain.values[position] else { continue };
            let can_hold = |part: Diagram| {
                let possible = || chain.diagrams.possible(part, &frame.inputs()).contains(&1);
                *known.borrow_mut().entry(part).or_insert_with(possible)
            };
            let mut parts = vec![value];
            parts.extend(chain.legal.bearing_on(&chain.diagrams.variables(value)));
            // Once the value is told, the rest has only to be possible.
            let legal = |parts: &mut Vec<Diagram>| {
                let told = parts.first().is_some_and(|value| value.value().is_some());
                let holds = !parts.iter().skip(1).any(|part| *part == Diagram::FALSE || told && !can_hold(*part));
                parts.truncate(if told { 1 } else { parts.len() });
                holds
            };
            let together = chain.diagrams.possible_together(&parts, &frame.inputs(), &legal, MOST_WAYS);
            match together {
                Some(tuples) => {
                    let leaves: BTreeSet<u32> = tuples.iter().filter_map(|tuple| tuple.first().copied()).collect();
                    if leaves.len() > 1 && derived(value, frame) {
                        frame.exact = false;
                    }
                    if !leaves.is_empty() {
                        frame.results[position].computed = possible(decision, &leaves);
                        self.settle(frame, position);
                    }
                }
                None => frame.exact = false,
            }
        }
    }
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

fn for_each_cell(slot: &Slot, cells: usize, mut each: impl FnMut(usize)) {
    match slot {
        Slot::One(cell) => each(*cell as usize),
        Slot::Some(some) => some.ones().for_each(each),
        Slot::Open => (0..cells).for_each(each),
    }
}

/// Every total that rules which may hold can add up to.
fn sums(start: &Possible, rules: &[(bool, Possible)], clamp: Option<(Decimal, Decimal)>) -> Possible {
    const MOST_TOTALS: usize = 10_000;
    let mut gap = start.gap;
    let number = |answer: &Answer| match answer {
        Answer::Number(number) => Some(*number),
        Answer::Cell(_) => None,
    };
    let mut totals: BTreeSet<Decimal> = start.answers.iter().filter_map(number).collect();
    for (certain, added) in rules {
        gap |= added.gap;
        let mut next: BTreeSet<Decimal> = if *certain { BTreeSet::new() } else { totals.clone() };
        for total in &totals {
            next.extend(added.answers.iter().filter_map(number).filter_map(|added| total.checked_add(added)));
        }
        totals = next;
        if totals.len() > MOST_TOTALS {
            gap = true;
            totals.clear();
            break;
        }
    }
    let clamped = |number: Decimal| clamp.map_or(number, |(least, most)| number.max(least).min(most));
    Possible { answers: totals.into_iter().map(clamped).map(Answer::Number).collect(), gap }
}
