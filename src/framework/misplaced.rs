//! Keys that say nothing where they stand: they would be passed over, and nobody would know.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::reader::Table;

fn refuse(table: &Table<'_>, key: &str, why: &str, problems: &mut Problems) {
    let message = format!("`{key}` says nothing here: {why}");
    let span = table.get(key).map_or_else(|| table.span.clone(), |node| node.span());
    problems.push(Diagnostic::error(Code::UnknownKey, message).at(&span).help("take it out"));
}

/// Refuses keys that a fact of this type does not read. `type_name` is nothing where the
/// table lists values itself.
pub(super) fn in_typed(table: &Table<'_>, type_name: Option<&str>, problems: &mut Problems) {
    let number = matches!(type_name, Some("number" | "count"));
    for key in ["at-least", "at-most"] {
        if table.has(key) && !number {
            refuse(table, key, "only a number or a count has bounds", problems);
        }
    }
    if table.has("unit") && !number {
        refuse(table, "unit", "only a number or a count has a unit", problems);
    }
    if table.has("groups") && type_name.is_some() {
        refuse(table, "groups", "groups stand beside the values that they are made of", problems);
    }
    in_list(table, problems);
}

/// Refuses keys that a list of values does not read.
pub(super) fn in_list(table: &Table<'_>, problems: &mut Problems) {
    if table.has("best") && !table.has("ordered") {
        refuse(table, "best", "only an `ordered` list of values has a better end", problems);
    }
}

/// Refuses keys that the way in which a measure is made does not read.
pub(super) fn in_measure(table: &Table<'_>, problems: &mut Problems) {
    let has = |key: &str| table.has(key);
    if has("weight") && !has("share") {
        refuse(table, "weight", "only a `share` is weighed", problems);
    }
    if has("over") && has("count") {
        refuse(table, "over", "`count` says what is counted", problems);
    }
    if has("not-reported") && (has("count") || has("any") || has("all")) {
        refuse(table, "not-reported", "the measure is made of no value that could be reported", problems);
    }
}

/// Refuses keys that the hit policy of a decision does not read. `hit` is nothing for a decision
/// that amends another and takes over its policy.
pub(super) fn in_decision(table: &Table<'_>, hit: Option<&str>, amends: bool, problems: &mut Problems) {
    let has = |key: &str| table.has(key);
    if has("drop") && !amends {
        refuse(table, "drop", "only a decision that amends another drops rules of it", problems);
    }
    if hit == Some("sum") && has("otherwise") {
        refuse(table, "otherwise", "where no rule of a sum holds, it is where it starts", problems);
    }
    for key in ["table", "because"] {
        if has(key) && hit.is_some_and(|hit| hit != "table") {
            refuse(table, key, "it belongs to a decision with `hit = \"table\"`", problems);
        }
    }
    let refused = table.get("judgement").and_then(|node| node.as_text()) == Some("refused");
    if has("within") && refused {
        refuse(table, "within", "people may not decide otherwise at all", problems);
    }
}

/// Refuses keys that a rule does not read where its decision amends nothing.
pub(super) fn in_rule(table: &Table<'_>, amends: bool, problems: &mut Problems) {
    if table.has("before") && !amends {
        refuse(
            table,
            "before",
            "only where its decision amends another does a rule stand before one of that",
            problems,
        );
    }
}
