//! Rules over many facts, made up.

use std::fmt::Write as _;
use std::sync::Arc;

use evigrade::Framework;

use super::Random;

/// How many facts there are, of three words each.
pub(crate) const FACTS: usize = 60;
/// How many rules there are.
pub(crate) const RULES: usize = 200;
const LEVELS: [&str; 5] = ["insufficient", "very-low", "low", "moderate", "high"];

/// A rule: what it asks of some facts, and what it gives.
pub(crate) struct WideRule {
    asks: Vec<(usize, u8)>,
    gives: u8,
}

/// The rules, the first of which that holds answers; and what is given where none does.
pub(crate) fn rules() -> Vec<WideRule> {
    let mut random = Random::new(0x5EED_0005);
    let rule = |_| {
        let asks = (0..3 + random.below(2)).map(|_| (random.below(FACTS as u64) as usize, random.below(3) as u8));
        WideRule { asks: asks.collect(), gives: 0 }
    };
    let mut rules: Vec<WideRule> = (0..RULES).map(rule).collect();
    for rule in &mut rules {
        // A fact is asked once.
        rule.asks.sort_unstable();
        rule.asks.dedup_by_key(|(fact, _)| *fact);
        rule.gives = 1 + random.below(4) as u8;
    }
    rules
}

/// The framework of these rules.
pub(crate) fn framework(rules: &[WideRule]) -> Arc<Framework> {
    let mut text =
        "[framework]\nid = \"bench-wide\"\ntitle = \"Many rules\"\nedition = \"1\"\nstatus = \"convention\"\n\
                    result = \"level\"\n[scale]\nlevels = [\"insufficient\", \"very-low\", \"low\", \"moderate\", \"high\"]\n"
            .to_owned();
    for fact in 0..FACTS {
        let _ = writeln!(
            text,
            "[fact.fact-{fact}]\non = \"claim\"\nchoices = [\"a\", \"b\", \"c\"]\nunknowns = []\nask = \"Which is it?\""
        );
    }
    for (place, rule) in rules.iter().enumerate() {
        let asks =
            rule.asks.iter().map(|(fact, word)| format!("fact-{fact} = \"{}\"", ["a", "b", "c"][usize::from(*word)]));
        let asks: Vec<String> = asks.collect();
        let _ = writeln!(
            text,
            "[[decision.level.rule]]\nid = \"rule-{place}\"\nwhen = {{ {} }}\nthen = \"{}\"\nbecause = \"It is so.\"",
            asks.join(", "),
            LEVELS[usize::from(rule.gives)]
        );
    }
    text += "[decision.level.otherwise]\nthen = \"insufficient\"\nbecause = \"No rule answers.\"\n";
    super::framework("wide.toml", &text)
}

/// So many records, a column a fact.
pub(crate) fn columns(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random::new(0x5EED_0006);
    (0..FACTS).map(|_| (0..count).map(|_| random.pick(&[50, 30, 20])).collect()).collect()
}

/// What a record comes to, rule by rule.
pub(crate) fn by_hand(rules: &[WideRule], columns: &[Vec<u8>], row: usize) -> u8 {
    let holds = |rule: &&WideRule| rule.asks.iter().all(|(fact, word)| columns[*fact][row] == *word);
    rules.iter().find(holds).map_or(0, |rule| rule.gives)
}
