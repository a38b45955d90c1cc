//! Every verdict of the framework checker held against brute force, on small random frameworks.
//!
//! Frameworks are drawn of a row of numbers and written out as TOML. What the checker says of them is held
//! against going through every combination of facts, settings and judgements one by one, with an evaluator
//! that shares nothing with the engine.
//!
//! The frameworks are the same in every run. `EVIGRADE_CASES` says how many are compared for each kind of
//! verdict (100000, for example), `EVIGRADE_SEED` where the drawing starts:
//!
//! ```sh
//! EVIGRADE_CASES=100000 EVIGRADE_SEED=7 cargo test --release -p evigrade --test checker
//! ```

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

#[path = "checker/differ.rs"]
mod differ;
#[path = "checker/draw.rs"]
mod draw;
#[path = "checker/follow.rs"]
mod follow;
#[path = "checker/model.rs"]
mod model;
#[path = "checker/naive.rs"]
mod naive;
#[path = "checker/reached.rs"]
mod reached;
#[path = "checker/verdicts.rs"]
mod verdicts;
#[path = "checker/write.rs"]
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use evigrade::{Compiled, Framework, Frameworks, check};

use crate::draw::Draw;
use crate::model::Model;

fn number_from(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().expect("it is a number"))
}

/// Draws frameworks for a kind of verdict until so many are compared; what is drawn and does not compile, or
/// cannot be asked this, is not among them.
fn each(start: u64, mut hold: impl FnMut(&mut Draw, &Model) -> Option<()>) -> u64 {
    let cases = number_from("EVIGRADE_CASES", 5000);
    let seed = number_from("EVIGRADE_SEED", 0).wrapping_add(start) << 32;
    let (mut compared, mut drawn) = (0, 0);
    while compared < cases {
        assert!(drawn < 3 * cases, "of {drawn} that were drawn only {compared} could be compared");
        let mut draw = Draw(seed.wrapping_add(drawn));
        let model = draw.model();
        compared += u64::from(hold(&mut draw, &model).is_some());
        drawn += 1;
    }
    cases
}

fn load(text: &str, id: &str) -> Arc<Framework> {
    let mut frameworks = Frameworks::empty();
    if let Err(refused) = frameworks.add_toml("drawn.toml", text) {
        panic!("{refused}\n{text}");
    }
    Arc::clone(frameworks.find(id).expect("it was added"))
}

/// That at least one in so many cases was of a kind, so that the test can fail.
fn at_least(seen: &BTreeMap<&str, u64>, what: &str, one_in: u64, cases: u64) {
    let count = seen.get(what).copied().unwrap_or(0);
    assert!(count * one_in >= cases, "only {count} of {cases} had {what}");
}

#[test]
fn gaps_overlaps_dead_rules_and_dead_values_are_those_of_brute_force() {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    let cases = each(1, |_, model| {
        let text = write::framework(model, "drawn");
        let framework = load(&text, "drawn");
        let told = verdicts::told(&framework);
        let overlapping = |found: &[(usize, BTreeSet<(usize, usize)>)]| {
            let names = |(at, pairs): &(usize, BTreeSet<(usize, usize)>)| {
                pairs.iter().map(|(one, other)| format!("r{one} r{other} d{at}")).collect::<Vec<_>>()
            };
            found.iter().map(names).collect::<Vec<_>>()
        };
        let of_default = verdicts::overlaps(model, false);
        let found = if of_default.is_empty() { verdicts::overlaps(model, true) } else { of_default };
        if !found.is_empty() || told.iter().any(|(code, _)| code == "overlap") {
            *seen.entry("overlaps").or_default() += 1;
            // One pair of each decision is told.
            let told: Vec<&str> =
                told.iter().filter(|(code, _)| code == "overlap").map(|(_, about)| about.as_str()).collect();
            let expected = overlapping(&found);
            // Rules that ask for what is missing are held against each other without what others read of it:
            // more is told than can be.
            let asks = (0..model.facts.len()).any(|fact| model.asks_for_missing(fact));
            let right = asks && told.len() >= expected.len()
                || told.len() == expected.len()
                    && expected.iter().all(|pairs| pairs.iter().any(|pair| told.contains(&pair.as_str())));
            assert!(right, "told {told:?}, expected {expected:?}\n{text}");
            return Some(());
        }
        assert!(Compiled::new(&framework).is_ok(), "{text}");
        let expected = verdicts::expected(model);
        let difference: Vec<_> = told.symmetric_difference(&expected).collect();
        assert!(difference.is_empty(), "differ in {difference:?}: told {told:?}, expected {expected:?}\n{text}");
        for (code, about) in &expected {
            let what = match code.as_str() {
                "dead-rule" if about.ends_with("otherwise") => "dead `otherwise`",
                "dead-rule" => "dead rules",
                "dead-value" => "dead values",
                _ => "gaps",
            };
            *seen.entry(what).or_default() += 1;
        }
        if expected.is_empty() {
            *seen.entry("nothing").or_default() += 1;
        }
        Some(())
    });
    for (what, one_in) in [
        ("overlaps", 20),
        ("gaps", 4),
        ("dead rules", 4),
        ("dead values", 8),
        ("dead `otherwise`", 20),
        ("nothing", 100),
    ] {
        at_least(&seen, what, one_in, cases);
    }
}

