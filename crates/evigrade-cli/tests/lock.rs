//! Lock files on disk: written, held, brought up to date.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test says what it expects")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Runs a command in a folder: its exit code, and what it prints.
fn evigrade(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evigrade")).args(arguments).current_dir(folder).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

/// A folder with two cases and their framework.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = root().join("crates/evigrade-cli/tests/locked");
    for file in ["enough.toml", "evidence/diary/case.toml", "evidence/naps/case.toml"] {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from.join(file), to).unwrap();
    }
    folder
}

fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn grades_are_locked_held_and_locked_anew() {
    let folder = repository();
    let folder = folder.path();
    let run = |arguments: &[&str]| evigrade(folder, arguments);
    let bytes = || fs::read(folder.join("evigrade.lock")).unwrap();
    assert_eq!(
        run(&["lock", "evidence", "-f", "enough.toml"]),
        (Some(0), "evigrade.lock: 2 gradings, 2 claims locked.\n".to_owned())
    );
    let first = bytes();
    assert_eq!(run(&["verify"]), (Some(0), "2 gradings, 2 claims: 2 as locked.\n".to_owned()));
    assert_eq!(run(&["lock", "./evidence/../evidence", "-f", "./enough.toml"]).0, Some(0));
    assert_eq!(bytes(), first, "the same grades give the same bytes, however paths are written");

    // Somebody's comment stays where nothing changed.
    let with_comment = [b"# Reviewed.\n".as_slice(), &first].concat();
    fs::write(folder.join("evigrade.lock"), &with_comment).unwrap();
    let (code, text) = run(&["verify", "--update"]);
    assert_eq!((code, bytes()), (Some(0), with_comment), "{text}");

    edit(folder, "evidence/naps/case.toml", "analysed = 356", "analysed = 1356");
    let (code, text) = run(&["verify", "--junit", "grades.xml"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("helps: moderate becomes high") && text.contains("analysed of only-result 356 becomes 1356"));
    let junit = fs::read_to_string(folder.join("grades.xml")).unwrap();
    assert!(junit.contains(r#"<testsuites name="evigrade verify" tests="2" failures="1""#), "{junit}");
    assert!(junit.contains(r#"<failure message="moderate becomes high" type="moved">"#), "{junit}");
    assert!(!junit.contains("time"), "{junit}");

    // Only the other case's claim: the file stays behind.
    assert_eq!(run(&["verify", "--only", "diary/helps"]).0, Some(0));
    assert_eq!(run(&["verify", "--update", "--only", "diary/helps"]).0, Some(0));
    assert_eq!(run(&["verify"]).0, Some(1));
    assert_eq!(run(&["verify", "--update"]).0, Some(0));
    assert_eq!(run(&["verify"]).0, Some(0));
    assert_ne!(bytes(), first);
}

#[test]
fn cases_come_and_go_under_a_locked_folder() {
    let folder = repository();
    let folder = folder.path();
    assert_eq!(evigrade(folder, &["lock", "evidence", "-f", "enough.toml"]).0, Some(0));
    fs::rename(folder.join("evidence/naps"), folder.join("naps")).unwrap();
    let (code, text) = evigrade(folder, &["verify"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("evidence/naps under enough\n  it is no longer there"), "{text}");
    assert_eq!(evigrade(folder, &["verify", "--update"]).0, Some(0));
    fs::rename(folder.join("naps"), folder.join("evidence/naps")).unwrap();
    let (code, text) = evigrade(folder, &["verify"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("evidence/naps under enough\n  it is not locked"), "{text}");
    fs::remove_dir_all(folder.join("evidence")).unwrap();
    let (code, text) = evigrade(folder, &["verify"]);
    assert_eq!(code, Some(1), "{text}");
}

#[test]
fn paths_are_relative_to_the_lock_file_wherever_the_command_runs() {
    let folder = repository();
    let folder = folder.path();
    fs::create_dir(folder.join("locks")).unwrap();
    let lock = ["lock", "../evidence", "-f", "../enough.toml", "--lockfile", "grades.lock"];
    assert_eq!(evigrade(&folder.join("locks"), &lock).0, Some(0));
    let text = fs::read_to_string(folder.join("locks/grades.lock")).unwrap();
    assert!(text.contains("paths = [\"../evidence\"]\nframeworks = [\"../enough.toml\"]"), "{text}");
    for (at, file) in [("locks", "grades.lock"), (".", "locks/grades.lock"), ("evidence", "../locks/grades.lock")] {
        let (code, text) = evigrade(&folder.join(at), &["verify", "--lockfile", file]);
        assert_eq!(code, Some(0), "{text}");
    }
}

#[test]
fn all_cases_of_the_repository_are_locked_and_hold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evigrade.lock");
    let file = file.to_str().unwrap();
    let (code, text) = evigrade(&root(), &["lock", "evidence", "--lockfile", file]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = evigrade(&root(), &["verify", "--lockfile", file]);
    assert_eq!(code, Some(0), "{text}");
}
