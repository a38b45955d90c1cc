//! Where something turns that holds below a number and not above it.

use super::failure::SynthesisError;

/// The number, from 0, at which `is_below` turns from true to false, as closely as numbers can tell: doubled from a first
/// guess above 0 until it lies below, then halved.
pub(super) fn turn(guess: f64, is_below: impl Fn(f64) -> bool) -> Result<f64, SynthesisError> {
    let (mut low, mut high) = (0.0, guess);
    while high > 0.0 && high.is_finite() && is_below(high) {
        (low, high) = (high, high * 2.0);
    }
    if !(high > 0.0 && high.is_finite()) {
        return Err(SynthesisError::NotFinite);
    }
    loop {
        let middle = f64::midpoint(low, high);
        if !(low < middle && middle < high) {
            return Ok(middle);
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}
