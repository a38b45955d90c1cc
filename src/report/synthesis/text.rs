//! Results of studies put together, as tables on a page.

use anstyle::Style;

use super::{PartEffect, SynthesisReport};
use crate::report::page::Page;
use crate::report::table::{Column, table};
use crate::synthesis::shown;

/// A row: what it is of, a number of it, and an effect with its interval.
struct Row<'r> {
    of: &'r str,
    number: String,
    told: String,
    style: Style,
}

/// A table of rows. Headings are of the first two columns.
fn lines_of(page: &Page, headings: [&'static str; 2], rows: Vec<Row<'_>>) -> Vec<String> {
    let [of, number] = headings;
    let columns = [
        Column { heading: of, most: 36 },
        Column { heading: number, most: 8 },
        Column { heading: "effect and interval", most: 60 },
    ];
    let cells = |row: Row<'_>| vec![(row.of.to_owned(), row.style), (row.number, row.style), (row.told, row.style)];
    table(page, 2, &columns, &rows.into_iter().map(cells).collect::<Vec<_>>())
}

fn told(effect: f64, (low, high): (f64, f64)) -> String {
    format!("{} [{}, {}]", shown(effect), shown(low), shown(high))
}

fn per_cent(number: f64) -> String {
    format!("{number:>5.1} %")
}

fn p_told(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}

impl SynthesisReport {
    /// As tables on a page.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let measure = self.body.synthesis.measure;
        let mut lines = vec![self.title(), format!("{}, {}", measure.title(), self.method), String::new()];
        lines.extend(self.studies_told(page));
        lines.push(String::new());
        lines.extend(self.whole_told());
        lines.extend(Self::parts_told(page, "without", "Without each study", &self.leave_one_out));
        lines.extend(Self::parts_told(page, "up to", "One study more at a time", &self.cumulative));
        lines.extend(self.subgroups_told(page));
        lines.extend(self.filled_told());
        lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    fn studies_told(&self, page: &Page) -> Vec<String> {
        let plain = Style::new();
        let mut rows: Vec<Row<'_>> = Vec::new();
        for study in &self.studies {
            let mut told = told(study.effect, study.interval);
            if let Some(days) = study.timepoint {
                told += &format!(" after {} {}", shown(days), if days == 1.0 { "day" } else { "days" });
            }
            rows.push(Row { of: study.item.as_str(), number: per_cent(100.0 * study.weight), told, style: plain });
        }
        let together = told(self.pooled.effect, self.pooled.interval);
        let number = per_cent(100.0);
        rows.push(Row { of: "together", number, told: together, style: page.palette.heading });
        if let Some((low, high)) = self.pooled.prediction_interval {
            let told = format!("[{}, {}] a new study, 95 of 100 times", shown(low), shown(high));
            rows.push(Row { of: "prediction", number: String::new(), told, style: plain });
        }
        lines_of(page, ["study", "weight"], rows)
    }

    fn whole_told(&self) -> Vec<String> {
        let mut lines = vec![format!("  Effect against none: {}", p_told(self.pooled.p))];
        lines.extend(self.body.synthesis.heterogeneity_told().map(|told| format!("  Differences: {told}")));
        let tests = [("Egger", self.pooled.egger_p), ("Begg", self.pooled.begg_p)];
        let tests: Vec<String> =
            tests.into_iter().filter_map(|(test, p)| Some(format!("{test} {}", p_told(p?)))).collect();
        if !tests.is_empty() {
            lines.push(format!("  Small studies against large ones: {}", tests.join(", ")));
        }
        if !self.without_effect.is_empty() {
            let names: Vec<&str> = self.without_effect.iter().map(|id| id.as_str()).collect();
            lines.push(format!("  Left out, for no effect follows of what is recorded: {}", names.join(", ")));
        }
        lines
    }

    fn parts_told(page: &Page, heading: &'static str, title: &str, parts: &[PartEffect]) -> Vec<String> {
        if parts.is_empty() {
            return Vec::new();
        }
        let rows = parts.iter().map(|part| {
            let (number, told) = match part.found {
                Some(found) => (per_cent(found.i_squared), told(found.effect, found.interval)),
                None => (String::new(), part.reason.clone().unwrap_or_default()),
            };
            Row { of: part.item.as_str(), number, told, style: Style::new() }
        });
        let mut lines = vec![String::new(), format!("  {title}"), String::new()];
        lines.extend(lines_of(page, [heading, "I²"], rows.collect()));
        lines
    }

    fn subgroups_told(&self, page: &Page) -> Vec<String> {
        let Some(known) = &self.subgroups else { return Vec::new() };
        let rows = known.groups.iter().map(|group| {
            let studies = if group.items.len() == 1 { "study" } else { "studies" };
            let found = &group.found;
            let told = format!("{} ({} {studies})", told(found.effect, found.interval), group.items.len());
            Row { of: &group.value, number: per_cent(found.i_squared), told, style: Style::new() }
        });
        let mut lines = vec![String::new(), format!("  By {}", known.by), String::new()];
        lines.extend(lines_of(page, ["subgroup", "I²"], rows.collect()));
        let between = format!("Q = {} (df = {}, {})", shown(known.q), known.freedom, p_told(known.p));
        lines.extend([String::new(), format!("  Differences between them: {between}")]);
        if !known.not_known_of.is_empty() {
            let names: Vec<&str> = known.not_known_of.iter().map(|id| id.as_str()).collect();
            lines.push(format!("  In no subgroup, for it is not known of them: {}", names.join(", ")));
        }
        lines
    }

    fn filled_told(&self) -> Vec<String> {
        let Some(filled) = &self.trim_and_fill else { return Vec::new() };
        let studies = if filled.lacking == 1 { "study" } else { "studies" };
        let lacking = format!("{} {studies} on the {}", filled.lacking, filled.side);
        let told = told(filled.effect, filled.interval);
        vec![
            String::new(),
            format!("  Trim and fill ({})", filled.method),
            String::new(),
            format!("  lacking    {lacking}"),
            format!("  with them  {told}"),
        ]
    }
}
