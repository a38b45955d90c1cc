//! How long grading the rows of a Parquet file takes beside only reading and writing the same columns.
//!
//! Run it with `cargo bench -p evigrade-cli --bench parquet`. A few rows are graded among the tests.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops where its input is refused, and prints"
)]

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

/// How often each is done; the shortest time counts.
const ROUNDS: usize = 7;

fn main() {
    let rows = if std::env::args().any(|argument| argument == "--bench") { 1_000_000 } else { 1_000 };
    let folder = tempfile::tempdir().expect("there is room for files");
    let file = |name: &str| folder.path().join(name);
    let (input, copy, graded) = (file("in.parquet"), file("copy.parquet"), file("graded.parquet"));
    write(&input, [many(rows)]);
    for threads in ["1", "2"] {
        let (mut copying, mut grading) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&input).expect("it was written"));
            let reader = reader.and_then(|reader| reader.with_batch_size(1 << 15).build()).expect("it was written so");
            write(&copy, reader.map(|batch| batch.expect("it was written so")));
            copying = copying.min(started.elapsed());
            let started = Instant::now();
            grade(&input, &graded, threads);
            grading = grading.min(started.elapsed());
        }
        let ratio = grading.as_secs_f64() / copying.as_secs_f64();
        println!(
            "{rows} rows, {threads} threads: copied in {copying:.2?}, graded in {grading:.2?}, {ratio:.2} times that"
        );
    }
}

fn grade(input: &Path, output: &Path, threads: &str) {
    let framework = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/workloads/certainty.toml");
    let mut program = Command::new(env!("CARGO_BIN_EXE_evigrade"));
    program.arg("batch").arg(input).arg("-o").arg(output).args(["-f", framework, "--threads", threads]);
    let done = program.output().expect("the program was built");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn write(path: &Path, batches: impl IntoIterator<Item = RecordBatch>) {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut batches = batches.into_iter();
    let first = batches.next().expect("there are rows");
    let file = File::create(path).expect("there is room for files");
    let mut writer = ArrowWriter::try_new(file, first.schema(), Some(properties)).expect("columns can be written");
    for batch in [first].into_iter().chain(batches) {
        writer.write(&batch).expect("there is room for files");
    }
    writer.close().expect("there is room for files");
}

/// Many bodies of evidence, of ten facts and a number that is carried, as plain columns.
fn many(count: usize) -> RecordBatch {
    let mut state = 1_u64;
    let mut below = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    let mut words = |words: &[&'static str]| -> ArrayRef {
        Arc::new((0..count).map(|_| Some(words[below(words.len() as u64) as usize])).collect::<StringArray>())
    };
    let concern = ["not-serious", "serious", "very-serious"];
    let mut columns = vec![
        ("body-design", words(&["no-design", "nrsi", "rct"])),
        ("bias-concern", words(&concern)),
        ("inconsistency-concern", words(&concern)),
        ("indirectness-concern", words(&concern)),
        ("imprecision-concern", words(&concern)),
        ("unpublished", words(&["undetected", "strongly-suspected"])),
        ("effect-size", words(&["no", "large", "very-large"])),
    ];
    for flag in ["gradient", "confounding-opposes"] {
        let flags: BooleanArray = (0..count).map(|_| Some(below(2) == 0)).collect();
        columns.push((flag, Arc::new(flags)));
    }
    for (number, most) in [("study-count", 31), ("participants", 20_000)] {
        let numbers: Int64Array = (0..count).map(|_| Some(below(most) as i64)).collect();
        columns.push((number, Arc::new(numbers)));
    }
    RecordBatch::try_from_iter(columns).expect("the columns are of the same length")
}
