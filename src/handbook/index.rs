//! The frameworks side by side: what each is called, what it grades and what it comes to.

use std::fmt::Display;

use serde::Serialize;

use super::filled;
use crate::compile::{Compiled, Grades};
use crate::framework::Scale;
use crate::name::Word;
use crate::report::{Page, edition_in_force, painted, with_code};

/// A framework in an index.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Other names to ask for it by.
    pub aliases: Vec<String>,
    /// Its title.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// The first day on which this edition is in force.
    pub in_force_from: Option<String>,
    /// What it grades: `claims`, `results` or `nothing`.
    pub grades: &'static str,
    /// The kinds of claims that it grades, if these are all.
    pub kinds: Option<Vec<String>>,
    /// The kinds of claims that it does not grade, if it grades all others.
    pub kinds_not_graded: Option<Vec<String>>,
    /// The labels of its levels, worst first.
    pub levels: Vec<String>,
    /// The labels of the outcomes beside its levels.
    pub outcomes: Vec<String>,
    /// How sure its rules are, where a rule does not say otherwise.
    pub status: &'static str,
    /// SHA-256 over what it says.
    pub digest: String,
}

impl Entry {
    /// The entry of a framework.
    #[must_use]
    pub fn new(compiled: &Compiled) -> Self {
        let framework = compiled.framework();
        let owned = |words: Vec<Word>| words.iter().map(|word| word.as_str().to_owned()).collect();
        let (grades, kinds, kinds_not_graded) = match compiled.kinds() {
            Grades::Nothing => ("nothing", None, None),
            Grades::Results => ("results", None, None),
            Grades::Claims(kinds) => ("claims", Some(owned(kinds)), None),
            Grades::ClaimsBut(kinds) => ("claims", None, Some(owned(kinds))),
        };
        let scale = framework.scale.as_ref();
        let labels = |words: fn(&Scale) -> &[Word]| {
            scale.into_iter().flat_map(|scale| words(scale).iter().map(|word| scale.label(word.as_str()))).collect()
        };
        Self {
            id: framework.id.as_str().to_owned(),
            aliases: framework.aliases.iter().map(|alias| alias.as_str().to_owned()).collect(),
            title: framework.title.clone(),
            edition: framework.edition.clone(),
            in_force_from: framework.in_force_from.map(|day| day.to_string()),
            grades,
            kinds,
            kinds_not_graded,
            levels: labels(|scale| &scale.levels),
            outcomes: labels(|scale| &scale.outcomes),
            status: framework.status.word(),
            digest: framework.digest.clone(),
        }
    }

    /// What it grades, in words.
    #[must_use]
    pub fn graded(&self) -> String {
        match (self.grades, &self.kinds, &self.kinds_not_graded) {
            ("nothing", ..) => "nothing: facts and decisions for others".to_owned(),
            ("results", ..) => "single results".to_owned(),
            (_, Some(kinds), _) if kinds.len() == 1 => format!("claims of kind {}", kinds.join("")),
            (_, Some(kinds), _) => format!("claims of the kinds {}", kinds.join(", ")),
            (_, _, Some(but)) if !but.is_empty() => format!("claims of all kinds but {}", but.join(", ")),
            _ => "claims of all kinds".to_owned(),
        }
    }

    /// The labels of its levels, best first, and of what stands beside them.
    #[must_use]
    pub fn comes_to(&self) -> String {
        let levels = self.levels.iter().rev().map(String::as_str).collect::<Vec<_>>().join(", ");
        match (levels.is_empty(), self.outcomes.is_empty()) {
            (_, true) => levels,
            (true, false) => format!("none; beside them {}", self.outcomes.join(", ")),
            (false, false) => format!("{levels}; beside them {}", self.outcomes.join(", ")),
        }
    }

    fn edition(&self) -> String {
        edition_in_force(&self.edition, self.in_force_from.as_deref())
    }
}

/// What else a framework is called, after its id.
pub(super) fn also<T: Display>(aliases: &[T]) -> String {
    aliases.iter().map(|alias| format!(", also `{alias}`")).collect()
}

/// An index in plain text: a paragraph a framework.
#[must_use]
pub fn index_text<'f>(frameworks: impl IntoIterator<Item = &'f Compiled>, page: &Page) -> String {
    let mut text = String::new();
    for entry in frameworks.into_iter().map(Entry::new) {
        let id = painted(page.palette.heading, &entry.id);
        text.push_str(&format!("{id}{} ({})\n", also(&entry.aliases).replace('`', ""), entry.status));
        let mut lines = vec![format!("{}, {}", entry.title, entry.edition()), format!("Grades {}.", entry.graded())];
        if !entry.comes_to().is_empty() {
            lines.push(format!("Levels, best first: {}.", entry.comes_to()));
        }
        for line in lines {
            text.push_str(&filled(&line, 2, page.width));
            text.push('\n');
        }
    }
    text
}

/// An index in Markdown: a table with a line a framework. Ids are linked to their pages if there are any:
/// to `ID.md` in the same folder.
#[must_use]
pub fn index_markdown<'f>(frameworks: impl IntoIterator<Item = &'f Compiled>, linked: bool) -> String {
    let mut text = String::from(
        "| Id | Title | Edition | Grades | Levels, best first | Status |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for entry in frameworks.into_iter().map(Entry::new) {
        let id = if linked { format!("[`{0}`]({0}.md)", entry.id) } else { format!("`{}`", entry.id) };
        let cells = [&entry.title, &entry.edition(), &entry.graded(), &entry.comes_to()].map(|cell| with_code(cell));
        text.push_str(&format!("| {id}{} | {} | {} |\n", also(&entry.aliases), cells.join(" | "), entry.status));
    }
    text
}
