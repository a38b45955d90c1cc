//! Models and cases as TOML text.

#[path = "write/case.rs"]
mod case;

use std::fmt::Write as _;

pub(crate) use self::case::{Layout, case};

use crate::model::{
    Accept, Aggregate, Argument, BESIDE, Comparison, Condition, Decision, Hit, Kind, Model, Name, On, Operand, Rule,
    Scope, Then, Unknown, Value, WORDS,
};

const fn unknown(unknown: Unknown) -> &'static str {
    match unknown {
        Unknown::Missing => "missing",
        Unknown::NotReported => "not-reported",
        Unknown::NotApplicable => "not-applicable",
        Unknown::None => "none",
    }
}

/// A day of the year 2020.
pub(crate) fn day(day: i64) -> String {
    let (month, of_month) = if day <= 31 { (1, day) } else { (2, day - 31) };
    format!("2020-{month:02}-{of_month:02}")
}

/// A value without quotes, as a text holds it and as the engine shows it.
pub(crate) fn plain(value: Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Word(word) => word.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Day(number) => day(number),
        Value::Unknown(why) => unknown(why).to_owned(),
    }
}

fn literal(value: Value) -> String {
    match value {
        Value::Word(_) | Value::Unknown(_) => format!("\"{}\"", plain(value)),
        _ => plain(value),
    }
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn words(words: &[&str]) -> String {
    list(words.iter().map(|word| format!("\"{word}\"")))
}

const fn on(on: On) -> &'static str {
    match on {
        On::Evidence => "evidence",
        On::Link => "link",
        On::Claim => "claim",
    }
}

/// A condition as an inline table.
pub(crate) fn condition(asked: &Condition) -> String {
    match asked {
        Condition::All(parts) => {
            let tests: Vec<(Name, String)> = parts
                .iter()
                .filter_map(|part| match part {
                    Condition::Test(name, asked) => Some((*name, accepts(asked))),
                    _ => None,
                })
                .collect();
            let distinct =
                tests.iter().enumerate().all(|(at, (name, _))| tests[..at].iter().all(|(one, _)| one != name));
            if tests.len() == parts.len() && distinct {
                let keys: Vec<String> =
                    tests.into_iter().map(|(name, asked)| format!("{} = {asked}", name.text())).collect();
                return format!("{{ {} }}", keys.join(", "));
            }
            format!("{{ all = {} }}", list(parts.iter().map(condition)))
        }
        Condition::Any(parts) => format!("{{ any = {} }}", list(parts.iter().map(condition))),
        Condition::Not(part) => format!("{{ not = {} }}", condition(part)),
        Condition::Test(name, asked) => format!("{{ {} = {} }}", name.text(), accepts(asked)),
    }
}

fn accepts(asked: &[Accept]) -> String {
    match asked {
        [one] => accept(one),
        many => list(many.iter().map(accept)),
    }
}

fn accept(asked: &Accept) -> String {
    match asked {
        Accept::Is(Operand::Value(value)) => literal(*value),
        Accept::Is(Operand::Parameter(number)) => format!("\"{{p{number}}}\""),
        Accept::Group(group) => format!("\"{group}\""),
        Accept::Known => "\"known\"".to_owned(),
        Accept::Compare(bounds) => match bounds.as_slice() {
            [(comparison, operand)] => {
                let sign = match comparison {
                    Comparison::Less => "<",
                    Comparison::AtMost => "<=",
                    Comparison::More => ">",
                    Comparison::AtLeast => ">=",
                };
                format!("\"{sign} {}\"", operand_text(*operand))
            }
            bounds => {
                let bound = |(comparison, operand): &(Comparison, Operand)| {
                    let key = match comparison {
                        Comparison::Less => "less-than",
                        Comparison::AtMost => "at-most",
                        Comparison::More => "more-than",
                        Comparison::AtLeast => "at-least",
                    };
                    let value = match operand {
                        Operand::Value(value) => literal(*value),
                        Operand::Parameter(number) => format!("\"{{p{number}}}\""),
                    };
                    format!("{key} = {value}")
                };
                format!("{{ {} }}", bounds.iter().map(bound).collect::<Vec<_>>().join(", "))
            }
        },
        Accept::Not(parts) => format!("{{ not = {} }}", accepts(parts)),
    }
}

fn operand_text(operand: Operand) -> String {
    match operand {
        Operand::Value(value) => plain(value),
        Operand::Parameter(number) => format!("{{p{number}}}"),
    }
}

