//! The cells of a variable: what the rules tell apart of its values.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::framework::Comparison;
use crate::framework::names::ValueType;
use crate::name::Word;
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::FactType;

/// A cut between two cells of a number: just below a value, or just above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cut {
    pub(crate) at: Decimal,
    /// Whether the value itself lies to the left of the cut.
    pub(crate) after: bool,
}

impl Cut {
    /// Whether a number lies to the left of the cut.
    pub(crate) fn left_of(self, number: Decimal) -> bool {
        if self.after { number <= self.at } else { number < self.at }
    }
}

/// How the known values of a variable fall into cells.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    /// A cell for no and one for yes.
    Flag,
    /// A cell for each word; for an open list one more for all other words.
    Words { words: Vec<Word>, ordered: usize, open: bool },
    /// A cell between each two cuts. Dates are numbers of days.
    Numbers { cuts: Vec<Cut>, date: bool, steps: Steps },
    /// One cell for any text.
    Text,
}

/// Which numbers there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Steps {
    Every,
    Whole,
    /// These alone, in ascending order: what a sum can come to.
    These(Vec<Decimal>),
}

impl Steps {
    fn has(&self, number: Decimal) -> bool {
        match self {
            Self::Every => true,
            Self::Whole => number.is_integer(),
            Self::These(numbers) => numbers.binary_search(&number).is_ok(),
        }
    }

    /// A cut as the one just below the next number there is, where that is known. So no two cuts part the same.
    fn cut(&self, cut: Cut) -> Cut {
        let next = match self {
            Self::Every => None,
            Self::Whole if cut.after => cut.at.floor().checked_add(Decimal::ONE),
            Self::Whole => Some(cut.at.ceil()),
            Self::These(numbers) => numbers.iter().find(|number| !cut.left_of(**number)).copied(),
        };
        next.map_or(cut, |at| Cut { at, after: false })
    }

    /// The greatest number below a cut, if that is known.
    fn last_below(&self, cut: Cut) -> Option<Decimal> {
        match self {
            Self::Every => None,
            _ if cut.after => None,
            Self::Whole => cut.at.checked_sub(Decimal::ONE),
            Self::These(numbers) => numbers.iter().rev().find(|number| cut.left_of(**number)).copied(),
        }
    }
}

/// The cells of a variable: those of known values, then those of its unknowns.
#[derive(Clone, Debug)]
pub(crate) struct Domain {
    pub(crate) known: Known,
    pub(crate) unknowns: Vec<Unknown>,
    /// The least and the greatest number that can occur.
    pub(crate) range: (Option<Decimal>, Option<Decimal>),
}

/// The number of days from 1970-01-01 to a day.
pub(crate) fn days(date: Date) -> Decimal {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(date).map_or(Decimal::ZERO, |span| span.get_days().into())
}

/// The day that is so many days from 1970-01-01.
pub(crate) fn day(days: Decimal) -> Option<Date> {
    let days = i64::try_from(days).ok()?;
    let span = jiff::Span::new().try_days(days).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(span).ok()
}

impl Domain {
    /// A domain with what the rules distinguish: for numbers the cuts, for an open list the words. Of a sum, what it
    /// can come to; of all else that is empty.
    pub(crate) fn new(
        value_type: &ValueType,
        range: (Option<Decimal>, Option<Decimal>),
        totals: &[Decimal],
        cuts: &BTreeSet<Cut>,
        mentioned: &BTreeSet<Word>,
    ) -> Self {
        let numbers = |date: bool, steps: Steps, range: (Option<Decimal>, Option<Decimal>)| {
            let mut cuts: Vec<Cut> = cuts.iter().map(|cut| steps.cut(*cut)).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let (least, greatest) = range;
            // A cut with nothing on one side of it cuts nothing.
            cuts.retain(|cut| {
                let left = least.is_none_or(|least| if cut.after { least <= cut.at } else { least < cut.at });
                let right =
                    greatest.is_none_or(|greatest| if cut.after { greatest > cut.at } else { greatest >= cut.at });
                left && right
            });
            Known::Numbers { cuts, date, steps }
        };
        let mut range = range;
        let known = match &value_type.kind {
            FactType::Flag => Known::Flag,
            FactType::Text => Known::Text,
            FactType::Count => {
                range.0 = Some(range.0.map_or(Decimal::ZERO, |least| least.max(Decimal::ZERO)));
                numbers(false, Steps::Whole, range)
            }
            FactType::Number if totals.is_empty() => numbers(false, Steps::Every, range),
            FactType::Number => numbers(false, Steps::These(totals.to_vec()), range),
            FactType::Date => numbers(true, Steps::Whole, range),
            FactType::OpenChoice => Known::Words { words: mentioned.iter().cloned().collect(), ordered: 0, open: true },
            FactType::Choice(choices) => Known::Words {
                words: value_type.words().into_iter().cloned().collect(),
                ordered: if choices.ordered { choices.values.len() } else { 0 },
                open: false,
            },
        };
        Self { known, unknowns: value_type.unknowns.clone(), range }
    }

