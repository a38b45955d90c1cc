//! What could come out at most if some facts were anything: what no change of them can reach is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::Grading;
use super::evaluator::Evaluator;
use super::facts::{Lookup, Stated};
use super::frame::{Frame, Preset};
use super::grader::child_frame;
use super::hangs::{FactAt, Holder};
use super::ways::reachable;
use crate::case::{ClaimIndex, LinkEnd};
use crate::document::shape::Subject;
use crate::framework::names::{Index, Named, Scope};
use crate::name::{Name, Word};

/// The frames of claims, children among them, where facts that are free may be anything. Each says what is possible
/// by the tables one by one: never too little.
pub(crate) fn relaxed(
    grading: &Grading<'_>,
    claims: &BTreeSet<ClaimIndex>,
    is_free: &dyn Fn(&FactAt) -> bool,
) -> BTreeMap<ClaimIndex, Frame> {
    let compiled = grading.compiled;
    let framework = compiled.framework();
    let index = Index::new(framework);
    let given = grading.given();
    // Where a fact says whether a claim is graded at all, which claims count may be another.
    let asks_facts = |name: &Name| matches!(index.get(Scope::Claim, name.as_str()), Some(Named::Fact(_)));
    let space = &compiled.claims.space;
    let scoped = compiled.scope.iter().flat_map(|(_, holds)| compiled.claims.diagrams.variables(*holds));
    let movable = scoped.into_iter().any(|variable| asks_facts(&space.get(variable).name));
    let mut frames: BTreeMap<ClaimIndex, Frame> = BTreeMap::new();
    for claim in grading.case.graph().order().iter().filter(|claim| claims.contains(claim)) {
        let mut items = Vec::new();
        for link in &grading.body(*claim).counted {
            let LinkEnd::Evidence(item) = grading.case.link(*link).from else { continue };
            let facts = given.of_item(framework, item, *link, *claim);
            let of = |name: &Name| match framework.fact(name.as_str()).map(|fact| fact.subject) {
                Some(Subject::Claim) => Holder::Claim(*claim),
                _ => Holder::Item(item),
            };
            let is_free = |name: &Name| is_free(&FactAt { of: of(name), name: name.clone() });
            let judged = |name: &Name| {
                let found = grading.judgements.of_item(item, *claim, framework.decision(name.as_str())?);
                found.map(|(_, word)| word.clone())
            };
            let facts = Freed { facts: &facts, is_free: &is_free };
            items.push(Evaluator::by_table(compiled, Subject::Link).evaluate(&facts, &Preset::new(), &judged));
        }
        let mut children = Vec::new();
        for (link, child, _) in &grading.state(*claim).children {
            let Some(own) = frames.get(child) else { continue };
            let facts = given.of_child(framework, *link, *child);
            let is_free = |name: &Name| is_free(&FactAt { of: Holder::Claim(*child), name: name.clone() });
            children.push(child_frame(compiled, &index, &Freed { facts: &facts, is_free: &is_free }, own));
        }
        let items: Vec<&Frame> = items.iter().collect();
        let children: Vec<&Frame> = children.iter().collect();
        let mut measures = reachable(compiled, &index, &items, &children);
        if movable {
            let of_claims = compiled.measures.iter().filter(|measure| measure.over == crate::framework::Over::Claims);
            of_claims.for_each(|measure| {
                measures.remove(&measure.output);
            });
        }
        let facts = given.of_claim(framework, *claim);
        let is_free = |name: &Name| is_free(&FactAt { of: Holder::Claim(*claim), name: name.clone() });
        let judged =
            |name: &Name| -> Option<Word> { grading.judgements.on_claim(*claim, name).map(|(_, word)| word.clone()) };
        let facts = Freed { facts: &facts, is_free: &is_free };
        let frame = Evaluator::by_table(compiled, Subject::Claim).evaluate(&facts, &measures, &judged);
        frames.insert(*claim, frame);
    }
    frames
}

/// Facts of which some are free.
struct Freed<'f> {
    facts: &'f dyn Lookup,
    is_free: &'f dyn Fn(&Name) -> bool,
}

impl Lookup for Freed<'_> {
    fn stated(&self, name: &Name) -> Stated {
        self.facts.stated(name)
    }

    fn is_free(&self, name: &Name) -> bool {
        (self.is_free)(name)
    }
}
