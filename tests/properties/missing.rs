//! What must hold where facts are missing: saying one of them narrows what is possible and never
//! widens it; what is not named as open makes no difference; what was not read makes none either.

use std::collections::{BTreeMap, BTreeSet};

use evigrade::grade::OpenFact;
use evigrade::{Grading, Status};

use crate::engine::{self, Engine, Given};
use crate::hold::{Reference, reference};
use crate::model::{Case, From, Model, Name, Site, Value};
use crate::naive::worlds;
use crate::write::Layout;

/// What the engine says of every decision on a claim, after a change of the case.
struct Told {
    values: BTreeMap<usize, BTreeSet<Given>>,
}

/// Grades a changed case; nothing if it is refused, for a claim elsewhere may not be so.
fn told(model: &Model, engine: &Engine, case: &Case, claim: usize) -> Result<Option<Told>, String> {
    let loaded = engine.load(case, Layout::default())?;
    let Ok(grading) = engine.grade(&loaded) else { return Ok(None) };
    Ok(Some(Told { values: engine::claim_values(model, &grading, claim) }))
}

fn filled(case: &Case, world: &BTreeMap<Site, Value>, fill: impl Fn(Site) -> bool) -> Case {
    let mut case = case.clone();
    for (site, value) in world.iter().filter(|(site, _)| fill(**site)) {
        case.facts_mut(*site).insert(site.fact(), *value);
    }
    case
}

/// Whether a missing fact is named as open.
fn named(case: &Case, open: &[OpenFact], site: Site) -> bool {
    let of = match site {
        Site::Claim(claim, _) => format!("c{claim}"),
        Site::Item(item, _) => format!("e{item}"),
        Site::Link(link, _) => match case.links[link].from {
            From::Item(item) => format!("e{item}"),
            From::Claim(claim) => format!("c{claim}"),
        },
    };
    open.iter().any(|open| open.of == of && open.name == *Name::Fact(site.fact()).text())
}

/// Holds what is said of a claim against what is said once more is known, or less.
pub(crate) fn claim(
    model: &Model,
    engine: &Engine,
    case: &Case,
    grading: &Grading<'_>,
    number: usize,
    known: &Reference,
) -> Result<(), String> {
    let values = engine::claim_values(model, grading, number);
    if values.is_empty() {
        return Ok(());
    }
    let asked = model.asked_missing();
    let assumed = model.assumed();
    if known.settled {
        return unread(model, engine, case, number, &values);
    }
    for world in &known.samples {
        // Where rules ask whether a fact is missing, to say it is to change the question.
        let full = filled(case, world, |site| !asked.contains(&site.fact()));
        if let Some(told) = told(model, engine, &full, number)? {
            for (decision, now) in &told.values {
                if let Some(new) = now.iter().find(|given| !values[decision].contains(given)) {
                    return Err(format!("d{decision} can be {new:?} once {world:?} is said, and could not before"));
                }
            }
        }
    }
    let grade = grading.grade(engine::claim(grading, number));
    let open = grade.open();
    let result = model.result();
    let hangs = known.decisions[&result].len() > 1 && !known.arbitrary;
    if open.is_empty() && hangs && known.complete {
        return Err(format!("it can be {:?}, and nothing is open", known.decisions[&result]));
    }
    let exact = matches!(grade.status(), Status::Undetermined { exact: true, .. });
    for world in known.samples.iter().filter(|_| exact) {
        let free = |site: Site| !asked.contains(&site.fact()) && !assumed.contains(&site.fact());
        let other = filled(case, world, |site| free(site) && !named(case, &open, site));
        if let Some(told) = told(model, engine, &other, number)?
            && told.values[&result] != values[&result]
        {
            return Err(format!("{world:?} makes a difference without what is open ({open:?})"));
        }
    }
    if !hangs || !asked.is_empty() || !assumed.is_empty() {
        return Ok(());
    }
    for world in &known.samples {
        let settled = filled(case, world, |site| named(case, &open, site));
        let now = reference(model, &settled, number);
        if now.complete && now.decisions.get(&result).is_some_and(|values| values.len() > 1) {
            return Err(format!("with {open:?} as in {world:?} the grade is still open"));
        }
    }
    Ok(())
}

/// Leaves out what was not read: nothing may come of it.
fn unread(
    model: &Model,
    engine: &Engine,
    case: &Case,
    number: usize,
    values: &BTreeMap<usize, BTreeSet<Given>>,
) -> Result<(), String> {
    let mut read = BTreeSet::new();
    worlds(model, case, number, 1, &mut |world| {
        for decision in model.claim_decisions() {
            world.value(crate::naive::Place::Claim(number), Name::Decision(decision));
        }
        for claim in case.below(number) {
            world.out_of_scope(claim);
        }
        read = world.read.clone();
    });
    let bound: Vec<usize> = model.asked_missing().into_iter().chain(model.assumed()).collect();
    let mut less = case.clone();
    let free = |site: Site| !read.contains(&site) && !bound.contains(&site.fact());
    for claim in 0..case.claims.len() {
        less.claims[claim].facts.retain(|fact, _| !free(Site::Claim(claim, *fact)));
    }
    for item in 0..case.items.len() {
        less.items[item].retain(|fact, _| !free(Site::Item(item, *fact)));
    }
    for link in 0..case.links.len() {
        less.links[link].facts.retain(|fact, _| !free(Site::Link(link, *fact)));
    }
    match told(model, engine, &less, number)? {
        Some(told) if told.values != *values => {
            Err(format!("it hangs on what was not read: {:?}, and then {:?}", values, told.values))
        }
        _ => Ok(()),
    }
}
