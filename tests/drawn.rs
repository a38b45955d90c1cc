//! Corpora, columns and records under random frameworks, held against cases.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::large_enum_variant,
    dead_code,
    reason = "a test says what it expects"
)]

#[path = "properties/case.rs"]
mod case;
#[path = "properties/condition.rs"]
mod condition;
#[path = "properties/draw.rs"]
mod draw;
#[path = "properties/generate.rs"]
mod generate;
#[path = "properties/model.rs"]
mod model;
#[path = "properties/number.rs"]
mod number;
#[path = "properties/write.rs"]
mod write;

use std::collections::{BTreeMap, BTreeSet};

use evigrade::corpus::{self, Claim, Columns, Facts as Bound, Tables};
use evigrade::grade::grade;
use evigrade::records::{Flags, Key, Numbers, Outcome, Wide, Words};
use evigrade::{Case as Loaded, Compiled, Frameworks, Run, Status};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::model::{Case, DAYS, Facts, From, KINDS, Kind, Model, Name, On, RELATIONS, Unknown, Value};
use crate::number::Number;
use crate::write::{Layout, plain};

struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        ((u128::from(mixed) * most as u128) >> 64) as usize
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

enum How {
    Words(Vec<String>, Words),
    Flags(Flags),
    Numbers(Numbers),
}

struct Said {
    fact: usize,
    how: How,
}

fn all_values(model: &Model, fact: usize) -> Vec<Value> {
    let fact = &model.facts[fact];
    match &fact.kind {
        Kind::Flag => vec![Value::Flag(false), Value::Flag(true)],
        Kind::Words { words, .. } => words.iter().map(|word| Value::Word(word)).collect(),
        Kind::Count => {
            (fact.least.unwrap_or(0)..=fact.greatest.unwrap_or(4)).map(|n| Value::Number(Number::whole(n))).collect()
        }
        Kind::Number => (4 * fact.least.unwrap_or(-1)..=4 * fact.greatest.unwrap_or(3))
            .map(|n| Value::Number(Number::quarters(n)))
            .collect(),
        Kind::Date => DAYS.iter().flat_map(|day| [day - 1, *day, day + 1]).map(Value::Day).collect(),
    }
}

fn unknown(unknown: Unknown) -> String {
    plain(Value::Unknown(unknown))
}

fn words_of(model: &Model, fact: usize) -> Vec<String> {
    let values = all_values(model, fact).into_iter().map(plain);
    let unknowns = model.facts[fact].unknowns.iter().map(|u| unknown(*u));
    values.chain(unknowns).chain(["missing".to_owned()]).collect()
}

