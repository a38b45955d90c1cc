//! Records in bulk: rows of a file graded one by one, in bounded memory, with the same bytes for any number of threads.

mod bodies;
mod csv_rows;
mod grader;
mod json_rows;
mod object;
mod sink;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use self::bodies::{BodyGrader, Column, Gathered};
pub(crate) use self::csv_rows::CsvRows;
pub(crate) use self::grader::{Bound, Grader};
pub(crate) use self::json_rows::JsonRows;
pub(crate) use self::object::Object;
pub(crate) use self::sink::{Sink, Target, place_of};
use crate::arguments::Bulk;
use crate::output::Failure;

/// A row that was read, and not looked into yet.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number, from 1, without the heading.
    pub(crate) number: u64,
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    pub(crate) text: RowText,
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

/// A row that could not be graded.
#[derive(Clone, Debug)]
pub(crate) struct Reject {
    pub(crate) number: u64,
    pub(crate) line: u64,
    /// The column, and what stands there.
    pub(crate) at: Option<(String, String)>,
    pub(crate) reason: String,
    pub(crate) raw: String,
}

/// What came of some rows: their text, in their order, what was refused, and how often each grade was given.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) text: Vec<u8>,
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
        _ => Err(Failure::Usage(format!(
            "how `{}` is written is not told by its ending: say `--from` and `--to`, `csv` or `jsonl`",
            path.display()
        ))),
    }
}

/// Where refused rows go unless it is said.
pub(crate) fn rejects_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".rejects.csv");
    name.into()
}

/// A name as it is compared: headings are written in many ways.
pub(crate) fn plain(name: &str) -> String {
    let letters = name.trim().chars().map(|letter| if letter == '_' || letter == ' ' { '-' } else { letter });
    letters.flat_map(char::to_lowercase).collect()
}

/// A line of a table.
pub(crate) fn line_of<'t>(fields: impl Iterator<Item = &'t str>) -> String {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    // It is written to memory.
    let written = writer.write_record(fields).ok().and_then(|()| writer.into_inner().ok());
    String::from_utf8(written.unwrap_or_default()).unwrap_or_default()
}
