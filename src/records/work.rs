//! Working records out: by the diagrams where every fact lies in a cell, else as an example is.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::column::Scale;
use super::{Given, Outcome};
use crate::compile::Compiled;
use crate::compile::chain::Chain;
use crate::compile::decision::GAP;
use crate::compile::diagram::{Diagram, Diagrams, VariableId};
use crate::compile::level::{CompiledArgument, Level};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::reader::{Literal, Located};
use crate::document::shape::Subject;
use crate::document::{Span, TextFile};
use crate::framework::Decision;
use crate::framework::literal::read_named;
use crate::framework::names::{Index, Scope, ValueType};
use crate::grade::evaluator::Evaluator;
use crate::grade::frame::Answer;
use crate::grade::{Computed, Proof, Status, contradiction_of_given, evaluate_given, proof};
use crate::name::{Name, Word, nearest};
use crate::value::FactValue;
use crate::vocabulary::FactType;

/// What a value of a bound fact is to the rules.
#[derive(Debug)]
pub(super) struct Cell {
    /// A value that lies in it.
    pub(super) value: FactValue,
    /// The cell of each variable of the fact; nothing of what is missing.
    of: Vec<Option<u16>>,
}

/// A bound fact.
#[derive(Debug)]
struct Column {
    name: Name,
    variables: Vec<VariableId>,
    cells: Vec<Cell>,
    stride: u64,
}

/// Works records out.
#[derive(Debug)]
pub(super) struct Worker<'c> {
    compiled: &'c Compiled,
    on: Subject,
    decision: &'c Decision,
    /// The position of the decision on its level.
    position: usize,
    columns: Vec<Column>,
    written_out: Option<Arc<Chain>>,
    /// The cells of facts that nobody bound: what they are by default, or nothing.
    unbound: Vec<Option<u16>>,
}

impl<'c> Worker<'c> {
    pub(super) fn new(compiled: &'c Compiled) -> Result<Self, Refused> {
        let framework = compiled.framework();
        let Some(decision) = framework.result_decision() else {
            let message = format!("`{}` grades nothing by itself", framework.id);
            return Err(Diagnostic::error(Code::MissingKey, message).help("take a framework with a `result`").into());
        };
        let on = decision.on;
        let level = compiled.level(on);
        let position = level.decisions.iter().position(|known| framework.decisions[known.index].name == decision.name);
        let position = position.unwrap_or_default();
        let written_out = compiled.chain(on, &BTreeSet::new(), &BTreeSet::from([position]));
        let unbound = level.space.iter().map(|(_, variable)| {
            let default = framework.fact(variable.name.as_str())?.default.clone()?;
            variable.domain.cell(&default.into())
        });
        let unbound = unbound.collect();
        Ok(Self { compiled, on, decision, position, columns: Vec::new(), written_out, unbound })
    }

