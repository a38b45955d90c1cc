//! Conditions over cells: what a condition becomes when it is compiled.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use fixedbitset::FixedBitSet;
use rust_decimal::Decimal;

use super::diagram::{Diagram, Diagrams, TooLarge, VariableId};
use super::space::{Distinctions, Domain, Known, Space, Steps, days};
use crate::document::reader::Literal;
use crate::framework::condition::OperandValue;
use crate::framework::names::{Index, Named, Scope};
use crate::framework::{Accept, Comparison, Condition, Operand, Test};
use crate::name::Name;
use crate::value::{Unknown, Value};
use crate::vocabulary::FactType;

/// A condition over cells.
#[derive(Clone, Debug)]
pub(crate) enum Formula {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Atom(Atom),
    /// A test of a parameter: true or false once and for all.
    Constant(bool, Shown),
}

/// A test over cells.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub(crate) variable: VariableId,
    /// The cells that it accepts.
    pub(crate) cells: FixedBitSet,
    pub(crate) shown: Shown,
}

/// A test as people read it, with parameters filled in: written when it is first asked for.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    test: Arc<Test>,
    parameters: Arc<Parameters>,
    text: OnceLock<String>,
}

impl Shown {
    pub(crate) fn as_str(&self) -> &str {
        self.text.get_or_init(|| {
            let mut text = self.test.to_string();
            for operand in self.test.accepts.iter().flat_map(Accept::operands) {
                if let Some(name) = operand.parameter()
                    && let Some(value) = self.parameters.get(name)
                {
                    text = text.replace(&format!("{{{name}}}"), &value.to_string());
                }
            }
            text
        })
    }
}

/// Values of parameters by name.
pub(crate) type Parameters = BTreeMap<Name, Value>;

/// Collects what a condition distinguishes.
pub(crate) fn distinguish(
    condition: &Condition,
    scope: Scope,
    index: &Index<'_>,
    parameters: &Parameters,
    into: &mut Distinctions,
) {
    condition.visit(&mut |test| {
        if matches!(index.get(scope, test.name.as_str()), Some(Named::Parameter(_)))
            && parameters.contains_key(&test.name)
        {
            return;
        }
        let is_count =
            || index.value_type(scope, test.name.as_str()).is_some_and(|given| given.kind == FactType::Count);
        for accept in &test.accepts {
            distinguish_accept(test, accept, &is_count, parameters, into);
        }
    });
}

fn distinguish_accept(
    test: &Test,
    accept: &Accept,
    is_count: &dyn Fn() -> bool,
    parameters: &Parameters,
    into: &mut Distinctions,
) {
    match accept {
        Accept::Known => {}
        Accept::Not(parts) => {
            parts.iter().for_each(|part| distinguish_accept(test, part, is_count, parameters, into));
        }
        Accept::Compare(bounds) => {
            for (comparison, operand) in bounds {
                if let Some(number) = number(&constant(operand, parameters)) {
                    into.cut(&test.name, Some(*comparison), number);
                }
            }
        }
        Accept::Is(operand) => match constant(operand, parameters).as_ref() {
            Literal::Text(word) => match Unknown::from_word(word) {
                Some(Unknown::Missing) => {
                    into.missing.insert(test.name.clone());
                }
                Some(Unknown::None) if is_count() => into.cut(&test.name, None, Decimal::ZERO),
                Some(_) => {}
                None => into.word(&test.name, word),
            },
            literal => {
                if let Some(number) = number(literal) {
                    into.cut(&test.name, None, number);
                }
            }
        },
    }
}

fn number(literal: &Literal) -> Option<Decimal> {
    match literal {
        Literal::Number(number) => Some(*number),
        Literal::Date(date) => Some(days(*date)),
        _ => None,
    }
}

/// An operand with its parameter filled in.
fn constant<'o>(operand: &'o Operand, parameters: &Parameters) -> Cow<'o, Literal> {
    match &operand.value {
        OperandValue::Literal(literal) => Cow::Borrowed(literal),
        OperandValue::Parameter(name) => Cow::Owned(match parameters.get(name) {
            Some(Value::Flag(flag)) => Literal::Flag(*flag),
            Some(Value::Number(number)) => Literal::Number(*number),
            Some(Value::Date(date)) => Literal::Date(*date),
            Some(Value::Choice(word)) => Literal::Text(word.as_str().to_owned()),
            Some(Value::Text(text)) => Literal::Text(text.to_string()),
            None => Literal::Text(name.as_str().to_owned()),
        }),
    }
}

