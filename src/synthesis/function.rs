//! The host functions that a framework can call by name.

use rust_decimal::Decimal;

use super::{information_size, interval};
use crate::value::Value;

/// A host function.
#[derive(Debug)]
#[non_exhaustive]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it computes, and where the method comes from.
    pub about: &'static str,
    /// What it takes.
    pub parameters: &'static [FunctionParameter],
    /// What it gives.
    pub gives: Gives,
    /// Computes the value of known arguments, in the order of `parameters`; nothing where the
    /// value is not defined, as for a division by zero.
    compute: fn(&Arguments<'_>) -> Option<Value>,
}

/// A parameter of a host function.
#[derive(Debug)]
#[non_exhaustive]
pub struct FunctionParameter {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The type of value that it takes.
    pub takes: Takes,
    /// Whether it takes a list of values.
    pub many: bool,
}

/// What a parameter of a host function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A count or a number.
    Number,
    /// A date.
    Date,
}

/// What a host function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A number.
    Number,
    /// A whole number, 0 or more.
    Count,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// The known arguments of a call.
pub(crate) struct Arguments<'v>(pub(crate) &'v [Vec<Value>]);

impl Arguments<'_> {
    /// The number at a position; the types were checked when the framework was compiled.
    pub(super) fn number(&self, position: usize) -> Option<Decimal> {
        self.numbers(position)?.first().copied()
    }

    pub(super) fn numbers(&self, position: usize) -> Option<Vec<Decimal>> {
        let values = self.0.get(position)?.iter();
        let number = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        values.map(number).collect()
    }

    fn date(&self, position: usize) -> Option<jiff::civil::Date> {
        match self.0.get(position)?.first()? {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }
}

impl Function {
    pub(crate) fn compute(&self, arguments: &Arguments<'_>) -> Option<Value> {
        (self.compute)(arguments)
    }
}

const fn one(name: &'static str, takes: Takes, about: &'static str) -> FunctionParameter {
    FunctionParameter { name, about, takes, many: false }
}

const fn number(name: &'static str, about: &'static str) -> FunctionParameter {
    one(name, Takes::Number, about)
}

const OF: &[FunctionParameter] =
    &[FunctionParameter { name: "of", about: "the numbers", takes: Takes::Number, many: true }];

