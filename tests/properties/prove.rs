//! What must hold of proofs: the rules that are named hold, and give the value; those that are
//! said to fail do; what people decided stands beside what the rules give.

use evigrade::{Grading, Proof};

use crate::engine::{self, Given};
use crate::model::{Case, From, Model, Name};
use crate::naive::{Place, World, one_answers, worlds};
use crate::write::rule_id;

/// In how many worlds proofs are looked at.
const MOST_WORLDS: usize = 24;

/// Holds the proofs of all decisions on a claim and on its items.
pub(crate) fn claim(model: &Model, case: &Case, grading: &Grading<'_>, number: usize) -> Result<(), String> {
    let mut proofs: Vec<(Place, usize, Proof)> = engine::claim_proofs(model, grading, number)
        .into_iter()
        .map(|(decision, proof)| (Place::Claim(number), decision, proof))
        .collect();
    let items = case.links_to(number).filter(|(_, link)| matches!(link.from, From::Item(_)));
    for (link, _) in items {
        let Some(index) = engine::link(grading, case, link) else { return Err(format!("link {link} does not count")) };
        let claim = engine::claim(grading, number);
        let proof = |decision: usize| grading.proof_of_item(claim, index, &Name::Decision(decision).text());
        let of_link =
            model.item_decisions().filter_map(|decision| Some((Place::Item(link), decision, proof(decision)?)));
        proofs.extend(of_link);
    }
    let mut failure = Ok(());
    worlds(model, case, number, MOST_WORLDS, &mut |world| {
        for (place, decision, proof) in &proofs {
            let held = in_world(world, *place, *decision, proof);
            if failure.is_ok()
                && let Err(what) = held
            {
                failure = Err(format!("the proof of d{decision} at {place:?}: {what}\n{proof:?}"));
            }
        }
    });
    failure
}

fn in_world(world: &mut World<'_>, place: Place, number: usize, proof: &Proof) -> Result<(), String> {
    let model = world.model;
    let decision = &model.decisions[number];
    let computed = Given::of(world.computed(place, number));
    let judged = world.judged(place, number);
    let told = engine::possible(model, number, &proof.value);
    match (judged, &proof.judgement, &proof.computed) {
        (None, None, None) => {
            if !told.contains(&computed) {
                return Err(format!("the rules give {computed:?}, which is not said to be possible"));
            }
        }
        (Some(word), Some(_), Some(beside)) => {
            if told != [Given::Word(word.to_owned())].into() {
                return Err(format!("it is judged to be {word}"));
            }
            if !engine::possible(model, number, beside).contains(&computed) {
                return Err(format!("the rules give {computed:?}, and the proof does not keep it"));
            }
        }
        _ => return Err(format!("it is judged to be {judged:?}, and the proof says otherwise")),
    }
    let holds: Vec<Option<bool>> =
        (0..decision.rules.len()).map(|rule| world.rule_holds(place, number, rule)).collect();
    let id = |rule: usize| rule_id(decision, rule);
    for failed in &proof.failed {
        let rule = (0..decision.rules.len()).find(|rule| failed.rule == *id(*rule));
        if rule.is_none_or(|rule| holds[rule] == Some(true)) {
            return Err(format!("{} is said to fail", failed.rule));
        }
    }
    // Where it hangs on a decision without an answer which rules hold, nothing more is asked.
    let Some(holds) = holds.into_iter().collect::<Option<Vec<bool>>>() else { return Ok(()) };
    let all = (0..holds.len()).filter(|rule| holds[*rule]);
    let mut answering: Vec<String> =
        if one_answers(&decision.hit) { all.take(1).map(id).collect() } else { all.map(id).collect() };
    if answering.is_empty() && decision.otherwise.is_some() {
        answering.push("otherwise".to_owned());
    }
    let named: Vec<&str> = proof.rules.iter().map(|fired| fired.rule.as_str()).collect();
    if let Some(left_out) = answering.iter().find(|id| !named.contains(&id.as_str())) {
        return Err(format!("{left_out} answers, and is not named"));
    }
    if !world.chosen.is_empty() || world.arbitrary {
        return Ok(());
    }
    if let Some(extra) = named.iter().find(|id| !answering.iter().any(|known| known == *id)) {
        return Err(format!("{extra} is named, and does not answer"));
    }
    let first = proof.rules.first();
    if !decision.is_sum() {
        if proof.rule.as_ref().map(|rule| rule.as_str()) != first.map(|fired| fired.rule.as_str()) {
            return Err("its rule is not the first that is named".to_owned());
        }
        if let (Given::Word(word), Some(fired)) = (&computed, first)
            && fired.gives != *word
        {
            return Err(format!("{} gives {}, and the value is {word}", fired.rule, fired.gives));
        }
        if first.is_none() && computed != Given::Nothing {
            return Err("no rule is named".to_owned());
        }
        return Ok(());
    }
    let raw = world.raw(place, number).map(crate::number::Number::millionths);
    let told = proof.sum.as_ref().map(|sum| engine::millionths(&sum.raw.to_string()));
    if raw.is_some() && raw != told { Err(format!("it adds up to {raw:?}")) } else { Ok(()) }
}
