//! Reports as comma-separated values (RFC 4180), a line a claim.

use super::Report;

const COLUMNS: [&str; 10] =
    ["case", "as_of", "framework", "claim", "kind", "status", "level", "possible", "direction", "because"];

/// The claims of several reports, under one line of headings.
#[must_use]
pub fn csv(reports: &[Report]) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for report in reports {
        for claim in &report.claims {
            let possible = claim.possible.join(" ");
            let cells = [
                report.case.as_str(),
                report.as_of.as_deref().unwrap_or_default(),
                report.framework.id.as_str(),
                claim.id.as_str(),
                claim.kind.as_str(),
                claim.status.word(),
                claim.level.as_deref().unwrap_or_default(),
                possible.as_str(),
                claim.direction.as_deref().unwrap_or_default(),
                claim.because.as_str(),
            ];
            let cells: Vec<String> = cells.into_iter().map(quoted).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
    }
    text
}

/// A cell: in quotes if it holds a comma, a quote or a line break.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
