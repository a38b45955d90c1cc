//! Evidence: items that bear on claims.

use serde::{Deserialize, Serialize};

use super::{Facts, SourceIndex};
use crate::document::{Span, TextFile};
use crate::name::{EvidenceId, Layer, StudyId};

/// An item that bears on a claim: a trial's result, a review, a statement, a variant criterion.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Evidence {
    /// Its id, unique in the case.
    pub id: EvidenceId,
    /// What it says, in the encoder's words.
    pub text: Option<String>,
    /// The document it stands in.
    pub source: SourceIndex,
    /// The documents whose findings it passes on, if it is not first-hand.
    pub relays: Vec<SourceIndex>,
    /// Where in the source it stands.
    pub locator: Option<Locator>,
    /// The study that it is a result of. Results of one study count once in a body of evidence.
    pub study: Option<StudyId>,
    /// Whether the result is on the study's primary outcome.
    pub outcome_role: Option<OutcomeRole>,
    /// The layer that it belongs to; an item without one belongs to every run.
    pub layer: Option<Layer>,
    /// Facts of the item, whatever it is linked to.
    pub facts: Facts,
    /// Where it stands.
    pub span: Span,
}

/// Where in its source an item stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Locator {
    /// The section, page, paragraph and table, as far as they are given, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// A few words of the source, to find it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// Where the locator stands in the case; nowhere if it was read from a report.
    #[serde(skip)]
    pub span: LocatorSpan,
}

/// A span that does not take part in comparisons.
#[derive(Clone, Debug)]
pub struct LocatorSpan(pub Span);

impl Default for LocatorSpan {
    /// No place: an empty file without a name.
    fn default() -> Self {
        Self(Span::new(&TextFile::new("", ""), 0..0))
    }
}

impl PartialEq for LocatorSpan {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for LocatorSpan {}

/// The role of the outcome that a result is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeRole {
    /// The outcome that the study was registered to test.
    Primary,
    /// Any other.
    Secondary,
}

impl OutcomeRole {
    /// The roles with their words.
    pub(crate) const WORDS: [(&'static str, Self); 2] = [("primary", Self::Primary), ("secondary", Self::Secondary)];

    /// The word for it in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}
