//! What must hold of single changes: what an open question says of an answer is what grading says of the case with
//! it, and the steps that are told to move a grade do, and no others.

use std::collections::BTreeSet;

use evigrade::case::LinkEnd;
use evigrade::document::shape::Subject;
use evigrade::explain::{self, Stepped};
use evigrade::grade::OpenFact;
use evigrade::value::FactValue;
use evigrade::vocabulary::{FactDefinition, FactType};
use evigrade::{Case as Loaded, Grading, Status};

use crate::engine::{self, Engine};

/// What is possible, and whether it may be that no rule answers.
fn possible(grading: &Grading<'_>, claim: usize) -> (Vec<String>, bool) {
    match grading.grade(engine::claim(grading, claim)).status() {
        Status::Graded(word) => (vec![word.to_string()], false),
        Status::Undetermined { possible, gap, .. } => (possible.iter().map(ToString::to_string).collect(), gap),
        _ => (Vec::new(), false),
    }
}

/// Whether setting a fact of links sets it where it is missing, and nowhere else.
fn is_missing_throughout(case: &Loaded, open: &OpenFact) -> bool {
    if open.subject != Subject::Link {
        return true;
    }
    let Some(item) = case.find_item(&open.of) else { return false };
    let mut links = case.links().iter().filter(|link| link.from == LinkEnd::Evidence(item));
    links.all(|link| !link.facts.contains_key(&open.name))
}

/// Holds the open questions of a claim.
pub(crate) fn questions(engine: &Engine, grading: &Grading<'_>, claim: usize) -> Result<(), String> {
    let grade = grading.grade(engine::claim(grading, claim));
    let questions = grade.questions();
    let mut facts: Vec<OpenFact> = questions.iter().map(|question| question.fact.clone()).collect();
    facts.sort();
    if facts != grade.open() {
        return Err(format!("{facts:?} are ranked, and {:?} are open", grade.open()));
    }
    let (before, gap) = possible(grading, claim);
    let size = |(possible, gap): &(Vec<String>, bool)| (possible.len() + usize::from(*gap)).max(1);
    let size_before = size(&(before, gap));
    let key = |question: &evigrade::grade::OpenQuestion| {
        question.narrows.as_ref().map(|narrows| (narrows.expected(), narrows.guaranteed))
    };
    if questions.windows(2).any(|pair| key(&pair[0]) < key(&pair[1])) {
        return Err(format!("the questions do not stand in their order: {questions:?}"));
    }
    for question in &questions {
        let Some(narrows) = &question.narrows else { continue };
        let mut left = Vec::new();
        for answer in &narrows.answers {
            let remaining = (answer.possible.clone(), answer.gap);
            left.push(size_before.saturating_sub(size(&remaining)));
            if !is_missing_throughout(grading.case(), &question.fact) {
                continue;
            }
            let OpenFact { of, name, .. } = &question.fact;
            let case = grading.case().with_fact(of, name.as_str(), &answer.value.written(), &engine.frameworks);
            let case = case.map_err(|refused| format!("{answer:?} cannot be an answer: {refused:?}"))?;
            let graded = engine.grade(&case).map_err(|refused| format!("{answer:?} is refused: {refused:?}"))?;
            if possible(&graded, claim) != remaining {
                return Err(format!("{question:?}: {:?} is possible with {answer:?}", possible(&graded, claim)));
            }
        }
        let (ruled_out, guaranteed) = (left.iter().sum::<usize>(), left.iter().min().copied());
        if narrows.of != size_before || narrows.ruled_out != ruled_out || Some(narrows.guaranteed) != guaranteed {
            return Err(format!("{question:?} does not add up"));
        }
        let in_order = narrows.guaranteed * left.len() <= ruled_out && ruled_out <= (size_before - 1) * left.len();
        if !in_order {
            return Err(format!("{question:?} is out of bounds"));
        }
    }
    Ok(())
}

/// The values of a fact that are one step from a value; nothing for a number, of which every other value is tried.
fn next(fact: &FactDefinition, value: &FactValue) -> Vec<String> {
    let FactType::Choice(choices) = &fact.kind else {
        let is_flag = fact.kind == FactType::Flag && value.known().is_some();
        return is_flag.then(|| (value.written() == "false").to_string()).into_iter().collect();
    };
    let Some(at) = choices.position(&value.written()) else { return Vec::new() };
    // Without an order it is no single step, unless somebody could answer otherwise.
    if !choices.ordered && fact.means_from(value).is_none() {
        return Vec::new();
    }
    let near = |other: &usize| if choices.ordered { other.abs_diff(at) == 1 } else { *other != at };
    (0..choices.values.len()).filter(near).map(|other| choices.values[other].to_string()).collect()
}

/// Holds the steps that are told against all that there are.
pub(crate) fn robustness(engine: &Engine, grading: &Grading<'_>, claims: usize) -> Result<(), String> {
    let case = grading.case();
    let all = (0..claims).map(|claim| engine::claim(grading, claim));
    let told = explain::robustness(grading, all);
    let mut of_facts: BTreeSet<(String, String, String, String)> = BTreeSet::new();
    for robust in told.iter().filter(|robust| robust.graded) {
        for step in &robust.moves {
            let changed = match (step.kind, &step.name, &step.after) {
                (Stepped::Fact | Stepped::JudgedFact, Some(name), Some(after)) => {
                    of_facts.insert((robust.claim.clone(), step.of.clone(), name.to_string(), after.clone()));
                    case.with_fact(&step.of, name.as_str(), after, &engine.frameworks)
                }
                (Stepped::Judgement, Some(name), Some(after)) => {
                    let (framework, decision) = name.as_str().split_once('.').ok_or("no framework")?;
                    case.with_judged(&step.of, framework, decision, after)
                }
                _ => case.without(&step.of),
            };
            let changed = changed.map_err(|refused| format!("{step:?} cannot be: {refused:?}"))?;
            let after = engine.grade(&changed).map_err(|refused| format!("{step:?} is refused: {refused:?}"))?;
            let now = after.find(&robust.claim).ok_or("it is gone")?;
            let before = grading.find(&robust.claim).ok_or("it is gone")?;
            if now.label() != step.label || now.label() == before.label() {
                return Err(format!("{}: {step:?}, and it is {}", robust.claim, now.label()));
            }
        }
    }
    let facts = || engine.compiled.framework().facts.iter();
    let of_claims = case.claims().iter().map(|claim| (claim.id.as_str(), &claim.facts, Subject::Claim));
    let of_items = case.evidence().iter().map(|item| (item.id.as_str(), &item.facts, Subject::Evidence));
    for (id, stated, subject) in of_claims.chain(of_items) {
        for fact in facts().filter(|fact| fact.subject == subject) {
            let Some(value) = stated.get(&fact.name).map(|fact| &fact.value) else { continue };
            for value in next(fact, value) {
                let changed = case.with_fact(id, fact.name.as_str(), &value, &engine.frameworks);
                let changed = changed.map_err(|refused| format!("{id}.{} = {value}: {refused:?}", fact.name))?;
                let Ok(after) = engine.grade(&changed) else { continue };
                for robust in told.iter().filter(|robust| robust.graded) {
                    let (now, before) = (after.find(&robust.claim), grading.find(&robust.claim));
                    let moved = now.map(|grade| grade.label()) != before.map(|grade| grade.label());
                    let key = (robust.claim.clone(), id.to_owned(), fact.name.to_string(), value.clone());
                    if moved != of_facts.contains(&key) {
                        return Err(format!("{key:?}: it moves: {moved}, and it is told otherwise"));
                    }
                }
            }
        }
    }
    Ok(())
}
