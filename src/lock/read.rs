//! Reading lock files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Asked, AskedLayers, Lock, LockedGrade, LockedGrading, LockedLevel, LockedStatement, MadeOf, Order, shapes,
};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused};
use crate::document::reader::{Located, Node, Table};
use crate::document::{Span, TextFile, parse};

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, each with its place: it is not TOML, it is of another version of the format, a key is not
    /// known or missing, a value cannot be one, or two gradings or claims are the same.
    pub fn read(file: &Arc<TextFile>) -> Result<Self, Refused> {
        let mut problems = Problems::default();
        let parsed = parse(file, &mut problems);
        let Some(parsed) = &parsed else { return Err(problems.finish(()).err().unwrap_or_else(|| unread(file))) };
        let top = Span::new(file, 0..0);
        if let Some(written) = parsed.get_ref().get("version") {
            version(&Node::new(file, written), &mut problems);
            if problems.has_errors() {
                return problems.finish(Self::default()).map(|(lock, _)| lock);
            }
        }
        let table = Table::open(file, &shapes::FILE, parsed.get_ref(), top, &mut problems);
        let mut lock = Self::default();
        if let Some(run) = table.table("run", &shapes::RUN, &mut problems) {
            lock.asked = asked(&run, &mut problems);
        }
        let mut seen: BTreeMap<(String, String), Span> = BTreeMap::new();
        for table in table.tables("grading", &shapes::GRADING, &mut problems) {
            let grading = grading(&table, &mut problems);
            let key = (grading.path.clone(), grading.of.framework.clone());
            let what = format!("`{}` is locked twice under `{}`", key.0, key.1);
            once(&mut seen, key, &table.span, what, &mut problems);
            lock.gradings.push(grading);
        }
        lock.gradings.sort_by(|one, other| one.key().cmp(&other.key()));
        problems.finish(lock).map(|(lock, _)| lock)
    }
}

/// Nothing was told of a file that could not be parsed.
fn unread(file: &Arc<TextFile>) -> Refused {
    Diagnostic::error(Code::TomlSyntax, "this is not TOML").at(&Span::new(file, 0..0)).into()
}

fn version(node: &Node<'_>, problems: &mut Problems) {
    let Some(version) = node.number(problems) else { return };
    if version == Lock::VERSION.into() {
        return;
    }
    let message = format!("this lock file has version {version} of the format, and version {} is read", Lock::VERSION);
    let help = if version > Lock::VERSION.into() {
        "a newer evigrade wrote it: use that, or write the file anew with `evigrade lock`"
    } else {
        "write the file anew with `evigrade lock`"
    };
    problems.push(Diagnostic::error(Code::UnknownValue, message).at(&node.span()).help(help));
}

/// Reports what is there for the second time.
fn once<K: Ord>(seen: &mut BTreeMap<K, Span>, key: K, span: &Span, what: String, problems: &mut Problems) {
    match seen.get(&key) {
        Some(first) => problems.push(
            Diagnostic::error(Code::DuplicateId, what)
                .at(span)
                .label(first, "it stands here already")
                .help("leave one of them out, or write the file anew with `evigrade lock`"),
        ),
        None => {
            seen.insert(key, span.clone());
        }
    }
}

fn asked(table: &Table<'_>, problems: &mut Problems) -> Asked {
    let all = table.flag("all-layers", problems).is_some_and(|all| all.value);
    let layers = if all {
        AskedLayers::All
    } else if table.has("layers") {
        AskedLayers::These(names(table, "layers", problems))
    } else {
        AskedLayers::OfCase
    };
    Asked {
        paths: table.texts("paths", problems),
        frameworks: table.texts("frameworks", problems),
        as_of: table.date("as-of", problems).map(|day| day.value),
        layers,
        appraiser: table.text("appraiser", problems).map(|text| text.value),
        set: named(table, "set", problems),
    }
}

fn grading(table: &Table<'_>, problems: &mut Problems) -> LockedGrading {
    let of = MadeOf {
        case: name(table, "case", problems).unwrap_or_default(),
        case_digest: digest(table, "case-digest", problems).unwrap_or_default(),
        framework: name(table, "framework", problems).unwrap_or_default(),
        edition: text(table, "edition", problems),
        framework_digest: digest(table, "framework-digest", problems).unwrap_or_default(),
        as_of: table.date("as-of", problems).map(|day| day.value.to_string()),
        layers: table.has("layers").then(|| names(table, "layers", problems)),
        appraiser: table.text("appraiser", problems).map(|text| text.value),
        set: named(table, "set", problems),
    };
    let path = text(table, "path", problems);
    let claims = grades(table, "claim", problems);
    LockedGrading { path, of, claims }
}

