//! Corpora that change at random, whatever is bound under whatever framework.

use std::collections::BTreeSet;

use evigrade::Compiled;
use evigrade::corpus::{Binding, Claim, Corpus, Facts, Item};
use evigrade::records::{Key, Numbers};
use evigrade::vocabulary::FactType;

use crate::workloads::Random;

/// A fact of items or links of which something can be said.
enum Said {
    /// One of these keys.
    Keys(Vec<Key>),
    /// A number below some, or one of these unknowns.
    Number(Box<Numbers>, Vec<Key>, u64),
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

/// A corpus under one framework, changed at random.
pub(crate) struct Script<'c> {
    pub(crate) corpus: Corpus<'c>,
    of_claims: Vec<Key>,
    of_items: Vec<Said>,
    of_links: Vec<Said>,
    pub(crate) claims: Vec<Claim>,
    items: Vec<Item>,
    linked: BTreeSet<(Claim, Claim)>,
}

impl<'c> Script<'c> {
    pub(crate) fn new(compiled: &'c Compiled, random: &mut Random) -> Self {
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

    /// Adds, changes or withdraws something.
    pub(crate) fn step(&mut self, random: &mut Random) {
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
