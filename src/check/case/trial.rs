//! Reviews, statements and laboratory studies that are encoded as if they were trials.

use super::view::{View, choice, holds, is_known};
use crate::case::{Evidence, EvidenceIndex, Relation};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::value::{FactValue, Value};

/// Groups of designs that are no study of people of their own.
const LABORATORY: &[&str] = &["laboratory"];
const SECOND_HAND: &[&str] = &["without-data", "synthesis"];
/// Groups of designs of a single study of people.
const STUDY: &[&str] = &["randomised", "observational", "uncontrolled"];

/// Facts that only a study with participants of its own has.
const OF_PARTICIPANTS: &[&str] =
    &["participants-blinded", "carers-blinded", "lost-to-follow-up", "participants-smallest-arm"];
/// Facts that only a study of its own has, of people or of animals.
const OF_STUDIES: &[&str] = &["allocation-concealed", "assessors-blinded"];

/// Kinds of claims that studies of people answer.
const CLINICAL: &[&str] = &["efficacy", "effectiveness", "tolerability", "safety", "harm"];
/// What a comparison showed.
const RESULTS: &[&str] = &["comparator-result", "effect"];

/// What only a trial has, stated of what is no trial.
pub(super) fn not_a_trial(view: &View<'_>) -> Vec<Diagnostic> {
    let items = view.items().filter(|(index, _)| view.bearing(*index).next().is_some());
    items.filter_map(|(index, item)| look(view, index, item)).collect()
}

fn look(view: &View<'_>, index: EvidenceIndex, item: &Evidence) -> Option<Diagnostic> {
    let design = view.design(index)?;
    let stands = |name: &str| item.facts.get(name).map_or(&item.span, |fact| &fact.at);
    let warn = |message: String, at: &Span, help: &str| {
        let diagnostic = Diagnostic::warning(Code::NotATrial, message).at(at);
        Some(diagnostic.label(stands("design"), format!("its design: {design}")).help(help).about(item.id.as_str()))
    };
    if view.is_in(design, STUDY) {
        if let Some(statement) = view.fact(index, "statement").and_then(choice) {
            let message = format!("`{}` is a statement ({statement}), and has the design of a study", item.id);
            return warn(
                message,
                stands("statement"),
                "encode the study as an item of its own; what is said is no study",
            );
        }
        if view.is_in(design, &["randomised"]) && several(view.fact(index, "studies")) {
            let message = format!("`{}` puts several studies together, and has the design of one trial", item.id);
            let help = "a review has the `design` of a review, and says of what studies in `synthesised-designs`";
            return warn(message, stands("studies"), help);
        }
        return None;
    }
    let laboratory = view.is_in(design, LABORATORY);
    let second_hand = view.is_in(design, SECOND_HAND);
    if !laboratory && !second_hand {
        return None;
    }
    let own: &[&str] = if second_hand { OF_STUDIES } else { &[] };
    let stated = |name: &&&str| is_known(view.fact(index, name));
    if let Some(name) = OF_PARTICIPANTS.iter().chain(own).find(stated) {
        let message = format!("`{}` is no trial, and states `{name}`, which only a trial has", item.id);
        let help = "state it of an item that is the trial, or give this item the `design` that it has";
        return warn(message, stands(name), help);
    }
    if view.is_in(design, &["synthesis"]) {
        return None;
    }
    view.bearing(index).find_map(|(link, claim)| {
        let claim = view.case.claim(claim);
        let counts = matches!(link.relation, Relation::Supports | Relation::Refutes)
            && CLINICAL.contains(&claim.kind.as_str())
            && !holds(view.link_fact(link, "other-question"));
        let result = RESULTS.iter().find(|name| is_known(view.link_fact(link, name)))?;
        if !counts {
            return None;
        }
        let at = link.facts.get(*result).map_or(&link.span, |fact| &fact.at);
        let message =
            format!("`{}` is no trial, and states the result of one (`{result}`) for `{}`", item.id, claim.id);
        warn(message, at, "let it bear on a claim of mechanism, or encode the trial that it tells of")
    })
}

/// Whether a count is more than one.
fn several(value: Option<&FactValue>) -> bool {
    matches!(value, Some(FactValue::Known(Value::Number(number))) if *number > rust_decimal::Decimal::ONE)
}