static FUNCTIONS: [Function; 15] = [
    Function {
        name: "sum",
        about: "The sum of numbers.",
        parameters: OF,
        gives: Gives::Number,
        compute: |given| total(given, Decimal::ZERO, Decimal::checked_add),
    },
    Function {
        name: "product",
        about: "The product of numbers.",
        parameters: OF,
        gives: Gives::Number,
        compute: |given| total(given, Decimal::ONE, Decimal::checked_mul),
    },
    Function {
        name: "smallest",
        about: "The smallest of numbers.",
        parameters: OF,
        gives: Gives::Number,
        compute: |given| given.numbers(0)?.into_iter().min().map(Value::Number),
    },
    Function {
        name: "largest",
        about: "The largest of numbers.",
        parameters: OF,
        gives: Gives::Number,
        compute: |given| given.numbers(0)?.into_iter().max().map(Value::Number),
    },
    Function {
        name: "difference",
        about: "One number less another.",
        parameters: &[number("of", "the number"), number("less", "what is taken away")],
        gives: Gives::Number,
        compute: |given| Some(Value::Number(given.number(0)?.checked_sub(given.number(1)?)?)),
    },
    Function {
        name: "ratio",
        about: "One number divided by another; not applicable where the divisor is 0.",
        parameters: &[number("of", "the number"), number("to", "the divisor")],
        gives: Gives::Number,
        compute: |given| Some(Value::Number(given.number(0)?.checked_div(given.number(1)?)?)),
    },
    Function {
        name: "absolute",
        about: "A number without its sign.",
        parameters: &[number("of", "the number")],
        gives: Gives::Number,
        compute: |given| Some(Value::Number(given.number(0)?.abs())),
    },
    Function {
        name: "days-between",
        about: "The days from one date to another; negative if the other is earlier.",
        parameters: &[one("from", Takes::Date, "the first day"), one("to", Takes::Date, "the last day")],
        gives: Gives::Number,
        compute: |given| {
            let span = given.date(0)?.until(given.date(1)?).ok()?;
            Some(Value::Number(span.get_days().into()))
        },
    },
    Function {
        name: "years-between",
        about: "The completed years from one date to another; negative if the other is earlier.",
        parameters: &[one("from", Takes::Date, "the first day"), one("to", Takes::Date, "the last day")],
        gives: Gives::Number,
        compute: |given| {
            let span = given.date(0)?.until((jiff::Unit::Year, given.date(1)?)).ok()?;
            Some(Value::Number(span.get_years().into()))
        },
    },
    Function {
        name: "interval-against",
        about: "Where an interval lies against a threshold: below it, above it, or across it (touching counts).",
        parameters: &[
            number("low", "the lower bound"),
            number("high", "the upper bound"),
            number("threshold", "the threshold"),
        ],
        gives: Gives::Choice(&interval::AGAINST),
        compute: |given| interval::against(given.number(0)?, given.number(1)?, given.number(2)?),
    },
    Function {
        name: "relative-risk-reduction",
        about: "How large a ratio is, whatever its direction: 1 - exp(-|ln ratio|), that is 1 less the ratio or its inverse, whichever is below 1.",
        parameters: &[number("ratio", "a ratio (risk ratio, odds ratio, hazard ratio), above 0")],
        gives: Gives::Number,
        compute: |given| interval::relative_risk_reduction(given.number(0)?),
    },
    Function {
        name: "risk-ratio-from-odds-ratio",
        about: "The risk ratio that an odds ratio means at a baseline risk: OR / (1 - p0 + p0 OR) (Zhang and Yu 1998).",
        parameters: &[
            number("odds-ratio", "the odds ratio, above 0"),
            number("baseline-risk", "the control risk, 0 to 1"),
        ],
        gives: Gives::Number,
        compute: |given| interval::risk_ratio_from_odds_ratio(given.number(0)?, given.number(1)?),
    },
    Function {
        name: "optimal-information-size-binary",
        about: "The participants that one adequately powered trial of a binary outcome would need (GRADE guidelines 6).",
        parameters: &[
            number("baseline-risk", "the control risk, 0 to 1"),
            number("relative-risk-reduction", "the relative risk reduction to detect, 0 to 1"),
            number("z-alpha", "the normal quantile of the two-sided error, 1.959964 for 0.05"),
            number("z-beta", "the normal quantile of the power, 0.841621 for 0.80"),
        ],
        gives: Gives::Count,
        compute: |given| {
            information_size::binary(given.number(0)?, given.number(1)?, given.number(2)?, given.number(3)?)
        },
    },
    Function {
        name: "optimal-information-size-continuous",
        about: "The participants that one adequately powered trial of a continuous outcome would need (GRADE guidelines 6).",
        parameters: &[
            number("standard-deviation", "the standard deviation of the outcome, above 0"),
            number("difference", "the difference to detect, not 0"),
            number("z-alpha", "the normal quantile of the two-sided error, 1.959964 for 0.05"),
            number("z-beta", "the normal quantile of the power, 0.841621 for 0.80"),
        ],
        gives: Gives::Count,
        compute: |given| {
            information_size::continuous(given.number(0)?, given.number(1)?, given.number(2)?, given.number(3)?)
        },
    },
    Function {
        name: "rounded",
        about: "A number rounded to a number of decimal places, halves away from zero.",
        parameters: &[number("of", "the number"), number("places", "the decimal places, 0 to 20")],
        gives: Gives::Number,
        compute: |given| {
            let places = u32::try_from(given.number(1)?).ok().filter(|places| *places <= 20)?;
            let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
            Some(Value::Number(given.number(0)?.round_dp_with_strategy(places, strategy)))
        },
    },
];

fn total(given: &Arguments<'_>, start: Decimal, step: fn(Decimal, Decimal) -> Option<Decimal>) -> Option<Value> {
    given.numbers(0)?.into_iter().try_fold(start, step).map(Value::Number)
}

/// All host functions.
#[must_use]
pub fn all() -> &'static [Function] {
    &FUNCTIONS
}

/// The host function of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}
