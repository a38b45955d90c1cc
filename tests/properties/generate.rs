//! Random frameworks.

#[path = "generate/rules.rs"]
mod rules;

use self::rules::{rules_of, shell};
use crate::condition::Asking;
use crate::draw::{Draw, Gene, ModelGenes};
use crate::model::{
    Aggregate, Argument, DAYS, Derived, Fact, Kind, Measure, Model, Name, On, Scope, Unknown, Value, WORDS,
};
use crate::number::Number;

/// Draws a framework.
pub(crate) fn model(genes: &ModelGenes) -> Model {
    let mut model = Model::default();
    let mut rest = Draw::new(&genes.rest);
    model.levels = 2 + rest.below(3);
    model.shows = rest.chance(25);
    model.parameters = genes.parameters.iter().map(|gene| parameter(&mut Draw::new(gene))).collect();
    for gene in &genes.facts {
        let fact = fact(&model, &mut Draw::new(gene));
        model.facts.push(fact);
    }
    let half = genes.derived.len() / 2;
    for gene in &genes.derived[..half] {
        add_derived(&mut model, gene, true);
    }
    for (gene, rules) in &genes.of_items {
        let alone = model.facts.iter().any(|fact| fact.on == On::Evidence) && Draw::new(gene).chance(30);
        let on = if alone { On::Evidence } else { On::Link };
        let shell = shell(gene, on, None);
        let decided = rules_of(&model, model.decisions.len(), shell, gene, rules);
        model.decisions.push(decided);
    }
    // Measures over claims may be made of any decision on claims, so the decisions come first,
    // without their rules.
    let before = model.decisions.len();
    for (position, (gene, _)) in genes.of_claims.iter().enumerate() {
        let levels = (position + 1 == genes.of_claims.len()).then_some(model.levels);
        model.decisions.push(shell(gene, On::Claim, levels));
    }
    for gene in &genes.measures {
        if let Some(measure) = measure(&model, &mut Draw::new(gene)) {
            model.measures.push(measure);
        }
    }
    for gene in &genes.derived[half..] {
        add_derived(&mut model, gene, false);
    }
    for (position, (gene, rules)) in genes.of_claims.iter().enumerate() {
        let decision = before + position;
        let shell = model.decisions[decision].clone();
        model.decisions[decision] = rules_of(&model, decision, shell, gene, rules);
    }
    for gene in &genes.assumptions {
        let scope = if Draw::new(gene).chance(50) { Scope::Claim } else { Scope::Link };
        let facts: Vec<Name> = (0..model.facts.len())
            .filter(|fact| model.facts[*fact].default.is_none())
            .map(Name::Fact)
            .filter(|name| model.visible(*name, scope))
            .collect();
        if facts.len() > 1 {
            let never = Asking { model: &model, names: &facts, missing: false }.all(&mut Draw::new(gene), 2);
            model.assumptions.push(never);
        }
    }
    if rest.chance(15) {
        let mut names = vec![Name::Kind];
        names.extend((0..model.facts.len()).filter(|fact| model.facts[*fact].always).map(Name::Fact));
        names.retain(|name| model.visible(*name, Scope::Claim));
        let never = Asking { model: &model, names: &names, missing: false }.test(&mut rest);
        model.scope.push(never);
    }
    model
}

fn parameter(draw: &mut Draw<'_>) -> Value {
    match draw.below(5) {
        0 | 1 => Value::Number(Number::whole(draw.between(0, 3))),
        2 => Value::Flag(draw.chance(50)),
        3 => Value::Word(draw.pick(&WORDS[..2])),
        _ => Value::Day(draw.pick(&DAYS)),
    }
}

