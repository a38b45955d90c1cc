//! `evigrade check OLD --against NEW`: whether two frameworks give the same, and where not.

use std::path::PathBuf;
use std::sync::Arc;

use evigrade::check::{self, Change, Difference};
use evigrade::{Compiled, Framework, Frameworks};

use crate::arguments::{Check, FindingFormat};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// Holds the frameworks of the one against those of the other.
pub(super) fn run(arguments: &Check, against: &str, output: &Output) -> Result<Verdict, Failure> {
    if arguments.format == FindingFormat::Sarif {
        return Err(Failure::Usage("a difference is told as text or JSON; SARIF is for findings in files".to_owned()));
    }
    let mut old = Vec::new();
    for path in &arguments.paths {
        old.extend(frameworks(&path.to_string_lossy(), arguments)?);
    }
    let new = frameworks(against, arguments)?;
    let mut differences = Vec::new();
    for (one, other) in pairs(&old, &new)? {
        let compiled = (Compiled::new(one)?, Compiled::new(other)?);
        differences.push(check::difference(&compiled.0, &compiled.1));
    }
    let same = differences.iter().all(Difference::same);
    match arguments.format {
        FindingFormat::Json => {
            for difference in &differences {
                let line = serde_json::to_string(difference).map_err(|error| Failure::Ours(error.to_string()))?;
                output.answer(&format!("{line}\n"))?;
            }
        }
        _ => {
            let width = output.page().width;
            for difference in &differences {
                output.answer(&text(difference, width))?;
            }
        }
    }
    Ok(if same { Verdict::Holds } else { Verdict::DoesNotHold })
}

/// The frameworks that are meant: of a file, of the files in a folder, or a built-in one by its id.
fn frameworks(named: &str, arguments: &Check) -> Result<Vec<Arc<Framework>>, Failure> {
    let path = PathBuf::from(named);
    if !path.exists() {
        return Ok(vec![Arc::clone(Frameworks::built_in().find(named)?)]);
    }
    let found = input::find(&[path])?;
    let (_, under_test) = input::frameworks_under_test(&found, &arguments.framework)?;
    if under_test.is_empty() {
        return Err(Failure::Usage(format!("`{named}` holds no framework")));
    }
    Ok(under_test)
}

type Pair<'f> = (&'f Arc<Framework>, &'f Arc<Framework>);

/// One against one, whatever their ids are; of many those of the same id.
fn pairs<'f>(old: &'f [Arc<Framework>], new: &'f [Arc<Framework>]) -> Result<Vec<Pair<'f>>, Failure> {
    if let ([one], [other]) = (old, new) {
        return Ok(vec![(one, other)]);
    }
    let pairs: Vec<Pair<'_>> =
        old.iter().filter_map(|one| Some((one, new.iter().find(|other| other.id == one.id)?))).collect();
    let lone = old.iter().chain(new).find(|known| !pairs.iter().any(|(one, _)| one.id == known.id));
    match lone {
        Some(lone) => {
            Err(Failure::Usage(format!("only one side has a framework `{}`: name one file on each", lone.id)))
        }
        None => Ok(pairs),
    }
}

fn text(difference: &Difference, width: usize) -> String {
    let mut text = String::new();
    let names = if difference.old == difference.new {
        format!("`{}` and its other version", difference.old)
    } else {
        format!("`{}` and `{}`", difference.old, difference.new)
    };
    if difference.same() {
        return format!("{names}: the same function.\n");
    }
    let verdict = match (difference.changes.is_empty() && difference.otherwise.is_empty(), difference.not_decided.len())
    {
        (true, _) => "not decided",
        (false, 0) => "not the same",
        (false, _) => "not the same, and not all is decided",
    };
    text.push_str(&format!("{names}: {verdict}.\n"));
    let mut before: Option<(&str, bool)> = None;
    for change in &difference.changes {
        let decision = (change.decision.as_str(), change.judged);
        if before != Some(decision) {
            let how = if change.judged { ", as people may judge" } else { "" };
            text.push_str(&format!("\n{}{how}\n", change.decision));
            before = Some(decision);
        }
        told(change, width, &mut text);
    }
    let list = |title: &str, lines: &[String], text: &mut String| {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            lines.iter().for_each(|line| bullet(line, width, text));
        }
    };
    list("Otherwise", &difference.otherwise, &mut text);
    list("Not decided", &difference.not_decided, &mut text);
    text
}

fn told(change: &Change, width: usize, text: &mut String) {
    text.push_str(&format!("  {} becomes {} when\n", change.old, change.new));
    change.when.iter().for_each(|line| bullet(line, width, text));
    if change.more > 0 {
        bullet(&format!("and {} more such places", change.more), width, text);
    }
}

fn bullet(line: &str, width: usize, text: &mut String) {
    let options = textwrap::Options::new(width).initial_indent("  - ").subsequent_indent("    ");
    let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
    text.push_str(&textwrap::fill(line, options));
    text.push('\n');
}
