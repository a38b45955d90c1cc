//! Reachability: for each value of a decision a smallest set of facts that gives it, whatever the others are.
//!
//! What is not stated is missing, as in an example: a fact that has a default is what the default says, and a
//! rule that asks whether something is missing finds it so. (A shortest implicant: Quine 1952; found on the
//! diagrams, as in Coudert and Madre 1992.)

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

use super::shown::literal;
use super::world::World;
use crate::compile::Compiled;
use crate::compile::diagram::{Cells, Diagram, HashMap, TooLarge, VariableId};
use crate::compile::space::{Role, Space};
use crate::framework::Decision;
use crate::framework::names::{Index, Named, Scope};
use crate::name::{Name, Word};
use crate::value::Unknown;

/// How a value is reached.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Reached {
    /// The value of the result.
    pub value: Word,
    /// Few facts, measures and decisions that give it by the rules, each with a value as a file says it; none of
    /// them can be left out. Nothing if the rules never give it.
    pub facts: Option<Vec<(Name, String)>>,
    /// Whether it is certain that no fewer give it.
    pub fewest: bool,
    /// Whether it took more steps than are allowed to tell.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_decided: bool,
}

/// How many states of the search for fewer facts are looked at for each value, and how much work it may take.
const MOST_STATES: usize = 20_000;
const MOST_WORK: usize = 1 << 18;

/// For each value of the result, the levels first and then the outcomes, a smallest set of facts that gives it
/// when nobody has judged anything. A framework without a result has none.
///
/// ```
/// use evigrade::{Compiled, Frameworks, check};
///
/// let frameworks = Frameworks::built_in();
/// let icd = Compiled::new(frameworks.find("icd-203")?)?;
/// assert!(check::reach(&icd).iter().all(|reached| reached.facts.is_some()));
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[must_use]
pub fn reach(compiled: &Compiled) -> Vec<Reached> {
    let Some(decision) = compiled.framework().result_decision() else { return Vec::new() };
    let level = compiled.level(decision.on);
    let position = level.space.value_of(decision.name.as_str()).and_then(|variable| level.position_of(variable));
    let world = position.and_then(|position| {
        World::new(compiled, decision.on, BTreeSet::new(), &BTreeSet::from([position]))
            .ok()
            .map(|world| (position, world))
    });
    let Some((position, mut world)) = world else {
        let undecided = |value: &Word| Reached { value: value.clone(), facts: None, fewest: false, not_decided: true };
        return decision.all_values().map(undecided).collect();
    };
    let unstated = unstated(compiled, decision, &level.space);
    decision
        .all_values()
        .enumerate()
        .map(|(cell, value)| {
            let found = of_value(&mut world, position, cell as u32, &unstated);
            let not_decided = found.is_err();
            let found = found.ok().flatten();
            let facts = found.as_ref().map(|(way, _)| told(&level.space, way));
            Reached { value: value.clone(), facts, fewest: found.is_some_and(|(_, fewest)| fewest), not_decided }
        })
        .collect()
}

/// An example that shows how a value is reached, to be copied into a framework file.
#[must_use]
pub fn example(framework: &Arc<crate::Framework>, reached: &Reached) -> Option<String> {
    let facts = reached.facts.as_ref()?;
    let result = framework.result.as_ref()?;
    let mut text = format!("[[example]]\nid = \"reaches-{}\"\n", reached.value);
    // A name of a used framework holds a dot, which nests in TOML as the names do.
    let given: Vec<String> = facts.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if !given.is_empty() {
        // Writing to text does not fail.
        let _ = writeln!(text, "given = {{ {} }}", given.join(", "));
    }
    let _ = writeln!(text, "expect = {{ {result} = \"{}\" }}", reached.value);
    Some(text)
}

/// What each variable is when nothing is stated of it: one cell, or any.
fn unstated(compiled: &Compiled, decision: &Decision, space: &Space) -> BTreeMap<VariableId, u16> {
    let index = Index::new(compiled.framework());
    let scope = Scope::of(decision.on);
    let mut known = BTreeMap::new();
    for (id, variable) in space.iter() {
        let default = match index.get(scope, variable.name.as_str()) {
            Some(Named::Fact(fact)) => fact.default.clone().and_then(|value| variable.domain.cell(&value.into())),
            _ => None,
        };
        let missing = variable.domain.unknown_cell(Unknown::Missing).filter(|_| variable.role == Role::Closed);
        if let Some(cell) = default.or(missing) {
            known.insert(id, cell);
        }
    }
    known
}

/// Facts that give a value, and whether it is certain that no fewer do.
type Found = (Stated, bool);

/// What is stated: by name the cell, the same for those that ask whether it is missing.
type Stated = BTreeMap<Name, u16>;

