//! What the keys of a table ask of each other.

use serde_json::{Map, Value as Json, json};

use super::{Writer, name};
use crate::case::{Relation, shapes as case_shapes};
use crate::document::shape::{Shape, Subject};
use crate::framework::{AGGREGATES, shapes as framework_shapes};
use crate::synthesis::function;

/// One of these keys, and no more than one.
fn one_of<'k>(keys: impl IntoIterator<Item = &'k str>) -> Json {
    let each: Vec<Json> = keys.into_iter().map(|key| json!({ "required": [key] })).collect();
    json!({ "oneOf": each })
}

/// These keys, and none of the others.
fn these_not_those(these: &[&str], those: &[&str]) -> Json {
    let refused: Map<String, Json> = those.iter().map(|key| ((*key).to_owned(), json!(false))).collect();
    json!({ "required": these, "properties": refused })
}

impl Writer<'_> {
    pub(super) fn demands(&self, shape: &'static Shape) -> Vec<Json> {
        let is = |other: &'static Shape| std::ptr::eq(shape, other);
        if is(&case_shapes::CLAIM_LINK) || is(&case_shapes::EVIDENCE_LINK) {
            let has = |word: &&str| shape.keys.iter().any(|key| key.name == *word);
            vec![one_of(Relation::WORDS.iter().map(|(word, _)| *word).filter(has))]
        } else if is(&case_shapes::EXPECT) {
            // Why the level differs is said with the level.
            let outputs = these_not_those(&["outputs"], &["known-difference"]);
            vec![json!({ "anyOf": [{ "required": ["level"] }, outputs] })]
        } else if is(&case_shapes::JUDGEMENT) {
            self.judgement()
        } else if is(&framework_shapes::TYPE) {
            vec![one_of(["choices", "ordered"])]
        } else if is(&framework_shapes::FACT) {
            vec![one_of(["type", "choices", "ordered"])]
        } else if is(&framework_shapes::MEASURE) {
            vec![one_of(AGGREGATES)]
        } else if is(&framework_shapes::RULE) {
            vec![one_of(["then", "add"])]
        } else if is(&framework_shapes::DERIVED) {
            calls()
        } else {
            Vec::new()
        }
    }

    fn judgement(&self) -> Vec<Json> {
        const DECISION: &[&str] = &["framework", "decision", "value"];
        let said = json!({ "pattern": "\\S" });
        let mut properties = Map::from_iter([("reason".to_owned(), said.clone()), ("by".to_owned(), said)]);
        if !self.known.frameworks.is_empty() {
            properties.insert("framework".to_owned(), json!({ "enum": self.known.frameworks }));
            properties.insert("decision".to_owned(), json!({ "enum": self.known.decisions }));
        }
        let mut demands = vec![
            json!({ "properties": properties }),
            json!({ "anyOf": [{ "required": ["claim"] }, { "required": ["evidence"] }] }),
            json!({ "oneOf": [these_not_those(&["facts"], DECISION), these_not_those(DECISION, &["facts"])] }),
        ];
        for (these, those, subject) in [
            (&["claim"][..], &["evidence"][..], Subject::Claim),
            (&["evidence"], &["claim"], Subject::Evidence),
            (&["claim", "evidence"], &[], Subject::Link),
        ] {
            let facts = json!({ "properties": self.facts(subject), "additionalProperties": false });
            demands.push(json!({
                "if": these_not_those(these, those),
                "then": { "properties": { "facts": facts } },
            }));
        }
        demands
    }
}

/// The arguments of each host function.
fn calls() -> Vec<Json> {
    let one = || json!({ "anyOf": [name(), { "type": "number" }] });
    let mut demands = Vec::new();
    for function in function::all() {
        let mut arguments = Map::new();
        for parameter in function.parameters {
            let many = json!({ "anyOf": [one(), { "type": "array", "items": one() }] });
            let mut argument = if parameter.many { many } else { one() };
            if let Some(object) = argument.as_object_mut() {
                object.insert("description".to_owned(), json!(parameter.about));
            }
            arguments.insert(parameter.name.to_owned(), argument);
        }
        let required: Vec<&String> = arguments.keys().collect();
        let with = json!({ "required": required, "properties": arguments, "additionalProperties": false });
        demands.push(json!({
            "if": { "required": ["call"], "properties": { "call": { "const": function.name } } },
            "then": { "properties": { "with": with } },
        }));
    }
    demands
}
