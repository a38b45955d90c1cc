//! What nothing reads: facts, parameters, measures, derived values and decisions.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::framework::names::{Index, Named, Scope, everything};
use crate::framework::template::placeholders;
use crate::framework::{Argument, Condition, Framework};
use crate::name::Name;

/// What the framework itself declares and nothing on the way to its results reads. In a framework without
/// a result everything is there for others to use.
pub(super) fn unused(framework: &Framework) -> Vec<Diagnostic> {
    if framework.result.is_none() {
        return Vec::new();
    }
    let reached = reached(framework);
    let mut found = Vec::new();
    let mut tell = |what: &str, name: &Name, span: &Span| {
        if !std::sync::Arc::ptr_eq(span.file(), framework.span.file()) || reached.contains(name.as_str()) {
            return;
        }
        let message = format!("nothing reads the {what} `{name}`");
        let diagnostic = Diagnostic::warning(Code::Unused, message).at(span).about(name.as_str());
        found.push(diagnostic.help("take it out, or let the rule read it that was meant to"));
    };
    // What facts say by results put together is read of the parts of these, in the way that parameters set.
    let reads_results =
        framework.facts.iter().any(|fact| fact.synthesis.is_some() && reached.contains(fact.name.as_str()));
    let facts = framework.facts.iter().filter(|fact| fact.result.is_none() || !reads_results);
    facts.for_each(|fact| tell("fact", &fact.name, &fact.span));
    let parameters = framework.parameters.iter().filter(|known| known.synthesis.is_none() || !reads_results);
    parameters.for_each(|parameter| tell("parameter", &parameter.name, &parameter.span));
    framework.derived.iter().for_each(|derived| tell("derived value", &derived.name, &derived.span));
    framework.measures.iter().for_each(|measure| tell("measure", &measure.name, &measure.span));
    framework.decisions.iter().for_each(|decision| tell("decision", &decision.name, &decision.span));
    found
}

/// Every name on the way to the results, to what the framework leaves alone, and to what it assumes.
fn reached(framework: &Framework) -> BTreeSet<&str> {
    let index = Index::new(framework);
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<(Scope, Name)> = Vec::new();
    let mut parameters: Vec<&Condition> = Vec::new();
    for name in framework.result.iter().chain(&framework.direction).chain(&framework.outputs) {
        let scope = framework.decision(name.as_str()).map_or(Scope::Claim, |decision| Scope::of(decision.on));
        waiting.push((scope, name.clone()));
    }
    for rule in &framework.scope {
        waiting.extend(rule.when.tests().into_iter().map(|test| (Scope::Claim, test.name.clone())));
        waiting.extend(placeholders(&rule.because).into_iter().map(|name| (Scope::Claim, name.into())));
        parameters.push(&rule.when);
    }
    for assumption in &framework.assumptions {
        let scope = crate::framework::assumption_scope(&index, assumption);
        waiting.extend(assumption.never.tests().into_iter().map(|test| (scope, test.name.clone())));
        parameters.push(&assumption.never);
    }
    let mut seen: BTreeSet<(Scope, Name)> = BTreeSet::new();
    while let Some((scope, name)) = waiting.pop() {
        let Some(named) = index.get(scope, name.as_str()) else { continue };
        if !seen.insert((scope, name.clone())) {
            continue;
        }
        waiting.extend(index.parts(named, scope));
        if let Named::Fact(fact) = named {
            waiting.extend(fact.synthesised_when.iter().map(|(name, _)| (Scope::Claim, name.clone())));
        }
        match named {
            Named::Decision(decision) => {
                parameters.extend(decision.rules.iter().map(|rule| &rule.when));
                for rule in decision.rules.iter().chain(&decision.otherwise) {
                    waiting.extend(placeholders(&rule.because).into_iter().map(|name| (scope, name.into())));
                }
            }
            Named::Measure(measure) => parameters.extend(measure.conditions()),
            Named::Derived(derived) => {
                let named = derived.arguments.iter().flatten().filter_map(|argument| match argument {
                    Argument::Name(name) => Some((scope, name.clone())),
                    Argument::Number(_) => None,
                });
                waiting.extend(named);
            }
            Named::Fact(_) | Named::BuiltIn(_) | Named::Parameter(_) => {}
        }
    }
    let names: BTreeSet<&Name> = seen.iter().map(|(_, name)| name).collect();
    reached.extend(everything(framework).map(|(name, _)| name).filter(|name| names.contains(&Name::from(*name))));
    for condition in parameters {
        for test in condition.tests() {
            let operands = test.accepts.iter().flat_map(crate::framework::Accept::operands);
            let mentioned = operands.filter_map(|operand| operand.parameter()).chain([&test.name]);
            for name in mentioned {
                reached.extend(framework.parameter(name.as_str()).map(|parameter| parameter.name.as_str()));
            }
        }
    }
    reached
}
