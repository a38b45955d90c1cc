//! The least new studies: how many of a kind, and how large, it would take for a claim to reach a level.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;

use super::counterexample::{Counterexamples, Found};
use super::least::Target;
use crate::case::{Case, ClaimIndex, EvidenceIndex, Relation};
use crate::compile::space::Known;
use crate::diagnostic::Refused;
use crate::document::shape::Subject;
use crate::framework::StudyTemplate;
use crate::grade::Grading;
use crate::grade::again::Again;
use crate::grade::hangs::{FactAt, Holder};
use crate::grade::supposed::Supposed;
use crate::name::{Name, Word};
use crate::value::FactValue;

/// How many new studies are tried together at most, unless asked for more.
pub const MOST_STUDIES: usize = 4;

/// What studies of a kind would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewStudies {
    /// The id of the template.
    pub template: Name,
    /// What kind of study it is.
    pub title: String,
    /// The least that reaches the level: the fewest studies first, then more of them as long as they may be smaller.
    pub least: Vec<Least>,
    /// How many were tried together at most.
    pub tried: usize,
    /// What is possible with one of them, of the largest size that is tried, where none reach the level.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with_one: Vec<Word>,
}

/// So many studies of such a size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Least {
    /// How many.
    pub studies: usize,
    /// Of which size each, where the template has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<FactValue>,
    /// What each says of its size: its facts that grow with it.
    pub sized: Vec<(Name, FactValue)>,
    /// The levels that are possible then: the target or better.
    pub levels: Vec<Word>,
}

/// The least new studies of each kind that the framework knows; each answer was graded in full. A template that says
/// what the claim's framework does not know is left out.
pub(super) fn new_studies(
    grading: &Grading<'_>,
    target: &Target,
    counterexamples: &mut Option<Counterexamples>,
    most: usize,
) -> Result<Vec<NewStudies>, Refused> {
    let framework = grading.framework().framework();
    let before = Again::new(grading);
    let of_template = |template| of_template(&before, target, template, counterexamples, most);
    framework.studies.iter().map(of_template).collect()
}

fn of_template(
    before: &Again<'_>,
    target: &Target,
    template: &StudyTemplate,
    counterexamples: &mut Option<Counterexamples>,
    most: usize,
) -> Result<NewStudies, Refused> {
    let grading = before.grading;
    let mut least: Vec<Least> = Vec::new();
    let mut smallest: Option<Decimal> = None;
    let mut with_one = Vec::new();
    for studies in 1..=most {
        let case = with_studies(grading, target, template, studies, Some(template.sizes.0))?;
        // Without the studies nothing is known of them; with them at their least, where what they say is cut.
        let added = Grading::by_table(&case, grading.framework(), grading.run(), target.claim);
        let added = added.as_ref().map(|added| Added::new(added, target, template, studies));
        let sizes = match &added {
            _ if template.sized.is_empty() => vec![None],
            Some(added) => added.sizes(),
            None => vec![Some(template.sizes.0), Some(template.sizes.1)],
        };
        // Fewer participants in each are worth telling, more of the same are not.
        let found = !least.is_empty();
        let smaller = |size: &Option<Decimal>| !found || size.is_some() && *size < smallest;
        let mut reached = None;
        // What one size taught may refute all others.
        let mut is_new = true;
        for size in sizes.iter().copied().filter(smaller) {
            if let (Some(added), Some(counterexamples)) = (&added, counterexamples.as_mut()) {
                if std::mem::take(&mut is_new) && added.is_refuted_whatever_size(counterexamples) {
                    break;
                }
                if added.is_refuted(size, counterexamples) {
                    continue;
                }
            }
            let case = with_studies(grading, target, template, studies, size)?;
            let (after, well) = before.grade_claim(&case, &[Holder::Claim(target.claim)], target.claim);
            if well && target.is_reached(&target.levels_of(&after.grade(target.claim).status())) {
                reached = Some((size, levels(before, target, &case)));
                break;
            }
            if let (true, Some(added), Some(counterexamples)) = (well, &added, counterexamples.as_mut()) {
                added.learn(&after, size, counterexamples);
                is_new = true;
            }
        }
        if studies == 1 && reached.is_none() {
            let case = with_studies(grading, target, template, 1, sizes.last().copied().flatten())?;
            let (after, well) = before.grade_claim(&case, &[Holder::Claim(target.claim)], target.claim);
            let levels = target.levels_of(&after.grade(target.claim).status());
            with_one = levels.filter(|_| well).unwrap_or_default();
        }
        if let Some((size, levels)) = reached {
            let sized = size.map(|size| sized(template, size)).unwrap_or_default();
            least.push(Least { studies, size: size.map(FactValue::from), sized, levels: levels.unwrap_or_default() });
            smallest = size;
            if size.is_none() {
                break;
            }
        }
    }
    if !least.is_empty() {
        with_one.clear();
    }
    let (id, title) = (template.id.clone(), template.title.clone());
    Ok(NewStudies { template: id, title, least, tried: most, with_one })
}

/// What a study says of its size. Counts are whole.
fn sized(template: &StudyTemplate, size: Decimal) -> Vec<(Name, FactValue)> {
    let each = template.sized.iter();
    each.map(|(name, factor)| (name.clone(), FactValue::from(size.saturating_mul(*factor).ceil().normalize())))
        .collect()
}

