//! Handbook pages: a framework as its reader would want it, from its scale to its rules.
//!
//! ```
//! use evigrade::{Frameworks, handbook};
//!
//! let frameworks = Frameworks::built_in();
//! let page = handbook::markdown(frameworks.find("jadad")?);
//! assert!(page.starts_with("# Jadad scale"));
//! # Ok::<(), evigrade::Refused>(())
//! ```

mod index;

use std::collections::BTreeMap;

pub use self::index::{Entry, index_markdown, index_text};
use crate::document::shape::Subject;
use crate::framework::{Argument, Assumption, Decision, Derived, Framework, JudgementPolicy, Monotone, Rule, Towards};
use crate::name::{Name, Word};
use crate::report::{Page, with_code};
use crate::vocabulary::FactDefinition;

/// A part of a page.
enum Block {
    Title(String),
    Heading(String),
    Subheading(String),
    Text(String),
    List(Vec<String>),
    /// Headings, and rows of as many cells.
    Table(Vec<&'static str>, Vec<Vec<String>>),
}

/// The page of a framework in Markdown.
#[must_use]
pub fn markdown(framework: &Framework) -> String {
    let mut text = String::new();
    for block in page(framework) {
        match block {
            Block::Title(title) => text.push_str(&format!("# {}\n\n", with_code(&title))),
            Block::Heading(heading) => text.push_str(&format!("## {}\n\n", with_code(&heading))),
            Block::Subheading(heading) => text.push_str(&format!("### {}\n\n", with_code(&heading))),
            Block::Text(words) => text.push_str(&format!("{}\n\n", with_code(&words))),
            Block::List(items) => {
                for item in items {
                    text.push_str(&format!("- {}\n", with_code(&item)));
                }
                text.push('\n');
            }
            Block::Table(headings, rows) => {
                text.push_str(&format!("| {} |\n|{}\n", headings.join(" | "), " --- |".repeat(headings.len())));
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| with_code(cell)).collect();
                    text.push_str(&format!("| {} |\n", cells.join(" | ")));
                }
                text.push('\n');
            }
        }
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// The page of a framework for a terminal.
#[must_use]
pub fn text(framework: &Framework, page: &Page) -> String {
    let heading = page.palette.heading;
    let faint = page.palette.faint;
    let mut text = String::new();
    for block in self::page(framework) {
        match block {
            Block::Title(title) => text.push_str(&format!("{}\n", filled(&title, 0, page.width))),
            Block::Heading(words) => text.push_str(&format!("\n{heading}{words}{heading:#}\n")),
            Block::Subheading(words) => {
                let lines = filled(&words, 2, page.width);
                let lines: Vec<String> = lines.lines().map(|line| format!("{heading}{line}{heading:#}\n")).collect();
                text.push_str(&format!("\n{}", lines.concat()));
            }
            Block::Text(words) => text.push_str(&format!("{}\n", filled(&words, 2, page.width))),
            Block::List(items) => {
                for item in items {
                    text.push_str(&format!("{}\n", filled(&item, 2, page.width)));
                }
            }
            Block::Table(headings, rows) => {
                for row in rows {
                    let mut cells = row.iter().zip(&headings);
                    if let Some((first, _)) = cells.next() {
                        text.push_str(&format!("  {}{first}{:#}\n", page.palette.value, page.palette.value));
                    }
                    for (cell, name) in cells.filter(|(cell, _)| !cell.is_empty()) {
                        let words = filled(&format!("{name}: {cell}"), 4, page.width);
                        let rest = words.trim_start().trim_start_matches(name).trim_start_matches(':');
                        text.push_str(&format!("    {faint}{name}:{faint:#}{rest}\n"));
                    }
                }
            }
        }
    }
    text
}

fn filled(text: &str, indent: usize, width: usize) -> String {
    let (first, hanging) = (" ".repeat(indent), " ".repeat(indent + 2));
    let options = textwrap::Options::new(width)
        .initial_indent(&first)
        .subsequent_indent(&hanging)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::fill(text, options)
}

fn page(framework: &Framework) -> Vec<Block> {
    let mut blocks = vec![Block::Title(format!("{}: {}", framework.title, framework.edition))];
    let mut about = vec![
        format!("Id: `{}`{}", framework.id, index::also(&framework.aliases)),
        format!("Status of its rules, unless they say otherwise: {}", framework.status),
    ];
    if let Some(day) = framework.in_force_from {
        about.push(format!("In force from {day} on"));
    }
    let ids = |ids: &[crate::name::FrameworkId]| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    if !framework.extends.is_empty() {
        about.push(format!("Extends: {}", ids(&framework.extends)));
    }
    if let Some(change) = &framework.change {
        about.push(format!("What it changes: {change}"));
    }
    if !framework.uses.is_empty() {
        about.push(format!("Uses: {}", ids(&framework.uses)));
    }
    about.push(format!(
        "Tested by {} examples and {} counts",
        framework.examples().len(),
        framework.enumerations().len()
    ));
    blocks.push(Block::List(about));
    blocks.extend(
        framework.guide.iter().map(|guide| Block::Text(guide.split_whitespace().collect::<Vec<_>>().join(" "))),
    );
    scale(framework, &mut blocks);
    if !framework.scope.is_empty() {
        blocks.push(Block::Heading("What it does not grade".to_owned()));
        let rules = framework.scope.iter().map(|rule| format!("{} (where {})", rule.because, rule.when));
        blocks.push(Block::List(rules.collect()));
    }
    parameters(framework, &mut blocks);
    facts(framework, &mut blocks);
    worked_out(framework, &mut blocks);
    decisions(framework, &mut blocks);
    assumptions(framework, &mut blocks);
    better_evidence(framework, &mut blocks);
    if !framework.cites.is_empty() {
        blocks.push(Block::Heading("Sources".to_owned()));
        blocks.push(Block::List(framework.cites.clone()));
    }
    blocks
}

fn scale(framework: &Framework, blocks: &mut Vec<Block>) {
    let Some(scale) = framework.scale.as_ref() else { return };
    blocks.push(Block::Heading("What it comes to".to_owned()));
    let row = |word: &crate::name::Word, rank: String| vec![format!("`{word}`"), scale.label(word.as_str()), rank];
    let count = scale.levels.len();
    let levels = scale.levels.iter().rev().enumerate().map(|(position, word)| {
        let rank = match (position, count - position) {
            (0, _) => "the best level".to_owned(),
            (_, 1) => "the worst level".to_owned(),
            _ => String::new(),
        };
        row(word, rank)
    });
    let outcomes = scale.outcomes.iter().map(|word| row(word, "beside the levels".to_owned()));
    let rows: Vec<Vec<String>> = levels.chain(outcomes).collect();
    blocks.push(Block::Table(vec!["Word", "Label", "Rank"], rows));
    let outputs: Vec<String> =
        framework.direction.iter().chain(&framework.outputs).map(|output| format!("`{output}`")).collect();
    if !outputs.is_empty() {
        blocks.push(Block::Text(format!("Told beside it: {}.", outputs.join(", "))));
    }
}

fn parameters(framework: &Framework, blocks: &mut Vec<Block>) {
    let own = framework.parameters.iter().filter(|parameter| !parameter.name.as_str().contains('.'));
    let rows: Vec<Vec<String>> = own
        .map(|parameter| {
            let about = parameter.about.iter().chain(&parameter.cites).cloned().collect::<Vec<_>>().join(" ");
            vec![format!("`{}`", parameter.name), parameter.value.to_string(), about, parameter.status.to_string()]
        })
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Heading("Parameters".to_owned()));
        blocks.push(Block::Table(vec!["Parameter", "Value", "About", "Status"], rows));
    }
}