fn unknowns_of(model: &Model, fact: usize) -> Vec<String> {
    model.facts[fact].unknowns.iter().map(|u| unknown(*u)).chain(["missing".to_owned()]).collect()
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn shuffled(mut words: Vec<String>, random: &mut Random) -> Vec<String> {
    for place in (1..words.len()).rev() {
        words.swap(place, random.below(place + 1));
    }
    words
}

/// Binds facts of items or of links.
fn bind_facts(facts: &mut Bound<'_>, model: &Model, on: On, numbers: bool, random: &mut Random) -> Vec<Said> {
    let mut said = Vec::new();
    let mut of: Vec<usize> = (0..model.facts.len()).filter(|fact| model.facts[*fact].on == on).collect();
    if random.chance(50) {
        of.reverse();
    }
    for fact in of {
        let name = format!("f{fact}");
        let unknowns = unknowns_of(model, fact);
        let is_number = matches!(model.facts[fact].kind, Kind::Count | Kind::Number);
        let how = if is_number && numbers && random.chance(70) {
            facts
                .numbers(
                    &name,
                    if model.facts[fact].kind == Kind::Count { random.below(2) as u32 } else { 2 },
                    &strs(&unknowns),
                )
                .ok()
                .map(How::Numbers)
        } else if model.facts[fact].kind == Kind::Flag && random.chance(50) {
            Some(How::Flags(facts.flags(&name, &strs(&unknowns)).unwrap()))
        } else {
            None
        };
        let how = how.unwrap_or_else(|| {
            let words = shuffled(words_of(model, fact), random);
            How::Words(words.clone(), facts.words(&name, &strs(&words)).unwrap())
        });
        said.push(Said { fact, how });
    }
    said
}

fn bind_claims(
    binding: &mut evigrade::records::Binding<'_>,
    model: &Model,
    numbers: bool,
    random: &mut Random,
) -> Vec<Said> {
    let mut said = Vec::new();
    for fact in (0..model.facts.len()).filter(|fact| model.facts[*fact].on == On::Claim) {
        let name = format!("f{fact}");
        let unknowns = unknowns_of(model, fact);
        let is_number = matches!(model.facts[fact].kind, Kind::Count | Kind::Number);
        let how = if is_number && numbers {
            binding.numbers(&name, &strs(&unknowns)).ok().map(How::Numbers)
        } else if model.facts[fact].kind == Kind::Flag && random.chance(50) {
            Some(How::Flags(binding.flags(&name, &strs(&unknowns)).unwrap()))
        } else {
            None
        };
        let how = how.unwrap_or_else(|| {
            let words = shuffled(words_of(model, fact), random);
            How::Words(words.clone(), binding.words(&name, &strs(&words)).unwrap())
        });
        said.push(Said { fact, how });
    }
    said
}

fn units(value: Value, decimals: u32) -> i64 {
    let Value::Number(number) = value else { panic!("no number") };
    number.millionths() / 10_i64.pow(6 - decimals)
}

fn key(said: &[Said], facts: &Facts) -> Key {
    said.iter().fold(Key::default(), |all, said| all + key_of(said, facts.get(&said.fact).copied()))
}

fn key_of(said: &Said, value: Option<Value>) -> Key {
    let word = value.map_or_else(|| "missing".to_owned(), plain);
    match (&said.how, value) {
        (How::Words(words, keys), _) => keys
            .at(words.iter().position(|known| *known == word).unwrap_or_else(|| panic!("{word} {words:?}")))
            .unwrap(),
        (How::Flags(flags), Some(Value::Flag(flag))) => flags.of(flag),
        (How::Flags(flags), _) => flags.unknown(&word).unwrap(),
        (How::Numbers(numbers), Some(Value::Number(_))) => {
            numbers.of_decimal(word.parse().unwrap()).unwrap_or_else(|| panic!("{word} has no key"))
        }
        (How::Numbers(numbers), _) => numbers.unknown(&word).unwrap(),
    }
}

/// The decimals with which a number was bound are found out by its keys.
fn numbers(said: &[Said], decimals: &BTreeMap<usize, u32>, facts: &Facts, random: &mut Random) -> Vec<i64> {
    let told = said.iter().filter(|said| matches!(said.how, How::Numbers(_)));
    told.map(|said| match facts.get(&said.fact) {
        Some(value @ Value::Number(_)) => units(*value, decimals[&said.fact]),
        _ => random.below(100) as i64,
    })
    .collect()
}

/// A claim with all that it rests on as a case of its own.
fn below(case: &Case, claim: usize) -> (Case, usize) {
    let mut claims = case.below(claim);
    claims.sort_unstable();
    let place = |claim: usize| claims.iter().position(|known| *known == claim);
    let mut sub = Case { claims: claims.iter().map(|claim| case.claims[*claim].clone()).collect(), ..Case::default() };
    let mut items: BTreeMap<usize, usize> = BTreeMap::new();
    for link in &case.links {
        let Some(to) = place(link.to) else { continue };
        let from = match link.from {
            From::Claim(child) => From::Claim(place(child).unwrap()),
            From::Item(item) => {
                let at = *items.entry(item).or_insert_with(|| {
                    sub.items.push(case.items[item].clone());
                    sub.items.len() - 1
                });
                From::Item(at)
            }
        };
        sub.links.push(model::Link { from, to, ..link.clone() });
    }
    (sub, place(claim).unwrap())
}

fn missing(model: &Model, case: &Case) -> bool {
    let lacks = |facts: &Facts, on: On| {
        (0..model.facts.len()).any(|fact| model.facts[fact].on == on && !facts.contains_key(&fact))
    };
    case.claims.iter().any(|claim| lacks(&claim.facts, On::Claim))
        || case.items.iter().any(|item| lacks(item, On::Evidence))
        || case.links.iter().any(|link| lacks(&link.facts, On::Link))
}

#[derive(Debug, Default)]
struct Seen {
    frameworks: usize,
    refused: usize,
    compared: usize,
    graded: usize,
    open: usize,
    looser: usize,
    looser_alone: usize,
    contradictions: usize,
    by_columns: usize,
    records: usize,
    wide: usize,
    refused_bind: usize,
    missed: usize,
}

fn compare(outcome: &Outcome, status: Option<&Status>, strict: bool) -> Result<bool, String> {
    let is = |good: bool| if good { Ok(false) } else { Err("differs".to_owned()) };
    match (outcome, status) {
        (Outcome::Contradiction(_), None) => Ok(false),
        (Outcome::Status(one), Some(other)) if one == other => Ok(false),
        (Outcome::Status(Status::NotApplicable(_)), Some(Status::NotApplicable(_))) => Ok(false),
        (Outcome::Status(Status::Undetermined { possible, .. }), Some(Status::Graded(other))) if !strict => {
            is(possible.contains(other)).map(|_| true)
        }
        (
            Outcome::Status(Status::Undetermined { possible, gap, exact }),
            Some(Status::Undetermined { possible: others, gap: other_gap, exact: other_exact }),
        ) => {
            let good = others.iter().all(|other| possible.contains(other))
                && (*gap || !other_gap)
                && (!(*exact && *other_exact) || possible == others && gap == other_gap);
            let looser = possible != others || gap != other_gap;
            is(good && !(strict && looser)).map(|_| looser)
        }
        _ => Err("differs".to_owned()),
    }
}

fn expected(case: &Case, claim: usize, compiled: &Compiled, frameworks: &Frameworks) -> (Option<Status>, String) {
    let (sub, place) = below(case, claim);
    let text = write::case(&sub, Layout::default());
    let loaded =
        Loaded::from_toml("case.toml", &text, frameworks).unwrap_or_else(|refused| panic!("{refused}\n{text}"));
    let status = match grade(&loaded, compiled, &Run::default()) {
        Ok(grading) => Some(grading.find(&format!("c{place}")).unwrap().status()),
        Err(_) => None,
    };
    (status, text)
}

fn relation_key(words: &Words, relation: &str) -> Key {
    words.at(RELATIONS.iter().position(|known| *known == relation).unwrap()).unwrap()
}

struct Built<'c> {
    binding: corpus::Binding<'c>,
    kind: Words,
    of_claims: Vec<Said>,
    of_items: Vec<Said>,
    of_item_links: Vec<Said>,
    of_links: Vec<Said>,
    item_relation: Words,
    link_relation: Words,
    decimals: BTreeMap<usize, u32>,
}

