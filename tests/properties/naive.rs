//! The reference evaluator: what a framework says of a case, by plain recursion over the model.
//!
//! What is missing is chosen, one value after another, when it is first asked for; so is the value
//! of a decision without an answer where a measure is made of it, for then any value is as good as
//! any other. [`worlds`] goes through all choices.

#[path = "naive/measure.rs"]
mod measure;
#[path = "naive/rules.rs"]
mod rules;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{Case, Condition, DAYS, From, Hit, Judged, Kind, Model, Name, On, Scope, Site, Unknown, Value};
use crate::number::Number;

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// A claim.
    Claim(usize),
    /// The item at the beginning of a link, as it is linked.
    Item(usize),
    /// The claim at the beginning of a link, as the claim that hangs on it sees it.
    Child(usize),
}

/// Choices between alternatives, all of them one after another.
#[derive(Default)]
struct Choices {
    /// What was chosen, of how many.
    path: Vec<(usize, usize)>,
    at: usize,
}

impl Choices {
    fn choose(&mut self, count: usize) -> usize {
        if self.at == self.path.len() {
            self.path.push((0, count));
        }
        self.at += 1;
        self.path[self.at - 1].0
    }

    /// Goes on to the next choices; false if there are none.
    fn next(&mut self) -> bool {
        self.at = 0;
        while let Some((chosen, count)) = self.path.pop() {
            if chosen + 1 < count {
                self.path.push((chosen + 1, count));
                return true;
            }
        }
        false
    }
}

/// One way in which a case can be: what was chosen, and what follows.
pub(crate) struct World<'w> {
    pub(crate) model: &'w Model,
    pub(crate) case: &'w Case,
    choices: &'w mut Choices,
    /// What missing facts were taken to be.
    pub(crate) chosen: BTreeMap<Site, Value>,
    /// The facts that were read.
    pub(crate) read: BTreeSet<Site>,
    /// Whether a value was taken for a decision that has none.
    pub(crate) arbitrary: bool,
    known: HashMap<(Place, Name), Option<Value>>,
    computed: HashMap<(Place, usize), Option<Value>>,
    anything: HashMap<(Place, Name), Value>,
}

