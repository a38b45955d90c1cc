//! What can change a fact: new evidence, better reporting, a re-appraisal, or nothing.

use std::fmt;

use serde::Serialize;

use super::FactDefinition;
use crate::document::shape::Subject;
use crate::value::{FactValue, Unknown};

/// By what a fact can come to say something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Means {
    /// Somebody records what nobody has looked up yet. So every fact that is missing can change.
    Recording,
    /// The authors report what the source does not say.
    Reporting,
    /// Somebody appraises the same evidence again and comes to another answer.
    ReAppraisal,
    /// More evidence than there is.
    NewEvidence,
}

impl Means {
    /// Those that a framework can name, as it writes them.
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("new-evidence", Self::NewEvidence), ("reporting", Self::Reporting), ("re-appraisal", Self::ReAppraisal)];

    /// What changes a fact of which the framework does not say: better reporting what a source says of a study,
    /// and of a choice of which one end is better, for that is somebody's answer, a re-appraisal too; new evidence and
    /// a re-appraisal what is said of a body of evidence.
    pub(crate) fn unsaid(subject: Subject, graded: bool) -> Vec<Self> {
        match (subject, graded) {
            (Subject::Claim, _) => vec![Self::ReAppraisal, Self::NewEvidence],
            (_, true) => vec![Self::Reporting, Self::ReAppraisal],
            (_, false) => vec![Self::Reporting],
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Recording => "recording what nobody has looked up",
            Self::Reporting => "better reporting",
            Self::ReAppraisal => "a re-appraisal",
            Self::NewEvidence => "new evidence",
        }
    }
}

impl fmt::Display for Means {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.words())
    }
}

impl FactDefinition {
    /// By what the fact can change from a value: recording where it is missing; otherwise the first of those that the
    /// framework lists that can, where reporting only tells what was not told before. Nothing if nothing can.
    #[must_use]
    pub fn means_from(&self, value: &FactValue) -> Option<Means> {
        match value {
            FactValue::Unknown(Unknown::Missing) => Some(Means::Recording),
            FactValue::Unknown(Unknown::NotReported) => self.changed_by.first().copied(),
            _ => self.changed_by.iter().copied().find(|means| *means != Means::Reporting),
        }
    }
}
