//! Frameworks with hundreds of everything.

use std::fmt::Write;

use evigrade::document::TextFile;

use crate::corpus::FRAMEWORK;
use crate::harness::{Outcome, built_in, framework, framework_text, trial};

fn taken(name: &str, text: String) {
    assert_eq!(trial(name, move || framework_text(&text)), Outcome::Taken, "{name}");
}

fn refused(name: &str, text: String) {
    assert_eq!(trial(name, move || framework_text(&text)), Outcome::Refused, "{name}");
}

/// A framework that grades `weak` or `strong`, with more in it.
fn pack(more: &str) -> String {
    format!(
        "[framework]\nid = 'large'\ntitle = 'Large'\nedition = '1'\nresult = 'level'\n\n\
         [scale]\nlevels = ['weak', 'strong']\n\n{more}"
    )
}

/// Flags of claims.
fn flags(count: usize) -> String {
    let mut text = String::new();
    for fact in 0..count {
        write!(text, "[fact.f{fact}]\non = 'claim'\ntype = 'flag'\nask = 'F{fact}?'\n\n").unwrap();
    }
    text
}

const OTHERWISE: &str = "[decision.level.otherwise]\nthen = 'weak'\nbecause = 'Else.'\n";

fn rule(decision: &str, id: usize, when: &str, then: &str) -> String {
    format!("[[decision.{decision}.rule]]\nid = 'r{id}'\nwhen = {when}\n{then}\nbecause = 'B.'\n\n")
}

#[test]
fn rules_on_facts_of_their_own() {
    for hit in ["first", "worst", "best", "unique"] {
        let mut text = flags(400);
        write!(text, "[decision.level]\nhit = '{hit}'\n\n").unwrap();
        for fact in 0..400 {
            text += &rule("level", fact, &format!("{{ f{fact} = true }}"), "then = 'strong'");
        }
        text = pack(&(text + OTHERWISE));
        trial(&format!("400 rules, {hit}"), move || framework_text(&text));
    }
}

#[test]
fn conditions_on_very_many_facts() {
    for word in ["all", "any"] {
        let tests: Vec<String> = (0..990).map(|fact| format!("{{ f{fact} = true }}")).collect();
        let mut text = flags(990) + "[decision.level]\n\n";
        text += &rule("level", 0, &format!("{{ {word} = [{}] }}", tests.join(", ")), "then = 'strong'");
        taken(&format!("a condition with {word} of 990 tests"), pack(&(text + OTHERWISE)));
    }
    let more = flags(1500) + "[decision.level]\n\n";
    let tests: Vec<String> = (0..1500).map(|fact| format!("f{fact} = true")).collect();
    let text = pack(&(more + &rule("level", 0, &format!("{{ {} }}", tests.join(", ")), "then = 'strong'") + OTHERWISE));
    trial("a condition of 1,500 tests", move || framework_text(&text));
}

/// The facts that belong together stand far apart, so that the diagram of the whole is as large as it
/// can be.
#[test]
fn conditions_that_make_large_diagrams() {
    for pairs in [8, 12, 20, 100] {
        let same: Vec<String> = (0..pairs)
            .map(|one| format!("{{ f{one} = true, f{0} = true }}, {{ f{one} = false, f{0} = false }}", one + pairs))
            .collect();
        let order: Vec<String> = (0..2 * pairs).map(|fact| format!("f{fact} = 'known'")).collect();
        for (name, when) in [
            ("all", format!("{{ all = [{{ {} }}, {}] }}", order.join(", "), same.join(", "))),
            ("any", format!("{{ any = [{{ {} }}, {}] }}", order.join(", "), same.join(", "))),
            ("not", format!("{{ not = {{ any = [{{ {} }}, {}] }} }}", order.join(", "), same.join(", "))),
        ] {
            let mut text = flags(2 * pairs) + "[decision.level]\n\n";
            text += &rule("level", 0, &when, "then = 'strong'");
            let text = pack(&(text + OTHERWISE));
            trial(&format!("{name} of {pairs} pairs"), move || framework_text(&text));
        }
    }
}

#[test]
fn sums_of_very_many_numbers() {
    for (name, number) in [
        ("powers of two", (|position| format!("{}", 1u128 << (position % 90))) as fn(usize) -> String),
        ("the same number", |_| "1".into()),
        ("the largest number", |_| "79228162514264337593543950335".into()),
        ("small fractions", |position| format!("0.{}1", "0".repeat(position % 27))),
    ] {
        let mut text = flags(200) + "[decision.points]\nhit = 'sum'\n\n";
        for fact in 0..200 {
            text += &rule("points", fact, &format!("{{ f{fact} = true }}"), &format!("add = {}", number(fact)));
        }
        text += "[decision.level]\n\n";
        text += &rule("level", 0, "{ points = '>= 5' }", "then = 'strong'");
        let text = pack(&(text + OTHERWISE));
        trial(&format!("a sum of {name}"), move || framework_text(&text));
    }
}

