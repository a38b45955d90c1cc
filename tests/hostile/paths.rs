//! Paths at which there is no file, or not the one that was meant.

use std::fs;
use std::path::Path;

use evigrade::diagnostic::Code;
use evigrade::document::LARGEST_FILE;
use evigrade::{Case, Frameworks, Refused};

use crate::corpus::{CASE, FRAMEWORK};
use crate::harness::{built_in, told};

fn code_of(refused: Refused) -> Code {
    told(&refused);
    refused.diagnostics()[0].code
}

fn case_at(path: &Path) -> Result<Case, Code> {
    Case::open(path, built_in()).map_err(code_of)
}

fn framework_at(path: &Path) -> Result<(), Code> {
    let mut frameworks: Frameworks = built_in().clone();
    frameworks.add_file(path).map(|_| ()).map_err(code_of)
}

#[test]
fn paths_that_lead_nowhere() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let at = |name: &str| folder.path().join(name);
    assert_eq!(case_at(&at("nothing")).unwrap_err(), Code::UnreadableFile);
    assert_eq!(framework_at(&at("nothing.toml")).unwrap_err(), Code::UnreadableFile);
    assert_eq!(case_at(&at("")).unwrap_err(), Code::NoCase, "an empty folder");
    assert_eq!(framework_at(&at("")).unwrap_err(), Code::UnreadableFile, "a folder in the place of a file");
    fs::write(at("file.toml"), CASE).expect("a file can be written");
    assert_eq!(case_at(&at("file.toml")).unwrap_err(), Code::UnreadableFile, "a file in the place of a folder");
    assert_eq!(case_at(&at("file.toml/deeper")).unwrap_err(), Code::UnreadableFile);
    assert_eq!(framework_at(&at(&"x".repeat(5000))).unwrap_err(), Code::UnreadableFile, "a name that is too long");
    assert_eq!(framework_at(Path::new("")).unwrap_err(), Code::UnreadableFile);
    assert_eq!(framework_at(Path::new("\0")).unwrap_err(), Code::UnreadableFile);
    fs::create_dir(at("case")).expect("a folder can be made");
    fs::create_dir(at("case/folder.toml")).expect("a folder can be made");
    assert_eq!(case_at(&at("case")).unwrap_err(), Code::UnreadableFile, "a folder with the name of a file");
}

#[test]
fn files_that_are_no_text() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("latin.toml"), b"[case]\nid = 'x'\ntitle = 'caf\xe9'\n").expect("a file can be written");
    assert_eq!(case_at(folder.path()).unwrap_err(), Code::NotUtf8);
    assert_eq!(framework_at(&at("latin.toml")).unwrap_err(), Code::NotUtf8);
    fs::write(at("latin.toml"), CASE.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).expect("written");
    assert!(case_at(folder.path()).is_err(), "UTF-16");
    fs::write(at("latin.toml"), FRAMEWORK).expect("a file can be written");
    assert_eq!(framework_at(&at("latin.toml")), Ok(()));
    let file = fs::File::create(at("huge.toml")).expect("a file can be made");
    file.set_len(LARGEST_FILE + 1).expect("a file can be long");
    assert_eq!(framework_at(&at("huge.toml")).unwrap_err(), Code::UnreadableFile, "a file that is too large");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_back() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink(at("loop.toml"), at("loop.toml")).expect("a link can be made");
    assert_eq!(framework_at(&at("loop.toml")).unwrap_err(), Code::UnreadableFile);
    assert_eq!(case_at(folder.path()).unwrap_err(), Code::UnreadableFile);
    fs::remove_file(at("loop.toml")).expect("it can be removed");
    std::os::unix::fs::symlink(at("nothing"), at("dangling.toml")).expect("a link can be made");
    assert_eq!(case_at(folder.path()).unwrap_err(), Code::UnreadableFile);
    fs::remove_file(at("dangling.toml")).expect("it can be removed");
    std::os::unix::fs::symlink(folder.path(), at("again")).expect("a link can be made");
    fs::write(at("case.toml"), CASE).expect("a file can be written");
    assert!(case_at(&at("again/again/again")).is_ok(), "a folder that lies in itself is read like any other");
}

/// The superuser may read everything, so there the file is read.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("secret.toml");
    fs::write(&path, FRAMEWORK).expect("a file can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).expect("permissions can be set");
    let readable = fs::read(&path).is_ok();
    assert_eq!(framework_at(&path), if readable { Ok(()) } else { Err(Code::UnreadableFile) });
}

/// What never ends is not read to the end.
#[cfg(unix)]
#[test]
fn a_device_that_never_ends() {
    let refused = framework_at(Path::new("/dev/zero")).unwrap_err();
    assert_eq!(refused, Code::UnreadableFile);
}
