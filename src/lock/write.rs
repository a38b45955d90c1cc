//! A lock as TOML: always in the same form, so that a change of a grade is a change of few lines.

use super::{AskedLayers, Lock, LockedGrade, LockedGrading, LockedLevel, LockedStatement};
use crate::document::canonical::quote;

/// What a lock file begins with.
const HEAD: &str = "\
# Locked grades. `evigrade verify` grades again and tells what moved; `evigrade verify --update` writes this file anew.
";

impl Lock {
    /// Whether a text begins like a lock file, sound or not.
    #[must_use]
    pub fn is_begun_by(text: &str) -> bool {
        text.split_whitespace().take(3).eq(HEAD.split_whitespace().take(3))
    }

    /// The lock as a file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!("{HEAD}version = {}\n\n[run]\n", Self::VERSION);
        let asked = &self.asked;
        text.push_str(&format!("paths = {}\n", list(&asked.paths)));
        if !asked.frameworks.is_empty() {
            text.push_str(&format!("frameworks = {}\n", list(&asked.frameworks)));
        }
        if let Some(day) = asked.as_of {
            text.push_str(&format!("as-of = {day}\n"));
        }
        match &asked.layers {
            AskedLayers::OfCase => {}
            AskedLayers::All => text.push_str("all-layers = true\n"),
            AskedLayers::These(layers) => text.push_str(&format!("layers = {}\n", list(layers))),
        }
        if let Some(appraiser) = &asked.appraiser {
            text.push_str(&format!("appraiser = {}\n", quoted(appraiser)));
        }
        if !asked.set.is_empty() {
            text.push_str(&format!("set = {}\n", named(&asked.set)));
        }
        self.gradings.iter().for_each(|grading| grading.write(&mut text));
        text
    }
}

impl LockedGrading {
    fn write(&self, text: &mut String) {
        let of = &self.of;
        text.push_str("\n[[grading]]\n");
        for (key, value) in [
            ("path", &self.path),
            ("case", &of.case),
            ("case-digest", &of.case_digest),
            ("framework", &of.framework),
            ("edition", &of.edition),
            ("framework-digest", &of.framework_digest),
        ] {
            text.push_str(&format!("{key} = {}\n", quoted(value)));
        }
        if let Some(day) = &of.as_of {
            text.push_str(&format!("as-of = {day}\n"));
        }
        if let Some(layers) = &of.layers {
            text.push_str(&format!("layers = {}\n", list(layers)));
        }
        if let Some(appraiser) = &of.appraiser {
            text.push_str(&format!("appraiser = {}\n", quoted(appraiser)));
        }
        if !of.set.is_empty() {
            text.push_str(&format!("set = {}\n", named(&of.set)));
        }
        self.claims.iter().for_each(|claim| claim.write("grading.claim", text));
    }
}

impl LockedGrade {
    fn write(&self, table: &str, text: &mut String) {
        text.push_str(&format!("\n[[{table}]]\nid = {}\n", quoted(&self.id)));
        match &self.level {
            LockedLevel::Level(level) => text.push_str(&format!("level = {}\n", quoted(level))),
            LockedLevel::Possible { words, gap } => {
                text.push_str(&format!("possible = {}\n", list(words)));
                if *gap {
                    text.push_str("gap = true\n");
                }
            }
            LockedLevel::NotApplicable => text.push_str("not-applicable = true\n"),
        }
        if let Some(direction) = &self.direction {
            text.push_str(&format!("direction = {}\n", quoted(direction)));
        }
        if !self.outputs.is_empty() {
            text.push_str(&format!("outputs = {}\n", named(&self.outputs)));
        }
        if !self.counted.is_empty() {
            text.push_str(&format!("counted = {}\n", list(&self.counted)));
        }
        if let Some(digest) = &self.proof_digest {
            text.push_str(&format!("proof-digest = {}\n", quoted(digest)));
        }
        for (of, statements) in &self.proof {
            text.push_str(&format!("\n[{table}.proof.{}]\n", key(of)));
            for (name, LockedStatement { value, rule, left_out }) in statements {
                let mut said = quoted(value);
                let mut more: String = rule.iter().map(|rule| format!(", rule = {}", quoted(rule))).collect();
                if !left_out.is_empty() {
                    more.push_str(&format!(", without = {}", in_line(left_out)));
                }
                if !more.is_empty() {
                    said = format!("{{ value = {said}{more} }}");
                }
                text.push_str(&format!("{} = {said}\n", key(name)));
            }
        }
        self.items.iter().for_each(|item| item.write(&format!("{table}.item"), text));
    }
}

/// A list; a long one has a line for each of its items.
fn list(items: &[String]) -> String {
    /// The items that stand in one line.
    const SHORT: usize = 4;
    if items.len() <= SHORT {
        return in_line(items);
    }
    let lines: Vec<String> = items.iter().map(|item| format!("    {},\n", quoted(item))).collect();
    format!("[\n{}]", lines.concat())
}

/// A list in one line.
fn in_line(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

fn named(entries: &std::collections::BTreeMap<String, String>) -> String {
    let entries: Vec<String> =
        entries.iter().map(|(name, value)| format!("{} = {}", key(name), quoted(value))).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// A key, bare where it may be.
fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    let mut written = String::new();
    quote(&mut written, text);
    // The one character more that TOML wants escaped.
    written.replace('\u{7f}', "\\u007F")
}
