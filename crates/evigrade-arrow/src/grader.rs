//! Grading batches.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use evigrade::diagnostic::Code;
use evigrade::grade::Proof;
use evigrade::records::{Binding, Key, Outcome, Records, Texts};
use evigrade::value::FactValue;
use evigrade::{Compiled, Diagnostic, Refused};

use crate::column::Column;
use crate::graded::{Graded, RefusedRow};
use crate::levels::{Levels, NONE, nulls_of};
use crate::options::Options;
use crate::plan::Plan;
use crate::text::is_told;

/// That something of a batch is not as it has to be.
pub(crate) fn refused(message: impl Into<String>) -> Refused {
    Diagnostic::error(Code::WrongType, message).into()
}

/// That there is too much in a batch.
pub(crate) fn too_large(message: &str) -> Refused {
    Diagnostic::error(Code::TooLarge, message).help("grade fewer rows at once").into()
}

/// A fact and the column that tells it.
#[derive(Debug)]
struct Bound {
    fact: String,
    column: String,
    place: usize,
    kind: DataType,
    texts: Texts,
}

/// Grades batches of one schema.
#[derive(Debug)]
pub struct Grader<'c> {
    records: Records<'c>,
    bound: Vec<Bound>,
    /// The words that the result can be.
    words: Vec<String>,
    added: SchemaRef,
}

