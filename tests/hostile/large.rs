//! Cases with much of everything.

use std::fmt::Write;
use std::time::Duration;

use crate::harness::{Outcome, case_text, trial_within};

/// The longest that a step may take in a build that is not optimised, among other tests.
const LONGEST: Duration = Duration::from_secs(10);

/// How many.
const MANY: usize = 1000;

/// How many items, of which each has a proof.
const ITEMS: usize = 200;

/// How many claims that are open: the report of each tells what it hangs on.
const OPEN: usize = 100;

const HEAD: &str = "[case]\nid = 'large'\ntitle = 'Large'\nas-of = 2024-01-01\nconclusion = 'c0'\n\n\
                    [[source]]\nid = 's'\ntitle = 'S'\n\n";

fn taken(name: &str, text: String) {
    assert_eq!(trial_within(LONGEST, name, move || case_text(&text)), Outcome::Taken, "{name}");
}

fn refused(name: &str, text: String) {
    assert_eq!(trial_within(LONGEST, name, move || case_text(&text)), Outcome::Refused, "{name}");
}

/// Claims, each with what `more` says.
fn claims(count: usize, more: impl Fn(usize) -> String) -> String {
    let mut text = String::from(HEAD);
    for claim in 0..count {
        let more = more(claim);
        writeln!(text, "[[claim]]\nid = 'c{claim}'\nkind = 'efficacy'\ntext = 'Claim {claim}.'\n{more}").unwrap();
    }
    text
}

/// Evidence items, each with what `more` says; the link comes last.
fn evidence(count: usize, more: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for item in 0..count {
        let more = more(item);
        writeln!(text, "[[evidence]]\nid = 'e{item}'\nsource = 's'\n{more}").unwrap();
    }
    text
}

const LINK: &str = "[[evidence.link]]\nsupports = 'c0'\ncomparator-result = 'favours-intervention'\n\
                    population-match = 'direct'\nintervention-match = 'direct'\ncomparator-match = 'direct'\n\
                    outcome-match = 'direct'";

#[test]
fn claims_in_a_chain() {
    let chain = |length: usize| {
        claims(length, |claim| {
            if claim + 1 < length {
                format!("link = [{{ rests-on = 'c{}', need = 'necessary' }}]", claim + 1)
            } else {
                String::new()
            }
        })
    };
    taken("a chain of claims", chain(MANY));
    let open = format!(
        "{}[[evidence]]\nid = 'e'\nsource = 's'\ndesign = 'parallel-rct'\n[[evidence.link]]\nsupports = 'c{}'\n",
        chain(OPEN),
        OPEN - 1
    );
    taken("a chain of claims on an item that says little", open);
}

#[test]
fn claims_that_all_rest_on_one() {
    let up = |claim: usize| if claim == 0 { String::new() } else { "link = [{ rests-on = 'c0' }]".into() };
    taken("a star of claims", claims(MANY, up));
    let down = |claim: usize| if claim == 0 { String::new() } else { "link = [{ supports = 'c0' }]".into() };
    taken("a star of claims the other way", claims(MANY, down));
}

#[test]
fn claims_in_a_circle() {
    let next = |claim: usize| format!("link = [{{ rests-on = 'c{}' }}]", (claim + 1) % MANY);
    refused("a circle of claims", claims(MANY, next));
    refused("many small circles", claims(MANY, |claim| format!("link = [{{ rests-on = 'c{}' }}]", claim ^ 1)));
    refused("every claim rests on itself", claims(MANY, |claim| format!("link = [{{ rests-on = 'c{claim}' }}]")));
}

#[test]
fn items_on_one_claim() {
    let known = |item: usize| {
        format!(
            "design = 'parallel-rct'\nparticipants = {}\nrisk-of-bias = 'low'\nstudy = 'e{item}'\n{LINK}",
            item + 10
        )
    };
    taken("items that say everything", claims(1, |_| String::new()) + &evidence(ITEMS, known));
    taken(
        "items that say nothing",
        claims(1, |_| String::new()) + &evidence(ITEMS / 2, |_| "[[evidence.link]]\nbears-on = 'c0'".into()),
    );
    let designs = ["parallel-rct", "prospective-cohort", "case-series", "opinion", "systematic-review"];
    let little = |item: usize| {
        format!("design = '{}'\nstudy = 'e{item}'\n[[evidence.link]]\nsupports = 'c0'", designs[item % 5])
    };
    taken("items that say their design", claims(1, |_| String::new()) + &evidence(ITEMS, little));
    let sizes = |item: usize| format!("participants = {item}\nstudy = 'e{item}'\n[[evidence.link]]\nrefutes = 'c0'");
    taken("items that say their size", claims(1, |_| String::new()) + &evidence(ITEMS / 2, sizes));
    let mixed = |item: usize| {
        let design = if item.is_multiple_of(3) { String::new() } else { format!("design = '{}'\n", designs[item % 5]) };
        let size = if item.is_multiple_of(2) { String::new() } else { format!("participants = {item}\n") };
        let bias = if item.is_multiple_of(7) {
            String::new()
        } else {
            format!("risk-of-bias = '{}'\n", ["low", "high"][item % 2])
        };
        let link = if item.is_multiple_of(5) { "[[evidence.link]]\nsupports = 'c0'" } else { LINK };
        format!("study = 'e{item}'\n{design}{size}{bias}{link}")
    };
    taken("items that say this and that", claims(1, |_| String::new()) + &evidence(ITEMS, mixed));
}

