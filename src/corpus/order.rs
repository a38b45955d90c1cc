//! The order in which claims are graded: those that rest on others after these.

use crate::diagnostic::{Code, Diagnostic, Refused};

/// An order of claims in which every child stands before its parents; nothing where there are no links, and any order will
/// do.
///
/// # Errors
///
/// [`Refused`] if claims rest on each other in a circle.
pub(super) fn order(claims: usize, parents: &[u32], children: &[u32]) -> Result<Vec<u32>, Refused> {
    if parents.is_empty() {
        return Ok(Vec::new());
    }
    let mut waits_for = vec![0_u32; claims];
    let mut first = vec![NONE; claims];
    let mut next = vec![NONE; parents.len()];
    for (link, (parent, child)) in parents.iter().zip(children).enumerate() {
        waits_for[*parent as usize] += 1;
        next[link] = std::mem::replace(&mut first[*child as usize], link);
    }
    let all = 0..u32::try_from(claims).unwrap_or(u32::MAX);
    let mut order: Vec<u32> = all.filter(|claim| waits_for[*claim as usize] == 0).collect();
    let mut at = 0;
    while let Some(claim) = order.get(at).copied() {
        at += 1;
        let mut link = first[claim as usize];
        while let Some(parent) = parents.get(link).copied() {
            waits_for[parent as usize] -= 1;
            if waits_for[parent as usize] == 0 {
                order.push(parent);
            }
            link = next[link];
        }
    }
    match waits_for.iter().position(|count| *count > 0) {
        None => Ok(order),
        Some(claim) => {
            let message = format!("claim {claim} rests on claims that rest on it in turn");
            Err(Diagnostic::error(Code::Cycle, message).help("take out a link of the circle").into())
        }
    }
}

/// No link.
const NONE: usize = usize::MAX;
