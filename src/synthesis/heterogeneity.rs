//! How much the effects of studies differ beyond chance: Cochran's Q, the variance between studies and I².

use super::distribution::{chi_squared_quantile, chi_squared_tail, outside};
use super::effect::Effect;
use super::failure::SynthesisError;
use super::turn::turn;

/// How the variance between studies, tau², is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TauSquared {
    /// It is taken to be 0: all studies estimate one effect (fixed effect).
    Zero,
    /// By the method of moments of DerSimonian and Laird 1986.
    DerSimonianLaird,
    /// So that the generalised Q is its expectation (Paule and Mandel 1982; DerSimonian and Kacker 2007).
    PauleMandel,
    /// By restricted maximum likelihood (Viechtbauer 2005).
    RestrictedMaximumLikelihood,
}

/// After how many steps an iteration is given up.
const MOST_STEPS: usize = 10_000;
/// When an iteration is at its end: the relative change of a step.
const SETTLED: f64 = 1e-12;

/// How much effects differ.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Heterogeneity {
    /// Cochran's Q.
    pub q: f64,
    /// Its degrees of freedom: one less than there are studies.
    pub freedom: usize,
    /// How likely a Q as large, or larger, is where effects do not differ; 1 for a single study.
    pub p: f64,
    /// The variance between studies.
    pub tau_squared: f64,
    /// Its confidence interval by the Q profile (Viechtbauer 2007). Nothing for a single study, or where effects differ
    /// less than chance allows.
    pub tau_squared_interval: Option<(f64, f64)>,
    /// What share of the variance of estimates is due to differences between studies, in per cent: by the variance
    /// between studies, or for a fixed effect by Q (Higgins and Thompson 2002).
    pub i_squared: f64,
    /// Its interval, from that of the variance between studies.
    pub i_squared_interval: Option<(f64, f64)>,
}

/// Sums over studies, with weights that are one over the variance and that between studies.
pub(super) struct Weighted {
    pub(super) sum: f64,
    squares: f64,
    cubes: f64,
    pub(super) mean: f64,
    /// Of the weighted squares of the distances from the mean.
    pub(super) q: f64,
    /// The same with the weights squared.
    q_squares: f64,
}

impl Weighted {
    pub(super) fn new(effects: &[Effect], tau_squared: f64) -> Self {
        let weight = |effect: &Effect| (effect.variance() + tau_squared).recip();
        let (mut sum, mut squares, mut cubes, mut total) = (0.0, 0.0, 0.0, 0.0);
        for effect in effects {
            let weight = weight(effect);
            sum += weight;
            squares += weight * weight;
            cubes += weight * weight * weight;
            total += weight * effect.estimate();
        }
        let mean = total / sum;
        let (mut q, mut q_squares) = (0.0, 0.0);
        for effect in effects {
            let (weight, far) = (weight(effect), effect.estimate() - mean);
            q += weight * far * far;
            q_squares += weight * weight * far * far;
        }
        Self { sum, squares, cubes, mean, q, q_squares }
    }
}

/// The variance within studies that is typical of them (Higgins and Thompson 2002, equation 9).
fn typical_variance(effects: &[Effect]) -> f64 {
    let Weighted { sum, squares, .. } = Weighted::new(effects, 0.0);
    (effects.len() - 1) as f64 * sum / (sum * sum - squares)
}

impl Heterogeneity {
    /// I-squared by Q, in per cent, whatever the model (Higgins and Thompson 2002).
    #[must_use]
    pub fn i_squared_by_q(&self) -> f64 {
        let freedom = self.freedom as f64;
        if self.q > freedom { 100.0 * (self.q - freedom) / self.q } else { 0.0 }
    }
}

impl TauSquared {
    /// The variance between studies: 0 or above. Of a single study it cannot be told, and 0 is taken.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::NoStudies`]; [`SynthesisError::NoConvergence`] of restricted maximum likelihood;
    /// [`SynthesisError::NotFinite`] where numbers are too far apart.
    pub fn estimate(self, effects: &[Effect]) -> Result<f64, SynthesisError> {
        if effects.is_empty() {
            return Err(SynthesisError::NoStudies);
        }
        if effects.len() == 1 {
            return Ok(0.0);
        }
        let tau_squared = match self {
            Self::Zero => 0.0,
            Self::DerSimonianLaird => der_simonian_laird(effects),
            Self::PauleMandel => generalised_q(effects, (effects.len() - 1) as f64)?.unwrap_or_default(),
            Self::RestrictedMaximumLikelihood => restricted_maximum_likelihood(effects)?,
        };
        if tau_squared.is_finite() { Ok(tau_squared) } else { Err(SynthesisError::NotFinite) }
    }
}

