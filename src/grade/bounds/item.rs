//! What one item can give to measures where some of its facts are missing: a way for each combination
//! that makes a difference.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::Asked;
use crate::compile::diagram::{Cells, Diagram, Diagrams, VariableId};
use crate::compile::legal::Legal;
use crate::compile::space::{Bounds, Domain, Known};
use crate::grade::frame::Frame;
use crate::value::{FactValue, Unknown, Value};

/// How many ways of one item are followed.
const MOST_WAYS: usize = 1 << 14;

/// What an item may give to a measure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// It does not pass the filter.
    Out,
    /// It passes; whether it is preferred, whether the condition holds, and the value.
    In(bool, bool, WayValue),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WayValue {
    Known(Value),
    Unknown(Unknown),
    Between(Bounds),
    /// A word that no rule mentions, or a text.
    SomeWord,
}

/// What was met on the way.
pub(crate) struct Open {
    /// Variables of which only bounds are known.
    pub(crate) loose: BTreeSet<VariableId>,
    /// Whether what is said is exact so far.
    pub(crate) exact: bool,
}

/// The ways in which an item can give to measures together.
pub(crate) type Ways = BTreeSet<Vec<Way>>;

/// An assumption, as far as it is told by what is known of an item.
pub(crate) struct Tied {
    holds: Diagram,
    /// What it hangs on that is not known.
    open: BTreeSet<VariableId>,
    possible: bool,
}

impl Tied {
    /// What the assumptions come to of an item.
    pub(crate) fn all(diagrams: &Diagrams, legal: &Legal, frame: &Frame) -> Vec<Self> {
        let inputs = frame.inputs();
        let tied = |holds| Self {
            holds,
            open: diagrams.open(holds, &inputs),
            possible: diagrams.possible(holds, &inputs).contains(&1),
        };
        legal.parts.iter().map(|part| tied(part.holds)).collect()
    }
}

