//! Ranges: what a derived value can be when an argument is missing.
//!
//! Every argument lies in some cells, each an interval, or is unknown in some ways. The value lies
//! in the image of the intervals, never less; where the function is not followed, in any cell. That
//! numbers can be too large to compute with is left aside.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use rust_decimal::{Decimal, RoundingStrategy};

use super::bounds::interval::{contains, exactly, extreme_of, only, plus};
use super::frame::Slot;
use super::measure::as_number;
use crate::compile::space::{Bounds, Domain, Known};
use crate::synthesis::function::Function;
use crate::value::{FactValue, Unknown};

/// How many combinations of intervals are followed.
const MOST_COMBINATIONS: usize = 1 << 10;

/// What an argument can be.
#[derive(Clone, Debug, Default)]
pub(super) struct Range {
    known: Vec<Bounds>,
    unknowns: BTreeSet<Unknown>,
}

impl Range {
    /// The range of what is known.
    pub(super) fn exactly(value: &FactValue) -> Self {
        match value {
            FactValue::Unknown(unknown) => Self { known: Vec::new(), unknowns: BTreeSet::from([*unknown]) },
            FactValue::Known(value) => {
                Self { known: as_number(value).map(exactly).into_iter().collect(), unknowns: BTreeSet::new() }
            }
        }
    }

    /// The range of what lies in some cells.
    pub(super) fn of(domain: &Domain, slot: &Slot) -> Self {
        let mut range = Self::default();
        for cell in (0..domain.cells()).filter_map(|cell| u16::try_from(cell).ok()) {
            let inside = match slot {
                Slot::One(one) => *one == cell,
                Slot::Some(cells) => cells.contains(cell as usize),
                Slot::Open => true,
            };
            match domain.only_value(cell).filter(|_| inside) {
                Some(FactValue::Unknown(unknown)) => {
                    range.unknowns.insert(unknown);
                }
                _ if inside => range.known.extend(domain.bounds(cell)),
                _ => {}
            }
        }
        range
    }
}

/// What comes out of known arguments.
struct Image {
    /// A number between these.
    number: Option<Bounds>,
    /// One of these words.
    words: Vec<&'static str>,
    /// Perhaps nothing, for the value is not defined.
    undefined: bool,
}

/// The cells in which the value of a function can lie.
pub(super) fn image(function: &Function, arguments: &[Vec<Range>], domain: &Domain) -> FixedBitSet {
    let mut cells = FixedBitSet::with_capacity(domain.cells());
    let unknown = |unknown: Unknown, cells: &mut FixedBitSet| {
        if let Some(cell) = domain.unknown_cell(unknown) {
            cells.insert(cell as usize);
        }
    };
    let all = || arguments.iter().flatten();
    // The gravest unknown comes out: nothing graver may stand beside it.
    for why in [Unknown::NotReported, Unknown::NotApplicable, Unknown::None] {
        let not_graver = |range: &Range| !range.known.is_empty() || range.unknowns.iter().any(|other| *other >= why);
        if all().any(|range| range.unknowns.contains(&why)) && all().all(not_graver) {
            unknown(why, &mut cells);
        }
    }
    if all().any(|range| range.known.is_empty()) {
        return cells;
    }
    let followed = combinations(arguments).and_then(|combinations| {
        let images = combinations.iter().map(|given| of_known(function.name, given));
        images.collect::<Option<Vec<Image>>>()
    });
    let Some(images) = followed else {
        cells.union_with(&domain.all_known());
        unknown(Unknown::NotApplicable, &mut cells);
        return cells;
    };
    for image in images {
        if let Some(number) = image.number {
            match &domain.known {
                Known::Numbers { .. } => cells.union_with(&domain.overlapping(number)),
                _ => cells.union_with(&domain.all_known()),
            }
        }
        for cell in image.words.into_iter().filter_map(|word| domain.word_cell(word)) {
            cells.insert(cell as usize);
        }
        if image.undefined {
            unknown(Unknown::NotApplicable, &mut cells);
        }
    }
    cells
}

/// Every choice of one interval for each argument; nothing if there are too many.
fn combinations(arguments: &[Vec<Range>]) -> Option<Vec<Vec<Vec<Bounds>>>> {
    let mut all: Vec<Vec<Vec<Bounds>>> = vec![Vec::new()];
    for argument in arguments {
        all.iter_mut().for_each(|one| one.push(Vec::new()));
        for range in argument {
            if all.len() * range.known.len() > MOST_COMBINATIONS {
                return None;
            }
            let with = |one: &Vec<Vec<Bounds>>, bounds: &Bounds| {
                let mut one = one.clone();
                if let Some(last) = one.last_mut() {
                    last.push(*bounds);
                }
                one
            };
            all = all.iter().flat_map(|one| range.known.iter().map(move |bounds| with(one, bounds))).collect();
        }
    }
    Some(all)
}

