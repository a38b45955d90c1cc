//! Batches come to what the same texts come to one by one, whatever their columns are made of.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test says what it expects")]

use std::cell::Cell;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Int16Builder, StringBuilder, StringViewBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray,
    PrimitiveArray, RecordBatch, StringArray,
};
use arrow_buffer::ArrowNativeType;
use evigrade::records::{Binding, Key, Outcome, Records, Texts};
use evigrade::value::FactValue;
use evigrade::vocabulary::FactType;
use evigrade::{Compiled, Frameworks};
use evigrade_arrow::{Graded, Grader, Options};
use proptest::prelude::*;

/// Numbers below others, told by a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// Texts that a fact may be, and some that it may not.
fn texts_of(compiled: &Compiled, fact: &str) -> Vec<String> {
    let mut texts: Vec<String> = match compiled.framework().fact(fact).map(|fact| &fact.kind) {
        Some(FactType::Choice(choices)) => choices.values.iter().map(ToString::to_string).collect(),
        Some(FactType::Flag) => ["true", "false", "yes", "0"].map(str::to_owned).to_vec(),
        Some(FactType::Date) => ["2020-01-31", "1999-12-01"].map(str::to_owned).to_vec(),
        _ => ["0", "1", "2", "7", "120", "-3"].map(str::to_owned).to_vec(),
    };
    texts.extend(["", "not-reported", "perhaps"].map(str::to_owned));
    texts
}

/// A dictionary that holds values twice, in any order, nulls, and what no row is.
fn dictionary<K: ArrowDictionaryKeyType>(random: &mut Random, pool: &[String], rows: &[Option<String>]) -> ArrayRef {
    let mut values: Vec<Option<&str>> = pool.iter().chain(pool).map(|text| Some(text.as_str())).collect();
    values.push(None);
    for at in (1..values.len()).rev() {
        values.swap(at, random.below(at + 1));
    }
    let mut key_of = |text: &Option<String>| {
        let places: Vec<usize> = (0..values.len()).filter(|at| values[*at] == text.as_deref()).collect();
        let is_null = text.is_none() && random.below(2) == 0;
        (!is_null).then(|| K::Native::usize_as(*random.one(&places)))
    };
    let keys: PrimitiveArray<K> = rows.iter().map(&mut key_of).collect();
    let values: ArrayRef = match random.below(2) {
        0 => Arc::new(StringArray::from(values)),
        _ => Arc::new(LargeStringArray::from(values)),
    };
    Arc::new(DictionaryArray::<K>::try_new(keys, values).unwrap())
}

/// A column of texts, of one type or another.
fn column(random: &mut Random, pool: &[String], rows: &[Option<String>]) -> ArrayRef {
    let numbers: Option<Vec<Option<i16>>> =
        rows.iter().map(|row| row.as_deref().map(str::parse).transpose().ok()).collect();
    if let Some(numbers) = numbers.filter(|_| random.below(2) == 0) {
        let mut built = Int16Builder::new();
        numbers.iter().for_each(|number| built.append_option(*number));
        return Arc::new(built.finish());
    }
    match random.below(11) {
        0 => dictionary::<Int8Type>(random, pool, rows),
        1 => dictionary::<Int16Type>(random, pool, rows),
        2 => dictionary::<Int32Type>(random, pool, rows),
        3 => dictionary::<Int64Type>(random, pool, rows),
        4 => dictionary::<UInt8Type>(random, pool, rows),
        5 => dictionary::<UInt16Type>(random, pool, rows),
        6 => dictionary::<UInt32Type>(random, pool, rows),
        7 => dictionary::<UInt64Type>(random, pool, rows),
        8 => Arc::new(LargeStringArray::from(rows.to_vec())),
        9 => {
            let mut built = StringViewBuilder::new();
            rows.iter().for_each(|row| built.append_option(row.as_deref()));
            Arc::new(built.finish())
        }
        _ => {
            let mut built = StringBuilder::new();
            rows.iter().for_each(|row| built.append_option(row.as_deref()));
            Arc::new(built.finish())
        }
    }
}

