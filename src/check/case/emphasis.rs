//! Secondary outcomes shown while the primary outcome is null.

use std::collections::BTreeMap;

use super::view::{View, choice};
use crate::case::{Evidence, EvidenceIndex, OutcomeRole};
use crate::diagnostic::{Code, Diagnostic};
use crate::name::StudyId;
use crate::value::FactValue;

/// The fact that says what a comparison showed.
const RESULT: &str = "comparator-result";

/// Results on secondary outcomes that found something, where the primary outcome of the same study
/// shows no difference, is not reported, or is not in the case at all.
pub(super) fn selective(view: &View<'_>) -> Vec<Diagnostic> {
    let mut primary: BTreeMap<&StudyId, Vec<(&Evidence, Option<&FactValue>)>> = BTreeMap::new();
    let mut secondary: Vec<(&Evidence, &StudyId)> = Vec::new();
    for (index, item) in view.items() {
        let Some(study) = &item.study else { continue };
        let result = result(view, index);
        match item.outcome_role {
            Some(OutcomeRole::Primary) => primary.entry(study).or_default().push((item, result)),
            Some(OutcomeRole::Secondary) if is_difference(result) => secondary.push((item, study)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (item, study) in secondary {
        let known = primary.get(study).map(Vec::as_slice).unwrap_or_default();
        if known.iter().any(|(_, result)| is_difference(*result)) {
            continue;
        }
        let message = format!("`{}` shows a difference on a secondary outcome of study `{study}`", item.id);
        let mut diagnostic = Diagnostic::warning(Code::SelectiveOutcomeEmphasis, message).at(&item.span);
        for (primary, result) in known {
            let shown = result.map_or_else(|| "missing".to_owned(), ToString::to_string);
            let text = format!("the primary outcome (`{}`): {}", primary.id, shown.replace('-', " "));
            diagnostic = diagnostic.label(&primary.span, text);
        }
        let help = if known.is_empty() {
            "add the result on the primary outcome; a secondary outcome alone may have been picked for what it shows"
        } else {
            "a secondary outcome cannot stand for the study: let the claim say which outcome it is about"
        };
        found.push(diagnostic.help(help).about(item.id.as_str()));
    }
    found
}

/// What an item's comparison showed, on whichever link says it.
fn result<'c>(view: &View<'c>, item: EvidenceIndex) -> Option<&'c FactValue> {
    view.links_of(item).find_map(|link| view.link_fact(link, RESULT))
}

fn is_difference(result: Option<&FactValue>) -> bool {
    let word = result.and_then(choice);
    word.is_some_and(|word| matches!(word.as_str(), "favours-intervention" | "favours-comparator"))
}
