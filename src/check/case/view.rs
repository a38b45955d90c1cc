//! A case as checks read it: facts with what was judged of them, links by their item, and what a run of
//! the case takes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::case::{
    Case, ClaimIndex, Evidence, EvidenceIndex, Judged, Judgement, JudgementOn, Link, LinkEnd, LinkIndex, LinkTarget,
};
use crate::framework::Frameworks;
use crate::name::{Layer, StudyId, Word};
use crate::value::{FactValue, Value};
use crate::vocabulary::FactType;

pub(super) struct View<'c> {
    pub(super) case: &'c Case,
    /// For every item, its links.
    links: Vec<Vec<LinkIndex>>,
    /// What was judged of facts. A fact that was judged in any layer is no fact that nobody stated.
    judged: HashMap<(JudgementOn, &'c str), &'c FactValue>,
    studies: BTreeMap<&'c StudyId, Vec<EvidenceIndex>>,
    /// The groups of designs, by the shared facts.
    groups: Arc<BTreeMap<Word, Vec<Word>>>,
}

impl<'c> View<'c> {
    pub(super) fn new(case: &'c Case) -> Self {
        let mut links = vec![Vec::new(); case.evidence().len()];
        for (index, link) in case.links().iter().enumerate() {
            if let LinkEnd::Evidence(item) = link.from {
                links[item.index()].push(LinkIndex::new(index));
            }
        }
        let mut judged = HashMap::new();
        // The last one stays: what was adjudicated, else what was judged first.
        let mut judgements: Vec<&Judgement> = case.judgements().iter().collect();
        judgements.sort_by(|one, other| {
            one.adjudicated.cmp(&other.adjudicated).then_with(|| other.order().cmp(&one.order()))
        });
        for judgement in judgements {
            if let Judged::Facts(facts) = &judgement.judged {
                judged.extend(facts.iter().map(|(name, fact)| ((judgement.on, name.as_str()), &fact.value)));
            }
        }
        let mut studies: BTreeMap<&StudyId, Vec<EvidenceIndex>> = BTreeMap::new();
        for (index, item) in case.evidence().iter().enumerate() {
            if let Some(study) = &item.study {
                studies.entry(study).or_default().push(EvidenceIndex::new(index));
            }
        }
        let groups = match Frameworks::built_in().fact("design").map(|design| design.kind.clone()) {
            Some(FactType::Choice(choices)) => choices.groups,
            _ => Arc::default(),
        };
        Self { case, links, judged, studies, groups }
    }

    /// The items, each with its index.
    pub(super) fn items(&self) -> impl Iterator<Item = (EvidenceIndex, &'c Evidence)> + use<'c> {
        self.case.evidence().iter().enumerate().map(|(index, item)| (EvidenceIndex::new(index), item))
    }

    /// The links of an item.
    pub(super) fn links_of(&self, item: EvidenceIndex) -> impl Iterator<Item = &'c Link> + use<'c, '_> {
        self.links[item.index()].iter().map(|link| self.case.link(*link))
    }

    /// The indices of the links of an item.
    pub(super) fn link_indices_of(&self, item: EvidenceIndex) -> &[LinkIndex] {
        &self.links[item.index()]
    }

    /// The links of an item to claims, each with the claim.
    pub(super) fn bearing(&self, item: EvidenceIndex) -> impl Iterator<Item = (&'c Link, ClaimIndex)> + use<'c, '_> {
        self.links_of(item).filter_map(|link| match link.target {
            LinkTarget::Claim(claim) => Some((link, claim)),
            LinkTarget::Link(_) => None,
        })
    }

    /// A fact of an item, as it was judged or as it stands.
    pub(super) fn fact(&self, item: EvidenceIndex, name: &str) -> Option<&'c FactValue> {
        let stated = || self.case.item(item).facts.get(name).map(|fact| &fact.value);
        self.judged.get(&(JudgementOn::Evidence(item), name)).copied().or_else(stated)
    }

    /// A fact of an item's link to a claim.
    pub(super) fn link_fact(&self, link: &'c Link, name: &str) -> Option<&'c FactValue> {
        let judged = match (link.from, link.target) {
            (LinkEnd::Evidence(item), LinkTarget::Claim(claim)) => {
                self.judged.get(&(JudgementOn::Link(item, claim), name)).copied()
            }
            _ => None,
        };
        judged.or_else(|| link.facts.get(name).map(|fact| &fact.value))
    }

    /// The results of the same study, the item itself among them.
    pub(super) fn of_study(&self, item: EvidenceIndex) -> Vec<EvidenceIndex> {
        let study = self.case.item(item).study.as_ref();
        study.and_then(|study| self.studies.get(study)).cloned().unwrap_or_else(|| vec![item])
    }

    /// The design of an item.
    pub(super) fn design(&self, item: EvidenceIndex) -> Option<&'c Word> {
        self.fact(item, "design").and_then(choice)
    }

    /// Whether a design is in one of these groups.
    pub(super) fn is_in(&self, design: &Word, groups: &[&str]) -> bool {
        groups.iter().any(|group| self.groups.get(*group).is_some_and(|members| members.contains(design)))
    }

    /// Whether a run of the case takes a layer, unless it is told otherwise.
    pub(super) fn takes(&self, layer: Option<&Layer>) -> bool {
        match (layer, self.case.layers_taken()) {
            (Some(layer), Some(taken)) => taken.contains(layer),
            _ => true,
        }
    }

    /// The claims from which links begin.
    pub(super) fn beginning(&self) -> BTreeSet<ClaimIndex> {
        let begin = |link: &Link| match link.from {
            LinkEnd::Claim(claim) => Some(claim),
            LinkEnd::Evidence(_) => None,
        };
        self.case.links().iter().filter_map(begin).collect()
    }
}

/// Whether a value was stated that is no unknown.
pub(super) const fn is_known(value: Option<&FactValue>) -> bool {
    matches!(value, Some(FactValue::Known(_)))
}

/// Whether a flag was stated to hold.
pub(super) const fn holds(value: Option<&FactValue>) -> bool {
    matches!(value, Some(FactValue::Known(Value::Flag(true))))
}

/// The word of a choice.
pub(super) fn choice(value: &FactValue) -> Option<&Word> {
    match value {
        FactValue::Known(Value::Choice(word)) => Some(word),
        _ => None,
    }
}

/// The words of a text, in small letters, without punctuation.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
