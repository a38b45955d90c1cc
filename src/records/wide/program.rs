//! What rules say of many records at once: each condition, decision by decision, over bits.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use rust_decimal::Decimal;

use super::bits::{Bits, Truth};
use crate::compile::Compiled;
use crate::compile::decision::{CompiledDecision, GAP, Outcome};
use crate::compile::diagram::{self, VariableId};
use crate::compile::formula::Formula;
use crate::compile::level::{Level, Step};
use crate::compile::reach::wanted;
use crate::document::shape::Subject;
use crate::framework::HitPolicy;
use crate::value::FactValue;
use crate::vocabulary::BetterEnd;

/// The records that lie in each cell of a variable; those in none are open.
pub(super) type Cells = Vec<Bits>;

/// A condition by the places of the tests in it.
#[derive(Debug)]
enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(usize),
    Constant(bool),
}

/// A test of a variable.
#[derive(Debug)]
struct Test {
    variable: VariableId,
    cells: FixedBitSet,
}

/// A decision whose rules are asked.
#[derive(Debug)]
struct Decided {
    position: usize,
    rules: Vec<Node>,
}

/// What is asked on the way to the result.
#[derive(Debug)]
pub(super) struct Program {
    on: Subject,
    /// All tests, each once.
    tests: Vec<Test>,
    /// What must not be.
    never: Vec<Node>,
    /// What keeps a claim out.
    out: Vec<Node>,
    decided: Vec<Decided>,
    /// The position of the result.
    result: usize,
}

impl Program {
    /// Of what a framework makes of claims, or of studies; nothing where it adds up to its
    /// result, or what must not be is decided or derived.
    pub(super) fn new(compiled: &Compiled, on: Subject, result: usize) -> Option<Self> {
        let level = compiled.level(on);
        let mut program =
            Self { on, tests: Vec::new(), never: Vec::new(), out: Vec::new(), decided: Vec::new(), result };
        if level.decisions[result].start.is_some() {
            return None;
        }
        let asked = level.assumptions.iter().map(|assumption| &assumption.never);
        if asked.chain(compiled.scope.iter().map(|(out, _)| out)).any(|formula| level.reads_rules(formula)) {
            return None;
        }
        program.never = level.assumptions.iter().map(|assumption| program.node(&assumption.never)).collect();
        if on == Subject::Claim {
            program.out = compiled.scope.iter().map(|(out, _)| program.node(out)).collect();
        }
        let wanted = wanted(compiled, on, std::iter::empty());
        for step in &level.steps {
            // What is derived of others stays open.
            let Step::Decision(position) = *step else { continue };
            let decision = &level.decisions[position];
            if wanted.contains(&decision.output) {
                let rules = decision.rules.iter().map(|rule| program.node(&rule.formula)).collect();
                program.decided.push(Decided { position, rules });
            }
        }
        Some(program)
    }

    fn node(&mut self, formula: &Formula) -> Node {
        match formula {
            Formula::All(parts) => Node::All(parts.iter().map(|part| self.node(part)).collect()),
            Formula::Any(parts) => Node::Any(parts.iter().map(|part| self.node(part)).collect()),
            Formula::Not(part) => Node::Not(Box::new(self.node(part))),
            Formula::Constant(holds, _) => Node::Constant(*holds),
            Formula::Atom(atom) => {
                let is_same = |test: &Test| test.variable == atom.variable && test.cells == atom.cells;
                let place = self.tests.iter().position(is_same).unwrap_or_else(|| {
                    self.tests.push(Test { variable: atom.variable, cells: atom.cells.clone() });
                    self.tests.len() - 1
                });
                Node::Test(place)
            }
        }
    }

