//! The engines, one a file, in the order of the tables.

mod cel;
mod datafusion;
mod evigrade;
mod evigrade_arrow;
mod evigrade_bodies;
mod packed;
mod plain;
mod plain_bodies;
mod polars;
mod regorus;
mod rhai;
mod zen;

pub(crate) use plain::reference;

use arrow_array::types::{UInt8Type, UInt32Type};

use self::evigrade_arrow::Batch;
use crate::engine::{Entry, Fault};
use crate::workloads::Record;
use crate::workloads::bodies::Bodies;

/// How many records an engine gets that takes microseconds for one.
pub(crate) const FEW: usize = 20_000;

/// The words of a record as numbers, by the names that rules in other languages call them.
const FACTS: [&str; 10] = [
    "studies",
    "design",
    "bias",
    "inconsistency",
    "indirectness",
    "imprecision",
    "unpublished",
    "effect",
    "gradient",
    "confounding",
];

/// The facts of a record, in the order of [`FACTS`].
fn facts(record: &Record) -> [u8; 10] {
    let [bias, inconsistency, indirectness, imprecision] = record.concerns;
    [
        record.studies as u8,
        record.design,
        bias,
        inconsistency,
        indirectness,
        imprecision,
        record.unpublished,
        record.effect,
        record.gradient.into(),
        record.confounding.into(),
    ]
}

/// The engines that grade records. The first is the one that others are set against.
pub(crate) fn of_records(records: &[Record]) -> Result<Vec<Entry>, Fault> {
    let all = records.len();
    let few = &records[..FEW.min(all)];
    Ok(vec![
        Entry::new("Evigrade, rows", "evigrade", all, evigrade::Rows::new(records)?),
        Entry::new("Evigrade, fewer rows", "evigrade", few.len(), evigrade::Rows::new(few)?),
        Entry::new("Evigrade, columns of 8 bits", "evigrade-arrow", all, Batch::new::<UInt8Type>(records)?),
        Entry::new("Evigrade, columns of 32 bits", "evigrade-arrow", all, Batch::new::<UInt32Type>(records)?),
        Entry::new("Rust, packed table", None, all, packed::Packed::new(records)),
        Entry::new("Rust, struct and match", None, all, plain::Plain::new(records)),
        Entry::new("Polars, when/then", "polars", all, polars::Records::new(records)?),
        Entry::new("DataFusion, CASE", "datafusion", all, datafusion::Records::new(records)?),
        Entry::new("CEL", "cel", few.len(), cel::Cel::new(few)?),
        Entry::new("rhai", "rhai", few.len(), rhai::Rhai::new(few)?),
        Entry::new("regorus", "regorus", few.len(), regorus::Regorus::new(few)?),
        Entry::new("ZEN, expression", "zen-engine", few.len(), zen::Zen::expression(few)?),
        Entry::new("ZEN, decision table", "zen-engine", few.len(), zen::Zen::table(few)?),
    ])
}

/// The engines that grade claims by their items, and parents by their claims.
pub(crate) fn of_bodies(bodies: &Bodies) -> Result<Vec<Entry>, Fault> {
    let shuffled = bodies.shuffled();
    let count = bodies.parent.len();
    Ok(vec![
        Entry::new("Evigrade, sorted items", "evigrade", count, evigrade_bodies::Corpus::new(bodies)?),
        Entry::new("Evigrade, any order", "evigrade", count, evigrade_bodies::Corpus::new(&shuffled)?),
        Entry::new("Rust, sorted items", None, count, plain_bodies::Sorted::new(bodies)),
        Entry::new("Rust, any order", None, count, plain_bodies::AnyOrder::new(&shuffled)),
        Entry::new("Polars, sorted items", "polars", count, polars::Bodies::sorted(bodies)?),
        Entry::new("Polars, any order", "polars", count, polars::Bodies::any_order(&shuffled)?),
        Entry::new("DataFusion, sorted items", "datafusion", count, datafusion::Bodies::sorted(bodies)?),
        Entry::new("DataFusion, any order", "datafusion", count, datafusion::Bodies::any_order(&shuffled)?),
    ])
}
