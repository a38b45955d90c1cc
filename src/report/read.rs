//! Reports, read back from JSON.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::Report;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::{Span, TextFile};

impl Report {
    /// Reads reports back from their JSON: one object, or one after the other, as `evigrade grade --format json` prints
    /// them. What a later version added is passed over.
    ///
    /// Three things do not come back: the words and days among the values of facts, which are text then, where
    /// locators stand in the case, and how much open questions would narrow a grade.
    ///
    /// ```
    /// use evigrade::document::TextFile;
    /// use evigrade::{Case, Compiled, Frameworks, Run, grade, report::Report};
    ///
    /// let frameworks = Frameworks::built_in();
    /// let case = Case::from_toml("case.toml", "[case]\nid = \"aspirin\"\ntitle = \"Aspirin\"\n", &frameworks)?;
    /// let framework = Compiled::new(frameworks.find("grade")?)?;
    /// let report = Report::new(&grade(&case, &framework, &Run::default())?);
    /// let read = Report::read(&TextFile::new("report.json", report.to_json()))?;
    /// assert_eq!(read[0].to_json(), report.to_json());
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is no JSON, or has another schema, or lacks what a report tells; what nests deeper than 128; and a file
    /// without a report.
    pub fn read(file: &Arc<TextFile>) -> Result<Vec<Self>, Refused> {
        let mut reports = Vec::new();
        for report in serde_json::Deserializer::from_str(file.text()).into_iter::<Self>() {
            let mut report = report.map_err(|error| refused(file, &error))?;
            for claim in &mut report.claims {
                let because = claim.proof.as_ref().map(|proof| &proof.because).or(claim.reason.as_ref());
                claim.because = because.cloned().unwrap_or_default();
            }
            reports.push(report);
        }
        if reports.is_empty() {
            let message = format!("`{}` holds no report", file.name());
            return Err(Diagnostic::error(Code::NotAReport, message).help(HELP).into());
        }
        Ok(reports)
    }
}

/// How reports are made.
const HELP: &str = "`evigrade grade CASE --format json` prints reports";

fn refused(file: &Arc<TextFile>, error: &serde_json::Error) -> Diagnostic {
    let text = file.text();
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let mut at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    // The message ends with the place, which is told already.
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let message = format!("this is no report: {message}");
    Diagnostic::error(Code::NotAReport, message).at(&Span::new(file, at..at)).help(HELP)
}

/// The schema of a report, which must be the one that is known.
pub(super) fn schema<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    let schema = String::deserialize(deserializer)?;
    if schema == Report::SCHEMA {
        return Ok(Report::SCHEMA);
    }
    Err(D::Error::custom(format!("its schema is `{schema}`, and `{}` is read", Report::SCHEMA)))
}
