//! Corpora as columns.

use evigrade::Compiled;
use evigrade::corpus::{Binding, Columns, Tables};

use crate::compiled;
use crate::workloads::bodies::{BODIES_OF_A_THOUSAND, bodies};
use crate::workloads::claims::{Graph, from_columns};
use crate::workloads::{certainty_of_bodies, crc32};

#[test]
fn a_thousand_claims_come_to_what_they_should() {
    let (compiled, bodies) = (Compiled::new(&certainty_of_bodies()).unwrap(), bodies(1_000));
    for bodies in [&bodies, &bodies.shuffled()] {
        let grades = from_columns(&compiled, bodies).unwrap();
        assert_eq!(crc32(grades.levels().map(|level| level.unwrap() as u8)), BODIES_OF_A_THOUSAND);
    }
    assert_eq!(crc32(Graph::flat(&compiled, &bodies).unwrap().levels()), BODIES_OF_A_THOUSAND);
}

/// More items than 16 bits count, a little less than a quarter of them at high risk of bias.
#[test]
fn a_claim_has_as_many_rows_as_there_are() {
    let compiled = Compiled::new(&certainty_of_bodies()).unwrap();
    let places: Vec<u8> = (1..120_000).map(|place| u8::from(place % 4 == 0)).collect();
    let (zeros, ones, of) = (vec![0; places.len()], vec![1_i64; places.len()], vec![0; places.len()]);
    let mut binding = Binding::new(&compiled).unwrap();
    let items = binding.items();
    let (bias, participants) =
        (items.words("item-bias", &["low", "high"]).unwrap(), items.numbers("item-participants", 0, &[]).unwrap());
    let (design, direction) =
        (items.words("item-design", &["rct"]).unwrap(), items.words("item-direction", &["positive"]).unwrap());
    let table = Columns::new(places.len()).words(&bias, &places).words(&design, &zeros).words(&direction, &zeros);
    let grades = binding.grade(&Tables {
        claims: Columns::new(1),
        items: table.numbers(&participants, ones.as_slice()),
        claim_of_item: &of,
        links: Columns::new(0),
        parent_of_link: &[],
        child_of_link: &[],
    });
    assert_eq!(grades.unwrap().outcome(0).unwrap().word(), Some("high"));
}

/// Numbers of claims, and two numbers of items whose columns stand in another order than they were bound in.
#[test]
fn columns_come_in_any_order() {
    let pack = r#"
        [framework]
        id = "two-numbers"
        title = "Two numbers"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.needed]
        on = "claim"
        type = "count"
        ask = "How many are needed?"
        [fact.treated]
        on = "evidence"
        type = "count"
        ask = "How many were treated?"
        [fact.control]
        on = "evidence"
        type = "count"
        ask = "How many were not?"
        [measure.all-treated]
        sum = "treated"
        [measure.all-control]
        sum = "control"
        [decision.level]
        otherwise = { then = "low", because = "Few." }
        [[decision.level.rule]]
        id = "enough"
        when = { needed = "<= 10", all-treated = ">= 5", all-control = "< 5" }
        then = "high"
        because = "{all-treated} treated, {all-control} not."
    "#;
    let (_, compiled) = compiled(pack);
    let grade = |needed: &[i64], both: bool| {
        let mut binding = Binding::new(&compiled).unwrap();
        let of_claims = binding.claims().numbers("needed", &[]).unwrap();
        let treated = binding.items().numbers("treated", 0, &["not-reported"]).unwrap();
        let control = binding.items().numbers("control", 0, &["not-reported"]).unwrap();
        let (few, many, reported) = ([1_i64, 1], [3_i64, 3], [false, false]);
        let items = Columns::new(2).numbers_unless(&control, few.as_slice(), "not-reported", &reported);
        let items = items.numbers(if both { &treated } else { &control }, many.as_slice());
        let grades = binding.grade(&Tables {
            claims: Columns::new(1).numbers(&of_claims, needed),
            items,
            claim_of_item: &[0, 0],
            links: Columns::new(0),
            parent_of_link: &[],
            child_of_link: &[],
        });
        grades.map(|grades| grades.outcome(0).unwrap().to_string()).map_err(|refused| refused.to_string())
    };
    assert_eq!(grade(&[10], true).as_deref(), Ok("high"));
    assert_eq!(grade(&[11], true).as_deref(), Ok("low"));
    assert!(grade(&[10], false).unwrap_err().contains("do not tell each of them once"));
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
    let (_, compiled) = compiled(pack);
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
