//! Reports as text for a terminal.

use std::collections::BTreeMap;

use super::page::{Page, padded, painted, width, wrapped};
use super::{ClaimReport, Graded, Report};
use crate::explain::{Label, Line, outline};

/// The grades of a case: a table of its claims, and the verdict.
#[must_use]
pub fn text(report: &Report, page: &Page) -> String {
    let mut lines = header(report, page);
    lines.push(String::new());
    table(report, page, &mut lines);
    notes(report, page, &mut lines);
    if let Some(verdict) = &report.verdict {
        lines.push(String::new());
        let settled = verdict.level.is_some();
        let style = if settled { page.palette.value } else { page.palette.open };
        lines.push(format!("{} {}", painted(page.palette.heading, "Verdict:"), painted(style, &verdict.label)));
        if let Some(claim) = report.claims.iter().find(|claim| claim.id == verdict.claim) {
            lines.extend(wrapped(&claim.because, page.width));
        }
    }
    finished(lines)
}

/// The proof of every claim in the report, as a person reads it.
#[must_use]
pub fn explanation(report: &Report, page: &Page) -> String {
    let mut lines = header(report, page);
    for claim in &report.claims {
        lines.push(String::new());
        lines.push(painted(page.palette.heading, &format!("{} ({})", claim.id, claim.kind)));
        lines.extend(wrapped(&claim.text, page.width));
        lines.push(String::new());
        let mut facts = vec![("grade", claim.label.clone(), grade_style(claim, page))];
        if let Some(reason) = &claim.reason {
            facts.push(("because", reason.clone(), anstyle::Style::new()));
        }
        if let Some(direction) = &claim.direction {
            facts.push(("direction", spoken(direction), anstyle::Style::new()));
        }
        for output in &claim.outputs {
            let value = output.value.as_deref().map_or_else(|| "open".to_owned(), spoken);
            facts.push(("", format!("{}: {value}", output.title), anstyle::Style::new()));
        }
        for (item, output, value) in claim.outputs_of_items() {
            facts.push(("", format!("{item}: {}: {}", output.title, spoken(value)), anstyle::Style::new()));
        }
        for (of, names) in claim.open_by_subject() {
            facts.push(("missing", format!("{of}: {}", names.join(", ")), page.palette.open));
        }
        for (label, text, style) in facts {
            labelled(page, 0, 11, label, &text, style, &mut lines);
        }
        evidence(claim, page, &mut lines);
        let proofs = claim.proof.iter().chain(claim.items.iter().map(|item| &item.proof));
        for proof in proofs {
            lines.push(String::new());
            for line in outline(proof) {
                proof_line(&line, page, &mut lines);
            }
        }
    }
    finished(lines)
}

/// A word of a scale as it is said in a sentence: hyphens become spaces.
pub(super) fn spoken(word: &str) -> String {
    word.replace('-', " ")
}

