//! Levels of checks: what files and runs set, and what is made of findings.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test says what it expects")]

use std::fmt::Write;
use std::sync::Arc;

use evigrade::check::{Checked, Levels, Options, Setting};
use evigrade::diagnostic::{Code, Diagnostic, Severity};
use evigrade::{Case, Frameworks};

/// Two claims on which nothing bears, with what a file says of the levels.
fn case(checks: &str) -> Case {
    let text = format!(
        "[case]\nid = 'c'\ntitle = 'C'\n\
         [[claim]]\nid = 'one'\nkind = 'efficacy'\ntext = 'It helps.'\n\
         [[claim]]\nid = 'two'\nkind = 'efficacy'\ntext = 'It helps more.'\n{checks}"
    );
    Case::from_toml("case.toml", &text, &Frameworks::built_in()).unwrap_or_else(|refused| panic!("{refused}"))
}

fn check(of: Option<&str>, level: &str) -> String {
    let mut text = format!("[[check]]\ncode = 'unlinked-claim'\nlevel = '{level}'\nreason = 'Why.'\n");
    if let Some(of) = of {
        writeln!(text, "of = '{of}'").unwrap();
    }
    text
}

/// Findings in short: severity, code and what they are of.
fn told(checked: &Checked) -> Vec<String> {
    let short = |one: &Diagnostic| format!("{} {} {}", one.severity, one.code, one.subject.as_deref().unwrap_or("-"));
    checked.findings.iter().map(short).collect()
}

#[test]
fn a_file_sets_a_level_for_all_or_for_one() {
    let set = |checks: &str| Levels::default().case(&case(checks));
    assert_eq!(told(&set("")), ["warning unlinked-claim one", "warning unlinked-claim two"]);
    assert_eq!(told(&set(&check(None, "deny"))), ["error unlinked-claim one", "error unlinked-claim two"]);

    let all = set(&check(None, "allow"));
    assert!(all.findings.is_empty());
    assert_eq!(all.allowed.iter().map(|allowed| allowed.reason.as_str()).collect::<Vec<_>>(), ["Why.", "Why."]);

    let one = set(&check(Some("one"), "allow"));
    assert_eq!(told(&one), ["warning unlinked-claim two"]);
    assert_eq!(one.allowed.len(), 1);

    // The narrow one goes before the wide one, in either order.
    for checks in
        [check(None, "deny") + &check(Some("one"), "allow"), check(Some("one"), "allow") + &check(None, "deny")]
    {
        assert_eq!(told(&set(&checks)), ["error unlinked-claim two"]);
    }
    // The strict one before the lenient one, which then allows nothing.
    let both = check(None, "allow") + &check(None, "deny");
    assert_eq!(told(&set(&both)), ["error unlinked-claim one", "error unlinked-claim two", "warning unused-allow -"]);
}

#[test]
fn an_allow_that_allows_nothing_is_told() {
    let quote = "[[check]]\ncode = 'quote-too-long'\nlevel = 'allow'\nreason = 'Why.'\n";
    let of_all = check(None, "allow");
    let set = |checks: &str| told(&Levels::default().case(&case(checks)));
    assert_eq!(set(&format!("{of_all}{quote}")), ["warning unused-allow -"]);
    // A level that allows nothing is not asked to be of use.
    assert!(set(&format!("{of_all}{}", quote.replace("allow", "deny"))).is_empty());
    // What is told has a level like any other.
    let unused = quote.replace("quote-too-long", "unused-allow");
    assert!(set(&format!("{of_all}{quote}{unused}")).is_empty());
    assert_eq!(set(&format!("{of_all}{unused}")), ["warning unused-allow -"]);
    assert_eq!(set(&format!("{of_all}{quote}{}", unused.replace("'allow'", "'deny'"))), ["error unused-allow -"]);
}

#[test]
fn a_run_wins_over_a_file() {
    let run = |settings: Vec<Setting>, checks: &str| told(&Levels::new(settings).case(&case(checks)));
    let code = "unlinked-claim";
    let narrow = check(Some("one"), "allow");
    // The allow of the file is not told to be of no use: it would be, if the run said nothing.
    assert_eq!(
        run(vec![Setting::deny(code).unwrap()], &narrow),
        ["error unlinked-claim one", "error unlinked-claim two"]
    );
    assert_eq!(
        run(vec![Setting::warn(code).unwrap()], &check(None, "deny")),
        ["warning unlinked-claim one", "warning unlinked-claim two"]
    );
    assert!(run(vec![Setting::allow(code, "Why.").unwrap()], &check(None, "deny")).is_empty());
    // An allow of a run may be meant for other files.
    assert_eq!(run(vec![Setting::allow("quote-too-long", "Why.").unwrap()], &narrow), ["warning unlinked-claim two"]);
}

