//! How long a record takes: its level, its level with all that its proof is made of, and that proof as text.
//!
//! Run it with `cargo bench --bench records`. Times are of a million records; divided by a million they are of one.
#![allow(clippy::expect_used, reason = "a benchmark stops where its input is refused")]

#[path = "workloads/mod.rs"]
mod workloads;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use evigrade::Compiled;
use evigrade::records::{Binding, Key, Wide};
use rust_decimal::Decimal;
use workloads::wide::{RULES, by_hand, columns, framework, rules};
use workloads::{Bound, CERTAINTY_OF_A_MILLION, certainty, crc32};

fn main() {
    divan::main();
}

const MILLION: usize = 1_000_000;

fn compiled() -> Compiled {
    Compiled::new(&certainty()).expect("it compiles")
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

/// The proof as JSON, once those of all kinds of records were rendered.
#[divan::bench]
fn proof_as_json(bencher: Bencher<'_, '_>) {
    let compiled = compiled();
    let all: Vec<_> = workloads::records(MILLION / 10);
    let mut binding = Binding::new(&compiled).expect("it has a result");
    let bound = Bound::new(&mut binding);
    let records = binding.records();
    let keys: Vec<(Key, Decimal)> =
        all.iter().map(|record| (bound.key(record).unwrap_or_default(), Decimal::from(record.studies))).collect();
    let mut json = String::new();
    for (key, studies) in &keys {
        records.write_proof(*key, &[("study-count", *studies)], &mut json);
        json.clear();
    }
    bencher.counter(ItemsCount::new(keys.len())).bench_local(|| {
        for (key, studies) in black_box(&keys) {
            json.clear();
            records.write_proof(*key, &[("study-count", *studies)], &mut json);
            black_box(&json);
        }
    });
}

/// 200 rules over 60 facts, far more than one table tells apart. A rule and record takes a 200th of a record.
#[divan::bench]
fn two_hundred_rules(bencher: Bencher<'_, '_>) {
    let rules = rules();
    let compiled = Compiled::new(&framework(&rules)).expect("it compiles");
    let mut wide = Wide::new(&compiled).expect("it has a result");
    let all = columns(MILLION / 10);
    for fact in 0..all.len() {
        wide.words(&format!("fact-{fact}"), &["a", "b", "c"]).expect("it can be bound");
    }
    let columns: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
    let mut grades = vec![0_u16; MILLION / 10];
    bencher
        .counter(ItemsCount::new(grades.len() * RULES))
        .bench_local(|| wide.grade(black_box(&columns), &mut grades).expect("all codes were bound"));
    for (row, grade) in grades.iter().enumerate().step_by(97) {
        assert_eq!(*grade, u16::from(by_hand(&rules, &all, row)));
    }
}
