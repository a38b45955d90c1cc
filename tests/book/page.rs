//! Pages of the book, and what stands on them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evigrade::document::TextFile;

/// A block of a page.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The words after the fence.
    pub(crate) words: Vec<String>,
    pub(crate) text: String,
    /// The line of the page on which the text begins, counted from 0.
    pub(crate) line: usize,
}

impl Block {
    pub(crate) fn is(&self, words: &[&str]) -> bool {
        self.words.len() >= words.len() && self.words.iter().zip(words).all(|(one, other)| one == other)
    }

    /// The name of the file that the block stands for.
    pub(crate) fn file(&self, otherwise: &str) -> Arc<TextFile> {
        let named = self.words.iter().find(|word| word.ends_with(".toml"));
        TextFile::new(named.map_or(otherwise, String::as_str), self.text.as_str())
    }
}

/// The folder of the book.
pub(crate) fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// The pages of the book, by path. Those on diagnostics have a test of their own.
pub(crate) fn pages() -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    for folder in [book(), book().join("reference")] {
        for entry in std::fs::read_dir(&folder).expect("the folder of the book") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).expect("a page");
                pages.insert(path, text);
            }
        }
    }
    assert!(pages.len() > 1, "the book is not there");
    pages
}

pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                let words = info.split_whitespace().map(str::to_owned).collect();
                blocks.push(Block { words, text: String::new(), line: number + 1 });
            }
            None if open => {
                let block = blocks.last_mut().expect("a block was opened");
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!open, "a block is not closed");
    blocks
}

/// The frameworks of a page, each put together of its parts.
pub(crate) fn frameworks_of(blocks: &[Block]) -> Vec<Block> {
    let mut whole: Vec<Block> = Vec::new();
    for block in blocks.iter().filter(|block| block.is(&["toml", "framework"])) {
        match block.words.get(2).map(String::as_str) {
            Some("refused") => {}
            Some("more") => {
                let first = whole.last_mut().expect("a first part");
                first.text.push('\n');
                first.text.push_str(&block.text);
            }
            _ => whole.push(block.clone()),
        }
    }
    whole
}

/// The links of a page: what stands in round brackets after square ones, outside of blocks.
pub(crate) fn links(page: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut open = false;
    for line in page.lines() {
        open ^= line.starts_with("```");
        let parts = line.split("](").skip(1).filter(|_| !open);
        links.extend(parts.filter_map(|part| part.split_once(')')).map(|(target, _)| target));
    }
    links
}

/// The places that links can name on a page: its headings in lower case, with hyphens for spaces.
pub(crate) fn anchors(page: &str) -> BTreeSet<String> {
    let mut open = false;
    let mut anchors = BTreeSet::new();
    for line in page.lines() {
        open ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !open) {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
            let anchor: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
            assert!(anchors.insert(anchor), "two headings are alike: {line}");
        }
    }
    anchors
}
