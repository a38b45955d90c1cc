//! What a corpus does not take.

use evigrade::Compiled;
use evigrade::corpus::{Binding, Claim, Columns, Tables};
use evigrade::records::Key;

use crate::compiled;
use crate::workloads::certainty_of_bodies;

/// Claims that rest on each other are refused, and nothing is lost by it.
#[test]
fn circles_are_refused() {
    let compiled = Compiled::new(&certainty_of_bodies()).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let critical = binding.links().flags("critical", &[]).unwrap();
    let mut corpus = binding.corpus().unwrap();
    let claims: Vec<Claim> = (0..3).map(|_| corpus.add_claim(Key::default()).unwrap()).collect();
    corpus.rest(claims[0], claims[1], critical.of(true)).unwrap();
    corpus.settle().unwrap();
    corpus.rest(claims[2], claims[0], critical.of(true)).unwrap();
    corpus.rest(claims[1], claims[2], critical.of(true)).unwrap();
    let refused = corpus.settle().map(<[_]>::len).unwrap_err().to_string();
    assert!(refused.contains("rests on claims that rest on it in turn"), "{refused}");
    assert_eq!(corpus.settle().unwrap(), []);
    assert_eq!(corpus.outcome(claims[0]).unwrap().word(), Some("insufficient"));
}

/// What does not fit is refused, with the row.
#[test]
fn what_does_not_fit_is_refused() {
    let compiled = Compiled::new(&certainty_of_bodies()).unwrap();
    let grade = |places: &[u8], of: &[u32], twice: bool| {
        let mut binding = Binding::new(&compiled).unwrap();
        let bias = binding.items().words("item-bias", &["low", "high"]).unwrap();
        let critical = binding.items().words("item-design", &["rct", "nrsi"]).unwrap();
        let items = Columns::new(places.len()).words(&bias, places);
        let items = items.words(if twice { &bias } else { &critical }, places);
        let links = Columns::new(0);
        let claims = Columns::new(2);
        let tables = Tables { claims, items, claim_of_item: of, links, parent_of_link: &[], child_of_link: &[] };
        binding.grade(&tables).map(|grades| grades.len()).map_err(|refused| refused.to_string())
    };
    assert_eq!(grade(&[0, 1], &[0, 1], false), Ok(2));
    let messages = [
        grade(&[0, 2], &[0, 1], false),
        grade(&[0, 1], &[0, 2], false),
        grade(&[0, 1], &[0], false),
        grade(&[0, 1], &[0, 1], true),
    ];
    let messages: Vec<String> = messages.into_iter().map(Result::unwrap_err).collect();
    insta::assert_snapshot!(messages.join("\n\n"), @r"
    error[unknown-value]: row 1 of items has a value that its fact cannot be
      help: rows are counted from 0

    error[unknown-name]: row 1 of items names claim 2, and there are 2
      help: claims are counted from 0

    error[wrong-type]: there are 2 items, and 1 claims are named for them

    error[wrong-type]: of items 2 facts were bound, and columns do not tell each of them once
      help: give each fact that was bound one column
    ");

    let mut corpus = Binding::new(&compiled).unwrap().corpus().unwrap();
    assert!(corpus.add_claim(Key::from(1)).is_err());
    assert!(corpus.add_item(Key::default(), &[5]).is_err());
    let mut corpus = Binding::new(&compiled).unwrap().corpus().unwrap();
    let (claim, item) = (corpus.add_claim(Key::default()).unwrap(), corpus.add_item(Key::default(), &[]).unwrap());
    corpus.bear(item, claim, Key::default()).unwrap();
    assert!(corpus.bear(item, claim, Key::default()).is_err(), "it bears on it already");
    let mut binding = Binding::new(&compiled).unwrap();
    assert!(binding.items().words("critical", &["yes"]).is_ok(), "links of items have it too");
    assert!(binding.items().words("certainty", &["high"]).is_err());
    assert!(binding.items().words("item-bias", &["none at all"]).is_err());
    assert!(binding.items().numbers("item-bias", 0, &[]).is_err());
    binding.claims().numbers("together", &[]).unwrap();
    assert!(binding.corpus().is_err(), "it is measured");
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
    let (_, compiled) = compiled(pack);
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
