//! Reading tables of a parsed file: every value with its span, every problem reported.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::shape::{Key, Rest, Shape};
use super::{Span, TextFile};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::name::is_name;
use crate::value::exact_number;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

impl<T> Located<T> {
    pub(crate) const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), span: self.span }
    }
}

/// A value as it stands in a file, before a fact's type is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Flag(bool),
    Number(Decimal),
    Date(Date),
    Text(String),
}

impl Literal {
    /// What it is, in words.
    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::Flag(_) => "`true` or `false`",
            Self::Number(_) => "a number",
            Self::Date(_) => "a date",
            Self::Text(_) => "text",
        }
    }
}

/// Any value in a file.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    file: &'a Arc<TextFile>,
    spanned: &'a Spanned<DeValue<'a>>,
}

/// A key with its value.
#[derive(Clone)]
pub(crate) struct Entry<'a> {
    pub(crate) key: &'a str,
    pub(crate) key_span: Span,
    pub(crate) value: Node<'a>,
}

/// A table of which the keys have been checked against its shape.
#[derive(Clone)]
pub(crate) struct Table<'a> {
    pub(crate) span: Span,
    file: &'a Arc<TextFile>,
    shape: &'static Shape,
    entries: &'a DeTable<'a>,
}

impl<'a> Node<'a> {
    pub(crate) const fn new(file: &'a Arc<TextFile>, spanned: &'a Spanned<DeValue<'a>>) -> Self {
        Self { file, spanned }
    }

    pub(crate) fn span(&self) -> Span {
        Span::new(self.file, self.spanned.span())
    }

    pub(crate) fn raw(&self) -> &'a DeValue<'a> {
        self.spanned.get_ref()
    }

    /// What kind of value it is, in words.
    pub(crate) fn words(&self) -> &'static str {
        match self.raw() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }

    fn wrong(&self, wanted: &str) -> Diagnostic {
        let message = format!("this is {}, not {wanted}", self.words());
        Diagnostic::error(Code::WrongType, message).at(&self.span())
    }

    pub(crate) fn as_text(&self) -> Option<&'a str> {
        match self.raw() {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn text(&self, wanted: &str, problems: &mut Problems) -> Option<&'a str> {
        let text = self.as_text();
        if text.is_none() {
            problems.push(self.wrong(wanted));
        }
        text
    }

    pub(crate) fn name(&self, problems: &mut Problems) -> Option<&'a str> {
        let text = self.text("a name", problems)?;
        if is_name(text) {
            return Some(text);
        }
        problems.push(bad_name(text, &self.span()));
        None
    }

    /// The exact number, or a diagnostic that says why it is none.
    pub(crate) fn number(&self, problems: &mut Problems) -> Option<Decimal> {
        let bad = |message: &str| Diagnostic::error(Code::BadNumber, message).at(&self.span());
        let read = match self.raw() {
            DeValue::Integer(integer) => {
                let digits = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
                digits.and_then(|digits| Decimal::try_from_i128_with_scale(digits, 0).ok())
            }
            DeValue::Float(float) => {
                let digits = float.as_str();
                if digits.contains("nan") || digits.contains("inf") {
                    problems.push(
                        bad("this is no finite number").help("write the number, or a word such as \"not-reported\""),
                    );
                    return None;
                }
                exact_number(digits)
            }
            _ => {
                problems.push(self.wrong("a number"));
                return None;
            }
        };
        if read.is_none() {
            problems.push(too_many_digits(&self.span()));
        }
        read.map(|number| number.normalize())
    }

    pub(crate) fn date(&self, problems: &mut Problems) -> Option<Date> {
        let DeValue::Datetime(written) = self.raw() else {
            let help = "write the day without quotes: 2020-05-05";
            problems.push(self.wrong("a date").help(help));
            return None;
        };
        let day = written.date.filter(|_| written.time.is_none() && written.offset.is_none()).and_then(|day| {
            let year = i16::try_from(day.year).ok()?;
            Date::new(year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
        });
        if day.is_none() {
            let message = match (written.date, written.time) {
                (Some(_), Some(_)) => "this is a day with a time of day, not a day alone",
                (None, _) => "this is a time of day, not a day",
                _ => "this is not a day of the calendar",
            };
            let help = "write the day alone: 2020-05-05";
            problems.push(Diagnostic::error(Code::BadDate, message).at(&self.span()).help(help));
        }
        day
    }

    pub(crate) fn flag(&self, problems: &mut Problems) -> Option<bool> {
        match self.raw() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                problems.push(self.wrong("`true` or `false`"));
                None
            }
        }
    }

    /// A plain value: neither a list nor a table.
    pub(crate) fn literal(&self, problems: &mut Problems) -> Option<Located<Literal>> {
        let literal = match self.raw() {
            DeValue::String(text) => Literal::Text(text.to_string()),
            DeValue::Boolean(flag) => Literal::Flag(*flag),
            DeValue::Integer(_) | DeValue::Float(_) => Literal::Number(self.number(problems)?),
            DeValue::Datetime(_) => Literal::Date(self.date(problems)?),
            DeValue::Array(_) | DeValue::Table(_) => {
                problems.push(self.wrong("a value (text, a number, a date, `true` or `false`)"));
                return None;
            }
        };
        Some(Located::new(literal, self.span()))
    }

    pub(crate) fn list(&self, wanted: &str, problems: &mut Problems) -> Vec<Node<'a>> {
        match self.raw() {
            DeValue::Array(array) => self.items(array),
            _ => {
                problems.push(self.wrong(wanted));
                Vec::new()
            }
        }
    }

    /// The items of a list, or the value alone if it is no list.
    pub(crate) fn one_or_many(&self) -> Vec<Node<'a>> {
        match self.raw() {
            DeValue::Array(array) => self.items(array),
            _ => vec![*self],
        }
    }

    fn items(&self, array: &'a DeArray<'a>) -> Vec<Node<'a>> {
        array.iter().map(|item| Node::new(self.file, item)).collect()
    }

    /// The keys of a table in the order of the file, or a diagnostic if it is none.
    pub(crate) fn entries(&self, wanted: &str, problems: &mut Problems) -> Vec<Entry<'a>> {
        match self.raw() {
            DeValue::Table(table) => entries(self.file, table),
            _ => {
                problems.push(self.wrong(wanted));
                Vec::new()
            }
        }
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.raw(), DeValue::Table(_))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.raw(), DeValue::Array(_))
    }

    /// Opens a table; keys that its shape does not know and keys that are not there are reported.
    pub(crate) fn table(&self, shape: &'static Shape, problems: &mut Problems) -> Option<Table<'a>> {
        match self.raw() {
            DeValue::Table(entries) => Some(Table::open(self.file, shape, entries, self.span(), problems)),
            _ => {
                problems.push(self.wrong(&format!("a table ({})", shape.name)));
                None
            }
        }
    }
}

