//! Working records out: by the diagrams where every fact lies in a cell, else as an example is.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::Outcome;
use super::column::Scale;
use super::read::{Reader, unknown_name};
use crate::compile::Compiled;
use crate::compile::chain::Chain;
use crate::compile::decision::GAP;
use crate::compile::diagram::{Cells, Diagram, Diagrams, VariableId};
use crate::compile::level::{CompiledArgument, Level};
use crate::compile::space::Domain;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::framework::Decision;
use crate::framework::names::{Index, Named, Scope, ValueType};
use crate::grade::evaluator::Evaluator;
use crate::grade::frame::Answer;
use crate::grade::{Computed, GivenValues, Proof, Status, contradiction_of_given, evaluate_given, proof};
use crate::name::{Name, Word};
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::{FactDefinition, FactType};

/// What a value of a bound fact is to the rules.
#[derive(Debug)]
pub(crate) struct Cell {
    /// A value that lies in it.
    pub(crate) value: FactValue,
    /// The cell of each variable of the fact; nothing of what is missing.
    of: Vec<Option<u16>>,
}

impl Cell {
    /// The cell of a variable of the fact, by its place among these.
    pub(crate) fn cell(&self, variable: usize) -> Option<u16> {
        self.of.get(variable).copied().flatten()
    }
}

/// A bound fact.
#[derive(Debug)]
struct Column {
    name: Name,
    variables: Vec<VariableId>,
    cells: Vec<Cell>,
    stride: u64,
    /// Whether a value stands for all that lie in its cell.
    is_cut: bool,
}

/// Works records out.
#[derive(Debug)]
pub(crate) struct Worker<'c> {
    compiled: &'c Compiled,
    on: Subject,
    decision: &'c Decision,
    /// The position of the decision on its level.
    position: usize,
    columns: Vec<Column>,
    /// The decision written out over what is bound and missing; nothing before everything is bound, and where it is too large.
    written_out: Option<Arc<Chain>>,
    /// The cells of facts that nobody bound: what they are by default, or missing.
    unbound: Vec<Option<u16>>,
}

impl<'c> Worker<'c> {
    pub(crate) fn new(compiled: &'c Compiled) -> Result<Self, Refused> {
        let framework = compiled.framework();
        let Some(decision) = framework.result_decision() else {
            let message = format!("`{}` grades nothing by itself", framework.id);
            return Err(Diagnostic::error(Code::MissingKey, message).help("take a framework with a `result`").into());
        };
        let on = decision.on;
        let position = compiled.position(on, &decision.name).unwrap_or_default();
        let index = Index::new(framework);
        let unbound = compiled.level(on).space.iter().map(|(_, variable)| {
            // What is measured or decided may be called like a fact of something else.
            let default = match index.get(Scope::of(on), variable.name.as_str()) {
                Some(Named::Fact(fact)) => fact.default.clone().map_or(FactValue::MISSING, FactValue::from),
                _ => FactValue::MISSING,
            };
            variable.domain.cell(&default)
        });
        let unbound = unbound.collect();
        Ok(Self { compiled, on, decision, position, columns: Vec::new(), written_out: None, unbound })
    }

    /// Writes the decision out, once everything is bound. Decisions that are bound are taken as they are given.
    pub(crate) fn write_out(&mut self) {
        let level = self.level();
        let is_decided = |variable: &&VariableId| level.position_of(**variable).is_some();
        let bound = self.columns.iter().flat_map(|column| &column.variables);
        let opaque = bound.filter(is_decided).copied().collect();
        self.written_out = self.compiled.chain(self.on, &opaque, &BTreeSet::from([self.position]));
    }

