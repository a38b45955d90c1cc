//! The results of a body of evidence put together, and the numbers of it that rules read.

use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::distribution::Reference;
use super::effect::Effect;
use super::failure::SynthesisError;
use super::heterogeneity::TauSquared;
use super::pool::{Pooled, Uncertainty, pool};
use super::printed::shown;
use super::result::{COVERAGE, EffectMeasure, ResultPart, StudyResult};
use super::small_study::egger;
use super::words::{ValueKind, words};
use crate::value::{FactValue, Value};

/// How results are put together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Method {
    /// By which measure; nothing for the one by which the results say that they are measured.
    pub measure: Option<EffectMeasure>,
    /// How the variance between studies is estimated.
    pub tau_squared: TauSquared,
    /// How the uncertainty of the pooled effect is told.
    pub uncertainty: Uncertainty,
    /// What share intervals cover.
    pub coverage: f64,
}

impl Default for Method {
    /// Random effects with the variance between studies by restricted maximum likelihood, intervals of 95 %.
    fn default() -> Self {
        Self {
            measure: None,
            tau_squared: TauSquared::RestrictedMaximumLikelihood,
            uncertainty: Uncertainty::Wald,
            coverage: COVERAGE,
        }
    }
}

words! {
    /// What a parameter can set of a [`Method`].
    pub enum MethodPart {
        /// `random-effects` or `common-effect`.
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
            Self::Model => vec![RANDOM_EFFECTS, COMMON_EFFECT],
            Self::BetweenStudies => BETWEEN_STUDIES.iter().map(|(word, _)| *word).collect(),
            Self::Interval => INTERVALS.iter().map(|(word, _)| *word).collect(),
        }
    }
}

/// Effects of studies differ, and the mean of them is asked.
const RANDOM_EFFECTS: &str = "random-effects";
/// All studies estimate the same effect.
const COMMON_EFFECT: &str = "common-effect";

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
            MethodPart::Model if word == COMMON_EFFECT => self.tau_squared = TauSquared::Zero,
            MethodPart::Model if word == RANDOM_EFFECTS && self.tau_squared == TauSquared::Zero => {
                self.tau_squared = Self::default().tau_squared;
            }
            MethodPart::Model => {}
            MethodPart::BetweenStudies => self.tau_squared = find(BETWEEN_STUDIES, word).unwrap_or(self.tau_squared),
            MethodPart::Interval => self.uncertainty = find(INTERVALS, word).unwrap_or(self.uncertainty),
        }
    }

    /// How it is told to people.
    #[must_use]
    pub fn told(&self) -> String {
        let model = match self.tau_squared {
            TauSquared::Zero => "common effect",
            TauSquared::DerSimonianLaird => "random effects (DerSimonian-Laird)",
            TauSquared::PauleMandel => "random effects (Paule-Mandel)",
            TauSquared::RestrictedMaximumLikelihood => "random effects (REML)",
        };
        let interval = match self.uncertainty {
            Uncertainty::Wald => "",
            Uncertainty::HartungKnappSidikJonkman => ", Hartung-Knapp interval",
        };
        format!("{model}{interval}")
    }
}

/// The results of a body of evidence, put together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Synthesis {
    /// What the effects are measured by.
    pub measure: EffectMeasure,
    /// The effects that are put together, each with the place of its result.
    pub effects: Vec<(usize, Effect)>,
    /// The places of results without events, or with nothing but events, in both arms: they tell nothing of a ratio, and are
    /// left out (Cochrane Handbook, section 10.4.4.2).
    pub uninformative: Vec<usize>,
    /// The pooled effect. Of a single study, the interval is the one that it reports, or of a difference of two means that
    /// of Welch's t-test. An interval by Hartung, Knapp, Sidik and Jonkman is no narrower than the weights allow.
    pub pooled: Pooled,
    /// The p-value of Egger's test; nothing of fewer than ten studies, which are too few for it (Cochrane Handbook,
    /// section 13.3.5.4), and where all are equally precise.
    pub egger: Option<f64>,
    /// The share of all participants of comparator arms who had the event; nothing unless every study tells it.
    pub baseline_risk: Option<f64>,
    /// For a mean difference: the standard deviation in the comparator arms, pooled over the studies; nothing unless every
    /// study tells it.
    pub standard_deviation: Option<f64>,
}

