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

    /// Participants with the event, of both arms.
    pub(super) const fn events(&self) -> f64 {
        self.with + self.comparator_with
    }

    /// With each cell divided.
    pub(super) fn parted(self, by: f64) -> Self {
        let [with, without, comparator_with, comparator_without] =
            [self.with, self.without, self.comparator_with, self.comparator_without].map(|cell| cell / by);
        Self { with, without, comparator_with, comparator_without }
    }

    /// With a half added to each cell where one is empty.
    fn corrected(self) -> Self {
        let all = [self.with, self.without, self.comparator_with, self.comparator_without];
        if all.iter().all(|cell| *cell > 0.0) {
            return self;
        }
        let [with, without, comparator_with, comparator_without] = all.map(|cell| cell + CORRECTION);
        Self { with, without, comparator_with, comparator_without }
    }

    pub(super) fn log_odds_ratio(self) -> Result<Effect, SynthesisError> {
        let Self { with, without, comparator_with, comparator_without } = self.corrected();
        let estimate = (with / without).ln() - (comparator_with / comparator_without).ln();
        let variance = with.recip() + without.recip() + comparator_with.recip() + comparator_without.recip();
        Effect::new(estimate, variance)
    }

    pub(super) fn log_risk_ratio(self) -> Result<Effect, SynthesisError> {
        let cells = self.corrected();
        let estimate = (cells.with / cells.arm()).ln() - (cells.comparator_with / cells.comparator()).ln();
        let variance =
            cells.with.recip() - cells.arm().recip() + cells.comparator_with.recip() - cells.comparator().recip();
        Effect::new(estimate, variance)
    }

    pub(super) fn risk_difference(self) -> Result<Effect, SynthesisError> {
        let cells = self.corrected();
        let estimate = cells.with / cells.arm() - cells.comparator_with / cells.comparator();
        let variance = cells.with * cells.without / cells.arm().powi(3)
            + cells.comparator_with * cells.comparator_without / cells.comparator().powi(3);
        Effect::new(estimate, variance)
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

    /// The logarithm of the odds ratio.
    ///
    /// # Errors
    ///
    /// If an arm is empty, or has more events than participants.
    pub fn log_odds_ratio(&self) -> Result<Effect, SynthesisError> {
        self.cells()?.log_odds_ratio()
    }

    /// The logarithm of the risk ratio.
    ///
    /// # Errors
    ///
    /// If an arm is empty, or has more events than participants.
    pub fn log_risk_ratio(&self) -> Result<Effect, SynthesisError> {
        self.cells()?.log_risk_ratio()
    }

    /// The risk difference.
    ///
    /// # Errors
    ///
    /// If an arm is empty, or has more events than participants.
    pub fn risk_difference(&self) -> Result<Effect, SynthesisError> {
        self.cells()?.risk_difference()
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
        log_rate_ratio((self.events as f64, self.time), (self.comparator_events as f64, self.comparator_time))
    }
}

/// The logarithm of the ratio of two rates, each events over time.
pub(super) fn log_rate_ratio(
    (events, time): (f64, f64),
    (others, other_time): (f64, f64),
) -> Result<Effect, SynthesisError> {
    if !(time > 0.0 && other_time > 0.0) {
        return Err(SynthesisError::NoTime);
    }
    let add = if events == 0.0 || others == 0.0 { CORRECTION } else { 0.0 };
    let (events, others) = (events + add, others + add);
    Effect::new((events / time).ln() - (others / other_time).ln(), events.recip() + others.recip())
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
    const fn sample(&self) -> Sample {
        Sample { of: self.of as f64, mean: self.mean, sd: self.sd }
    }

    /// The mean difference: this arm less another.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::EmptyArm`] if an arm has no participants, [`SynthesisError::NoDeviation`] unless the standard
    /// deviations are above 0.
    pub fn mean_difference(&self, comparator: &Self) -> Result<Effect, SynthesisError> {
        self.sample().mean_difference(&comparator.sample())
    }

    /// The standardised mean difference, corrected for small samples with the exact factor (Hedges 1981): this arm less
    /// another.
    ///
    /// # Errors
    ///
    /// As of a mean difference; [`SynthesisError::TooFew`] where there are fewer than 4 participants in all.
    pub fn standardised_mean_difference(&self, comparator: &Self) -> Result<Effect, SynthesisError> {
        self.sample().standardised_mean_difference(&comparator.sample())
    }
}

/// What was measured in an arm, or in the part of one that a comparison takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) of: f64,
    pub(super) mean: f64,
    pub(super) sd: f64,
}

impl Sample {
    fn check(&self) -> Result<(), SynthesisError> {
        if self.of <= 0.0 {
            return Err(SynthesisError::EmptyArm);
        }
        if self.sd > 0.0 { Ok(()) } else { Err(SynthesisError::NoDeviation) }
    }

    pub(super) fn mean_difference(&self, comparator: &Self) -> Result<Effect, SynthesisError> {
        self.check()?;
        comparator.check()?;
        let variance = self.sd.powi(2) / self.of + comparator.sd.powi(2) / comparator.of;
        Effect::new(self.mean - comparator.mean, variance)
    }

    /// Of participants who had both, as many as there are in this arm.
    pub(super) fn paired_difference(&self, comparator: &Self, correlation: f64) -> Result<Effect, SynthesisError> {
        self.check()?;
        comparator.check()?;
        let both = self.sd.powi(2) + comparator.sd.powi(2) - 2.0 * correlation * self.sd * comparator.sd;
        Effect::new(self.mean - comparator.mean, both / self.of)
    }

    /// The same in standard deviations between participants, which follow from those of the differences, corrected for small
    /// samples (Borenstein and others 2009, Introduction to Meta-Analysis, equations 4.26 to 4.31).
    pub(super) fn paired_standardised_difference(
        &self,
        comparator: &Self,
        correlation: f64,
    ) -> Result<Effect, SynthesisError> {
        let difference = self.paired_difference(comparator, correlation)?;
        let freedom = self.of - 1.0;
        if freedom < 2.0 {
            return Err(SynthesisError::TooFew);
        }
        let apart = 2.0 * (1.0 - correlation);
        let between = (difference.variance() * self.of / apart).sqrt();
        let factor = hedges_factor(freedom);
        let estimate = difference.estimate() / between;
        let variance = (self.of.recip() + estimate.powi(2) / (2.0 * self.of)) * apart;
        Effect::new(factor * estimate, factor.powi(2) * variance)
    }

    pub(super) fn standardised_mean_difference(&self, comparator: &Self) -> Result<Effect, SynthesisError> {
        self.check()?;
        comparator.check()?;
        let freedom = self.of + comparator.of - 2.0;
        if freedom < 2.0 {
            return Err(SynthesisError::TooFew);
        }
        let pooled = ((self.of - 1.0) * self.sd.powi(2) + (comparator.of - 1.0) * comparator.sd.powi(2)) / freedom;
        let estimate = hedges_factor(freedom) * (self.mean - comparator.mean) / pooled.sqrt();
        let variance = self.of.recip() + comparator.of.recip() + estimate.powi(2) / (2.0 * (self.of + comparator.of));
        Effect::new(estimate, variance)
    }
}

/// By what a standardised mean difference is multiplied, by the degrees of freedom.
fn hedges_factor(freedom: f64) -> f64 {
    let log_gamma = statrs::function::gamma::ln_gamma;
    (log_gamma(freedom / 2.0) - log_gamma((freedom - 1.0) / 2.0)).exp() / (freedom / 2.0).sqrt()
}
