//! Effects of single studies: an estimate with its variance, from the data of the arms.
//!
//! The formulas are those of the Cochrane Handbook for Systematic Reviews of Interventions, chapter 6 and section 10.4.
//! Ratios are taken on the natural logarithm. Where an arm of a trial has no events, or every participant has one, a half
//! is added to every cell of that trial (section 10.4.4.1).

use super::failure::SynthesisError;

/// What is added to every cell of a trial with an empty one.
const CORRECTION: f64 = 0.5;

/// An estimate, on the scale on which estimates are averaged, and its variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    estimate: f64,
    variance: f64,
}

impl Effect {
    /// An estimate with its variance, for ratios the natural logarithm of the ratio with the variance of that.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::NotFinite`] unless both are finite; [`SynthesisError::NoVariance`] unless the variance is above 0.
    pub fn new(estimate: f64, variance: f64) -> Result<Self, SynthesisError> {
        if !(estimate.is_finite() && variance.is_finite()) {
            return Err(SynthesisError::NotFinite);
        }
        if variance <= 0.0 {
            return Err(SynthesisError::NoVariance);
        }
        Ok(Self { estimate, variance })
    }

    /// The estimate.
    #[must_use]
    pub const fn estimate(&self) -> f64 {
        self.estimate
    }

    /// Its variance: above 0.
    #[must_use]
    pub const fn variance(&self) -> f64 {
        self.variance
    }
}

/// Events in two arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Events {
    /// Participants with the event in the intervention arm.
    pub events: u64,
    /// Participants in the intervention arm.
    pub of: u64,
    /// Participants with the event in the comparator arm.
    pub comparator_events: u64,
    /// Participants in the comparator arm.
    pub comparator_of: u64,
}

/// The cells of a table of two arms: with and without the event, in the intervention and in the comparator arm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub(super) with: f64,
    pub(super) without: f64,
    pub(super) comparator_with: f64,
    pub(super) comparator_without: f64,
}

impl Cells {
    pub(super) const fn arm(&self) -> f64 {
        self.with + self.without
    }

    pub(super) const fn comparator(&self) -> f64 {
        self.comparator_with + self.comparator_without
    }

    pub(super) const fn all(&self) -> f64 {
        self.arm() + self.comparator()
    }
}

impl Events {
    /// The cells as they are.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::EmptyArm`] if an arm has no participants, [`SynthesisError::MoreEvents`] if it has more events
    /// than participants.
    pub(super) fn cells(&self) -> Result<Cells, SynthesisError> {
        if self.of == 0 || self.comparator_of == 0 {
            return Err(SynthesisError::EmptyArm);
        }
        let (Some(without), Some(comparator_without)) =
            (self.of.checked_sub(self.events), self.comparator_of.checked_sub(self.comparator_events))
        else {
            return Err(SynthesisError::MoreEvents);
        };
        Ok(Cells {
            with: self.events as f64,
            without: without as f64,
            comparator_with: self.comparator_events as f64,
            comparator_without: comparator_without as f64,
        })
    }

    /// The cells, with a half added to each where one is empty.
    fn corrected(&self) -> Result<Cells, SynthesisError> {
        let cells = self.cells()?;
        let all = [cells.with, cells.without, cells.comparator_with, cells.comparator_without];
        if all.iter().all(|cell| *cell > 0.0) {
            return Ok(cells);
        }
        let [with, without, comparator_with, comparator_without] = all.map(|cell| cell + CORRECTION);
        Ok(Cells { with, without, comparator_with, comparator_without })
    }

    /// The logarithm of the odds ratio.
    ///
    /// # Errors
    ///
    /// If an arm is empty, or has more events than participants.
    pub fn log_odds_ratio(&self) -> Result<Effect, SynthesisError> {
        let Cells { with, without, comparator_with, comparator_without } = self.corrected()?;
        let estimate = (with / without).ln() - (comparator_with / comparator_without).ln();
        let variance = with.recip() + without.recip() + comparator_with.recip() + comparator_without.recip();
        Effect::new(estimate, variance)
    }

