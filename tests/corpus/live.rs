//! Corpora that change: whatever is added, changed and taken back.

use evigrade::corpus::{Binding, Claim};
use evigrade::records::{Key, Outcome};
use evigrade::{Compiled, Frameworks, Status};

use crate::script::Script;
use crate::workloads::{Random, certainty_of_bodies};
use crate::{by_case, compiled};

/// Whether two tell the same: where something is missing a corpus may leave more open, but never less.
fn agree(outcome: &Outcome, status: Option<&Status>) -> bool {
    match (outcome, status) {
        (Outcome::Contradiction(_), None) => true,
        (Outcome::Status(Status::NotApplicable(_)), Some(Status::NotApplicable(_))) => true,
        (Outcome::Status(Status::Graded(one)), Some(Status::Graded(other))) => one == other,
        (Outcome::Status(Status::Undetermined { possible, .. }), Some(Status::Graded(other))) => {
            possible.contains(other)
        }
        (
            Outcome::Status(Status::Undetermined { possible, gap, exact }),
            Some(Status::Undetermined { possible: others, gap: other_gap, exact: other_exact }),
        ) => {
            // What a case does not tell exactly may be told more narrowly.
            (!other_exact || others.iter().all(|other| possible.contains(other)) && (*gap || !other_gap))
                && (!(*exact && *other_exact) || possible == others)
        }
        _ => false,
    }
}

/// Whatever is bound under whatever framework, and however it changes.
#[test]
fn a_claim_comes_to_what_it_comes_to_in_a_case() {
    let frameworks = Frameworks::built_in();
    let mut random = Random::new(7);
    let (mut compared, mut graded, mut open) = (0, 0, 0);
    for framework in frameworks.iter() {
        let compiled = Compiled::new(framework).unwrap();
        if Binding::new(&compiled).is_err() {
            continue;
        }
        for _ in 0..2 {
            let mut script = Script::new(&compiled, &mut random);
            for _ in 0..3 {
                for _ in 0..12 {
                    script.step(&mut random);
                }
                script.corpus.settle().unwrap();
                for (place, claim) in script.claims.iter().enumerate() {
                    let outcome = script.corpus.outcome(*claim).unwrap();
                    let status = by_case(&script.corpus, *claim, place, &compiled, &frameworks);
                    assert!(agree(outcome, status.as_ref()), "{} {claim:?} {outcome:?} {status:?}", framework.id);
                    compared += 1;
                    graded += u32::from(outcome.word().is_some());
                    open += u32::from(matches!(outcome, Outcome::Status(Status::Undetermined { .. })));
                }
            }
        }
    }
    assert!(compared > 500 && graded > 20 && open > 100, "{compared} compared, {graded} graded, {open} open");
}

/// What is told to have moved is what is otherwise, and no more; and in the end all is as if it had been so from the start.
#[test]
fn what_moved_is_what_is_otherwise() {
    let compiled = Compiled::new(&certainty_of_bodies()).unwrap();
    let mut frameworks = Frameworks::built_in();
    frameworks.add_toml("bodies.toml", include_str!("../../benches/workloads/bodies.toml")).unwrap();
    let mut random = Random::new(11);
    for number in 0..2_000 {
        let mut script = Script::new(&compiled, &mut Random::new(number));
        let mut before: Vec<Option<Outcome>> = Vec::new();
        for _ in 0..4 {
            for _ in 0..1 + random.below(8) {
                script.step(&mut random);
            }
            let moved = script.corpus.settle().unwrap().to_vec();
            before.resize(script.claims.len(), None);
            for (place, claim) in script.claims.iter().enumerate() {
                let after = script.corpus.outcome(*claim).unwrap();
                let told = moved.iter().filter(|moved| moved.claim == *claim).collect::<Vec<_>>();
                assert_eq!(told.len(), usize::from(before[place].as_ref() != Some(after)), "script {number}");
                for told in told {
                    let of = |outcome: u32| script.corpus.outcome_of(outcome).cloned();
                    assert_eq!(
                        (told.before.and_then(of), of(told.after)),
                        (before[place].clone(), Some(after.clone()))
                    );
                }
                before[place] = Some(after.clone());
            }
        }
        let last = script.claims.len() - 1;
        let status = by_case(&script.corpus, script.claims[last], last, &compiled, &frameworks);
        assert!(agree(before[last].as_ref().unwrap(), status.as_ref()), "script {number}");
    }
}

/// More items than 16 bits count.
#[test]
fn a_claim_has_as_many_items_as_there_are() {
    let compiled = Compiled::new(&certainty_of_bodies()).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let bias = binding.items().words("item-bias", &["low", "high"]).unwrap();
    let participants = binding.items().numbers("item-participants", 0, &[]).unwrap();
    let design = binding.items().words("item-design", &["rct"]).unwrap();
    let direction = binding.items().words("item-direction", &["positive"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims: Vec<Claim> = (0..2).map(|_| corpus.add_claim(Key::default()).unwrap()).collect();
    let key = |bias: Key| bias + participants.of_units(1).unwrap() + design.at(0).unwrap() + direction.at(0).unwrap();
    // A quarter of them at high risk of bias, and one more.
    let count = 120_000;
    for place in 0..count {
        let bias = bias.at(usize::from(place % 4 == 0)).unwrap();
        let item = corpus.add_item(key(bias), &[1]).unwrap();
        corpus.bear(item, claims[usize::from(place > 0)], Key::default()).unwrap();
    }
    corpus.settle().unwrap();
    assert_eq!(corpus.outcome(claims[1]).unwrap().word(), Some("high"), "a little less than a quarter");
    let item = corpus.add_item(key(bias.at(1).unwrap()), &[1]).unwrap();
    corpus.bear(item, claims[1], Key::default()).unwrap();
    assert_eq!(corpus.settle().unwrap().len(), 1);
    assert_eq!(corpus.outcome(claims[1]).unwrap().word(), Some("moderate"), "a quarter");
    corpus.withdraw(item, true).unwrap();
    assert_eq!(corpus.settle().unwrap().len(), 1);
}

/// No number of a link between claims stands beside its key.
#[test]
fn numbers_of_links_are_told_as_words() {
    let pack = r#"
        [framework]
        id = "weights"
        title = "Weights"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.needed]
        on = "claim"
        type = "count"
        ask = "How many are needed?"
        [fact.weight]
        on = "link"
        type = "count"
        ask = "How much does it weigh?"
        [measure.weights]
        sum = "weight"
        over = "claims"
        [decision.level]
        otherwise = { then = "low", because = "Light." }
        [[decision.level.rule]]
        id = "many"
        when = { needed = ">= 10" }
        then = "high"
        because = "{needed} are needed."
        [[decision.level.rule]]
        id = "heavy"
        when = { weights = ">= 3" }
        then = "high"
        because = "They weigh {weights}."
    "#;
    let (_, compiled) = compiled(pack);
    let mut binding = Binding::new(&compiled).unwrap();
    assert!(binding.links().numbers("weight", 0, &[]).is_err(), "a key does not tell it");
    let weight = binding.links().words("weight", &["1", "2"]).unwrap();
    binding.claims().numbers("needed", &[]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims: Vec<Claim> = (0..3).map(|_| corpus.add_claim(Key::default()).unwrap()).collect();
    for child in [1, 2] {
        corpus.rest(claims[0], claims[child], weight.at(child - 1).unwrap()).unwrap();
    }
    corpus.settle().unwrap();
    assert_eq!(corpus.outcome(claims[0]).unwrap().word(), Some("high"));
    assert_eq!(corpus.outcome(claims[1]).unwrap().word(), Some("low"));
}
