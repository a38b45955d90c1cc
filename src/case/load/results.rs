//! Checking that the results that are recorded can be.

use std::collections::BTreeSet;

use super::{LinkPart, Reader};
use crate::case::{Fact, Facts};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::synthesis::ResultPart;
use crate::value::FactValue;
use crate::vocabulary::FactDefinition;
use crate::vocabulary::result::recorded;

impl Reader<'_> {
    /// Refuses what cannot be in the results of an item, by itself and on each of its links; each once.
    pub(super) fn check_results(&mut self, of_item: &Facts, links: &[LinkPart]) {
        let none = Facts::new();
        let mut told: BTreeSet<(usize, ResultPart)> = BTreeSet::new();
        for of_link in [&none].into_iter().chain(links.iter().map(|link| &link.facts)) {
            let known = of_item.iter().chain(of_link).filter_map(|(name, _)| self.frameworks.fact(name.as_str()));
            let definitions: Vec<&FactDefinition> =
                known.map(|definition| &**definition).filter(|definition| definition.result.is_some()).collect();
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
                    if !told.insert((at.range().start, impossible.part)) {
                        continue;
                    }
                    diagnostic = diagnostic.at(at);
                }
                if let Some(against) = impossible.against.and_then(at) {
                    diagnostic = diagnostic.label(against, "this does not go with it");
                }
                self.problems.push(diagnostic);
            }
        }
    }
}
