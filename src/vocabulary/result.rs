//! Results of studies, as facts tell them part by part.

use rust_decimal::prelude::ToPrimitive;

use super::{FactDefinition, FactType};
use crate::name::Word;
use crate::synthesis::{EffectMeasure, ResultPart, StudyResult};
use crate::value::{FactValue, Value};

/// A result as facts tell it.
#[derive(Default)]
pub(crate) struct Recorded<'d> {
    pub(crate) result: StudyResult,
    /// The design of its study, and the fact that says so.
    pub(crate) design: Option<(&'d FactDefinition, Word)>,
    /// Whether it says that there was a comparison.
    pub(crate) is_compared: bool,
    /// Whether it answers another question.
    pub(crate) is_other: bool,
}

/// What facts, of which each is a part of a result, tell together.
pub(crate) fn recorded<'d>(
    definitions: &[&'d FactDefinition],
    mut value: impl FnMut(&FactDefinition) -> FactValue,
) -> Recorded<'d> {
    let mut recorded = Recorded::default();
    let Recorded { result, design, is_compared, is_other } = &mut recorded;
    for definition in definitions {
        let (Some(part), FactValue::Known(value)) = (definition.result, value(definition)) else { continue };
        match (part, value) {
            (ResultPart::Measure, Value::Choice(word)) => result.measure = EffectMeasure::find(word.as_str()),
            (ResultPart::Logarithm, Value::Flag(logarithm)) => result.logarithm = logarithm,
            (ResultPart::Comparison, Value::Choice(_)) => *is_compared = true,
            (ResultPart::OtherQuestion, Value::Flag(other)) => *is_other = other,
            (ResultPart::Design, Value::Choice(word)) => *design = Some((*definition, word)),
            (part, Value::Number(number)) => {
                if let Some(number) = number.to_f64() {
                    result.set(part, number);
                }
            }
            _ => {}
        }
    }
    recorded
}

/// Whether two designs are the same, or one group holds both.
pub(crate) fn are_alike(one: &(&FactDefinition, Word), other: &(&FactDefinition, Word)) -> bool {
    let FactType::Choice(choices) = &one.0.kind else { return true };
    one.1 == other.1 || choices.groups.values().any(|words| words.contains(&one.1) && words.contains(&other.1))
}
