//! Claims with eight items each, in columns, and parents that stand on claims.

use super::Random;

/// How many items a claim has.
pub(crate) const ITEMS_OF_A_CLAIM: usize = 8;

/// What claims and their parents come to, a byte a grade, the claims first: of a thousand claims, and of a hundred thousand.
pub(crate) const BODIES_OF_A_THOUSAND: u32 = 0xbc74_9a33;
pub(crate) const BODIES_OF_A_HUNDRED_THOUSAND: u32 = 0xe10a_5e82;

/// Items and claims, a column a fact; words by their places, claims and parents by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bodies {
    /// The claim of each item; all others of an item stand at the same place.
    pub(crate) claim: Vec<u32>,
    /// expert, nrsi, rct.
    pub(crate) design: Vec<u8>,
    /// low, some, high.
    pub(crate) bias: Vec<u8>,
    /// negative, null, positive.
    pub(crate) direction: Vec<u8>,
    pub(crate) participants: Vec<u32>,
    /// The parent of each claim.
    pub(crate) parent: Vec<u32>,
    /// Whether the parent falls with the claim.
    pub(crate) critical: Vec<bool>,
    /// How many parents there are; some have no claim.
    pub(crate) parents: usize,
}

impl Bodies {
    /// The same with its items in some other order, always the same.
    pub(crate) fn shuffled(&self) -> Self {
        let mut random = Random::new(0x5EED_0003);
        let mut order: Vec<usize> = (0..self.claim.len()).collect();
        for place in (1..order.len()).rev() {
            order.swap(place, random.below(place as u64 + 1) as usize);
        }
        Self {
            claim: order.iter().map(|&item| self.claim[item]).collect(),
            design: order.iter().map(|&item| self.design[item]).collect(),
            bias: order.iter().map(|&item| self.bias[item]).collect(),
            direction: order.iter().map(|&item| self.direction[item]).collect(),
            participants: order.iter().map(|&item| self.participants[item]).collect(),
            ..self.clone()
        }
    }
}

/// So many claims, the items of each one after the other.
pub(crate) fn bodies(count: usize) -> Bodies {
    let mut random = Random::new(0x5EED_0002);
    let parents = (count / 8).max(1);
    let mut all = Bodies { parents, ..Bodies::default() };
    for claim in 0..count {
        let kind = random.pick(&[60, 30, 10]);
        let dominant = random.pick(&[20, 20, 60]);
        for _ in 0..ITEMS_OF_A_CLAIM {
            all.claim.push(claim as u32);
            all.design.push(match kind {
                0 => 2,
                1 => 1,
                _ => random.pick(&[20, 40, 40]),
            });
            all.bias.push(random.pick(&[60, 25, 15]));
            all.direction.push(if random.below(100) < 70 { dominant } else { random.below(3) as u8 });
            all.participants.push(5 + random.below(396) as u32);
        }
        all.parent.push(random.below(parents as u64) as u32);
        all.critical.push(random.below(100) < 60);
    }
    all
}
