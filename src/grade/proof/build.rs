//! Building proofs from frames.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Failed, Fired, JudgementMade, LeftOut, ParameterUsed, Proof, ProofValue, Read, ReadItem, ReadValue, Sum};
use crate::case::{Case, ClaimIndex, Evidence, JudgementIndex, LinkEnd, LinkIndex};
use crate::compile::decision::{CompiledDecision, Outcome};
use crate::compile::diagram::VariableId;
use crate::compile::formula::{Atom, Formula};
use crate::compile::level::{Level, arguments};
use crate::compile::{Compiled, CompiledMeasure};
use crate::document::shape::Subject;
use crate::framework::names::{Index, Named, Scope};
use crate::framework::{Decision, HitPolicy, Over, Rule};
use crate::grade::Grading;
use crate::grade::facts::{ClaimFacts, GivenFacts, ItemFacts, Lookup, Origin};
use crate::grade::frame::{Answer, Evaluator, Frame, Possible, Slot};
use crate::grade::given::Computed;
use crate::name::Name;
use crate::value::FactValue;

/// How deep decisions are followed. A deeper one is named, and can be asked for by itself.
const DEEPEST: usize = 64;

/// The proof of a decision on a claim.
pub(in crate::grade) fn of_claim(grading: &Grading<'_>, claim: ClaimIndex, decision: &Name) -> Option<Proof> {
    let state = grading.state(claim);
    if state.out_of_scope.is_some() {
        return None;
    }
    let facts = ClaimFacts {
        case: grading.case,
        framework: grading.compiled.framework(),
        judgements: &grading.judgements,
        as_of: grading.as_of(),
        claim,
        link: None,
    };
    let judged = |name: &Name| grading.judgements.on_claim(claim, name).map(|(index, _)| *index);
    let room = Room {
        level: &grading.compiled.claims,
        subject: Subject::Claim,
        scope: Scope::Claim,
        frame: &state.frame,
        facts: &facts,
        on: grading.case.claim(claim).id.as_str(),
        evidence: None,
        judged: &judged,
        claim: Some(claim),
    };
    Builder::new(grading.compiled, Some(grading)).decision(&room, decision, 0)
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
        facts: &facts,
        on: "given",
        evidence: None,
        judged: &|_| None,
        claim: None,
    };
    Builder::new(compiled, None).decision(&room, decision, 0)
}

/// What is read from while a proof is built: a claim, an item, or what is given.
struct Room<'r> {
    level: &'r Level,
    subject: Subject,
    scope: Scope,
    frame: &'r Frame,
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
}

impl<'b> Builder<'b> {
    fn new(compiled: &'b Compiled, grading: Option<&'b Grading<'b>>) -> Self {
        Self { compiled, index: Index::new(compiled.framework()), grading, given: BTreeSet::new() }
    }

    fn item_decision(&mut self, claim: ClaimIndex, link: LinkIndex, decision: &Name, depth: usize) -> Option<Proof> {
        let grading = self.grading?;
        let position = grading.body(claim).counted.iter().position(|counted| *counted == link)?;
        let frame = &grading.state(claim).items[position];
        let LinkEnd::Evidence(item) = grading.case.link(link).from else { return None };
        let facts = ItemFacts {
            case: grading.case,
            framework: self.compiled.framework(),
            judgements: &grading.judgements,
            as_of: grading.as_of(),
            item,
            link: Some((link, claim)),
        };
        let judged = |name: &Name| grading.judgements.on_link(item, claim, name).map(|(index, _)| *index);
        let evidence = grading.case.item(item);
        let room = Room {
            level: &self.compiled.items,
            subject: Subject::Link,
            scope: Scope::Link,
            frame,
            facts: &facts,
            on: evidence.id.as_str(),
            evidence: Some(evidence),
            judged: &judged,
            claim: Some(claim),
        };
        self.decision(&room, decision, depth)
    }

