//! The least change of facts held against brute force: on small random frameworks and cases every set of up to two
//! facts is changed to everything that they can say, and graded. The same sets have to come out, and each change that is
//! proposed has to reach the level.
//!
//! The frameworks are the same in every run; `EVIGRADE_SEED` draws others, `EVIGRADE_RUNS` more of them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it expects, and what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};

use evigrade::explain::{ChangeSet, Most, Reached, least_change};
use evigrade::value::{FactValue, Value};
use evigrade::{Case, Compiled, Frameworks, Run, Status, grade};

const FRAMEWORKS: u64 = 5_000;
const MOST: usize = 2;
/// Stands for how many facts it took where there was too much to look at.
const CUT_OFF: usize = usize::MAX;
const LEVELS: [&str; 4] = ["l0", "l1", "l2", "l3"];

/// Small random numbers (xorshift; Marsaglia 2003).
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % count as u64).expect("it is small")
    }

    fn chance(&mut self, of_ten: usize) -> bool {
        self.below(10) < of_ten
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// A fact of the model: what it can say, and by what that can change.
struct Fact {
    name: String,
    on: &'static str,
    kind: Kind,
    /// Whether something that is told can be told otherwise, and something that is not reported can be.
    known_changes: bool,
    reporting_changes: bool,
    toml: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Flag,
    Words,
    Ordered,
    Count,
}

impl Fact {
    fn values(&self) -> Vec<String> {
        match self.kind {
            Kind::Flag => ["true", "false"].map(str::to_owned).to_vec(),
            Kind::Words | Kind::Ordered => ["aa", "bb", "cc"].map(str::to_owned).to_vec(),
            Kind::Count => (0..=6).map(|number| number.to_string()).collect(),
        }
    }

    fn draw(&self, draw: &mut Draw) -> Option<String> {
        match draw.below(10) {
            0 => None,
            1 | 2 => Some("\"not-reported\"".to_owned()),
            _ => {
                let values = self.values();
                let value = &values[draw.below(values.len())];
                Some(if matches!(self.kind, Kind::Words | Kind::Ordered) {
                    format!("\"{value}\"")
                } else {
                    value.clone()
                })
            }
        }
    }

    /// A condition on it.
    fn test(&self, draw: &mut Draw) -> String {
        let name = &self.name;
        match self.kind {
            Kind::Flag => format!("{{ {name} = {} }}", draw.chance(5)),
            Kind::Words if draw.chance(3) => format!("{{ {name} = [\"aa\", \"cc\"] }}"),
            Kind::Words | Kind::Ordered => {
                format!("{{ {name} = \"{}\" }}", draw.pick(&["aa", "bb", "cc", "not-reported"]))
            }
            Kind::Count => format!("{{ {name} = \"{} {}\" }}", draw.pick(&[">=", "<"]), 1 + draw.below(6)),
        }
    }

    fn changes(&self, from: &FactValue) -> bool {
        match from.to_string().as_str() {
            "missing" => true,
            "not-reported" | "not reported" => self.known_changes || self.reporting_changes,
            _ => self.known_changes,
        }
    }

    /// How many values it moves; 1 where there is no order.
    fn steps(&self, from: &str, to: &str) -> usize {
        let place = |value: &str| ["aa", "bb", "cc"].iter().position(|known| *known == value);
        match (self.kind, place(from), place(to)) {
            (Kind::Ordered, Some(from), Some(to)) => from.abs_diff(to),
            _ => 1,
        }
    }
}

fn fact(draw: &mut Draw, number: usize, on: &'static str) -> Fact {
    let name = format!("{}{number}", &on[..1]);
    let kind = [Kind::Flag, Kind::Words, Kind::Ordered, Kind::Count][draw.below(4)];
    let (changed, known_changes, reporting_changes) = match draw.below(4) {
        0 => ("[]", false, false),
        1 => ("[\"reporting\"]", false, true),
        2 => ("[\"reporting\", \"re-appraisal\"]", true, true),
        _ => ("[\"new-evidence\"]", true, false),
    };
    let typed = match kind {
        Kind::Flag => "type = \"flag\"",
        Kind::Words => "choices = [\"aa\", \"bb\", \"cc\"]",
        Kind::Ordered => "ordered = [\"aa\", \"bb\", \"cc\"]\nbest = \"last\"",
        Kind::Count => "type = \"count\"\nat-most = 6",
    };
    let toml = format!(
        "[fact.{name}]\non = \"{on}\"\n{typed}\nunknowns = [\"not-reported\"]\nchanged-by = {changed}\nask = \"?\"\n"
    );
    Fact { name, on, kind, known_changes, reporting_changes, toml }
}

/// A framework: facts, a decision on items, measures over items and claims, a domain, the grade, and what cannot occur.
fn framework(draw: &mut Draw) -> (Vec<Fact>, String) {
    let mut facts = Vec::new();
    for (on, least) in [("evidence", 1), ("link", 0), ("claim", 1)] {
        for number in 0..least + draw.below(2) {
            facts.push(fact(draw, number, on));
        }
    }
    let mut text = String::from(
        "[framework]\nid = \"small\"\ntitle = \"Small\"\nedition = \"1\"\nresult = \"grade\"\n[scale]\nlevels = [\"l0\", \"l1\", \"l2\", \"l3\"]\n",
    );
    for fact in &facts {
        text.push_str(&fact.toml);
    }
    let of_items: Vec<usize> = (0..facts.len()).filter(|at| facts[*at].on != "claim").collect();
    let of_claims: Vec<usize> = (0..facts.len()).filter(|at| facts[*at].on == "claim").collect();
    let item = |draw: &mut Draw| facts[of_items[draw.below(of_items.len())]].test(draw);
    let own = |draw: &mut Draw| facts[of_claims[draw.below(of_claims.len())]].test(draw);
    text.push_str("[decision.sound]\non = \"link\"\nvalues = [\"no\", \"yes\"]\nbest = \"last\"\notherwise = { then = \"no\", because = \"No.\" }\n");
    text.push_str(&format!(
        "[[decision.sound.rule]]\nid = \"so\"\nwhen = {}\nthen = \"yes\"\nbecause = \"So.\"\n",
        item(draw)
    ));
    text.push_str("[measure.sounds]\ncount = \"evidence\"\nwhere = { sound = \"yes\" }\n");
    text.push_str(&format!("[measure.some]\nany = {}\n", item(draw)));
    text.push_str(&format!("[measure.part]\nshare = {}\n", item(draw)));
    let counts: Vec<&str> =
        of_items.iter().filter(|at| facts[**at].kind == Kind::Count).map(|at| facts[*at].name.as_str()).collect();
    if let [name, ..] = counts.as_slice() {
        text.push_str(&format!("[measure.total]\nsum = \"{name}\"\n"));
    }
    let children = draw.chance(3);
    if children {
        text.push_str("[measure.weakest]\nmin = \"grade\"\nover = \"claims\"\n");
    }
    let of_body = |draw: &mut Draw| match draw.below(if counts.is_empty() { 3 } else { 4 }) {
        0 => format!("{{ sounds = \">= {}\" }}", 1 + draw.below(2)),
        1 => format!("{{ some = {} }}", draw.chance(5)),
        2 => format!("{{ part = \"{} 0.5\" }}", draw.pick(&[">=", "<"])),
        _ => format!("{{ total = \"{} {}\" }}", draw.pick(&[">=", "<"]), 2 + draw.below(8)),
    };
    text.push_str("[decision.domain]\nvalues = [\"bad\", \"good\"]\nbest = \"last\"\notherwise = { then = \"bad\", because = \"Bad.\" }\n");
    for rule in 0..1 + draw.below(2) {
        let (one, other) = (of_body(draw), own(draw));
        let when = if draw.chance(5) { format!("{{ all = [{one}, {other}] }}") } else { one };
        text.push_str(&format!(
            "[[decision.domain.rule]]\nid = \"r{rule}\"\nwhen = {when}\nthen = \"good\"\nbecause = \"Good.\"\n"
        ));
    }
    text.push_str("[decision.grade]\notherwise = { then = \"l0\", because = \"Least.\" }\n");
    for rule in 0..2 + draw.below(3) {
        let mut parts = vec![match draw.below(4) {
            0 => own(draw),
            1 => of_body(draw),
            2 if children && draw.chance(7) => format!("{{ weakest = [\"l1\", \"l{}\"] }}", 2 + draw.below(2)),
            _ => "{ domain = \"good\" }".to_owned(),
        }];
        if draw.chance(5) {
            parts.push(if draw.chance(5) { own(draw) } else { of_body(draw) });
        }
        let level = LEVELS[draw.below(4)];
        text.push_str(&format!(
            "[[decision.grade.rule]]\nid = \"g{rule}\"\nwhen = {{ all = [{}] }}\nthen = \"{level}\"\nbecause = \"Level.\"\n",
            parts.join(", ")
        ));
    }
    // What cannot occur together: of items, or of a claim and what is made of its items.
    for (id, chance) in [("items", 3), ("body", 5)] {
        if draw.chance(chance) {
            let parts = if id == "items" { [item(draw), item(draw)] } else { [of_body(draw), own(draw)] };
            let never = parts.join(", ");
            text.push_str(&format!(
                "[[assumption]]\nid = \"{id}\"\nnever = {{ all = [{never}] }}\nbecause = \"Not both.\"\n"
            ));
        }
    }
    (facts, text)
}

/// A case of one or two claims, with up to three items each.
fn case(draw: &mut Draw, facts: &[Fact]) -> String {
    let mut text = String::from(
        "[case]\nid = \"one\"\ntitle = \"One\"\nconclusion = \"c0\"\n[[source]]\nid = \"s\"\ntitle = \"S\"\n",
    );
    let say = |draw: &mut Draw, on: &str, text: &mut String| {
        for fact in facts.iter().filter(|fact| fact.on == on) {
            if let Some(value) = fact.draw(draw) {
                text.push_str(&format!("{} = {value}\n", fact.name));
            }
        }
    };
    let claims = 1 + usize::from(draw.chance(3));
    for claim in 0..claims {
        text.push_str(&format!("[[claim]]\nid = \"c{claim}\"\nkind = \"efficacy\"\ntext = \"C.\"\n"));
        say(draw, "claim", &mut text);
        if claim == 0 && claims == 2 {
            text.push_str("[[claim.link]]\nrests-on = \"c1\"\n");
        }
        for item in 0..draw.below(4 - claims) {
            text.push_str(&format!(
                "[[evidence]]\nid = \"i{claim}{item}\"\nsource = \"s\"\nstudy = \"t{claim}{item}\"\n"
            ));
            say(draw, "evidence", &mut text);
            text.push_str(&format!("[[evidence.link]]\nsupports = \"c{claim}\"\n"));
            say(draw, "link", &mut text);
        }
    }
    text
}

/// A value as `--set` takes it.
fn said(value: &FactValue) -> String {
    match value {
        FactValue::Known(Value::Flag(flag)) => flag.to_string(),
        other => other.to_string(),
    }
}

/// A fact by the id of what it is of and its name.
type At = (String, String);

/// What reaches the level: for each set of facts, of what they say then each that does.
type Sets = BTreeMap<Vec<At>, BTreeSet<Vec<String>>>;

struct World<'w> {
    frameworks: &'w Frameworks,
    compiled: &'w Compiled,
    facts: &'w [Fact],
    good: &'w [&'w str],
}

