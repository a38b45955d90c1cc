//! Agreement of people who judge the same things, beyond what chance would give.
//!
//! Every coefficient here has the form
//!
//! ```text
//! kappa = 1 - D_o / D_e
//! ```
//!
//! where `D_o` is the mean distance between two judgements of the same subject, and `D_e` the mean distance that
//! would be expected if people judged by chance, each value as often as it occurs. Where every two different values
//! are equally far apart this is `(P_o - P_e) / (1 - P_e)`, of observed and expected agreement. 1 is full agreement, 0
//! what chance gives; below 0 people agree less than by chance.
//!
//! | coefficient | people | each value by chance as often as |
//! | --- | --- | --- |
//! | [`cohen`] | two | that person gives it |
//! | [`fleiss`] | two or more | all of them together give it |
//!
//! Values that are ordered can be held apart by their distance ([`Weighting`]), so that a difference of one step counts
//! for less than one of two.
//!
//! - Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37-46.
//! - Cohen J. Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit. Psychol
//!   Bull 1968;70:213-220.
//! - Fleiss JL. Measuring nominal scale agreement among many raters. Psychol Bull 1971;76:378-382.
//! - Gwet KL. Handbook of Inter-Rater Reliability. 4th ed. Gaithersburg: Advanced Analytics; 2014. (Fleiss' kappa with
//!   weights, chapter 3.)
//!
//! ```
//! use evigrade::synthesis::agreement::{Undefined, Weighting, cohen};
//!
//! // Four things, of which two people say 0 or 1; they agree on three.
//! let judged = [(0, 0), (0, 0), (1, 1), (0, 1)];
//! assert_eq!(cohen(&judged, &[], Weighting::None)?.to_string(), "0.5");
//! assert_eq!(cohen(&[(1, 1)], &[], Weighting::None), Err(Undefined::OneValue));
//! # Ok::<(), Undefined>(())
//! ```

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// How far apart two different values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// All equally far.
    None,
    /// As far as their places are.
    Linear,
    /// As the square of that.
    Quadratic,
}

/// Why there is no coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undefined {
    /// Nothing was judged by all of them.
    #[error("nothing was judged by all of them")]
    NothingShared,
    /// They all gave one and the same value throughout, so that chance would give full agreement too.
    #[error("only one value was given, so agreement by chance would be full")]
    OneValue,
    /// A value that was given has no place in the order of the values.
    #[error("a value that was given has no place in the order")]
    NoPlace,
    /// Subjects were not judged by the same number of people.
    #[error("not all subjects were judged by the same number of people")]
    Uneven,
    /// The distances are beyond the range of decimals.
    #[error("the distances are too large to be worked out")]
    TooLarge,
}

impl Undefined {
    /// The word for it in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NothingShared => "nothing-shared",
            Self::OneValue => "one-value",
            Self::NoPlace => "no-place",
            Self::Uneven => "uneven",
            Self::TooLarge => "too-large",
        }
    }
}

impl Serialize for Undefined {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// Cohen's kappa of two people (1960), or weighted kappa (1968).
///
/// `judged` holds for each subject the value that each of the two gave, as a number from 0 on. `places` tells where a
/// value stands in the order, by its number; only weights ask for it, and the unit makes no difference.
///
/// # Errors
///
/// Why there is none: no subject; expected agreement is full; with weights, a value without a place.
pub fn cohen(
    judged: &[(usize, usize)],
    places: &[Option<Decimal>],
    weighting: Weighting,
) -> Result<Decimal, Undefined> {
    let distance = Distance { places, weighting };
    let mut observed = Decimal::ZERO;
    let (mut of_one, mut of_other) = (BTreeMap::new(), BTreeMap::new());
    for (one, other) in judged {
        observed = sum(observed, distance.between(*one, *other)?)?;
        *of_one.entry(*one).or_insert(0_u64) += 1;
        *of_other.entry(*other).or_insert(0_u64) += 1;
    }
    // D_o is observed / n, D_e is expected / n^2.
    let expected = distance.expected(&of_one, &of_other)?;
    coefficient(product(observed, count(judged.len()))?, expected, judged.len())
}

/// Fleiss' kappa of as many people as judged each subject (1971), or the same with weights (Gwet 2014). With two people this is Scott's pi.
///
/// `judged` holds for each subject the values that it was given, in any order, as numbers from 0 on; `places` as in
/// [`cohen`].
///
/// # Errors
///
/// Why there is none: no subject, or one judged by fewer than two people; not all judged by equally many; expected
/// agreement is full; with weights, a value without a place.
pub fn fleiss(judged: &[Vec<usize>], places: &[Option<Decimal>], weighting: Weighting) -> Result<Decimal, Undefined> {
    let distance = Distance { places, weighting };
    let people = judged.first().map_or(0, Vec::len);
    if judged.iter().any(|values| values.len() != people) {
        return Err(Undefined::Uneven);
    }
    if people < 2 {
        return Err(Undefined::NothingShared);
    }
    let mut observed = Decimal::ZERO;
    let mut all = BTreeMap::new();
    for values in judged {
        let mut here = BTreeMap::new();
        for value in values {
            *here.entry(*value).or_insert(0_u64) += 1;
            *all.entry(*value).or_insert(0_u64) += 1;
        }
        // A judgement is no distance from itself, so ordered pairs of different ones come to the same.
        observed = sum(observed, distance.expected(&here, &here)?)?;
    }
    // With N subjects and n people, D_o is observed / (N n (n - 1)) and D_e is expected / (N n)^2.
    let expected = distance.expected(&all, &all)?;
    let judgements = count(judged.len().saturating_mul(people));
    coefficient(product(observed, judgements)?, product(expected, count(people - 1))?, judged.len())
}

/// The share of pairs of judgements of the same subject that say the same; nothing if there is no such pair.
#[must_use]
pub fn raw<T: PartialEq>(judged: &[Vec<T>]) -> Option<Decimal> {
    let (mut same, mut pairs) = (0_u64, 0_u64);
    for values in judged {
        for (position, one) in values.iter().enumerate() {
            for other in values.iter().skip(position + 1) {
                pairs += 1;
                same += u64::from(one == other);
            }
        }
    }
    Decimal::from(same).checked_div(Decimal::from(pairs))
}

/// How often each value was given.
type Counts = BTreeMap<usize, u64>;

struct Distance<'d> {
    places: &'d [Option<Decimal>],
    weighting: Weighting,
}

