//! Timelines: the grades of a case on every day on which something in it changed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::change::moved;
use super::json_line;
use super::page::{Page, painted, wrapped};
use super::side::titled;
use super::text::{finished, judged_by, labelled, layers, spoken, under};
use super::{ClaimChange, ClaimReport, FrameworkReport, Report};
use crate::case::Case;
use crate::explain::Step;
use crate::grade::{Grading, Run};
use crate::name::Layer;

/// The grades of a case from day to day. It begins empty; every [`push`](Timeline::push) adds a day.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, grade, report::Timeline};
///
/// let frameworks = Frameworks::built_in();
/// let case = Case::from_toml("case.toml", r#"
///     [case]
///     id = "aspirin"
///     title = "Aspirin for headache"
///     conclusion = "efficacy"
///
///     [[claim]]
///     id = "efficacy"
///     kind = "efficacy"
///     text = "Aspirin relieves headache."
///
///     [[source]]
///     id = "a-trial"
///     title = "A trial of aspirin"
///     published = 1988-03-01
///
///     [[evidence]]
///     id = "result"
///     source = "a-trial"
///     design = "parallel-rct"
///
///     [[evidence.link]]
///     supports = "efficacy"
/// "#, &frameworks)?;
/// let framework = Compiled::new(frameworks.find("grade")?)?;
/// let run = Run::default();
/// let mut timeline = Timeline::new(&case, &run);
/// for as_of in Timeline::days(&case, &run) {
///     timeline.push(&grade(&case, &framework, &Run { as_of: Some(as_of), ..run.clone() })?);
/// }
/// let [before, trial] = timeline.moments.as_slice() else { panic!("the trial came, and nothing else") };
/// assert_eq!(before.claims[0].after.as_ref().expect("it is there").label, "No included studies");
/// assert_eq!(trial.claims[0].entered, ["result"]);
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Timeline {
    /// The schema and its version: [`Timeline::SCHEMA`].
    pub schema: &'static str,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// The layers that were taken; all if there is no list.
    pub layers: Option<Vec<Layer>>,
    /// The person whose judgements count where people part, if the run names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appraiser: Option<String>,
    /// SHA-256 over what the case says.
    pub case_digest: String,
    /// The days on which something changed, in order. The first is the day before the first change.
    pub moments: Vec<Moment>,
    /// The claims as they were on the last day that was added.
    #[serde(skip)]
    last: Vec<ClaimReport>,
}

/// A day on which something changed, and what.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Moment {
    /// The day.
    pub as_of: Option<String>,
    /// The framework, of the edition that was graded under.
    pub framework: FrameworkReport,
    /// The claims, in the order of the files, each with its grade on the day before and on this one.
    pub claims: Vec<ClaimChange>,
}

impl Timeline {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/timeline/1";

    /// One without days.
    #[must_use]
    pub fn new(case: &Case, run: &Run) -> Self {
        Self {
            schema: Self::SCHEMA,
            case: case.id().as_str().to_owned(),
            title: case.title().to_owned(),
            layers: run.of_case(case).layers,
            appraiser: run.appraiser.clone(),
            case_digest: case.digest().to_owned(),
            moments: Vec::new(),
            last: Vec::new(),
        }
    }

    /// The days to add for a case: the one before anything changes, and each on which something does. Where the run
    /// names a day, those up to it.
    #[must_use]
    pub fn days(case: &Case, run: &Run) -> Vec<jiff::civil::Date> {
        let mut days = crate::grade::days(case, run);
        days.retain(|day| run.as_of.is_none_or(|last| *day <= last));
        let before = days.first().map_or(run.as_of.or(case.as_of()), |first| first.yesterday().ok());
        before.into_iter().chain(days).collect()
    }

    /// Adds a day: the grades as of it. A day on which nothing is otherwise than on the last one is left out.
    pub fn push(&mut self, grading: &Grading<'_>) {
        let report = Report::new(grading);
        let before = |claim: &ClaimReport| self.last.iter().find(|last| last.id == claim.id);
        let mut claims: Vec<ClaimChange> =
            report.claims.iter().filter_map(|claim| ClaimChange::between(before(claim), Some(claim))).collect();
        let edition = self.moments.last().is_some_and(|last| last.framework.digest != report.framework.digest);
        if self.moments.is_empty() {
            claims.iter_mut().for_each(|claim| claim.moved = false);
        }
        if self.moments.is_empty() || edition || claims.iter().any(ClaimChange::differs) {
            self.moments.push(Moment { as_of: report.as_of, framework: report.framework, claims });
            self.last = report.claims;
        }
    }

    /// The timeline as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }

    /// The timeline as a person reads it: on each day what entered and left, the grades that moved, and by what.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        titled(&self.case, &self.title, page, &mut lines);
        let taken = layers(self.layers.as_deref()) + &judged_by(self.appraiser.as_deref());
        lines.extend(wrapped(&taken, page.width));
        let mut edition = None;
        for (position, moment) in self.moments.iter().enumerate() {
            lines.push(String::new());
            let day = moment.as_of.as_deref().unwrap_or("any day");
            lines.push(painted(page.palette.heading, day));
            if edition != Some(&moment.framework.digest) {
                edition = Some(&moment.framework.digest);
                lines.extend(under(&moment.framework, page));
            }
            moment.lines(position == 0, page, &mut lines);
        }
        finished(lines)
    }
}

/// The columns of a label on a timeline.
const LABEL: usize = 9;

impl Moment {
    fn lines(&self, first: bool, page: &Page, lines: &mut Vec<String>) {
        let none = anstyle::Style::new();
        let mut seen = BTreeSet::new();
        let entered = self.claims.iter().flat_map(|claim| &claim.entered).map(String::as_str);
        let entered: Vec<&str> = entered.filter(|id| seen.insert(*id)).collect();
        let left: BTreeSet<(&str, &str)> = self
            .claims
            .iter()
            .flat_map(|claim| &claim.left)
            .map(|gone| (gone.id.as_str(), gone.because.as_str()))
            .collect();
        if !entered.is_empty() {
            labelled(page, 0, LABEL, if first { "counts" } else { "enters" }, &entered.join(", "), none, lines);
        }
        for (id, because) in left {
            labelled(page, 0, LABEL, "leaves", &format!("{id}: {because}"), none, lines);
        }
        let mut same: Vec<String> = Vec::new();
        for claim in &self.claims {
            let Some(after) = &claim.after else { continue };
            let before = claim.before.as_ref().filter(|_| !first);
            match before {
                Some(_) if !claim.moved => same.push(format!("{}: {}", claim.id, after.label)),
                before => {
                    moved(&claim.id, before, after, page, lines);
                    let by = by(&claim.path);
                    if before.is_some() && !by.is_empty() {
                        labelled(page, 4, "by".len() + 1, "by", &by, none, lines);
                    }
                }
            }
        }
        if !same.is_empty() {
            labelled(page, 2, LABEL, "still", &same.join("; "), none, lines);
        }
    }
}

/// The decisions by which a grade moved, without the one that is the grade.
fn by(path: &[Step]) -> String {
    let Some((_, path)) = path.split_last() else { return String::new() };
    let decisions = path.iter().filter(|step| step.rule_after.is_some() && step.before != step.after);
    let told = |step: &Step| format!("{} {} becomes {}", step.name, spoken(&step.before), spoken(&step.after));
    decisions.map(told).collect::<Vec<_>>().join("; ")
}
