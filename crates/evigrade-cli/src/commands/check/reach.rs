//! `evigrade check FRAMEWORK --reach`: for each level few facts that give it, as examples to copy.

use std::sync::Arc;

use evigrade::check::{self, Reached};
use evigrade::name::FrameworkId;
use evigrade::{Compiled, Framework};
use rayon::prelude::*;
use serde::Serialize;

use crate::arguments::{Check, FindingFormat};
use crate::input;
use crate::output::{Failure, Output, Verdict};

#[derive(Serialize)]
struct OfFramework<'f> {
    framework: &'f FrameworkId,
    reached: Vec<Reached>,
}

pub(super) fn run(arguments: &Check, output: &Output) -> Result<Verdict, Failure> {
    let found = input::find(&arguments.paths)?;
    let (_, under_test) = input::frameworks_under_test(&found, &arguments.framework)?;
    let reach = |framework: &Arc<Framework>| Compiled::new(framework).map(|compiled| check::reach(&compiled));
    let all: Vec<_> = under_test.par_iter().map(reach).collect();
    for (framework, reached) in under_test.iter().zip(all) {
        let reached = reached?;
        match arguments.format {
            FindingFormat::Json => {
                let told = OfFramework { framework: &framework.id, reached };
                let line = serde_json::to_string(&told).map_err(|error| Failure::Ours(error.to_string()))?;
                output.answer(&format!("{line}\n"))?;
            }
            FindingFormat::Sarif => {
                let message = "what gives a level is told as text or JSON; SARIF is for findings in files";
                return Err(Failure::Usage(message.to_owned()));
            }
            FindingFormat::Text => {
                for reached in &reached {
                    output.answer(&text(framework, reached))?;
                }
            }
        }
    }
    Ok(Verdict::Holds)
}

/// An example in TOML, with a comment on how sure it is that no fewer facts would do.
fn text(framework: &Arc<Framework>, reached: &Reached) -> String {
    let value = &reached.value;
    match check::example(framework, reached) {
        Some(example) => {
            let fewest = if reached.fewest { "No fewer facts give it." } else { "None of these can be left out." };
            format!("# {}: {value}. {fewest}\n{example}\n", framework.id)
        }
        None if reached.not_decided => format!("# {}: {value}. Not decided.\n\n", framework.id),
        None => format!("# {}: {value}. No rule gives it; people may judge it.\n\n", framework.id),
    }
}
