//! Checking a framework that was put together: names, types, where things can be seen, circles.

mod condition;
mod decision;
mod level;

use std::collections::{HashMap, HashSet};

use petgraph::graph::DiGraph;

use super::condition::RESERVED;
use super::inherit::is_qualified;
use super::names::{Index, Named, Scope, ValueType, everything, inner_scope, visible};
use super::{Aggregate, Argument, Condition, Framework, Measure, Test, built_in};
use crate::case::shapes as case_shapes;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::document::reader::shortened;
use crate::document::shape::{Shape, Subject};
use crate::name::Name;
use crate::synthesis::function::Takes;
use crate::value::Unknown;
use crate::vocabulary::FactType;

/// Reports everything that is wrong with a framework.
pub(super) fn validate(framework: &Framework, problems: &mut Problems) {
    let index = Index::new(framework);
    let mut validator = Validator { framework, index: &index, problems };
    validator.names();
    validator.outputs();
    for measure in &framework.measures {
        validator.measure(measure);
    }
    for derived in &framework.derived {
        validator.derived(derived);
    }
    for decision in &framework.decisions {
        validator.decision(decision);
    }
    for rule in &framework.scope {
        validator.condition(&rule.when, Scope::Claim);
        validator.template(&rule.because, Scope::Claim, &rule.span);
    }
    for assumption in &framework.assumptions {
        let scope = scope_of(&index, &assumption.never);
        validator.condition(&assumption.never, scope);
    }
    validator.levels();
    validator.circles();
}

/// The narrowest scope in which everything that a condition mentions can be seen.
pub(crate) fn scope_of(index: &Index<'_>, condition: &Condition) -> Scope {
    let tests = condition.tests();
    let all_visible = |scope: Scope| {
        tests.iter().all(|test| {
            let name = test.name.as_str();
            index.get(scope, name).is_some() || index.anywhere(name).is_none()
        })
    };
    [Scope::Claim, Scope::Evidence, Scope::Link].into_iter().find(|scope| all_visible(*scope)).unwrap_or(Scope::Link)
}

/// A test with the scope in which it is asked and the type of what it tests.
#[derive(Clone, Copy)]
struct Asked<'a> {
    test: &'a Test,
    scope: Scope,
    value_type: &'a ValueType,
}

