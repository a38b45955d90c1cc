//! A case that stays graded while evidence comes, changes and goes: what each change moves, and why.
//!
//! `cargo run --example session`

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::path::Path;
use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::session::{Edit, Moved, Session};
use evigrade::{Case, Compiled, Frameworks, Run, Status};

/// One more trial of those whom the article is about, larger than the one there is.
const TRIAL: &str = r#"
[[source]]
id = "a-larger-trial"
title = "A larger trial, made up"
published = 2026-06-01

[[evidence]]
id = "a-larger-trial"
source = "a-larger-trial"
study = "a-larger-trial"
design = "parallel-rct"
participants = 240
risk-of-bias = "low"

[[evidence.link]]
supports = "efficacy"
comparator-result = "favours-intervention"
population-match = "direct"
intervention-match = "direct"
comparator-match = "direct"
outcome-match = "direct"
"#;

fn told(status: &Status) -> String {
    match status {
        Status::Graded(level) => level.to_string(),
        Status::Undetermined { possible, .. } => {
            possible.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
        }
        _ => "not graded".to_owned(),
    }
}

fn show(what: &str, moved: &[Moved]) {
    println!("{what}");
    if moved.is_empty() {
        println!("  no grade moves");
    }
    for moved in moved {
        let before = moved.before.as_ref().map_or_else(|| "new".to_owned(), told);
        println!("  {}: {before} becomes {}", moved.claim, told(&moved.after));
        println!("    {}", moved.because.as_deref().unwrap_or_default());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let frameworks = Frameworks::built_in();
    let compiled = Arc::new(Compiled::new(frameworks.find("ahrq-soe")?)?);
    let files = Case::files(Path::new("evidence/ldn-depression"))?;
    let run = Run { as_of: Some("2026-11-27".parse()?), ..Run::default() };
    let mut session = Session::open(files, frameworks, compiled, run)?;
    show("A larger trial comes in:", &session.apply(Edit::Add(TextFile::new("trial.toml", TRIAL)))?);
    let set = |value: &str| Edit::Set {
        of: "a-larger-trial".to_owned(),
        fact: "risk-of-bias".into(),
        value: value.to_owned(),
    };
    show("Its risk of bias is judged to be high:", &session.apply(set("high"))?);
    show("And low after all:", &session.apply(set("low"))?);
    let retracted = Edit::Retract("a-larger-trial".into(), "2026-10-01".parse()?);
    show("It is retracted:", &session.apply(retracted)?);
    Ok(())
}
