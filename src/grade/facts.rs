//! What is known of an item, a claim or a linked claim, and who said so.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::gather::Body;
use super::judgements::{Judgements, fact_of};
use super::pooled::{PooledBody, pooled};
use crate::case::{Case, ClaimIndex, EvidenceIndex, Facts, JudgementIndex, LinkIndex};
use crate::compile::Compiled;
use crate::document::Span;
use crate::document::shape::Subject;
use crate::framework::Framework;
use crate::framework::built_in;
use crate::name::{EvidenceId, Name};
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::FactDefinition;

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Stated {
    pub(crate) value: FactValue,
    pub(crate) origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Nobody recorded it.
    Nowhere,
    /// It stands in a file.
    File(Span),
    /// A person decided it; what stood there otherwise.
    Judgement(JudgementIndex, Option<FactValue>),
    /// The framework says what holds when nobody says otherwise.
    Default,
    /// It is a number of the results of these items, put together in this way.
    Synthesis { of: Vec<EvidenceId>, told: String },
    /// The engine provides it.
    Engine(Option<Span>),
    /// An example gives it.
    Example,
}

impl Stated {
    const NOWHERE: Self = Self { value: FactValue::MISSING, origin: Origin::Nowhere };

    fn engine(value: FactValue, span: Option<&Span>) -> Self {
        Self { value, origin: Origin::Engine(span.cloned()) }
    }
}

/// Where facts are looked up.
pub(crate) trait Lookup {
    /// What is known of a name.
    fn stated(&self, name: &Name) -> Stated;
}

/// What is graded.
#[derive(Clone, Copy)]
pub(crate) struct Given<'g> {
    pub(crate) compiled: &'g Compiled,
    pub(crate) case: &'g Case,
    pub(crate) judgements: &'g Judgements,
    pub(crate) bodies: &'g [Body],
    pub(crate) as_of: Option<Date>,
    /// Whether it is told if what is possible is exactly that, and not merely no less.
    pub(crate) tells_exact: bool,
}

impl<'g> Given<'g> {
    /// The facts of a claim.
    pub(crate) const fn of_claim(&self, claim: ClaimIndex) -> ClaimFacts<'g> {
        ClaimFacts { given: *self, claim, link: None, pooled: OnceCell::new() }
    }

    /// The facts of a claim, and of the link by which another hangs on it.
    pub(crate) const fn of_child(&self, link: LinkIndex, child: ClaimIndex) -> ClaimFacts<'g> {
        ClaimFacts { given: *self, claim: child, link: Some(link), pooled: OnceCell::new() }
    }

    /// The facts of an item as it is linked to a claim.
    pub(crate) const fn of_item(&self, item: EvidenceIndex, link: LinkIndex, claim: ClaimIndex) -> ItemFacts<'g> {
        ItemFacts { given: *self, item, link, claim }
    }
}

/// An evidence item as it is linked to a claim.
pub(crate) struct ItemFacts<'i> {
    given: Given<'i>,
    pub(crate) item: EvidenceIndex,
    link: LinkIndex,
    claim: ClaimIndex,
}

/// A claim.
pub(crate) struct ClaimFacts<'c> {
    given: Given<'c>,
    claim: ClaimIndex,
    /// The link by which another claim hangs on it; nothing for a claim by itself.
    link: Option<LinkIndex>,
    /// Its results put together, once somebody asks; nothing where they are none, or cannot be.
    pooled: OnceCell<Option<PooledBody>>,
}

/// Values given by name, as in an example.
pub(crate) struct GivenFacts<'g> {
    pub(crate) framework: &'g Framework,
    pub(crate) given: &'g BTreeMap<Name, FactValue>,
}

impl Lookup for ItemFacts<'_> {
    fn stated(&self, name: &Name) -> Stated {
        if built_in::find(name.as_str()).is_some() {
            return self.provided(name.as_str());
        }
        let Given { compiled, case, judgements, .. } = self.given;
        let Some(definition) = compiled.fact(name) else { return Stated::NOWHERE };
        let (facts, judgement) = match definition.subject {
            Subject::Evidence => (&case.item(self.item).facts, judgements.item_fact(self.item, name)),
            Subject::Link => (&case.link(self.link).facts, judgements.link_fact(self.item, self.claim, name)),
            Subject::Claim => return self.given.of_claim(self.claim).stated(name),
        };
        look_up(case, definition.default.as_ref(), facts, judgement, name)
    }
}

