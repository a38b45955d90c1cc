//! What is known of an item, a claim or a linked claim, and who said so.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::judgements::{Judgements, fact_of};
use crate::case::{Case, ClaimIndex, EvidenceIndex, Facts, JudgementIndex, LinkIndex};
use crate::document::Span;
use crate::document::shape::Subject;
use crate::framework::Framework;
use crate::framework::built_in;
use crate::name::Name;
use crate::value::{FactValue, Unknown, Value};

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

/// An evidence item as it is linked to a claim.
pub(crate) struct ItemFacts<'i> {
    pub(crate) case: &'i Case,
    pub(crate) framework: &'i Framework,
    pub(crate) judgements: &'i Judgements,
    pub(crate) as_of: Option<Date>,
    pub(crate) item: EvidenceIndex,
    /// The link and the claim; nothing for an item by itself.
    pub(crate) link: Option<(LinkIndex, ClaimIndex)>,
}

/// A claim.
pub(crate) struct ClaimFacts<'c> {
    pub(crate) case: &'c Case,
    pub(crate) framework: &'c Framework,
    pub(crate) judgements: &'c Judgements,
    pub(crate) as_of: Option<Date>,
    pub(crate) claim: ClaimIndex,
    /// The link by which another claim hangs on it; nothing for a claim by itself.
    pub(crate) link: Option<LinkIndex>,
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
        let Some(definition) = self.framework.fact(name.as_str()) else { return Stated::NOWHERE };
        let evidence = self.case.item(self.item);
        let (facts, judgement) = match (definition.subject, self.link) {
            (Subject::Evidence, _) => (&evidence.facts, self.judgements.item_fact(self.item, name)),
            (Subject::Link, Some((link, claim))) => {
                (&self.case.link(link).facts, self.judgements.link_fact(self.item, claim, name))
            }
            (Subject::Claim, Some((_, claim))) => {
                (&self.case.claim(claim).facts, self.judgements.claim_fact(claim, name))
            }
            (_, None) => return Stated::NOWHERE,
        };
        look_up(self.case, definition.default.as_ref(), facts, judgement, name)
    }
}

impl ItemFacts<'_> {
    fn provided(&self, name: &str) -> Stated {
        let evidence = self.case.item(self.item);
        let source = self.case.source(evidence.source);
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
            _ => match self.link {
                Some((link, _)) if name == "relation" => {
                    let link = self.case.link(link);
                    Stated::engine(choice(link.relation.word()), Some(&link.span))
                }
                Some((_, claim)) => claim_provided(self.case, claim, self.as_of, name),
                None => Stated::NOWHERE,
            },
        }
    }
}

impl Lookup for ClaimFacts<'_> {
    fn stated(&self, name: &Name) -> Stated {
        if built_in::find(name.as_str()).is_some() {
            return match (name.as_str(), self.link) {
                ("relation", Some(link)) => {
                    let link = self.case.link(link);
                    let word = Value::Choice(link.relation.word().into());
                    Stated::engine(FactValue::Known(word), Some(&link.span))
                }
                (name, _) => claim_provided(self.case, self.claim, self.as_of, name),
            };
        }
        let Some(definition) = self.framework.fact(name.as_str()) else { return Stated::NOWHERE };
        let (facts, judgement) = match (definition.subject, self.link) {
            (Subject::Claim, _) => (&self.case.claim(self.claim).facts, self.judgements.claim_fact(self.claim, name)),
            (Subject::Link, Some(link)) => (&self.case.link(link).facts, None),
            _ => return Stated::NOWHERE,
        };
        look_up(self.case, definition.default.as_ref(), facts, judgement, name)
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
