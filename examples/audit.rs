//! Auditing: the claims of a case under all built-in frameworks, side by side.
//!
//! It prints what every framework makes of every claim, and why each comes to what it says of the
//! conclusion: the reason, the claims that the conclusion rests on, the domains that were weighed,
//! and the facts that are still missing.
//!
//! Run it from the root of the repository with `cargo run --example audit`. A case of your own, and the
//! frameworks to take, go after two dashes: `cargo run --example audit -- FOLDER grade ahrq-soe`.

use std::error::Error;
use std::io::{self, Write};

use evigrade::{Case, Compiled, Frameworks, Grade, Grading, Run, Status, grade};

/// The case that is audited unless another is named.
const CASE: &str = "evidence/ldn-depression";

/// A claim in the table: its level, or how many facts are missing.
fn cell(grade: &Grade<'_>) -> String {
    match grade.status() {
        Status::Graded(_) => grade.label(),
        Status::Undetermined { .. } => format!("open ({})", grade.open().len()),
        _ => "-".to_owned(),
    }
}

/// Claims down, frameworks across.
fn table(case: &Case, gradings: &[Grading<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut columns = vec![vec!["Claim".to_owned()]];
    columns[0].extend(case.claims().iter().map(|claim| claim.id.to_string()));
    columns.extend(gradings.iter().map(|grading| {
        let heading = grading.framework().framework().id.to_string();
        [heading].into_iter().chain(grading.grades().map(|grade| cell(&grade))).collect()
    }));
    for row in 0..=case.claims().len() {
        let mut line = String::new();
        for column in &columns {
            let width = column.iter().map(|cell| cell.chars().count()).max().unwrap_or_default();
            line += &format!("{:width$}  ", column[row]);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out, "- the framework does not grade such claims; open (n) so many facts are missing")
}

/// Why a claim is graded as it is: the reason, the domains that were weighed, the claims below.
fn reasons(grading: &Grading<'_>, grade: &Grade<'_>, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let indent = "  ".repeat(depth);
    writeln!(out, "{indent}{}: {}. {}", grade.id(), grade.label(), grade.because())?;
    if let Some(proof) = grade.proof() {
        for domain in &grading.framework().framework().outputs {
            if let Some(read) = proof.find(domain.as_str()) {
                let title = read.title.as_deref().unwrap_or(domain.as_str());
                writeln!(out, "{indent}  {title}: {}. {}", read.value, read.because)?;
            }
        }
        for (_, child) in &grading.body(grade.claim()).claims {
            reasons(grading, &grading.grade(*child), depth + 1, out)?;
        }
    }
    Ok(())
}

/// The program, with what it prints to; the test of the examples calls it too.
pub(crate) fn run(arguments: &[String], out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let frameworks = Frameworks::built_in();
    let case = Case::open(arguments.first().map_or(CASE, String::as_str), &frameworks)?;
    let asked = arguments.get(1..).unwrap_or_default();
    let mut compiled = Vec::new();
    for id in asked {
        compiled.push(Compiled::new(frameworks.find(id)?)?);
    }
    for framework in frameworks.iter().filter(|framework| asked.is_empty() && framework.grades()) {
        compiled.push(Compiled::new(framework)?);
    }
    let mut gradings = Vec::new();
    for framework in &compiled {
        gradings.push(grade(&case, framework, &Run::default())?);
    }
    writeln!(out, "{}: {}\n", case.id(), case.title())?;
    table(&case, &gradings, out)?;
    for grading in &gradings {
        let verdict = grading.verdict().ok_or("the case names no conclusion")?;
        let framework = grading.framework().framework();
        writeln!(out, "\nThe conclusion under {}, {}", framework.id, framework.edition)?;
        reasons(grading, &verdict, 1, out)?;
        for open in verdict.open() {
            writeln!(out, "  missing: {} of {}", open.name, open.of)?;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(&arguments, &mut io::stdout().lock())
}
