//! A level worked out for many ways at once. Ways differ in a few variables, so every step is taken once for each input
//! that it has in any of them, and what comes out is put together.

use std::collections::BTreeSet;
use std::hash::Hash;

use fixedbitset::FixedBitSet;

use super::{Evaluator, Exactly, preset_answer};
use crate::compile::diagram::{HashMap, VariableId};
use crate::compile::level::Step;
use crate::grade::frame::{Answer, DecisionResult, Frame, Preset, Slot};
use crate::name::{Name, Word};
use crate::value::FactValue;

impl Evaluator<'_> {
    /// What is possible in any of some ways, with what each puts into what is looked up. All ways put something into
    /// the same variables. Nothing if there are none.
    pub(crate) fn evaluate_ways(
        &self,
        base: &Frame,
        ways: &[Preset],
        judged: &dyn Fn(&Name) -> Option<Word>,
    ) -> Option<Frame> {
        if let [way] = ways {
            return Some(self.evaluate_from(base, way, judged));
        }
        let first = ways.first()?;
        let mut many = Many::new(*self, base, first, judged);
        for way in ways {
            many.work_out(way);
        }
        Some(many.together())
    }
}

/// What is known of a variable.
type State = (Slot, Option<FactValue>);

/// States, or results, each once: one is told by its place.
struct Distinct<T> {
    all: Vec<T>,
    places: HashMap<T, u32>,
    /// Which of them came out of any way.
    met: FixedBitSet,
}

impl<T: Clone + Eq + Hash> Distinct<T> {
    fn new(first: T) -> Self {
        let mut distinct = Self { all: Vec::new(), places: HashMap::default(), met: FixedBitSet::new() };
        distinct.place(first);
        distinct
    }

    fn place(&mut self, one: T) -> u32 {
        if let Some(place) = self.places.get(&one) {
            return *place;
        }
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(one.clone());
        self.places.insert(one, place);
        place
    }

    fn meet(&mut self, place: u32) {
        self.met.grow_and_insert(place as usize);
    }
}

/// What came out of a step, by the places of all that it hangs on.
type Known<T> = HashMap<Vec<u32>, T>;

struct Many<'m> {
    evaluator: Evaluator<'m>,
    /// What people decided, by decision.
    judged: Vec<Option<Answer>>,
    /// Into which variables ways put something.
    preset: BTreeSet<VariableId>,
    states: Vec<Distinct<State>>,
    results: Vec<Distinct<DecisionResult>>,
    /// Where everything is before a way puts something in.
    start: Vec<u32>,
    /// The places at the way at hand, and those of what stands in the frame.
    now: Now,
    written: Now,
    frame: Frame,
    /// By part of the assumptions, what they leave of all that they read.
    refined: Vec<Known<Vec<u32>>>,
    /// By step, the place of the state of its output; of a decision also that of its result.
    taken: Vec<Known<(u32, u32)>>,
    exact: bool,
}

#[derive(Clone, Default)]
struct Now {
    states: Vec<u32>,
    results: Vec<u32>,
}

impl<'m> Many<'m> {
    fn new(evaluator: Evaluator<'m>, base: &Frame, first: &Preset, judged: &dyn Fn(&Name) -> Option<Word>) -> Self {
        let level = evaluator.level();
        let states = base.slots.iter().cloned().zip(base.values.iter().cloned()).map(Distinct::new).collect();
        let results = level.decisions.iter().map(|_| Distinct::new(DecisionResult::default())).collect();
        let now = Now { states: vec![0; base.slots.len()], results: vec![0; level.decisions.len()] };
        Self {
            evaluator,
            judged: level.decisions.iter().map(|decision| evaluator.judged(decision, judged)).collect(),
            preset: first.keys().copied().collect(),
            states,
            results,
            start: now.states.clone(),
            written: now.clone(),
            now,
            frame: base.clone(),
            refined: level.legal.parts.iter().map(|_| Known::default()).collect(),
            taken: level.steps.iter().map(|_| Known::default()).collect(),
            exact: true,
        }
    }

    /// Works a way out, and meets what comes out of it.
    fn work_out(&mut self, way: &Preset) {
        self.now.states.clone_from(&self.start);
        for (variable, state) in way {
            self.now.states[variable.index()] = self.states[variable.index()].place(state.clone());
        }
        self.refine();
        let level = self.evaluator.level();
        for (number, step) in level.steps.iter().enumerate() {
            match *step {
                Step::Derived(position) => {
                    let output = level.derived[position].output;
                    if !self.preset.contains(&output) {
                        self.take(number, *step, output);
                    }
                }
                Step::Decision(position) => self.take(number, *step, level.decisions[position].output),
            }
        }
        self.make_exact();
        for (place, states) in self.now.states.iter().zip(&mut self.states) {
            states.meet(*place);
        }
        for (place, results) in self.now.results.iter().zip(&mut self.results) {
            results.meet(*place);
        }
    }

