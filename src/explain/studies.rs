//! The least new studies: how many of a kind, and how large, it would take for a claim to reach a level.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::Serialize;

use super::least::Target;
use crate::case::{Case, EvidenceIndex, Relation};
use crate::compile::space::Known;
use crate::diagnostic::Refused;
use crate::document::shape::Subject;
use crate::framework::StudyTemplate;
use crate::grade::again::Again;
use crate::grade::hangs::Holder;
use crate::grade::{Grading, grade};
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
pub(super) fn new_studies(grading: &Grading<'_>, target: &Target, most: usize) -> Result<Vec<NewStudies>, Refused> {
    let framework = grading.framework().framework();
    framework.studies.iter().map(|template| of_template(grading, target, template, most)).collect()
}

fn of_template(
    grading: &Grading<'_>,
    target: &Target,
    template: &StudyTemplate,
    most: usize,
) -> Result<NewStudies, Refused> {
    let mut least: Vec<Least> = Vec::new();
    let mut smallest: Option<Decimal> = None;
    let mut with_one = Vec::new();
    for studies in 1..=most {
        let sizes = if template.sized.is_empty() { vec![None] } else { sizes(grading, target, template, studies)? };
        // Fewer participants in each are worth telling, more of the same are not.
        let found = !least.is_empty();
        let smaller = |size: &Option<Decimal>| !found || size.is_some() && *size < smallest;
        let mut reached = None;
        for size in sizes.iter().copied().filter(smaller) {
            let levels = with(grading, target, template, studies, size)?;
            if target.is_reached(&levels) {
                reached = Some((size, levels));
                break;
            }
        }
        if studies == 1 && reached.is_none() {
            with_one = with(grading, target, template, 1, sizes.last().copied().flatten())?.unwrap_or_default();
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

/// What is possible with so many studies of a size; nothing where that cannot be or no rule answers.
fn with(
    grading: &Grading<'_>,
    target: &Target,
    template: &StudyTemplate,
    studies: usize,
    size: Option<Decimal>,
) -> Result<Option<Vec<Word>>, Refused> {
    let case = with_studies(grading, target, template, studies, size)?;
    // What cannot occur together is no study that anybody could do.
    let Ok(after) = grade(&case, grading.framework(), grading.run()) else { return Ok(None) };
    Ok(target.levels_of(&after.grade(target.claim).status()))
}

/// The sizes at which something can change, the least first: those at which a fact that grows crosses what the rules
/// tell apart, by itself or together with the others of the studies and with what there is.
fn sizes(
    grading: &Grading<'_>,
    target: &Target,
    template: &StudyTemplate,
    studies: usize,
) -> Result<Vec<Option<Decimal>>, Refused> {
    let (least, greatest) = template.sizes;
    let mut sizes = BTreeSet::from([least, greatest]);
    let case = with_studies(grading, target, template, studies, Some(least))?;
    // Without the studies nothing is known of them; with them at their least, where what they say is cut.
    let Ok(smallest) = grade(&case, grading.framework(), grading.run()) else {
        return Ok(sizes.into_iter().map(Some).collect());
    };
    let again = Again::new(&smallest);
    let number = Decimal::from(studies);
    let claims = smallest.below(target.claim);
    let item = EvidenceIndex::new(case.evidence().len().saturating_sub(1));
    for (name, factor) in &template.sized {
        let Some(fact) = grading.framework().framework().fact(name.as_str()) else { continue };
        let Some(domain) = again.domain(fact, Holder::Item(item), &claims) else { continue };
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
    Ok(sizes.into_iter().map(Some).collect())
}