#[test]
fn decisions_in_a_chain() {
    for length in [100, 5000] {
        let mut text = flags(1);
        for step in 0..length {
            write!(text, "[decision.d{step}]\nvalues = ['weak', 'strong']\n\n").unwrap();
            let test = if step == 0 { "f0 = true".to_owned() } else { format!("d{} = 'strong'", step - 1) };
            text += &rule(&format!("d{step}"), 0, &format!("{{ {test} }}"), "then = 'strong'");
            write!(text, "[decision.d{step}.otherwise]\nthen = 'weak'\nbecause = 'Else.'\n\n").unwrap();
        }
        text += "[decision.level]\n\n";
        text += &rule("level", 0, &format!("{{ d{} = 'strong' }}", length - 1), "then = 'strong'");
        let text = pack(&(text + OTHERWISE));
        let name = format!("{length} decisions in a chain");
        let outcome = trial(&name, move || framework_text(&text));
        assert_eq!(outcome, Outcome::Taken, "{name}");
    }
}

#[test]
fn measures_of_measures() {
    for length in [50, 500] {
        let mut text = String::from("[measure.m0]\ncount = 'claims'\n\n");
        for step in 1..length {
            write!(text, "[measure.m{step}]\nmax = 'm{}'\nover = 'claims'\n\n", step - 1).unwrap();
        }
        text += "[decision.level]\n\n";
        text += &rule("level", 0, &format!("{{ m{} = '>= 5' }}", length - 1), "then = 'strong'");
        let text = pack(&(text + OTHERWISE));
        trial(&format!("{length} measures in a chain"), move || framework_text(&text));
        let mut circle = String::new();
        for step in 0..length {
            write!(circle, "[measure.m{step}]\nmax = 'm{}'\nover = 'claims'\n\n", (step + 1) % length).unwrap();
        }
        let text = pack(
            &(circle + "[decision.level]\n\n" + &rule("level", 0, "{ m0 = '>= 5' }", "then = 'strong'") + OTHERWISE),
        );
        trial(&format!("{length} measures in a circle"), move || framework_text(&text));
    }
}

#[test]
fn circles_of_decisions() {
    let mut text = String::new();
    for step in 0..500 {
        write!(text, "[decision.d{step}]\nvalues = ['a', 'b']\n\n").unwrap();
        text += &rule(&format!("d{step}"), 0, &format!("{{ d{} = 'a' }}", (step + 1) % 500), "then = 'b'");
    }
    text += "[decision.level]\n\n";
    text += &rule("level", 0, "{ d0 = 'a' }", "then = 'strong'");
    refused("decisions in a circle", pack(&(text + OTHERWISE)));
    let own = rule("level", 0, "{ level = 'weak' }", "then = 'strong'");
    refused("a decision of itself", pack(&format!("[decision.level]\n\n{own}{OTHERWISE}")));
}

#[test]
fn choices_of_very_many_values() {
    let words: Vec<String> = (0..300).map(|word| format!("'w{word}'")).collect();
    for kind in ["choices", "ordered"] {
        let mut text =
            format!("[fact.f]\non = 'claim'\n{kind} = [{}]\nask = 'F?'\n\n[decision.level]\n\n", words.join(", "));
        text += &rule("level", 0, "{ f = ['w1', 'w299'] }", "then = 'strong'");
        taken(&format!("300 {kind}"), pack(&(text + OTHERWISE)));
    }
    let twice = format!("[fact.f]\non = 'claim'\nchoices = [{}]\nask = 'F?'\n", vec!["'w'"; 900].join(", "));
    refused("the same value over and over", pack(&twice));
    let many: Vec<String> = (0..70_000).map(|word| format!("'w{word}'")).collect();
    let mut text =
        format!("[fact.f]\non = 'claim'\nchoices = [{}]\nask = 'F?'\n\n[decision.level]\n\n", many.join(", "));
    text += &rule("level", 0, "{ f = ['w1', 'w69999'] }", "then = 'strong'");
    refused("70,000 values", pack(&(text + OTHERWISE)));
}

