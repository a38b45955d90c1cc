//! Text files in TOML: what both cases and frameworks are written in.
//!
//! A file is parsed once. Everything that a message could later want to point at carries a
//! [`Span`], which knows its file, so nothing looks back at the text by itself. The keys that a
//! table may have are told by a [`shape::Shape`]: the reader refuses the others, and the JSON
//! Schema and the reference in `docs/` are made from the same tables.

pub(crate) mod canonical;
mod depth;
pub(crate) mod levels;
pub(crate) mod reader;
pub mod shape;

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::{Code, Diagnostic, Problems};

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// A text file that was read.
pub struct TextFile {
    name: String,
    text: Cow<'static, str>,
    /// The beginnings of its lines, as soon as a place is asked for.
    lines: OnceLock<Vec<u32>>,
}

impl TextFile {
    /// A file of this name and text. The name is what messages and proofs show.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::of(name.into(), Cow::Owned(text.into()))
    }

    /// A file that is part of the program.
    pub(crate) fn built_in(name: String, text: &'static str) -> Arc<Self> {
        Self::of(name, Cow::Borrowed(text))
    }

    fn of(name: String, text: Cow<'static, str>) -> Arc<Self> {
        Arc::new(Self { name, text, lines: OnceLock::new() })
    }

    /// Reads a file, which is called `name` from then on.
    ///
    /// # Errors
    ///
    /// A diagnostic when the path cannot be read, is larger than [`LARGEST_FILE`] or is not UTF-8.
    pub fn read(path: &Path, name: impl Into<String>) -> Result<Arc<Self>, Box<Diagnostic>> {
        let name = name.into();
        let unreadable = |error: std::io::Error| {
            let message = format!("`{name}` cannot be read: {}", reason(&error));
            Box::new(Diagnostic::error(Code::UnreadableFile, message))
        };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
        }
        // The size that is told beforehand may be that of a device, or change: what counts is what comes.
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(LARGEST_FILE) + 1).unwrap_or_default());
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Self::from_bytes(name, bytes)
    }

    /// A file of these bytes, wherever they come from.
    ///
    /// # Errors
    ///
    /// A diagnostic when they are more than [`LARGEST_FILE`] or not UTF-8.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Arc<Self>, Box<Diagnostic>> {
        let name = name.into();
        if bytes.len() as u64 > LARGEST_FILE {
            let message = format!("`{name}` has more than the {LARGEST_FILE} bytes that are read");
            let help = "cut it into several files";
            return Err(Box::new(Diagnostic::error(Code::UnreadableFile, message).help(help)));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes().get(at).copied().unwrap_or_default();
                let message = format!("this is not UTF-8 text: the byte 0x{byte:02X} begins no character");
                // Up to there the text is what the bytes are, so the place is right.
                let text = Self::new(name, String::from_utf8_lossy(error.as_bytes()));
                // In the text a replacement character stands for the byte.
                let end = at + char::REPLACEMENT_CHARACTER.len_utf8();
                let diagnostic = Diagnostic::error(Code::NotUtf8, message).at(&Span::new(&text, at..end));
                Err(Box::new(diagnostic.help("save the file as UTF-8")))
            }
        }
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

    /// Where its lines begin.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let starts = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            let starts = starts.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(starts).collect()
        })
    }

    /// Line and column of a byte offset, both counted from 1, the column in characters.
    #[must_use]
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start as usize <= offset).max(1);
        let start = lines.get(line - 1).map_or(0, |start| *start as usize);
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// How many syntax errors of a file are reported.
const MOST_SYNTAX_ERRORS: usize = 100;

/// Parses a file; the syntax errors are reported, and what could be read is returned only if
/// there was none.
pub(crate) fn parse<'a>(file: &'a Arc<TextFile>, problems: &mut Problems) -> Option<Spanned<DeTable<'a>>> {
    if let Err(deep) = depth::check(&file.text) {
        let message = format!("values stand in each other more than {} deep", depth::DEEPEST);
        let mut diagnostic = Diagnostic::error(Code::TooLarge, message).at(&Span::new(file, deep.at..deep.at + 1));
        if let Some(within) = deep.within {
            diagnostic = diagnostic.label(&Span::new(file, within..within + 1), "from here on");
        }
        problems.push(diagnostic.help("close the brackets that are left open, or nest less"));
        return None;
    }
    parse_up_to(file, file.text.len(), problems)
}

/// The same for the beginning of a file, up to a byte. Its values are known to stand in each other no deeper than is allowed.
pub(crate) fn parse_up_to<'a>(
    file: &'a Arc<TextFile>,
    end: usize,
    problems: &mut Problems,
) -> Option<Spanned<DeTable<'a>>> {
    let text = file.text.get(..end).unwrap_or(&file.text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let clean = errors.is_empty();
    // After some mistakes the parser only guesses.
    for error in errors.into_iter().take(MOST_SYNTAX_ERRORS) {
        let span = Span::new(file, error.span().unwrap_or(0..0));
        let key = file.text.get(span.range()).unwrap_or_default();
        let diagnostic = match error.message().trim() {
            "duplicate key" if !key.is_empty() => {
                let message = format!("this is not TOML: the key `{}` is there twice", reader::shortened(key));
                Diagnostic::error(Code::TomlSyntax, message)
                    .help("keep one of them; several tables of one kind are written `[[...]]`")
            }
            message => {
                let message = format!("this is not TOML: {}", message.replace('\n', ", "));
                Diagnostic::error(Code::TomlSyntax, message)
            }
        };
        problems.push(diagnostic.at(&span));
    }
    clean.then_some(table)
}

/// Why a path cannot be read, in the same words on every system.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        ErrorKind::NotADirectory => "it is a file, not a folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        _ => error.to_string(),
    }
}