fn entries<'a>(file: &'a Arc<TextFile>, table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref(),
            key_span: Span::new(file, key.span()),
            value: Node::new(file, value),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.range().start);
    entries
}

impl<'a> Table<'a> {
    pub(crate) fn open(
        file: &'a Arc<TextFile>,
        shape: &'static Shape,
        entries: &'a DeTable<'a>,
        span: Span,
        problems: &mut Problems,
    ) -> Self {
        let table = Self { span, file, shape, entries };
        if shape.rest == Rest::Refused {
            for entry in table.rest() {
                let message = format!("{} has no key `{}`", shape.name, shortened(entry.key));
                let near = problems.nearest(entry.key, shape.keys.iter().map(|key| key.name));
                let keys: Vec<String> = shape.keys.iter().map(|key| format!("`{}`", key.name)).collect();
                let diagnostic = Diagnostic::error(Code::UnknownKey, message).at(&entry.key_span);
                problems.push(diagnostic.did_you_mean_or(near, format!("its keys are {}", keys.join(", "))));
            }
        }
        for Key { name, about, .. } in shape.keys.iter().filter(|key| key.required) {
            if !table.entries.contains_key(*name) {
                let message = format!("{} needs the key `{name}`", shape.name);
                let help = format!("`{name}`: {about}");
                problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span).help(help));
            }
        }
        table
    }

    /// The keys that the shape lists.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.shape.keys.iter().map(|key| key.name)
    }

    /// What such a table is called in messages, with its article.
    pub(crate) const fn called(&self) -> &'static str {
        self.shape.name
    }

    /// The keys that the shape does not list, in the order of the file.
    pub(crate) fn rest(&self) -> Vec<Entry<'a>> {
        let listed = |name: &str| self.shape.keys.iter().any(|key| key.name == name);
        entries(self.file, self.entries).into_iter().filter(|entry| !listed(entry.key)).collect()
    }

    pub(crate) fn get(&self, key: &str) -> Option<Node<'a>> {
        debug_assert!(
            self.shape.rest != Rest::Refused || self.shape.keys.iter().any(|known| known.name == key),
            "{} lists no key {key}",
            self.shape.name
        );
        self.entries.get(key).map(|value| Node::new(self.file, value))
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(crate) fn name(&self, key: &str, problems: &mut Problems) -> Option<Located<&'a str>> {
        let node = self.get(key)?;
        node.name(problems).map(|name| Located::new(name, node.span()))
    }

    pub(crate) fn text(&self, key: &str, problems: &mut Problems) -> Option<Located<String>> {
        let node = self.get(key)?;
        node.text("text", problems).map(|text| Located::new(text.to_owned(), node.span()))
    }

    pub(crate) fn number(&self, key: &str, problems: &mut Problems) -> Option<Located<Decimal>> {
        let node = self.get(key)?;
        node.number(problems).map(|number| Located::new(number, node.span()))
    }

    pub(crate) fn date(&self, key: &str, problems: &mut Problems) -> Option<Located<Date>> {
        let node = self.get(key)?;
        node.date(problems).map(|date| Located::new(date, node.span()))
    }

    pub(crate) fn flag(&self, key: &str, problems: &mut Problems) -> Option<Located<bool>> {
        let node = self.get(key)?;
        node.flag(problems).map(|flag| Located::new(flag, node.span()))
    }

    /// One of a closed set of words.
    pub(crate) fn word<T: Copy>(
        &self,
        key: &str,
        known: &[(&'static str, T)],
        problems: &mut Problems,
    ) -> Option<Located<T>> {
        let text = self.text(key, problems)?;
        if let Some((_, value)) = known.iter().find(|(word, _)| *word == text.value) {
            return Some(Located::new(*value, text.span));
        }
        let message = format!("`{key}` cannot be `{}`", shortened(&text.value));
        let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&text.span);
        problems.push(diagnostic.one_of(&text.value, known.iter().map(|(word, _)| *word)));
        None
    }

    /// A list of names; nothing if the key is not there.
    pub(crate) fn names(&self, key: &str, problems: &mut Problems) -> Vec<Located<&'a str>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let items = node.list("a list of names", problems);
        items.into_iter().filter_map(|item| item.name(problems).map(|name| Located::new(name, item.span()))).collect()
    }

    /// A list of texts; nothing if the key is not there.
    pub(crate) fn texts(&self, key: &str, problems: &mut Problems) -> Vec<String> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let items = node.list("a list of texts", problems);
        items.into_iter().filter_map(|item| item.text("text", problems).map(str::to_owned)).collect()
    }

    /// A table under this key.
    pub(crate) fn table(&self, key: &str, shape: &'static Shape, problems: &mut Problems) -> Option<Table<'a>> {
        self.get(key)?.table(shape, problems)
    }

    /// A list of tables under this key; nothing if the key is not there.
    pub(crate) fn tables(&self, key: &str, shape: &'static Shape, problems: &mut Problems) -> Vec<Table<'a>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        if !node.is_list() {
            let help = format!("write `[[{key}]]`, or `[[...{key}]]` in the table that it belongs to");
            problems.push(node.wrong("a list of tables").help(help));
            return Vec::new();
        }
        let items = node.list("a list of tables", problems);
        items.into_iter().filter_map(|item| item.table(shape, problems)).collect()
    }

    /// The tables under a key that maps names to tables, in the order of the file.
    pub(crate) fn map(
        &self,
        key: &str,
        shape: &'static Shape,
        problems: &mut Problems,
    ) -> Vec<(Located<&'a str>, Table<'a>)> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let entries = node.entries("named tables", problems);
        entries
            .into_iter()
            .filter_map(|entry| {
                let name = entry.name(problems)?;
                Some((name, entry.value.table(shape, problems)?))
            })
            .collect()
    }
}

