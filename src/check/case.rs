//! Checks of a case.

mod comparator;
mod dates;
mod duplicate;
mod emphasis;
mod judgement;
mod retraction;
mod single;
mod trial;
mod view;

use std::collections::BTreeSet;

use self::view::View;
use crate::case::{Case, ClaimIndex, Evidence, SourceIndex};
use crate::diagnostic::{Code, Diagnostic};

/// The longest quote, in words: enough to find a place by, too little to stand for the source.
const LONGEST_QUOTE: usize = 15;

/// What is to be said of a case that was read without an error.
pub(super) fn found(case: &Case) -> Vec<Diagnostic> {
    let view = View::new(case);
    let mut found = case.warnings().to_vec();
    found.extend(case.evidence().iter().filter_map(long_quote));
    found.extend(unlinked_claims(&view));
    found.extend(unlinked_evidence(&view));
    found.extend(unused_sources(case));
    found.extend(dates::after_as_of(&view));
    found.extend(duplicate::statements(&view));
    found.extend(trial::not_a_trial(&view));
    found.extend(emphasis::selective(&view));
    found.extend(comparator::none(&view));
    found.extend(retraction::leaned_on(&view));
    found.extend(judgement::empty(&view));
    found.extend(single::item(&view));
    found
}

fn long_quote(item: &Evidence) -> Option<Diagnostic> {
    let locator = item.locator.as_ref()?;
    let words = locator.quote.as_ref()?.split_whitespace().count();
    (words > LONGEST_QUOTE).then(|| {
        let message = format!("the quote of `{}` has {words} words, more than {LONGEST_QUOTE}", item.id);
        let help = "keep the few words by which the place can be found, and say the rest in `text`";
        Diagnostic::warning(Code::QuoteTooLong, message).at(&locator.span.0).help(help).about(item.id.as_str())
    })
}

fn unlinked_claims(view: &View<'_>) -> Vec<Diagnostic> {
    let beginning = view.beginning();
    let claims = (0..view.case.claims().len()).map(ClaimIndex::new);
    let unlinked = claims.filter(|claim| view.case.graph().bearing_on(*claim).is_empty() && !beginning.contains(claim));
    let tell = |claim: ClaimIndex| {
        let claim = view.case.claim(claim);
        let message = format!("nothing bears on claim `{}`, and it bears on nothing", claim.id);
        let help = "link evidence to it; if there is none, link a statement that says so";
        Diagnostic::warning(Code::UnlinkedClaim, message).at(&claim.span).help(help).about(claim.id.as_str())
    };
    unlinked.map(tell).collect()
}

fn unlinked_evidence(view: &View<'_>) -> Vec<Diagnostic> {
    let unlinked = view.items().filter(|(index, _)| view.links_of(*index).next().is_none());
    let tell = |item: &Evidence| {
        let message = format!("`{}` bears on nothing", item.id);
        let help = "add an `[[evidence.link]]` to the claim that it bears on, or take the item out";
        Diagnostic::warning(Code::UnlinkedEvidence, message).at(&item.span).help(help).about(item.id.as_str())
    };
    unlinked.map(|(_, item)| tell(item)).collect()
}

fn unused_sources(case: &Case) -> Vec<Diagnostic> {
    let cited = |item: &Evidence| std::iter::once(item.source).chain(item.relays.clone()).collect::<Vec<_>>();
    let used: BTreeSet<SourceIndex> = case.evidence().iter().flat_map(cited).collect();
    let sources = case.sources().iter().enumerate();
    let unused = sources.filter(|(index, _)| !used.contains(&SourceIndex::new(*index)));
    unused
        .map(|(_, source)| {
            let message = format!("nothing cites source `{}`", source.id);
            let help = "encode what stands in it, name it under `relays` of what passes it on, or take it out";
            Diagnostic::warning(Code::UnusedSource, message).at(&source.span).help(help).about(source.id.as_str())
        })
        .collect()
}
