//! `evigrade check --coverage`: the share of rules that examples and counts exercise.

use std::fmt::Write as _;

use evigrade::check::Coverage;
use evigrade::name::FrameworkId;

use super::counted;

/// A line for each framework, and one for all where there are several.
pub(super) fn text(coverage: &[(FrameworkId, Coverage)]) -> String {
    let mut text = String::new();
    let mut line = |of: &str, rules: usize, exercised: usize, by_examples: usize| {
        let percent = if rules == 0 { 100.0 } else { exercised as f64 * 100.0 / rules as f64 };
        let rules = counted(rules, "rule");
        // Writing to text does not fail.
        let _ = writeln!(text, "{of}: {exercised} of {rules} exercised, {percent:.1} % ({by_examples} by examples)");
    };
    for (id, coverage) in coverage {
        line(id.as_str(), coverage.rules, coverage.by_all, coverage.by_examples);
    }
    if coverage.len() > 1 {
        let sum = |of: fn(&Coverage) -> usize| coverage.iter().map(|(_, coverage)| of(coverage)).sum();
        line("all", sum(|of| of.rules), sum(|of| of.by_all), sum(|of| of.by_examples));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
