//! The results of what counts for a claim, put together: what facts of the claim say where nobody states them.

use super::facts::{Given, Lookup};
use crate::case::{ClaimIndex, EvidenceIndex, LinkEnd, LinkIndex};
use crate::name::Word;
use crate::synthesis::{Method, ResultPart, StudyResult, Synthesis, SynthesisError, synthesise};
use crate::vocabulary::FactDefinition;
use crate::vocabulary::result::{Recorded, are_alike, recorded};

/// A comparison that bears on a claim, with what is recorded of its result.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PooledResult {
    /// The link by which its item bears on the claim.
    pub link: LinkIndex,
    /// The item.
    pub item: EvidenceIndex,
    /// What is recorded.
    pub result: StudyResult,
}

/// Results that bear on a claim, put together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PooledBody {
    /// What was compared, in the order of the files, with or without a result.
    pub results: Vec<PooledResult>,
    /// What they are together; places are those of the results.
    pub synthesis: Synthesis,
}

impl PooledBody {
    /// Whether there is an effect of everything that was compared: only then what is pooled stands for the whole body.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.synthesis.effects.len() + self.synthesis.uninformative.len() == self.results.len()
    }

    /// The results of which effects are put together, in the order of the files.
    pub fn pooled(&self) -> impl Iterator<Item = &PooledResult> {
        self.synthesis.effects.iter().filter_map(|(place, _)| self.results.get(*place))
    }
}

/// What bears on a claim and was compared: with its result, if one is recorded, and the design of its study.
struct Compared<'g> {
    result: PooledResult,
    design: Option<(&'g FactDefinition, Word)>,
}

/// The links from evidence among some, with their items.
fn of_evidence<'l>(given: &Given<'l>, links: &'l [LinkIndex]) -> impl Iterator<Item = (LinkIndex, EvidenceIndex)> + 'l {
    let case = given.case;
    links.iter().filter_map(move |link| match case.link(*link).from {
        LinkEnd::Evidence(item) => Some((*link, item)),
        LinkEnd::Claim(_) => None,
    })
}

/// Whether a result is recorded at some links.
fn are_recorded(given: &Given<'_>, links: &[LinkIndex]) -> bool {
    let told = |part| matches!(part, ResultPart::Estimate | ResultPart::Events | ResultPart::Mean);
    let of_framework = given.compiled.framework().facts.iter();
    let telling: Vec<_> = of_framework.filter(|fact| fact.result.is_some_and(told)).collect();
    of_evidence(given, links).any(|(link, item)| {
        let stated = [&given.case.item(item).facts, &given.case.link(link).facts];
        telling.iter().any(|fact| stated.iter().any(|facts| facts.contains_key(&fact.name)))
    })
}

/// What was compared at some links to a claim; nothing at all where there is no result. What answers another question is
/// left out.
fn compared<'g>(given: &Given<'g>, claim: ClaimIndex, links: &[LinkIndex]) -> Vec<Compared<'g>> {
    let of_framework = given.compiled.framework().facts.iter().map(|fact| &**fact);
    let definitions: Vec<&FactDefinition> = of_framework.filter(|fact| fact.result.is_some()).collect();
    // Most bodies of evidence hold none.
    if given.judgements.is_empty() && !are_recorded(given, links) {
        return Vec::new();
    }
    let of_link = |(link, item): (LinkIndex, EvidenceIndex)| {
        let facts = given.of_item(item, link, claim);
        let recorded = recorded(&definitions, |fact| facts.stated(&fact.name).value);
        let Recorded { result, design, is_compared, is_other } = recorded;
        (!is_other).then_some((Compared { result: PooledResult { link, item, result }, design }, is_compared))
    };
    let all: Vec<(Compared<'g>, bool)> = of_evidence(given, links).filter_map(of_link).collect();
    let telling: Vec<&Compared<'g>> =
        all.iter().map(|(known, _)| known).filter(|known| known.result.result.has_effect()).collect();
    // A study like those with a result is one that compared, whether it says what came of it or not.
    let counts = all.iter().map(|(known, is_compared)| {
        let is_like = |other: &&Compared<'g>| match (&known.design, &other.design) {
            (Some(one), Some(other)) => are_alike(one, other),
            _ => false,
        };
        !telling.is_empty() && (*is_compared || known.result.result.has_effect() || telling.iter().any(is_like))
    });
    let counts: Vec<bool> = counts.collect();
    all.into_iter().zip(counts).filter_map(|((known, _), counts)| counts.then_some(known)).collect()
}

/// Whether results count for a claim.
pub(crate) fn has_results(given: &Given<'_>, claim: ClaimIndex) -> bool {
    !compared(given, claim, &given.bodies[claim.index()].counted).is_empty()
}

/// Puts the results at some links to a claim together; nothing where there are none.
pub(crate) fn pooled(
    given: &Given<'_>,
    claim: ClaimIndex,
    links: &[LinkIndex],
    method: &Method,
) -> Result<Option<PooledBody>, SynthesisError> {
    let found = compared(given, claim, links);
    if let Some(impossible) = found.iter().find_map(|known| known.result.result.impossible().into_iter().next()) {
        return Err(SynthesisError::Impossible { reason: impossible.to_string() });
    }
    if found.len() > 1 {
        if found.iter().any(|known| known.design.is_none()) {
            return Err(SynthesisError::UnknownDesign);
        }
        if found.iter().any(|known| known.result.result.number(ResultPart::Studies).is_some_and(|of| of > 1.0)) {
            return Err(SynthesisError::ReviewAmongStudies);
        }
    }
    let designs = || found.iter().filter_map(|known| known.design.as_ref());
    let mut pairs =
        designs().enumerate().flat_map(|(place, one)| designs().skip(place + 1).map(move |other| (one, other)));
    if let Some((one, other)) = pairs.find(|(one, other)| !are_alike(one, other)) {
        let [one, other] = [one, other].map(|(_, word)| word.as_str().to_owned());
        return Err(SynthesisError::DifferentDesigns { one, other });
    }
    let results: Vec<PooledResult> = found.into_iter().map(|known| known.result).collect();
    let numbers: Vec<StudyResult> = results.iter().map(|known| known.result.clone()).collect();
    match synthesise(&numbers, method) {
        Ok(synthesis) => Ok(Some(PooledBody { results, synthesis })),
        Err(SynthesisError::NoStudies) => Ok(None),
        Err(error) => Err(error),
    }
}
