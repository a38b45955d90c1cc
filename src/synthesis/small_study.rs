//! Whether small studies give other effects than large ones, as they do where small studies without an effect are not
//! published.
//!
//! Cochrane Handbook for Systematic Reviews of Interventions, section 13.3.5.4: the tests tell little of fewer than 10
//! studies.

use super::distribution::Reference;
use super::effect::Effect;
use super::failure::SynthesisError;
use super::heterogeneity::Weighted;

/// The test of Egger and others 1997.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Egger {
    /// By how much the effect changes where the standard error is larger by 1: the slope of effects on their standard
    /// errors, each study weighing one over its variance. It is the intercept of Egger's regression.
    pub slope: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The slope by its standard error.
    pub t: f64,
    /// Degrees of freedom: two less than there are studies.
    pub freedom: usize,
    /// How likely a slope as far from 0, or farther, is by chance.
    pub p: f64,
}

/// The test of Begg and Mazumdar 1994.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Begg {
    /// Kendall's rank correlation of effects with their variances, from -1 to 1.
    pub tau: f64,
    /// How likely a correlation as far from 0, or farther, is by chance: exactly, or by the normal distribution where ranks
    /// are tied or there are more than 200 studies.
    pub p: f64,
}

/// The most studies of which all orders are counted.
const MOST_COUNTED: usize = 200;
/// The fewest studies of which either test can be made.
const FEWEST: usize = 3;

fn enough(effects: &[Effect]) -> Result<(), SynthesisError> {
    if effects.len() < FEWEST { Err(SynthesisError::TooFewStudies { needed: FEWEST }) } else { Ok(()) }
}

/// Egger's test.
///
/// # Errors
///
/// [`SynthesisError::TooFewStudies`] of fewer than three; [`SynthesisError::NotFinite`] where all studies have the same
/// standard error, for then there is no slope, or where numbers are too large or too small to compute with.
pub fn egger(effects: &[Effect]) -> Result<Egger, SynthesisError> {
    enough(effects)?;
    let error = |effect: &Effect| effect.variance().sqrt();
    let weight = |effect: &Effect| effect.variance().recip();
    let weights: f64 = effects.iter().map(weight).sum();
    let mean_of = |value: &dyn Fn(&Effect) -> f64| {
        effects.iter().map(|effect| weight(effect) * value(effect)).sum::<f64>() / weights
    };
    let (x, y) = (mean_of(&error), mean_of(&Effect::estimate));
    let (mut spread, mut together) = (0.0, 0.0);
    for effect in effects {
        spread += weight(effect) * (error(effect) - x).powi(2);
        together += weight(effect) * (error(effect) - x) * (effect.estimate() - y);
    }
    let slope = together / spread;
    let left = |effect: &Effect| weight(effect) * (effect.estimate() - y - slope * (error(effect) - x)).powi(2);
    let freedom = effects.len() - 2;
    let variance = effects.iter().map(left).sum::<f64>() / freedom as f64 / spread;
    let standard_error = variance.sqrt();
    let t = slope / standard_error;
    if ![slope, standard_error, t].iter().all(|number| number.is_finite()) {
        return Err(SynthesisError::NotFinite);
    }
    Ok(Egger { slope, standard_error, t, freedom, p: Reference::Student(freedom as f64).both_tails(t)? })
}

/// Begg's test.
///
/// # Errors
///
/// [`SynthesisError::TooFewStudies`] of fewer than three; [`SynthesisError::NotFinite`] where all effects or all variances
/// are the same, or numbers are too large or too small to compute with.
pub fn begg(effects: &[Effect]) -> Result<Begg, SynthesisError> {
    enough(effects)?;
    let Weighted { sum, mean, .. } = Weighted::new(effects, 0.0);
    // How far each is from the mean, by the standard error of that.
    let far = |effect: &Effect| (effect.estimate() - mean) / (effect.variance() - sum.recip()).sqrt();
    let pairs: Vec<(f64, f64)> = effects.iter().map(|effect| (far(effect), effect.variance())).collect();
    if !pairs.iter().all(|(far, _)| far.is_finite()) {
        return Err(SynthesisError::NotFinite);
    }
    let (mut agree, mut differ) = (0_u64, 0_u64);
    let (mut tied_far, mut tied_variance) = (0_u64, 0_u64);
    for (place, one) in pairs.iter().enumerate() {
        for other in &pairs[place + 1..] {
            match (one.0.total_cmp(&other.0), one.1.total_cmp(&other.1)) {
                (far, variance) if far.is_eq() || variance.is_eq() => {
                    tied_far += u64::from(far.is_eq());
                    tied_variance += u64::from(variance.is_eq());
                }
                (far, variance) if far == variance => agree += 1,
                _ => differ += 1,
            }
        }
    }
    let count = effects.len();
    let all = (count * (count - 1) / 2) as f64;
    let difference = agree as f64 - differ as f64;
    let tau = difference / ((all - tied_far as f64) * (all - tied_variance as f64)).sqrt();
    if !tau.is_finite() {
        return Err(SynthesisError::NotFinite);
    }
    let p = if tied_far + tied_variance == 0 && count <= MOST_COUNTED {
        exact(agree, count)
    } else {
        let ties = [ties(pairs.iter().map(|pair| pair.0)), ties(pairs.iter().map(|pair| pair.1))];
        Reference::Normal.both_tails(difference / variance_with_ties(count as f64, &ties).sqrt())?
    };
    Ok(Begg { tau, p })
}

/// How likely so many of the pairs agree, or as far from half of them, where every order is as likely as any other.
fn exact(agree: u64, count: usize) -> f64 {
    // The share of orders by the number of pairs that agree, a study added at a time.
    let mut shares = vec![1.0];
    for studies in 2..=count {
        let mut next = vec![0.0; shares.len() + studies - 1];
        for (pairs, share) in shares.iter().enumerate() {
            for more in 0..studies {
                next[pairs + more] += share / studies as f64;
            }
        }
        shares = next;
    }
    let pairs = shares.len() - 1;
    let agree = usize::try_from(agree).unwrap_or(pairs);
    let outer = agree.min(pairs - agree);
    (2.0 * shares[..=outer].iter().sum::<f64>()).min(1.0)
}

/// How many are of each value, of those that more than one has.
fn ties(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let runs = sorted.chunk_by(|one, other| one.total_cmp(other).is_eq());
    runs.filter(|run| run.len() > 1).map(|run| run.len() as f64).collect()
}

/// The variance of how many more pairs agree than differ, with ties (Kendall 1970, chapter 4).
fn variance_with_ties(count: f64, ties: &[Vec<f64>; 2]) -> f64 {
    let of = |term: &dyn Fn(f64) -> f64, ties: &[f64]| ties.iter().map(|tied| term(*tied)).sum::<f64>();
    let cubic = |tied: f64| tied * (tied - 1.0) * (2.0 * tied + 5.0);
    let pairs = |tied: f64| tied * (tied - 1.0);
    let threes = |tied: f64| tied * (tied - 1.0) * (tied - 2.0);
    let [one, other] = ties;
    (cubic(count) - of(&cubic, one) - of(&cubic, other)) / 18.0
        + of(&pairs, one) * of(&pairs, other) / (2.0 * pairs(count))
        + of(&threes, one) * of(&threes, other) / (9.0 * threes(count))
}
