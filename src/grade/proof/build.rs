//! Building proofs from frames.

mod against;
mod failure;
mod read;
mod rules;

use std::collections::BTreeSet;

pub(in crate::grade) use self::against::obstacles;
use super::{Fired, JudgementMade, OtherJudgement, Proof, ProofValue, Read, ReadValue};
use crate::case::{ClaimIndex, Evidence, JudgementIndex, LinkEnd, LinkIndex};
use crate::compile::Compiled;
use crate::compile::decision::CompiledDecision;
use crate::compile::diagram::VariableId;
use crate::compile::level::Level;
use crate::document::shape::Subject;
use crate::framework::names::{Index, Scope};
use crate::framework::template::{Part, parts};
use crate::grade::Grading;
use crate::grade::evaluator::Evaluator;
use crate::grade::facts::{GivenFacts, Lookup};
use crate::grade::frame::{Answer, Frame, Possible, Slot};
use crate::grade::given::Computed;
use crate::grade::judgements::{Matter, MatterKind};
use crate::name::Name;
use crate::value::FactValue;

/// How deep decisions are followed. A deeper one is named, and can be asked for by itself.
const DEEPEST: usize = 64;

/// The proof of a decision on a claim.
pub(in crate::grade) fn of_claim(grading: &Grading<'_>, claim: ClaimIndex, decision: &Name) -> Option<Proof> {
    Builder::new(grading.compiled, Some(grading)).claim_decision(claim, decision, 0)
}

/// What the rule that decided says, with values filled in: the first line of the proof alone.
pub(in crate::grade) fn because_of_claim(grading: &Grading<'_>, claim: ClaimIndex, decision: &Name) -> Option<String> {
    let mut builder = Builder { first_line: true, ..Builder::new(grading.compiled, Some(grading)) };
    builder.claim_decision(claim, decision, 0).map(|proof| proof.because)
}

/// A sentence about a claim with values filled in.
pub(in crate::grade) fn sentence_of_claim(grading: &Grading<'_>, claim: ClaimIndex, template: &str) -> String {
    let mut builder = Builder::new(grading.compiled, Some(grading));
    builder.with_claim(claim, |builder, room| builder.fill(room, template)).unwrap_or_else(|| template.to_owned())
}

/// The proof of a decision on an item as it is linked to a claim.
pub(crate) fn of_item(grading: &Grading<'_>, claim: ClaimIndex, link: LinkIndex, decision: &Name) -> Option<Proof> {
    Builder::new(grading.compiled, Some(grading)).item_decision(claim, link, decision, 0)
}

/// The proof of a decision on what was given by name.
pub(crate) fn of_computed(
    compiled: &Compiled,
    computed: &Computed,
    given: &crate::grade::given::GivenValues,
    decision: &Name,
) -> Option<Proof> {
    let facts = GivenFacts { framework: compiled.framework(), given };
    let room = Room {
        level: compiled.level(computed.on),
        subject: computed.on,
        scope: Scope::of(computed.on),
        frame: &computed.frame,
        exact: None,
        facts: &facts,
        on: "given",
        evidence: None,
        judged: &|_| None,
        claim: None,
    };
    Builder::new(compiled, None).decision(&room, decision, 0)
}

/// What is read from while a proof is built: a claim, an item, or what is given.
#[derive(Clone, Copy)]
struct Room<'r> {
    level: &'r Level,
    subject: Subject,
    scope: Scope,
    frame: &'r Frame,
    /// The frame in which every open decision is told exactly; nothing where `frame` is that.
    exact: Option<&'r dyn Fn() -> &'r Frame>,
    facts: &'r dyn Lookup,
    /// The id of the claim or item.
    on: &'r str,
    evidence: Option<&'r Evidence>,
    judged: &'r dyn Fn(&Name) -> Option<JudgementIndex>,
    claim: Option<ClaimIndex>,
}

struct Builder<'b> {
    compiled: &'b Compiled,
    index: Index<'b>,
    grading: Option<&'b Grading<'b>>,
    given: BTreeSet<(String, Name)>,
    /// Whether only the first line is asked for.
    first_line: bool,
}

impl<'b> Builder<'b> {
    fn new(compiled: &'b Compiled, grading: Option<&'b Grading<'b>>) -> Self {
        Self { compiled, index: Index::new(compiled.framework()), grading, given: BTreeSet::new(), first_line: false }
    }

