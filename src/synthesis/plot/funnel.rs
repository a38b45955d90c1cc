//! The funnel plot.

use super::axis::Axis;
use super::svg::{Anchor, Drawing};
use crate::synthesis::printed::shown;
use crate::synthesis::{Effect, Synthesis};

const SIDE: f64 = 360.0;
const MARGIN: f64 = 16.0;
const LEFT: f64 = 72.0;
/// The reach of the funnel in standard errors: nineteen studies of twenty lie in it where effects do not differ.
const REACH: f64 = 1.96;

/// Draws each study by its effect and its standard error, the most precise at the top, about the pooled effect: without
/// bias and differences they fill a funnel.
#[must_use]
pub fn funnel_plot(title: &str, synthesis: &Synthesis) -> String {
    let Synthesis { measure, effects, pooled, .. } = synthesis;
    let error = |effect: &Effect| effect.variance().sqrt();
    let largest = effects.iter().map(|(_, effect)| error(effect)).fold(0.0, f64::max);
    let foot = largest * 1.1;
    let ends = [pooled.estimate - REACH * foot, pooled.estimate + REACH * foot];
    let finite = |end: &f64| end.is_finite();
    let numbers = effects.iter().map(|(_, effect)| effect.estimate()).chain(ends).filter(finite);
    let axis = Axis::new(*measure, numbers, LEFT, SIDE);
    let top = MARGIN + 52.0;
    let bottom = top + SIDE * 0.75;
    let level = |error: f64| top + (bottom - top) * if foot > 0.0 { (error / foot).clamp(0.0, 1.0) } else { 0.0 };
    let mut drawing = Drawing::new(LEFT + SIDE + 2.0 * MARGIN, bottom + 56.0, title);
    drawing.text(MARGIN, MARGIN + 12.0, Anchor::Start, true, title);
    let (middle, _) = axis.place(pooled.estimate);
    drawing.line((middle, top), (middle, bottom), true);
    for end in ends {
        drawing.line((middle, top), (axis.place(end).0, bottom), true);
    }
    drawing.line((LEFT, top), (LEFT, bottom), false);
    for step in 0..=4 {
        let error = largest * f64::from(step) / 4.0;
        drawing.line((LEFT - 5.0, level(error)), (LEFT, level(error)), false);
        drawing.text(LEFT - 8.0, level(error) + 4.0, Anchor::End, false, &shown(error));
    }
    drawing.text(MARGIN, top - 10.0, Anchor::Start, false, "Standard error");
    for (_, effect) in effects {
        drawing.circle(axis.place(effect.estimate()).0, level(error(effect)));
    }
    axis.draw(&mut drawing, bottom);
    drawing.finish()
}
