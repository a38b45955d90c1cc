//! Reading types, parameters, facts and derived values.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::part::{DerivedPart, FactPart, ParameterPart, TypePart};
use super::{Reader, names};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Located, Node, Table};
use crate::document::shape::Subject;
use crate::framework::{Argument, MOST_VALUES, misplaced, shapes};
use crate::name::{Name, Word};
use crate::synthesis::function;
use crate::synthesis::function::Function;
use crate::synthesis::{MethodPart, PooledNumber, ResultPart};
use crate::value::Unknown;

use crate::vocabulary::{BetterEnd, Means};

impl Reader<'_> {
    pub(super) fn types(&mut self, table: &Table<'_>) -> BTreeMap<Name, TypePart> {
        let parts = self.map(table, "type", &shapes::TYPE, |reader, name, table| {
            misplaced::in_list(table, reader.problems);
            let part = reader.type_part(table);
            if part.is_none() {
                let message = format!("the type `{}` has neither `choices` nor `ordered`", name.value);
                reader.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
            }
            Some((name.value, part?))
        });
        parts.into_iter().collect()
    }

    pub(super) fn type_part(&mut self, table: &Table<'_>) -> Option<TypePart> {
        let ordered = table.has("ordered");
        if !ordered && !table.has("choices") {
            return None;
        }
        let values = names(table.names(if ordered { "ordered" } else { "choices" }, self.problems));
        if ordered && table.has("choices") {
            let message = "a type has either `choices` or `ordered`";
            self.problems.push(Diagnostic::error(Code::WrongType, message).at(&table.span));
        }
        if let Some(beyond) = values.get(MOST_VALUES) {
            let message = format!("a fact has at most {MOST_VALUES} values");
            let diagnostic = Diagnostic::error(Code::TooLarge, message).at(&beyond.span);
            self.problems.push(diagnostic.help("let it be text, or list what the rules tell apart"));
            return None;
        }
        let mut seen: BTreeSet<&Word> = BTreeSet::new();
        for word in &values {
            if Unknown::from_word(word.value.as_str()).is_some() || word.value == "known" {
                self.reserved(word.value.as_str(), &word.span);
            }
            if !seen.insert(&word.value) {
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
                        let near = self.problems.nearest(word, values.iter().map(|value| value.value.as_str()));
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

    pub(super) fn best(&mut self, table: &Table<'_>) -> Option<BetterEnd> {
        let words = [("first", BetterEnd::First), ("last", BetterEnd::Last)];
        table.word("best", &words, self.problems).map(|best| best.value)
    }

    pub(super) fn unknowns(&mut self, table: &Table<'_>) -> Option<Vec<Unknown>> {
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

    fn changed_by(&mut self, table: &Table<'_>) -> Option<Vec<Means>> {
        table.has("changed-by").then(|| {
            let mut means = Vec::new();
            for word in table.names("changed-by", self.problems) {
                match Means::WORDS.into_iter().find(|(known, _)| *known == word.value) {
                    Some((_, known)) if !means.contains(&known) => means.push(known),
                    Some(_) => {}
                    None => {
                        let message = format!("`{}` changes no fact", word.value);
                        let words = Means::WORDS.map(|(word, _)| word);
                        let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&word.span);
                        self.problems.push(diagnostic.one_of(word.value, words.into_iter()));
                    }
                }
            }
            means
        })
    }

    pub(super) fn parameter(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<ParameterPart> {
        let value = match table.get("value") {
            None => None,
            Some(node) => Some(node.literal(self.problems)?),
        };
        let (least, greatest) = self.bounds(table);
        Some(ParameterPart {
            name,
            value,
            choices: names(table.names("choices", self.problems)).into_iter().map(|word| word.value).collect(),
            least,
            greatest,
            about: table.text("about", self.problems).map(|text| text.value),
            cites: table.text("cites", self.problems).map(|text| text.value),
            status: self.provenance(table),
            synthesis: table.word("synthesis", MethodPart::WORDS, self.problems).map(|word| word.value),
            change: self.change(table),
            span: table.span.clone(),
        })
    }

    pub(super) fn fact(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<FactPart> {
        let on = self.subject(table);
        let ask = table.text("ask", self.problems);
        let type_name = table.name("type", self.problems).map(|name| name.map(Name::from));
        let listed = self.type_part(table);
        if type_name.is_some() == listed.is_some() {
            let message = format!("the fact `{}` needs exactly one of `type`, `choices` and `ordered`", name.value);
            self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
            return None;
        }
        misplaced::in_typed(table, type_name.as_ref().map(|name| name.value.as_str()), self.problems);
        let default = match table.get("default") {
            None => None,
            Some(node) => Some(node.literal(self.problems)?),
        };
        let unknowns = self.unknowns(table);
        let unit = table.text("unit", self.problems).map(|text| text.value);
        let (least, greatest) = self.bounds(table);
        let asked_when = self.condition_at(table, "asked-when")?;
        let synthesised_when = self.condition_at(table, "synthesised-when")?;
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
            changed_by: self.changed_by(table),
            result: table.word("result", ResultPart::WORDS, self.problems).map(|word| word.value),
            synthesis: table.word("synthesis", PooledNumber::WORDS, self.problems).map(|word| word.value),
            synthesised_when,
        })
    }

    /// The least and the greatest number that something can be.
    fn bounds(&mut self, table: &Table<'_>) -> (Option<Decimal>, Option<Decimal>) {
        let least = table.number("at-least", self.problems);
        let greatest = table.number("at-most", self.problems);
        if let (Some(least), Some(greatest)) = (&least, &greatest)
            && least.value > greatest.value
        {
            let message = format!("no number is at least {} and at most {}", least.value, greatest.value);
            let diagnostic =
                Diagnostic::error(Code::OutOfRange, message).at(&least.span).label(&greatest.span, "and this");
            self.problems.push(diagnostic.help("let `at-least` be the smaller of the two"));
        }
        (least.map(|number| number.value), greatest.map(|number| number.value))
    }

    pub(super) fn subject(&mut self, table: &Table<'_>) -> Option<Subject> {
        let words = [Subject::Evidence, Subject::Link, Subject::Claim].map(|subject| (subject.word(), subject));
        table.word("on", &words, self.problems).map(|subject| subject.value)
    }

    pub(super) fn derived(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<DerivedPart> {
        let on = if table.has("on") { self.subject(table)? } else { Subject::Claim };
        let call = table.name("call", self.problems)?;
        let Some(function) = function::find(call.value) else {
            let message = format!("there is no host function `{}`", call.value);
            let near = self.problems.nearest(call.value, function::all().iter().map(|function| function.name));
            let all: Vec<String> = function::all().iter().map(|function| format!("`{}`", function.name)).collect();
            let diagnostic = Diagnostic::error(Code::UnknownFunction, message).at(&call.span);
            self.problems.push(diagnostic.did_you_mean_or(near, format!("there are {}", all.join(", "))));
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
                let near = self.problems.nearest(entry.key, wanted());
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
}