    const fn level(&self) -> &'c Level {
        self.compiled.level(self.on)
    }

    /// The words of the result: its levels, and what stands beside them.
    pub(super) fn words(&self) -> Vec<Word> {
        self.decision.values.clone()
    }

    /// A name that can be bound.
    pub(super) fn name_of(&self, fact: &str) -> Result<Name, Refused> {
        let index = Index::new(self.compiled.framework());
        let scope = Scope::of(self.on);
        if index.value_type(scope, fact).is_none() {
            let message = format!("`{}` knows no `{fact}` of what is graded", self.compiled.framework().id);
            let near = nearest(fact, index.all(scope)).map(str::to_owned);
            return Err(Diagnostic::error(Code::UnknownName, message).did_you_mean(near.as_deref()).into());
        }
        if self.columns.iter().any(|column| column.name == *fact) {
            return Err(Diagnostic::error(Code::DuplicateId, format!("`{fact}` is bound twice")).into());
        }
        Ok(fact.into())
    }

    fn type_of(&self, name: &Name) -> Option<ValueType> {
        Index::new(self.compiled.framework()).value_type(Scope::of(self.on), name.as_str())
    }

    pub(super) fn is_flag(&self, name: &Name) -> bool {
        self.type_of(name).is_some_and(|known| known.kind == FactType::Flag)
    }

    /// A value of a fact, as text tells it.
    pub(super) fn read(&self, name: &Name, text: &str) -> Result<FactValue, Refused> {
        let kind = self.type_of(name).map(|known| known.kind);
        let literal = match kind {
            Some(FactType::Flag) => flag_of(text).map(Literal::Flag),
            Some(FactType::Number | FactType::Count) => text.parse().ok().map(Literal::Number),
            Some(FactType::Date) => text.parse().ok().map(Literal::Date),
            _ => None,
        };
        let span = Span::new(&TextFile::new("record", text), 0..text.len());
        let literal = Located { value: literal.unwrap_or_else(|| Literal::Text(text.into())), span: span.clone() };
        let index = Index::new(self.compiled.framework());
        Ok(read_named(&index, Scope::of(self.on), (name.as_str(), &span), &literal).map_err(|problem| *problem)?)
    }

    /// What rules tell apart of a number.
    pub(super) fn scale_of(&self, name: &Name) -> Result<Scale, Refused> {
        let refused = |message: String| Diagnostic::error(Code::WrongType, message);
        let kind = self.type_of(name).map(|known| known.kind);
        if !matches!(kind, Some(FactType::Number | FactType::Count)) {
            return Err(refused(format!("`{name}` is no number")).into());
        }
        let level = self.level();
        if self.is_computed_with(name) {
            let message = format!("`{}` computes with `{name}`", self.compiled.framework().id);
            return Err(refused(message).help("grade such records by their values").into());
        }
        let variable = level.space.value_of(name.as_str()).or_else(|| level.space.closed_of(name.as_str()));
        let is_whole = kind == Some(FactType::Count);
        let domain = variable.map(|variable| level.space.get(variable).domain.clone());
        // Of what no rule reads, all numbers are alike.
        let domain = domain.or_else(|| self.unread(name)).ok_or_else(|| refused(format!("`{name}` is no number")))?;
        Ok(Scale::new(domain, is_whole))
    }

    fn unread(&self, name: &Name) -> Option<crate::compile::space::Domain> {
        let known = self.type_of(name)?;
        let fact = self.compiled.framework().fact(name.as_str());
        let range: (Option<Decimal>, Option<Decimal>) = fact.map_or((None, None), |fact| (fact.least, fact.greatest));
        Some(crate::compile::space::Domain::new(&known, range, &[], &BTreeSet::new(), &BTreeSet::new()))
    }

    /// Whether a derived value is made of it.
    pub(super) fn is_computed_with(&self, name: &Name) -> bool {
        let level = self.level();
        level.derived.iter().flat_map(|derived| derived.arguments.iter().flatten()).any(|argument| match argument {
            CompiledArgument::Variable(variable) => level.space.get(*variable).name == *name,
            CompiledArgument::Value(_) => false,
        })
    }

    /// Binds a fact with some values; how many of these rules tell apart, and which each of them is.
    pub(super) fn bind(
        &mut self,
        name: Name,
        values: Vec<FactValue>,
        stride: u64,
    ) -> Result<(usize, Vec<usize>), Refused> {
        let space = &self.level().space;
        let variables = [space.value_of(name.as_str()), space.closed_of(name.as_str())];
        let variables: Vec<VariableId> = variables.into_iter().flatten().collect();
        let mut cells: Vec<Cell> = Vec::new();
        let mut places = Vec::with_capacity(values.len());
        for value in values {
            let of: Vec<Option<u16>> =
                variables.iter().map(|variable| space.get(*variable).domain.cell(&value)).collect();
            // What no rule reads of it may still be shown.
            let place = cells.iter().position(|known| known.of == of && known.value == value);
            places.push(place.unwrap_or(cells.len()));
            if place.is_none() {
                cells.push(Cell { value, of });
            }
        }
        if cells.is_empty() {
            return Err(Diagnostic::error(Code::MissingKey, format!("`{name}` is bound to no word")).into());
        }
        let count = cells.len();
        self.columns.push(Column { name, variables, cells, stride });
        Ok((count, places))
    }

    /// The cells of a key, in the order of the facts.
    pub(super) fn cells(&self, key: u64) -> Vec<&Cell> {
        let of = |column: &'_ Column| {
            let count = column.cells.len() as u64;
            usize::try_from(key / column.stride % count).unwrap_or_default()
        };
        self.columns.iter().map(|column| &column.cells[of(column)]).collect()
    }

    pub(super) fn check(&self, values: &[FactValue]) -> Result<(), Refused> {
        if values.len() == self.columns.len() {
            return Ok(());
        }
        let message = format!("a record of {} facts has {} values", self.columns.len(), values.len());
        Err(Diagnostic::error(Code::WrongType, message).into())
    }

    /// The values of a record by name.
    pub(super) fn given(&self, values: &[FactValue]) -> Given {
        let known = self.columns.iter().zip(values);
        known.map(|(column, value)| (column.name.clone(), value.clone())).collect()
    }

    /// What comes of a record whose facts lie in these cells.
    pub(super) fn outcome_of_cells(&self, cells: &[&Cell]) -> Outcome {
        if let Some(outcome) = self.by_diagrams(cells) {
            return outcome;
        }
        let values: Vec<FactValue> = cells.iter().map(|cell| cell.value.clone()).collect();
        self.outcome_of_values(&self.given(&values))
    }

    /// The same by following the diagrams; nothing where something is missing on which it hangs.
    fn by_diagrams(&self, cells: &[&Cell]) -> Option<Outcome> {
        let chain = self.written_out.as_ref()?;
        let mut known = self.unbound.clone();
        for (column, cell) in self.columns.iter().zip(cells) {
            for (variable, of) in column.variables.iter().zip(&cell.of) {
                known[variable.index()] = *of;
            }
        }
        let follow = |diagrams: &Diagrams, diagram: Diagram| follow(diagrams, diagram, &known);
        let is_possible = chain.legal.parts.iter().map(|part| follow(&chain.diagrams, part.holds));
        // What cannot be is told by the facts themselves.
        if !is_possible.collect::<Option<Vec<_>>>()?.iter().all(|holds| *holds == 1) {
            return None;
        }
        if self.on == Subject::Claim {
            for (_, out) in &self.compiled.scope {
                if follow(&self.level().diagrams, *out)? == 1 {
                    return None;
                }
            }
        }
        let leaf = follow(&chain.diagrams, chain.values[self.position]?)?;
        if leaf == GAP {
            return None;
        }
        let evaluator = Evaluator::by_table(self.compiled, self.on);
        let decision = &self.level().decisions[self.position];
        let value = evaluator.value_of(decision, Answer::Cell(u16::try_from(leaf).ok()?));
        Some(Outcome::level(value.to_string().into()))
    }

    fn compute(&self, given: &Given) -> Computed {
        let claims = (self.on == Subject::Claim).then_some([].as_slice());
        evaluate_given(self.compiled, self.on, given, None, claims)
    }

    /// What comes of a record by its values.
    pub(super) fn outcome_of_values(&self, given: &Given) -> Outcome {
        let computed = self.compute(given);
        if let Some(reason) = contradiction_of_given(self.compiled, &computed, given) {
            return Outcome::Contradiction(reason);
        }
        if let Some(rule) = computed.out_of_scope.filter(|_| self.on == Subject::Claim) {
            return Outcome::Status(Status::NotApplicable(self.compiled.framework().scope[rule].because.clone()));
        }
        let possible = computed.frame.results[self.position].possible();
        let evaluator = Evaluator::exact(self.compiled, self.on);
        let decision = &self.level().decisions[self.position];
        let word = |answer| Word::from(evaluator.value_of(decision, answer).to_string());
        if let Some(answer) = possible.one() {
            return Outcome::level(word(answer));
        }
        let words = possible.answers.iter().map(|answer| word(*answer)).collect();
        Outcome::Status(Status::Undetermined { possible: words, gap: possible.gap, exact: computed.frame.exact })
    }

    /// The proof of a record; nothing where there is none.
    pub(super) fn proof(&self, given: &Given) -> Option<Proof> {
        match self.outcome_of_values(given) {
            Outcome::Status(Status::NotApplicable(_)) | Outcome::Contradiction(_) => None,
            Outcome::Status(_) => proof::of_computed(self.compiled, &self.compute(given), given, &self.decision.name),
        }
    }
}

/// What a diagram comes to; nothing where a variable that it tests is in no cell.
fn follow(diagrams: &Diagrams, mut diagram: Diagram, known: &[Option<u16>]) -> Option<u32> {
    loop {
        let Some((variable, children)) = diagrams.branch(diagram) else { return diagram.value() };
        let cell = (*known.get(variable.index())?)?;
        diagram = *children.get(usize::from(cell))?;
    }
}

fn flag_of(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}
