//! Facts of items, followed through the measures that count the item.
//!
//! An item that gets better may be something else to the measures than before. All the ways in which the
//! measures can move together are found on the diagrams of items, and each is held against the decision on
//! claims, whatever the rest of the body is. Measures that add up or weigh what an item says (`sum`, `median`,
//! `majority`), those with `prefer`, and weights that change are not followed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Apart, Follower, MOST_MOVES, Pair, Path, Ranks, Verdict, lowered, ordered_cells};
use crate::check::world::World;
use crate::compile::diagram::{Cells, Diagram, Diagrams, TooLarge, VariableId};
use crate::compile::formula::Formula;
use crate::compile::space::Domain;
use crate::compile::{AskedOfItems, Compiled};
use crate::document::shape::Subject;
use crate::framework::{Aggregate, Decision, Towards};
use crate::name::Name;
use crate::value::Unknown;

/// How many steps of work the diagrams of items may take for one name.
const MOST_STEPS: usize = 1 << 22;

/// What an item is to a measure: 0 if it does not count, then whatever the measure tells apart.
type Standing = u32;
const NOT_COUNTED: Standing = 0;
/// It counts; of a share, without holding what is asked.
const COUNTED: Standing = 1;
/// It holds what a share asks.
const HOLDS: Standing = 2;

/// It counts and does not report what the measure is made of, which makes the whole *not reported*.
const UNREPORTED: Standing = u32::MAX >> 2;

/// What an item was to a measure before, and what it is after.
type Move = (Standing, Standing);

/// How measures move together: of each that does, its place and how.
type Moved = Vec<(usize, Move)>;

impl<'c> Follower<'c> {
    pub(super) fn of_items(
        &mut self,
        decision: &Decision,
        name: &Name,
        towards: Towards,
        only_where: Option<&Formula>,
    ) -> Result<Verdict, TooLarge> {
        let compiled = self.compiled;
        let items = &compiled.items;
        let claims = &compiled.claims;
        let Path { followed, target, steps, places } = match self.path(decision, Subject::Link, name, towards) {
            Ok(path) => path,
            Err(reason) => return Ok(Verdict::NotDecided(reason)),
        };
        let world = self.world(Subject::Claim, target, BTreeSet::new())?;
        let value = world.chain.values[target].ok_or(TooLarge)?;
        let read = world.chain.diagrams.variables(value);
        // A decision is followed as people judge it.
        let judged: BTreeSet<VariableId> = items.position_of(followed).map(|_| followed).into_iter().collect();
        let key = (target, judged.clone());
        let mut moves = match self.moves.remove(&key) {
            Some(moves) => moves,
            None => Moves::of(compiled, &read, &judged),
        };
        let verdict = match &mut moves {
            Err(TooLarge) => Err(TooLarge),
            Ok(None) => Ok(Verdict::NotDecided("the decisions on items are too large".to_owned())),
            Ok(Some(moves)) => {
                moves.diagrams.allow_work(MOST_STEPS);
                let ranks = Ranks::of(claims, target, decision);
                let world = self.world(Subject::Claim, target, BTreeSet::new())?;
                let shown = |cell: u16, side: String| {
                    let domain = &items.space.get(followed).domain;
                    format!("an item with {name} = {}: {side}", domain.shown(cell))
                };
                step_by_step(world, moves, target, &ranks, (&places, only_where), &steps).map(|verdict| match verdict {
                    Followed::Done(verdict) => verdict,
                    Followed::Fails((from, to), pair) => Verdict::Fails(Pair {
                        worse: (shown(from, pair.worse.0), pair.worse.1),
                        better: (shown(to, pair.better.0), pair.better.1),
                        both: pair.both,
                    }),
                })
            }
        };
        self.moves.insert(key, moves);
        verdict
    }
}

enum Followed {
    Done(Verdict),
    /// The step that lowers the decision, and what differs then.
    Fails((u16, u16), Pair),
}

