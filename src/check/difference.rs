//! Equivalence and difference: whether two frameworks give the same for the same facts, and where not.
//!
//! Both are written out over facts and measures and carried over to one store. Equal diagrams are the same
//! function; where they differ, the boxes of facts are told, with what each of the two gives. Where items are
//! counted, it is also held that both count the same items.

mod joint;
mod measures;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use self::joint::{Joint, Side};
use super::boxes::cover;
use super::shown::shown_box;
use super::world::{World, judgeable};
use crate::compile::Compiled;
use crate::compile::diagram::{Diagram, Diagrams, TooLarge, VariableId};
use crate::document::shape::Subject;
use crate::framework::{Decision, Framework};
use crate::name::{FrameworkId, Name};

/// How many steps of work two diagrams may take together.
const MOST_WORK: usize = 1 << 23;
/// How many boxes are told for each change.
const MOST_BOXES: usize = 12;

/// How two frameworks differ.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The one.
    pub old: FrameworkId,
    /// The other.
    pub new: FrameworkId,
    /// What comes out otherwise, by decision.
    pub changes: Vec<Change>,
    /// What else is otherwise, a sentence each: claims that one leaves alone, measures that are made otherwise,
    /// facts that only one knows, assumptions.
    pub otherwise: Vec<String>,
    /// What could not be told within the steps that are allowed.
    pub not_decided: Vec<String>,
}

impl Difference {
    /// Whether it is proved that both give the same for the same facts.
    #[must_use]
    pub fn same(&self) -> bool {
        self.changes.is_empty() && self.otherwise.is_empty() && self.not_decided.is_empty()
    }
}

/// Facts for which a decision comes out otherwise.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The decision of the one, and of the other.
    pub decision: Name,
    /// Whether people have judged what they may; otherwise it is by the rules alone.
    pub judged: bool,
    /// What the one gives.
    pub old: String,
    /// What the other gives.
    pub new: String,
    /// When: each a box of facts; together they are all such facts.
    pub when: Vec<String>,
    /// How many more boxes there are.
    pub more: usize,
    /// Whether it is certain that fewer boxes could not tell it.
    pub fewest: bool,
}

/// Holds two frameworks against each other: their results, their directions, the outputs that both have, what they
/// leave alone and what they assume.
///
/// ```
/// use evigrade::{Compiled, Frameworks, check};
///
/// let frameworks = Frameworks::built_in();
/// let classic = Compiled::new(frameworks.find("grade-classic")?)?;
/// assert!(check::difference(&classic, &classic).same());
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[must_use]
pub fn difference(old: &Compiled, new: &Compiled) -> Difference {
    let mut found = Difference {
        old: old.framework().id.clone(),
        new: new.framework().id.clone(),
        changes: Vec::new(),
        otherwise: Vec::new(),
        not_decided: Vec::new(),
    };
    let pairs = pairs(old, new, &mut found.otherwise);
    declared(old.framework(), new.framework(), &mut found.otherwise);
    let mut assumed = BTreeSet::new();
    for pair in pairs {
        for judged in [false, true] {
            let before = found.changes.len();
            if compare(old, new, pair, judged, &mut assumed, &mut found).is_err() {
                let how = if judged { "as people may judge" } else { "by the rules" };
                found.not_decided.push(format!("whether `{}` comes out the same {how}", pair.0.name));
            }
            // What differs by the rules need not be told again.
            if found.changes.len() > before {
                break;
            }
        }
    }
    if old.framework().result_decision().is_some_and(|result| result.on == Subject::Claim) {
        measures::compare(old, new, &mut found);
    }
    found.otherwise.sort();
    found.otherwise.dedup();
    found
}

