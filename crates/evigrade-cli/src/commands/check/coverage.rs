//! `evigrade check --coverage`: the share of rules that examples and counts exercise.

use std::fmt::Write as _;

use evigrade::check::Coverage;
use evigrade::name::FrameworkId;

use super::counted;

/// A line for each framework, and one for all where there are several.
pub(super) fn text(coverage: &[(FrameworkId, Coverage)]) -> String {
    let mut text = String::new();
    let mut line = |of: &str, coverage: &Coverage| {
        let (rules, percent) = (counted(coverage.rules, "rule"), coverage.percent());
        let Coverage { by_all, by_examples, .. } = coverage;
        // Writing to text does not fail.
        let _ = writeln!(text, "{of}: {by_all} of {rules} exercised, {percent:.1} % ({by_examples} by examples)");
    };
    for (id, coverage) in coverage {
        line(id.as_str(), coverage);
    }
    if coverage.len() > 1 {
        line("all", &coverage.iter().map(|(_, coverage)| coverage).sum());
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
