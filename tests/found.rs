//! Corpora: what was told otherwise than a case tells it, or was taken though no case can say it.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use std::sync::Arc;

use evigrade::corpus::{Binding, Claim, Columns, Corpus, Tables};
use evigrade::grade::grade;
use evigrade::records::{Key, Outcome};
use evigrade::{Compiled, Framework, Frameworks, Run, Status};

fn added(pack: &str) -> (Frameworks, Arc<Framework>) {
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("found.toml", pack).expect("it can be read");
    let framework = Arc::clone(frameworks.find(id.as_str()).expect("it was added"));
    (frameworks, framework)
}

fn by_case(corpus: &Corpus<'_>, claim: (Claim, usize), compiled: &Compiled, frameworks: &Frameworks) -> Status {
    let case = corpus.case(claim.0, frameworks).expect("it is a case");
    let grading = grade(&case, compiled, &Run::default()).expect("it can be graded");
    grading.find(&format!("claim-{}", claim.1)).expect("it is in its own case").status()
}

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
    let (frameworks, framework) = added(pack);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let relation = binding.links().words("relation", &["rests-on", "supports"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let (parent, child) = (corpus.add_claim(Key::default()).unwrap(), corpus.add_claim(Key::default()).unwrap());
    corpus.rest(parent, child, relation.at(1).unwrap()).unwrap();
    corpus.settle().unwrap();
    assert_eq!(corpus.outcome(parent).unwrap().word(), Some("high"));
    assert_eq!(by_case(&corpus, (parent, 1), &compiled, &frameworks), Status::Graded("high".into()));
    assert_eq!(by_case(&corpus, (child, 2), &compiled, &frameworks), Status::Graded("low".into()));
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
    let (frameworks, framework) = added(ASKED);
    let compiled = Compiled::new(&framework).unwrap();
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
    let (frameworks, framework) = added(&pack);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let blinded = binding.items().words("blinded", &["yes"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claim = corpus.add_claim(Key::default()).unwrap();
    let item = corpus.add_item(blinded.at(0).unwrap(), &[]).unwrap();
    corpus.bear(item, claim, Key::default()).unwrap();
    corpus.settle().unwrap();
    let Outcome::Status(status) = corpus.outcome(claim).unwrap() else { panic!("its facts go together") };
    assert_eq!(*status, by_case(&corpus, (claim, 1), &compiled, &frameworks));
}

/// A column that is given three times can come to as much as three columns do.
#[test]
fn columns_tell_each_fact_once() {
    let pack = r#"
        [framework]
        id = "once"
        title = "Once"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.first]
        on = "claim"
        type = "flag"
        ask = "Is it the first?"
        [fact.second]
        on = "claim"
        type = "flag"
        ask = "Is it the second?"
        [decision.level]
        otherwise = { then = "low", because = "Not both." }
        [[decision.level.rule]]
        id = "both"
        when = { first = true, second = true }
        then = "high"
        because = "Both."
    "#;
    let (_, framework) = added(pack);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let first = binding.claims().flags("first", &[]).unwrap();
    binding.claims().flags("second", &[]).unwrap();
    let so = [true];
    let claims = Columns::new(1).flags(&first, &so).flags(&first, &so).flags(&first, &so);
    let (items, links) = (Columns::new(0), Columns::new(0));
    let tables = Tables { claims, items, claim_of_item: &[], links, parent_of_link: &[], child_of_link: &[] };
    assert!(binding.grade(&tables).is_err(), "nothing tells whether it is the second");
}

/// A link says what is of it, and no number, which is told of its item.
#[test]
fn links_say_what_is_theirs() {
    let pack = r#"
        [framework]
        id = "theirs"
        title = "Theirs"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.weight]
        on = "link"
        type = "count"
        ask = "How much does it weigh?"
        [fact.sound]
        on = "evidence"
        type = "flag"
        ask = "Is it sound?"
        [measure.heavy]
        sum = "weight"
        where = { weight = ">= 5", sound = true }
        [decision.level]
        otherwise = { then = "low", because = "Light." }
        [[decision.level.rule]]
        id = "heavy"
        when = { heavy = ">= 1" }
        then = "high"
        because = "It weighs {heavy}."
    "#;
    let (_, framework) = added(pack);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    assert!(binding.items().words("relation", &["supports", "rests-on"]).is_err(), "items do not rest on claims");
    let relation = binding.items().words("relation", &["supports", "refutes"]).unwrap();
    let weight = binding.items().numbers("weight", 0, &["missing"]).unwrap();
    let sound = binding.items().flags("sound", &[]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claim = corpus.add_claim(Key::default()).unwrap();
    let item = corpus.add_item(weight.of_units(1).unwrap(), &[1]).unwrap();
    assert!(corpus.bear(item, claim, weight.of_units(9).unwrap()).is_err(), "it weighs 1");
    assert!(corpus.bear(item, claim, sound.of(true)).is_err(), "it is not sound on any claim");
    let link = relation.at(1).unwrap() + weight.unknown("missing").unwrap();
    corpus.bear(item, claim, link).unwrap();
    corpus.settle().unwrap();
    assert_eq!(corpus.outcome(claim).unwrap().word(), Some("low"));
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
    let (frameworks, framework) = added(pack);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    binding.claims().words("kind", &["efficacy"]).unwrap();
    let day = binding.claims().words("as-of", &["2010-01-01", "2021-01-01"]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims = [0, 1].map(|place| corpus.add_claim(day.at(place).unwrap()).unwrap());
    corpus.settle().unwrap();
    for (place, word) in [(0, "low"), (1, "high")] {
        assert_eq!(corpus.outcome(claims[place]).unwrap().word(), Some(word));
        assert_eq!(by_case(&corpus, (claims[place], place + 1), &compiled, &frameworks), Status::Graded(word.into()));
    }
    corpus.rest(claims[1], claims[0], Key::default()).unwrap();
    corpus.settle().unwrap();
    assert!(corpus.case(claims[1], &frameworks).is_err(), "no case is of two days");
}
