//! The numbers of a synthesis that rules read.

use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::body::Synthesis;
use super::result::EffectMeasure;
use super::words::{ValueKind, words};
use crate::value::{FactValue, Value};

words! {
    /// What of a synthesis a fact of a claim can be.
    pub enum PooledNumber {
        /// The pooled effect, as it is printed: a ratio, not its logarithm.
        Estimate = "estimate",
        /// The lower end of its confidence interval.
        Low = "ci-low",
        /// The upper end of its confidence interval.
        High = "ci-high",
        /// The lower end of its prediction interval.
        PredictionLow = "prediction-low",
        /// The upper end of its prediction interval.
        PredictionHigh = "prediction-high",
        /// `ratio` or `difference`.
        Scale = "scale",
        /// Whether it is an odds ratio.
        IsOddsRatio = "is-odds-ratio",
        /// I-squared, in percent; of several studies.
        ISquared = "i-squared",
        /// The variance between studies; of several studies.
        TauSquared = "tau-squared",
        /// The p-value of Cochran's Q; of several studies.
        HeterogeneityP = "heterogeneity-p-value",
        /// The p-value of Egger's test, of ten studies or more.
        EggerP = "egger-p-value",
        /// The p-value of Begg's test, of ten studies or more.
        BeggP = "begg-p-value",
        /// The share of all participants of comparator arms who had the event.
        BaselineRisk = "baseline-risk",
        /// The standard deviation in the comparator arms.
        StandardDeviation = "standard-deviation",
        /// `binary` or `continuous`.
        OutcomeType = "outcome-type",
    }
}

impl PooledNumber {
    /// Whether two are told of the same by the same results: where somebody states one of them, the other is not taken from
    /// elsewhere.
    pub(crate) fn goes_with(self, other: Self) -> bool {
        let group = |number| match number {
            Self::ISquared | Self::TauSquared | Self::HeterogeneityP => 1,
            Self::EggerP | Self::BeggP => 2,
            _ => 0,
        };
        group(self) == group(other)
    }

    pub(crate) const fn gives(self) -> ValueKind {
        match self {
            Self::Scale | Self::OutcomeType => ValueKind::Word,
            Self::IsOddsRatio => ValueKind::Flag,
            _ => ValueKind::Number,
        }
    }

    /// What it is of a synthesis; nothing where the synthesis does not tell it.
    pub(crate) fn of(self, synthesis: &Synthesis) -> Option<FactValue> {
        let choice = |word: &str| Some(FactValue::Known(Value::Choice(word.into())));
        let number = |number: f64| rounded(number).map(FactValue::from);
        let natural = |averaged: f64| number(synthesis.measure.natural(averaged));
        let Synthesis { measure, pooled, .. } = synthesis;
        let several = Some(&pooled.heterogeneity).filter(|known| known.freedom > 0);
        match self {
            Self::Estimate => natural(pooled.estimate),
            Self::Low => natural(pooled.interval.0),
            Self::High => natural(pooled.interval.1),
            Self::PredictionLow => natural(pooled.prediction_interval?.0),
            Self::PredictionHigh => natural(pooled.prediction_interval?.1),
            Self::Scale => choice(if measure.is_ratio() { "ratio" } else { "difference" }),
            Self::IsOddsRatio => Some((*measure == EffectMeasure::OddsRatio).into()),
            Self::ISquared => number(synthesis.i_squared()?),
            Self::TauSquared => number(several.filter(|_| !synthesis.model.takes_tables())?.tau_squared),
            Self::HeterogeneityP => number(several?.p),
            Self::EggerP => number(synthesis.egger?),
            Self::BeggP => number(synthesis.begg?),
            Self::BaselineRisk => number(synthesis.baseline_risk?),
            Self::StandardDeviation => number(synthesis.standard_deviation?),
            Self::OutcomeType => choice(if measure.is_of_events() { "binary" } else { "continuous" }),
        }
    }
}

/// To how many significant digits numbers are rounded before rules read them: what is left does not depend on the machine.
const DIGITS: u32 = 6;

/// A number as rules read it; nothing where it is too large to be one.
fn rounded(number: f64) -> Option<Decimal> {
    let exact = Decimal::from_f64(number)?;
    Some(exact.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointNearestEven)?.normalize())
}
