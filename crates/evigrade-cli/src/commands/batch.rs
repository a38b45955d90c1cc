//! `evigrade batch`: records of a file graded row by row.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use evigrade::records::{Binding, Bodies};
use evigrade::{Compiled, Frameworks};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::arguments::{Batch, Bulk, ProofOf};
use crate::batch::{
    BodyGrader, Bound, Column, CsvRows, Done, Gathered, Grader, JsonRows, Reject, Row, Sink, Target, bulk_of, line_of,
    place_of, plain, rejects_of,
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
        Some(by) => bodies(arguments, by, (&frameworks, &compiled), &columns, to)?,
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
    let mut rejects = Rejects::new(arguments, &target);
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

/// Refuses to write one file over another.
fn check_paths(arguments: &Batch) -> Result<(), Failure> {
    let place = place_of;
    let is_file = |path: &PathBuf| std::fs::metadata(path).map_or(true, |known| known.is_file());
    let rejects = arguments.rejects.clone().or_else(|| match Target::of(&arguments.output) {
        Target::File(path) => Some(rejects_of(&path)),
        Target::Standard => None,
    });
    if rejects.as_ref().is_some_and(|path| path.as_os_str() == "-") {
        return Err(Failure::Usage("refused rows go to a file: `--rejects FILE`".to_owned()));
    }
    let all = [("IN", Some(arguments.input.clone())), ("OUT", Some(arguments.output.clone())), ("--rejects", rejects)];
    let all: Vec<(&str, PathBuf)> = all.into_iter().filter_map(|(name, path)| Some((name, path?))).collect();
    for (at, (name, path)) in all.iter().enumerate() {
        let same = all[..at].iter().find(|(_, other)| place(other) == place(path) && is_file(path));
        if let Some((other, _)) = same {
            return Err(Failure::Usage(format!("{other} and {name} are the same file, `{}`", path.display())));
        }
    }
    Ok(())
}

/// Names and the columns that tell them: those that are said, and else those that are called the same.
fn wanted(
    arguments: &Batch,
    compiled: &Compiled,
    known: &[String],
    columns: &[String],
) -> Result<Vec<(String, String)>, Failure> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for map in &arguments.map {
        let Some((fact, column)) = map.split_once('=') else {
            return Err(Failure::Usage(format!("`--map {map}` is not FACT=COLUMN")));
        };
        there_is(column, columns)?;
        wanted.push((fact.to_owned(), column.to_owned()));
    }
    let names: BTreeMap<String, &String> = known.iter().map(|name| (plain(name), name)).collect();
    let is_table = bulk_of(&arguments.input, arguments.from)? == Bulk::Csv;
    let mapped = wanted.len();
    for column in columns {
        if wanted.iter().any(|(_, taken)| taken == column) {
            continue;
        }
        let Some(fact) = names.get(&plain(column)) else { continue };
        match wanted.iter().position(|(named, _)| named == *fact) {
            None => wanted.push(((*fact).clone(), column.clone())),
            Some(place) if place >= mapped && is_table => {
                let message = format!("the columns `{}` and `{column}` both tell `{fact}`", wanted[place].1);
                return Err(Failure::Usage(format!("{message}: name one with `--map {fact}=COLUMN`")));
            }
            // It was named, or is told row by row.
            Some(_) => {}
        }
    }
    if wanted.is_empty() {
        let mut some: Vec<&str> = names.values().map(|name| name.as_str()).collect();
        some.sort_by_key(|name| compiled.framework().fact(name).is_none());
        some.truncate(8);
        let message = "no column is called like something that the framework reads";
        let help = format!("it reads `{}` and others; name them with `--map FACT=COLUMN`", some.join("`, `"));
        return Err(Failure::Usage(format!("{message}: {help}")));
    }
    Ok(wanted)
}

fn there_is(column: &str, columns: &[String]) -> Result<usize, Failure> {
    columns
        .iter()
        .position(|name| name == column)
        .ok_or_else(|| Failure::Usage(format!("there is no column `{column}`: there are `{}`", columns.join("`, `"))))
}

/// The names that a column may be called like, as they are compared; not those that were mapped.
fn unmapped(arguments: &Batch, names: Vec<String>) -> BTreeMap<String, String> {
    let is_mapped =
        |name: &String| arguments.map.iter().any(|map| map.split_once('=').is_some_and(|(fact, _)| fact == name));
    names.into_iter().filter(|name| !is_mapped(name)).map(|name| (plain(&name), name)).collect()
}

/// What grades each row as a record.
fn records<'c>(arguments: &Batch, compiled: &'c Compiled, columns: &[String], to: Bulk) -> Result<Grader<'c>, Failure> {
    let mut binding = Binding::new(compiled)?;
    let names = binding.names();
    if let Some(taken) = columns.iter().find(|name| Grader::added(arguments.proof).contains(&name.as_str())) {
        return Err(Failure::Usage(format!("there is a column `{taken}` already, which would be added: rename it")));
    }
    let mut bound = Vec::new();
    for (fact, column) in wanted(arguments, compiled, &names, columns)? {
        let (texts, place) = (binding.texts(&fact)?, there_is(&column, columns)?);
        bound.push(Bound { fact, column, place, texts });
    }
    let is_mapped =
        |name: &String| arguments.map.iter().any(|map| map.split_once('=').is_some_and(|(fact, _)| fact == name));
    let names = names.into_iter().filter(|name| !is_mapped(name)).map(|name| (plain(&name), name)).collect();
    Ok(Grader::new(binding, bound, names, columns.to_vec(), to, arguments.proof))
}

