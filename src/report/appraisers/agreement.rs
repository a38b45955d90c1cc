//! How far people agree on a fact or decision, over all things that they judged it of.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::Question;
use crate::compile::Compiled;
use crate::grade::MatterKind;
use crate::name::Name;
use crate::synthesis::agreement::{Undefined, Weighting, cohen, fleiss, raw};
use crate::value::{Date, FactValue, Value, serialize_number};
use crate::vocabulary::FactType;

/// How far people agree on a fact or decision.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Agreement {
    /// `fact` or `decision`.
    pub kind: &'static str,
    /// The fact or decision.
    pub name: Name,
    /// Whether its values are ordered, so that there are weighted coefficients.
    pub ordered: bool,
    /// The values that were given; in their order if they have one.
    pub values: Vec<FactValue>,
    /// Those who judged something that another judged too, by name.
    pub people: Vec<String>,
    /// How many things at least two of them judged.
    pub things: usize,
    /// The share of pairs of judgements of the same thing that say the same, from 0 to 1.
    #[serde(serialize_with = "share")]
    pub agreement: Decimal,
    /// Cohen's kappa of each two people.
    pub pairs: Vec<PairAgreement>,
    /// Fleiss' kappa, over what all of them judged; nothing for two people.
    pub fleiss: Option<Kappas>,
}

/// How far two people agree.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PairAgreement {
    /// The one, and the other, by name.
    pub between: [String; 2],
    /// Cohen's kappa.
    #[serde(flatten)]
    pub kappas: Kappas,
}

/// Agreement beyond what chance gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Kappas {
    /// How many things they all judged.
    pub things: usize,
    /// The share of pairs of judgements of the same thing that say the same; nothing where nothing was judged by all.
    #[serde(serialize_with = "share_or_null")]
    pub agreement: Option<Decimal>,
    /// Kappa, or why there is none.
    #[serde(serialize_with = "kappa")]
    pub kappa: Result<Decimal, Undefined>,
    /// With linear weights; nothing where values are not ordered.
    #[serde(serialize_with = "weighted", skip_serializing_if = "Option::is_none")]
    pub linear: Option<Result<Decimal, Undefined>>,
    /// With quadratic weights; nothing where values are not ordered.
    #[serde(serialize_with = "weighted", skip_serializing_if = "Option::is_none")]
    pub quadratic: Option<Result<Decimal, Undefined>>,
}

/// The places that are told of a coefficient.
const PLACES: u32 = 6;

fn share<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serialize_number(number.round_dp(PLACES), serializer)
}

fn share_or_null<S: Serializer>(number: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => share(number, serializer),
        None => serializer.serialize_none(),
    }
}

fn kappa<S: Serializer>(kappa: &Result<Decimal, Undefined>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown {
        undefined: Undefined,
    }
    match kappa {
        Ok(number) => share(number, serializer),
        Err(undefined) => Shown { undefined: *undefined }.serialize(serializer),
    }
}

fn weighted<S: Serializer>(weighted: &Option<Result<Decimal, Undefined>>, serializer: S) -> Result<S::Ok, S::Error> {
    match weighted {
        Some(weighted) => kappa(weighted, serializer),
        None => serializer.serialize_none(),
    }
}

/// What people gave, by thing: of each person the value.
type Judged<'q> = Vec<BTreeMap<&'q str, FactValue>>;

