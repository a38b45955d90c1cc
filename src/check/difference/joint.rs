//! Two frameworks over the same facts: a store whose variables both are carried over to.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::check::shown::shown_side;
use crate::compile::diagram::{Carried, Diagram, Diagrams, TooLarge, VariableId};
use crate::compile::space::{Cut, Domain, Known, Role, Space, Steps, Variable};
use crate::name::Name;
use crate::value::Unknown;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

/// Of every variable of one side its place in the joint space, and for each cell there the cell here, if it has one.
type Places = BTreeMap<VariableId, (VariableId, Vec<Option<u16>>)>;

/// The variables of two spaces put together.
pub(super) struct Joint {
    pub(super) space: Space,
    pub(super) diagrams: Diagrams,
    /// For each of the two, where its variables are.
    places: [Places; 2],
    /// What one of the two can be told and the other cannot.
    pub(super) only_one: Vec<(Name, String)>,
}

impl Joint {
    /// Puts the variables together that diagrams of the two read, in the order of the first.
    pub(super) fn new(spaces: [&Space; 2], read: [&BTreeSet<VariableId>; 2], work: usize) -> Result<Self, TooLarge> {
        let mut joint = Self {
            space: Space::default(),
            diagrams: Diagrams::with_limits(work, work),
            places: [BTreeMap::new(), BTreeMap::new()],
            only_one: Vec::new(),
        };
        for side in [0, 1] {
            for id in read[side] {
                let variable = spaces[side].get(*id);
                let key = (variable.name.as_str(), variable.role);
                if id_of(&joint.space, key).is_none() {
                    let other = id_of(spaces[1 - side], key).map(|other| &spaces[1 - side].get(other).domain);
                    let domain = match other {
                        Some(other) => together(&variable.domain, other).ok_or(TooLarge)?,
                        None => variable.domain.clone(),
                    };
                    joint.space.add(Variable { name: variable.name.clone(), role: variable.role, domain });
                }
            }
        }
        for side in [0, 1] {
            for id in read[side] {
                let variable = spaces[side].get(*id);
                let place = id_of(&joint.space, (variable.name.as_str(), variable.role)).ok_or(TooLarge)?;
                let here = &joint.space.get(place).domain;
                let cells: Vec<Option<u16>> = (0..here.cells())
                    .map(|cell| u16::try_from(cell).ok().and_then(|cell| same(here, cell, &variable.domain)))
                    .collect();
                let lacks: Vec<u16> = cells
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| cell.is_none())
                    .filter_map(|(cell, _)| u16::try_from(cell).ok())
                    .collect();
                if !lacks.is_empty() && variable.role == Role::Value {
                    joint.only_one.push((variable.name.clone(), shown_side(variable.name.as_str(), here, &lacks)));
                }
                joint.places[side].insert(*id, (place, cells));
            }
        }
        Ok(joint)
    }

    /// A diagram of one of the two, over the variables here.
    pub(super) fn carry(&mut self, side: Side, from: &Diagrams, diagram: Diagram) -> Result<Diagram, TooLarge> {
        let places = &self.places[side as usize];
        let cells: BTreeMap<VariableId, (VariableId, Vec<u16>)> = places
            .iter()
            .map(|(id, (place, cells))| (*id, (*place, cells.iter().map(|cell| cell.unwrap_or(0)).collect())))
            .collect();
        self.diagrams.carry(from, diagram, &|variable| match cells.get(&variable) {
            Some((place, cells)) => Carried::To(*place, cells),
            None => Carried::Fixed(0),
        })
    }

    /// Where one of the two can be asked at all.
    pub(super) fn can_be_told(&mut self, side: Side) -> Result<Diagram, TooLarge> {
        let mut told = Diagram::TRUE;
        let places: Vec<(VariableId, Vec<Option<u16>>)> = self.places[side as usize].values().cloned().collect();
        for (place, cells) in places.iter().rev() {
            let cases: Vec<Diagram> =
                cells.iter().map(|cell| if cell.is_some() { Diagram::TRUE } else { Diagram::FALSE }).collect();
            let here = self.diagrams.test(*place, &cases)?;
            told = self.diagrams.and(here, told)?;
        }
        Ok(told)
    }
}

