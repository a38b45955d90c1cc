//! Records: the same as cases and examples say, by keys and by values, and what is refused.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

#[path = "../benches/workloads/mod.rs"]
mod workloads;

use std::sync::Arc;

use evigrade::records::{Binding, Key, Records, Wide};
use evigrade::value::{FactValue, Value};
use evigrade::{Compiled, Framework, Frameworks};
use workloads::{Bound, CERTAINTY_OF_A_MILLION, Record, certainty, crc32};

fn framework(text: &str) -> Arc<Framework> {
    let mut frameworks = Frameworks::built_in();
    let id = frameworks.add_toml("bench.toml", text).expect("it can be read");
    Arc::clone(frameworks.find(id.as_str()).expect("it was added"))
}

#[test]
fn a_million_records_come_to_what_they_should() {
    let framework = certainty();
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let bound = Bound::new(&mut binding);
    let records = binding.records();
    assert_eq!(records.size(), 3 * 81 * 2 * 3 * 2 * 2 * 2);
    let grade = |record: &Record| u8::try_from(records.grade(bound.key(record).unwrap())).unwrap();
    let all = workloads::records(1_000_000);
    assert_eq!(crc32(all.iter().map(grade)), CERTAINTY_OF_A_MILLION);
}

/// By their values records come to the same as by their keys, and the proof of both says so.
#[test]
fn keys_and_values_say_the_same() {
    let framework = certainty();
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let bound = Bound::new(&mut binding);
    let records = binding.records();
    let word = |words: &[&str], place: u8| FactValue::Known(Value::Choice(words[usize::from(place)].into()));
    let concern = |place| word(&["not-serious", "serious", "very-serious"], place);
    for record in workloads::records(500) {
        let mut values = vec![word(&["no-design", "nrsi", "rct"], record.design)];
        values.extend(record.concerns.map(concern));
        values.push(word(&["undetected", "strongly-suspected"], record.unpublished));
        values.push(word(&["no", "large", "very-large"], record.effect));
        values.push(rust_decimal::Decimal::from(record.studies).into());
        values.extend([FactValue::from(record.gradient), record.confounding.into()]);
        let key = bound.key(&record).unwrap();
        let by_key = records.grade(key);
        assert_eq!(by_key, records.grade_values(&values).unwrap());
        let level = records.outcome(by_key).word().unwrap().to_owned();
        assert_eq!(records.proof(key).unwrap().value.to_string(), level);
        let proof = records.proof_with(key, &[("study-count", record.studies.into())]).unwrap();
        let of_values = records.proof_of_values(&values).unwrap().unwrap();
        let told = |proof: &evigrade::grade::Proof| serde_json::to_string(proof).unwrap();
        assert_eq!(told(&proof), told(&of_values));
    }
}

