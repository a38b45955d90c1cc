//! Trim and fill: how many studies a funnel lacks on one side, and the pooled effect once they are put in.

use super::effect::Effect;
use super::failure::SynthesisError;
use super::heterogeneity::TauSquared;
use super::pool::{Pooled, Uncertainty, pool};

/// The side of a funnel on which studies are thought to lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// That of smaller effects.
    Left,
    /// That of larger effects.
    Right,
}

/// A funnel with its lacking studies put in.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Filled {
    /// How many studies lack, by the estimator L0.
    pub lacking: usize,
    /// The studies that were put in: the mirror images of those that have none.
    pub put_in: Vec<Effect>,
    /// What comes of all studies, with those put in.
    pub pooled: Pooled,
}

/// Steps after which it is given up.
const MOST_STEPS: usize = 100;

/// Trims the most extreme studies of the other side until the rest lies even, and puts their mirror images in (Duval and
/// Tweedie 2000; Cochrane Handbook, section 13.3.5.2). It takes for granted that a funnel lies even without bias, so what
/// comes of it tells how much could hang on lacking studies, and not what the effect is.
///
/// # Errors
///
/// [`SynthesisError::TooFewStudies`] of fewer than three; [`SynthesisError::NoConvergence`] where the number of lacking
/// studies does not settle; else as of [`pool`].
pub fn trim_and_fill(
    effects: &[Effect],
    side: Side,
    method: TauSquared,
    uncertainty: Uncertainty,
    coverage: f64,
) -> Result<Filled, SynthesisError> {
    let count = effects.len();
    if count < 3 {
        return Err(SynthesisError::TooFewStudies { needed: 3 });
    }
    // Turned so that studies lack on the left.
    let turn = |estimate: f64| if side == Side::Right { -estimate } else { estimate };
    let mut turned = effects
        .iter()
        .map(|effect| Effect::new(turn(effect.estimate()), effect.variance()))
        .collect::<Result<Vec<Effect>, _>>()?;
    turned.sort_by(|one, other| one.estimate().total_cmp(&other.estimate()));
    let mut lacking = 0;
    for _ in 0..MOST_STEPS {
        let middle = pool(&turned[..count - lacking], method, uncertainty, coverage)?.estimate;
        let found = l0(&turned, middle);
        // One study at least is left to be pooled.
        let found = found.min(count - 1);
        if found == lacking {
            let mirrored = turned[count - lacking..].iter();
            let mirrored =
                mirrored.map(|effect| Effect::new(turn(2.0 * middle - effect.estimate()), effect.variance()));
            let put_in = mirrored.collect::<Result<Vec<Effect>, _>>()?;
            let all: Vec<Effect> = effects.iter().chain(&put_in).copied().collect();
            return Ok(Filled { lacking, put_in, pooled: pool(&all, method, uncertainty, coverage)? });
        }
        lacking = found;
    }
    Err(SynthesisError::NoConvergence { steps: MOST_STEPS })
}

/// How many studies lack on the left of a middle: by the ranks of the distances of those on its right.
fn l0(effects: &[Effect], middle: f64) -> usize {
    let count = effects.len() as f64;
    let mut apart: Vec<f64> = effects.iter().map(|effect| effect.estimate() - middle).collect();
    apart.sort_by(|one, other| one.abs().total_cmp(&other.abs()));
    let right = apart.iter().enumerate().filter(|(_, apart)| **apart > 0.0).map(|(place, _)| (place + 1) as f64);
    let ranks: f64 = right.sum();
    let lacking = (4.0 * ranks - count * (count + 1.0)) / (2.0 * count - 1.0);
    lacking.round_ties_even().max(0.0) as usize
}
