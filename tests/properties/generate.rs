//! Random frameworks.

use crate::condition::Asking;
use crate::draw::{Draw, Gene, ModelGenes};
use crate::model::{
    Aggregate, Argument, BESIDE, Condition, DAYS, Decision, Derived, Fact, Hit, Kind, Measure, Model, Name, On, Rule,
    Scope, Then, Unknown, Value, WORDS,
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

/// A decision without its rules. A result takes the words of the scale.
fn shell(gene: &Gene, on: On, levels: Option<usize>) -> Decision {
    let draw = &mut Draw::new(gene);
    draw.below(100);
    let values = levels.unwrap_or_else(|| 2 + draw.below(3));
    let hit = match draw.below(9) {
        0..=2 => Hit::First,
        3 => Hit::Worst,
        4 => Hit::Best,
        5 | 6 if levels.is_none() => Hit::Sum { start: Then::Number(Number::ZERO), clamp: None },
        7 => Hit::Table,
        _ => Hit::Unique,
    };
    let sum = matches!(hit, Hit::Sum { .. });
    let firm = draw.chance(if sum { 85 } else { 40 });
    let beside = levels.is_some() || !sum && draw.chance(30);
    let best_first = levels.is_none() && draw.chance(50);
    Decision { on, hit, values, beside, best_first, rules: Vec::new(), otherwise: None, inputs: Vec::new(), firm }
}

/// Whether a decision, as far as it is drawn, may have no value.
fn may_gap(model: &Model, name: Name) -> bool {
    matches!(name, Name::Decision(decision) if !model.decisions[decision].firm)
}

/// Draws the rules of a decision, which sees so many decisions before it.
fn rules_of(model: &Model, before: usize, mut decision: Decision, gene: &Gene, rules: &[Gene]) -> Decision {
    let draw = &mut Draw::new(gene);
    for _ in 0..7 {
        draw.below(100);
    }
    let scope = match decision.on {
        On::Evidence => Scope::Evidence,
        On::Link => Scope::Link,
        On::Claim => Scope::Claim,
    };
    let mut names = model.plain_names(scope);
    if decision.on == On::Claim {
        names.extend((0..model.measures.len()).map(Name::Measure));
    }
    let earlier = (0..before).map(Name::Decision).filter(|name| model.visible(*name, scope));
    let readable = |name: &Name| match name {
        Name::Decision(other) => model.decisions[*other].firm || !decision.firm && !model.decisions[*other].is_sum(),
        _ => true,
    };
    names.extend(earlier.filter(readable));
    names.sort_by_key(|name| matches!(name, Name::Parameter(_) | Name::Kind | Name::Relation));
    let asking = Asking { model, names: &names, missing: true };
    match decision.hit.clone() {
        Hit::Sum { .. } => sum(model, &mut decision, draw, rules, &asking),
        Hit::Table => table(model, &mut decision, draw, rules, &asking),
        Hit::Unique => unique(model, &mut decision, draw, rules, &asking),
        _ => each(model, &mut decision, rules, &asking),
    }
    if !decision.is_sum() && (decision.firm || draw.chance(50)) {
        let literal = decision.clone();
        decision.otherwise = Some(then(model, &literal, draw, &names));
    }
    decision
}

/// What a rule gives.
fn then(model: &Model, decision: &Decision, draw: &mut Draw<'_>, names: &[Name]) -> Then {
    let words = decision.words();
    let ranked = matches!(decision.hit, Hit::Worst | Hit::Best);
    let fits = |name: &Name| {
        let typed = model.typed(*name);
        let inside = match &typed.kind {
            Kind::Words { words: given, .. } => {
                given.iter().all(|word| words.contains(word)) && !(ranked && given.contains(&BESIDE))
            }
            _ => false,
        };
        let known = typed.unknowns.is_empty() && !may_gap(model, *name);
        inside && (known || !decision.firm) && !matches!(name, Name::Parameter(_))
    };
    let taken: Vec<Name> = names.iter().copied().filter(fits).collect();
    if draw.chance(25)
        && let Some(name) = draw.maybe(&taken)
    {
        return Then::ValueOf(name);
    }
    // Values beside the order have no place among worse and better ones.
    Then::Word(draw.pick(if ranked { &words[..decision.values] } else { &words }))
}

fn sum(model: &Model, decision: &mut Decision, draw: &mut Draw<'_>, rules: &[Gene], asking: &Asking<'_>) {
    let summand = |name: &Name| match name {
        Name::Decision(other) => model.decisions[*other].is_sum(),
        Name::Measure(_) => {
            let typed = model.typed(*name);
            let Name::Measure(measure) = name else { return false };
            typed.kind == Kind::Count
                && model.measures[*measure].clamp.is_some()
                && (typed.unknowns.is_empty() || !decision.firm)
        }
        _ => false,
    };
    let summands: Vec<Name> = asking.names.iter().copied().filter(summand).collect();
    let number = |draw: &mut Draw<'_>| match draw.maybe(&summands) {
        Some(name) if draw.chance(35) => Then::ValueOf(name),
        _ => Then::Number(Number::whole(draw.between(-1, 2))),
    };
    let start = number(draw);
    let clamp = draw.chance(40).then(|| {
        let least = draw.between(-1, 1);
        (least, least + draw.between(0, 3))
    });
    decision.hit = Hit::Sum { start, clamp };
    for gene in rules {
        let draw = &mut Draw::new(gene);
        let then = number(draw);
        decision.rules.push(Rule { when: asking.some(draw), then });
    }
}

