//! What a case says of a claim, and whether what is told in another way agrees with it.

use std::collections::BTreeMap;

use evigrade::grade::grade;
use evigrade::records::Outcome;
use evigrade::{Case as Loaded, Run, Status};

use crate::hold::Drawn;
use crate::model::{Case, Facts, From, Link, Model, On};
use crate::write::{self, Layout};

/// What a claim is known to be by a case of its own.
pub(crate) struct Expected {
    /// Nothing if the case contradicts itself.
    pub(crate) status: Option<Status>,
    /// Whether nothing is missing of it or of what it rests on, so that nothing may be left open that a case tells.
    pub(crate) is_strict: bool,
    /// The case as it was written.
    pub(crate) text: String,
}

impl Expected {
    pub(crate) fn new(drawn: &Drawn, case: &Case, claim: usize) -> Self {
        let (alone, place) = alone(case, claim);
        let text = write::case(&alone, Layout::default());
        let loaded = Loaded::from_toml("case.toml", &text, &drawn.frameworks)
            .unwrap_or_else(|refused| panic!("{refused}\n{text}"));
        let status = grade(&loaded, &drawn.compiled, &Run::default())
            .ok()
            .map(|grading| grading.find(&format!("c{place}")).unwrap().status());
        Self { status, is_strict: !is_missing(&drawn.model, &alone), text }
    }

    /// Whether a corpus agrees. Where something is missing it may leave more open, but never less.
    pub(crate) fn agrees(&self, outcome: &Outcome) -> bool {
        match (outcome, &self.status) {
            (Outcome::Contradiction(_), None) => true,
            (Outcome::Status(one), Some(other)) if one == other => true,
            (Outcome::Status(Status::NotApplicable(_)), Some(Status::NotApplicable(_))) => true,
            (Outcome::Status(Status::Undetermined { possible, .. }), Some(Status::Graded(other))) => {
                !self.is_strict && possible.contains(other)
            }
            (
                Outcome::Status(Status::Undetermined { possible, gap, exact }),
                Some(Status::Undetermined { possible: others, gap: other_gap, exact: other_exact }),
            ) => {
                if self.is_strict || *exact && *other_exact {
                    possible == others && gap == other_gap
                } else {
                    others.iter().all(|other| possible.contains(other)) && (*gap || !other_gap)
                }
            }
            _ => false,
        }
    }
}

/// A claim with all that it rests on as a case, and which claim of that it is.
fn alone(case: &Case, claim: usize) -> (Case, usize) {
    let mut claims = case.below(claim);
    claims.sort_unstable();
    let place = |claim: usize| claims.iter().position(|known| *known == claim);
    let mut alone =
        Case { claims: claims.iter().map(|claim| case.claims[*claim].clone()).collect(), ..Case::default() };
    let mut items: BTreeMap<usize, usize> = BTreeMap::new();
    for link in &case.links {
        let Some(to) = place(link.to) else { continue };
        let from = match link.from {
            From::Claim(child) => From::Claim(place(child).unwrap()),
            From::Item(item) => From::Item(*items.entry(item).or_insert_with(|| {
                alone.items.push(case.items[item].clone());
                alone.items.len() - 1
            })),
        };
        alone.links.push(Link { from, to, ..link.clone() });
    }
    (alone, place(claim).unwrap())
}

/// Whether a fact is missing anywhere in a case.
fn is_missing(model: &Model, case: &Case) -> bool {
    let lacks = |facts: &Facts, on: On| {
        model.facts.iter().enumerate().any(|(number, fact)| fact.on == on && !facts.contains_key(&number))
    };
    case.claims.iter().any(|claim| lacks(&claim.facts, On::Claim))
        || case.items.iter().any(|item| lacks(item, On::Evidence))
        || case.links.iter().any(|link| lacks(&link.facts, On::Link))
}