    /// Rules out what the assumptions do not allow.
    fn refine(&mut self) {
        let level = self.evaluator.level();
        for (number, part) in level.legal.parts.iter().enumerate() {
            let key: Vec<u32> = part.reads.iter().map(|variable| self.now.states[variable.index()]).collect();
            if !self.refined[number].contains_key(&key) {
                part.reads.iter().for_each(|variable| self.write(*variable));
                self.evaluator.refine_by(&mut self.frame, part);
                let left = part.reads.iter().map(|variable| self.read(*variable)).collect();
                self.refined[number].insert(key.clone(), left);
            }
            for (variable, place) in part.reads.iter().zip(&self.refined[number][&key]) {
                self.now.states[variable.index()] = *place;
            }
        }
    }

    /// Takes a step, or what came out of it for the same input.
    fn take(&mut self, number: usize, step: Step, output: VariableId) {
        let level = self.evaluator.level();
        let reads = &level.reads()[number];
        let mut key: Vec<u32> = reads.iter().map(|variable| self.now.states[variable.index()]).collect();
        // That no rule may answer is told by results.
        let read = reads.iter().filter_map(|variable| level.position_of(*variable));
        key.extend(read.map(|position| self.now.results[position]));
        let is_preset = self.preset.contains(&output);
        if is_preset {
            key.push(self.now.states[output.index()]);
        }
        let known = self.taken[number].get(&key).copied();
        let (state, result) = known.unwrap_or_else(|| {
            reads.iter().for_each(|variable| self.write(*variable));
            let taken = self.work_out_step(step, output, is_preset);
            self.taken[number].insert(key, taken);
            taken
        });
        self.now.states[output.index()] = state;
        if let Step::Decision(position) = step {
            self.now.results[position] = result;
        }
    }

    fn work_out_step(&mut self, step: Step, output: VariableId, is_preset: bool) -> (u32, u32) {
        let level = self.evaluator.level();
        match step {
            Step::Derived(position) => {
                self.evaluator.derive(&mut self.frame, position);
                (self.read(output), 0)
            }
            Step::Decision(position) => {
                let computed = self.evaluator.decide(&self.frame, &level.decisions[position]);
                let state = &self.states[output.index()].all[self.now.states[output.index()] as usize];
                let judged = if is_preset { preset_answer(state) } else { self.judged[position] };
                self.frame.results[position] = DecisionResult { computed, judged };
                if !is_preset {
                    self.evaluator.settle(&mut self.frame, position);
                }
                let state = if is_preset { self.now.states[output.index()] } else { self.read(output) };
                (state, self.read_result(position))
            }
        }
    }

    /// Replaces what tables told one by one by what they tell together.
    fn make_exact(&mut self) {
        let level = self.evaluator.level();
        let is_loose = |position: &usize| self.results[*position].all[self.now.results[*position] as usize].is_loose();
        let loose: Vec<usize> = match self.evaluator.exactly {
            Exactly::Nothing => Vec::new(),
            Exactly::These(wanted) => wanted.iter().copied().filter(is_loose).collect(),
            Exactly::Everything => (0..level.decisions.len()).filter(is_loose).collect(),
        };
        if loose.is_empty() {
            return;
        }
        for (variable, _) in level.space.iter() {
            self.write(variable);
        }
        for position in 0..level.decisions.len() {
            self.write_result(position);
        }
        self.frame.exact = true;
        self.evaluator.make_exact(&mut self.frame);
        self.exact &= self.frame.exact;
        for position in loose {
            let output = level.decisions[position].output;
            self.now.results[position] = self.read_result(position);
            self.now.states[output.index()] = self.read(output);
        }
    }

    /// Puts into the frame what is known of a variable, and what came of the decision that it is.
    fn write(&mut self, variable: VariableId) {
        let at = variable.index();
        let place = self.now.states[at];
        if self.written.states[at] != place {
            let (slot, value) = &self.states[at].all[place as usize];
            self.frame.slots[at].clone_from(slot);
            self.frame.values[at].clone_from(value);
            self.written.states[at] = place;
        }
        if let Some(position) = self.evaluator.level().position_of(variable) {
            self.write_result(position);
        }
    }

    fn write_result(&mut self, position: usize) {
        let place = self.now.results[position];
        if self.written.results[position] != place {
            self.frame.results[position].clone_from(&self.results[position].all[place as usize]);
            self.written.results[position] = place;
        }
    }

    /// The place of what stands in the frame of a variable.
    fn read(&mut self, variable: VariableId) -> u32 {
        let at = variable.index();
        let state = (self.frame.slots[at].clone(), self.frame.values[at].clone());
        let place = self.states[at].place(state);
        self.written.states[at] = place;
        place
    }

