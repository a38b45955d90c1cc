//! `evigrade schema`: JSON Schema, for editors.

use evigrade::schema;

use crate::arguments::{Beginning, Schema};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// Prints the schema of case or framework files.
pub(crate) fn run(arguments: &Schema, output: &Output) -> Result<Verdict, Failure> {
    let schema = match arguments.of {
        Beginning::Case => schema::case(&input::frameworks_with(&arguments.framework)?),
        Beginning::Framework => schema::framework(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Failure::Ours(error.to_string()))?;
    output.answer(&(text + "\n"))?;
    Ok(Verdict::Holds)
}
