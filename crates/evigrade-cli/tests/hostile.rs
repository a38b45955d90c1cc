//! Hostile input at the command line: whatever a file is, the binary ends by itself with the exit code
//! that fits, says what is wrong on standard error, and never fails by its own fault or a signal.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const CASE: &str = include_str!("../templates/case.toml");
const FRAMEWORK: &str = include_str!("../templates/framework.toml");

/// Longer than any run takes by itself: what hangs does not end before.
const LONGEST: Duration = Duration::from_secs(20);

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder can be made"))
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
        fs::write(&path, text).expect("a file can be written");
        path
    }
}

/// Runs the binary and holds that it ends with one of the codes, and with words if it refuses.
fn run<A: AsRef<OsStr>>(arguments: &[A], codes: &[i32]) -> Output {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_evigrade")).args(arguments).output().expect("the binary runs");
    let shown: Vec<String> =
        arguments.iter().map(|word| word.as_ref().to_string_lossy().chars().take(200).collect()).collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or_else(|| panic!("{shown:?} ended by a signal: {errors}"));
    assert!(codes.contains(&code), "{shown:?} ended with {code}: {errors}");
    assert!(!errors.contains("panicked"), "{shown:?} panicked: {errors}");
    assert!(begun.elapsed() < LONGEST, "{shown:?} took {:?}", begun.elapsed());
    if code == 2 {
        assert!(!errors.trim().is_empty(), "{shown:?} refused without a word");
        assert!(output.stdout.is_empty(), "{shown:?} refused, and answered as well");
    }
    output
}

/// Commands that read a case or a framework, over a path, in every format. All of them refuse it.
fn refused_by_every_command(path: &Path) {
    let path = path.to_str().expect("the path is UTF-8");
    run(&["check", path, "--color", "always"], &[2]);
    run(&["test", path, "--format", "json"], &[2]);
    for format in ["text", "json"] {
        run(&["grade", path, "--framework", "grade", "--format", format], &[2]);
    }
    run(&["explain", path, "--framework", "ahrq-soe", "--format", "markdown"], &[2]);
    run(&["frameworks", path], &[2]);
    run(&["schema", "case", "--framework", path], &[2]);
    run(&["grade", path, "--framework", path], &[2]);
}

#[test]
fn files_that_are_no_case_and_no_framework() {
    let folder = Folder::new();
    let deep = 10_000;
    let dotted = format!("{{ {} = ", vec!["a"; 78].join("."));
    let texts: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("bytes", (0..=255).collect()),
        ("not-utf-8", b"[case]\nid = 'x'\ntitle = 'caf\xe9'\n".to_vec()),
        ("nul", vec![0; 1000]),
        ("a-mark-alone", "\u{feff}".into()),
        ("lists", format!("x = {}", "[".repeat(deep)).into()),
        ("tables", format!("[case]\nid = {}", "{ a = ".repeat(deep)).into()),
        ("a-header", format!("[framework.{}]", vec!["a"; deep].join(".")).into()),
        ("dotted-tables", format!("[framework]\nx = {}", dotted.repeat(78)).into()),
        ("a-long-line", format!("[case]\nid = '{}'\ntitle = é\n", "é".repeat(100_000)).into()),
        ("a-long-key", format!("[case]\n{} = 1\n", "x".repeat(1_000_000)).into()),
        ("many-mistakes", "[case]\n]\n= é\n".repeat(10_000).into()),
        ("many-mistakes-on-a-line", "é=".repeat(50_000).into()),
        ("a-header-alone", "[framework]\n".into()),
        ("both", format!("{CASE}\n{FRAMEWORK}").into()),
        ("odd", "[case]\nid = '\u{202e}\u{5d0}'\ntitle = 'e\u{301}\u{200b}'\n\"\u{10ffff}\u{1f9ea}\" = 1\n".into()),
        ("controls", "[case]\nid = 'x'\ntitle = \"\u{7}\u{1b}[31m\"\n".into()),
        ("tabs", "[case]\n\t\tid\t=\t'証拠'\ttitle\t=\t1\n".into()),
    ];
    for (name, text) in texts {
        refused_by_every_command(&folder.write(&format!("{name}.toml"), text));
    }
}

#[test]
fn paths_of_every_kind() {
    let folder = Folder::new();
    refused_by_every_command(&folder.at("nothing"));
    refused_by_every_command(&folder.at("nothing.toml"));
    fs::create_dir_all(folder.at("empty/deeper")).expect("folders can be made");
    refused_by_every_command(&folder.at("empty"));
    fs::create_dir_all(folder.at("folder/case.toml")).expect("folders can be made");
    refused_by_every_command(&folder.at("folder"));
    folder.write("mixed/case.toml", CASE);
    folder.write("mixed/framework.toml", FRAMEWORK);
    run(&[OsStr::new("check"), folder.at("mixed").as_os_str()], &[2]);
    let deep = folder.at(&vec!["d"; 40].join("/"));
    fs::create_dir_all(&deep).expect("folders can be made");
    refused_by_every_command(&folder.at("d"));
}

