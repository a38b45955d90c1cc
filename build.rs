//! Puts every file of `rules/` into the library: a pack is built in because its file is there.

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
        let path = path.to_str().ok_or("the project stands at a path that is no text")?;
        writeln!(text, "    ({id:?}, include_str!({path:?})),")?;
    }
    text.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("packs.rs"), text)?;
    Ok(())
}
