//! Results of single studies as they are reported, and the effects that follow from them.
//!
//! A reported effect with its interval or standard error goes before the data of the arms, for its analysis may allow for more
//! than these tell: confounders, clusters, baselines. A p-value alone comes last (Cochrane Handbook for Systematic Reviews of
//! Interventions, sections 6.3.1, 6.5.2, 23.1 and 24.6).

use std::collections::BTreeMap;

use thiserror::Error;

use super::distribution::Reference;
use super::effect::{Cells, Effect, Sample};
use super::failure::SynthesisError;
use super::words::{ValueKind, words};

words! {
    /// What the effect of an intervention is measured by.
    pub enum EffectMeasure {
        /// The odds ratio.
        OddsRatio = "or",
        /// The risk ratio.
        RiskRatio = "rr",
        /// The hazard ratio.
        HazardRatio = "hr",
        /// The incidence rate ratio.
        RateRatio = "irr",
        /// The risk difference.
        RiskDifference = "rd",
        /// The mean difference.
        MeanDifference = "md",
        /// The standardised mean difference, Hedges' g.
        StandardisedMeanDifference = "smd",
    }
}

impl EffectMeasure {
    /// The measure of a word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, measure)| *measure)
    }

    /// Its name, as it is printed.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::OddsRatio => "odds ratio",
            Self::RiskRatio => "risk ratio",
            Self::HazardRatio => "hazard ratio",
            Self::RateRatio => "rate ratio",
            Self::RiskDifference => "risk difference",
            Self::MeanDifference => "mean difference",
            Self::StandardisedMeanDifference => "standardised mean difference",
        }
    }

    /// Whether it is a ratio: its effects are averaged on the natural logarithm.
    #[must_use]
    pub const fn is_ratio(self) -> bool {
        matches!(self, Self::OddsRatio | Self::RiskRatio | Self::HazardRatio | Self::RateRatio)
    }

    /// Whether it is of events, and not of what was measured.
    #[must_use]
    pub const fn is_of_events(self) -> bool {
        !matches!(self, Self::MeanDifference | Self::StandardisedMeanDifference)
    }

    /// No effect, as it is printed.
    #[must_use]
    pub const fn null(self) -> f64 {
        if self.is_ratio() { 1.0 } else { 0.0 }
    }

    /// An effect on the scale on which effects are averaged, as it is printed.
    #[must_use]
    pub fn natural(self, averaged: f64) -> f64 {
        if self.is_ratio() { averaged.exp() } else { averaged }
    }
}

words! {
    /// A part of what is recorded of a result.
    pub enum ResultPart {
        /// The word of the [`EffectMeasure`].
        Measure = "measure",
        /// Whether a ratio and its interval are told as natural logarithms.
        Logarithm = "logarithm",
        /// The estimate.
        Estimate = "estimate",
        /// The lower end of its 95 % confidence interval.
        Low = "ci-low",
        /// The upper end of its 95 % confidence interval.
        High = "ci-high",
        /// Its standard error; of a ratio that of the logarithm.
        StandardError = "standard-error",
        /// The p-value of a two-sided test against no effect.
        PValue = "p-value",
        /// Participants in the intervention arm.
        Participants = "participants",
        /// Participants with the event in the intervention arm, or events over time.
        Events = "events",
        /// Time at risk in the intervention arm.
        Time = "time",
        /// The mean, or the mean change, in the intervention arm.
        Mean = "mean",
        /// The standard deviation of that.
        Deviation = "standard-deviation",
        /// Participants in the comparator arm.
        ComparatorParticipants = "comparator-participants",
        /// Participants with the event in the comparator arm, or events over time.
        ComparatorEvents = "comparator-events",
        /// Time at risk in the comparator arm.
        ComparatorTime = "comparator-time",
        /// The mean, or the mean change, in the comparator arm.
        ComparatorMean = "comparator-mean",
        /// The standard deviation of that.
        ComparatorDeviation = "comparator-standard-deviation",
        /// How many comparisons of the trial share its comparator arm, of which each takes a part.
        SharedBy = "shared-by",
        /// Of a trial that allocated clusters: 1 + (size of a cluster - 1) x intracluster correlation.
        DesignEffect = "design-effect",
        /// Of a trial in which participants had both: the correlation of their two measurements.
        Correlation = "correlation",
        /// What the comparison showed: that there was one.
        Comparison = "comparison",
        /// How many studies the result puts together itself.
        Studies = "studies",
        /// Whether the result answers another question.
        OtherQuestion = "other-question",
        /// How long after allocation it was measured.
        Timepoint = "timepoint",
        /// The design of the study.
        Design = "design",
    }
}

