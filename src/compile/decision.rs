//! Decision tables over cells: which rule holds, and what comes out.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::diagram::{Diagram, Diagrams, TooLarge, VariableId};
use super::formula::{Compiler, Formula};
use super::space::{Domain, Known};
use crate::framework::{Decision, HitPolicy, Rule, Start, Then};
use crate::vocabulary::BetterEnd;

/// The leaf that says that no rule answers.
pub(crate) const GAP: u32 = (1 << 30) - 1;
/// The leaf that says that no rule has answered so far.
const NOTHING: u32 = GAP - 1;

/// A compiled decision.
#[derive(Debug)]
pub(crate) struct CompiledDecision {
    /// Its position in the framework's list.
    pub(crate) index: usize,
    /// The variable of its value.
    pub(crate) output: VariableId,
    pub(crate) rules: Vec<CompiledRule>,
    /// What it gives when no rule answers.
    pub(crate) otherwise: Option<Outcome>,
    /// Where a sum starts.
    pub(crate) start: Option<Outcome>,
    /// Which rule answers: the position of the rule, one beyond the last for `otherwise` or for
    /// none. Only where one rule answers at most, and only if it is not too large.
    pub(crate) hits: Option<Diagram>,
    /// The value: a cell of the output, for a sum a position in `totals`, or [`GAP`]. Nothing if
    /// it is too large.
    pub(crate) value: Option<Diagram>,
    /// For a sum: the totals that can come out, in ascending order.
    pub(crate) totals: Vec<Decimal>,
}

/// A compiled rule.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) formula: Formula,
    /// Where it holds.
    pub(crate) holds: Diagram,
    pub(crate) outcome: Outcome,
}

/// What a rule gives.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// A cell of the decision's own value.
    Word(u32),
    /// A number to add.
    Number(Decimal),
    /// The value of a variable: for each of its cells the cell of the decision's value.
    SameAs(VariableId, Vec<u32>),
    /// The number that a variable is: for each of its cells the number, if the cell holds one.
    NumberOf(VariableId, Vec<Option<Decimal>>),
}

impl CompiledDecision {
    /// Everything that it can give.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.rules.iter().map(|rule| &rule.outcome).chain(&self.otherwise).chain(&self.start)
    }
}

impl Outcome {
    /// The variable of which it is the value.
    pub(crate) const fn variable(&self) -> Option<VariableId> {
        match self {
            Self::Word(_) | Self::Number(_) => None,
            Self::SameAs(variable, _) | Self::NumberOf(variable, _) => Some(*variable),
        }
    }
}

pub(crate) struct DecisionCompiler<'c> {
    pub(crate) compiler: &'c Compiler<'c>,
    pub(crate) diagrams: &'c mut Diagrams,
}

