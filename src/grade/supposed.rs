//! What could come out if some facts said something else, or could be anything: by the tables one by one, so never too
//! little, and of little cost. Where every fact that matters says something it is exactly what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use super::again::Again;
use super::evaluator::Evaluator;
use super::frame::{Frame, Preset, Slot};
use super::gather::{self, gather};
use super::grader::{child_facts, child_frame, judged_of_item};
use super::hangs::{FactAt, Holder};
use super::judgements::{Judgements, Settled};
use super::pooled::has_results;
use super::shared::{any_missing, can_be, kept_out};
use super::ways::known_measures;
use super::{ClaimState, Grading, Later, Run};
use crate::case::{Case, ClaimIndex, LinkEnd};
use crate::compile::Compiled;
use crate::compile::diagram::VariableId;
use crate::compile::space::{Role, Space};
use crate::diagnostic::Problems;
use crate::document::shape::Subject;
use crate::framework::Over;
use crate::framework::names::{Named, Scope};
use crate::name::{Name, Word};
use crate::value::FactValue;

/// What facts are supposed to say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supposed {
    says: BTreeMap<Holder, BTreeMap<Name, FactValue>>,
    fills: BTreeMap<Holder, BTreeMap<Name, FactValue>>,
    free: BTreeMap<Holder, BTreeSet<Name>>,
}

impl Supposed {
    /// Supposes that a fact says something, whoever says otherwise.
    pub(crate) fn says(&mut self, fact: &FactAt, value: FactValue) {
        self.says.entry(fact.of).or_default().insert(fact.name.clone(), value);
    }

    /// Supposes of a fact that is missing what it is. It stays missing for those that ask whether it is.
    pub(crate) fn fills(&mut self, fact: &FactAt, value: FactValue) {
        self.fills.entry(fact.of).or_default().insert(fact.name.clone(), value);
    }

    /// Supposes that a fact may be anything.
    pub(crate) fn frees(&mut self, fact: &FactAt) {
        self.free.entry(fact.of).or_default().insert(fact.name.clone());
    }

    /// The same, filled as another is.
    pub(crate) fn filled_as(&self, other: &Self) -> Self {
        Self { fills: other.fills.clone(), ..self.clone() }
    }

    /// What a fact is supposed to say.
    pub(crate) fn value(&self, of: Holder, name: &Name) -> Option<&FactValue> {
        self.says.get(&of)?.get(name)
    }

    /// What is looked up of a level, with what is supposed of the facts of some holders.
    fn put_into(&self, raw: &Frame, space: &Space, of: &[Holder]) -> Frame {
        let mut frame = raw.clone();
        let mut put = |name: &Name, value: &FactValue, role: Role| {
            let variable = match role {
                Role::Value => space.value_of(name.as_str()),
                Role::Closed => space.closed_of(name.as_str()),
            };
            if let Some(variable) = variable {
                let cell = space.get(variable).domain.cell(value);
                frame.slots[variable.index()] = cell.map_or(Slot::Open, Slot::One);
                frame.values[variable.index()] = Some(value.clone());
            }
        };
        for (name, value) in of.iter().filter_map(|of| self.fills.get(of)).flatten() {
            let is_missing = space
                .value_of(name.as_str())
                .is_some_and(|variable| raw.value(variable).is_some_and(FactValue::is_missing));
            if is_missing {
                put(name, value, Role::Value);
            }
        }
        for (name, value) in of.iter().filter_map(|of| self.says.get(of)).flatten() {
            put(name, value, Role::Value);
            put(name, value, Role::Closed);
        }
        for name in of.iter().filter_map(|of| self.free.get(of)).flatten() {
            let roles = [space.value_of(name.as_str()), space.closed_of(name.as_str())];
            for variable in roles.into_iter().flatten() {
                frame.slots[variable.index()] = Slot::Open;
                frame.values[variable.index()] = Some(FactValue::MISSING);
            }
        }
        frame
    }

    /// Whether a level reads any fact of a holder of which something is supposed.
    fn is_read(&self, of: Holder, space: &Space) -> bool {
        let reads = |name: &Name| space.value_of(name.as_str()).is_some() || space.closed_of(name.as_str()).is_some();
        let maps = [&self.says, &self.fills];
        maps.iter().filter_map(|map| map.get(&of)).any(|map| map.keys().any(reads))
            || self.free.get(&of).is_some_and(|free| free.iter().any(reads))
    }

    fn is_about(&self, of: Holder) -> bool {
        self.says.contains_key(&of) || self.fills.contains_key(&of) || self.free.contains_key(&of)
    }
}

/// What could come out under a supposition.
pub(crate) struct Outcome {
    /// By claim; of claims that were not asked for it tells nothing.
    pub(crate) states: Vec<Arc<ClaimState>>,
    /// Whether what is supposed can be so at all: if not, what follows from it is worth nothing.
    pub(crate) possible: bool,
}

