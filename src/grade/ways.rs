//! Measures and the frames of claims where facts are missing: every way in which they can come out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::bounds::item::{Open, Tied, ways};
use super::bounds::{Asked, Joint, bounded_apart, joint};
use super::evaluator::Evaluator;
use super::facts::Lookup;
use super::frame::{Frame, Preset, Slot};
use super::measure::{Contribution, WordOrder, aggregate, contribution};
use crate::compile::diagram::{Diagram, Diagrams, HashMap, VariableId};
use crate::compile::level::Level;
use crate::compile::space::Domain;
use crate::compile::{AskedOfItems, Compiled, CompiledMeasure};
use crate::framework::names::{Index, Named, Scope, inner_scope};
use crate::framework::{Measure, Over};
use crate::name::{Name, Word};
use crate::value::FactValue;

/// What the measures are, or can be, over items and linked claims: for each way the variables of
/// the measures with their values, and whether these are all ways and no more, if that is to be told.
pub(crate) fn measures(
    compiled: &Compiled,
    index: &Index<'_>,
    items: &[&Frame],
    children: &[&Frame],
    tells_exact: bool,
) -> (Vec<Preset>, bool) {
    let settled = known_measures(compiled, index, items, children);
    let is_open = |position: &usize| !settled.contains_key(&compiled.measures[*position].output);
    let waiting: Vec<usize> = (0..compiled.measures.len()).filter(is_open).collect();
    if waiting.is_empty() {
        return (vec![settled], true);
    }
    let (of_items, items_exact) = open_measures(compiled, index, &waiting, Over::Evidence, items, tells_exact);
    let (of_children, children_exact) = open_measures(compiled, index, &waiting, Over::Claims, children, tells_exact);
    let mut ways = Vec::new();
    for one in &of_items {
        for other in &of_children {
            let mut way = settled.clone();
            way.extend(one.iter().chain(other).cloned());
            ways.push(way);
        }
    }
    (ways, items_exact && children_exact)
}

/// The measures of which all is known that they are made of.
pub(super) fn known_measures(compiled: &Compiled, index: &Index<'_>, items: &[&Frame], children: &[&Frame]) -> Preset {
    let mut settled = Preset::new();
    for measure in &compiled.measures {
        if let Some((slot, value)) = known(compiled, index, measure, items, children) {
            settled.insert(measure.output, (slot, Some(value)));
        }
    }
    settled
}

/// What a measure is, where all that it is made of is known.
fn known(
    compiled: &Compiled,
    index: &Index<'_>,
    measure: &CompiledMeasure,
    items: &[&Frame],
    children: &[&Frame],
) -> Option<(Slot, FactValue)> {
    let definition = &compiled.framework().measures[measure.index];
    let level = compiled.inner(measure.over);
    let frames = if measure.over == Over::Evidence { items } else { children };
    let given: Result<Vec<Option<Contribution>>, _> =
        frames.iter().map(|frame| contribution(measure, &level.diagrams, frame)).collect();
    let given: Vec<Contribution> = given.ok()?.into_iter().flatten().collect();
    let value = aggregate(definition, &WordOrder::of(index, definition), &given);
    let domain = &compiled.claims.space.get(measure.output).domain;
    Some((domain.cell(&value).map_or(Slot::Open, Slot::One), value))
}

/// What measures are in one way: their cells, and their values where these are known.
type MeasureSlots = Vec<(VariableId, (Slot, Option<FactValue>))>;

