//! Fuzzes the reading, compiling and testing of a framework, or replays files; see README.md.

#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evigrade_fuzz::framework(bytes));

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    evigrade_fuzz::replay(evigrade_fuzz::framework);
}
