//! Examples and enumerations: what a framework is tested by.

use rust_decimal::Decimal;

use super::monotone::{self, Monotone};
use super::shapes;
use crate::diagnostic::{Code, Diagnostic, Problems, Setting};
use crate::document::reader::{Entry, Literal, Located, Node, Table};
use crate::document::{Span, levels};
use crate::name::{Name, Word};

/// A value given by name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Given {
    /// The name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    pub(crate) value: Located<Literal>,
}

/// What a framework file is tested by: examples, counts, and the levels of what checks find in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Tests {
    pub(super) examples: Vec<Example>,
    pub(super) enumerations: Vec<Enumeration>,
    pub(super) monotone: Vec<Monotone>,
    pub(super) levels: Vec<Setting>,
}

impl Tests {
    pub(super) fn read(table: &Table<'_>, problems: &mut Problems) -> Self {
        Self {
            examples: read_examples(table, problems),
            enumerations: read_enumerations(table, problems),
            monotone: monotone::read(table, problems),
            levels: levels::read(table, problems),
        }
    }
}

/// A worked example.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Example {
    /// Its id.
    pub id: Name,
    /// What it shows.
    pub title: Option<String>,
    /// Facts, measures and decisions.
    pub given: Vec<Given>,
    /// The items of the body; nothing if the example gives measures instead.
    pub evidence: Option<Vec<Vec<Given>>>,
    /// The claims that it rests on; nothing if the example gives measures instead.
    pub claims: Option<Vec<Vec<Given>>>,
    /// Parameters that are set otherwise.
    pub parameters: Vec<Given>,
    /// What comes out.
    pub expect: Vec<(Name, Expected)>,
    /// Where it comes from.
    pub cites: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// What an example expects of a decision.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Expected {
    /// The value, as text or number.
    pub value: Option<Word>,
    /// All values that are still possible.
    pub possible: Option<Vec<Word>>,
    /// The missing facts that the result hangs on.
    pub open: Option<Vec<Name>>,
    /// For a sum, the sum before it was clamped.
    pub raw: Option<Decimal>,
    /// No rule answers.
    pub gap: bool,
    /// The framework does not grade it.
    pub not_applicable: bool,
    /// Where it stands.
    pub span: Span,
}

/// How often each value of a decision comes out over all combinations of some facts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Enumeration {
    /// Its id.
    pub id: Name,
    /// The decision.
    pub decision: Name,
    /// What is combined, and with which values: all known ones if there is no list.
    pub over: Vec<(Name, Span, Option<Vec<Word>>)>,
    /// What is held fixed.
    pub given: Vec<Given>,
    /// Parameters that are set otherwise.
    pub parameters: Vec<Given>,
    /// How often each value comes out.
    pub expect: Vec<(Word, u128)>,
    /// Where the counts come from.
    pub cites: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// Reads the `[[example]]` tables.
fn read_examples(table: &Table<'_>, problems: &mut Problems) -> Vec<Example> {
    let tables = table.tables("example", &shapes::EXAMPLE, problems);
    tables.iter().filter_map(|table| example(table, problems)).collect()
}

fn example(table: &Table<'_>, problems: &mut Problems) -> Option<Example> {
    let id = table.name("id", problems);
    let title = table.text("title", problems).map(|text| text.value);
    let given = given(table.get("given"), problems);
    let evidence = rows(table.get("evidence"), problems);
    let claims = rows(table.get("claims"), problems);
    let parameters = self::given(table.get("parameters"), problems);
    let cites = table.text("cites", problems).map(|text| text.value);
    let entries = table.get("expect")?.entries("a table: decision = value", problems);
    let expect = entries.iter().filter_map(|entry| expected(entry, problems)).collect();
    let id = id?.value.into();
    Some(Example { id, title, given, evidence, claims, parameters, expect, cites, span: table.span.clone() })
}

/// Values by name; tables within stand for the names of a used framework.
fn given(node: Option<Node<'_>>, problems: &mut Problems) -> Vec<Given> {
    let mut all = Vec::new();
    if let Some(node) = node {
        for entry in node.entries("a table of values by name", problems) {
            given_entry("", &entry, &mut all, problems);
        }
    }
    all
}

