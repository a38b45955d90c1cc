//! Monotonicity: whether better evidence can lower a decision.
//!
//! A fact, a measure or a decision is followed from each of its values to each better one while everything
//! else stays as it is; what comes of both is compared for all that can occur at once, on the diagrams. A
//! fact of items is followed through the measures that count its item: see [`items`]; what is asked after a
//! step and not before it, or the other way round: see [`questions`].

mod items;
mod questions;

use std::collections::{BTreeMap, BTreeSet};

use super::world::{MOST_WORK, World, judgeable};
use crate::compile::Compiled;
use crate::compile::diagram::{Cells, Diagram, TooLarge, VariableId};
use crate::compile::formula::{Compiler, Formula, closed};
use crate::compile::level::Level;
use crate::compile::space::{Domain, Known};
use crate::document::shape::Subject;
use crate::framework::names::{Index, Named, Scope};
use crate::framework::{Condition, Decision, Towards};
use crate::name::Name;
use crate::vocabulary::{BetterEnd, FactType};

/// What was found of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It never lowers the decision.
    Holds,
    /// It can, as in this pair.
    Fails(Pair),
    /// Neither was shown, for this reason.
    NotDecided(String),
}

/// Two bodies of facts that differ in one step for the better, of which the better one is graded lower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// What the one says of what differs, and what comes out.
    pub(crate) worse: (String, String),
    /// What the other says of it, and what comes out.
    pub(crate) better: (String, String),
    /// What both say; nothing if it does not matter.
    pub(crate) both: Option<String>,
}

/// How many ways in which measures can move together are looked at.
const MOST_MOVES: usize = 4096;

/// Follows names to decisions of a framework; what it writes out for one is kept for the next.
pub(crate) struct Follower<'c> {
    compiled: &'c Compiled,
    index: Index<'c>,
    /// Decisions written out, by their position and by what is judged.
    worlds: BTreeMap<(Subject, usize, BTreeSet<VariableId>), Result<World<'c>, TooLarge>>,
    /// What items are to the measures that a decision on claims reads, by what is judged of them.
    moves: BTreeMap<(usize, BTreeSet<VariableId>), Result<Option<items::Moves<'c>>, TooLarge>>,
    closures: BTreeMap<(Scope, Name), BTreeSet<(Scope, Name)>>,
}

impl<'c> Follower<'c> {
    pub(crate) fn new(compiled: &'c Compiled) -> Self {
        let index = Index::new(compiled.framework());
        Self { compiled, index, worlds: BTreeMap::new(), moves: BTreeMap::new(), closures: BTreeMap::new() }
    }

    /// Whether a step of `name` towards the better never lowers the decision, where a condition on facts holds.
    pub(crate) fn follow(
        &mut self,
        decision: &Decision,
        name: &Name,
        towards: Towards,
        only_where: Option<&Condition>,
    ) -> Verdict {
        let scope = Scope::of(decision.on);
        let of_items = decision.on == Subject::Claim
            && matches!(self.index.get(scope, name.as_str()), Some(Named::Parameter(_)) | None);
        let at = if of_items { Scope::Link } else { scope };
        let level = self.compiled.level(if of_items { Subject::Link } else { decision.on });
        for test in only_where.into_iter().flat_map(Condition::tests) {
            let fact = matches!(self.index.get(at, test.name.as_str()), Some(Named::Fact(_) | Named::BuiltIn(_)));
            if !fact || level.space.value_of(test.name.as_str()).is_none() {
                return Verdict::NotDecided(format!("`{}` is no fact that a rule reads there", test.name));
            }
        }
        let only_where = only_where.map(|condition| {
            let closed = closed([condition]);
            let (index, parameters, space) = (&self.index, self.compiled.shared_parameters(), &level.space);
            Compiler { index, scope: at, parameters, space, closed: &closed }.formula(condition)
        });
        let followed = if of_items {
            self.of_items(decision, name, towards, only_where.as_ref())
        } else {
            self.at_its_level(decision, name, towards, only_where.as_ref())
        };
        followed.unwrap_or_else(|TooLarge| Verdict::NotDecided("it takes more steps than are allowed".to_owned()))
    }

