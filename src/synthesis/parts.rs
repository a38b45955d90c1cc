//! The same synthesis of parts of the studies: without each, one more at a time, and by subgroups.

use super::distribution::chi_squared_tail;
use super::effect::Effect;
use super::failure::SynthesisError;
use super::heterogeneity::{TauSquared, Weighted};
use super::pool::{Pooled, Uncertainty, pool};

/// The pooled effect without each of the studies, in their order.
///
/// # Errors
///
/// [`SynthesisError::TooFewStudies`] of fewer than two; else as of [`pool`].
pub fn leave_one_out(
    effects: &[Effect],
    method: TauSquared,
    uncertainty: Uncertainty,
    coverage: f64,
) -> Result<Vec<Pooled>, SynthesisError> {
    if effects.len() < 2 {
        return Err(SynthesisError::TooFewStudies { needed: 2 });
    }
    let without = |place: usize| {
        let others: Vec<Effect> = [&effects[..place], &effects[place + 1..]].concat();
        pool(&others, method, uncertainty, coverage)
    };
    (0..effects.len()).map(without).collect()
}

/// The pooled effect of the first study, of the first two, and so on: in the order given, as by date.
///
/// # Errors
///
/// As of [`pool`].
pub fn cumulative(
    effects: &[Effect],
    method: TauSquared,
    uncertainty: Uncertainty,
    coverage: f64,
) -> Result<Vec<Pooled>, SynthesisError> {
    (1..=effects.len()).map(|count| pool(&effects[..count], method, uncertainty, coverage)).collect()
}

/// What comes of subgroups of studies.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Subgroups {
    /// The pooled effect of each, in their order.
    pub pooled: Vec<Pooled>,
    /// Cochran's Q between them.
    pub q: f64,
    /// Its degrees of freedom: one less than there are subgroups.
    pub freedom: usize,
    /// How likely a Q as large, or larger, is where subgroups do not differ.
    pub p: f64,
}

/// Pools each subgroup by itself, and tests whether they differ (Cochrane Handbook, section 10.11.3.1).
///
/// # Errors
///
/// As of [`Subgroups::new`] and [`pool`].
pub fn subgroups(
    groups: &[Vec<Effect>],
    method: TauSquared,
    uncertainty: Uncertainty,
    coverage: f64,
) -> Result<Subgroups, SynthesisError> {
    let pooled = groups.iter().map(|group| pool(group, method, uncertainty, coverage)).collect::<Result<_, _>>()?;
    Subgroups::new(pooled)
}

impl Subgroups {
    /// Tests whether pooled effects of subgroups differ.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::TooFewGroups`] of fewer than two; [`SynthesisError::NotFinite`] where numbers are too
    /// large or too small to compute with.
    pub fn new(pooled: Vec<Pooled>) -> Result<Self, SynthesisError> {
        let Some(freedom) = pooled.len().checked_sub(1).filter(|freedom| *freedom > 0) else {
            return Err(SynthesisError::TooFewGroups);
        };
        let effects: Vec<Effect> = pooled
            .iter()
            .map(|pooled| Effect::new(pooled.estimate, pooled.standard_error.powi(2)))
            .collect::<Result<_, _>>()?;
        let q = Weighted::new(&effects, 0.0).q;
        if !q.is_finite() {
            return Err(SynthesisError::NotFinite);
        }
        Ok(Self { pooled, q, freedom, p: chi_squared_tail(q, freedom as f64)? })
    }
}