impl World<'_> {
    fn is_good(&self, case: &Case) -> bool {
        let Ok(grading) = grade(case, self.compiled, &Run::default()) else { return false };
        match grading.find("c0").expect("it is there").status() {
            Status::Graded(word) => self.good.contains(&word.as_str()),
            Status::Undetermined { possible, gap, .. } => {
                !gap && possible.iter().all(|word| self.good.contains(&word.as_str()))
            }
            _ => false,
        }
    }

    fn with(&self, case: &Case, at: &At, value: &str) -> Case {
        case.with_fact(&at.0, &at.1, value, self.frameworks).expect("it can say that")
    }

    /// Everything that can change, with what it says.
    fn changeable(&self, case: &Case) -> Vec<(At, &Fact, String)> {
        let mut all = Vec::new();
        for fact in self.facts {
            let read = |facts: &evigrade::case::Facts| {
                facts.get(fact.name.as_str()).map_or(FactValue::MISSING, |fact| fact.value.clone())
            };
            let ids: Vec<(String, FactValue)> = match fact.on {
                "claim" => case.claims().iter().map(|claim| (claim.id.to_string(), read(&claim.facts))).collect(),
                "evidence" => case.evidence().iter().map(|item| (item.id.to_string(), read(&item.facts))).collect(),
                _ => {
                    let links = case.links().iter().filter_map(|link| match link.from {
                        evigrade::case::LinkEnd::Evidence(item) => {
                            Some((case.item(item).id.to_string(), read(&link.facts)))
                        }
                        evigrade::case::LinkEnd::Claim(_) => None,
                    });
                    links.collect()
                }
            };
            let can = ids.into_iter().filter(|(_, now)| fact.changes(now));
            all.extend(can.map(|(id, now)| ((id, fact.name.clone()), fact, said(&now))));
        }
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    }

    /// Every set of so many facts that reaches the level.
    fn sets(&self, case: &Case, changeable: &[(At, &Fact, String)], count: usize) -> Sets {
        let mut found = Sets::new();
        self.extend(case, changeable, count, &mut Vec::new(), &mut found);
        found
    }

    fn extend(
        &self,
        case: &Case,
        rest: &[(At, &Fact, String)],
        left: usize,
        changed: &mut Vec<(At, String)>,
        found: &mut Sets,
    ) {
        if left == 0 {
            if self.is_good(case) {
                let (facts, values) = changed.iter().cloned().unzip();
                found.entry(facts).or_default().insert(values);
            }
            return;
        }
        for (place, (at, fact, now)) in rest.iter().enumerate() {
            for value in fact.values().into_iter().filter(|value| value != now) {
                let with = self.with(case, at, &value);
                changed.push((at.clone(), value));
                self.extend(&with, &rest[place + 1..], left - 1, changed, found);
                changed.pop();
            }
        }
    }

    /// Holds what is told against brute force.
    fn hold(&self, case: &Case, told: &Reached) -> Result<usize, String> {
        let changeable = self.changeable(case);
        let steps_of = |facts: &[At], values: &[String]| -> usize {
            let each = facts.iter().zip(values).map(|(at, value)| {
                let (_, fact, now) = changeable.iter().find(|(known, ..)| known == at).expect("it can change");
                fact.steps(now, value)
            });
            each.sum()
        };
        let up_to = match told {
            Reached::By { sets, .. } => sets.first().ok_or("no set is told")?.changes.len(),
            Reached::NotWithin { changes } => changes + 1,
            Reached::Never => MOST + 1,
            _ => return Err("it is said to be there already".to_owned()),
        };
        for count in 1..up_to {
            if let Some((facts, values)) = self.sets(case, &changeable, count).into_iter().next() {
                return Err(format!("{facts:?} do with {values:?}, and {told:?} is told"));
            }
        }
        let Reached::By { sets, all } = told else { return Ok(if up_to > MOST { 0 } else { CUT_OFF }) };
        if !all {
            return Err("some sets are left out".into());
        }
        let brute = self.sets(case, &changeable, up_to);
        let mut seen: BTreeMap<Vec<At>, BTreeSet<Vec<String>>> = BTreeMap::new();
        for ChangeSet { changes, .. } in sets {
            let facts: Vec<At> = changes.iter().map(|change| (change.of.clone(), change.name.to_string())).collect();
            let mut ways: Vec<Vec<String>> = vec![Vec::new()];
            for change in changes {
                let values = || std::iter::once(&change.after).chain(&change.or).map(said);
                ways = ways.iter().flat_map(|way| values().map(|value| [way.clone(), vec![value]].concat())).collect();
            }
            let mut sorted: Vec<(At, usize)> = facts.iter().cloned().zip(0..).collect();
            sorted.sort();
            for way in ways {
                let way: Vec<String> = sorted.iter().map(|(_, place)| way[*place].clone()).collect();
                seen.entry(sorted.iter().map(|(at, _)| at.clone()).collect()).or_default().insert(way);
            }
        }
        let (told, known): (Vec<_>, Vec<_>) = (seen.keys().collect(), brute.keys().collect());
        if told != known {
            return Err(format!("sets of {told:?} are told, and {known:?} do"));
        }
        for (facts, ways) in &seen {
            if let Some(wrong) = ways.iter().find(|way| !brute[facts].contains(*way)) {
                return Err(format!("{facts:?} do not do with {wrong:?}"));
            }
            let counts = changeable.iter().any(|(at, fact, _)| facts.contains(at) && fact.kind == Kind::Count);
            let least = brute[facts].iter().map(|way| steps_of(facts, way)).min();
            let smallest = brute[facts].iter().filter(|way| Some(steps_of(facts, way)) == least);
            // Of numbers those at the edges are told, which stand for the others.
            if let Some(left_out) = smallest.into_iter().find(|way| !counts && !ways.contains(*way)) {
                return Err(format!("{facts:?} do with {left_out:?}, and that is not told"));
            }
        }
        Ok(up_to)
    }
}

