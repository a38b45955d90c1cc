//! The level of what a check finds, as somebody set it.

use std::fmt;

use serde::Serialize;

use super::{Code, Diagnostic};
use crate::document::Span;
use crate::document::reader::shortened;
use crate::name::nearest;

/// What is made of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is not told.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error.
    Deny,
}

impl Level {
    /// The levels with their words.
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("allow", Self::Allow), ("warn", Self::Warn), ("deny", Self::Deny)];

    /// The word for it in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// A level that somebody set for a code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// The code.
    pub code: Code,
    /// Its level.
    pub level: Level,
    /// The id of the only thing that it is set for; everything if there is none.
    pub of: Option<String>,
    /// Why. An allow always has a reason.
    pub reason: Option<String>,
    /// Where it stands, if it stands in a file.
    pub span: Option<Span>,
}

impl Setting {
    /// What this code finds is not told.
    ///
    /// # Errors
    ///
    /// If there is no such code, if its level cannot be set, or if the reason is empty.
    pub fn allow(code: &str, reason: &str) -> Result<Self, Box<Diagnostic>> {
        if reason.trim().is_empty() {
            let message = format!("`{code}` is allowed without a reason");
            return Err(Box::new(Diagnostic::error(Code::MissingKey, message).help("say why what it tells may stay")));
        }
        Ok(Self { reason: Some(reason.trim().to_owned()), ..Self::new(code, Level::Allow)? })
    }

    /// What this code finds is a warning.
    ///
    /// # Errors
    ///
    /// If there is no such code, or if its level cannot be set.
    pub fn warn(code: &str) -> Result<Self, Box<Diagnostic>> {
        Self::new(code, Level::Warn)
    }

    /// What this code finds is an error.
    ///
    /// # Errors
    ///
    /// As [`Setting::warn`].
    pub fn deny(code: &str) -> Result<Self, Box<Diagnostic>> {
        Self::new(code, Level::Deny)
    }

    fn new(code: &str, level: Level) -> Result<Self, Box<Diagnostic>> {
        Ok(Self { code: settable(code)?, level, of: None, reason: None, span: None })
    }

    pub(crate) fn matches(&self, finding: &Diagnostic) -> bool {
        self.code == finding.code && self.of.as_ref().is_none_or(|of| finding.subject.as_deref() == Some(of.as_str()))
    }
}

/// The code of a check that a word stands for, or why its level cannot be set.
pub(crate) fn settable(word: &str) -> Result<Code, Box<Diagnostic>> {
    match Code::from_word(word) {
        Some(code) if code.is_of_checks() => Ok(code),
        Some(code) => {
            let message =
                format!("the level of `{code}` cannot be set: it is an error of what is read, not of a check");
            let help = "mend what it tells; only what `evigrade check` finds in files that can be read has a level";
            Err(Box::new(Diagnostic::error(Code::UnknownValue, message).help(help)))
        }
        None => {
            let message = format!("no check has the code `{}`", shortened(word));
            let codes = || Code::CHECKS.iter().map(|code| code.word());
            let help = format!("the codes of checks are {}", codes().collect::<Vec<_>>().join(", "));
            let diagnostic = Diagnostic::error(Code::UnknownValue, message);
            Err(Box::new(diagnostic.did_you_mean_or(nearest(word, codes()), help)))
        }
    }
}
