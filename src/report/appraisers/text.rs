//! What several appraisers made of a case, for a terminal.

use anstyle::Style;
use rust_decimal::Decimal;

use super::super::side::titled;
use super::{Agreement, Appraised, Appraisers, Kappas, Matter, Move};
use crate::report::page::{Page, painted, wrapped};
use crate::report::table::{Cell, Column, table};
use crate::report::text::{finished, grade_style, labelled, spoken, taken_and_set, under};
use crate::synthesis::agreement::Undefined;

/// What stands for the grades where no person is named, and something was adjudicated.
const ADJUDICATED: &str = "(adjudicated)";
/// What stands for them where nothing was.
const TOGETHER: &str = "(together)";
/// What stands for a coefficient that is not defined.
const UNDEFINED: &str = "none";

impl Appraisers {
    /// What was told as a person reads it: the grades under each, where they part and what hangs on it, and how far
    /// they agree.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        titled(&self.case, &self.title, page, &mut lines);
        lines.extend(under(&self.framework, page));
        let run = taken_and_set(self.as_of.as_deref(), self.layers.as_deref(), &self.framework);
        lines.extend(wrapped(&run, page.width));
        let people: Vec<String> =
            self.people.iter().map(|person| format!("{} ({})", person.name, things(person.judged))).collect();
        let people = match people.as_slice() {
            [] => "nobody judged anything for themselves".to_owned(),
            people => format!("judged by {}", people.join(", ")),
        };
        lines.extend(wrapped(&people, page.width));
        self.grades(page, &mut lines);
        self.parted(page, &mut lines);
        self.agreement(page, &mut lines);
        finished(lines)
    }

    fn grades(&self, page: &Page, lines: &mut Vec<String>) {
        let columns = [
            Column { heading: "Judged by", most: 24 },
            Column { heading: "Level", most: 18 },
            Column { heading: "Direction", most: 13 },
            Column { heading: "Why", most: usize::MAX },
        ];
        let none = Style::new();
        let together = if self.judged.iter().any(|matter| matter.adjudicated) { ADJUDICATED } else { TOGETHER };
        let by = |appraiser: &Option<String>| appraiser.clone().unwrap_or_else(|| together.to_owned());
        let claims = self.grades.iter().find(|under| under.refused.is_empty()).map_or(0, |under| under.claims.len());
        for position in 0..claims {
            let graded = || self.grades.iter().filter_map(|under| Some((under, under.claims.get(position)?)));
            let Some((_, first)) = graded().next() else { continue };
            lines.push(String::new());
            lines.push(painted(page.palette.heading, &first.claim));
            let row = |(under, claim): (&super::AppraiserGrades, &Appraised)| {
                vec![
                    (by(&under.appraiser), page.palette.heading),
                    (label(claim), grade_style(claim.grade.status, page)),
                    (claim.grade.direction.as_deref().map_or_else(String::new, spoken), none),
                    (claim.grade.because.clone(), none),
                ]
            };
            let rows: Vec<Vec<Cell>> = graded().map(row).collect();
            lines.extend(table(page, 0, &columns, &rows));
        }
        let refused: Vec<String> = self
            .grades
            .iter()
            .filter(|under| !under.refused.is_empty())
            .map(|under| {
                let messages: Vec<&str> = under.refused.iter().map(|refused| refused.message.as_str()).collect();
                format!("{} refused: {}.", by(&under.appraiser), messages.join("; "))
            })
            .collect();
        if !refused.is_empty() {
            lines.push(String::new());
        }
        lines.extend(refused.iter().flat_map(|told| wrapped(told, page.width)));
    }

    fn parted(&self, page: &Page, lines: &mut Vec<String>) {
        if self.parted.is_empty() && self.people.len() > 1 {
            lines.extend([String::new(), "They part on nothing.".to_owned()]);
        }
        for matter in &self.parted {
            lines.push(String::new());
            let title = format!("They part on {}", of(matter.name.as_str(), &matter.claim, &matter.evidence));
            lines.extend(wrapped(&title, page.width).iter().map(|line| painted(page.palette.heading, line)));
            matter.lines(page, lines);
        }
    }

    fn agreement(&self, page: &Page, lines: &mut Vec<String>) {
        if self.agreement.is_empty() {
            return;
        }
        lines.push(String::new());
        lines.push(painted(page.palette.heading, "Agreement"));
        let columns = [
            Column { heading: "On", most: 22 },
            Column { heading: "Things", most: 6 },
            Column { heading: "Same", most: 6 },
            Column { heading: "Kappa", most: 6 },
            Column { heading: "Linear", most: 6 },
            Column { heading: "Quadr.", most: 6 },
            Column { heading: "Between", most: usize::MAX },
        ];
        let rows: Vec<Vec<Cell>> = self.agreement.iter().flat_map(|on| on.rows(page)).collect();
        lines.extend(table(page, 0, &columns, &rows));
        let mut reasons: Vec<Undefined> = Vec::new();
        let all = self.agreement.iter().flat_map(|on| on.pairs.iter().map(|pair| &pair.kappas).chain(&on.fleiss));
        for kappa in all.flat_map(|kappas| [Some(kappas.kappa), kappas.linear, kappas.quadratic]).flatten() {
            reasons.extend(kappa.err().filter(|reason| !reasons.contains(reason)));
        }
        if !reasons.is_empty() {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            lines.extend(wrapped(&format!("{UNDEFINED}: {}.", reasons.join("; or ")), page.width));
        }
    }
}