/// The decisions that are held against each other: those whose values are part of the result, and those that claims
/// are asked by the claims that rest on them; where neither framework has a result, all.
fn pairs<'f>(old: &'f Compiled, new: &'f Compiled, otherwise: &mut Vec<String>) -> Vec<(&'f Decision, &'f Decision)> {
    let (one, other) = (old.framework(), new.framework());
    let mut pairs: Vec<(&Decision, &Decision)> = Vec::new();
    let mut pair = |what: &str, old: Option<&'f Decision>, new: Option<&'f Decision>| match (old, new) {
        (Some(old), Some(new)) if old.on == new.on => {
            if !pairs.iter().any(|(known, also)| known.name == old.name && also.name == new.name) {
                pairs.push((old, new));
            }
        }
        (None, None) => {}
        (old, _) => {
            let has = if old.is_some() { &one.id } else { &other.id };
            otherwise.push(format!("only `{has}` has {what}"));
        }
    };
    pair("a result", one.result_decision(), other.result_decision());
    let direction = |framework: &'f Framework| framework.decision(framework.direction.as_ref()?.as_str());
    pair("a direction", direction(one), direction(other));
    let mut names: BTreeSet<&str> = one.outputs.iter().chain(&other.outputs).map(Name::as_str).collect();
    if one.result.is_none() && other.result.is_none() {
        names.extend(one.own_decisions().chain(other.own_decisions()));
    }
    for name in names {
        pair(&format!("the decision `{name}` to tell"), one.decision(name), other.decision(name));
    }
    let asked = |compiled: &'f Compiled| {
        let positions = compiled.outcomes.iter().map(|position| compiled.claims.decisions[*position].index);
        positions.map(|index| &compiled.framework().decisions[index]).collect::<Vec<_>>()
    };
    for decision in asked(old) {
        // Where the other does not ask it, its measures differ, and that is told.
        if let Some(same) = asked(new).into_iter().find(|known| known.name == decision.name) {
            pair("", Some(decision), Some(same));
        }
    }
    pairs
}

/// What facts are, and what people may judge.
fn declared(old: &Framework, new: &Framework, otherwise: &mut Vec<String>) {
    for fact in &old.facts {
        let same = new.fact(fact.name.as_str());
        if same.is_some_and(|same| same.default != fact.default) {
            otherwise.push(format!("the fact `{}` has another default", fact.name));
        }
    }
    for decision in &old.decisions {
        let Some(same) = new.decision(decision.name.as_str()).filter(|same| same.judgement != decision.judgement)
        else {
            continue;
        };
        otherwise.push(format!("`{}` is judged under other terms", same.name));
    }
}

fn compare(
    old: &Compiled,
    new: &Compiled,
    (one, other): (&Decision, &Decision),
    judged: bool,
    assumed: &mut BTreeSet<String>,
    found: &mut Difference,
) -> Result<(), TooLarge> {
    let on = one.on;
    let position = |compiled: &Compiled, decision: &Decision| {
        let level = compiled.level(on);
        level.space.value_of(decision.name.as_str()).and_then(|variable| level.position_of(variable)).ok_or(TooLarge)
    };
    let targets = [position(old, one)?, position(new, other)?];
    let opaque =
        if judged { both_judged(old, new, on, &[&one.name, &other.name]) } else { [BTreeSet::new(), BTreeSet::new()] };
    if judged && opaque[0].is_empty() {
        return Ok(());
    }
    let [old_opaque, new_opaque] = opaque;
    let worlds = [
        World::new(old, on, old_opaque, &BTreeSet::from([targets[0]]))?,
        World::new(new, on, new_opaque, &BTreeSet::from([targets[1]]))?,
    ];
    let mut values = [Diagram::FALSE; 2];
    for ((value, world), target) in values.iter_mut().zip(&worlds).zip(targets) {
        *value = world.chain.values[target].ok_or(TooLarge)?;
    }
    let read = [0, 1].map(|side| {
        let diagrams: &Diagrams = &worlds[side].chain.diagrams;
        let mut read = diagrams.variables(worlds[side].occurs);
        read.extend(diagrams.variables(worlds[side].chain.whole));
        read.extend(diagrams.variables(values[side]));
        read
    });
    let spaces = [&worlds[0].level.space, &worlds[1].level.space];
    let mut joint = Joint::new(spaces, [&read[0], &read[1]], MOST_WORK)?;
    for (_, what) in &joint.only_one {
        found.otherwise.push(format!("only one of them can be told {what}"));
    }
    let told = [joint.can_be_told(Side::Old)?, joint.can_be_told(Side::New)?];
    let told = joint.diagrams.and(told[0], told[1])?;
    let mut carried = [(Diagram::FALSE, Diagram::FALSE); 2];
    for (side, world) in [(Side::Old, &worlds[0]), (Side::New, &worlds[1])] {
        let occurs = joint.carry(side, &world.chain.diagrams, world.occurs)?;
        carried[side as usize] = (occurs, joint.carry(side, &world.chain.diagrams, values[side as usize])?);
    }
    if !judged {
        // What asks whether something is missing is no assumption.
        let legal = [
            joint.carry(Side::Old, &worlds[0].chain.diagrams, worlds[0].chain.whole)?,
            joint.carry(Side::New, &worlds[1].chain.diagrams, worlds[1].chain.whole)?,
        ];
        only_assumed(&mut joint, told, legal, assumed, found)?;
    }
    let both = joint.diagrams.and(carried[0].0, carried[1].0)?;
    let both = joint.diagrams.and(both, told)?;
    let mut kinds: Vec<(String, String)> = Vec::new();
    let differs = joint.diagrams.apply(&[both, carried[0].1, carried[1].1], |parts| {
        if parts[0] == Diagram::FALSE {
            return Some(Diagram::FALSE);
        }
        let (_, old, new) = (parts[0].value()?, parts[1].value()?, parts[2].value()?);
        let kind = (worlds[0].shown_value(targets[0], old), worlds[1].shown_value(targets[1], new));
        if kind.0 == kind.1 {
            return Some(Diagram::FALSE);
        }
        let position = kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
            kinds.push(kind);
            kinds.len() - 1
        });
        Some(Diagram::leaf(position as u32 + 1))
    })?;
    for (position, (old, new)) in kinds.into_iter().enumerate() {
        let region = joint.diagrams.map(differs, &mut |kind| u32::from(kind == position as u32 + 1))?;
        let Told { when, more, fewest } = told_boxes(&mut joint, region, both)?;
        found.changes.push(Change { decision: one.name.clone(), judged, old, new, when, more, fewest });
    }
    Ok(())
}

