//! Values of facts, and the four ways in which a value can be unknown.

use std::fmt;
use std::sync::Arc;

/// A day: what dates in cases are, and [`Run::as_of`](crate::Run::as_of).
pub use jiff::civil::Date;
/// An exact decimal number: what numbers in cases are.
pub use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::Word;

/// Why a value is not there. The four are different things, in conditions and in results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// Nobody recorded it yet. What is missing leaves a grade open, unless it cannot matter.
    Missing,
    /// Somebody looked; the source does not say.
    NotReported,
    /// The question does not arise.
    NotApplicable,
    /// Known to be absent: there is none. (For a count this is the same as 0.)
    None,
}

impl Unknown {
    /// All four, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [Self::Missing, Self::NotReported, Self::NotApplicable, Self::None];

    /// The word that stands for it in files: `missing`, `not-reported`, `not-applicable`, `none`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotReported => "not-reported",
            Self::NotApplicable => "not-applicable",
            Self::None => "none",
        }
    }

    /// What it says, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Missing => "Nobody recorded it yet. What is missing leaves a grade open, unless it cannot matter.",
            Self::NotReported => "Somebody looked; the source does not say.",
            Self::NotApplicable => "The question does not arise.",
            Self::None => "Known to be absent: there is none. For a count this is the same as 0.",
        }
    }

    /// The unknown that `word` stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unknown| unknown.word() == word)
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.word().replace('-', " "))
    }
}

/// A known value. Numbers are exact decimals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A count or a number; the unit stands with the fact's definition.
    Number(Decimal),
    /// One of the values that the fact's definition lists.
    Choice(Word),
    /// A day.
    Date(Date),
    /// Free text.
    Text(Arc<str>),
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(true) => formatter.pad("yes"),
            Self::Flag(false) => formatter.pad("no"),
            Self::Number(number) => formatter.pad(&number.normalize().to_string()),
            Self::Choice(word) => formatter.pad(word.as_str()),
            Self::Date(date) => formatter.pad(&date.to_string()),
            Self::Text(text) => formatter.pad(text),
        }
    }
}

/// What is known of a fact: a value, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactValue {
    /// The value is known.
    Known(Value),
    /// The value is not there, for this reason.
    Unknown(Unknown),
}

impl FactValue {
    /// Nobody recorded it.
    pub const MISSING: Self = Self::Unknown(Unknown::Missing);

    /// The value, if it is known.
    #[must_use]
    pub const fn known(&self) -> Option<&Value> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// The number, if it is known and is one.
    #[must_use]
    pub const fn number(&self) -> Option<Decimal> {
        match self {
            Self::Known(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The value as a file or `evigrade what-if --set` says it: an unknown as its word, a flag as `true` or `false`.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Known(Value::Flag(flag)) => flag.to_string(),
            Self::Known(value) => value.to_string(),
            Self::Unknown(unknown) => unknown.word().to_owned(),
        }
    }

    /// Whether nobody recorded it.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        *self == Self::MISSING
    }
}

impl From<Value> for FactValue {
    fn from(value: Value) -> Self {
        Self::Known(value)
    }
}

impl From<Decimal> for FactValue {
    fn from(number: Decimal) -> Self {
        Self::Known(Value::Number(number))
    }
}

impl From<bool> for FactValue {
    fn from(flag: bool) -> Self {
        Self::Known(Value::Flag(flag))
    }
}

impl From<Unknown> for FactValue {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(formatter),
            Self::Unknown(unknown) => unknown.fmt(formatter),
        }
    }
}

impl Serialize for FactValue {
    /// Flags become booleans, numbers JSON numbers with all their digits, the rest text. An
    /// unknown becomes its word in an object, `{"unknown": "not-reported"}`, so that it can
    /// never be taken for a choice of the same name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(Value::Flag(flag)) => serializer.serialize_bool(*flag),
            Self::Known(Value::Number(number)) => serialize_number(*number, serializer),
            Self::Known(value) => serializer.collect_str(value),
            Self::Unknown(unknown) => {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("unknown", unknown.word())?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for FactValue {
    /// Reads what [`FactValue::serialize`] wrote. Words and days come back as text: what they were stands with the
    /// definition of the fact.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shown {
            Unknown { unknown: String },
            Flag(bool),
            Number(serde_json::Number),
            Text(Arc<str>),
        }
        let refused = |what: &str| serde::de::Error::custom(format!("`{what}` is no value of a fact"));
        match Shown::deserialize(deserializer)? {
            Shown::Unknown { unknown } => Unknown::from_word(&unknown).map(Self::from).ok_or_else(|| refused(&unknown)),
            Shown::Flag(flag) => Ok(Self::from(flag)),
            Shown::Number(number) => decimal(&number).map(Self::from).ok_or_else(|| refused(&number.to_string())),
            Shown::Text(text) => Ok(Self::Known(Value::Text(text))),
        }
    }
}

/// The number that digits tell exactly, with an exponent or without; nothing where it would have to be rounded, or they tell
/// none.
pub(crate) fn exact_number(digits: &str) -> Option<Decimal> {
    let Some((mantissa, _)) = digits.split_once(['e', 'E']) else { return Decimal::from_str_exact(digits).ok() };
    let mantissa = Decimal::from_str_exact(mantissa).ok()?;
    let number = Decimal::from_scientific(digits).ok()?;
    // What is next to nothing is not nothing.
    (number.is_zero() == mantissa.is_zero()).then_some(number)
}

/// The number that the digits of a JSON number say, if it can be kept.
fn decimal(number: &serde_json::Number) -> Option<Decimal> {
    let digits = number.to_string();
    digits.parse().or_else(|_| Decimal::from_scientific(&digits)).ok()
}

/// Reads a decimal that [`serialize_number`] wrote.
///
/// # Errors
///
/// Those of `deserializer`, and a number that has more digits than can be kept.
pub fn read_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let refused = || serde::de::Error::custom("a number was expected");
    match FactValue::deserialize(deserializer)? {
        FactValue::Known(Value::Number(number)) => Ok(number),
        FactValue::Known(Value::Text(digits)) => digits.parse().map_err(|_| refused()),
        _ => Err(refused()),
    }
}

/// Writes a decimal as a JSON number: an integer where it is one, else the nearest double, or
/// its digits as text where a double would lose some.
///
/// # Errors
///
/// Those of `serializer`.
pub fn serialize_number<S: Serializer>(number: Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    let digits = number.normalize().to_string();
    if let Ok(integer) = digits.parse::<i64>() {
        return serializer.serialize_i64(integer);
    }
    match digits.parse::<f64>() {
        Ok(double) if double.to_string() == digits => serializer.serialize_f64(double),
        _ => serializer.serialize_str(&digits),
    }
}