/// The framework file of a model.
pub(crate) fn framework(model: &Model) -> String {
    let mut text = String::new();
    let result = Name::Decision(model.result()).text();
    let outputs = list(model.claim_decisions().map(|number| format!("\"d{number}\"")));
    let _ = writeln!(text, "[framework]\nid = \"random\"\ntitle = \"Random\"\nedition = \"1\"");
    let _ = writeln!(text, "result = \"{result}\"\noutputs = {outputs}\n");
    let _ = writeln!(text, "[scale]\nlevels = {}\noutcomes = [\"{BESIDE}\"]\n", words(&WORDS[..model.levels]));
    for (number, value) in model.parameters.iter().enumerate() {
        let _ = writeln!(text, "[parameter.p{number}]\nvalue = {}", literal(*value));
        if let Value::Word(_) = value {
            let _ = writeln!(text, "choices = {}", words(&WORDS[..2]));
        }
    }
    for number in 0..model.facts.len() {
        fact(model, number, &mut text);
    }
    for (number, derived) in model.derived.iter().enumerate() {
        let argument = |argument: &Argument| match argument {
            Argument::Name(name) => format!("\"{}\"", name.text()),
            Argument::Number(number) => number.to_string(),
        };
        let with: Vec<String> = derived
            .arguments
            .iter()
            .map(|(name, given)| match given.as_slice() {
                [one] => format!("{name} = {}", argument(one)),
                many => format!("{name} = {}", list(many.iter().map(argument))),
            })
            .collect();
        let _ = writeln!(text, "[derived.v{number}]\non = \"{}\"\ncall = \"{}\"", on(derived.on), derived.function);
        let _ = writeln!(text, "with = {{ {} }}", with.join(", "));
    }
    for number in 0..model.measures.len() {
        measure(model, number, &mut text);
    }
    for number in 0..model.decisions.len() {
        decision(model, number, &mut text);
    }
    for (number, never) in model.assumptions.iter().enumerate() {
        let _ = writeln!(text, "[[assumption]]\nid = \"a{number}\"\nnever = {}", condition(never));
        let _ = writeln!(text, "because = \"It cannot be.\"");
    }
    for when in &model.scope {
        let _ = writeln!(text, "[[not-applicable]]\nwhen = {}\nbecause = \"Not graded.\"", condition(when));
    }
    text
}

fn fact(model: &Model, number: usize, text: &mut String) {
    let fact = &model.facts[number];
    let _ = writeln!(text, "[fact.f{number}]\non = \"{}\"\nask = \"?\"", on(fact.on));
    match &fact.kind {
        Kind::Flag => text.push_str("type = \"flag\"\n"),
        Kind::Count => text.push_str("type = \"count\"\n"),
        Kind::Number => text.push_str("type = \"number\"\n"),
        Kind::Date => text.push_str("type = \"date\"\n"),
        Kind::Words { words: known, ordered, groups } => {
            let key = if *ordered > 0 { "ordered" } else { "choices" };
            let _ = writeln!(text, "{key} = {}", words(known));
            if *groups {
                let groups = crate::model::GROUPS.map(|(name, members)| format!("{name} = {}", words(members)));
                let _ = writeln!(text, "groups = {{ {} }}", groups.join(", "));
            }
        }
    }
    let unknowns: Vec<&str> = fact.unknowns.iter().map(|why| unknown(*why)).collect();
    let _ = writeln!(text, "unknowns = {}", words(&unknowns));
    if let Some(least) = fact.least {
        let _ = writeln!(text, "at-least = {least}");
    }
    if let Some(greatest) = fact.greatest {
        let _ = writeln!(text, "at-most = {greatest}");
    }
    if let Some(default) = fact.default {
        let _ = writeln!(text, "default = {}", literal(default));
    }
    if let Some(when) = &fact.asked_when {
        let _ = writeln!(text, "asked-when = {}", condition(when));
    }
}

fn measure(model: &Model, number: usize, text: &mut String) {
    let measure = &model.measures[number];
    let of = |key: &str, name: &Name| format!("{key} = \"{}\"", name.text());
    let _ = writeln!(text, "[measure.m{number}]");
    let over = if measure.over_claims { "claims" } else { "evidence" };
    let made = match &measure.aggregate {
        Aggregate::Count => format!("count = \"{over}\""),
        Aggregate::Distinct(name) => of("distinct", name),
        Aggregate::Sum(name) => of("sum", name),
        Aggregate::Min(name) => of("min", name),
        Aggregate::Max(name) => of("max", name),
        Aggregate::Median(name) => of("median", name),
        Aggregate::Majority(name) => of("majority", name),
        Aggregate::Any(asked) => format!("any = {}", condition(asked)),
        Aggregate::All(asked) => format!("all = {}", condition(asked)),
        Aggregate::Share(asked, weight) => {
            let weight = weight.map_or_else(String::new, |name| format!("\n{}", of("weight", &name)));
            format!("share = {}{weight}", condition(asked))
        }
    };
    let _ = writeln!(text, "{made}");
    if !matches!(measure.aggregate, Aggregate::Count) {
        let _ = writeln!(text, "over = \"{over}\"");
    }
    if let Some(filter) = &measure.filter {
        let _ = writeln!(text, "where = {}", condition(filter));
    }
    if let Some(prefer) = &measure.prefer {
        let _ = writeln!(text, "prefer = {}", condition(prefer));
    }
    if measure.skip {
        text.push_str("not-reported = \"skip\"\n");
    }
    if let Some((least, greatest)) = measure.clamp {
        let _ = writeln!(text, "clamp = [{least}, {greatest}]");
    }
}