/// What comes of texts one by one: the level, or the column at fault and the reason.
fn one_by_one(
    records: &Records<'_>,
    bound: &[(String, Texts)],
    texts: &[&str],
) -> Result<(String, u64), (Option<String>, String)> {
    let (mut key, mut values) = (Key::default(), Vec::<FactValue>::new());
    for ((fact, of), text) in bound.iter().zip(texts) {
        let at_fault = |error: evigrade::records::Unreadable| (Some(fact.clone()), error.reason);
        key = key + of.key(text).map_err(at_fault)?;
        values.push(of.value(text).map_err(at_fault)?);
    }
    let number = if records.needs_values() { records.grade_values(&values).unwrap() } else { records.grade(key) };
    match records.outcome(number) {
        Outcome::Contradiction(reason) => Err((None, reason)),
        outcome => Ok((outcome.to_string(), key.number())),
    }
}

fn level_of(graded: &Graded, row: usize) -> Option<String> {
    let levels = graded.columns.column(0).as_dictionary::<UInt8Type>();
    let words = levels.values().as_string::<i32>();
    levels.key(row).map(|key| words.value(key).to_owned())
}

fn id_of(graded: &Graded, row: usize) -> Option<u64> {
    let ids = graded.columns.columns().get(1)?;
    assert_eq!(ids.is_null(row), graded.columns.column(0).is_null(row));
    ids.is_valid(row).then(|| match ids.as_primitive_opt::<UInt32Type>() {
        Some(ids) => ids.value(row).into(),
        None => ids.as_primitive::<UInt64Type>().value(row),
    })
}

/// Grades a batch that a seed tells, and holds it against its texts one by one; whether values were needed.
fn holds(compiled: &Compiled, seed: u64) -> bool {
    let random = &mut Random(seed);
    let mut binding = Binding::new(compiled).unwrap();
    let names = binding.names();
    let (mut facts, wanted): (Vec<String>, usize) = (Vec::new(), 1 + random.below(12));
    for _ in 0..wanted {
        let fact = random.one(&names);
        if !facts.contains(fact) {
            facts.push(fact.clone());
        }
    }
    let bound: Vec<(String, Texts)> = facts.iter().map(|fact| (fact.clone(), binding.texts(fact).unwrap())).collect();
    let records = binding.records();
    // More than a block of rows, now and then.
    let count = if random.below(8) == 0 { 2_100 } else { random.below(60) };
    let pools: Vec<Vec<String>> = facts.iter().map(|fact| texts_of(compiled, fact)).collect();
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    for pool in &pools {
        let (with_bad, with_nulls) = (random.below(3) == 0, random.below(2) == 0);
        let pool = &pool[..if with_bad { pool.len() } else { pool.len() - 3 }];
        let text = |_| (!with_nulls || random.below(5) > 0).then(|| random.one(pool).clone());
        rows.push((0..count).map(text).collect());
    }
    let columns = pools.iter().zip(&rows).map(|(pool, rows)| column(random, pool, rows));
    let batch = RecordBatch::try_from_iter(facts.iter().zip(columns.collect::<Vec<_>>())).unwrap();
    let (from, ids) = (random.below(count.min(3)), !records.needs_values() && random.below(2) == 0);
    let options = if ids { Options::new().proof_ids("proof-id") } else { Options::new() };
    let grader = Grader::new(compiled, &batch.schema(), &options).unwrap();
    let sliced = batch.slice(from, count - from);
    let graded = grader.grade(&sliced).unwrap();
    let mut refused = graded.refused.iter();
    let mut values = grader.rows(&sliced).unwrap();
    for row in 0..count - from {
        let texts: Vec<&str> = rows.iter().map(|rows| rows[from + row].as_deref().unwrap_or_default()).collect();
        match one_by_one(&records, &bound, &texts) {
            Ok((level, key)) => {
                assert_eq!(level_of(&graded, row), Some(level), "{facts:?} {texts:?}");
                assert_eq!(id_of(&graded, row), ids.then_some(key));
                assert!(values.values(row).is_ok());
            }
            Err((column, reason)) => {
                assert_eq!(level_of(&graded, row), None, "{facts:?} {texts:?}");
                let told = refused.next().unwrap();
                let at = told.at.as_ref().map(|(column, _)| column.clone());
                assert_eq!((told.row, at, &told.reason), (row, column, &reason));
                assert_eq!(values.proof(row).unwrap_err(), *told);
            }
        }
    }
    assert_eq!(refused.next(), None);
    let whole = graded.beside(&sliced).unwrap();
    assert_eq!(whole.num_columns(), facts.len() + graded.columns.num_columns());
    records.needs_values()
}

