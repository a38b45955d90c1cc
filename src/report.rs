//! Reports: what a grading came to, as data, and as text, Markdown, CSV and JSON.
//!
//! A [`Report`] holds all that is told of a grading, the proofs included, and is made for
//! [`serde`]: its JSON is the stable interface that other programs read (schema
//! [`Report::SCHEMA`]). The renderers show the same data to people.
//!
//! ```
//! use evigrade::{Case, Compiled, Frameworks, Run, grade, report::Report};
//!
//! let frameworks = Frameworks::built_in();
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
//! "#, &frameworks)?;
//! let framework = Compiled::new(frameworks.find("grade")?)?;
//! let report = Report::new(&grade(&case, &framework, &Run::default())?);
//! assert!(report.to_json().starts_with(r#"{"schema":"evigrade/report/1","case":"aspirin""#));
//! # Ok::<(), evigrade::Refused>(())
//! ```

mod appraisers;
mod audit;
mod body;
mod change;
mod claim;
mod comparison;
mod csv;
mod impact;
mod least;
mod markdown;
mod open;
mod page;
mod read;
mod robustness;
mod rule_change;
mod side;
mod synthesis;
mod table;
mod text;
mod timeline;
mod why_not;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::appraisers::{
    Agreement, Appraised, AppraisedItem, AppraiserGrades, Appraisers, Held, Kappas, Matter, Move, PairAgreement,
    Person, SideGrade, SideRefused, Stance, appraisers,
};
pub use self::audit::{Audit, Audited, AuditedClaim, AuditedGrade, audit};
pub use self::body::{BodyReport, Counted, LeftOut};
pub use self::change::{ClaimChange, Gone, GradeTold};
use self::claim::Detail;
pub use self::claim::{ClaimReport, Graded, ItemReport, Output};
pub(crate) use self::comparison::step_of;
pub use self::comparison::{Comparison, VerdictChange};
pub use self::csv::{appraisers_csv, audits_csv, csv, impact_csv, timelines_csv};
pub use self::impact::Impact;
pub use self::least::LeastChangeReport;
pub(crate) use self::markdown::with_code;
pub use self::markdown::{explanation as explanation_markdown, markdown};
pub use self::page::{Page, Palette};
pub(crate) use self::page::{painted, wrapped};
pub use self::robustness::RobustnessReport;
pub use self::rule_change::RuleChange;
pub use self::side::Side;
pub use self::synthesis::{
    Differences, FilledEffect, FoundEffect, PartEffect, PooledEffect, StudyEffect, SubgroupEffect, SubgroupEffects,
    SynthesisReport,
};
#[cfg(feature = "insta")]
pub(crate) use self::text::taken_and_set;
pub use self::text::{explanation as explanation_text, text};
pub(crate) use self::text::{labelled, spoken};
pub use self::timeline::{Moment, Timeline};
pub use self::why_not::WhyNotReport;
use crate::case::ClaimIndex;
use crate::compile::Compiled;
use crate::grade::Grading;
use crate::name::Layer;
use crate::value::FactValue;

/// The name of a schema: part of the program, also where it was read.
type Schema = &'static str;

/// A grading, as it is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The schema and its version: [`Report::SCHEMA`].
    #[serde(deserialize_with = "read::schema")]
    pub schema: Schema,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// The question under review.
    pub question: Option<String>,
    /// The day as of which evidence counts.
    pub as_of: Option<String>,
    /// The layers that were taken; all if there is no list.
    pub layers: Option<Vec<Layer>>,
    /// The person whose judgements count where people part, if the run names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appraiser: Option<String>,
    /// The framework.
    pub framework: FrameworkReport,
    /// SHA-256 over what the case says.
    pub case_digest: String,
    /// The grade of the case's conclusion.
    pub verdict: Option<Verdict>,
    /// The claims, in the order of the files.
    pub claims: Vec<ClaimReport>,
}

