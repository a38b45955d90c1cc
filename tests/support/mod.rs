//! What several tests need: the cases of the repository, and cases changed on the way.

#![allow(dead_code, reason = "every test takes what it needs")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use evigrade::document::TextFile;
use evigrade::name::Layer;
use evigrade::{Case, Compiled, Frameworks, Refused, Run};

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders under `evidence/`, sorted.
pub(crate) fn case_folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("evidence")).expect("the repository has cases");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// The cases under `evidence/`, in the order of their folders.
pub(crate) fn cases() -> Vec<Case> {
    let frameworks = Frameworks::built_in();
    case_folders().iter().map(|folder| Case::open(folder, &frameworks).expect("it is read")).collect()
}

/// A built-in framework, compiled once for all tests of a binary.
pub(crate) fn framework(id: &str) -> &'static Compiled {
    static COMPILED: Mutex<BTreeMap<String, &'static Compiled>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    compiled.entry(id.to_owned()).or_insert_with(|| {
        let framework = Frameworks::built_in().find(id).expect("it is built in").clone();
        Box::leak(Box::new(Compiled::new(&framework).expect("it compiles")))
    })
}

/// The files of a case, as texts that can be changed before they are read.
#[derive(Clone)]
pub(crate) struct CaseText {
    files: BTreeMap<String, String>,
}

impl CaseText {
    /// The files of a case under `evidence/`, named as from the root of the repository.
    pub(crate) fn of(case: &str) -> Self {
        let folder = root().join("evidence").join(case);
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder).expect("the case is there") {
            let path = entry.expect("it can be read").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let file = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path).expect("it can be read");
                files.insert(format!("evidence/{case}/{file}"), text);
            }
        }
        Self { files }
    }

    /// Replaces a text that stands in one place.
    #[must_use]
    pub(crate) fn replace(mut self, from: &str, to: &str) -> Self {
        let count: usize = self.files.values().map(|text| text.matches(from).count()).sum();
        assert_eq!(count, 1, "`{from}` stands in {count} places");
        for text in self.files.values_mut() {
            *text = text.replace(from, to);
        }
        self
    }

    /// The text of an evidence item, its links included.
    pub(crate) fn item(&self, id: &str) -> String {
        let blocks: Vec<&str> = self.files.values().flat_map(|text| blocks(text)).collect();
        let found = blocks.into_iter().find(|block| is_item(block, id));
        found.unwrap_or_else(|| panic!("there is no item `{id}`")).to_owned()
    }

    /// Replaces an evidence item.
    #[must_use]
    pub(crate) fn change(self, id: &str, change: impl Fn(&str) -> String) -> Self {
        let item = self.item(id);
        let changed = change(&item);
        assert_ne!(item, changed, "the change of `{id}` changes nothing");
        self.replace(&item, &changed)
    }

    /// Replaces a text within an evidence item.
    #[must_use]
    pub(crate) fn edit(self, id: &str, from: &str, to: &str) -> Self {
        self.change(id, |item| {
            assert!(item.contains(from), "`{id}` does not say `{from}`");
            item.replace(from, to)
        })
    }

    /// Takes evidence items out.
    #[must_use]
    pub(crate) fn without(self, ids: &[&str]) -> Self {
        ids.iter().fold(self, |case, id| case.change(id, |_| String::new()))
    }

    /// Adds a file.
    #[must_use]
    pub(crate) fn with(mut self, text: &str) -> Self {
        let name = format!("evidence/added-{}.toml", self.files.len());
        self.files.insert(name, text.to_owned());
        self
    }

    /// The files.
    pub(crate) fn files(&self) -> Vec<Arc<TextFile>> {
        self.files.iter().map(|(name, text)| TextFile::new(name.as_str(), text.as_str())).collect()
    }

    /// Reads the case.
    pub(crate) fn read(&self) -> Result<Case, Refused> {
        Case::from_files(&self.files(), &Frameworks::built_in())
    }

    /// Reads the case, which is sound.
    pub(crate) fn case(&self) -> Case {
        self.read().unwrap_or_else(|refused| panic!("the case is refused: {refused}"))
    }
}

/// A text cut before every `[[evidence]]`, `[[source]]` and `[[judgement]]`.
fn blocks(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = vec![0];
    for head in ["\n[[evidence]]\n", "\n[[source]]\n", "\n[[judgement]]\n", "\n# ----"] {
        starts.extend(text.match_indices(head).map(|(at, _)| at + 1));
    }
    starts.sort_unstable();
    starts.dedup();
    starts.push(text.len());
    starts.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
}

fn is_item(block: &str, id: &str) -> bool {
    block.starts_with("[[evidence]]") && block.lines().any(|line| line == format!("id = \"{id}\""))
}

/// A run as of a day, with layers or with all of them.
pub(crate) fn run(as_of: Option<&str>, layers: &[&str]) -> Run {
    Run {
        as_of: as_of.map(|day| day.parse().expect("a day")),
        layers: (!layers.is_empty()).then(|| layers.iter().map(|layer| Layer::from(*layer)).collect()),
        ..Run::default()
    }
}