/// The ways in which an item can give to the measures; nothing if there are too many.
pub(crate) fn ways(
    asked: &[Asked<'_>],
    diagrams: &Diagrams,
    tied: &[Tied],
    frame: &Frame,
    open: &mut Open,
) -> Option<Ways> {
    let tuples = tuples(asked, diagrams, tied, frame)?;
    let mut ways = Ways::new();
    for tuple in tuples {
        let mut combined: Vec<Vec<Way>> = vec![Vec::with_capacity(asked.len())];
        for (asked, leaves) in asked.iter().zip(&tuple) {
            let options = options(asked, leaves, frame, open);
            if let [only] = options.as_slice() {
                combined.iter_mut().for_each(|before| before.push(only.clone()));
                continue;
            }
            combined = combined
                .into_iter()
                .flat_map(|before| {
                    options.iter().map(move |option| {
                        let mut with = before.clone();
                        with.push(option.clone());
                        with
                    })
                })
                .collect();
            if combined.len() > MOST_WAYS {
                return None;
            }
        }
        ways.extend(combined);
    }
    Some(ways)
}

/// The leaves of the diagrams that a measure asks of an item: filter, preference, condition, value.
type Leaves = [u32; 4];

/// The leaves that all measures can come to together; nothing if there are too many.
fn tuples(asked: &[Asked<'_>], diagrams: &Diagrams, tied: &[Tied], frame: &Frame) -> Option<BTreeSet<Vec<Leaves>>> {
    let inputs = frame.inputs();
    let mut groups: Vec<Group> = Vec::new();
    for (position, asked) in asked.iter().enumerate() {
        let of = asked.of.map_or(Diagram::TRUE, |(of, ..)| of);
        let parts = [asked.filter, asked.prefer, asked.holds, of];
        let open = parts.iter().flat_map(|part| diagrams.open(*part, &inputs)).collect();
        Group::join(&mut groups, Group { open, asked: vec![(position, parts)], legal: Vec::new() });
    }
    for part in tied {
        if groups.iter().any(|group| !group.open.is_disjoint(&part.open)) {
            Group::join(&mut groups, Group { open: part.open.clone(), asked: Vec::new(), legal: vec![part.holds] });
        } else if !part.possible {
            return Some(BTreeSet::new());
        }
    }
    let mut combined: Vec<Vec<Leaves>> = vec![vec![[0; 4]; asked.len()]];
    for group in groups {
        let tuples = group.tuples(diagrams, &inputs)?;
        if combined.len().saturating_mul(tuples.len()) > MOST_WAYS {
            return None;
        }
        let put = |with: &mut [Leaves], tuple: &[u32]| {
            for ((position, _), leaves) in group.asked.iter().zip(tuple.chunks_exact(4)) {
                with[*position].copy_from_slice(leaves);
            }
        };
        if tuples.len() == 1 {
            let only = tuples.iter().flatten().copied().collect::<Vec<u32>>();
            combined.iter_mut().for_each(|with| put(with, &only));
            continue;
        }
        combined = combined
            .iter()
            .flat_map(|before| {
                tuples.iter().map(|tuple| {
                    let mut with = before.clone();
                    put(&mut with, tuple);
                    with
                })
            })
            .collect();
    }
    Some(combined.into_iter().collect())
}

/// Measures, and assumptions that bear on them, that hang on the same things; groups hang on nothing
/// in common.
struct Group {
    /// What they hang on that is not known.
    open: BTreeSet<VariableId>,
    /// By position, what measures ask.
    asked: Vec<(usize, [Diagram; 4])>,
    legal: Vec<Diagram>,
}

impl Group {
    /// Puts a group together with those that hang on something that it hangs on.
    fn join(groups: &mut Vec<Self>, mut group: Self) {
        let mut position = 0;
        while position < groups.len() {
            if groups[position].open.is_disjoint(&group.open) {
                position += 1;
                continue;
            }
            let other = groups.swap_remove(position);
            group.open.extend(other.open);
            group.asked.extend(other.asked);
            group.legal.extend(other.legal);
        }
        groups.push(group);
    }

    /// The leaves that what is asked can come to together, one after the other.
    fn tuples<'c>(&self, diagrams: &Diagrams, inputs: &dyn Fn(VariableId) -> Cells<'c>) -> Option<BTreeSet<Vec<u32>>> {
        let values: Vec<Diagram> = self.asked.iter().flat_map(|(_, parts)| parts).copied().collect();
        // What an item that does not pass the filter would have given does not matter.
        let settle = |values: &mut [Diagram]| {
            for measure in values.chunks_exact_mut(4).filter(|measure| measure[0] == Diagram::FALSE) {
                measure.fill(Diagram::FALSE);
            }
        };
        diagrams.possible_where(&values, &self.legal, inputs, &settle, MOST_WAYS)
    }
}

/// What leaves say an item may give to one measure. Where no rule answers, anything is possible,
/// and more than that is said: what hangs on the same decision is told apart.
fn options(asked: &Asked<'_>, leaves: &Leaves, frame: &Frame, open: &mut Open) -> Vec<Way> {
    let [filter, prefer, holds, of] = leaves;
    let mut options = Vec::new();
    if *filter != 1 {
        options.push(Way::Out);
    }
    if *filter == 0 {
        return options;
    }
    open.exact &= [filter, prefer, holds].into_iter().all(|leaf| *leaf <= 1);
    let either = |leaf: &u32| -> &[bool] {
        match leaf {
            0 => &[false],
            1 => &[true],
            _ => &[false, true],
        }
    };
    let mut values = Vec::new();
    match asked.of {
        None => values.push(WayValue::Known(Value::Number(Decimal::ONE))),
        Some((_, variable, domain)) => {
            let cells: Vec<u16> = match u16::try_from(*of).ok().filter(|cell| (*cell as usize) < domain.cells()) {
                Some(cell) => vec![cell],
                None => {
                    open.exact = false;
                    (0..domain.cells()).filter_map(|cell| u16::try_from(cell).ok()).collect()
                }
            };
            for cell in cells {
                values.push(value_in(domain, cell, variable, frame, &mut open.loose));
            }
        }
    }
    for preferred in either(prefer) {
        for holds in either(holds) {
            options.extend(values.iter().map(|value| Way::In(*preferred, *holds, value.clone())));
        }
    }
    options
}

fn value_in(
    domain: &Domain,
    cell: u16,
    variable: VariableId,
    frame: &Frame,
    loose: &mut BTreeSet<VariableId>,
) -> WayValue {
    let known = frame.value(variable).filter(|value| !value.is_missing() && frame.slot(variable).is_one());
    match known.cloned().or_else(|| domain.only_value(cell)) {
        Some(FactValue::Known(value)) => WayValue::Known(value),
        Some(FactValue::Unknown(unknown)) => WayValue::Unknown(unknown),
        None => {
            loose.insert(variable);
            let anything = Bounds { low: None, high: None };
            match &domain.known {
                Known::Words { .. } | Known::Text => WayValue::SomeWord,
                _ => WayValue::Between(domain.bounds(cell).unwrap_or(anything)),
            }
        }
    }
}
