//! The pages in `docs/frameworks/`: a page a framework, made of the pack, and a table of them all.
//! `UPDATE_DOCS=1 cargo test -p evigrade --test handbook` writes them anew.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use evigrade::report::{Page, Palette};
use evigrade::{Compiled, Frameworks, handbook};

const MADE: &str =
    "<!-- Made from the packs; `UPDATE_DOCS=1 cargo test -p evigrade --test handbook` writes it anew. -->\n\n";

/// The pages as they should be, by file name.
fn pages() -> BTreeMap<String, String> {
    let frameworks = Frameworks::built_in();
    let mut pages = BTreeMap::new();
    let mut index = String::from(
        "# The frameworks\n\nEach page shows a rule pack of `rules/` as its reader would want it: what it comes to, what it asks, \
         and its rules. `evigrade frameworks ID` prints the same, and `evigrade frameworks` this table.\n\n",
    );
    let compiled: Result<Vec<Compiled>, _> = frameworks.iter().map(Compiled::new).collect();
    index.push_str(&handbook::index_markdown(&compiled.expect("they compile"), true));
    for framework in frameworks.iter() {
        let id = framework.id.as_str();
        pages.insert(format!("{id}.md"), MADE.to_owned() + &handbook::markdown(framework));
    }
    pages.insert("README.md".to_owned(), MADE.to_owned() + &index);
    pages
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/frameworks")
}

#[test]
fn the_pages_of_frameworks_are_current() {
    let pages = pages();
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::remove_dir_all(folder()).ok();
        std::fs::create_dir_all(folder()).expect("the folder can be made");
        for (name, page) in &pages {
            std::fs::write(folder().join(name), page).expect("the page can be written");
        }
    }
    let entries = std::fs::read_dir(folder()).expect("there is a folder of pages");
    let mut found: Vec<String> =
        entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    assert_eq!(found, pages.keys().cloned().collect::<Vec<_>>(), "UPDATE_DOCS=1 writes the pages anew");
    for (name, page) in &pages {
        let shown = std::fs::read_to_string(folder().join(name)).expect("the page can be read");
        assert!(shown == *page, "docs/frameworks/{name} is not current; UPDATE_DOCS=1 writes it anew");
    }
}

/// A page for a terminal keeps to its width, and says every rule.
#[test]
fn pages_for_a_terminal_keep_to_their_width() {
    for framework in Frameworks::built_in().iter() {
        let text = handbook::text(framework, &Page { width: 80, palette: Palette::plain() });
        let wide = text.lines().find(|line| line.chars().count() > 80 && line.trim().contains(' '));
        assert_eq!(wide, None, "{}", framework.id);
        let own = framework.decisions.iter().filter(|decision| decision.origins.contains(&framework.id));
        for rule in own.flat_map(|decision| &decision.rules) {
            assert!(text.contains(rule.id.as_str()), "{} of {}", rule.id, framework.id);
        }
    }
}