#[test]
fn items_on_claims_of_their_own() {
    let own = |item: usize| format!("design = 'parallel-rct'\n[[evidence.link]]\nsupports = 'c{item}'");
    taken("an item for each claim", claims(OPEN / 2, |_| String::new()) + &evidence(OPEN / 2, own));
}

#[test]
fn items_that_are_the_same() {
    taken(
        "items of one study",
        claims(1, |_| String::new()) + &evidence(MANY, |item| format!("study = 'x'\nparticipants = {item}\n{LINK}")),
    );
    taken("items that say the same", claims(1, |_| String::new()) + &evidence(MANY, |_| LINK.into()));
    taken(
        "items of one source",
        claims(1, |_| String::new()) + &evidence(ITEMS, |item| format!("text = '{item}'\ndesign='opinion'\n{LINK}")),
    );
}

#[test]
fn undercuts_in_a_chain() {
    let chain = |item: usize| match item {
        0 => "link = [{ id = 'l0', supports = 'c0' }]".to_owned(),
        item => format!("link = [{{ id = 'l{item}', undercuts = 'l{}' }}]", item - 1),
    };
    taken("undercuts in a chain", claims(1, |_| String::new()) + &evidence(MANY, chain));
    let circle = |item: usize| format!("link = [{{ id = 'l{item}', undercuts = 'l{}' }}]", (item + 1) % MANY);
    refused("undercuts in a circle", claims(1, |_| String::new()) + &evidence(MANY, circle));
    let one = |item: usize| match item {
        0 => "link = [{ id = 'l0', supports = 'c0' }]".to_owned(),
        _ => "link = [{ undercuts = 'l0' }]".to_owned(),
    };
    taken("undercuts of one link", claims(1, |_| String::new()) + &evidence(MANY, one));
}

#[test]
fn names_of_nothing() {
    let far = "xyzzy-".repeat(16);
    refused(
        "links to claims that are not there",
        claims(MANY, |claim| format!("link = [{{ rests-on = 'd{claim}' }}]")),
    );
    refused(
        "links to long names that are not there",
        claims(MANY, |claim| format!("link = [{{ rests-on = '{far}{claim}' }}]"))
            .replace("id = 'c", &format!("id = '{far}")),
    );
    refused(
        "sources that are not there",
        claims(1, |_| String::new()) + &evidence(MANY, |item| format!("relays = ['t{item}']\n{LINK}")),
    );
    refused(
        "facts that are not there",
        claims(1, |_| String::new()) + &evidence(MANY, |item| format!("participant{item} = 1\n{LINK}")),
    );
    let facts: String = (0..100_000).map(|fact| format!("fact{fact} = 1\n")).collect();
    refused("very many facts of one item", claims(1, |_| String::new()) + &evidence(1, |_| facts.clone()));
    refused("links that lead nowhere", claims(MANY, |_| "link = [{}, {}, {}]".into()));
}

#[test]
fn ids_that_are_the_same() {
    refused("claims of one id", claims(MANY, |_| String::new()).replace("id = 'c", "id = 'x' #"));
    refused("headers", "[case]\nid = 'x'\ntitle = 'y'\n".repeat(MANY));
    refused("the same link", claims(1, |_| String::new()) + &evidence(1, |_| format!("{LINK}\n").repeat(MANY)));
}

#[test]
fn judgements_of_everything() {
    let judgement = |value: &str| {
        format!(
            "[[judgement]]\nclaim = 'c0'\nframework = 'grade'\ndecision = 'imprecision'\nvalue = '{value}'\nreason = 'r'\nby = 'b'\non = 2024-01-01\n"
        )
    };
    taken("the same judgement", claims(1, |_| String::new()) + &judgement("serious").repeat(MANY));
    taken(
        "judgements that differ",
        claims(1, |_| String::new()) + &(judgement("serious") + &judgement("not-serious")).repeat(MANY),
    );
}

#[test]
fn everything_on_one_line() {
    let mut text =
        String::from("case = { id = 'x', title = 'y', conclusion = 'c0' }\nsource = [{ id = 's', title = 'S' }]\n");
    let claims: Vec<String> = (0..MANY).map(|claim| format!("{{ id = 'c{claim}', kind = 'k', text = 't' }}")).collect();
    writeln!(text, "claim = [{}]", claims.join(", ")).unwrap();
    let items: Vec<String> = (0..ITEMS / 2)
        .map(|item| format!("{{ id = 'e{item}', source = 's', design = 'parallel-rct', participants = {item}, link = [{{ supports = 'c0' }}] }}"))
        .collect();
    writeln!(text, "evidence = [{}]", items.join(", ")).unwrap();
    refused("mistakes on one line", text.replace("participants", "particulars"));
    taken("everything on one line", text);
}
