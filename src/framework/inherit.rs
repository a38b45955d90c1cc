//! Taking over what another framework says: `extends` copies, `uses` refers.

use std::collections::BTreeMap;

use super::load::{DecisionPart, Pack, RulePart};
use super::names::{Index, Named, Scope, inner_scope};
use super::{Argument, Change, Decision, Derived, Framework, Measure, Parameter, Start, Then, template};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::name::{FrameworkId, Name};

/// What a framework starts from: what it inherits, and what it refers to.
#[derive(Default)]
pub(super) struct Inherited {
    pub(super) parameters: Vec<Parameter>,
    pub(super) derived: Vec<Derived>,
    pub(super) measures: Vec<Measure>,
    pub(super) decisions: Vec<Decision>,
    pub(super) uses: Vec<FrameworkId>,
}

impl Inherited {
    /// Everything that the frameworks under `uses` declare, under qualified names.
    pub(super) fn of_used(used: &[&Framework]) -> Self {
        let mut inherited = Self::default();
        for framework in used {
            let qualify = qualifier(framework);
            for id in framework.uses.iter().chain([&framework.id]) {
                if !inherited.uses.contains(id) {
                    inherited.uses.push(id.clone());
                }
            }
            for parameter in &framework.parameters {
                let name = qualify(Scope::Claim, &parameter.name);
                if !inherited.parameters.iter().any(|known| known.name == name) {
                    inherited.parameters.push(Parameter { name, ..parameter.clone() });
                }
            }
            for derived in &framework.derived {
                let rename = |name: &Name| qualify(Scope::of(derived.on), name);
                let name = rename(&derived.name);
                if !inherited.derived.iter().any(|known| known.name == name) {
                    inherited.derived.push(renamed_derived(derived, name, &rename));
                }
            }
            for measure in &framework.measures {
                let name = qualify(Scope::Claim, &measure.name);
                let rename = |name: &Name| qualify(inner_scope(measure), name);
                if !inherited.measures.iter().any(|known| known.name == name) {
                    inherited.measures.push(renamed_measure(measure, name, &rename));
                }
            }
            for decision in &framework.decisions {
                let rename = |name: &Name| qualify(Scope::of(decision.on), name);
                let name = rename(&decision.name);
                if !inherited.decisions.iter().any(|known| known.name == name) {
                    inherited.decisions.push(renamed_decision(decision, name, &rename));
                }
            }
        }
        inherited
    }
}

/// The name by which others refer to what a framework declares itself, as it is looked up in a scope: a
/// measure that is called like a fact of items is seen where claims are asked, and the fact where items are.
fn qualifier(framework: &Framework) -> impl Fn(Scope, &Name) -> Name {
    let index = Index::new(framework);
    move |scope, name| match index.get(scope, name.as_str()) {
        Some(Named::Parameter(_) | Named::Derived(_) | Named::Measure(_) | Named::Decision(_))
            if !is_qualified(name, &framework.uses) =>
        {
            format!("{}.{name}", framework.id).into()
        }
        _ => name.clone(),
    }
}

/// Whether a name belongs to one of these frameworks.
pub(super) fn is_qualified(name: &Name, uses: &[FrameworkId]) -> bool {
    uses.iter().any(|id| name.as_str().strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with('.')))
}

fn renamed_derived(derived: &Derived, name: Name, rename: &dyn Fn(&Name) -> Name) -> Derived {
    let mut derived = Derived { name, ..derived.clone() };
    for argument in derived.arguments.iter_mut().flatten() {
        if let Argument::Name(name) = argument {
            *name = rename(name);
        }
    }
    derived
}

fn renamed_measure(measure: &Measure, name: Name, rename: &dyn Fn(&Name) -> Name) -> Measure {
    use super::Aggregate;
    let mut measure = Measure { name, ..measure.clone() };
    for condition in measure.filter.iter_mut().chain(&mut measure.prefer) {
        condition.rename(rename);
    }
    match &mut measure.aggregate {
        Aggregate::Count => {}
        Aggregate::Distinct(of)
        | Aggregate::Sum(of)
        | Aggregate::Min(of)
        | Aggregate::Max(of)
        | Aggregate::Median(of)
        | Aggregate::Majority(of) => *of = rename(of),
        Aggregate::Any(condition) | Aggregate::All(condition) => condition.rename(rename),
        Aggregate::Share { holds, weight } => {
            holds.rename(rename);
            if let Some(weight) = weight {
                *weight = rename(weight);
            }
        }
    }
    measure
}

