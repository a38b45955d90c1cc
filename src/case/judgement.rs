//! Judgements: what a person decided, with reason, author and date.

use jiff::civil::Date;

use super::{ClaimIndex, EvidenceIndex, Facts};
use crate::document::Span;
use crate::name::{FrameworkId, Layer, Name, Word};

/// Something that a person decided. What rules would have given stays beside it in the proof.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Judgement {
    /// What it is a judgement of.
    pub on: JudgementOn,
    /// What was decided.
    pub judged: Judged,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub date: Date,
    /// The day from which on what was judged is there, such as the publication of the last trial
    /// of a body; a run as of an earlier day does not take the judgement.
    pub since: Option<Date>,
    /// Whether it closes the question: it counts before what people judged each for themselves.
    pub adjudicated: bool,
    /// The layer that it belongs to; a judgement without one belongs to every run.
    pub layer: Option<Layer>,
    /// Where it stands.
    pub span: Span,
}

/// What a judgement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JudgementOn {
    /// A claim.
    Claim(ClaimIndex),
    /// An evidence item, whatever it is linked to.
    Evidence(EvidenceIndex),
    /// The links of an evidence item to a claim.
    Link(EvidenceIndex, ClaimIndex),
}

/// What was decided.
#[derive(Clone, Debug)]
pub enum Judged {
    /// Facts.
    Facts(Facts),
    /// The value of a framework's decision.
    Decision {
        /// The framework.
        framework: FrameworkId,
        /// The decision.
        decision: Name,
        /// The value.
        value: Word,
        /// Where the value stands.
        at: Span,
    },
}

impl Judgement {
    /// Of judgements that say the same the first in this order counts, whatever the order of the files: by day, then by
    /// the name of who judged.
    pub(crate) fn order(&self) -> impl Ord + '_ {
        (self.date, self.by.as_str(), self.adjudicated, self.reason.as_str(), self.span.order())
    }
}
