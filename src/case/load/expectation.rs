//! Reading what was published of a claim.

use super::Reader;
use crate::case::{Expectation, shapes};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Entry, Literal, Located, Node, Table};
use crate::name::{FrameworkId, Name, Word};

impl Reader<'_> {
    pub(super) fn expectations(&mut self, table: &Table<'_>) -> Vec<Expectation> {
        let Some(node) = table.get("expect") else { return Vec::new() };
        let entries = node.entries("a table: framework = \"level\"", self.problems);
        let mut expectations = Vec::new();
        for entry in entries {
            self.of_framework(&entry, &mut expectations);
        }
        expectations
    }

    /// What is expected under a framework.
    fn of_framework(&mut self, entry: &Entry<'_>, expectations: &mut Vec<Expectation>) -> Option<()> {
        let framework: FrameworkId = entry.name(self.problems)?.value.into();
        let span = entry.value.span();
        if !entry.value.is_table() {
            let result = entry.value.name(self.problems)?.into();
            expectations.push(Expectation { framework, output: None, result, known_difference: None, span });
            return Some(());
        }
        let table = entry.value.table(&shapes::EXPECT, self.problems)?;
        if let Some(level) = table.name("level", self.problems) {
            let known_difference = table.text("known-difference", self.problems).map(|text| text.value);
            let (framework, result) = (framework.clone(), level.value.into());
            expectations.push(Expectation { framework, output: None, result, known_difference, span: level.span });
        } else if table.has("known-difference") || !table.has("outputs") {
            let message = "this expectation names no level";
            let help = "say `level = \"...\"`, the published one, or `outputs` for other decisions of the framework";
            self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&span).help(help));
        }
        let Some(outputs) = table.get("outputs") else { return Some(()) };
        for output in outputs.entries("a table: decision = \"value\"", self.problems) {
            expectations.extend(self.of_output(&framework, &output));
        }
        Some(())
    }

    /// What is expected of a decision of a framework.
    fn of_output(&mut self, framework: &FrameworkId, entry: &Entry<'_>) -> Option<Expectation> {
        let output: Name = entry.name(self.problems)?.value.into();
        let (value, known_difference) = if entry.value.is_table() {
            let table = entry.value.table(&shapes::EXPECT_OUTPUT, self.problems)?;
            let known_difference = table.text("known-difference", self.problems).map(|text| text.value);
            (self.value(table.get("value")?)?, known_difference)
        } else {
            (self.value(entry.value)?, None)
        };
        let framework = framework.clone();
        Some(Expectation { framework, output: Some(output), result: value.value, known_difference, span: value.span })
    }

    /// A value as decisions give it.
    fn value(&mut self, node: Node<'_>) -> Option<Located<Word>> {
        let literal = node.literal(self.problems)?;
        match literal.value {
            Literal::Text(_) => Some(Located::new(node.name(self.problems)?.into(), literal.span)),
            Literal::Number(number) => Some(Located::new(number.normalize().to_string().into(), literal.span)),
            Literal::Flag(_) | Literal::Date(_) => {
                let message = format!("expected a word or a number, and found {}", literal.value.words());
                let help = "decisions give words, and sums give numbers";
                self.problems.push(Diagnostic::error(Code::WrongType, message).at(&literal.span).help(help));
                None
            }
        }
    }
}
