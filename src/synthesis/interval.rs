//! Intervals against thresholds, and the size of ratios.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::value::Value;

/// Where an interval can lie against a threshold.
pub(super) const AGAINST: [&str; 3] = ["below", "across", "above"];

/// Where the interval from `low` to `high` lies against `threshold`. An interval that touches the
/// threshold lies across it; nothing if `low` is above `high`.
pub(super) fn against(low: Decimal, high: Decimal, threshold: Decimal) -> Option<Value> {
    let word = match (low.cmp(&high), high.cmp(&threshold), low.cmp(&threshold)) {
        (Ordering::Greater, _, _) => return None,
        (_, Ordering::Less, _) => AGAINST[0],
        (_, _, Ordering::Greater) => AGAINST[2],
        _ => AGAINST[1],
    };
    Some(Value::Choice(word.into()))
}

/// 1 less the ratio or its inverse, whichever is below 1; nothing unless the ratio is above 0.
pub(super) fn relative_risk_reduction(ratio: Decimal) -> Option<Value> {
    if ratio <= Decimal::ZERO {
        return None;
    }
    let below = if ratio > Decimal::ONE { Decimal::ONE.checked_div(ratio)? } else { ratio };
    Some(Value::Number(Decimal::ONE - below))
}

/// OR / (1 - p0 + p0 OR); nothing unless the odds ratio is above 0 and the risk between 0 and 1.
pub(super) fn risk_ratio_from_odds_ratio(odds_ratio: Decimal, risk: Decimal) -> Option<Value> {
    if odds_ratio <= Decimal::ZERO || risk.is_sign_negative() || risk > Decimal::ONE {
        return None;
    }
    let divisor = (Decimal::ONE - risk).checked_add(risk.checked_mul(odds_ratio)?)?;
    odds_ratio.checked_div(divisor).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_that_touches_lies_across() {
        let word = |low: i64, high: i64| against(low.into(), high.into(), Decimal::ONE).map(|value| value.to_string());
        assert_eq!(word(0, 1).as_deref(), Some("across"));
        assert_eq!(word(1, 3).as_deref(), Some("across"));
        assert_eq!(word(2, 3).as_deref(), Some("above"));
        assert_eq!(word(-2, 0).as_deref(), Some("below"));
        assert_eq!(word(3, 2), None);
    }

    #[test]
    fn a_ratio_and_its_inverse_are_equally_large() {
        let half = relative_risk_reduction(Decimal::new(5, 1));
        assert_eq!(half, relative_risk_reduction(Decimal::TWO));
        assert_eq!(half, Some(Value::Number(Decimal::new(5, 1))));
        assert_eq!(relative_risk_reduction(Decimal::ZERO), None);
    }
}