fn given_entry(prefix: &str, entry: &Entry<'_>, all: &mut Vec<Given>, problems: &mut Problems) {
    let Some(name) = entry.name(problems) else { return };
    let name_span = name.span;
    let name = format!("{prefix}{}", name.value);
    if entry.value.is_table() && prefix.is_empty() {
        for inner in entry.value.entries("a table", problems) {
            given_entry(&format!("{name}."), &inner, all, problems);
        }
        return;
    }
    if let Some(value) = entry.value.literal(problems) {
        all.push(Given { name: name.into(), name_span, value });
    }
}

fn rows(node: Option<Node<'_>>, problems: &mut Problems) -> Option<Vec<Vec<Given>>> {
    let items = node?.list("a list of tables", problems);
    Some(items.into_iter().map(|item| given(Some(item), problems)).collect())
}

fn expected(entry: &Entry<'_>, problems: &mut Problems) -> Option<(Name, Expected)> {
    let name = entry.name(problems)?.value.into();
    let mut expected = Expected {
        value: None,
        possible: None,
        open: None,
        raw: None,
        gap: false,
        not_applicable: false,
        span: entry.value.span(),
    };
    if !entry.value.is_table() {
        let literal = entry.value.literal(problems)?;
        expected.value = Some(literal.value.to_string().into());
        return Some((name, expected));
    }
    let table = entry.value.table(&shapes::EXPECTED, problems)?;
    let words = |key: &str, problems: &mut Problems| {
        let listed = table.names(key, problems);
        table.has(key).then(|| listed.into_iter().map(|word| word.value.to_owned()).collect::<Vec<_>>())
    };
    let possible = words("possible", problems);
    let open = words("open", problems);
    expected.possible = possible.map(|words| words.into_iter().map(Word::from).collect());
    expected.open = open.map(|words| words.into_iter().map(Name::from).collect());
    expected.raw = table.number("raw", problems).map(|number| number.value);
    expected.gap = table.flag("gap", problems).is_some_and(|flag| flag.value);
    expected.not_applicable = table.flag("not-applicable", problems).is_some_and(|flag| flag.value);
    Some((name, expected))
}

/// Reads the `[[enumeration]]` tables.
fn read_enumerations(table: &Table<'_>, problems: &mut Problems) -> Vec<Enumeration> {
    let tables = table.tables("enumeration", &shapes::ENUMERATION, problems);
    tables.iter().filter_map(|table| enumeration(table, problems)).collect()
}

fn enumeration(table: &Table<'_>, problems: &mut Problems) -> Option<Enumeration> {
    let id = table.name("id", problems)?.value.into();
    let decision = table.name("decision", problems)?.value.into();
    let mut over = Vec::new();
    for entry in table.get("over")?.entries("a table: name = \"known\" or [values]", problems) {
        over_entry("", &entry, &mut over, problems);
    }
    let mut expect = Vec::new();
    for entry in table.get("expect")?.entries("a table: value = count", problems) {
        let Some(number) = entry.value.number(problems) else { continue };
        match u128::try_from(number) {
            Ok(count) if number.is_integer() => expect.push((entry.key.into(), count)),
            _ => {
                let message = "this is a count: a whole number, 0 or more";
                problems.push(Diagnostic::error(Code::WrongType, message).at(&entry.value.span()));
            }
        }
    }
    Some(Enumeration {
        id,
        decision,
        over,
        given: given(table.get("given"), problems),
        parameters: given(table.get("parameters"), problems),
        expect,
        cites: table.text("cites", problems).map(|text| text.value),
        span: table.span.clone(),
    })
}

type Combined = (Name, Span, Option<Vec<Word>>);

fn over_entry(prefix: &str, entry: &Entry<'_>, over: &mut Vec<Combined>, problems: &mut Problems) {
    let Some(name) = entry.name(problems) else { return };
    let full = format!("{prefix}{}", name.value);
    if entry.value.is_table() && prefix.is_empty() {
        for inner in entry.value.entries("a table", problems) {
            over_entry(&format!("{full}."), &inner, over, problems);
        }
        return;
    }
    let values = match entry.value.as_text() {
        Some("known") => None,
        _ => {
            let items = entry.value.list("\"known\" or a list of values", problems);
            let literals = items.into_iter().filter_map(|item| item.literal(problems));
            Some(literals.map(|literal| literal.value.to_string().into()).collect())
        }
    };
    over.push((full.into(), name.span, values));
}
