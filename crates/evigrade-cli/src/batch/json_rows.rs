//! Rows as lines of JSON, an object each.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::{Row, RowText};
use crate::output::Failure;

/// The longest line that is read.
const LONGEST: u64 = 1 << 26;

/// Reads lines one by one.
#[derive(Debug)]
pub(crate) struct JsonRows {
    reader: BufReader<File>,
    read: u64,
    line: u64,
    count: u64,
}

impl JsonRows {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable =
            |error: std::io::Error| Failure::Usage(format!("`{}` cannot be read: {error}", path.display()));
        let file = File::open(path).map_err(unreadable)?;
        Ok(Self { reader: BufReader::with_capacity(1 << 20, file), read: 0, line: 0, count: 0 })
    }

    /// How many bytes were read.
    pub(crate) const fn position(&self) -> u64 {
        self.read
    }

    /// The next rows; none at the end. Empty lines are no rows.
    pub(crate) fn next(&mut self, most: usize) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::with_capacity(most);
        let mut bytes = Vec::new();
        while rows.len() < most {
            bytes.clear();
            let read = std::io::Read::take(&mut self.reader, LONGEST).read_until(b'\n', &mut bytes);
            let read =
                read.map_err(|error| Failure::Ours(format!("line {} cannot be read: {error}", self.line + 1)))?;
            if read == 0 {
                break;
            }
            self.read += read as u64;
            self.line += 1;
            if !bytes.ends_with(b"\n") && read as u64 == LONGEST {
                return Err(Failure::Usage(format!("line {} is longer than {LONGEST} bytes", self.line)));
            }
            if let Some(text) = text_of(&bytes) {
                self.count += 1;
                rows.push(Row { number: self.count, line: self.line, text });
            }
        }
        Ok(rows)
    }
}

fn text_of(bytes: &[u8]) -> Option<RowText> {
    match std::str::from_utf8(bytes) {
        Ok(line) if line.trim().is_empty() => None,
        Ok(line) => Some(RowText::Line(line.trim().to_owned())),
        Err(_) => Some(RowText::Broken("it is not UTF-8".to_owned(), String::from_utf8_lossy(bytes).trim().to_owned())),
    }
}