fn build<'c>(compiled: &'c Compiled, model: &Model, claim_numbers: bool, random: &mut Random) -> Built<'c> {
    let mut binding = corpus::Binding::new(compiled).unwrap();
    let kind = binding.claims().words("kind", &KINDS).unwrap();
    let of_claims = bind_claims(binding.claims(), model, claim_numbers, random);
    let mut of_items = Vec::new();
    let mut decimals = BTreeMap::new();
    for fact in (0..model.facts.len()).filter(|fact| model.facts[*fact].on == On::Evidence) {
        let name = format!("f{fact}");
        let unknowns = unknowns_of(model, fact);
        let is_number = matches!(model.facts[fact].kind, Kind::Count | Kind::Number);
        let mut how = None;
        if is_number && random.chance(70) {
            let digits =
                if model.facts[fact].kind == Kind::Count { random.below(2) as u32 } else { 2 + random.below(2) as u32 };
            how = binding.items().numbers(&name, digits, &strs(&unknowns)).ok().map(How::Numbers);
            decimals.insert(fact, digits);
        } else if model.facts[fact].kind == Kind::Flag && random.chance(50) {
            how = Some(How::Flags(binding.items().flags(&name, &strs(&unknowns)).unwrap()));
        }
        let how = how.unwrap_or_else(|| {
            let words = shuffled(words_of(model, fact), random);
            How::Words(words.clone(), binding.items().words(&name, &strs(&words)).unwrap())
        });
        of_items.push(Said { fact, how });
    }
    let item_relation = binding.items().words("relation", &RELATIONS[..3]).unwrap();
    let of_item_links = bind_facts(binding.items(), model, On::Link, false, random);
    let link_relation = binding.links().words("relation", &RELATIONS).unwrap();
    let of_links = bind_facts(binding.links(), model, On::Link, true, random);
    Built { binding, kind, of_claims, of_items, of_item_links, of_links, item_relation, link_relation, decimals }
}

fn claim_key(built_kind: &Words, of_claims: &[Said], claim: &model::Claim) -> Key {
    built_kind.at(KINDS.iter().position(|kind| *kind == claim.kind).unwrap()).unwrap() + key(of_claims, &claim.facts)
}

