//! What a corpus keeps of its claims and items: all of one thing side by side, for a change touches little and that at once.

use fixedbitset::FixedBitSet;

use super::lanes::Plan;

/// What came of a claim that was not graded yet, and where it stands that has no place as yet.
pub(super) const NOTHING: u32 = u32::MAX;
/// How many words stand before the lanes of a claim.
const HEAD: usize = 3;

/// Claims: what is known of each, what came of it and where it stands, then its lanes.
#[derive(Debug)]
pub(super) struct Claims {
    words: Vec<u64>,
    /// How many words the lanes of items have, and those of claims.
    items: usize,
    claims: usize,
}

impl Claims {
    pub(super) const fn new(of_items: &Plan, of_claims: &Plan) -> Self {
        Self { words: Vec::new(), items: of_items.width(), claims: of_claims.width() }
    }

    const fn width(&self) -> usize {
        HEAD + self.items + self.claims
    }

    pub(super) fn reserve(&mut self, count: usize) {
        self.words.reserve_exact(count * self.width());
    }

    pub(super) fn len(&self) -> usize {
        self.words.len() / self.width()
    }

    /// Adds a claim by its key and its node.
    pub(super) fn push(&mut self, key: u64, node: u32) {
        let width = self.width();
        self.words.extend([key, u64::MAX, node.into()]);
        self.words.resize(self.words.len() + width - HEAD, 0);
    }

    fn word(&self, claim: u32, word: usize) -> u64 {
        self.words[claim as usize * self.width() + word]
    }

    fn set(&mut self, claim: u32, word: usize, value: u64) {
        let place = claim as usize * self.width() + word;
        self.words[place] = value;
    }

    pub(super) fn key(&self, claim: u32) -> u64 {
        self.word(claim, 0)
    }

    pub(super) fn set_key(&mut self, claim: u32, key: u64) {
        self.set(claim, 0, key);
    }

    /// What came of it.
    pub(super) fn face(&self, claim: u32) -> u32 {
        self.word(claim, 1) as u32
    }

    pub(super) fn set_face(&mut self, claim: u32, face: u32) {
        self.set(claim, 1, self.word(claim, 1) >> 32 << 32 | u64::from(face));
    }

    /// Where it stands among all claims, those before that it rests on.
    pub(super) fn rank(&self, claim: u32) -> u32 {
        (self.word(claim, 1) >> 32) as u32
    }

    pub(super) fn set_rank(&mut self, claim: u32, rank: u32) {
        self.set(claim, 1, u64::from(rank) << 32 | u64::from(self.face(claim)));
    }

    pub(super) fn node(&self, claim: u32) -> u32 {
        self.word(claim, 2) as u32
    }

    /// Whether it is to be graded again.
    pub(super) fn is_waiting(&self, claim: u32) -> bool {
        self.word(claim, 2) >> 32 != 0
    }

    pub(super) fn set_waiting(&mut self, claim: u32, is_waiting: bool) {
        self.set(claim, 2, u64::from(is_waiting) << 32 | u64::from(self.node(claim)));
    }

    /// The lanes of its items, and of the claims that it rests on.
    pub(super) fn lanes(&self, claim: u32) -> (&[u64], &[u64]) {
        let from = claim as usize * self.width() + HEAD;
        self.words[from..from + self.items + self.claims].split_at(self.items)
    }

    pub(super) fn item_lanes(&mut self, claim: u32) -> &mut [u64] {
        let from = claim as usize * self.width() + HEAD;
        &mut self.words[from..from + self.items]
    }

    pub(super) fn claim_lanes(&mut self, claim: u32) -> &mut [u64] {
        let from = claim as usize * self.width() + HEAD + self.items;
        &mut self.words[from..from + self.claims]
    }

    /// The same with lanes of other sizes.
    pub(super) fn resized(&self, before: (&Plan, &Plan), after: (&Plan, &Plan)) -> Self {
        let mut claims = Self::new(after.0, after.1);
        claims.reserve(self.len());
        for row in self.words.chunks(self.width()) {
            let (head, lanes) = row.split_at(HEAD);
            let (of_items, of_claims) = lanes.split_at(self.items);
            claims.words.extend(head);
            claims.words.extend(before.0.copy(of_items, after.0));
            claims.words.extend(before.1.copy(of_claims, after.1));
        }
        claims
    }
}

/// Items: what is known of each, then its numbers.
#[derive(Debug)]
pub(super) struct Items {
    words: Vec<u64>,
    numbers: usize,
    /// Items that count for nothing.
    withdrawn: FixedBitSet,
}

impl Items {
    /// With so many numbers each.
    pub(super) const fn new(numbers: usize) -> Self {
        Self { words: Vec::new(), numbers, withdrawn: FixedBitSet::new() }
    }

    pub(super) fn reserve(&mut self, count: usize) {
        self.words.reserve_exact(count * (1 + self.numbers));
        self.withdrawn.grow(self.len() + count);
    }

    pub(super) fn len(&self) -> usize {
        self.words.len() / (1 + self.numbers)
    }

    /// Adds an item by its key, its node and its numbers.
    pub(super) fn push(&mut self, key: u32, node: u32, numbers: &[i64]) {
        self.words.push(u64::from(node) << 32 | u64::from(key));
        self.words.extend(numbers.iter().map(|number| number.cast_unsigned()));
        self.withdrawn.grow(self.len());
    }

    pub(super) fn key(&self, item: u32) -> u32 {
        self.words[item as usize * (1 + self.numbers)] as u32
    }

    pub(super) fn node(&self, item: u32) -> u32 {
        (self.words[item as usize * (1 + self.numbers)] >> 32) as u32
    }

    pub(super) fn numbers(&self, item: u32) -> impl Fn(usize) -> i64 {
        let from = item as usize * (1 + self.numbers) + 1;
        move |number| self.words[from + number].cast_signed()
    }

    /// Says otherwise of an item.
    pub(super) fn set(&mut self, item: u32, key: u32, numbers: &[i64]) {
        let from = item as usize * (1 + self.numbers);
        self.words[from] = self.words[from] >> 32 << 32 | u64::from(key);
        for (word, number) in self.words[from + 1..].iter_mut().zip(numbers) {
            *word = number.cast_unsigned();
        }
    }

    pub(super) fn is_withdrawn(&self, item: u32) -> bool {
        self.withdrawn.contains(item as usize)
    }

    pub(super) fn withdraw(&mut self, item: u32, is_withdrawn: bool) {
        self.withdrawn.set(item as usize, is_withdrawn);
    }
}
