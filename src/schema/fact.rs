//! The values that a fact can take.

use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use crate::value::Unknown;
use crate::vocabulary::{FactDefinition, FactType};

/// A day. A date of TOML comes as text.
pub(super) fn date() -> Json {
    json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
}

/// The schema of a fact's values.
pub(super) fn schema(fact: &FactDefinition) -> Json {
    let count = fact.kind == FactType::Count;
    let stated = |unknown: &Unknown| match unknown {
        Unknown::Missing => true,
        // Of a count it is the same as 0.
        Unknown::None if count => true,
        unknown => fact.unknowns.contains(unknown),
    };
    let (stated, refused): (Vec<Unknown>, Vec<Unknown>) = Unknown::ALL.into_iter().partition(stated);
    let words = |unknowns: &[Unknown]| unknowns.iter().map(|unknown| unknown.word()).collect::<Vec<_>>();
    let unit = fact.unit.as_ref().map_or_else(String::new, |unit| format!(" In {unit}."));
    let about = format!("{}{unit}", fact.ask);
    let known = match &fact.kind {
        FactType::Flag => json!({ "type": "boolean" }),
        FactType::Count => bounded(fact, json!({ "type": "integer", "minimum": 0 })),
        FactType::Number => bounded(fact, json!({ "type": "number" })),
        FactType::Date => date(),
        FactType::Text | FactType::OpenChoice => {
            let text = json!({ "type": "string", "description": about });
            return with(text, "not", (!refused.is_empty()).then(|| json!({ "enum": words(&refused) })));
        }
        FactType::Choice(choices) => {
            let mut values: Vec<&str> = choices.values.iter().map(|word| word.as_str()).collect();
            values.extend(words(&stated));
            return json!({ "enum": values, "description": about });
        }
    };
    json!({ "anyOf": [known, { "enum": words(&stated) }], "description": about })
}

/// A number within the bounds of a fact.
fn bounded(fact: &FactDefinition, number: Json) -> Json {
    let of = |bound: Decimal| serde_json::from_str::<Json>(&bound.normalize().to_string()).ok();
    let least = fact.least.filter(|least| fact.kind != FactType::Count || least.is_sign_positive());
    let number = with(number, "minimum", least.and_then(of));
    with(number, "maximum", fact.greatest.and_then(of))
}

fn with(mut schema: Json, key: &str, value: Option<Json>) -> Json {
    if let (Some(object), Some(value)) = (schema.as_object_mut(), value) {
        object.insert(key.to_owned(), value);
    }
    schema
}