fn run(model: &Model, first: &Case, last: &Case, random: &mut Random, seen: &mut Seen) -> Result<(), String> {
    let mut frameworks = Frameworks::empty();
    let text = write::framework(model);
    let Ok(id) = frameworks.add_toml("random.toml", &text) else {
        seen.refused += 1;
        return Ok(());
    };
    let framework = std::sync::Arc::clone(frameworks.get(id.as_str()).unwrap());
    let Ok(compiled) = Compiled::new(&framework) else {
        seen.refused += 1;
        return Ok(());
    };
    seen.frameworks += 1;
    let numbers_of_claims = random.chance(50);
    let mut built = build(&compiled, model, numbers_of_claims, random);
    let (
        mut kind,
        mut of_claims,
        mut of_items,
        mut of_item_links,
        mut of_links,
        mut item_relation,
        mut link_relation,
        mut decimals,
    ) = (
        built.kind,
        built.of_claims,
        built.of_items,
        built.of_item_links,
        built.of_links,
        built.item_relation,
        built.link_relation,
        built.decimals,
    );
    let mut corpus = match built.binding.corpus() {
        Ok(corpus) => corpus,
        Err(_) => {
            seen.refused_bind += 1;
            built = build(&compiled, model, false, random);
            (kind, of_claims, of_items, of_item_links, of_links, item_relation, link_relation, decimals) = (
                built.kind,
                built.of_claims,
                built.of_items,
                built.of_item_links,
                built.of_links,
                built.item_relation,
                built.link_relation,
                built.decimals,
            );
            built.binding.corpus().map_err(|refused| format!("corpus refused: {refused}"))?
        }
    };
    let mut case = last.clone();
    // Claims, some as of the first case at first.
    let mut claims: Vec<Claim> = Vec::new();
    for (place, claim) in case.claims.iter().enumerate() {
        let was = first.claims.get(place).filter(|_| random.chance(50)).unwrap_or(claim);
        claims.push(corpus.add_claim(claim_key(&kind, &of_claims, was)).unwrap());
        if random.chance(30) {
            corpus.settle().unwrap();
        }
    }
    let mut links: Vec<usize> =
        (0..case.links.len()).filter(|link| matches!(case.links[*link].from, From::Claim(_))).collect();
    if random.chance(50) {
        links.reverse();
    }
    let late: Vec<usize> = links.iter().copied().filter(|_| random.chance(40)).collect();
    let rest = |corpus: &mut corpus::Corpus<'_>, link: usize, case: &Case| {
        let link = &case.links[link];
        let From::Claim(child) = link.from else { return };
        corpus
            .rest(
                claims[link.to],
                claims[child],
                relation_key(&link_relation, link.relation) + key(&of_links, &link.facts),
            )
            .unwrap();
    };
    for link in links.iter().filter(|link| !late.contains(link)) {
        rest(&mut corpus, *link, &case);
    }
    if random.chance(50) {
        corpus.settle().unwrap();
    }
    // Items, some otherwise at first; some are withdrawn in the end.
    let mut items = Vec::new();
    let mut gone = BTreeSet::new();
    for (place, item) in case.items.iter().enumerate() {
        let was = first.items.get(place).filter(|_| random.chance(50)).unwrap_or(item);
        let added = corpus
            .add_item(key(&of_items, was), &numbers(&of_items, &decimals, was, random))
            .map_err(|r| r.to_string())?;
        if random.chance(20) {
            corpus.withdraw(added, true).unwrap();
        }
        for link in case.links.iter().filter(|link| link.from == From::Item(place)) {
            let link_key = relation_key(&item_relation, link.relation) + key(&of_item_links, &link.facts);
            corpus.bear(added, claims[link.to], link_key).map_err(|r| r.to_string())?;
        }
        if random.chance(30) {
            corpus.settle().unwrap();
        }
        items.push(added);
    }
    for link in late {
        rest(&mut corpus, link, &case);
        if random.chance(30) {
            corpus.settle().unwrap();
        }
    }
    for (place, item) in case.items.clone().iter().enumerate() {
        if random.chance(10) {
            corpus.withdraw(items[place], true).unwrap();
            corpus.withdraw(items[place], true).unwrap();
        }
        corpus
            .change(items[place], key(&of_items, item), &numbers(&of_items, &decimals, item, random))
            .map_err(|r| r.to_string())?;
        if random.chance(10) {
            corpus.settle().unwrap();
        }
        let is_gone = random.chance(15);
        corpus.withdraw(items[place], is_gone).unwrap();
        if is_gone {
            gone.insert(place);
        }
    }
    for (place, claim) in case.claims.iter().enumerate() {
        corpus.change_claim(claims[place], claim_key(&kind, &of_claims, claim)).unwrap();
    }
    corpus.settle().unwrap();
    corpus.settle().unwrap();
    case.links.retain(|link| !matches!(link.from, From::Item(item) if gone.contains(&item)));

    // Columns.
    let by_columns = columns(&compiled, model, &case, random).map_err(|what| format!("columns: {what}\n{text}"))?;

    for (claim, added) in claims.iter().copied().enumerate() {
        let (status, sub) = expected(&case, claim, &compiled, &frameworks);
        let outcome = corpus.outcome(added).unwrap();
        let (part, _) = below(&case, claim);
        let strict = !missing(model, &part);
        seen.compared += 1;
        seen.graded += usize::from(outcome.word().is_some());
        seen.open += usize::from(matches!(outcome, Outcome::Status(Status::Undetermined { .. })));
        seen.contradictions += usize::from(matches!(outcome, Outcome::Contradiction(_)));
        let told = |what: &str, outcome: &Outcome| {
            format!("{what} c{claim} strict {strict}: {outcome:?}, and the case {status:?}\n{text}\n{sub}")
        };
        if status.is_none() && !matches!(outcome, Outcome::Contradiction(_)) && std::env::var("KNOWN").is_ok() {
            seen.missed += 1;
            continue;
        }
        match compare(outcome, status.as_ref(), strict) {
            Err(_) => return Err(told("corpus", outcome)),
            Ok(looser) => {
                seen.looser += usize::from(looser);
                seen.looser_alone += usize::from(looser && part.claims.len() == 1);
                if looser && part.claims.len() == 1 && std::env::var("LOOSER").is_ok() {
                    return Err(told("looser", outcome));
                }
            }
        }
        // As the corpus itself tells it as a case.
        let own = corpus.case(added, &frameworks).map_err(|refused| told(&format!("own case {refused}"), outcome))?;
        let own_status = grade(&own, &compiled, &Run::default())
            .ok()
            .map(|grading| grading.find(&format!("claim-{}", claim + 1)).unwrap().status());
        if own_status != status {
            return Err(told(&format!("own case {own_status:?}"), outcome));
        }
        if let Some(columns) = &by_columns {
            seen.by_columns += 1;
            let other = columns.outcome(claim).unwrap();
            if other != outcome && compare(other, status.as_ref(), strict).is_err() {
                return Err(told("columns", other));
            }
            let both = matches!((other, outcome), (Outcome::Contradiction(_), Outcome::Contradiction(_)));
            if other != outcome && !both {
                return Err(told(&format!("columns otherwise {other:?}"), outcome));
            }
        }
    }
    Ok(())
}

enum Told {
    Words(Words, Vec<u8>),
    Flags(Flags, Vec<bool>),
    Numbers(Numbers, Vec<i64>, Vec<u32>, String, Vec<bool>, bool),
}

fn tell(facts: &mut Bound<'_>, model: &Model, fact: usize, column: &[Option<Value>], random: &mut Random) -> Told {
    let name = format!("f{fact}");
    let kind = &model.facts[fact].kind;
    let unknown: BTreeSet<String> = column
        .iter()
        .map(|value| {
            value.map_or_else(
                || "missing".to_owned(),
                |v| match v {
                    Value::Unknown(_) => plain(v),
                    _ => String::new(),
                },
            )
        })
        .filter(|word| !word.is_empty())
        .collect();
    if matches!(kind, Kind::Count | Kind::Number)
        && unknown.len() < 2
        && model.facts[fact].on == On::Evidence
        && random.chance(80)
    {
        let digits = if *kind == Kind::Count { 0 } else { 2 };
        let unknown = unknown.iter().next().cloned().unwrap_or_else(|| "missing".to_owned());
        if let Ok(bound) = facts.numbers(&name, digits, &[&unknown]) {
            let is_unknown: Vec<bool> = column.iter().map(|value| !matches!(value, Some(Value::Number(_)))).collect();
            let least = model.facts[fact].least.unwrap_or(0).max(0) as i64 * 10_i64.pow(digits);
            let numbers: Vec<i64> = column
                .iter()
                .map(|value| match value {
                    Some(v @ Value::Number(_)) => units(*v, digits),
                    _ => least,
                })
                .collect();
            let short = numbers.iter().map(|number| u32::try_from(*number).unwrap_or(0)).collect();
            let is_short = numbers.iter().all(|number| *number >= 0) && random.chance(50);
            return Told::Numbers(bound, numbers, short, unknown, is_unknown, is_short);
        }
    }
    if *kind == Kind::Flag && unknown.is_empty() && random.chance(50) {
        let flags = facts.flags(&name, &[]).unwrap();
        return Told::Flags(flags, column.iter().map(|value| *value == Some(Value::Flag(true))).collect());
    }
    let words = shuffled(words_of(model, fact), random);
    let bound = facts.words(&name, &strs(&words)).unwrap();
    Told::Words(
        bound,
        column
            .iter()
            .map(|value| {
                let word = value.map_or_else(|| "missing".to_owned(), plain);
                words.iter().position(|known| *known == word).unwrap() as u8
            })
            .collect(),
    )
}

