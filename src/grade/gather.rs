//! Gathering: which evidence counts for which claim, and why the rest does not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Run;
use crate::case::{Case, ClaimIndex, EvidenceIndex, Link, LinkEnd, LinkIndex, OutcomeRole, Relation, SourceIndex};
use crate::name::{Layer, StudyId};

/// The body of evidence of a claim: what counts, and what does not and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// The links from evidence that count, in the order of the files.
    pub counted: Vec<LinkIndex>,
    /// The links from evidence and claims that do not count, with the reason.
    pub excluded: Vec<(LinkIndex, Exclusion)>,
    /// The links to claims that this claim rests on, or that bear on it.
    pub claims: Vec<(LinkIndex, ClaimIndex)>,
}

/// Why a link does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exclusion {
    /// It is left out, to see what comes out without it.
    SetAside,
    /// The run does not take the item's layer.
    Layer(Layer),
    /// The source was published after the day as of which the run grades.
    NotYetPublished(SourceIndex, Date),
    /// The source, or one whose findings it passes on, was retracted on this day.
    Retracted(SourceIndex, Date),
    /// Another link undercuts it.
    Undercut(LinkIndex),
    /// It says again what another item says: the same source, the same place, the same facts.
    Restates(EvidenceIndex),
    /// It is another result, or another report, of a study that counts already.
    SameStudy(StudyId, EvidenceIndex),
}

/// Gathers the bodies of all claims.
pub(crate) fn gather(case: &Case, run: &Run) -> Vec<Body> {
    let gatherer = Gatherer { case, run, as_of: run.as_of };
    let absent: Vec<Option<Exclusion>> =
        (0..case.evidence().len()).map(|index| gatherer.absent(EvidenceIndex::new(index))).collect();
    let standing = gatherer.standing_undercuts(&absent);
    (0..case.claims().len()).map(|claim| gatherer.body(ClaimIndex::new(claim), &absent, &standing)).collect()
}

/// The days on which what a run takes of a case can change, in order: a source was published or retracted, or what
/// people judged is there from then on. The day of the run itself makes no difference.
#[must_use]
pub fn days(case: &Case, run: &Run) -> Vec<Date> {
    let run = run.of_case(case);
    let taken = |layer: &Option<Layer>| takes(&run, layer.as_ref());
    let mut days = BTreeSet::new();
    for item in case.evidence().iter().filter(|item| taken(&item.layer)) {
        days.extend(case.source(item.source).published);
        let sources = std::iter::once(item.source).chain(item.relays.iter().copied());
        days.extend(sources.filter_map(|source| Some(case.source(source).retracted.as_ref()?.on)));
    }
    let judgements = case.judgements().iter().filter(|judgement| taken(&judgement.layer));
    days.extend(judgements.filter_map(|judgement| judgement.since));
    days.into_iter().collect()
}

/// Whether a run takes what belongs to a layer.
pub(super) fn takes(run: &Run, layer: Option<&Layer>) -> bool {
    match (layer, &run.layers) {
        (Some(layer), Some(layers)) => layers.contains(layer),
        _ => true,
    }
}

struct Gatherer<'g> {
    case: &'g Case,
    run: &'g Run,
    as_of: Option<Date>,
}