/// The case with so many studies of a size.
fn with_studies(
    grading: &Grading<'_>,
    target: &Target,
    template: &StudyTemplate,
    studies: usize,
    size: Option<Decimal>,
) -> Result<Case, Refused> {
    let framework = grading.framework().framework();
    let grown = size.map(|size| sized(template, size)).unwrap_or_default();
    let said = template.facts.iter().chain(&grown);
    let facts: Vec<(Subject, Name, FactValue)> = said
        .filter_map(|(name, value)| Some((framework.fact(name.as_str())?.subject, name.clone(), value.clone())))
        .collect();
    let relation = Relation::WORDS.into_iter().find(|(word, _)| template.relation == *word);
    let relation = relation.map_or(Relation::Supports, |(_, relation)| relation);
    grading.case().with_studies(target.claim, relation, &facts, studies)
}

/// What is possible in a case, graded in full; nothing where that cannot be or no rule answers.
fn levels(before: &Again<'_>, target: &Target, case: &Case) -> Option<Vec<Word>> {
    // What cannot occur together is no study that anybody could do.
    let after = before.grade(case, &[Holder::Claim(target.claim)], before.bodies(case)).ok()?;
    target.levels_of(&after.grade(target.claim).status())
}

/// A case with studies added to it, of the least size.
struct Added<'a> {
    again: Again<'a>,
    below: BTreeSet<ClaimIndex>,
    /// Whether the same counts whatever the studies say.
    alike: bool,
    claim: ClaimIndex,
    template: &'a StudyTemplate,
    studies: usize,
    /// Whether no assumption ties what grows with the size to other facts.
    untied: bool,
}

impl<'a> Added<'a> {
    fn new(grading: &'a Grading<'a>, target: &Target, template: &'a StudyTemplate, studies: usize) -> Self {
        let (again, below) = (Again::new(grading), grading.below(target.claim));
        let alike = again.counts_alike(&below);
        let tied = grading.framework().tied();
        let untied = !template.sized.iter().any(|(name, _)| tied.contains(name));
        Self { again, below, alike, claim: target.claim, template, studies, untied }
    }

    fn items(&self) -> impl Iterator<Item = EvidenceIndex> {
        let count = self.again.grading.case().evidence().len();
        (count.saturating_sub(self.studies)..count).map(EvidenceIndex::new)
    }

    /// The facts of the studies that grow with their size.
    fn sized(&self) -> impl Iterator<Item = FactAt> {
        let framework = self.again.grading.framework().framework();
        let of = move |name: &Name| match framework.fact(name.as_str()).map(|fact| fact.subject) {
            Some(Subject::Claim) => vec![Holder::Claim(self.claim)],
            Some(_) => self.items().map(Holder::Item).collect(),
            None => Vec::new(),
        };
        let names = self.template.sized.iter().map(|(name, _)| name);
        names.flat_map(move |name| of(name).into_iter().map(|of| FactAt { of, name: name.clone() }))
    }

    /// What the studies say if they are of a size.
    fn supposed(&self, size: Option<Decimal>) -> Supposed {
        let mut supposed = Supposed::default();
        let sized: BTreeMap<Name, FactValue> =
            size.map(|size| sized(self.template, size)).unwrap_or_default().into_iter().collect();
        for fact in self.sized() {
            if let Some(value) = sized.get(&fact.name) {
                supposed.says(&fact, value.clone());
            }
        }
        supposed
    }

    fn is_refuted(&self, size: Option<Decimal>, counterexamples: &mut Counterexamples) -> bool {
        self.alike && !matches!(counterexamples.refute(&self.again, &self.below, &self.supposed(size)), Found::Nothing)
    }

    /// Whether no size reaches the level. Sizes that assumptions tie to other facts are told one by one.
    fn is_refuted_whatever_size(&self, counterexamples: &Counterexamples) -> bool {
        let mut supposed = self.supposed(None);
        for fact in self.sized() {
            supposed.frees(&fact);
        }
        self.alike && self.untied && counterexamples.refutes_whatever(&self.again, &self.below, &supposed)
    }

    fn learn(&self, after: &Grading<'_>, size: Option<Decimal>, counterexamples: &mut Counterexamples) {
        if self.alike {
            counterexamples.learn(after, &self.again, &self.below, &self.supposed(size));
        }
    }

    /// The sizes at which something can change, the least first: those at which a fact that grows crosses what the
    /// rules tell apart, by itself or together with the others of the studies and with what there is.
    fn sizes(&self) -> Vec<Option<Decimal>> {
        let (least, greatest) = self.template.sizes;
        let mut sizes = BTreeSet::from([least, greatest]);
        let number = Decimal::from(self.studies);
        let Some(item) = self.items().last() else { return Vec::new() };
        for (name, factor) in &self.template.sized {
            let Some(fact) = self.again.grading.framework().framework().fact(name.as_str()) else { continue };
            let of = if fact.subject == Subject::Claim { Holder::Claim(self.claim) } else { Holder::Item(item) };
            let Some(domain) = self.again.domain(fact, of, &self.below) else { continue };
            let Known::Numbers { cuts, .. } = &domain.known else { continue };
            let others = least.checked_mul(*factor).and_then(|each| each.checked_mul(number - Decimal::ONE));
            for at in cuts.iter().map(|cut| cut.at) {
                // Alone, or all of them grown alike.
                let alike = others.and_then(|others| at.checked_add(others)?.checked_div(number));
                for each in [Some(at), alike].into_iter().flatten() {
                    let size = each.checked_div(*factor).map(|size| size.ceil().normalize());
                    let after = size.and_then(|size| size.checked_add(Decimal::ONE));
                    sizes.extend(size.into_iter().chain(after).filter(|size| least <= *size && *size <= greatest));
                }
            }
        }
        sizes.into_iter().map(Some).collect()
    }
}
