//! Parameters: numbers and choices that the source leaves open, each with its provenance.

use rust_decimal::Decimal;

use super::{Change, Provenance};
use crate::document::Span;
use crate::name::{Name, Word};
use crate::synthesis::MethodPart;
use crate::value::Value;

/// A named number, flag or choice that a run can override.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Value,
    /// The values that it can take, if it is a choice.
    pub choices: Vec<Word>,
    /// The least number that it can be.
    pub least: Option<Decimal>,
    /// The greatest number that it can be.
    pub greatest: Option<Decimal>,
    /// What it sets.
    pub about: Option<String>,
    /// Where the value comes from.
    pub cites: Option<String>,
    /// How sure the value is.
    pub status: Provenance,
    /// What it sets of how results are put together, if it does.
    pub synthesis: Option<MethodPart>,
    /// Who replaced an inherited value, and why.
    pub change: Option<Change>,
    /// Where it stands.
    pub span: Span,
}

impl Parameter {
    /// Whether `value` may stand in for the present one; says what is wanted if not.
    pub(crate) fn accepts(&self, value: &Value) -> Result<(), String> {
        match (&self.value, value) {
            (Value::Number(_), Value::Number(number)) => {
                if let Some(least) = self.least.filter(|least| number < least) {
                    return Err(format!("`{}` is at least {least}", self.name));
                }
                if let Some(greatest) = self.greatest.filter(|greatest| number > greatest) {
                    return Err(format!("`{}` is at most {greatest}", self.name));
                }
                Ok(())
            }
            (Value::Flag(_), Value::Flag(_)) | (Value::Date(_), Value::Date(_)) => Ok(()),
            (Value::Choice(_), Value::Choice(word)) => {
                if self.choices.contains(word) {
                    return Ok(());
                }
                let words: Vec<String> = self.choices.iter().map(|word| format!("`{word}`")).collect();
                Err(format!("`{}` is one of {}", self.name, words.join(", ")))
            }
            (Value::Number(_), _) => Err(format!("`{}` is a number", self.name)),
            (Value::Flag(_), _) => Err(format!("`{}` is `true` or `false`", self.name)),
            (Value::Date(_), _) => Err(format!("`{}` is a date", self.name)),
            (Value::Choice(_), _) => Err(format!("`{}` is one of its `choices`", self.name)),
            (Value::Text(_), _) => Err(format!("`{}` has no `choices`", self.name)),
        }
    }
}