impl DecisionCompiler<'_> {
    /// Compiles a decision of which the value falls into the cells of `domain`. Fails only if a
    /// single condition is too large; where rules together are, they are kept apart.
    pub(crate) fn compile(
        &mut self,
        index: usize,
        decision: &Decision,
        output: VariableId,
        domain: &Domain,
    ) -> Result<CompiledDecision, TooLarge> {
        let mut rules = Vec::with_capacity(decision.rules.len());
        for rule in &decision.rules {
            let formula = self.compiler.formula(&rule.when);
            let holds = formula.diagram(self.diagrams)?;
            let outcome = self.outcome(rule, decision, domain);
            rules.push(CompiledRule { formula, holds, outcome });
        }
        let otherwise = decision.otherwise.as_ref().map(|rule| self.outcome(rule, decision, domain));
        let start = match &decision.hit {
            HitPolicy::Sum { start, .. } => Some(self.start(start)),
            _ => None,
        };
        let mut compiled =
            CompiledDecision { index, output, rules, otherwise, start, hits: None, value: None, totals: Vec::new() };
        match &decision.hit {
            HitPolicy::First | HitPolicy::Unique | HitPolicy::Table { .. } => {
                compiled.hits = self.first(&compiled).ok();
                compiled.value = compiled.hits.and_then(|hits| self.value_of_hit(&compiled, hits).ok());
            }
            HitPolicy::Worst => compiled.value = self.extreme(&compiled, decision.best, false).ok(),
            HitPolicy::Best => compiled.value = self.extreme(&compiled, decision.best, true).ok(),
            HitPolicy::Sum { clamp, .. } => {
                if let Ok((value, totals)) = self.sum(&compiled, *clamp) {
                    compiled.value = Some(value);
                    compiled.totals = totals;
                }
            }
        }
        Ok(compiled)
    }

    fn outcome(&self, rule: &Rule, decision: &Decision, domain: &Domain) -> Outcome {
        match &rule.then {
            Then::Value(word) => Outcome::Word(domain.word_cell(word.as_str()).map_or(GAP, u32::from)),
            Then::Number(number) => Outcome::Number(*number),
            Then::ValueOf(name, _) => {
                let Some(variable) = self.compiler.space.value_of(name.as_str()) else { return Outcome::Word(GAP) };
                let sum = matches!(decision.hit, HitPolicy::Sum { .. });
                if sum { self.number_of(variable) } else { self.same_as(variable, domain) }
            }
        }
    }

    fn start(&self, start: &Start) -> Outcome {
        match start {
            Start::Number(number) => Outcome::Number(*number),
            Start::ValueOf(name, _) => match self.compiler.space.value_of(name.as_str()) {
                Some(variable) => self.number_of(variable),
                None => Outcome::Word(GAP),
            },
        }
    }

    fn same_as(&self, variable: VariableId, domain: &Domain) -> Outcome {
        let from = &self.compiler.space.get(variable).domain;
        let word = |cell: usize| match &from.known {
            Known::Words { words, .. } => words.get(cell),
            _ => None,
        };
        let cells = (0..from.cells())
            .map(|cell| word(cell).and_then(|word| domain.word_cell(word.as_str())).map_or(GAP, u32::from))
            .collect();
        Outcome::SameAs(variable, cells)
    }

    fn number_of(&self, variable: VariableId) -> Outcome {
        let from = &self.compiler.space.get(variable).domain;
        let alone = |cell: usize| {
            let cell = u16::try_from(cell).ok()?;
            // The level cuts such variables so finely that every cell holds one number.
            let bounds = from.bounds(cell)?;
            bounds.low.filter(|low| bounds.high == Some(*low)).map(|(number, _)| number)
        };
        Outcome::NumberOf(variable, (0..from.cells()).map(alone).collect())
    }

    /// Which of the rules is the first that holds.
    fn first(&mut self, compiled: &CompiledDecision) -> Result<Diagram, TooLarge> {
        let mut hits = Diagram::leaf(compiled.rules.len() as u32);
        for (position, rule) in compiled.rules.iter().enumerate().rev() {
            hits = self.diagrams.choose(rule.holds, Diagram::leaf(position as u32), hits)?;
        }
        Ok(hits)
    }

    /// The value that the rule which answers gives.
    fn value_of_hit(&mut self, compiled: &CompiledDecision, hits: Diagram) -> Result<Diagram, TooLarge> {
        let mut cases = Vec::with_capacity(compiled.rules.len() + 1);
        for rule in &compiled.rules {
            cases.push(self.outcome_diagram(&rule.outcome)?);
        }
        cases.push(match &compiled.otherwise {
            Some(outcome) => self.outcome_diagram(outcome)?,
            None => Diagram::leaf(GAP),
        });
        self.diagrams.select(hits, &cases)
    }

    fn outcome_diagram(&mut self, outcome: &Outcome) -> Result<Diagram, TooLarge> {
        match outcome {
            Outcome::Word(cell) => Ok(Diagram::leaf(*cell)),
            Outcome::SameAs(variable, cells) => {
                let children: Vec<Diagram> = cells.iter().map(|cell| Diagram::leaf(*cell)).collect();
                self.diagrams.test(*variable, &children)
            }
            // Numbers are interned by the sum that they belong to.
            Outcome::Number(_) | Outcome::NumberOf(..) => Ok(Diagram::leaf(GAP)),
        }
    }

    /// The worst or best value among the rules that hold.
    fn extreme(
        &mut self,
        compiled: &CompiledDecision,
        best: Option<BetterEnd>,
        want_best: bool,
    ) -> Result<Diagram, TooLarge> {
        let lower_wins = (best == Some(BetterEnd::First)) == want_best;
        let mut value = Diagram::leaf(NOTHING);
        for rule in &compiled.rules {
            let given = self.outcome_diagram(&rule.outcome)?;
            let given = self.diagrams.choose(rule.holds, given, Diagram::leaf(NOTHING))?;
            value = self.diagrams.apply(&[value, given], |[value, given]| match (value.value(), given.value()) {
                (Some(GAP), _) | (_, Some(GAP)) => Some(Diagram::leaf(GAP)),
                (Some(NOTHING), _) => Some(*given),
                (_, Some(NOTHING)) => Some(*value),
                (Some(one), Some(other)) => {
                    Some(Diagram::leaf(if lower_wins { one.min(other) } else { one.max(other) }))
                }
                _ => None,
            })?;
        }
        let otherwise = match &compiled.otherwise {
            Some(outcome) => self.outcome_diagram(outcome)?,
            None => Diagram::leaf(GAP),
        };
        let nothing = self.diagrams.map(value, &mut |value| u32::from(value == NOTHING))?;
        self.diagrams.choose(nothing, otherwise, value)
    }

    /// What the rules that hold add up to, and the totals that can come out.
    fn sum(
        &mut self,
        compiled: &CompiledDecision,
        clamp: Option<(Decimal, Decimal)>,
    ) -> Result<(Diagram, Vec<Decimal>), TooLarge> {
        let mut numbers = Numbers::default();
        let zero = Diagram::leaf(numbers.intern(Decimal::ZERO)?);
        let mut total = match &compiled.start {
            Some(start) => self.number_diagram(start, &mut numbers)?,
            None => zero,
        };
        for rule in &compiled.rules {
            let added = self.number_diagram(&rule.outcome, &mut numbers)?;
            let added = self.diagrams.choose(rule.holds, added, zero)?;
            let mut full = false;
            total = self.diagrams.apply(&[total, added], |[total, added]| {
                let (one, other) = (total.value()?, added.value()?);
                Some(match (numbers.get(one), numbers.get(other)) {
                    (Some(one), Some(other)) => {
                        let sum = one.checked_add(other).ok_or(TooLarge).and_then(|sum| numbers.intern(sum));
                        full |= sum.is_err();
                        Diagram::leaf(sum.unwrap_or(GAP))
                    }
                    _ => Diagram::leaf(GAP),
                })
            })?;
            if full {
                return Err(TooLarge);
            }
        }
        let clamped = |number: Decimal| clamp.map_or(number, |(least, most)| number.max(least).min(most));
        let reached: Vec<Decimal> = {
            let possible = self.diagrams.possible(total, &|_| super::diagram::Cells::Any);
            let mut reached: Vec<Decimal> =
                possible.into_iter().filter_map(|value| numbers.get(value)).map(clamped).collect();
            reached.sort_unstable();
            reached.dedup();
            reached
        };
        let total = self.diagrams.map(total, &mut |value| match numbers.get(value) {
            Some(number) => reached.binary_search(&clamped(number)).map_or(GAP, |position| position as u32),
            None => GAP,
        })?;
        Ok((total, reached))
    }

    fn number_diagram(&mut self, outcome: &Outcome, numbers: &mut Numbers) -> Result<Diagram, TooLarge> {
        match outcome {
            Outcome::Number(number) => Ok(Diagram::leaf(numbers.intern(*number)?)),
            Outcome::NumberOf(variable, cells) => {
                let mut children = Vec::with_capacity(cells.len());
                for cell in cells {
                    children.push(Diagram::leaf(match cell {
                        Some(number) => numbers.intern(*number)?,
                        None => GAP,
                    }));
                }
                self.diagrams.test(*variable, &children)
            }
            _ => Ok(Diagram::leaf(GAP)),
        }
    }
}

/// Numbers that stand for themselves in leaves.
#[derive(Default)]
struct Numbers {
    numbers: Vec<Decimal>,
    known: BTreeMap<Decimal, u32>,
}

impl Numbers {
    /// How many different totals a sum may take.
    const LIMIT: usize = 1 << 16;

    fn intern(&mut self, number: Decimal) -> Result<u32, TooLarge> {
        if let Some(known) = self.known.get(&number) {
            return Ok(*known);
        }
        if self.numbers.len() >= Self::LIMIT {
            return Err(TooLarge);
        }
        let id = self.numbers.len() as u32;
        self.numbers.push(number);
        self.known.insert(number, id);
        Ok(id)
    }

    fn get(&self, id: u32) -> Option<Decimal> {
        self.numbers.get(id as usize).copied()
    }
}
