//! How results are put together, and the words that say so.

use super::heterogeneity::TauSquared;
use super::pool::Uncertainty;
use super::result::{COVERAGE, EffectMeasure};
use super::words::words;

/// By what results are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Model {
    /// Each effect by one over its variance and that between studies.
    InverseVariance(TauSquared),
    /// The tables of two arms, by Mantel and Haenszel: all studies estimate the same odds ratio, risk ratio or risk difference.
    MantelHaenszel,
    /// The tables of two arms, by Peto: all studies estimate the same odds ratio, and events are rare.
    Peto,
}

impl Model {
    /// Whether it takes the events of both arms of every study, and not its effect.
    #[must_use]
    pub const fn takes_tables(self) -> bool {
        !matches!(self, Self::InverseVariance(_))
    }

    /// Whether it puts effects by a measure together.
    #[must_use]
    pub fn is_of(self, measure: EffectMeasure) -> bool {
        use EffectMeasure as Measure;
        match self {
            Self::InverseVariance(_) => true,
            Self::MantelHaenszel => {
                matches!(measure, Measure::OddsRatio | Measure::RiskRatio | Measure::RiskDifference)
            }
            Self::Peto => measure == Measure::OddsRatio,
        }
    }

    /// The variance between studies, as it is estimated where effects are put together by one over their variance; of a
    /// model that takes tables there is none.
    #[must_use]
    pub const fn tau_squared(self) -> TauSquared {
        match self {
            Self::InverseVariance(tau_squared) => tau_squared,
            Self::MantelHaenszel | Self::Peto => TauSquared::Zero,
        }
    }

    /// How it is told to people.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::InverseVariance(TauSquared::Zero) => "common effect",
            Self::InverseVariance(TauSquared::DerSimonianLaird) => "random effects (DerSimonian-Laird)",
            Self::InverseVariance(TauSquared::PauleMandel) => "random effects (Paule-Mandel)",
            Self::InverseVariance(TauSquared::RestrictedMaximumLikelihood) => "random effects (REML)",
            Self::MantelHaenszel => "Mantel-Haenszel",
            Self::Peto => "Peto",
        }
    }
}

/// How results are put together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Method {
    /// By which measure; nothing for the one by which the results say that they are measured.
    pub measure: Option<EffectMeasure>,
    /// By what they are averaged.
    pub model: Model,
    /// How the uncertainty of the pooled effect is told.
    pub uncertainty: Uncertainty,
    /// What share intervals cover.
    pub coverage: f64,
}

impl Default for Method {
    /// Random effects with the variance between studies by restricted maximum likelihood, intervals of 95 %.
    fn default() -> Self {
        Self { measure: None, model: REML, uncertainty: Uncertainty::Wald, coverage: COVERAGE }
    }
}

words! {
    /// What a parameter can set of a [`Method`].
    pub enum MethodPart {
        /// `random-effects`, `common-effect`, `mantel-haenszel` or `peto`.
        Model = "model",
        /// How the variance between studies is estimated.
        BetweenStudies = "between-studies-variance",
        /// `wald` or `hartung-knapp`.
        Interval = "interval",
    }
}

impl MethodPart {
    /// The words that each understands.
    #[must_use]
    pub fn choices(self) -> Vec<&'static str> {
        match self {
            Self::Model => MODELS.iter().map(|(word, _)| *word).collect(),
            Self::BetweenStudies => BETWEEN_STUDIES.iter().map(|(word, _)| *word).collect(),
            Self::Interval => INTERVALS.iter().map(|(word, _)| *word).collect(),
        }
    }
}

const REML: Model = Model::InverseVariance(TauSquared::RestrictedMaximumLikelihood);

const MODELS: &[(&str, Model)] = &[
    ("random-effects", REML),
    ("common-effect", Model::InverseVariance(TauSquared::Zero)),
    ("mantel-haenszel", Model::MantelHaenszel),
    ("peto", Model::Peto),
];

const BETWEEN_STUDIES: &[(&str, TauSquared)] = &[
    ("restricted-maximum-likelihood", TauSquared::RestrictedMaximumLikelihood),
    ("paule-mandel", TauSquared::PauleMandel),
    ("dersimonian-laird", TauSquared::DerSimonianLaird),
];

const INTERVALS: &[(&str, Uncertainty)] =
    &[("wald", Uncertainty::Wald), ("hartung-knapp", Uncertainty::HartungKnappSidikJonkman)];

fn find<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(known, _)| *known == word).map(|(_, found)| *found)
}

impl Method {
    /// The method that words stand for, as parameters give them; what is not set is as by default. A word that a part does
    /// not understand sets nothing.
    #[must_use]
    pub fn of_words<'w>(words: impl IntoIterator<Item = (MethodPart, &'w str)>) -> Self {
        let mut words: Vec<_> = words.into_iter().collect();
        // Whether effects differ at all goes before how the variance between them is estimated.
        words.sort_by_key(|(part, _)| *part == MethodPart::Model);
        let mut method = Self::default();
        words.into_iter().for_each(|(part, word)| method.set(part, word));
        method
    }

    /// Sets a part by a word; one that it does not understand sets nothing. To set how the variance between studies is
    /// estimated takes effects to be random.
    pub fn set(&mut self, part: MethodPart, word: &str) {
        match part {
            MethodPart::Model => match find(MODELS, word) {
                // That effects differ does not say how much.
                Some(REML) if self.is_random() => {}
                found => self.model = found.unwrap_or(self.model),
            },
            MethodPart::BetweenStudies => {
                self.model = find(BETWEEN_STUDIES, word).map_or(self.model, Model::InverseVariance);
            }
            MethodPart::Interval => self.uncertainty = find(INTERVALS, word).unwrap_or(self.uncertainty),
        }
    }

    fn is_random(&self) -> bool {
        !self.model.takes_tables() && self.model.tau_squared() != TauSquared::Zero
    }

    /// How it is told to people.
    #[must_use]
    pub fn told(&self) -> String {
        let interval = match self.uncertainty {
            Uncertainty::Wald => "",
            Uncertainty::HartungKnappSidikJonkman => ", Hartung-Knapp interval",
        };
        format!("{}{interval}", self.model.told())
    }
}
