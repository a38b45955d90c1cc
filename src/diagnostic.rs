//! What is told about a file: one type for everything, data first and text last.
//!
//! A [`Diagnostic`] says what is wrong ([`Code`], message), where (labels with spans, the first
//! of them the main one) and how to mend it (help). Printers turn it into text or JSON.

mod code;
mod level;

use std::cell::Cell;
use std::fmt;

use serde::{Serialize, Serializer};

pub use self::code::Code;
pub(crate) use self::level::settable;
pub use self::level::{Level, Setting};
use crate::document::{Place, Span};
use crate::name::{nearest, nearest_within};

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something worth knowing; nothing is wrong.
    Note,
    /// Probably a mistake; grading goes on.
    Warning,
    /// Wrong: nothing is graded.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in a file and what it has to do with the matter.
#[derive(Clone, Debug)]
pub struct Label {
    /// The text that is meant.
    pub span: Span,
    /// What is to be said of it; may be empty.
    pub text: String,
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            #[serde(flatten)]
            at: Place,
            text: &'a str,
        }
        Shown { at: self.span.place(), text: &self.text }.serialize(serializer)
    }
}

/// One thing that is told about a file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Which kind of thing it is; `docs/diagnostics/` has a page for each.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one sentence about this input.
    pub message: String,
    /// Where; the first is the main place. Empty only when no file could be read.
    pub labels: Vec<Label>,
    /// What more is to be said, a line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How to mend it.
    pub help: Option<String>,
    /// The id of what it is about: an item, a claim, a source, a rule. A level that is set for one of
    /// them goes by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Box<str>>,
}

impl Diagnostic {
    /// An error of this kind.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning of this kind.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note of this kind.
    #[must_use]
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Names what it is about, by its id.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into().into_boxed_str());
        self
    }

    pub(crate) fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            subject: None,
        }
    }

    /// Points at a place. The first place named is the main one.
    #[must_use]
    pub fn at(self, span: &Span) -> Self {
        self.label(span, "")
    }

    /// Points at a place and says something of it.
    #[must_use]
    pub fn label(mut self, span: &Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span: span.clone(), text: text.into() });
        self
    }

    /// Says what more there is to be said.
    #[must_use]
    pub fn remark(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds `did you mean` to the help, if there is a near name.
    #[must_use]
    pub(crate) fn did_you_mean(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Adds `did you mean` to the help, or `otherwise` if no name is near.
    #[must_use]
    pub(crate) fn did_you_mean_or(self, near: Option<&str>, otherwise: impl Into<String>) -> Self {
        match near {
            Some(_) => self.did_you_mean(near),
            None => self.help(otherwise),
        }
    }

    /// Adds to the help which of these words could stand there, the one that was likely meant first.
    #[must_use]
    pub(crate) fn one_of<'w>(self, wrong: &str, words: impl Iterator<Item = &'w str> + Clone) -> Self {
        /// More words are not read; the near one is enough then.
        const MOST: usize = 12;
        if words.clone().next().is_none() {
            return self;
        }
        let near = nearest(wrong, words.clone());
        let listed = || words.clone().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        match near {
            Some(near) if words.clone().count() > MOST => self.help(format!("did you mean `{near}`?")),
            Some(near) => self.help(format!("did you mean `{near}`? It can be {}", listed())),
            None => self.help(format!("it can be {}", listed())),
        }
    }

    /// The main place, if there is one.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.labels.first().map(|label| label.span.place())
    }

    /// What diagnostics are sorted by: file, position, code, message; remarks without a place go last.
    fn order(&self) -> (bool, Option<(&str, u32, u32)>, Code, &str) {
        let first = self.labels.first().map(|label| label.span.order());
        (self.severity == Severity::Note && first.is_none(), first, self.code, &self.message)
    }
}

impl fmt::Display for Diagnostic {
    /// `file:line:column: severity[code]: message`, then every place of which something is to be
    /// said, and the help, each on a line of its own.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place() {
            write!(formatter, "{place}: ")?;
        }
        write!(formatter, "{}[{}]: {}", self.severity, self.code, self.message)?;
        for (position, label) in self.labels.iter().enumerate() {
            if !label.text.is_empty() {
                write!(formatter, "\n  at {}: {}", label.span.place(), label.text)?;
            } else if position > 0 {
                write!(formatter, "\n  at {}", label.span.place())?;
            }
        }
        for note in &self.notes {
            write!(formatter, "\n  note: {note}")?;
        }
        if let Some(help) = &self.help {
            write!(formatter, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// Why input was refused: every problem that was found in it, in the order of the files.
///
/// Holds at least one diagnostic of severity [`Severity::Error`]. It is shown the same way where a
/// program shows it for debugging, so that an error which `main` returns reads like any other:
///
/// ```
/// use evigrade::Frameworks;
///
/// let refused = Frameworks::built_in().find("grad").expect_err("it is misspelt");
/// assert_eq!(format!("{refused:?}"), refused.to_string());
/// assert!(refused.to_string().ends_with("help: did you mean `grade`?"));
/// ```
#[derive(Clone, thiserror::Error)]
#[error("{}", shown(.0))]
pub struct Refused(Vec<Diagnostic>);

impl fmt::Debug for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

impl Refused {
    /// What was found, in the order of the files.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }

    /// The diagnostics themselves.
    #[must_use]
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.0
    }
}

impl From<Diagnostic> for Refused {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

/// A sink for what is found while reading; decides at the end whether to go on.
#[derive(Debug)]
pub(crate) struct Problems {
    found: Vec<Diagnostic>,
    errors: usize,
    /// What may still be spent on finding what was meant.
    effort: Cell<u64>,
}

impl Default for Problems {
    fn default() -> Self {
        /// Enough for hundreds of slips, and over in a moment.
        const EFFORT: u64 = 1 << 25;
        Self { found: Vec::new(), errors: 0, effort: Cell::new(EFFORT) }
    }
}

impl Problems {
    /// How many errors, and how many other diagnostics, are kept: more than anybody mends at once.
    const MOST: usize = 1000;

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let error = diagnostic.severity == Severity::Error;
        self.errors += usize::from(error);
        let before = if error { self.errors - 1 } else { self.found.len().saturating_sub(self.errors) };
        if before < Self::MOST {
            self.found.push(diagnostic);
        } else if before == Self::MOST && error {
            let message = format!("there are more than {} errors; the others are not listed", Self::MOST);
            self.found.push(Diagnostic::new(Severity::Note, Code::TooLarge, message));
        }
    }

    pub(crate) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    pub(crate) const fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The name that was most likely meant. Among very many wrong names only the first are looked up.
    pub(crate) fn nearest<'a>(&self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let mut effort = self.effort.get();
        let near = nearest_within(wrong, known, &mut effort);
        self.effort.set(effort);
        near
    }

    /// Everything found, sorted by place and without repetition.
    pub(crate) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|one, other| one.order().cmp(&other.order()));
        self.found.dedup_by(|one, other| one.order() == other.order());
        self.found
    }

    /// `value` and the warnings, unless there was an error.
    pub(crate) fn finish<T>(self, value: T) -> Result<(T, Vec<Diagnostic>), Refused> {
        if self.has_errors() { Err(Refused(self.into_diagnostics())) } else { Ok((value, self.into_diagnostics())) }
    }

    /// `Ok` unless there was an error.
    pub(crate) fn check(self) -> Result<Vec<Diagnostic>, Refused> {
        self.finish(()).map(|((), warnings)| warnings)
    }
}