fn fact(model: &Model, draw: &mut Draw<'_>) -> Fact {
    let on = draw.pick(&[On::Link, On::Claim, On::Evidence, On::Link]);
    let (mut least, mut greatest) = (None, None);
    let kind = match draw.below(8) {
        0 | 1 => Kind::Flag,
        2 | 3 => {
            let count = 2 + draw.below(3);
            let ordered = if draw.chance(50) { count } else { 0 };
            Kind::Words { words: WORDS[..count].to_vec(), ordered, groups: count > 2 && draw.chance(60) }
        }
        4 | 5 => {
            greatest = draw.chance(70).then(|| draw.between(1, 3));
            least = draw.chance(20).then_some(1);
            Kind::Count
        }
        6 => {
            least = draw.chance(60).then(|| draw.between(-1, 0));
            greatest = draw.chance(60).then(|| draw.between(1, 2));
            Kind::Number
        }
        _ => Kind::Date,
    };
    let mut unknowns = Vec::new();
    for (unknown, percent) in [(Unknown::NotReported, 40), (Unknown::NotApplicable, 20), (Unknown::None, 10)] {
        if draw.chance(percent) && !(unknown == Unknown::None && kind == Kind::Count) {
            unknowns.push(unknown);
        }
    }
    let default = draw.chance(12).then(|| value(draw, &kind, least, greatest));
    let scope = match on {
        On::Evidence => Scope::Evidence,
        On::Link => Scope::Link,
        On::Claim => Scope::Claim,
    };
    // A question with a default is answered even where it does not arise.
    let earlier: Vec<Name> =
        model.plain_names(scope).into_iter().filter(|name| matches!(name, Name::Fact(_))).collect();
    let asked = default.is_none() && !earlier.is_empty() && draw.chance(15);
    let asked_when = asked.then(|| Asking { model, names: &earlier, missing: false }.test(draw));
    if asked_when.is_some() && !unknowns.contains(&Unknown::NotApplicable) {
        unknowns.push(Unknown::NotApplicable);
        unknowns.sort_unstable();
    }
    let always = asked_when.is_none() && draw.chance(20);
    Fact { on, kind, unknowns, least, greatest, default, asked_when, always }
}

/// A known value of a kind.
pub(crate) fn value(draw: &mut Draw<'_>, kind: &Kind, least: Option<i128>, greatest: Option<i128>) -> Value {
    match kind {
        Kind::Flag => Value::Flag(draw.chance(50)),
        Kind::Words { words, .. } => Value::Word(draw.pick(words)),
        Kind::Count => Value::Number(Number::whole(draw.between(least.unwrap_or(0), greatest.unwrap_or(4)))),
        Kind::Number => {
            let quarters = draw.between(4 * least.unwrap_or(-1), 4 * greatest.unwrap_or(3));
            Value::Number(Number::quarters(quarters))
        }
        Kind::Date => Value::Day(draw.pick(&DAYS) + draw.pick(&[0, -1, 1])),
    }
}

fn add_derived(model: &mut Model, gene: &Gene, of_items: bool) {
    let draw = &mut Draw::new(gene);
    let on = match (of_items, draw.chance(30)) {
        (true, true) => On::Evidence,
        (true, false) => On::Link,
        (false, _) => On::Claim,
    };
    let scope = if of_items { Scope::Link } else { Scope::Claim };
    let scope = if on == On::Evidence { Scope::Evidence } else { scope };
    let mut names = model.plain_names(scope);
    if !of_items {
        names.extend((0..model.measures.len()).map(Name::Measure));
    }
    let of = |kinds: &[Kind]| -> Vec<Name> {
        names.iter().copied().filter(|name| kinds.contains(&model.typed(*name).kind)).collect()
    };
    let numbers = of(&[Kind::Count, Kind::Number]);
    let days = of(&[Kind::Date]);
    let number = |draw: &mut Draw<'_>| match draw.maybe(&numbers) {
        Some(name) if draw.chance(75) => Argument::Name(name),
        _ => Argument::Number(Number::whole(draw.between(1, 2))),
    };
    let first = |draw: &mut Draw<'_>| draw.maybe(&numbers).map(Argument::Name);
    let function = draw.pick(&[
        "sum",
        "difference",
        "product",
        "smallest",
        "largest",
        "ratio",
        "absolute",
        "rounded",
        "interval-against",
        "days-between",
    ]);
    let arguments = match function {
        "days-between" => {
            let (Some(from), Some(to)) = (draw.maybe(&days), draw.maybe(&days)) else { return };
            vec![("from", vec![Argument::Name(from)]), ("to", vec![Argument::Name(to)])]
        }
        _ => {
            let Some(first) = first(draw) else { return };
            match function {
                "difference" => vec![("of", vec![first]), ("less", vec![number(draw)])],
                "ratio" => vec![("of", vec![first]), ("to", vec![number(draw)])],
                "absolute" => vec![("of", vec![first])],
                "rounded" => vec![("of", vec![first]), ("places", vec![Argument::Number(Number::ZERO)])],
                "interval-against" => {
                    vec![("low", vec![first]), ("high", vec![number(draw)]), ("threshold", vec![number(draw)])]
                }
                _ => vec![("of", vec![first, number(draw)])],
            }
        }
    };
    model.derived.push(Derived { on, function, arguments });
}

