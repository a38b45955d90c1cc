//! Cases as TOML text.

use super::literal;
use crate::model::{Case, Facts, From, Judged};

/// How the tables of a case file are laid out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    /// Facts in the opposite order, and sources after everything else.
    pub(crate) turned: bool,
    /// Claims, items and links in the opposite order.
    pub(crate) reversed: bool,
}

/// The case file of a case.
pub(crate) fn case(case: &Case, layout: Layout) -> String {
    let header = "[case]\nid = \"random\"\ntitle = \"Random\"\n".to_owned();
    let mut claims: Vec<String> = (0..case.claims.len()).map(|number| claim(case, number, layout)).collect();
    let sources = (0..case.items.len()).map(|number| format!("[[source]]\nid = \"s{number}\"\ntitle = \"S\"\n"));
    let mut items: Vec<String> = (0..case.items.len()).map(|number| item(case, number, layout)).collect();
    let judgements = case.judgements.iter().map(|judgement| {
        let on = match judgement.on {
            Judged::Claim(claim) => format!("claim = \"c{claim}\"\n"),
            Judged::Item(item) => format!("evidence = \"e{item}\"\n"),
            Judged::Link(link) => {
                let link = &case.links[link];
                let From::Item(item) = link.from else { return String::new() };
                format!("claim = \"c{}\"\nevidence = \"e{item}\"\n", link.to)
            }
        };
        format!(
            "[[judgement]]\n{on}framework = \"random\"\ndecision = \"d{}\"\nvalue = \"{}\"\nreason = \"Seen.\"\n\
             by = \"A. N. Other\"\non = 2020-05-05\n",
            judgement.decision, judgement.value
        )
    });
    let judgements: Vec<String> = judgements.collect();
    let sources: Vec<String> = sources.collect();
    if layout.reversed {
        claims.reverse();
        items.reverse();
    }
    let parts: Vec<Vec<String>> = if layout.turned {
        vec![items, claims, judgements, vec![header], sources]
    } else {
        vec![vec![header], sources, claims, items, judgements]
    };
    parts.concat().join("\n")
}

fn facts(facts: &Facts, layout: Layout) -> String {
    let mut lines: Vec<String> =
        facts.iter().map(|(number, value)| format!("f{number} = {}\n", literal(*value))).collect();
    if layout.turned {
        lines.reverse();
    }
    lines.concat()
}

fn claim(case: &Case, number: usize, layout: Layout) -> String {
    let claim = &case.claims[number];
    let own = facts(&claim.facts, layout);
    let mut text = format!("[[claim]]\nid = \"c{number}\"\n{own}kind = \"{}\"\ntext = \"C{number}.\"\n", claim.kind);
    let links = case.links.iter().filter_map(|link| {
        let From::Claim(child) = link.from else { return None };
        // What rests on a claim says so itself; other relations are told by the claim that bears on it.
        let (owner, target) = if link.relation == "rests-on" { (link.to, child) } else { (child, link.to) };
        (owner == number).then(|| link_text("claim", link.relation, target, &link.facts, layout))
    });
    let mut links: Vec<String> = links.collect();
    if layout.reversed {
        links.reverse();
    }
    text.push_str(&links.concat());
    text
}

fn item(case: &Case, number: usize, layout: Layout) -> String {
    let own = facts(&case.items[number], layout);
    let mut text = format!("[[evidence]]\nid = \"e{number}\"\n{own}source = \"s{number}\"\n");
    let links = case.links.iter().filter(|link| link.from == From::Item(number));
    let mut links: Vec<String> =
        links.map(|link| link_text("evidence", link.relation, link.to, &link.facts, layout)).collect();
    if layout.reversed {
        links.reverse();
    }
    text.push_str(&links.concat());
    text
}

fn link_text(of: &str, relation: &str, target: usize, stated: &Facts, layout: Layout) -> String {
    format!("[[{of}.link]]\n{}{relation} = \"c{target}\"\n", facts(stated, layout))
}
