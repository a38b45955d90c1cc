//! `evigrade lock`: keeps the grades of cases in a file.

use super::check::counted;
use crate::arguments::Lock;
use crate::input;
use crate::lockfile::LockFile;
use crate::output::{Failure, Output, Verdict};

/// Grades every case under every framework that is asked for, and writes the lock file.
pub(crate) fn run(arguments: &Lock, output: &Output) -> Result<Verdict, Failure> {
    // What is not there is a slip here, and a change to tell of only once it is locked.
    input::find_cases(&arguments.paths)?;
    let file = LockFile::new(&arguments.lockfile);
    file.check_free()?;
    let asked = file.asked(&arguments.paths, &arguments.run, &arguments.parameters.set)?;
    let lock = file.graded(&asked, output)?;
    file.write(&lock)?;
    let claims = lock.gradings.iter().map(|grading| grading.claims.len()).sum();
    let text =
        format!("{}: {}, {} locked.\n", file.name(), counted(lock.gradings.len(), "grading"), counted(claims, "claim"));
    output.answer(&text)?;
    Ok(Verdict::Holds)
}
