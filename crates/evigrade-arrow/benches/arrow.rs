//! How long a row of a batch takes: a million records as columns of dictionaries, by the width of their keys.
//!
//! Run it with `cargo bench -p evigrade-arrow`. Times are of a million rows; divided by a million they are of one. The column
//! of participants is carried and tells no fact.
#![allow(clippy::expect_used, reason = "a benchmark stops where its input is refused")]

mod columns;
#[path = "../../../benches/workloads/mod.rs"]
mod workloads;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_buffer::ArrowNativeType;
use columns::{batch, levels};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use evigrade::Compiled;
use evigrade_arrow::{Grader, Options};
use workloads::{CERTAINTY_OF_A_MILLION, certainty, crc32};

fn main() {
    divan::main();
}

const MILLION: usize = 1_000_000;

fn compiled() -> Compiled {
    Compiled::new(&certainty()).expect("it compiles")
}

fn grade<K: ArrowDictionaryKeyType>(bencher: Bencher<'_, '_>, options: &Options) {
    let (compiled, batch) = (compiled(), batch::<K>(&workloads::records(MILLION)));
    let grader = Grader::new(&compiled, &batch.schema(), options).expect("its columns tell facts");
    let mut graded = None;
    bencher.counter(ItemsCount::new(MILLION)).bench_local(|| {
        graded = Some(grader.grade(black_box(&batch)).expect("it can be graded"));
    });
    let graded = graded.expect("it was graded");
    assert_eq!(crc32(levels(&graded.columns)), CERTAINTY_OF_A_MILLION);
}

/// The level alone.
#[divan::bench(types = [UInt8Type, UInt16Type, Int32Type, UInt32Type])]
fn level<K: ArrowDictionaryKeyType>(bencher: Bencher<'_, '_>) {
    grade::<K>(bencher, &Options::new());
}

/// The level, and the number of which the whole proof can be built again.
#[divan::bench(types = [UInt8Type, UInt16Type, Int32Type, UInt32Type])]
fn level_and_proof<K: ArrowDictionaryKeyType>(bencher: Bencher<'_, '_>) {
    grade::<K>(bencher, &Options::new().proof_ids("proof-id"));
}

/// What a program does that is written for this framework alone: one table, and a sum of ten codes a row.
#[divan::bench(types = [UInt8Type, UInt32Type])]
fn by_hand<K: ArrowDictionaryKeyType>(bencher: Bencher<'_, '_>) {
    let (compiled, batch) = (compiled(), batch::<K>(&workloads::records(MILLION)));
    let grader = Grader::new(&compiled, &batch.schema(), &Options::new()).expect("its columns tell facts");
    let graded = levels(&grader.grade(&batch).expect("it can be graded").columns);
    let codes: Vec<&[K::Native]> = (0..10).map(|at| codes::<K>(&batch, at)).collect();
    let studies = batch.column(1).as_dictionary::<K>().values().as_primitive::<Int64Type>();
    let none: Vec<usize> = studies.values().iter().map(|count| usize::from(*count > 0)).collect();
    let sum = |row: usize| {
        let mut sum = none[codes[1][row].as_usize()];
        for (at, size) in [(0, 3), (2, 3), (3, 3), (4, 3), (5, 3), (6, 2), (7, 3), (8, 2), (9, 2)] {
            sum = sum * size + codes[at][row].as_usize();
        }
        sum
    };
    let mut table = vec![0_u8; 1 << 14];
    (0..MILLION).for_each(|row| table[sum(row)] = graded[row]);
    let mut out = vec![0_u8; MILLION];
    bencher.counter(ItemsCount::new(MILLION)).bench_local(|| {
        for (row, level) in black_box(&mut out).iter_mut().enumerate() {
            *level = table[sum(row)];
        }
    });
    assert_eq!(crc32(out), CERTAINTY_OF_A_MILLION);
}

fn codes<K: ArrowPrimitiveType + ArrowDictionaryKeyType>(batch: &RecordBatch, at: usize) -> &[K::Native] {
    batch.column(at).as_dictionary::<K>().keys().values()
}