impl Gatherer<'_> {
    /// Why an item takes no part in the run, if it does not.
    fn absent(&self, item: EvidenceIndex) -> Option<Exclusion> {
        if self.case.is_set_aside(item) {
            return Some(Exclusion::SetAside);
        }
        let evidence = self.case.item(item);
        if let Some(layer) = evidence.layer.as_ref().filter(|layer| !takes(self.run, Some(layer))) {
            return Some(Exclusion::Layer(layer.clone()));
        }
        let sources = || std::iter::once(evidence.source).chain(evidence.relays.iter().copied());
        let published = self.case.source(evidence.source).published;
        if let (Some(published), Some(as_of)) = (published, self.as_of)
            && published > as_of
        {
            return Some(Exclusion::NotYetPublished(evidence.source, published));
        }
        sources().find_map(|source| {
            let retracted = self.case.source(source).retracted.as_ref()?.on;
            let counts = self.as_of.is_some_and(|as_of| as_of < retracted);
            (!counts).then_some(Exclusion::Retracted(source, retracted))
        })
    }

    fn body(&self, claim: ClaimIndex, absent: &[Option<Exclusion>], standing: &BTreeSet<LinkIndex>) -> Body {
        let mut body = Body::default();
        let mut present: Vec<(LinkIndex, EvidenceIndex)> = Vec::new();
        for link in self.case.graph().bearing_on(claim) {
            let undercuts = self.case.graph().undercuts_of(*link);
            if let Some(by) = undercuts.iter().find(|undercut| standing.contains(undercut)) {
                body.excluded.push((*link, Exclusion::Undercut(*by)));
                continue;
            }
            match other_end(self.case.link(*link), claim) {
                LinkEnd::Claim(other) => body.claims.push((*link, other)),
                LinkEnd::Evidence(item) => match &absent[item.index()] {
                    Some(exclusion) => body.excluded.push((*link, exclusion.clone())),
                    None => present.push((*link, item)),
                },
            }
        }
        self.count_once(present, &mut body);
        body
    }

    /// The undercuts that stand: their item takes part in the run, and no undercut that stands
    /// attacks them in turn. Circles were refused when the case was read.
    fn standing_undercuts(&self, absent: &[Option<Exclusion>]) -> BTreeSet<LinkIndex> {
        let graph = self.case.graph();
        let undercuts = |link: &Link| link.relation == Relation::Undercuts;
        let links = self.case.links().iter().enumerate().filter(|(_, link)| undercuts(link));
        let mut decided: BTreeMap<LinkIndex, bool> = BTreeMap::new();
        for (index, _) in links {
            let mut waiting = vec![LinkIndex::new(index)];
            while let Some(link) = waiting.last().copied() {
                let attackers = graph.undercuts_of(link);
                let open: Vec<LinkIndex> =
                    attackers.iter().copied().filter(|attacker| !decided.contains_key(attacker)).collect();
                if !open.is_empty() && !decided.contains_key(&link) {
                    waiting.extend(open);
                    continue;
                }
                waiting.pop();
                let takes_part = match self.case.link(link).from {
                    LinkEnd::Evidence(item) => absent[item.index()].is_none(),
                    LinkEnd::Claim(_) => true,
                };
                let attacked = attackers.iter().any(|attacker| decided.get(attacker) == Some(&true));
                decided.insert(link, takes_part && !attacked);
            }
        }
        decided.into_iter().filter(|(_, stands)| *stands).map(|(link, _)| link).collect()
    }

    /// Counts each statement and each study once.
    fn count_once(&self, present: Vec<(LinkIndex, EvidenceIndex)>, body: &mut Body) {
        let mut kept: Vec<(LinkIndex, EvidenceIndex)> = Vec::with_capacity(present.len());
        let mut said: BTreeMap<(SourceIndex, Option<&str>), Vec<usize>> = BTreeMap::new();
        let mut studies: BTreeMap<&StudyId, Vec<usize>> = BTreeMap::new();
        for (link, item) in present {
            let evidence = self.case.item(item);
            let quote = evidence.locator.as_ref().and_then(|locator| locator.quote.as_deref());
            let same = said.entry((evidence.source, quote)).or_default();
            let before =
                same.iter().map(|position| kept[*position]).find(|before| self.restates((link, item), *before));
            if let Some((_, original)) = before {
                body.excluded.push((link, Exclusion::Restates(original)));
                continue;
            }
            same.push(kept.len());
            if let Some(study) = &evidence.study {
                studies.entry(study).or_default().push(kept.len());
            }
            kept.push((link, item));
        }
        let mut dropped = BTreeSet::new();
        for (study, positions) in studies {
            let Some(chosen) = positions.iter().copied().min_by_key(|position| self.standing(kept[*position].1)) else {
                continue;
            };
            for position in positions.into_iter().filter(|position| *position != chosen) {
                dropped.insert(position);
                let exclusion = Exclusion::SameStudy(study.clone(), kept[chosen].1);
                body.excluded.push((kept[position].0, exclusion));
            }
        }
        body.excluded.sort_by_key(|(link, _)| *link);
        let remaining = kept.into_iter().enumerate().filter(|(position, _)| !dropped.contains(position));
        body.counted = remaining.map(|(_, (link, _))| link).collect();
    }

    /// Whether an item says again what another says: the same source and place, the same words
    /// and facts, bearing on the claim in the same way.
    fn restates(&self, one: (LinkIndex, EvidenceIndex), other: (LinkIndex, EvidenceIndex)) -> bool {
        let (item, before) = (self.case.item(one.1), self.case.item(other.1));
        let (link, link_before) = (self.case.link(one.0), self.case.link(other.0));
        same_but_for_facts(self.case, one, other)
            && same_facts(&item.facts, &before.facts)
            && same_facts(&link.facts, &link_before.facts)
    }

    /// What stands for a study goes first: the first-hand report before one that passes it on,
    /// the primary outcome before others; then the order of the ids.
    fn standing(&self, item: EvidenceIndex) -> (bool, u8, &str) {
        let evidence = self.case.item(item);
        let role = match evidence.outcome_role {
            Some(OutcomeRole::Primary) => 0,
            None => 1,
            Some(OutcomeRole::Secondary) => 2,
        };
        (!evidence.relays.is_empty(), role, evidence.id.as_str())
    }
}