fn step_by_step(
    world: &mut World<'_>,
    moves: &mut Moves<'_>,
    target: usize,
    ranks: &Ranks,
    (places, only_where): (&[VariableId], Option<&Formula>),
    steps: &[(u16, u16)],
) -> Result<Followed, TooLarge> {
    let not_decided = |why: String| Ok(Followed::Done(Verdict::NotDecided(why)));
    let compiled = world.compiled;
    let value = world.chain.values[target].ok_or(TooLarge)?;
    let occurs = world.occurs;
    let here = only_where.map_or(Ok(Diagram::TRUE), |formula| formula.diagram(&mut moves.diagrams))?;
    let here = moves.diagrams.and(here, moves.occurs)?;
    // Many steps move the measures in the same way.
    let mut seen: BTreeSet<Moved> = BTreeSet::new();
    for (from, to) in steps {
        let found = match moves.of_step(here, places, *from, *to)? {
            Ok(found) => found,
            Err(measure) => return not_decided(format!("the measure `{measure}` moves, and is not followed")),
        };
        for moved in found {
            if !seen.insert(moved.clone()) {
                continue;
            }
            let changed: Vec<(VariableId, Vec<(u16, u16)>)> = moved
                .iter()
                .map(|(measure, moved)| {
                    let measure = &compiled.measures[*measure];
                    let aggregate = &compiled.framework().measures[measure.index].aggregate;
                    let domain = &compiled.claims.space.get(measure.output).domain;
                    (measure.output, ways(aggregate, domain, *moved))
                })
                .collect();
            let Some(all) = together(&changed) else {
                return not_decided("the measures can move in too many ways".to_owned());
            };
            for (before, after) in all {
                if let Some(both) = lowered(world, (value, occurs), ranks, &before, &after)? {
                    let apart = Apart { worse: before, better: after, both };
                    return Ok(Followed::Fails((*from, *to), apart.pair(world, target, value)));
                }
            }
        }
    }
    Ok(Followed::Done(Verdict::Holds))
}

/// What items are to the measures that a decision reads.
pub(super) struct Moves<'c> {
    compiled: &'c Compiled,
    diagrams: Diagrams,
    occurs: Diagram,
    /// For every measure that is followed, what an item is to it; for others everything that is asked of it.
    asked: Vec<(usize, Option<Diagram>, Vec<Diagram>)>,
}

impl<'c> Moves<'c> {
    fn of(
        compiled: &'c Compiled,
        read: &BTreeSet<VariableId>,
        judged: &BTreeSet<VariableId>,
    ) -> Result<Option<Self>, TooLarge> {
        let Some(contributions) = compiled.write_contributions(judged) else { return Ok(None) };
        let mut diagrams = contributions.chain.diagrams;
        diagrams.allow_work(MOST_STEPS);
        let mut asked = Vec::new();
        for known in &contributions.asked {
            let measure = &compiled.measures[known.measure];
            if read.contains(&measure.output) {
                let all = vec![known.filter, known.prefer, known.holds, known.of];
                asked.push((known.measure, standing(compiled, &mut diagrams, known)?, all));
            }
        }
        Ok(Some(Self { compiled, diagrams, occurs: contributions.chain.whole, asked }))
    }

    /// How the measures can move together when an item takes a step; or a measure that would move and is
    /// not followed.
    fn of_step(
        &mut self,
        here: Diagram,
        places: &[VariableId],
        from: u16,
        to: u16,
    ) -> Result<Result<Vec<Moved>, Name>, TooLarge> {
        let at = |diagrams: &mut Diagrams, diagram: Diagram, cell: u16| {
            diagrams.fix(diagram, &|variable| places.contains(&variable).then_some(cell))
        };
        let before = at(&mut self.diagrams, here, from)?;
        let after = at(&mut self.diagrams, here, to)?;
        let both = self.diagrams.and(before, after)?;
        let mut parts = Vec::new();
        let mut measures = Vec::new();
        for (measure, standing, all) in &self.asked {
            // What an item weighs is not followed: it has to stay.
            let mut stays = |asked: Diagram| -> Result<bool, TooLarge> {
                Ok(at(&mut self.diagrams, asked, from)? == at(&mut self.diagrams, asked, to)?)
            };
            let aggregate = &self.compiled.framework().measures[self.compiled.measures[*measure].index].aggregate;
            let weighs_the_same = !matches!(aggregate, Aggregate::Share { .. }) || stays(all[3])?;
            match standing.filter(|_| weighs_the_same) {
                Some(standing) => {
                    let pair = [at(&mut self.diagrams, standing, from)?, at(&mut self.diagrams, standing, to)?];
                    if pair[0] != pair[1] {
                        measures.push(*measure);
                        parts.extend(pair);
                    }
                }
                None => {
                    for asked in all {
                        if !stays(*asked)? {
                            let measure = &self.compiled.measures[*measure];
                            return Ok(Err(self.compiled.framework().measures[measure.index].name.clone()));
                        }
                    }
                }
            }
        }
        let any = |_| Cells::Any;
        let together = self.diagrams.possible_where(&parts, &[both], &any, &|_| {}, MOST_MOVES).ok_or(TooLarge)?;
        let mut found = BTreeSet::new();
        for values in together {
            let moved: Moved = measures
                .iter()
                .zip(values.chunks(2))
                .filter(|(_, pair)| pair[0] != pair[1])
                .map(|(measure, pair)| (*measure, (pair[0], pair[1])))
                .collect();
            if !moved.is_empty() {
                found.insert(moved);
            }
        }
        Ok(Ok(found.into_iter().collect()))
    }
}