impl Synthesis {
    /// The interval of each effect by itself, against the normal distribution, on the scale on which effects are averaged.
    #[must_use]
    pub fn intervals(&self, method: &Method) -> Vec<(f64, f64)> {
        if let [_] = self.effects.as_slice() {
            return vec![self.pooled.interval];
        }
        let reach = Reference::Normal.reach(method.coverage).unwrap_or_default();
        let around = |effect: &Effect| {
            let error = reach * effect.variance().sqrt();
            (effect.estimate() - error, effect.estimate() + error)
        };
        self.effects.iter().map(|(_, effect)| around(effect)).collect()
    }

    /// An effect with its interval, as it is printed: `0.80 [0.65, 0.98]`.
    #[must_use]
    pub fn told(&self, estimate: f64, (low, high): (f64, f64)) -> String {
        let natural = |averaged: f64| shown(self.measure.natural(averaged));
        format!("{} [{}, {}]", natural(estimate), natural(low), natural(high))
    }

    /// I-squared by Q, in per cent (Higgins and Thompson 2002), whatever the model: it is what rules are written for.
    /// Nothing for a single study.
    #[must_use]
    pub fn i_squared(&self) -> Option<f64> {
        let known = &self.pooled.heterogeneity;
        (known.freedom > 0).then(|| known.i_squared_by_q())
    }

    /// How far effects differ, in a line; nothing for a single study.
    #[must_use]
    pub fn heterogeneity_told(&self) -> Option<String> {
        let known = &self.pooled.heterogeneity;
        let i_squared = self.i_squared()?;
        let p = if known.p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {:.3}", known.p) };
        let tau_squared = match known.tau_squared {
            0.0 => "0".to_owned(),
            small if small < 1.0 => format!("{small:.3}"),
            other => shown(other),
        };
        let q = shown(known.q);
        Some(format!("Q = {q} (df = {}, {p}); I² = {i_squared:.0} %; τ² = {tau_squared}", known.freedom))
    }
}

/// Fewer studies than these are not tested for small-study effects.
const LEAST_TO_TEST: usize = 10;

/// Puts together what results there are; those of which no effect follows are left out, and are not among the
/// [`effects`](Synthesis::effects).
///
/// # Errors
///
/// [`SynthesisError::NoStudies`] if none has an effect; [`SynthesisError::NoMeasure`] and
/// [`SynthesisError::DifferentMeasures`] unless it is said, by the method or by all results alike, what effects are
/// measured by; what else keeps effects from being made or pooled.
pub fn synthesise(results: &[StudyResult], method: &Method) -> Result<Synthesis, SynthesisError> {
    let measure = method.measure.map_or_else(|| stated_measure(results), Ok)?;
    let mut effects = Vec::new();
    let mut uninformative = Vec::new();
    for (place, result) in results.iter().enumerate() {
        if result.is_uninformative(measure) {
            uninformative.push(place);
        } else if let Some(effect) = result.effect(measure)? {
            effects.push((place, effect));
        }
    }
    let bare: Vec<Effect> = effects.iter().map(|(_, effect)| *effect).collect();
    let mut pooled = pool(&bare, method.tau_squared, method.uncertainty, method.coverage)?;
    if let [(place, effect)] = effects.as_slice() {
        alone(&mut pooled, &results[*place], *effect, measure, method)?;
    } else if method.uncertainty == Uncertainty::HartungKnappSidikJonkman {
        // Where estimates agree by chance, nobody is surer than the weights allow (Roever, Knapp and Friede 2015).
        let least = pool(&bare, method.tau_squared, Uncertainty::Wald, method.coverage)?.standard_error;
        if pooled.standard_error < least {
            let reference = Reference::Student(bare.len() as f64 - 1.0);
            around(&mut pooled, least, reference, method.coverage)?;
        }
    }
    let egger = if bare.len() >= LEAST_TO_TEST { egger(&bare).ok().map(|test| test.p) } else { None };
    let of = || effects.iter().map(|(place, _)| &results[*place]);
    Ok(Synthesis {
        measure,
        egger,
        baseline_risk: baseline_risk(of()),
        standard_deviation: deviation(measure, of()),
        effects,
        uninformative,
        pooled,
    })
}