/// Whether two items stand in the same place, with the same words, and bear on the claim in the same way: only by
/// their facts can one say something that the other does not.
fn same_but_for_facts(case: &Case, one: (LinkIndex, EvidenceIndex), other: (LinkIndex, EvidenceIndex)) -> bool {
    let (item, before) = (case.item(one.1), case.item(other.1));
    item.source == before.source
        && item.locator == before.locator
        && item.text == before.text
        && item.study == before.study
        && item.outcome_role == before.outcome_role
        && case.link(one.0).relation == case.link(other.0).relation
}

/// Whether it hangs on facts what counts for a claim: where items are the same but for them.
pub(super) fn hangs_on_facts(case: &Case, claim: ClaimIndex) -> bool {
    let items = case.graph().bearing_on(claim).iter().filter_map(|link| match case.link(*link).from {
        LinkEnd::Evidence(item) => Some((*link, item)),
        LinkEnd::Claim(_) => None,
    });
    let mut by_source: BTreeMap<SourceIndex, Vec<(LinkIndex, EvidenceIndex)>> = BTreeMap::new();
    for item in items {
        by_source.entry(case.item(item.1).source).or_default().push(item);
    }
    by_source.values().any(|items| {
        let later = |place: usize| &items[place + 1..];
        (0..items.len()).any(|place| later(place).iter().any(|other| same_but_for_facts(case, items[place], *other)))
    })
}

fn same_facts(one: &crate::case::Facts, other: &crate::case::Facts) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|((name, fact), (other_name, other_fact))| name == other_name && fact.value == other_fact.value)
}

/// A claim and those that it rests on, near and far.
pub(super) fn below(bodies: &[Body], claim: ClaimIndex) -> BTreeSet<ClaimIndex> {
    let mut all = BTreeSet::from([claim]);
    let mut waiting = vec![claim];
    while let Some(claim) = waiting.pop() {
        let children = bodies[claim.index()].claims.iter().map(|(_, child)| *child);
        waiting.extend(children.filter(|child| all.insert(*child)));
    }
    all
}

/// The end of a link that is not the claim. A conclusion's `rests-on` links begin at the claim.
pub(super) fn other_end(link: &Link, claim: ClaimIndex) -> LinkEnd {
    match (link.from, link.target) {
        (LinkEnd::Claim(from), crate::case::LinkTarget::Claim(to)) if from == claim => LinkEnd::Claim(to),
        (from, _) => from,
    }
}
