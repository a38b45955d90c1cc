//! Nesting, 10,000 deep.

use crate::corpus::{CASE, FRAMEWORK};
use crate::harness::{Outcome, case_text, framework_text, trial};

/// How deep.
const DEEP: usize = 10_000;

/// Ways to nest a value in a value.
fn nested() -> Vec<(&'static str, String)> {
    let inline = |key: &str, depth: usize| format!("{}1{}", format!("{{ {key} = ").repeat(depth), " }".repeat(depth));
    let dotted = |depth: usize| vec!["a"; depth].join(".");
    vec![
        ("arrays", format!("x = {}{}", "[".repeat(DEEP), "]".repeat(DEEP))),
        ("arrays that never end", format!("x = {}", "[".repeat(DEEP))),
        ("inline tables", format!("x = {}", inline("a", DEEP))),
        ("inline tables that never end", format!("x = {}", "{ a = ".repeat(DEEP))),
        ("arrays and tables", format!("x = {}{}", "[{ a = ".repeat(DEEP), " }]".repeat(DEEP))),
        ("a dotted key", format!("{} = 1", dotted(DEEP))),
        ("a header", format!("[{}]", dotted(DEEP))),
        ("a header of a list", format!("[[{}]]", dotted(DEEP))),
        ("dotted keys in inline tables", format!("x = {}", inline(&dotted(78), 78))),
        ("the same under a header", format!("[{}]\nx = {}", dotted(78), inline(&dotted(78), 78))),
        ("the same in arrays", format!("x = {}1{}", format!("[{{ {} = ", dotted(78)).repeat(38), " }]".repeat(38))),
        // The second value is thrown away by the parser itself.
        ("the same twice", format!("x = 1\nx = {}", inline(&dotted(78), 78))),
        ("brackets in a comment", format!("# {}\n", "[{".repeat(DEEP))),
        ("brackets in a text", format!("[case]\nid = 'x'\ntitle = '''{}'''", "[{".repeat(DEEP))),
    ]
}

#[test]
fn values_in_values() {
    for (name, text) in nested() {
        let (case, framework) = (text.clone(), text);
        trial(&format!("a case of {name}"), move || case_text(&case));
        trial(&format!("a framework of {name}"), move || framework_text(&framework));
    }
}

/// A condition in a condition.
#[test]
fn conditions_in_conditions() {
    let inner = "{ participants = 1 }";
    let inline =
        |open: &str, close: &str, depth: usize| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
    for depth in [10, 38, 79, DEEP] {
        for (name, when) in [
            ("not", inline("{ not = ", " }", depth)),
            ("any", inline("{ any = [", "] }", depth)),
            ("all", inline("{ all = [", "] }", depth)),
            ("all three", inline("{ not = { any = [{ all = [", "] }] } }", depth)),
            ("not in a test", format!("{{ participants = {}1{} }}", "{ not = ".repeat(depth), " }".repeat(depth))),
            ("dotted", format!("{{ {} = {inner} }}", vec!["not"; depth].join("."))),
            ("dotted in dotted", inline(&format!("{{ {} = ", vec!["not"; 70].join(".")), " }", depth)),
        ] {
            let text = FRAMEWORK.replace("{ trials = 0 }", &when);
            assert_ne!(text, FRAMEWORK);
            let outcome = trial(&format!("{name}, {depth} deep"), move || framework_text(&text));
            if depth == 10 && name != "not in a test" && name != "dotted in dotted" {
                assert_eq!(outcome, Outcome::Taken, "{name}, {depth} deep");
            }
        }
    }
}

/// Tables within the tables of a case and a framework.
#[test]
fn tables_in_tables() {
    for depth in [2, 79, DEEP] {
        let dotted = vec!["link"; depth].join(".");
        for text in [
            format!("{CASE}\n[evidence.{dotted}]\nsupports = 'benefit'"),
            format!("{CASE}\n[[evidence.{dotted}]]\nsupports = 'benefit'"),
            format!("{CASE}\n[claim.expect.{dotted}]\nlevel = 'low'"),
            CASE.replace("page = 4", &format!("page.{dotted} = 4")),
        ] {
            trial(&format!("links in links, {depth} deep"), move || case_text(&text));
        }
        for key in ["decision", "fact", "example", "type", "measure", "scale", "enumeration", "derived"] {
            let text = format!("{FRAMEWORK}\n[{key}.{dotted}]\nvalue = 1");
            trial(&format!("tables in a {key}, {depth} deep"), move || framework_text(&text));
        }
    }
}
