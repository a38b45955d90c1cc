//! What a claim and its items share: the facts of the claim, which its items see too.
//!
//! When such a fact is missing, it is the same for the claim and for all of its items. So every
//! cell that it can be in is followed by itself, and what comes out is put together.

use std::collections::BTreeSet;

use super::bounds::Asked;
use super::evaluator::Evaluator;
use super::facts::Lookup;
use super::frame::{Frame, Preset, Slot};
use super::given::GivenValues;
use super::measure::WordOrder;
use super::ways::{hanging, measures};
use crate::compile::Compiled;
use crate::compile::diagram::{Diagram, VariableId};
use crate::document::shape::Subject;
use crate::framework::Over;
use crate::framework::names::Index;
use crate::name::Name;
use crate::value::FactValue;

/// How many combinations of cells are followed.
const MOST_COMBINATIONS: usize = 64;

/// A missing fact of a claim that makes a difference to its items.
struct Shared {
    of_items: VariableId,
    of_claims: Option<VariableId>,
    cells: Vec<u16>,
}

/// One combination of cells of the facts that a claim and its items share: what is put into the
/// frames of the items, and into that of the claim.
struct Split {
    items: Preset,
    claim: Preset,
}

/// Whether any of the facts that a claim shares with its items is missing.
pub(super) fn any_missing(compiled: &Compiled, claim: &dyn Lookup) -> bool {
    let name = |variable: &VariableId| &compiled.items.space.get(*variable).name;
    compiled.shared.iter().any(|variable| claim.stated(name(variable)).value.is_missing())
}

/// What items see of the facts of their claim, as far as these are not stated but follow.
fn seen_by_items(compiled: &Compiled, claim: &Frame) -> Preset {
    let mut seen = Preset::new();
    for of_items in &compiled.shared {
        if let Some(own) = own(compiled, *of_items)
            && *claim.slot(own) != Slot::Open
        {
            seen.insert(*of_items, (claim.slot(own).clone(), claim.value(own).cloned()));
        }
    }
    seen
}

/// The same by what is known of the claim.
pub(super) fn seen(compiled: &Compiled, claim: &dyn Lookup) -> Preset {
    if !any_missing(compiled, claim) {
        return Preset::new();
    }
    let (own, refined) = Evaluator::by_table(compiled, Subject::Claim).facts(claim);
    if refined { seen_by_items(compiled, &own) } else { Preset::new() }
}

/// What the measures of a claim are, or can be, and the facts that it shares with its items.
pub(super) struct Ways {
    pub(super) ways: Vec<Preset>,
    /// The facts that were followed cell by cell.
    pub(super) followed: Preset,
    /// Whether these are all ways and no more.
    pub(super) exact: bool,
    /// The facts of which no value goes with what is known of the items.
    pub(super) contrary: Vec<Name>,
}

/// The ways of a claim by its items and the claims that it rests on; `again` works the items out with something put in.
pub(super) fn ways(
    compiled: &Compiled,
    index: &Index<'_>,
    claim: &dyn Lookup,
    (items, children): (&[Frame], &[&Frame]),
    tells_exact: bool,
    again: &dyn Fn(&Preset) -> Vec<Frame>,
) -> Ways {
    let of = |items: &[Frame]| measures(compiled, index, &items.iter().collect::<Vec<_>>(), children, tells_exact);
    let whole = || {
        let (ways, exact) = of(items);
        Ways { ways, followed: Preset::new(), exact, contrary: Vec::new() }
    };
    if items.is_empty() || !any_missing(compiled, claim) {
        return whole();
    }
    let (own, _) = Evaluator::by_table(compiled, Subject::Claim).facts(claim);
    let seen = seen_by_items(compiled, &own);
    let mut all = Ways { ways: Vec::new(), followed: Preset::new(), exact: true, contrary: Vec::new() };
    let Some(Splits { variables, splits }) = splits(compiled, index, &own, items) else {
        return whole();
    };
    for split in splits {
        let mut frame = own.clone();
        for (variable, (slot, _)) in &split.claim {
            frame.slots[variable.index()] = slot.clone();
        }
        let mut put = seen.clone();
        put.extend(split.items);
        let items = again(&put);
        if can_be(&compiled.claims, &frame) && items.iter().all(|item| can_be(&compiled.items, item)) {
            let (here, exact) = of(&items);
            all.exact &= exact;
            all.ways.extend(here.into_iter().map(|mut way| {
                way.extend(split.claim.clone());
                way
            }));
            all.followed = split.claim;
        }
    }
    if all.ways.is_empty() {
        let name = |variable: &VariableId| compiled.items.space.get(*variable).name.clone();
        return Ways { contrary: variables.iter().map(name).collect(), ..whole() };
    }
    all
}

/// Whether an item tells something of what is missing of its claim.
pub(crate) fn tells_of_claim(compiled: &Compiled, item: &Frame, claim: &GivenValues) -> bool {
    let is_missing =
        |variable: VariableId| claim.get(&compiled.items.space.get(variable).name).is_none_or(FactValue::is_missing);
    compiled.shared.iter().any(|variable| *item.slot(*variable) != Slot::Open && is_missing(*variable))
}

/// The variable of a claim for what its items see of it.
fn own(compiled: &Compiled, of_items: VariableId) -> Option<VariableId> {
    compiled.claims.space.value_of(compiled.items.space.get(of_items).name.as_str())
}

/// The combinations of cells in which the facts that a claim and its items share can be.
struct Splits {
    /// The facts, as the items see them.
    variables: Vec<VariableId>,
    splits: Vec<Split>,
}

