//! Links: what bears on what, and how.

use std::fmt;

use serde::Serialize;

use super::{ClaimIndex, EvidenceIndex, Facts, LinkIndex};
use crate::document::Span;
use crate::name::LinkId;

/// How one thing bears on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Speaks for a claim.
    Supports,
    /// Speaks against a claim.
    Refutes,
    /// Has to do with a claim, without speaking for or against it.
    BearsOn,
    /// A conclusion needs a claim.
    RestsOn,
    /// Attacks another link: while it stands, that link is not counted.
    Undercuts,
}

impl Relation {
    /// All relations with their words.
    pub(crate) const WORDS: [(&'static str, Self); 5] = [
        ("supports", Self::Supports),
        ("refutes", Self::Refutes),
        ("bears-on", Self::BearsOn),
        ("rests-on", Self::RestsOn),
        ("undercuts", Self::Undercuts),
    ];

    /// The word for it in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Supports => "supports",
            Self::Refutes => "refutes",
            Self::BearsOn => "bears-on",
            Self::RestsOn => "rests-on",
            Self::Undercuts => "undercuts",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.word().replace('-', " "))
    }
}

/// Where a link begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkEnd {
    /// At an evidence item.
    Evidence(EvidenceIndex),
    /// At a claim.
    Claim(ClaimIndex),
}

/// What a link points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkTarget {
    /// A claim.
    Claim(ClaimIndex),
    /// Another link, which is undercut.
    Link(LinkIndex),
}

/// An edge from an evidence item or a claim to a claim or, for an undercut, to another link.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Link {
    /// Its id, if the author gave it one.
    pub id: Option<LinkId>,
    /// Where it begins.
    pub from: LinkEnd,
    /// How the one bears on the other.
    pub relation: Relation,
    /// What it points at.
    pub target: LinkTarget,
    /// Why, in the encoder's words.
    pub because: Option<String>,
    /// Facts of the link.
    pub facts: Facts,
    /// Where it stands.
    pub span: Span,
}
