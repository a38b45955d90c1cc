//! The pages in `docs/reference/`: made of the tables that the reader goes by, and held against
//! the files. `UPDATE_DOCS=1 cargo test -p evigrade reference` writes them anew.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use crate::case::shapes as case_shapes;
use crate::document::shape::{Form, Rest, Shape, Subject};
use crate::framework::built_in::{self, BuiltIn};
use crate::framework::shapes as framework_shapes;
use crate::synthesis::function::{self, Function, Gives, Takes};
use crate::value::Unknown;
use crate::vocabulary::FactType;

/// What stands at the head of every page.
const MADE: &str = "<!-- Made from the tables in the source; `UPDATE_DOCS=1 cargo test -p evigrade reference` \
                    writes it anew. -->";

fn page(title: &str, about: &str) -> String {
    format!("{MADE}\n\n# {title}\n\n{about}\n")
}

/// Adds a line.
fn line(page: &mut String, text: impl AsRef<str>) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{}", text.as_ref());
}

/// The heading of a shape: what stands in the file, as far as its name says so.
fn heading(shape: &Shape) -> String {
    let mut letters = shape.name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The place of a heading on its page, as links name it.
fn anchor(shape: &Shape) -> String {
    let heading = heading(shape).to_lowercase();
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn inner(form: Form) -> Option<&'static Shape> {
    match form {
        Form::Table(shape) | Form::Tables(shape) | Form::Map(shape) | Form::NameOr(shape) => Some(shape),
        _ => None,
    }
}

fn form(form: Form) -> String {
    let link = |shape: &Shape| format!("[{}](#{})", shape.name, anchor(shape));
    match form {
        Form::Table(shape) => format!("a table: {}", link(shape)),
        Form::Tables(shape) => format!("a list of tables: {}", link(shape)),
        Form::Map(shape) => format!("named tables: {}", link(shape)),
        Form::NameOr(shape) => format!("a name, or {}", link(shape)),
        Form::Name => "a name".to_owned(),
        other => other.words(),
    }
}

/// A shape and where such a table stands in the file.
struct Placed {
    shape: &'static Shape,
    /// The keys that lead to it, with dots between them.
    path: String,
    /// How it is written there.
    written: String,
}

impl Placed {
    /// One that stands under names of the author's choosing.
    fn beside(shape: &'static Shape, written: &str) -> Self {
        Self { shape, path: String::new(), written: written.to_owned() }
    }
}

/// The shapes that can be reached from a file, each once, in the order in which they are met.
fn shapes(file: &'static Shape, beside: impl IntoIterator<Item = Placed>) -> Vec<Placed> {
    let mut met = vec![Placed { shape: file, path: String::new(), written: String::new() }];
    let mut next = 0;
    while let Some(Placed { shape, path, .. }) = met.get(next) {
        let (shape, path) = (*shape, path.clone());
        next += 1;
        for key in shape.keys {
            let Some(inner) = inner(key.form) else { continue };
            if met.iter().any(|known| std::ptr::eq(known.shape, inner)) {
                continue;
            }
            let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            let (path, written) = match key.form {
                Form::Tables(_) => (path.clone(), format!("[[{path}]]")),
                Form::Map(_) => (format!("{path}.NAME"), format!("[{path}.NAME]")),
                Form::Table(_) if !path.contains('.') => (path.clone(), format!("[{path}]")),
                _ => (path, format!("{} = {{ ... }}", key.name)),
            };
            met.push(Placed { shape: inner, path, written });
        }
    }
    met.extend(beside);
    met
}

fn keys(page: &mut String, shapes: &[Placed]) {
    for Placed { shape, written, .. } in shapes {
        line(page, format!("\n## {}\n", heading(shape)));
        line(page, shape.about);
        if !written.is_empty() && !shape.name.contains(written) {
            line(page, format!("Written as `{written}`."));
        }
        line(page, "\n| key | value | what it says |");
        line(page, "| --- | --- | --- |");
        for key in shape.keys {
            let required = if key.required { "Required. " } else { "" };
            line(page, format!("| `{}` | {} | {required}{} |", key.name, form(key.form), key.about));
        }
        match shape.rest {
            Rest::Refused => {}
            Rest::Facts(subject) => {
                line(page, format!("\nFacts that frameworks declare `on = \"{subject}\"`, by their names."));
            }
            Rest::Names => line(page, "\nOther names, as you like."),
        }
    }
}

fn case_shapes() -> Vec<Placed> {
    let of_framework = Placed::beside(&case_shapes::EXPECT, "[claim.expect.FRAMEWORK]");
    let of_output = Placed::beside(&case_shapes::EXPECT_OUTPUT, "outputs = { DECISION = { ... } }");
    shapes(&case_shapes::FILE, [of_framework, of_output])
}

fn framework_shapes() -> Vec<Placed> {
    shapes(&framework_shapes::FILE, [Placed::beside(&framework_shapes::EXPECTED, "expect = { DECISION = { ... } }")])
}

fn case_files() -> String {
    let mut page = page(
        "Keys of case files",
        "Every key of the `*.toml` files of a case. What they mean is told in [case-format.md](../case-format.md). A name \
         has letters, digits, `-`, `_` and `.`.",
    );
    keys(&mut page, &case_shapes());
    page
}

fn framework_files() -> String {
    let mut page = page(
        "Keys of framework files",
        "Every key of a framework file. What they mean is told in [rule-language.md](../rule-language.md). A name has \
         letters, digits, `-`, `_` and `.`.",
    );
    keys(&mut page, &framework_shapes());
    page
}

fn signature(function: &Function) -> String {
    let gives = match function.gives {
        Gives::Number => "a number".to_owned(),
        Gives::Count => "a whole number, 0 or more".to_owned(),
        Gives::Choice(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
    };
    format!("Gives: {gives}.")
}

fn functions() -> String {
    let mut page = page(
        "Host functions",
        "What a derived value can `call`. An unknown argument makes the value unknown; where a function has no value for \
         its arguments, the derived value is *not applicable*. See [rule-language.md](../rule-language.md#derived-values).",
    );
    for function in function::all() {
        line(&mut page, format!("\n## {}\n", function.name));
        line(&mut page, format!("{} {}", function.about, signature(function)));
        line(&mut page, "\n| argument | takes | what it is |");
        line(&mut page, "| --- | --- | --- |");
        for parameter in function.parameters {
            let takes = match (parameter.takes, parameter.many) {
                (Takes::Number, false) => "a number",
                (Takes::Number, true) => "a number, or a list of numbers",
                (Takes::Date, false) => "a date",
                (Takes::Date, true) => "a date, or a list of dates",
            };
            line(&mut page, format!("| `{}` | {takes} | {} |", parameter.name, parameter.about));
        }
    }
    page
}

fn kind(provided: &BuiltIn) -> String {
    match provided.kind() {
        FactType::Text => "text: whether it is known, and how many different ones there are".to_owned(),
        other => other.to_string(),
    }
}

fn names() -> String {
    let mut page = page(
        "Names that the engine provides",
        "Every framework can mention these beside its own names. See [rule-language.md](../rule-language.md#names).",
    );
    line(&mut page, "\n| name | type | seen by | what it says |");
    line(&mut page, "| --- | --- | --- | --- |");
    for provided in &built_in::ALL {
        let seen = [
            (provided.of_evidence, Subject::Evidence),
            (provided.of_items, Subject::Link),
            (provided.of_claims, Subject::Claim),
        ];
        let seen: Vec<&str> = seen.iter().filter(|(sees, _)| *sees).map(|(_, subject)| subject.word()).collect();
        line(
            &mut page,
            format!("| `{}` | {} | {} | {} |", provided.name, kind(provided), seen.join(", "), provided.about),
        );
    }
    line(&mut page, "\nA measure over claims sees `relation` of them as well.");
    line(&mut page, "\n# Unknowns\n");
    line(&mut page, "Why a value is not there. See [rule-language.md](../rule-language.md#the-four-unknowns).");
    line(&mut page, "\n| word | meaning |");
    line(&mut page, "| --- | --- |");
    for unknown in Unknown::ALL {
        line(&mut page, format!("| `{}` | {} |", unknown.word(), unknown.about()));
    }
    page
}

#[test]
fn reference_pages_are_those_of_the_tables() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    let pages = [
        ("case-files.md", case_files()),
        ("framework-files.md", framework_files()),
        ("functions.md", functions()),
        ("names.md", names()),
    ];
    for (name, made) in &pages {
        let path = folder.join(name);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, made).expect("the page can be written");
        }
        let stands = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(stands, *made, "docs/reference/{name} is not what the tables say; UPDATE_DOCS=1 writes it anew");
    }
    let known: BTreeSet<String> = pages.iter().map(|(name, _)| (*name).to_owned()).collect();
    for entry in std::fs::read_dir(&folder).expect("the folder is there") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name), "docs/reference/{name} is not made of anything");
    }
}

#[test]
fn every_heading_of_a_page_is_its_own() {
    for file in [case_shapes(), framework_shapes()] {
        let anchors: BTreeSet<String> = file.iter().map(|placed| anchor(placed.shape)).collect();
        assert_eq!(anchors.len(), file.len());
    }
}
