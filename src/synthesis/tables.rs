//! Pooled effects from tables of two arms, without an estimate of every study: Mantel and Haenszel, and Peto.
//!
//! Cochrane Handbook for Systematic Reviews of Interventions, section 10.4. No half is added to empty cells; a study that
//! tells nothing, for nobody or everybody has the event, does not count for ratios.

use super::distribution::Reference;
use super::effect::{Cells, Events};
use super::failure::SynthesisError;

/// A pooled effect from tables; of ratios the natural logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct PooledTables {
    /// The effect.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its confidence interval, against the normal distribution.
    pub interval: (f64, f64),
    /// How likely an effect as far from 0, or farther, is by chance where there is none.
    pub p: f64,
}

impl PooledTables {
    fn new(estimate: f64, variance: f64, coverage: f64) -> Result<Self, SynthesisError> {
        let standard_error = variance.sqrt();
        if !(estimate.is_finite() && standard_error.is_finite() && standard_error > 0.0) {
            return Err(SynthesisError::NoEvents);
        }
        let reach = Reference::Normal.reach(coverage)? * standard_error;
        let p = Reference::Normal.both_tails(estimate / standard_error)?;
        Ok(Self { estimate, standard_error, interval: (estimate - reach, estimate + reach), p })
    }
}

fn cells(studies: &[Events]) -> Result<Vec<Cells>, SynthesisError> {
    if studies.is_empty() {
        return Err(SynthesisError::NoStudies);
    }
    studies.iter().map(Events::cells).collect()
}

/// The logarithm of the odds ratio by Mantel and Haenszel 1959, with the variance of Robins, Breslow and Greenland 1986.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or there is no ratio.
pub fn mantel_haenszel_odds_ratio(studies: &[Events], coverage: f64) -> Result<PooledTables, SynthesisError> {
    let (mut r, mut s, mut pr, mut mixed, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for cells in cells(studies)? {
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
    }
    let variance = pr / (2.0 * r * r) + mixed / (2.0 * r * s) + qs / (2.0 * s * s);
    PooledTables::new((r / s).ln(), variance, coverage)
}

/// The logarithm of the risk ratio by Mantel and Haenszel, with the variance of Greenland and Robins 1985.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or there is no ratio.
pub fn mantel_haenszel_risk_ratio(studies: &[Events], coverage: f64) -> Result<PooledTables, SynthesisError> {
    let (mut r, mut s, mut p) = (0.0, 0.0, 0.0);
    for cells in cells(studies)? {
        let (all, arm, comparator) = (cells.all(), cells.arm(), cells.comparator());
        let events = cells.with + cells.comparator_with;
        r += cells.with * comparator / all;
        s += cells.comparator_with * arm / all;
        p += (arm * comparator * events - cells.with * cells.comparator_with * all) / (all * all);
    }
    PooledTables::new((r / s).ln(), p / (r * s), coverage)
}

/// The risk difference by Mantel and Haenszel, with the variance of Sato, Greenland and Robins 1989.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or the difference has no variance.
pub fn mantel_haenszel_risk_difference(studies: &[Events], coverage: f64) -> Result<PooledTables, SynthesisError> {
    let (mut difference, mut weight, mut p, mut q) = (0.0, 0.0, 0.0, 0.0);
    for cells in cells(studies)? {
        let (all, arm, comparator) = (cells.all(), cells.arm(), cells.comparator());
        difference += (cells.with * comparator - cells.comparator_with * arm) / all;
        weight += arm * comparator / all;
        p += cells.comparator_with * (arm / all).powi(2) - cells.with * (comparator / all).powi(2)
            + arm / all * (comparator / all) * (comparator - arm) / 2.0;
        q += cells.with * (comparator - cells.comparator_with) / all + cells.comparator_with * (arm - cells.with) / all;
    }
    let estimate = difference / weight;
    PooledTables::new(estimate, (estimate * p + q / 2.0) / (weight * weight), coverage)
}

/// The logarithm of the odds ratio by Peto (Yusuf and others 1985): by what was observed less what was expected.
///
/// # Errors
///
/// If there are no studies, an arm cannot be, or there is no ratio.
pub fn peto_odds_ratio(studies: &[Events], coverage: f64) -> Result<PooledTables, SynthesisError> {
    let (mut beyond, mut variance) = (0.0, 0.0);
    for cells in cells(studies)? {
        let (all, arm, comparator) = (cells.all(), cells.arm(), cells.comparator());
        let events = cells.with + cells.comparator_with;
        beyond += cells.with - arm * events / all;
        variance += arm * comparator * events * (all - events) / (all * all * (all - 1.0));
    }
    PooledTables::new(beyond / variance, variance.recip(), coverage)
}
