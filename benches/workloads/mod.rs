//! Made-up work on which speed is measured, the same on every machine.

#![allow(dead_code, reason = "each program takes a part of it")]
#![allow(clippy::expect_used, reason = "what is written here is sound")]

pub(crate) mod bodies;

use std::sync::Arc;

use evigrade::records::{Binding, Flags, Key, Numbers, Words};
use evigrade::{Framework, Frameworks};

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(most)) >> 64) as u64
    }

    /// A place, each as often as its weight says.
    pub(crate) fn pick(&mut self, weights: &[u64]) -> u8 {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place as u8;
            }
            left -= weight;
        }
        0
    }
}

/// The framework that grades [`Record`]s.
pub(crate) fn certainty() -> Arc<Framework> {
    let mut frameworks = Frameworks::built_in();
    let id = frameworks.add_toml("certainty.toml", include_str!("certainty.toml")).expect("it can be read");
    Arc::clone(frameworks.find(id.as_str()).expect("it was added"))
}

/// A body of evidence, by ten facts; words by their places in the framework.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) design: u8,
    pub(crate) concerns: [u8; 4],
    pub(crate) unpublished: u8,
    pub(crate) effect: u8,
    pub(crate) gradient: bool,
    pub(crate) confounding: bool,
    pub(crate) studies: u32,
    /// Carried, and read by no rule.
    pub(crate) participants: u32,
}

/// So many records.
pub(crate) fn records(count: usize) -> Vec<Record> {
    let mut random = Random::new(0x5EED_0001);
    let record = |_| {
        let design = random.pick(&[4, 46, 50]);
        let concerns = [
            random.pick(&[55, 32, 13]),
            random.pick(&[65, 27, 8]),
            random.pick(&[75, 20, 5]),
            random.pick(&[50, 35, 15]),
        ];
        let unpublished = random.pick(&[85, 15]);
        let effect = random.pick(&[75, 18, 7]);
        let gradient = random.pick(&[85, 15]) == 1;
        let confounding = random.pick(&[90, 10]) == 1;
        let studies = if random.below(100) < 3 { 0 } else { 1 + random.below(30) as u32 };
        let participants = studies * (20 + random.below(600) as u32);
        Record { design, concerns, unpublished, effect, gradient, confounding, studies, participants }
    };
    (0..count).map(record).collect()
}

/// The facts of records, bound.
pub(crate) struct Bound {
    design: Words,
    studies: Numbers,
    concerns: [Words; 4],
    unpublished: Words,
    effect: Words,
    gradient: Flags,
    confounding: Flags,
}

impl Bound {
    pub(crate) fn new(binding: &mut Binding<'_>) -> Self {
        let mut words = |fact: &str, words: &[&str]| binding.words(fact, words).expect("it can be bound");
        let concern = ["not-serious", "serious", "very-serious"];
        Self {
            design: words("body-design", &["no-design", "nrsi", "rct"]),
            concerns: ["bias-concern", "inconsistency-concern", "indirectness-concern", "imprecision-concern"]
                .map(|fact| words(fact, &concern)),
            unpublished: words("unpublished", &["undetected", "strongly-suspected"]),
            effect: words("effect-size", &["no", "large", "very-large"]),
            studies: binding.numbers("study-count", &[]).expect("it is a number"),
            gradient: binding.flags("gradient", &[]).expect("it is a flag"),
            confounding: binding.flags("confounding-opposes", &[]).expect("it is a flag"),
        }
    }

    #[inline]
    /// The key of a record; nothing of one that cannot be.
    pub(crate) fn key(&self, record: &Record) -> Option<Key> {
        let [bias, inconsistency, indirectness, imprecision] = &self.concerns;
        let concerns = bias.at(record.concerns[0].into())?
            + inconsistency.at(record.concerns[1].into())?
            + indirectness.at(record.concerns[2].into())?
            + imprecision.at(record.concerns[3].into())?;
        let rest = self.unpublished.at(record.unpublished.into())? + self.effect.at(record.effect.into())?;
        let flags = self.gradient.of(record.gradient) + self.confounding.of(record.confounding);
        let studies = self.studies.of_whole(record.studies.into())?;
        Some(self.design.at(record.design.into())? + concerns + rest + flags + studies)
    }
}

/// What a million records come to, a byte a grade.
pub(crate) const CERTAINTY_OF_A_MILLION: u32 = 0xda92_c586;

/// The cyclic redundancy check of IEEE 802.3.
pub(crate) fn crc32(bytes: impl IntoIterator<Item = u8>) -> u32 {
    !bytes.into_iter().fold(u32::MAX, |mut sum, byte| {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
        }
        sum
    })
}