impl ResultPart {
    pub(crate) const fn takes(self) -> ValueKind {
        match self {
            Self::Measure | Self::Design | Self::Comparison => ValueKind::Word,
            Self::Logarithm | Self::OtherQuestion => ValueKind::Flag,
            _ => ValueKind::Number,
        }
    }
}

/// What a study reports of one outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyResult {
    /// What its effect is measured by.
    pub measure: Option<EffectMeasure>,
    /// Whether a ratio and its interval are told as natural logarithms.
    pub logarithm: bool,
    numbers: BTreeMap<ResultPart, f64>,
}

/// Why a result cannot be: a part of it, and the part that it contradicts.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Impossible {
    /// The part that is wrong.
    pub part: ResultPart,
    /// The part that it does not go with.
    pub against: Option<ResultPart>,
    reason: &'static str,
    /// What mends it.
    pub help: &'static str,
}

impl StudyResult {
    /// A result of which nothing is recorded but what it is measured by.
    #[must_use]
    pub const fn new(measure: EffectMeasure) -> Self {
        Self { measure: Some(measure), logarithm: false, numbers: BTreeMap::new() }
    }

    /// Records a number.
    pub fn set(&mut self, part: ResultPart, number: f64) {
        self.numbers.insert(part, number);
    }

    /// A number that is recorded.
    #[must_use]
    pub fn number(&self, part: ResultPart) -> Option<f64> {
        self.numbers.get(&part).copied()
    }