    /// What is to be followed from a name of a level to a decision, or why it cannot be.
    fn path(&mut self, decision: &Decision, from: Subject, name: &Name, towards: Towards) -> Result<Path, String> {
        let (level, end, scope) = (self.compiled.level(from), self.compiled.level(decision.on), Scope::of(from));
        let followed = level.space.value_of(name.as_str());
        let target = end.space.value_of(decision.name.as_str()).and_then(|variable| end.position_of(variable));
        let (Some(followed), Some(target)) = (followed, target) else {
            return Err(format!("no rule reads `{name}`"));
        };
        if let Some(way) = self.roundabout(decision, scope, name) {
            return Err(format!("`{way}` is made of `{name}`, and is not followed"));
        }
        let steps = steps(&self.index, scope, name, &level.space.get(followed).domain, towards)
            .ok_or_else(|| format!("`{name}` has no better end: state `more` or `less`"))?;
        let places = level.space.closed_of(name.as_str()).into_iter().chain([followed]).collect();
        Ok(Path { followed, target, steps, places })
    }

    fn at_its_level(
        &mut self,
        decision: &Decision,
        name: &Name,
        towards: Towards,
        only_where: Option<&Formula>,
    ) -> Result<Verdict, TooLarge> {
        let on = decision.on;
        let level = self.compiled.level(on);
        let Path { followed, target, steps, places } = match self.path(decision, on, name, towards) {
            Ok(path) => path,
            Err(reason) => return Ok(Verdict::NotDecided(reason)),
        };
        let ranks = Ranks::of(level, target, decision);
        let questions = questions::opened_by(self.compiled.framework(), level, name);
        for judged in self.judged(decision, target, followed) {
            let world = self.world(on, target, judged)?;
            let value = world.chain.values[target].ok_or(TooLarge)?;
            let here = only_where.map_or(Ok(Diagram::TRUE), |formula| formula.diagram(&mut world.chain.diagrams))?;
            let here = world.chain.diagrams.and(here, world.occurs)?;
            let ever = if questions.is_empty() {
                ever_lowered(world, (value, here), &ranks, &places, &steps)?
            } else {
                questions::ever_lowered(world, (value, here), &ranks, &places, &steps, &questions)?
            };
            if !ever {
                continue;
            }
            for (from, to) in &steps {
                let at = |cell: u16| places.iter().map(|place| (*place, cell)).collect::<BTreeMap<_, _>>();
                let step = (at(*from), at(*to));
                let found = if questions.is_empty() {
                    let way = lowered(world, (value, here), &ranks, &step.0, &step.1)?;
                    way.map(|both| Apart { worse: step.0, better: step.1, both })
                } else {
                    questions::lowered(world, (value, here), &ranks, step, &questions)?
                };
                if let Some(apart) = found {
                    return Ok(Verdict::Fails(apart.pair(world, target, value)));
                }
            }
        }
        Ok(Verdict::Holds)
    }

    /// What else is judged while a name is followed: of a fact nothing. Of a decision everything that people may
    /// judge, whose values then stay as they are; and, where some of that is made of the decision, once more with
    /// that left to the rules, which follow it.
    fn judged(&mut self, decision: &Decision, target: usize, followed: VariableId) -> Vec<BTreeSet<VariableId>> {
        let (compiled, on) = (self.compiled, decision.on);
        let level = compiled.level(on);
        if level.position_of(followed).is_none() {
            return vec![BTreeSet::new()];
        }
        let mut all = judgeable(compiled, on);
        all.insert(followed);
        all.remove(&level.decisions[target].output);
        let scope = Scope::of(on);
        let name = &level.space.get(followed).name;
        let mut follows =
            |id: &VariableId| *id != followed && self.is_made_of(scope, &level.space.get(*id).name, scope, name);
        let following: BTreeSet<VariableId> = all.iter().copied().filter(|id| follows(id)).collect();
        if following.is_empty() {
            return vec![all];
        }
        let rest = all.difference(&following).copied().collect();
        vec![all, rest]
    }

