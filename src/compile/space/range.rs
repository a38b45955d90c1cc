//! The least and the greatest number that something can be.

use rust_decimal::Decimal;

use crate::framework::names::{Index, Named, Scope, inner_scope};
use crate::framework::{Aggregate, Measure};
use crate::name::Name;
use crate::vocabulary::FactType;

/// The least and the greatest number that a name can be.
pub(crate) fn range_of(
    index: &Index<'_>,
    scope: Scope,
    name: &str,
    depth: usize,
) -> (Option<Decimal>, Option<Decimal>) {
    match index.get(scope, name) {
        Some(Named::Fact(fact)) => (fact.least, fact.greatest),
        Some(Named::Parameter(parameter)) => (parameter.least, parameter.greatest),
        Some(Named::Measure(measure)) => measure_range(index, measure, depth),
        _ => (None, None),
    }
}

fn measure_range(index: &Index<'_>, measure: &Measure, depth: usize) -> (Option<Decimal>, Option<Decimal>) {
    let scope = inner_scope(measure);
    let of = |name: &Name| if depth < 100 { range_of(index, scope, name.as_str(), depth + 1) } else { (None, None) };
    let counted =
        |name: &Name| index.value_type(scope, name.as_str()).is_some_and(|given| given.kind == FactType::Count);
    let range = match &measure.aggregate {
        Aggregate::Count | Aggregate::Distinct(_) => (Some(Decimal::ZERO), None),
        Aggregate::Sum(name) => {
            let (least, greatest) = of(name);
            let floor = counted(name) || least.is_some_and(|least| least >= Decimal::ZERO);
            let ceiling = greatest.is_some_and(|greatest| greatest <= Decimal::ZERO);
            (floor.then_some(Decimal::ZERO), ceiling.then_some(Decimal::ZERO))
        }
        Aggregate::Min(name) | Aggregate::Max(name) | Aggregate::Median(name) => {
            let (least, greatest) = of(name);
            (least.or_else(|| counted(name).then_some(Decimal::ZERO)), greatest)
        }
        Aggregate::Share { .. } => (Some(Decimal::ZERO), Some(Decimal::ONE)),
        _ => (None, None),
    };
    match measure.clamp {
        None => range,
        Some((low, high)) => (
            Some(range.0.map_or(low, |least| least.max(low).min(high))),
            Some(range.1.map_or(high, |greatest| greatest.min(high).max(low))),
        ),
    }
}