/// Calls `each` for every world that the assumptions allow, for what bears on a claim. False if
/// there are more than `limit` worlds.
pub(crate) fn worlds(
    model: &Model,
    case: &Case,
    claim: usize,
    limit: usize,
    each: &mut dyn FnMut(&mut World<'_>),
) -> bool {
    let mut choices = Choices::default();
    for _ in 0..limit {
        let mut world = World {
            model,
            case,
            choices: &mut choices,
            chosen: BTreeMap::new(),
            read: BTreeSet::new(),
            arbitrary: false,
            known: HashMap::new(),
            computed: HashMap::new(),
            anything: HashMap::new(),
        };
        if world.legal(claim) {
            each(&mut world);
        }
        if !choices.next() {
            return true;
        }
    }
    false
}

/// The values that something can have, one or more for every case that rules can tell apart.
fn domain(model: &Model, name: Name) -> Vec<Value> {
    let typed = model.typed(name);
    let (least, greatest) = match name {
        Name::Fact(fact) => (model.facts[fact].least, model.facts[fact].greatest),
        _ => (None, None),
    };
    let known = match typed.kind {
        Kind::Flag => vec![Value::Flag(false), Value::Flag(true)],
        Kind::Words { words, .. } => words.into_iter().map(Value::Word).collect(),
        Kind::Count => {
            let beyond: &[i128] = if greatest.is_none() { &[5, 6, 7, 8, 13, 50] } else { &[] };
            let least = least.unwrap_or(0).max(0);
            (least..=greatest.unwrap_or(4))
                .chain(beyond.iter().copied())
                .map(Number::whole)
                .map(Value::Number)
                .collect()
        }
        Kind::Number => {
            let mut quarters: Vec<i128> = (4 * least.unwrap_or(0)..=4 * greatest.unwrap_or(3)).collect();
            if least.is_none() {
                quarters.extend((-13..0).chain([-80]));
            }
            if greatest.is_none() {
                quarters.extend((13..=33).chain([80]));
            }
            quarters.into_iter().map(Number::quarters).map(Value::Number).collect()
        }
        Kind::Date => DAYS.iter().flat_map(|day| [day - 1, *day, day + 1]).map(Value::Day).collect(),
    };
    known.into_iter().chain(typed.unknowns.into_iter().map(Value::Unknown)).collect()
}

/// The conditions that are asked together, as far as it matters: of what they ask whether it is
/// missing, and what is taken for decisions without an answer.
#[derive(Clone, Default)]
struct Asked {
    /// Names that are taken as they stand: *missing* is one more value.
    missing: BTreeSet<Name>,
    /// The values of decisions that have none.
    instead: BTreeMap<Name, Value>,
    /// Whether any value is taken for a decision without an answer.
    any: bool,
}

/// That something hangs on a decision without an answer.
struct Gap(Name);

impl Asked {
    fn of(conditions: &[&Condition], any: bool) -> Self {
        let tests = conditions.iter().flat_map(|condition| condition.tests());
        let missing = tests.filter(|(_, accepts)| accepts.iter().any(crate::model::Accept::asks_missing));
        Self { missing: missing.map(|(name, _)| name).collect(), instead: BTreeMap::new(), any }
    }
}

impl World<'_> {
    fn site(&self, place: Place, fact: usize) -> Site {
        let on = self.model.facts[fact].on;
        match (place, on) {
            (Place::Claim(claim), _) => Site::Claim(claim, fact),
            (Place::Item(link) | Place::Child(link), On::Link) => Site::Link(link, fact),
            (Place::Item(link), On::Claim) => Site::Claim(self.case.links[link].to, fact),
            (Place::Item(link) | Place::Child(link), _) => match self.case.links[link].from {
                From::Item(item) => Site::Item(item, fact),
                From::Claim(claim) => Site::Claim(claim, fact),
            },
        }
    }

    /// What is stated of a fact.
    fn stated(&mut self, place: Place, fact: usize) -> Value {
        let site = self.site(place, fact);
        self.read.insert(site);
        let stated = self.case.facts(site).get(&fact).copied();
        stated.or(self.model.facts[fact].default).unwrap_or(Value::Unknown(Unknown::Missing))
    }

    /// What a fact is: as it is stated, or as it is chosen.
    fn fact(&mut self, place: Place, fact: usize) -> Value {
        let stated = self.stated(place, fact);
        if stated != Value::Unknown(Unknown::Missing) {
            return stated;
        }
        let site = self.site(place, fact);
        if let Some(chosen) = self.chosen.get(&site) {
            return *chosen;
        }
        let domain = domain(self.model, Name::Fact(fact));
        let value = domain[self.choices.choose(domain.len())];
        self.chosen.insert(site, value);
        value
    }

    /// The value of a name; nothing for a decision for which no rule answers.
    pub(crate) fn value(&mut self, place: Place, name: Name) -> Option<Value> {
        match (name, place) {
            (Name::Fact(fact), _) => return Some(self.fact(place, fact)),
            (Name::Parameter(parameter), _) => return Some(self.model.parameters[parameter]),
            (Name::Kind, _) => {
                let claim = match place {
                    Place::Claim(claim) => claim,
                    Place::Item(link) => self.case.links[link].to,
                    Place::Child(link) => self.child(link),
                };
                return Some(Value::Word(self.case.claims[claim].kind));
            }
            (Name::Relation, Place::Item(link) | Place::Child(link)) => {
                return Some(Value::Word(self.case.links[link].relation));
            }
            (_, Place::Child(link)) => {
                let child = Place::Claim(self.child(link));
                return self.value(child, name);
            }
            _ => {}
        }
        if let Some(known) = self.known.get(&(place, name)) {
            return *known;
        }
        let value = match (name, place) {
            (Name::Measure(measure), Place::Claim(claim)) => Some(self.measure(claim, measure)),
            (Name::Derived(derived), _) => Some(self.derived(place, derived)),
            (Name::Decision(decision), _) => match self.judged(place, decision) {
                Some(word) => Some(Value::Word(word)),
                None => self.computed(place, decision),
            },
            _ => None,
        };
        self.known.insert((place, name), value);
        value
    }

    fn child(&self, link: usize) -> usize {
        match self.case.links[link].from {
            From::Claim(claim) => claim,
            From::Item(_) => self.case.links[link].to,
        }
    }

    /// What a person decided: of a link before of an item.
    pub(crate) fn judged(&self, place: Place, decision: usize) -> Option<&'static str> {
        let on = match place {
            Place::Claim(claim) => vec![Judged::Claim(claim)],
            Place::Item(link) => match self.case.links[link].from {
                From::Item(item) if self.model.decisions[decision].on == On::Evidence => vec![Judged::Item(item)],
                From::Item(item) => vec![Judged::Link(link), Judged::Item(item)],
                From::Claim(_) => Vec::new(),
            },
            Place::Child(_) => Vec::new(),
        };
        on.into_iter().find_map(|on| {
            let judgements = &self.case.judgements;
            let made = judgements.iter().find(|known| known.on == on && known.decision == decision);
            made.map(|made| made.value)
        })
    }

    /// The value of a name for conditions that are asked together.
    fn asked(&mut self, place: Place, name: Name, asked: &Asked) -> Result<Value, Gap> {
        if let (Name::Fact(fact), true) = (name, asked.missing.contains(&name)) {
            return Ok(self.stated(place, fact));
        }
        if let Some(instead) = asked.instead.get(&name) {
            return Ok(*instead);
        }
        match self.value(place, name) {
            Some(value) => Ok(value),
            None if asked.any => Ok(self.anything(place, name)),
            None => Err(Gap(name)),
        }
    }

    /// A value for a decision that has none: any.
    fn anything(&mut self, place: Place, name: Name) -> Value {
        self.arbitrary = true;
        if let Some(known) = self.anything.get(&(place, name)) {
            return *known;
        }
        let domain = domain(self.model, name);
        let value = domain[self.choices.choose(domain.len())];
        self.anything.insert((place, name), value);
        value
    }

    /// What comes out whatever the decisions without an answer are; nothing if that differs.
    fn agreed<T: PartialEq>(&mut self, asked: &Asked, ask: &dyn Fn(&mut Self, &Asked) -> Result<T, Gap>) -> Option<T> {
        let name = match ask(self, asked) {
            Ok(value) => return Some(value),
            Err(Gap(name)) => name,
        };
        let mut common: Option<T> = None;
        for value in domain(self.model, name) {
            let mut with = asked.clone();
            with.instead.insert(name, value);
            let given = self.agreed(&with, ask)?;
            match &common {
                None => common = Some(given),
                Some(before) if *before == given => {}
                Some(_) => return None,
            }
        }
        common
    }

    /// Whether the assumptions allow what is chosen for a claim and all below it.
    fn legal(&mut self, claim: usize) -> bool {
        let mut never: Vec<Condition> = self.model.assumptions.clone();
        for (number, fact) in self.model.facts.iter().enumerate() {
            let Some(when) = &fact.asked_when else { continue };
            let is = crate::model::Accept::Is(crate::model::Operand::Value(Value::Unknown(Unknown::NotApplicable)));
            let inapplicable = Condition::Test(Name::Fact(number), vec![is]);
            let not = |condition: &Condition| Condition::Not(Box::new(condition.clone()));
            never.push(Condition::All(vec![when.clone(), inapplicable.clone()]));
            never.push(Condition::All(vec![not(when), not(&inapplicable)]));
        }
        for claim in self.case.below(claim) {
            let links = self.case.links_to(claim).filter(|(_, link)| matches!(link.from, From::Item(_)));
            let items: Vec<Place> = links.map(|(link, _)| Place::Item(link)).collect();
            for condition in &never {
                let tests = condition.tests();
                let of_claim = tests.iter().all(|(name, _)| self.model.visible(*name, Scope::Claim));
                let places = if of_claim { vec![Place::Claim(claim)] } else { items.clone() };
                for place in places {
                    let asked = Asked::of(&[condition], false);
                    if self.holds(place, condition, &asked).unwrap_or(false) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Whether a claim is not graded.
    pub(crate) fn out_of_scope(&mut self, claim: usize) -> bool {
        let rules = self.model.scope.clone();
        rules.iter().any(|when| {
            let asked = Asked::of(&[when], false);
            self.holds(Place::Claim(claim), when, &asked).unwrap_or(false)
        })
    }
}

/// Whether a decision is one in which a single rule answers.
pub(crate) const fn one_answers(hit: &Hit) -> bool {
    matches!(hit, Hit::First | Hit::Unique | Hit::Table)
}
