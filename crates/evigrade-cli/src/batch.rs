//! Records in bulk: rows of a file graded one by one, in bounded memory, with the same bytes for any number of threads.

mod bodies;
mod columns;
mod csv_rows;
mod grader;
mod json_rows;
mod object;
mod out;
mod parquet_out;
mod parquet_rows;
mod rejects;
mod sink;
mod tables;
mod threads;
mod work;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::RecordBatch;

pub(crate) use self::bodies::{BodyGrader, Gathered};
pub(crate) use self::csv_rows::CsvRows;
pub(crate) use self::grader::Grader;
pub(crate) use self::json_rows::JsonRows;
use self::object::Object;
use self::out::Out;
pub(crate) use self::parquet_out::ParquetOut;
pub(crate) use self::parquet_rows::{ParquetRows, Table};
pub(crate) use self::rejects::{Refused, Reject, Rejects, check_paths, reject};
pub(crate) use self::sink::{Sink, Target};
pub(crate) use self::tables::TableGrader;
pub(crate) use self::threads::Threads;
pub(crate) use self::work::{Rows, Work};
use crate::arguments::Bulk;
use crate::output::Failure;

/// A row that was read, and not looked into yet.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number, from 1, without the heading.
    pub(crate) number: u64,
    /// The line on which it begins, from 1; nothing of a file without lines.
    pub(crate) line: Option<u64>,
    pub(crate) text: RowText,
}

/// Where a row stands, by its number and its line.
pub(crate) fn place_of_row(number: u64, line: Option<u64>) -> String {
    line.map_or_else(|| format!("row {number}"), |line| format!("row {number} (line {line})"))
}

/// What a row holds.
#[derive(Debug)]
pub(crate) enum RowText {
    /// The fields of a table.
    Fields(csv::StringRecord),
    /// A line of JSON.
    Line(String),
    /// It is none, for a reason; with its text as far as it has one.
    Broken(String, String),
}

impl RowText {
    /// The row as it stands in the file, or as good as that.
    pub(crate) fn raw(&self) -> String {
        match self {
            Self::Fields(fields) => line_of(fields.iter()).trim_end_matches('\n').to_owned(),
            Self::Line(line) => line.clone(),
            Self::Broken(_, raw) => raw.clone(),
        }
    }
}

/// A row that was looked into: its fields, or its members by name.
pub(crate) enum Cells<'r> {
    Fields(&'r csv::StringRecord),
    Members(Object),
}

impl RowText {
    /// What it holds, or why it holds nothing.
    pub(crate) fn cells(&self) -> Result<Cells<'_>, String> {
        match self {
            Self::Fields(fields) => Ok(Cells::Fields(fields)),
            Self::Line(line) => Object::read(line).map(Cells::Members),
            Self::Broken(reason, _) => Err(reason.clone()),
        }
    }
}

impl Cells<'_> {
    /// What stands in a column, by its place in a table or its name.
    pub(crate) fn text(&self, place: usize, name: &str) -> Result<Cow<'_, str>, String> {
        match self {
            Self::Fields(fields) => Ok(fields.get(place).unwrap_or_default().into()),
            Self::Members(object) => object.text(name),
        }
    }
}

/// What came of some rows: their text, their fields or a batch, in their order, what was refused, and how often each grade
/// was given.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) text: Vec<u8>,
    pub(crate) rows: Vec<csv::StringRecord>,
    pub(crate) table: Option<RecordBatch>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) counts: BTreeMap<String, u64>,
}

/// How a file is written, by its ending or as it is said.
pub(crate) fn bulk_of(path: &Path, said: Option<Bulk>) -> Result<Bulk, Failure> {
    if let Some(said) = said {
        return Ok(said);
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("csv") => Ok(Bulk::Csv),
        Some("jsonl" | "ndjson") => Ok(Bulk::Jsonl),
        Some("parquet") => Ok(Bulk::Parquet),
        _ => Err(Failure::Usage(format!(
            "how `{}` is written is not told by its ending: say `--from` and `--to`, `csv`, `jsonl` or `parquet`",
            path.display()
        ))),
    }
}

/// A name as it is compared: headings are written in many ways.
pub(crate) fn plain(name: &str) -> String {
    let letters = name.trim().chars().map(|letter| if letter == '_' || letter == ' ' { '-' } else { letter });
    letters.flat_map(char::to_lowercase).collect()
}

/// Text as JSON has it.
pub(crate) fn quoted(text: &str) -> String {
    // There is nothing in it that cannot be written.
    serde_json::to_string(text).unwrap_or_default()
}

/// A line of a table.
pub(crate) fn line_of<'t>(fields: impl Iterator<Item = &'t str>) -> String {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    // It is written to memory.
    let written = writer.write_record(fields).ok().and_then(|()| writer.into_inner().ok());
    String::from_utf8(written.unwrap_or_default()).unwrap_or_default()
}
