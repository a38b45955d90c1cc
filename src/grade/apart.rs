//! Measures each by itself: the cells in which each can be where something is missing, whatever the others are, told from
//! the tables of items one by one. It is asked often of almost the same items, so what an item gives is remembered by
//! what is known of it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::bounds::item::{Open, Tied, Ways, ways};
use super::bounds::{Asked, joint};
use super::frame::{Frame, Preset, Slot};
use super::ways::{asked_by, known_measures, order_of};
use crate::compile::diagram::HashMap;
use crate::compile::{Compiled, CompiledMeasure};
use crate::framework::Over;
use crate::framework::names::Index;
use crate::value::FactValue;

/// Of how many items it is remembered what they give.
const MOST_REMEMBERED: usize = 1 << 12;

/// What items give to measures one by one, as far as it was worked out.
#[derive(Default)]
pub(super) struct Apart {
    items: Mutex<Given>,
    children: Mutex<Given>,
}

/// By what is known of an item.
type Given = HashMap<Vec<Slot>, ItemGives>;

/// What an item gives.
struct ItemGives {
    tied: Vec<Tied>,
    /// By the position of the measure, and by the value of the item that it is made of.
    ways: Vec<(usize, Option<FactValue>, Option<Arc<Ways>>)>,
}

impl Apart {
    /// The cells in which each measure can be: never too few.
    pub(super) fn reachable(
        &self,
        compiled: &Compiled,
        index: &Index<'_>,
        items: &[&Frame],
        children: &[&Frame],
    ) -> Preset {
        let mut preset = known_measures(compiled, index, items, children);
        for (position, measure) in compiled.measures.iter().enumerate() {
            preset.entry(measure.output).or_insert_with(|| {
                let (given, frames) = match measure.over {
                    Over::Evidence => (&self.items, items),
                    Over::Claims => (&self.children, children),
                };
                let order = order_of(compiled, index, position);
                let asked = asked_by(compiled, index, position, &order, None);
                // Nothing is left half done where a thread fails.
                let mut given = given.lock().unwrap_or_else(PoisonError::into_inner);
                (slot(compiled, (position, measure), &asked, frames, &mut given), None)
            });
        }
        preset
    }
}

/// The cells in which a measure can be.
fn slot(
    compiled: &Compiled,
    (position, measure): (usize, &CompiledMeasure),
    asked: &Asked<'_>,
    frames: &[&Frame],
    given: &mut Given,
) -> Slot {
    let domain = &compiled.claims.space.get(measure.output).domain;
    let each = frames.iter().map(|frame| ways_of(compiled, (position, measure), asked, frame, given));
    let Some(joint) = joint(std::slice::from_ref(asked), &[domain], each) else { return Slot::Open };
    let slots = joint.into_iter().flatten().map(|(slot, _)| slot);
    slots.reduce(|one, other| one.join(&other, domain.cells())).unwrap_or(Slot::Open)
}

/// The ways in which an item can give to a measure.
fn ways_of(
    compiled: &Compiled,
    (position, measure): (usize, &CompiledMeasure),
    asked: &Asked<'_>,
    frame: &Frame,
    given: &mut Given,
) -> Option<Arc<Ways>> {
    let level = compiled.inner(measure.over);
    if given.len() > MOST_REMEMBERED {
        given.clear();
    }
    if !given.contains_key(&frame.slots) {
        let tied = Tied::all(&level.diagrams, &level.legal, frame);
        given.insert(frame.slots.clone(), ItemGives { tied, ways: Vec::new() });
    }
    let gives = given.get_mut(&frame.slots)?;
    let value = measure.of.and_then(|(variable, _)| frame.value(variable));
    let known = gives.ways.iter().find(|(of, known, _)| *of == position && known.as_ref() == value);
    if let Some((.., ways)) = known {
        return ways.clone();
    }
    let mut open = Open { loose: BTreeSet::new(), exact: true };
    let found = ways(std::slice::from_ref(asked), &level.diagrams, &gives.tied, frame, &mut open).map(Arc::new);
    gives.ways.push((position, value.cloned(), found.clone()));
    found
}