/// Turns conditions into formulas over the variables of a space.
pub(crate) struct Compiler<'c> {
    pub(crate) index: &'c Index<'c>,
    pub(crate) scope: Scope,
    pub(crate) parameters: &'c Arc<Parameters>,
    pub(crate) space: &'c Space,
    /// The names of which the conditions that are compiled together ask whether they are missing.
    pub(crate) closed: &'c BTreeSet<Name>,
}

impl Compiler<'_> {
    pub(crate) fn formula(&self, condition: &Condition) -> Formula {
        match condition {
            Condition::All(parts) => Formula::All(parts.iter().map(|part| self.formula(part)).collect()),
            Condition::Any(parts) => Formula::Any(parts.iter().map(|part| self.formula(part)).collect()),
            Condition::Not(part) => Formula::Not(Box::new(self.formula(part))),
            Condition::Test(test) => self.test(test),
        }
    }

    fn test(&self, test: &Arc<Test>) -> Formula {
        let shown = Shown { test: Arc::clone(test), parameters: Arc::clone(self.parameters), text: OnceLock::new() };
        if let Some(value) = self.parameters.get(&test.name) {
            let holds = test.accepts.iter().any(|accept| self.accepts_constant(accept, value));
            return Formula::Constant(holds, shown);
        }
        let Some(variable) = self.variable(&test.name) else {
            // Names were checked when the framework was read.
            return Formula::Constant(false, shown);
        };
        let domain = &self.space.get(variable).domain;
        let mut cells = FixedBitSet::with_capacity(domain.cells());
        for accept in &test.accepts {
            self.accept(test, accept, domain, &mut cells);
        }
        Formula::Atom(Atom { variable, cells, shown })
    }

    /// The variable that a test of a name reads.
    fn variable(&self, name: &Name) -> Option<VariableId> {
        let closed = self.space.closed_of(name.as_str()).filter(|_| self.closed.contains(name));
        closed.or_else(|| self.space.value_of(name.as_str()))
    }

    /// Adds the cells that are accepted.
    fn accept(&self, test: &Test, accept: &Accept, domain: &Domain, cells: &mut FixedBitSet) {
        match accept {
            Accept::Known => cells.union_with(&domain.all_known()),
            Accept::Not(parts) => {
                let mut excluded = FixedBitSet::with_capacity(domain.cells());
                for part in parts {
                    self.accept(test, part, domain, &mut excluded);
                }
                let mut rest = domain.all_known();
                rest.difference_with(&excluded);
                cells.union_with(&rest);
            }
            Accept::Compare(bounds) => {
                let mut within = domain.all_known();
                for (comparison, operand) in bounds {
                    within.intersect_with(&compared(domain, *comparison, &constant(operand, self.parameters)));
                }
                cells.union_with(&within);
            }
            Accept::Is(operand) => self.equals(test, &constant(operand, self.parameters), domain, cells),
        }
    }

    fn equals(&self, test: &Test, literal: &Literal, domain: &Domain, cells: &mut FixedBitSet) {
        let mut set = |cell: Option<u16>| {
            if let Some(cell) = cell {
                cells.insert(cell as usize);
            }
        };
        // A number that can occur has a cell of its own, for it was cut out when rules were collected.
        let alone = |number: Decimal| {
            let own = Some((number, true));
            let holds = |cell: &u16| domain.bounds(*cell).is_some_and(|bounds| bounds.low == own && bounds.high == own);
            domain.number_cell(number).filter(holds)
        };
        match literal {
            Literal::Flag(flag) => set(Some(u16::from(*flag))),
            Literal::Number(_) | Literal::Date(_) => match &domain.known {
                Known::Words { .. } => set(domain.word_cell(&literal.to_string())),
                _ => set(number(literal).and_then(alone)),
            },
            Literal::Text(word) => match Unknown::from_word(word) {
                // For a recorded count none is 0; the least of no counts is none, and not 0.
                Some(Unknown::None)
                    if domain.unknown_cell(Unknown::None).is_none()
                        && matches!(domain.known, Known::Numbers { steps: Steps::Whole, date: false, .. }) =>
                {
                    set(alone(Decimal::ZERO));
                }
                Some(unknown) => set(domain.unknown_cell(unknown)),
                None => match self.index.group(self.scope, test.name.as_str(), word) {
                    Some(members) => members.iter().for_each(|member| set(domain.word_cell(member.as_str()))),
                    None => set(domain.word_cell(word)),
                },
            },
        }
    }

    fn accepts_constant(&self, accept: &Accept, value: &Value) -> bool {
        let literal = |operand| constant(operand, self.parameters);
        match accept {
            Accept::Known => true,
            Accept::Not(parts) => !parts.iter().any(|part| self.accepts_constant(part, value)),
            Accept::Is(operand) => match (literal(operand).as_ref(), value) {
                (Literal::Flag(one), Value::Flag(other)) => one == other,
                (Literal::Number(one), Value::Number(other)) => one == other,
                (Literal::Date(one), Value::Date(other)) => one == other,
                (Literal::Text(one), Value::Choice(other)) => *other == *one.as_str(),
                _ => false,
            },
            Accept::Compare(bounds) => {
                let value = match value {
                    Value::Number(number) => Some(*number),
                    Value::Date(date) => Some(days(*date)),
                    _ => None,
                };
                bounds.iter().all(|(comparison, operand)| {
                    let (Some(value), Some(bound)) = (value, number(&literal(operand))) else { return false };
                    match comparison {
                        Comparison::Less => value < bound,
                        Comparison::AtMost => value <= bound,
                        Comparison::More => value > bound,
                        Comparison::AtLeast => value >= bound,
                    }
                })
            }
        }
    }
}