fn measure(model: &Model, draw: &mut Draw<'_>) -> Option<Measure> {
    let over_claims = draw.chance(30);
    let scope = if over_claims { Scope::Child } else { Scope::Link };
    let mut names = model.plain_names(scope);
    let decisions = (0..model.decisions.len()).map(Name::Decision).filter(|name| model.visible(*name, scope));
    // A sum that has no value could be any number: nothing is made of one.
    let whole = |name: &Name| match name {
        Name::Decision(decision) => !model.decisions[*decision].is_sum() || model.decisions[*decision].firm,
        _ => true,
    };
    names.extend(decisions.filter(whole));
    if over_claims {
        let made = (0..model.measures.len()).filter(|measure| !model.measures[*measure].over_claims);
        names.extend(made.map(Name::Measure));
    }
    let asking = Asking { model, names: &names, missing: true };
    let of = |fits: &dyn Fn(&Kind) -> bool| -> Vec<Name> {
        let named = |name: &&Name| !matches!(name, Name::Parameter(_) | Name::Kind | Name::Relation);
        names.iter().filter(named).copied().filter(|name| fits(&model.typed(*name).kind)).collect()
    };
    let numbers = of(&|kind| matches!(kind, Kind::Count | Kind::Number));
    let ranked = of(&|kind| match kind {
        Kind::Words { ordered, .. } => *ordered > 0,
        Kind::Flag => false,
        _ => true,
    });
    let words = of(&|kind| matches!(kind, Kind::Words { .. }));
    let any = of(&|_| true);
    let aggregate = match draw.below(11) {
        0 | 1 => Aggregate::Count,
        2 => Aggregate::Sum(draw.maybe(&numbers)?),
        3 => Aggregate::Min(draw.maybe(&ranked)?),
        4 => Aggregate::Max(draw.maybe(&ranked)?),
        5 => Aggregate::Median(draw.maybe(&numbers)?),
        6 => Aggregate::Majority(draw.maybe(&words)?),
        7 => Aggregate::Any(asking.some(draw)),
        8 => Aggregate::All(asking.some(draw)),
        9 => Aggregate::Distinct(draw.maybe(&any)?),
        _ => {
            // A weight is never negative.
            let weighs = |name: &Name| match name {
                Name::Fact(fact) => model.facts[*fact].kind == Kind::Count || model.facts[*fact].least == Some(0),
                _ => false,
            };
            let weights: Vec<Name> = numbers.iter().copied().filter(weighs).collect();
            let weight = if draw.chance(60) { draw.maybe(&weights) } else { None };
            Aggregate::Share(asking.some(draw), weight)
        }
    };
    let filter = draw.chance(50).then(|| asking.some(draw));
    let prefer = draw.chance(20).then(|| asking.some(draw));
    let skip = draw.chance(40) && aggregate.of().is_some();
    let mut made = Measure { aggregate, over_claims, filter, prefer, skip, clamp: None };
    let clamp = draw.chance(30).then(|| {
        let least = draw.between(0, 2);
        (least, least + draw.between(0, 3))
    });
    let mut with = model.clone();
    with.measures.push(made.clone());
    let kind = with.typed(Name::Measure(model.measures.len())).kind;
    if matches!(kind, Kind::Count | Kind::Number) {
        made.clamp = clamp;
    }
    Some(made)
}
