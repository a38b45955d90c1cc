//! Rounds in which every engine takes its turn.

use std::hint::black_box;
use std::time::Instant;

use crate::engine::{Entry, Fault};
use crate::workloads::crc32;

/// What an engine must come to.
#[derive(Clone, Copy)]
pub(crate) struct Expected {
    /// How many grades.
    pub(crate) grades: usize,
    pub(crate) checksum: u32,
}

/// The medians of an engine over all rounds; times are nanoseconds for one record or claim.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) grade: f64,
    /// How many times the time of the first engine in the same round.
    pub(crate) ratio: f64,
    /// Nothing of an engine that explains nothing.
    pub(crate) explain: Option<f64>,
}

/// The times of each engine, after one round that is not counted; a fault where grades are wrong.
pub(crate) fn run(
    entries: &mut [Entry],
    rounds: usize,
    expected: impl Fn(usize) -> Expected,
) -> Result<Vec<Times>, Fault> {
    let mut grade = vec![Vec::new(); entries.len()];
    let mut explain = vec![Vec::new(); entries.len()];
    for round in 0..=rounds {
        for (place, entry) in entries.iter_mut().enumerate() {
            let expected = expected(entry.count);
            let graded = turn(entry, expected, |entry, grades| entry.engine.grade(grades).map(|()| true))?;
            let explained = turn(entry, expected, |entry, grades| entry.engine.explain(grades))?;
            if round > 0 {
                grade[place].extend(graded);
                explain[place].extend(explained);
            }
        }
    }
    let base = grade.first().cloned().unwrap_or_default();
    let times = |(grade, explain): (Vec<f64>, Vec<f64>)| Times {
        ratio: median(grade.iter().zip(&base).map(|(grade, base)| grade / base).collect()).unwrap_or(f64::NAN),
        grade: median(grade).unwrap_or(f64::NAN),
        explain: median(explain),
    };
    Ok(grade.into_iter().zip(explain).map(times).collect())
}

/// How long an engine takes, nanoseconds for one record or claim; nothing if it does nothing.
fn turn(
    entry: &mut Entry,
    expected: Expected,
    work: impl Fn(&mut Entry, &mut [u8]) -> Result<bool, Fault>,
) -> Result<Option<f64>, Fault> {
    let mut grades = vec![u8::MAX; expected.grades];
    let start = Instant::now();
    let done = work(entry, black_box(&mut grades)).map_err(|fault| format!("{}: {fault}", entry.name))?;
    let taken = start.elapsed();
    if !done {
        return Ok(None);
    }
    let checksum = crc32(grades);
    if checksum != expected.checksum {
        return Err(format!("{}: the checksum is {checksum:08x}, not {:08x}", entry.name, expected.checksum).into());
    }
    Ok(Some(taken.as_secs_f64() * 1e9 / entry.count as f64))
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    let upper = *times.get(middle)?;
    Some(if times.len() % 2 == 1 { upper } else { f64::midpoint(times[middle - 1], upper) })
}
