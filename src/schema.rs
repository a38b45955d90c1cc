//! JSON Schema of the TOML files, for editors that complete and check while one types.
//!
//! The schemas are made from the tables of keys that the reader itself goes by, and from the facts
//! that frameworks declare, so they cannot say something else than the reader.
//!
//! ```
//! let schema = evigrade::schema::case(&evigrade::Frameworks::built_in());
//! assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
//! assert!(schema["$defs"]["evidence-item"]["properties"]["design"]["enum"].is_array());
//! ```

#[cfg(test)]
mod reference;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::case::shapes as case_shapes;
use crate::document::shape::{Form, Rest, Shape, Subject};
use crate::framework::{Frameworks, shapes as framework_shapes};
use crate::vocabulary::{FactDefinition, FactType};

/// The version of JSON Schema that is written.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What a name looks like.
const NAME: &str = "^[A-Za-z0-9][A-Za-z0-9._-]*$";

/// The schema of a case file, with the facts of these frameworks.
#[must_use]
pub fn case(frameworks: &Frameworks) -> Json {
    let mut facts: BTreeMap<Subject, Vec<&FactDefinition>> = BTreeMap::new();
    for fact in frameworks.facts() {
        facts.entry(fact.subject).or_default().push(fact);
    }
    let mut writer = Writer { definitions: BTreeMap::new(), facts };
    writer.document(&case_shapes::FILE, "case")
}

/// The schema of a framework file.
#[must_use]
pub fn framework() -> Json {
    let mut writer = Writer { definitions: BTreeMap::new(), facts: BTreeMap::new() };
    writer.document(&framework_shapes::FILE, "framework")
}

struct Writer<'w> {
    definitions: BTreeMap<String, Json>,
    facts: BTreeMap<Subject, Vec<&'w FactDefinition>>,
}

impl Writer<'_> {
    fn document(&mut self, shape: &'static Shape, of: &str) -> Json {
        let mut schema = self.table(shape);
        if let Some(object) = schema.as_object_mut() {
            object.insert("$schema".into(), json!(DIALECT));
            object.insert("title".into(), json!(format!("Evigrade {of} file")));
            object.insert("$defs".into(), json!(self.definitions));
        }
        schema
    }

    fn table(&mut self, shape: &'static Shape) -> Json {
        let mut properties = Map::new();
        for key in shape.keys {
            let mut schema = self.form(key.form);
            if let Some(object) = schema.as_object_mut() {
                object.insert("description".into(), json!(key.about));
            }
            properties.insert(key.name.to_owned(), schema);
        }
        let others = match shape.rest {
            Rest::Refused => json!(false),
            Rest::Names => json!(true),
            Rest::Facts(subject) => {
                for fact in self.facts.get(&subject).into_iter().flatten() {
                    properties.entry(fact.name.as_str()).or_insert_with(|| of_fact(fact));
                }
                json!(false)
            }
        };
        let required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        json!({
            "type": "object",
            "description": shape.about,
            "properties": properties,
            "required": required,
            "additionalProperties": others,
        })
    }

    /// A reference to the definition of a shape.
    fn shape(&mut self, shape: &'static Shape) -> Json {
        if !self.definitions.contains_key(&key(shape)) {
            // Put in first, so that a shape that holds itself ends here.
            self.definitions.insert(key(shape), Json::Null);
            let schema = self.table(shape);
            self.definitions.insert(key(shape), schema);
        }
        json!({ "$ref": format!("#/$defs/{}", key(shape)) })
    }

    fn form(&mut self, form: Form) -> Json {
        let scalar = || json!({ "type": ["string", "number", "boolean"] });
        match form {
            Form::Name => json!({ "type": "string", "pattern": NAME }),
            Form::Text => json!({ "type": "string" }),
            Form::Flag => json!({ "type": "boolean" }),
            Form::Number => json!({ "type": "number" }),
            Form::Count => json!({ "type": "integer", "minimum": 0 }),
            Form::Date => json!({ "type": "string", "format": "date" }),
            Form::OneOf(words) => json!({ "enum": words }),
            Form::Names => json!({ "type": "array", "items": { "type": "string", "pattern": NAME } }),
            Form::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Form::Numbers => json!({ "type": "array", "items": { "type": "number" } }),
            Form::Value => scalar(),
            Form::Values => json!({ "anyOf": [scalar(), { "type": "array", "items": scalar() }] }),
            Form::Condition => json!({ "type": "object" }),
            Form::Table(shape) => self.shape(shape),
            Form::Tables(shape) => json!({ "type": "array", "items": self.shape(shape) }),
            Form::Map(shape) => json!({ "type": "object", "additionalProperties": self.shape(shape) }),
            Form::NameOr(shape) => {
                json!({ "anyOf": [{ "type": "string", "pattern": NAME }, self.shape(shape)] })
            }
            Form::Anything => json!({}),
        }
    }
}

/// The key of a shape among the definitions: its name without what a reference would have to
/// escape.
fn key(shape: &Shape) -> String {
    let words = shape.name.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let words = words.filter(|word| !matches!(*word, "" | "a" | "an"));
    words.collect::<Vec<_>>().join("-")
}

/// The schema of a fact's values.
fn of_fact(fact: &FactDefinition) -> Json {
    let mut unknowns: Vec<&str> = fact.unknowns.iter().map(|unknown| unknown.word()).collect();
    unknowns.push("missing");
    let known = match &fact.kind {
        FactType::Flag => json!({ "type": "boolean" }),
        FactType::Count => json!({ "type": "integer", "minimum": 0 }),
        FactType::Number => json!({ "type": "number" }),
        FactType::Date => json!({ "type": "string", "format": "date" }),
        FactType::Text | FactType::OpenChoice => json!({ "type": "string" }),
        FactType::Choice(choices) => {
            let mut words: Vec<&str> = choices.values.iter().map(|word| word.as_str()).collect();
            words.extend(&unknowns);
            return json!({ "enum": words, "description": fact.ask });
        }
    };
    let unit = fact.unit.as_ref().map_or_else(String::new, |unit| format!(" In {unit}."));
    json!({ "anyOf": [known, { "enum": unknowns }], "description": format!("{}{unit}", fact.ask) })
}
