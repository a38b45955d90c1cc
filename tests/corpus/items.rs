//! What items see of their claim, and what they tell of it.

use evigrade::corpus::{Binding, Claim, Corpus};
use evigrade::grade::grade;
use evigrade::records::{Key, Outcome};
use evigrade::{Run, Status};

use crate::{by_case, compiled};

/// What items see of their claim makes a difference to what they give; a default stands for what is missing; a number that
/// only items see is not cut for claims.
#[test]
fn items_see_their_claim() {
    let pack = r#"
        [framework]
        id = "seen"
        title = "Seen"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.year]
        on = "claim"
        type = "count"
        ask = "When was it said?"
        [fact.treated]
        on = "evidence"
        type = "count"
        default = 1
        ask = "How many were treated?"
        [decision.of-harm]
        on = "link"
        values = ["no", "yes"]
        best = "last"
        otherwise = { then = "no", because = "Not of harm." }
        [[decision.of-harm.rule]]
        id = "harm"
        when = { kind = "harm", year = ">= 2000" }
        then = "yes"
        because = "Of harm."
        [measure.treated-for-harm]
        sum = "treated"
        where = { of-harm = "yes" }
        [decision.level]
        otherwise = { then = "low", because = "Few." }
        [[decision.level.rule]]
        id = "some"
        when = { all = [{ treated-for-harm = ">= 1" }, { treated-for-harm = "< 5" }] }
        then = "high"
        because = "{treated-for-harm} treated."
    "#;
    let (_, compiled) = compiled(pack);
    let mut binding = Binding::new(&compiled).unwrap();
    let kind = binding.claims().words("kind", &["efficacy", "harm"]).unwrap();
    let year = binding.claims().words("year", &["1990", "2010"]).unwrap();
    let treated = binding.items().numbers("treated", 0, &["missing"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claim = |corpus: &mut Corpus<'_>, kind_of: usize, year_of: usize| {
        corpus.add_claim(kind.at(kind_of).unwrap() + year.at(year_of).unwrap()).unwrap()
    };
    let claims = [claim(&mut corpus, 0, 1), claim(&mut corpus, 1, 1), claim(&mut corpus, 1, 0)];
    let item = corpus.add_item(treated.unknown("missing").unwrap(), &[999]).unwrap();
    for claim in claims {
        corpus.bear(item, claim, Key::default()).unwrap();
    }
    corpus.settle().unwrap();
    let words = claims.map(|claim| corpus.outcome(claim).unwrap().to_string());
    assert_eq!(words, ["low", "high", "low"]);
    corpus.change_claim(claims[2], kind.at(1).unwrap() + year.at(1).unwrap()).unwrap();
    assert_eq!(corpus.settle().unwrap().len(), 1);
    for _ in 0..100 {
        corpus.change(item, treated.of_units(1 << 60).unwrap(), &[1 << 60]).unwrap();
    }
    assert_eq!(corpus.settle().unwrap().len(), 2);
    assert!(corpus.change(item, treated.unknown("missing").unwrap() + Key::from(5), &[1]).is_err());

    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().numbers("year", &[]).unwrap();
    let refused = binding.corpus().map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("items or other claims see `year`"), "{refused}");
}

/// Each item goes with some value of what is missing of the claim, and no value goes with both.
const ASKED: &str = r#"
    [framework]
    id = "asked"
    title = "Asked"
    edition = "1"
    result = "level"
    [scale]
    levels = ["low", "high"]
    [fact.treated]
    on = "claim"
    type = "flag"
    ask = "Is it of a treatment?"
    [fact.blinded]
    on = "evidence"
    type = "flag"
    unknowns = ["not-applicable"]
    asked-when = { treated = true }
    ask = "Was it blinded?"
    [measure.items]
    count = "evidence"
    [decision.level]
    otherwise = { then = "low", because = "Few." }
    [[decision.level.rule]]
    id = "some"
    when = { items = ">= 2" }
    then = "high"
    because = "{items} items."
"#;

#[test]
fn items_that_rule_out_what_is_missing_between_them_are_no_claim() {
    let (frameworks, compiled) = compiled(ASKED);
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let blinded = binding.items().words("blinded", &["missing", "yes", "not-applicable"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims: Vec<Claim> = (0..2).map(|_| corpus.add_claim(Key::default()).unwrap()).collect();
    for (word, claim) in [(1, 0), (2, 0), (1, 1), (0, 1)] {
        let item = corpus.add_item(blinded.at(word).unwrap(), &[]).unwrap();
        corpus.bear(item, claims[claim], Key::default()).unwrap();
    }
    corpus.settle().unwrap();
    let case = corpus.case(claims[0], &frameworks).unwrap();
    assert!(grade(&case, &compiled, &Run::default()).is_err());
    assert!(matches!(corpus.outcome(claims[0]).unwrap(), Outcome::Contradiction(_)));
    assert_eq!(corpus.outcome(claims[1]).unwrap().word(), Some("high"));
}

/// What items say of a missing fact of their claim narrows what comes of it, in a corpus as in a case.
#[test]
fn items_tell_of_what_is_missing_of_their_claim() {
    let pack = ASKED.replace("when = { items = \">= 2\" }", "when = { treated = true }");
    let (frameworks, compiled) = compiled(&pack);
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let blinded = binding.items().words("blinded", &["yes"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claim = corpus.add_claim(Key::default()).unwrap();
    let item = corpus.add_item(blinded.at(0).unwrap(), &[]).unwrap();
    corpus.bear(item, claim, Key::default()).unwrap();
    corpus.settle().unwrap();
    let Outcome::Status(status) = corpus.outcome(claim).unwrap() else { panic!("its facts go together") };
    assert_eq!(Some(status), by_case(&corpus, claim, 0, &compiled, &frameworks).as_ref());
}

/// What any item rules out of a missing fact of its claim is ruled out wherever there is one, also where nothing is known of it.
#[test]
fn any_item_tells_of_what_is_missing_of_its_claim() {
    let pack = ASKED.replace("when = { items = \">= 2\" }", "when = { treated = true }")
        + r#"
        [fact.enrolled]
        on = "link"
        type = "count"
        unknowns = []
        at-most = 1
        ask = "How many were enrolled?"
        [[assumption]]
        id = "few"
        never = { enrolled = "< 2", treated = true }
        because = "Treatments enrol more."
    "#;
    let (frameworks, compiled) = compiled(&pack);
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let enrolled = binding.items().words("enrolled", &["missing", "1"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims: Vec<Claim> = (0..2).map(|_| corpus.add_claim(Key::default()).unwrap()).collect();
    for (word, claim) in claims.iter().enumerate() {
        let item = corpus.add_item(Key::default(), &[]).unwrap();
        corpus.bear(item, *claim, enrolled.at(word).unwrap()).unwrap();
    }
    corpus.settle().unwrap();
    for (place, claim) in claims.into_iter().enumerate() {
        assert_eq!(corpus.outcome(claim).unwrap().word(), Some("low"));
        assert_eq!(by_case(&corpus, claim, place, &compiled, &frameworks), Some(Status::Graded("low".into())));
    }
}