    /// The records of each cell of the result, by the cells of what is known. Records of none have to be looked at one by one:
    /// something is open on which they hang, they cannot be, or they are kept out.
    pub(super) fn run(&self, compiled: &Compiled, cells: &mut [Cells], bound: &BTreeSet<VariableId>) -> Cells {
        let level = compiled.level(self.on);
        let mut tests = vec![None; self.tests.len()];
        for decided in &self.decided {
            let output = level.decisions[decided.position].output;
            // What was decided of other records says nothing of these.
            if !bound.contains(&output) {
                cells[output.index()].fill(Bits::NONE);
            }
        }
        let mut told = Bits::ALL;
        for never in &self.never {
            told = told.and(&self.holds(never, cells, &mut tests).no);
        }
        for (out, (formula, diagram)) in self.out.iter().zip(&compiled.scope) {
            // A claim is kept out only where that is sure, and of what nobody says anything it never is.
            let is_told = |variable: &VariableId| cells[variable.index()].iter().any(|records| !records.is_none());
            let may_be_in = || level.diagrams.possible(*diagram, &|_| diagram::Cells::Any).contains(&0);
            if !formula.variables().iter().any(is_told) && level.legal.parts.is_empty() && may_be_in() {
                continue;
            }
            told = told.and(&self.holds(out, cells, &mut tests).no);
        }
        for decided in &self.decided {
            let decision = &level.decisions[decided.position];
            // What is bound is taken as it is given.
            if bound.contains(&decision.output) {
                continue;
            }
            let holds: Vec<Truth> = decided.rules.iter().map(|rule| self.holds(rule, cells, &mut tests)).collect();
            let count = level.space.get(decision.output).domain.cells();
            let policy = &compiled.framework().decisions[decision.index];
            let value = match &policy.hit {
                HitPolicy::First | HitPolicy::Unique | HitPolicy::Table { .. } => first(decision, &holds, cells, count),
                HitPolicy::Worst => extreme(decision, &holds, cells, count, policy.best != Some(BetterEnd::First)),
                HitPolicy::Best => extreme(decision, &holds, cells, count, policy.best == Some(BetterEnd::First)),
                HitPolicy::Sum { clamp, .. } => sum(level, decision, &holds, cells, *clamp),
            };
            if let Some(value) = value {
                cells[decision.output.index()] = value;
            }
        }
        let result = &cells[level.decisions[self.result].output.index()];
        result.iter().map(|records| records.and(&told)).collect()
    }

    fn holds(&self, node: &Node, cells: &[Cells], tests: &mut [Option<Truth>]) -> Truth {
        match node {
            Node::Constant(holds) => Truth::constant(*holds),
            Node::Not(part) => self.holds(part, cells, tests).not(),
            Node::All(parts) => {
                parts.iter().fold(Truth::constant(true), |all, part| all.and(&self.holds(part, cells, tests)))
            }
            Node::Any(parts) => {
                parts.iter().fold(Truth::constant(false), |any, part| any.or(&self.holds(part, cells, tests)))
            }
            Node::Test(place) => {
                let Test { variable, cells: accepted } = &self.tests[*place];
                *tests[*place].get_or_insert_with(|| {
                    let mut truth = Truth { yes: Bits::NONE, no: Bits::NONE };
                    for (cell, records) in cells[variable.index()].iter().enumerate() {
                        let side = if accepted.contains(cell) { &mut truth.yes } else { &mut truth.no };
                        *side = side.or(records);
                    }
                    truth
                })
            }
        }
    }
}

/// Gives the value of an outcome to some records; what has none stays open.
fn give(outcome: &Outcome, records: &Bits, cells: &[Cells], value: &mut [Bits]) {
    let mut add = |cell: u32, records: Bits| {
        if let Some(known) = value.get_mut(cell as usize).filter(|_| cell != GAP) {
            *known = known.or(&records);
        }
    };
    match outcome {
        Outcome::Word(cell) => add(*cell, *records),
        Outcome::SameAs(variable, same) => {
            for (cell, of) in same.iter().zip(&cells[variable.index()]) {
                add(*cell, records.and(of));
            }
        }
        // These are added up alone.
        Outcome::Number(_) | Outcome::NumberOf(..) => {}
    }
}

