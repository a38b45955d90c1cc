//! What facts there are: their types, and how a value in a file is read as one.
//!
//! Frameworks declare facts. A case is read against all that a set of frameworks declares, so one
//! record of a trial serves every framework.

mod means;
pub(crate) mod result;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

pub use self::means::Means;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::document::reader::{Literal, Located, shortened};
use crate::document::shape::Subject;

use crate::name::{FrameworkId, Name, Word};
use crate::synthesis::{PooledNumber, ResultPart};
use crate::value::{FactValue, Unknown, Value};

/// Which end of an ordered list is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BetterEnd {
    /// The first value is the best.
    First,
    /// The last value is the best.
    Last,
}

/// The type of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactType {
    /// Yes or no.
    Flag,
    /// A whole number, 0 or more; 0 and *none* are the same.
    Count,
    /// An exact decimal number.
    Number,
    /// A day.
    Date,
    /// Free text; conditions can only ask whether it is there.
    Text,
    /// One of a list of values.
    Choice(Choices),
    /// A word of the author's choosing, such as the kind of a claim.
    OpenChoice,
}

/// The values of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// The values; in order if the choice is ordered.
    pub values: Arc<[Word]>,
    /// Whether the order of the values means something.
    pub ordered: bool,
    /// For an ordered choice, which end is the better one, if either is.
    pub best: Option<BetterEnd>,
    /// Names for several values together, usable in conditions.
    pub groups: Arc<BTreeMap<Word, Vec<Word>>>,
}

impl Choices {
    /// The position of a value in the list.
    #[must_use]
    pub fn position(&self, word: &str) -> Option<usize> {
        self.values.iter().position(|value| value == word)
    }
}

impl FactType {
    /// What it is, as messages say it: many values are not listed.
    pub(crate) fn brief(&self) -> String {
        /// More values are not read.
        const MOST: usize = 12;
        match self {
            Self::Choice(choices) if choices.values.len() > MOST => "one of many words".to_owned(),
            kind => kind.to_string(),
        }
    }
}

impl fmt::Display for FactType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Flag => "a flag (`true` or `false`)",
            Self::Count => "a count",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Text => "text",
            Self::OpenChoice => "a word",
            Self::Choice(choices) => {
                let words: Vec<String> = choices.values.iter().map(|word| format!("`{word}`")).collect();
                return write!(formatter, "one of {}", words.join(", "));
            }
        })
    }
}

/// A fact that a framework declares.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FactDefinition {
    /// Its name, the same in every framework and case.
    pub name: Name,
    /// What it is a fact of.
    pub subject: Subject,
    /// Its type.
    pub kind: FactType,
    /// The unknowns that may be stated of it beside *missing*.
    pub unknowns: Vec<Unknown>,
    /// The unit of a number, as text.
    pub unit: Option<String>,
    /// The least number that it may be.
    pub least: Option<Decimal>,
    /// The greatest number that it may be.
    pub greatest: Option<Decimal>,
    /// What holds when nobody says otherwise.
    pub default: Option<Value>,
    /// The question that it answers.
    pub ask: String,
    /// When the question arises, in words, if it does not always; otherwise the fact is not applicable.
    pub asked_when: Option<String>,
    /// What can make it say something else, the likeliest first; nothing can if this is empty. What is missing can
    /// always be recorded.
    pub changed_by: Vec<Means>,
    /// The part of a study's result that it is, if it is one.
    pub result: Option<ResultPart>,
    /// The number that it is of the results put together, unless somebody says otherwise.
    pub synthesis: Option<PooledNumber>,
    /// What facts of the claim have to say for that, if anything: each one of some words.
    pub synthesised_when: Vec<(Name, Vec<Word>)>,
    /// Where it is declared.
    pub span: Span,
    /// The framework that declares it.
    pub framework: FrameworkId,
}

