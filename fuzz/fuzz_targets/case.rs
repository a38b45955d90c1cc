//! Fuzzes the reading and grading of a case, or replays files; see README.md.

#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evigrade_fuzz::case(bytes));

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    evigrade_fuzz::replay(evigrade_fuzz::case);
}
