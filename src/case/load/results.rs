//! Checking that the results that are recorded can be.

use std::collections::BTreeSet;

use crate::case::{Case, Fact, Facts, LinkEnd};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::framework::Frameworks;
use crate::synthesis::ResultPart;
use crate::value::FactValue;
use crate::vocabulary::FactDefinition;
use crate::vocabulary::result::recorded;

/// Refuses what cannot be in the results of a case, each once.
pub(super) fn check(case: &Case, frameworks: &Frameworks, problems: &mut Problems) {
    let none = Facts::new();
    let of_items = case.evidence().iter().map(|item| (&item.facts, &none));
    let of_links = case.links().iter().filter_map(|link| match link.from {
        LinkEnd::Evidence(item) => Some((&case.item(item).facts, &link.facts)),
        LinkEnd::Claim(_) => None,
    });
    let mut told: BTreeSet<(String, usize, ResultPart)> = BTreeSet::new();
    for (of_item, of_link) in of_items.chain(of_links) {
        let stated = || of_item.iter().chain(of_link);
        let known = stated().filter_map(|(name, _)| frameworks.fact(name.as_str()));
        let definitions: Vec<&FactDefinition> =
            known.map(|definition| &**definition).filter(|definition| definition.result.is_some()).collect();
        if definitions.is_empty() {
            continue;
        }
        let fact = |definition: &FactDefinition| -> Option<&Fact> {
            of_link.get(&definition.name).or_else(|| of_item.get(&definition.name))
        };
        let value =
            |definition: &FactDefinition| fact(definition).map_or(FactValue::MISSING, |fact| fact.value.clone());
        let at = |part: ResultPart| -> Option<&Span> {
            Some(&fact(definitions.iter().find(|definition| definition.result == Some(part))?)?.at)
        };
        for impossible in recorded(&definitions, value).result.impossible() {
            let mut diagnostic =
                Diagnostic::error(Code::ImpossibleResult, impossible.to_string()).help(impossible.help);
            if let Some(at) = at(impossible.part) {
                // What is wrong with an item is so on each of its links.
                if !told.insert((at.file().name().to_owned(), at.range().start, impossible.part)) {
                    continue;
                }
                diagnostic = diagnostic.at(at);
            }
            if let Some(against) = impossible.against.and_then(at) {
                diagnostic = diagnostic.label(against, "this does not go with it");
            }
            problems.push(diagnostic);
        }
    }
}
