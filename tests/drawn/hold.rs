//! Draws frameworks with cases, and holds something of each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use evigrade::{Compiled, Frameworks};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::model::{Case, Model};
use crate::{case, draw, generate, write};

/// How many seeds there are if nothing is set.
const COUNT: u64 = 300;
/// How many cases are drawn for a framework.
const CASES: usize = 5;
/// How many failures are shown.
const SHOWN: usize = 4;

/// A drawn framework that can be compiled, and cases for it.
pub(crate) struct Drawn {
    pub(crate) model: Model,
    /// The framework as it was written.
    pub(crate) text: String,
    pub(crate) frameworks: Frameworks,
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) cases: Vec<Case>,
}

impl Drawn {
    /// Nothing if the framework is refused.
    fn new(seed: u64) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        let model = generate::model(&draw::models().new_tree(&mut runner).unwrap().current());
        let mut genes = || draw::cases().new_tree(&mut runner).unwrap().current();
        let cases = (0..CASES).map(|_| case::case(&model, &genes())).collect();
        let text = write::framework(&model);
        let mut frameworks = Frameworks::empty();
        let id = frameworks.add_toml("random.toml", &text).ok()?;
        let compiled = Arc::new(Compiled::new(frameworks.get(id.as_str()).unwrap()).ok()?);
        Some(Self { model, text, frameworks, compiled, cases })
    }
}

/// Random numbers, the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        ((u128::from(mixed) * count as u128) >> 64) as usize
    }

    /// True in so many of a hundred draws.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn shuffled<T>(&mut self, mut list: Vec<T>) -> Vec<T> {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
        list
    }
}

/// Holds what is drawn of each seed; `each` tells what does not hold. Whether as many seeds were drawn as there are if
/// nothing is set, so that enough must have been seen.
#[must_use]
pub(crate) fn hold(mut each: impl FnMut(&Drawn, &mut Random) -> Result<(), String>) -> bool {
    let (first, count) = (setting("SEED", 1), setting("COUNT", COUNT));
    let (mut taken, mut failures) = (0, Vec::new());
    for seed in first..first + count {
        let held = catch_unwind(AssertUnwindSafe(|| {
            let Some(drawn) = Drawn::new(seed) else { return Ok(()) };
            taken += 1;
            each(&drawn, &mut Random(seed)).map_err(|what| format!("{what}\n\n{}", drawn.text))
        }));
        if let Err(what) = held.unwrap_or_else(|panic| Err(said(panic.as_ref()))) {
            failures.push(format!("seed {seed}: {what}"));
        }
    }
    failures.sort_by_key(String::len);
    let shown = failures[..failures.len().min(SHOWN)].join("\n=====\n");
    assert!(failures.is_empty(), "{} of {count} seeds fail:\n\n{shown}", failures.len());
    assert!(taken * 10 >= count * 9, "of {count} frameworks only {taken} are taken");
    count >= COUNT
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|set| set.parse().ok()).unwrap_or(otherwise)
}

/// What was said when something panicked.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("it panics: {}", text.unwrap_or("without a word"))
}