const fn what(named: Named<'_>) -> &'static str {
    match named {
        Named::Fact(_) => "a fact",
        Named::BuiltIn(_) => "provided by the engine",
        Named::Parameter(_) => "a parameter",
        Named::Derived(_) => "a derived value",
        Named::Measure(_) => "a measure",
        Named::Decision(_) => "a decision",
    }
}

fn span_of(named: Named<'_>) -> Option<&Span> {
    match named {
        Named::Fact(fact) => Some(&fact.span),
        Named::BuiltIn(_) => None,
        Named::Parameter(parameter) => Some(&parameter.span),
        Named::Derived(derived) => Some(&derived.span),
        Named::Measure(measure) => Some(&measure.span),
        Named::Decision(decision) => Some(&decision.span),
    }
}

struct Validator<'v, 'f> {
    framework: &'f Framework,
    index: &'v Index<'f>,
    problems: &'v mut Problems,
}

impl<'f> Validator<'_, 'f> {
    fn error(&mut self, code: Code, message: String, span: &Span) {
        self.problems.push(Diagnostic::error(code, message).at(span));
    }

    /// Every name stands for one thing, and for nothing that has a meaning of its own.
    fn names(&mut self) {
        let framework = self.framework;
        for (name, named) in everything(framework) {
            let Some(span) = span_of(named) else { continue };
            let qualified = is_qualified(&name.into(), &framework.uses);
            let clash = if RESERVED.contains(&name) || Unknown::from_word(name).is_some() {
                Some("has a meaning of its own in conditions")
            } else if built_in::find(name).is_some() {
                Some("is provided by the engine")
            } else if framework.uses.iter().any(|used| *used == *name) {
                Some("is the id of a framework in use")
            } else if name.contains('.') && !qualified {
                Some("has a dot, which stands between a framework's id and a name")
            } else {
                None
            };
            if let Some(why) = clash {
                let diagnostic = Diagnostic::error(Code::NameClash, format!("`{name}` {why}")).at(span);
                self.problems.push(diagnostic.help("give it another name"));
            }
        }
        let mut told: HashSet<&str> = HashSet::new();
        for scope in [Scope::Link, Scope::Claim, Scope::Child] {
            let mut seen: HashMap<&str, Named<'_>> = HashMap::new();
            for (name, named) in everything(framework).filter(|(_, named)| visible(*named, scope)) {
                let Some(before) = seen.insert(name, named) else { continue };
                let (Some(span), Some(other)) = (span_of(named), span_of(before)) else { continue };
                if !told.insert(name) {
                    continue;
                }
                let message =
                    format!("`{name}` is {} and {}, and {} sees both", what(before), what(named), scope.words());
                let diagnostic = Diagnostic::error(Code::NameClash, message).at(span).label(other, "the other one");
                self.problems.push(diagnostic.help("give one of them another name"));
            }
        }
        for fact in &framework.facts {
            let taken = |shape: &Shape| shape.keys.iter().any(|key| key.name == fact.name.as_str());
            let taken = match fact.subject {
                Subject::Evidence => taken(&case_shapes::EVIDENCE),
                Subject::Link => taken(&case_shapes::EVIDENCE_LINK) || taken(&case_shapes::CLAIM_LINK),
                Subject::Claim => taken(&case_shapes::CLAIM),
            };
            if taken {
                let message = format!("`{}` is a key of case files and cannot be a fact as well", fact.name);
                let diagnostic = Diagnostic::error(Code::NameClash, message).at(&fact.span);
                self.problems.push(diagnostic.help("give it another name"));
            }
        }
    }

    fn outputs(&mut self) {
        let framework = self.framework;
        if framework.result.is_some() && framework.scale.is_none() {
            let help = "list the levels under `[scale]`, worst first";
            let diagnostic = Diagnostic::error(Code::MissingKey, "a framework with a `result` needs a `[scale]`");
            self.problems.push(diagnostic.at(&framework.span).help(help));
        }
        if let (Some(result), Some(scale)) = (framework.result_decision(), &framework.scale) {
            let beside: Vec<String> = result
                .all_values()
                .filter(|word| scale.rank(word.as_str()).is_none() && !scale.outcomes.contains(word))
                .map(|word| format!("`{word}`"))
                .collect();
            if !beside.is_empty() {
                let message = format!("the result takes values that the scale does not have: {}", beside.join(", "));
                self.error(Code::UnknownValue, message, &result.span);
            }
        }
    }

    /// Looks a name up and reports what is unknown or cannot be seen.
    fn look_up(&mut self, name: &Name, scope: Scope, span: &Span) -> Option<Named<'f>> {
        if let Some(named) = self.index.get(scope, name.as_str()) {
            return Some(named);
        }
        let Some(named) = self.index.anywhere(name.as_str()) else {
            let message = format!("`{}` is unknown here", shortened(name.as_str()));
            let near = self.problems.nearest(name.as_str(), self.index.all(scope));
            let diagnostic = Diagnostic::error(Code::UnknownName, message).at(span);
            let help = "declare it as a `[fact]`, `[derived]`, `[measure]`, `[decision]` or `[parameter]`";
            self.problems.push(diagnostic.did_you_mean_or(near, help));
            return None;
        };
        {
            let message = format!("`{name}` cannot be seen from here: this is asked of {}", scope.words());
            let help = match named {
                Named::Fact(_) | Named::BuiltIn(_) if scope == Scope::Claim => {
                    "a measure counts facts of items over the body; ask the measure"
                }
                Named::Measure(_) => "measures are known of a claim, after all of its items",
                _ => "items are decided before measures, and measures before claims",
            };
            self.problems.push(Diagnostic::error(Code::WrongScope, message).at(span).help(help));
            None
        }
    }

    /// The value of a parameter is taken in conditions alone: there a proof tells that it was read.
    fn no_parameter(&mut self, name: &Name, span: &Span) {
        let message = format!("`{name}` is a parameter, whose value cannot be taken here");
        let help = format!("a condition can test it: write a rule for each of its values, `when = {{ {name} = ... }}`");
        self.problems.push(Diagnostic::error(Code::WrongType, message).at(span).help(help));
    }

    fn measure(&mut self, measure: &Measure) {
        let scope = inner_scope(measure);
        for condition in measure.conditions() {
            self.condition(condition, scope);
        }
        if let Some(of) = measure.aggregate.of()
            && let Some(Named::Parameter(_)) = self.index.get(scope, of.as_str())
        {
            self.no_parameter(of, &measure.span);
        }
        if let Some(of) = measure.aggregate.of()
            && self.look_up(of, scope, &measure.span).is_some()
            && let Some(inner) = self.index.value_type(scope, of.as_str())
        {
            let ordered = matches!(&inner.kind, FactType::Choice(choices) if choices.ordered);
            let numeric = inner.is_numeric();
            let fits = match &measure.aggregate {
                Aggregate::Sum(_) | Aggregate::Median(_) | Aggregate::Share { .. } => numeric,
                Aggregate::Min(_) | Aggregate::Max(_) => numeric || ordered || inner.kind == FactType::Date,
                Aggregate::Majority(_) => matches!(inner.kind, FactType::Choice(_)),
                _ => true,
            };
            if !fits {
                let message =
                    format!("`{}` of `{of}` makes no sense: `{of}` is {}", measure.aggregate.word(), inner.kind);
                self.error(Code::WrongType, message, &measure.span);
            }
        }
        let numeric =
            self.index.value_type(Scope::Claim, measure.name.as_str()).is_some_and(|given| given.is_numeric());
        if measure.clamp.is_some() && !numeric {
            self.error(
                Code::WrongType,
                format!("`{}` is no number and cannot be clamped", measure.name),
                &measure.span,
            );
        }
    }

    fn derived(&mut self, derived: &super::Derived) {
        let scope = Scope::of(derived.on);
        for (parameter, arguments) in derived.function.parameters.iter().zip(&derived.arguments) {
            for argument in arguments {
                let Argument::Name(name) = argument else {
                    if parameter.takes == Takes::Date {
                        let message =
                            format!("`{}` takes a date as `{}`, not a number", derived.function.name, parameter.name);
                        self.error(Code::BadArguments, message, &derived.span);
                    }
                    continue;
                };
                if self.look_up(name, scope, &derived.span).is_none() {
                    continue;
                }
                let Some(given) = self.index.value_type(scope, name.as_str()) else { continue };
                let fits = match parameter.takes {
                    Takes::Number => given.is_numeric(),
                    Takes::Date => given.kind == FactType::Date,
                };
                if !fits {
                    let wanted = if parameter.takes == Takes::Date { "a date" } else { "a number" };
                    let message = format!(
                        "`{}` takes {wanted} as `{}`, and `{name}` is {}",
                        derived.function.name, parameter.name, given.kind
                    );
                    self.error(Code::BadArguments, message, &derived.span);
                }
            }
        }
    }

    /// Nothing may be made of itself.
    fn circles(&mut self) {
        let mut graph: DiGraph<(Scope, Name), ()> = DiGraph::new();
        let mut nodes = HashMap::new();
        let mut spans = HashMap::new();
        let derived = self.framework.derived.iter().map(|item| (item.on, &item.name, &item.span));
        let decisions = self.framework.decisions.iter().map(|item| (item.on, &item.name, &item.span));
        let measures = self.framework.measures.iter().map(|item| (Subject::Claim, &item.name, &item.span));
        for (on, name, span) in derived.chain(decisions).chain(measures) {
            let of_claims = on == Subject::Claim;
            nodes.insert((of_claims, name.clone()), graph.add_node((Scope::of(on), name.clone())));
            spans.insert(name.clone(), span);
        }
        for node in graph.node_indices().collect::<Vec<_>>() {
            let (scope, name) = graph[node].clone();
            let Some(named) = self.index.get(scope, name.as_str()) else { continue };
            for (part_scope, part) in self.index.parts(named, scope) {
                // What is read of a child claim was decided before this claim.
                if part_scope != Scope::Child
                    && let Some(from) = nodes.get(&(part_scope == Scope::Claim, part))
                {
                    graph.update_edge(*from, node, ());
                }
            }
        }
        for component in petgraph::algo::kosaraju_scc(&graph) {
            let circular = component.len() > 1 || component.iter().any(|node| graph.contains_edge(*node, *node));
            if circular {
                let mut names: Vec<&Name> = component.iter().map(|node| &graph[*node].1).collect();
                names.sort();
                let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                let message = match shown.as_slice() {
                    [one] => format!("{one} is made of itself"),
                    several => format!("these are made of each other: {}", several.join(", ")),
                };
                let mut diagnostic = Diagnostic::error(Code::Cycle, message);
                for name in names {
                    if let Some(span) = spans.get(name) {
                        diagnostic = diagnostic.at(span);
                    }
                }
                self.problems.push(diagnostic.help("let one of them do without the others"));
            }
        }
    }
}
