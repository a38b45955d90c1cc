//! Putting a framework together: its own file over what it extends, beside what it uses.

mod decision;
mod fact;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::inherit::{Inherited, Overlay, overlay};
use super::load::{DecisionPart, DerivedPart, MeasurePart, Pack, ParameterPart, Says, TypePart};
use super::study::{self, StudyTemplate};
use super::{Assumption, Decision, Derived, Framework, JudgementPolicy, Measure, Parameter, Provenance};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::canonical;
use crate::document::reader::{Literal, Located};
use crate::name::{FrameworkId, Name, Word};
use crate::value::Value;
use crate::vocabulary::{Choices, FactDefinition, FactType};

/// Puts a framework together. What it extends and uses is already put together.
pub(super) fn build(
    pack: &Pack,
    extended: Option<&Framework>,
    used: &[&Framework],
    problems: &mut Problems,
) -> Framework {
    let mut types: BTreeMap<Name, TypePart> = BTreeMap::new();
    for framework in used.iter().chain(&extended) {
        types.extend(framework.types.iter().map(|(name, part)| (name.clone(), part.clone())));
    }
    types.extend(pack.types.iter().map(|(name, part)| (name.clone(), part.clone())));
    let origins: Vec<FrameworkId> = std::iter::once(&pack.id)
        .chain(&pack.aliases)
        .map(|name| name.value.clone())
        .chain(extended.iter().flat_map(|framework| framework.origins.iter().cloned()))
        .collect();
    let extends =
        extended.iter().flat_map(|framework| std::iter::once(&framework.id).chain(&framework.extends).cloned());
    let mut builder = Builder {
        pack,
        extended,
        types: &types,
        origins: &origins,
        status: pack.status.or(extended.map(|framework| framework.status)).unwrap_or(Provenance::Draft),
        problems,
    };
    let mut facts: Vec<Arc<FactDefinition>> = Vec::new();
    for framework in used.iter().chain(&extended) {
        for fact in &framework.facts {
            builder.add_fact(&mut facts, fact);
        }
    }
    let mut assumptions: Vec<Assumption> = Vec::new();
    for framework in used.iter().chain(&extended) {
        for assumption in &framework.assumptions {
            if !assumptions.iter().any(|known| known.id == assumption.id && known.origin == assumption.origin) {
                assumptions.push(assumption.clone());
            }
        }
    }
    for part in &pack.facts {
        if let Some(fact) = builder.fact(part) {
            builder.add_fact(&mut facts, &Arc::new(fact));
            assumptions.extend(builder.asked_when(part));
        }
    }
    pack.facts.iter().for_each(|part| builder.check_synthesised_when(part, &facts));
    assumptions.extend(pack.assumptions.iter().map(|part| Assumption {
        id: part.id.value.clone(),
        never: part.never.clone(),
        because: part.because.clone(),
        asked_of: None,
        origin: pack.id.value.clone(),
        span: part.id.span.clone(),
    }));
    let scale = pack.scale.clone().or_else(|| extended.and_then(|framework| framework.scale.clone()));
    let result = pack.result.as_ref().map(|name| name.value.clone()).or_else(|| extended?.result.clone());
    let from_used = Inherited::of_used(used);
    let own_parameters = pack.parameters.iter().filter_map(|part| builder.parameter(part)).collect();
    let own_derived = pack.derived.iter().map(|part| builder.derived(part)).collect();
    let own_measures = pack.measures.iter().map(|part| builder.measure(part)).collect();
    let own_decisions =
        pack.decisions.iter().filter_map(|part| builder.decision(part, scale.as_ref(), result.as_ref())).collect();
    let mut inherited_decisions = extended.map(|framework| framework.decisions.clone()).unwrap_or_default();
    for decision in &mut inherited_decisions {
        // What is inherited belongs to the heir as well, so that its judgements apply.
        if extended.is_some_and(|framework| decision.origins == framework.origins) {
            decision.origins.clone_from(&origins);
        }
    }
    let parameters = merge(
        from_used.parameters,
        extended.map(|framework| framework.parameters.clone()),
        own_parameters,
        |parameter| parameter.name.clone(),
    );
    let derived =
        merge(from_used.derived, extended.map(|framework| framework.derived.clone()), own_derived, |derived| {
            derived.name.clone()
        });
    let measures =
        merge(from_used.measures, extended.map(|framework| framework.measures.clone()), own_measures, |measure| {
            measure.name.clone()
        });
    let decisions =
        merge(from_used.decisions, Some(inherited_decisions), own_decisions, |decision| decision.name.clone());
    let own_studies =
        pack.studies.iter().map(|part| study::build(part, &facts, &pack.id.value, builder.problems)).collect();
    let mut used_studies: Vec<StudyTemplate> = Vec::new();
    for study in used.iter().flat_map(|framework| &framework.studies) {
        if !used_studies.iter().any(|known| known.id == study.id) {
            used_studies.push(study.clone());
        }
    }
    let studies =
        merge(used_studies, extended.map(|framework| framework.studies.clone()), own_studies, |study| study.id.clone());
    let mut scope: Vec<super::ScopeRule> = extended.map(|framework| framework.scope.clone()).unwrap_or_default();
    scope.extend(pack.scope.iter().cloned());
    let mut uses = from_used.uses;
    uses.extend(extended.iter().flat_map(|framework| framework.uses.iter().cloned()));
    uses.sort();
    uses.dedup();
    let direction = pack.direction.as_ref().map(|name| name.value.clone());
    let outputs: Vec<Name> = pack.outputs.iter().map(|name| name.value.clone()).collect();
    let others = used.iter().chain(&extended).map(|framework| framework.digest.as_str());
    let digest = match &pack.says {
        Says::Text(text) => canonical::digest_of_framework(others, text),
        Says::Digest(digest) => (*digest).to_owned(),
    };
    Framework {
        id: pack.id.value.clone(),
        title: pack.title.clone(),
        edition: pack.edition.clone(),
        guide: pack.guide.clone().or_else(|| extended.and_then(|framework| framework.guide.clone())),
        cites: if pack.cites.is_empty() {
            extended.map(|framework| framework.cites.clone()).unwrap_or_default()
        } else {
            pack.cites.clone()
        },
        status: pack.status.or(extended.map(|framework| framework.status)).unwrap_or(Provenance::Draft),
        extends: extends.collect(),
        aliases: pack.aliases.iter().map(|alias| alias.value.clone()).collect(),
        in_force_from: pack.in_force_from,
        uses,
        change: pack.change.clone(),
        scale,
        result,
        direction: direction.or_else(|| extended?.direction.clone()),
        outputs: if outputs.is_empty() {
            extended.map(|framework| framework.outputs.clone()).unwrap_or_default()
        } else {
            outputs
        },
        facts,
        parameters,
        derived,
        measures,
        decisions,
        studies,
        scope,
        assumptions,
        tests: Arc::new(OnceLock::from(pack.tests.clone())),
        digest,
        span: pack.span.clone(),
        origins,
        types,
    }
}

