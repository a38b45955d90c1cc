//! Rows of a table with commas.

use std::fs::File;
use std::io::BufRead as _;
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};

use super::{Row, RowText, line_of};
use crate::output::Failure;

/// Reads a table row by row.
#[derive(Debug)]
pub(crate) struct CsvRows {
    reader: Reader<File>,
    headings: Vec<String>,
    count: u64,
    crlf: bool,
}

impl CsvRows {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable = |reason: &str| Failure::Usage(format!("`{}` cannot be read: {reason}", path.display()));
        let file = File::open(path).map_err(|error| unreadable(&error.to_string()))?;
        let crlf = ends_with_crlf(path);
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
        Ok(Self { reader, headings, count: 0, crlf })
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
            // Where lines end with CR and LF, the second is still to be read when the row begins.
            let line = record.position().map(|at| at.line() + u64::from(self.crlf));
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
                let record = error.into_byte_record();
                let raw: Vec<String> = record.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
                let raw = line_of(raw.iter().map(String::as_str)).trim_end_matches('\n').to_owned();
                return RowText::Broken("it is not UTF-8".to_owned(), raw);
            }
        };
        if fields == self.headings.len() {
            return RowText::Fields(record);
        }
        let open = if record.iter().any(|field| field.contains('\n')) { "; is a quote not closed?" } else { "" };
        let reason = format!("it has {fields} fields, and there are {} columns{open}", self.headings.len());
        RowText::Broken(reason, RowText::Fields(record).raw())
    }
}

/// Whether the first line of a file ends with CR and LF.
fn ends_with_crlf(path: &Path) -> bool {
    let is_file = std::fs::metadata(path).is_ok_and(|known| known.is_file());
    let Some(file) = is_file.then(|| File::open(path).ok()).flatten() else { return false };
    let mut first = Vec::new();
    let read = std::io::BufReader::new(std::io::Read::take(file, 1 << 20)).read_until(b'\n', &mut first);
    read.is_ok() && first.ends_with(b"\r\n")
}