    fn decision(&mut self, room: &Room<'_>, name: &Name, depth: usize) -> Option<Proof> {
        let framework = self.compiled.framework();
        let position = room.level.decisions.iter().position(|known| framework.decisions[known.index].name == *name)?;
        let compiled = &room.level.decisions[position];
        let decision = &framework.decisions[compiled.index];
        let result = &room.frame.results[position];
        let holds = self.shown(room, compiled, &result.possible());
        let computed = self.shown(room, compiled, &result.computed);
        let judgement = (room.judged)(name).and_then(|index| self.judgement(index));
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
        if again {
            proof.rules.clear();
            proof.failed.clear();
            return Some(proof);
        }
        self.read_all(room, &reading, &mut proof, depth);
        self.parameters(decision, &mut proof);
        Some(proof)
    }

    fn judgement(&self, index: JudgementIndex) -> Option<JudgementMade> {
        Some(judgement_made(self.grading?.case, index))
    }

    fn shown(&self, room: &Room<'_>, compiled: &CompiledDecision, possible: &Possible) -> ProofValue {
        let evaluator = Evaluator { compiled: self.compiled, on: room.subject };
        let word = |answer: Answer| evaluator.value_of(compiled, answer).to_string();
        match possible.one() {
            Some(answer) => ProofValue::Known(word(answer)),
            None => ProofValue::Possible(possible.answers.iter().copied().map(word).collect(), possible.gap),
        }
    }

    /// Finds the rules that hold and those that do not, and returns the variables that were read.
    fn rules(
        &self,
        room: &Room<'_>,
        decision: &Decision,
        compiled: &CompiledDecision,
        computed: &Possible,
        proof: &mut Proof,
    ) -> Vec<VariableId> {
        let mut reading: Vec<VariableId> = Vec::new();
        let read = |reading: &mut Vec<VariableId>, variables: Vec<VariableId>| {
            variables.into_iter().for_each(|variable| {
                if !reading.contains(&variable) {
                    reading.push(variable);
                }
            });
        };
        if let Some(Outcome::NumberOf(variable, _)) = &compiled.start {
            reading.push(*variable);
        }
        let one_answers = matches!(decision.hit, HitPolicy::First | HitPolicy::Unique | HitPolicy::Table { .. });
        let mut held: Vec<usize> = Vec::new();
        let mut answered = false;
        for (position, rule) in compiled.rules.iter().enumerate() {
            if answered {
                break;
            }
            let possible = room.level.diagrams.possible(rule.holds, &room.frame.inputs());
            if possible.contains(&1) {
                held.push(position);
                read(&mut reading, rule.formula.variables());
                if let Outcome::SameAs(variable, _) | Outcome::NumberOf(variable, _) = &rule.outcome {
                    read(&mut reading, vec![*variable]);
                }
                answered = one_answers && !possible.contains(&0);
            } else if let Some((condition, actual, variables)) = failure(room, &rule.formula) {
                // The cells of a table that were not looked up say nothing.
                if !matches!(decision.hit, HitPolicy::Table { .. }) {
                    read(&mut reading, variables);
                    let rule = decision.rules[position].id.clone();
                    proof.failed.push(Failed { rule, condition, actual });
                }
            }
        }
        let sum = matches!(decision.hit, HitPolicy::Sum { .. });
        let fired = |rule: &Rule, gives: String| Fired {
            rule: rule.id.clone(),
            gives,
            because: self.fill(room, &rule.because),
            status: rule.status,
            cites: rule.cites.clone().or_else(|| decision.cites.clone()),
            at: rule.span.place(),
        };
        for position in &held {
            let rule = &decision.rules[*position];
            proof.rules.push(fired(rule, self.gives(room, compiled, &compiled.rules[*position].outcome)));
        }
        let otherwise_possible = if one_answers || sum { !answered } else { held.is_empty() };
        if let Some(rule) = decision.otherwise.as_ref().filter(|_| otherwise_possible && !sum) {
            let outcome = compiled.otherwise.as_ref();
            let gives = outcome.map_or_else(String::new, |outcome| self.gives(room, compiled, outcome));
            proof.rules.push(fired(rule, gives));
            if let Some(Outcome::SameAs(variable, _)) = outcome {
                read(&mut reading, vec![*variable]);
            }
        }
        if sum {
            self.sum(room, compiled, &held, proof);
        } else {
            // Of several rules that hold together the one whose value came out goes first.
            let value = self.shown(room, compiled, computed).to_string();
            proof.rules.sort_by_key(|fired| fired.gives != value);
        }
        match (proof.rules.as_slice(), sum) {
            ([], false) => {
                proof.because = match computed.one() {
                    Some(_) => "It was given.".to_owned(),
                    None => "No rule answers for these facts.".to_owned(),
                };
            }
            ([first, rest @ ..], false) => {
                proof.rule = Some(first.rule.clone());
                proof.because.clone_from(&first.because);
                if one_answers && !rest.is_empty() {
                    let ids: Vec<&str> = proof.rules.iter().map(|fired| fired.rule.as_str()).collect();
                    proof.because =
                        format!("It hangs on what is missing which of these rules answers: {}.", ids.join(", "));
                }
            }
            ([], true) => "Nothing is added or taken away.".clone_into(&mut proof.because),
            (added, true) => {
                let parts: Vec<String> =
                    added.iter().map(|fired| format!("{} ({})", fired.rule, fired.gives)).collect();
                proof.because = parts.join(", ");
            }
        }
        if let Some(judgement) = &proof.judgement {
            proof.because = format!("Judged by {} on {}: {}", judgement.by, judgement.on, judgement.reason);
        }
        reading
    }

