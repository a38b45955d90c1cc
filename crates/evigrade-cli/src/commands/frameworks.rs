//! `evigrade frameworks`: what is built in, and what a framework asks for.

use std::sync::Arc;

use evigrade::{Framework, Frameworks, handbook};
use serde_json::json;

use crate::arguments::{Frameworks as Arguments, PageFormat};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// Lists the frameworks, or shows one.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Verdict, Failure> {
    let text = match &arguments.id {
        None => list(&Frameworks::built_in(), arguments.format),
        Some(id) => {
            let framework = find(id, &arguments.framework)?;
            match arguments.format {
                PageFormat::Text => handbook::text(&framework, &output.page()),
                PageFormat::Markdown => handbook::markdown(&framework),
                PageFormat::Json => format!("{}\n", described(&framework)),
            }
        }
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

/// The framework of an id or file, with the files that it uses beside it.
fn find(id: &str, beside: &[String]) -> Result<Arc<Framework>, Failure> {
    let own = id.ends_with(".toml");
    let files: Vec<String> = beside.iter().cloned().chain(own.then(|| id.to_owned())).collect();
    let mut frameworks = Frameworks::built_in();
    let added = input::add(&mut frameworks, &files)?;
    let id = if own { added.last().map_or(id, String::as_str) } else { id };
    match frameworks.get(id) {
        Some(framework) => Ok(Arc::clone(framework)),
        None => Ok(Arc::clone(frameworks.find(id)?)),
    }
}

fn list(frameworks: &Frameworks, format: PageFormat) -> String {
    match format {
        PageFormat::Json => frameworks.iter().map(|framework| format!("{}\n", summary(framework))).collect(),
        PageFormat::Text => {
            let width = frameworks.iter().map(|framework| framework.id.as_str().len()).max().unwrap_or_default();
            let line = |framework: &Arc<Framework>| {
                let grades = if framework.grades() { "" } else { " (facts for others)" };
                format!("{:width$}  {}, {}{grades}\n", framework.id, framework.title, framework.edition)
            };
            frameworks.iter().map(line).collect()
        }
        PageFormat::Markdown => {
            let line = |framework: &Arc<Framework>| {
                let levels = framework
                    .scale
                    .iter()
                    .flat_map(|scale| scale.levels.iter().rev().map(|word| scale.label(word.as_str())));
                let levels = levels.collect::<Vec<_>>().join(", ");
                let Framework { id, title, edition, status, .. } = framework.as_ref();
                format!("| `{id}` | {title} | {edition} | {levels} | {status} |\n")
            };
            let head = "| Id | Title | Edition | Levels, best first | Status |\n| --- | --- | --- | --- | --- |\n";
            head.to_owned() + &frameworks.iter().map(line).collect::<String>()
        }
    }
}

fn summary(framework: &Framework) -> serde_json::Value {
    json!({
        "id": framework.id.as_str(),
        "title": framework.title,
        "edition": framework.edition,
        "grades": framework.grades(),
        "digest": framework.digest,
    })
}

fn described(framework: &Framework) -> serde_json::Value {
    let mut value = summary(framework);
    let levels: Vec<serde_json::Value> = framework
        .scale
        .iter()
        .flat_map(|scale| {
            scale
                .levels
                .iter()
                .chain(&scale.outcomes)
                .map(|word| json!({ "id": word.as_str(), "label": scale.label(word.as_str()) }))
        })
        .collect();
    let facts: Vec<serde_json::Value> = framework
        .facts
        .iter()
        .map(|fact| {
            json!({
                "name": fact.name.as_str(),
                "on": fact.subject.word(),
                "type": fact.kind.to_string(),
                "unit": fact.unit,
                "ask": fact.ask,
            })
        })
        .collect();
    let parameters: Vec<serde_json::Value> = framework
        .parameters
        .iter()
        .map(|parameter| {
            json!({
                "name": parameter.name.as_str(),
                "value": parameter.value.to_string(),
                "status": parameter.status.word(),
                "about": parameter.about,
                "cites": parameter.cites,
            })
        })
        .collect();
    let decisions: Vec<serde_json::Value> = framework
        .decisions
        .iter()
        .map(|decision| {
            json!({
                "name": decision.name.as_str(),
                "on": decision.on.word(),
                "hit": decision.hit.word(),
                "rules": decision.rules.len(),
            })
        })
        .collect();
    value["guide"] = json!(framework.guide);
    value["cites"] = json!(framework.cites);
    value["levels"] = json!(levels);
    value["facts"] = json!(facts);
    value["parameters"] = json!(parameters);
    value["decisions"] = json!(decisions);
    value
}