/// The grades of claims or items under a key, sorted.
fn grades(table: &Table<'_>, key: &'static str, problems: &mut Problems) -> Vec<LockedGrade> {
    let shape = if key == "claim" { &shapes::CLAIM } else { &shapes::ITEM };
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let mut all = Vec::new();
    for table in table.tables(key, shape, problems) {
        let locked = LockedGrade {
            id: name(&table, "id", problems).unwrap_or_default(),
            level: level(&table, problems),
            direction: if key == "claim" { table.text("direction", problems).map(|text| text.value) } else { None },
            outputs: named(&table, "outputs", problems),
            counted: if key == "claim" { names(&table, "counted", problems) } else { Vec::new() },
            proof_digest: digest(&table, "proof-digest", problems),
            proof: proof(&table, problems),
            items: if key == "claim" { grades(&table, "item", problems) } else { Vec::new() },
            order: Order::default(),
        };
        let what = format!("`{}` is locked twice", locked.id);
        once(&mut seen, locked.id.clone(), &table.span, what, problems);
        all.push(locked);
    }
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all
}

fn level(table: &Table<'_>, problems: &mut Problems) -> LockedLevel {
    let keys: Vec<&str> = ["level", "possible", "not-applicable"]
        .into_iter()
        .filter(|key| table.keys().any(|known| known == *key) && table.has(key))
        .collect();
    match keys.as_slice() {
        ["level"] => LockedLevel::Level(text(table, "level", problems)),
        ["possible"] => LockedLevel::Possible {
            words: table.texts("possible", problems),
            gap: table.flag("gap", problems).is_some_and(|gap| gap.value),
        },
        ["not-applicable"] => LockedLevel::NotApplicable,
        [] => {
            let message = format!("{} says no grade", table.called());
            let help = "it has one of `level`, `possible` and `not-applicable = true`";
            problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span).help(help));
            LockedLevel::NotApplicable
        }
        [first, .., last] | [first @ last] => {
            let message = format!("{} says `{first}` and `{last}`", table.called());
            problems.push(Diagnostic::error(Code::WrongType, message).at(&table.span).help("leave one of them out"));
            LockedLevel::NotApplicable
        }
    }
}

fn proof(table: &Table<'_>, problems: &mut Problems) -> BTreeMap<String, BTreeMap<String, LockedStatement>> {
    let Some(node) = table.get("proof") else { return BTreeMap::new() };
    let mut proof = BTreeMap::new();
    for of in node.entries("what is said, by item or claim", problems) {
        let mut all = BTreeMap::new();
        for said in of.value.entries("what is said, by name", problems) {
            let statement = if said.value.is_table() {
                let Some(table) = said.value.table(&shapes::SAID, problems) else { continue };
                LockedStatement {
                    value: text(&table, "value", problems),
                    rule: table.text("rule", problems).map(|rule| rule.value),
                    left_out: names(&table, "without", problems),
                }
            } else {
                let value = said.value.text("text, or a table with `value`", problems);
                LockedStatement { value: value.unwrap_or_default().to_owned(), rule: None, left_out: Vec::new() }
            };
            all.insert(said.key.to_owned(), statement);
        }
        proof.insert(of.key.to_owned(), all);
    }
    proof
}

fn name(table: &Table<'_>, key: &str, problems: &mut Problems) -> Option<String> {
    table.name(key, problems).map(|name| name.value.to_owned())
}

fn names(table: &Table<'_>, key: &str, problems: &mut Problems) -> Vec<String> {
    table.names(key, problems).into_iter().map(|name| name.value.to_owned()).collect()
}

fn text(table: &Table<'_>, key: &str, problems: &mut Problems) -> String {
    table.text(key, problems).map(|text| text.value).unwrap_or_default()
}

fn named(table: &Table<'_>, key: &str, problems: &mut Problems) -> BTreeMap<String, String> {
    let Some(node) = table.get(key) else { return BTreeMap::new() };
    let mut all = BTreeMap::new();
    for entry in node.entries("names, each with text", problems) {
        if let Some(text) = entry.value.text("text", problems) {
            all.insert(entry.key.to_owned(), text.to_owned());
        }
    }
    all
}

fn digest(table: &Table<'_>, key: &str, problems: &mut Problems) -> Option<String> {
    let Located { value, span } = table.text(key, problems)?;
    let hex = |digits: &str| digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !value.strip_prefix("sha256:").is_some_and(hex) {
        let message = "this is no digest: `sha256:` and 64 hexadecimal digits";
        let help = "take back what was edited, or write the file anew with `evigrade lock`";
        problems.push(Diagnostic::error(Code::UnknownValue, message).at(&span).help(help));
    }
    Some(value)
}
