//! Putting facts together.

use std::sync::Arc;

use super::{Builder, choice};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::Literal;
use crate::document::shape::Subject;
use crate::framework::condition::OperandValue;
use crate::framework::load::FactPart;
use crate::framework::{Accept, Assumption, Condition, Operand, Test};
use crate::name::{Name, Word};
use crate::synthesis::ValueKind;
use crate::value::{FactValue, Unknown};
use crate::vocabulary::{FactDefinition, FactType, Means};

/// The diagnostic if a fact cannot be the part of a result, or the number of results put together, that it is to be.
fn misfit(fact: &FactDefinition) -> Option<Diagnostic> {
    let (word, key, on_claim, wanted) = match (fact.result, fact.synthesis) {
        (Some(_), Some(_)) => {
            let message = format!("`{}` is both a part of a result and a number of results put together", fact.name);
            let diagnostic = Diagnostic::error(Code::WrongType, message).at(&fact.span);
            return Some(diagnostic.help("take out `result` or `synthesis`"));
        }
        (Some(part), None) => (part.word(), "result", false, part.takes()),
        (None, Some(number)) => (number.word(), "synthesis", true, number.gives()),
        (None, None) => return None,
    };
    let fits = matches!(
        (&fact.kind, wanted),
        (FactType::Flag, ValueKind::Flag)
            | (FactType::Choice(_) | FactType::OpenChoice, ValueKind::Word)
            | (FactType::Number | FactType::Count, ValueKind::Number)
    );
    let wanted = match wanted {
        ValueKind::Flag => "a flag",
        ValueKind::Word => "one of some words",
        ValueKind::Number => "a number",
    };
    let place = if on_claim { "a claim" } else { "an evidence item or a link" };
    let is_there = (fact.subject == Subject::Claim) == on_claim;
    let message = format!("with `{key} = \"{word}\"`, `{}` is {wanted} of {place}", fact.name);
    (!(fits && is_there)).then(|| Diagnostic::error(Code::WrongType, message).at(&fact.span))
}

/// The words that facts have to say, as far as a condition asks for words.
fn words_of(condition: &Condition) -> Vec<(Name, Vec<Word>)> {
    let word = |accept: &Accept| match accept {
        Accept::Is(Operand { value: OperandValue::Literal(Literal::Text(text)), .. }) => Some(text.as_str().into()),
        _ => None,
    };
    let words = |test: &Test| Some((test.name.clone(), test.accepts.iter().map(word).collect::<Option<_>>()?));
    tests_of(condition).into_iter().flatten().filter_map(words).collect()
}

/// Why a test does not ask a fact of claims for words that it can say, and that do not follow from results themselves.
fn cannot_say(test: &Test, facts: &[Arc<FactDefinition>]) -> Option<Diagnostic> {
    let error = |code, message, at| Some(Diagnostic::error(code, message).at(at));
    let name = &test.name;
    let on_claims = || facts.iter().filter(|fact| fact.subject == Subject::Claim);
    let Some(fact) = on_claims().find(|fact| fact.name == *name) else {
        let near = crate::name::nearest(name.as_str(), on_claims().map(|fact| fact.name.as_str()));
        let message = format!("there is no fact of claims `{name}`");
        return error(Code::UnknownName, message, &test.name_span).map(|error| error.did_you_mean(near));
    };
    if fact.synthesis.is_some() {
        let message = format!("`{name}` follows from results itself");
        return error(Code::WrongType, message, &test.name_span);
    }
    let FactType::Choice(choices) = &fact.kind else {
        return error(Code::WrongType, format!("`{name}` is none of some words"), &test.name_span);
    };
    test.accepts.iter().find_map(|accept| match accept {
        Accept::Is(Operand { value: OperandValue::Literal(Literal::Text(text)), span }) => {
            if choices.values.iter().any(|word| word == text.as_str()) {
                return None;
            }
            let near = crate::name::nearest(text, choices.values.iter().map(Word::as_str));
            let message = format!("`{name}` does not say `{text}`");
            error(Code::UnknownValue, message, span).map(|error| error.did_you_mean(near))
        }
        _ => error(Code::WrongType, format!("`synthesised-when` takes words of `{name}`"), &test.span),
    })
}

/// The tests of a condition that asks for all of them; nothing of others.
fn tests_of(condition: &Condition) -> Option<Vec<&Test>> {
    match condition {
        Condition::All(all) => all.iter().map(tests_of).collect::<Option<Vec<_>>>().map(|tests| tests.concat()),
        Condition::Test(test) => Some(vec![test]),
        Condition::Any(_) | Condition::Not(_) => None,
    }
}