    /// What of the numbers cannot be.
    #[must_use]
    pub fn impossible(&self) -> Vec<Impossible> {
        use ResultPart as Part;
        let mut found = Vec::new();
        let mut refuse = |wrong: bool, part, against, reason, help| {
            if wrong {
                found.push(Impossible { part, against, reason, help });
            }
        };
        let number = |part| self.number(part);
        let arms = [
            (Part::Participants, Part::Events, Part::Deviation, Part::Time),
            (Part::ComparatorParticipants, Part::ComparatorEvents, Part::ComparatorDeviation, Part::ComparatorTime),
        ];
        for (participants, events, deviation, time) in arms {
            let none = number(participants).is_some_and(|of| of < 1.0);
            refuse(none, participants, None, "an arm has no participants", "leave an arm out that nobody was in");
            if let (Some(with), Some(of), None) = (number(events), number(participants), number(time)) {
                let help = "give the participants with at least one event; events over time need the time at risk";
                refuse(with > of, events, Some(participants), "an arm has more events than participants", help);
            }
            let lone = number(deviation).is_some() && number(participants).is_some_and(|of| of < 2.0);
            let help = "leave the standard deviation out";
            refuse(lone, deviation, Some(participants), "a single participant has no standard deviation", help);
            let flat = number(deviation).is_some_and(|sd| sd <= 0.0);
            let help = "of a standard error, the standard deviation is that times the root of the participants";
            refuse(flat, deviation, None, "a standard deviation has to be above 0", help);
            let idle = number(time).is_some_and(|time| time <= 0.0);
            refuse(idle, time, None, "time at risk has to be above 0", "give it in any unit, the same for both arms");
        }
        let is_ratio = self.measure.is_some_and(EffectMeasure::is_ratio) && !self.logarithm;
        for part in [Part::Estimate, Part::Low, Part::High] {
            let help = "a ratio that is told as its logarithm says so";
            refuse(is_ratio && number(part).is_some_and(|end| end <= 0.0), part, None, "a ratio is above 0", help);
        }
        if self.measure == Some(EffectMeasure::RiskDifference) {
            for part in [Part::Estimate, Part::Low, Part::High] {
                let beyond = number(part).is_some_and(|end| end.abs() > 1.0);
                let help = "tell it as a part of 1: 0.05 for 5 %";
                refuse(beyond, part, None, "a risk difference is from -1 to 1", help);
            }
        }
        let others = (number(Part::Participants), number(Part::ComparatorParticipants));
        if let (Some(_), (Some(one), Some(other))) = (number(Part::Correlation), others) {
            let help = "give those who had both, in either arm";
            let reason = "the same participants had both, and the arms differ in number";
            refuse(one != other, Part::ComparatorParticipants, Some(Part::Participants), reason, help);
        }
        let (low, high) = (number(Part::Low), number(Part::High));
        let both = "give both ends, or the standard error";
        refuse(low.is_some() && high.is_none(), Part::Low, None, "an interval has two ends", both);
        refuse(high.is_some() && low.is_none(), Part::High, None, "an interval has two ends", both);
        if let (Some(low), Some(high)) = (low, high) {
            let help = "the lower end is below the upper one: exchange them if they are";
            refuse(low >= high, Part::Low, Some(Part::High), "the interval is empty", help);
            if let Some(estimate) = number(Part::Estimate) {
                let outside = estimate < low || estimate > high;
                let help = "a misprint of one of the three, or they are of different analyses";
                let reason = "the interval does not contain the estimate";
                refuse(outside, Part::Estimate, Some(Part::Low), reason, help);
            }
        }
        let exact = number(Part::StandardError).is_some_and(|error| error <= 0.0);
        refuse(exact, Part::StandardError, None, "a standard error has to be above 0", "leave it out if it is unknown");
        let p = number(Part::PValue).is_some_and(|p| !(0.0..=1.0).contains(&p));
        refuse(p, Part::PValue, None, "a p-value is from 0 to 1", "give it as a part of 1");
        let shared = number(Part::SharedBy).is_some_and(|shared| shared < 1.0);
        refuse(shared, Part::SharedBy, None, "at least one comparison has the comparator arm", "count this one too");
        let fewer = number(Part::DesignEffect).is_some_and(|effect| effect < 1.0);
        let help = "1 + (mean size of a cluster - 1) x intracluster correlation";
        refuse(fewer, Part::DesignEffect, None, "a design effect is at least 1", help);
        let beyond = number(Part::Correlation).is_some_and(|correlation| correlation.abs() >= 1.0);
        refuse(beyond, Part::Correlation, None, "a correlation is between -1 and 1", "0.5 is half of the way to 1");
        found
    }

    /// The effect by a measure; nothing where the numbers that it takes are not recorded.
    ///
    /// # Errors
    ///
    /// [`SynthesisError`] where no effect follows from the numbers.
    pub fn effect(&self, measure: EffectMeasure) -> Result<Option<Effect>, SynthesisError> {
        let is_reported = self.measure == Some(measure);
        if is_reported && let Some((estimate, error)) = self.with_error(measure)? {
            return Effect::new(estimate, error.powi(2)).map(Some);
        }
        if let Some(effect) = self.by_arms(measure) {
            let effect = effect?;
            let inflated = self.number(ResultPart::DesignEffect).unwrap_or(1.0);
            return Effect::new(effect.estimate(), effect.variance() * inflated).map(Some);
        }
        if is_reported { self.with_p_value(measure) } else { Ok(None) }
    }

