//! `evigrade diff` of what a git repository has, in a repository that is made for the test.

#![allow(clippy::expect_used, reason = "a test says what it expects")]

use std::path::{Path, PathBuf};
use std::process::Command;

const CASE: &str = r#"
[case]
id = "diary"
title = "Keeping a diary"
framework = "ahrq-soe"
conclusion = "helps"

[[claim]]
id = "helps"
kind = "efficacy"
text = "A diary helps."
publication-bias = "undetected"

[[source]]
id = "trial"
title = "A trial"
published = 2003-05-01
"#;

const ITEM: &str = r#"
[[evidence]]
id = "result"
source = "trial"
design = "parallel-rct"
participants = 900
risk-of-bias = "low"

[[evidence.link]]
supports = "helps"
comparator-result = "favours-intervention"
population-match = "direct"
intervention-match = "direct"
comparator-match = "direct"
outcome-match = "direct"
"#;

/// A repository with two commits: a case without evidence, then with.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("there is room"));
        repository.git(&["init", "--quiet", "--initial-branch", "trunk"]);
        repository.write("cases/diary/case.toml", CASE);
        repository.write("cases/diary/notes.md", "Not read.");
        repository.write("cases/.hidden/case.toml", "not TOML");
        repository.commit("Ask");
        repository.write("cases/diary/evidence.toml", ITEM);
        repository.commit("Answer: a trial");
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .output()
            .expect("git is there");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs `evigrade diff` in a folder: its exit code, and what it prints.
    fn diff(&self, folder: &str, arguments: &[&str]) -> (i32, String, String) {
        self.diff_with(folder, arguments, None)
    }

    fn diff_with(&self, folder: &str, arguments: &[&str], path: Option<&Path>) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evigrade"));
        command.arg("diff").args(arguments).current_dir(self.path().join(folder));
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let output = command.output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
        (output.status.code().expect("it ends"), text(output.stdout), text(output.stderr))
    }
}

/// All files of a repository but its own.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), std::fs::read(&path).expect("it can be read")));
        }
    }
    found.sort();
    found
}

#[test]
fn two_revisions() {
    let repository = Repository::new();
    let before = files(repository.path());
    let (code, told, wrong) = repository.diff("", &["HEAD~1:cases/diary", "HEAD:cases/diary"]);
    assert_eq!((code, wrong.as_str()), (1, ""), "{told}");
    insta::assert_snapshot!(told);
    let (code, same, _) = repository.diff("", &["HEAD:cases/diary", "cases/diary"]);
    assert_eq!(code, 0, "{same}");
    // Folders of cases, from the root or from where the command runs; a revision by what its message says; the root.
    for (folder, old) in [
        ("", "HEAD~1:cases"),
        ("", "HEAD~1:cases/"),
        ("", "HEAD~1:"),
        ("", "HEAD~1:./cases"),
        ("cases", "HEAD~1:cases"),
        ("cases", "HEAD~1:."),
        ("cases", "HEAD~1:./diary"),
        ("cases/diary", "HEAD~1:../diary"),
        ("", "HEAD^{/Ask}:cases"),
        ("", "trunk~1:cases/diary/case.toml"),
    ] {
        let (code, text, wrong) = repository.diff(folder, &[old, "HEAD:cases"]);
        assert_eq!((code, text, wrong.as_str()), (1, told.clone(), ""), "{old} in {folder}");
    }
    assert_eq!(files(repository.path()), before, "nothing is touched");
}

#[test]
fn a_place_in_a_revision_is_named_with_it() {
    let repository = Repository::new();
    repository.write("cases/diary/evidence.toml", &ITEM.replace("\"low\"", "\"lo\""));
    repository.commit("A slip");
    let (code, told, wrong) = repository.diff("", &["HEAD~1:cases/diary", "HEAD:cases/diary"]);
    assert_eq!((code, told.as_str()), (2, ""));
    assert!(wrong.contains("--> HEAD:cases/diary/evidence.toml:7:16"), "{wrong}");
}

#[test]
fn a_framework_at_a_revision() {
    let repository = Repository::new();
    let rules = "[framework]\nid = 'mine'\ntitle = 'Mine'\nedition = '1'\nextends = 'ahrq-soe'\n";
    repository.write("mine.toml", rules);
    repository.commit("Rules");
    let set =
        "\n[parameter.small-sample]\nvalue = 1000\nchange = 'A larger one.'\ncites = 'Nobody.'\nstatus = 'draft'\n";
    repository.write("mine.toml", &format!("{rules}{set}"));
    let (code, told, wrong) = repository.diff("", &["HEAD:mine.toml", "mine.toml", "--over", "cases"]);
    assert_eq!(code, 1, "{told}{wrong}");
    insta::assert_snapshot!(told);
}

