//! The axis of effects: where an effect stands, and which numbers are written below.

use super::svg::{Anchor, Drawing};
use crate::synthesis::EffectMeasure;
use crate::synthesis::printed::shown;

/// Ratios beyond these are not told apart.
const FARTHEST_RATIO: f64 = 1000.0;
/// How many numbers stand below at most.
const MOST_TICKS: usize = 9;

pub(super) struct Axis {
    measure: EffectMeasure,
    /// What is shown of effects, on the scale on which they are averaged.
    low: f64,
    high: f64,
    /// Where it stands.
    left: f64,
    width: f64,
}

impl Axis {
    /// An axis on which numbers have room, and no effect.
    pub(super) fn new(measure: EffectMeasure, numbers: impl Iterator<Item = f64>, left: f64, width: f64) -> Self {
        let (mut low, mut high) =
            numbers.fold((0.0_f64, 0.0_f64), |(low, high), number| (low.min(number), high.max(number)));
        if measure.is_ratio() {
            let farthest = FARTHEST_RATIO.ln();
            (low, high) = (low.max(-farthest), high.min(farthest));
        }
        // Halves, so that nothing is too large.
        let room = (high / 2.0 - low / 2.0) / 10.0;
        let room = if room > 0.0 { room } else { 1.0 };
        Self { measure, low: low - room, high: high + room, left, width }
    }

    /// Where an effect stands, and whether it stands at the end because it is beyond.
    pub(super) fn place(&self, effect: f64) -> (f64, bool) {
        let part = (effect / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        (self.left + self.width * part.clamp(0.0, 1.0), !(0.0..=1.0).contains(&part))
    }

    /// Draws it, with the measure below.
    pub(super) fn draw(&self, drawing: &mut Drawing, y: f64) {
        drawing.line((self.left, y), (self.left + self.width, y), false);
        for tick in self.ticks() {
            let (x, _) = self.place(tick);
            drawing.line((x, y), (x, y + 5.0), false);
            drawing.text(x, y + 19.0, Anchor::Middle, false, &label(self.measure.natural(tick)));
        }
        drawing.text(self.left + self.width / 2.0, y + 38.0, Anchor::Middle, false, self.measure.title());
    }

    /// Round numbers on the axis, on the scale on which effects are averaged.
    fn ticks(&self) -> Vec<f64> {
        if self.measure.is_ratio() {
            let of = |steps: &[f64]| -> Vec<f64> {
                let decades = (-4..=4).flat_map(|power| steps.iter().map(move |step| (step * 10_f64.powi(power)).ln()));
                decades.filter(|tick| (self.low..=self.high).contains(tick)).collect()
            };
            let sets: [&[f64]; 3] = [&[1.0, 1.5, 2.0, 3.0, 5.0, 7.0], &[1.0, 2.0, 5.0], &[1.0]];
            return sets.into_iter().map(of).find(|ticks| ticks.len() <= MOST_TICKS).unwrap_or_default();
        }
        let span = self.high - self.low;
        if !span.is_finite() {
            return vec![0.0];
        }
        let power = 10_f64.powf((span / MOST_TICKS as f64).log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
        let Some(step) = steps.into_iter().find(|step| span / step <= MOST_TICKS as f64) else { return vec![0.0] };
        let first = (self.low / step).ceil();
        let count = ((self.high / step).floor() - first).max(0.0) as usize;
        (0..=count.min(MOST_TICKS)).map(|at| (first + at as f64) * step).collect()
    }
}

/// A number below an axis: without zeros at its end.
fn label(number: f64) -> String {
    let text = shown(number);
    if text.contains(['.']) && !text.contains('e') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}
