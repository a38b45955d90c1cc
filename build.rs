//! Puts every file of `rules/` into the library: a pack is built in because its file is there. What has to be known of all packs
//! before any is read is looked up in their texts here, and not whenever a program starts.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let rules = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("rules");
    println!("cargo::rerun-if-changed={}", rules.display());
    let mut packs = Vec::new();
    for entry in fs::read_dir(&rules)? {
        let path = entry?.path();
        if path.extension().is_some_and(|word| word == "toml") {
            let id = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a pack's file is named by its id")?;
            packs.push((id.to_owned(), path));
        }
    }
    packs.sort();
    let mut text = String::from("[\n");
    for (id, path) in packs {
        println!("cargo::rerun-if-changed={}", path.display());
        let pack = fs::read_to_string(&path)?;
        let path = path.to_str().ok_or("the project stands at a path that is no text")?;
        let (aliases, facts, decisions) = (aliases(&pack), declared(&pack, "fact"), declared(&pack, "decision"));
        let ends = [
            end(&pack, &["\n[measure.", "\n[derived.", "\n[decision."]),
            end(&pack, &["\n[[example]]", "\n[[enumeration]]"]),
        ];
        writeln!(
            text,
            "    Text {{ id: {id:?}, text: include_str!({path:?}), aliases: &{aliases:?}, facts: &{facts:?}, \
             decisions: &{decisions:?}, ends: {ends:?} }},"
        )?;
    }
    text.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("packs.rs"), text)?;
    Ok(())
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
