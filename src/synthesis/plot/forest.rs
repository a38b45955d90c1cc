//! The forest plot.

use super::axis::Axis;
use super::svg::{Anchor, Drawing, WIDE};
use crate::synthesis::printed::shown;
use crate::synthesis::{Method, Synthesis};

const ROW: f64 = 24.0;
const MARGIN: f64 = 16.0;
const AXIS: f64 = 360.0;
/// The side of the square of the study with the most weight, and of one that has next to none.
const SQUARES: (f64, f64) = (16.0, 3.0);

/// Draws each study with its interval and weight, and the pooled effect below, with the interval in which the effect of a
/// new study lies. `labels` name the studies, in the order of the effects.
///
/// ```
/// use evigrade::synthesis::{EffectMeasure, Method, ResultPart, StudyResult, forest_plot, synthesise};
///
/// let results = [(12.0, 20.0), (5.0, 9.0)].map(|(events, comparator_events)| {
///     let mut result = StudyResult::new(EffectMeasure::RiskRatio);
///     result.set(ResultPart::Events, events);
///     result.set(ResultPart::Participants, 100.0);
///     result.set(ResultPart::ComparatorEvents, comparator_events);
///     result.set(ResultPart::ComparatorParticipants, 100.0);
///     result
/// });
/// let method = Method::default();
/// let synthesis = synthesise(&results, &method)?;
/// let picture = forest_plot("Relapse", &["One 2019".to_owned(), "Other 2021".to_owned()], &synthesis, &method);
/// assert!(picture.starts_with("<svg"));
/// # Ok::<(), evigrade::synthesis::SynthesisError>(())
/// ```
#[must_use]
pub fn forest_plot(title: &str, labels: &[String], synthesis: &Synthesis, method: &Method) -> String {
    let Synthesis { measure, effects, pooled, .. } = synthesis;
    let intervals = synthesis.intervals(method);
    let label = |place: usize| labels.get(place).map_or("", String::as_str);
    let pooled_label = method.told();
    let longest = (0..effects.len()).map(|place| label(place).chars().count()).chain([pooled_label.chars().count(), 6]);
    let left = MARGIN + longest.max().unwrap_or_default() as f64 * WIDE + MARGIN;
    let right = left + AXIS + MARGIN;
    let told: Vec<String> = effects
        .iter()
        .zip(&intervals)
        .map(|((_, effect), interval)| synthesis.told(effect.estimate(), *interval))
        .chain([synthesis.told(pooled.estimate, pooled.interval)])
        .collect();
    let numbers_width = told.iter().map(|text| text.chars().count()).max().unwrap_or_default() as f64 * WIDE;
    let weight_at = right + 7.0 * WIDE;
    let width = weight_at + MARGIN + numbers_width + MARGIN;
    let rows = effects.len() as f64 + 2.0 + f64::from(u8::from(pooled.prediction_interval.is_some()));
    let top = MARGIN + 2.0 * ROW;
    let bottom = top + rows * ROW;
    let mut drawing = Drawing::new(width, bottom + 76.0, title);
    let all = intervals.iter().copied().chain([pooled.interval]).chain(pooled.prediction_interval);
    let axis = Axis::new(*measure, all.flat_map(|(low, high)| [low, high]), left, AXIS);

    drawing.text(MARGIN, MARGIN + 12.0, Anchor::Start, true, title);
    let heading = top - 8.0;
    drawing.text(MARGIN, heading, Anchor::Start, true, "Study");
    drawing.text(weight_at, heading, Anchor::End, true, "Weight");
    let percent = shown(100.0 * method.coverage);
    let percent = percent.trim_end_matches('0').trim_end_matches('.');
    drawing.text(width - MARGIN, heading, Anchor::End, true, &format!("Effect [{percent} % CI]"));
    let (null, _) = axis.place(0.0);
    drawing.line((null, top), (null, bottom), false);
    let (at, _) = axis.place(pooled.estimate);
    drawing.line((at, top), (at, bottom), true);

    let heaviest = pooled.weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let mut y = top + ROW / 2.0;
    for (place, ((_, effect), interval)) in effects.iter().zip(&intervals).enumerate() {
        let weight = pooled.weights.get(place).copied().unwrap_or_default();
        drawing.text(MARGIN, y + 4.0, Anchor::Start, false, label(place));
        whisker(&mut drawing, &axis, *interval, y);
        let (x, beyond) = axis.place(effect.estimate());
        if !beyond {
            drawing.square(x, y, SQUARES.1 + (SQUARES.0 - SQUARES.1) * (weight / heaviest).sqrt());
        }
        drawing.text(weight_at, y + 4.0, Anchor::End, false, &format!("{:.1} %", 100.0 * weight));
        drawing.text(width - MARGIN, y + 4.0, Anchor::End, false, &told[place]);
        y += ROW;
    }
    y += ROW / 2.0;
    drawing.text(MARGIN, y + 4.0, Anchor::Start, true, &pooled_label);
    let [low, high] = [pooled.interval.0, pooled.interval.1].map(|end| axis.place(end).0);
    drawing.shape(&[(low, y), (at, y - 7.0), (high, y), (at, y + 7.0)], true);
    drawing.text(weight_at, y + 4.0, Anchor::End, true, "100 %");
    drawing.text(width - MARGIN, y + 4.0, Anchor::End, true, &told[effects.len()]);
    if let Some(prediction) = pooled.prediction_interval {
        y += ROW;
        drawing.text(MARGIN, y + 4.0, Anchor::Start, false, "Prediction interval");
        whisker(&mut drawing, &axis, prediction, y);
        let natural = |end: f64| shown(measure.natural(end));
        let ends = format!("[{}, {}]", natural(prediction.0), natural(prediction.1));
        drawing.text(width - MARGIN, y + 4.0, Anchor::End, false, &ends);
    }
    axis.draw(&mut drawing, bottom);
    if let Some(told) = synthesis.heterogeneity_told() {
        drawing.text(MARGIN, bottom + 62.0, Anchor::Start, false, &told);
    }
    drawing.finish()
}

/// An interval as a line, with an arrow at an end that is beyond the axis.
fn whisker(drawing: &mut Drawing, axis: &Axis, (low, high): (f64, f64), y: f64) {
    let ((from, before), (to, after)) = (axis.place(low), axis.place(high));
    drawing.line((from, y), (to, y), false);
    for (x, beyond, inwards) in [(from, before, 6.0), (to, after, -6.0)] {
        if beyond {
            drawing.shape(&[(x, y), (x + inwards, y - 4.0), (x + inwards, y + 4.0)], true);
        } else {
            drawing.line((x, y - 4.0), (x, y + 4.0), false);
        }
    }
}
