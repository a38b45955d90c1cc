//! The same statement, encoded twice.

use std::collections::BTreeMap;

use super::view::{View, words};
use crate::case::{Evidence, EvidenceIndex, Facts, Link, LinkTarget, SourceIndex};
use crate::diagnostic::{Code, Diagnostic};

/// How many items before it an item is held against: more than say the same by mistake.
const MOST: usize = 20;

/// Where an item is from.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Origin<'c> {
    /// A document, by its DOI or PubMed id if it has one.
    Document(&'static str, String),
    Study(&'c str),
}

/// Items that say what an item before them says: from the same document or study, in the same words, of the
/// same claim, and in contradiction to it in nothing. Items without words are the same if all but their ids is.
pub(super) fn statements(view: &View<'_>) -> Vec<Diagnostic> {
    let mut before: BTreeMap<(Origin<'_>, Vec<String>), Vec<EvidenceIndex>> = BTreeMap::new();
    let mut found = Vec::new();
    for (index, item) in view.items() {
        let text = item.text.as_deref().map(words).unwrap_or_default();
        let mut origins = vec![document(view, item.source)];
        origins.extend(item.study.as_ref().map(|study| Origin::Study(study.as_str())));
        let mut original = None;
        for origin in origins {
            let same = before.entry((origin, text.clone())).or_default();
            original = original.or_else(|| {
                let known = same.iter().copied();
                known.take(MOST).find(|known| says_the_same(view, (index, item), *known, text.is_empty()))
            });
            same.push(index);
        }
        if let Some(original) = original {
            let original = view.case.item(original);
            let message = format!("`{}` says again what `{}` says", item.id, original.id);
            let help = "keep one of them, with a link to each claim that it bears on; if they are two findings, say in \
                        `text` what tells them apart";
            let diagnostic = Diagnostic::warning(Code::DuplicateStatement, message).label(&item.span, "here again");
            found.push(diagnostic.label(&original.span, "here first").help(help).about(item.id.as_str()));
        }
    }
    found
}

/// The same paper may stand in the case as two sources.
fn document<'c>(view: &View<'c>, source: SourceIndex) -> Origin<'c> {
    let source = view.case.source(source);
    let identifier = source.particulars.iter().find(|(key, _)| matches!(*key, "doi" | "pmid"));
    match identifier {
        Some((key, text)) => Origin::Document(key, text.trim().to_lowercase()),
        None => Origin::Document("id", source.id.as_str().to_owned()),
    }
}

fn says_the_same(view: &View<'_>, one: (EvidenceIndex, &Evidence), before: EvidenceIndex, wordless: bool) -> bool {
    let (index, item) = one;
    let other = view.case.item(before);
    // Layers are alternatives: a run takes one of them.
    if differ(item.layer.as_ref(), other.layer.as_ref()) {
        return false;
    }
    let links = || view.links_of(index).zip(view.links_of(before));
    if wordless {
        return view.links_of(index).count() == view.links_of(before).count()
            && item.source == other.source
            && item.relays == other.relays
            && item.locator == other.locator
            && item.study == other.study
            && item.outcome_role == other.outcome_role
            && item.layer == other.layer
            && same(&item.facts, &other.facts)
            && links().all(|(link, link_before)| same_link(link, link_before));
    }
    let contradicting = |link: &Link| {
        let same_target = |known: &&Link| known.target == link.target;
        view.links_of(before)
            .find(same_target)
            .is_some_and(|known| known.relation != link.relation || contradict(&known.facts, &link.facts))
    };
    // Of two claims the same may be said: there are no studies of the one, and none of the other.
    let mut targets = view.links_of(index).map(|link| link.target);
    let apart = !targets.any(|target| view.links_of(before).any(|known| known.target == target));
    let stands = |item: &Evidence| item.locator.as_ref().and_then(|locator| locator.place.clone());
    let quoted = |item: &Evidence| item.locator.as_ref().and_then(|locator| locator.quote.clone());
    !(apart
        || differ(item.study.as_ref(), other.study.as_ref())
        || differ(item.outcome_role, other.outcome_role)
        || differ(stands(item), stands(other))
        || differ(quoted(item), quoted(other))
        || contradict(&item.facts, &other.facts)
        || view.links_of(index).any(contradicting))
}

/// Whether both are told, and they are not the same.
fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

fn same_link(one: &Link, other: &Link) -> bool {
    let undercut = |link: &Link| matches!(link.target, LinkTarget::Link(_));
    one.relation == other.relation
        && one.target == other.target
        && same(&one.facts, &other.facts)
        && (!undercut(one) || one.because == other.because)
}

fn same(one: &Facts, other: &Facts) -> bool {
    one.len() == other.len() && !contradict(one, other) && one.keys().all(|name| other.contains_key(name))
}

/// Whether some fact is stated by both, with two values.
fn contradict(one: &Facts, other: &Facts) -> bool {
    one.iter().any(|(name, fact)| other.get(name).is_some_and(|known| known.value != fact.value))
}