    const fn level(&self) -> &'c Level {
        self.compiled.level(self.on)
    }

    /// The words of the result: its levels, and what stands beside them.
    pub(crate) fn words(&self) -> Vec<Word> {
        self.decision.values.clone()
    }

    /// A name that can be bound and was not before.
    pub(crate) fn name_of(&self, fact: &str) -> Result<Name, Refused> {
        let index = Index::new(self.compiled.framework());
        let scope = Scope::of(self.on);
        match index.get(scope, fact) {
            None => return Err(self.unknown(fact).into()),
            Some(Named::Parameter(_)) => {
                let message = format!("`{fact}` is a parameter, and the same for all records");
                return Err(Diagnostic::error(Code::UnknownName, message)
                    .help("set it where the framework is compiled")
                    .into());
            }
            Some(_) if self.decision.name == *fact => {
                return Err(Diagnostic::error(Code::UnknownName, format!("`{fact}` is what comes out")).into());
            }
            Some(_) => {}
        }
        if self.columns.iter().any(|column| column.name == *fact) {
            return Err(Diagnostic::error(Code::DuplicateId, format!("`{fact}` is bound twice")).into());
        }
        Ok(fact.into())
    }

    /// The names that can be bound.
    pub(crate) fn names(&self) -> Vec<String> {
        let index = Index::new(self.compiled.framework());
        let scope = Scope::of(self.on);
        let can_be = |name: &&str| {
            self.decision.name != **name && !matches!(index.get(scope, name), Some(Named::Parameter(_)) | None)
        };
        index.all(scope).filter(can_be).map(str::to_owned).collect()
    }

    fn type_of(&self, name: &Name) -> Option<ValueType> {
        Index::new(self.compiled.framework()).value_type(Scope::of(self.on), name.as_str())
    }

    /// The values that words say.
    pub(crate) fn word_values(&self, name: &Name, words: &[&str]) -> Result<Vec<FactValue>, Refused> {
        words.iter().map(|word| self.read(name, word)).collect()
    }

    /// The cells of a number, a value of each of them, and then those of some unknowns.
    pub(crate) fn number_values(&self, name: &Name, unknowns: &[&str]) -> Result<(Scale, Vec<FactValue>), Refused> {
        let scale = self.scale_of(name)?;
        let mut values = scale.representatives();
        values.extend(self.word_values(name, unknowns)?);
        Ok((scale, values))
    }

    /// No and yes, of a flag, and some unknowns.
    pub(crate) fn flag_values(&self, name: &Name, unknowns: &[&str]) -> Result<Vec<FactValue>, Refused> {
        if self.type_of(name).is_none_or(|known| known.kind != FactType::Flag) {
            return Err(Diagnostic::error(Code::WrongType, format!("`{name}` is no flag")).into());
        }
        let flags = [false, true].map(FactValue::from).into_iter();
        Ok(flags.chain(self.word_values(name, unknowns)?).collect())
    }

    /// A value of a fact, as text tells it.
    pub(crate) fn read(&self, name: &Name, text: &str) -> Result<FactValue, Refused> {
        let read = self.reader(name)?.value(text);
        read.map_err(|unreadable| Diagnostic::error(Code::UnknownValue, unreadable.reason).into())
    }

    /// What reads values of a fact from text.
    pub(crate) fn reader(&self, name: &Name) -> Result<Reader, Refused> {
        let reader = Reader::new(self.compiled.framework(), Scope::of(self.on), name);
        let mut reader = reader.ok_or_else(|| self.unknown(name.as_str()))?;
        reader.domain = self.domain(name).cloned();
        Ok(reader)
    }

    /// What rules tell apart of a fact; nothing of what no rule reads.
    fn domain(&self, name: &Name) -> Option<&'c Domain> {
        let space = &self.level().space;
        let variable = space.value_of(name.as_str()).or_else(|| space.closed_of(name.as_str()))?;
        Some(&space.get(variable).domain)
    }

    fn unknown(&self, fact: &str) -> Diagnostic {
        let framework = self.compiled.framework();
        unknown_name(framework, fact, Index::new(framework).all(Scope::of(self.on)))
    }

    /// What rules tell apart of a number.
    pub(crate) fn scale_of(&self, name: &Name) -> Result<Scale, Refused> {
        let refused = |message: String| Diagnostic::error(Code::WrongType, message);
        let kind = self.type_of(name).map(|known| known.kind);
        if !matches!(kind, Some(FactType::Number | FactType::Count)) {
            return Err(refused(format!("`{name}` is no number")).into());
        }
        if self.is_computed_with(name) {
            let message = format!("`{}` computes with `{name}`", self.compiled.framework().id);
            return Err(refused(message).help("grade such records by their values").into());
        }
        let is_whole = kind == Some(FactType::Count);
        // Of what no rule reads, all numbers are alike.
        let domain = self
            .domain(name)
            .cloned()
            .or_else(|| self.unread(name))
            .ok_or_else(|| refused(format!("`{name}` is no number")))?;
        Ok(Scale::new(domain, is_whole))
    }

    fn unread(&self, name: &Name) -> Option<Domain> {
        let known = self.type_of(name)?;
        let fact = self.compiled.framework().fact(name.as_str());
        let range: (Option<Decimal>, Option<Decimal>) = fact.map_or((None, None), |fact| (fact.least, fact.greatest));
        Some(Domain::new(&known, range, &[], &BTreeSet::new(), &BTreeSet::new()))
    }

    /// Whether a derived value is made of it.
    pub(crate) fn is_computed_with(&self, name: &Name) -> bool {
        let level = self.level();
        level.derived.iter().flat_map(|derived| derived.arguments.iter().flatten()).any(|argument| match argument {
            CompiledArgument::Variable(variable) => level.space.get(*variable).name == *name,
            CompiledArgument::Value(_) => false,
        })
    }

    /// Binds a fact with some values, the first of which have a stride below a size; how large all of them are together, and
    /// which of the values that rules tell apart each is.
    pub(crate) fn bind(
        &mut self,
        name: Name,
        values: Vec<FactValue>,
        stride: u64,
    ) -> Result<(u64, Vec<usize>), Refused> {
        let space = &self.level().space;
        let variables = [space.value_of(name.as_str()), space.closed_of(name.as_str())];
        let variables: Vec<VariableId> = variables.into_iter().flatten().collect();
        let mut cells: Vec<Cell> = Vec::new();
        let mut places = Vec::with_capacity(values.len());
        for value in values {
            let cell = |variable: &VariableId| match &value {
                // What is missing holds by default, as it does in a case.
                FactValue::Unknown(Unknown::Missing) => self.unbound[variable.index()],
                value => space.get(*variable).domain.cell(value),
            };
            let of: Vec<Option<u16>> = variables.iter().map(cell).collect();
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
        let size = stride.checked_mul(cells.len() as u64).ok_or_else(|| {
            let message = format!("with `{name}` there are more records than can be told apart by a number");
            Diagnostic::error(Code::TooLarge, message).help("bind fewer facts, or fewer words of them")
        })?;
        self.columns.push(Column { name, variables, cells, stride, is_cut: false });
        Ok((size, places))
    }

    /// Of what the result is, and the position of its decision.
    pub(crate) const fn result(&self) -> (Subject, usize) {
        (self.on, self.position)
    }

    /// The variables of a bound fact, by its place.
    pub(crate) fn variables(&self, column: usize) -> &[VariableId] {
        &self.columns[column].variables
    }

    /// What a value of a bound fact is to the rules.
    pub(crate) fn cell(&self, column: usize, value: usize) -> &Cell {
        &self.columns[column].cells[value]
    }

    /// The cells of facts that nobody bound.
    pub(crate) fn unbound(&self) -> &[Option<u16>] {
        &self.unbound
    }

    /// Takes note that the values of the fact that was bound last stand for all that lie in their cells.
    pub(crate) fn mark_cut(&mut self) {
        self.columns.iter_mut().next_back().into_iter().for_each(|column| column.is_cut = true);
    }

    /// The facts whose values stand for all that lie in their cells.
    pub(crate) fn cut(&self) -> impl Iterator<Item = &Name> {
        self.columns.iter().filter(|column| column.is_cut).map(|column| &column.name)
    }

    /// What is bound, with the stride and the number of its values.
    pub(crate) fn bound(&self) -> impl Iterator<Item = (&Name, u64, u64)> {
        self.columns.iter().map(|column| (&column.name, column.stride, column.cells.len() as u64))
    }

    /// The cells of a key, in the order of the facts.
    pub(crate) fn cells(&self, key: u64) -> Vec<&Cell> {
        let of = |column: &'_ Column| {
            let count = column.cells.len() as u64;
            usize::try_from(key / column.stride % count).unwrap_or_default()
        };
        self.columns.iter().map(|column| &column.cells[of(column)]).collect()
    }

    /// The numbers of a key, each with what other numbers of the same key are.
    pub(crate) fn numbers_of(&self, key: u64) -> Vec<(Decimal, Alike)> {
        let number = |(column, cell): (&Column, &Cell)| {
            let number = cell.value.number()?;
            let fact = self.compiled.framework().fact(column.name.as_str()).cloned();
            let domain = |variable: &VariableId| self.level().space.get(*variable).domain.clone();
            let domains = column.variables.iter().map(domain).zip(cell.of.iter().copied()).collect();
            Some((number, Alike { name: column.name.clone(), fact, domains }))
        };
        self.columns.iter().zip(self.cells(key)).filter_map(number).collect()
    }

    /// Whether there is a value for each fact, and each can be it.
    pub(crate) fn check(&self, values: &[FactValue]) -> Result<(), Refused> {
        if values.len() != self.columns.len() {
            let message = format!("a record of {} facts has {} values", self.columns.len(), values.len());
            return Err(Diagnostic::error(Code::WrongType, message).into());
        }
        for (column, value) in self.columns.iter().zip(values) {
            if !self.can_be(&column.name, value) {
                return Err(Diagnostic::error(Code::WrongType, format!("`{}` cannot be {value}", column.name)).into());
            }
        }
        Ok(())
    }

    fn can_be(&self, name: &Name, value: &FactValue) -> bool {
        if *value == FactValue::MISSING {
            return true;
        }
        let fact = self.compiled.framework().fact(name.as_str());
        let Some(known) = self.type_of(name) else { return false };
        match (value, &known.kind) {
            (FactValue::Unknown(unknown), _) => known.unknowns.contains(unknown),
            (FactValue::Known(Value::Choice(_)), FactType::OpenChoice) => true,
            (FactValue::Known(Value::Choice(word)), _) => known.words().contains(&word),
            (FactValue::Known(Value::Flag(_)), kind) => *kind == FactType::Flag,
            (FactValue::Known(Value::Number(_)), kind) => {
                matches!(kind, FactType::Number | FactType::Count) && fact.is_none_or(|fact| fact.admits(value))
            }
            (FactValue::Known(Value::Date(_)), kind) => *kind == FactType::Date,
            (FactValue::Known(Value::Text(_)), kind) => *kind == FactType::Text,
        }
    }

    /// Whether a number lies in the cell of a fact in a record.
    pub(crate) fn lies_in(&self, key: u64, name: &str, number: &FactValue) -> bool {
        let mut columns = self.columns.iter().zip(self.cells(key));
        columns.find(|(column, _)| column.name == *name).is_some_and(|(column, cell)| {
            let space = &self.level().space;
            let mut variables = column.variables.iter().zip(&cell.of);
            let is_number = number.number().is_some() && cell.value.number().is_some();
            is_number
                && self.can_be(&column.name, number)
                && variables.all(|(variable, of)| space.get(*variable).domain.cell(number) == *of)
        })
    }

    /// The values of a record by name; what is missing is as it is by default.
    pub(crate) fn given(&self, values: &[FactValue]) -> GivenValues {
        let known = self.columns.iter().zip(values).filter(|(_, value)| **value != FactValue::MISSING);
        known.map(|(column, value)| (column.name.clone(), value.clone())).collect()
    }

    /// What comes of a record whose facts lie in these cells.
    pub(crate) fn outcome_of_cells(&self, cells: &[&Cell]) -> Outcome {
        if let Some(level) = self.level_by_cells(cells) {
            return Outcome::level(level);
        }
        let values: Vec<FactValue> = cells.iter().map(|cell| cell.value.clone()).collect();
        self.outcome_of_values(&self.given(&values))
    }

    /// The level, by following the diagrams; nothing where something is missing on which it hangs.
    pub(crate) fn level_by_cells(&self, cells: &[&Cell]) -> Option<Word> {
        let chain = self.written_out.as_ref()?;
        if self.on == Subject::Claim && self.compiled.scope.iter().any(|(out, _)| self.level().reads_rules(out)) {
            return None;
        }
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
                // It is kept out only where that is sure, whatever is missing.
                let is_sure = follow(&self.level().diagrams, *out);
                if is_sure == Some(1) || is_sure.is_none() && !chain.legal.parts.is_empty() {
                    return None;
                }
                if is_sure.is_none() {
                    let inputs = |variable: VariableId| known[variable.index()].map_or(Cells::Any, Cells::One);
                    if !self.level().diagrams.possible(*out, &inputs).contains(&0) {
                        return None;
                    }
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
        Some(value.to_string().into())
    }

    fn compute(&self, given: &GivenValues) -> Computed {
        let claims = (self.on == Subject::Claim).then_some([].as_slice());
        evaluate_given(self.compiled, self.on, given, None, claims)
    }

    /// What comes of a record by its values.
    pub(crate) fn outcome_of_values(&self, given: &GivenValues) -> Outcome {
        self.outcome_of(&self.compute(given), given)
    }

    /// What comes of what was worked out of values.
    pub(crate) fn outcome_of(&self, computed: &Computed, given: &GivenValues) -> Outcome {
        if let Some(reason) = contradiction_of_given(self.compiled, computed, given) {
            return Outcome::Contradiction(reason);
        }
        if let Some(rule) = computed.out_of_scope.filter(|_| self.on == Subject::Claim) {
            return Outcome::Status(Status::NotApplicable(self.compiled.framework().scope[rule].because.clone()));
        }
        Outcome::Status(Status::of(self.compiled, self.decision, &computed.frame))
    }

    /// The proof of a record; nothing where there is none.
    pub(crate) fn proof(&self, given: &GivenValues) -> Option<Proof> {
        self.proof_of(&self.compute(given), given)
    }

    fn proof_of(&self, computed: &Computed, given: &GivenValues) -> Option<Proof> {
        match self.outcome_of(computed, given) {
            Outcome::Status(Status::NotApplicable(_)) | Outcome::Contradiction(_) => None,
            Outcome::Status(_) => proof::of_computed(self.compiled, computed, given, &self.decision.name),
        }
    }
}

/// Which numbers of a fact are alike to the rules.
#[derive(Debug)]
pub(crate) struct Alike {
    pub(crate) name: Name,
    fact: Option<Arc<FactDefinition>>,
    /// The cell in which they lie, of each variable.
    domains: Vec<(Domain, Option<u16>)>,
}

impl Alike {
    /// Whether a number is one of them.
    pub(crate) fn has(&self, number: Decimal) -> bool {
        let value = FactValue::from(number);
        self.fact.as_ref().is_none_or(|fact| fact.admits(&value))
            && self.domains.iter().all(|(domain, cell)| domain.cell(&value) == *cell)
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