    /// Whether the arms tell nothing of a ratio: nobody had the event, or everybody.
    pub(super) fn is_uninformative(&self, measure: EffectMeasure) -> bool {
        use ResultPart as Part;
        let number = |part| self.number(part);
        let (Some(events), Some(others)) = (number(Part::Events), number(Part::ComparatorEvents)) else { return false };
        let all = number(Part::Participants) == Some(events) && number(Part::ComparatorParticipants) == Some(others);
        let is_reported = self.measure == Some(measure) && self.numbers.contains_key(&Part::Estimate);
        let none = events == 0.0 && others == 0.0;
        measure.is_ratio() && !is_reported && (none || (all && measure != EffectMeasure::RateRatio))
    }

    /// The interval that is reported by a measure, on the scale on which effects are averaged.
    pub(super) fn reported_interval(&self, measure: EffectMeasure) -> Option<(f64, f64)> {
        let both = (self.averaged(ResultPart::Low, measure)?, self.averaged(ResultPart::High, measure)?);
        (self.measure == Some(measure) && self.numbers.contains_key(&ResultPart::Estimate)).then_some(both)
    }

    /// A reported number on the scale on which effects are averaged.
    fn averaged(&self, part: ResultPart, measure: EffectMeasure) -> Option<f64> {
        self.number(part).map(|end| if measure.is_ratio() && !self.logarithm { end.ln() } else { end })
    }

    /// Whether there is anything of which an effect could follow.
    pub(crate) fn has_effect(&self) -> bool {
        use ResultPart as Part;
        [Part::Estimate, Part::Events, Part::Mean].iter().any(|part| self.numbers.contains_key(part))
    }

    /// The degrees of freedom of an effect (Welch 1947); nothing unless it is a difference of two separate arms that were
    /// measured, whole, and made of them.
    pub(super) fn freedom(&self, measure: EffectMeasure) -> Option<f64> {
        use ResultPart as Part;
        let is_reported = self.measure == Some(measure) && matches!(self.with_error(measure), Ok(Some(_)));
        if measure != EffectMeasure::MeanDifference || is_reported {
            return None;
        }
        let part = |participants, deviation| {
            let of = self.number(participants)?;
            Some((self.number(deviation)?.powi(2) / of, of - 1.0))
        };
        let (one, freedom) = part(Part::Participants, Part::Deviation)?;
        let (other, others) = part(Part::ComparatorParticipants, Part::ComparatorDeviation)?;
        let apart = [Part::Correlation, Part::DesignEffect, Part::SharedBy];
        let whole = apart.iter().all(|part| !self.numbers.contains_key(part)) && freedom > 0.0 && others > 0.0;
        whole.then(|| (one + other).powi(2) / (one.powi(2) / freedom + other.powi(2) / others))
    }

    /// By the data of the arms. Of a comparator arm that several comparisons share each takes its part, so that nobody
    /// counts twice (section 23.3.4); the variance of a trial of clusters grows by the design effect (section 23.1.4).
    fn by_arms(&self, measure: EffectMeasure) -> Option<Result<Effect, SynthesisError>> {
        use ResultPart as Part;
        let part = self.number(Part::SharedBy).map_or(1.0, f64::recip);
        let number = |part| self.number(part);
        let comparator = |of: Part| Some(number(of)? * part);
        Some(match measure {
            EffectMeasure::OddsRatio | EffectMeasure::RiskRatio | EffectMeasure::RiskDifference => {
                self.table()?.and_then(|cells| match measure {
                    EffectMeasure::OddsRatio => cells.log_odds_ratio(),
                    EffectMeasure::RiskRatio => cells.log_risk_ratio(),
                    _ => cells.risk_difference(),
                })
            }
            EffectMeasure::RateRatio if self.numbers.contains_key(&Part::Correlation) => return None,
            EffectMeasure::RateRatio => super::effect::log_rate_ratio(
                (number(Part::Events)?, number(Part::Time)?),
                (comparator(Part::ComparatorEvents)?, comparator(Part::ComparatorTime)?),
            ),
            EffectMeasure::MeanDifference | EffectMeasure::StandardisedMeanDifference => {
                let one =
                    Sample { of: number(Part::Participants)?, mean: number(Part::Mean)?, sd: number(Part::Deviation)? };
                let other = Sample {
                    of: comparator(Part::ComparatorParticipants)?,
                    mean: number(Part::ComparatorMean)?,
                    sd: number(Part::ComparatorDeviation)?,
                };
                match (measure, number(Part::Correlation)) {
                    (EffectMeasure::MeanDifference, None) => one.mean_difference(&other),
                    (EffectMeasure::MeanDifference, Some(correlation)) => one.paired_difference(&other, correlation),
                    (_, None) => one.standardised_mean_difference(&other),
                    (_, Some(correlation)) => one.paired_standardised_difference(&other, correlation),
                }
            }
            EffectMeasure::HazardRatio => return None,
        })
    }

