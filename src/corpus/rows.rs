//! Rows: the lanes of each claim, and what came of it.

use super::engine::Engine;
use super::lanes::Effect;
use crate::diagnostic::{Code, Diagnostic, Refused};

/// Up to where all numbers of items together may go, so that no sum of some of them can overflow.
const MOST_TOGETHER: u64 = 1 << 62;

/// The lanes of each claim.
#[derive(Debug)]
pub(super) struct Rows {
    item_width: usize,
    claim_width: usize,
    items: Vec<u64>,
    claims: Vec<u64>,
    /// How far the numbers of all items go that were ever added.
    together: u64,
}

impl Rows {
    pub(super) fn new(engine: &Engine<'_>) -> Self {
        let (item_width, claim_width) = (engine.of_items.width(), engine.of_claims.width());
        Self { item_width, claim_width, items: Vec::new(), claims: Vec::new(), together: 0 }
    }

    /// Makes room for so many claims more.
    pub(super) fn reserve(&mut self, claims: usize) {
        self.items.reserve_exact(claims * self.item_width);
        self.claims.reserve_exact(claims * self.claim_width);
    }

    /// Adds so many claims.
    pub(super) fn grow(&mut self, claims: usize) {
        self.items.resize(self.items.len() + claims * self.item_width, 0);
        self.claims.resize(self.claims.len() + claims * self.claim_width, 0);
    }

    /// The lanes of the items of a claim.
    pub(super) fn items(&self, claim: usize) -> &[u64] {
        &self.items[claim * self.item_width..(claim + 1) * self.item_width]
    }

    /// The lanes of the claims that a claim rests on.
    pub(super) fn claims(&self, claim: usize) -> &[u64] {
        &self.claims[claim * self.claim_width..(claim + 1) * self.claim_width]
    }

    /// Takes note of numbers that are added.
    pub(super) fn weigh(&mut self, numbers: impl Iterator<Item = i64>) -> Result<(), Refused> {
        let far = numbers.fold(self.together, |far, number| far.saturating_add(number.unsigned_abs()));
        if far > MOST_TOGETHER {
            let message = "the numbers of all items together are more than can be added up exactly";
            return Err(Diagnostic::error(Code::TooLarge, message).help("bind them in a larger unit").into());
        }
        self.together = far;
        Ok(())
    }

    pub(super) fn add_item(&mut self, claim: usize, effect: &Effect, numbers: impl Fn(usize) -> i64) {
        let row = &mut self.items[claim * self.item_width..(claim + 1) * self.item_width];
        for (word, more) in row.iter_mut().zip(&effect.words) {
            *word = word.wrapping_add(*more);
        }
        for (word, number) in &effect.numbers {
            row[*word] = row[*word].wrapping_add_signed(numbers(*number));
        }
    }

    pub(super) fn take_item(&mut self, claim: usize, effect: &Effect, numbers: impl Fn(usize) -> i64) {
        let row = &mut self.items[claim * self.item_width..(claim + 1) * self.item_width];
        for (word, less) in row.iter_mut().zip(&effect.words) {
            *word = word.wrapping_sub(*less);
        }
        for (word, number) in &effect.numbers {
            row[*word] = row[*word].wrapping_sub(numbers(*number).cast_unsigned());
        }
    }

    pub(super) fn add_claim(&mut self, claim: usize, effect: &Effect) {
        let row = &mut self.claims[claim * self.claim_width..(claim + 1) * self.claim_width];
        for (word, more) in row.iter_mut().zip(&effect.words) {
            *word = word.wrapping_add(*more);
        }
    }

    pub(super) fn take_claim(&mut self, claim: usize, effect: &Effect) {
        let row = &mut self.claims[claim * self.claim_width..(claim + 1) * self.claim_width];
        for (word, less) in row.iter_mut().zip(&effect.words) {
            *word = word.wrapping_sub(*less);
        }
    }
}
