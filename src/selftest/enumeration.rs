//! Enumerations: counts over all combinations of facts, held against what a framework says.

use std::collections::{BTreeMap, BTreeSet};

use super::CompiledBy;
use crate::diagnostic::{Code, Diagnostic};
use crate::framework::Enumeration;
use crate::name::Word;

pub(super) fn run(compiled: &mut CompiledBy, enumeration: &Enumeration) -> Result<(), Box<Diagnostic>> {
    let first = |refused: crate::Refused| {
        let diagnostics = refused.into_diagnostics();
        Box::new(diagnostics.into_iter().next().unwrap_or_else(|| {
            Diagnostic::error(Code::EnumerationFailed, "the framework cannot be compiled so").at(&enumeration.span)
        }))
    };
    let compiled = compiled.with(&enumeration.parameters).map_err(first)?;
    let counts = compiled.count(enumeration).map_err(first)?;
    let expected: BTreeMap<Word, u128> = enumeration.expect.iter().filter(|(_, count)| *count > 0).cloned().collect();
    if counts == expected {
        return Ok(());
    }
    let words: BTreeSet<&Word> = counts.keys().chain(expected.keys()).collect();
    let differences: Vec<String> = words
        .into_iter()
        .filter(|word| counts.get(*word) != expected.get(*word))
        .map(|word| {
            let count = |counts: &BTreeMap<Word, u128>| counts.get(word).copied().unwrap_or_default();
            format!("{word} {} instead of {}", count(&counts), count(&expected))
        })
        .collect();
    let message =
        format!("`{}` comes out otherwise over all combinations: {}", enumeration.decision, differences.join(", "));
    Err(Box::new(Diagnostic::error(Code::EnumerationFailed, message).at(&enumeration.span)))
}
