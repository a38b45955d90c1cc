//! Parts of rows: where they come from, and what is made of them.

use std::path::Path;

use arrow_schema::Schema;
use evigrade::{Compiled, Frameworks};

use super::columns::{bodies, records, tables};
use super::{
    BodyGrader, CsvRows, Done, Gathered, Grader, JsonRows, Out, ParquetOut, ParquetRows, Row, Sink, Table, TableGrader,
    Target, Threads, line_of,
};
use crate::arguments::{Batch, Bulk};
use crate::output::Failure;

/// How many rows one thread takes at a time.
const PART: usize = 4_096;

/// Where rows come from.
pub(crate) enum Rows {
    Csv(CsvRows),
    Jsonl(JsonRows),
    Parquet(ParquetRows),
}

/// Rows that follow each other.
pub(crate) enum Part {
    Rows(Vec<Row>),
    Table(Table),
}

impl Part {
    /// Its rows as text.
    fn rows(self) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Rows(rows) => Ok(rows),
            Self::Table(table) => table.rows(),
        }
    }
}

impl Rows {
    pub(crate) fn open(path: &Path, from: Bulk) -> Result<Self, Failure> {
        Ok(match from {
            Bulk::Csv => Self::Csv(CsvRows::open(path)?),
            Bulk::Jsonl => Self::Jsonl(JsonRows::open(path)?),
            Bulk::Parquet => Self::Parquet(ParquetRows::open(path)?),
        })
    }

    /// The names of the columns.
    pub(crate) fn columns(&self, path: &Path) -> Result<Vec<String>, Failure> {
        match self {
            Self::Csv(rows) => Ok(rows.headings().to_vec()),
            Self::Jsonl(_) => JsonRows::names(path),
            Self::Parquet(rows) => Ok(rows.headings().to_vec()),
        }
    }

    /// The next rows, as many as keep some threads busy; nothing at the end.
    pub(crate) fn next(&mut self, threads: usize) -> Result<Option<Part>, Failure> {
        let rows = match self {
            Self::Csv(rows) => rows.next(PART * threads)?,
            Self::Jsonl(rows) => rows.next(PART * threads)?,
            Self::Parquet(rows) => return Ok(rows.next()?.map(Part::Table)),
        };
        Ok((!rows.is_empty()).then_some(Part::Rows(rows)))
    }

    /// How many bytes were read.
    pub(crate) fn position(&self) -> u64 {
        match self {
            Self::Csv(rows) => rows.position(),
            Self::Jsonl(rows) => rows.position(),
            Self::Parquet(rows) => rows.position(),
        }
    }
}

/// What rows are graded as.
pub(crate) enum Work<'c> {
    /// Each as a record of its own.
    Records(Grader<'c>),
    /// Those of one claim as a body of evidence.
    Bodies(BodyGrader<'c>, Gathered),
    /// Each as a record, batch by batch; with the columns as they are read.
    Tables(TableGrader<'c>, Schema),
}

impl<'c> Work<'c> {
    /// Finds what tells facts, and makes the rows ready to be read.
    pub(crate) fn begin(
        arguments: &Batch,
        (frameworks, compiled): (&'c Frameworks, &'c Compiled),
        rows: &mut Rows,
        columns: &[String],
        to: Bulk,
    ) -> Result<Self, Failure> {
        let work = match (&arguments.by, &*rows) {
            (Some(by), _) => {
                let (grader, gathered) = bodies(arguments, by, (frameworks, compiled), columns, to)?;
                Self::Bodies(grader, gathered)
            }
            (None, Rows::Parquet(rows)) if to == Bulk::Parquet => {
                let (grader, read) = tables(arguments, compiled, rows)?;
                Self::Tables(grader, read)
            }
            (None, _) => Self::Records(records(arguments, compiled, columns, to)?),
        };
        if let Rows::Parquet(rows) = rows {
            let read = if let Self::Tables(_, read) = &work { read } else { rows.schema().as_ref() };
            rows.begin(read.clone())?;
        }
        Ok(work)
    }

    /// Begins to write.
    pub(crate) fn out(&self, arguments: &Batch, rows: &Rows, columns: &[String], to: Bulk) -> Result<Out, Failure> {
        let target = Target::of(&arguments.output);
        let headings = match self {
            Self::Bodies(grader, _) => grader.headings(),
            Self::Records(_) | Self::Tables(..) => {
                let added = Grader::added(arguments.proof).iter().map(|name| (*name).to_owned());
                columns.iter().cloned().chain(added).collect()
            }
        };
        match (self, rows, to) {
            (Self::Tables(grader, read), Rows::Parquet(rows), _) => {
                let (written, told) = grader.written(read, rows.schema());
                Ok(Out::Parquet(Box::new(ParquetOut::of_tables(&target, written, &told)?)))
            }
            (_, _, Bulk::Parquet) => Ok(Out::Parquet(Box::new(ParquetOut::of_texts(&target, &headings)?))),
            (_, _, Bulk::Csv) => {
                let mut sink = Sink::new(&target)?;
                sink.write(line_of(headings.iter().map(String::as_str)).as_bytes())?;
                Ok(Out::Text(sink))
            }
            (_, _, Bulk::Jsonl) => Ok(Out::Text(Sink::new(&target)?)),
        }
    }

    /// Whether a column is read.
    pub(crate) fn reads(&self, column: &str) -> bool {
        match self {
            Self::Records(grader) => grader.reads(column),
            Self::Bodies(grader, _) => grader.reads(column),
            Self::Tables(grader, _) => grader.reads(column),
        }
    }

    /// Grades a part of the rows while the next is read.
    pub(crate) fn grade<T: Send>(
        &mut self,
        threads: &Threads,
        part: Part,
        next: impl FnOnce() -> T + Send,
    ) -> Result<(Vec<Done>, T), Failure> {
        match self {
            Self::Records(grader) => {
                let (grader, part) = (&*grader, part.rows()?);
                Ok(threads.join(|| threads.each(part.chunks(PART), |rows| grader.grade(rows)), next))
            }
            Self::Bodies(grader, gathered) => {
                let grader = &*grader;
                let units = gathered.take(part.rows()?)?;
                Ok(threads.join(|| threads.each(units.chunks(PART / 16), |units| grader.grade(units)), next))
            }
            Self::Tables(grader, _) => {
                let Part::Table(table) = part else { return Err(Failure::Ours("rows are no batch".to_owned())) };
                let grader = &*grader;
                let (done, next) = threads.join(|| grader.grade(&table, PART, threads), next);
                Ok((done?, next))
            }
        }
    }

    /// Grades what is left after the last row.
    pub(crate) fn rest(&mut self) -> Option<Done> {
        match self {
            Self::Records(_) | Self::Tables(..) => None,
            Self::Bodies(grader, gathered) => gathered.rest().map(|unit| grader.grade(&[unit])),
        }
    }
}