fn id_of(space: &Space, (name, role): (&str, Role)) -> Option<VariableId> {
    match role {
        Role::Value => space.value_of(name),
        Role::Closed => space.closed_of(name),
    }
}

/// A domain that tells apart all that either does.
fn together(one: &Domain, other: &Domain) -> Option<Domain> {
    let known = match (&one.known, &other.known) {
        (Known::Flag, Known::Flag) => Known::Flag,
        (Known::Text, Known::Text) => Known::Text,
        (Known::Words { words, ordered, open }, Known::Words { words: others, open: other_open, .. }) => {
            let mut all = words.clone();
            all.extend(others.iter().filter(|word| !words.contains(word)).cloned());
            Known::Words { words: all, ordered: *ordered, open: *open || *other_open }
        }
        (
            Known::Numbers { cuts, date, steps },
            Known::Numbers { cuts: others, date: other_date, steps: other_steps },
        ) => {
            if date != other_date {
                return None;
            }
            let mut all: Vec<Cut> = cuts.iter().chain(others).copied().collect();
            // Where the range of one ends, the other goes on.
            for (least, most) in [one.range, other.range] {
                all.extend(least.map(|at| Cut { at, after: false }));
                all.extend(most.map(|at| Cut { at, after: true }));
            }
            all.sort_unstable();
            all.dedup();
            let range = wider(one, other);
            all.retain(|cut| {
                let left = range.0.is_none_or(|least| if cut.after { least <= cut.at } else { least < cut.at });
                let right = range.1.is_none_or(|most| if cut.after { most > cut.at } else { most >= cut.at });
                left && right
            });
            Known::Numbers {
                cuts: all,
                date: *date,
                steps: if steps == other_steps { steps.clone() } else { Steps::Every },
            }
        }
        _ => return None,
    };
    let mut unknowns: Vec<Unknown> = one.unknowns.clone();
    unknowns.extend(other.unknowns.iter().filter(|unknown| !one.unknowns.contains(unknown)));
    Some(Domain { known, unknowns, range: wider(one, other) })
}

fn wider(one: &Domain, other: &Domain) -> (Option<Decimal>, Option<Decimal>) {
    let least = one.range.0.zip(other.range.0).map(|(one, other)| one.min(other));
    let most = one.range.1.zip(other.range.1).map(|(one, other)| one.max(other));
    (least, most)
}

/// The cell of a domain that holds what a cell of a finer one holds.
fn same(finer: &Domain, cell: u16, domain: &Domain) -> Option<u16> {
    let position = usize::from(cell);
    if let Some(unknown) = position.checked_sub(finer.known_cells()) {
        return domain.unknown_cell(*finer.unknowns.get(unknown)?);
    }
    match (&finer.known, &domain.known) {
        (Known::Words { words, .. }, Known::Words { words: own, open, .. }) => match words.get(position) {
            Some(word) => domain.word_cell(word.as_str()),
            None => open.then(|| u16::try_from(own.len()).ok()).flatten(),
        },
        (Known::Numbers { .. }, Known::Numbers { .. }) => {
            let wanted = finer.bounds(cell)?;
            let inside = domain.overlapping(wanted);
            let outside = |end: Option<Decimal>, own: Option<Decimal>, low: bool| match (end, own) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(end), Some(own)) => {
                    if low {
                        end < own
                    } else {
                        end > own
                    }
                }
            };
            let below = outside(wanted.low.map(|(low, _)| low), domain.range.0, true);
            let above = outside(wanted.high.map(|(high, _)| high), domain.range.1, false);
            inside.ones().next().filter(|_| !below && !above).and_then(|cell| u16::try_from(cell).ok())
        }
        _ => Some(cell),
    }
}