impl Builder<'_> {
    /// Whether what `synthesised-when` asks for can be: words of facts of claims.
    pub(super) fn check_synthesised_when(&mut self, part: &FactPart, facts: &[Arc<FactDefinition>]) {
        let Some(when) = &part.synthesised_when else { return };
        let refused = |message: &str| Diagnostic::error(Code::WrongType, message).at(&part.name.span);
        if part.synthesis.is_none() {
            let message = "`synthesised-when` says when a number of results is taken, and there is none";
            self.problems.push(refused(message).help("add `synthesis`"));
            return;
        }
        let Some(tests) = tests_of(when) else {
            let help = "name facts with the words that each has to say: `{ name = [\"one\", \"other\"] }`";
            self.problems.push(refused("`synthesised-when` takes no `any` and no `not`").help(help));
            return;
        };
        if tests.is_empty() {
            let help = "name a fact with the words that it has to say, or leave it out";
            self.problems.push(refused("`synthesised-when` asks for nothing").help(help));
        }
        for test in tests {
            self.problems.extend(cannot_say(test, facts));
        }
    }

    pub(super) fn add_fact(&mut self, facts: &mut Vec<Arc<FactDefinition>>, fact: &Arc<FactDefinition>) {
        match facts.iter().find(|known| known.name == fact.name) {
            None => facts.push(Arc::clone(fact)),
            Some(known) => self.problems.extend(known.clash(fact)),
        }
    }

    pub(super) fn fact(&mut self, part: &FactPart) -> Option<FactDefinition> {
        let (kind, of_type) = self.fact_type(part)?;
        let mut unknowns =
            part.unknowns.clone().or(of_type).unwrap_or_else(|| vec![Unknown::NotReported, Unknown::NotApplicable]);
        if part.asked_when.is_some() && !unknowns.contains(&Unknown::NotApplicable) {
            unknowns.push(Unknown::NotApplicable);
        }
        if kind == FactType::Count {
            unknowns.retain(|unknown| *unknown != Unknown::None);
        }
        unknowns.sort_unstable();
        let graded = matches!(&kind, FactType::Choice(choices) if choices.best.is_some());
        let changed_by = part.changed_by.clone().unwrap_or_else(|| Means::unsaid(part.subject, graded));
        let mut definition = FactDefinition {
            name: part.name.value.clone(),
            subject: part.subject,
            kind,
            unknowns,
            unit: part.unit.clone(),
            least: part.least,
            greatest: part.greatest,
            default: None,
            ask: part.ask.clone(),
            asked_when: part.asked_when.as_ref().map(ToString::to_string),
            changed_by,
            result: part.result,
            synthesis: part.synthesis,
            synthesised_when: part.synthesised_when.as_ref().map(words_of).unwrap_or_default(),
            span: part.name.span.clone(),
            framework: self.pack.id.value.clone(),
        };
        if let Some(diagnostic) = misfit(&definition) {
            self.problems.push(diagnostic);
        }
        if let Some(default) = &part.default {
            match definition.read(default) {
                Ok(FactValue::Known(value)) => definition.default = Some(value),
                Ok(FactValue::Unknown(_)) => {
                    let message = "a default is a value; what is not recorded is missing anyway";
                    self.problems.push(Diagnostic::error(Code::WrongType, message).at(&default.span));
                }
                Err(diagnostic) => self.problems.push(*diagnostic),
            }
        }
        Some(definition)
    }

    fn fact_type(&mut self, part: &FactPart) -> Option<(FactType, Option<Vec<Unknown>>)> {
        if let Some(listed) = &part.listed {
            return Some((choice(listed), None));
        }
        let name = part.type_name.as_ref()?;
        let plain = match name.value.as_str() {
            "flag" => Some(FactType::Flag),
            "count" => Some(FactType::Count),
            "number" => Some(FactType::Number),
            "date" => Some(FactType::Date),
            "text" => Some(FactType::Text),
            _ => None,
        };
        if let Some(plain) = plain {
            return Some((plain, None));
        }
        let Some(shared) = self.types.get(&name.value) else {
            let message = format!("there is no type `{}`", name.value);
            let known =
                ["flag", "count", "number", "date", "text"].into_iter().chain(self.types.keys().map(Name::as_str));
            let near = crate::name::nearest(name.value.as_str(), known);
            self.problems.push(Diagnostic::error(Code::UnknownName, message).at(&name.span).did_you_mean(near));
            return None;
        };
        Some((choice(shared), shared.unknowns.clone()))
    }

    /// What `asked-when` says, as assumptions: a question that arises is not *not applicable*, and
    /// one that does not arise is.
    pub(super) fn asked_when(&self, part: &FactPart) -> Vec<Assumption> {
        let Some(when) = &part.asked_when else { return Vec::new() };
        let name = &part.name;
        let inapplicable = Condition::Test(Arc::new(Test {
            name: name.value.clone(),
            name_span: name.span.clone(),
            accepts: vec![Accept::Is(Operand {
                value: OperandValue::Literal(Literal::Text(Unknown::NotApplicable.word().into())),
                span: name.span.clone(),
            })],
            span: name.span.clone(),
        }));
        let assumption = |suffix: &str, never: Condition, because: String| Assumption {
            id: format!("{}-{suffix}", name.value).into(),
            never,
            because,
            asked_of: Some(name.value.clone()),
            origin: self.pack.id.value.clone(),
            span: name.span.clone(),
        };
        let arises = Condition::All(vec![when.clone(), inapplicable.clone()]);
        let not_here =
            Condition::All(vec![Condition::Not(Box::new(when.clone())), Condition::Not(Box::new(inapplicable))]);
        vec![
            assumption(
                "asked",
                arises,
                format!("`{}` is asked when {when}, so it cannot be not applicable then.", name.value),
            ),
            assumption(
                "not-asked",
                not_here,
                format!("`{}` is asked only when {when}; otherwise it is not applicable.", name.value),
            ),
        ]
    }
}
