//! Reading one framework file: what it says by itself, before what it extends and uses is put in
//! place.

mod decision;
mod fact;
mod measure;
mod part;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toml::de::DeTable;

pub(super) use self::part::{
    AssumptionPart, DecisionPart, DerivedPart, FactPart, MeasurePart, Pack, ParameterPart, RulePart, Says, TypePart,
};
use super::condition::ConditionReader;
use super::example::Tests;
use super::{Condition, Provenance, Scale, shapes, study};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused};
use crate::document::reader::{Located, Node, Table};
use crate::document::shape::Shape;
use crate::document::{Span, TextFile, canonical, parse, parse_up_to};
use crate::name::{FrameworkId, Name, Word};
use crate::value::Unknown;

/// Reads a framework file from a path.
pub(super) fn read_file(path: &Path) -> Result<Arc<TextFile>, Refused> {
    TextFile::read(path, path.to_string_lossy().replace('\\', "/")).map_err(|diagnostic| (*diagnostic).into())
}

/// Reads a framework file.
pub(super) fn read(file: &Arc<TextFile>, problems: &mut Problems) -> Option<Pack> {
    let document = parse(file, problems)?;
    let says = Says::Text(canonical::framework(document.get_ref()));
    read_document(file, document.get_ref(), says, problems)
}

/// Reads a file that comes with the library up to a byte, and with what its digest is.
pub(super) fn read_up_to(
    file: &Arc<TextFile>,
    end: usize,
    digest: &'static str,
    problems: &mut Problems,
) -> Option<Pack> {
    let document = parse_up_to(file, end, problems)?;
    read_document(file, document.get_ref(), Says::Digest(digest), problems)
}

fn read_document(file: &Arc<TextFile>, document: &DeTable<'_>, says: Says, problems: &mut Problems) -> Option<Pack> {
    let table = Table::open(file, &shapes::FILE, document, Span::new(file, 0..0), problems);
    let header = table.table("framework", &shapes::FRAMEWORK, problems)?;
    let uses: Vec<Located<FrameworkId>> =
        header.names("uses", problems).into_iter().map(|name| name.map(FrameworkId::from)).collect();
    let known: Vec<String> = uses.iter().map(|used| used.value.as_str().to_owned()).collect();
    let mut reader = Reader { uses: known, problems };
    reader.pack(&table, &header, uses, says)
}

/// Reads what a framework file is tested by, and nothing else.
pub(super) fn read_tests(file: &Arc<TextFile>, problems: &mut Problems) -> Tests {
    let Some(document) = parse(file, problems) else { return Tests::default() };
    let table = Table::open(file, &shapes::FILE, document.get_ref(), Span::new(file, 0..0), problems);
    Tests::read(&table, problems)
}

fn names(located: Vec<Located<&str>>) -> Vec<Located<Word>> {
    located.into_iter().map(|word| word.map(Word::from)).collect()
}

struct Reader<'r> {
    uses: Vec<String>,
    problems: &'r mut Problems,
}