/// What is referred to, what is inherited and what is said anew, each name once; what is said
/// anew stands in the place of what it replaces.
fn merge<T>(used: Vec<T>, inherited: Option<Vec<T>>, own: Vec<T>, name: impl Fn(&T) -> Name + Copy) -> Vec<T> {
    let mut known: Vec<T> = used;
    for item in inherited.unwrap_or_default() {
        if !known.iter().any(|before| name(before) == name(&item)) {
            known.push(item);
        }
    }
    overlay(known, own, name)
}

struct Builder<'b> {
    pack: &'b Pack,
    extended: Option<&'b Framework>,
    types: &'b BTreeMap<Name, TypePart>,
    origins: &'b [FrameworkId],
    status: Provenance,
    problems: &'b mut Problems,
}

impl Builder<'_> {
    fn overlay(&mut self) -> Overlay<'_> {
        Overlay { pack: self.pack, problems: self.problems }
    }

    fn parameter(&mut self, part: &ParameterPart) -> Option<Parameter> {
        let name = &part.name.value;
        let base = self.extended.and_then(|framework| framework.parameter(name.as_str()));
        let what = format!("the parameter `{name}`");
        let change = self.overlay().change(part.change.as_ref(), base.is_some(), &what, &part.span);
        let choices = if part.choices.is_empty() {
            base.map(|base| base.choices.clone()).unwrap_or_default()
        } else {
            part.choices.clone()
        };
        let value = match (&part.value, base) {
            (Some(literal), _) => as_value(literal, &choices),
            (None, Some(base)) => base.value.clone(),
            (None, None) => {
                let message = format!("{what} has no value");
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&part.span));
                return None;
            }
        };
        let parameter = Parameter {
            name: name.clone(),
            value: value.clone(),
            choices,
            least: part.least.or_else(|| base?.least),
            greatest: part.greatest.or_else(|| base?.greatest),
            about: part.about.clone().or_else(|| base?.about.clone()),
            cites: part.cites.clone().or_else(|| base?.cites.clone()),
            status: part.status.unwrap_or(self.status),
            synthesis: part.synthesis.or_else(|| base?.synthesis),
            change,
            span: part.name.span.clone(),
        };
        if let Some(set) = parameter.synthesis {
            let known = set.choices();
            let words = parameter.choices.iter().map(Word::as_str);
            let strange = words.clone().find(|word| !known.contains(word));
            if parameter.choices.is_empty() || strange.is_some() {
                let message = match strange {
                    Some(word) => format!("{what} cannot choose `{word}`: it sets how results are put together"),
                    None => format!("{what} has no `choices`: it sets how results are put together"),
                };
                let help = format!("let its `choices` be among `{}`", known.join("`, `"));
                self.problems.push(Diagnostic::error(Code::BadParameter, message).at(&part.span).help(help));
            }
        }
        if let Err(wanted) = parameter.accepts(&value) {
            let span = part.value.as_ref().map_or(&part.span, |literal| &literal.span);
            self.problems
                .push(Diagnostic::error(Code::BadParameter, format!("{wanted}, and this is {value}")).at(span));
        }
        Some(parameter)
    }

    fn derived(&mut self, part: &DerivedPart) -> Derived {
        let name = &part.name;
        let replaces = self.extended.is_some_and(|base| base.derived.iter().any(|known| known.name == name.value));
        let what = format!("the derived value `{}`", name.value);
        let change = self.overlay().change(part.change.as_ref(), replaces, &what, &name.span);
        Derived {
            name: name.value.clone(),
            on: part.on,
            function: part.function,
            arguments: part.arguments.clone(),
            about: part.about.clone(),
            cites: part.cites.clone(),
            origin: self.pack.id.value.clone(),
            change,
            span: name.span.clone(),
        }
    }

    fn measure(&mut self, part: &MeasurePart) -> Measure {
        let name = &part.name;
        let replaces = self.extended.is_some_and(|base| base.measures.iter().any(|known| known.name == name.value));
        let what = format!("the measure `{}`", name.value);
        let change = self.overlay().change(part.change.as_ref(), replaces, &what, &name.span);
        Measure {
            name: name.value.clone(),
            aggregate: part.aggregate.clone(),
            over: part.over,
            filter: part.filter.clone(),
            prefer: part.prefer.clone(),
            skip_not_reported: part.skip_not_reported,
            clamp: part.clamp,
            about: part.about.clone(),
            origin: self.pack.id.value.clone(),
            change,
            span: name.span.clone(),
        }
    }
}

