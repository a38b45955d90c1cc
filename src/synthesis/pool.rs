//! Pooled effects by inverse variance, with a fixed effect or with random effects.
//!
//! Cochrane Handbook for Systematic Reviews of Interventions, sections 10.3 and 10.10.4.

use super::distribution::Reference;
use super::effect::Effect;
use super::failure::SynthesisError;
use super::heterogeneity::{Heterogeneity, TauSquared, Weighted};

/// How the uncertainty of a pooled effect is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Uncertainty {
    /// By the weights alone, against the normal distribution.
    Wald,
    /// By how much estimates differ, against Student's t with one degree of freedom less than there are studies
    /// (Hartung and Knapp 2001; Sidik and Jonkman 2002). Of a single study as by the weights.
    HartungKnappSidikJonkman,
}

/// A pooled effect, on the scale of the effects.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pooled {
    /// The effect.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its confidence interval.
    pub interval: (f64, f64),
    /// How likely an effect as far from 0, or farther, is by chance where there is none.
    pub p: f64,
    /// Where the effect of a new study lies: Student's t with two degrees of freedom less than there are studies (Higgins,
    /// Thompson and Spiegelhalter 2009). Nothing for a fixed effect, or of fewer than three studies.
    pub prediction_interval: Option<(f64, f64)>,
    /// The weight of each study, in the order of the studies; together 1.
    pub weights: Vec<f64>,
    /// How much the effects differ.
    pub heterogeneity: Heterogeneity,
}

/// Puts effects together; intervals cover a share such as 0.95.
///
/// A single study is its own result.
///
/// ```
/// use evigrade::synthesis::{Events, TauSquared, Uncertainty, pool};
///
/// let trials = [(12, 100, 20, 100), (5, 60, 9, 58), (30, 210, 41, 205)];
/// let effects: Result<Vec<_>, _> = trials
///     .map(|(events, of, comparator_events, comparator_of)| {
///         Events { events, of, comparator_events, comparator_of }.log_risk_ratio()
///     })
///     .into_iter()
///     .collect();
/// let pooled = pool(&effects?, TauSquared::RestrictedMaximumLikelihood, Uncertainty::Wald, 0.95)?;
/// let ratio = pooled.estimate.exp();
/// assert!(0.5 < ratio && ratio < 0.8);
/// # Ok::<(), evigrade::synthesis::SynthesisError>(())
/// ```
///
/// # Errors
///
/// [`SynthesisError::NoStudies`] of none; as for the variance between studies; [`SynthesisError::NotFinite`] where
/// numbers are too large or too small to compute with. No number of a result is infinite or not a number.
pub fn pool(
    effects: &[Effect],
    method: TauSquared,
    uncertainty: Uncertainty,
    coverage: f64,
) -> Result<Pooled, SynthesisError> {
    let heterogeneity = Heterogeneity::new(effects, method, coverage)?;
    let tau_squared = heterogeneity.tau_squared;
    let Weighted { sum, mean, q, .. } = Weighted::new(effects, tau_squared);
    let freedom = heterogeneity.freedom as f64;
    let (variance, reference) = match uncertainty {
        Uncertainty::HartungKnappSidikJonkman if heterogeneity.freedom > 0 => {
            (q / freedom / sum, Reference::Student(freedom))
        }
        _ => (sum.recip(), Reference::Normal),
    };
    let standard_error = variance.sqrt();
    let around = |reach: f64, error: f64| (mean - reach * error, mean + reach * error);
    let prediction_interval = match (method, heterogeneity.freedom) {
        (TauSquared::Zero, _) | (_, 0 | 1) => None,
        _ => {
            let reach = Reference::Student(freedom - 1.0).reach(coverage)?;
            Some(around(reach, (tau_squared + variance).sqrt()))
        }
    };
    let pooled = Pooled {
        estimate: mean,
        standard_error,
        interval: around(reference.reach(coverage)?, standard_error),
        p: if standard_error > 0.0 { reference.both_tails(mean / standard_error)? } else { f64::from(mean == 0.0) },
        prediction_interval,
        weights: effects.iter().map(|effect| (effect.variance() + tau_squared).recip() / sum).collect(),
        heterogeneity,
    };
    let ends = [Some(pooled.interval), pooled.prediction_interval].into_iter().flatten();
    let all = ends.flat_map(|(low, high)| [low, high]).chain([mean, standard_error]);
    if all.chain(pooled.weights.iter().copied()).all(f64::is_finite) {
        Ok(pooled)
    } else {
        Err(SynthesisError::NotFinite)
    }
}
