//! What a grading was made of, as it stands above all that is told of it.

use serde::Serialize;

use super::page::{Page, painted, wrapped};
use super::text::{judged_by, taken_and_set, under};
use super::{FrameworkReport, Report};
use crate::name::Layer;

/// What a grading was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// The day as of which evidence counts.
    pub as_of: Option<String>,
    /// The layers that were taken; all if there is no list.
    pub layers: Option<Vec<Layer>>,
    /// The person whose judgements count where people part, if the run names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appraiser: Option<String>,
    /// The framework.
    pub framework: FrameworkReport,
    /// SHA-256 over what the case says.
    pub case_digest: String,
}

impl Side {
    /// What a report was made of.
    pub(super) fn of(report: &Report) -> Self {
        Self {
            as_of: report.as_of.clone(),
            layers: report.layers.clone(),
            appraiser: report.appraiser.clone(),
            framework: report.framework.clone(),
            case_digest: report.case_digest.clone(),
        }
    }

    /// Whether only what the case says may be otherwise.
    pub(super) fn same_but_case(&self, other: &Self) -> bool {
        (&self.as_of, &self.layers, &self.appraiser, &self.framework)
            == (&other.as_of, &other.layers, &other.appraiser, &other.framework)
    }

    /// The lines that tell it to people.
    pub(super) fn lines(&self, page: &Page, lines: &mut Vec<String>) {
        lines.extend(under(&self.framework, page));
        let run = taken_and_set(self.as_of.as_deref(), self.layers.as_deref(), &self.framework)
            + &judged_by(self.appraiser.as_deref());
        lines.extend(wrapped(&run, page.width));
    }
}

/// The line with which a page about a case begins.
pub(super) fn titled(case: &str, title: &str, page: &Page, lines: &mut Vec<String>) {
    let title = format!("{case}: {title}");
    lines.extend(wrapped(&title, page.width).iter().map(|line| painted(page.palette.heading, line)));
}
