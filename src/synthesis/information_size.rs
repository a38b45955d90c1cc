//! Optimal information size: GRADE guidelines 6 (Guyatt et al. 2011), Core GRADE 2.

use rust_decimal::Decimal;

use crate::value::Value;

/// Both arms together: 2 (za + zb)^2 (p0 (1 - p0) + p1 (1 - p1)) / (p0 - p1)^2, rounded up.
pub(super) fn binary(risk: Decimal, reduction: Decimal, z_alpha: Decimal, z_beta: Decimal) -> Option<Value> {
    let one = Decimal::ONE;
    let inside = |part: Decimal| part > Decimal::ZERO && part <= one;
    if !inside(risk) || !inside(reduction) {
        return None;
    }
    let treated = risk.checked_mul(one - reduction)?;
    let variance = risk.checked_mul(one - risk)?.checked_add(treated.checked_mul(one - treated)?)?;
    let difference = risk - treated;
    size(variance, difference, z_alpha, z_beta)
}

/// Both arms together: 2 (za + zb)^2 2 sd^2 / difference^2, rounded up.
pub(super) fn continuous(deviation: Decimal, difference: Decimal, z_alpha: Decimal, z_beta: Decimal) -> Option<Value> {
    if deviation <= Decimal::ZERO || difference.is_zero() {
        return None;
    }
    let variance = deviation.checked_mul(deviation)?.checked_mul(Decimal::TWO)?;
    size(variance, difference, z_alpha, z_beta)
}

fn size(variance: Decimal, difference: Decimal, z_alpha: Decimal, z_beta: Decimal) -> Option<Value> {
    let quantiles = z_alpha.checked_add(z_beta)?;
    let squares = quantiles.checked_mul(quantiles)?.checked_mul(variance)?;
    let per_arm = squares.checked_div(difference.checked_mul(difference)?)?;
    Some(Value::Number(per_arm.checked_mul(Decimal::TWO)?.ceil()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn binary_sizes_are_those_of_the_published_formula() {
        let sizes = |reduction: &str| {
            ["0.50", "0.30", "0.20", "0.10", "0.05"].map(|risk| {
                let size = binary(decimal(risk), decimal(reduction), decimal("1.959964"), decimal("0.841621"));
                size.map(|value| value.to_string()).unwrap_or_default()
            })
        };
        assert_eq!(sizes("0.25"), ["487", "1073", "1806", "4003", "8399"]);
        assert_eq!(sizes("0.20"), ["770", "1712", "2889", "6421", "13485"]);
    }

    #[test]
    fn continuous_sizes_are_those_of_the_published_formula() {
        let size = |deviation: &str, difference: &str| {
            let size = continuous(decimal(deviation), decimal(difference), decimal("1.959964"), decimal("0.841621"));
            size.map(|value| value.to_string()).unwrap_or_default()
        };
        assert_eq!(size("7", "3"), "171");
        assert_eq!(size("8", "3"), "224");
        assert_eq!(size("1", "0.2"), "785");
        assert_eq!(size("1", "0.5"), "126");
    }

    #[test]
    fn impossible_inputs_have_no_size() {
        assert_eq!(binary(Decimal::ZERO, decimal("0.2"), Decimal::ONE, Decimal::ONE), None);
        assert_eq!(continuous(Decimal::ONE, Decimal::ZERO, Decimal::ONE, Decimal::ONE), None);
    }
}