    fn claim_decision(&mut self, claim: ClaimIndex, decision: &Name, depth: usize) -> Option<Proof> {
        let graded = self.grading?.state(claim).out_of_scope.is_none();
        if !graded {
            return None;
        }
        self.with_claim(claim, |builder, room| builder.decision(room, decision, depth))?
    }

    /// Does something with what is read of a claim.
    fn with_claim<T>(&mut self, claim: ClaimIndex, act: impl FnOnce(&mut Self, &Room<'_>) -> T) -> Option<T> {
        let grading = self.grading?;
        let state = grading.state(claim);
        let given = grading.given();
        let exact = || grading.exact_frame(claim);
        let facts = given.of_claim(claim);
        let judged = |name: &Name| grading.judgements.on_claim(claim, name).map(|(index, _)| *index);
        let room = Room {
            level: &self.compiled.claims,
            subject: Subject::Claim,
            scope: Scope::Claim,
            frame: &state.frame,
            exact: Some(&exact),
            facts: &facts,
            on: grading.case.claim(claim).id.as_str(),
            evidence: None,
            judged: &judged,
            claim: Some(claim),
        };
        Some(act(self, &room))
    }

    fn item_decision(&mut self, claim: ClaimIndex, link: LinkIndex, decision: &Name, depth: usize) -> Option<Proof> {
        let grading = self.grading?;
        let position = grading.body(claim).counted.iter().position(|counted| *counted == link)?;
        self.with_item(claim, position, |builder, room| builder.decision(room, decision, depth))?
    }

    /// Does something with what is read of an item as it is linked to a claim; the place of its link among those
    /// that count.
    fn with_item<T>(
        &mut self,
        claim: ClaimIndex,
        position: usize,
        act: impl FnOnce(&mut Self, &Room<'_>) -> T,
    ) -> Option<T> {
        let grading = self.grading?;
        let frame = grading.state(claim).items.get(position)?;
        let link = *grading.body(claim).counted.get(position)?;
        let LinkEnd::Evidence(item) = grading.case.link(link).from else { return None };
        let facts = grading.given().of_item(item, link, claim);
        let exact = || grading.exact_item_frame(claim, position).unwrap_or(frame);
        let judged = |name: &Name| grading.judgements.on_link(item, claim, name).map(|(index, _)| *index);
        let evidence = grading.case.item(item);
        let room = Room {
            level: &self.compiled.items,
            subject: Subject::Link,
            scope: Scope::Link,
            frame,
            exact: Some(&exact),
            facts: &facts,
            on: evidence.id.as_str(),
            evidence: Some(evidence),
            judged: &judged,
            claim: Some(claim),
        };
        Some(act(self, &room))
    }

    fn decision(&mut self, room: &Room<'_>, name: &Name, depth: usize) -> Option<Proof> {
        let framework = self.compiled.framework();
        let position = self.compiled.position(room.subject, name)?;
        let compiled = &room.level.decisions[position];
        let decision = &framework.decisions[compiled.index];
        let result = &room.frame.results[position];
        if let Some(exact) = room.exact.filter(|_| result.is_loose()) {
            return self.decision(&Room { frame: exact(), exact: None, ..*room }, name, depth);
        }
        let holds = self.shown(room, compiled, &result.possible());
        let computed = self.shown(room, compiled, &result.computed);
        let judgement = (room.judged)(name).and_then(|index| self.judgement(index, MatterKind::Decision, name));
        let again = !self.given.insert((room.on.to_owned(), name.clone())) || depth > DEEPEST;
        let mut proof = Proof {
            decision: name.clone(),
            title: decision.title.clone(),
            on: room.on.to_owned(),
            value: holds,
            rule: None,
            because: String::new(),
            computed: judgement.is_some().then_some(computed),
            proposal: false,
            judgement,
            sum: None,
            rules: Vec::new(),
            failed: Vec::new(),
            facts: Vec::new(),
            from: Vec::new(),
            change: decision.change.clone(),
            given_before: again,
        };
        let reading = self.rules(room, decision, compiled, &result.computed, &mut proof);
        let proposes = |fired: &Fired| decision.rule(fired.rule.as_str()).is_some_and(|rule| rule.proposes);
        proof.proposal = proof.judgement.is_none() && proof.rules.iter().any(proposes);
        if self.first_line {
            return Some(proof);
        }
        if again {
            proof.rules.clear();
            proof.failed.clear();
            return Some(proof);
        }
        self.read_all(room, &reading, &mut proof, depth);
        self.parameters(decision, &mut proof);
        Some(proof)
    }

    /// A judgement that counts, with what others judged of the same fact or decision.
    fn judgement(&self, index: JudgementIndex, asked: MatterKind, name: &Name) -> Option<JudgementMade> {
        let grading = self.grading?;
        let judgement = &grading.case.judgements()[index.index()];
        let matter = Matter { asked, name: name.clone(), on: judgement.on };
        let other = |other: &JudgementIndex| {
            let value = matter.value(grading.case, *other)?;
            let other = &grading.case.judgements()[other.index()];
            Some(OtherJudgement {
                value,
                reason: other.reason.clone(),
                by: other.by.clone(),
                on: other.date.to_string(),
                adjudicated: other.adjudicated,
                at: other.span.place(),
            })
        };
        Some(JudgementMade {
            reason: judgement.reason.clone(),
            by: judgement.by.clone(),
            on: judgement.date.to_string(),
            adjudicated: judgement.adjudicated,
            at: judgement.span.place(),
            others: grading.judgements.others(&matter).iter().filter_map(other).collect(),
        })
    }

    fn shown(&self, room: &Room<'_>, compiled: &CompiledDecision, possible: &Possible) -> ProofValue {
        let evaluator = Evaluator::exact(self.compiled, room.subject);
        let word = |answer: Answer| evaluator.value_of(compiled, answer).to_string();
        match possible.one() {
            Some(answer) => ProofValue::Known(word(answer)),
            None => ProofValue::Possible(possible.answers.iter().copied().map(word).collect(), possible.gap),
        }
    }

    /// What a variable is, or can be.
    fn variable(&self, room: &Room<'_>, variable: VariableId) -> ReadValue {
        let known = room.frame.value(variable).filter(|value| !value.is_missing());
        match (known, room.frame.slot(variable)) {
            (Some(value), _) => ReadValue::Known(value.clone()),
            (None, Slot::One(cell)) => {
                let domain = &room.level.space.get(variable).domain;
                domain
                    .only_value(*cell)
                    .map_or_else(|| ReadValue::Possible(vec![domain.shown(*cell)]), ReadValue::Known)
            }
            (None, Slot::Some(cells)) => {
                let domain = &room.level.space.get(variable).domain;
                let shown = cells.ones().filter_map(|cell| u16::try_from(cell).ok()).map(|cell| domain.shown(cell));
                ReadValue::Possible(shown.collect())
            }
            (None, Slot::Open) => ReadValue::Known(FactValue::MISSING),
        }
    }

    /// A template with values filled in.
    fn fill(&self, room: &Room<'_>, template: &str) -> String {
        let filled = |part: Part<'_>| match part {
            Part::Text(text) | Part::Broken(text) => text.to_owned(),
            Part::Value(name) => self.filled(room, name),
            Part::Plural(name, one, many) => if self.filled(room, name) == "1" { one } else { many }.to_owned(),
        };
        parts(template).into_iter().map(filled).collect()
    }

    fn filled(&self, room: &Room<'_>, name: &str) -> String {
        if let Some(value) = self.compiled.parameters().get(name) {
            return value.to_string();
        }
        let value = match room.level.space.value_of(name) {
            Some(variable) => self.variable(room, variable),
            None => ReadValue::Known(room.facts.stated(&name.into()).value),
        };
        match value {
            ReadValue::Known(FactValue::Known(crate::value::Value::Choice(word))) => word.as_str().replace('-', " "),
            ReadValue::Known(value) => short(&value),
            possible => possible.to_string(),
        }
    }
}

fn blank(name: &Name, value: ReadValue) -> Read {
    Read {
        name: name.clone(),
        value,
        unit: None,
        at: None,
        source: None,
        locator: None,
        judgement: None,
        overrode: None,
        by_default: false,
        synthesis: None,
        not_synthesised: None,
        parameter: None,
        measure: None,
        of: Vec::new(),
        left_out: Vec::new(),
        from: Vec::new(),
        given_before: false,
        change: None,
    }
}

/// A value for a sentence: long fractions cut to three places.
fn short(value: &FactValue) -> String {
    match value.number() {
        Some(number) if number.scale() > 3 => number.round_dp(3).normalize().to_string(),
        _ => value.to_string(),
    }
}