/// The ways in which measures can come out that wait for something; and, if that is told, whether these are all and no
/// more.
fn open_measures(
    compiled: &Compiled,
    index: &Index<'_>,
    waiting: &[usize],
    over: Over,
    frames: &[&Frame],
    tells_exact: bool,
) -> (Vec<MeasureSlots>, bool) {
    let waiting: Vec<usize> =
        waiting.iter().copied().filter(|position| compiled.measures[*position].over == over).collect();
    if waiting.is_empty() {
        return (vec![Vec::new()], true);
    }
    let outputs: Vec<VariableId> = waiting.iter().map(|position| compiled.measures[*position].output).collect();
    let domains: Vec<&Domain> = outputs.iter().map(|output| &compiled.claims.space.get(*output).domain).collect();
    let level = compiled.inner(over);
    // Items on which people decided are asked with their decisions in place.
    let mut uniform = true;
    let mut opaque: BTreeSet<VariableId> = BTreeSet::new();
    for (position, frame) in frames.iter().enumerate() {
        let decided = level.decisions.iter().zip(&frame.results);
        let judged: BTreeSet<VariableId> =
            decided.filter(|(_, result)| result.judged.is_some()).map(|(decision, _)| decision.output).collect();
        uniform &= position == 0 || judged == opaque;
        opaque.extend(judged);
    }
    // By their own tables decisions on items are told without what two of them hang on together.
    let contributions = match over {
        Over::Evidence => compiled.contributions(&opaque),
        Over::Claims => None,
    };
    let orders: Vec<WordOrder> = waiting.iter().map(|position| order_of(compiled, index, *position)).collect();
    let written_of = |position: usize| {
        let written = contributions.as_ref()?;
        written.asked.iter().find(|asked| asked.measure == position)
    };
    let asked: Vec<Asked<'_>> = waiting
        .iter()
        .zip(&orders)
        .map(|(position, order)| asked_by(compiled, index, *position, order, written_of(*position)))
        .collect();
    let (diagrams, legal) = match &contributions {
        Some(written) => (&written.chain.diagrams, &written.chain.legal),
        None => (&level.diagrams, &level.legal),
    };
    let mut open = Open { loose: BTreeSet::new(), exact: true };
    let given = frames.iter().map(|frame| {
        let tied = Tied::all(diagrams, legal, frame);
        ways(&asked, diagrams, &tied, frame, &mut open).map(Arc::new)
    });
    let Some(joint) = joint(&asked, &domains, given) else {
        return (vec![outputs.iter().map(|output| (*output, (Slot::Open, None))).collect()], false);
    };
    let exact = open.exact && !open.loose.iter().any(|variable| bounded_apart(&asked, *variable));
    let joint = alike_once(&compiled.claims, &outputs, joint);
    let ways = joint.into_iter().map(|slots| outputs.iter().copied().zip(slots).collect()).collect();
    let written = contributions.is_some() || over == Over::Claims;
    if !(tells_exact && exact && uniform && written) {
        return (ways, false);
    }
    // Nothing is assumed of the claims that others rest on.
    let occurs = contributions.as_ref().map_or(Diagram::TRUE, |written| written.chain.whole);
    let hanging: Vec<BTreeSet<VariableId>> =
        frames.iter().map(|frame| hanging(&asked, diagrams, occurs, frame)).collect();
    let apart = match over {
        Over::Evidence => items_apart(compiled, &hanging),
        Over::Claims => claims_apart(index, level, frames, &hanging),
    };
    (ways, apart)
}

fn measure_of(compiled: &Compiled, position: usize) -> &Measure {
    &compiled.framework().measures[compiled.measures[position].index]
}

/// The order of the words that a measure, by its position, is made of.
pub(super) fn order_of(compiled: &Compiled, index: &Index<'_>, position: usize) -> WordOrder {
    WordOrder::of(index, measure_of(compiled, position))
}

/// What a measure asks of an item: as it is written out, or by the tables of the item one by one.
pub(super) fn asked_by<'a>(
    compiled: &'a Compiled,
    index: &Index<'_>,
    position: usize,
    order: &'a WordOrder,
    written: Option<&AskedOfItems>,
) -> Asked<'a> {
    let measure = &compiled.measures[position];
    let level = compiled.inner(measure.over);
    let definition = measure_of(compiled, position);
    let local = |asked: &Option<(_, Diagram)>| asked.as_ref().map_or(Diagram::TRUE, |(_, holds)| *holds);
    let (filter, prefer, holds) = match written {
        Some(written) => (written.filter, written.prefer, written.holds),
        None => (local(&measure.filter), local(&measure.prefer), local(&measure.condition)),
    };
    let of = measure.of.map(|(variable, identity)| {
        let of = written.map_or(identity, |written| written.of);
        (of, variable, &level.space.get(variable).domain)
    });
    let scope = inner_scope(definition);
    let recorded = |variable| match index.get(scope, level.space.get(variable).name.as_str()) {
        Some(Named::Fact(_) | Named::BuiltIn(_)) => scope == Scope::Child || !compiled.shared.contains(&variable),
        _ => false,
    };
    let by_itself = measure.of.is_some_and(|(variable, _)| recorded(variable));
    Asked { measure: definition, order, filter, prefer, holds, of, by_itself }
}

