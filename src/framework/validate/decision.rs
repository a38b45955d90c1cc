//! Checking decisions: what rules give, and what they show.

use super::Validator;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::document::reader::shortened;
use crate::framework::names::{Named, Scope};
use crate::framework::template::{Part, parts};
use crate::framework::{Decision, HitPolicy, Start, Then, WIDEST_SUMMAND};
use crate::name::Name;
use crate::vocabulary::FactType;

impl Validator<'_, '_> {
    pub(super) fn decision(&mut self, decision: &Decision) {
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
                        let values: Vec<&str> = decision.all_values().map(|value| value.as_str()).collect();
                        let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&rule.span);
                        self.problems.push(diagnostic.one_of(word.as_str(), values.iter().copied()));
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
                let widest = rust_decimal::Decimal::from(WIDEST_SUMMAND);
                counted && measure.clamp.is_some_and(|(least, most)| most.saturating_sub(least) < widest)
            }
            _ => false,
        };
        if !finite {
            let message = format!(
                "`{name}` cannot be added: a sum adds numbers, other sums, or counts with a `clamp` of at most {} values",
                WIDEST_SUMMAND
            );
            self.error(Code::WrongType, message, span);
        }
    }

    fn value_of(&mut self, decision: &Decision, name: &Name, scope: Scope, span: &Span) {
        match self.look_up(name, scope, span) {
            None => return,
            Some(Named::Parameter(_)) => return self.no_parameter(name, span),
            Some(_) => {}
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

    pub(super) fn template(&mut self, template: &str, scope: Scope, span: &Span) {
        for part in parts(template) {
            if let Part::Broken(rest) = part {
                let message = format!("`because` cannot be read from `{{{}` on", shortened(rest));
                let help = "write `{name}` for a value, and `{name|study|studies}` for one word or another";
                self.problems.push(Diagnostic::error(Code::BadTemplate, message).at(span).help(help));
            }
            let Some(name) = part.name() else { continue };
            if self.index.get(scope, name).is_none() {
                let elsewhere = self.index.anywhere(name).is_some();
                let why = if elsewhere { "cannot be seen from here" } else { "is unknown here" };
                let message = format!("`because` shows `{{{}}}`, which {why}", shortened(name));
                let near = self.problems.nearest(name, self.index.all(scope));
                let help = format!("this is said of {}: show what its rules can test", scope.words());
                let diagnostic = Diagnostic::error(Code::BadTemplate, message).at(span);
                self.problems.push(diagnostic.did_you_mean_or(near, help));
            }
        }
    }
}
