//! Rows that cannot be graded, and where they go.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::sink::place_of;
use super::{Row, Sink, Target, line_of, place_of_row};
use crate::arguments::Batch;
use crate::output::{Failure, Output};

/// A row that could not be graded.
#[derive(Clone, Debug)]
pub(crate) struct Reject {
    pub(crate) number: u64,
    pub(crate) line: Option<u64>,
    /// The column, and what stands there.
    pub(crate) at: Option<(String, String)>,
    pub(crate) reason: String,
    pub(crate) raw: String,
}

pub(crate) fn reject(row: &Row, at: Option<(String, String)>, reason: String) -> Reject {
    Reject { number: row.number, line: row.line, at, reason, raw: row.text.raw() }
}

/// Where refused rows go unless it is said.
fn rejects_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".rejects.csv");
    name.into()
}

/// Where refused rows go: into the file that is said, or beside the rows; nothing where these go to standard output.
fn target_of(arguments: &Batch) -> Option<PathBuf> {
    arguments.rejects.clone().or_else(|| match Target::of(&arguments.output) {
        Target::File(path) => Some(rejects_of(&path)),
        Target::Standard => None,
    })
}

/// Refuses to write one file over another.
pub(crate) fn check_paths(arguments: &Batch) -> Result<(), Failure> {
    let is_file = |path: &PathBuf| std::fs::metadata(path).map_or(true, |known| known.is_file());
    let rejects = target_of(arguments);
    if rejects.as_ref().is_some_and(|path| path.as_os_str() == "-") {
        return Err(Failure::Usage("refused rows go to a file: `--rejects FILE`".to_owned()));
    }
    let all = [("IN", Some(arguments.input.clone())), ("OUT", Some(arguments.output.clone())), ("--rejects", rejects)];
    let all: Vec<(&str, PathBuf)> = all.into_iter().filter_map(|(name, path)| Some((name, path?))).collect();
    for (at, (name, path)) in all.iter().enumerate() {
        let same = all[..at].iter().find(|(_, other)| place_of(other) == place_of(path) && is_file(path));
        if let Some((other, _)) = same {
            return Err(Failure::Usage(format!("{other} and {name} are the same file, `{}`", path.display())));
        }
    }
    Ok(())
}

/// Rows that were refused: into a file of their own, or told one by one.
pub(crate) struct Rejects<'a> {
    arguments: &'a Batch,
    target: Option<Target>,
    sink: Option<Sink>,
    count: u64,
}

impl<'a> Rejects<'a> {
    pub(crate) fn new(arguments: &'a Batch) -> Self {
        let target = target_of(arguments).map(Target::File);
        Self { arguments, target, sink: None, count: 0 }
    }

    pub(crate) fn add(&mut self, reject: Reject, output: &Output) -> Result<(), Failure> {
        self.count += 1;
        let (column, value) = reject.at.clone().unwrap_or_default();
        let at = if column.is_empty() { String::new() } else { format!(", `{column}`") };
        if self.arguments.strict {
            let file = self.arguments.input.display();
            let line = reject.line.map(|line| format!(":{line}")).unwrap_or_default();
            return Err(Failure::Usage(format!("{file}{line}: row {}{at}: {}", reject.number, reject.reason)));
        }
        let Some(target) = &self.target else {
            output.message(&format!("{}{at}: {}\n", place_of_row(reject.number, reject.line), reject.reason));
            return Ok(());
        };
        if self.sink.is_none() {
            self.sink = Some(Self::begun(target)?);
        }
        let (number, at_line) =
            (reject.number.to_string(), reject.line.map(|line| line.to_string()).unwrap_or_default());
        let told = [&number, &at_line, &column, &value, &reject.reason, &reject.raw].map(String::as_str);
        self.sink.as_mut().map_or(Ok(()), |sink| sink.write(line_of(told.into_iter()).as_bytes()))
    }

    /// Puts what was refused in its place, and tells where what an earlier run refused would be taken for it.
    pub(crate) fn finish(mut self) -> Result<Refused, Failure> {
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
pub(crate) struct Refused {
    pub(crate) count: u64,
    pub(crate) target: Option<Target>,
    /// Where an earlier run may have left what it refused.
    stale: Option<PathBuf>,
}

impl Refused {
    /// Removes what an earlier run refused, if that is what is there.
    pub(crate) fn remove_stale(&self) -> Result<(), Failure> {
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
