//! Results of single studies as they are reported, and the effects that follow from them.
//!
//! Data of the arms go before a reported effect, for they can be worked out anew; of a reported effect the interval goes
//! before the standard error, and that before the p-value (Cochrane Handbook for Systematic Reviews of Interventions,
//! sections 6.3.1, 6.5.2 and 6.8).

use std::collections::BTreeMap;

use thiserror::Error;

use super::distribution::Reference;
use super::effect::{Cells, Effect, Sample};
use super::failure::SynthesisError;

/// What the effect of an intervention is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EffectMeasure {
    /// The odds ratio.
    OddsRatio,
    /// The risk ratio.
    RiskRatio,
    /// The hazard ratio.
    HazardRatio,
    /// The incidence rate ratio.
    RateRatio,
    /// The risk difference.
    RiskDifference,
    /// The mean difference.
    MeanDifference,
    /// The standardised mean difference, Hedges' g.
    StandardisedMeanDifference,
}

impl EffectMeasure {
    /// All of them, with their words.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("or", Self::OddsRatio),
        ("rr", Self::RiskRatio),
        ("hr", Self::HazardRatio),
        ("irr", Self::RateRatio),
        ("rd", Self::RiskDifference),
        ("md", Self::MeanDifference),
        ("smd", Self::StandardisedMeanDifference),
    ];

    /// The measure of a word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, measure)| measure)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, measure)| *measure == self).map_or("", |(word, _)| word)
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

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident = $word:literal,)*) => {
        /// A part of what is recorded of a result.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ResultPart {
            $($(#[$doc])* $part,)*
        }

        impl ResultPart {
            /// All of them, with their words.
            pub const WORDS: &[(&str, Self)] = &[$(($word, Self::$part),)*];
        }
    };
}

parts! {
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
    /// Whether the result answers another question.
    OtherQuestion = "other-question",
    /// The design of the study.
    Design = "design",
}

impl ResultPart {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, part)| *part == self).map_or("", |(word, _)| word)
    }
}

/// What kind of value something of a result or a synthesis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Number,
    Flag,
    Word,
}

impl ResultPart {
    pub(crate) const fn takes(self) -> Shown {
        match self {
            Self::Measure | Self::Design | Self::Comparison => Shown::Word,
            Self::Logarithm | Self::OtherQuestion => Shown::Flag,
            _ => Shown::Number,
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
            let beyond = number(Part::Estimate).is_some_and(|estimate| estimate.abs() > 1.0);
            let help = "tell it as a part of 1: 0.05 for 5 %";
            refuse(beyond, Part::Estimate, None, "a risk difference is from -1 to 1", help);
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
        if let Some(effect) = self.by_arms(measure) {
            let effect = effect?;
            let inflated = self.number(ResultPart::DesignEffect).unwrap_or(1.0);
            return Effect::new(effect.estimate(), effect.variance() * inflated).map(Some);
        }
        if self.measure == Some(measure) { self.as_reported(measure) } else { Ok(None) }
    }

    /// Whether there is anything of which an effect could follow.
    pub(crate) fn has_effect(&self) -> bool {
        use ResultPart as Part;
        [Part::Estimate, Part::Events, Part::Mean].iter().any(|part| self.numbers.contains_key(part))
    }

    /// The degrees of freedom of a difference of two means (Welch 1947); nothing unless it is of two separate arms that
    /// were measured, whole.
    pub(super) fn freedom(&self) -> Option<f64> {
        use ResultPart as Part;
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
                let (with, comparator_with) = (number(Part::Events)?, comparator(Part::ComparatorEvents)?);
                let without = number(Part::Participants)? - with;
                let comparator_without = comparator(Part::ComparatorParticipants)? - comparator_with;
                let cells = Cells { with, without, comparator_with, comparator_without };
                if without < 0.0 || comparator_without < 0.0 {
                    return Some(Err(SynthesisError::MoreEvents));
                }
                match measure {
                    EffectMeasure::OddsRatio => cells.log_odds_ratio(),
                    EffectMeasure::RiskRatio => cells.log_risk_ratio(),
                    _ => cells.risk_difference(),
                }
            }
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
                    // Which variance a standardised difference of paired data has is not settled.
                    (_, Some(_)) => return None,
                }
            }
            EffectMeasure::HazardRatio => return None,
        })
    }

    /// By the reported effect and how sure it is said to be.
    fn as_reported(&self, measure: EffectMeasure) -> Result<Option<Effect>, SynthesisError> {
        use ResultPart as Part;
        let averaged =
            |part| self.number(part).map(|end| if measure.is_ratio() && !self.logarithm { end.ln() } else { end });
        let Some(estimate) = averaged(Part::Estimate) else { return Ok(None) };
        let error = match (averaged(Part::Low), averaged(Part::High), self.number(Part::StandardError)) {
            (Some(low), Some(high), _) => (high - low) / (2.0 * Reference::Normal.reach(COVERAGE)?),
            (_, _, Some(error)) => error,
            _ => match self.number(Part::PValue) {
                // An effect of 0, and a p-value of 0 or 1, do not tell how sure it is.
                Some(p) if p > 0.0 && p < 1.0 && estimate != 0.0 => {
                    estimate.abs() / Reference::Normal.reach(1.0 - p)?
                }
                _ => return Ok(None),
            },
        };
        Effect::new(estimate, error.powi(2)).map(Some)
    }
}

/// What reported intervals cover.
const COVERAGE: f64 = 0.95;