impl Reader<'_> {
    fn pack(
        &mut self,
        table: &Table<'_>,
        header: &Table<'_>,
        uses: Vec<Located<FrameworkId>>,
        says: Says,
    ) -> Option<Pack> {
        let id = header.name("id", self.problems);
        let title = header.text("title", self.problems);
        let edition = header.text("edition", self.problems);
        let name = |reader: &mut Self, key: &str| header.name(key, reader.problems).map(|name| name.map(Name::from));
        Some(Pack {
            aliases: header
                .names("aliases", self.problems)
                .into_iter()
                .map(|name| name.map(FrameworkId::from))
                .collect(),
            in_force_from: header.date("in-force-from", self.problems).map(|date| date.value),
            guide: header.text("guide", self.problems).map(|text| text.value),
            cites: header.texts("cites", self.problems),
            status: self.provenance(header),
            result: name(self, "result"),
            direction: name(self, "direction"),
            outputs: header.names("outputs", self.problems).into_iter().map(|name| name.map(Name::from)).collect(),
            extends: header.name("extends", self.problems).map(|name| name.map(FrameworkId::from)),
            uses,
            change: header.text("change", self.problems).map(|text| text.value),
            scale: table.table("scale", &shapes::SCALE, self.problems).map(|scale| self.scale(&scale)),
            types: self.types(table),
            parameters: self.map(table, "parameter", &shapes::PARAMETER, Self::parameter),
            facts: self.map(table, "fact", &shapes::FACT, Self::fact),
            derived: self.map(table, "derived", &shapes::DERIVED, Self::derived),
            measures: self.map(table, "measure", &shapes::MEASURE, Self::measure),
            decisions: self.map(table, "decision", &shapes::DECISION, Self::decision),
            studies: self
                .map(table, "study", &shapes::STUDY, |reader, name, table| study::read(name, table, reader.problems)),
            scope: self.scope(table),
            assumptions: self.assumptions(table),
            tests: Tests::read(table, self.problems),
            says,
            span: header.span.clone(),
            id: id?.map(FrameworkId::from),
            title: title?.value,
            edition: edition?.value,
        })
    }

    fn map<T>(
        &mut self,
        table: &Table<'_>,
        key: &str,
        shape: &'static Shape,
        read: impl Fn(&mut Self, Located<Name>, &Table<'_>) -> Option<T>,
    ) -> Vec<T> {
        let tables = table.map(key, shape, self.problems);
        for (name, _) in tables.iter().filter(|(name, _)| name.value.contains('.')) {
            let message = format!("`{}` has a dot, which stands between a framework's id and a name", name.value);
            let help = "what another framework declares is used as it is; give this a name of its own";
            self.problems.push(Diagnostic::error(Code::NameClash, message).at(&name.span).help(help));
        }
        tables.into_iter().filter_map(|(name, table)| read(self, name.map(Name::from), &table)).collect()
    }

    fn condition(&mut self, node: Node<'_>) -> Option<Condition> {
        ConditionReader { uses: &self.uses, problems: self.problems }.read(node)
    }

    /// The condition under a key, `Some(None)` if the key is not there.
    #[expect(clippy::option_option, reason = "absent and unreadable are two things here")]
    fn condition_at(&mut self, table: &Table<'_>, key: &str) -> Option<Option<Condition>> {
        match table.get(key) {
            None => Some(None),
            Some(node) => self.condition(node).map(Some),
        }
    }

    fn provenance(&mut self, table: &Table<'_>) -> Option<Provenance> {
        table.word("status", &Provenance::WORDS, self.problems).map(|status| status.value)
    }

    fn change(&mut self, table: &Table<'_>) -> Option<String> {
        table.text("change", self.problems).map(|text| text.value)
    }

    fn scale(&mut self, table: &Table<'_>) -> Scale {
        let levels = table.names("levels", self.problems);
        let outcomes = table.names("outcomes", self.problems);
        let mut seen: Vec<&str> = Vec::new();
        for word in levels.iter().chain(&outcomes) {
            if seen.contains(&word.value) {
                let message = format!("`{}` stands in the scale twice", word.value);
                self.problems.push(Diagnostic::error(Code::DuplicateId, message).at(&word.span));
            }
            seen.push(word.value);
            if Unknown::from_word(word.value).is_some() {
                self.reserved(word.value, &word.span);
            }
        }
        let mut labels = BTreeMap::new();
        if let Some(node) = table.get("labels") {
            for entry in node.entries("a table of labels", self.problems) {
                let Some(label) = entry.value.text("text", self.problems) else { continue };
                if !seen.contains(&entry.key) {
                    let message = format!("the scale has no `{}`", entry.key);
                    let near = self.problems.nearest(entry.key, seen.iter().copied());
                    let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&entry.key_span);
                    self.problems.push(diagnostic.did_you_mean(near));
                }
                labels.insert(entry.key.into(), label.to_owned());
            }
        }
        let words = |located: Vec<Located<&str>>| located.into_iter().map(|word| word.value.into()).collect();
        Scale { levels: words(levels), outcomes: words(outcomes), labels, span: table.span.clone() }
    }

    fn reserved(&mut self, word: &str, span: &Span) {
        let message = format!("`{word}` has a meaning of its own and cannot be used here");
        let help = "`missing`, `not-reported`, `not-applicable` and `none` tell why a value is not there";
        self.problems.push(Diagnostic::error(Code::NameClash, message).at(span).help(help));
    }

    fn scope(&mut self, table: &Table<'_>) -> Vec<super::ScopeRule> {
        let tables = table.tables("not-applicable", &shapes::SCOPE, self.problems);
        let read = |reader: &mut Self, table: &Table<'_>| {
            let when = reader.condition(table.get("when")?)?;
            let because = table.text("because", reader.problems)?.value;
            Some(super::ScopeRule { when, because, span: table.span.clone() })
        };
        tables.iter().filter_map(|table| read(self, table)).collect()
    }

    fn assumptions(&mut self, table: &Table<'_>) -> Vec<AssumptionPart> {
        let tables = table.tables("assumption", &shapes::ASSUMPTION, self.problems);
        let read = |reader: &mut Self, table: &Table<'_>| {
            let id = table.name("id", reader.problems)?.map(Name::from);
            let never = reader.condition(table.get("never")?)?;
            let because = table.text("because", reader.problems)?.value;
            Some(AssumptionPart { id, never, because })
        };
        tables.iter().filter_map(|table| read(self, table)).collect()
    }
}
