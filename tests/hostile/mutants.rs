//! The files of the project, damaged in every way that comes to mind.

use crate::corpus::{Subject, subjects};
use crate::harness::{Outcome, trial};

/// A generator of numbers that look random and are the same in every run (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    /// Numbers that belong to a name.
    pub(crate) fn of(name: &str) -> Self {
        let file = name.rsplit('/').next().unwrap_or(name);
        Self(
            file.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// One of several things.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Values that stand in the place of those of a file.
const VALUES: [&str; 60] = [
    "true",
    "false",
    "0",
    "1",
    "-1",
    "400",
    "1e3",
    "0.5",
    "-0.0",
    "nan",
    "-inf",
    "inf",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
    "79228162514264337593543950334.5",
    "7.9228162514264337593543950335",
    "0.0000000000000000000000000001",
    "1e-28",
    "1e28",
    "1e29",
    "1e308",
    "1e999999999999",
    "1e-999999999999",
    "0x7fffffffffffffffffffffffffffffff",
    "0b1",
    "0o7",
    "1_000",
    "2020-01-01",
    "0000-01-01",
    "9999-12-31",
    "2021-02-29",
    "2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00",
    "00:00:60",
    "''",
    "' '",
    "'\u{202e}txet'",
    "'e\u{301}\u{200b}\u{feff}'",
    "\"\\u0000\"",
    "\"\\U0010FFFF\"",
    "'missing'",
    "'none'",
    "'not-reported'",
    "'known'",
    "'any'",
    "'{small-sample}'",
    "'{'",
    "'< 5'",
    "'>= {'",
    "'>= 79228162514264337593543950335'",
    "'<= 9999-12-31'",
    "[]",
    "[[]]",
    "[1, 'a', {}]",
    "{}",
    "{ not = {} }",
    "{ value-of = 'level' }",
];

/// Reads mutants of every subject, several on a thread, and counts how they came out.
fn every(name: &str, mutants: impl Fn(&Subject) -> Vec<String>) -> (usize, usize) {
    /// How many mutants share a thread.
    const TOGETHER: usize = 8;
    let (mut taken, mut refused) = (0, 0);
    for subject in subjects() {
        let mutants = mutants(&subject);
        for (position, group) in mutants.chunks(TOGETHER).enumerate() {
            let (reader, group) = (subject.clone(), group.to_vec());
            let called =
                format!("{name} of {}, {} to {}", subject.name, position * TOGETHER, (position + 1) * TOGETHER);
            let outcomes = trial(&called, move || group.iter().map(|mutant| reader.read(mutant)).collect::<Vec<_>>());
            taken += outcomes.iter().filter(|outcome| **outcome == Outcome::Taken).count();
            refused += outcomes.iter().filter(|outcome| **outcome == Outcome::Refused).count();
        }
    }
    (taken, refused)
}

/// The beginning of a text, up to the character that a byte belongs to.
fn until(text: &str, byte: usize) -> &str {
    let end = (0..=byte).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

#[test]
fn files_that_break_off() {
    let (taken, refused) = every("a beginning", |subject| {
        (0..subject.text.len()).step_by(50).map(|byte| until(&subject.text, byte).to_owned()).collect()
    });
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
}

#[test]
fn files_with_other_bytes() {
    let (taken, refused) = every("other bytes", |subject| {
        let mut random = Random::of(&subject.name);
        (0..12)
            .map(|_| {
                let mut bytes = subject.text.clone().into_bytes();
                for _ in 0..=random.below(3) {
                    let at = random.below(bytes.len());
                    match random.below(4) {
                        0 => bytes[at] ^= 1 << random.below(8),
                        1 => bytes[at] = *random.one(b"[]{}.,='\"\\#\n\r\t\0 0"),
                        2 => bytes.insert(at, *random.one(b"[]{}.,='\"\\#\n\r\t\0 0")),
                        _ => drop(bytes.remove(at)),
                    }
                }
                // What is not UTF-8 is refused before it gets here.
                String::from_utf8_lossy(&bytes).into_owned()
            })
            .collect()
    });
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
}

/// A line `key = value`, cut at the sign.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim_end(), value.trim_start());
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    (!key.is_empty() && key.chars().all(plain)).then_some((key, value))
}

#[test]
fn files_with_other_values() {
    let (taken, refused) = every("other values", |subject| {
        let mut random = Random::of(&subject.name);
        let lines: Vec<&str> = subject.text.lines().collect();
        let pairs: Vec<usize> = (0..lines.len()).filter(|line| pair(lines[*line]).is_some()).collect();
        let mut mutants = Vec::new();
        for _ in 0..12 {
            let at = *random.one(&pairs);
            let Some((key, _)) = pair(lines[at]) else { continue };
            let line = format!("{key} = {}", random.one(&VALUES));
            mutants.push(replaced(&lines, at, &line));
        }
        mutants
    });
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
}

#[test]
fn files_with_other_lines() {
    let (taken, refused) = every("other lines", |subject| {
        let mut random = Random::of(&subject.name);
        let lines: Vec<&str> = subject.text.lines().collect();
        let pairs: Vec<usize> = (0..lines.len()).filter(|line| pair(lines[*line]).is_some()).collect();
        let mut mutants = Vec::new();
        for _ in 0..12 {
            let (one, other) = (random.below(lines.len()), random.below(lines.len()));
            let at = *random.one(&pairs);
            let (Some((key, value)), Some((other_key, other_value))) =
                (pair(lines[at]), pair(lines[*random.one(&pairs)]))
            else {
                continue;
            };
            mutants.push(match random.below(9) {
                0 => replaced(&lines, one, ""),
                1 => replaced(&lines, one, &format!("{0}\n{0}", lines[one])),
                2 => replaced(&lines, one, lines[other]),
                3 => replaced(&lines, one, &format!("{}\n{}", lines[other], lines[one])),
                4 => replaced(&lines, at, &format!("{other_key} = {value}")),
                5 => replaced(&lines, at, &format!("{key} = {other_value}")),
                6 => replaced(&lines, at, &format!("{key}{} = {value}", random.one(&["x", "-x", ".x", "-2"]))),
                7 => replaced(
                    &lines,
                    at,
                    &format!("'{}' = {value}", random.one(&["", " ", "\u{202e}", "e\u{301}", "a.b", "any", "missing"])),
                ),
                _ => {
                    // A whole stretch again, or without it.
                    let (from, to) = (one.min(other), one.max(other).min(one.min(other) + 30));
                    let stretch = &lines[from..to];
                    let again = random.below(2) == 0;
                    let kept: Vec<&str> = if again {
                        lines[..to].iter().chain(stretch).chain(&lines[to..]).copied().collect()
                    } else {
                        lines[..from].iter().chain(&lines[to..]).copied().collect()
                    };
                    kept.join("\n")
                }
            });
        }
        mutants
    });
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
}

fn replaced(lines: &[&str], at: usize, line: &str) -> String {
    let mut lines = lines.to_vec();
    lines[at] = line;
    lines.join("\n") + "\n"
}
