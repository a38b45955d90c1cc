//! Single steps: what a grade may hang on, each one step from what is said of it.
//!
//! A fact of an ordered list steps to the values next to it, a number to the cells next to its own, at their edges; a
//! flag turns; any other choice steps to each other value, if somebody who looks at it again could answer so: the design
//! that a source reports stays. A judgement of a decision steps in the same way. An item
//! steps by being left out. What is not known does not step: what a missing fact would do is told by the open
//! questions, and between *not reported* and a value there is no order.

use std::collections::{BTreeMap, BTreeSet};

use super::again::Again;
use super::facts::{Lookup, Origin, Stated};
use super::hangs::{self, FactAt, Holder};
use crate::case::{Case, ClaimIndex, EvidenceIndex, Judged, JudgementIndex, JudgementOn};
use crate::compile::space::{Domain, Known};
use crate::diagnostic::Refused;
use crate::document::Place;
use crate::document::shape::Subject;
use crate::framework::names::{Named, Scope, decision_type};
use crate::name::{FrameworkId, Name};
use crate::value::{FactValue, Value};
use crate::vocabulary::{FactDefinition, FactType};

/// A single step.
#[derive(Clone, Debug)]
pub(crate) struct Step<'s> {
    pub(crate) of: Holder,
    pub(crate) what: What<'s>,
    /// What is said before.
    pub(crate) before: Option<FactValue>,
    /// What is said after it.
    pub(crate) after: Option<FactValue>,
    /// Whether a person judged what is said before.
    pub(crate) judged: bool,
    /// Where that stands.
    pub(crate) at: Option<Place>,
    /// Whether conditions ask the same of both, so that it moves nothing as long as the same counts.
    pub(crate) idle: bool,
    /// Whether a grade hangs on it as things stand; else it moves nothing as long as the same counts.
    pub(crate) hangs: bool,
    /// The claims for which it is a single step.
    pub(crate) claims: BTreeSet<ClaimIndex>,
}

/// What a step is of.
#[derive(Clone, Debug)]
pub(crate) enum What<'s> {
    Fact(&'s FactDefinition),
    /// A decision of a framework, as the judgement names it.
    Decision(FrameworkId, Name),
    /// Whether an item counts.
    Item,
}

impl Step<'_> {
    /// The case after the step.
    pub(crate) fn taken(&self, case: &Case) -> Result<Case, Refused> {
        let of = match self.of {
            Holder::Claim(claim) => case.claim(claim).id.as_str(),
            Holder::Item(item) => case.item(item).id.as_str(),
        };
        match (&self.what, &self.after) {
            (What::Fact(fact), Some(value)) => case.with_value(of, fact, value.clone()),
            (What::Decision(framework, decision), Some(value)) => {
                case.with_judged(of, framework.as_str(), decision.as_str(), &value.to_string())
            }
            _ => case.without(of),
        }
    }
}

/// The steps from a value, by what is stepped to.
type Targets<'s> = BTreeMap<FactValue, Step<'s>>;