#[test]
fn batches_come_to_what_their_texts_come_to() {
    let frameworks = Frameworks::built_in();
    let ids = ["rob2", "grade-classic", "acmg-points", "iarc-2019", "uspstf", "jadad", "ocebm-2011"];
    let all: Vec<Compiled> = ids.map(|id| Compiled::new(frameworks.find(id).unwrap()).unwrap()).into();
    let by_values = Cell::new(0);
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(seed: u64)| {
        for compiled in &all {
            by_values.set(by_values.get() + usize::from(holds(compiled, seed)));
        }
    });
    assert!(by_values.get() > 0, "no framework computed with a fact");
}

/// A framework whose facts are of every type.
fn of_every_type() -> Compiled {
    let text = r#"
        [framework]
        id = "types"
        title = "Types"
        edition = "1"
        status = "convention"
        result = "level"
        [scale]
        levels = ["low", "high"]
        [fact.t-count]
        on = "claim"
        type = "count"
        ask = "How many?"
        [fact.t-number]
        on = "claim"
        type = "number"
        ask = "How much?"
        [fact.t-flag]
        on = "claim"
        type = "flag"
        ask = "Is it so?"
        [fact.t-day]
        on = "claim"
        type = "date"
        ask = "When?"
        [[decision.level.rule]]
        id = "many"
        when = { t-count = ">= 3", t-number = ">= 0.5", t-flag = true, t-day = ">= 2020-02-01" }
        then = "high"
        because = "All hold."
        [decision.level.otherwise]
        then = "low"
        because = "Not all hold."
    "#;
    let mut frameworks = Frameworks::built_in();
    let id = frameworks.add_toml("types.toml", text).unwrap();
    Compiled::new(frameworks.find(id.as_str()).unwrap()).unwrap()
}

#[test]
fn every_type_is_read_as_its_text() {
    let compiled = of_every_type();
    let flag = |flag: bool, count: usize| -> ArrayRef {
        let mut flags = BooleanBuilder::new();
        flags.append_n(count, flag);
        Arc::new(flags.finish())
    };
    // 2020-01-31 and the two days after it, and one beyond the calendar.
    let days: ArrayRef = Arc::new(Date32Array::from(vec![18_292, 18_293, 18_294, i32::MAX]));
    let halves: ArrayRef =
        Arc::new(Decimal128Array::from(vec![50, 50, 49, 50]).with_precision_and_scale(9, 2).unwrap());
    let batch = RecordBatch::try_from_iter([
        ("t-count", Arc::new(Int64Array::from(vec![3, 4, 5, 6])) as ArrayRef),
        ("t-number", halves),
        ("t-flag", flag(true, 4)),
        ("t-day", days),
    ]);
    let batch = batch.unwrap();
    let grader = Grader::new(&compiled, &batch.schema(), &Options::new()).unwrap();
    let graded = grader.grade(&batch).unwrap();
    let levels: Vec<Option<String>> = (0..4).map(|row| level_of(&graded, row)).collect();
    assert_eq!(levels, [Some("low"), Some("high"), Some("low"), None].map(|level| level.map(str::to_owned)));
    assert_eq!(graded.refused[0].at, Some(("t-day".to_owned(), i32::MAX.to_string())));

    let numbers = vec![0.5, 0.499_999, -0.0, 1e300, f64::NAN, f64::INFINITY];
    let batch = RecordBatch::try_from_iter([
        ("t-count", Arc::new(Int64Array::from(vec![i64::MAX, 3, i64::MIN, 3, 3, 3])) as ArrayRef),
        ("t-number", Arc::new(Float64Array::from(numbers)) as ArrayRef),
        ("t-flag", flag(true, 6)),
    ]);
    let batch = batch.unwrap();
    let graded = Grader::new(&compiled, &batch.schema(), &Options::new()).unwrap().grade(&batch).unwrap();
    assert_eq!(level_of(&graded, 0).as_deref(), Some("low|high"));
    assert_eq!(level_of(&graded, 1).as_deref(), Some("low"));
    let refused: Vec<(usize, &str)> = graded
        .refused
        .iter()
        .map(|refused| (refused.row, refused.at.as_ref().map_or("", |(column, _)| column.as_str())))
        .collect();
    assert_eq!(refused, [(2, "t-count"), (3, "t-number"), (4, "t-number"), (5, "t-number")]);
}

