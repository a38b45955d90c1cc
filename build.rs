//! Puts every file of `rules/` into the library: a pack is built in because its file is there. What has to be known of all packs
//! before any is read is looked up in their texts here, and not whenever a program starts.

#[allow(dead_code, reason = "packs are digested as frameworks are, not as cases")]
#[path = "src/document/canonical.rs"]
mod canonical;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use toml::de::{DeTable, DeValue};

fn main() -> Result<(), Box<dyn Error>> {
    let rules = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("rules");
    println!("cargo::rerun-if-changed={}", rules.display());
    println!("cargo::rerun-if-changed=src/document/canonical.rs");
    let mut packs = Vec::new();
    for entry in fs::read_dir(&rules)? {
        let path = entry?.path();
        if path.extension().is_some_and(|word| word == "toml") {
            let id = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a pack's file is named by its id")?;
            packs.push((id.to_owned(), path));
        }
    }
    packs.sort();
    let mut read = BTreeMap::new();
    for (id, path) in &packs {
        println!("cargo::rerun-if-changed={}", path.display());
        let pack = fs::read_to_string(path)?;
        let ends = [
            end(&pack, &["\n[measure.", "\n[derived.", "\n[decision."]),
            end(&pack, &["\n[[example]]", "\n[[enumeration]]"]),
        ];
        read.insert(id.as_str(), (pack, ends));
    }
    let mut says = BTreeMap::new();
    for (id, (pack, [_, rules])) in &read {
        says.insert(*id, Said::of(&pack[..*rules])?);
    }
    let mut text = String::from("[\n");
    for (id, path) in &packs {
        let (pack, ends) = &read[id.as_str()];
        let path = path.to_str().ok_or("the project stands at a path that is no text")?;
        let (aliases, facts, decisions) = (aliases(pack), declared(pack, "fact"), declared(pack, "decision"));
        let digest = digest(id, &says)?;
        writeln!(
            text,
            "    Text {{ id: {id:?}, text: include_str!({path:?}), aliases: &{aliases:?}, facts: &{facts:?}, \
             decisions: &{decisions:?}, ends: {ends:?}, digest: {digest:?} }},"
        )?;
    }
    text.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("packs.rs"), text)?;
    Ok(())
}

/// What a pack says, for its digest.
struct Said {
    canonical: String,
    /// What it uses and then what it extends.
    of_others: Vec<String>,
}

impl Said {
    fn of(rules: &str) -> Result<Self, Box<dyn Error>> {
        let document = DeTable::parse(rules)?.into_inner();
        let header =
            document.get("framework").and_then(|header| header.get_ref().as_table()).ok_or("a pack has a header")?;
        let mut of_others = Vec::new();
        for key in ["uses", "extends"] {
            match header.get(key).map(|value| value.get_ref()) {
                Some(DeValue::String(id)) => of_others.push(id.to_string()),
                Some(DeValue::Array(ids)) => {
                    of_others.extend(ids.iter().filter_map(|id| id.get_ref().as_str()).map(str::to_owned));
                }
                _ => {}
            }
        }
        Ok(Self { canonical: canonical::framework(&document), of_others })
    }
}

/// The digest of a pack.
fn digest(id: &str, says: &BTreeMap<&str, Said>) -> Result<String, Box<dyn Error>> {
    let said = says.get(id).ok_or("a pack uses and extends packs")?;
    let others: Result<Vec<String>, _> = said.of_others.iter().map(|other| digest(other, says)).collect();
    Ok(canonical::digest_of_framework(others?.iter().map(String::as_str), &said.canonical))
}

/// Other names to ask for a pack by.
fn aliases(pack: &str) -> Vec<&str> {
    let list = pack.split_once("\naliases = [").and_then(|(_, rest)| rest.split(']').next());
    list.map(|list| list.split('"').skip(1).step_by(2).collect()).unwrap_or_default()
}

/// The names that a pack declares under a key, as the headers of its text tell them, each once.
fn declared<'p>(pack: &'p str, key: &str) -> Vec<&'p str> {
    let header = format!("\n[{key}.");
    let names = pack.split(header.as_str()).skip(1).filter_map(|rest| rest.split(['.', ']']).next());
    let mut once: Vec<&str> = Vec::new();
    for name in names {
        if once.last() != Some(&name) {
            once.push(name);
        }
    }
    once
}

/// Where the part of a pack ends before the first of some headers.
fn end(pack: &str, headers: &[&str]) -> usize {
    headers.iter().filter_map(|header| pack.find(header)).min().map_or(pack.len(), |at| at + 1)
}