fn with<'a>(mut columns: Columns<'a>, told: &'a [Told]) -> Columns<'a> {
    for told in told {
        columns = match told {
            Told::Words(words, places) => columns.words(words, places),
            Told::Flags(flags, values) => columns.flags(flags, values),
            Told::Numbers(numbers, long, short, unknown, is_unknown, is_short) => {
                let any = is_unknown.iter().any(|is| *is);
                match (any, is_short) {
                    (true, true) => columns.numbers_unless(numbers, short.as_slice(), unknown, is_unknown),
                    (true, false) => columns.numbers_unless(numbers, long.as_slice(), unknown, is_unknown),
                    (false, true) => columns.numbers(numbers, short.as_slice()),
                    (false, false) => columns.numbers(numbers, long.as_slice()),
                }
            }
        };
    }
    columns
}

fn columns(
    compiled: &Compiled,
    model: &Model,
    case: &Case,
    random: &mut Random,
) -> Result<Option<corpus::Grades>, String> {
    let mut binding = corpus::Binding::new(compiled).unwrap();
    let kind = binding.claims().words("kind", &KINDS).unwrap();
    let kinds: Vec<u8> =
        case.claims.iter().map(|claim| KINDS.iter().position(|kind| *kind == claim.kind).unwrap() as u8).collect();
    let mut claims = vec![Told::Words(kind, kinds)];
    for fact in (0..model.facts.len()).filter(|fact| model.facts[*fact].on == On::Claim) {
        let words = shuffled(words_of(model, fact), random);
        let bound = binding.claims().words(&format!("f{fact}"), &strs(&words)).unwrap();
        let places = case.claims.iter().map(|claim| {
            let word = claim.facts.get(&fact).map_or_else(|| "missing".to_owned(), |v| plain(*v));
            words.iter().position(|known| *known == word).unwrap() as u8
        });
        claims.push(Told::Words(bound, places.collect()));
    }
    let mut of_items: Vec<&model::Link> = case.links.iter().filter(|link| matches!(link.from, From::Item(_))).collect();
    if random.chance(50) {
        of_items.reverse();
    }
    let item = |link: &model::Link| {
        let From::Item(item) = link.from else { panic!() };
        item
    };
    let of_links: Vec<&model::Link> = case.links.iter().filter(|link| matches!(link.from, From::Claim(_))).collect();
    let mut items = Vec::new();
    let bound = binding.items().words("relation", &RELATIONS[..3]).unwrap();
    items.push(Told::Words(
        bound,
        of_items.iter().map(|link| RELATIONS.iter().position(|known| *known == link.relation).unwrap() as u8).collect(),
    ));
    for fact in 0..model.facts.len() {
        let column: Vec<Option<Value>> = match model.facts[fact].on {
            On::Evidence => of_items.iter().map(|link| case.items[item(link)].get(&fact).copied()).collect(),
            On::Link => of_items.iter().map(|link| link.facts.get(&fact).copied()).collect(),
            On::Claim => continue,
        };
        items.push(tell(binding.items(), model, fact, &column, random));
    }
    let bound = binding.links().words("relation", &RELATIONS).unwrap();
    let mut links = vec![Told::Words(
        bound,
        of_links.iter().map(|link| RELATIONS.iter().position(|known| *known == link.relation).unwrap() as u8).collect(),
    )];
    for fact in (0..model.facts.len()).filter(|fact| model.facts[*fact].on == On::Link) {
        let column: Vec<Option<Value>> = of_links.iter().map(|link| link.facts.get(&fact).copied()).collect();
        links.push(tell(binding.links(), model, fact, &column, random));
    }
    let claim_of_item: Vec<u32> = of_items.iter().map(|link| link.to as u32).collect();
    let parents: Vec<u32> = of_links.iter().map(|link| link.to as u32).collect();
    let children: Vec<u32> = of_links
        .iter()
        .map(|link| match link.from {
            From::Claim(child) => child as u32,
            From::Item(_) => 0,
        })
        .collect();
    if random.chance(50) {
        items.rotate_left(1);
    }
    let tables = Tables {
        claims: with(Columns::new(case.claims.len()), &claims),
        items: with(Columns::new(of_items.len()), &items),
        claim_of_item: &claim_of_item,
        links: with(Columns::new(of_links.len()), &links),
        parent_of_link: &parents,
        child_of_link: &children,
    };
    binding.grade(&tables).map(Some).map_err(|refused| refused.to_string())
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|set| set.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn corpora_say_what_cases_say() {
    let (from, count) = (setting("SEED", 1), setting("COUNT", 300));
    let cases = setting("CASES", 4);
    let mut seen = Seen::default();
    let mut failures: Vec<String> = Vec::new();
    for seed in from..from + count {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        let genes = draw::models().new_tree(&mut runner).unwrap().current();
        let drawn: Vec<_> = (0..=cases).map(|_| draw::cases().new_tree(&mut runner).unwrap().current()).collect();
        let model = generate::model(&genes);
        let mut random = Random(seed);
        for pair in drawn.windows(2) {
            let (mut first, mut last) = (case::case(&model, &pair[0]), case::case(&model, &pair[1]));
            first.judgements.clear();
            last.judgements.clear();
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                run(&model, &first, &last, &mut random, &mut seen)
            }));
            let failed = match done {
                Ok(Ok(())) => continue,
                Ok(Err(what)) => what,
                Err(panic) => format!("panics: {:?}", panic.downcast_ref::<String>()),
            };
            failures.push(format!("seed {seed}\n{failed}"));
            break;
        }
    }
    println!("{seen:?} {} failures", failures.len());
    failures.sort_by_key(String::len);
    for failure in failures.iter().take(setting("SHOW", 4) as usize) {
        println!("=====\n{failure}");
    }
    assert!(failures.is_empty());
}

