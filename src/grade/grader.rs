//! Grading claim by claim: items, then measures, then the claim, children before parents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::contradiction::{contradicted, violated};
use super::evaluator::Evaluator;
use super::facts::{Given, GivenFacts, ItemFacts, Lookup};
use super::frame::{Answer, Frame, Preset, Slot};
use super::gather::Body;
use super::judgements::Judgements;
use super::shared::{self, Ways};
use super::ways::evaluate_ways;
use super::{ClaimState, Later};
use crate::case::{Case, ClaimIndex, EvidenceIndex, JudgementIndex, LinkEnd, LinkIndex};
use crate::compile::Compiled;
use crate::compile::level::Level;
use crate::compile::space::Role;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::shape::Subject;
use crate::framework::names::{Index, Named, Scope};
use crate::framework::{Decision, Framework, JudgementPolicy};
use crate::name::{Name, Word};

/// Grades the claims of a case, in the order of the files; those that are known already are left as they are, and of
/// those that are not wanted nothing is remembered. Also what is wrong: facts that the framework's assumptions say cannot
/// occur together, and judgements that the framework does not take.
pub(super) fn claims(
    index: &Index<'_>,
    given: Given<'_>,
    known: Vec<Option<Arc<ClaimState>>>,
    wanted: &dyn Fn(ClaimIndex) -> bool,
) -> (Vec<Arc<ClaimState>>, Problems) {
    let Given { compiled, case, judgements, bodies, as_of, tells_exact } = given;
    let mut grader = Grader {
        case,
        compiled,
        index,
        as_of,
        tells_exact,
        judgements,
        bodies,
        claims: known,
        problems: Problems::default(),
    };
    for claim in case.graph().order().iter().filter(|claim| wanted(**claim)) {
        if grader.claims[claim.index()].is_none() {
            let state = grader.claim(*claim);
            grader.claims[claim.index()] = Some(Arc::new(state));
        }
    }
    (grader.claims.into_iter().map(Option::unwrap_or_default).collect(), grader.problems)
}

/// The frame of a claim, given those of its items and of the claims that it rests on; the facts of
/// which no value goes with what is known of the items, if there are any.
pub(super) fn claim_frame(
    evaluator: &Evaluator<'_>,
    index: &Index<'_>,
    given: &Given<'_>,
    claim: ClaimIndex,
    items: &[Frame],
    children: &[(LinkIndex, ClaimIndex, Frame)],
) -> (Frame, Vec<Name>) {
    let compiled = evaluator.compiled;
    let children: Vec<&Frame> = children.iter().map(|(_, _, frame)| frame).collect();
    let facts = given.of_claim(claim);
    let judged = |name: &Name| given.judgements.on_claim(claim, name).map(|(_, word)| word.clone());
    let Ways { ways, followed, exact, contrary } = ways(compiled, index, given, claim, items, &children);
    let mut frame = evaluate_ways(evaluator, &facts, &ways, &judged);
    shared::put_together(compiled, &followed, &mut frame);
    frame.exact &= exact && !entangled(given, claim, items);
    (frame, contrary)
}

/// The frame of an item as it is linked to a claim, with what it sees of the claim put in.
pub(super) fn item_frame(
    evaluator: &Evaluator<'_>,
    facts: &ItemFacts<'_>,
    claim: ClaimIndex,
    judgements: &Judgements,
    seen: &Preset,
) -> Frame {
    let judged = judged_of_item(evaluator.compiled.framework(), judgements, facts.item, claim);
    evaluator.evaluate(facts, seen, &judged)
}

/// What people decided of an item as it is linked to a claim, by decision.
pub(super) fn judged_of_item<'j>(
    framework: &'j Framework,
    judgements: &'j Judgements,
    item: EvidenceIndex,
    claim: ClaimIndex,
) -> impl Fn(&Name) -> Option<Word> + 'j {
    move |name| {
        let found = judgements.of_item(item, claim, framework.decision(name.as_str())?);
        found.map(|(_, word)| word.clone())
    }
}

