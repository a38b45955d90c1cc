//! What is bound of the facts of a drawn framework, and the keys of what a drawn case says.

use evigrade::corpus;
use evigrade::records::{self, Flags, Key, Numbers, Words};

use crate::hold::Random;
use crate::model::{Claim, DAYS, Facts, KINDS, Kind, Link, Model, On, RELATIONS, Unknown, Value};
use crate::number::Number;
use crate::write::plain;

/// How what is said of a fact is told by keys.
enum How {
    /// By its place among these words.
    Words(Vec<String>, Words),
    Flags(Flags),
    /// By a number with so many decimals.
    Numbers(Numbers, u32),
}

/// A fact that was bound.
pub(crate) struct Bound {
    fact: usize,
    how: How,
}

/// What facts of claims, items or links can be bound to. A number that cannot be bound as one is nothing.
trait Bind {
    fn words(&mut self, fact: &str, words: &[&str]) -> Words;
    fn flags(&mut self, fact: &str, unknowns: &[&str]) -> Flags;
    fn numbers(&mut self, fact: &str, decimals: u32, unknowns: &[&str]) -> Option<Numbers>;
}

impl Bind for records::Binding<'_> {
    fn words(&mut self, fact: &str, words: &[&str]) -> Words {
        self.words(fact, words).unwrap()
    }

    fn flags(&mut self, fact: &str, unknowns: &[&str]) -> Flags {
        self.flags(fact, unknowns).unwrap()
    }

    fn numbers(&mut self, fact: &str, _: u32, unknowns: &[&str]) -> Option<Numbers> {
        self.numbers(fact, unknowns).ok()
    }
}

impl Bind for corpus::Facts<'_> {
    fn words(&mut self, fact: &str, words: &[&str]) -> Words {
        self.words(fact, words).unwrap()
    }

    fn flags(&mut self, fact: &str, unknowns: &[&str]) -> Flags {
        self.flags(fact, unknowns).unwrap()
    }

    fn numbers(&mut self, fact: &str, decimals: u32, unknowns: &[&str]) -> Option<Numbers> {
        self.numbers(fact, decimals, unknowns).ok()
    }
}

/// Binds all facts on something, so many of a hundred numbers as numbers.
fn bind(to: &mut impl Bind, model: &Model, on: On, as_numbers: usize, random: &mut Random) -> Vec<Bound> {
    let mut facts: Vec<usize> = facts_on(model, on).collect();
    if random.chance(50) {
        facts.reverse();
    }
    let mut bound = Vec::new();
    for fact in facts {
        let name = format!("f{fact}");
        let unknowns = unknowns(&model.facts[fact].unknowns);
        let kind = &model.facts[fact].kind;
        let mut how = None;
        if matches!(kind, Kind::Count | Kind::Number) && random.chance(as_numbers) {
            let decimals = if *kind == Kind::Count { 0 } else { 2 } + random.below(2) as u32;
            how = to.numbers(&name, decimals, &strs(&unknowns)).map(|numbers| How::Numbers(numbers, decimals));
        } else if *kind == Kind::Flag && random.chance(50) {
            how = Some(How::Flags(to.flags(&name, &strs(&unknowns))));
        }
        let how = how.unwrap_or_else(|| {
            let words = random.shuffled(words_of(model, fact));
            let bound = to.words(&name, &strs(&words));
            How::Words(words, bound)
        });
        bound.push(Bound { fact, how });
    }
    bound
}

impl Bound {
    fn key(&self, value: Option<Value>) -> Key {
        let word = word(value);
        match (&self.how, value) {
            (How::Words(words, keys), _) => keys.at(place(words, &word)).unwrap(),
            (How::Flags(flags), Some(Value::Flag(flag))) => flags.of(flag),
            (How::Flags(flags), _) => flags.unknown(&word).unwrap(),
            (How::Numbers(numbers, _), Some(Value::Number(_))) => {
                numbers.of_decimal(word.parse().unwrap()).unwrap_or_else(|| panic!("{word} has no key"))
            }
            (How::Numbers(numbers, _), _) => numbers.unknown(&word).unwrap(),
        }
    }

    /// The number beside the key, if it was bound as a number; any if it is not known.
    fn number(&self, value: Option<Value>, random: &mut Random) -> Option<i64> {
        let How::Numbers(_, decimals) = self.how else { return None };
        Some(match value {
            Some(Value::Number(number)) => units(number, decimals),
            _ => random.below(100) as i64,
        })
    }
}

fn key(bound: &[Bound], facts: &Facts) -> Key {
    bound.iter().fold(Key::default(), |all, bound| all + bound.key(facts.get(&bound.fact).copied()))
}

