//! [`Record`]s as columns of dictionaries.

use std::sync::Arc;

use arrow_array::builder::PrimitiveDictionaryBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{ArrowDictionaryKeyType, Int64Type, UInt8Type, UInt32Type};
use arrow_array::{Array as _, ArrayRef, BooleanArray, DictionaryArray, PrimitiveArray, RecordBatch, StringArray};
use arrow_buffer::ArrowNativeType as _;

use crate::workloads::Record;

/// How grave a concern is.
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
pub(crate) fn batch<K: ArrowDictionaryKeyType>(records: &[Record]) -> RecordBatch {
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
pub(crate) fn levels(columns: &RecordBatch) -> Vec<u8> {
    let levels = columns.column(0).as_dictionary::<UInt8Type>();
    assert_eq!(levels.null_count(), 0);
    levels.keys().values().to_vec()
}
