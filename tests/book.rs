//! The book in `docs/`: what its pages show is loaded, graded and compared.
//!
//! The first word after the fence of a block is its language; the words after that say what the
//! block is.
//!
//! | block | what is done with it |
//! | --- | --- |
//! | `toml framework [NAME.toml]` | a whole framework: loaded, its examples and enumerations run |
//! | `toml framework more` | the next part of the framework before it |
//! | `toml framework refused` | a framework that is refused |
//! | `toml case [NAME.toml]` | a whole case: read |
//! | `toml case more [NAME.toml]` | another file of the case before it |
//! | `toml case refused` | a case that is refused |
//! | `toml` | a fragment: parsed |
//! | `text refused` | what was said of the block that was refused |
//! | `text grade`, `text explain CLAIM`, `json report`, `csv` | the case before it, graded |
//! | `text canonical`, `text digest` | the canonical form and the digest of what stands before it |
//! | `text canonical proof CLAIM` | the canonical form of the proof of a claim of the case before it |
//!
//! With `UPDATE_DOCS=1` the blocks that show what comes out are written anew instead of compared.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

#[path = "book/page.rs"]
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::explain::Statements;
use evigrade::report::{self, Page, Report};
use evigrade::{Case, Compiled, Frameworks, Refused, Run, grade, selftest};

use crate::page::{Block, anchors, blocks, book, frameworks_of, links, pages};

/// What a page shows, and what came of it.
struct Reader<'p> {
    path: &'p Path,
    frameworks: Frameworks,
    case: Option<Vec<Arc<TextFile>>>,
    refused: Option<Refused>,
    canonical: Option<String>,
    digest: Option<String>,
}

impl Reader<'_> {
    fn fault(&self, block: &Block, what: &str) -> String {
        format!("{}:{}: {what}", self.path.display(), block.line)
    }

    fn case(&self) -> Result<Case, Refused> {
        Case::from_files(self.case.as_ref().expect("a case before this block"), &self.frameworks)
    }

    /// Does what a block asks for; what it should show, if it shows something. A case is read when
    /// no further part of it follows.
    fn read(&mut self, block: &Block, next: Option<&Block>) -> Result<Option<String>, String> {
        let words: Vec<&str> = block.words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["toml"] => {
                let parsed = toml::de::DeTable::parse(&block.text);
                parsed.map(|_| None).map_err(|error| self.fault(block, &format!("no TOML: {error}")))
            }
            ["toml", "framework", "refused", ..] => {
                let mut frameworks = self.frameworks.clone();
                let file = block.file("framework.toml");
                let refused = frameworks.add_files(&[file]).and_then(|ids| {
                    let added = frameworks.get(ids[0].as_str()).expect("it was added");
                    Compiled::new(added)
                });
                self.refuse(block, refused.map(|_| ()))
            }
            ["toml", "framework", ..] => {
                // They were loaded with the page.
                let id = id_of(&block.text);
                self.digest = id.and_then(|id| self.frameworks.get(&id).map(|known| known.digest.clone()));
                Ok(None)
            }
            ["toml", "case", "refused", ..] => {
                let refused = Case::from_files(&[block.file("case.toml")], &self.frameworks)
                    .and_then(|case| self.report(&case).map(|_| ()));
                self.refuse(block, refused)
            }
            ["toml", "case", rest @ ..] => {
                let more = rest.first() == Some(&"more");
                let mut files = self.case.take().filter(|_| more).unwrap_or_default();
                files.push(block.file(if more { "more.toml" } else { "case.toml" }));
                self.case = Some(files);
                if next.is_some_and(|next| next.is(&["toml", "case", "more"])) {
                    return Ok(None);
                }
                let case = self.case().map_err(|refused| self.fault(block, &refused.to_string()))?;
                self.digest = Some(case.digest().to_owned());
                let tests = selftest::case(&case, &self.frameworks).map_err(|refused| refused.to_string())?;
                match tests.iter().find_map(|test| test.failure.as_ref()) {
                    Some(failure) => Err(self.fault(block, &failure.to_string())),
                    None => Ok(None),
                }
            }
            ["text", "refused"] => Ok(Some(self.refused.take().expect("a refused block before").to_string() + "\n")),
            ["text", "canonical"] => {
                self.canonical = Some(block.text.trim_end().to_owned());
                Ok(None)
            }
            ["text", "canonical", "proof", claim] => {
                let case = self.case().expect("it was read before");
                let proof = |grading: &evigrade::Grading<'_>| grading.find(claim).and_then(|grade| grade.proof());
                let proof = self.grading(&case, proof).map_err(|refused| self.fault(block, &refused.to_string()))?;
                let proof = proof.ok_or_else(|| self.fault(block, "there is no such claim, or it has no proof"))?;
                self.digest = Some(proof.digest());
                let canonical = Statements::of(&proof).canonical();
                self.canonical = Some(canonical.clone());
                Ok(Some(canonical + "\n"))
            }
            ["text", "digest"] => {
                let of_text = sha256(&self.canonical.take().expect("a canonical form before"));
                let digest = self.digest.clone().expect("a digest before");
                if digest != of_text {
                    return Err(self.fault(block, &format!("the canonical form has {of_text}, and not {digest}")));
                }
                Ok(Some(digest + "\n"))
            }
            ["text", "grade"] => self.shown(block, |report| report::text(report, &Page::default())),
            ["csv"] => self.shown(block, |report| report::csv(std::slice::from_ref(report)).replace("\r\n", "\n")),
            ["json", "report"] => {
                self.shown(block, |report| serde_json::to_string_pretty(report).expect("it is JSON") + "\n")
            }
            ["text", "explain", claim] => {
                let case = self.case().expect("it was read before");
                let claim = case.find_claim(claim).ok_or_else(|| self.fault(block, "there is no such claim"))?;
                let report = self.grading(&case, |grading| Report::of(grading, [claim])).expect("it is graded");
                Ok(Some(report::explanation_text(&report, &Page::default())))
            }
            ["toml" | "json" | "csv", ..] | ["text", _, ..] | [] => {
                Err(self.fault(block, &format!("nothing is known of a block `{}`", words.join(" "))))
            }
            _ => Ok(None),
        }
    }

    fn refuse(&mut self, block: &Block, outcome: Result<(), Refused>) -> Result<Option<String>, String> {
        match outcome {
            Ok(()) => Err(self.fault(block, "this is not refused")),
            Err(refused) => {
                self.refused = Some(refused);
                Ok(None)
            }
        }
    }

    fn shown(&self, block: &Block, show: impl Fn(&Report) -> String) -> Result<Option<String>, String> {
        let case = self.case().expect("it was read before");
        self.report(&case).map(|report| Some(show(&report))).map_err(|refused| self.fault(block, &refused.to_string()))
    }

    fn report(&self, case: &Case) -> Result<Report, Refused> {
        self.grading(case, Report::new)
    }

    fn grading<T>(&self, case: &Case, then: impl Fn(&evigrade::Grading<'_>) -> T) -> Result<T, Refused> {
        let id = case.framework().map_or("grade", |id| id.as_str());
        let compiled = Compiled::new(self.frameworks.find(id)?)?;
        grade(case, &compiled, &Run::default()).map(|grading| then(&grading))
    }
}

