//! What a corpus keeps of its claims and items: all of one thing side by side, for a change touches little and that at once.

use fixedbitset::FixedBitSet;

use super::lanes::Plan;

/// What came of a claim that was not graded yet, and where it stands that has no place as yet.
pub(super) const NOTHING: u32 = u32::MAX;
/// How many words stand before the lanes of a claim.
const HEAD: usize = 4;
/// How many words stand before the numbers of an item.
const ITEM_HEAD: usize = 2;

/// A link from an item to a claim on which it bears, or from a claim to one that rests on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bearing {
    /// The claim to which it goes, so that its node need not be looked at.
    pub(super) to: u32,
    /// What is said of the link.
    pub(super) key: u32,
}

/// The links that go from something, as far as it is known without a look at the graph: of most there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    None,
    One(Bearing),
    Many,
}

impl Links {
    /// With one more.
    pub(super) const fn and(self, link: Bearing) -> Self {
        match self {
            Self::None => Self::One(link),
            Self::One(_) | Self::Many => Self::Many,
        }
    }

    const fn word(self) -> u64 {
        match self {
            Self::None => u64::MAX,
            Self::Many => u64::MAX - (1 << 32),
            Self::One(link) => (link.key as u64) << 32 | link.to as u64,
        }
    }

    /// No link goes to a place that there is not.
    const fn of(word: u64) -> Self {
        match (word as u32, (word >> 32) as u32) {
            (NOTHING, u32::MAX) => Self::None,
            (NOTHING, _) => Self::Many,
            (to, key) => Self::One(Bearing { to, key }),
        }
    }
}

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
        self.words.extend([key, u64::MAX, node.into(), Links::None.word()]);
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

    /// The links to claims that rest on it.
    pub(super) fn links(&self, claim: u32) -> Links {
        Links::of(self.word(claim, 3))
    }

    pub(super) fn set_links(&mut self, claim: u32, links: Links) {
        self.set(claim, 3, links.word());
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

/// Items: what is known of each and on what it bears, then its numbers.
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
        self.words.reserve_exact(count * (ITEM_HEAD + self.numbers));
        self.withdrawn.grow(self.len() + count);
    }

    pub(super) fn len(&self) -> usize {
        self.words.len() / (ITEM_HEAD + self.numbers)
    }

    /// Adds an item by its key, its node and its numbers.
    pub(super) fn push(&mut self, key: u32, node: u32, numbers: &[i64]) {
        self.words.extend([u64::from(node) << 32 | u64::from(key), Links::None.word()]);
        self.words.extend(numbers.iter().map(|number| number.cast_unsigned()));
        self.withdrawn.grow(self.len());
    }

    pub(super) fn key(&self, item: u32) -> u32 {
        self.words[item as usize * (ITEM_HEAD + self.numbers)] as u32
    }

    pub(super) fn node(&self, item: u32) -> u32 {
        (self.words[item as usize * (ITEM_HEAD + self.numbers)] >> 32) as u32
    }

    /// The links to claims on which it bears.
    pub(super) fn links(&self, item: u32) -> Links {
        Links::of(self.words[item as usize * (ITEM_HEAD + self.numbers) + 1])
    }

    pub(super) fn set_links(&mut self, item: u32, links: Links) {
        self.words[item as usize * (ITEM_HEAD + self.numbers) + 1] = links.word();
    }

    pub(super) fn numbers(&self, item: u32) -> impl Fn(usize) -> i64 {
        let from = item as usize * (ITEM_HEAD + self.numbers) + ITEM_HEAD;
        move |number| self.words[from + number].cast_signed()
    }

    /// Says otherwise of an item.
    pub(super) fn set(&mut self, item: u32, key: u32, numbers: &[i64]) {
        let from = item as usize * (ITEM_HEAD + self.numbers);
        self.words[from] = self.words[from] >> 32 << 32 | u64::from(key);
        for (word, number) in self.words[from + ITEM_HEAD..].iter_mut().zip(numbers) {
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