#[test]
fn schemas_that_do_not_fit_are_refused() {
    let compiled = of_every_type();
    let counts: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let bytes: ArrayRef = Arc::new(arrow_array::BinaryArray::from(vec![b"1".as_slice()]));
    let of = |columns: &[(&str, &ArrayRef)]| {
        RecordBatch::try_from_iter(columns.iter().map(|(name, array)| (*name, Arc::clone(array)))).unwrap()
    };
    let cases = [
        (of(&[("count", &counts)]), Options::new(), "no column is called like something that the framework reads"),
        (of(&[("t-count", &bytes)]), Options::new(), "the column `t-count` is of Binary, which tells no fact"),
        (of(&[("t-count", &counts), ("id", &counts)]), Options::new().refuse_others(), "`id` tells no fact"),
        (of(&[("t-count", &counts), ("level", &counts)]), Options::new(), "a column `level` already"),
        (of(&[("t-count", &counts)]), Options::new().proof_ids("level"), "a column `level` already"),
        (of(&[("t-count", &counts)]), Options::new().column("t-number", "n"), "there is no column `n`"),
        (of(&[("n", &counts)]), Options::new().column("t-numbr", "n"), "knows no `t-numbr`"),
        (of(&[("n", &counts)]), Options::new().column("t-count", "n").column("t-count", "n"), "bound twice"),
        (of(&[("t-count", &counts)]), Options::new().only_named(), "no column is called"),
        (of(&[("t-count", &counts), ("t-count", &counts)]), Options::new(), "two columns are called `t-count`"),
    ];
    for (batch, options, reason) in cases {
        let refused = Grader::new(&compiled, &batch.schema(), &options).unwrap_err().to_string();
        assert!(refused.contains(reason), "{reason}: {refused}");
    }
    let grader = Grader::new(&compiled, &of(&[("t-count", &counts)]).schema(), &Options::new()).unwrap();
    let other = of(&[("id", &counts), ("t-count", &counts)]);
    assert!(grader.grade(&other).unwrap_err().to_string().contains("this batch has no column 1 of Int64"));
    let few = grader.grade(&of(&[("t-count", &counts)])).unwrap();
    assert!(few.beside(&other.slice(0, 0)).is_err());
}

#[test]
fn an_id_gives_the_proof_and_what_is_none_gives_nothing() {
    let compiled = of_every_type();
    let counts: ArrayRef = Arc::new(Int64Array::from(vec![7, 1]));
    let batch = RecordBatch::try_from_iter([("t-count", counts)]).unwrap();
    let grader = Grader::new(&compiled, &batch.schema(), &Options::new().proof_ids("id").level("grade")).unwrap();
    let graded = grader.grade(&batch).unwrap();
    let by_id = grader.proof(id_of(&graded, 1).unwrap()).unwrap();
    assert_eq!(by_id.because, "Not all hold.");
    let by_row = grader.rows(&batch).unwrap().proof(1).unwrap().unwrap();
    assert_eq!(by_row.because, by_id.because);
    assert!(grader.proof(u64::MAX).is_none());
    assert_eq!(graded.columns.schema().field(0).name(), "grade");
}