    /// A decision written out.
    fn world(&mut self, on: Subject, target: usize, judged: BTreeSet<VariableId>) -> Result<&mut World<'c>, TooLarge> {
        let compiled = self.compiled;
        let world = self
            .worlds
            .entry((on, target, judged.clone()))
            .or_insert_with(|| World::new(compiled, on, judged, &BTreeSet::from([target])));
        let world = world.as_mut().map_err(|TooLarge| TooLarge)?;
        world.chain.diagrams.allow_work(MOST_WORK);
        Ok(world)
    }

    /// A measure or derived value on the way to the decision that is made of a name, if there is one: what
    /// comes of a step there is not followed.
    fn roundabout(&mut self, decision: &Decision, at: Scope, name: &Name) -> Option<Name> {
        let reached = self.closure(Scope::of(decision.on), &decision.name).clone();
        for (scope, made) in reached {
            let computed = match self.index.get(scope, made.as_str()) {
                Some(Named::Derived(_)) => true,
                // Items are followed through measures.
                Some(Named::Measure(_)) => at == Scope::of(decision.on),
                _ => false,
            };
            if computed && made != *name && self.is_made_of(scope, &made, at, name) {
                return Some(made);
            }
        }
        None
    }

    /// Whether something is made of what a name stands for in a scope; items see the facts of their claim.
    fn is_made_of(&mut self, scope: Scope, made: &Name, of_scope: Scope, of: &Name) -> bool {
        let at: Vec<Scope> =
            self.closure(scope, made).iter().filter(|(_, name)| name == of).map(|(at, _)| *at).collect();
        let is_fact = |at: Scope| matches!(self.index.get(at, of.as_str()), Some(Named::Fact(_)));
        at.into_iter().any(|at| at == of_scope || is_fact(at) && is_fact(of_scope))
    }

    /// What a name is made of, at whatever remove.
    fn closure(&mut self, scope: Scope, name: &Name) -> &BTreeSet<(Scope, Name)> {
        let index = &self.index;
        self.closures.entry((scope, name.clone())).or_insert_with(|| index.made_of(scope, name))
    }
}

/// Whether some step lowers a decision. All steps are looked at in one go, which is much less work than one by one.
fn ever_lowered(
    world: &mut World<'_>,
    (value, occurs): (Diagram, Diagram),
    ranks: &Ranks,
    places: &[VariableId],
    steps: &[(u16, u16)],
) -> Result<bool, TooLarge> {
    let diagrams = &mut world.chain.diagrams;
    let cells = steps.iter().map(|(from, to)| from.max(to) + 1).max().unwrap_or(0);
    let mut parts = Vec::with_capacity(usize::from(cells) * 2);
    for diagram in [value, occurs] {
        for cell in 0..cells {
            parts.push(diagrams.fix(diagram, &|variable| places.contains(&variable).then_some(cell))?);
        }
    }
    let worse = diagrams.apply(&parts, |parts| {
        let (values, occurs) = parts.split_at(parts.len() / 2);
        let can_be = |cell: usize| occurs[cell] != Diagram::FALSE;
        let mut possible = (0..values.len()).filter(|cell| can_be(*cell)).map(|cell| values[cell]);
        let first = possible.next();
        if possible.all(|value| Some(value) == first) {
            return Some(Diagram::FALSE);
        }
        let mut undecided = false;
        for (from, to) in steps.iter().map(|(from, to)| (usize::from(*from), usize::from(*to))) {
            if values[from] == values[to] || !can_be(from) || !can_be(to) {
                continue;
            }
            let (Some(before), Some(after)) = (values[from].value(), values[to].value()) else {
                undecided = true;
                continue;
            };
            if !ranks.falls(before, after) {
                continue;
            }
            if occurs[from] == Diagram::TRUE && occurs[to] == Diagram::TRUE {
                return Some(Diagram::TRUE);
            }
            undecided = true;
        }
        if undecided { None } else { Some(Diagram::FALSE) }
    })?;
    Ok(worse != Diagram::FALSE)
}

/// What is followed, and to which decision.
struct Path {
    followed: VariableId,
    /// The place of the decision at its level.
    target: usize,
    steps: Vec<(u16, u16)>,
    /// The variables of the name: what asks whether it is missing reads it under another one.
    places: Vec<VariableId>,
}

/// Where a decision is lower after a step than before it, as far as both can occur: the rest of the facts, as far
/// as they matter.
fn lowered(
    world: &mut World<'_>,
    (value, occurs): (Diagram, Diagram),
    ranks: &Ranks,
    from: &BTreeMap<VariableId, u16>,
    to: &BTreeMap<VariableId, u16>,
) -> Result<Option<BTreeMap<VariableId, u16>>, TooLarge> {
    let diagrams = &mut world.chain.diagrams;
    let mut at = |diagram: Diagram, cells: &BTreeMap<VariableId, u16>| {
        diagrams.fix(diagram, &|variable| cells.get(&variable).copied())
    };
    let parts = [at(value, from)?, at(value, to)?, at(occurs, from)?, at(occurs, to)?];
    let worse = diagrams.apply(&parts, |parts| {
        let (before, after) = (parts[0], parts[1]);
        if before == after || parts[2] == Diagram::FALSE || parts[3] == Diagram::FALSE {
            return Some(Diagram::FALSE);
        }
        if !ranks.falls(before.value()?, after.value()?) {
            return Some(Diagram::FALSE);
        }
        (parts[2].value()? == 1 && parts[3].value()? == 1).then_some(Diagram::TRUE)
    })?;
    Ok(diagrams.shortest_way(worse, Diagram::TRUE))
}