/// Boxes as people read them.
struct Told {
    when: Vec<String>,
    more: usize,
    fewest: bool,
}

impl Told {
    /// All of it in a sentence.
    fn sentence(&self) -> String {
        let rest = if self.more > 0 { format!("; and {} more such places", self.more) } else { String::new() };
        format!("{}{rest}", self.when.join("; or "))
    }
}

/// A region as boxes that people read.
fn told_boxes(joint: &mut Joint, region: Diagram, both: Diagram) -> Result<Told, TooLarge> {
    let free = joint.diagrams.not(both)?;
    let Joint { space, diagrams, .. } = joint;
    let cells = |variable: VariableId| space.get(variable).domain.cells();
    let cover = cover(diagrams, region, free, &cells)?;
    let when: Vec<String> = cover.boxes.iter().take(MOST_BOXES).map(|one| shown_box(space, one)).collect();
    Ok(Told { when, more: cover.boxes.len().saturating_sub(MOST_BOXES), fewest: cover.fewest })
}

/// What one of the two takes to be impossible and the other does not; each told once.
fn only_assumed(
    joint: &mut Joint,
    told: Diagram,
    occurs: [Diagram; 2],
    assumed: &mut BTreeSet<String>,
    found: &mut Difference,
) -> Result<(), TooLarge> {
    let ids = [found.old.clone(), found.new.clone()];
    for (side, id) in ids.iter().enumerate() {
        let never = joint.diagrams.not(occurs[side])?;
        let only = joint.diagrams.and(never, occurs[1 - side])?;
        let only = joint.diagrams.and(only, told)?;
        if only != Diagram::FALSE {
            let told = told_boxes(joint, only, Diagram::TRUE)?;
            let line = format!("only `{id}` takes to be impossible: {}", told.sentence());
            if assumed.insert(line.clone()) {
                found.otherwise.push(line);
            }
        }
    }
    Ok(())
}

/// The decisions that people may judge in both, by name, save those that are compared.
fn both_judged(old: &Compiled, new: &Compiled, on: Subject, compared: &[&Name]) -> [BTreeSet<VariableId>; 2] {
    let names = |compiled: &Compiled| -> BTreeMap<Name, VariableId> {
        let judged = judgeable(compiled, on);
        judged.into_iter().map(|id| (compiled.level(on).space.get(id).name.clone(), id)).collect()
    };
    let (old, new) = (names(old), names(new));
    let shared = |mine: &BTreeMap<Name, VariableId>, others: &BTreeMap<Name, VariableId>| {
        let both = mine.iter().filter(|(name, _)| others.contains_key(*name) && !compared.contains(name));
        both.map(|(_, id)| *id).collect()
    };
    [shared(&old, &new), shared(&new, &old)]
}
