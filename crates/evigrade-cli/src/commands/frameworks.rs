//! `evigrade frameworks`: what is built in, and what a framework asks for.

use std::sync::Arc;

use evigrade::{Compiled, Framework, Frameworks, handbook};
use serde_json::json;

use crate::arguments::{Frameworks as Arguments, PageFormat};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// Lists the frameworks, or shows one.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Verdict, Failure> {
    let text = match &arguments.id {
        None => list(&input::frameworks_with(&arguments.framework)?, arguments.format, output)?,
        Some(id) => {
            let framework = find(id, &arguments.framework)?;
            match arguments.format {
                PageFormat::Text => handbook::text(&framework, &output.page()),
                PageFormat::Markdown => handbook::markdown(&framework),
                PageFormat::Json => format!("{}\n", described(&Compiled::new(&framework)?)),
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

fn list(frameworks: &Frameworks, format: PageFormat, output: &Output) -> Result<String, Failure> {
    let all: Vec<Compiled> = frameworks.iter().map(Compiled::new).collect::<Result<_, _>>()?;
    Ok(match format {
        PageFormat::Json => all.iter().map(|compiled| format!("{}\n", summary(compiled))).collect(),
        PageFormat::Text => handbook::index_text(&all, &output.page()),
        PageFormat::Markdown => handbook::index_markdown(&all, false),
    })
}

fn summary(compiled: &Compiled) -> serde_json::Value {
    json!(handbook::Entry::new(compiled))
}

fn described(compiled: &Compiled) -> serde_json::Value {
    let mut value = summary(compiled);
    let framework = compiled.framework();
    let scale: Vec<serde_json::Value> = framework
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
    value["scale"] = json!(scale);
    value["facts"] = json!(facts);
    value["parameters"] = json!(parameters);
    value["decisions"] = json!(decisions);
    value
}