    fn read_result(&mut self, position: usize) -> u32 {
        let place = self.results[position].place(self.frame.results[position].clone());
        self.written.results[position] = place;
        place
    }

    /// What is possible in any way.
    fn together(self) -> Frame {
        let level = self.evaluator.level();
        let mut whole = Frame { exact: self.exact, ..self.frame };
        for ((variable, about), states) in level.space.iter().zip(&self.states) {
            let cells = about.domain.cells();
            let mut met = states.met.ones().map(|place| &states.all[place]);
            let Some((slot, value)) = met.next() else { continue };
            let (mut slot, mut value) = (slot.clone(), value.clone());
            for (other, other_value) in met {
                if slot != *other {
                    slot = slot.join(other, cells);
                }
                if value != *other_value {
                    value = None;
                }
            }
            whole.slots[variable.index()] = slot;
            whole.values[variable.index()] = value;
        }
        for (result, results) in whole.results.iter_mut().zip(&self.results) {
            let mut met = results.met.ones().map(|place| &results.all[place]);
            if let Some(first) = met.next() {
                result.clone_from(first);
                met.for_each(|other| result.computed.union(&other.computed));
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::framework::Frameworks;

    /// Small random numbers (xorshift; Marsaglia 2003).
    fn below(state: &mut u64, count: usize) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        usize::try_from((*state >> 11) % count as u64).expect("it is small")
    }

    /// A cell of a variable, with a value in it.
    fn drawn(evaluator: &Evaluator<'_>, variable: VariableId, draw: &mut u64) -> State {
        let domain = &evaluator.level().space.get(variable).domain;
        let cell = u16::try_from(below(draw, domain.cells())).expect("there are few cells");
        (Slot::One(cell), domain.value_in(cell))
    }

    /// What each way comes to by itself, put together.
    fn one_by_one(evaluator: &Evaluator<'_>, base: &Frame, ways: &[Preset]) -> Frame {
        let mut frames = ways.iter().map(|way| evaluator.evaluate_from(base, way, &|_| None));
        let mut whole = frames.next().expect("there is a way");
        for frame in frames {
            whole.exact &= frame.exact;
            for (result, other) in whole.results.iter_mut().zip(&frame.results) {
                result.computed.union(&other.computed);
            }
            for (variable, about) in evaluator.level().space.iter() {
                let at = variable.index();
                if whole.slots[at] != frame.slots[at] {
                    whole.slots[at] = whole.slots[at].join(&frame.slots[at], about.domain.cells());
                }
                if whole.values[at] != frame.values[at] {
                    whole.values[at] = None;
                }
            }
        }
        whole
    }

    #[test]
    fn many_ways_at_once_come_to_what_each_comes_to_by_itself() {
        let frameworks = Frameworks::built_in();
        let mut draw = 0x9E37_79B9_7F4A_7C15;
        for id in ["grade-classic", "ahrq-soe", "ocebm-2011", "iarc-2019", "uspstf"] {
            let compiled = crate::Compiled::new(frameworks.find(id).expect("it is built in")).expect("it compiles");
            let evaluator = Evaluator::of_outcomes(&compiled);
            let level = evaluator.level();
            for _ in 0..12 {
                let mut base = Frame {
                    slots: vec![Slot::Open; level.space.len()],
                    values: vec![Some(FactValue::MISSING); level.space.len()],
                    results: vec![DecisionResult::default(); level.decisions.len()],
                    exact: true,
                };
                // Most facts are known: so little is open that all of it can be told together.
                for (variable, _) in level.space.iter() {
                    if !compiled.is_worked_out(evaluator.on, variable) && below(&mut draw, 10) > 0 {
                        let (slot, value) = drawn(&evaluator, variable, &mut draw);
                        (base.slots[variable.index()], base.values[variable.index()]) = (slot, value);
                    }
                }
                let way = |draw: &mut u64| -> Preset {
                    let outputs = compiled.measures.iter().map(|measure| measure.output);
                    outputs.map(|output| (output, drawn(&evaluator, output, draw))).collect()
                };
                let mut ways: Vec<Preset> = vec![way(&mut draw)];
                for _ in 0..30 {
                    // Ways differ in a few measures.
                    let mut next = ways[below(&mut draw, ways.len())].clone();
                    let other = way(&mut draw);
                    let few = other.into_iter().filter(|_| below(&mut draw, 4) == 0).collect::<Vec<_>>();
                    next.extend(few);
                    ways.push(next);
                }
                let together = evaluator.evaluate_ways(&base, &ways, &|_| None).expect("there are ways");
                let alone = one_by_one(&evaluator, &base, &ways);
                assert_eq!(together.slots, alone.slots, "{id}");
                assert_eq!(together.values, alone.values, "{id}");
                assert_eq!(together.results, alone.results, "{id}");
                assert_eq!(together.exact, alone.exact, "{id}");
            }
        }
    }
}