/// What an item is to a measure; nothing if the measure is not followed.
fn standing(compiled: &Compiled, diagrams: &mut Diagrams, asked: &AskedOfItems) -> Result<Option<Diagram>, TooLarge> {
    let known = &compiled.measures[asked.measure];
    let measure = &compiled.framework().measures[known.index];
    if measure.prefer.is_some() {
        return Ok(None);
    }
    let passes = diagrams.map(asked.filter, &mut |passes| u32::from(passes == 1))?;
    let holds = diagrams.map(asked.holds, &mut |holds| u32::from(holds == 1))?;
    let of = known.of.map(|(variable, _)| &compiled.items.space.get(variable).domain);
    let unreported = of.and_then(|domain| domain.unknown_cell(Unknown::NotReported)).map(u32::from);
    let unreported = unreported.filter(|_| !measure.skip_not_reported);
    Ok(match &measure.aggregate {
        Aggregate::Count => Some(passes),
        Aggregate::Any(_) => Some(diagrams.and(passes, holds)?),
        // It is what speaks against all of them that counts.
        Aggregate::All(_) => {
            let fails = diagrams.not(holds)?;
            Some(diagrams.and(passes, fails)?)
        }
        Aggregate::Distinct(_) => {
            let cells = of.map_or(0, Domain::known_cells);
            let has = diagrams.map(asked.of, &mut |cell| match cell {
                cell if Some(cell) == unreported => UNREPORTED,
                cell => u32::from((cell as usize) < cells),
            })?;
            Some(diagrams.choose(passes, has, Diagram::leaf(NOT_COUNTED))?)
        }
        Aggregate::Share { .. } => {
            let counted = diagrams.map(holds, &mut |holds| if holds == 1 { HOLDS } else { COUNTED })?;
            let counted = match unreported {
                Some(unreported) => {
                    let lacks = diagrams.map(asked.of, &mut |cell| u32::from(cell == unreported))?;
                    diagrams.choose(lacks, Diagram::leaf(UNREPORTED), counted)?
                }
                None => counted,
            };
            Some(diagrams.choose(passes, counted, Diagram::leaf(NOT_COUNTED))?)
        }
        Aggregate::Min(_) | Aggregate::Max(_) => {
            // What is beside the order, or unknown, is left out.
            let ordered = of.map_or(0, ordered_cells) as u32;
            let cell = diagrams.map(asked.of, &mut |cell| match cell {
                cell if Some(cell) == unreported => UNREPORTED,
                cell if cell < ordered => cell + 1,
                _ => NOT_COUNTED,
            })?;
            Some(diagrams.choose(passes, cell, Diagram::leaf(NOT_COUNTED))?)
        }
        _ => None,
    })
}

/// The cells that a measure can be in before and after a move, whatever the other items are.
fn ways(aggregate: &Aggregate, domain: &Domain, moved: Move) -> Vec<(u16, u16)> {
    if moved.0 == UNREPORTED || moved.1 == UNREPORTED {
        return unreported(domain, moved.1 == UNREPORTED);
    }
    let gains = moved.1 > moved.0;
    let mut ways = match aggregate {
        // Others may hold what is asked as well; what an item gains is there.
        Aggregate::Any(_) => vec![(0, 1), (1, 1)],
        // Once an item begins to speak against it, it does not hold.
        Aggregate::All(_) => vec![(1, 0), (0, 0)],
        Aggregate::Share { .. } => return share(domain, moved),
        Aggregate::Min(_) | Aggregate::Max(_) => return extreme(matches!(aggregate, Aggregate::Max(_)), domain, moved),
        // What is told apart is taken to be said of this item alone.
        _ => one_more(domain),
    };
    if !gains {
        ways.iter_mut().for_each(|(before, after)| std::mem::swap(before, after));
    }
    ways
}

