//! Tables of text on a page.

use anstyle::Style;

use super::page::{Page, padded, painted, width, wrapped};

/// A column: its heading, and how wide it may grow. The last column takes what is left of the page.
pub(super) struct Column {
    pub(super) heading: &'static str,
    pub(super) most: usize,
}

/// A cell: its text and its style.
pub(super) type Cell = (String, Style);

/// The space between columns.
const GAP: usize = 2;

/// The lines of a table, moved in by some columns. A column without text in any row is left out.
pub(super) fn table(page: &Page, indent: usize, columns: &[Column], rows: &[Vec<Cell>]) -> Vec<String> {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column)).map(|(text, _)| text.as_str());
    let last = columns.len().saturating_sub(1);
    let mut widths: Vec<Option<usize>> = Vec::with_capacity(columns.len());
    for (position, column) in columns.iter().enumerate() {
        let widest = cells(position).chain([column.heading]).map(width).max().unwrap_or_default();
        let empty = position != last && cells(position).all(str::is_empty);
        widths.push((!empty).then(|| widest.min(column.most)));
    }
    let before: usize = widths.iter().take(last).flatten().map(|width| width + GAP).sum();
    let left = page.width.saturating_sub(indent + before);
    let mut lines = Vec::new();
    let mut row = |cells: &[Cell]| {
        let fit = |(position, (text, style)): (usize, &Cell)| {
            let columns = widths.get(position).copied().flatten()?;
            let lines = if position == last { wrapped(text, left) } else { fitted(text, columns) };
            Some((lines, *style, if position == last { 0 } else { columns + GAP }))
        };
        let cells: Vec<(Vec<String>, Style, usize)> = cells.iter().enumerate().filter_map(fit).collect();
        let height = cells.iter().map(|(lines, ..)| lines.len()).max().unwrap_or_default();
        for line in 0..height {
            let mut shown = " ".repeat(indent);
            for (lines, style, columns) in &cells {
                let text = lines.get(line).map_or("", String::as_str);
                shown.push_str(&painted(*style, &padded(text, *columns)));
            }
            lines.push(shown);
        }
    };
    let headings: Vec<Cell> = columns.iter().map(|column| (column.heading.to_owned(), page.palette.faint)).collect();
    row(&headings);
    rows.iter().for_each(|cells| row(cells));
    lines
}

/// A cell of a narrow column.
fn fitted(text: &str, columns: usize) -> Vec<String> {
    let options = textwrap::Options::new(columns.max(1)).wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}
