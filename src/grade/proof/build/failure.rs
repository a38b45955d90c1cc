//! Why a formula does not hold: the one condition that fails, and what is the case instead.

use super::{Room, short};
use crate::compile::diagram::VariableId;
use crate::compile::formula::{Atom, Formula};
use crate::grade::frame::Slot;

/// The condition that makes a formula fail, what is the case instead, and what was read to see
/// it. Nothing if the formula may hold.
pub(super) fn failure(room: &Room<'_>, formula: &Formula) -> Option<(String, String, Vec<VariableId>)> {
    match formula {
        Formula::All(parts) => parts.iter().find_map(|part| failure(room, part)),
        Formula::Any(parts) => {
            let failures: Option<Vec<_>> = parts.iter().map(|part| failure(room, part)).collect();
            let failures = failures?;
            let conditions: Vec<&str> = failures.iter().map(|(condition, ..)| condition.as_str()).collect();
            let mut actuals: Vec<&str> = Vec::new();
            for (_, actual, _) in &failures {
                if !actuals.contains(&actual.as_str()) {
                    actuals.push(actual);
                }
            }
            let variables = failures.iter().flat_map(|(.., variables)| variables.iter().copied()).collect();
            Some((conditions.join(" or "), actuals.join(", "), variables))
        }
        Formula::Not(part) => certain(room, part).then(|| {
            let variables = part.variables();
            (format!("not ({})", shown_formula(part)), actual(room, &variables), variables)
        }),
        Formula::Constant(holds, shown) => {
            (!holds).then(|| (shown.as_str().to_owned(), "it is set otherwise".to_owned(), Vec::new()))
        }
        Formula::Atom(atom) => {
            let fails = !may_hold(room, atom);
            fails.then(|| (atom.shown.as_str().to_owned(), actual(room, &[atom.variable]), vec![atom.variable]))
        }
    }
}

pub(super) fn may_hold(room: &Room<'_>, atom: &Atom) -> bool {
    match room.frame.slot(atom.variable) {
        Slot::One(cell) => atom.cells.contains(*cell as usize),
        Slot::Some(cells) => cells.ones().any(|cell| atom.cells.contains(cell)),
        Slot::Open => atom.cells.count_ones(..) > 0,
    }
}

/// Whether a formula holds in every case.
pub(super) fn certain(room: &Room<'_>, formula: &Formula) -> bool {
    match formula {
        Formula::All(parts) => parts.iter().all(|part| certain(room, part)),
        Formula::Any(parts) => parts.iter().any(|part| certain(room, part)),
        Formula::Not(part) => failure(room, part).is_some(),
        Formula::Constant(holds, _) => *holds,
        Formula::Atom(atom) => match room.frame.slot(atom.variable) {
            Slot::One(cell) => atom.cells.contains(*cell as usize),
            Slot::Some(cells) => cells.ones().all(|cell| atom.cells.contains(cell)),
            Slot::Open => atom.cells.count_ones(..) == atom.cells.len(),
        },
    }
}

pub(super) fn shown_formula(formula: &Formula) -> String {
    let joined = |parts: &[Formula], word: &str| parts.iter().map(shown_formula).collect::<Vec<_>>().join(word);
    match formula {
        Formula::All(parts) => joined(parts, " and "),
        Formula::Any(parts) => joined(parts, " or "),
        Formula::Not(part) => format!("not ({})", shown_formula(part)),
        Formula::Constant(_, shown) => shown.as_str().to_owned(),
        Formula::Atom(atom) => atom.shown.as_str().to_owned(),
    }
}

/// What some variables are, as a clause.
pub(super) fn actual(room: &Room<'_>, variables: &[VariableId]) -> String {
    let clause = |variable: &VariableId| {
        let name = &room.level.space.get(*variable).name;
        let domain = &room.level.space.get(*variable).domain;
        let value = match (room.frame.value(*variable), room.frame.slot(*variable)) {
            (Some(value), _) if !value.is_missing() => short(value),
            (_, Slot::One(cell)) => domain.shown(*cell),
            (_, Slot::Some(cells)) => {
                let shown = cells.ones().filter_map(|cell| u16::try_from(cell).ok()).map(|cell| domain.shown(cell));
                shown.collect::<Vec<_>>().join(" or ")
            }
            (_, Slot::Open) => "missing".to_owned(),
        };
        format!("{name} is {value}")
    };
    variables.iter().map(clause).collect::<Vec<_>>().join(", ")
}