/// The agreement on every fact and decision that two people judged of the same thing.
pub(super) fn of(compiled: &Compiled, questions: &[Question<'_>]) -> Vec<Agreement> {
    let mut by_name: BTreeMap<(MatterKind, &Name), Judged<'_>> = BTreeMap::new();
    for question in questions {
        let judged: BTreeMap<&str, FactValue> = question.of_people().map(|(by, value, _)| (by, value)).collect();
        if judged.len() > 1 {
            by_name.entry((question.matter.asked, &question.matter.name)).or_default().push(judged);
        }
    }
    by_name.into_iter().map(|((asked, name), judged)| on(compiled, asked, name, &judged)).collect()
}

fn on(compiled: &Compiled, asked: MatterKind, name: &Name, judged: &Judged<'_>) -> Agreement {
    let order = Order::of(compiled, asked, name);
    let values: BTreeSet<&FactValue> = judged.iter().flat_map(BTreeMap::values).collect();
    let mut values: Vec<FactValue> = values.into_iter().cloned().collect();
    // What has no place in the order comes last.
    values.sort_by_key(|value| order.place(value).map_or((true, Decimal::ZERO), |place| (false, place)));
    let scale =
        Scale { ordered: order.is_one(), places: values.iter().map(|value| order.place(value)).collect(), values };
    let people: BTreeSet<&str> = judged.iter().flat_map(BTreeMap::keys).copied().collect();
    let people: Vec<&str> = people.into_iter().collect();
    let mut pairs = Vec::new();
    for (position, one) in people.iter().enumerate() {
        for other in people.iter().skip(position + 1) {
            let between = [(*one).to_owned(), (*other).to_owned()];
            pairs.push(PairAgreement { between, kappas: scale.of_two(judged, one, other) });
        }
    }
    let given: Vec<Vec<&FactValue>> = judged.iter().map(|of| of.values().collect()).collect();
    Agreement {
        kind: match asked {
            MatterKind::Fact => "fact",
            MatterKind::Decision => "decision",
        },
        name: name.clone(),
        ordered: scale.ordered,
        things: judged.len(),
        agreement: raw(&given).unwrap_or_default(),
        pairs,
        fleiss: (people.len() > 2).then(|| scale.of_all(judged, &people)),
        people: people.into_iter().map(str::to_owned).collect(),
        values: scale.values,
    }
}

/// The values that were given, and their places in the order.
struct Scale {
    values: Vec<FactValue>,
    places: Vec<Option<Decimal>>,
    ordered: bool,
}

impl Scale {
    fn number(&self, value: &FactValue) -> Option<usize> {
        self.values.iter().position(|known| known == value)
    }

    fn of_two(&self, judged: &Judged<'_>, one: &str, other: &str) -> Kappas {
        let both = judged.iter().filter_map(|of| Some((self.number(of.get(one)?)?, self.number(of.get(other)?)?)));
        let both: Vec<(usize, usize)> = both.collect();
        let given: Vec<Vec<usize>> = both.iter().map(|(one, other)| vec![*one, *other]).collect();
        self.kappas(&given, |weighting| cohen(&both, &self.places, weighting))
    }

    fn of_all(&self, judged: &Judged<'_>, people: &[&str]) -> Kappas {
        let all = judged.iter().filter(|of| of.len() == people.len());
        let given: Vec<Vec<usize>> =
            all.map(|of| of.values().filter_map(|value| self.number(value)).collect()).collect();
        self.kappas(&given, |weighting| fleiss(&given, &self.places, weighting))
    }

    fn kappas(&self, given: &[Vec<usize>], kappa: impl Fn(Weighting) -> Result<Decimal, Undefined>) -> Kappas {
        Kappas {
            things: given.len(),
            agreement: raw(given),
            kappa: kappa(Weighting::None),
            linear: self.ordered.then(|| kappa(Weighting::Linear)),
            quadratic: self.ordered.then(|| kappa(Weighting::Quadratic)),
        }
    }
}

/// How the values of something are ordered.
enum Order {
    /// They are not.
    None,
    /// As words of a list.
    List(Vec<crate::name::Word>),
    /// As numbers or days.
    Size,
}

impl Order {
    /// As the framework tells: an ordered choice, a number, a day; a decision by its list of values, but for the
    /// direction of effect, of which no end is better and the list has no order.
    fn of(compiled: &Compiled, asked: MatterKind, name: &Name) -> Self {
        let framework = compiled.framework();
        match asked {
            MatterKind::Decision if framework.direction.as_ref() == Some(name) => Self::None,
            MatterKind::Decision => {
                framework.decision(name.as_str()).map_or(Self::None, |known| Self::List(known.values.clone()))
            }
            MatterKind::Fact => match framework.fact(name.as_str()).map(|fact| &fact.kind) {
                Some(FactType::Choice(choices)) if choices.ordered => Self::List(choices.values.to_vec()),
                Some(FactType::Count | FactType::Number | FactType::Date) => Self::Size,
                _ => Self::None,
            },
        }
    }

    const fn is_one(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// The place of a value in the order; nothing for one that stands beside it.
    fn place(&self, value: &FactValue) -> Option<Decimal> {
        match (self, value.known()?) {
            (Self::List(words), Value::Choice(word)) => {
                words.iter().position(|known| known == word).map(|place| Decimal::from(place as u64))
            }
            (Self::Size, Value::Number(number)) => Some(*number),
            (Self::Size, Value::Date(date)) => {
                Some(Decimal::from(Date::constant(1, 1, 1).until(*date).ok()?.get_days()))
            }
            _ => None,
        }
    }
}