/// The image of intervals; nothing for a function that is not followed.
fn of_known(function: &str, given: &[Vec<Bounds>]) -> Option<Image> {
    let number = |bounds: Bounds| Image { number: Some(bounds), words: Vec::new(), undefined: false };
    let one = |position: usize| given.get(position)?.first().copied();
    let all = || given.iter().flatten().copied();
    Some(match function {
        "sum" => number(all().fold(exactly(Decimal::ZERO), plus)),
        "product" => number(all().try_fold(exactly(Decimal::ONE), times)?),
        "smallest" => number(all().reduce(|one, other| extreme_of(one, other, false))?),
        "largest" => number(all().reduce(|one, other| extreme_of(one, other, true))?),
        "difference" => number(plus(one(0)?, negative(one(1)?))),
        "days-between" => number(plus(one(1)?, negative(one(0)?))),
        "absolute" => number(absolute(one(0)?)),
        "rounded" => {
            let (places, _) = one(1)?.low?;
            let places = u32::try_from(places).ok().filter(|places| *places <= 20)?;
            let round = |(at, _): (Decimal, bool)| {
                (at.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero), true)
            };
            let of = one(0)?;
            number(Bounds { low: of.low.map(round), high: of.high.map(round) })
        }
        "ratio" => {
            let (of, to) = (one(0)?, one(1)?);
            let undefined = contains(to, Decimal::ZERO);
            if undefined && only(to).is_some() {
                return Some(Image { number: None, words: Vec::new(), undefined });
            }
            Image { number: Some(ratio(of, to)?), words: Vec::new(), undefined }
        }
        "interval-against" => against(one(0)?, one(1)?, one(2)?),
        _ => return None,
    })
}

fn negative(bounds: Bounds) -> Bounds {
    let end = |(at, inside): (Decimal, bool)| (-at, inside);
    Bounds { low: bounds.high.map(end), high: bounds.low.map(end) }
}

fn absolute(bounds: Bounds) -> Bounds {
    if bounds.low.is_some_and(|(low, _)| low >= Decimal::ZERO) {
        bounds
    } else if bounds.high.is_some_and(|(high, _)| high <= Decimal::ZERO) {
        negative(bounds)
    } else {
        let high = bounds.low.zip(bounds.high).map(|((low, _), (high, _))| (high.max(-low), true));
        Bounds { low: Some((Decimal::ZERO, true)), high }
    }
}

/// The product of intervals that are finite, or lie at 0 and above.
fn times(one: Bounds, other: Bounds) -> Option<Bounds> {
    if let Some((factor, _)) = only(one) {
        return scaled(other, factor);
    }
    if let Some((factor, _)) = only(other) {
        return scaled(one, factor);
    }
    let product = |(one, _): (Decimal, bool), (other, _): (Decimal, bool)| one.checked_mul(other);
    if let (Some(low), Some(high), Some(other_low), Some(other_high)) = (one.low, one.high, other.low, other.high) {
        let ends = [(low, other_low), (low, other_high), (high, other_low), (high, other_high)];
        let products: Vec<Decimal> = ends.into_iter().map(|(one, other)| product(one, other)).collect::<Option<_>>()?;
        let end = |at: Option<&Decimal>| at.map(|at| (*at, true));
        return Some(Bounds { low: end(products.iter().min()), high: end(products.iter().max()) });
    }
    let (low, other_low) = (one.low?, other.low?);
    let positive = low.0 >= Decimal::ZERO && other_low.0 >= Decimal::ZERO;
    Some(Bounds { low: Some((product(low, other_low).filter(|_| positive)?, true)), high: None })
}

fn scaled(bounds: Bounds, factor: Decimal) -> Option<Bounds> {
    if factor.is_zero() {
        return Some(exactly(Decimal::ZERO));
    }
    let end = |end: Option<(Decimal, bool)>| match end {
        Some((at, inside)) => at.checked_mul(factor).map(|at| Some((at, inside))),
        None => Some(None),
    };
    let (low, high) = (end(bounds.low)?, end(bounds.high)?);
    Some(if factor.is_sign_negative() { Bounds { low: high, high: low } } else { Bounds { low, high } })
}

/// The quotient of an interval at 0 and above by one above 0, as far as it is above 0.
fn ratio(of: Bounds, to: Bounds) -> Option<Bounds> {
    let (low, divisor_low) = (of.low?, to.low?);
    if low.0 < Decimal::ZERO || divisor_low.0 < Decimal::ZERO {
        return None;
    }
    let least = match to.high {
        Some((high, _)) => low.0.checked_div(high)?,
        None => Decimal::ZERO,
    };
    let greatest = match of.high {
        Some((high, _)) if high.is_zero() => Some((Decimal::ZERO, true)),
        Some((high, _)) => high.checked_div(divisor_low.0).map(|at| (at, true)),
        None => None,
    };
    Some(Bounds { low: Some((least, true)), high: greatest })
}

/// Where an interval with bounds that are not known can lie against a threshold.
fn against(low: Bounds, high: Bounds, threshold: Bounds) -> Image {
    // Whether one number may be below another, or not above it.
    let below = |one: Bounds, other: Bounds| match (one.low, other.high) {
        (Some((one, _)), Some((other, _))) => one < other,
        _ => true,
    };
    let not_above = |one: Bounds, other: Bounds| match (one.low, other.high) {
        (Some((one, one_inside)), Some((other, other_inside))) => {
            one < other || one == other && one_inside && other_inside
        }
        _ => true,
    };
    let mut words = Vec::new();
    if below(high, threshold) && below(low, threshold) {
        words.push("below");
    }
    if not_above(low, threshold) && not_above(threshold, high) {
        words.push("across");
    }
    if below(threshold, low) && below(threshold, high) {
        words.push("above");
    }
    Image { number: None, words, undefined: below(high, low) }
}