/// A framework in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FrameworkReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// The first day on which it is in force, if it is an edition that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force_from: Option<String>,
    /// SHA-256 over what it says.
    pub digest: String,
    /// The parameters that were set for the run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, FactValue>,
}

impl FrameworkReport {
    /// Its edition, and from which day on that is in force.
    pub(super) fn edition(&self) -> String {
        edition_in_force(&self.edition, self.in_force_from.as_deref())
    }

    fn new(compiled: &Compiled) -> Self {
        let framework = compiled.framework();
        Self {
            id: framework.id.as_str().to_owned(),
            title: framework.title.clone(),
            edition: framework.edition.clone(),
            in_force_from: framework.in_force_from.map(|day| day.to_string()),
            digest: framework.digest.clone(),
            set: compiled.set_for_run(),
        }
    }
}

/// An edition, and from which day on it is in force.
pub(crate) fn edition_in_force(edition: &str, from: Option<&str>) -> String {
    from.map_or_else(|| edition.to_owned(), |day| format!("{edition} (in force from {day} on)"))
}

/// The grade of a case's conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Verdict {
    /// The conclusion.
    pub claim: String,
    /// Its level or outcome, if there is one.
    pub level: Option<String>,
    /// How that is shown to people; for an open grade what is still possible.
    pub label: String,
}

impl Verdict {
    /// What makes a verdict another: the level, or for an open grade what is still possible.
    fn grade(&self) -> &str {
        self.level.as_deref().unwrap_or(&self.label)
    }
}

fn all(grading: &Grading<'_>) -> impl Iterator<Item = ClaimIndex> {
    (0..grading.case().claims().len()).map(ClaimIndex::new)
}

impl Report {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/report/1";

    /// The report of a grading, with the proof of every claim.
    #[must_use]
    pub fn new(grading: &Grading<'_>) -> Self {
        Self::with(grading, all(grading), Detail::Proofs)
    }

    /// The same, with how much each missing fact would narrow an open grade. That takes a grading for every answer
    /// that a missing fact can have.
    #[must_use]
    pub fn ranked(grading: &Grading<'_>) -> Self {
        Self::with(grading, all(grading), Detail::Questions)
    }

    /// The same with some of the claims alone.
    #[must_use]
    pub fn of(grading: &Grading<'_>, claims: impl IntoIterator<Item = ClaimIndex>) -> Self {
        Self::with(grading, claims, Detail::Questions)
    }

    /// The report of a grading without proofs: the grades, and the reason for each in a sentence.
    #[must_use]
    pub fn summary(grading: &Grading<'_>) -> Self {
        Self::with(grading, all(grading), Detail::Summary)
    }

    fn with(grading: &Grading<'_>, claims: impl IntoIterator<Item = ClaimIndex>, detail: Detail) -> Self {
        let case = grading.case();
        let verdict = case.conclusion().map(|conclusion| {
            let claim = ClaimReport::new(grading, conclusion, Detail::Summary);
            Verdict { claim: claim.id, level: claim.level, label: claim.label }
        });
        Self {
            schema: Self::SCHEMA,
            case: case.id().as_str().to_owned(),
            title: case.title().to_owned(),
            question: case.question().map(str::to_owned),
            as_of: grading.as_of().map(|date| date.to_string()),
            layers: grading.run().layers.clone(),
            appraiser: grading.run().appraiser.clone(),
            framework: FrameworkReport::new(grading.framework()),
            case_digest: case.digest().to_owned(),
            verdict,
            claims: claims.into_iter().map(|claim| ClaimReport::new(grading, claim, detail)).collect(),
        }
    }

    /// The report as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }
}

/// What is told as one line of JSON.
pub(crate) fn json_line(told: &impl Serialize) -> String {
    // Every part is a text, a number or a list of such: nothing that JSON cannot hold.
    serde_json::to_string(told).unwrap_or_default()
}
