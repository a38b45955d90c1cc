//! What must hold of every framework and every case.

use std::collections::{BTreeMap, BTreeSet};

use evigrade::{Grading, Status};

use crate::engine::{self, Engine, Given};
use crate::model::{Case, From, Link, Model, Name, Site, Value};
use crate::naive::{Place, worlds};
use crate::write::Layout;
use crate::{missing, prove, steady, steps};

/// How many worlds of a claim are gone through.
const MOST_WORLDS: usize = 4000;

/// How thoroughly a case is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As one of many: whether it is graded steadily is asked of every fourth.
    Drawn,
    /// In every way.
    Alone,
}

/// What was seen on the way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) cases: usize,
    /// Cases that contradict the assumptions, and are refused.
    pub(crate) refused: usize,
    pub(crate) claims: usize,
    /// Claims of which the grade is open.
    pub(crate) open: usize,
    /// Open claims of which the engine says that what it tells is exact.
    pub(crate) exact: usize,
    /// Open claims of which it is exact.
    pub(crate) tight: usize,
    /// Claims that can be in too many worlds to go through.
    pub(crate) endless: usize,
    /// Claims that contradict the assumptions by several links of one item, and are graded.
    pub(crate) torn: usize,
}

impl Seen {
    pub(crate) fn add(&mut self, other: Self) {
        let Self { cases, refused, claims, open, exact, tight, endless, torn } = other;
        self.cases += cases;
        self.refused += refused;
        self.claims += claims;
        self.open += open;
        self.exact += exact;
        self.tight += tight;
        self.endless += endless;
        self.torn += torn;
    }
}

/// What the reference evaluator says of a claim.
#[derive(Default)]
pub(crate) struct Reference {
    pub(crate) out_of_scope: bool,
    pub(crate) worlds: usize,
    /// Whether these are all worlds.
    pub(crate) complete: bool,
    /// Whether nothing was chosen: nothing that matters is missing.
    pub(crate) settled: bool,
    /// Whether some value was taken for a decision that has none.
    pub(crate) arbitrary: bool,
    pub(crate) decisions: BTreeMap<usize, BTreeSet<Given>>,
    pub(crate) named: BTreeMap<Name, BTreeSet<Value>>,
    /// Some of the worlds: what missing facts are in them.
    pub(crate) samples: Vec<BTreeMap<Site, Value>>,
}

pub(crate) fn reference(model: &Model, case: &Case, claim: usize) -> Reference {
    let mut reference = Reference { settled: true, ..Reference::default() };
    let measures = (0..model.measures.len()).map(Name::Measure);
    let derived = (0..model.derived.len()).map(Name::Derived);
    let named: Vec<Name> =
        measures.chain(derived).filter(|name| model.visible(*name, crate::model::Scope::Claim)).collect();
    let complete = worlds(model, case, claim, MOST_WORLDS, &mut |world| {
        reference.worlds += 1;
        if world.out_of_scope(claim) {
            reference.out_of_scope = true;
            return;
        }
        for decision in model.claim_decisions() {
            let given = Given::of(world.value(Place::Claim(claim), Name::Decision(decision)));
            reference.decisions.entry(decision).or_default().insert(given);
        }
        reference.arbitrary |= world.arbitrary;
        reference.settled &= world.chosen.is_empty() && !world.arbitrary;
        let choices = world.chosen.clone();
        if reference.worlds.is_power_of_two() {
            reference.samples.push(choices.clone());
        }
        for name in named.iter().filter(|_| choices.is_empty()) {
            let value = world.value(Place::Claim(claim), *name);
            if world.chosen.is_empty() {
                reference.named.entry(*name).or_default().extend(value);
            }
        }
    });
    reference.complete = complete;
    reference
}