/// What is looked up of a claim for the measures of a claim that hangs on it.
pub(super) fn child_facts(compiled: &Compiled, facts: &dyn Lookup) -> Frame {
    let mut frame = Frame::default();
    for (_, variable) in compiled.children.space.iter() {
        let stated = facts.stated(&variable.name).value;
        frame.slots.push(variable.domain.cell(&stated).map_or(Slot::Open, Slot::One));
        frame.values.push(Some(stated));
    }
    frame
}

/// A claim as the measures of a claim that hangs on it see it: what is looked up of it, and what its own frame tells.
pub(super) fn child_frame(compiled: &Compiled, index: &Index<'_>, facts: Frame, own: &Frame) -> Frame {
    let mut frame = Frame { exact: own.exact, ..facts };
    for (id, variable) in compiled.children.space.iter() {
        let name = &variable.name;
        let of_claims = compiled.claims.space.value_of(name.as_str());
        if let Some(of_claims) = of_claims.filter(|_| variable.role == Role::Value && is_of_child(index, name)) {
            // The cells of a name are the same wherever it is read.
            frame.slots[id.index()].clone_from(own.slot(of_claims));
            frame.values[id.index()] = own.value(of_claims).cloned();
        }
    }
    frame
}

/// Whether something was worked out of the linked claim, or is one of its facts.
fn is_of_child(index: &Index<'_>, name: &Name) -> bool {
    match index.get(Scope::Child, name.as_str()) {
        Some(Named::Fact(fact)) => fact.subject == Subject::Claim,
        named => named.is_some_and(Named::is_worked_out),
    }
}

/// What items see of the facts of their claim, as far as these are not stated but follow.
pub(super) fn seen(compiled: &Compiled, given: &Given<'_>, claim: ClaimIndex) -> Preset {
    shared::seen(compiled, &given.of_claim(claim))
}

fn ways(
    compiled: &Compiled,
    index: &Index<'_>,
    given: &Given<'_>,
    claim: ClaimIndex,
    items: &[Frame],
    children: &[&Frame],
) -> Ways {
    let again = |put: &Preset| {
        let evaluator = Evaluator::by_table(compiled, Subject::Link);
        let item = |link: &LinkIndex| {
            let LinkEnd::Evidence(item) = given.case.link(*link).from else { return None };
            let facts = given.of_item(item, *link, claim);
            Some(item_frame(&evaluator, &facts, claim, given.judgements, put))
        };
        given.bodies[claim.index()].counted.iter().filter_map(item).collect()
    };
    shared::ways(compiled, index, &given.of_claim(claim), (items, children), given.tells_exact, &again)
}

/// Whether an item that is open here also bears on a claim below, and so is told apart where it
/// should not be.
fn entangled(given: &Given<'_>, claim: ClaimIndex, items: &[Frame]) -> bool {
    let body = &given.bodies[claim.index()];
    let item = |link: &LinkIndex| match given.case.link(*link).from {
        LinkEnd::Evidence(item) => Some(item),
        LinkEnd::Claim(_) => None,
    };
    let open = body.counted.iter().zip(items).filter(|(_, frame)| !frame.is_closed());
    let open: BTreeSet<EvidenceIndex> = open.filter_map(|(link, _)| item(link)).collect();
    if open.is_empty() {
        return false;
    }
    let mut waiting: Vec<ClaimIndex> = body.claims.iter().map(|(_, child)| *child).collect();
    let mut seen: BTreeSet<ClaimIndex> = waiting.iter().copied().collect();
    while let Some(below) = waiting.pop() {
        let body = &given.bodies[below.index()];
        if body.counted.iter().filter_map(item).any(|item| open.contains(&item)) {
            return true;
        }
        waiting.extend(body.claims.iter().map(|(_, child)| *child).filter(|child| seen.insert(*child)));
    }
    false
}

struct Grader<'g> {
    case: &'g Case,
    compiled: &'g Compiled,
    index: &'g Index<'g>,
    as_of: Option<Date>,
    tells_exact: bool,
    judgements: &'g Judgements,
    bodies: &'g [Body],
    claims: Vec<Option<Arc<ClaimState>>>,
    problems: Problems,
}

