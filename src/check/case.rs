//! Checks of a case.

use std::collections::BTreeMap;

use crate::case::{Case, ClaimIndex, Evidence, EvidenceIndex, LinkEnd, LinkTarget, OutcomeRole};
use crate::diagnostic::{Code, Diagnostic};
use crate::name::StudyId;
use crate::value::{FactValue, Value};

/// The longest quote, in words: enough to find a place by, too little to stand for the source.
const LONGEST_QUOTE: usize = 15;

/// The fact that says what a comparison showed.
const RESULT: &str = "comparator-result";

/// What is to be said of a case that was read without an error.
#[must_use]
pub fn case(case: &Case) -> Vec<Diagnostic> {
    let mut found = case.warnings().to_vec();
    found.extend(case.evidence().iter().filter_map(long_quote));
    found.extend((0..case.claims().len()).filter_map(|claim| unlinked(case, ClaimIndex::new(claim))));
    found.extend(selective_emphasis(case));
    found
}

fn long_quote(item: &Evidence) -> Option<Diagnostic> {
    let locator = item.locator.as_ref()?;
    let words = locator.quote.as_ref()?.split_whitespace().count();
    (words > LONGEST_QUOTE).then(|| {
        let message = format!("the quote of `{}` has {words} words, more than {LONGEST_QUOTE}", item.id);
        let help = "keep the few words by which the place can be found, and say the rest in `text`";
        Diagnostic::warning(Code::QuoteTooLong, message).at(&locator.span.0).help(help)
    })
}

fn unlinked(case: &Case, claim: ClaimIndex) -> Option<Diagnostic> {
    let graph = case.graph();
    let links =
        case.links().iter().any(|link| link.target == LinkTarget::Claim(claim) || (link.from == LinkEnd::Claim(claim)));
    (graph.bearing_on(claim).is_empty() && !links).then(|| {
        let claim = case.claim(claim);
        let message = format!("nothing bears on claim `{}`, and it bears on nothing", claim.id);
        let help = "link evidence to it; if there is none, link a statement that says so";
        Diagnostic::warning(Code::UnlinkedClaim, message).at(&claim.span).help(help)
    })
}

/// Results on secondary outcomes that found something, where the primary outcome of the same study
/// shows no difference, is not reported, or is not in the case at all.
fn selective_emphasis(case: &Case) -> Vec<Diagnostic> {
    let mut primary: BTreeMap<&StudyId, Vec<(&Evidence, Option<&FactValue>)>> = BTreeMap::new();
    let mut secondary: Vec<(&Evidence, &StudyId)> = Vec::new();
    for (index, item) in case.evidence().iter().enumerate() {
        let Some(study) = &item.study else { continue };
        let result = result(case, EvidenceIndex::new(index));
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
        found.push(diagnostic.help(help));
    }
    found
}

/// What an item's comparison showed, on whichever link says it.
fn result(case: &Case, item: EvidenceIndex) -> Option<&FactValue> {
    let links = case.links().iter().filter(|link| link.from == LinkEnd::Evidence(item));
    links.filter_map(|link| link.facts.get(RESULT)).map(|fact| &fact.value).next()
}

fn is_difference(result: Option<&FactValue>) -> bool {
    let Some(FactValue::Known(Value::Choice(word))) = result else { return false };
    matches!(word.as_str(), "favours-intervention" | "favours-comparator")
}
