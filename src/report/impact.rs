//! Impact: what a retraction does to the claims of many cases.

use jiff::civil::Date;
use serde::Serialize;

use super::Comparison;
use super::json_line;
use super::page::{Page, painted, wrapped};
use super::text::finished;
use crate::grade::Grading;

/// What the retraction of a source does. It begins empty; every case is [added](Impact::add), or
/// [counted](Impact::pass_over) where it does not know the source.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, grade, report::Impact};
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
///
///     [[source]]
///     id = "a-trial"
///     title = "A trial of aspirin"
///
///     [[evidence]]
///     id = "result"
///     source = "a-trial"
///     design = "parallel-rct"
///
///     [[evidence.link]]
///     supports = "efficacy"
/// "#, &frameworks)?;
/// let framework = Compiled::new(frameworks.find("ahrq-soe")?)?;
/// let run = Run::default();
/// let retracted = case.retract("a-trial", "2020-01-01".parse().expect("a day"))?;
/// let mut impact = Impact::new("a-trial");
/// impact.add(&grade(&case, &framework, &run)?, &grade(&retracted, &framework, &run)?);
/// assert_eq!((impact.gradings, impact.comparisons[0].claims.len()), (1, 1));
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Impact {
    /// The schema and its version: [`Impact::SCHEMA`].
    pub schema: &'static str,
    /// The source that is retracted.
    pub source: String,
    /// How many gradings of cases that know it were compared.
    pub gradings: usize,
    /// In how many of them it counted as retracted before: nothing changes there.
    pub retracted_before: usize,
    /// How many cases do not know it.
    pub unknown_in: usize,
    /// The gradings in which something changes, each with the claims whose grade or proof does and no others.
    pub comparisons: Vec<Comparison>,
}

impl Impact {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/impact/1";

    /// That of a source, before any case is looked at.
    #[must_use]
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            schema: Self::SCHEMA,
            source: source.into(),
            gradings: 0,
            retracted_before: 0,
            unknown_in: 0,
            comparisons: Vec::new(),
        }
    }

    /// Adds a case that knows the source, graded before and after the retraction.
    pub fn add(&mut self, before: &Grading<'_>, after: &Grading<'_>) {
        self.gradings += 1;
        let source = before.case().sources().iter().find(|known| known.id == *self.source);
        let retraction = source.and_then(|source| source.retracted.as_ref());
        let counts = |on: Date| before.as_of().is_none_or(|day| on <= day);
        self.retracted_before += usize::from(retraction.is_some_and(|retraction| counts(retraction.on)));
        let mut comparison = Comparison::new(before, after);
        comparison.claims.retain(super::ClaimChange::differs);
        if !comparison.claims.is_empty() {
            self.comparisons.push(comparison);
        }
    }

    /// Counts a case that does not know the source.
    pub const fn pass_over(&mut self) {
        self.unknown_in += 1;
    }

    /// The impact as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }

    /// The impact as a person reads it: how far the retraction reaches, then the claims that change, by case.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        let title = format!("{}, retracted", self.source);
        lines.extend(wrapped(&title, page.width).iter().map(|line| painted(page.palette.heading, line)));
        lines.extend(wrapped(&self.reach(), page.width));
        let mut text = finished(lines);
        for comparison in &self.comparisons {
            text.push('\n');
            text.push_str(&comparison.to_text(page));
        }
        text
    }

    /// How far it reaches, in sentences.
    fn reach(&self) -> String {
        let counted = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let claims = || self.comparisons.iter().flat_map(|comparison| &comparison.claims);
        let moved = claims().filter(|claim| claim.moved).count();
        let proofs = claims().count() - moved;
        let known = counted(self.gradings, "grading knows it", "gradings know it");
        let unknown = counted(self.unknown_in, "case does not", "cases do not");
        let grades = counted(moved, "grade moves", "grades move");
        let proofs = counted(proofs, "grade stands by another proof", "grades stand by another proof");
        let before = match self.retracted_before {
            0 => String::new(),
            before if before == self.gradings => " It was retracted before.".to_owned(),
            before => format!(" In {before} of these it was retracted before."),
        };
        format!("{known}, {unknown}.{before} {grades}, {proofs}.")
    }
}
