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

mod demand;
mod fact;
#[cfg(test)]
mod reference;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use self::fact::date;
use crate::case::shapes as case_shapes;
use crate::document::shape::{Form, Key, Rest, Shape, Subject};
use crate::framework::condition::{Comparison, KNOWN};
use crate::framework::{Frameworks, shapes as framework_shapes};
use crate::name::LONGEST_NAME;
use crate::synthesis::function;
use crate::vocabulary::FactDefinition;

/// The version of JSON Schema that is written.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a case file, with the facts of these frameworks.
#[must_use]
pub fn case(frameworks: &Frameworks) -> Json {
    Writer::new(Known::of(frameworks)).document(&case_shapes::FILE, "case")
}

/// The schema of a framework file.
#[must_use]
pub fn framework() -> Json {
    Writer::new(Known::default()).document(&framework_shapes::FILE, "framework")
}

/// What the frameworks in use know.
#[derive(Default)]
struct Known<'w> {
    facts: BTreeMap<Subject, Vec<&'w FactDefinition>>,
    /// The ids and aliases of frameworks.
    frameworks: BTreeSet<&'w str>,
    /// The decisions that frameworks have of their own.
    decisions: BTreeSet<&'w str>,
    /// The kinds of claims that scope rules name.
    kinds: BTreeSet<&'w str>,
}

impl<'w> Known<'w> {
    fn of(frameworks: &'w Frameworks) -> Self {
        let mut known = Self::default();
        for fact in frameworks.facts() {
            known.facts.entry(fact.subject).or_default().push(fact);
        }
        for framework in frameworks.iter() {
            let names = std::iter::once(&framework.id).chain(&framework.aliases);
            known.frameworks.extend(names.map(|name| name.as_str()));
            known.decisions.extend(framework.own_decisions());
            let tests = framework.scope.iter().flat_map(|rule| rule.when.tests());
            let of_kind = tests.filter(|test| test.name == "kind").flat_map(|test| &test.accepts);
            known.kinds.extend(of_kind.flat_map(|accept| accept.operands()).filter_map(|operand| operand.word()));
        }
        known
    }
}

struct Writer<'w> {
    definitions: BTreeMap<String, Json>,
    known: Known<'w>,
}

/// A name.
fn name() -> Json {
    json!({ "type": "string", "pattern": "^[\\p{Alphabetic}\\p{N}][\\p{Alphabetic}\\p{N}._-]*$", "maxLength": LONGEST_NAME })
}

/// A name, with those that are likely.
fn likely(names: &BTreeSet<&str>) -> Json {
    if names.is_empty() { name() } else { json!({ "anyOf": [{ "enum": names }, name()] }) }
}

/// A value that is neither a list nor a table; dates come as text.
fn scalar() -> Json {
    json!({ "type": ["string", "number", "boolean"] })
}