fn facts(framework: &Framework, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading("Facts".to_owned()));
    for (subject, of) in [(Subject::Evidence, "evidence items"), (Subject::Link, "links"), (Subject::Claim, "claims")] {
        let own = |fact: &&std::sync::Arc<FactDefinition>| fact.framework == framework.id && fact.subject == subject;
        let rows: Vec<Vec<String>> = framework.facts.iter().filter(own).map(|fact| row_of(fact)).collect();
        if !rows.is_empty() {
            blocks.push(Block::Subheading(format!("Of {of}")));
            blocks.push(Block::Table(vec!["Fact", "Question", "Answer"], rows));
        }
    }
    let mut others: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for fact in framework.facts.iter().filter(|fact| fact.framework != framework.id) {
        others.entry(fact.framework.as_str()).or_default().push(format!("`{}`", fact.name));
    }
    if !others.is_empty() {
        blocks.push(Block::Subheading("Of frameworks that it uses or extends".to_owned()));
        let lists = others.into_iter().map(|(id, names)| format!("`{id}`: {}", names.join(", ")));
        blocks.push(Block::List(lists.collect()));
    }
}

fn row_of(fact: &FactDefinition) -> Vec<String> {
    let mut answer = fact.kind.brief();
    if let Some(unit) = &fact.unit {
        answer.push_str(&format!(", in {unit}"));
    }
    match (&fact.least, &fact.greatest) {
        (Some(least), Some(greatest)) => answer.push_str(&format!(", {least} to {greatest}")),
        (Some(least), None) => answer.push_str(&format!(", at least {least}")),
        (None, Some(greatest)) => answer.push_str(&format!(", at most {greatest}")),
        (None, None) => {}
    }
    if let Some(when) = &fact.asked_when {
        answer.push_str(&format!("; asked where {when}"));
    }
    if let Some(number) = fact.synthesis {
        answer.push_str(&format!("; `{}` of the results put together unless stated", number.word()));
        let told = |(name, words): &(Name, Vec<Word>)| {
            let words: Vec<&str> = words.iter().map(Word::as_str).collect();
            format!("{name} is {}", words.join(" or "))
        };
        let when: Vec<String> = fact.synthesised_when.iter().map(told).collect();
        if !when.is_empty() {
            answer.push_str(&format!(", where {}", when.join(" and ")));
        }
    }
    if let Some(default) = &fact.default {
        answer.push_str(&format!("; {default} unless stated"));
    }
    vec![format!("`{}`", fact.name), fact.ask.clone(), answer]
}