/// The keys of everything that a case can say, all of it bound.
pub(crate) struct Keys {
    kind: Words,
    of_claims: Vec<Bound>,
    of_items: Vec<Bound>,
    item_relation: Words,
    of_item_links: Vec<Bound>,
    link_relation: Words,
    of_links: Vec<Bound>,
}

impl Keys {
    /// Binds it. Numbers of claims cannot be bound as numbers where items or other claims see them.
    pub(crate) fn bind(
        binding: &mut corpus::Binding<'_>,
        model: &Model,
        claims_as_numbers: bool,
        random: &mut Random,
    ) -> Self {
        let kind = binding.claims().words("kind", &KINDS).unwrap();
        let as_numbers = if claims_as_numbers { 100 } else { 0 };
        let of_claims = bind(binding.claims(), model, On::Claim, as_numbers, random);
        let of_items = bind(binding.items(), model, On::Evidence, 70, random);
        let item_relation = binding.items().words("relation", &RELATIONS[..3]).unwrap();
        let of_item_links = bind(binding.items(), model, On::Link, 0, random);
        let link_relation = binding.links().words("relation", &RELATIONS).unwrap();
        let of_links = bind(binding.links(), model, On::Link, 70, random);
        Self { kind, of_claims, of_items, item_relation, of_item_links, link_relation, of_links }
    }

    pub(crate) fn claim(&self, claim: &Claim) -> Key {
        self.kind.at(place(&KINDS, claim.kind)).unwrap() + key(&self.of_claims, &claim.facts)
    }

    pub(crate) fn item(&self, item: &Facts) -> Key {
        key(&self.of_items, item)
    }

    /// The numbers beside the key of an item.
    pub(crate) fn numbers(&self, item: &Facts, random: &mut Random) -> Vec<i64> {
        self.of_items.iter().filter_map(|bound| bound.number(item.get(&bound.fact).copied(), random)).collect()
    }

    /// That an item bears on a claim.
    pub(crate) fn item_link(&self, link: &Link) -> Key {
        self.item_relation.at(place(&RELATIONS, link.relation)).unwrap() + key(&self.of_item_links, &link.facts)
    }

    /// That a claim bears on a claim.
    pub(crate) fn link(&self, link: &Link) -> Key {
        self.link_relation.at(place(&RELATIONS, link.relation)).unwrap() + key(&self.of_links, &link.facts)
    }
}

pub(crate) fn facts_on(model: &Model, on: On) -> impl Iterator<Item = usize> {
    (0..model.facts.len()).filter(move |fact| model.facts[*fact].on == on)
}

/// What can be said of a fact, as words.
pub(crate) fn words_of(model: &Model, fact: usize) -> Vec<String> {
    let of = &model.facts[fact];
    let values: Vec<Value> = match &of.kind {
        Kind::Flag => vec![Value::Flag(false), Value::Flag(true)],
        Kind::Words { words, .. } => words.iter().map(|word| Value::Word(word)).collect(),
        Kind::Count => {
            let counts = of.least.unwrap_or(0)..=of.greatest.unwrap_or(4);
            counts.map(|count| Value::Number(Number::whole(count))).collect()
        }
        Kind::Number => {
            let quarters = 4 * of.least.unwrap_or(-1)..=4 * of.greatest.unwrap_or(3);
            quarters.map(|quarters| Value::Number(Number::quarters(quarters))).collect()
        }
        Kind::Date => DAYS.iter().flat_map(|day| [day - 1, *day, day + 1]).map(Value::Day).collect(),
    };
    values.into_iter().map(plain).chain(unknowns(&of.unknowns)).collect()
}

/// The ways in which something is not known, as words.
pub(crate) fn unknowns(of: &[Unknown]) -> Vec<String> {
    let words = of.iter().map(|unknown| plain(Value::Unknown(*unknown)));
    words.chain(["missing".to_owned()]).collect()
}

/// The word for what is said of a fact.
pub(crate) fn word(value: Option<Value>) -> String {
    value.map_or_else(|| "missing".to_owned(), plain)
}

/// The place of a word among words.
pub(crate) fn place<T: AsRef<str>>(words: &[T], word: &str) -> usize {
    words.iter().position(|known| known.as_ref() == word).unwrap_or_else(|| panic!("`{word}` was not bound"))
}

pub(crate) fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// A number as a whole number of its last decimal.
pub(crate) fn units(number: Number, decimals: u32) -> i64 {
    number.millionths() / 10_i64.pow(6 - decimals)
}