/// Holds the engine against the reference evaluator on one case.
pub(crate) fn case(model: &Model, engine: &Engine, case: &Case, how: How, seen: &mut Seen) -> Result<(), String> {
    seen.cases += 1;
    let loaded = engine.load(case, Layout::default())?;
    let references: Vec<Reference> = (0..case.claims.len()).map(|claim| reference(model, case, claim)).collect();
    let grading = match engine.grade(&loaded) {
        Ok(grading) => grading,
        Err(refused) => {
            seen.refused += 1;
            let impossible = references.iter().any(|reference| reference.complete && reference.worlds == 0);
            let endless = references.iter().any(|reference| !reference.complete);
            return if impossible || endless {
                Ok(())
            } else {
                Err(format!("the case is refused, and it can be as it is: {refused:?}"))
            };
        }
    };
    for (claim, reference) in references.iter().enumerate() {
        match (reference.worlds, reference.complete) {
            // What two links of one item rule out between them is not looked for.
            (0, true) if torn(case, claim) => {
                seen.torn += 1;
                continue;
            }
            (0, true) => return Err(format!("claim c{claim}: it contradicts the assumptions, and is graded")),
            // Those that are allowed are too far away to be found.
            (0, false) => {
                seen.endless += 1;
                continue;
            }
            _ => {}
        }
        seen.claims += 1;
        let of_claim = |what: String| format!("claim c{claim}: {what}");
        held(model, &grading, claim, reference, seen).map_err(of_claim)?;
        if !reference.out_of_scope {
            prove::claim(model, case, &grading, claim).map_err(of_claim)?;
            missing::claim(model, engine, case, &grading, claim, reference).map_err(of_claim)?;
            if how == How::Alone || seen.cases.is_multiple_of(3) {
                steps::questions(engine, &grading, claim).map_err(of_claim)?;
            }
        }
    }
    if how == How::Alone || seen.cases.is_multiple_of(4) {
        steady::case(model, engine, case, &grading)?;
        steps::robustness(engine, &grading, case.claims.len())?;
    }
    Ok(())
}

/// Whether an item bears on several of the claims that a claim is graded from.
fn torn(case: &Case, claim: usize) -> bool {
    let below = case.below(claim);
    let links: Vec<&Link> = case.links.iter().filter(|link| below.contains(&link.to)).collect();
    let item = |link: &&&Link| matches!(link.from, From::Item(_));
    links.iter().filter(item).any(|link| links.iter().filter(|other| other.from == link.from).count() > 1)
}

fn held(
    model: &Model,
    grading: &Grading<'_>,
    claim: usize,
    reference: &Reference,
    seen: &mut Seen,
) -> Result<(), String> {
    let grade = grading.grade(engine::claim(grading, claim));
    let not_applicable = matches!(grade.status(), Status::NotApplicable(_));
    if not_applicable != reference.out_of_scope {
        return Err(format!("not applicable: {not_applicable}, and should be: {}", reference.out_of_scope));
    }
    if not_applicable {
        return Ok(());
    }
    let values = engine::claim_values(model, grading, claim);
    let exact = engine::exact(grading, claim);
    for (decision, naive) in &reference.decisions {
        let told = &values[decision];
        if let Some(lost) = naive.iter().find(|given| !told.contains(given)) {
            return Err(format!("d{decision} can be {lost:?}, and the engine says {told:?}"));
        }
        if reference.complete && told != naive && (reference.settled || exact == Some(true)) {
            return Err(format!("d{decision} is one of {naive:?}, and the engine says exactly {told:?}"));
        }
    }
    for (name, naive) in &reference.named {
        let (Some(value), Some(known)) = (naive.first(), grade.value(&name.text())) else { continue };
        if reference.settled && !engine::same(&known, *value) {
            return Err(format!("{} is {value:?}, and the engine says {known}", name.text()));
        }
    }
    seen.endless += usize::from(!reference.complete);
    if let Some(exact) = exact.filter(|_| reference.complete) {
        let result = model.result();
        seen.open += 1;
        seen.exact += usize::from(exact);
        seen.tight += usize::from(values[&result] == reference.decisions[&result]);
    }
    Ok(())
}
