//! Checking a framework that was put together: names, types, where things can be seen, circles.

use std::collections::HashMap;

use petgraph::graph::DiGraph;

use super::condition::{OperandValue, RESERVED};
use super::inherit::{is_qualified, placeholders};
use super::names::{Index, Named, Scope, ValueType, everything, inner_scope, visible};
use super::{
    Accept, Aggregate, Argument, Condition, Decision, Framework, HitPolicy, Measure, Operand, Start, Test, Then,
    built_in,
};
use crate::case::shapes as case_shapes;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::document::reader::{Literal, shortened};
use crate::document::shape::{Shape, Subject};
use crate::name::{Name, nearest};
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
        for scope in [Scope::Link, Scope::Claim, Scope::Child] {
            let mut seen: HashMap<&str, Named<'_>> = HashMap::new();
            for (name, named) in everything(framework).filter(|(_, named)| visible(*named, scope)) {
                let Some(before) = seen.insert(name, named) else { continue };
                let (Some(span), Some(other)) = (span_of(named), span_of(before)) else { continue };
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
                self.error(Code::NameClash, message, &fact.span);
            }
        }
    }

    fn outputs(&mut self) {
        let framework = self.framework;
        let named = framework.result.iter().chain(&framework.direction).chain(&framework.outputs);
        for name in named {
            if framework.decision(name.as_str()).is_none() {
                let message = format!("there is no decision `{name}`");
                let near = nearest(name.as_str(), framework.decisions.iter().map(|decision| decision.name.as_str()));
                let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&framework.span);
                self.problems.push(diagnostic.did_you_mean(near));
            }
        }
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
            let near = nearest(name.as_str(), self.index.all(scope));
            self.problems.push(Diagnostic::error(Code::UnknownName, message).at(span).did_you_mean(near));
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

    fn condition(&mut self, condition: &Condition, scope: Scope) {
        for test in condition.tests() {
            self.test(test, scope);
        }
    }

    fn test(&mut self, test: &Test, scope: Scope) {
        if self.look_up(&test.name, scope, &test.name_span).is_none() {
            return;
        }
        let Some(value_type) = self.index.value_type(scope, test.name.as_str()) else { return };
        let asked = Asked { test, scope, value_type: &value_type };
        for accept in &test.accepts {
            self.accept(asked, accept);
        }
    }

    fn accept(&mut self, asked: Asked<'_>, accept: &Accept) {
        match accept {
            Accept::Known => {}
            Accept::Not(parts) => parts.iter().for_each(|part| self.accept(asked, part)),
            Accept::Is(operand) => self.equals(asked, operand),
            Accept::Compare(bounds) => {
                for (_, operand) in bounds {
                    self.compares(asked, operand);
                }
            }
        }
    }

    /// The type of a parameter that an operand names, after checking that there is one.
    fn parameter_type(&mut self, operand: &Operand) -> Option<ValueType> {
        let name = operand.parameter()?;
        if let Some(Named::Parameter(_)) = self.index.get(Scope::Claim, name.as_str()) {
            return self.index.value_type(Scope::Claim, name.as_str());
        }
        let message = format!("there is no parameter `{name}`");
        let known = self.framework.parameters.iter().map(|parameter| parameter.name.as_str());
        let near = nearest(name.as_str(), known);
        let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&operand.span);
        self.problems.push(match near {
            Some(near) => diagnostic.did_you_mean(Some(near)),
            None => {
                diagnostic.help("two facts are not compared with each other: a host function gives a value to test")
            }
        });
        None
    }

    fn equals(&mut self, asked: Asked<'_>, operand: &Operand) {
        let Asked { test, value_type, .. } = asked;
        let OperandValue::Literal(literal) = &operand.value else {
            if let Some(given) = self.parameter_type(operand) {
                let fits = match (&value_type.kind, &given.kind) {
                    (FactType::Count | FactType::Number, FactType::Number)
                    | (FactType::Flag, FactType::Flag)
                    | (FactType::Date, FactType::Date)
                    | (FactType::OpenChoice, FactType::Choice(_)) => true,
                    (FactType::Choice(_), FactType::Choice(choices)) => {
                        choices.values.iter().all(|word| value_type.words().contains(&word))
                    }
                    _ => false,
                };
                if !fits {
                    let message =
                        format!("`{}` is {}, and the parameter is {}", test.name, value_type.kind, given.kind);
                    self.error(Code::WrongType, message, &operand.span);
                }
            }
            return;
        };
        match (literal, &value_type.kind) {
            (Literal::Text(text), _) if Unknown::from_word(text).is_some() => {
                self.unknown_word(asked, text, operand);
            }
            (Literal::Text(text), FactType::Choice(choices)) => {
                let words = value_type.words();
                if !words.iter().any(|word| **word == **text) && !choices.groups.contains_key(text.as_str()) {
                    let message = format!("`{}` is never `{}`", test.name, shortened(text));
                    let known =
                        words.iter().map(|word| word.as_str()).chain(choices.groups.keys().map(|group| group.as_str()));
                    let near = nearest(text, known).map(str::to_owned);
                    let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`? It can be {}", listed.join(", ")),
                        None => format!("it can be {}", listed.join(", ")),
                    };
                    let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&operand.span);
                    self.problems.push(diagnostic.help(help));
                }
            }
            (Literal::Text(_), FactType::OpenChoice)
            | (Literal::Flag(_), FactType::Flag)
            | (Literal::Number(_), FactType::Count | FactType::Number)
            | (Literal::Date(_), FactType::Date) => {}
            (Literal::Number(number), FactType::Choice(_))
                if value_type.words().iter().any(|word| **word == *number.to_string()) => {}
            (literal, kind) => {
                let message = format!("`{}` is {kind}, and this is {}", test.name, literal.words());
                self.error(Code::WrongType, message, &operand.span);
            }
        }
    }

    fn unknown_word(&mut self, asked: Asked<'_>, text: &str, operand: &Operand) {
        let Asked { test, scope, value_type } = asked;
        let Some(unknown) = Unknown::from_word(text) else { return };
        let named = self.index.get(scope, test.name.as_str());
        let possible = match unknown {
            Unknown::Missing => match named {
                Some(Named::Fact(fact)) => fact.default.is_none(),
                Some(Named::BuiltIn(_)) => true,
                _ => false,
            },
            Unknown::None if value_type.kind == FactType::Count => true,
            other => value_type.unknowns.contains(&other),
        };
        if !possible {
            let message = format!("`{}` is never `{text}`", test.name);
            let help = match (unknown, named) {
                (Unknown::Missing, Some(Named::Fact(_))) => "it has a default, so it is never missing",
                (Unknown::Missing, _) => "only what people record can be missing; what is computed is not",
                _ => "its definition does not list that unknown",
            };
            let diagnostic = Diagnostic::error(Code::UnknownNotAllowed, message).at(&operand.span);
            self.problems.push(diagnostic.help(help));
        }
    }

    fn compares(&mut self, asked: Asked<'_>, operand: &Operand) {
        let Asked { test, value_type, .. } = asked;
        let given = match &operand.value {
            OperandValue::Parameter(_) => match self.parameter_type(operand) {
                Some(given) => given.kind,
                None => return,
            },
            OperandValue::Literal(Literal::Number(_)) => FactType::Number,
            OperandValue::Literal(Literal::Date(_)) => FactType::Date,
            OperandValue::Literal(Literal::Flag(_)) => FactType::Flag,
            OperandValue::Literal(Literal::Text(text)) => {
                if let FactType::Choice(choices) = &value_type.kind
                    && choices.ordered
                {
                    self.position(asked, text, operand);
                    return;
                }
                FactType::Text
            }
        };
        let fits = match (&value_type.kind, &given) {
            (FactType::Count | FactType::Number, FactType::Number) | (FactType::Date, FactType::Date) => true,
            (FactType::Choice(choices), FactType::Choice(given)) => {
                choices.ordered && given.values.iter().all(|word| choices.values.contains(word))
            }
            _ => false,
        };
        if !fits {
            let message = format!("`{}` is {}, which is not compared with {given}", test.name, value_type.kind);
            self.error(Code::WrongType, message, &operand.span);
        }
    }

    fn position(&mut self, asked: Asked<'_>, text: &str, operand: &Operand) {
        let Asked { test, value_type, .. } = asked;
        let FactType::Choice(choices) = &value_type.kind else { return };
        if choices.position(text).is_none() {
            let message = format!("`{}` is not among the ordered values of `{}`", shortened(text), test.name);
            let near = nearest(text, choices.values.iter().map(|word| word.as_str()));
            self.problems.push(Diagnostic::error(Code::UnknownValue, message).at(&operand.span).did_you_mean(near));
        }
    }

    fn measure(&mut self, measure: &Measure) {
        let scope = inner_scope(measure);
        for condition in measure.conditions() {
            self.condition(condition, scope);
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
                        let message = format!("`{}` of `{}` is a date", parameter.name, derived.function.name);
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
                        "`{}` of `{}` is {wanted}, and `{name}` is {}",
                        parameter.name, derived.function.name, given.kind
                    );
                    self.error(Code::BadArguments, message, &derived.span);
                }
            }
        }
    }

    fn decision(&mut self, decision: &Decision) {
        let scope = Scope::of(decision.on);
        if decision.rules.is_empty() && decision.otherwise.is_none() {
            self.error(Code::BadTable, format!("the decision `{}` has no rule", decision.name), &decision.span);
        }
        if matches!(decision.hit, HitPolicy::Worst | HitPolicy::Best) && decision.best.is_none() {
            let message = format!("`{}` cannot tell worse from better values", decision.name);
            let help = "say `best = \"first\"` or `best = \"last\"`: at which end of `values` the best one stands";
            self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&decision.span).help(help));
        }
        if let HitPolicy::Sum { start: Start::ValueOf(name, span), .. } = &decision.hit {
            self.summand(name, scope, span);
        }
        if let HitPolicy::Table { inputs } = &decision.hit {
            for input in inputs {
                self.look_up(input, scope, &decision.span);
            }
        }
        for rule in decision.rules.iter().chain(&decision.otherwise) {
            self.condition(&rule.when, scope);
            self.template(&rule.because, scope, &rule.span);
            let sum = matches!(decision.hit, HitPolicy::Sum { .. });
            match &rule.then {
                Then::Value(word) if sum => {
                    let message = format!("a rule of a sum adds a number, and this gives `{word}`");
                    self.error(Code::BadTable, message, &rule.span);
                }
                Then::Number(_) if !sum => {
                    self.error(Code::BadTable, "only a rule of a sum adds a number".into(), &rule.span);
                }
                Then::Number(_) => {}
                Then::Value(word) => {
                    if !decision.all_values().any(|value| value == word) {
                        let message = format!("`{}` has no value `{word}`", decision.name);
                        let near = nearest(word.as_str(), decision.all_values().map(|value| value.as_str()));
                        let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&rule.span);
                        self.problems.push(diagnostic.did_you_mean(near));
                    }
                }
                Then::ValueOf(name, span) if sum => self.summand(name, scope, span),
                Then::ValueOf(name, span) => self.value_of(decision, name, scope, span),
            }
        }
    }

    /// What a sum adds by name takes few numbers: another sum, or a clamped count.
    fn summand(&mut self, name: &Name, scope: Scope, span: &Span) {
        let Some(named) = self.look_up(name, scope, span) else { return };
        let finite = match named {
            Named::Decision(decision) => matches!(decision.hit, HitPolicy::Sum { .. }),
            Named::Measure(measure) => {
                let counted =
                    self.index.value_type(scope, name.as_str()).is_some_and(|given| given.kind == FactType::Count);
                let widest = rust_decimal::Decimal::from(super::WIDEST_SUMMAND);
                counted && measure.clamp.is_some_and(|(least, most)| most - least < widest)
            }
            _ => false,
        };
        if !finite {
            let message = format!(
                "`{name}` cannot be added: a sum adds numbers, other sums, or counts with a `clamp` of at most {} values",
                super::WIDEST_SUMMAND
            );
            self.error(Code::WrongType, message, span);
        }
    }

    fn value_of(&mut self, decision: &Decision, name: &Name, scope: Scope, span: &Span) {
        if self.look_up(name, scope, span).is_none() {
            return;
        }
        let Some(given) = self.index.value_type(scope, name.as_str()) else { return };
        if !matches!(given.kind, FactType::Choice(_)) {
            let message = format!("`{name}` is {}, which is no value of `{}`", given.kind, decision.name);
            self.error(Code::WrongType, message, span);
            return;
        }
        let foreign: Vec<String> = given
            .words()
            .into_iter()
            .filter(|word| !decision.all_values().any(|value| value == *word))
            .map(|word| format!("`{word}`"))
            .collect();
        if !foreign.is_empty() {
            let message = format!("`{name}` can be {}, which `{}` cannot", foreign.join(", "), decision.name);
            self.error(Code::UnknownValue, message, span);
        }
    }

    fn template(&mut self, template: &str, scope: Scope, span: &Span) {
        if template.matches('{').count() != placeholders(template).len() {
            self.error(Code::BadTemplate, "a `{` in `because` is not closed".into(), span);
        }
        for name in placeholders(template) {
            if self.index.get(scope, name).is_none() {
                let message = format!("`because` shows `{{{}}}`, which is unknown here", shortened(name));
                let near = nearest(name, self.index.all(scope));
                self.problems.push(Diagnostic::error(Code::BadTemplate, message).at(span).did_you_mean(near));
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
        for component in petgraph::algo::tarjan_scc(&graph) {
            let circular = component.len() > 1 || component.iter().any(|node| graph.contains_edge(*node, *node));
            if circular {
                let mut names: Vec<&Name> = component.iter().map(|node| &graph[*node].1).collect();
                names.sort();
                let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                let message = format!("these are made of each other: {}", shown.join(", "));
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