impl Distance<'_> {
    fn between(&self, one: usize, other: usize) -> Result<Decimal, Undefined> {
        if self.weighting == Weighting::None {
            return Ok(if one == other { Decimal::ZERO } else { Decimal::ONE });
        }
        let place = |value: usize| self.places.get(value).copied().flatten().ok_or(Undefined::NoPlace);
        let apart = place(one)?.checked_sub(place(other)?).ok_or(Undefined::TooLarge)?.abs();
        if self.weighting == Weighting::Linear { Ok(apart) } else { product(apart, apart) }
    }

    /// The sum of the distances of every value that was given by the one from every value given by the other.
    fn expected(&self, of_one: &Counts, of_other: &Counts) -> Result<Decimal, Undefined> {
        let mut expected = Decimal::ZERO;
        for (one, times) in of_one {
            for (other, other_times) in of_other {
                let pairs = product(Decimal::from(*times), Decimal::from(*other_times))?;
                expected = sum(expected, product(pairs, self.between(*one, *other)?)?)?;
            }
        }
        Ok(expected)
    }
}

fn coefficient(observed: Decimal, expected: Decimal, subjects: usize) -> Result<Decimal, Undefined> {
    if subjects == 0 {
        return Err(Undefined::NothingShared);
    }
    if expected.is_zero() {
        return Err(Undefined::OneValue);
    }
    let ratio = observed.checked_div(expected).ok_or(Undefined::TooLarge)?;
    Decimal::ONE.checked_sub(ratio).map(|kappa| kappa.normalize()).ok_or(Undefined::TooLarge)
}

fn count(number: usize) -> Decimal {
    Decimal::from(number as u64)
}

fn product(one: Decimal, other: Decimal) -> Result<Decimal, Undefined> {
    one.checked_mul(other).ok_or(Undefined::TooLarge)
}

