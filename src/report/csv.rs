//! Reports as comma-separated values (RFC 4180), a line a claim; of a timeline, a line a day and claim; of what people
//! judged, a line a judgement; of a retraction, a line a claim that changes.

use super::{Appraisers, Audit, Graded, Impact, Report, Timeline};
use crate::value::{FactValue, Value};

const COLUMNS: [&str; 10] =
    ["case", "as_of", "framework", "claim", "kind", "status", "level", "possible", "direction", "because"];

/// A line: the grade of a claim under a framework.
pub(super) struct CsvRow<'r> {
    pub(super) case: &'r str,
    pub(super) as_of: Option<&'r str>,
    pub(super) framework: &'r str,
    pub(super) claim: &'r str,
    pub(super) kind: &'r str,
    pub(super) status: Graded,
    pub(super) level: Option<&'r str>,
    pub(super) possible: &'r [String],
    pub(super) direction: Option<&'r str>,
    pub(super) because: &'r str,
}

/// The claims of several reports, under one line of headings.
#[must_use]
pub fn csv(reports: &[Report]) -> String {
    table(reports.iter().flat_map(|report| {
        report.claims.iter().map(|claim| CsvRow {
            case: &report.case,
            as_of: report.as_of.as_deref(),
            framework: &report.framework.id,
            claim: &claim.id,
            kind: &claim.kind,
            status: claim.status,
            level: claim.level.as_deref(),
            possible: &claim.possible,
            direction: claim.direction.as_deref(),
            because: &claim.because,
        })
    }))
}

/// The grades of several audits, a line a claim and framework, under one line of headings. The columns
/// are those of [`csv`].
#[must_use]
pub fn audits_csv(audits: &[Audit]) -> String {
    table(audits.iter().flat_map(Audit::csv_rows))
}

const TIMELINE_COLUMNS: [&str; 12] = [
    "case",
    "as_of",
    "framework",
    "claim",
    "status",
    "level",
    "possible",
    "direction",
    "moved",
    "entered",
    "left",
    "because",
];

/// Timelines, a line a day and claim, under one line of headings.
#[must_use]
pub fn timelines_csv(timelines: &[Timeline]) -> String {
    let mut text = String::new();
    line(&mut text, TIMELINE_COLUMNS);
    for timeline in timelines {
        for moment in &timeline.moments {
            for claim in &moment.claims {
                let Some(grade) = &claim.after else { continue };
                let left: Vec<&str> = claim.left.iter().map(|left| left.id.as_str()).collect();
                let cells = [
                    timeline.case.as_str(),
                    moment.as_of.as_deref().unwrap_or_default(),
                    &moment.framework.id,
                    &claim.id,
                    grade.status.word(),
                    grade.level.as_deref().unwrap_or_default(),
                    &grade.possible.join(" "),
                    grade.direction.as_deref().unwrap_or_default(),
                    if claim.moved { "yes" } else { "no" },
                    &claim.entered.join(" "),
                    &left.join(" "),
                    &grade.because,
                ];
                line(&mut text, cells);
            }
        }
    }
    text
}

const APPRAISERS_COLUMNS: [&str; 14] = [
    "case",
    "as_of",
    "framework",
    "kind",
    "name",
    "claim",
    "evidence",
    "by",
    "on",
    "value",
    "adjudicated",
    "parted",
    "matters",
    "reason",
];

/// What people judged, a line a judgement of one fact or decision, under one line of headings.
#[must_use]
pub fn appraisers_csv(told: &[Appraisers]) -> String {
    let mut text = String::new();
    line(&mut text, APPRAISERS_COLUMNS);
    let word = |yes: bool| if yes { "yes" } else { "no" };
    for told in told {
        for matter in &told.judged {
            let parted = matter.judgements.iter().any(|stance| stance.value != matter.judgements[0].value);
            for stance in &matter.judgements {
                let value = match &stance.value {
                    FactValue::Unknown(unknown) => unknown.word().to_owned(),
                    FactValue::Known(Value::Flag(flag)) => flag.to_string(),
                    FactValue::Known(value) => value.to_string(),
                };
                let cells = [
                    told.case.as_str(),
                    told.as_of.as_deref().unwrap_or_default(),
                    &told.framework.id,
                    matter.kind,
                    matter.name.as_str(),
                    matter.claim.as_deref().unwrap_or_default(),
                    matter.evidence.as_deref().unwrap_or_default(),
                    &stance.by,
                    &stance.on,
                    &value,
                    word(stance.adjudicated),
                    word(parted),
                    word(matter.matters),
                    &stance.reason,
                ];
                line(&mut text, cells);
            }
        }
    }
    text
}

const IMPACT_COLUMNS: [&str; 15] = [
    "case",
    "as_of",
    "framework",
    "claim",
    "moved",
    "status_before",
    "level_before",
    "possible_before",
    "direction_before",
    "status_after",
    "level_after",
    "possible_after",
    "direction_after",
    "left",
    "because",
];

/// The impact of a retraction, a line a claim that changes, under one line of headings.
#[must_use]
pub fn impact_csv(impact: &Impact) -> String {
    let mut text = String::new();
    line(&mut text, IMPACT_COLUMNS);
    for comparison in &impact.comparisons {
        let Some(side) = &comparison.after else { continue };
        for claim in &comparison.claims {
            let (Some(before), Some(after)) = (&claim.before, &claim.after) else { continue };
            let left: Vec<&str> = claim.left.iter().map(|left| left.id.as_str()).collect();
            let cells = [
                comparison.case.as_str(),
                side.as_of.as_deref().unwrap_or_default(),
                &side.framework.id,
                &claim.id,
                if claim.moved { "yes" } else { "no" },
                before.status.word(),
                before.level.as_deref().unwrap_or_default(),
                &before.possible.join(" "),
                before.direction.as_deref().unwrap_or_default(),
                after.status.word(),
                after.level.as_deref().unwrap_or_default(),
                &after.possible.join(" "),
                after.direction.as_deref().unwrap_or_default(),
                &left.join(" "),
                &after.because,
            ];
            line(&mut text, cells);
        }
    }
    text
}

fn table<'r>(rows: impl Iterator<Item = CsvRow<'r>>) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for row in rows {
        let possible = row.possible.join(" ");
        let cells = [
            row.case,
            row.as_of.unwrap_or_default(),
            row.framework,
            row.claim,
            row.kind,
            row.status.word(),
            row.level.unwrap_or_default(),
            possible.as_str(),
            row.direction.unwrap_or_default(),
            row.because,
        ];
        line(&mut text, cells);
    }
    text
}

fn line<const CELLS: usize>(text: &mut String, cells: [&str; CELLS]) {
    let cells: Vec<String> = cells.into_iter().map(quoted).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell: in quotes if it holds a comma, a quote or a line break.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
