//! Grading what is given by name, without a case: examples, and programs that embed a framework.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluator::Evaluator;
use super::facts::GivenFacts;
use super::frame::{Frame, Preset, Slot};
use super::shared::{self, Ways, kept_out};
use super::ways::evaluate_ways;
use crate::compile::Compiled;
use crate::compile::level::Level;
use crate::document::shape::Subject;
use crate::framework::built_in;
use crate::framework::names::{Index, Named, Scope};
use crate::name::Name;
use crate::value::FactValue;

/// What came of values that were given by name.
pub(crate) struct Computed {
    pub(crate) frame: Frame,
    /// The items that were listed.
    pub(crate) items: Vec<Frame>,
    pub(crate) on: Subject,
    /// The scope rule that keeps it out, if one does.
    pub(crate) out_of_scope: Option<usize>,
    /// The facts of a claim of which no value goes with what is known of its items.
    pub(crate) contrary: Vec<Name>,
}

/// Values by name.
pub(crate) type GivenValues = BTreeMap<Name, FactValue>;

/// Works a level out from values given by name. For claims, measures are taken as given or made
/// of the items and claims listed; a measure that is neither is open.
pub(crate) fn evaluate_given(
    compiled: &Compiled,
    on: Subject,
    given: &GivenValues,
    evidence: Option<&[GivenValues]>,
    claims: Option<&[GivenValues]>,
) -> Computed {
    let framework = compiled.framework();
    let index = Index::new(framework);
    let facts = GivenFacts { framework, given };
    let level = compiled.level(on);
    let preset = preset(level, Scope::of(on), &index, given);
    if on != Subject::Claim {
        let frame = Evaluator::exact(compiled, on).evaluate(&facts, &preset, &|_| None);
        return Computed { frame, items: Vec::new(), on, out_of_scope: None, contrary: Vec::new() };
    }
    let items_with = |put: &Preset| -> Vec<Frame> {
        let item = |(position, values)| item(compiled, &index, given, values, (position, put));
        evidence.unwrap_or_default().iter().enumerate().map(item).collect()
    };
    let seen = if evidence.is_none_or(<[_]>::is_empty) { Preset::new() } else { shared::seen(compiled, &facts) };
    let items = items_with(&seen);
    let children: Vec<Frame> =
        claims.unwrap_or_default().iter().map(|values| child(compiled, &index, values)).collect();
    let listed = |over: crate::framework::Over| match over {
        crate::framework::Over::Evidence => evidence.is_some(),
        crate::framework::Over::Claims => claims.is_some(),
    };
    let frames = (items.as_slice(), &*children.iter().collect::<Vec<_>>());
    let Ways { mut ways, followed, exact, contrary } =
        shared::ways(compiled, &index, &facts, frames, true, &items_with);
    for way in &mut ways {
        for measure in &compiled.measures {
            if !listed(measure.over) {
                way.insert(measure.output, (Slot::Open, None));
            }
        }
        way.extend(preset.iter().map(|(variable, known)| (*variable, known.clone())));
    }
    let mut frame = evaluate_ways(&Evaluator::exact(compiled, Subject::Claim), &facts, &ways, &|_| None);
    shared::put_together(compiled, &followed, &mut frame);
    frame.exact &= exact;
    let out_of_scope = kept_out(compiled, &frame);
    Computed { frame, items, on, out_of_scope, contrary }
}

/// An item of a claim by its position, by the values of both, with something put in.
pub(crate) fn item(
    compiled: &Compiled,
    index: &Index<'_>,
    claim: &GivenValues,
    values: &GivenValues,
    (position, put): (usize, &Preset),
) -> Frame {
    let framework = compiled.framework();
    // Facts of the claim are seen from its items too, and so is what the engine says of it.
    let of_claim = claim.iter().filter(|(name, _)| match built_in::find(name.as_str()) {
        Some(provided) => provided.of_claims && provided.of_items,
        None => framework.fact(name.as_str()).is_some_and(|fact| fact.subject == Subject::Claim),
    });
    let all = of_claim.chain(values).map(|(name, value)| (name.clone(), value.clone())).collect();
    let all = with_defaults(all, position);
    let facts = GivenFacts { framework, given: &all };
    let mut preset = preset(&compiled.items, Scope::Link, index, &all);
    preset.extend(put.iter().map(|(variable, known)| (*variable, known.clone())));
    Evaluator::exact(compiled, Subject::Link).evaluate(&facts, &preset, &|_| None)
}