    fn sum(&self, room: &Room<'_>, compiled: &CompiledDecision, held: &[usize], proof: &mut Proof) {
        let number = |outcome: &Outcome| match outcome {
            Outcome::Number(number) => Some(*number),
            Outcome::NumberOf(variable, cells) => match room.frame.slot(*variable) {
                Slot::One(cell) => cells.get(*cell as usize).copied().flatten(),
                _ => None,
            },
            _ => None,
        };
        let certain = |position: &usize| {
            let possible = room.level.diagrams.possible(compiled.rules[*position].holds, &room.frame.inputs());
            !possible.contains(&0)
        };
        let Some(start) = compiled.start.as_ref().and_then(number) else { return };
        let mut raw = Some(start);
        for position in held {
            let added = number(&compiled.rules[*position].outcome).filter(|_| certain(position));
            raw = raw.zip(added).and_then(|(raw, added)| raw.checked_add(added));
        }
        proof.sum = raw.map(|raw| Sum { start, raw });
    }

    fn gives(&self, room: &Room<'_>, compiled: &CompiledDecision, outcome: &Outcome) -> String {
        let signed = |number: Decimal| {
            let number = number.normalize();
            if number.is_sign_negative() { number.to_string() } else { format!("+{number}") }
        };
        match outcome {
            Outcome::Word(cell) => {
                room.level.space.get(compiled.output).domain.shown(u16::try_from(*cell).unwrap_or(u16::MAX))
            }
            Outcome::Number(number) => signed(*number),
            Outcome::SameAs(variable, _) => self.variable(room, *variable).to_string(),
            Outcome::NumberOf(variable, _) => match self.variable(room, *variable) {
                ReadValue::Known(value) => value.number().map_or_else(|| value.to_string(), signed),
                possible => possible.to_string(),
            },
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
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, tail)) = after.split_once('}') else { break };
            filled.push_str(&self.filled(room, name));
            rest = tail;
        }
        filled.push_str(rest);
        filled
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

    fn read_all(&mut self, room: &Room<'_>, reading: &[VariableId], proof: &mut Proof, depth: usize) {
        for variable in reading {
            let known = room.level.space.get(*variable);
            let name = known.name.clone();
            match self.index.get(room.scope, name.as_str()) {
                Some(Named::Decision(_)) => proof.from.extend(self.decision(room, &name, depth + 1)),
                _ => proof.facts.push(self.read(room, *variable, depth)),
            }
        }
    }

    fn read(&mut self, room: &Room<'_>, variable: VariableId, depth: usize) -> Read {
        let name = room.level.space.get(variable).name.clone();
        let value = self.variable(room, variable);
        let mut read = blank(&name, value);
        match self.index.get(room.scope, name.as_str()) {
            Some(Named::Measure(measure)) => {
                read.measure = Some(measure.aggregate.word());
                let compiled = self.compiled;
                let found =
                    compiled.measures.iter().find(|known| compiled.framework().measures[known.index].name == name);
                if let (Some(measure), Some(claim)) = (found, room.claim) {
                    self.measure(measure, claim, &mut read, depth);
                }
            }
            Some(Named::Derived(derived)) => {
                for argument in arguments(derived) {
                    match room.level.space.value_of(argument.as_str()) {
                        Some(variable) if depth <= DEEPEST => read.from.push(self.read(room, variable, depth + 1)),
                        _ => read.from.extend(self.parameter(argument)),
                    }
                }
            }
            Some(Named::Fact(fact)) => {
                read.unit.clone_from(&fact.unit);
                self.origin(room, &name, &mut read);
            }
            _ => self.origin(room, &name, &mut read),
        }
        read
    }

    /// Where a fact stands, who decided it, and the source that its item cites.
    fn origin(&self, room: &Room<'_>, name: &Name, read: &mut Read) {
        match room.facts.stated(name).origin {
            Origin::File(at) => read.at = Some(at.place()),
            Origin::Engine(Some(at)) => read.at = Some(at.place()),
            Origin::Judgement(index, overrode) => {
                read.judgement = self.judgement(index);
                read.at = read.judgement.as_ref().map(|judgement| judgement.at.clone());
                read.overrode = overrode;
            }
            Origin::Default => read.by_default = true,
            Origin::Nowhere | Origin::Engine(None) | Origin::Example => return,
        }
        if let (Some(grading), Some(evidence)) = (self.grading, room.evidence) {
            read.source = Some(grading.case.source(evidence.source).id.clone());
            read.locator.clone_from(&evidence.locator);
        }
    }

    /// What a measure is made of.
    fn measure(&mut self, measure: &CompiledMeasure, claim: ClaimIndex, read: &mut Read, depth: usize) {
        let Some(grading) = self.grading else { return };
        let state = grading.state(claim);
        let (level, frames): (&Level, Vec<&Frame>) = match measure.over {
            Over::Evidence => (&self.compiled.items, state.items.iter().collect()),
            Over::Claims => (&self.compiled.children, state.children.iter().map(|(.., frame)| frame).collect()),
        };
        let certainly = |asked: &Option<(Formula, _)>, frame: &Frame| {
            asked.as_ref().is_none_or(|(_, holds)| !level.diagrams.possible(*holds, &frame.inputs()).contains(&0))
        };
        let prefers = measure.prefer.is_some()
            && frames.iter().any(|frame| certainly(&measure.filter, frame) && certainly(&measure.prefer, frame));
        match measure.over {
            Over::Evidence => {
                for (link, frame) in grading.body(claim).counted.iter().zip(&state.items) {
                    let LinkEnd::Evidence(item) = grading.case.link(*link).from else { continue };
                    let evidence = grading.case.item(item);
                    let facts = ItemFacts {
                        case: grading.case,
                        framework: self.compiled.framework(),
                        judgements: &grading.judgements,
                        as_of: grading.as_of(),
                        item,
                        link: Some((*link, claim)),
                    };
                    let judged = |name: &Name| grading.judgements.on_link(item, claim, name).map(|(index, _)| *index);
                    let room = Room {
                        level: &self.compiled.items,
                        subject: Subject::Link,
                        scope: Scope::Link,
                        frame,
                        facts: &facts,
                        on: evidence.id.as_str(),
                        evidence: Some(evidence),
                        judged: &judged,
                        claim: Some(claim),
                    };
                    self.member(measure, &room, Subject::Evidence, prefers, read, depth);
                }
            }
            Over::Claims => {
                for (link, child, frame) in &state.children {
                    let facts = ClaimFacts {
                        case: grading.case,
                        framework: self.compiled.framework(),
                        judgements: &grading.judgements,
                        as_of: grading.as_of(),
                        claim: *child,
                        link: Some(*link),
                    };
                    let room = Room {
                        level: &self.compiled.children,
                        subject: Subject::Claim,
                        scope: Scope::Child,
                        frame,
                        facts: &facts,
                        on: grading.case.claim(*child).id.as_str(),
                        evidence: None,
                        judged: &|_| None,
                        claim: Some(*child),
                    };
                    self.member(measure, &room, Subject::Claim, prefers, read, depth);
                }
            }
        }
    }

    fn member(
        &mut self,
        measure: &CompiledMeasure,
        room: &Room<'_>,
        subject: Subject,
        prefers: bool,
        read: &mut Read,
        depth: usize,
    ) {
        if let Some((formula, holds)) = &measure.filter {
            let possible = room.level.diagrams.possible(*holds, &room.frame.inputs());
            if !possible.contains(&1) {
                let (condition, actual, _) = failure(room, formula).unwrap_or_default();
                read.left_out.push(LeftOut { id: room.on.to_owned(), condition, actual });
                return;
            }
        }
        if let Some((formula, holds)) = measure.prefer.as_ref().filter(|_| prefers)
            && !room.level.diagrams.possible(*holds, &room.frame.inputs()).contains(&1)
        {
            let (condition, actual, _) = failure(room, formula).unwrap_or_default();
            let condition = format!("{condition} (some are, and go before others)");
            read.left_out.push(LeftOut { id: room.on.to_owned(), condition, actual });
            return;
        }
        let asked = measure.filter.iter().chain(&measure.prefer).chain(&measure.condition);
        let mut variables: Vec<VariableId> = asked.flat_map(|(formula, _)| formula.variables()).collect();
        variables.extend(measure.of.map(|(variable, _)| variable));
        let mut item = ReadItem { subject, id: room.on.to_owned(), facts: Vec::new(), from: Vec::new() };
        let mut seen = BTreeSet::new();
        for variable in variables.into_iter().filter(|variable| seen.insert(*variable)) {
            let known = room.level.space.get(variable);
            let name = known.name.clone();
            match self.index.get(room.scope, name.as_str()) {
                Some(Named::Decision(_)) if subject == Subject::Evidence => {
                    item.from.extend(self.decision(room, &name, depth + 1));
                }
                // Claims that it rests on have proofs of their own.
                Some(Named::Decision(_) | Named::Measure(_) | Named::Derived(_)) if subject == Subject::Claim => {
                    item.facts.push(blank(&name, self.variable(room, variable)));
                }
                _ => item.facts.push(self.read(room, variable, depth + 1)),
            }
        }
        read.of.push(item);
    }

    /// The parameters that the rules of a proof lean on.
    fn parameters(&self, decision: &Decision, proof: &mut Proof) {
        let mut names: Vec<&Name> = Vec::new();
        for fired in &proof.rules {
            let Some(rule) = decision.rule(fired.rule.as_str()) else { continue };
            for test in rule.when.tests() {
                let operands = test.accepts.iter().flat_map(crate::framework::Accept::operands);
                let tested = self.compiled.parameters().get_key_value(&test.name).map(|(name, _)| name);
                for name in operands.filter_map(|operand| operand.parameter()).chain(tested) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        proof.facts.extend(names.into_iter().filter_map(|name| self.parameter(name)));
    }

    fn parameter(&self, name: &Name) -> Option<Read> {
        let parameter = self.compiled.framework().parameter(name.as_str())?;
        let value = self.compiled.parameters().get(name)?;
        let mut read = blank(name, ReadValue::Known(FactValue::Known(value.clone())));
        let set_for_run = self.compiled.is_overridden(name.as_str());
        read.at = (!set_for_run).then(|| parameter.span.place());
        let cites = parameter.cites.clone().filter(|_| !set_for_run);
        read.parameter = Some(ParameterUsed { status: parameter.status, cites, set_for_run });
        Some(read)
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
        parameter: None,
        measure: None,
        of: Vec::new(),
        left_out: Vec::new(),
        from: Vec::new(),
    }
}

/// A value for a sentence: long fractions cut to three places.
fn short(value: &FactValue) -> String {
    match value.number() {
        Some(number) if number.scale() > 3 => number.round_dp(3).normalize().to_string(),
        _ => value.to_string(),
    }
}

/// A judgement as a proof shows it.
pub(crate) fn judgement_made(case: &Case, index: JudgementIndex) -> JudgementMade {
    let judgement = &case.judgements()[index.index()];
    JudgementMade {
        reason: judgement.reason.clone(),
        by: judgement.by.clone(),
        on: judgement.date.to_string(),
        at: judgement.span.place(),
    }
}

/// The condition that makes a formula fail, what is the case instead, and what was read to see
/// it. Nothing if the formula may hold.
fn failure(room: &Room<'_>, formula: &Formula) -> Option<(String, String, Vec<VariableId>)> {
    match formula {
        Formula::All(parts) => parts.iter().find_map(|part| failure(room, part)),
        Formula::Any(parts) => {
            let failures: Option<Vec<_>> = parts.iter().map(|part| failure(room, part)).collect();
            let failures = failures?;
            let conditions: Vec<&str> = failures.iter().map(|(condition, ..)| condition.as_str()).collect();
            let mut actuals: Vec<&str> = Vec::new();
            for (_, actual, _) in &failures {
                if !actuals.contains(&actual.as_str()) {
                    actuals.push(actual);
                }
            }
            let variables = failures.iter().flat_map(|(.., variables)| variables.iter().copied()).collect();
            Some((conditions.join(" or "), actuals.join(", "), variables))
        }
        Formula::Not(part) => certain(room, part).then(|| {
            let variables = part.variables();
            (format!("not ({})", shown_formula(part)), actual(room, &variables), variables)
        }),
        Formula::Constant(holds, shown) => {
            (!holds).then(|| (shown.clone(), "it is set otherwise".to_owned(), Vec::new()))
        }
        Formula::Atom(atom) => {
            let fails = !may_hold(room, atom);
            fails.then(|| (atom.shown.clone(), actual(room, &[atom.variable]), vec![atom.variable]))
        }
    }
}

fn may_hold(room: &Room<'_>, atom: &Atom) -> bool {
    match room.frame.slot(atom.variable) {
        Slot::One(cell) => atom.cells.contains(*cell as usize),
        Slot::Some(cells) => cells.ones().any(|cell| atom.cells.contains(cell)),
        Slot::Open => atom.cells.count_ones(..) > 0,
    }
}

/// Whether a formula holds in every case.
fn certain(room: &Room<'_>, formula: &Formula) -> bool {
    match formula {
        Formula::All(parts) => parts.iter().all(|part| certain(room, part)),
        Formula::Any(parts) => parts.iter().any(|part| certain(room, part)),
        Formula::Not(part) => failure(room, part).is_some(),
        Formula::Constant(holds, _) => *holds,
        Formula::Atom(atom) => match room.frame.slot(atom.variable) {
            Slot::One(cell) => atom.cells.contains(*cell as usize),
            Slot::Some(cells) => cells.ones().all(|cell| atom.cells.contains(cell)),
            Slot::Open => atom.cells.count_ones(..) == atom.cells.len(),
        },
    }
}

fn shown_formula(formula: &Formula) -> String {
    let joined = |parts: &[Formula], word: &str| parts.iter().map(shown_formula).collect::<Vec<_>>().join(word);
    match formula {
        Formula::All(parts) => joined(parts, " and "),
        Formula::Any(parts) => joined(parts, " or "),
        Formula::Not(part) => format!("not ({})", shown_formula(part)),
        Formula::Constant(_, shown) => shown.clone(),
        Formula::Atom(atom) => atom.shown.clone(),
    }
}

/// What some variables are, as a clause.
fn actual(room: &Room<'_>, variables: &[VariableId]) -> String {
    let clause = |variable: &VariableId| {
        let name = &room.level.space.get(*variable).name;
        let domain = &room.level.space.get(*variable).domain;
        let value = match (room.frame.value(*variable), room.frame.slot(*variable)) {
            (Some(value), _) if !value.is_missing() => short(value),
            (_, Slot::One(cell)) => domain.shown(*cell),
            (_, Slot::Some(cells)) => {
                let shown = cells.ones().filter_map(|cell| u16::try_from(cell).ok()).map(|cell| domain.shown(cell));
                shown.collect::<Vec<_>>().join(" or ")
            }
            (_, Slot::Open) => "missing".to_owned(),
        };
        format!("{name} is {value}")
    };
    variables.iter().map(clause).collect::<Vec<_>>().join(", ")
}
