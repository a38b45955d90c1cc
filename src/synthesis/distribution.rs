//! Quantiles and tails of the distributions that synthesis needs.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal, StudentsT};

use super::failure::SynthesisError;
use super::turn::turn;

fn finite(value: f64) -> Result<f64, SynthesisError> {
    if value.is_finite() { Ok(value) } else { Err(SynthesisError::NotFinite) }
}

/// The probability on each side of an interval that covers a share.
pub(super) fn outside(coverage: f64) -> Result<f64, SynthesisError> {
    if coverage > 0.0 && coverage < 1.0 { Ok((1.0 - coverage) / 2.0) } else { Err(SynthesisError::Coverage) }
}

/// What an estimate is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reference {
    /// The standard normal distribution.
    Normal,
    /// Student's t, with so many degrees of freedom.
    Student(f64),
}

impl Reference {
    /// How many standard errors an interval reaches to each side that covers a share such as 0.95.
    pub(super) fn reach(self, coverage: f64) -> Result<f64, SynthesisError> {
        let upper = 1.0 - outside(coverage)?;
        finite(match self {
            Self::Normal => Normal::standard().inverse_cdf(upper),
            Self::Student(freedom) => student(freedom)?.inverse_cdf(upper),
        })
    }

    /// How likely a statistic as far from 0, or farther, is by chance.
    pub(super) fn both_tails(self, statistic: f64) -> Result<f64, SynthesisError> {
        let far = finite(statistic)?.abs();
        finite(match self {
            Self::Normal => 2.0 * Normal::standard().sf(far),
            Self::Student(freedom) => 2.0 * student(freedom)?.sf(far),
        })
    }
}

fn student(freedom: f64) -> Result<StudentsT, SynthesisError> {
    StudentsT::new(0.0, 1.0, freedom).map_err(|_| SynthesisError::NotFinite)
}

fn chi_squared(freedom: f64) -> Result<ChiSquared, SynthesisError> {
    ChiSquared::new(freedom).map_err(|_| SynthesisError::NotFinite)
}

/// Below which number chi-squared lies with a probability, by its distribution function: the inverse of the crate is no
/// number in the lower tail of one degree of freedom.
pub(super) fn chi_squared_quantile(probability: f64, freedom: f64) -> Result<f64, SynthesisError> {
    let distribution = chi_squared(freedom)?;
    turn(freedom, |number| distribution.cdf(number) < probability)
}

/// How likely chi-squared is to be as large, or larger.
pub(super) fn chi_squared_tail(statistic: f64, freedom: f64) -> Result<f64, SynthesisError> {
    finite(chi_squared(freedom)?.sf(statistic))
}