fn refused(act: impl FnOnce(&mut Binding<'_>) -> Result<(), evigrade::Refused>) -> String {
    let framework = certainty();
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    act(&mut binding).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_bound_is_told() {
    let told = refused(|binding| binding.words("body-desing", &["rct"]).map(|_| ()));
    assert!(told.contains("knows no `body-desing`"), "{told}");
    let told = refused(|binding| binding.words("body-design", &["rtc"]).map(|_| ()));
    assert!(told.contains("rtc"), "{told}");
    let told = refused(|binding| binding.numbers("body-design", &[]).map(|_| ()));
    assert!(told.contains("no number"), "{told}");
    let told = refused(|binding| binding.flags("study-count", &[]).map(|_| ()));
    assert!(told.contains("no flag"), "{told}");
    let told = refused(|binding| {
        binding.flags("gradient", &[])?;
        binding.flags("gradient", &[]).map(|_| ())
    });
    assert!(told.contains("bound twice"), "{told}");
}

/// What is missing leaves what is possible, and numbers that the fact cannot be have no key.
#[test]
fn what_is_missing_leaves_what_is_possible() {
    let framework = certainty();
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let design = binding.words("body-design", &["rct", "missing", "no-design"]).unwrap();
    let studies = binding.numbers("study-count", &["missing"]).unwrap();
    let records: Records<'_> = binding.records();
    let told = |key: Key| records.outcome(records.grade(key)).to_string();
    assert_eq!(told(design.at(2).unwrap() + studies.of_whole(3).unwrap()), "insufficient");
    assert_eq!(told(design.at(0).unwrap() + studies.of_whole(0).unwrap()), "insufficient");
    assert_eq!(told(design.at(0).unwrap() + studies.of_whole(3).unwrap()), "very-low|low|moderate|high");
    let all = "insufficient|very-low|low|moderate|high";
    assert_eq!(told(design.at(1).unwrap() + studies.unknown("missing").unwrap()), all);
    assert!(studies.of_whole(-1).is_none() && studies.of(0.5).is_none() && studies.of(f64::NAN).is_none());
    assert_eq!(studies.of(4.0), studies.of_whole(7));
}

/// A framework of a few rules, with something of each kind that can be bound.
const KINDS: &str = r#"
    [framework]
    id = "kinds"
    title = "What can be bound"
    edition = "1"
    result = "answer"
    [scale]
    levels = ["no", "maybe", "yes"]
    [parameter.least]
    value = 3
    about = "From how many on it counts."
    status = "convention"
    [fact.seen]
    on = "claim"
    type = "flag"
    unknowns = []
    default = false
    ask = "Was it seen?"
    [fact.times]
    on = "claim"
    type = "number"
    ask = "How often?"
    [decision.middle]
    values = ["low", "high"]
    best = "last"
    otherwise = "low"
    [[decision.middle.rule]]
    id = "seen"
    when = { seen = true }
    then = "high"
    because = "It was seen."
    [decision.answer]
    otherwise = "no"
    [[decision.answer.rule]]
    id = "often"
    when = { middle = "high", times = "> 0" }
    then = "yes"
    because = "{times} times."
    [[decision.answer.rule]]
    id = "high"
    when = { middle = "high" }
    then = "maybe"
    because = "It is high."
"#;

#[test]
fn decisions_that_are_bound_are_taken_as_they_are() {
    let framework = framework(KINDS);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let seen = binding.flags("seen", &["missing"]).unwrap();
    let middle = binding.words("middle", &["low", "high", "missing"]).unwrap();
    let records = binding.records();
    let told = |key: Key| records.outcome(records.grade(key)).to_string();
    assert_eq!(told(seen.of(true) + middle.at(0).unwrap()), "no");
    assert_eq!(told(seen.of(false) + middle.at(1).unwrap()), "maybe|yes");
    // What is missing holds by default.
    assert_eq!(told(seen.unknown("missing").unwrap() + middle.at(2).unwrap()), "no");
    assert_eq!(told(seen.of(true) + middle.at(2).unwrap()), "maybe|yes");
}

#[test]
fn what_is_next_to_nothing_is_not_nothing() {
    let framework = framework(KINDS);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let seen = binding.flags("seen", &[]).unwrap();
    let times = binding.numbers("times", &[]).unwrap();
    let records = binding.records();
    let told = |number: f64| records.outcome(records.grade(seen.of(true) + times.of(number).unwrap())).to_string();
    assert_eq!([0.0, 1e-30, 0.5, -1e-300].map(told), ["maybe", "yes", "yes", "maybe"]);
    let key = seen.of(true) + times.of(2.0).unwrap();
    assert!(records.proof_with(key, &[("times", 5.into())]).is_some());
    // None of this key, and of no fact.
    assert!(records.proof_with(key, &[("times", (-5).into())]).is_none());
    assert!(records.proof_with(key, &[("often", 5.into())]).is_none());
}

#[test]
fn parameters_results_and_values_of_another_kind_are_refused() {
    let framework = framework(KINDS);
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    assert!(binding.numbers("least", &[]).unwrap_err().to_string().contains("parameter"));
    assert!(binding.words("answer", &["no"]).unwrap_err().to_string().contains("comes out"));
    binding.flags("seen", &[]).unwrap();
    let records = binding.records();
    let word = FactValue::Known(Value::Choice("often".into()));
    assert!(records.grade_values(&[word]).unwrap_err().to_string().contains("`seen` cannot be often"));
}

/// What is refused leaves nothing behind.
#[test]
fn too_many_facts_are_refused_one_by_one() {
    let facts: String = (0..70)
        .map(|number| format!("[fact.f-{number}]\non = \"claim\"\ntype = \"flag\"\nunknowns = []\nask = \"So?\"\n"))
        .collect();
    let framework = framework(&(facts_of(&facts)));
    let compiled = Compiled::new(&framework).unwrap();
    let mut binding = Binding::new(&compiled).unwrap();
    let bound = (0..70).filter(|number| binding.flags(&format!("f-{number}"), &[]).is_ok()).count();
    assert_eq!(bound, 63);
    let records = binding.records();
    assert!(records.grade_values(&vec![false.into(); 63]).is_ok());
    assert_eq!(records.outcome(records.grade(Key::default())).to_string(), "no|yes");
}

fn facts_of(facts: &str) -> String {
    format!(
        "[framework]\nid = \"many\"\ntitle = \"Many\"\nedition = \"1\"\nresult = \"answer\"\n\
         [scale]\nlevels = [\"no\", \"yes\"]\n{facts}\n[decision.answer]\notherwise = \"no\"\n\
         [[decision.answer.rule]]\nid = \"last\"\nwhen = {{ f-69 = true }}\nthen = \"yes\"\nbecause = \"So.\"\n"
    )
}

/// Scope rules that ask what was decided, and a measure that is called like a fact with a default: by keys and by bits records come
/// to what they come to by their values.
#[test]
fn what_is_decided_keeps_records_out() {
    let pack = r#"
        [framework]
        id = "suitable"
        title = "Suitable"
        edition = "1"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.suits]
        on = "claim"
        type = "flag"
        unknowns = []
        ask = "Does it suit?"
        [fact.studies]
        on = "evidence"
        type = "count"
        default = 0
        ask = "How many studies are in it?"
        [measure.studies]
        sum = "studies"
        [decision.suitability]
        values = ["little", "some"]
        best = "last"
        otherwise = { then = "unsuited", because = "It does not suit." }
        outcomes = ["unsuited"]
        [[decision.suitability.rule]]
        id = "suits"
        when = { suits = true }
        then = "some"
        because = "It suits."
        [[not-applicable]]
        when = { suitability = "unsuited" }
        because = "What does not suit is not graded."
        [decision.level]
        otherwise = { then = "low", because = "None." }
        [[decision.level.rule]]
        id = "some"
        when = { studies = ">= 1" }
        then = "high"
        because = "{studies} studies."
    "#;
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("suitable.toml", pack).unwrap();
    let compiled = Compiled::new(frameworks.find(id.as_str()).unwrap()).unwrap();

    let mut binding = Binding::new(&compiled).unwrap();
    let suits = binding.flags("suits", &[]).unwrap();
    let records = binding.records();
    let of = |flag: bool| records.outcome(records.grade(suits.of(flag))).to_string();
    assert_eq!([of(false), of(true)], ["not-applicable", "low|high"], "nobody counted the studies");

    let mut wide = Wide::new(&compiled).unwrap();
    wide.flags("suits", &[]).unwrap();
    let mut grades = [0; 2];
    wide.grade(&[&[0, 1]], &mut grades).unwrap();
    assert_eq!(grades.map(|grade| wide.outcome(grade).to_string()), ["not-applicable", "low|high"]);
}