    /// The same domain with *missing* as one more cell, after all others.
    pub(crate) fn closed(mut self) -> Self {
        self.unknowns.push(Unknown::Missing);
        self
    }

    /// How many cells known values fall into.
    pub(crate) const fn known_cells(&self) -> usize {
        match &self.known {
            Known::Flag => 2,
            Known::Words { words, open, .. } => words.len() + *open as usize,
            Known::Numbers { cuts, .. } => cuts.len() + 1,
            Known::Text => 1,
        }
    }

    /// Where numbers are cut.
    pub(crate) fn cuts(&self) -> &[Cut] {
        match &self.known {
            Known::Numbers { cuts, .. } => cuts,
            _ => &[],
        }
    }

    /// How many cells there are.
    pub(crate) const fn cells(&self) -> usize {
        self.known_cells() + self.unknowns.len()
    }

    /// The cell of a number.
    pub(crate) fn number_cell(&self, number: Decimal) -> Option<u16> {
        let Known::Numbers { cuts, .. } = &self.known else { return None };
        u16::try_from(cuts.partition_point(|cut| !cut.left_of(number))).ok()
    }

    /// The cell of a word.
    pub(crate) fn word_cell(&self, word: &str) -> Option<u16> {
        let Known::Words { words, open, .. } = &self.known else { return None };
        let position = words.iter().position(|known| known == word);
        let position = if *open { position.unwrap_or(words.len()) } else { position? };
        u16::try_from(position).ok()
    }

    /// The cell of an unknown.
    pub(crate) fn unknown_cell(&self, unknown: Unknown) -> Option<u16> {
        let position = self.unknowns.iter().position(|known| *known == unknown)?;
        u16::try_from(self.known_cells() + position).ok()
    }

    /// The cell of a value; nothing for what is missing.
    pub(crate) fn cell(&self, value: &FactValue) -> Option<u16> {
        match value {
            FactValue::Unknown(unknown) => self.unknown_cell(*unknown),
            FactValue::Known(value) => match (value, &self.known) {
                (Value::Flag(flag), Known::Flag) => Some(u16::from(*flag)),
                (Value::Number(number), _) => self.number_cell(*number),
                (Value::Date(date), _) => self.number_cell(days(*date)),
                (Value::Choice(word), _) => self.word_cell(word.as_str()),
                (Value::Text(_), Known::Text) => Some(0),
                _ => None,
            },
        }
    }

    /// The numbers in a cell: from the first to the second, each with whether it belongs to it.
    pub(crate) fn bounds(&self, cell: u16) -> Option<Bounds> {
        let Known::Numbers { cuts, steps, .. } = &self.known else { return None };
        let cell = cell as usize;
        if cell > cuts.len() {
            return None;
        }
        let low = cell.checked_sub(1).and_then(|before| cuts.get(before)).map(|cut| (cut.at, !cut.after));
        let high = cuts.get(cell).map(|cut| steps.last_below(*cut).map_or((cut.at, cut.after), |last| (last, true)));
        Some(Bounds {
            low: low.or_else(|| self.range.0.map(|least| (least, true))),
            high: high.or_else(|| self.range.1.map(|most| (most, true))),
        })
    }