fn worked_out(framework: &Framework, blocks: &mut Vec<Block>) {
    let own = |name: &crate::name::Name| !name.as_str().contains('.');
    let derived = framework.derived.iter().filter(|derived| own(&derived.name));
    let rows: Vec<Vec<String>> = derived
        .map(|derived| vec![format!("`{}`", derived.name), call(derived), derived.about.clone().unwrap_or_default()])
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Heading("Derived values".to_owned()));
        blocks.push(Block::Table(vec!["Value", "Computed as", "About"], rows));
    }
    let measures = framework.measures.iter().filter(|measure| own(&measure.name));
    let rows: Vec<Vec<String>> = measures
        .map(|measure| vec![format!("`{}`", measure.name), measure.made(), measure.about.clone().unwrap_or_default()])
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Heading("Measures".to_owned()));
        blocks.push(Block::Table(vec!["Measure", "Made of", "About"], rows));
    }
}

/// How a derived value is computed, in words.
fn call(derived: &Derived) -> String {
    let argument = |argument: &Argument| match argument {
        Argument::Name(name) => name.to_string(),
        Argument::Number(number) => number.to_string(),
    };
    let arguments: Vec<String> = derived.arguments.iter().flatten().map(argument).collect();
    format!("{}({})", derived.function.name, arguments.join(", "))
}

fn decisions(framework: &Framework, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading("Decisions".to_owned()));
    for decision in framework.decisions.iter().filter(|decision| decision.origins.contains(&framework.id)) {
        blocks.push(Block::Subheading(match &decision.title {
            Some(title) => format!("{title} (`{}`)", decision.name),
            None => format!("`{}`", decision.name),
        }));
        blocks.push(Block::Text(how(decision)));
        let rules = decision.rules.iter().chain(&decision.otherwise);
        let last = decision.otherwise.as_ref().map(|rule| &rule.id);
        let rows: Vec<Vec<String>> = rules.map(|rule| row_of_rule(rule, decision, last == Some(&rule.id))).collect();
        if !rows.is_empty() {
            blocks.push(Block::Table(vec!["Rule", "When", "Gives", "Because", "Status"], rows));
        }
    }
}

