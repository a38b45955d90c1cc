//! Rows of a table with commas.

use std::fs::File;
use std::path::Path;

use csv::{ByteRecord, Position, Reader, ReaderBuilder, StringRecord};

use super::{Row, RowText};
use crate::output::Failure;

/// Reads a table row by row.
#[derive(Debug)]
pub(crate) struct CsvRows {
    reader: Reader<File>,
    headings: Vec<String>,
    count: u64,
}

impl CsvRows {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable = |reason: &str| Failure::Usage(format!("`{}` cannot be read: {reason}", path.display()));
        let file = File::open(path).map_err(|error| unreadable(&error.to_string()))?;
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
        let headings = reader.headers().map_err(|error| unreadable(&error.to_string()))?;
        let headings: Vec<String> =
            headings.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        if headings.iter().all(|name| name.trim().is_empty()) {
            return Err(unreadable("its first line names no columns"));
        }
        if let Some(twice) = headings.iter().enumerate().find(|(at, name)| headings[..*at].contains(name)) {
            return Err(unreadable(&format!("two columns are called `{}`", twice.1)));
        }
        Ok(Self { reader, headings, count: 0 })
    }

    pub(crate) fn headings(&self) -> &[String] {
        &self.headings
    }

    /// How many bytes were read.
    pub(crate) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next rows; none at the end.
    pub(crate) fn next(&mut self, most: usize) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::with_capacity(most);
        while rows.len() < most {
            let mut record = ByteRecord::new();
            let is_row = self.reader.read_byte_record(&mut record);
            if !is_row.map_err(|error| Failure::Ours(format!("row {} cannot be read: {error}", self.count + 1)))? {
                break;
            }
            self.count += 1;
            let line = record.position().map_or(0, Position::line);
            let text = self.checked(record);
            rows.push(Row { number: self.count, line, text });
        }
        Ok(rows)
    }

    fn checked(&self, record: ByteRecord) -> RowText {
        let fields = record.len();
        let record = match StringRecord::from_byte_record(record) {
            Ok(record) => record,
            Err(error) => {
                let raw: Vec<String> =
                    error.into_byte_record().iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
                return RowText::Broken("it is not UTF-8".to_owned(), raw.join(","));
            }
        };
        if fields == self.headings.len() {
            return RowText::Fields(record);
        }
        let reason = format!("it has {fields} fields, and there are {} columns", self.headings.len());
        RowText::Broken(reason, RowText::Fields(record).raw())
    }
}