    /// The value of a cell that holds only one.
    pub(crate) fn only_value(&self, cell: u16) -> Option<FactValue> {
        let position = cell as usize;
        if let Some(index) = position.checked_sub(self.known_cells()) {
            return self.unknowns.get(index).map(|unknown| FactValue::Unknown(*unknown));
        }
        match &self.known {
            Known::Flag => Some((position == 1).into()),
            Known::Words { words, .. } => words.get(position).map(|word| Value::Choice(word.clone()).into()),
            Known::Numbers { date, .. } => {
                let bounds = self.bounds(cell)?;
                let (low, _) = bounds.low.filter(|low| low.1 && bounds.high == Some(*low))?;
                Some(if *date { Value::Date(day(low)?).into() } else { low.into() })
            }
            Known::Text => None,
        }
    }

    /// The cells that share a number with these bounds.
    pub(crate) fn overlapping(&self, wanted: Bounds) -> FixedBitSet {
        let mut cells = FixedBitSet::with_capacity(self.cells());
        for cell in 0..self.known_cells() {
            let Some(bounds) = u16::try_from(cell).ok().and_then(|cell| self.bounds(cell)) else { continue };
            let before = |high: Option<(Decimal, bool)>, low: Option<(Decimal, bool)>| match (high, low) {
                (Some((high, ends)), Some((low, begins))) => high < low || high == low && !(ends && begins),
                _ => false,
            };
            cells.set(cell, !before(bounds.high, wanted.low) && !before(wanted.high, bounds.low));
        }
        cells
    }

    /// The cells of known values.
    pub(crate) fn all_known(&self) -> FixedBitSet {
        let mut cells = FixedBitSet::with_capacity(self.cells());
        cells.insert_range(..self.known_cells());
        cells
    }

    /// The cells of numbers for which a comparison with a constant holds.
    pub(crate) fn compared(&self, comparison: Comparison, constant: Decimal) -> FixedBitSet {
        let mut cells = FixedBitSet::with_capacity(self.cells());
        for cell in 0..self.known_cells() {
            let Some(bounds) = u16::try_from(cell).ok().and_then(|cell| self.bounds(cell)) else { continue };
            // A cell lies on one side of every constant that it was cut at.
            let holds = match comparison {
                Comparison::Less => {
                    bounds.high.is_some_and(|(high, whole)| high < constant || high == constant && !whole)
                }
                Comparison::AtMost => bounds.high.is_some_and(|(high, _)| high <= constant),
                Comparison::More => bounds.low.is_some_and(|(low, whole)| low > constant || low == constant && !whole),
                Comparison::AtLeast => bounds.low.is_some_and(|(low, _)| low >= constant),
            };
            cells.set(cell, holds);
        }
        cells
    }

    /// The cell as people read it.
    pub(crate) fn shown(&self, cell: u16) -> String {
        let position = cell as usize;
        if let Some(unknown) = position.checked_sub(self.known_cells()).and_then(|index| self.unknowns.get(index)) {
            return unknown.word().to_owned();
        }
        match &self.known {
            Known::Flag => if cell == 1 { "yes" } else { "no" }.to_owned(),
            Known::Text => "given".to_owned(),
            Known::Words { words, .. } => {
                words.get(position).map_or_else(|| "another".to_owned(), |word| word.as_str().to_owned())
            }
            Known::Numbers { .. } => self.shown_range(cell, cell),
        }
    }

    /// The numbers from one cell to another, as people read them.
    pub(crate) fn shown_range(&self, first: u16, last: u16) -> String {
        let (Some(first), Some(last)) = (self.bounds(first), self.bounds(last)) else { return String::new() };
        Bounds { low: first.low, high: last.high }.shown(|number| self.shown_number(number))
    }

    /// A number, or the day that it stands for.
    fn shown_number(&self, number: Decimal) -> String {
        match (&self.known, day(number)) {
            (Known::Numbers { date: true, .. }, Some(day)) => day.to_string(),
            _ => number.normalize().to_string(),
        }
    }

    /// A number that lies in a cell, as it stands in a file: the roundest that is near its bounds.
    pub(crate) fn number_in(&self, cell: u16) -> Option<String> {
        self.round_number_in(cell).map(|number| self.shown_number(number))
    }