impl<'g> Grader<'g> {
    const fn given(&self) -> Given<'g> {
        let Self { compiled, case, judgements, bodies, as_of, tells_exact, .. } = *self;
        Given { compiled, case, judgements, bodies, as_of, tells_exact }
    }

    fn claim(&mut self, claim: ClaimIndex) -> ClaimState {
        let body = &self.bodies[claim.index()];
        let seen = seen(self.compiled, &self.given(), claim);
        let mut items = Vec::with_capacity(body.counted.len());
        for link in &body.counted {
            items.push(self.item(*link, claim, &seen));
        }
        let mut children = Vec::new();
        for (link, child) in &body.claims {
            if let Some(state) = &self.claims[child.index()]
                && state.out_of_scope.is_none()
                && self.compiled.grades() == Subject::Claim
            {
                let facts = self.given().of_child(*link, *child);
                let seen = child_frame(self.compiled, self.index, child_facts(self.compiled, &facts), &state.frame);
                children.push((*link, *child, seen));
            }
        }
        let evaluator = Evaluator::of_outcomes(self.compiled);
        let given = self.given();
        let (frame, contrary) = claim_frame(&evaluator, self.index, &given, claim, &items, &children);
        let facts = given.of_claim(claim);
        let frame_problems = violated(self.compiled, Subject::Claim, &frame, &facts, &self.case.claim(claim).span);
        self.problems.extend(frame_problems);
        if !contrary.is_empty() && !self.problems.has_errors() {
            self.problems.push(contradicted(&contrary, &self.case.claim(claim).span));
        }
        let judgements = self.judgements;
        self.bounded(&self.compiled.claims, &frame, &|decision| judgements.on_claim(claim, &decision.name));
        let out_of_scope = shared::kept_out(self.compiled, &frame);
        ClaimState { items, children, frame, out_of_scope, later: Later::default() }
    }

    fn item(&mut self, link: LinkIndex, claim: ClaimIndex, seen: &Preset) -> Frame {
        let LinkEnd::Evidence(item) = self.case.link(link).from else {
            // Only links from evidence are counted.
            return Evaluator::by_table(self.compiled, Subject::Link).evaluate(
                &GivenFacts { framework: self.compiled.framework(), given: &BTreeMap::new() },
                &Preset::new(),
                &|_| None,
            );
        };
        let given = self.given();
        let facts = given.of_item(item, link, claim);
        let evaluator = Evaluator::by_table(self.compiled, Subject::Link);
        let frame = item_frame(&evaluator, &facts, claim, self.judgements, seen);
        let span = &self.case.item(item).span;
        self.problems.extend(violated(self.compiled, Subject::Link, &frame, &facts, span));
        let judgements = self.judgements;
        self.bounded(&self.compiled.items, &frame, &|decision| judgements.of_item(item, claim, decision));
        frame
    }

    /// Refuses judgements that differ from the rules by more than the framework allows.
    fn bounded<'j>(
        &mut self,
        level: &Level,
        frame: &Frame,
        judged: &dyn Fn(&Decision) -> Option<&'j (JudgementIndex, Word)>,
    ) {
        for (compiled, result) in level.decisions.iter().zip(&frame.results) {
            let decision = &self.compiled.framework().decisions[compiled.index];
            let JudgementPolicy::Allowed { within: Some(within) } = decision.judgement else { continue };
            let Some((judgement, word)) = judged(decision) else { continue };
            let rank = |cell: u16| (usize::from(cell) < decision.values.len()).then_some(cell);
            let (Some(Answer::Cell(decided)), Some(Answer::Cell(computed))) = (result.judged, result.computed.one())
            else {
                continue;
            };
            let far = match (rank(decided), rank(computed)) {
                (Some(decided), Some(computed)) => u32::from(decided.abs_diff(computed)) > within,
                _ => decided != computed,
            };
            if far {
                let given = decision.all_values().nth(usize::from(computed)).map_or("", Word::as_str);
                let steps = if within == 1 { "step" } else { "steps" };
                let message = format!(
                    "the rules give `{given}` for `{}`, and `{word}` is more than {within} {steps} from it",
                    decision.name
                );
                let help = "judge the facts that its rules read";
                let span = &self.case.judgements()[judgement.index()].span;
                self.problems.push(Diagnostic::error(Code::JudgementRefused, message).at(span).help(help));
            }
        }
    }
}
