//! What it would take for a claim to reach a level: changes of facts, and new studies.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Report;
use super::json_line;
use super::page::{Page, painted, wrapped};
use super::side::{Side, titled};
use super::text::{finished, labelled};
use crate::explain::{ChangeSet, FactChange, Least, LeastChange, NewStudies, Reached};
use crate::framework::Scale;
use crate::grade::Grading;
use crate::name::Word;
use crate::value::FactValue;
use crate::vocabulary::Means;

/// How many sets of changes are shown to people.
const MOST_SHOWN: usize = 12;

/// What it would take for a claim to reach a level, for people and programs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LeastChangeReport {
    /// The schema and its version: [`LeastChangeReport::SCHEMA`].
    pub schema: &'static str,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// What the grading was made of.
    #[serde(flatten)]
    pub of: Side,
    /// The answer.
    #[serde(flatten)]
    pub least: LeastChange,
    #[serde(skip)]
    scale: Option<Scale>,
}

impl LeastChangeReport {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/least-change/1";

    /// An answer, with what the grading that it starts from was made of.
    #[must_use]
    pub fn new(grading: &Grading<'_>, least: LeastChange) -> Self {
        Self {
            schema: Self::SCHEMA,
            case: grading.case().id().to_string(),
            title: grading.case().title().to_owned(),
            of: Side::of(&Report::of(grading, [])),
            least,
            scale: grading.framework().framework().scale.clone(),
        }
    }

    /// The answer as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }

    /// The answer as a person reads it: first the facts that would have to say something else, by what can change them,
    /// then the studies that it would take.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        titled(&self.case, &self.title, page, &mut lines);
        self.of.lines(page, &mut lines);
        lines.push(String::new());
        let LeastChange { claim, target, now, facts, studies } = &self.least;
        let now = if now.is_empty() { "no rule may answer".to_owned() } else { self.labels(now) };
        let asked = format!("{claim} is {now}. What would take it to {} or better?", self.label(target));
        lines.extend(wrapped(&asked, page.width).iter().map(|line| painted(page.palette.heading, line)));
        self.facts(facts, page, &mut lines);
        if !studies.is_empty() {
            lines.push(String::new());
            lines.push(painted(page.palette.faint, &format!("New studies that bear on {claim}")));
            for study in studies {
                self.study(study, page, &mut lines);
            }
        }
        finished(lines)
    }

    fn label(&self, word: &Word) -> String {
        self.scale.as_ref().map_or_else(|| word.to_string(), |scale| scale.label(word.as_str()))
    }

    fn labels(&self, words: &[Word]) -> String {
        words.iter().map(|word| self.label(word)).collect::<Vec<_>>().join(" or ")
    }

    fn facts(&self, facts: &Reached, page: &Page, lines: &mut Vec<String>) {
        let mut say = |text: &str| {
            lines.push(String::new());
            lines.extend(wrapped(text, page.width));
        };
        let (sets, all) = match facts {
            Reached::Already => return say("Nothing: it is there already."),
            Reached::Never => return say("No change of the facts reaches it, as far as they can change."),
            Reached::NotWithin { changes: 0 } => return say("The search was given up before a change was found."),
            Reached::NotWithin { changes: 1 } => return say("No change of a single fact reaches it."),
            Reached::NotWithin { changes } => return say(&format!("No change of up to {changes} facts reaches it.")),
            Reached::By { sets, all } => (sets, *all),
        };
        let mut by_means: BTreeMap<Vec<Means>, Vec<&ChangeSet>> = BTreeMap::new();
        for set in sets {
            by_means.entry(set.means().into_iter().collect()).or_default().push(set);
        }
        for (means, sets) in by_means {
            let by: Vec<&str> = means.iter().map(|means| means.words()).collect();
            let facts = match (sets.len(), sets.first().map_or(0, |set| set.changes.len())) {
                (1, 1) => "a fact".to_owned(),
                (_, 1) => "one of these facts".to_owned(),
                (1, count) => format!("{count} facts together"),
                (_, count) => format!("one of these sets of {count} facts"),
            };
            let heading = format!("By {}: {facts}", by.join(" and "));
            lines.push(String::new());
            lines.extend(wrapped(&heading, page.width).iter().map(|line| painted(page.palette.faint, line)));
            for set in sets.iter().take(MOST_SHOWN) {
                for (position, change) in set.changes.iter().enumerate() {
                    let mut text = changed(change);
                    if position + 1 == set.changes.len() {
                        text.push_str(&format!(": {}", self.labels(&set.levels)));
                    }
                    let mark = if position == 0 { "-" } else { "" };
                    labelled(page, 2, 2, mark, &text, anstyle::Style::new(), lines);
                }
            }
            if sets.len() > MOST_SHOWN {
                lines.push(format!("  and {} more; `--format json` tells all", sets.len() - MOST_SHOWN));
            }
        }
        if !all {
            let text = "There may be others: the search was given up when it had looked at as many cases as it may.";
            lines.push(String::new());
            lines.extend(wrapped(text, page.width).iter().map(|line| painted(page.palette.faint, line)));
        }
    }

    fn study(&self, study: &NewStudies, page: &Page, lines: &mut Vec<String>) {
        let mut parts: Vec<String> = study.least.iter().map(|least| self.least_of(least)).collect();
        if parts.is_empty() {
            let now = match study.with_one.as_slice() {
                [] => "nothing that can be graded".to_owned(),
                words if *words == self.least.now => format!("{} as before", self.labels(words)),
                words => self.labels(words),
            };
            parts.push(format!("not with {} of them; with one: {now}", study.tried));
        }
        let text = format!("{}: {}", study.title, parts.join("; or "));
        labelled(page, 2, 2, "-", &text, anstyle::Style::new(), lines);
    }

    fn least_of(&self, least: &Least) -> String {
        let count = if least.studies == 1 { "one".to_owned() } else { least.studies.to_string() };
        let said: Vec<String> = least.sized.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let size = match (said.is_empty(), least.studies) {
            (true, _) => String::new(),
            (false, 1) => format!(" of {}", said.join(", ")),
            (false, _) => format!(", each of {}", said.join(", ")),
        };
        format!("with {count}{size}: {}", self.labels(&least.levels))
    }
}

/// A change as it is told: the fact, what it says and what it would say.
fn changed(change: &FactChange) -> String {
    let value = |value: &FactValue| value.to_string();
    let mut to = vec![value(&change.after)];
    to.extend(change.or.iter().map(value));
    let to = match to.as_slice() {
        [one] => one.clone(),
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
        [] => String::new(),
    };
    format!("{} of {}: {} becomes {to}", change.name, change.of, value(&change.before))
}
