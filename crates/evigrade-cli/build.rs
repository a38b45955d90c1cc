//! Links the program for a fixed place in memory where that is usual: the thousands of addresses in its tables are then written
//! when it is built, and not at every start.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| env::var(key).unwrap_or_default();
    let is_usual = target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu";
    // What is linked statically is laid out by other rules.
    if is_usual && !target("CARGO_CFG_TARGET_FEATURE").contains("crt-static") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
