//! How long a record takes: its level, its level with all that its proof is made of, and that proof as text.
//!
//! Run it with `cargo bench --bench records`. Times are of a million records; divided by a million they are of one.
#![allow(clippy::expect_used, reason = "a benchmark stops where its input is refused")]

#[path = "workloads/mod.rs"]
mod workloads;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use evigrade::records::{Binding, Flags, Key, Numbers, Words};
use evigrade::{Compiled, Frameworks};
use workloads::{CERTAINTY, CERTAINTY_OF_A_MILLION, Record, crc32};

fn main() {
    divan::main();
}

const MILLION: usize = 1_000_000;

struct Bound {
    design: Words,
    studies: Numbers,
    concerns: [Words; 4],
    unpublished: Words,
    effect: Words,
    gradient: Flags,
    confounding: Flags,
}

impl Bound {
    fn new(binding: &mut Binding<'_>) -> Self {
        let mut words = |fact: &str, words: &[&str]| binding.words(fact, words).expect("it can be bound");
        let concern = ["not-serious", "serious", "very-serious"];
        Self {
            design: words("body-design", &["no-design", "nrsi", "rct"]),
            concerns: ["bias-concern", "inconsistency-concern", "indirectness-concern", "imprecision-concern"]
                .map(|fact| words(fact, &concern)),
            unpublished: words("unpublished", &["undetected", "strongly-suspected"]),
            effect: words("effect-size", &["no", "large", "very-large"]),
            studies: binding.numbers("study-count", &[]).expect("it is a number"),
            gradient: binding.flags("gradient", &[]).expect("it is a flag"),
            confounding: binding.flags("confounding-opposes", &[]).expect("it is a flag"),
        }
    }

    #[inline]
    fn key(&self, record: &Record) -> Option<Key> {
        let [bias, inconsistency, indirectness, imprecision] = &self.concerns;
        let concerns = bias.at(record.concerns[0].into())?
            + inconsistency.at(record.concerns[1].into())?
            + indirectness.at(record.concerns[2].into())?
            + imprecision.at(record.concerns[3].into())?;
        let rest = self.unpublished.at(record.unpublished.into())? + self.effect.at(record.effect.into())?;
        let flags = self.gradient.of(record.gradient) + self.confounding.of(record.confounding);
        let studies = self.studies.of_whole(record.studies.into())?;
        Some(self.design.at(record.design.into())? + concerns + rest + flags + studies)
    }
}

fn compiled() -> Compiled {
    let mut frameworks = Frameworks::built_in();
    let id = frameworks.add_toml("certainty.toml", CERTAINTY).expect("it can be read");
    Compiled::new(frameworks.find(id.as_str()).expect("it was added")).expect("it compiles")
}

/// The level alone. The first record of each kind is graded, those after it are looked up.
#[divan::bench]
fn level(bencher: Bencher<'_, '_>) {
    let compiled = compiled();
    let all = workloads::records(MILLION);
    let mut grades = vec![0_u8; MILLION];
    bencher.counter(ItemsCount::new(MILLION)).bench_local(|| {
        let mut binding = Binding::new(&compiled).expect("it has a result");
        let bound = Bound::new(&mut binding);
        let records = binding.records();
        for (grade, record) in grades.iter_mut().zip(black_box(&all)) {
            *grade = bound.key(record).map_or(u8::MAX, |key| records.grade(key) as u8);
        }
    });
    assert_eq!(crc32(grades.iter().copied()), CERTAINTY_OF_A_MILLION);
}

/// The level, and the key and numbers of which the whole proof can be built again.
#[divan::bench]
fn level_and_proof(bencher: Bencher<'_, '_>) {
    let compiled = compiled();
    let all = workloads::records(MILLION);
    let mut grades = vec![0_u8; MILLION];
    let mut proofs = vec![(0_u32, 0_u32); MILLION];
    bencher.counter(ItemsCount::new(MILLION)).bench_local(|| {
        let mut binding = Binding::new(&compiled).expect("it has a result");
        let bound = Bound::new(&mut binding);
        let records = binding.records();
        for ((grade, proof), record) in grades.iter_mut().zip(&mut proofs).zip(black_box(&all)) {
            let key = bound.key(record).unwrap_or_default();
            *grade = records.grade(key) as u8;
            *proof = (key.number() as u32, record.studies);
        }
    });
    assert_eq!(crc32(grades.iter().copied()), CERTAINTY_OF_A_MILLION);
}