fn compared(domain: &Domain, comparison: Comparison, literal: &Literal) -> FixedBitSet {
    if let Some(number) = number(literal) {
        return domain.compared(comparison, number);
    }
    let mut cells = FixedBitSet::with_capacity(domain.cells());
    let (Known::Words { ordered, .. }, Literal::Text(word)) = (&domain.known, literal) else { return cells };
    let Some(position) = domain.word_cell(word).map(usize::from).filter(|position| position < ordered) else {
        return cells;
    };
    match comparison {
        Comparison::Less => cells.insert_range(..position),
        Comparison::AtMost => cells.insert_range(..position + 1),
        Comparison::More => cells.insert_range(position + 1..*ordered),
        Comparison::AtLeast => cells.insert_range(position..*ordered),
    }
    cells
}

impl Formula {
    /// The diagram that is true where the formula holds.
    pub(crate) fn diagram(&self, diagrams: &mut Diagrams) -> Result<Diagram, TooLarge> {
        match self {
            Self::Constant(holds, _) => Ok(if *holds { Diagram::TRUE } else { Diagram::FALSE }),
            Self::Not(part) => {
                let part = part.diagram(diagrams)?;
                diagrams.not(part)
            }
            Self::All(parts) => {
                let mut whole = Diagram::TRUE;
                // From the last to the first: variables in reading order are joined cheaply.
                for part in parts.iter().rev() {
                    let part = part.diagram(diagrams)?;
                    whole = diagrams.and(part, whole)?;
                }
                Ok(whole)
            }
            Self::Any(parts) => {
                let mut whole = Diagram::FALSE;
                for part in parts.iter().rev() {
                    let part = part.diagram(diagrams)?;
                    whole = diagrams.or(part, whole)?;
                }
                Ok(whole)
            }
            Self::Atom(atom) => diagrams.within(atom.variable, &atom.cells),
        }
    }

    /// Every variable in it, in reading order.
    pub(crate) fn variables(&self) -> Vec<VariableId> {
        let mut variables = Vec::new();
        self.visit(&mut |atom| {
            if !variables.contains(&atom.variable) {
                variables.push(atom.variable);
            }
        });
        variables
    }

    pub(crate) fn visit<'f>(&'f self, each: &mut impl FnMut(&'f Atom)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(each)),
            Self::Not(part) => part.visit(each),
            Self::Atom(atom) => each(atom),
            Self::Constant(..) => {}
        }
    }
}

/// The names of which conditions ask whether they are missing.
pub(crate) fn closed<'c>(conditions: impl IntoIterator<Item = &'c Condition>) -> BTreeSet<Name> {
    let mut closed = BTreeSet::new();
    for condition in conditions {
        condition.visit(&mut |test| {
            let mut asks = false;
            for accept in &test.accepts {
                accept.visit(&mut |operand| asks |= operand.word() == Some(Unknown::Missing.word()));
            }
            if asks {
                closed.insert(test.name.clone());
            }
        });
    }
    closed
}