/// How a decision puts its rules together, in sentences.
fn how(decision: &Decision) -> String {
    let on = match decision.on {
        Subject::Evidence => "an evidence item",
        Subject::Link => "an evidence item as it is linked to a claim",
        Subject::Claim => "a claim",
    };
    let mut how = format!("Of {on}: {}.", decision.hit);
    if !decision.values.is_empty() {
        let values: Vec<&str> = decision.values.iter().map(crate::name::Word::as_str).collect();
        how.push_str(&format!(" Values: {}", values.join(", ")));
        if !decision.outcomes.is_empty() {
            let outcomes: Vec<&str> = decision.outcomes.iter().map(crate::name::Word::as_str).collect();
            how.push_str(&format!("; beside them {}", outcomes.join(", ")));
        }
        how.push('.');
    }
    match decision.judgement {
        JudgementPolicy::Allowed { within: None } => {}
        JudgementPolicy::Allowed { within: Some(steps) } => {
            how.push_str(&format!(" People may decide otherwise by at most {steps}."));
        }
        JudgementPolicy::Refused => how.push_str(" People may not decide otherwise."),
    }
    if let Some(cites) = &decision.cites {
        how.push_str(&format!(" Source: {}.", cites.trim_end_matches('.')));
    }
    if let Some(change) = &decision.change {
        how.push_str(&format!(" Changed by `{}`: {}", change.by, change.why));
    }
    how
}

fn row_of_rule(rule: &Rule, decision: &Decision, otherwise: bool) -> Vec<String> {
    let gives = decision.gives(rule);
    let when = if otherwise { "otherwise".to_owned() } else { rule.when.to_string() };
    let because = match &rule.cites {
        Some(cites) => format!("{} ({})", rule.because, cites.trim_end_matches('.')),
        None => rule.because.clone(),
    };
    let status = if rule.proposes { format!("{}, a proposal", rule.status) } else { rule.status.to_string() };
    vec![rule.id.to_string(), when, gives, because, status]
}

fn assumptions(framework: &Framework, blocks: &mut Vec<Block>) {
    // When a question arises is told beside the question.
    let stated = |assumption: &&Assumption| assumption.asked_of.is_none();
    let own = framework.assumptions.iter().filter(|assumption| assumption.origin == framework.id).filter(stated);
    let list: Vec<String> =
        own.map(|assumption| format!("{} (never {})", assumption.because, assumption.never)).collect();
    if !list.is_empty() {
        blocks.push(Block::Heading("What cannot occur together".to_owned()));
        blocks.push(Block::List(list));
    }
}

/// What better evidence never lowers, and what it can.
fn better_evidence(framework: &Framework, blocks: &mut Vec<Block>) {
    let told = |statement: &Monotone| {
        let decision = statement.decision.as_ref().map(|(name, _)| name).or(framework.result.as_ref());
        let decision = decision.map_or_else(String::new, |name| format!("`{name}`"));
        let gets = [(Towards::Better, "better"), (Towards::More, "more"), (Towards::Less, "less")];
        let gets = gets.map(|(towards, word)| {
            let names = statement.names.iter().filter(|(_, known, _)| *known == towards);
            let names: Vec<String> = names.map(|(name, _, _)| format!("`{name}`")).collect();
            (!names.is_empty()).then(|| format!("{word}: {}", names.join(", ")))
        });
        let gets = gets.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let only_where = statement.only_where.as_ref().map_or_else(String::new, |when| format!(" (where {when})"));
        match &statement.fails_because {
            None => format!("{decision} is never lowered when one of these gets {gets}{only_where}"),
            Some(because) => format!("{decision} can be lowered when one of these gets {gets}{only_where}. {because}"),
        }
    };
    let list: Vec<String> = framework.monotone().iter().map(told).collect();
    if !list.is_empty() {
        blocks.push(Block::Heading("Better evidence".to_owned()));
        blocks.push(Block::List(list));
    }
}
