//! The command line as a user sees it: commands with what they print and their exit codes.
//!
//! The sessions under `cmd/` are run from the root of the repository; so are those in the README and
//! in `docs/`. `TRYCMD=overwrite` writes what comes out into the files: read it before you keep it.

#![allow(clippy::expect_used, reason = "a test says what it expects")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

#[test]
fn sessions() {
    std::env::set_current_dir(root()).expect("the repository is there");
    trycmd::TestCases::new().case("crates/evigrade-cli/tests/cmd/*.trycmd").case("docs/*.md").run();
}

/// The README shows what its first command prints, to the letter.
#[test]
fn the_flagship_run_in_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let (_, session) = readme.split_once("```console\n$ cargo run --release -- ").expect("it shows a session");
    let (session, _) = session.split_once("```").expect("the session ends");
    let (command, shown) = session.split_once('\n').expect("the command prints something");
    let output = Command::new(env!("CARGO_BIN_EXE_evigrade"))
        .args(command.split_whitespace())
        .current_dir(root())
        .output()
        .expect("it runs");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), shown);
    assert!(output.stderr.is_empty(), "nothing but the answer is told");
}

/// With `--questions` the grades of a case carry the ranking that `explain` tells of one claim.
#[test]
fn grades_carry_ranked_questions_if_they_are_asked_for() {
    let open_of = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_evigrade"))
            .args(arguments)
            .args(["crates/evigrade-cli/tests/changes/open-diary.toml", "--format", "json"])
            .current_dir(root())
            .output()
            .expect("it runs");
        assert!(output.status.success());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        report["claims"][0]["open"].clone()
    };
    let ranked = open_of(&["grade", "--questions"]);
    assert_eq!(ranked, open_of(&["explain"]));
    assert_eq!(ranked[0]["name"], "participants");
    assert_eq!(ranked[0]["narrows"]["guaranteed"], 1);
    let plain = open_of(&["grade"]);
    assert!(plain.as_array().expect("it is a list").iter().all(|fact| fact.get("narrows").is_none()));
}

/// What is wrong with a file is what `check` was asked for: programs read it as they read findings.
#[test]
fn what_is_refused_is_a_finding_of_check() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let case = folder.path().join("case.toml");
    std::fs::write(&case, "[case]\nid = 'c'\ntitle = 'C'\n\n[[claim]]\nid = 'a'\nkind = 'efficacy'\n")
        .expect("a file can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_evigrade"))
        .arg("check")
        .arg(&case)
        .args(["--format", "json"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.is_empty(), "it is told once");
    let lines = String::from_utf8(output.stdout).expect("it is text");
    let findings: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    assert_eq!(findings.len(), 1, "{lines}");
    assert_eq!(findings[0]["code"], "missing-key");
    assert_eq!(findings[0]["severity"], "error");
    assert_eq!(findings[0]["labels"][0]["line"], 5);
}

/// Colours are for terminals, unless they are asked for.
#[test]
fn colours() {
    let run = |arguments: &[&str], no_color: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evigrade"));
        command.args(["grade", "evidence/ldn-depression"]).args(arguments).current_dir(root()).env_remove("NO_COLOR");
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        command.output().expect("it runs").stdout
    };
    let escape = |text: &[u8]| text.contains(&0x1b);
    assert!(!escape(&run(&[], None)));
    assert!(escape(&run(&["--color", "always"], None)));
    assert!(!escape(&run(&["--color", "never"], None)));
    assert!(!escape(&run(&[], Some("1"))));
    let plain = run(&[], None);
    let coloured = String::from_utf8(run(&["--color", "always"], None)).expect("it is text");
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped.as_bytes(), plain, "colours change nothing but colours");
}

/// What is begun with `new` can be graded, tested and checked at once.
#[test]
fn what_is_begun_works() {
    let folder = tempfile::tempdir().expect("there is room");
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_evigrade"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), text)
    };
    assert_eq!(run(&["new", "case", "first"]).0, Some(0));
    assert_eq!(run(&["new", "framework", "mine"]).0, Some(0));
    assert_eq!(run(&["new", "case", "first"]).0, Some(2), "nothing is written over");
    let (code, text) = run(&["grade", "first"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(&["check", "--deny", "warning", "first", "mine.toml"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(&["test", "first", "mine.toml"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(&["grade", "first", "--framework", "mine.toml"]);
    assert_eq!(code, Some(0), "{text}");
}

/// Scripts, manual pages and schemas are made of what there is.
#[test]
fn generated_texts() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_evigrade")).args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).expect("it is text")
    };
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).contains("evigrade"), "{shell}");
    }
    assert!(run(&["man"]).contains(".TH evigrade"));
    assert!(run(&["man", "grade"]).contains("evigrade-grade") || run(&["man", "grade"]).contains("evigrade\\-grade"));
    for schema in ["case", "framework"] {
        let schema: serde_json::Value = serde_json::from_str(&run(&["schema", schema])).expect("it is JSON");
        assert!(schema["properties"].is_object());
    }
}
