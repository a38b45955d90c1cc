//! What is graded: one question under review, with its claims, evidence, sources, links and
//! judgements.
//!
//! A case is a folder of TOML files. [`Case::open`] reads all of them, checks every value against
//! the facts that the frameworks declare, and links claims and evidence into a graph. Whatever is
//! wrong is reported together; a case with an error does not exist.
//!
//! ```
//! use evigrade::{Case, Frameworks};
//!
//! let case = Case::from_toml("case.toml", r#"
//!     [case]
//!     id = "aspirin"
//!     title = "Aspirin for headache"
//!     conclusion = "efficacy"
//!
//!     [[claim]]
//!     id = "efficacy"
//!     kind = "efficacy"
//!     text = "Aspirin relieves headache."
//! "#, &Frameworks::built_in())?;
//! assert_eq!(case.claims().len(), 1);
//! # Ok::<(), evigrade::Refused>(())
//! ```

mod claim;
mod edit;
mod evidence;
mod graph;
mod judgement;
mod link;
mod linking;
mod load;
pub(crate) mod shapes;
mod source;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

pub use self::claim::{Claim, Expectation};
pub use self::evidence::{Evidence, Locator, OutcomeRole};
pub use self::graph::{Arc, Graph, Node};
pub use self::judgement::{Judged, Judgement, JudgementOn};
pub use self::link::{Link, LinkEnd, LinkTarget, Relation};
pub use self::source::{Retraction, Source};
pub(crate) use self::written::WrittenCase;
use crate::diagnostic::{Diagnostic, Setting};
use crate::document::Span;
use crate::name::{CaseId, FrameworkId, Layer, Name};
use crate::value::FactValue;

/// A fact as somebody stated it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What was stated.
    pub value: FactValue,
    /// Where it stands.
    pub at: Span,
}

/// Facts by name.
pub type Facts = BTreeMap<Name, Fact>;

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            pub(crate) fn new(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// The position in the case's list.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

indices! {
    /// The position of a claim in [`Case::claims`].
    ClaimIndex;
    /// The position of an evidence item in [`Case::evidence`].
    EvidenceIndex;
    /// The position of a source in [`Case::sources`].
    SourceIndex;
    /// The position of a link in [`Case::links`].
    LinkIndex;
    /// The position of a judgement in [`Case::judgements`].
    JudgementIndex;
}

/// One question under review.
#[derive(Clone, Debug)]
pub struct Case {
    id: CaseId,
    title: String,
    question: Option<String>,
    as_of: Option<Date>,
    framework: Option<FrameworkId>,
    layers: Option<Vec<Layer>>,
    conclusion: Option<ClaimIndex>,
    claims: Vec<Claim>,
    evidence: Vec<Evidence>,
    sources: Vec<Source>,
    links: Vec<Link>,
    judgements: Vec<Judgement>,
    graph: Graph,
    /// The items that are left out.
    set_aside: BTreeSet<EvidenceIndex>,
    digest: String,
    warnings: Vec<Diagnostic>,
    levels: Vec<Setting>,
}

impl Case {
    /// The case's id.
    #[must_use]
    pub const fn id(&self) -> &CaseId {
        &self.id
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The question under review, if it is written down.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// The day as of which evidence counts, unless a run says otherwise.
    #[must_use]
    pub const fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// The framework that it is graded under, unless a run says otherwise.
    #[must_use]
    pub const fn framework(&self) -> Option<&FrameworkId> {
        self.framework.as_ref()
    }

    /// The layers that are taken unless a run says otherwise; all if there is no list.
    #[must_use]
    pub fn layers_taken(&self) -> Option<&[Layer]> {
        self.layers.as_deref()
    }

    /// The claim whose grade is the case's verdict.
    #[must_use]
    pub const fn conclusion(&self) -> Option<ClaimIndex> {
        self.conclusion
    }

    /// The claims, in the order of the files.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The evidence items, in the order of the files.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// The sources, in the order of the files.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The links, in the order of the files.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The judgements, in the order of the files.
    #[must_use]
    pub fn judgements(&self) -> &[Judgement] {
        &self.judgements
    }

    /// Claims and evidence as a graph.
    #[must_use]
    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Whether an item is left out ([`Case::without`]).
    #[must_use]
    pub fn is_set_aside(&self, item: EvidenceIndex) -> bool {
        self.set_aside.contains(&item)
    }

    /// The layers that occur, sorted.
    #[must_use]
    pub fn layers(&self) -> Vec<&Layer> {
        let of_evidence = self.evidence.iter().filter_map(|item| item.layer.as_ref());
        let of_judgements = self.judgements.iter().filter_map(|judgement| judgement.layer.as_ref());
        let mut layers: Vec<&Layer> = of_evidence.chain(of_judgements).collect();
        layers.sort();
        layers.dedup();
        layers
    }

    /// The names of those who judged, sorted.
    #[must_use]
    pub fn appraisers(&self) -> Vec<&str> {
        let names: BTreeSet<&str> = self.judgements.iter().map(|judgement| judgement.by.as_str()).collect();
        names.into_iter().collect()
    }

    /// SHA-256 over what the case says, whatever the order of its files, white space and
    /// comments: `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What was found while reading that does not stand in the way of grading.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The levels that its files set for what checks find in it.
    #[must_use]
    pub fn levels(&self) -> &[Setting] {
        &self.levels
    }

    /// The claim at an index of this case.
    #[must_use]
    pub fn claim(&self, index: ClaimIndex) -> &Claim {
        &self.claims[index.index()]
    }

    /// The claim with this id.
    #[must_use]
    pub fn find_claim(&self, id: &str) -> Option<ClaimIndex> {
        self.claims.iter().position(|claim| claim.id == id).map(ClaimIndex::new)
    }

    /// The evidence item with this id.
    #[must_use]
    pub fn find_item(&self, id: &str) -> Option<EvidenceIndex> {
        self.evidence.iter().position(|item| item.id == id).map(EvidenceIndex::new)
    }

    /// The evidence item at an index of this case.
    #[must_use]
    pub fn item(&self, index: EvidenceIndex) -> &Evidence {
        &self.evidence[index.index()]
    }

    /// The source at an index of this case.
    #[must_use]
    pub fn source(&self, index: SourceIndex) -> &Source {
        &self.sources[index.index()]
    }

    /// The link at an index of this case.
    #[must_use]
    pub fn link(&self, index: LinkIndex) -> &Link {
        &self.links[index.index()]
    }
}