impl ItemFacts<'_> {
    fn provided(&self, name: &str) -> Stated {
        let Given { case, as_of, .. } = self.given;
        let evidence = case.item(self.item);
        let source = case.source(evidence.source);
        let choice = |word: &str| FactValue::Known(Value::Choice(word.into()));
        let text = |text: &str| FactValue::Known(Value::Text(text.into()));
        match name {
            "published" => match source.published {
                Some(published) => Stated::engine(FactValue::Known(Value::Date(published)), Some(&source.span)),
                None => Stated::NOWHERE,
            },
            "study" => {
                let study = evidence.study.as_ref().map_or(evidence.id.as_str(), |study| study.as_str());
                Stated::engine(text(study), Some(&evidence.span))
            }
            "source" => Stated::engine(text(source.id.as_str()), Some(&evidence.span)),
            "first-hand" => Stated::engine(evidence.relays.is_empty().into(), Some(&evidence.span)),
            "outcome-role" => match evidence.outcome_role {
                Some(role) => Stated::engine(choice(role.word()), Some(&evidence.span)),
                None => Stated::NOWHERE,
            },
            "relation" => {
                let link = case.link(self.link);
                Stated::engine(choice(link.relation.word()), Some(&link.span))
            }
            _ => claim_provided(case, self.claim, as_of, name),
        }
    }
}

impl ClaimFacts<'_> {
    /// Whether other facts of the claim allow that a fact is taken from results.
    fn may_be_synthesised(&self, definition: &FactDefinition) -> bool {
        definition.synthesised_when.iter().all(|(name, words)| match self.stated(name).value {
            FactValue::Known(Value::Choice(word)) => words.contains(&word),
            _ => false,
        })
    }

    /// Why a fact is not taken from results, where there are some; nothing of one that never is, or that the results do not
    /// tell though they are put together.
    pub(crate) fn not_synthesised(&self, definition: &FactDefinition) -> Option<String> {
        definition.synthesis.filter(|_| self.may_be_synthesised(definition))?;
        let links = &self.given.bodies[self.claim.index()].counted;
        match pooled(&self.given, self.claim, links, self.given.compiled.method()) {
            Err(error) => Some(error.to_string()),
            Ok(Some(pooled)) if !pooled.is_whole() => {
                Some("a study that compared has no result of which an effect follows".to_owned())
            }
            Ok(_) => None,
        }
    }

    /// What a fact is of the results put together; nothing if they do not tell, or something that was compared has none.
    fn synthesised(&self, definition: &FactDefinition) -> Option<Stated> {
        let number = definition.synthesis?;
        if !self.may_be_synthesised(definition) {
            return None;
        }
        let links = &self.given.bodies[self.claim.index()].counted;
        let put_together = || pooled(&self.given, self.claim, links, self.given.compiled.method()).ok().flatten();
        let pooled = self.pooled.get_or_init(put_together).as_ref().filter(|pooled| pooled.is_whole())?;
        let of = pooled.pooled().map(|result| self.given.case.item(result.item).id.clone()).collect();
        let value = number.of(&pooled.synthesis)?;
        let told = self.given.compiled.method().told();
        definition.admits(&value).then_some(Stated { value, origin: Origin::Synthesis { of, told } })
    }

    /// The same, unless somebody states something that goes with it: what is stated and what follows are not mixed.
    fn follows(&self, definition: &FactDefinition) -> Option<Stated> {
        let number = definition.synthesis?;
        let Given { compiled, case, judgements, .. } = self.given;
        let is_said = |name: &Name| {
            let written = case.claim(self.claim).facts.get(name).is_some_and(|fact| !fact.value.is_missing());
            written || judgements.claim_fact(self.claim, name).is_some()
        };
        let goes_with = |fact: &&Arc<FactDefinition>| {
            let of_the_same = fact.synthesised_when == definition.synthesised_when;
            of_the_same && fact.synthesis.is_some_and(|of| of.goes_with(number))
        };
        let mut others = compiled.framework().facts.iter().filter(goes_with);
        if others.any(|fact| is_said(&fact.name)) { None } else { self.synthesised(definition) }
    }
}