/// Draws a framework and a case, and holds what is told of every level; how many facts each took.
fn run(seed: u64) -> Vec<usize> {
    let mut draw = Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (facts, pack) = framework(&mut draw);
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("small.toml", &pack).unwrap_or_else(|refused| panic!("{refused}\n{pack}"));
    let compiled = Compiled::new(frameworks.find(id.as_str()).expect("it was added"));
    let compiled = compiled.unwrap_or_else(|refused| panic!("{refused}\n{pack}"));
    let text = case(&mut draw, &facts);
    let case = Case::from_toml("case.toml", &text, &frameworks).unwrap_or_else(|refused| panic!("{refused}\n{text}"));
    let mut took = Vec::new();
    // Of a case that cannot be nobody asks anything.
    if grade(&case, &compiled, &Run::default()).is_err() {
        return took;
    }
    for level in 1..LEVELS.len() {
        let world = World { frameworks: &frameworks, compiled: &compiled, facts: &facts, good: &LEVELS[level..] };
        if world.is_good(&case) {
            continue;
        }
        let most = Most { changes: MOST, studies: 0 };
        let told = least_change((&case, &compiled, &Run::default()), "c0", LEVELS[level], most).expect("it is graded");
        match world.hold(&case, &told.facts) {
            Ok(count) => took.push(count),
            Err(what) => panic!("seed {seed}, to {}: {what}\n{pack}\n{text}", LEVELS[level]),
        }
    }
    took
}

#[test]
fn the_least_changes_are_those_that_brute_force_finds() {
    let setting =
        |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|set| set.parse().ok()).unwrap_or(otherwise);
    let (first, count) = (setting("EVIGRADE_SEED", 0), setting("EVIGRADE_RUNS", FRAMEWORKS));
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let took: Vec<usize> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|thread| {
                let seeds = (first + thread..first + count).step_by(threads as usize);
                scope.spawn(move || seeds.flat_map(run).collect::<Vec<usize>>())
            })
            .collect();
        started.into_iter().flat_map(|thread| thread.join().expect("a thread fails where a framework does")).collect()
    });
    let of = |count: usize| took.iter().filter(|took| **took == count).count();
    let (one, two, cut_off) = (of(1), of(2), of(CUT_OFF));
    println!("{count} frameworks: {} questions, {one} by one fact, {two} by two, {cut_off} cut off", took.len());
    assert!(cut_off < took.len() / 200, "too much is left open");
    assert!(of(1) > took.len() / 10 && of(2) > took.len() / 50 && of(0) > took.len() / 10, "too few of a kind");
}
