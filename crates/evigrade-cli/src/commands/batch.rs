//! `evigrade batch`: records of a file graded row by row.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::arguments::{Batch, Bulk, ProofOf};
use crate::batch::{
    BodyGrader, CsvRows, Done, Gathered, Grader, JsonRows, Refused, Rejects, Row, Sink, Target, bodies, bulk_of,
    check_paths, line_of, records,
};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// How wide what is told at the end is.
const WIDTH: usize = 80;

/// The exit code of what was interrupted.
const INTERRUPTED: i32 = 130;

/// How many rows one thread takes at a time.
const PART: usize = 4_096;

/// Where rows come from.
enum Rows {
    Csv(CsvRows),
    Jsonl(JsonRows),
}

impl Rows {
    fn next(&mut self, most: usize) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Csv(rows) => rows.next(most),
            Self::Jsonl(rows) => rows.next(most),
        }
    }

    fn position(&self) -> u64 {
        match self {
            Self::Csv(rows) => rows.position(),
            Self::Jsonl(rows) => rows.position(),
        }
    }
}

/// What rows are graded as.
enum Work<'c> {
    /// Each as a record of its own.
    Records(Grader<'c>),
    /// Those of one claim as a body of evidence.
    Bodies(BodyGrader<'c>, Gathered),
}

impl Work<'_> {
    /// Whether a column is read.
    fn reads(&self, column: &str) -> bool {
        match self {
            Self::Records(grader) => grader.reads(column),
            Self::Bodies(grader, _) => grader.reads(column),
        }
    }

    fn headings(&self, of_input: &[String], proof: ProofOf) -> Vec<String> {
        match self {
            Self::Records(_) => {
                let added = Grader::added(proof).iter().map(|name| (*name).to_owned());
                of_input.iter().cloned().chain(added).collect()
            }
            Self::Bodies(grader, _) => grader.headings(),
        }
    }

    /// Grades a part of the rows while the next is read.
    fn grade<T: Send>(
        &mut self,
        pool: &ThreadPool,
        part: Vec<Row>,
        next: impl FnOnce() -> T + Send,
    ) -> Result<(Vec<Done>, T), Failure> {
        match self {
            Self::Records(grader) => {
                let grader = &*grader;
                Ok(pool.join(|| part.par_chunks(PART).map(|rows| grader.grade(rows)).collect(), next))
            }
            Self::Bodies(grader, gathered) => {
                let grader = &*grader;
                let units = gathered.take(part)?;
                let grade = || units.par_chunks(PART / 16).map(|units| grader.grade(units)).collect();
                Ok(pool.join(grade, next))
            }
        }
    }

    /// Grades what is left after the last row.
    fn rest(&mut self) -> Option<Done> {
        match self {
            Self::Records(_) => None,
            Self::Bodies(grader, gathered) => gathered.rest().map(|unit| grader.grade(&[unit])),
        }
    }
}