#[cfg(unix)]
#[test]
fn links_and_what_may_not_be_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    symlink(folder.at("loop.toml"), folder.at("loop.toml")).expect("a link can be made");
    refused_by_every_command(&folder.at("loop.toml"));
    fs::create_dir(folder.at("within")).expect("a folder can be made");
    symlink(folder.at("within"), folder.at("within/itself")).expect("a link can be made");
    refused_by_every_command(&folder.at("within"));
    fs::create_dir(folder.at("many")).expect("a folder can be made");
    for name in 0..8 {
        symlink(folder.at("many"), folder.at(&format!("many/{name}"))).expect("a link can be made");
    }
    run(&[OsStr::new("check"), folder.at("many").as_os_str()], &[2]);
    let secret = folder.write("secret.toml", CASE.replace("NAME", "secret"));
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).expect("permissions can be set");
    // The superuser may read everything.
    let code = if fs::read(&secret).is_ok() { 0 } else { 2 };
    run(&[OsStr::new("grade"), secret.as_os_str()], &[code]);
    run(&["check", "/dev/zero"], &[2]);
}

/// The templates, broken off and with lines taken out: taken, refused, or what was asked does not hold.
#[test]
fn templates_that_are_damaged() {
    let folder = Folder::new();
    for (name, text) in [("case", CASE), ("framework", FRAMEWORK)] {
        let text = text.replace("NAME", "damaged");
        let path = folder.at(&format!("{name}.toml"));
        for end in (0..text.len()).step_by(150) {
            folder.write(&format!("{name}.toml"), &text.as_bytes()[..end]);
            run(&[OsStr::new("check"), path.as_os_str()], &[0, 1, 2]);
        }
        let lines: Vec<&str> = text.lines().collect();
        for line in (0..lines.len()).step_by(3).filter(|line| lines[*line].contains('=')) {
            let without: Vec<&str> = lines[..line].iter().chain(&lines[line + 1..]).copied().collect();
            folder.write(&format!("{name}.toml"), without.join("\n"));
            run(&[OsStr::new("test"), path.as_os_str()], &[0, 1, 2]);
            run(&[OsStr::new("grade"), path.as_os_str(), OsStr::new("--format"), OsStr::new("json")], &[0, 2]);
        }
    }
}

#[test]
fn claims_in_a_long_chain_and_in_a_circle() {
    let folder = Folder::new();
    let many = 20_000;
    let claims = |next: &dyn Fn(usize) -> Option<usize>| {
        let mut text = String::from("[case]\nid = 'x'\ntitle = 'y'\nconclusion = 'c0'\n");
        for claim in 0..many {
            text += &format!("[[claim]]\nid = 'c{claim}'\nkind = 'k'\ntext = 't'\n");
            if let Some(next) = next(claim) {
                text += &format!("[[claim.link]]\nrests-on = 'c{next}'\n");
            }
        }
        text
    };
    let grade = |path: &Path, code| {
        run(&[OsStr::new("grade"), path.as_os_str(), OsStr::new("-f"), OsStr::new("rob2")], &[code])
    };
    grade(&folder.write("chain.toml", claims(&|claim| (claim + 1 < many).then_some(claim + 1))), 0);
    grade(&folder.write("circle.toml", claims(&|claim| Some((claim + 1) % many))), 2);
    let output = grade(&folder.write("twice.toml", claims(&|_| None).replace("id = 'c", "id = 'c0' #")), 2);
    let lines = String::from_utf8_lossy(&output.stderr).lines().count();
    assert!(lines < 2_500, "{lines} lines are more than anybody reads");
}

#[test]
fn frameworks_in_a_long_chain_and_in_a_circle() {
    let folder = Folder::new();
    let header = |index: usize| format!("[framework]\nid = 'p{index}'\ntitle = 'P'\nedition = '1'\n");
    for index in 0..2_000 {
        let text = format!("{}uses = ['p{}']\n", header(index), index + 1);
        folder.write(&format!("chain/p{index}.toml"), text);
    }
    run(&[OsStr::new("check"), folder.at("chain").as_os_str()], &[2]);
    for index in 0..3 {
        let text = format!("{}extends = 'p{}'\n", header(index), (index + 1) % 3);
        folder.write(&format!("circle/p{index}.toml"), text);
    }
    run(&[OsStr::new("test"), folder.at("circle").as_os_str()], &[2]);
}

#[test]
fn options_of_every_kind() {
    let folder = Folder::new();
    let case = folder.write("case.toml", CASE.replace("NAME", "options"));
    let case = case.to_str().expect("the path is UTF-8");
    let long = "x".repeat(100_000);
    for options in [
        ["--framework", ""],
        ["--framework", "\u{202e}"],
        ["--framework", &long],
        ["--framework", "/"],
        ["--framework", "a\nb"],
        ["--as-of", "9999-99-99"],
        ["--as-of", ""],
        ["--layer", ""],
        ["--layer", &long],
        ["--set", ""],
        ["--set", "="],
        ["--set", "=1"],
        ["--set", "small-sample"],
        ["--set", "nothing=1"],
        ["--set", "relative-risk-reduction="],
        ["--set", "relative-risk-reduction=79228162514264337593543950336"],
        ["--format", "pdf"],
    ] {
        run(&["grade", case, options[0], options[1]], &[2]);
    }
    for number in ["0", "-0", "1e5", "79228162514264337593543950335", "0.0000000000000000000000000001"] {
        for name in ["relative-risk-reduction", "z-alpha"] {
            run(&["grade", case, "--set", &format!("{name}={number}")], &[0, 2]);
        }
    }
    run(&["explain", case, &long], &[2]);
    run(&["explain", case, ""], &[2]);
    run(&["new", "case", "../x"], &[2]);
    run(&["new", "case", &long], &[2]);
    run(&["new", "framework", ""], &[2]);
    run(&["man", &long], &[2]);
}
