//! Text files in TOML: what both cases and frameworks are written in.
//!
//! A file is parsed once. Everything that a message could later want to point at carries a
//! [`Span`], which knows its file, so nothing looks back at the text by itself. The keys that a
//! table may have are told by a [`shape::Shape`]: the reader refuses the others, and the JSON
//! Schema and the reference in `docs/` are made from the same tables.

pub(crate) mod canonical;
pub(crate) mod reader;
pub mod shape;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::{Code, Diagnostic, Problems};

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// A text file that was read, with the beginnings of its lines.
pub struct TextFile {
    name: String,
    text: String,
    lines: Vec<u32>,
}

impl TextFile {
    /// A file of this name and text. The name is what messages and proofs show.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(starts.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect();
        Arc::new(Self { name: name.into(), text, lines })
    }

    /// Reads a file, which is called `name` from then on.
    ///
    /// # Errors
    ///
    /// A diagnostic when the path cannot be read, is larger than [`LARGEST_FILE`] or is not UTF-8.
    pub fn read(path: &Path, name: impl Into<String>) -> Result<Arc<Self>, Box<Diagnostic>> {
        let name = name.into();
        let refused = |code, message: String| Box::new(Diagnostic::error(code, message));
        let unreadable =
            |error: std::io::Error| refused(Code::UnreadableFile, format!("`{name}` cannot be read: {error}"));
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > LARGEST_FILE {
            let message = format!("`{name}` has {size} bytes, more than the {LARGEST_FILE} that are read");
            return Err(refused(Code::UnreadableFile, message));
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let bytes_before = |error: std::string::FromUtf8Error| {
            let at = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
            let message = format!("`{name}` is not UTF-8: line {line}, byte {at} begins no character");
            Box::new(Diagnostic::error(Code::NotUtf8, message).help("save the file as UTF-8"))
        };
        let text = String::from_utf8(bytes).map_err(bytes_before)?;
        Ok(Self::new(name, text))
    }

    /// What the file is called in messages and proofs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, both counted from 1, the column in characters.
    #[must_use]
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start as usize <= offset).max(1);
        let start = self.lines.get(line - 1).map_or(0, |start| *start as usize);
        let before = self.text.get(start..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

impl fmt::Debug for TextFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TextFile({:?})", self.name)
    }
}

/// A stretch of a file, in bytes.
#[derive(Clone, Debug)]
pub struct Span {
    file: Arc<TextFile>,
    start: u32,
    end: u32,
}

impl Span {
    /// The stretch of `file` from byte `range.start` to `range.end`, cut to the file's length.
    #[must_use]
    pub fn new(file: &Arc<TextFile>, range: std::ops::Range<usize>) -> Self {
        let cut = |offset: usize| u32::try_from(offset.min(file.text.len())).unwrap_or(u32::MAX);
        let (start, end) = (cut(range.start), cut(range.end));
        Self { file: Arc::clone(file), start, end: end.max(start) }
    }

    /// The file it lies in.
    #[must_use]
    pub const fn file(&self) -> &Arc<TextFile> {
        &self.file
    }

    /// The bytes that it covers.
    #[must_use]
    pub const fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Where it begins.
    #[must_use]
    pub fn place(&self) -> Place {
        let (line, column) = self.file.line_and_column(self.start as usize);
        Place { file: self.file.name.clone(), line, column }
    }

    pub(crate) fn order(&self) -> (&str, u32, u32) {
        (&self.file.name, self.start, self.end)
    }
}

/// A place in a file, as people and other programs read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Parses a file; every syntax error is reported, and what could be read is returned only if
/// there was none.
pub(crate) fn parse<'a>(file: &'a Arc<TextFile>, problems: &mut Problems) -> Option<Spanned<DeTable<'a>>> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let clean = errors.is_empty();
    for error in errors {
        let span = Span::new(file, error.span().unwrap_or(0..0));
        let message = error.message().trim().replace('\n', ", ");
        problems.push(Diagnostic::error(Code::TomlSyntax, format!("this is not TOML: {message}")).at(&span));
    }
    clean.then_some(table)
}
