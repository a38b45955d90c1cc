//! Regions of facts as people read them.

use super::boxes::{FactBox, Side};
use crate::compile::space::{Domain, Known, Space};
use crate::value::Unknown;

/// How a box is written: `design = cohort or case-control, participants < 10`.
pub(crate) fn shown_box(space: &Space, one: &FactBox) -> String {
    let mut told: Vec<(&str, String)> = Vec::new();
    for (variable, side) in &one.sides {
        let variable = space.get(*variable);
        // A name is there twice where it is asked whether it is missing; once is enough to be read.
        if told.iter().all(|(name, _)| *name != variable.name.as_str()) {
            told.push((variable.name.as_str(), shown_side(variable.name.as_str(), &variable.domain, side)));
        }
    }
    if told.is_empty() {
        return "whatever the facts are".to_owned();
    }
    told.into_iter().map(|(_, side)| side).collect::<Vec<_>>().join(", ")
}

/// How one side of a box is written.
pub(crate) fn shown_side(name: &str, domain: &Domain, side: &Side) -> String {
    let known = domain.known_cells();
    let (inside, unknown): (Vec<u16>, Vec<u16>) = side.iter().partition(|cell| usize::from(**cell) < known);
    let mut parts = Vec::new();
    if !inside.is_empty() {
        if inside.len() == known && known > 1 {
            parts.push("known".to_owned());
        } else if matches!(domain.known, Known::Numbers { .. }) {
            parts.extend(runs(&inside).into_iter().map(|(first, last)| domain.shown_range(first, last)));
        } else if inside.len() * 2 > known && known > 3 {
            let outside = (0..known).filter_map(|cell| u16::try_from(cell).ok()).filter(|cell| !inside.contains(cell));
            let words: Vec<String> = outside.map(|cell| domain.shown(cell)).collect();
            parts.push(format!("all but {}", words.join(" and ")));
        } else {
            parts.extend(inside.iter().map(|cell| domain.shown(*cell)));
        }
    }
    parts.extend(unknown.iter().map(|cell| domain.shown(*cell)));
    let equals = if parts.first().is_some_and(|first| first.starts_with(['<', '>'])) { " " } else { " = " };
    format!("{name}{equals}{}", parts.join(" or "))
}

/// Neighbouring cells put together: the first and the last of each run.
fn runs(cells: &[u16]) -> Vec<(u16, u16)> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for cell in cells {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *cell => *last = *cell,
            _ => runs.push((*cell, *cell)),
        }
    }
    runs
}

/// A value in a cell as an example in a framework file gives it; `missing` is left out of examples.
pub(crate) fn literal(domain: &Domain, cell: u16) -> Option<String> {
    let quoted = |word: &str| format!("\"{word}\"");
    if let Some(unknown) = usize::from(cell).checked_sub(domain.known_cells()).map(|index| domain.unknowns[index]) {
        return (unknown != Unknown::Missing).then(|| quoted(unknown.word()));
    }
    Some(match &domain.known {
        Known::Flag => if cell == 1 { "true" } else { "false" }.to_owned(),
        Known::Text => quoted("text"),
        Known::Words { words, .. } => match words.get(usize::from(cell)) {
            Some(word) => quoted(word.as_str()),
            None => quoted("another"),
        },
        Known::Numbers { .. } => domain.number_in(cell)?,
    })
}
