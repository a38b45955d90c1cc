//! Small frameworks as TOML.

use std::fmt::Write as _;

use crate::model::{
    Accept, Best, Condition, Hit, Kind, MISSING, Model, NOT_APPLICABLE, NOT_REPORTED, Name, OUTCOME, Sign, Then, Value,
    WORDS, number,
};

pub(crate) fn name(name: Name) -> String {
    match name {
        Name::Fact(at) => format!("f{at}"),
        Name::Decision(at) => format!("d{at}"),
        Name::Parameter => "p".to_owned(),
    }
}

fn words(count: i32) -> String {
    let words: Vec<String> = WORDS[..count as usize].iter().map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", words.join(", "))
}

const fn best(best: Best) -> &'static str {
    match best {
        Best::First => "first",
        Best::Last => "last",
    }
}

/// A value without quotes.
fn bare(model: &Model, of: Name, value: Value) -> String {
    match value {
        NOT_REPORTED => return "not-reported".to_owned(),
        NOT_APPLICABLE => return "not-applicable".to_owned(),
        MISSING => return "missing".to_owned(),
        _ => {}
    }
    if value >= number(-20) {
        let twice = value - number(0);
        return if twice % 2 == 0 { (twice / 2).to_string() } else { format!("{}.5", twice / 2) };
    }
    let flag = match of {
        Name::Fact(at) => model.facts[at].kind == Kind::Flag,
        Name::Parameter => model.parameter == Some(0),
        Name::Decision(_) => false,
    };
    if flag { (value == 1).to_string() } else { WORDS[value as usize].to_owned() }
}

pub(crate) fn literal(model: &Model, of: Name, value: Value) -> String {
    let bare = bare(model, of, value);
    let quoted = bare.starts_with(|first: char| first.is_ascii_alphabetic()) && bare != "true" && bare != "false";
    if quoted { format!("\"{bare}\"") } else { bare }
}

pub(crate) fn condition(model: &Model, asked: &Condition) -> String {
    let list = |parts: &[Condition]| parts.iter().map(|part| condition(model, part)).collect::<Vec<_>>().join(", ");
    match asked {
        Condition::All(parts) => match parts.as_slice() {
            [] => "{}".to_owned(),
            [one] => condition(model, one),
            parts => format!("{{ all = [{}] }}", list(parts)),
        },
        Condition::Any(parts) => format!("{{ any = [{}] }}", list(parts)),
        Condition::Not(part) => format!("{{ not = {} }}", condition(model, part)),
        Condition::Test(of, accepts) => {
            let accepts: Vec<String> = accepts.iter().map(|one| accept(model, *of, one)).collect();
            format!("{{ {} = [{}] }}", name(*of), accepts.join(", "))
        }
    }
}

fn accept(model: &Model, of: Name, asked: &Accept) -> String {
    match asked {
        Accept::Is(value) => literal(model, of, *value),
        Accept::Known => "\"known\"".to_owned(),
        Accept::Not(values) => {
            let values: Vec<String> = values.iter().map(|value| literal(model, of, *value)).collect();
            format!("{{ not = [{}] }}", values.join(", "))
        }
        Accept::Compare(sign, value) => {
            let sign = match sign {
                Sign::Less => "<",
                Sign::AtMost => "<=",
                Sign::More => ">",
                Sign::AtLeast => ">=",
            };
            format!("\"{sign} {}\"", bare(model, of, *value))
        }
    }
}

fn then(model: &Model, decision: usize, given: Then) -> String {
    match given {
        Then::Word(value) => format!("\"{}\"", model.word(decision, value)),
        Then::ValueOf(of) => format!("{{ value-of = \"{}\" }}", name(of)),
        Then::Add(number) => number.to_string(),
    }
}

pub(crate) fn framework(model: &Model, id: &str) -> String {
    let mut text = String::new();
    let result = model.result();
    let _ = writeln!(text, "[framework]\nid = \"{id}\"\ntitle = \"Drawn\"\nedition = \"1\"\nresult = \"d{result}\"");
    let levels = words(model.decisions[result].count);
    let _ = writeln!(text, "\n[scale]\nlevels = {levels}\noutcomes = [\"{OUTCOME}\"]");
    if let Some(count) = model.parameter {
        let value = literal(model, Name::Parameter, 0);
        let _ = writeln!(text, "\n[parameter.p]\nvalue = {value}");
        if count > 0 {
            let _ = writeln!(text, "choices = {}", words(count));
        }
    }
    for (at, fact) in model.facts.iter().enumerate() {
        let _ = writeln!(text, "\n[fact.f{at}]\non = \"claim\"\nask = \"What is it?\"");
        let _ = writeln!(text, "unknowns = {}", if fact.unknown { "[\"not-reported\"]" } else { "[]" });
        if let Some(asked) = &fact.asked {
            let _ = writeln!(text, "asked-when = {}", condition(model, asked));
        }
        let _ = match fact.kind {
            Kind::Flag => writeln!(text, "type = \"flag\""),
            Kind::Number => writeln!(text, "type = \"number\""),
            Kind::Count => writeln!(text, "type = \"count\""),
            Kind::Choice(count) => writeln!(text, "choices = {}", words(count)),
            Kind::Ordered(count, end) => {
                let _ = writeln!(text, "ordered = {}", words(count));
                end.map_or(Ok(()), |end| writeln!(text, "best = \"{}\"", best(end)))
            }
        };
    }
    for (at, decision) in model.decisions.iter().enumerate() {
        let _ = writeln!(text, "\n[decision.d{at}]");
        let sum = decision.hit == Hit::Sum;
        if at != result && !sum {
            let _ = writeln!(text, "values = {}\nbest = \"{}\"", words(decision.count), best(decision.best));
        }
        let hit = match decision.hit {
            Hit::First => "first",
            Hit::Unique => "unique",
            Hit::Worst => "worst",
            Hit::Best => "best",
            Hit::Sum => "sum",
        };
        let _ = writeln!(text, "hit = \"{hit}\"");
        if decision.refused && !sum {
            let _ = writeln!(text, "judgement = \"refused\"");
        }
        if let Some(within) = decision.within {
            let _ = writeln!(text, "within = {within}");
        }
        for (number, rule) in decision.rules.iter().enumerate() {
            let key = if sum { "add" } else { "then" };
            let _ = writeln!(
                text,
                "\n[[decision.d{at}.rule]]\nid = \"r{number}\"\nwhen = {}\n{key} = {}\nbecause = \"It is so.\"",
                condition(model, &rule.when),
                then(model, at, rule.then)
            );
        }
        if let Some(given) = decision.otherwise {
            let given = then(model, at, given);
            let _ = writeln!(text, "\n[decision.d{at}.otherwise]\nthen = {given}\nbecause = \"It is not so.\"");
        }
    }
    if let Some(never) = &model.assumption {
        let never = condition(model, never);
        let _ = writeln!(text, "\n[[assumption]]\nid = \"a\"\nnever = {never}\nbecause = \"It cannot be.\"");
    }
    text
}