/// The variables that are open in a frame and make a difference to what measures ask of it.
pub(super) fn hanging(asked: &[Asked<'_>], diagrams: &Diagrams, legal: Diagram, frame: &Frame) -> BTreeSet<VariableId> {
    let asked_of = asked.iter().flat_map(|asked| {
        let of = asked.of.map(|(of, ..)| of);
        [asked.filter, asked.prefer, asked.holds].into_iter().chain(of)
    });
    let support = |diagram| diagrams.support(diagram, &frame.inputs());
    let found: Result<Vec<_>, _> = asked_of.chain([legal]).map(support).collect();
    found.map_or_else(|_| frame.open().collect(), |found| found.into_iter().flatten().collect())
}

/// Whether what is open in items is open in each by itself.
fn items_apart(compiled: &Compiled, hanging: &[BTreeSet<VariableId>]) -> bool {
    let level = &compiled.items;
    let name = |variable: &VariableId| level.space.get(*variable).name.as_str();
    let all = || hanging.iter().flatten();
    // Items of one source were published on the same day.
    let published = all().filter(|variable| name(variable) == "published").count();
    published <= 1
        && !all().any(|variable| level.is_derived(*variable))
        && !all().any(|variable| compiled.shared.contains(variable))
}

/// Whether what is open in linked claims is one thing, known for what it can be. Two open claims
/// may hang on the same item, and two values of one claim on the same fact.
fn claims_apart(index: &Index<'_>, level: &Level, frames: &[&Frame], hanging: &[BTreeSet<VariableId>]) -> bool {
    let exact = frames.iter().zip(hanging).all(|(frame, hanging)| frame.exact || hanging.is_empty());
    let by_itself = |variable: &VariableId| {
        let name = level.space.get(*variable).name.as_str();
        name != "as-of" && !matches!(index.get(Scope::Child, name), Some(Named::Derived(_)))
    };
    let mut all = hanging.iter().flatten();
    exact && all.clone().count() <= 1 && all.all(by_itself)
}

/// Ways that differ in nothing that matters to decisions, put together: of a measure of which nothing is computed it
/// matters only in which cell it is.
fn alike_once(level: &Level, outputs: &[VariableId], ways: Joint) -> Joint {
    let computed: Vec<bool> = outputs.iter().map(|output| level.computes_with(*output)).collect();
    let mut distinct = Joint::new();
    let mut places: HashMap<Vec<(Slot, Option<FactValue>)>, usize> = HashMap::default();
    for way in ways {
        let told = way.iter().zip(&computed);
        let told = told.map(|((slot, value), computed)| (slot.clone(), value.clone().filter(|_| *computed)));
        let place = *places.entry(told.collect()).or_insert(distinct.len());
        match distinct.get_mut(place) {
            None => distinct.push(way),
            Some(same) => {
                let values = same.iter_mut().zip(way);
                values.filter(|((_, one), (_, other))| one != other).for_each(|((_, one), _)| *one = None);
            }
        }
    }
    distinct
}

/// The frame of a claim whose measures can be in several ways: what is possible in any of them.
pub(crate) fn evaluate_ways(
    evaluator: &Evaluator<'_>,
    facts: &dyn Lookup,
    ways: &[Preset],
    judged: &dyn Fn(&Name) -> Option<Word>,
) -> Frame {
    let base = evaluator.base(facts, &Preset::new());
    let whole = evaluator.evaluate_ways(&base, ways, judged);
    whole.unwrap_or_else(|| evaluator.evaluate(facts, &Preset::new(), judged))
}
