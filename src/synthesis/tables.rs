//! Pooled effects from tables of two arms, without an estimate of every study: Mantel and Haenszel, and Peto.
//!
//! Cochrane Handbook for Systematic Reviews of Interventions, section 10.4. No half is added to empty cells; a study that
//! tells nothing, for nobody or everybody has the event, does not count for ratios.

use super::distribution::{Reference, chi_squared_tail};
use super::effect::{Cells, Effect, Events};
use super::failure::SynthesisError;
use super::heterogeneity::{Heterogeneity, TauSquared};
use super::method::Model;
use super::pool::{Pooled, Uncertainty, pool};
use super::result::EffectMeasure;

/// The logarithm of the odds ratio by Mantel and Haenszel 1959, with the variance of Robins, Breslow and Greenland 1986.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or there is no ratio.
pub fn mantel_haenszel_odds_ratio(studies: &[Events], coverage: f64) -> Result<Pooled, SynthesisError> {
    pool_tables(Model::MantelHaenszel, EffectMeasure::OddsRatio, &cells(studies)?, coverage)
}

/// The logarithm of the risk ratio by Mantel and Haenszel, with the variance of Greenland and Robins 1985.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or there is no ratio.
pub fn mantel_haenszel_risk_ratio(studies: &[Events], coverage: f64) -> Result<Pooled, SynthesisError> {
    pool_tables(Model::MantelHaenszel, EffectMeasure::RiskRatio, &cells(studies)?, coverage)
}

/// The risk difference by Mantel and Haenszel, with the variance of Sato, Greenland and Robins 1989.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or the difference has no variance.
pub fn mantel_haenszel_risk_difference(studies: &[Events], coverage: f64) -> Result<Pooled, SynthesisError> {
    pool_tables(Model::MantelHaenszel, EffectMeasure::RiskDifference, &cells(studies)?, coverage)
}

/// The logarithm of the odds ratio by Peto (Yusuf and others 1985): by what was observed less what was expected.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or there is no ratio.
pub fn peto_odds_ratio(studies: &[Events], coverage: f64) -> Result<Pooled, SynthesisError> {
    pool_tables(Model::Peto, EffectMeasure::OddsRatio, &cells(studies)?, coverage)
}

fn cells(studies: &[Events]) -> Result<Vec<Cells>, SynthesisError> {
    studies.iter().map(Events::cells).collect()
}

/// Whether there are participants with and without the event.
fn has_both(table: &Cells) -> bool {
    table.events() > 0.0 && table.events() < table.all()
}

/// The effect that a table shows by itself, as a model that takes tables holds it against the others; nothing where it tells
/// nothing of it.
///
/// # Errors
///
/// As of effects.
pub(super) fn effect_of_table(
    model: Model,
    measure: EffectMeasure,
    table: &Cells,
) -> Result<Option<Effect>, SynthesisError> {
    if measure.is_ratio() && !has_both(table) {
        return Ok(None);
    }
    match (model, measure) {
        (Model::Peto, _) => {
            let (beyond, variance) = observed_less_expected(table);
            Effect::new(beyond / variance, variance.recip())
        }
        (_, EffectMeasure::OddsRatio) => table.log_odds_ratio(),
        (_, EffectMeasure::RiskRatio) => table.log_risk_ratio(),
        _ => table.risk_difference(),
    }
    .map(Some)
}

/// Puts tables together by a model that takes them, and a measure that it takes. Each study is held against the pooled effect by its own effect and the
/// variance of that, for Cochran's Q.
///
/// # Errors
///
/// As of the public functions.
pub(super) fn pool_tables(
    model: Model,
    measure: EffectMeasure,
    tables: &[Cells],
    coverage: f64,
) -> Result<Pooled, SynthesisError> {
    if tables.is_empty() {
        return Err(SynthesisError::NoStudies);
    }
    let effects: Vec<Option<Effect>> =
        tables.iter().map(|table| effect_of_table(model, measure, table)).collect::<Result<_, _>>()?;
    // A difference of no events from none counts, and has no variance of its own by which to hold it against others.
    let told = effects.iter().zip(tables).filter(|(_, table)| has_both(table));
    let told: Vec<Effect> = told.filter_map(|(effect, _)| *effect).collect();
    if told.is_empty() {
        return Err(SynthesisError::NoEvents);
    }
    if model == Model::Peto {
        let mut pooled = pool(&told, TauSquared::Zero, Uncertainty::Wald, coverage)?;
        (pooled.heterogeneity.tau_squared_interval, pooled.heterogeneity.i_squared_interval) = (None, None);
        let mut weights = pooled.weights.into_iter();
        pooled.weights = effects.iter().map(|effect| effect.and_then(|_| weights.next()).unwrap_or(0.0)).collect();
        return Ok(pooled);
    }
    let (estimate, variance, weights) = match measure {
        EffectMeasure::OddsRatio => odds_ratio(tables),
        EffectMeasure::RiskRatio => risk_ratio(tables),
        _ => risk_difference(tables),
    };
    let standard_error = variance.sqrt();
    if !(estimate.is_finite() && standard_error.is_finite() && standard_error > 0.0) {
        return Err(SynthesisError::NoEffectOfTables { model: model.told() });
    }
    let reach = Reference::Normal.reach(coverage)? * standard_error;
    let all: f64 = weights.iter().sum();
    Ok(Pooled {
        estimate,
        standard_error,
        interval: (estimate - reach, estimate + reach),
        p: Reference::Normal.both_tails(estimate / standard_error)?,
        prediction_interval: None,
        weights: weights.into_iter().map(|weight| weight / all).collect(),
        heterogeneity: around(estimate, &told)?,
    })
}