    /// The logarithm of the risk ratio.
    ///
    /// # Errors
    ///
    /// If an arm is empty, or has more events than participants.
    pub fn log_risk_ratio(&self) -> Result<Effect, SynthesisError> {
        let cells = self.corrected()?;
        let estimate = (cells.with / cells.arm()).ln() - (cells.comparator_with / cells.comparator()).ln();
        let variance =
            cells.with.recip() - cells.arm().recip() + cells.comparator_with.recip() - cells.comparator().recip();
        Effect::new(estimate, variance)
    }

    /// The risk difference.
    ///
    /// # Errors
    ///
    /// If an arm is empty, or has more events than participants.
    pub fn risk_difference(&self) -> Result<Effect, SynthesisError> {
        let cells = self.corrected()?;
        let estimate = cells.with / cells.arm() - cells.comparator_with / cells.comparator();
        let variance = cells.with * cells.without / cells.arm().powi(3)
            + cells.comparator_with * cells.comparator_without / cells.comparator().powi(3);
        Effect::new(estimate, variance)
    }
}

/// Events over time at risk in two arms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Events in the intervention arm.
    pub events: u64,
    /// Time at risk in the intervention arm, in any unit.
    pub time: f64,
    /// Events in the comparator arm.
    pub comparator_events: u64,
    /// Time at risk in the comparator arm, in the same unit.
    pub comparator_time: f64,
}

impl Rates {
    /// The logarithm of the incidence rate ratio; a half is added to both counts where one is 0.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::NoTime`] unless both times are above 0.
    pub fn log_rate_ratio(&self) -> Result<Effect, SynthesisError> {
        if !(self.time > 0.0 && self.comparator_time > 0.0) {
            return Err(SynthesisError::NoTime);
        }
        let add = if self.events == 0 || self.comparator_events == 0 { CORRECTION } else { 0.0 };
        let (events, others) = (self.events as f64 + add, self.comparator_events as f64 + add);
        let estimate = (events / self.time).ln() - (others / self.comparator_time).ln();
        Effect::new(estimate, events.recip() + others.recip())
    }
}

/// What was measured in an arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Participants.
    pub of: u64,
    /// The mean, or the mean change.
    pub mean: f64,
    /// The standard deviation of that.
    pub sd: f64,
}

impl Measured {
    fn check(&self) -> Result<(), SynthesisError> {
        if self.of == 0 {
            return Err(SynthesisError::EmptyArm);
        }
        if self.sd > 0.0 { Ok(()) } else { Err(SynthesisError::NoDeviation) }
    }

    /// The mean difference: this arm less another.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::EmptyArm`] if an arm has no participants, [`SynthesisError::NoDeviation`] unless the standard
    /// deviations are above 0.
    pub fn mean_difference(&self, comparator: &Self) -> Result<Effect, SynthesisError> {
        self.check()?;
        comparator.check()?;
        let variance = self.sd.powi(2) / self.of as f64 + comparator.sd.powi(2) / comparator.of as f64;
        Effect::new(self.mean - comparator.mean, variance)
    }

    /// The standardised mean difference, corrected for small samples with the exact factor (Hedges 1981): this arm less
    /// another.
    ///
    /// # Errors
    ///
    /// As of a mean difference; [`SynthesisError::TooFew`] where there are fewer than 4 participants in all.
    pub fn standardised_mean_difference(&self, comparator: &Self) -> Result<Effect, SynthesisError> {
        self.check()?;
        comparator.check()?;
        let (one, other) = (self.of as f64, comparator.of as f64);
        let freedom = one + other - 2.0;
        if freedom < 2.0 {
            return Err(SynthesisError::TooFew);
        }
        let pooled = ((one - 1.0) * self.sd.powi(2) + (other - 1.0) * comparator.sd.powi(2)) / freedom;
        let estimate = hedges_factor(freedom) * (self.mean - comparator.mean) / pooled.sqrt();
        Effect::new(estimate, one.recip() + other.recip() + estimate.powi(2) / (2.0 * (one + other)))
    }
}

/// By what a standardised mean difference is multiplied, by the degrees of freedom.
fn hedges_factor(freedom: f64) -> f64 {
    let log_gamma = statrs::function::gamma::ln_gamma;
    (log_gamma(freedom / 2.0) - log_gamma((freedom - 1.0) / 2.0)).exp() / (freedom / 2.0).sqrt()
}