/// The value that the first rule gives which holds.
fn first(decision: &CompiledDecision, holds: &[Truth], cells: &[Cells], count: usize) -> Option<Cells> {
    let mut value = vec![Bits::NONE; count];
    let mut left = Bits::ALL;
    for (rule, truth) in decision.rules.iter().zip(holds) {
        give(&rule.outcome, &left.and(&truth.yes), cells, &mut value);
        left = left.and(&truth.no);
    }
    if let Some(otherwise) = &decision.otherwise {
        give(otherwise, &left, cells, &mut value);
    }
    Some(value)
}

/// The value among those that rules give which hold: the one in the first cell, or the one in the last.
fn extreme(
    decision: &CompiledDecision,
    holds: &[Truth],
    cells: &[Cells],
    count: usize,
    is_first: bool,
) -> Option<Cells> {
    let (mut given, mut told, mut none) = (vec![Bits::NONE; count], Bits::ALL, Bits::ALL);
    for (rule, truth) in decision.rules.iter().zip(holds) {
        let mut of_rule = vec![Bits::NONE; count];
        give(&rule.outcome, &truth.yes, cells, &mut of_rule);
        let valued = of_rule.iter().fold(Bits::NONE, |all, records| all.or(records));
        // What a rule gives must be known wherever it may hold.
        told = told.and(&valued.or(&truth.no));
        none = none.and(&truth.no);
        for (all, records) in given.iter_mut().zip(&of_rule) {
            *all = all.or(records);
        }
    }
    let mut left = told;
    let mut take = |records: &mut Bits| {
        *records = records.and(&left);
        left = left.but(records);
    };
    if is_first {
        given.iter_mut().for_each(&mut take)
    } else {
        given.iter_mut().rev().for_each(&mut take)
    }
    if let Some(otherwise) = &decision.otherwise {
        give(otherwise, &none, cells, &mut given);
    }
    Some(given)
}

/// What rules that hold add up to; nothing where the value has no cells of its own.
fn sum(
    level: &Level,
    decision: &CompiledDecision,
    holds: &[Truth],
    cells: &[Cells],
    clamp: Option<(Decimal, Decimal)>,
) -> Option<Cells> {
    let mut totals = BTreeMap::from([(Decimal::ZERO, Bits::ALL)]);
    let always = Truth::constant(true);
    let start = decision.start.iter().map(|outcome| (outcome, &always));
    for (outcome, truth) in start.chain(decision.rules.iter().map(|rule| &rule.outcome).zip(holds)) {
        let mut more: Vec<(Decimal, Bits)> = match outcome {
            Outcome::Number(number) => vec![(*number, truth.yes)],
            Outcome::NumberOf(variable, numbers) => {
                let known = numbers.iter().zip(&cells[variable.index()]);
                known.filter_map(|(number, of)| Some(((*number)?, truth.yes.and(of)))).collect()
            }
            Outcome::Word(_) | Outcome::SameAs(..) => return None,
        };
        more.push((Decimal::ZERO, truth.no));
        let mut next: BTreeMap<Decimal, Bits> = BTreeMap::new();
        for (total, records) in &totals {
            for (number, holds) in more.iter().filter(|(_, holds)| !holds.is_none()) {
                let records = records.and(holds);
                if !records.is_none() {
                    let known = next.entry(total.checked_add(*number)?).or_insert(Bits::NONE);
                    *known = known.or(&records);
                }
            }
        }
        totals = next;
    }
    let domain = &level.space.get(decision.output).domain;
    let mut value = vec![Bits::NONE; domain.cells()];
    for (total, records) in totals {
        let total = clamp.map_or(total, |(least, most)| total.max(least).min(most));
        let cell = usize::from(domain.cell(&FactValue::from(total))?);
        value[cell] = value[cell].or(&records);
    }
    Some(value)
}
