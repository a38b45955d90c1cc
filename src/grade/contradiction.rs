//! Facts that the assumptions of a framework say cannot occur together.

use super::facts::{GivenFacts, Lookup, Origin};
use super::frame::{Frame, Slot};
use super::given::{Computed, GivenValues};
use crate::compile::Compiled;
use crate::compile::diagram::{Diagram, VariableId};
use crate::compile::level::Level;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::shape::Subject;
use crate::document::{Span, TextFile};
use crate::name::Name;

/// The assumptions that a frame contradicts, each as a diagnostic that points at the facts.
pub(super) fn violated(
    compiled: &Compiled,
    on: Subject,
    frame: &Frame,
    facts: &dyn Lookup,
    span: &Span,
) -> Vec<Diagnostic> {
    let level = compiled.level(on);
    let mut found = Vec::new();
    if level.can_occur(&frame.inputs()) {
        return found;
    }
    // What may be so, and what must be.
    let possible = |holds: Diagram| level.diagrams.possible(holds, &frame.inputs());
    for assumption in &level.assumptions {
        let possible = possible(assumption.holds);
        if possible.contains(&0) || possible.is_empty() {
            continue;
        }
        let definition = &compiled.framework().assumptions[assumption.index];
        let message = format!("these facts cannot occur together: {}", definition.because);
        let diagnostic = Diagnostic::error(Code::AssumptionViolated, message);
        let diagnostic = stated(diagnostic, level, frame, assumption.never.variables(), facts, span);
        let help = format!("`{}` assumes it (`{}`); mend the fact that is wrong", definition.origin, definition.id);
        found.push(diagnostic.help(help).about(definition.id.as_str()));
    }
    if found.is_empty() {
        let contrary = level.assumptions.iter().filter(|assumption| possible(assumption.holds).contains(&1));
        let (mut variables, mut ids) = (Vec::new(), Vec::new());
        for assumption in contrary {
            let new = assumption.never.variables().into_iter().filter(|variable| !variables.contains(variable));
            let new: Vec<VariableId> = new.collect();
            variables.extend(new);
            ids.push(format!("`{}`", compiled.framework().assumptions[assumption.index].id));
        }
        let message = "these facts cannot occur together, whatever those are that are missing";
        let diagnostic = Diagnostic::error(Code::AssumptionViolated, message);
        let diagnostic = stated(diagnostic, level, frame, variables, facts, span);
        found
            .push(diagnostic.help(format!("{} rule it out between them; mend the fact that is wrong", ids.join(", "))));
    }
    found
}

/// Why values given by name cannot be together, if they cannot.
pub(crate) fn of_given(compiled: &Compiled, computed: &Computed, given: &GivenValues) -> Option<String> {
    let facts = GivenFacts { framework: compiled.framework(), given };
    let span = Span::new(&TextFile::new("given", ""), 0..0);
    let of_items = computed.items.iter().flat_map(|item| violated(compiled, Subject::Link, item, &facts, &span));
    let found = violated(compiled, computed.on, &computed.frame, &facts, &span);
    let contrary = (!computed.contrary.is_empty()).then(|| contradicted(&computed.contrary, &span));
    found.into_iter().chain(of_items).chain(contrary).next().map(|first| first.message)
}

/// That no value of some facts of a claim goes with what is known of its items.
pub(super) fn contradicted(facts: &[Name], span: &Span) -> Diagnostic {
    let facts: Vec<String> = facts.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("no value of {} goes with what is known of the items of this claim", facts.join(" and "));
    let help =
        "assumptions of the framework bind facts of the claim to facts of its items; mend the fact that is wrong";
    Diagnostic::error(Code::AssumptionViolated, message).at(span).help(help)
}

/// Points at what is stated of some variables.
fn stated(
    diagnostic: Diagnostic,
    level: &Level,
    frame: &Frame,
    variables: Vec<VariableId>,
    facts: &dyn Lookup,
    span: &Span,
) -> Diagnostic {
    variables.into_iter().fold(diagnostic, |diagnostic, variable| {
        let name = &level.space.get(variable).name;
        let stated = facts.stated(name);
        match stated.origin {
            Origin::File(at) => diagnostic.label(&at, format!("`{name}` is {}", stated.value)),
            _ => diagnostic.label(span, format!("`{name}` is {}", shown(level, frame, variable))),
        }
    })
}

/// What a frame knows of a name, as people read it.
fn shown(level: &Level, frame: &Frame, variable: VariableId) -> String {
    match (frame.value(variable), frame.slot(variable)) {
        (Some(value), _) => value.to_string(),
        (None, Slot::One(cell)) => level.space.get(variable).domain.shown(*cell),
        (None, _) => "open".to_owned(),
    }
}