    /// Whether a number is one, and lies in a cell.
    pub(crate) fn holds(&self, cell: u16, number: Decimal) -> bool {
        let Known::Numbers { steps, .. } = &self.known else { return false };
        let inside = self.bounds(cell).is_some_and(|bounds| bounds.contains(number));
        inside && self.number_cell(number) == Some(cell) && steps.has(number)
    }

    fn round_number_in(&self, cell: u16) -> Option<Decimal> {
        let bounds = self.bounds(cell)?;
        let mut tried = vec![Decimal::ZERO, Decimal::ONE];
        for (at, _) in bounds.low.iter().chain(&bounds.high) {
            tried.extend([*at, at.checked_add(Decimal::ONE)?, at.checked_sub(Decimal::ONE)?]);
        }
        if let (Some((low, _)), Some((high, _))) = (bounds.low, bounds.high) {
            tried.push(low.checked_add(high)?.checked_div(Decimal::TWO)?);
        }
        tried.into_iter().find(|number| self.holds(cell, *number))
    }

    /// A value that lies in a cell; of an open list of words one that no rule mentions.
    pub(crate) fn value_in(&self, cell: u16) -> Option<FactValue> {
        if let Some(value) = self.only_value(cell) {
            return Some(value);
        }
        match &self.known {
            Known::Numbers { .. } => self.number_value(self.round_number_in(cell)?),
            Known::Words { words, .. } => {
                let other = |text: &String| words.iter().all(|word| word != text.as_str());
                let mut names =
                    std::iter::once("another".to_owned()).chain((2..).map(|count| format!("another-{count}")));
                names.find(other).map(|text| Value::Choice(text.into()).into())
            }
            Known::Text => Some(Value::Text("given".into()).into()),
            Known::Flag => None,
        }
    }

    /// The number of a cell that is nearest to the cell below it, or above it.
    pub(crate) fn edge(&self, cell: u16, above: bool) -> Option<FactValue> {
        /// How many more decimal places than its bound has a number may have.
        const MORE_PLACES: u32 = 6;
        let Known::Numbers { steps, .. } = &self.known else { return self.only_value(cell) };
        let bounds = self.bounds(cell)?;
        let (at, inside) = if above { bounds.high? } else { bounds.low? };
        if inside && self.holds(cell, at) {
            return self.number_value(at);
        }
        let places = if *steps == Steps::Every { at.scale()..=at.scale() + MORE_PLACES } else { 0..=0 };
        let near = |places: u32| {
            let step = Decimal::try_new(1, places).ok()?;
            if above { at.checked_sub(step) } else { at.checked_add(step) }
        };
        let number = places.filter_map(near).find(|number| self.holds(cell, *number));
        self.number_value(number.or_else(|| self.round_number_in(cell))?)
    }

    /// A number as a value, or the day that it stands for.
    fn number_value(&self, number: Decimal) -> Option<FactValue> {
        match &self.known {
            Known::Numbers { date: true, .. } => day(number).map(|day| Value::Date(day).into()),
            _ => Some(number.normalize().into()),
        }
    }
}

/// The numbers between two bounds, each with whether it belongs to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bounds {
    pub(crate) low: Option<(Decimal, bool)>,
    pub(crate) high: Option<(Decimal, bool)>,
}

impl Bounds {
    /// Whether a number lies within them.
    fn contains(self, number: Decimal) -> bool {
        let above = self.low.is_none_or(|(low, inside)| number > low || inside && number == low);
        let below = self.high.is_none_or(|(high, inside)| number < high || inside && number == high);
        above && below
    }

    fn shown(self, number: impl Fn(Decimal) -> String) -> String {
        match (self.low, self.high) {
            (None, None) => "any".to_owned(),
            (Some((at, inside)), None) => format!("{} {}", if inside { ">=" } else { ">" }, number(at)),
            (None, Some((at, inside))) => format!("{} {}", if inside { "<=" } else { "<" }, number(at)),
            (Some((low, _)), Some((high, _))) if low == high => number(low),
            (Some((low, above)), Some((high, below))) => {
                let from = if above { "from" } else { "above" };
                let to = if below { "to" } else { "to below" };
                format!("{from} {} {to} {}", number(low), number(high))
            }
        }
    }
}