fn renamed_decision(decision: &Decision, name: Name, rename: &dyn Fn(&Name) -> Name) -> Decision {
    let mut decision = Decision { name, ..decision.clone() };
    for rule in decision.rules.iter_mut().chain(&mut decision.otherwise) {
        rule.when.rename(rename);
        if let Then::ValueOf(name, _) = &mut rule.then {
            *name = rename(name);
        }
        rule.because = template::renamed(&rule.because, rename);
    }
    match &mut decision.hit {
        super::HitPolicy::Sum { start: Start::ValueOf(name, _), .. } => *name = rename(name),
        super::HitPolicy::Table { inputs } => inputs.iter_mut().for_each(|name| *name = rename(name)),
        _ => {}
    }
    decision
}

/// Puts what a framework says itself over what it inherits, item by item.
pub(super) struct Overlay<'p> {
    pub(super) pack: &'p Pack,
    pub(super) problems: &'p mut Problems,
}

impl Overlay<'_> {
    /// Who changed an inherited item, and why; a replacement without a reason is reported.
    pub(super) fn change(&mut self, why: Option<&String>, replaces: bool, what: &str, span: &Span) -> Option<Change> {
        match (replaces, why) {
            (true, Some(why)) => Some(Change { by: self.pack.id.value.clone(), why: why.clone() }),
            (true, None) => {
                let extended = self.pack.extends.as_ref().map_or("", |extends| extends.value.as_str());
                let message = format!("{what} replaces the one of `{extended}` and does not say why");
                let help = "add `change = \"...\"`: it is shown in every proof that leans on the change";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(span).help(help));
                None
            }
            (false, Some(_)) => {
                let message = format!("{what} replaces nothing, so there is no `change` to explain");
                self.problems.push(Diagnostic::error(Code::UnknownName, message).at(span));
                None
            }
            (false, None) => None,
        }
    }

    /// Refuses what only a decision that amends another can say, where it amends none.
    pub(super) fn refuse_amendments(&mut self, part: &DecisionPart) {
        let dropped = part.drop.first().map(|id| ("drop", &id.span));
        let before = part.rules.iter().find_map(|rule| Some(("before", &rule.before.as_ref()?.span)));
        for (key, span) in dropped.into_iter().chain(before) {
            let message = format!("`{key}` belongs to a decision with `amend = true`");
            self.problems.push(Diagnostic::error(Code::BadTable, message).at(span));
        }
    }

    /// The rules of a decision that amends an inherited one.
    pub(super) fn amended_rules(&mut self, part: &DecisionPart, inherited: &Decision) -> Vec<RulePart> {
        let mut rules: Vec<RulePart> = inherited.rules.iter().map(|rule| as_part(rule, &inherited.span)).collect();
        for id in &part.drop {
            let before = rules.len();
            rules.retain(|rule| rule.id.value != id.value);
            if rules.len() == before {
                self.no_such_rule(id.value.as_str(), &id.span, inherited);
            }
        }
        for rule in &part.rules {
            if let Some(known) = rules.iter_mut().find(|known| known.id.value == rule.id.value) {
                *known = rule.clone();
                continue;
            }
            let position = match &rule.before {
                None => rules.len(),
                Some(before) => match rules.iter().position(|known| known.id.value == before.value) {
                    Some(position) => position,
                    None => {
                        self.no_such_rule(before.value.as_str(), &before.span, inherited);
                        rules.len()
                    }
                },
            };
            rules.insert(position, rule.clone());
        }
        rules
    }

    fn no_such_rule(&mut self, id: &str, span: &Span, inherited: &Decision) {
        let message = format!("the inherited decision `{}` has no rule `{id}`", inherited.name);
        let near = crate::name::nearest(id, inherited.rules.iter().map(|rule| rule.id.as_str()));
        self.problems.push(Diagnostic::error(Code::UnknownName, message).at(span).did_you_mean(near));
    }
}

/// An inherited rule as it would have been read.
pub(super) fn as_part(rule: &super::Rule, id_span: &Span) -> RulePart {
    use crate::document::reader::Located;
    RulePart {
        id: Located::new(rule.id.clone(), id_span.clone()),
        when: rule.when.clone(),
        then: rule.then.clone(),
        because: rule.because.clone(),
        proposes: rule.proposes,
        status: Some(rule.status),
        cites: rule.cites.clone(),
        before: None,
        span: rule.span.clone(),
    }
}

/// Items of a list by name, those of the framework itself over those that it inherits; inherited
/// ones keep their place.
pub(super) fn overlay<T>(inherited: Vec<T>, own: Vec<T>, name: impl Fn(&T) -> Name) -> Vec<T> {
    let mut merged: Vec<T> = inherited;
    let places: BTreeMap<Name, usize> = merged.iter().enumerate().map(|(index, item)| (name(item), index)).collect();
    for item in own {
        match places.get(&name(&item)) {
            Some(place) => merged[*place] = item,
            None => merged.push(item),
        }
    }
    merged
}