fn sum(one: Decimal, other: Decimal) -> Result<Decimal, Undefined> {
    one.checked_add(other).ok_or(Undefined::TooLarge)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it expects")]

    use super::*;

    /// The pairs of a table of counts: rows by the one, columns by the other.
    fn pairs<const N: usize>(table: [[usize; N]; N]) -> Vec<(usize, usize)> {
        let cells = table.iter().enumerate().flat_map(|(row, counts)| {
            counts.iter().enumerate().flat_map(move |(column, count)| vec![(row, column); *count])
        });
        cells.collect()
    }

    fn steps(count: u64) -> Vec<Option<Decimal>> {
        (0..count).map(|step| Some(step.into())).collect()
    }

    fn rounded(kappa: Result<Decimal, Undefined>) -> String {
        kappa.unwrap().round_dp(4).to_string()
    }

    #[test]
    fn cohen_of_two_values() {
        // Of 50: both yes 20, both no 15. P_o = 35/50 = 0.7. Margins 25, 25 and 30, 20: P_e = 0.5 0.6 + 0.5 0.4 = 0.5.
        let judged = pairs([[20, 5], [10, 15]]);
        assert_eq!(rounded(cohen(&judged, &[], Weighting::None)), "0.4");
        assert_eq!(
            raw(&judged.iter().map(|(one, other)| vec![one, other]).collect::<Vec<_>>()),
            Some(Decimal::new(7, 1))
        );
        // The same agreement as chance would give.
        assert_eq!(rounded(cohen(&pairs([[4, 4], [4, 4]]), &[], Weighting::None)), "0");
        // Always otherwise.
        assert_eq!(rounded(cohen(&pairs([[0, 5], [5, 0]]), &[], Weighting::None)), "-1");
    }

    #[test]
    fn cohen_with_weights() {
        // Rows 10, 10, 10 in all, columns 11, 8, 11; n = 30.
        let judged = pairs([[8, 1, 1], [2, 6, 2], [1, 1, 8]]);
        // Unweighted: P_o = 22/30; P_e = (10 11 + 10 8 + 10 11)/900 = 300/900. (22/30 - 1/3) / (2/3) = 0.6.
        assert_eq!(rounded(cohen(&judged, &steps(3), Weighting::None)), "0.6");
        // Linear: one step apart 1 + 2 + 2 + 1 = 6, two steps apart 1 + 1 = 2, so D_o = (6 + 2 2)/30 = 1/3. By chance
        // (10 8 + 10 11 + 10 11 + 10 8) 1 + (10 11 + 10 11) 2 = 380 + 440 = 820 of 900. 1 - (300/900)/(820/900).
        assert_eq!(rounded(cohen(&judged, &steps(3), Weighting::Linear)), "0.6341");
        // Quadratic: D_o = (6 + 2 4)/30 = 420/900, D_e = (380 + 220 4)/900 = 1260/900. 1 - 1/3.
        assert_eq!(rounded(cohen(&judged, &steps(3), Weighting::Quadratic)), "0.6667");
        // The unit makes no difference, and with two values weights make none.
        let tens: Vec<Option<Decimal>> = (0..3).map(|step| Some(Decimal::from(step * 10))).collect();
        assert_eq!(rounded(cohen(&judged, &tens, Weighting::Linear)), "0.6341");
        let two = pairs([[20, 5], [10, 15]]);
        assert_eq!(rounded(cohen(&two, &steps(2), Weighting::Quadratic)), "0.4");
    }

    #[test]
    fn fleiss_of_the_worked_example() {
        // Ten subjects, fourteen people, five values: kappa = 0.210.
        // https://en.wikipedia.org/wiki/Fleiss%27_kappa#Worked_example
        let table = [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ];
        let judged: Vec<Vec<usize>> = table
            .iter()
            .map(|counts| counts.iter().enumerate().flat_map(|(value, count)| vec![value; *count]).collect())
            .collect();
        assert_eq!(rounded(fleiss(&judged, &[], Weighting::None)), "0.2099");
        // The mean agreement of its subjects, 0.378.
        assert_eq!(raw(&judged).unwrap().round_dp(3), Decimal::new(378, 3));
    }

    #[test]
    fn fleiss_with_weights() {
        // Three people, four subjects, values 0 to 2. Pairs within subjects, of 3 each: 0 0 0: none. 0 0 1: two of one
        // step. 1 1 2: two of one step. 2 2 0: two of two steps. In all 0 six times, 1 three, 2 three.
        let judged = [vec![0, 0, 0], vec![0, 0, 1], vec![1, 1, 2], vec![2, 2, 0]];
        // Unweighted: D_o = 6/12. D_e = 2 (6 3 + 6 3 + 3 3)/144 = 90/144. 1 - 72/90 = 0.2.
        assert_eq!(rounded(fleiss(&judged, &[], Weighting::None)), "0.2");
        // Linear: D_o = (2 + 2 + 2 2)/12 = 8/12 = 96/144. D_e = 2 (6 3 1 + 6 3 2 + 3 3 1)/144 = 126/144. 1 - 96/126.
        assert_eq!(rounded(fleiss(&judged, &steps(3), Weighting::Linear)), "0.2381");
        // Quadratic: D_o = (2 + 2 + 2 4)/12 = 144/144. D_e = 2 (18 + 18 4 + 9)/144 = 198/144. 1 - 144/198.
        assert_eq!(rounded(fleiss(&judged, &steps(3), Weighting::Quadratic)), "0.2727");
    }

    #[test]
    fn what_is_undefined_is_told() {
        let none: [(usize, usize); 0] = [];
        assert_eq!(cohen(&none, &[], Weighting::None), Err(Undefined::NothingShared));
        assert_eq!(cohen(&[(2, 2), (2, 2)], &[], Weighting::None), Err(Undefined::OneValue));
        assert_eq!(cohen(&[(0, 1), (1, 1)], &[Some(Decimal::ONE), None], Weighting::Linear), Err(Undefined::NoPlace));
        let far = [Some(Decimal::MAX), Some(Decimal::MIN)];
        assert_eq!(cohen(&[(0, 1), (1, 0)], &far, Weighting::Linear), Err(Undefined::TooLarge));
        assert_eq!(fleiss(&[], &[], Weighting::None), Err(Undefined::NothingShared));
        assert_eq!(fleiss(&[vec![0], vec![1]], &[], Weighting::None), Err(Undefined::NothingShared));
        assert_eq!(fleiss(&[vec![0, 1], vec![1]], &[], Weighting::None), Err(Undefined::Uneven));
        assert_eq!(fleiss(&[vec![0, 0], vec![0, 0]], &[], Weighting::None), Err(Undefined::OneValue));
        assert_eq!(raw::<u8>(&[vec![1]]), None);
    }
}