impl<'w> Writer<'w> {
    const fn new(known: Known<'w>) -> Self {
        Self { definitions: BTreeMap::new(), known }
    }

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
        for Key { name, form, about, .. } in shape.keys {
            let mut schema = self.form(*form);
            if let Some(object) = schema.as_object_mut() {
                object.insert("description".into(), json!(about));
            }
            properties.insert((*name).to_owned(), schema);
        }
        let others = match shape.rest {
            Rest::Refused => false,
            Rest::Names => true,
            Rest::Facts(subject) => {
                for (name, schema) in self.facts(subject) {
                    properties.entry(name).or_insert(schema);
                }
                false
            }
        };
        let required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        let mut schema = json!({
            "type": "object",
            "description": shape.about,
            "properties": properties,
            "required": required,
            "additionalProperties": others,
        });
        let demands = self.demands(shape);
        if let Some(object) = schema.as_object_mut()
            && !demands.is_empty()
        {
            object.insert("allOf".into(), json!(demands));
        }
        schema
    }

    fn facts(&self, subject: Subject) -> Map<String, Json> {
        let facts = self.known.facts.get(&subject).into_iter().flatten();
        facts.map(|fact| (fact.name.as_str().to_owned(), fact::schema(fact))).collect()
    }

    /// A reference to a definition, which is written if it is not there yet.
    fn definition(&mut self, key: &str, write: impl FnOnce(&mut Self) -> Json) -> Json {
        if !self.definitions.contains_key(key) {
            // Put in first, so that what holds itself ends here.
            self.definitions.insert(key.to_owned(), Json::Null);
            let schema = write(self);
            self.definitions.insert(key.to_owned(), schema);
        }
        json!({ "$ref": format!("#/$defs/{key}") })
    }

    /// A reference to the definition of a shape.
    fn shape(&mut self, shape: &'static Shape) -> Json {
        self.definition(&key(shape), |writer| writer.table(shape))
    }

    fn form(&mut self, form: Form) -> Json {
        match form {
            Form::Name => name(),
            Form::Text => json!({ "type": "string" }),
            Form::Flag => json!({ "type": "boolean" }),
            Form::Number => json!({ "type": "number" }),
            Form::Count => json!({ "type": "integer", "minimum": 0 }),
            Form::Date => date(),
            Form::OneOf(words) => json!({ "enum": words }),
            Form::Names => json!({ "type": "array", "items": name() }),
            Form::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Form::Range => json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
            Form::Value => scalar(),
            Form::Condition => self.condition(),
            Form::Table(shape) => self.shape(shape),
            Form::Tables(shape) => json!({ "type": "array", "items": self.shape(shape) }),
            Form::Map(shape) => {
                json!({ "type": "object", "propertyNames": name(), "additionalProperties": self.shape(shape) })
            }
            Form::NameOr(shape) => json!({ "anyOf": [name(), self.shape(shape)] }),
            Form::List(form) => json!({ "type": "array", "items": self.form(*form) }),
            Form::Either(forms) => {
                let forms: Vec<Json> = forms.iter().map(|form| self.form(*form)).collect();
                json!({ "anyOf": forms })
            }
            Form::Named(form) => {
                json!({ "type": "object", "propertyNames": name(), "additionalProperties": self.form(*form) })
            }
            Form::ByFramework(form) => {
                let others = self.form(*form);
                let known: Map<String, Json> =
                    self.known.frameworks.iter().map(|name| ((*name).to_owned(), others.clone())).collect();
                json!({
                    "type": "object",
                    "propertyNames": name(),
                    "properties": known,
                    "additionalProperties": others,
                })
            }
            Form::Framework => likely(&self.known.frameworks),
            Form::Kind => likely(&self.known.kinds),
            Form::Facts => json!({ "type": "object" }),
            Form::Function => {
                let names: Vec<&str> = function::all().iter().map(|function| function.name).collect();
                json!({ "enum": names })
            }
            Form::Lookup => self.definition("lookup", |_| {
                let inner = json!({ "anyOf": [name(), { "$ref": "#/$defs/lookup" }] });
                json!({ "type": "object", "additionalProperties": inner })
            }),
            Form::Counts => json!({ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } }),
        }
    }

    /// A table of tests. One level of tables within stands for a framework that is used.
    fn condition(&mut self) -> Json {
        let test = self.definition("test", |_| {
            let bounds: Map<String, Json> =
                Comparison::KEYS.iter().map(|(key, _)| ((*key).to_owned(), scalar())).collect();
            let words = format!("A value, a list of values, a comparison such as `\"< 30\"`, or `\"{KNOWN}\"`.");
            let table = |properties: Json| {
                json!({
                    "type": "object",
                    "properties": properties,
                    "minProperties": 1,
                    "additionalProperties": false,
                })
            };
            let one = json!([scalar(), table(json!(bounds)), table(json!({ "not": { "$ref": "#/$defs/test" } }))]);
            let many = json!({ "type": "array", "minItems": 1, "items": { "anyOf": one } });
            json!({ "description": words, "anyOf": [{ "anyOf": one }, many] })
        });
        self.definition("condition", |_| {
            let condition = json!({ "$ref": "#/$defs/condition" });
            let conditions = json!({ "type": "array", "items": condition });
            // Who mistypes one of two bounds does not mean a framework.
            let bounds: Vec<&str> = Comparison::KEYS.iter().map(|(key, _)| *key).collect();
            let of_used = json!({
                "type": "object",
                "propertyNames": { "allOf": [name(), { "not": { "enum": bounds } }] },
                "additionalProperties": test,
            });
            json!({
                "type": "object",
                "description": "Holds if all tests in it hold.",
                "properties": { "any": conditions, "all": conditions, "not": condition },
                "propertyNames": name(),
                "additionalProperties": { "anyOf": [test, of_used] },
            })
        })
    }
}

/// The key of a shape among the definitions: its name without what a reference would have to
/// escape.
fn key(shape: &Shape) -> String {
    let words = shape.name.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let words = words.filter(|word| !matches!(*word, "" | "a" | "an"));
    words.collect::<Vec<_>>().join("-")
}