/// How much effects differ from a pooled effect that was not made of them; no variance between studies is told.
fn around(estimate: f64, effects: &[Effect]) -> Result<Heterogeneity, SynthesisError> {
    let q: f64 = effects.iter().map(|effect| (effect.estimate() - estimate).powi(2) / effect.variance()).sum();
    if !q.is_finite() {
        return Err(SynthesisError::NotFinite);
    }
    let freedom = effects.len() - 1;
    let p = if freedom > 0 { chi_squared_tail(q, freedom as f64)? } else { 1.0 };
    let mut known = Heterogeneity {
        q,
        freedom,
        p,
        tau_squared: 0.0,
        tau_squared_interval: None,
        i_squared: 0.0,
        i_squared_interval: None,
    };
    known.i_squared = known.i_squared_by_q();
    Ok(known)
}

/// The effect, its variance, and the weight of each study.
type Together = (f64, f64, Vec<f64>);

fn odds_ratio(tables: &[Cells]) -> Together {
    let (mut r, mut s, mut pr, mut mixed, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(tables.len());
    for cells in tables {
        let all = cells.all();
        let agree = cells.with * cells.comparator_without / all;
        let differ = cells.without * cells.comparator_with / all;
        let p = (cells.with + cells.comparator_without) / all;
        let q = (cells.without + cells.comparator_with) / all;
        r += agree;
        s += differ;
        pr += p * agree;
        mixed += p * differ + q * agree;
        qs += q * differ;
        weights.push(differ);
    }
    let variance = pr / (2.0 * r * r) + mixed / (2.0 * r * s) + qs / (2.0 * s * s);
    ((r / s).ln(), variance, weights)
}

fn risk_ratio(tables: &[Cells]) -> Together {
    let (mut r, mut s, mut p) = (0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(tables.len());
    for cells in tables {
        let (all, arm, comparator) = (cells.all(), cells.arm(), cells.comparator());
        r += cells.with * comparator / all;
        s += cells.comparator_with * arm / all;
        p += (arm * comparator * cells.events() - cells.with * cells.comparator_with * all) / (all * all);
        weights.push(cells.comparator_with * arm / all);
    }
    ((r / s).ln(), p / (r * s), weights)
}

fn risk_difference(tables: &[Cells]) -> Together {
    let (mut difference, mut p, mut q) = (0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(tables.len());
    for cells in tables {
        let (all, arm, comparator) = (cells.all(), cells.arm(), cells.comparator());
        difference += (cells.with * comparator - cells.comparator_with * arm) / all;
        p += cells.comparator_with * (arm / all).powi(2) - cells.with * (comparator / all).powi(2)
            + arm / all * (comparator / all) * (comparator - arm) / 2.0;
        q += cells.with * (comparator - cells.comparator_with) / all + cells.comparator_with * (arm - cells.with) / all;
        weights.push(arm * comparator / all);
    }
    let weight: f64 = weights.iter().sum();
    let estimate = difference / weight;
    (estimate, (estimate * p + q / 2.0) / (weight * weight), weights)
}

/// By how much the events in the intervention arm are more than those expected of it, and the variance of that.
fn observed_less_expected(cells: &Cells) -> (f64, f64) {
    let (all, arm, comparator, events) = (cells.all(), cells.arm(), cells.comparator(), cells.events());
    let variance = arm * comparator * events * (all - events) / (all * all * (all - 1.0));
    (cells.with - arm * events / all, variance)
}
