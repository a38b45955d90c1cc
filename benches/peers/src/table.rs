//! Times as a table.

use crate::engine::Entry;
use crate::rounds::Times;
use crate::versions::version;

/// How a table is written.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// Plain text, at most 80 columns.
    Text,
    Markdown,
}

const WIDTHS: [usize; 6] = [24, 8, 9, 10, 8, 10];

/// The table of some engines; ratios are to the first of them.
pub(crate) fn table(what: &str, entries: &[Entry], times: &[Times], form: Form) -> String {
    let heads = ["engine", "version", &format!("{what}s"), &format!("ns/{what}"), "ratio", "explained"];
    let rows = entries.iter().zip(times).map(|(entry, times)| {
        [
            entry.name.to_owned(),
            entry.package.and_then(version).unwrap_or("-").to_owned(),
            grouped(entry.count),
            number(times.grade),
            number(times.ratio),
            times.explain.map_or_else(|| "-".to_owned(), number),
        ]
    });
    let mut lines = vec![line(&heads.map(str::to_owned), form)];
    lines.push(match form {
        Form::Text => WIDTHS.map(|width| "-".repeat(width)).join("  "),
        Form::Markdown => "|---|---|---:|---:|---:|---:|".to_owned(),
    });
    lines.extend(rows.map(|row| line(&row, form)));
    lines.push(String::new());
    lines.join("\n")
}

fn line(cells: &[String; 6], form: Form) -> String {
    match form {
        Form::Markdown => format!("| {} |", cells.join(" | ")),
        Form::Text => {
            let cells = cells.iter().zip(WIDTHS).enumerate().map(|(place, (cell, width))| {
                if place < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            cells.collect::<Vec<_>>().join("  ")
        }
    }
}

/// A number as people read it: three digits of what is small, whole from 100 on.
fn number(number: f64) -> String {
    match number {
        number if number < 10.0 => format!("{number:.2}"),
        number if number < 100.0 => format!("{number:.1}"),
        number => grouped(number.round() as usize),
    }
}

/// A whole number with commas.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