/// The lines of a page, without spaces at their ends.
fn finished(lines: Vec<String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn header(report: &Report, page: &Page) -> Vec<String> {
    let mut lines = Vec::new();
    let title = format!("{}: {}", report.case, report.title);
    lines.extend(wrapped(&title, page.width).iter().map(|line| painted(page.palette.heading, line)));
    lines.extend(report.question.iter().flat_map(|question| wrapped(question, page.width)));
    let framework = &report.framework;
    let under = format!("under {}: {}, {}", framework.id, framework.title, framework.edition);
    lines.extend(wrapped(&under, page.width));
    lines.extend(wrapped(&run(report), page.width));
    lines
}

/// What the run took into account, in a line.
pub(super) fn run(report: &Report) -> String {
    let mut parts = Vec::new();
    parts.push(match &report.as_of {
        Some(date) => format!("as of {date}"),
        None => "as of any day".to_owned(),
    });
    parts.push(match &report.layers {
        Some(layers) => format!("layers {}", layers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        None => "all layers".to_owned(),
    });
    parts.extend(report.framework.set.iter().map(|(name, value)| format!("{name} set to {value}")));
    parts.join("; ")
}

fn grade_style(claim: &ClaimReport, page: &Page) -> anstyle::Style {
    match claim.status {
        Graded::Graded => page.palette.value,
        Graded::Undetermined => page.palette.open,
        Graded::NotApplicable => page.palette.faint,
    }
}

fn table(report: &Report, page: &Page, lines: &mut Vec<String>) {
    let has_direction = report.claims.iter().any(|claim| claim.direction.is_some());
    let directions: Vec<String> =
        report.claims.iter().map(|claim| claim.direction.as_deref().map_or_else(String::new, spoken)).collect();
    let widest = |heading: &str, cells: &mut dyn Iterator<Item = &str>, most: usize| -> usize {
        cells.map(width).chain([width(heading)]).max().unwrap_or_default().min(most)
    };
    let ids = widest("Claim", &mut report.claims.iter().map(|claim| claim.id.as_str()), 24);
    let levels = widest("Level", &mut report.claims.iter().map(|claim| claim.label.as_str()), 18);
    let ways = if has_direction { widest("Direction", &mut directions.iter().map(String::as_str), 16) } else { 0 };
    let gap = 2;
    let before = ids + gap + levels + gap + if has_direction { ways + gap } else { 0 };
    let why = page.width.saturating_sub(before);
    let mut row = |cells: [Vec<String>; 4], styles: [anstyle::Style; 4]| {
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for line in 0..height {
            let mut shown = String::new();
            let columns = [ids, levels, ways, 0];
            for (column, cell) in cells.iter().enumerate() {
                if column == 2 && !has_direction {
                    continue;
                }
                let text = cell.get(line).map_or("", String::as_str);
                let padded = padded(text, columns[column] + if column < 3 { gap } else { 0 });
                shown.push_str(&painted(styles[column], &padded));
            }
            lines.push(shown);
        }
    };
    let none = anstyle::Style::new();
    let one = |text: &str| vec![text.to_owned()];
    row([one("Claim"), one("Level"), one("Direction"), one("Why")], [page.palette.faint; 4]);
    for (claim, direction) in report.claims.iter().zip(&directions) {
        let cells = [
            fitted(&claim.id, ids),
            fitted(&claim.label, levels),
            fitted(direction, ways.max(1)),
            wrapped(&claim.because, why),
        ];
        row(cells, [page.palette.heading, grade_style(claim, page), none, none]);
    }
}

/// A cell of a narrow column.
fn fitted(text: &str, columns: usize) -> Vec<String> {
    let options = textwrap::Options::new(columns.max(1)).wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

/// What is open, what the items of an item framework came to, and how much evidence counts.
fn notes(report: &Report, page: &Page, lines: &mut Vec<String>) {
    let mut said = Vec::new();
    for claim in &report.claims {
        said.extend(claim.open_in_short());
        for item in &claim.items {
            said.push(format!("{} for {}: {}", item.id, claim.id, item.label));
        }
    }
    let counted: usize = report.claims.iter().map(|claim| claim.evidence.counted.len()).sum();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for left in report.claims.iter().flat_map(|claim| &claim.evidence.left_out) {
        *reasons.entry(left.reason).or_default() += 1;
    }
    let left: usize = reasons.values().sum();
    let mut evidence = format!("{counted} of {} links from evidence count", counted + left);
    if left > 0 {
        let reasons: Vec<String> =
            reasons.into_iter().map(|(reason, count)| format!("{count} {}", told(reason, count == 1))).collect();
        evidence.push_str("; ");
        evidence.push_str(&reasons.join(", "));
    }
    evidence.push('.');
    said.push(evidence);
    lines.push(String::new());
    for note in said {
        lines.extend(wrapped(&note, page.width));
    }
}

fn told(reason: &str, one: bool) -> &str {
    let (singular, plural) = match reason {
        "layer" => ("belongs to another layer", "belong to another layer"),
        "not-yet-published" => ("was published later", "were published later"),
        "retracted" => ("is retracted", "are retracted"),
        "undercut" => ("is undercut", "are undercut"),
        "restates" => ("restates another", "restate another"),
        "same-study" => ("is of a study that counts already", "are of studies that count already"),
        other => (other, other),
    };
    if one { singular } else { plural }
}

fn evidence(claim: &ClaimReport, page: &Page, lines: &mut Vec<String>) {
    let ids: Vec<String> = claim
        .evidence
        .counted
        .iter()
        .map(|counted| match counted.relation.as_str() {
            "supports" => counted.id.clone(),
            relation => format!("{} ({})", counted.id, spoken(relation)),
        })
        .collect();
    let ids = if ids.is_empty() { "nothing".to_owned() } else { ids.join(", ") };
    labelled(page, 0, 11, "counts", &ids, anstyle::Style::new(), lines);
    for left in &claim.evidence.left_out {
        let text = format!("{}: {}", left.id, left.because);
        labelled(page, 0, 11, "leaves out", &text, anstyle::Style::new(), lines);
    }
}

/// A text with a faint word before it, wrapped beside that word.
fn labelled(
    page: &Page,
    indent: usize,
    label_columns: usize,
    label: &str,
    text: &str,
    style: anstyle::Style,
    lines: &mut Vec<String>,
) {
    let columns = page.width.saturating_sub(indent + label_columns);
    for (position, line) in wrapped(text, columns).iter().enumerate() {
        let label = if position == 0 { label } else { "" };
        let label = painted(page.palette.faint, &padded(label, label_columns));
        lines.push(format!("{}{label}{}", " ".repeat(indent), painted(style, line)));
    }
}

fn proof_line(line: &Line, page: &Page, lines: &mut Vec<String>) {
    // Deep trees keep to the page: beyond a point lines no longer move to the right.
    let indent = 2 * line.depth.min(12);
    let none = anstyle::Style::new();
    if line.label == Label::Decision {
        let value = line.value.as_deref().unwrap_or_default();
        let text = format!("{} = {value}", line.text);
        for (position, part) in wrapped(&text, page.width.saturating_sub(indent)).iter().enumerate() {
            let hang = if position == 0 { indent } else { indent + 2 };
            let shown = match part.rsplit_once(" = ") {
                Some((name, value)) if position == 0 => {
                    format!("{} = {}", painted(page.palette.heading, name), painted(page.palette.value, value))
                }
                _ => part.clone(),
            };
            lines.push(format!("{}{shown}", " ".repeat(hang)));
        }
        return;
    }
    let label = line.label.word();
    labelled(page, indent, width(label) + 1, label, &line.text, none, lines);
    let place = match (&line.at, &line.source) {
        (Some(at), Some(source)) => format!("{at}, from {source}"),
        (Some(at), None) => at.to_string(),
        (None, Some(source)) => format!("from {source}"),
        (None, None) => return,
    };
    for part in wrapped(&place, page.width.saturating_sub(indent + 4)) {
        lines.push(format!("{}{}", " ".repeat(indent + 4), painted(page.palette.faint, &part)));
    }
}
