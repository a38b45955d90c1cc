//! The programs in `examples/`: what they print. `snapshot.rs` is a test of its own.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use evigrade::Frameworks;

#[path = "../examples/agreement/main.rs"]
#[expect(dead_code, reason = "the test calls what `main` calls")]
mod agreement;
#[path = "../examples/audit.rs"]
#[expect(dead_code, reason = "the test calls what `main` calls")]
mod audit;
#[path = "../examples/embed.rs"]
#[expect(dead_code, reason = "the test calls what `main` calls")]
mod embed;
#[path = "../examples/rule_pack.rs"]
#[expect(dead_code, reason = "the test calls what `main` calls")]
mod rule_pack;

const AUDITED: &str = "tests/examples/audit";

fn audited(arguments: &[&str]) -> Result<String, String> {
    let arguments: Vec<String> = arguments.iter().copied().map(str::to_owned).collect();
    let mut out = Vec::new();
    audit::run(&arguments, &mut out).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).expect("it is text"))
}

#[test]
fn embed_tells_level_reasons_and_open_questions() {
    let mut out = Vec::new();
    embed::run(&mut out).expect("it runs");
    insta::assert_snapshot!("embed", String::from_utf8_lossy(&out));
}

#[test]
fn audit_sets_frameworks_side_by_side() {
    let told = audited(&[AUDITED, "ahrq-soe", "grade", "ocebm-2011", "rob2"]).expect("it runs");
    insta::assert_snapshot!("audit", told);
}

#[test]
fn audit_takes_every_framework_unless_told_otherwise() {
    let told = audited(&[AUDITED]).expect("it runs");
    let frameworks = Frameworks::built_in();
    for framework in frameworks.iter().filter(|framework| framework.grades()) {
        let heading = format!("The conclusion under {},", framework.id);
        assert!(told.contains(&heading), "`{}` is not in the audit:\n{told}", framework.id);
    }
}

#[test]
fn audit_refuses_a_framework_that_is_not_there() {
    let refused = audited(&[AUDITED, "grad"]).expect_err("it is misspelt");
    assert_eq!(refused, "error[unknown-framework]: there is no framework `grad`\n  help: did you mean `grade`?");
}

#[test]
fn rule_pack_runs_its_examples_and_shows_a_proof() {
    let mut out = Vec::new();
    rule_pack::run(&mut out).expect("it runs");
    insta::assert_snapshot!("rule_pack", String::from_utf8_lossy(&out));
}

fn agreed(arguments: &[&str]) -> Result<String, String> {
    let arguments: Vec<String> = arguments.iter().copied().map(str::to_owned).collect();
    let mut out = Vec::new();
    agreement::run(&arguments, &mut out).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).expect("it is text"))
}

#[test]
fn agreement_counts_what_agrees_and_proves_what_differs() {
    insta::assert_snapshot!("agreement", agreed(&[]).expect("it runs"));
}

#[test]
fn agreement_reads_a_column_of_codes() {
    let folder = "examples/agreement";
    let codes = [format!("{folder}/codes.toml"), format!("{folder}/codes.csv")];
    let under = |framework: &str| {
        let told = agreed(&[&codes[0], &codes[1], "--framework", framework, "--show", "0"]).expect("it runs");
        told.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(under("acmg-2015"), "5 of 6 grades agree under acmg-2015 (83.33 %).");
    assert_eq!(under("acmg-points"), "5 of 6 grades agree under acmg-points (83.33 %).");
    let only = agreed(&[&codes[0], &codes[1], "--only", "class=Benign"]).expect("it runs");
    assert!(only.starts_with("1 of 1 grades agree"), "{only}");
    let refused = agreed(&[&codes[0], &codes[1], "--only", "klass=Benign"]).expect_err("there is no such column");
    assert_eq!(refused, "the table has no column `klass`");
}