#[test]
fn thresholds_of_every_size() {
    let mut text = String::from("[fact.f]\non = 'claim'\ntype = 'number'\nask = 'F?'\n\n[decision.level]\n\n");
    for position in 0..100 {
        let bound = ["<", "<=", ">", ">="][position % 4];
        text += &rule("level", position, &format!("{{ f = '{bound} {position}.5' }}"), "then = 'strong'");
    }
    taken("100 thresholds", pack(&(text + OTHERWISE)));
    for number in ["79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001"]
    {
        for kind in ["number", "count"] {
            for bound in ["<", "<=", ">", ">="] {
                let mut text = format!("[fact.f]\non = 'claim'\ntype = '{kind}'\nask = 'F?'\n\n[decision.level]\n\n");
                text += &rule("level", 0, &format!("{{ f = '{bound} {number}' }}"), "then = 'strong'");
                text += &rule("level", 1, &format!("{{ f = {number} }}"), "then = 'strong'");
                let text = pack(&(text + OTHERWISE));
                trial(&format!("a {kind} {bound} {number}"), move || framework_text(&text));
            }
        }
    }
}

/// Clamps at the ends of what numbers there are.
#[test]
fn clamps_at_the_ends() {
    let (least, most) = ("-79228162514264337593543950335", "79228162514264337593543950335");
    for [low, high] in [[least, most], [most, most], [least, least], ["0", most], [least, "0"]] {
        let mut text = format!("[measure.items]\ncount = 'evidence'\nclamp = [{low}, {high}]\n\n");
        text += "[decision.points]\nhit = 'sum'\nstart = 'items'\nclamp = [-1, 1]\n\n";
        text += &rule("points", 0, "{ items = '> 3' }", "add = { value-of = 'items' }");
        text += "[decision.level]\n\n";
        text += &rule("level", 0, "{ points = '>= 1', items = '<= 5' }", "then = 'strong'");
        let text = pack(&(text + OTHERWISE));
        trial(&format!("a clamp from {low} to {high}"), move || framework_text(&text));
    }
}

#[test]
fn combinations_without_end() {
    let mut text = flags(60) + "[decision.level]\n\n";
    for fact in 0..60 {
        text += &rule("level", fact, &format!("{{ f{fact} = true }}"), "then = 'strong'");
    }
    let over: Vec<String> = (0..60).map(|fact| format!("f{fact} = 'known'")).collect();
    let enumeration = format!(
        "[[enumeration]]\nid = 'all'\ndecision = 'level'\nover = {{ {} }}\nexpect = {{ weak = 1, strong = {} }}\n",
        over.join(", "),
        (1u64 << 60) - 1
    );
    taken("2 to the power of 60 combinations", pack(&(text + OTHERWISE + &enumeration)));
    let more: Vec<String> = (0..200).map(|fact| format!("f{fact} = 'known'")).collect();
    let enumeration = format!(
        "[[enumeration]]\nid = 'all'\ndecision = 'level'\nover = {{ {} }}\nexpect = {{ weak = 1 }}\n",
        more.join(", ")
    );
    let text = flags(200) + "[decision.level]\n\n" + &rule("level", 0, "{ f0 = true, f199 = true }", "then = 'strong'");
    taken("2 to the power of 200 combinations", pack(&(text + OTHERWISE + &enumeration)));
}

#[test]
fn examples_of_everything() {
    let (head, _) = FRAMEWORK.split_once("[[example]]").expect("the template has examples");
    let item = "{ design = 'parallel-rct', participants = 40 }";
    let example =
        format!("[[example]]\nid = 'e'\nevidence = [{}]\nexpect = {{ level = 'weak' }}\n", vec![item; 1000].join(", "));
    taken("an example of 1,000 items", format!("{head}{example}"));
    let mut examples = String::new();
    for position in 0..1000 {
        write!(examples, "[[example]]\nid = 'e{position}'\nevidence = [{item}]\nexpect = {{ level = 'weak' }}\n")
            .unwrap();
    }
    taken("1,000 examples", format!("{head}{examples}"));
    let empty =
        format!("[[example]]\nid = 'e'\nevidence = [{}]\nexpect = {{ level = 'weak' }}\n", vec!["{}"; 500].join(", "));
    taken("an example of items that say nothing", format!("{head}{empty}"));
}

