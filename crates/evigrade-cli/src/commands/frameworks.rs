//! `evigrade frameworks`: what is built in, and what a framework asks for.

use std::collections::BTreeMap;
use std::sync::Arc;

use evigrade::document::shape::Subject;
use evigrade::report::Page;
use evigrade::{Framework, Frameworks};
use serde_json::json;

use crate::arguments::{FindingFormat, Frameworks as Arguments};
use crate::output::{Failure, Output, Verdict};

/// Lists the frameworks, or shows one.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Verdict, Failure> {
    let text = match &arguments.id {
        None => list(&Frameworks::built_in(), arguments.format),
        Some(id) => {
            let framework = find(id)?;
            match arguments.format {
                FindingFormat::Text => shown(&framework, &output.page()),
                FindingFormat::Json => format!("{}\n", described(&framework)),
            }
        }
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

fn find(id: &str) -> Result<Arc<Framework>, Failure> {
    let mut frameworks = Frameworks::built_in();
    let id = if id.ends_with(".toml") { frameworks.add_file(id)?.as_str().to_owned() } else { id.to_owned() };
    match frameworks.get(&id) {
        Some(framework) => Ok(Arc::clone(framework)),
        None => Ok(Arc::clone(frameworks.find(&id)?)),
    }
}

fn list(frameworks: &Frameworks, format: FindingFormat) -> String {
    match format {
        FindingFormat::Json => frameworks.iter().map(|framework| format!("{}\n", summary(framework))).collect(),
        FindingFormat::Text => {
            let width = frameworks.iter().map(|framework| framework.id.as_str().len()).max().unwrap_or_default();
            let line = |framework: &Arc<Framework>| {
                let grades = if framework.grades() { "" } else { " (facts for others)" };
                format!("{:width$}  {}, {}{grades}\n", framework.id, framework.title, framework.edition)
            };
            frameworks.iter().map(line).collect()
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

fn shown(framework: &Framework, page: &Page) -> String {
    let heading = page.palette.heading;
    let faint = page.palette.faint;
    let mut text = format!("{heading}{}{heading:#}: {}\n{}\n", framework.id, framework.title, framework.edition);
    if let Some(guide) = &framework.guide {
        text.push('\n');
        text.push_str(&filled(guide, "", page.width));
    }
    if let Some(scale) = &framework.scale {
        let levels: Vec<String> = scale.levels.iter().rev().map(|word| scale.label(word.as_str())).collect();
        text.push_str(&format!("\n{heading}Levels{heading:#} (best first): {}\n", levels.join(", ")));
        if !scale.outcomes.is_empty() {
            let outcomes: Vec<String> = scale.outcomes.iter().map(|word| scale.label(word.as_str())).collect();
            text.push_str(&format!("{heading}Beside them{heading:#}: {}\n", outcomes.join(", ")));
        }
    }
    if !framework.parameters.is_empty() {
        text.push_str(&format!("\n{heading}Parameters{heading:#} (--set NAME=VALUE)\n"));
        for parameter in &framework.parameters {
            let about = parameter.about.as_deref().unwrap_or_default();
            let line = format!("{} = {} [{}] {about}", parameter.name, parameter.value, parameter.status);
            text.push_str(&filled(&line, "  ", page.width));
        }
    }
    let mut by_subject: BTreeMap<Subject, Vec<String>> = BTreeMap::new();
    for fact in &framework.facts {
        let unit = fact.unit.as_ref().map_or_else(String::new, |unit| format!(" ({unit})"));
        by_subject.entry(fact.subject).or_default().push(format!("{}{unit}: {}", fact.name, fact.ask));
    }
    for (subject, facts) in by_subject {
        text.push_str(&format!(
            "\n{heading}Facts on {}{heading:#}\n",
            match subject {
                Subject::Evidence => "evidence items",
                Subject::Link => "links",
                Subject::Claim => "claims",
            }
        ));
        for fact in facts {
            text.push_str(&filled(&fact, "  ", page.width));
        }
    }
    if !framework.cites.is_empty() {
        text.push_str(&format!("\n{heading}Follows{heading:#}\n"));
        for cites in &framework.cites {
            text.push_str(&filled(cites, "  ", page.width));
        }
    }
    text.push_str(&format!("\n{faint}{}{faint:#}\n", framework.digest));
    text
}

fn filled(text: &str, indent: &str, width: usize) -> String {
    let hanging = format!("{indent}{indent}");
    let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(&hanging);
    let paragraphs = text.lines().map(|line| textwrap::fill(line, &options));
    paragraphs.collect::<Vec<_>>().join("\n") + "\n"
}
