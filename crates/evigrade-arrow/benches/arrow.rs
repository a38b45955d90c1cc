//! How long a row of a batch takes: a million records as columns of dictionaries, by the width of their keys.
//!
//! Run it with `cargo bench -p evigrade-arrow`. Times are of a million rows; divided by a million they are of one. The column
//! of participants is carried and tells no fact.
#![allow(clippy::expect_used, reason = "a benchmark stops where its input is refused")]

#[path = "../../../benches/workloads/mod.rs"]
mod workloads;

use std::sync::Arc;

use arrow_array::builder::PrimitiveDictionaryBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, PrimitiveArray, RecordBatch, StringArray};
use arrow_buffer::ArrowNativeType;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use evigrade::Compiled;
use evigrade_arrow::{Grader, Options};
use workloads::{CERTAINTY_OF_A_MILLION, Record, certainty, crc32};

fn main() {
    divan::main();
}

const MILLION: usize = 1_000_000;
const CONCERN: [&str; 3] = ["not-serious", "serious", "very-serious"];

/// A column of words by their places.
fn words<K: ArrowDictionaryKeyType>(words: &[&str], places: impl Iterator<Item = u8>) -> ArrayRef {
    dictionary::<K>(Arc::new(StringArray::from(words.to_vec())), places)
}

fn dictionary<K: ArrowDictionaryKeyType>(values: ArrayRef, places: impl Iterator<Item = u8>) -> ArrayRef {
    let keys = places.map(|place| K::Native::usize_as(usize::from(place)));
    let keys = PrimitiveArray::<K>::from_iter_values(keys);
    Arc::new(DictionaryArray::<K>::try_new(keys, values).expect("there is a word for each place"))
}

/// Records as columns.
fn batch<K: ArrowDictionaryKeyType>(records: &[Record]) -> RecordBatch {
    let concern = |at: usize| words::<K>(&CONCERN, records.iter().map(move |record| record.concerns[at]));
    let flags = || Arc::new(BooleanArray::from(vec![false, true]));
    // As a dictionary is that was made row by row.
    let mut studies = PrimitiveDictionaryBuilder::<K, Int64Type>::new();
    for record in records {
        studies.append_value(record.studies.into());
    }
    let participants = records.iter().map(|record| record.participants);
    RecordBatch::try_from_iter([
        ("body-design", words::<K>(&["no-design", "nrsi", "rct"], records.iter().map(|record| record.design))),
        ("study-count", Arc::new(studies.finish())),
        ("bias-concern", concern(0)),
        ("inconsistency-concern", concern(1)),
        ("indirectness-concern", concern(2)),
        ("imprecision-concern", concern(3)),
        (
            "unpublished",
            words::<K>(&["undetected", "strongly-suspected"], records.iter().map(|record| record.unpublished)),
        ),
        ("effect-size", words::<K>(&["no", "large", "very-large"], records.iter().map(|record| record.effect))),
        ("gradient", dictionary::<K>(flags(), records.iter().map(|record| record.gradient.into()))),
        ("confounding-opposes", dictionary::<K>(flags(), records.iter().map(|record| record.confounding.into()))),
        ("participants", Arc::new(PrimitiveArray::<UInt32Type>::from_iter_values(participants))),
    ])
    .expect("the columns are of the same length")
}

/// The level of each record, in the order of the scale.
fn levels(columns: &RecordBatch) -> Vec<u8> {
    let levels = columns.column(0).as_dictionary::<UInt8Type>();
    assert_eq!(levels.null_count(), 0);
    levels.keys().values().to_vec()
}

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
