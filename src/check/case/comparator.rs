//! Effects without a comparator, under designs that have one.

use super::view::{View, choice, holds, is_known};
use crate::case::{Evidence, EvidenceIndex};
use crate::diagnostic::{Code, Diagnostic};
use crate::value::{FactValue, Unknown};

/// Designs that compare with something, beside those that are randomised.
const CONTROLLED: &[&str] =
    &["quasi-randomised", "non-randomised-controlled", "controlled-interrupted-time-series", "historically-controlled"];

/// Items with a controlled design that state an effect, and not against what.
pub(super) fn none(view: &View<'_>) -> Vec<Diagnostic> {
    view.items().filter_map(|(index, item)| look(view, index, item)).collect()
}

fn look(view: &View<'_>, index: EvidenceIndex, item: &Evidence) -> Option<Diagnostic> {
    let design = view.design(index)?;
    if !view.is_in(design, &["randomised"]) && !CONTROLLED.contains(&design.as_str()) {
        return None;
    }
    let comparator = view.of_study(index).into_iter().find_map(|result| view.fact(result, "comparator"));
    view.bearing(index).find_map(|(link, claim)| {
        if holds(view.link_fact(link, "other-question")) {
            return None;
        }
        let known = |name: &str| is_known(view.link_fact(link, name));
        let compared = known("comparator-result") || known("effect");
        let within = known("within-group-result");
        let claim = &view.case.claim(claim).id;
        let at = |names: &[&str]| {
            let fact = names.iter().find_map(|name| link.facts.get(*name));
            fact.map_or(&link.span, |fact| &fact.at)
        };
        let result = ["comparator-result", "effect"];
        let (message, at, help) = if within && !compared {
            (
                format!(
                    "`{}` has a comparator by its design ({design}), and shows `{claim}` only a change from baseline",
                    item.id
                ),
                at(&["within-group-result"]),
                "state what the comparison showed under `comparator-result`; a change from baseline alone is no effect",
            )
        } else if compared && is_nothing(comparator) {
            (
                format!("`{}` states an effect for `{claim}`, and was compared with nothing", item.id),
                at(&result),
                "say under `comparator` what the other arm was given, or mend the `design`",
            )
        } else if compared && is_missing(comparator) && !known("comparator-match") {
            (
                format!("`{}` states an effect for `{claim}`, and not what it was compared with", item.id),
                at(&result),
                "say it under `comparator`; where the source does not tell, write \"not-reported\"",
            )
        } else {
            return None;
        };
        Some(Diagnostic::warning(Code::NoComparator, message).at(at).help(help).about(item.id.as_str()))
    })
}

fn is_missing(comparator: Option<&FactValue>) -> bool {
    comparator.is_none_or(FactValue::is_missing)
}

/// Whether the comparator is stated to be none, or the participants themselves.
fn is_nothing(comparator: Option<&FactValue>) -> bool {
    let Some(comparator) = comparator else { return false };
    matches!(comparator, FactValue::Unknown(Unknown::None))
        || choice(comparator).is_some_and(|word| *word == "baseline")
}
