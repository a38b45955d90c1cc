//! Corpora: what comes of a claim is what comes of it in a case, whatever is added, changed and taken back; from columns the
//! same comes as from the graph.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

#[path = "../benches/workloads/mod.rs"]
mod workloads;

use std::collections::BTreeSet;

use evigrade::corpus::{Binding, Claim, Columns, Corpus, Facts, Item, Tables};
use evigrade::grade::grade;
use evigrade::records::{Key, Outcome};
use evigrade::vocabulary::FactType;
use evigrade::{Compiled, Frameworks, Run, Status};
use workloads::bodies::{BODIES_OF_A_THOUSAND, bodies};
use workloads::claims::{Graph, from_columns};
use workloads::{Random, certainty_of_bodies, crc32};

#[test]
fn a_thousand_claims_come_to_what_they_should() {
    let (compiled, bodies) = (Compiled::new(&certainty_of_bodies()).unwrap(), bodies(1_000));
    for bodies in [&bodies, &bodies.shuffled()] {
        let grades = from_columns(&compiled, bodies).unwrap();
        assert_eq!(crc32(grades.levels().map(|level| level.unwrap() as u8)), BODIES_OF_A_THOUSAND);
    }
    assert_eq!(crc32(Graph::flat(&compiled, &bodies).unwrap().levels()), BODIES_OF_A_THOUSAND);
}

/// A fact of items or links of which something can be said.
enum Said {
    /// One of these keys.
    Keys(Vec<Key>),
    /// A number below some, or one of these unknowns.
    Number(Box<evigrade::records::Numbers>, Vec<Key>, u64),
}

/// Binds some facts of items or links, all that can be told of each.
fn bind(facts: &mut Facts<'_>, compiled: &Compiled, random: &mut Random, most: u64) -> Vec<Said> {
    let names = facts.names();
    let mut said = Vec::new();
    for _ in 0..1 + random.below(most) {
        let name = &names[random.below(names.len() as u64) as usize];
        let Some(fact) = compiled.framework().fact(name) else { continue };
        let unknowns = fact.unknowns.iter().map(|unknown| unknown.word());
        let unknowns: Vec<&str> = unknowns.chain(["missing"]).collect();
        let bound = match &fact.kind {
            FactType::Choice(choices) => {
                let words: Vec<&str> = choices.values.iter().map(|word| word.as_str()).chain(unknowns).collect();
                facts.words(name, &words).map(|words| Said::Keys(words.keys().to_vec()))
            }
            FactType::Flag => facts.flags(name, &unknowns).map(|flags| {
                let unknown = unknowns.iter().filter_map(|unknown| flags.unknown(unknown));
                Said::Keys([flags.of(false), flags.of(true)].into_iter().chain(unknown).collect())
            }),
            FactType::Count | FactType::Number => facts.numbers(name, 0, &unknowns).map(|numbers| {
                let unknown = unknowns.iter().filter_map(|unknown| numbers.unknown(unknown)).collect();
                Said::Number(Box::new(numbers), unknown, [3, 30, 3_000][random.below(3) as usize])
            }),
            _ => continue,
        };
        // Bound before, or computed with.
        said.extend(bound.ok());
    }
    said
}

/// A key and numbers of which something is said; what is missing only now and then.
fn say(said: &[Said], random: &mut Random) -> (Key, Vec<i64>) {
    let (mut key, mut numbers) = (Key::default(), Vec::new());
    let pick = |keys: &[Key], random: &mut Random| {
        // The last is what is missing.
        let count = if random.below(20) == 0 { keys.len() } else { keys.len() - 1 };
        keys[random.below(count.max(1) as u64) as usize]
    };
    for fact in said {
        match fact {
            Said::Keys(keys) => key = key + pick(keys, random),
            Said::Number(known, unknown, below) => {
                let number = random.below(*below) as i64;
                numbers.push(number);
                let known = known.of_units(number).filter(|_| random.below(10) > 0);
                key = key + known.unwrap_or_else(|| pick(unknown, random));
            }
        }
    }
    (key, numbers)
}

/// What a case made of a claim says of it.
fn by_case(
    corpus: &Corpus<'_>,
    claim: Claim,
    compiled: &Compiled,
    frameworks: &Frameworks,
    place: usize,
) -> Option<Status> {
    let case = corpus.case(claim, frameworks).expect("it is a case");
    let grading = grade(&case, compiled, &Run::default()).ok()?;
    let grade = grading.find(&format!("claim-{}", place + 1)).expect("it is in its own case");
    Some(grade.status())
}

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

/// A corpus under one framework, changed at random.
struct Script<'c> {
    corpus: Corpus<'c>,
    of_claims: Vec<Key>,
    of_items: Vec<Said>,
    of_links: Vec<Said>,
    claims: Vec<Claim>,
    items: Vec<Item>,
    linked: BTreeSet<(Claim, Claim)>,
}

