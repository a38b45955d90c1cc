//! Reading one framework file: what it says by itself, before what it extends and uses is put in
//! place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::condition::ConditionReader;
use super::{Aggregate, Argument, Condition, Example, Over, Provenance, Scale, example, shapes};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused};
use crate::document::reader::{Literal, Located, Node, Table};
use crate::document::shape::{Shape, Subject};
use crate::document::{Span, TextFile, canonical, parse};
use crate::name::{FrameworkId, Name, RuleId, Word};
use crate::synthesis::function::{self, Function};
use crate::value::Unknown;
use crate::vocabulary::BetterEnd;

/// A framework file as it stands.
pub(super) struct Pack {
    pub(super) id: Located<FrameworkId>,
    pub(super) title: String,
    pub(super) edition: String,
    pub(super) guide: Option<String>,
    pub(super) cites: Vec<String>,
    pub(super) status: Option<Provenance>,
    pub(super) result: Option<Located<Name>>,
    pub(super) direction: Option<Located<Name>>,
    pub(super) outputs: Vec<Located<Name>>,
    pub(super) extends: Option<Located<FrameworkId>>,
    pub(super) uses: Vec<Located<FrameworkId>>,
    pub(super) change: Option<String>,
    pub(super) scale: Option<Scale>,
    pub(super) types: BTreeMap<Name, TypePart>,
    pub(super) parameters: Vec<ParameterPart>,
    pub(super) facts: Vec<FactPart>,
    pub(super) derived: Vec<DerivedPart>,
    pub(super) measures: Vec<MeasurePart>,
    pub(super) decisions: Vec<DecisionPart>,
    pub(super) scope: Vec<super::ScopeRule>,
    pub(super) assumptions: Vec<AssumptionPart>,
    pub(super) examples: Vec<Example>,
    pub(super) enumerations: Vec<super::Enumeration>,
    pub(super) canonical: String,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct TypePart {
    pub(super) values: Vec<Located<Word>>,
    pub(super) ordered: bool,
    pub(super) best: Option<BetterEnd>,
    pub(super) groups: BTreeMap<Word, Vec<Located<Word>>>,
    pub(super) unknowns: Option<Vec<Unknown>>,
}

pub(super) struct ParameterPart {
    pub(super) name: Located<Name>,
    pub(super) value: Option<Located<Literal>>,
    pub(super) choices: Vec<Word>,
    pub(super) least: Option<Decimal>,
    pub(super) greatest: Option<Decimal>,
    pub(super) about: Option<String>,
    pub(super) cites: Option<String>,
    pub(super) status: Option<Provenance>,
    pub(super) change: Option<String>,
    pub(super) span: Span,
}

pub(super) struct FactPart {
    pub(super) name: Located<Name>,
    pub(super) subject: Subject,
    /// The name of its type, or `None` for values listed with the fact itself.
    pub(super) type_name: Option<Located<Name>>,
    pub(super) listed: Option<TypePart>,
    pub(super) unknowns: Option<Vec<Unknown>>,
    pub(super) unit: Option<String>,
    pub(super) least: Option<Decimal>,
    pub(super) greatest: Option<Decimal>,
    pub(super) default: Option<Located<Literal>>,
    pub(super) ask: String,
    pub(super) asked_when: Option<Condition>,
}

pub(super) struct DerivedPart {
    pub(super) name: Located<Name>,
    pub(super) on: Subject,
    pub(super) function: &'static Function,
    pub(super) arguments: Vec<Vec<Argument>>,
    pub(super) about: Option<String>,
    pub(super) cites: Option<String>,
    pub(super) change: Option<String>,
}

pub(super) struct MeasurePart {
    pub(super) name: Located<Name>,
    pub(super) aggregate: Aggregate,
    pub(super) over: Over,
    pub(super) filter: Option<Condition>,
    pub(super) prefer: Option<Condition>,
    pub(super) skip_not_reported: bool,
    pub(super) clamp: Option<(Decimal, Decimal)>,
    pub(super) about: Option<String>,
    pub(super) change: Option<String>,
}

pub(super) struct DecisionPart {
    pub(super) name: Located<Name>,
    pub(super) title: Option<String>,
    pub(super) on: Option<Subject>,
    pub(super) values: Option<Vec<Located<Word>>>,
    pub(super) best: Option<BetterEnd>,
    pub(super) outcomes: Option<Vec<Located<Word>>>,
    pub(super) hit: Option<&'static str>,
    pub(super) rules: Vec<RulePart>,
    pub(super) otherwise: Option<RulePart>,
    pub(super) start: Option<super::Start>,
    pub(super) clamp: Option<(Decimal, Decimal)>,
    pub(super) inputs: Vec<Located<Name>>,
    pub(super) status: Option<Provenance>,
    pub(super) cites: Option<String>,
    pub(super) judgement: Option<&'static str>,
    pub(super) within: Option<u32>,
    pub(super) amend: bool,
    pub(super) drop: Vec<Located<RuleId>>,
    pub(super) change: Option<String>,
    pub(super) span: Span,
}

#[derive(Clone)]
pub(super) struct RulePart {
    pub(super) id: Located<RuleId>,
    pub(super) when: Condition,
    pub(super) then: super::Then,
    pub(super) because: String,
    pub(super) proposes: bool,
    pub(super) status: Option<Provenance>,
    pub(super) cites: Option<String>,
    pub(super) before: Option<Located<RuleId>>,
    pub(super) span: Span,
}

pub(super) struct AssumptionPart {
    pub(super) id: Located<Name>,
    pub(super) never: Condition,
    pub(super) because: String,
}

/// Reads a framework file from a path.
pub(super) fn read_file(path: &Path) -> Result<Arc<TextFile>, Refused> {
    TextFile::read(path, path.to_string_lossy().replace('\\', "/")).map_err(|diagnostic| (*diagnostic).into())
}

/// Reads a framework file.
pub(super) fn read(file: &Arc<TextFile>, problems: &mut Problems) -> Option<Pack> {
    let document = parse(file, problems)?;
    let document = document.get_ref();
    let table = Table::open(file, &shapes::FILE, document, Span::new(file, 0..0), problems);
    let header = table.table("framework", &shapes::FRAMEWORK, problems)?;
    let uses: Vec<Located<FrameworkId>> =
        header.names("uses", problems).into_iter().map(|name| name.map(FrameworkId::from)).collect();
    let known: Vec<String> = uses.iter().map(|used| used.value.as_str().to_owned()).collect();
    let mut reader = Reader { uses: known, problems };
    reader.pack(&table, &header, uses, canonical::ordered(document))
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
        canonical: String,
    ) -> Option<Pack> {
        let id = header.name("id", self.problems);
        let title = header.text("title", self.problems);
        let edition = header.text("edition", self.problems);
        let name = |reader: &mut Self, key: &str| header.name(key, reader.problems).map(|name| name.map(Name::from));
        Some(Pack {
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
            scope: self.scope(table),
            assumptions: self.assumptions(table),
            examples: example::read_examples(table, self.problems),
            enumerations: example::read_enumerations(table, self.problems),
            canonical,
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
                    let near = crate::name::nearest(entry.key, seen.iter().copied());
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

    fn types(&mut self, table: &Table<'_>) -> BTreeMap<Name, TypePart> {
        let parts = self.map(table, "type", &shapes::TYPE, |reader, name, table| {
            let part = reader.type_part(table);
            if part.is_none() {
                let message = format!("the type `{}` has neither `choices` nor `ordered`", name.value);
                reader.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
            }
            Some((name.value, part?))
        });
        parts.into_iter().collect()
    }

    fn type_part(&mut self, table: &Table<'_>) -> Option<TypePart> {
        let ordered = table.has("ordered");
        if !ordered && !table.has("choices") {
            return None;
        }
        let values = names(table.names(if ordered { "ordered" } else { "choices" }, self.problems));
        if ordered && table.has("choices") {
            let message = "a type has either `choices` or `ordered`";
            self.problems.push(Diagnostic::error(Code::WrongType, message).at(&table.span));
        }
        for (index, word) in values.iter().enumerate() {
            if Unknown::from_word(word.value.as_str()).is_some() || word.value == "known" {
                self.reserved(word.value.as_str(), &word.span);
            }
            if values[..index].iter().any(|before| before.value == word.value) {
                let message = format!("`{}` is listed twice", word.value);
                self.problems.push(Diagnostic::error(Code::DuplicateId, message).at(&word.span));
            }
        }
        let mut groups = BTreeMap::new();
        if let Some(node) = table.get("groups") {
            for entry in node.entries("a table: name = [values]", self.problems) {
                let Some(name) = entry.name(self.problems) else { continue };
                if values.iter().any(|word| word.value == name.value) {
                    let message = format!("`{}` is a value and cannot be a group as well", name.value);
                    self.problems.push(Diagnostic::error(Code::NameClash, message).at(&name.span));
                }
                let items = entry.value.list("a list of values", self.problems);
                let mut members = Vec::new();
                for item in items {
                    let Some(word) = item.name(self.problems) else { continue };
                    if !values.iter().any(|value| value.value == word) {
                        let message = format!("the group `{}` has a value `{word}` that is not listed", name.value);
                        let near = crate::name::nearest(word, values.iter().map(|value| value.value.as_str()));
                        let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&item.span());
                        self.problems.push(diagnostic.did_you_mean(near));
                    }
                    members.push(Located::new(word.into(), item.span()));
                }
                groups.insert(name.value.into(), members);
            }
        }
        let best = self.best(table);
        Some(TypePart { values, ordered, best, groups, unknowns: self.unknowns(table) })
    }

    fn best(&mut self, table: &Table<'_>) -> Option<BetterEnd> {
        let words = [("first", BetterEnd::First), ("last", BetterEnd::Last)];
        table.word("best", &words, self.problems).map(|best| best.value)
    }

    fn unknowns(&mut self, table: &Table<'_>) -> Option<Vec<Unknown>> {
        table.has("unknowns").then(|| {
            let words = table.names("unknowns", self.problems);
            let mut unknowns = Vec::new();
            for word in words {
                match Unknown::from_word(word.value) {
                    Some(unknown) => unknowns.push(unknown),
                    None => {
                        let message = format!("`{}` is no unknown", word.value);
                        let help = "the unknowns are `not-reported`, `not-applicable` and `none`; `missing` goes without saying";
                        let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&word.span);
                        self.problems.push(diagnostic.help(help));
                    }
                }
            }
            unknowns.retain(|unknown| *unknown != Unknown::Missing);
            unknowns.sort_unstable();
            unknowns.dedup();
            unknowns
        })
    }

    fn parameter(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<ParameterPart> {
        let value = match table.get("value") {
            None => None,
            Some(node) => Some(node.literal(self.problems)?),
        };
        Some(ParameterPart {
            name,
            value,
            choices: names(table.names("choices", self.problems)).into_iter().map(|word| word.value).collect(),
            least: table.number("at-least", self.problems).map(|number| number.value),
            greatest: table.number("at-most", self.problems).map(|number| number.value),
            about: table.text("about", self.problems).map(|text| text.value),
            cites: table.text("cites", self.problems).map(|text| text.value),
            status: self.provenance(table),
            change: self.change(table),
            span: table.span.clone(),
        })
    }

    fn fact(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<FactPart> {
        let on = self.subject(table);
        let ask = table.text("ask", self.problems);
        let type_name = table.name("type", self.problems).map(|name| name.map(Name::from));
        let listed = self.type_part(table);
        if type_name.is_some() == listed.is_some() {
            let message = format!("the fact `{}` needs one of `type`, `choices` and `ordered`", name.value);
            self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
            return None;
        }
        let default = match table.get("default") {
            None => None,
            Some(node) => Some(node.literal(self.problems)?),
        };
        let unknowns = self.unknowns(table);
        let unit = table.text("unit", self.problems).map(|text| text.value);
        let least = table.number("at-least", self.problems).map(|number| number.value);
        let greatest = table.number("at-most", self.problems).map(|number| number.value);
        let asked_when = self.condition_at(table, "asked-when")?;
        Some(FactPart {
            name,
            subject: on?,
            type_name,
            listed,
            unknowns,
            unit,
            least,
            greatest,
            default,
            ask: ask?.value,
            asked_when,
        })
    }

    fn subject(&mut self, table: &Table<'_>) -> Option<Subject> {
        let words = [Subject::Evidence, Subject::Link, Subject::Claim].map(|subject| (subject.word(), subject));
        table.word("on", &words, self.problems).map(|subject| subject.value)
    }

    fn derived(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<DerivedPart> {
        let on = if table.has("on") { self.subject(table)? } else { Subject::Claim };
        let call = table.name("call", self.problems)?;
        let Some(function) = function::find(call.value) else {
            let message = format!("there is no host function `{}`", call.value);
            let near = crate::name::nearest(call.value, function::all().iter().map(|function| function.name));
            let diagnostic = Diagnostic::error(Code::UnknownFunction, message).at(&call.span);
            self.problems.push(diagnostic.did_you_mean(near));
            return None;
        };
        let arguments = self.arguments(function, table.get("with")?)?;
        Some(DerivedPart {
            name,
            on,
            function,
            arguments,
            about: table.text("about", self.problems).map(|text| text.value),
            cites: table.text("cites", self.problems).map(|text| text.value),
            change: self.change(table),
        })
    }

    fn arguments(&mut self, function: &'static Function, node: Node<'_>) -> Option<Vec<Vec<Argument>>> {
        let mut given: Vec<Option<Vec<Argument>>> = vec![None; function.parameters.len()];
        let wanted = || function.parameters.iter().map(|parameter| parameter.name);
        let mut complete = true;
        for entry in node.entries("a table of arguments", self.problems) {
            let Some(position) = wanted().position(|name| name == entry.key) else {
                let message = format!("`{}` takes no `{}`", function.name, entry.key);
                let near = crate::name::nearest(entry.key, wanted());
                let diagnostic = Diagnostic::error(Code::BadArguments, message).at(&entry.key_span);
                self.problems.push(diagnostic.did_you_mean(near));
                complete = false;
                continue;
            };
            let items = entry.value.one_or_many();
            if items.len() != 1 && !function.parameters[position].many {
                let message = format!("`{}` takes one value as `{}`", function.name, entry.key);
                self.problems.push(Diagnostic::error(Code::BadArguments, message).at(&entry.value.span()));
                complete = false;
            }
            let mut read = Vec::new();
            for item in items {
                let argument = match item.as_text() {
                    Some(_) => item.name(self.problems).map(|name| Argument::Name(name.into())),
                    None => item.number(self.problems).map(Argument::Number),
                };
                complete &= argument.is_some();
                read.extend(argument);
            }
            given[position] = Some(read);
        }
        for (parameter, argument) in function.parameters.iter().zip(&given) {
            if argument.is_none() {
                let message = format!("`{}` needs `{}`: {}", function.name, parameter.name, parameter.about);
                self.problems.push(Diagnostic::error(Code::BadArguments, message).at(&node.span()));
                complete = false;
            }
        }
        given.into_iter().collect::<Option<Vec<_>>>().filter(|_| complete)
    }

    fn measure(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<MeasurePart> {
        const AGGREGATES: [&str; 10] =
            ["count", "distinct", "sum", "min", "max", "median", "majority", "any", "all", "share"];
        let stated: Vec<&str> = AGGREGATES.into_iter().filter(|key| table.has(key)).collect();
        let [key] = stated.as_slice() else {
            let message = format!("the measure `{}` needs one of {}", name.value, AGGREGATES.join(", "));
            self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
            return None;
        };
        let of = |reader: &mut Self, key: &str| table.name(key, reader.problems).map(|name| Name::from(name.value));
        let over_words = [("evidence", Over::Evidence), ("claims", Over::Claims)];
        let mut over = table.word("over", &over_words, self.problems).map_or(Over::Evidence, |over| over.value);
        let aggregate = match *key {
            "count" => {
                over = table.word("count", &over_words, self.problems)?.value;
                Aggregate::Count
            }
            "distinct" => Aggregate::Distinct(of(self, key)?),
            "sum" => Aggregate::Sum(of(self, key)?),
            "min" => Aggregate::Min(of(self, key)?),
            "max" => Aggregate::Max(of(self, key)?),
            "median" => Aggregate::Median(of(self, key)?),
            "majority" => Aggregate::Majority(of(self, key)?),
            "any" => Aggregate::Any(self.condition(table.get(key)?)?),
            "all" => Aggregate::All(self.condition(table.get(key)?)?),
            _ => Aggregate::Share { holds: self.condition(table.get(key)?)?, weight: of(self, "weight") },
        };
        let filter = self.condition_at(table, "where")?;
        let prefer = self.condition_at(table, "prefer")?;
        Some(MeasurePart {
            name,
            aggregate,
            over,
            filter,
            prefer,
            skip_not_reported: table.word("not-reported", &[("skip", ())], self.problems).is_some(),
            clamp: self.clamp(table),
            about: table.text("about", self.problems).map(|text| text.value),
            change: self.change(table),
        })
    }

    fn clamp(&mut self, table: &Table<'_>) -> Option<(Decimal, Decimal)> {
        let node = table.get("clamp")?;
        let items = node.list("a list of two numbers", self.problems);
        let numbers: Vec<Decimal> = items.iter().filter_map(|item| item.number(self.problems)).collect();
        match numbers.as_slice() {
            [least, greatest] if least <= greatest && items.len() == 2 => Some((*least, *greatest)),
            _ => {
                let message = "a clamp has two numbers, the lesser first";
                self.problems.push(Diagnostic::error(Code::WrongType, message).at(&node.span()));
                None
            }
        }
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

    fn decision(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<DecisionPart> {
        const HITS: [(&str, &str); 6] = [
            ("first", "first"),
            ("unique", "unique"),
            ("worst", "worst"),
            ("best", "best"),
            ("sum", "sum"),
            ("table", "table"),
        ];
        let hit = table.word("hit", &HITS, self.problems).map(|hit| hit.value);
        let on = if table.has("on") { Some(self.subject(table)?) } else { None };
        let inputs: Vec<Located<Name>> =
            table.names("inputs", self.problems).into_iter().map(|name| name.map(Name::from)).collect();
        let mut rules: Vec<RulePart> =
            table.tables("rule", &shapes::RULE, self.problems).iter().filter_map(|rule| self.rule(rule)).collect();
        if let Some(node) = table.get("table") {
            self.lookup(table, node, &inputs, &mut rules);
        }
        let otherwise = table.get("otherwise").and_then(|node| self.otherwise(node));
        let optional_words =
            |reader: &mut Self, key: &str| table.has(key).then(|| names(table.names(key, reader.problems)));
        let policies = [("allowed", "allowed"), ("refused", "refused")];
        let within = table.number("within", self.problems).and_then(|number| {
            let steps = u32::try_from(number.value).ok();
            if steps.is_none() {
                let message = "this is a number of steps: a whole number, 0 or more";
                self.problems.push(Diagnostic::error(Code::WrongType, message).at(&number.span));
            }
            steps
        });
        Some(DecisionPart {
            title: table.text("title", self.problems).map(|text| text.value),
            on,
            values: optional_words(self, "values"),
            best: self.best(table),
            outcomes: optional_words(self, "outcomes"),
            hit,
            rules,
            otherwise,
            start: table.get("start").and_then(|node| self.start(node)),
            clamp: self.clamp(table),
            inputs,
            status: self.provenance(table),
            cites: table.text("cites", self.problems).map(|text| text.value),
            judgement: table.word("judgement", &policies, self.problems).map(|policy| policy.value),
            within,
            amend: table.flag("amend", self.problems).is_some_and(|amend| amend.value),
            drop: table.names("drop", self.problems).into_iter().map(|id| id.map(RuleId::from)).collect(),
            change: self.change(table),
            span: name.span.clone(),
            name,
        })
    }

    fn start(&mut self, node: Node<'_>) -> Option<super::Start> {
        match node.as_text() {
            Some(_) => node.name(self.problems).map(|name| super::Start::ValueOf(name.into(), node.span())),
            None => node.number(self.problems).map(super::Start::Number),
        }
    }

    fn rule(&mut self, table: &Table<'_>) -> Option<RulePart> {
        let id = table.name("id", self.problems);
        let because = table.text("because", self.problems);
        let when = self.condition_at(table, "when")?.unwrap_or_else(Condition::always);
        let then = match (table.get("then"), table.get("add")) {
            (Some(then), None) => self.then(then)?,
            (None, Some(add)) if add.is_table() => self.then(add)?,
            (None, Some(add)) => super::Then::Number(add.number(self.problems)?),
            _ => {
                let message = "a rule needs `then` with a value, or in a sum `add` with a number";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
                return None;
            }
        };
        Some(RulePart {
            id: id?.map(RuleId::from),
            when,
            then,
            because: because?.value,
            proposes: table.flag("proposes", self.problems).is_some_and(|proposes| proposes.value),
            status: self.provenance(table),
            cites: table.text("cites", self.problems).map(|text| text.value),
            before: table.name("before", self.problems).map(|id| id.map(RuleId::from)),
            span: table.span.clone(),
        })
    }

    fn then(&mut self, node: Node<'_>) -> Option<super::Then> {
        if !node.is_table() {
            return node.name(self.problems).map(|word| super::Then::Value(word.into()));
        }
        let table = node.table(&shapes::VALUE_OF, self.problems)?;
        let name = table.name("value-of", self.problems)?;
        Some(super::Then::ValueOf(name.value.into(), name.span))
    }

    fn otherwise(&mut self, node: Node<'_>) -> Option<RulePart> {
        let mut rule = RulePart {
            id: Located::new(RuleId::from("otherwise"), node.span()),
            when: Condition::always(),
            then: super::Then::Value("".into()),
            because: "No other rule answers.".to_owned(),
            proposes: false,
            status: None,
            cites: None,
            before: None,
            span: node.span(),
        };
        if node.is_table() {
            let table = node.table(&shapes::OTHERWISE, self.problems)?;
            rule.because = table.text("because", self.problems)?.value;
            rule.proposes = table.flag("proposes", self.problems).is_some_and(|proposes| proposes.value);
            rule.cites = table.text("cites", self.problems).map(|text| text.value);
            rule.status = self.provenance(&table);
            rule.then = self.then(table.get("then")?)?;
        } else {
            rule.then = self.then(node)?;
        }
        Some(rule)
    }

    /// Turns a lookup matrix into rules, a rule a cell.
    fn lookup(&mut self, table: &Table<'_>, node: Node<'_>, inputs: &[Located<Name>], rules: &mut Vec<RulePart>) {
        let because = match table.text("because", self.problems) {
            Some(because) => because.value,
            None => {
                let message = "a table needs `because`: what is said of a value that was looked up";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
                return;
            }
        };
        self.lookup_level(node, inputs, &mut Vec::new(), &because, rules);
    }

    fn lookup_level<'a>(
        &mut self,
        node: Node<'a>,
        inputs: &[Located<Name>],
        path: &mut Vec<(&'a str, super::Test)>,
        because: &str,
        rules: &mut Vec<RulePart>,
    ) {
        if !node.is_table() {
            let Some(word) = node.name(self.problems) else { return };
            let keys: Vec<&str> = path.iter().map(|(key, _)| *key).collect();
            let tests = path.iter().map(|(_, test)| Condition::Test(test.clone())).collect();
            rules.push(RulePart {
                id: Located::new(keys.join("/").into(), node.span()),
                when: Condition::All(tests),
                then: super::Then::Value(word.into()),
                because: because.to_owned(),
                proposes: false,
                status: None,
                cites: None,
                before: None,
                span: node.span(),
            });
            return;
        }
        let Some(input) = inputs.get(path.len()) else {
            let message = format!("this table is nested deeper than its {} inputs", inputs.len());
            let help = "`inputs` lists what each level of the table is looked up by";
            self.problems.push(Diagnostic::error(Code::BadTable, message).at(&node.span()).help(help));
            return;
        };
        for entry in node.entries("a table of values", self.problems) {
            let accept =
                ConditionReader { uses: &self.uses, problems: self.problems }.accept_key(entry.key, &entry.key_span);
            let Some(accept) = accept else { continue };
            let test = super::Test {
                name: input.value.clone(),
                name_span: input.span.clone(),
                accepts: vec![accept],
                span: entry.key_span.clone(),
            };
            path.push((entry.key, test));
            self.lookup_level(entry.value, inputs, path, because, rules);
            path.pop();
        }
    }
}