/// Tells of a single study what it says itself: its own interval, or of two means that of Welch's t-test, for the normal
/// distribution makes too much of few participants.
fn alone(
    pooled: &mut Pooled,
    result: &StudyResult,
    effect: Effect,
    measure: EffectMeasure,
    method: &Method,
) -> Result<(), SynthesisError> {
    if let Some(interval) = result.reported_interval(measure).filter(|_| method.coverage == COVERAGE) {
        pooled.interval = interval;
    } else if let Some(freedom) = result.freedom(measure) {
        around(pooled, effect.variance().sqrt(), Reference::Student(freedom), method.coverage)?;
    }
    Ok(())
}

/// Tells a pooled effect by another standard error.
fn around(pooled: &mut Pooled, error: f64, reference: Reference, coverage: f64) -> Result<(), SynthesisError> {
    let reach = reference.reach(coverage)? * error;
    pooled.standard_error = error;
    pooled.interval = (pooled.estimate - reach, pooled.estimate + reach);
    pooled.p = reference.both_tails(pooled.estimate / error)?;
    Ok(())
}

/// The measure that all results with numbers say they are measured by.
fn stated_measure(results: &[StudyResult]) -> Result<EffectMeasure, SynthesisError> {
    let mut stated = None;
    for result in results.iter().filter(|result| result.has_effect()) {
        match (stated, result.measure) {
            (_, None) => return Err(SynthesisError::NoMeasure),
            (None, Some(measure)) => stated = Some(measure),
            (Some(one), Some(other)) if one != other => {
                return Err(SynthesisError::DifferentMeasures { one: one.word(), other: other.word() });
            }
            (Some(_), Some(_)) => {}
        }
    }
    stated.ok_or(SynthesisError::NoStudies)
}

/// The part of its comparator arm that a comparison takes.
fn part(result: &StudyResult) -> f64 {
    result.number(ResultPart::SharedBy).map_or(1.0, f64::recip)
}

fn baseline_risk<'r>(results: impl Iterator<Item = &'r StudyResult>) -> Option<f64> {
    let counts = results.map(|result| {
        let with = result.number(ResultPart::ComparatorEvents)? * part(result);
        let of = result.number(ResultPart::ComparatorParticipants)? * part(result);
        result.number(ResultPart::ComparatorTime).is_none().then_some((with, of))
    });
    let counts = counts.collect::<Option<Vec<_>>>()?;
    let (with, of) = counts.into_iter().fold((0.0, 0.0), |(with, of), arm| (with + arm.0, of + arm.1));
    (of > 0.0).then_some(with / of)
}

fn deviation<'r>(measure: EffectMeasure, results: impl Iterator<Item = &'r StudyResult>) -> Option<f64> {
    if measure != EffectMeasure::MeanDifference {
        return None;
    }
    let arms = results.map(|result| {
        let sd = result.number(ResultPart::ComparatorDeviation)?;
        Some((sd, result.number(ResultPart::ComparatorParticipants)? * part(result) - 1.0))
    });
    let arms = arms.collect::<Option<Vec<_>>>()?;
    let (squares, freedom) =
        arms.into_iter().fold((0.0, 0.0), |(squares, of), (sd, freedom)| (squares + freedom * sd * sd, of + freedom));
    (freedom > 0.0).then(|| (squares / freedom).sqrt())
}

