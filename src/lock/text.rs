//! What came of a lock, as a person reads it.

use super::{ClaimVerified, GradingVerified, Moved, Outcome, Verification};
use crate::report::{Page, labelled, painted, spoken, step_of, wrapped};

/// The columns of a label under a claim.
const LABEL: usize = 8;

impl Verification {
    /// The verification as a person reads it: what is not as it was locked, and how many claims are.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        for grading in &self.gradings {
            grading.lines(page, &mut lines);
        }
        let told = |outcome: Outcome, words: &str| match self.count(outcome) {
            0 => None,
            count => Some(format!("{count} {words}")),
        };
        let claims = self.gradings.iter().map(|grading| grading.claims.len()).sum();
        let counts = [
            Some(format!("{} as locked", self.count(Outcome::Same))),
            told(Outcome::Moved, "moved"),
            told(Outcome::Reproved, "by another proof"),
            told(Outcome::New, "not locked"),
            told(Outcome::Gone, "no longer there"),
        ];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        let summary = format!(
            "{}, {}: {}.",
            counted(self.gradings.len(), "grading"),
            counted(claims, "claim"),
            counts.join(", ")
        );
        lines.extend(wrapped(&summary, page.width));
        lines.join("\n") + "\n"
    }
}

/// A number of things.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl GradingVerified {
    /// The case and the framework, in a line.
    #[must_use]
    pub fn title(&self) -> String {
        let framework = self.now.as_ref().or(self.locked.as_ref()).map_or("", |of| of.framework.as_str());
        format!("{} under {framework}", self.path)
    }

    /// What is otherwise of the grading as a whole, in sentences.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.moved_from.iter().map(|path| format!("it lay at {path}")).collect();
        match (&self.locked, &self.now) {
            (Some(locked), Some(now)) => notes.extend(locked.changes(now)),
            (None, _) => notes.push("it is not locked".to_owned()),
            (Some(_), None) => notes.push("it is no longer there".to_owned()),
        }
        notes
    }

    fn lines(&self, page: &Page, lines: &mut Vec<String>) {
        let notes = self.notes();
        let claims: Vec<&ClaimVerified> = self.claims.iter().filter(|claim| claim.outcome != Outcome::Same).collect();
        if notes.is_empty() && claims.is_empty() {
            return;
        }
        lines.extend(wrapped(&self.title(), page.width).iter().map(|line| painted(page.palette.heading, line)));
        for note in notes {
            lines.extend(wrapped(&note, page.width.saturating_sub(2)).iter().map(|line| format!("  {line}")));
        }
        for claim in claims {
            lines.push(String::new());
            claim.lines(page, lines);
        }
        lines.push(String::new());
    }
}

impl ClaimVerified {
    /// What came of it, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let level = |level: &Option<String>| level.as_deref().map_or_else(String::new, spoken);
        match self.outcome {
            Outcome::Same => format!("{}, as locked", level(&self.now)),
            Outcome::Reproved => format!("{}, as locked, by another proof", level(&self.now)),
            Outcome::New => format!("{}, and is not locked", level(&self.now)),
            Outcome::Gone => format!("was {}, and is no longer there", level(&self.locked)),
            Outcome::Moved if self.locked == self.now => {
                let moved: Vec<String> = self.moved.iter().map(Moved::sentence).collect();
                format!("{}, as locked; {}", level(&self.now), moved.join("; "))
            }
            Outcome::Moved => {
                let moved: Vec<String> =
                    self.moved.iter().filter(|moved| !moved.is_of_claim()).map(Moved::sentence).collect();
                let beside = if moved.is_empty() { String::new() } else { format!("; {}", moved.join("; ")) };
                format!("{} becomes {}{beside}", level(&self.locked), level(&self.now))
            }
        }
    }

    /// Why it came out so: what entered and left, and what the proof says otherwise, each with a word before it.
    #[must_use]
    pub fn reasons(&self) -> Vec<(&'static str, String)> {
        let mut reasons = Vec::new();
        for (word, ids) in [("enters", &self.entered), ("leaves", &self.left)] {
            if !ids.is_empty() {
                reasons.push((word, ids.join(", ")));
            }
        }
        for (position, step) in self.path.iter().enumerate() {
            reasons.push((if position == 0 { "by" } else { "" }, step_of(step, &self.id)));
        }
        if self.edited {
            let text = "the proof is the one that is locked, so the level was edited in the lock file, or the scale of \
                        the framework says something else";
            reasons.push(("by", text.to_owned()));
        } else if reasons.is_empty() && self.outcome == Outcome::Reproved {
            let text = "what a lock file does not spell out: sources, judgements, what a measure is made of, or rules \
                        beside the one that counts";
            reasons.push(("by", text.to_owned()));
        }
        reasons
    }

    fn lines(&self, page: &Page, lines: &mut Vec<String>) {
        let none = anstyle::Style::new();
        let label = format!("{}:", self.id);
        let style = if self.outcome == Outcome::Reproved { none } else { page.palette.value };
        labelled(page, 2, label.chars().count() + 1, &label, &self.sentence(), style, lines);
        for (word, text) in self.reasons() {
            labelled(page, 4, LABEL, word, &text, none, lines);
        }
    }
}

impl Moved {
    fn is_of_claim(&self) -> bool {
        self.item.is_none() && self.what == super::verify::LEVEL
    }

    /// What moved, from what to what, in words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let value = |value: &Option<String>| value.as_deref().map_or_else(|| "open".to_owned(), spoken);
        let (locked, now) = (value(&self.locked), value(&self.now));
        let of = self.item.as_ref().map_or_else(String::new, |item| format!(" of {item}"));
        format!("{}{of}: {locked} becomes {now}", self.what)
    }
}