/// Grades the rows part by part, in their order.
pub(crate) fn run(arguments: &Batch, output: &Output) -> Result<Verdict, Failure> {
    let (frameworks, compiled) = input::compiled_alone(&arguments.framework, &arguments.parameters.set)?;
    let (from, to) = formats(arguments)?;
    check_paths(arguments)?;
    let mut rows = match from {
        Bulk::Csv => Rows::Csv(CsvRows::open(&arguments.input)?),
        Bulk::Jsonl => Rows::Jsonl(JsonRows::open(&arguments.input)?),
    };
    let pool = ThreadPoolBuilder::new().num_threads(arguments.threads.unwrap_or_default()).build();
    let pool = pool.map_err(|error| Failure::Ours(format!("threads cannot be started: {error}")))?;
    let most = PART * pool.current_num_threads();
    let mut part = rows.next(most)?;
    let columns = match &rows {
        Rows::Csv(rows) => rows.headings().to_vec(),
        Rows::Jsonl(_) => JsonRows::names(&arguments.input)?,
    };
    let mut work = match &arguments.by {
        Some(by) => {
            let (grader, gathered) = bodies(arguments, by, (&frameworks, &compiled), &columns, to)?;
            Work::Bodies(grader, gathered)
        }
        None => Work::Records(records(arguments, &compiled, &columns, to)?),
    };
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_interrupted);
    // Where it cannot be set, an interrupted run ends at once; the second time it does anyway.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    });
    let interrupted = || {
        let is_file = matches!(Target::of(&arguments.output), Target::File(_));
        let what = if is_file { ": no file was written" } else { "" };
        is_interrupted.load(Ordering::Relaxed).then(|| Failure::Ours(format!("interrupted{what}")))
    };
    let target = Target::of(&arguments.output);
    let mut sink = Sink::new(&target)?;
    if to == Bulk::Csv {
        let headings = work.headings(&columns, arguments.proof);
        sink.write(line_of(headings.iter().map(String::as_str)).as_bytes())?;
    }
    let mut rejects = Rejects::new(arguments);
    let bar = progress(&arguments.input, output);
    let (before, mut counts) = (Instant::now(), BTreeMap::<String, u64>::new());
    let mut take = |done: Done, sink: &mut Sink, rejects: &mut Rejects<'_>| {
        sink.write(&done.text)?;
        done.rejects.into_iter().try_for_each(|reject| rejects.add(reject, output))?;
        done.counts.into_iter().for_each(|(grade, count)| *counts.entry(grade).or_default() += count);
        Ok::<(), Failure>(())
    };
    while !part.is_empty() {
        if let Some(failure) = interrupted() {
            bar.finish_and_clear();
            return Err(failure);
        }
        let (done, next) = work.grade(&pool, part, || rows.next(most))?;
        done.into_iter().try_for_each(|done| take(done, &mut sink, &mut rejects))?;
        part = next?;
        bar.set_position(rows.position());
    }
    work.rest().map_or(Ok(()), |done| take(done, &mut sink, &mut rejects))?;
    bar.finish_and_clear();
    interrupted().map_or(Ok(()), Err)?;
    // What was refused is there before what was not.
    let refused = rejects.finish()?;
    sink.finish()?;
    refused.remove_stale()?;
    let idle: Vec<&str> = columns.iter().map(String::as_str).filter(|column| !work.reads(column)).collect();
    output.message(&closing(arguments.by.is_some(), &counts, &refused, before, &idle));
    Ok(Verdict::Holds)
}

fn formats(arguments: &Batch) -> Result<(Bulk, Bulk), Failure> {
    let from = bulk_of(&arguments.input, arguments.from)?;
    let to = match (Target::of(&arguments.output), arguments.to) {
        (_, Some(to)) => to,
        (Target::Standard, None) => from,
        (Target::File(path), None) => bulk_of(&path, None)?,
    };
    if (from, to) == (Bulk::Jsonl, Bulk::Csv) {
        let message = "lines of JSON are not written as a table, for objects may differ in what they have";
        return Err(Failure::Usage(format!("{message}: let OUT end in `.jsonl`, or say `--to jsonl`")));
    }
    Ok((from, to))
}

fn progress(input: &Path, output: &Output) -> ProgressBar {
    let size = std::fs::metadata(input).map_or(0, |known| known.len());
    if size == 0 || !output.shows_progress() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
    let bar = ProgressBar::new(size);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

fn closing(
    by_claim: bool,
    counts: &BTreeMap<String, u64>,
    refused: &Refused,
    before: Instant,
    idle: &[&str],
) -> String {
    let graded: u64 = counts.values().sum();
    let seconds = before.elapsed().as_secs_f64();
    let rate = if seconds > 0.0 { graded as f64 / seconds } else { 0.0 };
    let of = |count: u64| match (by_claim, count) {
        (true, 1) => "claim",
        (true, _) => "claims",
        (false, count) => rows(count),
    };
    let mut text = format!("Graded {graded} {} in {seconds:.1} s, {rate:.0} a second.\n", of(graded));
    let told: Vec<String> = counts.iter().map(|(grade, count)| format!("{grade} {count}")).collect();
    // Apart from the time, so that where lines break does not hang on it.
    if !told.is_empty() {
        text += &textwrap::fill(&format!("Grades: {}.", told.join(", ")), WIDTH);
        text.push('\n');
    }
    // A column that is spelt otherwise than the fact would be missed.
    if !idle.is_empty() {
        const MOST: usize = 8;
        let more = if idle.len() > MOST { format!(" and {} more", idle.len() - MOST) } else { String::new() };
        let named = idle[..idle.len().min(MOST)].join("`, `");
        text += &textwrap::fill(&format!("Columns that tell no fact: `{named}`{more}."), WIDTH);
        text.push('\n');
    }
    match (&refused.count, &refused.target) {
        (0, _) => {}
        (refused, Some(Target::File(path))) => {
            text += &format!("Refused {refused} {}: see `{}`.\n", rows(*refused), path.display());
        }
        (refused, _) => text += &format!("Refused {refused} {}.\n", rows(*refused)),
    }
    text
}

const fn rows(count: u64) -> &'static str {
    if count == 1 { "row" } else { "rows" }
}
