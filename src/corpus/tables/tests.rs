//! However short the ranges are to which claims and items are dealt out, what comes of tables is what comes of a corpus.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use super::{Items, Packing, Ranges, Tables, Units, Way, grade};
use crate::corpus::order::ByClaim;
use crate::corpus::{Binding, Claim, Columns};
use crate::records::{Flags, Key, Numbers, Outcome, Words};
use crate::{Compiled, Frameworks};

/// Claims by their items and by claims; what items give can hang on what they see of their claim.
const PACK: &str = r#"
    [framework]
    id = "ranges"
    title = "Ranges"
    edition = "1"
    result = "level"
    [scale]
    levels = ["low", "middle", "high"]
    [fact.year]
    on = "claim"
    type = "count"
    ask = "When was it said?"
    [fact.treated]
    on = "evidence"
    type = "count"
    ask = "How many were treated?"
    [fact.bias]
    on = "evidence"
    choices = ["low", "high"]
    ask = "How high is the risk of bias?"
    [fact.critical]
    on = "link"
    type = "flag"
    ask = "Does the claim fall with it?"
    [decision.counted]
    on = "link"
    values = ["no", "yes"]
    best = "last"
    otherwise = { then = "yes", because = "All are." }
    # seen
    [measure.items]
    count = "evidence"
    [measure.all-treated]
    sum = "treated"
    where = { counted = "yes" }
    [measure.high-bias]
    share = { bias = "high" }
    [measure.weakest]
    min = "level"
    over = "claims"
    where = { critical = true }
    [decision.level]
    otherwise = { then = "middle", because = "Otherwise." }
    [[decision.level.rule]]
    id = "falls"
    when = { weakest = "low" }
    then = "low"
    because = "With a low one."
    [[decision.level.rule]]
    id = "few"
    when = { all-treated = "< 900", high-bias = ">= 0.2" }
    then = "low"
    because = "Few."
    [[decision.level.rule]]
    id = "many"
    when = { all-treated = ">= 1800" }
    then = "high"
    because = "Many."
"#;

const SEEN: &str = r#"
    [[decision.counted.rule]]
    id = "old"
    when = { kind = "harm", year = "< 2000" }
    then = "no"
    because = "It is old."
"#;

/// Numbers that look like any, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }
}

const CLAIMS: usize = 150;
const KINDS: [&str; 2] = ["efficacy", "harm"];
const YEARS: [&str; 2] = ["1990", "2010"];

/// In which order the claims stand of which one rests on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    ChildrenFirst,
    ParentsFirst,
    InAnyOrder,
}

/// Tables, a column a fact.
#[derive(Clone, Debug, Default)]
struct Example {
    kind: Vec<u8>,
    year: Vec<u8>,
    claim_of_item: Vec<u32>,
    bias: Vec<u8>,
    treated: Vec<u32>,
    is_missing: Vec<bool>,
    parent: Vec<u32>,
    child: Vec<u32>,
    critical: Vec<bool>,
}

impl Example {
    fn new(random: &mut Random, standing: Standing) -> Self {
        let mut example = Self::default();
        for _ in 0..CLAIMS {
            example.kind.push(random.below(2) as u8);
            example.year.push(random.below(2) as u8);
        }
        for _ in 0..4 * CLAIMS {
            // Some claims have no items.
            example.push(random.below(CLAIMS - 20) as u32 + 10, random, 40);
        }
        let rank = |claim: usize| match standing {
            Standing::ChildrenFirst => claim,
            Standing::ParentsFirst => CLAIMS - claim,
            Standing::InAnyOrder => claim * 77 % 151,
        };
        for parent in 0..CLAIMS {
            for child in [random.below(CLAIMS), random.below(CLAIMS)] {
                let is_new =
                    example.parent.last() != Some(&(parent as u32)) || example.child.last() != Some(&(child as u32));
                if rank(child) < rank(parent) && is_new {
                    example.parent.push(parent as u32);
                    example.child.push(child as u32);
                    example.critical.push(random.below(4) == 0);
                }
            }
        }
        example
    }

    fn push(&mut self, claim: u32, random: &mut Random, missing: usize) {
        self.claim_of_item.push(claim);
        self.bias.push(u8::from(random.below(4) == 0));
        self.treated.push(random.below(900) as u32);
        self.is_missing.push(random.below(missing) == 0);
    }