words! {
    /// What of a synthesis a fact of a claim can be.
    pub enum PooledNumber {
        /// The pooled effect, as it is printed: a ratio, not its logarithm.
        Estimate = "estimate",
        /// The lower end of its confidence interval.
        Low = "ci-low",
        /// The upper end of its confidence interval.
        High = "ci-high",
        /// The lower end of its prediction interval.
        PredictionLow = "prediction-low",
        /// The upper end of its prediction interval.
        PredictionHigh = "prediction-high",
        /// `ratio` or `difference`.
        Scale = "scale",
        /// Whether it is an odds ratio.
        IsOddsRatio = "is-odds-ratio",
        /// I-squared, in percent; of several studies.
        ISquared = "i-squared",
        /// The variance between studies; of several studies.
        TauSquared = "tau-squared",
        /// The p-value of Cochran's Q; of several studies.
        HeterogeneityP = "heterogeneity-p-value",
        /// The p-value of Egger's test, of ten studies or more.
        EggerP = "egger-p-value",
        /// The share of all participants of comparator arms who had the event.
        BaselineRisk = "baseline-risk",
        /// The standard deviation in the comparator arms.
        StandardDeviation = "standard-deviation",
        /// `binary` or `continuous`.
        OutcomeType = "outcome-type",
    }
}

impl PooledNumber {
    /// Whether two are told of the same by the same results: where somebody states one of them, the other is not taken from
    /// elsewhere.
    pub(crate) fn goes_with(self, other: Self) -> bool {
        let group = |number| match number {
            Self::ISquared | Self::TauSquared | Self::HeterogeneityP => 1,
            Self::EggerP => 2,
            _ => 0,
        };
        group(self) == group(other)
    }

    pub(crate) const fn gives(self) -> ValueKind {
        match self {
            Self::Scale | Self::OutcomeType => ValueKind::Word,
            Self::IsOddsRatio => ValueKind::Flag,
            _ => ValueKind::Number,
        }
    }

    /// What it is of a synthesis; nothing where the synthesis does not tell it.
    pub(crate) fn of(self, synthesis: &Synthesis) -> Option<FactValue> {
        let choice = |word: &str| Some(FactValue::Known(Value::Choice(word.into())));
        let number = |number: f64| rounded(number).map(FactValue::from);
        let natural = |averaged: f64| number(synthesis.measure.natural(averaged));
        let Synthesis { measure, pooled, .. } = synthesis;
        let several = Some(&pooled.heterogeneity).filter(|known| known.freedom > 0);
        match self {
            Self::Estimate => natural(pooled.estimate),
            Self::Low => natural(pooled.interval.0),
            Self::High => natural(pooled.interval.1),
            Self::PredictionLow => natural(pooled.prediction_interval?.0),
            Self::PredictionHigh => natural(pooled.prediction_interval?.1),
            Self::Scale => choice(if measure.is_ratio() { "ratio" } else { "difference" }),
            Self::IsOddsRatio => Some((*measure == EffectMeasure::OddsRatio).into()),
            Self::ISquared => number(synthesis.i_squared()?),
            Self::TauSquared => number(several?.tau_squared),
            Self::HeterogeneityP => number(several?.p),
            Self::EggerP => number(synthesis.egger?),
            Self::BaselineRisk => number(synthesis.baseline_risk?),
            Self::StandardDeviation => number(synthesis.standard_deviation?),
            Self::OutcomeType => choice(if measure.is_of_events() { "binary" } else { "continuous" }),
        }
    }
}

/// To how many significant digits numbers are rounded before rules read them: what is left does not depend on the machine.
const DIGITS: u32 = 6;

/// A number as rules read it; nothing where it is too large to be one.
fn rounded(number: f64) -> Option<Decimal> {
    let exact = Decimal::from_f64(number)?;
    Some(exact.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointNearestEven)?.normalize())
}