/// Reports tell the same as the cases that they were made of, and are not graded anew.
#[test]
fn two_reports() {
    let repository = Repository::new();
    let grade = |case: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_evigrade"))
            .args(["grade", case, "--format", "json"])
            .current_dir(repository.path())
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("it is text")
    };
    repository.write("new.json", &grade("cases"));
    repository.git(&["checkout", "--quiet", "HEAD~1"]);
    // Laid out over several lines, as other programs may leave it.
    let old: serde_json::Value = serde_json::from_str(&grade("cases")).expect("it is JSON");
    repository.write("old.json", &format!("\n{old:#}\n"));
    let (code, told, wrong) = repository.diff("", &["old.json", "new.json"]);
    let cases = repository.diff("", &["HEAD:cases", "trunk:cases"]);
    assert_eq!((code, told, wrong), cases);
    assert_eq!(code, 1);
    let (code, told, _) = repository.diff("", &["new.json", "new.json"]);
    assert_eq!(code, 0, "{told}");
    let (code, _, wrong) = repository.diff("", &["old.json", "new.json", "--as-of", "2004-01-01"]);
    assert_eq!(code, 2);
    assert!(wrong.contains("`--as-of` says how to grade, and reports are graded already"), "{wrong}");
    let (code, _, wrong) = repository.diff("", &["old.json", "cases"]);
    assert_eq!(code, 2);
    assert!(wrong.contains("`old.json` is a report and `cases` is a case"), "{wrong}");
    repository.write("cut.json", &grade("cases")[..200]);
    let (code, _, wrong) = repository.diff("", &["cut.json", "new.json"]);
    assert_eq!(code, 2);
    assert!(wrong.contains("error[not-a-report]: this is no report"), "{wrong}");
}

/// A file whose name has a colon is a file.
#[cfg(unix)]
#[test]
fn a_name_with_a_colon() {
    let repository = Repository::new();
    repository.write("HEAD:case.toml", CASE);
    let (code, told, wrong) = repository.diff("", &["HEAD:case.toml", "./HEAD:case.toml"]);
    assert_eq!(code, 0, "{told}{wrong}");
    let (code, _, wrong) = repository.diff("", &["./HEAD:cases", "cases"]);
    assert_eq!(code, 2);
    assert!(wrong.contains("`./HEAD:cases` cannot be read: there is no such file or folder"), "{wrong}");
}

#[test]
fn what_is_not_there() {
    let repository = Repository::new();
    let mut told = String::new();
    for (folder, old) in [
        ("", "HEAD~9:cases"),
        ("", "trunc:cases"),
        ("", "HEAD:case"),
        ("cases", "HEAD:diary"),
        ("", "HEAD:cases/diary/notes"),
        ("", ":cases"),
        ("", "HEAD:cases/.hidden/no"),
        ("", "HEAD:../cases"),
    ] {
        let (code, answer, wrong) = repository.diff(folder, &[old, "cases"]);
        assert_eq!((code, answer.as_str()), (2, ""), "{old}");
        told.push_str(&format!("{old}\n{wrong}"));
    }
    // Nothing that looks like an option reaches git.
    let (code, _, wrong) = repository.diff("", &["--", "--output=stolen:cases", "cases"]);
    assert_eq!(code, 2);
    told.push_str(&format!("--output=stolen:cases\n{wrong}"));
    assert!(!repository.path().join("stolen").exists());
    insta::assert_snapshot!(told);
}

#[test]
fn no_repository_and_no_git() {
    let folder = tempfile::tempdir().expect("there is room");
    let output = Command::new(env!("CARGO_BIN_EXE_evigrade"))
        .args(["diff", "HEAD:cases", "HEAD~1:cases"])
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().expect("it lies somewhere"))
        .output()
        .expect("it runs");
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(wrong.contains("`HEAD:cases` cannot be read: git finds no repository here"), "{wrong}");
    let repository = Repository::new();
    let (code, _, wrong) = repository.diff_with("", &["HEAD:cases", "cases"], Some(folder.path()));
    assert_eq!(code, 2);
    assert!(wrong.contains("the program `git` cannot be run"), "{wrong}");
    assert!(wrong.contains("install git"), "{wrong}");
}