    /// The same with its items in the order of their claims.
    fn sorted(&self) -> Self {
        let mut rows: Vec<usize> = (0..self.bias.len()).collect();
        rows.sort_by_key(|row| self.claim_of_item[*row]);
        Self {
            claim_of_item: rows.iter().map(|row| self.claim_of_item[*row]).collect(),
            bias: rows.iter().map(|row| self.bias[*row]).collect(),
            treated: rows.iter().map(|row| self.treated[*row]).collect(),
            is_missing: rows.iter().map(|row| self.is_missing[*row]).collect(),
            ..self.clone()
        }
    }

    /// What comes of a corpus of it.
    fn as_corpus(&self, compiled: &Compiled, treated: &[i64]) -> Vec<Outcome> {
        let (binding, bound) = Bound::new(compiled);
        let mut corpus = binding.corpus().expect("it is bound");
        let known = |key: Option<Key>| key.expect("it was bound");
        let claims: Vec<Claim> = (0..CLAIMS)
            .map(|claim| {
                let key = known(bound.kind.at(self.kind[claim].into())) + known(bound.year.at(self.year[claim].into()));
                corpus.add_claim(key).expect("it is a key")
            })
            .collect();
        for (row, claim) in self.claim_of_item.iter().enumerate() {
            let number = treated[row];
            let treated =
                if self.is_missing[row] { bound.treated.unknown("missing") } else { bound.treated.of_units(number) };
            let key = known(bound.bias.at(self.bias[row].into())) + known(treated);
            let item = corpus.add_item(key, &[number]).expect("it is a key");
            corpus.bear(item, claims[*claim as usize], Key::default()).expect("it is new");
        }
        for (row, parent) in self.parent.iter().enumerate() {
            let (parent, child) = (claims[*parent as usize], claims[self.child[row] as usize]);
            corpus.rest(parent, child, bound.critical.of(self.critical[row])).expect("it is new");
        }
        corpus.settle().expect("there is no circle");
        claims.iter().map(|claim| corpus.outcome(*claim).expect("it is graded").clone()).collect()
    }

    /// What comes of it by ranges that so many bits tell apart, and of its first range how items are found.
    fn by_ranges(&self, compiled: &Compiled, units: Units<'_>, bits: u32) -> (Vec<Outcome>, &'static str) {
        let (binding, bound) = Bound::new(compiled);
        let tables = Tables {
            claims: Columns::new(CLAIMS).words(&bound.kind, &self.kind).words(&bound.year, &self.year),
            items: Columns::new(self.bias.len()).words(&bound.bias, &self.bias).numbers_unless(
                &bound.treated,
                units,
                "missing",
                &self.is_missing,
            ),
            claim_of_item: &self.claim_of_item,
            links: Columns::new(self.child.len()).flags(&bound.critical, &self.critical),
            parent_of_link: &self.parent,
            child_of_link: &self.child,
        };
        let ranges = Ranges::of_bits(CLAIMS, bits);
        let mut engine = binding.engine().expect("it is bound");
        let found = match Items::new(&mut engine, &tables, ranges).expect("it is sound") {
            Items::Sorted => "sorted",
            Items::Short(..) => "short",
            Items::Long(..) => "long",
            Items::Scattered => "scattered",
        };
        let grades = grade(engine, &tables, ranges).expect("it is sound");
        ((0..CLAIMS).map(|claim| grades.outcome(claim).expect("it is graded").clone()).collect(), found)
    }
}

struct Bound {
    kind: Words,
    year: Words,
    bias: Words,
    treated: Numbers,
    critical: Flags,
}

impl Bound {
    fn new(compiled: &Compiled) -> (Binding<'_>, Self) {
        let mut binding = Binding::new(compiled).expect("it grades claims");
        let bound = Self {
            kind: binding.claims().words("kind", &KINDS).expect("it is a fact"),
            year: binding.claims().words("year", &YEARS).expect("it is a fact"),
            bias: binding.items().words("bias", &["low", "high"]).expect("it is a fact"),
            treated: binding.items().numbers("treated", 0, &["missing"]).expect("it is a fact"),
            critical: binding.links().flags("critical", &[]).expect("it is a fact"),
        };
        (binding, bound)
    }
}

fn compiled(sees: bool) -> Compiled {
    let pack = if sees { PACK.replace("# seen", SEEN) } else { PACK.to_owned() };
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("ranges.toml", &pack).expect("it can be read");
    Compiled::new(frameworks.find(id.as_str()).expect("it is there")).expect("it compiles")
}

