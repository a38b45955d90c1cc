//! Open questions, as people read them: those first that would narrow a grade most.

use crate::grade::{Narrowing, OpenQuestion};

/// How much a fact narrows a grade, in columns.
fn figures(narrows: Option<&Narrowing>) -> (String, String) {
    narrows.map_or_else(
        || ("-".to_owned(), "-".to_owned()),
        |narrows| (narrows.expected_shown(), narrows.guaranteed.to_string()),
    )
}

/// How many levels are possible, if that was worked out for some fact.
fn of(open: &[OpenQuestion]) -> Option<usize> {
    open.iter().find_map(|question| Some(question.narrows.as_ref()?.of))
}

/// A line a fact, under one that says what the figures are.
pub(super) fn in_lines(open: &[OpenQuestion]) -> Vec<String> {
    let mut lines = Vec::new();
    let Some(of) = of(open) else {
        lines.extend(open.iter().map(|question| format!("{} of {}", question.fact.name, question.fact.of)));
        return lines;
    };
    lines.push(format!("each rules out of {of}, expected and at least:"));
    let rows = open.iter().map(|question| (figures(question.narrows.as_ref()), &question.fact));
    let rows: Vec<_> = rows.collect();
    let first = rows.iter().map(|((expected, _), _)| expected.len()).max().unwrap_or_default();
    let second = rows.iter().map(|((_, least), _)| least.len()).max().unwrap_or_default();
    let mut before: Option<(String, &str)> = None;
    for ((expected, least), fact) in rows {
        let figures = format!("{expected:>first$}  {least:>second$}");
        // Facts of one thing that rule out nothing by themselves are told together.
        let none = matches!(expected.as_str(), "0.00" | "-");
        match lines.last_mut().filter(|_| none && before == Some((figures.clone(), fact.of.as_str()))) {
            Some(line) => {
                line.push_str(", ");
                line.push_str(fact.name.as_str());
            }
            None if none => lines.push(format!("{figures}  of {}: {}", fact.of, fact.name)),
            None => lines.push(format!("{figures}  {} of {}", fact.name, fact.of)),
        }
        before = Some((figures, fact.of.as_str()));
    }
    lines
}

/// The same as a list in Markdown.
pub(super) fn in_markdown(open: &[OpenQuestion]) -> Vec<String> {
    let mut lines = Vec::new();
    let Some(of) = of(open) else {
        lines.extend(
            open.iter().map(|question| format!("- Missing: `{}` of `{}`", question.fact.name, question.fact.of)),
        );
        return lines;
    };
    lines.push(format!("- Missing, with how many of the {of} that are possible each rules out:"));
    for question in open {
        let told = question.narrows.as_ref().map_or_else(
            || "not worked out".to_owned(),
            |narrows| format!("{} expected, {} at least", narrows.expected_shown(), narrows.guaranteed),
        );
        lines.push(format!("  - `{}` of `{}`: {told}", question.fact.name, question.fact.of));
    }
    lines
}
