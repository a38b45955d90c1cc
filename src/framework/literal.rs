//! Values given by name, outside a case: of facts, and of what a framework works out.

use super::names::{Index, Named, Scope, ValueType};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::document::reader::{Literal, Located, shortened};
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::FactType;

/// Reads a value of a name.
pub(crate) fn read_named(
    index: &Index<'_>,
    scope: Scope,
    (name, name_span): (&str, &Span),
    literal: &Located<Literal>,
) -> Result<FactValue, Box<Diagnostic>> {
    if let Some(Named::Fact(fact)) = index.get(scope, name) {
        return fact.read(literal);
    }
    let Some(value_type) = index.value_type(scope, name) else {
        let message = format!("`{name}` is unknown here");
        let near = crate::name::nearest(name, index.all(scope)).map(str::to_owned);
        let diagnostic = Diagnostic::error(Code::UnknownName, message).at(name_span);
        return Err(Box::new(diagnostic.did_you_mean(near.as_deref())));
    };
    read_typed(&value_type, name, literal)
}

/// The value that a literal tells of a name that can take these.
pub(crate) fn read_typed(
    value_type: &ValueType,
    name: &str,
    literal: &Located<Literal>,
) -> Result<FactValue, Box<Diagnostic>> {
    read_value(value_type, literal).ok_or_else(|| {
        let words = value_type.words();
        Box::new(match &literal.value {
            Literal::Text(text) if !words.is_empty() => {
                let message = format!("`{name}` cannot be `{}`", shortened(text));
                let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&literal.span);
                diagnostic.one_of(text, words.iter().map(|word| word.as_str()))
            }
            other => {
                let message = format!("`{name}` is {}, and this is {}", value_type.kind, other.words());
                Diagnostic::error(Code::WrongType, message).at(&literal.span)
            }
        })
    })
}

fn read_value(value_type: &ValueType, literal: &Located<Literal>) -> Option<FactValue> {
    match (&literal.value, &value_type.kind) {
        (Literal::Text(text), FactType::Text) => Some(Value::Text(text.as_str().into()).into()),
        (Literal::Text(text), kind) => match (Unknown::from_word(text), kind) {
            (Some(Unknown::Missing), _) => Some(FactValue::MISSING),
            (Some(Unknown::None), FactType::Count) if !value_type.unknowns.contains(&Unknown::None) => {
                Some(rust_decimal::Decimal::ZERO.into())
            }
            (Some(unknown), _) => value_type.unknowns.contains(&unknown).then_some(unknown.into()),
            (None, FactType::OpenChoice) => Some(Value::Choice(text.as_str().into()).into()),
            (None, _) => {
                let word = value_type.words().into_iter().find(|word| **word == **text)?;
                Some(Value::Choice(word.clone()).into())
            }
        },
        (Literal::Flag(flag), FactType::Flag) => Some((*flag).into()),
        (Literal::Number(number), FactType::Count | FactType::Number) => Some((*number).into()),
        (Literal::Number(number), FactType::Choice(_)) => {
            let word = number.to_string();
            let word = value_type.words().into_iter().find(|known| **known == *word)?;
            Some(Value::Choice(word.clone()).into())
        }
        (Literal::Date(date), FactType::Date) => Some(Value::Date(*date).into()),
        _ => None,
    }
}
