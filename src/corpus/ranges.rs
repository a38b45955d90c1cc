//! Claims by ranges. What is said of claims in any order is dealt out to ranges of them first; so the counters of a range stay
//! in the cache of the processor while all that is its own is added to them, however many claims there are.

use std::ops::Range;

use super::columns::{BLOCK, Columns, Units};
use crate::diagnostic::Refused;

/// How many bytes the counters of a range may take.
const MOST_BYTES: usize = 1 << 20;
/// To how many ranges at once is dealt out: each is written to at a place of its own.
const MOST_RANGES: usize = 4096;

/// Claims cut into ranges of one length, a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ranges {
    claims: usize,
    bits: u32,
}

impl Ranges {
    /// Of so many claims, each with so many words of counters.
    pub(super) fn new(claims: usize, width: usize) -> Self {
        let fitting = (MOST_BYTES / size_of::<u64>() / width.max(1)).max(1).ilog2();
        let least = claims.div_ceil(MOST_RANGES).next_power_of_two().ilog2();
        Self { claims, bits: fitting.max(least) }
    }

    /// Of so many claims, as many bits as tell the claims of a range apart.
    #[cfg(test)]
    pub(super) const fn of_bits(claims: usize, bits: u32) -> Self {
        Self { claims, bits }
    }

    /// How many ranges there are.
    pub(super) const fn count(self) -> usize {
        self.claims.div_ceil(1 << self.bits)
    }

    /// The range of a claim.
    #[inline]
    pub(super) const fn of(self, claim: u32) -> usize {
        (claim >> self.bits) as usize
    }

    /// The place of a claim in its range.
    #[inline]
    pub(super) const fn place(self, claim: u32) -> u32 {
        claim & ((1 << self.bits) - 1)
    }

    /// The claims of a range.
    pub(super) fn claims(self, range: usize) -> Range<usize> {
        range << self.bits..((range + 1) << self.bits).min(self.claims)
    }

    /// How many claims the longest range has.
    pub(super) fn longest(self) -> usize {
        self.claims.min(1 << self.bits)
    }
}

/// A word that is dealt out.
pub(super) trait Word: Copy + Default {
    /// Its lowest bits.
    fn of(word: u64) -> Self;
    /// As a word of 64 bits.
    fn long(self) -> u64;
}

impl Word for u32 {
    #[inline]
    fn of(word: u64) -> Self {
        word as Self
    }

    #[inline]
    fn long(self) -> u64 {
        self.into()
    }
}

impl Word for u64 {
    #[inline]
    fn of(word: u64) -> Self {
        word
    }

    #[inline]
    fn long(self) -> u64 {
        self
    }
}

/// Words dealt out to ranges, those of each in the order in which they came.
#[derive(Debug)]
pub(super) struct Dealt<W> {
    words: Vec<W>,
    /// Where the words of each range begin, and where they end so far.
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl<W: Word> Dealt<W> {
    /// Nothing as yet, with room for a word for each of these claims.
    pub(super) fn new(ranges: Ranges, claims: &[u32]) -> Self {
        let mut counts = vec![0; ranges.count()];
        for claim in claims {
            counts[ranges.of(*claim)] += 1;
        }
        let mut start = 0;
        let starts: Vec<usize> = counts.into_iter().map(|count| following(&mut start, count)).collect();
        Self { words: vec![W::default(); claims.len()], ends: starts.clone(), starts }
    }

    #[inline]
    pub(super) fn push(&mut self, range: usize, word: W) {
        let end = &mut self.ends[range];
        self.words[*end] = word;
        *end += 1;
    }

    /// What was dealt out to a range.
    pub(super) fn of(&self, range: usize) -> &[W] {
        &self.words[self.starts[range]..self.ends[range]]
    }

    /// Forgets what was dealt out.
    pub(super) fn clear(&mut self) {
        self.ends.clone_from(&self.starts);
    }
}

/// How an item is told by one word: the place of its claim in a range, its key, and numbers.
#[derive(Debug)]
pub(super) struct Packing {
    ranges: Ranges,
    key_mask: u64,
    /// How many bits are used.
    bits: u32,
    /// Of each number that is bound, by how far it is shifted, and its bits; no bits of those that are not told.
    numbers: Vec<(u32, u64)>,
}

impl Packing {
    /// Of items with so many keys, of whose numbers some are told; nothing where they do not fit into a word.
    pub(super) fn new(
        ranges: Ranges,
        keys: u64,
        numbers: &[Units<'_>],
        is_told: &dyn Fn(usize) -> bool,
    ) -> Option<Self> {
        let of_key = u64::BITS - (keys - 1).leading_zeros();
        let mut end = ranges.bits + of_key;
        let mut packed = Vec::new();
        for (place, units) in numbers.iter().enumerate() {
            let bits = if is_told(place) { units.bits()? } else { 0 };
            packed.push((following(&mut end, bits) % u64::BITS, mask(bits)));
        }
        let packing = Self { ranges, key_mask: mask(of_key), bits: end, numbers: packed };
        (end <= u64::BITS).then_some(packing)
    }

    /// Whether words of 32 bits are enough.
    pub(super) const fn is_short(&self) -> bool {
        self.bits <= u32::BITS
    }

    #[inline]
    pub(super) const fn place(&self, word: u64) -> u32 {
        self.ranges.place(word as u32)
    }

    #[inline]
    pub(super) const fn key(&self, word: u64) -> u64 {
        word >> self.ranges.bits & self.key_mask
    }

    /// A number by its place among those that are bound.
    #[inline]
    pub(super) fn number(&self, word: u64, number: usize) -> i64 {
        let (shift, mask) = self.numbers[number];
        (word >> shift & mask).cast_signed()
    }

    /// Deals out items to the ranges of their claims.
    ///
    /// # Errors
    ///
    /// [`Refused`] if an item has a value that cannot be.
    pub(super) fn deal<W: Word>(&self, items: &Columns<'_>, claims: &[u32]) -> Result<Dealt<W>, Refused> {
        let mut dealt = Dealt::new(self.ranges, claims);
        let mut words = [0; BLOCK];
        for (block, of) in claims.chunks(BLOCK).enumerate() {
            let from = block * BLOCK;
            let words = &mut words[..of.len()];
            items.keys(from, words, "items")?;
            words.iter_mut().zip(of).for_each(|(word, claim)| {
                *word = *word << self.ranges.bits | u64::from(self.ranges.place(*claim));
            });
            for (units, (shift, mask)) in items.units().zip(&self.numbers) {
                let rows = from..from + words.len();
                match units {
                    _ if *mask == 0 => {}
                    Units::Long(units) => {
                        let units = units[rows].iter().map(|unit| unit.cast_unsigned());
                        words.iter_mut().zip(units).for_each(|(word, unit)| *word |= unit << shift);
                    }
                    Units::Short(units) => {
                        let units = units[rows].iter().map(|unit| u64::from(*unit));
                        words.iter_mut().zip(units).for_each(|(word, unit)| *word |= unit << shift);
                    }
                }
            }
            for (claim, word) in of.iter().zip(&*words) {
                dealt.push(self.ranges.of(*claim), W::of(*word));
            }
        }
        Ok(dealt)
    }
}

/// Where so many begin that follow on others.
fn following<T: Copy + std::ops::AddAssign>(end: &mut T, count: T) -> T {
    let start = *end;
    *end += count;
    start
}

/// So many bits from the lowest on.
const fn mask(bits: u32) -> u64 {
    match u64::MAX.checked_shr(u64::BITS - bits) {
        Some(mask) => mask,
        None => 0,
    }
}