fn then(key: &str, given: &Then) -> String {
    match given {
        Then::Word(word) => format!("{key} = \"{word}\""),
        Then::Number(number) => format!("{key} = {number}"),
        Then::ValueOf(name) => format!("{key} = {{ value-of = \"{}\" }}", name.text()),
    }
}

fn decision(model: &Model, number: usize, text: &mut String) {
    let decision = &model.decisions[number];
    let _ = writeln!(text, "[decision.d{number}]\non = \"{}\"", on(decision.on));
    if number != model.result() && !decision.is_sum() {
        let best = if decision.best_first { "first" } else { "last" };
        let _ = writeln!(text, "values = {}\nbest = \"{best}\"", words(&WORDS[..decision.values]));
        if decision.beside {
            let _ = writeln!(text, "outcomes = [\"{BESIDE}\"]");
        }
    }
    let hit = match &decision.hit {
        Hit::First => "first",
        Hit::Unique => "unique",
        Hit::Worst => "worst",
        Hit::Best => "best",
        Hit::Sum { .. } => "sum",
        Hit::Table => "table",
    };
    let _ = writeln!(text, "hit = \"{hit}\"");
    if let Hit::Sum { start, clamp } = &decision.hit {
        let start = match start {
            Then::ValueOf(name) => format!("\"{}\"", name.text()),
            Then::Number(number) => number.to_string(),
            Then::Word(word) => format!("\"{word}\""),
        };
        let _ = writeln!(text, "start = {start}");
        if let Some((least, greatest)) = clamp {
            let _ = writeln!(text, "clamp = [{least}, {greatest}]");
        }
    }
    if let Some(otherwise) = &decision.otherwise {
        let _ = match otherwise {
            Then::Word(word) => writeln!(text, "otherwise = \"{word}\""),
            other => writeln!(text, "otherwise = {{ {}, because = \"Otherwise.\" }}", then("then", other)),
        };
    }
    if decision.hit == Hit::Table {
        table(decision, text);
        return;
    }
    let key = if decision.is_sum() { "add" } else { "then" };
    let shown = shown(model, decision);
    for (position, rule) in decision.rules.iter().enumerate() {
        let _ = writeln!(text, "[[decision.d{number}.rule]]\nid = \"r{position}\"");
        if !matches!(&rule.when, Condition::All(parts) if parts.is_empty()) {
            let _ = writeln!(text, "when = {}", condition(&rule.when));
        }
        let _ = writeln!(text, "{}\nbecause = \"Rule {position}.{shown}\"", then(key, &rule.then));
    }
}

/// A fact that the rules of a decision show, whether they read it or not.
fn shown(model: &Model, decision: &Decision) -> String {
    let scope = match decision.on {
        On::Evidence => Scope::Evidence,
        On::Link => Scope::Link,
        On::Claim => Scope::Claim,
    };
    let fact = (0..model.facts.len()).map(Name::Fact).find(|name| model.visible(*name, scope));
    match fact.filter(|_| model.shows) {
        Some(name) => format!(" {{{}}}", name.text()),
        None => String::new(),
    }
}

/// A cell of a table: the key of its column, if it has one, and the value.
type Cell = (Option<String>, String);

fn table(decision: &Decision, text: &mut String) {
    let inputs: Vec<String> = decision.inputs.iter().map(|name| name.text()).collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let _ = writeln!(text, "inputs = {}\nbecause = \"Looked up.\"", words(&inputs));
    let mut rows: Vec<(String, Vec<Cell>)> = Vec::new();
    for rule in &decision.rules {
        let keys = keys(rule);
        let value = match rule.then {
            Then::Word(word) => format!("\"{word}\""),
            _ => String::new(),
        };
        let cell = (keys.get(1).cloned(), value);
        match rows.iter_mut().find(|(key, _)| *key == keys[0]) {
            Some((_, cells)) => cells.push(cell),
            None => rows.push((keys[0].clone(), vec![cell])),
        }
    }
    let row = |(key, cells): &(String, Vec<(Option<String>, String)>)| match cells.as_slice() {
        [(None, value)] => format!("{key} = {value}"),
        cells => {
            let cells: Vec<String> =
                cells.iter().map(|(inner, value)| format!("{} = {value}", inner.as_deref().unwrap_or("?"))).collect();
            format!("{key} = {{ {} }}", cells.join(", "))
        }
    };
    let _ = writeln!(text, "table = {{ {} }}", rows.iter().map(row).collect::<Vec<_>>().join(", "));
}

/// The keys by which a cell of a table is looked up.
fn keys(rule: &Rule) -> Vec<String> {
    let tests = rule.when.tests();
    let key = |(_, accepts): (Name, &[Accept])| match accepts {
        [Accept::Is(Operand::Value(value))] => plain(*value),
        _ => String::new(),
    };
    tests.into_iter().map(key).collect()
}

/// The id of a rule in the framework file.
pub(crate) fn rule_id(decision: &Decision, rule: usize) -> String {
    if decision.hit == Hit::Table { keys(&decision.rules[rule]).join("/") } else { format!("r{rule}") }
}