fn drawn(seed: u64, cases: usize) -> (Model, Vec<Case>) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let genes = draw::models().new_tree(&mut runner).unwrap().current();
    let model = generate::model(&genes);
    let cases =
        (0..cases).map(|_| case::case(&model, &draw::cases().new_tree(&mut runner).unwrap().current())).collect();
    (model, cases)
}

fn sessions(model: &Model, case: &Case, other: &Case, random: &mut Random) -> Result<usize, String> {
    use evigrade::document::TextFile;
    use evigrade::session::{Edit, Session};
    let mut frameworks = Frameworks::empty();
    let text = write::framework(model);
    let Ok(id) = frameworks.add_toml("random.toml", &text) else { return Ok(0) };
    let framework = std::sync::Arc::clone(frameworks.get(id.as_str()).unwrap());
    let Ok(compiled) = Compiled::new(&framework) else { return Ok(0) };
    let compiled = std::sync::Arc::new(compiled);
    let file = TextFile::new("case.toml", write::case(case, Layout::default()));
    let Ok(mut session) = Session::open(vec![file], frameworks.clone(), compiled.clone(), Run::default()) else {
        return Ok(0);
    };
    let mut model_case = case.clone();
    let mut told = 0;
    let mut script = String::new();
    let mut only_sets = true;
    for step in 0..8 {
        let edit = match random.below(8) {
            0..=4 => {
                let of_claim = random.chance(50) || model_case.items.is_empty();
                let place =
                    if of_claim { random.below(model_case.claims.len()) } else { random.below(model_case.items.len()) };
                let on = if of_claim { On::Claim } else { On::Evidence };
                let facts: Vec<usize> = (0..model.facts.len()).filter(|fact| model.facts[*fact].on == on).collect();
                if facts.is_empty() {
                    continue;
                }
                let fact = facts[random.below(facts.len())];
                let source = if of_claim { other.claims.get(place).map(|c| &c.facts) } else { other.items.get(place) };
                let value = source.and_then(|facts| facts.get(&fact)).copied();
                let facts = if of_claim { &mut model_case.claims[place].facts } else { &mut model_case.items[place] };
                match value {
                    Some(value) => {
                        facts.insert(fact, value);
                    }
                    None => {
                        facts.remove(&fact);
                    }
                }
                Edit::Set {
                    of: format!("{}{place}", if of_claim { "c" } else { "e" }),
                    fact: format!("f{fact}").as_str().into(),
                    value: value.map_or_else(|| "missing".to_owned(), plain),
                }
            }
            5 if !model_case.items.is_empty() => {
                only_sets = false;
                Edit::Without(format!("e{}", random.below(model_case.items.len())).as_str().into())
            }
            6 if !model_case.items.is_empty() => {
                only_sets = false;
                Edit::Retract(
                    format!("s{}", random.below(model_case.items.len())).as_str().into(),
                    "2020-01-01".parse().unwrap(),
                )
            }
            _ => {
                only_sets = false;
                let claim = random.below(model_case.claims.len());
                let facts: String = model
                    .facts
                    .iter()
                    .enumerate()
                    .filter(|(_, f)| f.on == On::Evidence)
                    .filter_map(|(n, _)| {
                        other.items.first().and_then(|i| i.get(&n)).map(|v| match v {
                            Value::Word(_) | Value::Unknown(_) => format!("f{n} = \"{}\"\n", plain(*v)),
                            _ => format!("f{n} = {}\n", plain(*v)),
                        })
                    })
                    .collect();
                Edit::Add(TextFile::new(
                    format!("more{step}.toml"),
                    format!(
                        "[[source]]\nid = \"x{step}\"\ntitle = \"S\"\n[[evidence]]\nid = \"y{step}\"\n{facts}source = \"x{step}\"\n[[evidence.link]]\nsupports = \"c{claim}\"\n"
                    ),
                ))
            }
        };
        script += &format!("{edit:?}\n");
        let of = |grading: &evigrade::Grading<'_>| -> Vec<(String, Status)> {
            grading.grades().map(|g| (g.id().to_string(), g.status())).collect()
        };
        let before = of(&session.grading());
        let moved = match session.apply(edit) {
            Ok(moved) => moved,
            Err(_) => return Ok(told),
        };
        let after = of(&session.grading());
        let fresh = grade(session.case(), &compiled, &Run::default())
            .map_err(|r| format!("afresh refused {r}\n{script}\n{text}\n{}", write::case(case, Layout::default())))?;
        let afresh = of(&fresh);
        if after != afresh {
            return Err(format!(
                "{after:?} afresh {afresh:?}\n{script}\n{text}\n{}",
                write::case(case, Layout::default())
            ));
        }
        for (place, (id, status)) in after.iter().enumerate() {
            let is_moved = moved.iter().any(|m| m.claim.as_str() == id);
            if is_moved != (before[place].1 != *status) {
                return Err(format!("moved {id}\n{script}\n{text}"));
            }
            let proofs = (
                serde_json::to_string(&session.grading().proof(session.case().find_claim(id).unwrap())).unwrap(),
                serde_json::to_string(&fresh.proof(session.case().find_claim(id).unwrap())).unwrap(),
            );
            if proofs.0 != proofs.1 {
                return Err(format!(
                    "proof of {id}\n{script}\n{text}\n{}\n{}\n{}",
                    write::case(case, Layout::default()),
                    proofs.0,
                    proofs.1
                ));
            }
        }
        if only_sets {
            let written = write::case(&model_case, Layout::default());
            let loaded = Loaded::from_toml("case.toml", &written, &frameworks).map_err(|r| format!("{r}"))?;
            match grade(&loaded, &compiled, &Run::default()) {
                Ok(grading) => {
                    if of(&grading) != after {
                        return Err(format!("written {:?} {after:?}\n{script}\n{text}\n{written}", of(&grading)));
                    }
                }
                Err(r) => return Err(format!("written refused {r}\n{script}\n{text}\n{written}")),
            }
        }
        told += 1;
    }
    Ok(told)
}