#[test]
fn only_what_checks_find_has_a_level() {
    let refused = Setting::allow("unlinked-claim", " ").unwrap_err();
    assert_eq!(refused.code, Code::MissingKey);
    let refused = Setting::deny("unlinked-clam").unwrap_err();
    assert_eq!(refused.help.as_deref(), Some("did you mean `unlinked-claim`?"));
    for code in Code::ALL {
        assert_eq!(Setting::deny(code.word()).is_ok(), Code::CHECKS.contains(code), "{code}");
    }
    assert!(Setting::warn("unknown-fact").unwrap_err().message.contains("cannot be set"));
}

#[test]
fn a_framework_sets_levels_in_the_same_way() {
    let text =
        "[framework]\nid = 'f'\ntitle = 'F'\nedition = '1'\n[decision.d]\nvalues = ['no', 'yes']\notherwise = 'no'\n";
    let framework = |checks: &str| {
        let mut frameworks = Frameworks::built_in();
        frameworks.add_toml("f.toml", &format!("{text}{checks}")).unwrap_or_else(|refused| panic!("{refused}"));
        Arc::clone(frameworks.get("f").unwrap())
    };
    let bare = framework("");
    let found = Levels::default().framework(&bare);
    assert_eq!(found.findings[0].severity, Severity::Error);
    let warned = framework("[[check]]\ncode = 'no-examples'\nlevel = 'warn'\n");
    assert_eq!(Levels::default().framework(&warned).findings[0].severity, Severity::Warning);
    let allowed = framework("[[check]]\ncode = 'no-examples'\nlevel = 'allow'\nreason = 'None are worked out.'\n");
    assert!(Levels::default().framework(&allowed).findings.is_empty());
    assert_eq!(bare.digest, allowed.digest, "levels change nothing of what a framework says");
    let refused = Frameworks::built_in()
        .add_toml("f.toml", &format!("{text}[[check]]\ncode = 'no-examples'\nlevel = 'warn'\nof = 'dd'\n"))
        .unwrap_err();
    assert_eq!(refused.diagnostics()[0].help.as_deref(), Some("did you mean `d`?"));
}

#[test]
fn levels_are_no_part_of_a_case() {
    let of_all = check(None, "allow");
    assert_eq!(case("").digest(), case(&of_all).digest());
}

#[test]
fn an_allow_is_unused_only_where_its_code_was_looked_for() {
    let pack = "[framework]\nid = 'f'\ntitle = 'F'\nedition = '1'\nresult = 'grade'\n[scale]\nlevels = ['low', 'high']\n\
                [fact.big]\non = 'claim'\ntype = 'flag'\nask = 'Is it big?'\nunknowns = []\n\
                [decision.grade]\n[[decision.grade.rule]]\nid = 'big'\nwhen = { big = true }\nthen = 'high'\n\
                because = 'It is.'\n[decision.grade.otherwise]\nthen = 'low'\nbecause = 'It is not.'\n\
                [[example]]\nid = 'a'\ngiven = { big = true }\nexpect = { grade = 'high' }\n\
                [[example]]\nid = 'b'\ngiven = { big = false }\nexpect = { grade = 'low' }\n";
    let allow = |code: &str| format!("[[check]]\ncode = '{code}'\nlevel = 'allow'\nreason = 'Why.'\n");
    let mut frameworks = Frameworks::built_in();
    let text = format!("{pack}{}{}{}", allow("gap"), allow("unexercised-rule"), allow("assumption-hides-case"));
    frameworks.add_toml("f.toml", &text).unwrap();
    let framework = frameworks.find("f").unwrap();
    let of = |checked: &Checked| checked.findings.iter().map(|one| one.message.clone()).collect::<Vec<_>>();
    let unused = |code: &str| format!("`{code}` is allowed, and no check finds it");

    let levels = Levels::default();
    assert_eq!(of(&levels.framework(framework)), [unused("gap")]);
    let with_coverage = levels.framework_with(framework, Options::default().coverage(true));
    assert_eq!(of(&with_coverage), [unused("gap"), unused("unexercised-rule")]);

    let case = "[case]\nid = 'c'\ntitle = 'C'\n[[claim]]\nid = 'one'\nkind = 'efficacy'\ntext = 'It helps.'\n\
                big = true\nexpect = { f = 'high' }\n";
    let case = Case::from_toml("case.toml", case, &frameworks).unwrap();
    assert!(of(&levels.framework_against(framework, &case)).is_empty());
}
