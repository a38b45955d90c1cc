//! The results of a body of evidence put together.

use super::distribution::Reference;
use super::effect::{Cells, Effect};
use super::failure::SynthesisError;
use super::method::{Method, Model};
use super::pool::{Pooled, Uncertainty, pool};
use super::printed::shown;
use super::result::{COVERAGE, EffectMeasure, ResultPart, StudyResult};
use super::small_study::{begg, egger};
use super::tables::{effect_of_table, pool_tables};

/// The results of a body of evidence, put together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Synthesis {
    /// What the effects are measured by.
    pub measure: EffectMeasure,
    /// By what they are averaged.
    pub model: Model,
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
    /// The p-value of Begg's test; of as many studies.
    pub begg: Option<f64>,
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
            _ if self.model.takes_tables() => String::new(),
            0.0 => "; τ² = 0".to_owned(),
            small if small < 1.0 => format!("; τ² = {small:.3}"),
            other => format!("; τ² = {}", shown(other)),
        };
        let q = shown(known.q);
        Some(format!("Q = {q} (df = {}, {p}); I² = {i_squared:.0} %{tau_squared}", known.freedom))
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
    let (effects, uninformative, pooled) = if method.model.takes_tables() {
        by_tables(results, measure, method)?
    } else {
        by_effects(results, measure, method)?
    };
    let bare: Vec<Effect> = effects.iter().map(|(_, effect)| *effect).collect();
    let is_tested = bare.len() >= LEAST_TO_TEST;
    let egger = if is_tested { egger(&bare).ok().map(|test| test.p) } else { None };
    let begg = if is_tested { begg(&bare).ok().map(|test| test.p) } else { None };
    let of = || effects.iter().map(|(place, _)| &results[*place]);
    Ok(Synthesis {
        measure,
        model: method.model,
        egger,
        begg,
        baseline_risk: baseline_risk(of()),
        standard_deviation: deviation(measure, of()),
        effects,
        uninformative,
        pooled,
    })
}

/// The effects with the places of their results, the places of results that tell nothing of a ratio, and what is pooled.
type PutTogether = (Vec<(usize, Effect)>, Vec<usize>, Pooled);

/// By the effect of each study and its variance.
fn by_effects(results: &[StudyResult], measure: EffectMeasure, method: &Method) -> Result<PutTogether, SynthesisError> {
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
    let mut pooled = method.pool(&bare)?;
    if let [(place, effect)] = effects.as_slice() {
        alone(&mut pooled, &results[*place], *effect, measure, method)?;
    }
    Ok((effects, uninformative, pooled))
}

impl Method {
    /// Puts effects together by inverse variance. An interval by Hartung, Knapp, Sidik and Jonkman is no narrower than the
    /// weights allow, for where estimates agree by chance nobody is surer than that (Roever, Knapp and Friede 2015). A model
    /// that takes tables gives way to a common effect.
    ///
    /// # Errors
    ///
    /// As of [`pool`].
    pub fn pool(&self, effects: &[Effect]) -> Result<Pooled, SynthesisError> {
        let tau_squared = self.model.tau_squared();
        let mut pooled = pool(effects, tau_squared, self.uncertainty, self.coverage)?;
        if effects.len() > 1 && self.uncertainty == Uncertainty::HartungKnappSidikJonkman {
            let least = pool(effects, tau_squared, Uncertainty::Wald, self.coverage)?.standard_error;
            if pooled.standard_error < least {
                let reference = Reference::Student(effects.len() as f64 - 1.0);
                around(&mut pooled, least, reference, self.coverage)?;
            }
        }
        Ok(pooled)
    }
}

/// By the tables of the studies. What a study reports of its effect is not used.
fn by_tables(results: &[StudyResult], measure: EffectMeasure, method: &Method) -> Result<PutTogether, SynthesisError> {
    let model = method.model;
    if !model.is_of(measure) {
        return Err(SynthesisError::NotOfModel { model: model.told(), measure: measure.word() });
    }
    if method.uncertainty == Uncertainty::HartungKnappSidikJonkman {
        return Err(SynthesisError::NoSuchInterval { model: model.told() });
    }
    let mut effects = Vec::new();
    let mut uninformative = Vec::new();
    let mut tables: Vec<Cells> = Vec::new();
    for (place, result) in results.iter().enumerate() {
        let Some(table) = result.effective_table().transpose()? else {
            if result.effect(measure)?.is_some() {
                return Err(SynthesisError::NoTable { model: model.told() });
            }
            continue;
        };
        match effect_of_table(model, measure, &table)? {
            Some(effect) => {
                effects.push((place, effect));
                tables.push(table);
            }
            None => uninformative.push(place),
        }
    }
    let pooled = pool_tables(model, measure, &tables, method.coverage)?;
    Ok((effects, uninformative, pooled))
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