/// The cells of a measure before and after an item makes the whole *not reported*, or ceases to; another item may
/// do so as well.
fn unreported(domain: &Domain, after: bool) -> Vec<(u16, u16)> {
    let Some(unreported) = domain.unknown_cell(Unknown::NotReported) else { return Vec::new() };
    let cells = (0..domain.cells()).filter_map(|cell| u16::try_from(cell).ok());
    cells.map(|cell| if after { (cell, unreported) } else { (unreported, cell) }).collect()
}

/// The cells of a count before and after one more.
fn one_more(domain: &Domain) -> Vec<(u16, u16)> {
    let mut up = BTreeSet::new();
    let cells = domain.known_cells();
    for cell in (0..cells).filter_map(|cell| u16::try_from(cell).ok()) {
        let Some(bounds) = domain.bounds(cell) else { continue };
        let (low, high) = (bounds.low.map(|(low, _)| low), bounds.high.map(|(high, _)| high));
        for number in low.into_iter().chain(high) {
            if let Some(next) = number.checked_add(rust_decimal::Decimal::ONE)
                && domain.number_cell(number) == Some(cell)
                && let Some(there) = domain.number_cell(next)
            {
                up.insert((cell, there));
            }
        }
        // Between its ends, and at an end that a clamp holds, it stays.
        if low != high || usize::from(cell) + 1 == cells {
            up.insert((cell, cell));
        }
    }
    up.into_iter().collect()
}

/// The cells of the least or greatest of all before and after an item says something else. The rest of the
/// body may be empty, or come to any value.
fn extreme(greatest: bool, domain: &Domain, moved: Move) -> Vec<(u16, u16)> {
    let none = domain.unknown_cell(Unknown::None);
    let value = |standing: Standing| standing.checked_sub(1).and_then(|cell| u16::try_from(cell).ok());
    let with = |rest: Option<u16>, own: Option<u16>| match (rest, own) {
        (Some(rest), Some(own)) => Some(if greatest { rest.max(own) } else { rest.min(own) }),
        (one, other) => one.or(other).or(none),
    };
    let rests = (0..ordered_cells(domain)).map(|cell| u16::try_from(cell).ok()).chain([None]);
    let ways = rests.filter_map(|rest| Some((with(rest, value(moved.0))?, with(rest, value(moved.1))?)));
    ways.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The cells of a share before and after an item begins or stops to count, or to hold what is asked: it rises
/// if it holds more than before, falls if it holds less, and is *none* without any item.
fn share(domain: &Domain, moved: Move) -> Vec<(u16, u16)> {
    let none = domain.unknown_cell(Unknown::None);
    let cells: Vec<u16> = (0..domain.known_cells()).filter_map(|cell| u16::try_from(cell).ok()).collect();
    let (Some(first), Some(last)) = (cells.first().copied(), cells.last().copied()) else { return Vec::new() };
    let alone = |standing: Standing| match standing {
        HOLDS => Some(last),
        COUNTED => Some(first),
        _ => none,
    };
    // Without others it is all or nothing.
    let mut ways: BTreeSet<(u16, u16)> = alone(moved.0).zip(alone(moved.1)).into_iter().collect();
    let rises = match moved {
        (HOLDS, _) => false,
        (COUNTED, _) => true,
        (_, after) => after == HOLDS,
    };
    for before in &cells {
        for after in &cells {
            let up = if rises { after >= before } else { after <= before };
            if up {
                ways.insert((*before, *after));
            }
        }
    }
    ways.into_iter().collect()
}

type Sides = BTreeMap<VariableId, u16>;

/// All the ways in which measures can move together; nothing if there are too many.
fn together(changed: &[(VariableId, Vec<(u16, u16)>)]) -> Option<Vec<(Sides, Sides)>> {
    let mut all = vec![(Sides::new(), Sides::new())];
    for (variable, ways) in changed {
        if all.len().checked_mul(ways.len())? > MOST_MOVES {
            return None;
        }
        let mut longer = Vec::with_capacity(all.len() * ways.len());
        for (before, after) in &all {
            for (from, to) in ways {
                let (mut before, mut after) = (before.clone(), after.clone());
                before.insert(*variable, *from);
                after.insert(*variable, *to);
                longer.push((before, after));
            }
        }
        all = longer;
    }
    Some(all)
}