/// What grades the rows of a claim together.
fn bodies<'c>(
    arguments: &Batch,
    by: &str,
    (frameworks, compiled): (&'c Frameworks, &'c Compiled),
    columns: &[String],
    to: Bulk,
) -> Result<Work<'c>, Failure> {
    let place = there_is(by, columns)?;
    let mut bodies = Bodies::new(compiled, frameworks)?;
    let of_claims = bodies.names_of_claim();
    let names: Vec<String> = of_claims.iter().cloned().chain(bodies.names_of_items()).collect();
    if ["items"].iter().chain(Grader::added(arguments.proof)).any(|name| *name == by) {
        return Err(Failure::Usage(format!("the column `{by}` is called like one that is written: rename it")));
    }
    let (mut claim, mut items) = (Vec::new(), Vec::new());
    let is_mapped =
        |column: &str| arguments.map.iter().any(|map| map.split_once('=').is_some_and(|(_, of)| of == column));
    // What tells claims apart is no fact, whatever it is called, unless it is said that it is.
    let others: Vec<String> = columns.iter().filter(|name| *name != by || is_mapped(name)).cloned().collect();
    for (fact, name) in wanted(arguments, compiled, &names, &others)? {
        let is_of_claims = of_claims.contains(&fact);
        let field = if is_of_claims { bodies.of_claim(&fact)? } else { bodies.of_items(&fact)? };
        let place = there_is(&name, columns)?;
        if is_of_claims { &mut claim } else { &mut items }.push(Column { fact, name, place, field });
    }
    if claim.iter().all(|column| column.fact != "kind") {
        let message = "no column tells the `kind` of the claims, and what counts hangs on it";
        return Err(Failure::Usage(format!("{message}: add one, or name it with `--map kind=COLUMN`")));
    }
    let gathered = Gathered::new(by, place);
    let (by, names) = (by.to_owned(), unmapped(arguments, names));
    Ok(Work::Bodies(BodyGrader { bodies, claim, items, by, names, to, proof: arguments.proof }, gathered))
}

/// Rows that were refused: into a file of their own, or told one by one.
struct Rejects<'a> {
    arguments: &'a Batch,
    target: Option<Target>,
    sink: Option<Sink>,
    count: u64,
}

impl<'a> Rejects<'a> {
    fn new(arguments: &'a Batch, output: &Target) -> Self {
        let target = match (&arguments.rejects, output) {
            (Some(path), _) => Some(Target::File(path.clone())),
            (None, Target::File(path)) => Some(Target::File(rejects_of(path))),
            (None, Target::Standard) => None,
        };
        Self { arguments, target, sink: None, count: 0 }
    }

    fn add(&mut self, reject: Reject, output: &Output) -> Result<(), Failure> {
        self.count += 1;
        let (column, value) = reject.at.clone().unwrap_or_default();
        let at = if column.is_empty() { String::new() } else { format!(", `{column}`") };
        if self.arguments.strict {
            let file = self.arguments.input.display();
            return Err(Failure::Usage(format!(
                "{file}:{}: row {}{at}: {}",
                reject.line, reject.number, reject.reason
            )));
        }
        let Some(target) = &self.target else {
            output.message(&format!("row {} (line {}){at}: {}\n", reject.number, reject.line, reject.reason));
            return Ok(());
        };
        if self.sink.is_none() {
            self.sink = Some(Self::begun(target)?);
        }
        let (number, at_line) = (reject.number.to_string(), reject.line.to_string());
        let told = [&number, &at_line, &column, &value, &reject.reason, &reject.raw].map(String::as_str);
        self.sink.as_mut().map_or(Ok(()), |sink| sink.write(line_of(told.into_iter()).as_bytes()))
    }

    /// Puts what was refused in its place, and tells where what an earlier run refused would be taken for it.
    fn finish(mut self) -> Result<Refused, Failure> {
        // A file that is asked for is there.
        if self.sink.is_none()
            && let Some(path) = &self.arguments.rejects
        {
            self.sink = Some(Self::begun(&Target::File(path.clone()))?);
        }
        let stale = match (&self.sink, &self.target) {
            (None, Some(Target::File(path))) => Some(path.clone()),
            _ => None,
        };
        self.sink.map_or(Ok(()), Sink::finish)?;
        Ok(Refused { count: self.count, target: self.target, stale })
    }

    /// A file of refused rows with its heading.
    fn begun(target: &Target) -> Result<Sink, Failure> {
        let mut sink = Sink::new(target)?;
        sink.write(line_of(HEADING.into_iter()).as_bytes())?;
        Ok(sink)
    }
}

/// What is written of a refused row.
const HEADING: [&str; 6] = ["row", "line", "column", "value", "reason", "record"];

/// What was refused.
struct Refused {
    count: u64,
    target: Option<Target>,
    /// Where an earlier run may have left what it refused.
    stale: Option<PathBuf>,
}

impl Refused {
    /// Removes what an earlier run refused, if that is what is there.
    fn remove_stale(&self) -> Result<(), Failure> {
        let Some(path) = &self.stale else { return Ok(()) };
        let heading = line_of(HEADING.into_iter());
        let mut first = Vec::new();
        let read = std::fs::File::open(path).and_then(|file| file.take(heading.len() as u64).read_to_end(&mut first));
        if read.is_err() || first != heading.as_bytes() {
            return Ok(());
        }
        let removed = std::fs::remove_file(path);
        removed.map_err(|error| Failure::Ours(format!("`{}` cannot be removed: {error}", path.display())))
    }
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
    let mut text = format!("Graded {graded} {} in {seconds:.1} s, {rate:.0} a second", of(graded));
    let told: Vec<String> = counts.iter().map(|(grade, count)| format!("{grade} {count}")).collect();
    text += ".\n";
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
