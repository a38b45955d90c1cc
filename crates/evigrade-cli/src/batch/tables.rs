//! From batches of a Parquet file to batches with grades.

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt8Type;
use arrow_array::{Array as _, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use arrow_select::filter::filter_record_batch;
use evigrade_arrow::{Graded, RefusedRow};

use super::grader::{Grader, Remembered, Told, told_of};
use super::parquet_rows::{Table, Texts};
use super::{Done, Reject, Threads, line_of};
use crate::arguments::ProofOf;
use crate::output::Failure;

/// Grades batches.
#[derive(Debug)]
pub(crate) struct TableGrader<'c> {
    pub(crate) grader: evigrade_arrow::Grader<'c>,
    pub(crate) proof: ProofOf,
    pub(crate) told: Remembered,
}

impl TableGrader<'_> {
    /// Whether a column tells a fact.
    pub(crate) fn reads(&self, column: &str) -> bool {
        self.grader.facts().any(|(_, known)| known == column)
    }

    /// The columns of batches with what is added to them: as they are written, and as they are told.
    pub(crate) fn written(&self, read: &Schema, of_file: &SchemaRef) -> (Schema, Schema) {
        let names = Grader::added(self.proof);
        let (grade, told) = (self.grader.added(), added(&names[1..], &DataType::LargeUtf8));
        let written: Vec<Arc<Field>> = read.fields().iter().chain(grade.fields()).cloned().chain(told).collect();
        let shown: Vec<Arc<Field>> = of_file.fields().iter().cloned().chain(added(names, &DataType::Utf8)).collect();
        let metadata = || of_file.metadata().clone();
        (Schema::new_with_metadata(written, metadata()), Schema::new_with_metadata(shown, metadata()))
    }

    /// Grades a batch. Where proofs are asked for, it is shared out among threads.
    pub(crate) fn grade(&self, table: &Table, part: usize, threads: &Threads) -> Result<Vec<Done>, Failure> {
        if self.proof == ProofOf::None {
            return self.part(table.first, &table.batch);
        }
        let rows = table.batch.num_rows();
        let of_part =
            |from: usize| self.part(table.first + from as u64, &table.batch.slice(from, part.min(rows - from)));
        let parts: Result<Vec<Vec<Done>>, Failure> =
            threads.each((0..rows).step_by(part), of_part).into_iter().collect();
        Ok(parts?.into_iter().flatten().collect())
    }

    /// Grades some rows, by halves where more comes of them than can be numbered at once.
    fn part(&self, first: u64, batch: &RecordBatch) -> Result<Vec<Done>, Failure> {
        let rows = batch.num_rows();
        match self.grader.grade(batch) {
            Ok(graded) => Ok(vec![self.done(first, batch, &graded)?]),
            Err(_) if rows > MOST_RESULTS => {
                let half = rows / 2;
                let mut done = self.part(first, &batch.slice(0, half))?;
                done.extend(self.part(first + half as u64, &batch.slice(half, rows - half))?);
                Ok(done)
            }
            Err(refused) => Err(refused.into()),
        }
    }

    fn done(&self, first: u64, batch: &RecordBatch, graded: &Graded) -> Result<Done, Failure> {
        let levels = graded.columns.column(0).as_dictionary_opt::<UInt8Type>();
        let levels = levels.ok_or_else(|| Failure::Ours("levels are no words".to_owned()))?;
        let mut counts = [0_u64; 256];
        for level in levels.keys().iter().flatten() {
            counts[usize::from(level)] += 1;
        }
        let words = levels.values().as_string::<i32>();
        let counts = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let counts = counts.map(|(level, count)| (words.value(level).to_owned(), *count)).collect();
        let mut table = graded.beside(batch)?;
        let rejects = rejects(first, batch, &graded.refused)?;
        if !rejects.is_empty() {
            let is_graded: BooleanArray = (0..batch.num_rows()).map(|row| Some(levels.is_valid(row))).collect();
            table = filter_record_batch(&table, &is_graded).map_err(ours)?;
        }
        if self.proof != ProofOf::None {
            table = self.with_proofs(&table)?;
        }
        Ok(Done { table: Some(table), rejects, counts, ..Done::default() })
    }

    /// Rows that are graded, with what their proofs tell.
    fn with_proofs(&self, table: &RecordBatch) -> Result<RecordBatch, Failure> {
        let names = &Grader::added(self.proof)[1..];
        let mut told: Vec<LargeStringBuilder> = names.iter().map(|_| LargeStringBuilder::new()).collect();
        let mut rows = self.grader.rows(table)?;
        let ungraded = |row: RefusedRow| Failure::Ours(row.reason);
        for row in 0..table.num_rows() {
            let values = rows.values(row).map_err(ungraded)?;
            let of_row: Arc<Told> = match self.told.get(&values) {
                Some(known) => known,
                None => self.told.keep(&values, told_of(rows.proof(row).map_err(ungraded)?.as_ref(), self.proof)),
            };
            for (name, column) in names.iter().zip(&mut told) {
                column.append_option(of_row.get(name).filter(|text| !text.is_empty()));
            }
        }
        let fields = added(names, &DataType::LargeUtf8);
        let fields: Vec<Arc<Field>> = table.schema_ref().fields().iter().cloned().chain(fields).collect();
        let told = told.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let columns = table.columns().iter().cloned().chain(told).collect();
        let schema = Schema::new_with_metadata(fields, table.schema_ref().metadata().clone());
        RecordBatch::try_new(Arc::new(schema), columns).map_err(ours)
    }
}

/// Columns of text that are added.
fn added(names: &[&str], kind: &DataType) -> Vec<Arc<Field>> {
    names.iter().map(|name| Arc::new(Field::new(*name, kind.clone(), true))).collect()
}

/// So few rows have no more results than can be numbered.
const MOST_RESULTS: usize = 128;

fn ours(error: impl std::fmt::Display) -> Failure {
    Failure::Ours(error.to_string())
}

/// The rows of a batch that were refused.
fn rejects(first: u64, batch: &RecordBatch, refused: &[RefusedRow]) -> Result<Vec<Reject>, Failure> {
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let texts = Texts::new(batch)?;
    let reject = |refused: &RefusedRow| {
        let raw = texts.of_row(refused.row).map(|fields| line_of(fields.iter())).unwrap_or_default();
        let (number, at) = (first + refused.row as u64, refused.at.clone());
        Reject { number, line: None, at, reason: refused.reason.clone(), raw: raw.trim_end_matches('\n').to_owned() }
    };
    Ok(refused.iter().map(reject).collect())
}
