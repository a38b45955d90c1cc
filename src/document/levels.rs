//! Reading `[[check]]` tables. Case files and framework files have the same.

use super::reader::Table;
use super::shape::{Form, Rest, Shape, optional, required};
use crate::diagnostic::{Code, Diagnostic, Level, Problems, Setting, settable};

/// The words of the codes that have a level.
const CODES: &[&str] = &{
    let mut words = [""; Code::CHECKS.len()];
    let mut index = 0;
    while index < words.len() {
        words[index] = Code::CHECKS[index].word();
        index += 1;
    }
    words
};

/// `[[check]]`
pub(crate) static CHECK: Shape = Shape {
    name: "a check",
    about: "The level of something that `evigrade check` finds. It moves no grade and is not part of the digest.",
    keys: &[
        required("code", Form::OneOf(CODES), "The code of what is found."),
        required("level", Form::OneOf(&["allow", "warn", "deny"]), "What is made of it."),
        optional("of", Form::Name, "The id of the only thing that it is set for; everything in the file if left out."),
        optional("reason", Form::Text, "Why. An `allow` needs a reason."),
    ],
    rest: Rest::Refused,
};

/// Reads the `[[check]]` tables of a file.
pub(crate) fn read(file: &Table<'_>, problems: &mut Problems) -> Vec<Setting> {
    let tables = file.tables("check", &CHECK, problems);
    tables.iter().filter_map(|table| setting(table, problems)).collect()
}

fn setting(table: &Table<'_>, problems: &mut Problems) -> Option<Setting> {
    let word = table.text("code", problems);
    let level = table.word("level", &Level::WORDS, problems).map(|level| level.value);
    let of = table.name("of", problems).map(|of| of.value.to_owned());
    let reason = table.text("reason", problems);
    let code = word.and_then(|word| match settable(&word.value) {
        Ok(code) => Some(code),
        Err(diagnostic) => {
            problems.push(diagnostic.at(&word.span));
            None
        }
    });
    let empty = reason.as_ref().is_some_and(|reason| reason.value.trim().is_empty());
    let unreadable = table.has("reason") && reason.is_none();
    if level == Some(Level::Allow) && (empty || reason.is_none()) && !unreadable {
        let span = reason.as_ref().map_or(&table.span, |reason| &reason.span);
        let message = "an `allow` needs a `reason`";
        let help = "say in `reason` why what is found may stay, for whoever reads the file next";
        problems.push(Diagnostic::error(Code::MissingKey, message).at(span).help(help));
        return None;
    }
    let reason = reason.filter(|_| !empty).map(|reason| reason.value);
    Some(Setting { code: code?, level: level?, of, reason, span: Some(table.span.clone()) })
}

/// Reports settings for things that are not there.
pub(crate) fn subjects<'k>(
    settings: &[Setting],
    place: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    problems: &mut Problems,
) {
    for setting in settings {
        let (Some(of), Some(span)) = (&setting.of, &setting.span) else { continue };
        if known.clone().any(|known| known == of) {
            continue;
        }
        let message = format!("{place} has nothing called `{of}` whose level could be set");
        let near = problems.nearest(of, known.clone());
        let help = "name the `id` of what is found, or leave out `of` for everything";
        problems.push(Diagnostic::error(Code::UnknownName, message).at(span).did_you_mean_or(near, help));
    }
}
