//! A claim of a corpus as a case.

use evigrade::Status;
use evigrade::corpus::Binding;
use evigrade::records::Key;

use crate::{by_case, compiled};

/// Claims that bear on another in other ways than that this rests on them.
#[test]
fn a_claim_that_supports_another_does_so_in_its_case() {
    let pack = r#"
        [framework]
        id = "supported"
        title = "Supported"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [measure.supporting]
        count = "claims"
        where = { relation = "supports" }
        [decision.level]
        otherwise = { then = "low", because = "None supports it." }
        [[decision.level.rule]]
        id = "some"
        when = { supporting = ">= 1" }
        then = "high"
        because = "{supporting} support it."
    "#;
    let (frameworks, compiled) = compiled(pack);
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let relation = binding.links().words("relation", &["rests-on", "supports"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let (parent, child) = (corpus.add_claim(Key::default()).unwrap(), corpus.add_claim(Key::default()).unwrap());
    corpus.rest(parent, child, relation.at(1).unwrap()).unwrap();
    corpus.settle().unwrap();
    assert_eq!(corpus.outcome(parent).unwrap().word(), Some("high"));
    assert_eq!(by_case(&corpus, parent, 0, &compiled, &frameworks), Some(Status::Graded("high".into())));
    assert_eq!(by_case(&corpus, child, 1, &compiled, &frameworks), Some(Status::Graded("low".into())));
}

/// The day as of which a claim is graded is that of its case.
#[test]
fn the_day_of_a_claim_is_that_of_its_case() {
    let pack = r#"
        [framework]
        id = "dated"
        title = "Dated"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [decision.level]
        otherwise = { then = "low", because = "Early." }
        [[decision.level.rule]]
        id = "late"
        when = { as-of = ">= 2020-01-01" }
        then = "high"
        because = "Late."
    "#;
    let (frameworks, compiled) = compiled(pack);
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let day = binding.claims().words("as-of", &["2010-01-01", "2021-01-01"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims = [0, 1].map(|place| corpus.add_claim(day.at(place).unwrap()).unwrap());
    corpus.settle().unwrap();
    for (place, word) in [(0, "low"), (1, "high")] {
        assert_eq!(corpus.outcome(claims[place]).unwrap().word(), Some(word));
        assert_eq!(by_case(&corpus, claims[place], place, &compiled, &frameworks), Some(Status::Graded(word.into())));
    }
    corpus.rest(claims[1], claims[0], Key::default()).unwrap();
    corpus.settle().unwrap();
    assert!(corpus.case(claims[1], &frameworks).is_err(), "no case is of two days");
}

/// A fact that is not said of a claim and follows from others is missing all the same to those that ask for it.
#[test]
fn what_follows_of_a_claim_was_not_said_of_it() {
    let pack = r#"
        [framework]
        id = "followed"
        title = "Followed"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.treated]
        on = "claim"
        type = "flag"
        ask = "Is it of a treatment?"
        [fact.blinded]
        on = "claim"
        type = "flag"
        unknowns = ["not-applicable"]
        asked-when = { treated = true }
        ask = "Was it blinded?"
        [measure.unsaid]
        count = "claims"
        where = { blinded = "missing" }
        [measure.blinded-claims]
        count = "claims"
        where = { blinded = true }
        [decision.level]
        otherwise = { then = "low", because = "{blinded-claims} blinded, and {unsaid} not said." }
        [[decision.level.rule]]
        id = "unsaid"
        when = { unsaid = ">= 1" }
        then = "high"
        because = "{unsaid} not said."
        [[decision.level.rule]]
        id = "own"
        when = { blinded = true }
        then = "high"
        because = "Blinded."
    "#;
    let (frameworks, compiled) = compiled(pack);
    let mut binding = Binding::new(&compiled).unwrap();
    let kind = binding.claims().words("kind", &["efficacy"]).unwrap();
    let treated = binding.claims().words("treated", &["false"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims = [0, 0].map(|word| corpus.add_claim(kind.at(word).unwrap() + treated.at(word).unwrap()).unwrap());
    corpus.rest(claims[0], claims[1], Key::default()).unwrap();
    corpus.settle().unwrap();
    let words = claims.map(|claim| corpus.outcome(claim).unwrap().word());
    assert_eq!(words, [Some("high"), Some("low")]);
    assert_eq!(by_case(&corpus, claims[0], 0, &compiled, &frameworks), Some(Status::Graded("high".into())));
}