impl Matter {
    fn lines(&self, page: &Page, lines: &mut Vec<String>) {
        const LABEL: usize = 8;
        let none = Style::new();
        for stance in &self.judgements {
            let (label, how) = if stance.adjudicated { ("closed", ", adjudicated") } else { ("judged", "") };
            let told = format!("{}{how} by {} on {}: {}", stance.value, stance.by, stance.on, stance.reason);
            labelled(page, 2, LABEL, label, &told, none, lines);
        }
        for side in &self.refused {
            let messages: Vec<&str> = side.refused.iter().map(|refused| refused.message.as_str()).collect();
            labelled(page, 2, LABEL, "refused", &format!("if {}: {}", side.value, messages.join("; ")), none, lines);
        }
        for (position, found) in self.moves.iter().enumerate() {
            let label = if position == 0 { "moves" } else { "" };
            labelled(page, 2, LABEL, label, &found.told(), page.palette.value, lines);
        }
        if self.moves.is_empty() {
            let told = if self.every_way { "no grade" } else { "no grade, in the ways that were tried" };
            labelled(page, 2, LABEL, "moves", told, page.palette.faint, lines);
        }
    }
}

impl Move {
    fn told(&self) -> String {
        let direction =
            |side: &super::SideGrade| side.grade.grade.direction.as_deref().map_or_else(|| "open".to_owned(), spoken);
        let turned = self.grades.iter().any(|side| Some(direction(side)) != self.grades.first().map(direction));
        let side = |side: &super::SideGrade| {
            let direction = if turned { format!(" ({})", direction(side)) } else { String::new() };
            format!("{}{direction} if {}", label(&side.grade), side.value)
        };
        let sides: Vec<String> = self.grades.iter().map(side).collect();
        let mut told = format!("{}: {}", self.claim, sides.join(", "));
        let held: Vec<String> = self
            .with
            .iter()
            .map(|held| format!("{} {}", of(held.name.as_str(), &held.claim, &held.evidence), held.value))
            .collect();
        if !held.is_empty() {
            told.push_str(&format!("; with {}", held.join(", ")));
        }
        told
    }
}

impl Agreement {
    /// A row for each two people, and one for all.
    fn rows(&self, page: &Page) -> Vec<Vec<Cell>> {
        let pairs = self.pairs.iter().map(|pair| (pair.between.join(" and "), &pair.kappas));
        let all = self.fleiss.iter().map(|kappas| (format!("all {} (Fleiss)", self.people.len()), kappas));
        let none = Style::new();
        let row = |(position, (between, kappas)): (usize, (String, &Kappas))| {
            let name = if position == 0 { self.name.as_str().to_owned() } else { String::new() };
            let kappa = |kappa: Option<Result<Decimal, Undefined>>| match kappa {
                Some(Ok(kappa)) => (places(kappa), page.palette.value),
                Some(Err(_)) => (UNDEFINED.to_owned(), page.palette.faint),
                None => (String::new(), none),
            };
            vec![
                (name, page.palette.heading),
                (kappas.things.to_string(), none),
                (kappas.agreement.map_or_else(String::new, places), none),
                kappa(Some(kappas.kappa)),
                kappa(kappas.linear),
                kappa(kappas.quadratic),
                (between, none),
            ]
        };
        pairs.chain(all).enumerate().map(row).collect()
    }
}

fn things(count: usize) -> String {
    if count == 1 { "1 thing".to_owned() } else { format!("{count} things") }
}

/// A number with two places.
fn places(number: Decimal) -> String {
    format!("{:.2}", number.round_dp(2))
}

/// The level of a claim, or what its items came to.
fn label(claim: &Appraised) -> String {
    if claim.items.is_empty() {
        return claim.grade.label.clone();
    }
    let items: Vec<String> = claim.items.iter().map(|item| format!("{}: {}", item.id, item.label)).collect();
    items.join(", ")
}

/// What was judged, and of what.
fn of(name: &str, claim: &Option<String>, evidence: &Option<String>) -> String {
    match (evidence, claim) {
        (Some(evidence), Some(claim)) => format!("{name} of {evidence} for {claim}"),
        (Some(one), None) | (None, Some(one)) => format!("{name} of {one}"),
        (None, None) => name.to_owned(),
    }
}
