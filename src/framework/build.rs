//! Putting a framework together: its own file over what it extends, beside what it uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::inherit::{Inherited, Overlay, as_part, overlay};
use super::load::{DecisionPart, DerivedPart, FactPart, MeasurePart, Pack, ParameterPart, RulePart, TypePart};
use super::{
    Assumption, Condition, Decision, Derived, Framework, HitPolicy, JudgementPolicy, Measure, Parameter, Provenance,
    Rule, Scale, Start,
};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::canonical;
use crate::document::reader::{Literal, Located};
use crate::name::{FrameworkId, Name, Word};
use crate::value::{FactValue, Unknown, Value};
use crate::vocabulary::{BetterEnd, Choices, FactDefinition, FactType};

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
    let origins: Vec<FrameworkId> = std::iter::once(pack.id.value.clone())
        .chain(extended.iter().flat_map(|framework| std::iter::once(&framework.id).chain(&framework.extends).cloned()))
        .collect();
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
    assumptions.extend(pack.assumptions.iter().map(|part| Assumption {
        id: part.id.value.clone(),
        never: part.never.clone(),
        because: part.because.clone(),
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
        if decision.origins.first() == origins.get(1) {
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
    let mut scope: Vec<super::ScopeRule> = extended.map(|framework| framework.scope.clone()).unwrap_or_default();
    scope.extend(pack.scope.iter().cloned());
    let mut uses = from_used.uses;
    uses.extend(extended.iter().flat_map(|framework| framework.uses.iter().cloned()));
    uses.sort();
    uses.dedup();
    let direction = pack.direction.as_ref().map(|name| name.value.clone());
    let outputs: Vec<Name> = pack.outputs.iter().map(|name| name.value.clone()).collect();
    let digests: Vec<&str> = used
        .iter()
        .chain(&extended)
        .map(|framework| framework.digest.as_str())
        .chain([pack.canonical.as_str()])
        .collect();
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
        extends: origins[1..].to_vec(),
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
        scope,
        assumptions,
        examples: pack.examples.clone(),
        enumerations: pack.enumerations.clone(),
        digest: canonical::sha256(&digests.join("\n")),
        span: pack.span.clone(),
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

    fn add_fact(&mut self, facts: &mut Vec<Arc<FactDefinition>>, fact: &Arc<FactDefinition>) {
        match facts.iter().find(|known| known.name == fact.name) {
            None => facts.push(Arc::clone(fact)),
            Some(known) if known.agrees_with(fact) => {}
            Some(known) => {
                let message = format!(
                    "`{}` is defined in two ways: by `{}` and by `{}`",
                    fact.name, known.framework, fact.framework
                );
                let diagnostic = Diagnostic::error(Code::FactConflict, message)
                    .at(&fact.span)
                    .label(&known.span, "the other definition")
                    .help("a fact means the same in every framework: give one of them another name");
                self.problems.push(diagnostic);
            }
        }
    }

    fn fact(&mut self, part: &FactPart) -> Option<FactDefinition> {
        let (kind, of_type) = self.fact_type(part)?;
        let mut unknowns =
            part.unknowns.clone().or(of_type).unwrap_or_else(|| vec![Unknown::NotReported, Unknown::NotApplicable]);
        if part.asked_when.is_some() && !unknowns.contains(&Unknown::NotApplicable) {
            unknowns.push(Unknown::NotApplicable);
        }
        if kind == FactType::Count {
            unknowns.retain(|unknown| *unknown != Unknown::None);
        }
        unknowns.sort_unstable();
        let mut definition = FactDefinition {
            name: part.name.value.clone(),
            subject: part.subject,
            kind,
            unknowns,
            unit: part.unit.clone(),
            least: part.least,
            greatest: part.greatest,
            default: None,
            ask: part.ask.clone(),
            span: part.name.span.clone(),
            framework: self.pack.id.value.clone(),
        };
        if let Some(default) = &part.default {
            match definition.read(default) {
                Ok(FactValue::Known(value)) => definition.default = Some(value),
                Ok(FactValue::Unknown(_)) => {
                    let message = "a default is a value; what is not recorded is missing anyway";
                    self.problems.push(Diagnostic::error(Code::WrongType, message).at(&default.span));
                }
                Err(diagnostic) => self.problems.push(*diagnostic),
            }
        }
        Some(definition)
    }

    fn fact_type(&mut self, part: &FactPart) -> Option<(FactType, Option<Vec<Unknown>>)> {
        if let Some(listed) = &part.listed {
            return Some((choice(listed), None));
        }
        let name = part.type_name.as_ref()?;
        let plain = match name.value.as_str() {
            "flag" => Some(FactType::Flag),
            "count" => Some(FactType::Count),
            "number" => Some(FactType::Number),
            "date" => Some(FactType::Date),
            "text" => Some(FactType::Text),
            _ => None,
        };
        if let Some(plain) = plain {
            return Some((plain, None));
        }
        let Some(shared) = self.types.get(&name.value) else {
            let message = format!("there is no type `{}`", name.value);
            let known =
                ["flag", "count", "number", "date", "text"].into_iter().chain(self.types.keys().map(Name::as_str));
            let near = crate::name::nearest(name.value.as_str(), known);
            self.problems.push(Diagnostic::error(Code::UnknownName, message).at(&name.span).did_you_mean(near));
            return None;
        };
        Some((choice(shared), shared.unknowns.clone()))
    }

    /// What `asked-when` says, as assumptions: a question that arises is not *not applicable*, and
    /// one that does not arise is.
    fn asked_when(&self, part: &FactPart) -> Vec<Assumption> {
        let Some(when) = &part.asked_when else { return Vec::new() };
        let name = &part.name;
        let inapplicable = Condition::Test(super::Test {
            name: name.value.clone(),
            name_span: name.span.clone(),
            accepts: vec![super::Accept::Is(super::Operand {
                value: super::condition::OperandValue::Literal(Literal::Text(Unknown::NotApplicable.word().into())),
                span: name.span.clone(),
            })],
            span: name.span.clone(),
        });
        let assumption = |suffix: &str, never: Condition, because: String| Assumption {
            id: format!("{}-{suffix}", name.value).into(),
            never,
            because,
            origin: self.pack.id.value.clone(),
            span: name.span.clone(),
        };
        let arises = Condition::All(vec![when.clone(), inapplicable.clone()]);
        let not_here =
            Condition::All(vec![Condition::Not(Box::new(when.clone())), Condition::Not(Box::new(inapplicable))]);
        vec![
            assumption(
                "asked",
                arises,
                format!("`{}` is asked when {when}, so it cannot be not applicable then.", name.value),
            ),
            assumption(
                "not-asked",
                not_here,
                format!("`{}` is asked only when {when}; otherwise it is not applicable.", name.value),
            ),
        ]
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
            change,
            span: part.name.span.clone(),
        };
        if let Err(wanted) = parameter.accepts(&value) {
            let span = part.value.as_ref().map_or(&part.span, |literal| &literal.span);
            self.problems
                .push(Diagnostic::error(Code::UnknownValue, format!("{wanted}, and this is {value}")).at(span));
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

    fn decision(&mut self, part: &DecisionPart, scale: Option<&Scale>, result: Option<&Name>) -> Option<Decision> {
        let name = &part.name.value;
        let base = self.extended.and_then(|framework| framework.decision(name.as_str()));
        let what = format!("the decision `{name}`");
        let change = self.overlay().change(part.change.as_ref(), base.is_some(), &what, &part.span);
        let amended = base.filter(|_| part.amend);
        if part.amend && base.is_none() {
            let message = format!("{what} amends nothing: no extended framework has it");
            self.problems.push(Diagnostic::error(Code::UnknownName, message).at(&part.span));
            return None;
        }
        let rules = match amended {
            Some(base) => self.overlay().amended_rules(part, base),
            None => part.rules.clone(),
        };
        let inherited_otherwise = amended.and_then(|base| base.otherwise.as_ref());
        let otherwise = part.otherwise.clone().or_else(|| inherited_otherwise.map(|rule| as_part(rule, &part.span)));
        let hit = self.hit(part, amended)?;
        let is_result = result == Some(name);
        let (values, best, outcomes) = self.values(part, amended, scale.filter(|_| is_result), &hit)?;
        let status = part.status.unwrap_or(self.status);
        let rule = |rule: RulePart| Rule {
            id: rule.id.value,
            when: rule.when,
            then: rule.then,
            because: rule.because,
            proposes: rule.proposes,
            status: rule.status.unwrap_or(status),
            cites: rule.cites,
            span: rule.span,
        };
        for (index, one) in rules.iter().enumerate() {
            if let Some(other) = rules[..index].iter().find(|other| other.id.value == one.id.value) {
                let message = format!("{what} has two rules with the id `{}`", one.id.value);
                let diagnostic = Diagnostic::error(Code::DuplicateId, message)
                    .label(&one.id.span, "again here")
                    .label(&other.id.span, "first here");
                self.problems.push(diagnostic);
            }
        }
        Some(Decision {
            name: name.clone(),
            title: part.title.clone().or_else(|| amended?.title.clone()),
            on: part.on.or_else(|| amended.map(|base| base.on)).unwrap_or(crate::document::shape::Subject::Claim),
            values,
            best,
            outcomes,
            hit,
            rules: rules.into_iter().map(rule).collect(),
            otherwise: otherwise.map(rule),
            cites: part.cites.clone().or_else(|| amended?.cites.clone()),
            judgement: judgement_policy(part, amended),
            origins: self.origins.to_vec(),
            change,
            span: part.span.clone(),
        })
    }

    fn hit(&mut self, part: &DecisionPart, amended: Option<&Decision>) -> Option<HitPolicy> {
        if let (None, Some(base)) = (part.hit, amended) {
            let mut hit = base.hit.clone();
            if let HitPolicy::Sum { start, clamp } = &mut hit {
                if let Some(own) = &part.start {
                    *start = own.clone();
                }
                *clamp = part.clamp.or(*clamp);
            }
            return Some(hit);
        }
        let mut misplaced = |key: &str, wanted: &str, present: bool| {
            if present {
                let message = format!("`{key}` belongs to a decision with `hit = \"{wanted}\"`");
                self.problems.push(Diagnostic::error(Code::BadTable, message).at(&part.span));
            }
        };
        let hit = part.hit.unwrap_or("first");
        misplaced("start", "sum", hit != "sum" && part.start.is_some());
        misplaced("clamp", "sum", hit != "sum" && part.clamp.is_some());
        misplaced("inputs", "table", hit != "table" && !part.inputs.is_empty());
        Some(match hit {
            "unique" => HitPolicy::Unique,
            "worst" => HitPolicy::Worst,
            "best" => HitPolicy::Best,
            "sum" => HitPolicy::Sum {
                start: part.start.clone().unwrap_or(Start::Number(rust_decimal::Decimal::ZERO)),
                clamp: part.clamp,
            },
            "table" => {
                if part.inputs.is_empty() {
                    let message = "a decision with `hit = \"table\"` needs `inputs`";
                    self.problems.push(Diagnostic::error(Code::BadTable, message).at(&part.span));
                    return None;
                }
                HitPolicy::Table { inputs: part.inputs.iter().map(|name| name.value.clone()).collect() }
            }
            _ => HitPolicy::First,
        })
    }

    fn values(
        &mut self,
        part: &DecisionPart,
        amended: Option<&Decision>,
        scale: Option<&Scale>,
        hit: &HitPolicy,
    ) -> Option<(Vec<Word>, Option<BetterEnd>, Vec<Word>)> {
        let plain = |located: &Vec<Located<Word>>| located.iter().map(|word| word.value.clone()).collect::<Vec<_>>();
        if let HitPolicy::Sum { .. } = hit {
            if part.values.is_some() || part.outcomes.is_some() {
                let message = "a sum is a number: a second decision turns it into values";
                self.problems.push(Diagnostic::error(Code::BadTable, message).at(&part.span));
            }
            return Some((Vec::new(), part.best, Vec::new()));
        }
        let mut seen: Vec<&Word> = Vec::new();
        for word in part.values.iter().flatten().chain(part.outcomes.iter().flatten()) {
            if seen.contains(&&word.value) {
                let message = format!("`{}` is listed twice", word.value);
                self.problems.push(Diagnostic::error(Code::DuplicateId, message).at(&word.span));
            } else if Unknown::from_word(word.value.as_str()).is_some() {
                let message = format!("`{}` has a meaning of its own and cannot be a value", word.value);
                self.problems.push(Diagnostic::error(Code::NameClash, message).at(&word.span));
            }
            seen.push(&word.value);
        }
        match (&part.values, scale, amended) {
            (None, Some(scale), _) => {
                let best = part.best.or(Some(BetterEnd::Last));
                Some((scale.levels.clone(), best, scale.outcomes.clone()))
            }
            (None, None, Some(base)) => Some((base.values.clone(), part.best.or(base.best), base.outcomes.clone())),
            (Some(values), _, _) => {
                Some((plain(values), part.best, part.outcomes.as_ref().map(plain).unwrap_or_default()))
            }
            (None, None, None) => {
                let message = format!("the decision `{}` needs `values`", part.name.value);
                let help = "list the values that it can take, in order; only the framework's `result` takes those of the scale";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&part.span).help(help));
                None
            }
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
    FactType::Choice(Choices {
        values: plain(&part.values).into(),
        ordered: part.ordered,
        best: part.best,
        groups: part.groups.iter().map(|(name, members)| (name.clone(), plain(members))).collect(),
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
