//! Corpora: what comes of a claim is what comes of it in a case, whatever is added, changed and taken back; from columns the
//! same comes as from the graph.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

#[path = "../../benches/workloads/mod.rs"]
mod workloads;

mod as_case;
mod columns;
mod items;
mod live;
mod refused;
mod script;

use evigrade::corpus::{Claim, Corpus};
use evigrade::grade::grade;
use evigrade::{Compiled, Frameworks, Run, Status};

/// A framework that stands in a test, alone and compiled.
fn compiled(pack: &str) -> (Frameworks, Compiled) {
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("pack.toml", pack).expect("it can be read");
    let compiled = Compiled::new(frameworks.find(id.as_str()).expect("it was added")).expect("it can be compiled");
    (frameworks, compiled)
}

/// What a case made of a claim, the one that was added after so many others, says of it; nothing if it contradicts itself.
fn by_case(
    corpus: &Corpus<'_>,
    claim: Claim,
    place: usize,
    compiled: &Compiled,
    frameworks: &Frameworks,
) -> Option<Status> {
    let case = corpus.case(claim, frameworks).expect("it is a case");
    let grading = grade(&case, compiled, &Run::default()).ok()?;
    let grade = grading.find(&format!("claim-{}", place + 1)).expect("it is in its own case");
    Some(grade.status())
}
