//! The order in which claims are graded: those that rest on others after these.

use crate::diagnostic::{Code, Diagnostic, Refused};

/// Rows of a table by the claim that each names.
#[derive(Debug)]
pub(super) struct ByClaim {
    starts: Vec<u32>,
    /// The rows, one claim after the other; nothing where they stand so in the table.
    rows: Option<Vec<u32>>,
}

impl ByClaim {
    pub(super) fn new(claims: usize, claim_of_row: &[u32]) -> Self {
        let mut starts = vec![0_u32; claims + 1];
        for claim in claim_of_row {
            starts[*claim as usize + 1] += 1;
        }
        for claim in 0..claims {
            starts[claim + 1] += starts[claim];
        }
        if claim_of_row.is_sorted() {
            return Self { starts, rows: None };
        }
        let mut next = starts.clone();
        let mut rows = vec![0; claim_of_row.len()];
        for (row, claim) in (0..).zip(claim_of_row) {
            let place = &mut next[*claim as usize];
            rows[*place as usize] = row;
            *place += 1;
        }
        Self { starts, rows: Some(rows) }
    }

    /// The rows that name a claim, in their order.
    pub(super) fn of(&self, claim: usize) -> impl ExactSizeIterator<Item = usize> {
        let places = self.starts[claim] as usize..self.starts[claim + 1] as usize;
        places.map(|place| self.rows.as_ref().map_or(place, |rows| rows[place] as usize))
    }
}

/// The way through all claims on which every child is met before its parents.
#[derive(Debug)]
pub(super) enum Way {
    /// From the first to the last.
    Up,
    /// From the last to the first.
    Down,
    /// In this order.
    Ordered(Vec<u32>),
}

impl Way {
    /// By the ends of each link, and the links of each child.
    ///
    /// # Errors
    ///
    /// As of [`order`].
    pub(super) fn new(claims: usize, parents: &[u32], children: &[u32], links_of: &ByClaim) -> Result<Self, Refused> {
        let ends = || parents.iter().zip(children);
        let way = if ends().all(|(parent, child)| parent > child) {
            Self::Up
        } else if ends().all(|(parent, child)| parent < child) {
            Self::Down
        } else {
            return Ok(Self::Ordered(order(claims, parents, links_of)?));
        };
        let mut of_child = Vec::new();
        for child in 0..claims {
            let mut links = links_of.of(child);
            if links.len() < 2 {
                continue;
            }
            of_child.clear();
            of_child.extend(links.by_ref().map(|link| parents[link]));
            of_child.sort_unstable();
            if of_child.windows(2).any(|pair| pair[0] == pair[1]) {
                // It tells which.
                return Ok(Self::Ordered(order(claims, parents, links_of)?));
            }
        }
        Ok(way)
    }
}

/// An order of claims in which every child stands before its parents, by the parent of each link and the links of each child.
///
/// # Errors
///
/// [`Refused`] if a claim rests on another twice, or claims rest on each other in a circle.
pub(super) fn order(claims: usize, parents: &[u32], links_of: &ByClaim) -> Result<Vec<u32>, Refused> {
    let all = 0..u32::try_from(claims).unwrap_or(u32::MAX);
    // How many links to each parent there are, and the child of the last of them.
    let mut links_to = vec![(0_u32, u32::MAX); claims];
    for child in all.clone() {
        for link in links_of.of(child as usize) {
            let (count, last) = &mut links_to[parents[link] as usize];
            if *last == child {
                let message = format!("claim {} rests on claim {child} twice", parents[link]);
                return Err(Diagnostic::error(Code::DuplicateLink, message).help("link them once").into());
            }
            (*count, *last) = (*count + 1, child);
        }
    }
    let mut waits_for: Vec<u32> = links_to.into_iter().map(|(count, _)| count).collect();
    let mut order = Vec::with_capacity(claims);
    order.extend(all.filter(|claim| waits_for[*claim as usize] == 0));
    let mut at = 0;
    while let Some(claim) = order.get(at).copied() {
        at += 1;
        for link in links_of.of(claim as usize) {
            let parent = parents[link];
            waits_for[parent as usize] -= 1;
            if waits_for[parent as usize] == 0 {
                order.push(parent);
            }
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
