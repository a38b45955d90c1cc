//! How long a record takes: its level, its level with all that its proof is made of, and that proof as text.
//!
//! Run it with `cargo bench --bench records`. Times are of a million records; divided by a million they are of one.
#![allow(clippy::expect_used, reason = "a benchmark stops where its input is refused")]

#[path = "workloads/mod.rs"]
mod workloads;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use evigrade::Compiled;
use evigrade::records::Binding;
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
