//! Mutants: frameworks with one fault sown in, by which it is seen whether tests and checks would find it.
//! (Mutation analysis: DeMillo, Lipton and Sayward 1978.)

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{CompiledBy, enumeration, example};
use crate::check;
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::document::reader::Literal;
use crate::framework::condition::OperandValue;
use crate::framework::{Accept, Condition, Decision, Framework, Then};
use crate::value::Value;

/// A framework with one fault sown in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mutant {
    /// What was changed, in a sentence.
    pub what: String,
    /// Where the rule or parameter stands that was changed.
    pub span: Span,
    /// The framework with the fault.
    pub framework: Arc<Framework>,
}

/// What found a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaughtBy {
    /// It is refused when it is compiled.
    Compiling,
    /// An example or a count does not come out any more.
    Test,
    /// A check finds what it did not find before.
    Check,
}

/// Every mutant of a framework that one change of its own rules and parameters makes: a rule left out, a result
/// swapped for the next value (of a sum: one more), a threshold moved by one unit of its last digit.
#[must_use]
pub fn mutants(framework: &Arc<Framework>) -> Vec<Mutant> {
    let own = |span: &Span| Arc::ptr_eq(span.file(), framework.span.file());
    let mut mutants = Vec::new();
    let mut sow = |what: String, span: &Span, change: &dyn Fn(&mut Framework)| {
        let mut mutant = Framework::clone(framework);
        change(&mut mutant);
        mutants.push(Mutant { what, span: span.clone(), framework: Arc::new(mutant) });
    };
    for (position, decision) in framework.decisions.iter().enumerate() {
        for (number, rule) in decision.rules.iter().enumerate().filter(|(_, rule)| own(&rule.span)) {
            let name = format!("`{}` of `{}`", rule.id, decision.name);
            sow(format!("{name} is left out"), &rule.span, &|mutant| {
                mutant.decisions[position].rules.remove(number);
            });
            if let Some(then) = swapped(decision, &rule.then) {
                sow(format!("{name} gives {}", shown(&then)), &rule.span, &|mutant| {
                    mutant.decisions[position].rules[number].then = then.clone();
                });
            }
            for threshold in 0..thresholds(&mut rule.when.clone()).len() {
                let what = format!("{name}: its threshold {} is moved", threshold + 1);
                sow(what, &rule.span, &|mutant| {
                    let moved =
                        thresholds(&mut mutant.decisions[position].rules[number].when).into_iter().nth(threshold);
                    moved.into_iter().for_each(|number| *number = next(*number));
                });
            }
        }
        if let Some(otherwise) = decision.otherwise.as_ref().filter(|rule| own(&rule.span)) {
            sow(format!("the `otherwise` of `{}` is left out", decision.name), &otherwise.span, &|mutant| {
                mutant.decisions[position].otherwise = None;
            });
            if let Some(then) = swapped(decision, &otherwise.then) {
                let what = format!("the `otherwise` of `{}` gives {}", decision.name, shown(&then));
                sow(what, &otherwise.span, &|mutant| {
                    mutant.decisions[position].otherwise.iter_mut().for_each(|rule| rule.then = then.clone());
                });
            }
        }
    }
    for (position, parameter) in framework.parameters.iter().enumerate().filter(|(_, known)| own(&known.span)) {
        if let Value::Number(number) = parameter.value {
            sow(format!("the parameter `{}` is moved", parameter.name), &parameter.span, &|mutant| {
                mutant.parameters[position].value = Value::Number(next(number));
            });
        }
    }
    mutants
}

/// What finds the fault of a mutant, if something does. `before` is what checks find in the framework without it.
#[must_use]
pub fn caught(mutant: &Mutant, before: &[Diagnostic]) -> Option<CaughtBy> {
    let framework = &mutant.framework;
    let mut compiled = CompiledBy::new(framework);
    if compiled.with(&[]).is_err() {
        return Some(CaughtBy::Compiling);
    }
    let fails = framework.examples().iter().any(|example| example::run(&mut compiled, example).is_err())
        || framework.enumerations().iter().any(|count| enumeration::run(&mut compiled, count).is_err());
    if fails {
        return Some(CaughtBy::Test);
    }
    let known =
        |found: &Diagnostic| before.iter().any(|known| known.code == found.code && known.subject == found.subject);
    let told = |found: &Diagnostic| found.code != Code::UnexercisedRule && !known(found);
    check::framework(framework).iter().any(told).then_some(CaughtBy::Check)
}

/// Whether it is proved that a mutant gives the same as the framework for all facts, so that there is no fault to
/// be found: its results, outputs and what it leaves alone; a value on the way there may be another one. Where a
/// framework has no result, that is every decision of its own.
#[must_use]
pub fn changes_nothing(framework: &Arc<Framework>, mutant: &Mutant) -> bool {
    match (Compiled::new(framework), Compiled::new(&mutant.framework)) {
        (Ok(one), Ok(other)) => check::difference(&one, &other).same(),
        _ => false,
    }
}

/// The next value in the list, the first after the last; of a sum one more.
fn swapped(decision: &Decision, then: &Then) -> Option<Then> {
    match then {
        Then::Value(word) => {
            let all: Vec<_> = decision.all_values().collect();
            let position = all.iter().position(|value| *value == word)?;
            let other = all[(position + 1) % all.len()];
            (other != word).then(|| Then::Value(other.clone()))
        }
        Then::Number(number) => Some(Then::Number(number.checked_add(Decimal::ONE)?)),
        Then::ValueOf(..) => None,
    }
}

fn shown(then: &Then) -> String {
    match then {
        Then::Value(word) => format!("`{word}`"),
        Then::Number(number) => number.to_string(),
        Then::ValueOf(name, _) => format!("the value of `{name}`"),
    }
}

/// The numbers that a condition compares with.
fn thresholds(condition: &mut Condition) -> Vec<&mut Decimal> {
    fn of_accept(accept: &mut Accept) -> Vec<&mut Decimal> {
        match accept {
            Accept::Compare(bounds) => {
                bounds.iter_mut().filter_map(|(_, operand)| number(&mut operand.value)).collect()
            }
            Accept::Is(operand) => number(&mut operand.value).into_iter().collect(),
            Accept::Not(parts) => parts.iter_mut().flat_map(of_accept).collect(),
            Accept::Known => Vec::new(),
        }
    }
    const fn number(operand: &mut OperandValue) -> Option<&mut Decimal> {
        match operand {
            OperandValue::Literal(Literal::Number(number)) => Some(number),
            _ => None,
        }
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter_mut().flat_map(thresholds).collect(),
        Condition::Not(part) => thresholds(part),
        Condition::Test(test) => Arc::make_mut(test).accepts.iter_mut().flat_map(of_accept).collect(),
    }
}

/// One unit of the last digit more.
fn next(number: Decimal) -> Decimal {
    number.checked_add(Decimal::new(1, number.scale())).unwrap_or(number)
}