impl<'c> Grader<'c> {
    /// Finds the columns that tell facts in a schema.
    ///
    /// Text, flags, whole numbers, floating and decimal numbers and days tell values, and dictionaries of these.
    ///
    /// # Errors
    ///
    /// [`Refused`] if a column that is named is not there or tells no value, no column tells a fact, one tells none and
    /// those are to be refused, there is a column already that would be added, the framework has no result, or proof ids are
    /// asked for and the framework computes with a fact, so that keys do not tell enough ([`Rows::proof`] does).
    pub fn new(compiled: &'c Compiled, schema: &Schema, options: &Options) -> Result<Self, Refused> {
        let mut binding = Binding::new(compiled)?;
        let mut bound = Vec::new();
        for (fact, column) in wanted(schema, options, &binding.names())? {
            let (place, field) = found(schema, &column)?;
            if !is_told(field.data_type()) {
                let message = format!("the column `{column}` is of {}, which tells no fact", field.data_type());
                return Err(refused(message));
            }
            let texts = binding.texts(&fact)?;
            bound.push(Bound { fact, column, place, kind: field.data_type().clone(), texts });
        }
        let records = binding.records();
        // Before anything is graded, there are none but those that the result can be.
        let words = (0..).map_while(|number| records.outcome(number).word().map(str::to_owned)).collect();
        let level = DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8));
        let mut added = vec![Field::new(&options.level, level, true)];
        if let Some(name) = &options.proof_id {
            if records.needs_values() {
                let message = format!("`{}` computes with a fact of these records", compiled.framework().id);
                return Err(refused(format!("{message}: a number does not tell their proofs")));
            }
            let is_small = u32::try_from(records.size() - 1).is_ok();
            added.push(Field::new(name, if is_small { DataType::UInt32 } else { DataType::UInt64 }, true));
        }
        for (at, field) in added.iter().enumerate() {
            let name = field.name();
            if schema.column_with_name(name).is_some() || added[..at].iter().any(|other| other.name() == name) {
                let message = format!("there is a column `{name}` already, which would be added");
                return Err(Diagnostic::error(Code::NameClash, message).into());
            }
        }
        Ok(Self { records, bound, words, added: Arc::new(Schema::new(added)) })
    }

    /// The columns that are added.
    #[must_use]
    pub fn added(&self) -> SchemaRef {
        Arc::clone(&self.added)
    }

    /// The facts that are told, each with its column.
    pub fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.bound.iter().map(|bound| (bound.fact.as_str(), bound.column.as_str()))
    }

    /// The levels of the rows of a batch, and the rows that have none.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the batch is of another schema, or more different results come of it than a byte can number.
    pub fn grade(&self, batch: &RecordBatch) -> Result<Graded, Refused> {
        let mut levels = Levels::new(&self.records, &self.words);
        if self.records.needs_values() {
            return self.grade_by_values(batch, levels);
        }
        let columns = self.columns(batch)?;
        let plan = Plan::new(&columns, batch.num_rows());
        let kind = self.added.fields().get(1).map(|field| field.data_type());
        let (of_rows, ids): (_, Option<ArrayRef>) = match kind {
            None => (plan.grade::<()>(&mut levels).0, None),
            Some(DataType::UInt32) => {
                let (of_rows, ids) = plan.grade::<u32>(&mut levels);
                let ids = UInt32Array::try_new(ids.into(), nulls_of(&of_rows));
                (of_rows, Some(Arc::new(ids.map_err(|error| refused(error.to_string()))?)))
            }
            Some(_) => {
                let (of_rows, ids) = plan.grade::<u64>(&mut levels);
                let ids = UInt64Array::try_new(ids.into(), nulls_of(&of_rows));
                (of_rows, Some(Arc::new(ids.map_err(|error| refused(error.to_string()))?)))
            }
        };
        let bad = bad_rows(&of_rows).map(|row| self.why(&columns, &plan, row)).collect();
        let level: ArrayRef = Arc::new(levels.column(of_rows)?);
        self.graded([level].into_iter().chain(ids).collect(), bad)
    }

    fn grade_by_values(&self, batch: &RecordBatch, mut levels: Levels<'_>) -> Result<Graded, Refused> {
        let mut rows = self.rows(batch)?;
        let (mut of_rows, mut bad) = (Vec::with_capacity(batch.num_rows()), Vec::new());
        for row in 0..batch.num_rows() {
            let graded = rows.values(row).and_then(|values| rows.number_of(row, &values));
            of_rows.push(match graded {
                Ok(number) => levels.of_number(number),
                Err(refused) => {
                    bad.push(refused);
                    NONE
                }
            });
        }
        let level: ArrayRef = Arc::new(levels.column(of_rows)?);
        self.graded(vec![level], bad)
    }

    fn graded(&self, columns: Vec<ArrayRef>, refused_rows: Vec<RefusedRow>) -> Result<Graded, Refused> {
        let columns = RecordBatch::try_new(self.added(), columns).map_err(|error| refused(error.to_string()))?;
        Ok(Graded { columns, refused: refused_rows })
    }

    /// Why a row has no level.
    fn why(&self, columns: &[Column<'_>], plan: &Plan<'_, '_>, row: usize) -> RefusedRow {
        for (bound, column) in self.bound.iter().zip(columns) {
            let text = column.text(row).unwrap_or_default();
            if let Err(unreadable) = bound.texts.key(&text) {
                let at = Some((bound.column.clone(), text.into_owned()));
                return RefusedRow { row, at, reason: unreadable.reason };
            }
        }
        let outcome = plan.key(row).map(|key| self.records.outcome(self.records.grade(Key::from(key))));
        RefusedRow { row, at: None, reason: outcome.map_or_else(String::new, |outcome| reason_of(&outcome)) }
    }

    /// The proof of the level of rows with an id; nothing where the framework does not grade them.
    ///
    /// Of a number that rules tell apart from others only by where it lies, it shows one that lies there;
    /// [`Rows::proof`] shows the number itself.
    #[must_use]
    pub fn proof(&self, id: u64) -> Option<Proof> {
        (id < self.records.size()).then(|| self.records.proof(Key::from(id))).flatten()
    }

    /// The rows of a batch one by one, with the values of their facts.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the batch is of another schema.
    pub fn rows<'b>(&'b self, batch: &'b RecordBatch) -> Result<Rows<'b>, Refused> {
        let columns = self.columns(batch)?;
        let known = columns.iter().map(|_| HashMap::new()).collect();
        Ok(Rows { records: &self.records, bound: &self.bound, columns, known })
    }

    fn columns<'b>(&self, batch: &'b RecordBatch) -> Result<Vec<Column<'b>>, Refused> {
        let mut columns = Vec::with_capacity(self.bound.len());
        for bound in &self.bound {
            let schema = batch.schema_ref();
            let is_same = schema.fields().get(bound.place).is_some_and(|field| *field.name() == bound.column);
            let array = Some(batch.columns().get(bound.place)).flatten();
            match array.filter(|array| is_same && *array.data_type() == bound.kind) {
                Some(array) => columns.push(Column::new(array, &bound.texts)?),
                None => {
                    let place = format!("column {} of {} called `{}`", bound.place + 1, bound.kind, bound.column);
                    return Err(refused(format!("this batch has no {place}, as the schema has")));
                }
            }
        }
        Ok(columns)
    }
}

