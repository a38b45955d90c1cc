//! Values of arrays as text, which is how facts are read.

use std::borrow::Cow;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, DecimalType as _, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, BooleanArray};
use arrow_schema::DataType;

/// Whether values of a type can be told as text; those of a dictionary are told apart by any whole number.
pub(crate) fn is_told(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(keys, values) => keys.is_integer() && is_value(values),
        kind => is_value(kind),
    }
}

fn is_value(kind: &DataType) -> bool {
    kind.is_integer()
        || matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        || matches!(kind, DataType::Null | DataType::Boolean | DataType::Date32)
        || matches!(kind, DataType::Float32 | DataType::Float64 | DataType::Decimal128(..))
}

/// A value of a type that can be told, as text; nothing where there is none.
pub(crate) fn text_at(array: &dyn Array, at: usize) -> Option<Cow<'_, str>> {
    if at >= array.len() || array.is_null(at) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string_opt::<i32>().map(|texts| texts.value(at).into()),
        DataType::LargeUtf8 => array.as_string_opt::<i64>().map(|texts| texts.value(at).into()),
        DataType::Utf8View => array.as_string_view_opt().map(|texts| texts.value(at).into()),
        DataType::Boolean => array.as_boolean_opt().map(|flags| flag(flags, at).into()),
        DataType::Decimal128(precision, scale) => {
            let number = primitive::<Decimal128Type>(array, at)?;
            Some(Decimal128Type::format_decimal(number, *precision, *scale).into())
        }
        DataType::Date32 => {
            let days = primitive::<Date32Type>(array, at)?;
            // A day beyond the calendar is told by its number, which is no day.
            let day = Date32Type::to_naive_date_opt(days).map(|day| day.to_string());
            Some(day.unwrap_or_else(|| days.to_string()).into())
        }
        DataType::Int8 => digits::<Int8Type>(array, at),
        DataType::Int16 => digits::<Int16Type>(array, at),
        DataType::Int32 => digits::<Int32Type>(array, at),
        DataType::Int64 => digits::<Int64Type>(array, at),
        DataType::UInt8 => digits::<UInt8Type>(array, at),
        DataType::UInt16 => digits::<UInt16Type>(array, at),
        DataType::UInt32 => digits::<UInt32Type>(array, at),
        DataType::UInt64 => digits::<UInt64Type>(array, at),
        // The shortest digits that are this number and no other.
        DataType::Float32 => digits::<Float32Type>(array, at),
        DataType::Float64 => digits::<Float64Type>(array, at),
        _ => None,
    }
}

fn flag(flags: &BooleanArray, at: usize) -> &'static str {
    if flags.value(at) { "true" } else { "false" }
}

fn primitive<T: ArrowPrimitiveType>(array: &dyn Array, at: usize) -> Option<T::Native> {
    array.as_primitive_opt::<T>().map(|numbers| numbers.value(at))
}

fn digits<'a, T: ArrowPrimitiveType<Native: ToString>>(array: &dyn Array, at: usize) -> Option<Cow<'a, str>> {
    primitive::<T>(array, at).map(|number| number.to_string().into())
}
