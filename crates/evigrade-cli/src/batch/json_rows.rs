//! Rows as lines of JSON, an object each.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::object::MOST_NAMES;
use super::{Object, Row, RowText};
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

    /// The names of what the objects of a file have, in the order in which they come. It is read once for that, so that it
    /// makes no difference where a name comes first.
    pub(crate) fn names(path: &Path) -> Result<Vec<String>, Failure> {
        let is_file = std::fs::metadata(path).is_ok_and(|known| known.is_file());
        if !is_file {
            let message = "lines of JSON are read twice, and this is no file that can be";
            return Err(Failure::Usage(format!("`{}` cannot be read: {message}", path.display())));
        }
        let mut rows = Self::open(path)?;
        let (mut names, mut known) = (Vec::new(), HashSet::new());
        loop {
            let part = rows.next(1 << 12)?;
            if part.is_empty() {
                return Ok(names);
            }
            for row in part {
                let RowText::Line(line) = &row.text else { continue };
                let Ok(object) = Object::read(line) else { continue };
                for name in object.names() {
                    if known.insert(name.to_owned()) {
                        names.push(name.to_owned());
                    }
                }
                if names.len() > MOST_NAMES {
                    let message = format!("its objects have more than {MOST_NAMES} members of different names");
                    return Err(Failure::Usage(format!("`{}` cannot be read: {message}", path.display())));
                }
            }
        }
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
            let bytes = if self.line == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes) } else { &bytes };
            if let Some(text) = text_of(bytes) {
                self.count += 1;
                rows.push(Row { number: self.count, line: Some(self.line), text });
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