/// So many that 32 bits do not hold them.
const MANY: i64 = 1 << 40;
/// So many that no word holds them and what else is told of an item.
const MOST: i64 = 1 << 61;

#[test]
fn ranges_of_any_length_come_to_the_same() {
    let mut random = Random(3);
    for sees in [false, true] {
        let compiled = compiled(sees);
        for standing in [Standing::ChildrenFirst, Standing::ParentsFirst, Standing::InAnyOrder] {
            let example = Example::new(&mut random, standing);
            let way = Way::new(CLAIMS, &example.parent, &example.child, &ByClaim::new(CLAIMS, &example.child));
            let is_as_made = match way.expect("there is no circle") {
                Way::Up => standing == Standing::ChildrenFirst,
                Way::Down => standing == Standing::ParentsFirst,
                Way::Ordered(_) => standing == Standing::InAnyOrder,
            };
            assert!(is_as_made, "{standing:?}");
            for mut example in [example.clone(), example.sorted()] {
                let is_sorted = example.claim_of_item.is_sorted();
                for first in [1, MANY, MOST] {
                    let mut long: Vec<i64> = example.treated.iter().copied().map(i64::from).collect();
                    long[0] = first;
                    let expected = example.as_corpus(&compiled, &long);
                    let words = |word: &str| expected.iter().filter(|outcome| outcome.word() == Some(word)).count();
                    let counts = ["low", "middle", "high"].map(words);
                    let open = CLAIMS - counts.iter().sum::<usize>();
                    assert!(counts.iter().all(|count| *count > 2) && open > 2, "{counts:?} and {open} open");
                    for bits in [0, 1, 2, 5, 6, 7, 8, 12] {
                        let (came, found) = example.by_ranges(&compiled, long.as_slice().into(), bits);
                        assert!(came == expected, "{sees} {standing:?} {is_sorted} {first} {bits} {found}");
                        let expected = match first {
                            _ if is_sorted || bits >= 8 => "sorted",
                            1 => "short",
                            MANY => "long",
                            // Of a range of one claim no place is told.
                            _ if bits == 0 => "long",
                            _ => "scattered",
                        };
                        assert_eq!(found, expected, "{bits} {first}");
                    }
                    if first == 1 {
                        example.treated[0] = 1;
                        let (came, _) = example.by_ranges(&compiled, example.treated.as_slice().into(), 3);
                        assert!(came == expected, "{sees} {standing:?} {is_sorted}");
                    }
                }
            }
        }
    }
}

/// More items of a claim than 16 bits count.
#[test]
fn lanes_of_ranges_are_widened() {
    let compiled = compiled(false);
    let mut random = Random(5);
    let mut example = Example::new(&mut random, Standing::ChildrenFirst);
    for _ in 0..70_000 {
        example.push(77, &mut random, usize::MAX);
    }
    example.is_missing.fill(false);
    let long: Vec<i64> = example.treated.iter().copied().map(i64::from).collect();
    let expected = example.as_corpus(&compiled, &long);
    for example in [&example, &example.sorted()] {
        for bits in [4, 12] {
            let (came, _) = example.by_ranges(&compiled, example.treated.as_slice().into(), bits);
            assert!(came == expected, "{bits}");
        }
    }
}

/// Numbers are packed as far as they fit and are told.
#[test]
fn items_are_packed_into_words() {
    let ranges = Ranges::of_bits(1 << 20, 10);
    let (short, long) = ([7_u32, 900], [3_i64, 1 << 20]);
    let packing = |count: usize| {
        let units = [Units::Short(&short)].repeat(count);
        Packing::new(ranges, 100, &units, &|_| true).map(|packing| packing.is_short())
    };
    assert_eq!([1, 2, 4, 5].map(packing), [Some(true), Some(false), Some(false), None], "10 bits each");
    let units = [Units::Long(&long), Units::Long(&[-1])];
    assert!(Packing::new(ranges, 100, &units, &|_| true).is_none(), "one is below 0");
    let packing = Packing::new(ranges, 100, &units, &|number| number == 0).expect("it is not told");
    let word = 5 | 99 << 10 | 9 << 17;
    assert_eq!((packing.place(word), packing.key(word), packing.number(word, 0)), (5, 99, 9));
    assert_eq!(packing.number(word, 1), 0);
    let packing = Packing::new(ranges, 1, &[], &|_| true).expect("there is nothing");
    assert_eq!((packing.place(1023), packing.key(1023)), (1023, 0));
}
