//! A canonical text of what a TOML document says, and its SHA-256.
//!
//! Keys are sorted, numbers written without superfluous zeros, text quoted as in JSON, white
//! space and comments gone. In a case the order of tables in a list carries no meaning, so they
//! are sorted; in a framework it does (rules), so it is kept. The form is documented, with test
//! vectors, in `docs/digests.md`.

use std::fmt::Write;
use std::str::FromStr;

use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Whether lists of tables keep their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tables {
    Kept,
    Sorted,
}

/// Several files read as one document, in which the order of tables means nothing.
#[derive(Default)]
pub(crate) struct Merged(Vec<String>);

impl Merged {
    /// Adds what a file says, without some of its entries.
    pub(crate) fn add(&mut self, file: &DeTable<'_>, without: &[&str]) {
        for (key, value) in file.iter().filter(|(key, _)| !without.contains(&key.get_ref().as_ref())) {
            match value.get_ref() {
                DeValue::Array(items) => {
                    for item in items {
                        self.push(key.get_ref(), item.get_ref());
                    }
                }
                other => self.push(key.get_ref(), other),
            }
        }
    }

    fn push(&mut self, key: &str, value: &DeValue<'_>) {
        let mut line = String::new();
        quote(&mut line, key);
        line.push(':');
        write_value(&mut line, value, Tables::Sorted);
        self.0.push(line);
    }

    /// The digest of all that was added.
    pub(crate) fn digest(mut self) -> String {
        self.0.sort();
        sha256(&self.0.join("\n"))
    }
}

/// The keys of what a framework is tested by. It changes nothing of what a framework says.
const TESTS: &[&str] = &["example", "enumeration", "check", "monotone", "not-monotone"];

/// The canonical text of a framework's file, in which the order of lists means something, without what it is tested by.
pub(crate) fn framework(document: &DeTable<'_>) -> String {
    let mut text = String::new();
    write_entries(&mut text, document, Tables::Kept, TESTS);
    text
}

/// The digest of a framework: of the digests of what it uses and then of what it extends, and of its own canonical text.
pub(crate) fn digest_of_framework<'d>(others: impl Iterator<Item = &'d str>, canonical: &'d str) -> String {
    sha256(&others.chain([canonical]).collect::<Vec<&str>>().join("\n"))
}

/// `sha256:` and the digest of `text`, in hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    let mut digest = String::from("sha256:");
    for byte in hmac_sha256::Hash::hash(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

fn write_table(text: &mut String, table: &DeTable<'_>, tables: Tables) {
    write_entries(text, table, tables, &[]);
}

fn write_entries(text: &mut String, table: &DeTable<'_>, tables: Tables, without: &[&str]) {
    let all = table.iter().map(|(key, value)| (key.get_ref().as_ref(), value.get_ref()));
    let mut entries: Vec<(&str, &DeValue<'_>)> = all.filter(|(key, _)| !without.contains(key)).collect();
    entries.sort_by_key(|(key, _)| *key);
    text.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        quote(text, key);
        text.push(':');
        write_value(text, value, tables);
    }
    text.push('}');
}

fn write_value(text: &mut String, value: &DeValue<'_>, tables: Tables) {
    match value {
        DeValue::String(string) => quote(text, string),
        DeValue::Integer(integer) => {
            let digits = i128::from_str_radix(integer.as_str(), integer.radix());
            text.push_str(&digits.map_or_else(|_| integer.to_string(), |digits| digits.to_string()));
        }
        DeValue::Float(float) => {
            let digits = float.as_str();
            let number = Decimal::from_str(digits).or_else(|_| Decimal::from_scientific(digits));
            text.push_str(&number.map_or_else(|_| digits.to_owned(), |number| number.normalize().to_string()));
        }
        DeValue::Boolean(flag) => text.push_str(if *flag { "true" } else { "false" }),
        DeValue::Datetime(datetime) => text.push_str(&datetime.to_string()),
        DeValue::Array(array) => write_array(text, array, tables),
        DeValue::Table(table) => write_table(text, table, tables),
    }
}

fn write_array(text: &mut String, array: &DeArray<'_>, tables: Tables) {
    text.push('[');
    let all_tables = || array.iter().all(|item| matches!(item.get_ref(), DeValue::Table(_)));
    if tables == Tables::Sorted && all_tables() {
        let written = |item: &Spanned<DeValue<'_>>| {
            let mut written = String::new();
            write_value(&mut written, item.get_ref(), tables);
            written
        };
        let mut items: Vec<String> = array.iter().map(written).collect();
        items.sort();
        text.push_str(&items.join(","));
    } else {
        for (index, item) in array.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            write_value(text, item.get_ref(), tables);
        }
    }
    text.push(']');
}

/// Writes a text between quotes, as in JSON.
pub(crate) fn quote(text: &mut String, string: &str) {
    text.push('"');
    let mut rest = string;
    // What is escaped is a byte long.
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, letter) = (&rest[..at], rest.as_bytes()[at]);
        text.push_str(plain);
        match letter {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            letter => {
                let _ = write!(text, "\\u{letter:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    text.push_str(rest);
    text.push('"');
}