impl<'c> Script<'c> {
    fn new(compiled: &'c Compiled, random: &mut Random) -> Self {
        let mut binding = Binding::new(compiled).unwrap();
        let kinds = ["efficacy", "harm", "conclusion", "mechanism", "variant-classification", "prevalence"];
        let mut of_claims = binding.claims().words("kind", &kinds).unwrap().keys().to_vec();
        // One more fact of claims, which their items may see.
        let facts: Vec<_> = compiled.framework().facts.iter().filter(|fact| fact.subject.word() == "claim").collect();
        if !facts.is_empty() {
            let fact = facts[random.below(facts.len() as u64) as usize];
            if let FactType::Choice(choices) = &fact.kind {
                let words: Vec<&str> = choices.values.iter().map(|word| word.as_str()).collect();
                let words = binding.claims().words(fact.name.as_str(), &words).unwrap();
                of_claims = of_claims.iter().flat_map(|kind| words.keys().iter().map(|key| *kind + *key)).collect();
            }
        }
        let of_items = bind(binding.items(), compiled, random, 9);
        let of_links = bind(binding.links(), compiled, random, 2);
        let corpus = binding.corpus().unwrap();
        Self { corpus, of_claims, of_items, of_links, claims: Vec::new(), items: Vec::new(), linked: BTreeSet::new() }
    }

    fn claim_key(&self, random: &mut Random) -> Key {
        self.of_claims[random.below(self.of_claims.len() as u64) as usize]
    }

    fn step(&mut self, random: &mut Random) {
        let some = |count: usize, random: &mut Random| random.below(count as u64) as usize;
        match random.below(10) {
            _ if self.claims.len() < 2 => {
                let key = self.claim_key(random);
                self.claims.push(self.corpus.add_claim(key).unwrap());
            }
            0 => {
                let key = self.claim_key(random);
                self.claims.push(self.corpus.add_claim(key).unwrap());
            }
            1 => {
                let (one, other) = (some(self.claims.len(), random), some(self.claims.len(), random));
                // Those that came later rest on those before.
                let (parent, child) = (self.claims[one.max(other)], self.claims[one.min(other)]);
                if one != other && self.linked.insert((parent, child)) {
                    let (key, _) = say(&self.of_links, random);
                    self.corpus.rest(parent, child, key).unwrap();
                }
            }
            2 => {
                let (claim, key) = (some(self.claims.len(), random), self.claim_key(random));
                self.corpus.change_claim(self.claims[claim], key).unwrap();
            }
            3 if !self.items.is_empty() => {
                let item = self.items[some(self.items.len(), random)];
                self.corpus.withdraw(item, random.below(2) == 0).unwrap();
            }
            4 | 5 if !self.items.is_empty() => {
                let item = self.items[some(self.items.len(), random)];
                let (key, numbers) = say(&self.of_items, random);
                self.corpus.change(item, key, &numbers).unwrap();
            }
            _ => {
                let (key, numbers) = say(&self.of_items, random);
                let item = self.corpus.add_item(key, &numbers).unwrap();
                self.items.push(item);
                let (one, other) = (some(self.claims.len(), random), some(self.claims.len(), random));
                for claim in BTreeSet::from([self.claims[one], self.claims[other]]) {
                    self.corpus.bear(item, claim, Key::default()).unwrap();
                }
            }
        }
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
                    let status = by_case(&script.corpus, *claim, &compiled, &frameworks, place);
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
    let mut random = Random::new(11);
    for script in 0..2_000 {
        let mut script_of = Script::new(&compiled, &mut Random::new(script));
        let mut before: Vec<Option<Outcome>> = Vec::new();
        for _ in 0..4 {
            for _ in 0..1 + random.below(8) {
                script_of.step(&mut random);
            }
            let moved = script_of.corpus.settle().unwrap().to_vec();
            before.resize(script_of.claims.len(), None);
            for (place, claim) in script_of.claims.iter().enumerate() {
                let after = script_of.corpus.outcome(*claim).unwrap();
                let told = moved.iter().filter(|moved| moved.claim == *claim).collect::<Vec<_>>();
                assert_eq!(told.len(), usize::from(before[place].as_ref() != Some(after)), "script {script}");
                for told in told {
                    let of = |number: u32| script_of.corpus.outcome_of(number).cloned();
                    assert_eq!(
                        (told.before.and_then(of), of(told.after)),
                        (before[place].clone(), Some(after.clone()))
                    );
                }
                before[place] = Some(after.clone());
            }
        }
        let last = script_of.claims.len() - 1;
        let status =
            by_case(&script_of.corpus, script_of.claims[last], &compiled, &FRAMEWORKS.with(Clone::clone), last);
        assert!(agree(before[last].as_ref().unwrap(), status.as_ref()), "script {script}");
    }
}

thread_local! {
    static FRAMEWORKS: Frameworks = {
        let mut frameworks = Frameworks::built_in();
        frameworks.add_toml("bodies.toml", include_str!("../benches/workloads/bodies.toml")).unwrap();
        frameworks
    };
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

    let places: Vec<u8> = (1..count).map(|place| u8::from(place % 4 == 0)).collect();
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
        [fact.weight]
        on = "link"
        type = "count"
        ask = "How much does it weigh?"
        [measure.all-treated]
        sum = "treated"
        [measure.all-control]
        sum = "control"
        [measure.weights]
        sum = "weight"
        over = "claims"
        [decision.level]
        otherwise = { then = "low", because = "Few." }
        [[decision.level.rule]]
        id = "enough"
        when = { needed = "<= 10", all-treated = ">= 5", all-control = "< 5" }
        then = "high"
        because = "{all-treated} treated, {all-control} not."
        [[decision.level.rule]]
        id = "heavy"
        when = { weights = ">= 3" }
        then = "high"
        because = "They weigh {weights}."
    "#;
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("two-numbers.toml", pack).unwrap();
    let compiled = Compiled::new(frameworks.find(id.as_str()).unwrap()).unwrap();
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
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("seen.toml", pack).unwrap();
    let compiled = Compiled::new(frameworks.find(id.as_str()).unwrap()).unwrap();
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