#[test]
fn names_of_nothing() {
    let mut text = flags(500) + "[decision.level]\n\n";
    for position in 0..2000 {
        text += &rule(
            "level",
            position,
            &format!("{{ {}{position} = true }}", "long-name-".repeat(8)),
            "then = 'stronger'",
        );
    }
    refused("2,000 names of nothing", pack(&(text + OTHERWISE)));
    let shown: String = (0..2000).map(|name| format!("{{g{name}}} ")).collect();
    let text = flags(500) + "[decision.level]\n\n" + &rule("level", 0, "{}", "then = 'strong'").replace("B.", &shown);
    refused("2,000 names of nothing in a sentence", pack(&text));
}

/// Frameworks that extend and use each other.
#[test]
fn frameworks_in_chains_and_circles() {
    let files = |count: usize, header: &dyn Fn(usize) -> String| -> Vec<_> {
        let file = |index: usize| {
            let text = format!("[framework]\nid = 'p{index}'\ntitle = 'P'\nedition = '1'\n{}\n", header(index));
            TextFile::new(format!("p{index}.toml"), text)
        };
        (0..count).map(file).collect()
    };
    for word in ["extends = 'pNEXT'", "uses = ['pNEXT']", "uses = ['pNEXT', 'vocabulary']"] {
        let next = |index: usize| word.replace("NEXT", &index.to_string());
        for (count, expected) in [(20, Outcome::Taken), (3000, Outcome::Refused)] {
            let last = |index: usize| if index + 1 < count { next(index + 1) } else { String::new() };
            let chain = files(count, &last);
            let name = format!("{count} frameworks in a chain, {word}");
            assert_eq!(trial(&name, move || framework(&chain, built_in())), expected, "{name}");
        }
        for count in [1, 2, 20, 3000] {
            let circle = files(count, &|index| next((index + 1) % count));
            let name = format!("{count} frameworks in a circle, {word}");
            assert_eq!(trial(&name, move || framework(&circle, built_in())), Outcome::Refused, "{name}");
        }
    }
    let all = |index: usize| {
        let used: Vec<String> = (index + 1..20).map(|used| format!("'p{used}'")).collect();
        format!("uses = [{}]\n[parameter.x]\nvalue = {index}", used.join(", "))
    };
    let files = files(20, &all);
    trial("20 frameworks that use all others", move || framework(&files, built_in()));
}

/// A decision that adds up points of claims, read by the claims that rest on them.
#[test]
fn totals_of_other_claims() {
    let mut text = flags(4) + "[decision.points]\nhit = 'sum'\n\n";
    for fact in 0..4 {
        text += &rule("points", fact, &format!("{{ f{fact} = true }}"), "add = 1");
    }
    text += "[decision.whole]\nhit = 'sum'\nstart = 'points'\n\n";
    text += &rule("whole", 0, "{ f0 = true }", "add = 2");
    text += "[measure.most]\nmax = 'points'\nover = 'claims'\n\n[measure.least]\nmin = 'whole'\nover = 'claims'\n\n";
    text += "[decision.level]\n\n";
    text += &rule("level", 0, "{ most = '>= 9', least = '< -3' }", "then = 'strong'");
    text += &rule("level", 1, "{ points = '> 3', whole = '<= 5' }", "then = 'strong'");
    taken("totals of other claims", pack(&(text + OTHERWISE)));
}

#[test]
fn studies_and_changes_of_nothing() {
    let level = format!("[decision.level]\nrule = []\n{OTHERWISE}");
    let fact = "[fact.size]\non = 'evidence'\ntype = 'count'\nask = '?'\n";
    let with = |more: &str| pack(&format!("{fact}{level}{more}"));
    taken("a study", with("[study.one]\ntitle = 'one'\nfacts = { size = 3 }\n"));
    for (name, more) in [
        ("a fact that there is not", "[study.one]\ntitle = 'one'\nfacts = { siz = 3 }\n"),
        ("a value that it cannot have", "[study.one]\ntitle = 'one'\nfacts = { size = -3 }\n"),
        ("a size of nothing", "[study.one]\ntitle = 'one'\nfacts = {}\nsize = { size = 0 }\n"),
        ("a size of what there is not", "[study.one]\ntitle = 'one'\nfacts = {}\nsize = { siz = 1 }\n"),
        ("no size at all", "[study.one]\ntitle = 'one'\nfacts = {}\nat-least = 9\nat-most = 3\n"),
        ("another relation", "[study.one]\ntitle = 'one'\nfacts = {}\nrelation = 'undercuts'\n"),
    ] {
        refused(name, with(more));
    }
    let changed = "[fact.size]\non = 'evidence'\ntype = 'count'\nask = '?'\nchanged-by = ['prayer']\n";
    refused("what changes nothing", pack(&format!("{changed}{level}")));
}