#[test]
fn sessions_say_what_cases_say() {
    let (from, count) = (setting("SEED", 1), setting("COUNT", 300));
    let (mut told, mut failures) = (0, Vec::new());
    for seed in from..from + count {
        let (model, cases) = drawn(seed, 4);
        let mut random = Random(seed);
        for pair in cases.windows(2) {
            match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                sessions(&model, &pair[0], &pair[1], &mut random)
            })) {
                Ok(Ok(count)) => told += count,
                Ok(Err(what)) => failures.push(format!("seed {seed}\n{what}")),
                Err(panic) => failures.push(format!("seed {seed}\npanic {:?}", panic.downcast_ref::<String>())),
            }
        }
    }
    println!("{told} steps, {} failures", failures.len());
    failures.sort_by_key(String::len);
    for failure in failures.iter().take(setting("SHOW", 4) as usize) {
        println!("=====\n{failure}");
    }
    assert!(failures.is_empty());
}

/// Everything that can be bound of claims, by keys, by values and wide.
fn records(model: &Model, random: &mut Random) -> Result<(usize, usize), String> {
    use evigrade::records::Binding;
    let mut frameworks = Frameworks::empty();
    let text = write::framework(model);
    let Ok(id) = frameworks.add_toml("random.toml", &text) else { return Ok((0, 0)) };
    let framework = std::sync::Arc::clone(frameworks.get(id.as_str()).unwrap());
    let Ok(compiled) = Compiled::new(&framework) else { return Ok((0, 0)) };
    let mut binding = Binding::new(&compiled).unwrap();
    let mut wide = Wide::new(&compiled).unwrap();
    let mut by_values = Binding::new(&compiled).unwrap();
    let result = format!("d{}", model.decisions.len() - 1);
    let mut names: Vec<(Name, String)> = vec![(Name::Kind, "kind".to_owned())];
    let all = (0..model.facts.len())
        .map(Name::Fact)
        .chain((0..model.measures.len()).map(Name::Measure))
        .chain((0..model.derived.len()).map(Name::Derived))
        .chain((0..model.decisions.len()).map(Name::Decision));
    for name in all.filter(|name| model.visible(*name, model::Scope::Claim)) {
        let chance = match name {
            Name::Fact(_) => 85,
            Name::Measure(_) => 85,
            Name::Derived(_) => 15,
            _ => 10,
        };
        if name.text() != result && random.chance(chance) {
            names.push((name, name.text()));
        }
    }
    enum Col {
        Words(Vec<String>, Words, Words),
        Numbers(Vec<String>, Numbers, Numbers),
    }
    let mut columns = Vec::new();
    let some = |n: i128| ["-1", "0", "0.25", "0.5", "1", "1.75", "2", "3", "4", "5", "7", "100"][n as usize].to_owned();
    for (name, text_of) in &names {
        let typed = model.typed(*name);
        let mut words: Vec<String> = match &typed.kind {
            Kind::Flag => vec!["yes".into(), "no".into()],
            Kind::Words { words, .. } => words.iter().map(|w| (*w).to_owned()).collect(),
            Kind::Date => DAYS.iter().flat_map(|d| [d - 1, *d, d + 1]).map(|d| plain(Value::Day(d))).collect(),
            Kind::Count | Kind::Number => (0..12).map(some).collect(),
        };
        if *name == Name::Kind {
            words.push("kc".into());
        }
        let unknowns: Vec<String> = typed.unknowns.iter().map(|u| unknown(*u)).chain(["missing".to_owned()]).collect();
        let is_number = matches!(typed.kind, Kind::Count | Kind::Number);
        if is_number {
            words.retain(|word| typed.kind != Kind::Count || !word.contains(['.', '-']));
            if let Name::Fact(f) = name {
                let fact = &model.facts[*f];
                words.retain(|w| {
                    let n: f64 = w.parse().unwrap();
                    fact.least.is_none_or(|l| n >= l as f64) && fact.greatest.is_none_or(|g| n <= g as f64)
                });
            }
        }
        if is_number
            && random.chance(60)
            && let Ok(one) = binding.numbers(text_of, &strs(&unknowns))
        {
            let Ok(two) = wide.numbers(text_of, &strs(&unknowns)) else {
                return Err(format!("wide refuses {text_of}\n{text}"));
            };
            words.retain(|word| one.of_decimal(word.parse().unwrap()).is_some());
            words.extend(unknowns);
            by_values.values(text_of).unwrap();
            columns.push((text_of.clone(), Col::Numbers(words, one, two)));
            continue;
        }
        words.extend(unknowns);
        let words = shuffled(words, random);
        let (one, two) = match (binding.words(text_of, &strs(&words)), wide.words(text_of, &strs(&words))) {
            (Ok(one), Ok(two)) => (one, two),
            (Err(_), Err(_)) => continue,
            (one, two) => return Err(format!("{text_of}: {:?} {:?}\n{text}", one.map(|_| ()), two.map(|_| ()))),
        };
        by_values.values(text_of).unwrap();
        columns.push((text_of.clone(), Col::Words(words, one, two)));
    }
    let readers: Vec<evigrade::records::Texts> = {
        let mut b = Binding::new(&compiled).unwrap();
        columns.iter().map(|(n, _)| b.texts(n).unwrap()).collect()
    };
    let (records, by_values) = (binding.records(), by_values.records());
    let rows = if random.chance(10) { 1100 } else { 40 };
    let mut codes: Vec<Vec<u8>> = vec![Vec::new(); columns.len()];
    let (mut keys, mut values, mut told, mut all_numbers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let gaps = [0, 5, 30][random.below(3)];
    for _ in 0..rows {
        let (mut key, mut of_row, mut said) = (Key::default(), Vec::new(), Vec::new());
        let mut numbers: Vec<(&str, rust_decimal::Decimal)> = Vec::new();
        for (place, (name, column)) in columns.iter().enumerate() {
            let (Col::Words(words, ..) | Col::Numbers(words, ..)) = column;
            let known: Vec<&String> = words.iter().filter(|w| *w != "missing").collect();
            let word = if random.chance(gaps) || known.is_empty() {
                "missing".to_owned()
            } else {
                known[random.below(known.len())].clone()
            };
            let (one, code) = match column {
                Col::Words(words, one, two) => {
                    let at = words.iter().position(|w| *w == word).unwrap();
                    (one.at(at).unwrap(), two.at(at).unwrap())
                }
                Col::Numbers(_, one, two) => match word.parse() {
                    Ok(number) => (
                        one.of_decimal(number).unwrap_or_else(|| panic!("{name} {word}")),
                        two.of_decimal(number).unwrap(),
                    ),
                    Err(_) => (one.unknown(&word).unwrap(), two.unknown(&word).unwrap()),
                },
            };
            if let (Col::Numbers(..), Ok(number)) = (column, word.parse()) {
                numbers.push((name, number));
            }
            key = key + one;
            codes[place].push(code.number() as u8);
            of_row.push(readers[place].value(&word).unwrap());
            said.push(format!("{name}={word}"));
        }
        keys.push(key);
        all_numbers.push(numbers);
        values.push(of_row);
        told.push(said.join(" "));
    }
    let slices: Vec<&[u8]> = codes.iter().map(Vec::as_slice).collect();
    let mut grades = vec![0; rows];
    wide.grade(&slices, &mut grades).map_err(|r| r.to_string())?;
    for row in 0..rows {
        let expected = by_values.outcome(by_values.grade_values(&values[row]).unwrap());
        let by_key = records.outcome(records.grade(keys[row]));
        let by_wide = wide.outcome(grades[row]);
        if by_key != expected {
            return Err(format!("key {by_key:?} values {expected:?}: {}\n{text}", told[row]));
        }
        if row % 4 == 0 {
            let json = |proof: Option<evigrade::Proof>| proof.map(|proof| serde_json::to_string(&proof).unwrap());
            let with = json(records.proof_with(keys[row], &all_numbers[row]));
            let of_values = json(by_values.proof_of_values(&values[row]).unwrap());
            let mut rendered = String::new();
            let is = records.write_proof(keys[row], &all_numbers[row], &mut rendered);
            let rendered = is.then_some(rendered);
            if with != of_values || rendered != with {
                return Err(format!(
                    "proof: {}\nwith {with:?}\nvalues {of_values:?}\nrendered {rendered:?}\n{text}",
                    told[row]
                ));
            }
        }
        if by_wide != expected {
            return Err(format!("wide {by_wide:?} values {expected:?}: {}\n{text}", told[row]));
        }
    }
    Ok((rows, columns.len()))
}

#[test]
fn records_say_what_values_say() {
    let (from, count) = (setting("SEED", 1), setting("COUNT", 300));
    let (mut told, mut failures) = ((0, 0), Vec::new());
    for seed in from..from + count {
        let (model, _) = drawn(seed, 0);
        let mut random = Random(seed);
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| records(&model, &mut random))) {
            Ok(Ok(more)) => told = (told.0 + more.0, told.1 + more.1),
            Ok(Err(what)) => failures.push(format!("seed {seed}\n{what}")),
            Err(panic) => failures.push(format!("seed {seed}\npanic {:?}", panic.downcast_ref::<String>())),
        }
    }
    println!("{told:?} rows and columns, {} failures", failures.len());
    failures.sort_by_key(String::len);
    for failure in failures.iter().take(setting("SHOW", 4) as usize) {
        println!("=====\n{failure}");
    }
    assert!(failures.is_empty());
}