/// The combinations that are to be followed one by one; nothing if no shared fact makes a
/// difference to the items, or if there are too many.
fn splits(compiled: &Compiled, index: &Index<'_>, claim: &Frame, items: &[Frame]) -> Option<Splits> {
    let shared = shared(compiled, index, claim, items);
    let count = shared.iter().try_fold(1_usize, |count, one| count.checked_mul(one.cells.len()))?;
    if shared.is_empty() || count > MOST_COMBINATIONS {
        return None;
    }
    let mut splits = vec![Split { items: Preset::new(), claim: Preset::new() }];
    for one in &shared {
        let with = |split: &Split, cell: u16| {
            let known = (Slot::One(cell), compiled.items.space.get(one.of_items).domain.only_value(cell));
            let mut split = Split { items: split.items.clone(), claim: split.claim.clone() };
            if let Some(of_claims) = one.of_claims {
                split.claim.insert(of_claims, known.clone());
            }
            split.items.insert(one.of_items, known);
            split
        };
        splits = splits.iter().flat_map(|split| one.cells.iter().map(move |cell| with(split, *cell))).collect();
    }
    Some(Splits { variables: shared.into_iter().map(|one| one.of_items).collect(), splits })
}

fn shared(compiled: &Compiled, index: &Index<'_>, claim: &Frame, items: &[Frame]) -> Vec<Shared> {
    let level = &compiled.items;
    // What the claim does not know, items may have ruled out.
    let open = |variable: VariableId| match own(compiled, variable) {
        Some(own) => !claim.slot(own).is_one(),
        None => items.iter().any(|frame| !frame.slot(variable).is_one()),
    };
    let candidates: Vec<VariableId> = compiled.shared.iter().copied().filter(|variable| open(*variable)).collect();
    if items.is_empty() || candidates.is_empty() {
        return Vec::new();
    }
    let mut matter = BTreeSet::new();
    for frame in items {
        matter.extend(asked_of(compiled, index, frame));
    }
    let known = |variable: VariableId| own(compiled, variable).map_or(&Slot::Open, |own| claim.slot(own));
    let narrowed = |variable: &&VariableId| items.iter().any(|item| item.slot(**variable) != known(**variable));
    matter.extend(candidates.iter().filter(narrowed));
    let shared = candidates.into_iter().filter(|variable| matter.contains(variable)).map(|of_items| {
        let variable = level.space.get(of_items);
        let of_claims = own(compiled, of_items);
        let own = known(of_items);
        let inside = |slot: &Slot, cell: u16| match slot {
            Slot::One(one) => *one == cell,
            Slot::Some(cells) => cells.contains(cell as usize),
            Slot::Open => true,
        };
        let cells = (0..variable.domain.cells()).filter_map(|cell| u16::try_from(cell).ok());
        let possible = |cell: &u16| inside(own, *cell) && items.iter().all(|item| inside(item.slot(of_items), *cell));
        Shared { of_items, of_claims, cells: cells.filter(possible).collect() }
    });
    shared.collect()
}

/// The open variables of an item that make a difference to any measure or assumption.
fn asked_of(compiled: &Compiled, index: &Index<'_>, frame: &Frame) -> BTreeSet<VariableId> {
    let level = &compiled.items;
    let decided = level.decisions.iter().zip(&frame.results);
    let opaque: BTreeSet<VariableId> =
        decided.filter(|(_, result)| result.judged.is_some()).map(|(decision, _)| decision.output).collect();
    let Some(written) = compiled.contributions(&opaque) else { return frame.open().collect() };
    let of_items = compiled.measures.iter().enumerate().filter(|(_, measure)| measure.over == Over::Evidence);
    let mut found = hanging(&[], &written.chain.diagrams, written.chain.whole, frame);
    for (position, measure) in of_items {
        let definition = &compiled.framework().measures[measure.index];
        let Some(written_out) = written.asked.iter().find(|asked| asked.measure == position) else { continue };
        let order = WordOrder::of(index, definition);
        let asked = Asked {
            measure: definition,
            order: &order,
            filter: written_out.filter,
            prefer: written_out.prefer,
            holds: written_out.holds,
            of: measure.of.map(|(variable, _)| (written_out.of, variable, &level.space.get(variable).domain)),
            by_itself: false,
        };
        found.extend(hanging(&[asked], &written.chain.diagrams, Diagram::TRUE, frame));
    }
    found
}

/// Whether a claim, with what is put into its frame, or an item, can be so at all.
pub(super) fn can_be(level: &crate::compile::level::Level, frame: &Frame) -> bool {
    level.can_occur(&frame.inputs())
}

/// The scope rule that keeps a claim out, by what is known of it, if one does.
pub(super) fn kept_out(compiled: &Compiled, frame: &Frame) -> Option<usize> {
    let certain = |holds: Diagram| !compiled.claims.diagrams.possible(holds, &frame.inputs()).contains(&0);
    compiled.scope.iter().position(|(_, holds)| certain(*holds))
}

/// Says of facts that were followed cell by cell what was found: that they are missing, unless
/// only some of the cells are left.
pub(super) fn put_together(compiled: &Compiled, split: &Preset, frame: &mut Frame) {
    for variable in split.keys() {
        let domain = &compiled.claims.space.get(*variable).domain;
        let slot = &mut frame.slots[variable.index()];
        let known = match slot {
            Slot::One(cell) => domain.only_value(*cell),
            Slot::Some(cells) => {
                if cells.count_ones(..) == domain.cells() {
                    *slot = Slot::Open;
                }
                None
            }
            Slot::Open => None,
        };
        frame.values[variable.index()] = Some(known.unwrap_or(FactValue::MISSING));
    }
}
