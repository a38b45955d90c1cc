//! Embedding: a program that keeps facts in structs of its own asks how certain a statement is.
//!
//! It writes what it knows as a case, grades that under GRADE, and reads the level, the direction of
//! the effect and the reasons. Then a fact is missing: the level becomes a range, and what has to be
//! asked is named. Last a fact is misspelt: nothing is graded. The treatment is invented.
//!
//! Run it with `cargo run --example embed`.

use std::error::Error;
use std::io::{self, Write};

use evigrade::{Case, Compiled, Frameworks, Run, grade};
use serde_json::json;

/// What this program knows of a treatment for headache.
struct Treatment {
    name: &'static str,
    trials: Vec<Trial>,
    /// The 95 % confidence interval of the pooled relative risk of being free of pain.
    interval: (f64, f64),
    /// How much the trials differ, in percent; nothing as long as nobody has computed it.
    i_squared: Option<u32>,
}

struct Trial {
    id: &'static str,
    participants: u32,
    risk_of_bias: &'static str,
}

/// The case that says the same, as TOML. What is not known is left out.
fn toml_of(treatment: &Treatment) -> Result<String, toml::ser::Error> {
    let mut claim = json!({
        "id": "relief", "kind": "efficacy", "text": format!("{} relieves headache.", treatment.name),
        "outcome-type": "binary", "baseline-risk": 0.2, "publication-bias": "undetected",
        "pooled-scale": "ratio", "pooled-ci-low": treatment.interval.0, "pooled-ci-high": treatment.interval.1,
    });
    if let Some(i_squared) = treatment.i_squared {
        claim["i-squared"] = json!(i_squared);
    }
    let link = json!({
        "supports": "relief", "comparator-result": "favours-intervention", "population-match": "direct",
        "intervention-match": "direct", "comparator-match": "direct", "outcome-match": "direct",
    });
    let source = |trial: &Trial| json!({ "id": trial.id, "title": trial.id });
    let item = |trial: &Trial| {
        json!({
            "id": format!("{}-result", trial.id), "source": trial.id, "design": "parallel-rct", "link": [link],
            "participants": trial.participants, "risk-of-bias": trial.risk_of_bias,
        })
    };
    toml::to_string(&json!({
        "case": { "id": "headache", "title": treatment.name, "conclusion": "relief" },
        "claim": [claim],
        "source": treatment.trials.iter().map(source).collect::<Vec<_>>(),
        "evidence": treatment.trials.iter().map(item).collect::<Vec<_>>(),
    }))
}

/// Tells how certain it is that a treatment works, and what would have to be known to say more.
fn tell(treatment: &Treatment, grader: &Compiled, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let case = Case::from_toml(treatment.name, &toml_of(treatment)?, &Frameworks::built_in())?;
    let grading = grade(&case, grader, &Run::default())?;
    let verdict = grading.verdict().ok_or("the case has a conclusion")?;
    let direction = verdict.direction().map_or_else(|| "open".to_owned(), |word| word.to_string());
    writeln!(out, "{}: {} (direction: {direction})", treatment.name, verdict.label())?;
    writeln!(out, "  {}", verdict.because())?;
    for domain in &grader.framework().outputs {
        let Some(proof) = grading.proof_of(verdict.claim(), domain.as_str()) else { continue };
        writeln!(out, "  {domain}: {}. {}", proof.value, proof.because)?;
    }
    for open in verdict.open() {
        let ask = grader.framework().fact(open.name.as_str()).map_or("", |fact| &fact.ask);
        writeln!(out, "  {} of {} is missing: {ask}", open.name, open.of)?;
    }
    Ok(writeln!(out)?)
}

/// The program, with what it prints to; the test of the examples calls it too.
pub(crate) fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    // A framework is compiled once and grades any number of cases.
    let grader = Compiled::new(Frameworks::built_in().find("grade")?)?;
    let trial = |id, participants| Trial { id, participants, risk_of_bias: "low" };
    let trials = vec![trial("north", 620), trial("south", 480)];
    let mut treatment = Treatment { name: "cefalin", trials, interval: (1.31, 1.78), i_squared: Some(12) };
    tell(&treatment, &grader, out)?;

    treatment.i_squared = None;
    tell(&treatment, &grader, out)?;

    treatment.trials[0].risk_of_bias = "lwo";
    if let Err(refused) = tell(&treatment, &grader, out) {
        writeln!(out, "{}: not graded\n{refused}", treatment.name)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout().lock())
}
