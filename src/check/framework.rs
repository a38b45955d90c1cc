//! Checks of a framework.

use std::sync::Arc;

use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic};
use crate::framework::Framework;

/// What is wrong with a framework that was read without an error: rules that cannot be compiled,
/// and missing examples.
#[must_use]
pub fn framework(framework: &Arc<Framework>) -> Vec<Diagnostic> {
    let mut found = match Compiled::new(framework) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.into_diagnostics(),
    };
    if framework.examples().is_empty() && framework.enumerations().is_empty() {
        let message =
            format!("`{}` has no examples, so nothing shows that its rules do what they should", framework.id);
        let help = "add an `[[example]]` with `given` and `expect` for each case that the source works out";
        found.push(Diagnostic::error(Code::NoExamples, message).at(&framework.span).help(help));
    }
    found
}