#[test]
fn statements_of_monotonicity_fail_where_brute_force_finds_a_pair() {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    let cases = each(2, |draw, model| {
        let mut model = model.clone();
        // How far a judgement may go is held with the gaps.
        model.decisions.iter_mut().for_each(|decision| decision.within = None);
        let statement = follow::statement(draw, &model)?;
        let text = write::framework(&model, "drawn") + &statement.toml();
        let framework = load(&text, "drawn");
        if Compiled::new(&framework).is_err() || !verdicts::overlaps(&model, true).is_empty() {
            return None;
        }
        let fails = statement.fails(&model);
        assert_eq!(follow::told(&framework), Some(fails), "{statement:?}\n{text}");
        let of_decision = matches!(statement.name, model::Name::Decision(_));
        *seen
            .entry(match (of_decision, fails) {
                (false, true) => "facts that lower",
                (false, false) => "facts that do not",
                (true, true) => "decisions that lower",
                (true, false) => "decisions that do not",
            })
            .or_default() += 1;
        Some(())
    });
    for (what, one_in) in [
        ("facts that lower", 30),
        ("facts that do not", 10),
        ("decisions that lower", 100),
        ("decisions that do not", 30),
    ] {
        at_least(&seen, what, one_in, cases);
    }
}

#[test]
fn differences_are_those_of_brute_force() {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    let cases = each(3, |draw, model| {
        let mut old = model.clone();
        old.decisions.iter_mut().for_each(|decision| decision.within = None);
        let new = differ::changed(draw, &old);
        let texts = [write::framework(&old, "old"), write::framework(&new, "new")];
        let compiled = [("old", &texts[0]), ("new", &texts[1])].map(|(id, text)| Compiled::new(&load(text, id)));
        let [Ok(one), Ok(other)] = compiled else { return None };
        let told = differ::told(&one, &other);
        let expected = differ::expected(&old, &new);
        assert_eq!(told, expected, "told and expected\n{}\n{}", texts[0], texts[1]);
        *seen
            .entry(match &expected {
                same if same.none() => "the same",
                found if !found.by_rules.is_empty() => "others by the rules",
                found if !found.judged.is_empty() => "others as judged",
                _ => "other assumptions",
            })
            .or_default() += 1;
        Some(())
    });
    for (what, one_in) in
        [("the same", 10), ("others by the rules", 15), ("others as judged", 200), ("other assumptions", 100)]
    {
        at_least(&seen, what, one_in, cases);
    }
}

#[test]
fn values_are_reached_by_what_is_told_and_by_nothing_smaller() {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    let cases = each(4, |_, model| {
        let text = write::framework(model, "drawn");
        let framework = load(&text, "drawn");
        Compiled::new(&framework).ok()?;
        let [never, reached] = reached::hold(model, &framework, &text, &|text| load(text, "drawn"));
        *seen.entry("values that are never given").or_default() += never;
        *seen.entry("values that are reached").or_default() += reached;
        Some(())
    });
    at_least(&seen, "values that are never given", 2, cases);
    at_least(&seen, "values that are reached", 2, cases);
}

/// A framework over two flags with a result, and the number of facts that reach its first level.
#[track_caller]
fn reached_with(rest: &str, facts: usize) {
    let head = r#"
        [framework]
        id = "drawn"
        title = "Drawn"
        edition = "1"
        result = "grade"
        [scale]
        levels = ["low", "high"]
        [fact.one]
        on = "claim"
        ask = "What is it?"
        type = "flag"
        unknowns = []
        [fact.other]
        on = "claim"
        ask = "What is it?"
        type = "flag"
        unknowns = []
    "#;
    let text = format!("{head}{rest}");
    let reached = check::reach(&Compiled::new(&load(&text, "drawn")).expect("it compiles"));
    let first = reached.first().expect("there is a level");
    assert!(first.fewest, "{reached:?}");
    assert_eq!(first.facts.as_ref().map(Vec::len), Some(facts), "{reached:?}");
}

#[test]
fn what_has_to_be_stated_for_an_assumption_alone_is_found() {
    let rest = r#"
        [decision.grade]
        hit = "first"
        [[decision.grade.rule]]
        id = "it"
        when = { one = [true] }
        then = "low"
        because = "It is so."
        [[assumption]]
        id = "asked"
        never = { other = ["missing"] }
        because = "It is always asked."
    "#;
    reached_with(rest, 2);
}

#[test]
fn a_sum_is_never_between_its_totals() {
    let rest = r#"
        [decision.gap]
        values = ["low", "high"]
        judgement = "refused"
        hit = "first"
        [[decision.gap.rule]]
        id = "it"
        when = { one = [true] }
        then = "low"
        because = "It is so."
        [decision.points]
        hit = "sum"
        [[decision.points.rule]]
        id = "two"
        when = { gap = ["low"] }
        add = 2
        because = "It is so."
        [decision.grade]
        hit = "first"
        [[decision.grade.rule]]
        id = "between"
        when = { points = [1] }
        then = "high"
        because = "It is not so."
        [[decision.grade.rule]]
        id = "else"
        when = {}
        then = "low"
        because = "It is so."
    "#;
    reached_with(rest, 0);
}
