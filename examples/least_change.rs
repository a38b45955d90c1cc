//! What would it take? For every claim of a case, under some frameworks and for the level above its own: the least change
//! of facts that reaches it, and how long the slowest of these questions takes.
//!
//! `cargo run --release --example least_change` asks of the flagship; with `-- all` of every case in `evidence/` under every
//! framework, and for every level above, and what takes longer than a second is printed. What else is given has to be part
//! of the question: `-- all verdict ahrq`.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use evigrade::explain::{Most, Reached, least_change};
use evigrade::{Case, Compiled, Frameworks, Run, Status, grade};

/// The frameworks that are asked unless all are.
const FEW: [&str; 2] = ["ahrq-soe", "grade-classic"];

/// Who asks should not have to wait for longer.
const SLOW: Duration = Duration::from_secs(1);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (every, parts): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|argument| argument == "all");
    let all = !every.is_empty();
    let mut paths = vec![PathBuf::from("evidence/ldn-depression")];
    if all {
        paths = std::fs::read_dir("evidence")?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        paths.sort();
    }
    let frameworks = Frameworks::built_in();
    let mut slowest = (Duration::ZERO, String::new());
    let (mut asked, mut within) = (0, 0);
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for framework in frameworks.iter().filter(|framework| all || FEW.contains(&framework.id.as_str())) {
        let compiled = Compiled::new(framework)?;
        let Some(scale) = &framework.scale else { continue };
        for path in &paths {
            let case = Case::open(path, &frameworks)?;
            let run = Run::default();
            let Ok(grading) = grade(&case, &compiled, &run) else { continue };
            for claim in grading.grades() {
                let Status::Graded(now) = claim.status() else { continue };
                let at = scale.levels.iter().position(|level| *level == now);
                let above = &scale.levels[at.map_or(0, |at| at + 1)..];
                for level in above.iter().take(if all { above.len() } else { 1 }) {
                    let question = format!("{} {} --framework {} --to {level}", case.id(), claim.id(), framework.id);
                    if !parts.iter().all(|part| question.contains(part.as_str())) {
                        continue;
                    }
                    let before = Instant::now();
                    let found = least_change((&case, &compiled, &run), claim.id(), level.as_str(), Most::default())?;
                    let took = before.elapsed();
                    let outcome = match &found.facts {
                        Reached::By { sets, .. } => {
                            format!("by {} facts", sets.first().map_or(0, |set| set.changes.len()))
                        }
                        Reached::NotWithin { changes } => format!("not by {changes} facts or fewer"),
                        Reached::Never => "by no change".to_owned(),
                        _ => "already".to_owned(),
                    };
                    if !all || took > SLOW {
                        println!("{question}: {outcome} ({:.0} ms)", took.as_secs_f64() * 1e3);
                    }
                    *outcomes.entry(outcome).or_default() += 1;
                    asked += 1;
                    within += usize::from(took <= SLOW);
                    if took > slowest.0 {
                        slowest = (took, question);
                    }
                }
            }
        }
    }
    for (outcome, count) in &outcomes {
        println!("{count:>6} {outcome}");
    }
    println!("{within} of {asked} within a second");
    println!("slowest: {:.1} ms, {}", slowest.0.as_secs_f64() * 1e3, slowest.1);
    Ok(())
}