fn judgement_policy(part: &DecisionPart, amended: Option<&Decision>) -> JudgementPolicy {
    match (part.judgement, part.within, amended) {
        (Some("refused"), _, _) => JudgementPolicy::Refused,
        (None, None, Some(base)) => base.judgement,
        (_, within, _) => JudgementPolicy::Allowed { within },
    }
}

fn choice(part: &TypePart) -> FactType {
    let plain = |located: &[Located<Word>]| located.iter().map(|word| word.value.clone()).collect::<Vec<_>>();
    let groups = part.groups.iter().map(|(name, members)| (name.clone(), plain(members)));
    FactType::Choice(Choices {
        values: plain(&part.values).into(),
        ordered: part.ordered,
        best: part.best,
        groups: Arc::new(groups.collect()),
    })
}

/// A literal as a parameter's value: text is a choice if there are choices.
fn as_value(literal: &Located<Literal>, choices: &[Word]) -> Value {
    match &literal.value {
        Literal::Flag(flag) => Value::Flag(*flag),
        Literal::Number(number) => Value::Number(*number),
        Literal::Date(date) => Value::Date(*date),
        Literal::Text(text) if choices.is_empty() => Value::Text(text.as_str().into()),
        Literal::Text(text) => Value::Choice(text.as_str().into()),
    }
}