impl FactDefinition {
    /// Whether two declarations say the same of what values the fact can take.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.subject == other.subject
            && self.kind == other.kind
            && self.unit == other.unit
            && self.least == other.least
            && self.greatest == other.greatest
            && self.default == other.default
            && self.unknowns == other.unknowns
    }

    /// The diagnostic if another definition of the name says something else of its values.
    pub(crate) fn clash(&self, other: &Self) -> Option<Diagnostic> {
        if self.agrees_with(other) {
            return None;
        }
        let message =
            format!("`{}` is defined in two ways: by `{}` and by `{}`", self.name, self.framework, other.framework);
        let help = "a fact means the same in every framework: give one of them another name, or `use` the same pack";
        let diagnostic = Diagnostic::error(Code::FactConflict, message)
            .at(&other.span)
            .label(&self.span, "the other definition")
            .help(help);
        Some(diagnostic)
    }

    /// Reads a value as a value of this fact.
    pub(crate) fn read(&self, literal: &Located<Literal>) -> Result<FactValue, Box<Diagnostic>> {
        if let Literal::Text(text) = &literal.value
            && self.kind != FactType::Text
            && let Some(unknown) = Unknown::from_word(text)
        {
            return self.read_unknown(unknown, &literal.span);
        }
        let value = match (&self.kind, &literal.value) {
            (FactType::Flag, Literal::Flag(flag)) => Value::Flag(*flag),
            (FactType::Count | FactType::Number, Literal::Number(number)) => {
                self.check_range(*number, &literal.span)?;
                Value::Number(*number)
            }
            (FactType::Date, Literal::Date(date)) => Value::Date(*date),
            (FactType::Text, Literal::Text(text)) => match Unknown::from_word(text) {
                Some(unknown) => return self.read_unknown(unknown, &literal.span),
                None => Value::Text(text.as_str().into()),
            },
            (FactType::OpenChoice, Literal::Text(text)) => Value::Choice(text.as_str().into()),
            (FactType::Choice(choices), Literal::Text(text)) => {
                let Some(position) = choices.position(text) else {
                    return Err(Box::new(self.unknown_value(choices, text, &literal.span)));
                };
                Value::Choice(choices.values[position].clone())
            }
            (kind, literal_value) => {
                let message = format!("`{}` is {}, and this is {}", self.name, kind.brief(), literal_value.words());
                return Err(Box::new(
                    Diagnostic::error(Code::WrongType, message).at(&literal.span).help(self.ask_help()),
                ));
            }
        };
        Ok(FactValue::Known(value))
    }

    /// Whether a value that follows from others may be one of this fact.
    pub(crate) fn admits(&self, value: &FactValue) -> bool {
        match (value, &self.kind) {
            (FactValue::Unknown(_), _) => false,
            (FactValue::Known(Value::Number(number)), FactType::Number | FactType::Count) => {
                let whole = self.kind == FactType::Number || number.is_integer();
                whole
                    && self.least.is_none_or(|least| *number >= least)
                    && self.greatest.is_none_or(|most| *number <= most)
            }
            (FactValue::Known(Value::Choice(word)), FactType::Choice(choices)) => {
                choices.position(word.as_str()).is_some()
            }
            (FactValue::Known(Value::Flag(_)), FactType::Flag) => true,
            _ => false,
        }
    }

    fn read_unknown(&self, unknown: Unknown, span: &Span) -> Result<FactValue, Box<Diagnostic>> {
        if unknown == Unknown::None && matches!(self.kind, FactType::Count) {
            return Ok(FactValue::Known(Value::Number(Decimal::ZERO)));
        }
        if unknown == Unknown::Missing || self.unknowns.contains(&unknown) {
            return Ok(FactValue::Unknown(unknown));
        }
        let message = format!("`{}` cannot be `{}`", self.name, unknown.word());
        let mut allowed: Vec<String> = self.unknowns.iter().map(|unknown| format!("`{}`", unknown.word())).collect();
        allowed.push("`missing` (or leave it out)".into());
        let help = format!("where it is not known it can be {}", allowed.join(", "));
        Err(Box::new(Diagnostic::error(Code::UnknownNotAllowed, message).at(span).help(help)))
    }

    fn check_range(&self, number: Decimal, span: &Span) -> Result<(), Box<Diagnostic>> {
        let whole = matches!(self.kind, FactType::Count);
        let wanted = if whole && (!number.is_integer() || number.is_sign_negative() && !number.is_zero()) {
            Some("a whole number, 0 or more".to_owned())
        } else if let Some(least) = self.least.filter(|least| number < *least) {
            Some(format!("at least {least}"))
        } else {
            self.greatest.filter(|greatest| number > *greatest).map(|greatest| format!("at most {greatest}"))
        };
        match wanted {
            None => Ok(()),
            Some(wanted) => {
                let message = format!("`{}` is {wanted}, and this is {number}", self.name);
                Err(Box::new(Diagnostic::error(Code::OutOfRange, message).at(span).help(self.ask_help())))
            }
        }
    }

    fn unknown_value(&self, choices: &Choices, text: &str, span: &Span) -> Diagnostic {
        let message = format!("`{}` cannot be `{}`", self.name, shortened(text));
        Diagnostic::error(Code::UnknownValue, message).at(span).one_of(text, choices.values.iter().map(Word::as_str))
    }

    fn ask_help(&self) -> String {
        if self.ask.is_empty() { format!("`{}` is {}", self.name, self.kind) } else { self.ask.clone() }
    }
}