impl Lookup for ClaimFacts<'_> {
    fn stated(&self, name: &Name) -> Stated {
        let Given { compiled, case, judgements, as_of, .. } = self.given;
        if built_in::find(name.as_str()).is_some() {
            return match (name.as_str(), self.link) {
                ("relation", Some(link)) => {
                    let link = case.link(link);
                    let word = Value::Choice(link.relation.word().into());
                    Stated::engine(FactValue::Known(word), Some(&link.span))
                }
                (name, _) => claim_provided(case, self.claim, as_of, name),
            };
        }
        let Some(definition) = compiled.fact(name) else { return Stated::NOWHERE };
        match (definition.subject, self.link) {
            (Subject::Claim, _) => {
                let judgement = judgements.claim_fact(self.claim, name);
                let stated = look_up(case, None, &case.claim(self.claim).facts, judgement, name);
                match (stated.origin, &definition.default) {
                    (Origin::Nowhere, default) => self.follows(definition).unwrap_or_else(|| match default {
                        Some(default) => Stated { value: default.clone().into(), origin: Origin::Default },
                        None => Stated::NOWHERE,
                    }),
                    (Origin::Judgement(judgement, None), _) => {
                        let overrode = self.synthesised(definition).map(|synthesised| synthesised.value);
                        Stated { origin: Origin::Judgement(judgement, overrode), ..stated }
                    }
                    (origin, _) => Stated { origin, ..stated },
                }
            }
            (Subject::Link, Some(link)) => {
                look_up(case, definition.default.as_ref(), &case.link(link).facts, None, name)
            }
            _ => Stated::NOWHERE,
        }
    }
}

fn claim_provided(case: &Case, claim: ClaimIndex, as_of: Option<Date>, name: &str) -> Stated {
    let claim = case.claim(claim);
    match (name, as_of) {
        ("kind", _) => Stated::engine(FactValue::Known(Value::Choice(claim.kind.clone())), Some(&claim.span)),
        ("as-of", Some(as_of)) => Stated::engine(FactValue::Known(Value::Date(as_of)), None),
        _ => Stated::NOWHERE,
    }
}

fn look_up(
    case: &Case,
    default: Option<&Value>,
    facts: &Facts,
    judgement: Option<JudgementIndex>,
    name: &Name,
) -> Stated {
    let written = facts.get(name).filter(|fact| !fact.value.is_missing());
    if let Some(judgement) = judgement
        && let Some(judged) = fact_of(&case.judgements()[judgement.index()], name)
    {
        let overrode = written.map(|fact| fact.value.clone());
        return Stated { value: judged.value.clone(), origin: Origin::Judgement(judgement, overrode) };
    }
    match (written, default) {
        (Some(fact), _) => Stated { value: fact.value.clone(), origin: Origin::File(fact.at.clone()) },
        (None, Some(default)) => Stated { value: default.clone().into(), origin: Origin::Default },
        (None, None) => Stated::NOWHERE,
    }
}

impl Lookup for GivenFacts<'_> {
    fn stated(&self, name: &Name) -> Stated {
        if let Some(value) = self.given.get(name) {
            return Stated { value: value.clone(), origin: Origin::Example };
        }
        let default = self.framework.fact(name.as_str()).and_then(|fact| fact.default.clone());
        match default {
            Some(default) => Stated { value: default.into(), origin: Origin::Default },
            None => Stated::NOWHERE,
        }
    }
}

/// What a host function makes of unknown arguments: the gravest of them.
pub(crate) fn unknown_of<'v>(values: impl Iterator<Item = &'v FactValue>) -> Option<Unknown> {
    values
        .filter_map(|value| match value {
            FactValue::Unknown(unknown) => Some(*unknown),
            FactValue::Known(_) => None,
        })
        .min()
}