/// Two bodies of facts, as cells of their variables.
struct Apart {
    /// What is so in the worse one alone.
    worse: BTreeMap<VariableId, u16>,
    /// What is so in the better one alone.
    better: BTreeMap<VariableId, u16>,
    /// What is so in both.
    both: BTreeMap<VariableId, u16>,
}

impl Apart {
    /// The two as people read them, with what a decision, written out as `value`, comes to in each.
    fn pair(&self, world: &World<'_>, target: usize, value: Diagram) -> Pair {
        let side = |cells: &BTreeMap<VariableId, u16>| {
            let mut all = self.both.clone();
            all.extend(cells);
            let known = |variable: VariableId| all.get(&variable).map_or(Cells::Any, |cell| Cells::One(*cell));
            let given = world.chain.diagrams.possible(value, &known);
            let given: Vec<String> = given.into_iter().map(|leaf| world.shown_value(target, leaf)).collect();
            (world.shown_facts(cells), given.join(" or "))
        };
        let both = (!self.both.is_empty()).then(|| world.shown_facts(&self.both));
        Pair { worse: side(&self.worse), better: side(&self.better), both }
    }
}

/// How the values of a decision are ordered.
struct Ranks {
    count: u32,
    first_is_best: bool,
}

impl Ranks {
    /// Of a decision without a better end the later value, or the greater sum, is the better one.
    fn of(level: &Level, position: usize, decision: &Decision) -> Self {
        let totals = level.decisions[position].totals.len();
        let count = if totals > 0 { totals } else { decision.values.len() };
        Self { count: count as u32, first_is_best: decision.best == Some(BetterEnd::First) }
    }

    /// The rank of a value, better is greater; nothing for what stands beside the order.
    fn rank(&self, value: u32) -> Option<u32> {
        let inside = value < self.count;
        inside.then(|| if self.first_is_best { self.count - 1 - value } else { value })
    }

    /// Whether a value is worse than the one before; what stands beside the order is neither.
    fn falls(&self, before: u32, after: u32) -> bool {
        self.rank(before).zip(self.rank(after)).is_some_and(|(before, after)| after < before)
    }
}

/// How many cells of a domain have an order.
const fn ordered_cells(domain: &Domain) -> usize {
    match &domain.known {
        Known::Flag => 2,
        Known::Numbers { cuts, .. } => cuts.len() + 1,
        Known::Words { ordered, .. } => *ordered,
        Known::Text => 0,
    }
}

/// The steps for the better: each pair of cells, those next to each other first.
fn steps(index: &Index<'_>, scope: Scope, name: &Name, domain: &Domain, towards: Towards) -> Option<Vec<(u16, u16)>> {
    let ordered = ordered_cells(domain);
    let rising = match towards {
        Towards::More => true,
        Towards::Less => false,
        Towards::Better => match index.value_type(scope, name.as_str())?.kind {
            FactType::Choice(choices) => choices.best? == BetterEnd::Last,
            _ => return None,
        },
    };
    if ordered == 0 {
        return None;
    }
    let cells = u16::try_from(ordered).ok()?;
    let mut steps = Vec::new();
    for distance in 1..cells {
        for low in 0..cells - distance {
            let high = low + distance;
            steps.push(if rising { (low, high) } else { (high, low) });
        }
    }
    Some(steps)
}

/// What can be followed to a decision: the names with a better end that it hangs on.
pub(crate) fn ordered_names(compiled: &Compiled, decision: &Decision) -> Vec<Name> {
    let index = Index::new(compiled.framework());
    let scope = Scope::of(decision.on);
    let mut names = BTreeSet::new();
    for (at, name) in index.made_of(scope, &decision.name) {
        let Some(named) = index.get(at, name.as_str()) else { continue };
        // What is told of an item alone is followed from the claim only where it is a fact.
        let followed = match named {
            Named::Fact(_) => at == scope || at == Scope::Link,
            Named::Decision(_) | Named::Measure(_) => at == scope,
            _ => false,
        };
        let better = match index.value_type(at, name.as_str()).map(|given| given.kind) {
            Some(FactType::Choice(choices)) => choices.best.is_some(),
            _ => false,
        };
        if followed && better {
            names.insert(name);
        }
    }
    names.into_iter().collect()
}
