//! [`Bodies`] graded: from columns, and as a graph in which items change.

use evigrade::corpus::{Binding, Claim, Columns, Corpus, Grades, Item, Tables};
use evigrade::records::{Flags, Key, Numbers, Words};
use evigrade::{Compiled, Refused};

use super::Random;
use super::bodies::{Bodies, ITEMS_OF_A_CLAIM};

/// What items and links say, bound.
pub(crate) struct Bound {
    design: Words,
    bias: Words,
    direction: Words,
    participants: Numbers,
    critical: Flags,
}

impl Bound {
    pub(crate) fn new(binding: &mut Binding<'_>) -> Result<Self, Refused> {
        let items = binding.items();
        Ok(Self {
            design: items.words("item-design", &["expert", "nrsi", "rct"])?,
            bias: items.words("item-bias", &["low", "some", "high"])?,
            direction: items.words("item-direction", &["negative", "null", "positive"])?,
            participants: items.numbers("item-participants", 0, &[])?,
            critical: binding.links().flags("critical", &[])?,
        })
    }

    fn key(&self, item: &ItemOfBodies) -> Key {
        let known = |key: Option<Key>| key.expect("it was bound");
        known(self.design.at(item.design.into()))
            + known(self.bias.at(item.bias.into()))
            + known(self.direction.at(item.direction.into()))
            + known(self.participants.of_units(item.participants))
    }
}

/// What an item says.
#[derive(Clone, Copy)]
pub(crate) struct ItemOfBodies {
    design: u8,
    bias: u8,
    direction: u8,
    participants: i64,
}

/// Grades claims and, after them, their parents.
pub(crate) fn from_columns(compiled: &Compiled, bodies: &Bodies) -> Result<Grades, Refused> {
    let claims = bodies.parent.len();
    let mut binding = Binding::new(compiled)?;
    let bound = Bound::new(&mut binding)?;
    let parents: Vec<u32> = bodies.parent.iter().map(|parent| claims as u32 + parent).collect();
    let children: Vec<u32> = (0..claims as u32).collect();
    binding.grade(&Tables {
        claims: Columns::new(claims + bodies.parents),
        items: Columns::new(bodies.claim.len())
            .words(&bound.design, &bodies.design)
            .words(&bound.bias, &bodies.bias)
            .words(&bound.direction, &bodies.direction)
            .numbers(&bound.participants, bodies.participants.as_slice()),
        claim_of_item: &bodies.claim,
        links: Columns::new(claims).flags(&bound.critical, &bodies.critical),
        parent_of_link: &parents,
        child_of_link: &children,
    })
}

/// A corpus of claims with their items.
pub(crate) struct Graph<'c> {
    pub(crate) corpus: Corpus<'c>,
    pub(crate) claims: Vec<Claim>,
    items: Vec<Item>,
    bound: Bound,
}

impl<'c> Graph<'c> {
    /// Claims and, after them, their parents.
    pub(crate) fn flat(compiled: &'c Compiled, bodies: &Bodies) -> Result<Self, Refused> {
        let claims = bodies.parent.len();
        Self::new(compiled, bodies, bodies.parents, |claim| Some(claims + bodies.parent[claim] as usize))
    }

    /// Claims as a tree, eight of which each rests on.
    pub(crate) fn deep(compiled: &'c Compiled, bodies: &Bodies) -> Result<Self, Refused> {
        Self::new(compiled, bodies, 0, |claim| claim.checked_sub(1).map(|before| before / 8))
    }

    fn new(
        compiled: &'c Compiled,
        bodies: &Bodies,
        more: usize,
        parent: impl Fn(usize) -> Option<usize>,
    ) -> Result<Self, Refused> {
        let mut binding = Binding::new(compiled)?;
        let bound = Bound::new(&mut binding)?;
        let mut corpus = binding.corpus()?;
        let (count, items) = (bodies.parent.len() + more, bodies.claim.len());
        corpus.reserve(count, items, items + bodies.parent.len());
        let claims = (0..count).map(|_| corpus.add_claim(Key::default())).collect::<Result<Vec<_>, _>>()?;
        let mut graph = Self { corpus, claims, items: Vec::with_capacity(items), bound };
        for place in 0..items {
            let item = ItemOfBodies {
                design: bodies.design[place],
                bias: bodies.bias[place],
                direction: bodies.direction[place],
                participants: bodies.participants[place].into(),
            };
            let claim = graph.claims[bodies.claim[place] as usize];
            let item = graph.corpus.add_item(graph.bound.key(&item), &[item.participants])?;
            graph.corpus.bear(item, claim, Key::default())?;
            graph.items.push(item);
        }
        for (claim, critical) in bodies.critical.iter().enumerate() {
            if let Some(parent) = parent(claim) {
                let link = graph.bound.critical.of(*critical);
                graph.corpus.rest(graph.claims[parent], graph.claims[claim], link)?;
            }
        }
        graph.corpus.settle()?;
        Ok(graph)
    }

    /// So many changes of one item each, the same for as many items.
    pub(crate) fn changes(&self, count: usize) -> Vec<(Item, ItemOfBodies)> {
        let mut random = Random::new(0x5EED_0004);
        let change = |_| {
            let item = self.items[random.below(self.items.len() as u64) as usize];
            let said = ItemOfBodies {
                design: random.pick(&[10, 40, 50]),
                bias: random.pick(&[60, 25, 15]),
                direction: random.pick(&[20, 20, 60]),
                participants: 5 + random.below(396) as i64,
            };
            (item, said)
        };
        (0..count).map(change).collect()
    }

    /// Makes a change; how many grades moved.
    #[inline]
    pub(crate) fn change(&mut self, (item, said): (Item, ItemOfBodies)) -> usize {
        let key = self.bound.key(&said);
        self.corpus.change(item, key, &[said.participants]).expect("it is an item of the corpus");
        self.corpus.settle().expect("no claim rests on itself").len()
    }

    /// The level of each claim, a byte each.
    pub(crate) fn levels(&self) -> Vec<u8> {
        let levels = ["insufficient", "very-low", "low", "moderate", "high"];
        let level = |claim: &Claim| {
            let outcome = self.corpus.outcome(*claim).expect("it is graded");
            let place = levels.iter().position(|level| outcome.word() == Some(level));
            place.map_or(u8::MAX, |place| place as u8)
        };
        self.claims.iter().map(level).collect()
    }
}

/// How many items so many claims have.
pub(crate) const fn items_of(claims: usize) -> usize {
    claims * ITEMS_OF_A_CLAIM
}