/// What an item that says nothing of its link and study is taken to be: evidence of a study of
/// its own that supports the claim.
fn with_defaults(mut values: GivenValues, position: usize) -> GivenValues {
    use crate::value::Value;
    let supports = FactValue::Known(Value::Choice("supports".into()));
    let study = FactValue::Known(Value::Text(format!("item {}", position + 1).into()));
    values.entry("relation".into()).or_insert(supports);
    values.entry("study".into()).or_insert(study);
    values.entry("first-hand".into()).or_insert_with(|| true.into());
    values
}

/// Whether a name is decided, measured or derived.
fn is_computed(index: &Index<'_>, scope: Scope, name: &Name) -> bool {
    index.get(scope, name.as_str()).is_some_and(Named::is_worked_out)
}

/// Values of decisions, measures and derived values, which are taken as they are given.
fn preset(level: &Level, scope: Scope, index: &Index<'_>, given: &GivenValues) -> Preset {
    let mut preset = Preset::new();
    for (name, value) in given {
        let computed = is_computed(index, scope, name);
        if let Some(variable) = level.space.value_of(name.as_str()).filter(|_| computed) {
            let slot = level.space.get(variable).domain.cell(value).map_or(Slot::Open, Slot::One);
            preset.insert(variable, (slot, Some(value.clone())));
        }
    }
    preset
}

/// A claim that another rests on, by its values: its facts, what was decided of it, and what is said of the link.
pub(crate) fn child(compiled: &Compiled, index: &Index<'_>, given: &GivenValues) -> Frame {
    let level = &compiled.children;
    let mut given = given.clone();
    let rests_on = FactValue::Known(crate::value::Value::Choice("rests-on".into()));
    given.entry("relation".into()).or_insert(rests_on);
    let facts = GivenFacts { framework: compiled.framework(), given: &given };
    let preset = preset(level, Scope::Child, index, &given);
    let mut slots = Vec::new();
    let mut values = Vec::new();
    for (id, variable) in level.space.iter() {
        use super::facts::Lookup;
        match preset.get(&id) {
            Some((slot, value)) => {
                slots.push(slot.clone());
                values.push(value.clone());
            }
            // It may be called like a fact of something else.
            None if is_computed(index, Scope::Child, &variable.name) => {
                slots.push(Slot::Open);
                values.push(None);
            }
            None => {
                let stated = facts.stated(&variable.name).value;
                slots.push(variable.domain.cell(&stated).map_or(Slot::Open, Slot::One));
                values.push(Some(stated));
            }
        }
    }
    Frame { slots, values, results: Vec::new(), exact: true }
}

/// The missing facts and measures on which a decision still hangs.
pub(crate) fn open_given(compiled: &Compiled, computed: &Computed, decision: &Name) -> Vec<Name> {
    let level = compiled.level(computed.on);
    let frame = &computed.frame;
    let judged = level.decisions.iter().zip(&frame.results).filter(|(_, result)| result.judged.is_some());
    let opaque = judged.map(|(decision, _)| decision.output).collect();
    let position = compiled.position(computed.on, decision);
    let support = position.and_then(|position| {
        let chain = compiled.chain(computed.on, &opaque, &BTreeSet::from([position]))?;
        chain.diagrams.support(chain.values[position]?, &frame.inputs()).ok()
    });
    let names = support.unwrap_or_default().into_iter().map(|variable| level.space.get(variable).name.clone());
    names.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test says what it expects")]

    use crate::{Frameworks, selftest};

    #[test]
    fn items_of_an_example_see_the_kind_of_its_claim() {
        let mut frameworks = Frameworks::empty();
        let pack = r#"
            [framework]
            id = "by-kind"
            title = "By kind"
            edition = "1"
            result = "harmful"
            [scale]
            levels = ["no", "yes"]
            [decision.of-harm]
            on = "link"
            values = ["no", "yes"]
            best = "last"
            otherwise = { then = "no", because = "Not of harm." }
            [[decision.of-harm.rule]]
            id = "harm"
            when = { kind = "harm" }
            then = "yes"
            because = "Of harm."
            [measure.of-harms]
            count = "evidence"
            where = { of-harm = "yes" }
            [decision.harmful]
            otherwise = { then = "no", because = "None of harm." }
            [[decision.harmful.rule]]
            id = "some"
            when = { of-harms = ">= 1" }
            then = "yes"
            because = "{of-harms} of harm."
            [[example]]
            id = "of-harm"
            given = { kind = "harm" }
            evidence = [{}]
            expect = { harmful = "yes" }
        "#;
        let id = frameworks.add_toml("by-kind.toml", pack).expect("it can be read");
        let tests = selftest::framework(frameworks.find(id.as_str()).expect("it was added")).expect("it compiles");
        assert!(tests.iter().all(selftest::Test::passed), "{tests:?}");
    }
}