fn sha256(text: &str) -> String {
    let mut digest = String::from("sha256:");
    for byte in hmac_sha256::Hash::hash(text.as_bytes()) {
        write!(digest, "{byte:02x}").expect("a string takes all");
    }
    digest
}

/// The id in a framework's header.
fn id_of(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("id = "))?;
    Some(line.trim().trim_matches('"').to_owned())
}

fn update() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// A page with some of its blocks written anew.
fn rewritten(page: &str, outputs: &[(Block, String)]) -> String {
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    for (block, output) in outputs.iter().rev() {
        let old = block.text.lines().count();
        lines.splice(block.line..block.line + old, output.lines().map(str::to_owned));
    }
    lines.join("\n") + "\n"
}

/// Reads a page: every fault of it, and the blocks that show something else than comes out.
fn read(path: &Path, page: &str) -> (Vec<String>, Vec<(Block, String)>) {
    let blocks = blocks(page);
    let mut faults = Vec::new();
    let mut frameworks = Frameworks::built_in();
    let own = frameworks_of(&blocks);
    let files: Vec<Arc<TextFile>> = own.iter().map(|block| block.file("framework.toml")).collect();
    match frameworks.add_files(&files) {
        Err(refused) => return (vec![format!("{}: {refused}", path.display())], Vec::new()),
        Ok(ids) => {
            for (id, block) in ids.iter().zip(&own) {
                let framework = frameworks.get(id.as_str()).expect("it was added");
                let place = format!("{}:{}: framework `{id}`", path.display(), block.line);
                let tests = selftest::framework(framework).unwrap_or_else(|refused| panic!("{place}: {refused}"));
                let failures = tests.iter().filter_map(|test| test.failure.as_ref());
                faults.extend(failures.map(|failure| format!("{place}: {failure}")));
                let told = framework.result.is_none() || !tests.is_empty();
                faults.extend((!told).then(|| format!("{place} has no example")));
            }
        }
    }
    let mut outputs = Vec::new();
    let mut reader = Reader { path, frameworks, case: None, refused: None, canonical: None, digest: None };
    for (position, block) in blocks.iter().enumerate() {
        match reader.read(block, blocks.get(position + 1)) {
            Err(fault) => faults.push(fault),
            Ok(Some(output)) if output != block.text => outputs.push((block.clone(), output)),
            Ok(_) => {}
        }
    }
    (faults, outputs)
}

