//! `evigrade batch`: records of a file graded row by row.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::{Batch, Bulk};
use crate::batch::{Done, Refused, Rejects, Rows, Target, Threads, Work, bulk_of, check_paths};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// How wide what is told at the end is.
const WIDTH: usize = 80;

/// The exit code of what was interrupted.
const INTERRUPTED: i32 = 130;

/// Grades the rows part by part, in their order.
pub(crate) fn run(arguments: &Batch, output: &Output) -> Result<Verdict, Failure> {
    let (frameworks, compiled) = input::compiled_alone(&arguments.framework, &arguments.parameters.set)?;
    let (from, to) = formats(arguments)?;
    check_paths(arguments)?;
    let mut rows = Rows::open(&arguments.input, from)?;
    let threads = Threads::new(arguments.threads, (&arguments.input, from))?;
    let columns = rows.columns(&arguments.input)?;
    let mut work = Work::begin(arguments, (&frameworks, &compiled), &mut rows, &columns, to)?;
    let mut part = rows.next(threads.count())?;
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let is_file = matches!(Target::of(&arguments.output), Target::File(_));
    // Little that goes nowhere else leaves nothing behind.
    if is_file || !threads.is_alone() {
        let flag = Arc::clone(&is_interrupted);
        // Where it cannot be set, an interrupted run ends at once; the second time it does anyway.
        let _ = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
        });
    }
    let interrupted = || {
        let what = if is_file { ": no file was written" } else { "" };
        is_interrupted.load(Ordering::Relaxed).then(|| Failure::Ours(format!("interrupted{what}")))
    };
    let mut out = work.out(arguments, &rows, &columns, to)?;
    let mut rejects = Rejects::new(arguments);
    let bar = progress(&arguments.input, output);
    let (before, mut counts) = (Instant::now(), BTreeMap::<String, u64>::new());
    let mut take = |done: Done| {
        out.take(&done)?;
        done.rejects.into_iter().try_for_each(|reject| rejects.add(reject, output))?;
        done.counts.into_iter().for_each(|(grade, count)| *counts.entry(grade).or_default() += count);
        Ok::<(), Failure>(())
    };
    let mut ready: Vec<Done> = Vec::new();
    while let Some(rows_of_part) = part {
        if let Some(failure) = interrupted() {
            bar.finish_and_clear();
            return Err(failure);
        }
        // What came of the part before is written meanwhile.
        let write = || ready.into_iter().try_for_each(&mut take);
        let next = || rows.next(threads.count());
        let (written, graded) = threads.join(write, || work.grade(&threads, rows_of_part, next));
        written?;
        let (done, next) = graded?;
        (ready, part) = (done, next?);
        bar.set_position(rows.position());
    }
    ready.into_iter().chain(work.rest()).try_for_each(&mut take)?;
    bar.finish_and_clear();
    interrupted().map_or(Ok(()), Err)?;
    // What was refused is there before what was not.
    let refused = rejects.finish()?;
    out.finish()?;
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
    if from == Bulk::Jsonl && to != Bulk::Jsonl {
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
