//! Cases written as files, from values alone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::framework::Framework;
use crate::name::Name;
use crate::value::{FactValue, Unknown, Value};

/// Values by name.
type Values = BTreeMap<Name, FactValue>;

/// A case as a file has it, written claim by claim and item by item.
#[derive(Debug)]
pub(crate) struct WrittenCase<'f> {
    framework: &'f Framework,
    text: String,
    studies: Vec<String>,
}

impl<'f> WrittenCase<'f> {
    /// A case without claims, whose facts a framework knows.
    pub(crate) fn new(framework: &'f Framework, id: &str, as_of: Option<&FactValue>) -> Self {
        let mut written =
            Self { framework, text: format!("[case]\nid = \"{id}\"\ntitle = \"{id}\"\n"), studies: Vec::new() };
        written.line("as-of", as_of);
        written
    }

    /// The file.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Writes a claim with what is known of it.
    ///
    /// # Errors
    ///
    /// [`Refused`] if its kind is not said.
    pub(crate) fn claim(&mut self, id: &str, values: &Values) -> Result<(), Refused> {
        if values.get("kind").and_then(literal).is_none() {
            let message = "the kind of the claim is not said";
            return Err(Diagnostic::error(Code::MissingKey, message).help("tell it as `kind`").into());
        }
        let _ = writeln!(self.text, "[[claim]]\nid = \"{id}\"\ntext = \"{id}\"");
        for (name, value) in values.iter().filter(|(name, _)| **name != *"as-of") {
            self.line(name.as_str(), Some(value));
        }
        Ok(())
    }

    /// Lets the claim that was written last rest on another, or bear on it as the link says, with what is known of the link.
    pub(crate) fn claim_link(&mut self, claim: &str, values: &Values) {
        let _ = writeln!(self.text, "[[claim.link]]\n{} = \"{claim}\"", relation(values, "rests-on"));
        self.facts(values, Subject::Link);
    }

    /// Writes an item of a source of its own, with what is known of it and of its link to a claim.
    pub(crate) fn item(&mut self, id: &str, claim: &str, values: &Values) {
        let _ = writeln!(self.text, "[[source]]\nid = \"{id}\"\ntitle = \"{id}\"");
        self.line("published", values.get("published"));
        let _ = writeln!(self.text, "[[evidence]]\nid = \"{id}\"\nsource = \"{id}\"");
        let study = match values.get("study") {
            // A word for what is not known is no name of a study.
            Some(FactValue::Known(Value::Text(text))) if Unknown::from_word(text).is_none() => self.study(text),
            _ => id.to_owned(),
        };
        let _ = writeln!(self.text, "study = \"{study}\"");
        self.line("outcome-role", values.get("outcome-role"));
        self.facts(values, Subject::Evidence);
        self.bears_on(claim, values);
    }

    /// Lets the item that was written last bear on a claim, with what is known of the link.
    pub(crate) fn bears_on(&mut self, claim: &str, values: &Values) {
        let _ = writeln!(self.text, "[[evidence.link]]\n{} = \"{claim}\"", relation(values, "supports"));
        self.facts(values, Subject::Link);
    }

    /// The id of a study, for any text names one, and ids are not any text.
    fn study(&mut self, text: &str) -> String {
        let place = self.studies.iter().position(|known| *known == *text).unwrap_or_else(|| {
            self.studies.push(text.to_owned());
            self.studies.len() - 1
        });
        format!("study-{}", place + 1)
    }

    fn facts(&mut self, values: &Values, subject: Subject) {
        for (name, value) in values {
            if self.framework.fact(name.as_str()).is_some_and(|fact| fact.subject == subject) {
                self.line(name.as_str(), Some(value));
            }
        }
    }

    fn line(&mut self, name: &str, value: Option<&FactValue>) {
        if let Some(value) = value.and_then(literal) {
            // It is written to memory.
            let _ = writeln!(self.text, "{name} = {value}");
        }
    }
}

/// How something bears on a claim.
fn relation<'v>(values: &'v Values, otherwise: &'v str) -> &'v str {
    match values.get("relation") {
        Some(FactValue::Known(Value::Choice(word))) => word.as_str(),
        _ => otherwise,
    }
}

/// A value as a file has it; nothing of what is missing.
fn literal(value: &FactValue) -> Option<String> {
    // The escapes of JSON are escapes of TOML as well, which takes one character less as it is.
    let quoted = |text: &str| serde_json::to_string(text).ok().map(|text| text.replace('\u{7f}', "\\u007f"));
    match value {
        FactValue::Unknown(Unknown::Missing) => None,
        FactValue::Unknown(unknown) => quoted(unknown.word()),
        FactValue::Known(Value::Choice(word)) => quoted(word.as_str()),
        FactValue::Known(Value::Text(text)) => quoted(text.as_ref()),
        FactValue::Known(Value::Flag(flag)) => Some(flag.to_string()),
        FactValue::Known(Value::Number(number)) => Some(number.to_string()),
        FactValue::Known(Value::Date(date)) => Some(date.to_string()),
    }
}