fn of_value(
    world: &mut World<'_>,
    position: usize,
    value: u32,
    unstated: &BTreeMap<VariableId, u16>,
) -> Result<Option<Found>, TooLarge> {
    let given = world.chain.values[position].ok_or(TooLarge)?;
    world.chain.diagrams.allow_work(super::world::MOST_WORK);
    let region = world.where_it_is(given, value)?;
    // What nobody states is as it is when nobody does; only what can be so then is looked at first.
    let Some(way) = world.chain.diagrams.shortest_way(region, Diagram::TRUE) else { return Ok(None) };
    // It has to come out for all that can occur with what is stated, and something has to.
    let occurs = world.occurs;
    let given = world.chain.diagrams.map(given, &mut |known| u32::from(known == value))?;
    let always = world.chain.diagrams.choose(occurs, given, Diagram::TRUE)?;
    let space = &world.level.space;
    let enough = |stated: &Stated| {
        let cell =
            |variable: VariableId| stated.get(&space.get(variable).name).or_else(|| unstated.get(&variable)).copied();
        let inputs = |variable: VariableId| cell(variable).map_or(Cells::Any, Cells::One);
        let diagrams = &world.chain.diagrams;
        !diagrams.possible(always, &inputs).contains(&0) && diagrams.possible(occurs, &inputs).contains(&1)
    };
    let mut stated = by_name(space, &way);
    if !enough(&stated) {
        // It hangs on what a fact would be that has to be missing: no statement of facts makes that certain.
        return Err(TooLarge);
    }
    let names: Vec<Name> = stated.keys().rev().cloned().collect();
    for name in names {
        let Some(cell) = stated.remove(&name) else { continue };
        if !enough(&stated) {
            stated.insert(name, cell);
        }
    }
    world.chain.diagrams.allow_work(MOST_WORK);
    let mut search = Search { world, unstated, failed: HashMap::default(), left: MOST_STATES };
    for most in 0..stated.len() {
        let mut fewer = BTreeMap::new();
        match search.follow(always, occurs, most, &mut fewer) {
            Ok(true) => return Ok(Some((by_name(search.space(), &fewer), true))),
            Ok(false) => {}
            Err(TooLarge) => return Ok(Some((stated, false))),
        }
    }
    Ok(Some((stated, true)))
}

struct Search<'s, 'c> {
    world: &'s mut World<'c>,
    unstated: &'s BTreeMap<VariableId, u16>,
    /// How many facts are known not to be enough from here.
    failed: HashMap<(Diagram, Diagram), usize>,
    left: usize,
}

impl<'c> Search<'_, 'c> {
    const fn space(&self) -> &'c Space {
        &self.world.level.space
    }

    /// Whether a variable is the value of what is also asked whether it is missing: stating it is stating that.
    fn is_told_before(&self, variable: VariableId) -> bool {
        let told = self.space().get(variable);
        told.role == Role::Value && self.space().closed_of(told.name.as_str()).is_some()
    }

    /// Whether stating at most so many facts is enough to make `always` certain where `occurs` is possible.
    fn follow(
        &mut self,
        always: Diagram,
        occurs: Diagram,
        most: usize,
        stated: &mut BTreeMap<VariableId, u16>,
    ) -> Result<bool, TooLarge> {
        if always == Diagram::FALSE || occurs == Diagram::FALSE {
            return Ok(false);
        }
        if always == Diagram::TRUE {
            let inputs =
                |variable: VariableId| self.unstated.get(&variable).map_or(Cells::Any, |cell| Cells::One(*cell));
            if self.world.chain.diagrams.possible(occurs, &inputs).contains(&1) {
                return Ok(true);
            }
            // What nobody states cannot occur: something has to be stated for that alone.
        }
        if self.failed.get(&(always, occurs)).is_some_and(|failed| *failed >= most) {
            return Ok(false);
        }
        self.left = self.left.checked_sub(1).ok_or(TooLarge)?;
        let diagrams = &mut self.world.chain.diagrams;
        let Some((variable, cells)) = diagrams.first_variable(&[always, occurs]) else { return Ok(false) };
        let at = |diagrams: &crate::compile::diagram::Diagrams, cell: usize| {
            (diagrams.follow(always, variable, cell), diagrams.follow(occurs, variable, cell))
        };
        let (rest_always, rest_occurs) = match self.unstated.get(&variable) {
            Some(cell) => at(diagrams, usize::from(*cell)),
            None => {
                let mut all = (Diagram::TRUE, Diagram::FALSE);
                for cell in 0..cells {
                    let (always, occurs) = at(diagrams, cell);
                    all = (diagrams.and(all.0, always)?, diagrams.or(all.1, occurs)?);
                }
                all
            }
        };
        if self.follow(rest_always, rest_occurs, most, stated)? {
            return Ok(true);
        }
        if let Some(fewer) = most.checked_sub(1).filter(|_| !self.is_told_before(variable)) {
            for cell in 0..cells {
                let (always, occurs) = at(&self.world.chain.diagrams, cell);
                if self.follow(always, occurs, fewer, stated)? {
                    stated.insert(variable, u16::try_from(cell).map_err(|_| TooLarge)?);
                    return Ok(true);
                }
            }
        }
        self.failed.insert((always, occurs), most);
        Ok(false)
    }
}

/// A way by names. What has to be missing is left out.
fn by_name(space: &Space, way: &BTreeMap<VariableId, u16>) -> Stated {
    let missing = |id: &VariableId| {
        let variable = space.get(*id);
        way.get(id).copied() == variable.domain.unknown_cell(Unknown::Missing) && variable.role == Role::Closed
    };
    let absent: BTreeSet<&Name> = way.keys().filter(|id| missing(id)).map(|id| &space.get(*id).name).collect();
    let stated = way.iter().map(|(id, cell)| (&space.get(*id).name, *cell));
    stated.filter(|(name, _)| !absent.contains(name)).map(|(name, cell)| (name.clone(), cell)).collect()
}

/// What is stated, in the order of the level, as a file says it.
fn told(space: &Space, stated: &Stated) -> Vec<(Name, String)> {
    let values = space.iter().filter(|(_, variable)| variable.role == Role::Value);
    let told = values.filter_map(|(_, variable)| {
        let value = literal(&variable.domain, *stated.get(&variable.name)?)?;
        Some((variable.name.clone(), value))
    });
    told.collect()
}