fn first(model: &Model, decision: &mut Decision, rules: &[Gene], asking: &Asking<'_>) {
    decision.hit = Hit::First;
    each(model, decision, rules, asking);
}

fn each(model: &Model, decision: &mut Decision, rules: &[Gene], asking: &Asking<'_>) {
    for gene in rules {
        let draw = &mut Draw::new(gene);
        let then = then(model, decision, draw, asking.names);
        let when = if draw.chance(5) { Condition::always() } else { asking.some(draw) };
        decision.rules.push(Rule { when, then });
    }
}

/// Rules of which at most one holds: each wants another value of the same name.
fn unique(model: &Model, decision: &mut Decision, draw: &mut Draw<'_>, rules: &[Gene], asking: &Asking<'_>) {
    let parts = asking.parting();
    let Some(name) = draw.maybe(&parts) else {
        return first(model, decision, rules, asking);
    };
    let values = asking.values(name);
    for (gene, value) in rules.iter().zip(&values) {
        let draw = &mut Draw::new(gene);
        let then = then(model, decision, draw, asking.names);
        let mut when = vec![asking.is(name, *value)];
        if draw.chance(40) {
            when.push(asking.test(draw));
        }
        decision.rules.push(Rule { when: Condition::All(when), then });
    }
}

fn table(model: &Model, decision: &mut Decision, draw: &mut Draw<'_>, rules: &[Gene], asking: &Asking<'_>) {
    let parts = asking.parting();
    let Some(outer) = draw.maybe(&parts) else {
        return first(model, decision, rules, asking);
    };
    let second = if draw.chance(60) { draw.maybe(&parts).filter(|second| *second != outer) } else { None };
    let mut draws: Vec<Draw<'_>> = rules.iter().map(Draw::new).collect();
    let outcome = |draw: &mut Draw<'_>| Then::Word(draw.pick(&decision.words()));
    let mut cells = Vec::new();
    for (position, value) in asking.values(outer).into_iter().enumerate() {
        let count = draws.len();
        let draw = &mut draws[position % count];
        if draw.chance(15) {
            continue;
        }
        let here = asking.is(outer, value);
        match second {
            Some(second) if !draw.chance(20) => {
                for inner in asking.values(second) {
                    if !draw.chance(15) {
                        let when = Condition::All(vec![here.clone(), asking.is(second, inner)]);
                        cells.push(Rule { when, then: outcome(draw) });
                    }
                }
            }
            _ => {
                let when = Condition::All(vec![here]);
                cells.push(Rule { when, then: outcome(draw) });
            }
        }
    }
    if cells.is_empty() {
        return first(model, decision, rules, asking);
    }
    decision.inputs = std::iter::once(outer).chain(second).collect();
    decision.rules = cells;
}
