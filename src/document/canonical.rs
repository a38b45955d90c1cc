//! A canonical text of what a TOML document says, and its SHA-256.
//!
//! Keys are sorted, numbers written without superfluous zeros, text quoted as in JSON, white
//! space and comments gone. In a case the order of tables in a list carries no meaning, so they
//! are sorted; in a framework it does (rules), so it is kept. The form is documented, with test
//! vectors, in `docs/digests.md`.

use std::fmt::Write;
use std::str::FromStr;

use rust_decimal::Decimal;
use toml::de::{DeTable, DeValue};

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

/// The canonical text of a document in which the order of lists means something, without some of
/// its entries.
pub(crate) fn ordered(document: &DeTable<'_>, without: &[&str]) -> String {
    let mut text = String::new();
    write_entries(&mut text, document, Tables::Kept, without);
    text
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
        DeValue::Array(array) => {
            let mut items: Vec<String> = Vec::with_capacity(array.len());
            let mut all_tables = true;
            for item in array {
                let mut written = String::new();
                all_tables &= matches!(item.get_ref(), DeValue::Table(_));
                write_value(&mut written, item.get_ref(), tables);
                items.push(written);
            }
            if all_tables && tables == Tables::Sorted {
                items.sort();
            }
            text.push('[');
            text.push_str(&items.join(","));
            text.push(']');
        }
        DeValue::Table(table) => write_table(text, table, tables),
    }
}

/// Writes a text between quotes, as in JSON.
pub(crate) fn quote(text: &mut String, string: &str) {
    text.push('"');
    for letter in string.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            letter if u32::from(letter) < 0x20 => {
                let _ = write!(text, "\\u{:04x}", u32::from(letter));
            }
            letter => text.push(letter),
        }
    }
    text.push('"');
}