fn der_simonian_laird(effects: &[Effect]) -> f64 {
    let Weighted { sum, squares, q, .. } = Weighted::new(effects, 0.0);
    let beyond = q - (effects.len() - 1) as f64;
    (beyond / (sum - squares / sum)).max(0.0)
}

/// The variance between studies at which the generalised Q is so much; nothing if it is less already where there is none.
fn generalised_q(effects: &[Effect], wanted: f64) -> Result<Option<f64>, SynthesisError> {
    let q = |tau_squared| Weighted::new(effects, tau_squared).q;
    let at_none = q(0.0);
    if !at_none.is_finite() {
        return Err(SynthesisError::NotFinite);
    }
    if at_none < wanted {
        return Ok(None);
    }
    // It falls as the variance grows.
    turn(typical_variance(effects), |tau_squared| q(tau_squared) > wanted).map(Some)
}

/// By Fisher scoring, from the estimate of Hedges.
fn restricted_maximum_likelihood(effects: &[Effect]) -> Result<f64, SynthesisError> {
    let count = effects.len() as f64;
    let mean = effects.iter().map(Effect::estimate).sum::<f64>() / count;
    let spread = effects.iter().map(|effect| (effect.estimate() - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let within = effects.iter().map(Effect::variance).sum::<f64>() / count;
    let scale = typical_variance(effects);
    let mut tau_squared = (spread - within).max(0.0);
    let (mut share, mut before) = (1.0, 0.0);
    for _ in 0..MOST_STEPS {
        let Weighted { sum, squares, cubes, q_squares, .. } = Weighted::new(effects, tau_squared);
        let score = q_squares - (sum - squares / sum);
        let information = squares - 2.0 * cubes / sum + (squares / sum).powi(2);
        // Where steps go to and fro they are too long, and what is sought lies between.
        if score * before < 0.0 {
            share /= 2.0;
        }
        before = score;
        let mut step = share * score / information;
        if !step.is_finite() {
            return Err(SynthesisError::NotFinite);
        }
        if tau_squared == 0.0 && step <= 0.0 {
            return Ok(0.0);
        }
        // Below 0 it cannot be: half of what is left, until it is as good as 0.
        if tau_squared + step < 0.0 {
            step = -tau_squared / 2.0;
        }
        tau_squared += step;
        if tau_squared <= SETTLED * scale && step < 0.0 {
            tau_squared = 0.0;
        } else if step.abs() <= SETTLED * tau_squared {
            return Ok(tau_squared);
        }
    }
    Err(SynthesisError::NoConvergence { steps: MOST_STEPS })
}

impl Heterogeneity {
    /// How much effects differ, with intervals that cover a share such as 0.95.
    ///
    /// # Errors
    ///
    /// As for the variance between studies; [`SynthesisError::Coverage`] unless the share is above 0 and below 1.
    pub fn new(effects: &[Effect], method: TauSquared, coverage: f64) -> Result<Self, SynthesisError> {
        let outside = outside(coverage)?;
        let tau_squared = method.estimate(effects)?;
        let q = Weighted::new(effects, 0.0).q;
        if !q.is_finite() {
            return Err(SynthesisError::NotFinite);
        }
        let freedom = effects.len() - 1;
        if freedom == 0 {
            return Ok(Self {
                q,
                freedom,
                p: 1.0,
                tau_squared,
                tau_squared_interval: None,
                i_squared: 0.0,
                i_squared_interval: None,
            });
        }
        let typical = typical_variance(effects);
        if !typical.is_finite() {
            return Err(SynthesisError::NotFinite);
        }
        let share = |tau_squared: f64| 100.0 * (tau_squared / (tau_squared + typical));
        let i_squared = match method {
            TauSquared::Zero if q > 0.0 => 100.0 * ((q - freedom as f64) / q).max(0.0),
            TauSquared::Zero => 0.0,
            _ => share(tau_squared),
        };
        let low = generalised_q(effects, chi_squared_quantile(1.0 - outside, freedom as f64)?)?;
        let high = generalised_q(effects, chi_squared_quantile(outside, freedom as f64)?)?;
        let interval = high.map(|high| (low.unwrap_or_default(), high));
        let ends = interval.map_or([0.0; 2], |(low, high)| [low, high]);
        if ![i_squared, share(ends[0]), share(ends[1])].iter().all(|number| number.is_finite()) {
            return Err(SynthesisError::NotFinite);
        }
        Ok(Self {
            q,
            freedom,
            p: chi_squared_tail(q, freedom as f64)?,
            tau_squared,
            tau_squared_interval: interval,
            i_squared,
            i_squared_interval: interval.map(|(low, high)| (share(low), share(high))),
        })
    }
}
