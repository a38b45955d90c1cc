//! The TOML files of the project, each with what has to stand beside it.

use std::path::Path;
use std::sync::Arc;

use evigrade::Frameworks;
use evigrade::document::TextFile;

use crate::harness::{Outcome, built_in, case, files_below, framework};

/// A case in which everything that a case can hold occurs once.
pub(crate) const CASE: &str = include_str!("case.toml");

/// The framework that the command line begins with, under a name of its own.
pub(crate) const FRAMEWORK: &str = include_str!("../../crates/evigrade-cli/templates/framework.toml");

/// A TOML file that is read as a case or as a framework.
#[derive(Clone)]
pub(crate) struct Subject {
    /// What it is called in messages of the tests.
    pub(crate) name: String,
    /// What it says.
    pub(crate) text: String,
    beside: Beside,
}

#[derive(Clone)]
enum Beside {
    /// The other files of the case.
    Case(Vec<Arc<TextFile>>),
    /// The built-in frameworks that stand without this one.
    Framework(Box<Frameworks>),
}

impl Subject {
    /// Reads another text in the place of the file's own, and asks everything of it if it is taken.
    pub(crate) fn read(&self, text: &str) -> Outcome {
        let file = TextFile::new(self.name.as_str(), text);
        match &self.beside {
            Beside::Case(others) => {
                let mut files = others.clone();
                files.push(file);
                case(&files)
            }
            Beside::Framework(frameworks) => framework(&[file], frameworks),
        }
    }
}

/// Every TOML file in `rules/`, `evidence/` and the templates of the command line, and [`CASE`].
pub(crate) fn subjects() -> Vec<Subject> {
    let mut subjects = vec![Subject { name: "case.toml".into(), text: CASE.into(), beside: Beside::Case(Vec::new()) }];
    for folder in ["rules", "evidence", "crates/evigrade-cli/templates"] {
        for path in files_below(folder) {
            let file = TextFile::read(&path, path.to_string_lossy()).expect("a file of the project can be read");
            let beside = if file.text().lines().any(|line| line == "[framework]") {
                Beside::Framework(Box::new(standing_without(&file)))
            } else {
                Beside::Case(others_of(&path))
            };
            subjects.push(Subject { name: path.to_string_lossy().into(), text: file.text().into(), beside });
        }
    }
    subjects
}

/// The built-in frameworks that can be read without this file.
fn standing_without(file: &TextFile) -> Frameworks {
    let mut frameworks = Frameworks::empty();
    let mut waiting: Vec<Arc<TextFile>> = Frameworks::built_in_files();
    waiting.retain(|known| known.text() != file.text());
    // Those that others use come first, in whatever order they are listed.
    loop {
        let before = waiting.len();
        waiting.retain(|file| frameworks.add_files(std::slice::from_ref(file)).is_err());
        if waiting.len() == before {
            return frameworks;
        }
    }
}

/// The other TOML files in the folder of a case. Templates stand alone.
fn others_of(path: &Path) -> Vec<Arc<TextFile>> {
    let folder = path.parent().expect("a file lies in a folder");
    if folder.ends_with("templates") {
        return Vec::new();
    }
    let others = files_below(&folder.to_string_lossy()).into_iter().filter(|other| other != path);
    others.map(|other| TextFile::read(&other, other.to_string_lossy()).expect("it can be read")).collect()
}

/// The files themselves are taken; without that the mutants would show nothing.
#[test]
fn the_files_themselves_are_taken() {
    assert!(built_in().iter().count() >= 4);
    for subject in subjects() {
        let (name, text) = (subject.name.clone(), subject.text.clone());
        let outcome = crate::harness::trial(&name, move || subject.read(&text));
        assert_eq!(outcome, Outcome::Taken, "{name}");
    }
}
