//! Snapshots of grades, with insta: regression tests for those who write Rust (feature `insta`).
//!
//! [`assert_grades!`](crate::assert_grades) holds a grading against what was recorded: the grade of every claim, and the
//! decisions behind it with their reasons. Who keeps a whole report as JSON takes it [`redacted`], without what
//! would churn. For those who do not write Rust, [`crate::lock`] does the same from the command line.
//!
//! ```
//! use evigrade::{Case, Compiled, Frameworks, Run, grade};
//!
//! let frameworks = Frameworks::built_in();
//! let case = Case::from_toml("case.toml", r#"
//!     [case]
//!     id = "aspirin"
//!     title = "Aspirin for headache"
//!
//!     [[claim]]
//!     id = "efficacy"
//!     kind = "efficacy"
//!     text = "Aspirin relieves headache."
//! "#, &frameworks)?;
//! let framework = Compiled::new(frameworks.find("grade")?)?;
//! let grading = grade(&case, &framework, &Run::default())?;
//! assert_eq!(evigrade::snapshot::grades(&grading), "\
//! aspirin under grade-classic
//! as of any day; all layers
//!
//! efficacy: No included studies; not-estimable
//!   risk-of-bias: not-assessed
//!   inconsistency: not-assessed
//!   indirectness: not-assessed
//!   imprecision: not-assessed
//!   reporting-bias: not-assessed
//!   certainty = no-studies: There is no study, so there is no body of evidence to rate.
//!     design = no-design: There is no study.
//! ");
//! # Ok::<(), evigrade::Refused>(())
//! ```

#[doc(hidden)]
pub use insta as __insta;
use serde::Serialize;
use serde_json::Value as Json;

use crate::grade::Grading;
use crate::report::{Report, taken_and_set};

/// The grades of a grading as text: each claim with its level and direction, and below it the decisions behind it with
/// their reasons. No digests, editions and places in files: it stays the same as long as the grades and the reasons do.
#[must_use]
pub fn grades(grading: &Grading<'_>) -> String {
    let report = Report::new(grading);
    let run = taken_and_set(report.as_of.as_deref(), report.layers.as_deref(), &report.framework);
    let mut text = format!("{} under {}\n{run}\n", report.case, report.framework.id);
    for claim in &report.claims {
        text.push_str(&format!("\n{}: {}", claim.id, claim.label));
        if let Some(direction) = &claim.direction {
            text.push_str(&format!("; {direction}"));
        }
        text.push('\n');
        for output in &claim.outputs {
            let value = output.value.as_deref().unwrap_or("open");
            text.push_str(&format!("  {}: {value}\n", output.decision));
        }
        if let Some(reason) = &claim.reason {
            text.push_str(&format!("  {reason}\n"));
        }
        let indented = |proof: String| proof.lines().map(|line| format!("  {line}\n")).collect::<String>();
        text.extend(claim.proof.iter().map(|proof| indented(proof.to_string())));
        for item in &claim.items {
            text.push_str(&format!("  {}: {}\n", item.id, item.label));
            text.extend(indented(item.proof.to_string()).lines().map(|line| format!("  {line}\n")));
        }
    }
    text
}

/// What is serialised (a [`Report`], a [`Comparison`](crate::report::Comparison), a
/// [`Timeline`](crate::report::Timeline)) without what would churn: in the place of digests, editions and places in files
/// stands a word in brackets. What cannot be JSON is null.
///
/// ```no_run
/// # fn test(report: evigrade::report::Report) {
/// insta::assert_json_snapshot!(evigrade::snapshot::redacted(&report));
/// # }
/// ```
#[must_use]
pub fn redacted(told: &impl Serialize) -> Json {
    let mut json = serde_json::to_value(told).unwrap_or_default();
    redact(&mut json);
    json
}

fn redact(json: &mut Json) {
    match json {
        Json::Object(entries) => {
            for (key, value) in entries.iter_mut() {
                let word = match (key.as_str(), &*value) {
                    ("digest" | "case_digest" | "framework_digest", Json::String(_)) => "[digest]",
                    ("edition", Json::String(_)) => "[edition]",
                    ("at", Json::Object(_)) => "[place]",
                    _ => {
                        redact(value);
                        continue;
                    }
                };
                *value = word.into();
            }
        }
        Json::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

/// Holds a grading against its snapshot: the grade of every claim, and the decisions behind it with their reasons, as
/// [`snapshot::grades`](crate::snapshot::grades) tells them (feature `insta`).
///
/// Takes what insta's `assert_snapshot!` takes, with a grading in the place of the text: a grading alone, or a name and
/// a grading. The crate that calls it needs no dependency on insta; `cargo insta review` accepts what changed.
///
/// ```no_run
/// # fn test(grading: evigrade::Grading<'_>) {
/// evigrade::assert_grades!(grading);
/// evigrade::assert_grades!("ketamine under grade", grading);
/// # }
/// ```
#[macro_export]
macro_rules! assert_grades {
    ($name:expr, $grading:expr $(,)?) => {
        $crate::snapshot::__insta::assert_snapshot!($name, $crate::snapshot::grades(&$grading), stringify!($grading))
    };
    ($grading:expr $(,)?) => {
        $crate::snapshot::__insta::assert_snapshot!($crate::snapshot::grades(&$grading))
    };
}
