//! Claims whose grade rests on one item alone.

use std::collections::BTreeMap;

use super::view::{View, choice};
use crate::case::{ClaimIndex, EvidenceIndex, LinkEnd};
use crate::diagnostic::{Code, Diagnostic};
use crate::grade::{Run, gather};
use crate::value::{FactValue, Value};

/// Claims on which a single item bears, directly or by way of other claims, in the case's own run. One
/// that puts several studies together is more than one study; a statement that there are none is nothing
/// that a grade rests on.
pub(super) fn item(view: &View<'_>) -> Vec<Diagnostic> {
    let case = view.case;
    let bodies = gather(case, &Run::default().of_case(case));
    // Of every claim, what bears on it: nothing, one item, or more. Claims come after those that they need.
    let mut bearing: Vec<Bearing> = vec![Bearing::Nothing; case.claims().len()];
    let mut found = BTreeMap::new();
    for claim in case.graph().order() {
        let body = &bodies[claim.index()];
        let mut known = Bearing::Nothing;
        for link in &body.counted {
            if let LinkEnd::Evidence(item) = case.link(*link).from {
                known = known.and(view, of_item(view, item));
            }
        }
        for (_, other) in &body.claims {
            known = known.and(view, bearing[other.index()]);
        }
        bearing[claim.index()] = known;
        if let Bearing::One(item) = known {
            found.insert(*claim, item);
        }
    }
    found.into_iter().map(|(claim, item)| note(view, claim, item)).collect()
}

#[derive(Clone, Copy)]
enum Bearing {
    Nothing,
    One(EvidenceIndex),
    Several,
}

impl Bearing {
    fn and(self, view: &View<'_>, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, other) | (other, Self::Nothing) => other,
            (Self::One(one), Self::One(other)) if one == other || view.of_study(one).contains(&other) => self,
            _ => Self::Several,
        }
    }
}

fn of_item(view: &View<'_>, item: EvidenceIndex) -> Bearing {
    let pooled = view.design(item).is_some_and(|design| view.is_in(design, &["synthesis"]));
    let statement = view.fact(item, "statement").and_then(choice);
    match view.fact(item, "studies") {
        Some(FactValue::Known(Value::Number(number))) if *number > rust_decimal::Decimal::ONE => Bearing::Several,
        Some(FactValue::Known(Value::Number(number))) if number.is_zero() => Bearing::Nothing,
        Some(FactValue::Known(_)) => Bearing::One(item),
        _ if pooled => Bearing::Several,
        _ if statement.is_some_and(|statement| *statement == "absence-of-studies") => Bearing::Nothing,
        _ => Bearing::One(item),
    }
}

fn note(view: &View<'_>, claim: ClaimIndex, item: EvidenceIndex) -> Diagnostic {
    let (claim, item) = (view.case.claim(claim), view.case.item(item));
    let message = format!("the grade of `{}` rests on `{}` alone", claim.id, item.id);
    let help = "look for other studies; if there are none, whatever is wrong with the one is wrong with the grade";
    let diagnostic = Diagnostic::note(Code::SingleItem, message).at(&claim.span);
    diagnostic.label(&item.span, "the only item that counts").help(help).about(claim.id.as_str())
}