    /// The participants with and without the event in both arms; nothing where they are not told, and of events in the same
    /// participants, of which the tables of both arms do not tell enough.
    fn table(&self) -> Option<Result<Cells, SynthesisError>> {
        use ResultPart as Part;
        if self.numbers.contains_key(&Part::Correlation) {
            return None;
        }
        let part = self.number(Part::SharedBy).map_or(1.0, f64::recip);
        let comparator = |of: Part| Some(self.number(of)? * part);
        let (with, comparator_with) = (self.number(Part::Events)?, comparator(Part::ComparatorEvents)?);
        let without = self.number(Part::Participants)? - with;
        let comparator_without = comparator(Part::ComparatorParticipants)? - comparator_with;
        let is_possible = without >= 0.0 && comparator_without >= 0.0;
        let cells = Cells { with, without, comparator_with, comparator_without };
        Some(if is_possible { Ok(cells) } else { Err(SynthesisError::MoreEvents) })
    }

    /// The same with the effective size of a trial that allocated clusters (section 23.1.4).
    pub(super) fn effective_table(&self) -> Option<Result<Cells, SynthesisError>> {
        let by = self.number(ResultPart::DesignEffect).unwrap_or(1.0);
        Some(self.table()?.map(|cells| cells.parted(by)))
    }

    /// The reported effect with its standard error, or that of its interval.
    fn with_error(&self, measure: EffectMeasure) -> Result<Option<(f64, f64)>, SynthesisError> {
        use ResultPart as Part;
        let Some(estimate) = self.averaged(Part::Estimate, measure) else { return Ok(None) };
        let error = match (self.reported_interval(measure), self.number(Part::StandardError)) {
            (Some((low, high)), _) => (high - low) / (2.0 * Reference::Normal.reach(COVERAGE)?),
            (None, Some(error)) => error,
            (None, None) => return Ok(None),
        };
        Ok(Some((estimate, error)))
    }

    /// The reported effect with the standard error that its p-value means (section 6.5.2.3). An effect of 0, and a p-value of
    /// 1 or next to 0, do not tell how sure it is.
    fn with_p_value(&self, measure: EffectMeasure) -> Result<Option<Effect>, SynthesisError> {
        let estimate = self.averaged(ResultPart::Estimate, measure).filter(|estimate| *estimate != 0.0);
        let p = self.number(ResultPart::PValue).filter(|p| *p >= LEAST_P && *p < 1.0);
        let (Some(estimate), Some(p)) = (estimate, p) else { return Ok(None) };
        let error = estimate.abs() / Reference::Normal.reach(1.0 - p)?;
        Effect::new(estimate, error.powi(2)).map(Some)
    }
}

/// Smaller p-values are not told apart from 0.
const LEAST_P: f64 = 1e-12;
/// What reported intervals cover.
pub(super) const COVERAGE: f64 = 0.95;
