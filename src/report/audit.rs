//! Audits: the claims of a case under several frameworks, side by side.

use serde::Serialize;

use super::csv::CsvRow;
use super::json_line;
use super::markdown::escaped;
use super::page::{Page, painted, wrapped};
use super::side::titled;
use super::table::{Cell, Column, table};
use super::text::{self, finished, grade_style, spoken};
use super::{ClaimReport, FrameworkReport, Graded, Report, Verdict};
use crate::case::Case;
use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::grade::{OpenFact, Run, grade};
use crate::name::Layer;

/// What the claims of a case come to under several frameworks.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// The schema and its version: [`Audit::SCHEMA`].
    pub schema: &'static str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appraiser: Option<String>,
    /// SHA-256 over what the case says.
    pub case_digest: String,
    /// The claims, in the order of the files.
    pub claims: Vec<AuditedClaim>,
    /// What each framework makes of them, in the order in which they were asked for.
    pub frameworks: Vec<Audited>,
}

/// A claim that is audited.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AuditedClaim {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// The proposition.
    pub text: String,
}

/// What a framework makes of the claims.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Audited {
    /// The framework.
    pub framework: FrameworkReport,
    /// The grade of the case's conclusion.
    pub verdict: Option<Verdict>,
    /// The grades, a grade a claim and in the same order; none if the framework refuses the case.
    pub grades: Vec<AuditedGrade>,
    /// Why the framework refuses the case, if it does.
    pub refused: Vec<Diagnostic>,
}

/// The grade of a claim under a framework.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AuditedGrade {
    /// The claim.
    pub claim: String,
    /// Its level or outcome, if there is one.
    pub level: Option<String>,
    /// How the level is shown to people; for an open grade what is still possible.
    pub label: String,
    /// Whether it is graded.
    pub status: Graded,
    /// For an open grade: every level and outcome that is still possible, in order.
    pub possible: Vec<String>,
    /// The direction of effect, which is no part of the level.
    pub direction: Option<String>,
    /// The facts that would settle an open grade.
    pub open: Vec<OpenFact>,
    /// Why the grade is what it is, or why there is none, in a sentence.
    pub because: String,
}

/// Grades a case under several frameworks. A framework that refuses the case does not keep the others
/// from grading it; what it says stands in its place.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, audit};
///
/// let frameworks = Frameworks::built_in();
/// let case = Case::from_toml("case.toml", r#"
///     [case]
///     id = "aspirin"
///     title = "Aspirin for headache"
///
///     [[claim]]
///     id = "efficacy"
///     kind = "efficacy"
///     text = "Aspirin relieves headache."
/// "#, &frameworks)?;
/// let grade = Compiled::new(frameworks.find("grade")?)?;
/// let oxford = Compiled::new(frameworks.find("ocebm-2011")?)?;
/// let audit = audit(&case, [&grade, &oxford], &Run::default());
/// assert_eq!(audit.frameworks[0].grades[0].label, "No included studies");
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[must_use]
pub fn audit<'f>(case: &Case, frameworks: impl IntoIterator<Item = &'f Compiled>, run: &Run) -> Audit {
    let taken = run.of_case(case);
    let claims = case.claims().iter().map(|claim| AuditedClaim {
        id: claim.id.as_str().to_owned(),
        kind: claim.kind.as_str().to_owned(),
        text: claim.text.clone(),
    });
    Audit {
        schema: Audit::SCHEMA,
        case: case.id().as_str().to_owned(),
        title: case.title().to_owned(),
        question: case.question().map(str::to_owned),
        as_of: taken.as_of.map(|date| date.to_string()),
        layers: taken.layers.clone(),
        appraiser: taken.appraiser.clone(),
        case_digest: case.digest().to_owned(),
        claims: claims.collect(),
        frameworks: frameworks.into_iter().map(|framework| Audited::new(case, framework, run)).collect(),
    }
}