impl<'g> Again<'g> {
    /// The single steps on which the grades of some claims may hang, in the order of claims, items and names.
    pub(crate) fn steps(&self, claims: &BTreeSet<ClaimIndex>) -> Vec<Step<'g>> {
        let below: BTreeMap<ClaimIndex, BTreeSet<ClaimIndex>> =
            claims.iter().map(|claim| (*claim, self.grading.below(*claim))).collect();
        let read = self.facts_read();
        let framework = self.grading.compiled.framework();
        let facts: Vec<&FactDefinition> =
            framework.facts.iter().map(|fact| &**fact).filter(|fact| read.contains(&fact.name)).collect();
        let hangs: BTreeMap<ClaimIndex, BTreeSet<FactAt>> =
            claims.iter().map(|claim| (*claim, hangs::of_result(self.grading, *claim))).collect();
        let mut steps = Vec::new();
        let all_below: BTreeSet<ClaimIndex> = below.values().flatten().copied().collect();
        for claim in all_below {
            let of = Holder::Claim(claim);
            for fact in facts.iter().filter(|fact| fact.subject == Subject::Claim) {
                let mut targets = Targets::new();
                for (asked, below) in below.iter().filter(|(_, below)| below.contains(&claim)) {
                    let stated = self.of_claim(claim, &fact.name);
                    self.add(of, fact, &stated, (*asked, below, &hangs), &mut targets);
                }
                steps.extend(targets.into_values());
            }
            steps.extend(self.judged(of, &below));
        }
        for item in (0..self.grading.case.evidence().len()).map(EvidenceIndex::new) {
            let of = Holder::Item(item);
            let counts =
                |below: &BTreeSet<ClaimIndex>| below.iter().any(|at| self.positions(*at, item).next().is_some());
            let counting: Vec<_> = below.iter().filter(|(_, below)| counts(below)).collect();
            if counting.is_empty() {
                continue;
            }
            for fact in facts.iter().filter(|fact| fact.subject != Subject::Claim) {
                let mut targets = Targets::new();
                for (asked, below) in &counting {
                    if let Some(stated) = self.of_item(item, below, &fact.name) {
                        self.add(of, fact, &stated, (**asked, below, &hangs), &mut targets);
                    }
                }
                steps.extend(targets.into_values());
            }
            steps.extend(self.judged(of, &below));
            let claims = counting.iter().map(|(asked, _)| **asked).collect();
            let at = Some(self.grading.case.item(item).span.place());
            steps.push(Step {
                of,
                what: What::Item,
                before: None,
                after: None,
                judged: false,
                at,
                idle: false,
                hangs: true,
                claims,
            });
        }
        steps
    }

    /// The facts that can make a difference to a result: those of which it is made, and those of the conditions on
    /// which claims are graded at all or facts can occur together.
    fn facts_read(&self) -> BTreeSet<Name> {
        let compiled = self.grading.compiled;
        let mut waiting: Vec<(Scope, Name)> = Vec::new();
        waiting.extend(compiled.framework().result.iter().map(|name| (Scope::Claim, name.clone())));
        for (formula, _) in &compiled.scope {
            let names = formula.variables().into_iter().map(|id| compiled.claims.space.get(id).name.clone());
            waiting.extend(names.map(|name| (Scope::Claim, name)));
        }
        for (level, scope) in [(&compiled.items, Scope::Link), (&compiled.claims, Scope::Claim)] {
            let variables = level.assumptions.iter().flat_map(|assumption| assumption.never.variables());
            waiting.extend(variables.map(|id| (scope, level.space.get(id).name.clone())));
        }
        let mut seen = BTreeSet::new();
        let mut facts = BTreeSet::new();
        while let Some((scope, name)) = waiting.pop() {
            if !seen.insert((scope, name.clone())) {
                continue;
            }
            match self.index.get(scope, name.as_str()) {
                Some(Named::Fact(fact)) => {
                    facts.insert(fact.name.clone());
                    // It hangs on these whether it is taken from results.
                    facts.extend(fact.synthesised_when.iter().map(|(name, _)| name.clone()));
                }
                Some(named) => {
                    // What is worked out of a claim is worked out of it, whoever reads it.
                    let scope = if scope == Scope::Child { Scope::Claim } else { scope };
                    waiting.extend(self.index.parts(named, scope));
                }
                None => {}
            }
        }
        facts
    }

    /// What is said of a claim.
    pub(crate) fn of_claim(&self, claim: ClaimIndex, name: &Name) -> Stated {
        self.grading.given().of_claim(claim).stated(name)
    }

    /// Whether what a fact of a claim says follows from results.
    pub(crate) fn follows(&self, fact: &FactAt) -> bool {
        match fact.of {
            Holder::Claim(claim) => matches!(self.of_claim(claim, &fact.name).origin, Origin::Synthesis { .. }),
            Holder::Item(_) => false,
        }
    }

    /// Whether what a fact of a claim says follows from results once another fact of the claim allows it.
    pub(crate) fn may_follow(&self, fact: &FactAt) -> bool {
        let definition = self.grading.compiled.framework().fact(fact.name.as_str());
        let hangs = definition.is_some_and(|definition| !definition.synthesised_when.is_empty());
        match fact.of {
            Holder::Claim(claim) if hangs => {
                matches!(self.of_claim(claim, &fact.name).origin, Origin::Nowhere | Origin::Default)
            }
            _ => false,
        }
    }

    /// What is said of an item on all of its links that count for some claims; nothing if they differ.
    pub(crate) fn of_item(&self, item: EvidenceIndex, claims: &BTreeSet<ClaimIndex>, name: &Name) -> Option<Stated> {
        let stated = |claim: &ClaimIndex| {
            let claim = *claim;
            self.positions(claim, item).filter_map(move |position| {
                let link = *self.grading.body(claim).counted.get(position)?;
                Some(self.grading.given().of_item(item, link, claim).stated(name))
            })
        };
        let mut all = claims.iter().flat_map(stated);
        let first = all.next()?;
        all.all(|other| other.value == first.value).then_some(first)
    }

    /// What is said of a fact of a claim, or of an item on all of its links that count for some claims; nothing if they
    /// differ, or there is no such fact.
    pub(crate) fn stated(
        &self,
        fact: &FactAt,
        claims: &BTreeSet<ClaimIndex>,
    ) -> Option<(&'g FactDefinition, FactValue)> {
        let definition = self.grading.compiled.framework().fact(fact.name.as_str())?;
        let stated = match (fact.of, definition.subject) {
            (Holder::Claim(claim), Subject::Claim) => self.of_claim(claim, &fact.name),
            (Holder::Item(item), Subject::Evidence | Subject::Link) => self.of_item(item, claims, &fact.name)?,
            _ => return None,
        };
        Some((definition, stated.value))
    }

    /// Adds the steps of a fact from what is said of it, for a claim.
    fn add(
        &self,
        of: Holder,
        fact: &'g FactDefinition,
        stated: &Stated,
        (asked, below, hangs): (ClaimIndex, &BTreeSet<ClaimIndex>, &BTreeMap<ClaimIndex, BTreeSet<FactAt>>),
        targets: &mut Targets<'g>,
    ) {
        let in_order = !matches!(&fact.kind, FactType::Choice(choices) if !choices.ordered);
        let can_be = in_order || fact.means_from(&stated.value).is_some();
        // What follows from results is no step of its own: it moves with them.
        if stated.value.known().is_none() || !can_be || matches!(stated.origin, Origin::Synthesis { .. }) {
            return;
        }
        let here = FactAt { of, name: fact.name.clone() };
        let hangs = hangs.get(&asked).is_some_and(|hangs| hangs.contains(&here));
        let Some(domain) = self.domain(fact, of, below) else { return };
        for after in neighbours(&domain, &stated.value) {
            let step = targets.entry(after.clone()).or_insert_with(|| {
                let (judged, at) = match &stated.origin {
                    Origin::File(at) | Origin::Engine(Some(at)) => (false, Some(at.place())),
                    Origin::Judgement(index, _) => {
                        (true, Some(self.grading.case.judgements()[index.index()].span.place()))
                    }
                    Origin::Nowhere
                    | Origin::Default
                    | Origin::Synthesis { .. }
                    | Origin::Engine(None)
                    | Origin::Example => (false, None),
                };
                let idle = self.idle(fact, &domain, &stated.value, &after);
                let (before, after) = (Some(stated.value.clone()), Some(after));
                let (hangs, claims) = (false, BTreeSet::new());
                Step { of, what: What::Fact(fact), before, after, judged, at, idle, hangs, claims }
            });
            step.claims.insert(asked);
            step.hangs |= hangs;
        }
    }

    /// Whether conditions ask the same of two values of a fact, and nothing else does.
    fn idle(&self, fact: &FactDefinition, domain: &Domain, before: &FactValue, after: &FactValue) -> bool {
        let asked = |value: &FactValue| self.asked(&fact.name, domain.cell(value)?);
        matches!(domain.known, Known::Words { .. } | Known::Flag)
            && asked(before).zip(asked(after)).is_some_and(|(before, after)| before == after)
    }

    /// The steps of what people judged of decisions on a claim or item.
    fn judged(&self, of: Holder, below: &BTreeMap<ClaimIndex, BTreeSet<ClaimIndex>>) -> Vec<Step<'g>> {
        let (compiled, case) = (self.grading.compiled, self.grading.case);
        let mut by_decision: BTreeMap<&Name, Vec<(JudgementOn, JudgementIndex)>> = BTreeMap::new();
        for ((on, name), (index, _)) in self.grading.judgements.decisions() {
            let is_of = match (on, of) {
                (JudgementOn::Claim(claim), Holder::Claim(of)) => *claim == of,
                (JudgementOn::Evidence(item) | JudgementOn::Link(item, _), Holder::Item(of)) => *item == of,
                _ => false,
            };
            if is_of {
                by_decision.entry(name).or_default().push((*on, *index));
            }
        }
        let mut steps = Vec::new();
        for (name, judgements) in by_decision {
            let Some(decision) = compiled.framework().decision(name.as_str()) else { continue };
            let value_type = decision_type(decision);
            let domain = Domain::new(&value_type, (None, None), &[], &BTreeSet::new(), &BTreeSet::new());
            let mut targets: BTreeMap<FactValue, Step<'g>> = BTreeMap::new();
            for (asked, below) in below {
                let bears = |on: &JudgementOn| match on {
                    JudgementOn::Claim(claim) | JudgementOn::Link(_, claim) => below.contains(claim),
                    JudgementOn::Evidence(item) => {
                        below.iter().any(|claim| self.positions(*claim, *item).next().is_some())
                    }
                };
                let mut made = judgements.iter().filter(|(on, _)| bears(on)).map(|(_, index)| *index);
                let word = |index: JudgementIndex| match &case.judgements()[index.index()].judged {
                    Judged::Decision { framework, decision, value, .. } => Some((framework, decision, value)),
                    Judged::Facts(_) => None,
                };
                let Some((index, (framework, short, value))) =
                    made.next().and_then(|index| Some((index, word(index)?)))
                else {
                    continue;
                };
                if made.any(|other| word(other).is_none_or(|(.., other)| other != value)) {
                    continue;
                }
                let before = FactValue::Known(Value::Choice(value.clone()));
                for after in neighbours(&domain, &before) {
                    let step = targets.entry(after.clone()).or_insert_with(|| Step {
                        of,
                        what: What::Decision(framework.clone(), short.clone()),
                        before: Some(before.clone()),
                        after: Some(after),
                        judged: true,
                        idle: false,
                        hangs: true,
                        at: Some(case.judgements()[index.index()].span.place()),
                        claims: BTreeSet::new(),
                    });
                    step.claims.insert(*asked);
                }
            }
            steps.extend(targets.into_values());
        }
        steps
    }
}

/// The values that are one step from a value.
fn neighbours(domain: &Domain, value: &FactValue) -> Vec<FactValue> {
    let Some(cell) = domain.cell(value) else { return Vec::new() };
    let known = u16::try_from(domain.known_cells()).unwrap_or(u16::MAX);
    let (below, above) = (cell.checked_sub(1), Some(cell + 1).filter(|above| *above < known));
    match &domain.known {
        Known::Numbers { .. } => {
            let below = below.and_then(|cell| domain.edge(cell, true));
            below.into_iter().chain(above.and_then(|cell| domain.edge(cell, false))).collect()
        }
        Known::Words { ordered, .. } if usize::from(cell) < *ordered => {
            let above = above.filter(|above| usize::from(*above) < *ordered);
            below.into_iter().chain(above).filter_map(|cell| domain.only_value(cell)).collect()
        }
        // Of an open list the words that rules mention.
        Known::Words { .. } | Known::Flag => {
            (0..known).filter(|other| *other != cell).filter_map(|other| domain.only_value(other)).collect()
        }
        Known::Text => Vec::new(),
    }
}