#[test]
fn what_the_pages_show_is_true() {
    let mut faults = Vec::new();
    for (path, page) in pages() {
        let (found, outputs) = read(&path, &page);
        faults.extend(found);
        if outputs.is_empty() {
            continue;
        }
        if update() {
            std::fs::write(&path, rewritten(&page, &outputs)).expect("the page can be written");
        }
        for (block, output) in outputs.iter().filter(|_| !update()) {
            let place = format!("{}:{}", path.display(), block.line);
            faults.push(format!("{place}: what comes out is\n{output}(UPDATE_DOCS=1 writes it into the page)"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut faults = Vec::new();
    for (path, page) in &pages {
        for link in links(page).into_iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            // The pages on diagnostics are a part of their own.
            if file.starts_with("diagnostics/") && !book().join("diagnostics").exists() {
                continue;
            }
            let folder = path.parent().expect("a page stands in a folder");
            let target = if file.is_empty() { path.clone() } else { folder.join(file) };
            let Ok(target) = target.canonicalize() else {
                faults.push(format!("{}: `{link}` leads nowhere", path.display()));
                continue;
            };
            let known = || anchors(&std::fs::read_to_string(&target).expect("a page"));
            if !anchor.is_empty() && !known().contains(anchor) {
                faults.push(format!("{}: there is no heading for `{link}`", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_index_names_every_page() {
    let index = std::fs::read_to_string(book().join("README.md")).expect("the index");
    let named: BTreeSet<&str> = links(&index).into_iter().collect();
    for path in pages().keys() {
        let name = path.strip_prefix(book()).expect("a page of the book").to_string_lossy().replace('\\', "/");
        assert!(name == "README.md" || named.contains(name.as_str()), "the index does not name {name}");
    }
}

/// Every key of a JSON value, but for those that are names of the author's choosing.
fn keys(json: &serde_json::Value, into: &mut BTreeSet<String>) {
    match json {
        serde_json::Value::Object(entries) => {
            for (key, value) in entries {
                into.insert(key.clone());
                if key != "set" {
                    keys(value, into);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
        _ => {}
    }
}

#[test]
fn every_key_of_a_report_is_told() {
    let told = std::fs::read_to_string(book().join("json.md")).expect("the page on JSON");
    let mut found = BTreeSet::new();
    for page in pages().values() {
        let blocks = blocks(page);
        let mut frameworks = Frameworks::built_in();
        let own: Vec<Arc<TextFile>> = frameworks_of(&blocks).iter().map(|block| block.file("framework.toml")).collect();
        let ids = frameworks.add_files(&own).expect("they are loaded by another test");
        let mut compiled: BTreeMap<&str, Compiled> = BTreeMap::new();
        for framework in ids.iter().map(|id| id.as_str()).chain(["rob2"]).filter_map(|id| frameworks.find(id).ok()) {
            let first = framework.parameters.first().map(|known| (known.name.clone(), known.value.clone()));
            let set = first.into_iter().collect();
            compiled.insert(framework.id.as_str(), Compiled::with_parameters(framework, &set).expect("it compiles"));
        }
        let first = |block: &&Block| block.is(&["toml", "case"]) && !block.is(&["toml", "case", "more"]);
        for block in blocks.iter().filter(first) {
            // Parts of cases that do not stand for themselves, and cases that are refused, tell nothing.
            let Ok(case) = Case::from_files(&[block.file("case.toml")], &frameworks) else { continue };
            for grading in compiled.values().filter_map(|compiled| grade(&case, compiled, &Run::default()).ok()) {
                let json = serde_json::to_value(Report::new(&grading)).expect("it is JSON");
                keys(&json, &mut found);
            }
        }
    }
    let untold: Vec<&String> = found.iter().filter(|key| !told.contains(&format!("`{key}`"))).collect();
    assert!(untold.is_empty(), "docs/json.md tells nothing of {untold:?}");
    for key in ["judgement", "left_out", "open", "range", "items", "set", "reason", "sum", "parameter", "unknown"] {
        assert!(found.contains(key), "no case of the book shows `{key}`");
    }
}
