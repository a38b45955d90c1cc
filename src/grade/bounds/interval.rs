//! Intervals: numbers of which only bounds are known, and what is computed of them.

use rust_decimal::Decimal;

use crate::compile::space::Bounds;
use crate::framework::Measure;

pub(super) const ZERO: Bounds = Bounds { low: Some((Decimal::ZERO, true)), high: Some((Decimal::ZERO, true)) };

/// The only number between bounds, if there is only one.
pub(in crate::grade) fn only(bounds: Bounds) -> Option<(Decimal, bool)> {
    bounds.low.filter(|low| low.1 && bounds.high == Some(*low))
}

pub(in crate::grade) const fn exactly(number: Decimal) -> Bounds {
    Bounds { low: Some((number, true)), high: Some((number, true)) }
}

pub(in crate::grade) fn contains(bounds: Bounds, number: Decimal) -> bool {
    let above = bounds.low.is_none_or(|(low, inside)| number > low || inside && number == low);
    let below = bounds.high.is_none_or(|(high, inside)| number < high || inside && number == high);
    above && below
}

pub(in crate::grade) type End = Option<(Decimal, bool)>;

pub(in crate::grade) fn plus(one: Bounds, other: Bounds) -> Bounds {
    let ends = |one: End, other: End| {
        let ((one, one_inside), (other, other_inside)) = (one?, other?);
        Some((one.saturating_add(other), one_inside && other_inside))
    };
    Bounds { low: ends(one.low, other.low), high: ends(one.high, other.high) }
}

pub(in crate::grade) fn extreme_of(one: Bounds, other: Bounds, greatest: bool) -> Bounds {
    // An end that is not there is infinitely far away on its side.
    let lesser_low = |one: End, other: End| match (one, other) {
        (Some(one), Some(other)) => Some(if (one.0, !one.1) <= (other.0, !other.1) { one } else { other }),
        _ => None,
    };
    let greater_low = |one: End, other: End| match (one, other) {
        (Some(one), Some(other)) => Some(if (one.0, !one.1) >= (other.0, !other.1) { one } else { other }),
        (one, other) => one.or(other),
    };
    let lesser_high = |one: End, other: End| match (one, other) {
        (Some(one), Some(other)) => Some(if one <= other { one } else { other }),
        (one, other) => one.or(other),
    };
    let greater_high = |one: End, other: End| match (one, other) {
        (Some(one), Some(other)) => Some(if one >= other { one } else { other }),
        _ => None,
    };
    if greatest {
        Bounds { low: greater_low(one.low, other.low), high: greater_high(one.high, other.high) }
    } else {
        Bounds { low: lesser_low(one.low, other.low), high: lesser_high(one.high, other.high) }
    }
}

/// The median of numbers between bounds lies between the medians of their bounds.
pub(in crate::grade) fn median(numbers: &[Bounds]) -> Option<Bounds> {
    if numbers.is_empty() {
        return None;
    }
    // Of the ends in order the middle one, or the mean of the middle two.
    let middle = |ends: &[End]| -> End {
        let upper = *ends.get(ends.len() / 2)?;
        if ends.len() % 2 == 1 {
            return upper;
        }
        let (lower, upper) = ((*ends.get(ends.len() / 2 - 1)?)?, upper?);
        Some((lower.0.saturating_add(upper.0) / Decimal::TWO, lower.1 && upper.1))
    };
    let mut lows: Vec<End> = numbers.iter().map(|number| number.low).collect();
    // What lies above a number comes after the number itself, and what has no end before all.
    lows.sort_by_key(|low| low.map(|(at, inside)| (at, !inside)));
    let mut highs: Vec<End> = numbers.iter().map(|number| number.high).collect();
    highs.sort_by_key(|high| (high.is_none(), *high));
    Some(Bounds { low: middle(&lows), high: middle(&highs) })
}

/// The part of the weight for which it holds; nothing if there is no weight at all.
pub(in crate::grade) fn share(with: Bounds, without: Bounds) -> Option<Bounds> {
    let zero = (Decimal::ZERO, true);
    if with.high == Some(zero) && without.high == Some(zero) {
        return None;
    }
    let ratio = |with: End, without: End, toward: Decimal| match (with, without) {
        (Some((with, one)), Some((without, other))) => {
            let total = with.saturating_add(without);
            with.checked_div(total).map_or((toward, true), |share| (share, one && other))
        }
        _ => (toward, true),
    };
    let low = ratio(with.low.or(Some(zero)), without.high, Decimal::ZERO);
    let high = ratio(with.high, without.low.or(Some(zero)), Decimal::ONE);
    Some(Bounds { low: Some(low), high: Some(high) })
}

pub(in crate::grade) fn clamp(measure: &Measure, number: Bounds) -> Bounds {
    let Some((least, most)) = measure.clamp else { return number };
    let low = match number.low {
        Some((at, inside)) if at > least && at < most || at == least && least < most => (at, inside),
        Some((at, _)) if at >= most => (most, true),
        _ => (least, true),
    };
    let high = match number.high {
        Some((at, inside)) if at > least && at < most || at == most && least < most => (at, inside),
        Some((at, _)) if at <= least => (least, true),
        _ => (most, true),
    };
    Bounds { low: Some(low), high: Some(high) }
}