impl Audited {
    fn new(case: &Case, compiled: &Compiled, run: &Run) -> Self {
        match grade(case, compiled, run) {
            Ok(grading) => {
                let Report { framework, verdict, claims, .. } = Report::summary(&grading);
                let grades = claims.into_iter().map(AuditedGrade::from).collect();
                Self { framework, verdict, grades, refused: Vec::new() }
            }
            Err(refused) => Self {
                framework: FrameworkReport::new(compiled),
                verdict: None,
                grades: Vec::new(),
                refused: refused.into_diagnostics(),
            },
        }
    }
}

impl Audited {
    /// Whether it grades any claim.
    fn grades_any(&self) -> bool {
        self.grades.iter().any(|grade| grade.status != Graded::NotApplicable)
    }
}

impl From<ClaimReport> for AuditedGrade {
    fn from(claim: ClaimReport) -> Self {
        Self {
            claim: claim.id,
            level: claim.level,
            label: claim.label,
            status: claim.status,
            possible: claim.possible,
            direction: claim.direction,
            open: claim.open.into_iter().map(|question| question.fact).collect(),
            because: claim.because,
        }
    }
}

impl AuditedGrade {
    /// Why, with what is missing in place of the rules that may still answer.
    fn why(&self) -> String {
        /// The facts that are named.
        const NAMED: usize = 3;
        if self.status != Graded::Undetermined || self.open.is_empty() {
            return self.because.clone();
        }
        let named: Vec<String> =
            self.open.iter().take(NAMED).map(|open| format!("{} of {}", open.name, open.of)).collect();
        let more = match self.open.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("Missing: {}{more}.", named.join(", "))
    }
}

impl Audit {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/audit/1";

    /// What the run took into account.
    fn taken(&self) -> String {
        text::taken(self.as_of.as_deref(), self.layers.as_deref()) + &text::judged_by(self.appraiser.as_deref())
    }

    /// The grades of the claim at a position, each with its framework.
    fn of_claim(&self, position: usize) -> impl Iterator<Item = (&FrameworkReport, &AuditedGrade)> {
        self.frameworks.iter().filter_map(move |audited| Some((&audited.framework, audited.grades.get(position)?)))
    }

    /// The ids of the frameworks that grade other claims, and not the one at a position.
    fn passing_over(&self, position: usize) -> Vec<&str> {
        let passing = |audited: &&Audited| {
            let grade = audited.grades.get(position);
            audited.grades_any() && grade.is_some_and(|grade| grade.status == Graded::NotApplicable)
        };
        self.frameworks.iter().filter(passing).map(|audited| audited.framework.id.as_str()).collect()
    }

    /// What is said of frameworks that grade no claim at all, or refuse the case.
    fn silent(&self) -> Vec<String> {
        let silent = self.frameworks.iter().filter(|audited| audited.refused.is_empty() && !audited.grades_any());
        let silent: Vec<&str> = silent.map(|audited| audited.framework.id.as_str()).collect();
        let silent = (!silent.is_empty()).then(|| format!("No claim is graded by {}.", silent.join(", ")));
        silent.into_iter().chain(self.refusals()).collect()
    }

    fn refusals(&self) -> impl Iterator<Item = String> {
        self.frameworks.iter().filter(|audited| !audited.refused.is_empty()).map(|audited| {
            let messages: Vec<&str> = audited.refused.iter().map(|refused| refused.message.as_str()).collect();
            format!("{} refuses the case: {}.", audited.framework.id, messages.join("; "))
        })
    }

    /// The audit as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }

    /// The audit for a terminal: under each claim the frameworks that grade it.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let columns = [
            Column { heading: "Framework", most: 16 },
            Column { heading: "Level", most: 18 },
            Column { heading: "Direction", most: 13 },
            Column { heading: "Why", most: usize::MAX },
        ];
        let none = anstyle::Style::new();
        let mut lines = Vec::new();
        titled(&self.case, &self.title, page, &mut lines);
        lines.extend(self.question.iter().flat_map(|question| wrapped(question, page.width)));
        lines.extend(wrapped(&self.taken(), page.width));
        for (position, claim) in self.claims.iter().enumerate() {
            lines.push(String::new());
            lines.push(painted(page.palette.heading, &format!("{} ({})", claim.id, claim.kind)));
            lines.extend(wrapped(&claim.text, page.width));
            let grading = self.of_claim(position).filter(|(_, grade)| grade.status != Graded::NotApplicable);
            let rows: Vec<Vec<Cell>> = grading
                .map(|(framework, grade)| {
                    vec![
                        (framework.id.clone(), page.palette.heading),
                        (grade.label.clone(), grade_style(grade.status, page)),
                        (grade.direction.as_deref().map_or_else(String::new, spoken), none),
                        (grade.why(), none),
                    ]
                })
                .collect();
            if !rows.is_empty() {
                lines.extend(table(page, 2, &columns, &rows));
            }
            let passing = self.passing_over(position);
            if !passing.is_empty() {
                let text = format!("not graded by {}", passing.join(", "));
                let text = wrapped(&text, page.width.saturating_sub(2));
                lines.extend(text.iter().map(|line| format!("  {}", painted(page.palette.faint, line))));
            }
        }
        for note in self.silent() {
            lines.push(String::new());
            lines.extend(wrapped(&note, page.width));
        }
        finished(lines)
    }

    /// The audit as Markdown: a row a framework and a column a claim, and below it the reasons.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut lines = vec![format!("# {}", escaped(&self.title)), String::new()];
        lines.extend(self.question.iter().flat_map(|question| [escaped(question), String::new()]));
        let taken = self.taken();
        lines.push(format!("`{}`; {}.", self.case, escaped(&taken)));
        lines.push(String::new());
        let ids: Vec<String> = self.claims.iter().map(|claim| escaped(&claim.id)).collect();
        lines.push(format!("| Framework | {} |", ids.join(" | ")));
        lines.push(format!("| --- |{}", " --- |".repeat(ids.len())));
        for audited in self.frameworks.iter().filter(|audited| audited.grades_any()) {
            let cell = |grade: &AuditedGrade| match grade.status {
                Graded::NotApplicable => "not applicable".to_owned(),
                Graded::Graded | Graded::Undetermined => escaped(&grade.label),
            };
            let cells: Vec<String> = audited.grades.iter().map(cell).collect();
            lines.push(format!("| `{}` | {} |", audited.framework.id, cells.join(" | ")));
        }
        for (position, claim) in self.claims.iter().enumerate() {
            lines.push(String::new());
            lines.push(format!("## {}", escaped(&claim.id)));
            lines.push(String::new());
            lines.push(escaped(&claim.text));
            lines.push(String::new());
            let grading = self.of_claim(position).filter(|(_, grade)| grade.status != Graded::NotApplicable);
            lines.extend(grading.map(|(framework, grade)| {
                format!("- `{}`: **{}**. {}", framework.id, escaped(&grade.label), escaped(&grade.why()))
            }));
        }
        for note in self.silent() {
            lines.push(String::new());
            lines.push(escaped(&note));
        }
        lines.push(String::new());
        lines.push(format!("Case `{}`", self.case_digest));
        lines.join("\n") + "\n"
    }

    /// The rows of the audit in a table of comma-separated values: a line a claim and framework.
    pub(super) fn csv_rows(&self) -> impl Iterator<Item = CsvRow<'_>> {
        self.frameworks.iter().flat_map(move |audited| {
            self.claims.iter().zip(&audited.grades).map(move |(claim, grade)| CsvRow {
                case: &self.case,
                as_of: self.as_of.as_deref(),
                framework: &audited.framework.id,
                claim: &claim.id,
                kind: &claim.kind,
                status: grade.status,
                level: grade.level.as_deref(),
                possible: &grade.possible,
                direction: grade.direction.as_deref(),
                because: &grade.because,
            })
        })
    }
}