fn bad_rows(of_rows: &[u8]) -> impl Iterator<Item = usize> {
    of_rows.iter().enumerate().filter(|(_, level)| **level == NONE).map(|(row, _)| row)
}

fn reason_of(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Contradiction(reason) => reason.clone(),
        outcome => outcome.to_string(),
    }
}

/// Facts and the columns that tell them.
fn wanted(schema: &Schema, options: &Options, names: &[String]) -> Result<Vec<(String, String)>, Refused> {
    let mut wanted = options.columns.clone();
    for field in schema.fields() {
        let name = field.name();
        if wanted.iter().any(|(_, column)| column == name) {
            continue;
        }
        let is_told = wanted.iter().any(|(fact, _)| fact == name);
        if options.by_name && !is_told && names.contains(name) {
            wanted.push((name.clone(), name.clone()));
        } else if options.refuse_others {
            let message = format!("the column `{name}` tells no fact");
            return Err(Diagnostic::error(Code::UnknownName, message).into());
        }
    }
    if wanted.is_empty() {
        let message = "no column is called like something that the framework reads";
        return Err(Diagnostic::error(Code::UnknownName, message).help("say which column tells which fact").into());
    }
    Ok(wanted)
}

/// A column by its name, and its place.
fn found<'s>(schema: &'s Schema, name: &str) -> Result<(usize, &'s Field), Refused> {
    let mut named = schema.fields().iter().enumerate().filter(|(_, field)| field.name() == name);
    match (named.next(), named.next()) {
        (Some((place, field)), None) => Ok((place, field.as_ref())),
        (Some(_), Some(_)) => Err(refused(format!("two columns are called `{name}`"))),
        (None, _) => Err(Diagnostic::error(Code::UnknownName, format!("there is no column `{name}`")).into()),
    }
}

/// The rows of a batch, with the values of their facts.
#[derive(Debug)]
pub struct Rows<'b> {
    records: &'b Records<'b>,
    bound: &'b [Bound],
    columns: Vec<Column<'b>>,
    /// What was read already of each column.
    known: Vec<HashMap<Cow<'b, str>, FactValue>>,
}

impl Rows<'_> {
    /// The values of a row, in the order of [`Grader::facts`]. What is beyond the last row is missing.
    ///
    /// # Errors
    ///
    /// [`RefusedRow`] if a fact cannot be what its column says.
    pub fn values(&mut self, row: usize) -> Result<Vec<FactValue>, RefusedRow> {
        let mut values = Vec::with_capacity(self.bound.len());
        for ((bound, column), known) in self.bound.iter().zip(&self.columns).zip(&mut self.known) {
            let text = column.text(row).unwrap_or_default();
            let value = match known.get(&text) {
                Some(value) => value.clone(),
                None => match bound.texts.value(&text) {
                    Ok(value) => {
                        known.insert(text, value.clone());
                        value
                    }
                    Err(unreadable) => {
                        let at = Some((bound.column.clone(), text.into_owned()));
                        return Err(RefusedRow { row, at, reason: unreadable.reason });
                    }
                },
            };
            values.push(value);
        }
        Ok(values)
    }

    /// The proof of the level of a row by its own values; nothing where the framework does not grade it.
    ///
    /// # Errors
    ///
    /// [`RefusedRow`] if a fact cannot be what its column says, or its facts cannot be together.
    pub fn proof(&mut self, row: usize) -> Result<Option<Proof>, RefusedRow> {
        let values = self.values(row)?;
        self.number_of(row, &values)?;
        self.records.proof_of_values(&values).map_err(|refused| refused_row(row, &refused))
    }

    /// The number of what comes of a row.
    fn number_of(&self, row: usize, values: &[FactValue]) -> Result<u16, RefusedRow> {
        let number = self.records.grade_values(values).map_err(|refused| refused_row(row, &refused))?;
        match self.records.outcome(number) {
            Outcome::Contradiction(reason) => Err(RefusedRow { row, at: None, reason }),
            _ => Ok(number),
        }
    }
}

fn refused_row(row: usize, refused: &Refused) -> RefusedRow {
    let reason = refused.diagnostics().first().map(|problem| problem.message.clone()).unwrap_or_default();
    RefusedRow { row, at: None, reason }
}