impl<'a> Entry<'a> {
    /// The key, if it may serve as a name.
    pub(crate) fn name(&self, problems: &mut Problems) -> Option<Located<&'a str>> {
        if is_name(self.key) {
            return Some(Located::new(self.key, self.key_span.clone()));
        }
        problems.push(bad_name(self.key, &self.key_span));
        None
    }
}

/// A number that would have to be rounded.
pub(crate) fn too_many_digits(span: &Span) -> Diagnostic {
    let message = "this number has more than the 28 digits that are kept exactly";
    Diagnostic::error(Code::BadNumber, message).at(span).help("round it: nothing is rounded unasked")
}

fn bad_name(text: &str, span: &Span) -> Diagnostic {
    let message = if text.is_empty() {
        "a name cannot be empty".to_owned()
    } else if text.chars().count() > crate::name::LONGEST_NAME {
        format!("a name has at most {} characters", crate::name::LONGEST_NAME)
    } else {
        format!("`{}` is not a name", shortened(text))
    };
    let help = "a name begins with a letter or digit and goes on with letters, digits, `-`, `_` or `.`";
    Diagnostic::error(Code::BadName, message).at(span).help(help)
}

/// Text for a message, cut when it is very long.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let head: String = text.chars().take(LONGEST).collect();
    format!("{head}...")
}
