//! Checking conditions: names, types and values of every test.

use super::{Asked, Validator};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Literal, shortened};
use crate::framework::condition::OperandValue;
use crate::framework::names::{Named, Scope, ValueType};
use crate::framework::{Accept, Condition, Operand, Test};
use crate::value::Unknown;
use crate::vocabulary::{Choices, FactType};

impl Validator<'_, '_> {
    pub(super) fn condition(&mut self, condition: &Condition, scope: Scope) {
        for test in condition.tests() {
            self.test(test, scope);
        }
    }

    fn test(&mut self, test: &Test, scope: Scope) {
        if self.look_up(&test.name, scope, &test.name_span).is_none() {
            return;
        }
        let Some(value_type) = self.index.value_type(scope, test.name.as_str()) else { return };
        let asked = Asked { test, scope, value_type: &value_type };
        for accept in &test.accepts {
            self.accept(asked, accept);
        }
    }

    fn accept(&mut self, asked: Asked<'_>, accept: &Accept) {
        match accept {
            Accept::Known => {}
            Accept::Not(parts) => parts.iter().for_each(|part| self.accept(asked, part)),
            Accept::Is(operand) => self.equals(asked, operand),
            Accept::Compare(bounds) => {
                for (_, operand) in bounds {
                    self.compares(asked, operand);
                }
            }
        }
    }

    /// The type of a parameter that an operand names, after checking that there is one.
    fn parameter_type(&mut self, operand: &Operand) -> Option<ValueType> {
        let name = operand.parameter()?;
        if let Some(Named::Parameter(_)) = self.index.get(Scope::Claim, name.as_str()) {
            return self.index.value_type(Scope::Claim, name.as_str());
        }
        let message = format!("there is no parameter `{name}`");
        let known = self.framework.parameters.iter().map(|parameter| parameter.name.as_str());
        let near = self.problems.nearest(name.as_str(), known);
        let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&operand.span);
        self.problems.push(match near {
            Some(near) => diagnostic.did_you_mean(Some(near)),
            None => {
                diagnostic.help("two facts are not compared with each other: a host function gives a value to test")
            }
        });
        None
    }

    fn equals(&mut self, asked: Asked<'_>, operand: &Operand) {
        let Asked { test, value_type, .. } = asked;
        let OperandValue::Literal(literal) = &operand.value else {
            if let Some(given) = self.parameter_type(operand) {
                let fits = match (&value_type.kind, &given.kind) {
                    (FactType::Count | FactType::Number, FactType::Number)
                    | (FactType::Flag, FactType::Flag)
                    | (FactType::Date, FactType::Date)
                    | (FactType::OpenChoice, FactType::Choice(_)) => true,
                    (FactType::Choice(_), FactType::Choice(choices)) => {
                        choices.values.iter().all(|word| value_type.words().contains(&word))
                    }
                    _ => false,
                };
                if !fits {
                    let message =
                        format!("`{}` is {}, and the parameter is {}", test.name, value_type.kind, given.kind);
                    self.error(Code::WrongType, message, &operand.span);
                }
            }
            return;
        };
        match (literal, &value_type.kind) {
            (Literal::Text(text), _) if Unknown::from_word(text).is_some() => {
                self.unknown_word(asked, text, operand);
            }
            (Literal::Text(text), FactType::Choice(choices)) => {
                let words = value_type.words();
                if !words.iter().any(|word| **word == **text) && !choices.groups.contains_key(text.as_str()) {
                    let message = format!("`{}` is never `{}`", test.name, shortened(text));
                    let known =
                        words.iter().map(|word| word.as_str()).chain(choices.groups.keys().map(|group| group.as_str()));
                    let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&operand.span);
                    self.problems.push(diagnostic.one_of(text, known));
                }
            }
            (Literal::Text(_), FactType::OpenChoice)
            | (Literal::Flag(_), FactType::Flag)
            | (Literal::Number(_), FactType::Count | FactType::Number)
            | (Literal::Date(_), FactType::Date) => {}
            (Literal::Number(number), FactType::Choice(_))
                if value_type.words().iter().any(|word| **word == *number.to_string()) => {}
            (literal, kind) => {
                let message = format!("`{}` is {kind}, and this is {}", test.name, literal.words());
                self.error(Code::WrongType, message, &operand.span);
            }
        }
    }

    fn unknown_word(&mut self, asked: Asked<'_>, text: &str, operand: &Operand) {
        let Asked { test, scope, value_type } = asked;
        let Some(unknown) = Unknown::from_word(text) else { return };
        let named = self.index.get(scope, test.name.as_str());
        let possible = match unknown {
            Unknown::Missing => match named {
                Some(Named::Fact(fact)) => fact.default.is_none(),
                Some(Named::BuiltIn(_)) => true,
                _ => false,
            },
            Unknown::None if value_type.kind == FactType::Count => true,
            other => value_type.unknowns.contains(&other),
        };
        if !possible {
            let message = format!("`{}` is never `{text}`", test.name);
            let help = match (unknown, named) {
                (Unknown::Missing, Some(Named::Fact(_))) => "it has a default, so it is never missing",
                (Unknown::Missing, _) => "only what people record can be missing; what is computed is not",
                (_, Some(Named::Fact(_))) => "list it under `unknowns` where the fact is declared, if it can be",
                _ => "what is computed never comes out so",
            };
            let diagnostic = Diagnostic::error(Code::UnknownNotAllowed, message).at(&operand.span);
            self.problems.push(diagnostic.help(help));
        }
    }

    fn compares(&mut self, asked: Asked<'_>, operand: &Operand) {
        let Asked { test, value_type, .. } = asked;
        let given = match &operand.value {
            OperandValue::Parameter(_) => match self.parameter_type(operand) {
                Some(given) => given.kind,
                None => return,
            },
            OperandValue::Literal(Literal::Number(_)) => FactType::Number,
            OperandValue::Literal(Literal::Date(_)) => FactType::Date,
            OperandValue::Literal(Literal::Flag(_)) => FactType::Flag,
            OperandValue::Literal(Literal::Text(text)) => {
                if let FactType::Choice(choices) = &value_type.kind
                    && choices.ordered
                {
                    self.position(asked, text, operand);
                    return;
                }
                FactType::Text
            }
        };
        let fits = match (&value_type.kind, &given) {
            (FactType::Count | FactType::Number, FactType::Number) | (FactType::Date, FactType::Date) => true,
            (FactType::Choice(choices), FactType::Choice(given)) => {
                choices.ordered && given.values.iter().all(|word| choices.values.contains(word))
            }
            _ => false,
        };
        if !fits {
            let message = format!("`{}` is {}, which is not compared with {given}", test.name, value_type.kind);
            let mut diagnostic = Diagnostic::error(Code::WrongType, message).at(&operand.span);
            if let FactType::Choice(Choices { ordered: false, .. }) = &value_type.kind {
                diagnostic = diagnostic.help("only values that are listed under `ordered` are compared");
            }
            self.problems.push(diagnostic);
        }
    }

    fn position(&mut self, asked: Asked<'_>, text: &str, operand: &Operand) {
        let Asked { test, value_type, .. } = asked;
        let FactType::Choice(choices) = &value_type.kind else { return };
        if choices.position(text).is_none() {
            let message = format!("`{}` is not among the ordered values of `{}`", shortened(text), test.name);
            let near = self.problems.nearest(text, choices.values.iter().map(|word| word.as_str()));
            self.problems.push(Diagnostic::error(Code::UnknownValue, message).at(&operand.span).did_you_mean(near));
        }
    }
}