/// How closely measures are told of which something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measures {
    /// They may be anything.
    Open,
    /// Each is told by itself.
    Apart,
}

impl<'g> Grading<'g> {
    /// What counts in a case, with what comes out of a claim and of those that it rests on by the tables one by one.
    /// Nothing where judgements are refused.
    pub(crate) fn by_table(case: &'g Case, compiled: &'g Compiled, run: &Run, claim: ClaimIndex) -> Option<Self> {
        let run = run.of_case(case);
        let mut problems = Problems::default();
        let judgements = Judgements::collect(case, compiled, &run, &Settled::new(), &mut problems);
        if problems.has_errors() {
            return None;
        }
        let bodies = gather(case, &run);
        let claims = Arc::new(case.claims().iter().map(|_| Arc::default()).collect());
        let (judgements, bodies) = (Arc::new(judgements), Arc::new(bodies));
        let bare = Grading { case, compiled, run, judgements, bodies, claims };
        let outcome = Again::new(&bare).supposing(&bare.below(claim), &Supposed::default(), Measures::Apart);
        Some(Grading { claims: Arc::new(outcome.states), ..bare })
    }
}

impl Again<'_> {
    /// Whether the same counts for claims whatever their facts and those of their items say: only then a supposition
    /// of facts is told from what counts now.
    pub(crate) fn counts_alike(&self, claims: &BTreeSet<ClaimIndex>) -> bool {
        !claims.iter().any(|claim| gather::hangs_on_facts(self.grading.case, *claim))
    }

    /// Whether facts of some claim may follow from results: a supposition does not put these together anew.
    pub(crate) fn follow_from_results(&self, claims: &BTreeSet<ClaimIndex>) -> bool {
        let follows = self.grading.compiled.framework().facts.iter().any(|fact| fact.synthesis.is_some());
        follows && claims.iter().any(|claim| has_results(&self.grading.given(), *claim))
    }

    /// Whether something that is made of facts and is open may yet be what an assumption rules out: then it is not sure
    /// that what came out can be.
    pub(crate) fn may_contradict(&self, claims: &BTreeSet<ClaimIndex>, states: &[Arc<ClaimState>]) -> bool {
        let compiled = self.grading.compiled;
        let may_fail = |on: Subject, frame: &Frame| {
            let level = compiled.level(on);
            let is_open =
                |variable: &VariableId| !frame.slot(*variable).is_one() && compiled.is_worked_out(on, *variable);
            level.legal.parts.iter().any(|part| {
                part.reads.iter().any(is_open) && level.diagrams.possible(part.holds, &frame.inputs()).contains(&0)
            })
        };
        claims.iter().map(|claim| &states[claim.index()]).any(|state| {
            // Measures as their items leave them: in the frame assumptions may have ruled out some of that.
            let items: Vec<&Frame> = state.items.iter().collect();
            let children: Vec<&Frame> = state.children.iter().map(|(.., frame)| frame).collect();
            let mut frame = state.frame.clone();
            for (variable, (slot, value)) in self.apart.reachable(compiled, &self.index, &items, &children) {
                frame.slots[variable.index()] = slot;
                frame.values[variable.index()] = value;
            }
            may_fail(Subject::Claim, &frame) || items.iter().any(|item| may_fail(Subject::Link, item))
        })
    }

    /// What could come out of claims, and of their items, under a supposition.
    pub(crate) fn supposing(&self, claims: &BTreeSet<ClaimIndex>, supposed: &Supposed, measures: Measures) -> Outcome {
        let grading = self.grading;
        let mut possible = true;
        let mut states: Vec<Arc<ClaimState>> = grading.claims.iter().map(|_| Arc::default()).collect();
        let mut touched: BTreeSet<ClaimIndex> = BTreeSet::new();
        for claim in grading.case.graph().order().iter().filter(|claim| claims.contains(claim)) {
            let body = grading.body(*claim);
            let of_item = |link: &crate::case::LinkIndex| match grading.case.link(*link).from {
                LinkEnd::Evidence(item) => supposed.is_about(Holder::Item(item)),
                LinkEnd::Claim(_) => false,
            };
            let known = &grading.claims[claim.index()];
            let bears = supposed.is_about(Holder::Claim(*claim))
                || known.frame.slots.is_empty()
                || body.counted.iter().any(of_item)
                || body.claims.iter().any(|(_, child)| touched.contains(child));
            states[claim.index()] = if bears {
                touched.insert(*claim);
                let (state, can_be) = self.supposing_of(*claim, supposed, measures, &states, &touched);
                possible &= can_be;
                Arc::new(state)
            } else {
                Arc::clone(known)
            };
        }
        Outcome { states, possible }
    }

    /// What is looked up of a claim or of one of its items, by its place, before anything is supposed or worked out.
    fn raw(&self, claim: ClaimIndex, item: Option<usize>, look_up: impl FnOnce() -> Frame) -> Arc<Frame> {
        // Nothing is left half done where a thread fails.
        let mut raw = self.raw.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(raw.entry((claim, item)).or_insert_with(|| Arc::new(look_up())))
    }

    /// Whether it is in doubt if a claim is graded at all, and so counts for another.
    fn is_in_doubt(&self, state: &ClaimState, supposed: &Supposed) -> bool {
        let compiled = self.grading.compiled;
        let level = &compiled.claims;
        let built_in = |variable: &VariableId| {
            matches!(self.index.get(Scope::Claim, level.space.get(*variable).name.as_str()), Some(Named::BuiltIn(_)))
        };
        compiled.scope.iter().any(|(_, holds)| {
            let possible = level.diagrams.possible(*holds, &state.frame.inputs());
            // A claim is kept out by what is known of it only, not by what missing facts are supposed to be.
            let by_fills = !supposed.fills.is_empty() && !level.diagrams.variables(*holds).iter().all(built_in);
            possible.contains(&1) && (possible.contains(&0) || by_fills)
        })
    }

    fn supposing_of(
        &self,
        claim: ClaimIndex,
        supposed: &Supposed,
        measures: Measures,
        states: &[Arc<ClaimState>],
        touched: &BTreeSet<ClaimIndex>,
    ) -> (ClaimState, bool) {
        let grading = self.grading;
        let mut possible = true;
        let compiled = grading.compiled;
        let framework = compiled.framework();
        let given = grading.given();
        let known = &grading.claims[claim.index()].items;
        let of_claim = supposed.is_about(Holder::Claim(claim)) && {
            let facts = given.of_claim(claim);
            any_missing(compiled, &facts) || supposed.is_read(Holder::Claim(claim), &compiled.items.space)
        };
        let mut items = Vec::new();
        for (position, link) in grading.body(claim).counted.iter().enumerate() {
            let LinkEnd::Evidence(item) = grading.case.link(*link).from else { continue };
            if let Some(known) = known.get(position).filter(|_| !of_claim && !supposed.is_about(Holder::Item(item))) {
                items.push(known.clone());
                continue;
            }
            let raw = self.raw(claim, Some(position), || {
                let facts = given.of_item(item, *link, claim);
                Evaluator::by_table(compiled, Subject::Link).base(&facts, &Preset::new())
            });
            let raw = supposed.put_into(&raw, &compiled.items.space, &[Holder::Item(item), Holder::Claim(claim)]);
            let judged = judged_of_item(framework, &grading.judgements, item, claim);
            let frame = Evaluator::by_table(compiled, Subject::Link).evaluate_from(&raw, &Preset::new(), &judged);
            possible &= can_be(&compiled.items, &frame);
            items.push(frame);
        }
        let mut children = Vec::new();
        for (link, child) in &grading.body(claim).claims {
            let state = &states[child.index()];
            if state.out_of_scope.is_some() || compiled.grades() != Subject::Claim {
                continue;
            }
            let facts = given.of_child(*link, *child);
            let facts = child_facts(compiled, &facts);
            let facts = supposed.put_into(&facts, &compiled.children.space, &[Holder::Claim(*child)]);
            children.push((*link, *child, child_frame(compiled, &self.index, facts, &state.frame)));
        }
        let of_items: Vec<&Frame> = items.iter().collect();
        let of_children: Vec<&Frame> = children.iter().map(|(.., frame)| frame).collect();
        let mut measures = match measures {
            Measures::Open => known_measures(compiled, &self.index, &of_items, &of_children),
            Measures::Apart => self.apart.reachable(compiled, &self.index, &of_items, &of_children),
        };
        let mut others = grading.body(claim).claims.iter().filter(|(_, child)| touched.contains(child));
        if others.any(|(_, child)| self.is_in_doubt(&states[child.index()], supposed)) {
            let of_claims = compiled.measures.iter().filter(|measure| measure.over == Over::Claims);
            of_claims.for_each(|measure| {
                measures.remove(&measure.output);
            });
        }
        let raw = self.raw(claim, None, || {
            let facts = given.of_claim(claim);
            Evaluator::by_table(compiled, Subject::Claim).base(&facts, &Preset::new())
        });
        let raw = supposed.put_into(&raw, &compiled.claims.space, &[Holder::Claim(claim)]);
        let judged =
            |name: &Name| -> Option<Word> { grading.judgements.on_claim(claim, name).map(|(_, word)| word.clone()) };
        let frame = Evaluator::by_table(compiled, Subject::Claim).evaluate_from(&raw, &measures, &judged);
        let out_of_scope = kept_out(compiled, &frame);
        possible &= can_be(&compiled.claims, &frame);
        (ClaimState { items, children, frame, out_of_scope, later: Later::default() }, possible)
    }
}
