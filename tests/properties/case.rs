//! Random cases.

use crate::draw::{CaseGenes, Draw};
use crate::generate::value;
use crate::model::{Case, Claim, Facts, From, Judged, Judgement, KINDS, Link, Model, On, RELATIONS, Value};

/// Draws a case for a framework.
pub(crate) fn case(model: &Model, genes: &CaseGenes) -> Case {
    let mut rest = Draw::new(&genes.rest);
    let gaps = rest.pick(&[0, 25, 55, 80]);
    let mut case = Case::default();
    for (position, gene) in genes.claims.iter().enumerate() {
        let draw = &mut Draw::new(gene);
        let kind = KINDS[usize::from(draw.chance(20))];
        case.claims.push(Claim { kind, facts: facts(model, On::Claim, gaps, draw) });
        for child in 0..position {
            if draw.chance(60) {
                let relation = if draw.chance(60) { "rests-on" } else { draw.pick(&RELATIONS[..3]) };
                let facts = facts(model, On::Link, gaps, draw);
                case.links.push(Link { from: From::Claim(child), to: position, relation, facts });
            }
        }
    }
    for gene in &genes.items {
        let draw = &mut Draw::new(gene);
        let item = case.items.len();
        let first = draw.below(case.claims.len());
        let second = draw.below(case.claims.len());
        let both = draw.chance(25) && first != second;
        case.items.push(facts(model, On::Evidence, gaps, draw));
        for to in std::iter::once(first).chain(both.then_some(second)) {
            let relation = draw.pick(&RELATIONS[..3]);
            let facts = facts(model, On::Link, gaps, draw);
            case.links.push(Link { from: From::Item(item), to, relation, facts });
        }
    }
    for gene in &genes.judgements {
        if let Some(judgement) = judgement(model, &case, &mut Draw::new(gene))
            && !case.judgements.iter().any(|known| known.on == judgement.on && known.decision == judgement.decision)
        {
            case.judgements.push(judgement);
        }
    }
    case
}

fn facts(model: &Model, on: On, gaps: usize, draw: &mut Draw<'_>) -> Facts {
    let mut facts = Facts::new();
    for (number, fact) in model.facts.iter().enumerate().filter(|(_, fact)| fact.on == on) {
        // What is asked only at times is seldom written down, so that few cases contradict it.
        let gaps = if fact.asked_when.is_some() { gaps.max(75) } else { gaps };
        if !fact.always && draw.chance(gaps) {
            continue;
        }
        let unknown = if draw.chance(20) { draw.maybe(&fact.unknowns) } else { None };
        let stated = match unknown {
            Some(unknown) => Value::Unknown(unknown),
            None => value(draw, &fact.kind, fact.least, fact.greatest),
        };
        facts.insert(number, stated);
    }
    facts
}

fn judgement(model: &Model, case: &Case, draw: &mut Draw<'_>) -> Option<Judgement> {
    if !draw.chance(50) {
        return None;
    }
    let words: Vec<usize> = (0..model.decisions.len()).filter(|number| !model.decisions[*number].is_sum()).collect();
    let decision = draw.maybe(&words)?;
    let value = draw.pick(&model.decisions[decision].words());
    let links: Vec<usize> =
        (0..case.links.len()).filter(|link| matches!(case.links[*link].from, From::Item(_))).collect();
    let items: Vec<usize> = (0..case.items.len()).collect();
    let on = match model.decisions[decision].on {
        On::Claim => Judged::Claim(draw.below(case.claims.len())),
        On::Link if draw.chance(50) => Judged::Link(draw.maybe(&links)?),
        _ => Judged::Item(draw.maybe(&items)?),
    };
    Some(Judgement { on, decision, value })
}
