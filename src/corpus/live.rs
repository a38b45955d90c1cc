//! A corpus that stays graded while items come, change and go.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::Direction::Incoming;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::engine::Engine;
use super::lanes::{Together, add, take};
use super::store::{Bearing, Claims, Items, Links, NOTHING};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::records::{Key, Outcome};

/// A claim of a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claim(pub(super) u32);

/// An item of a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item(u32);

/// A grade that moved: what came of a claim before and after, by the numbers that [`Corpus::outcome_of`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The claim.
    pub claim: Claim,
    /// What came of it before; nothing of a claim that is new.
    pub before: Option<u32>,
    /// What comes of it now.
    pub after: u32,
}

/// What a node of the graph is, by its place among all of its kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Claim(u32),
    Item(u32),
}

/// Claims, the items that bear on them and the claims that rest on them, as a graph that stays graded.
#[derive(Debug)]
pub struct Corpus<'c> {
    pub(super) engine: Engine<'c>,
    pub(super) graph: DiGraph<What, Bearing>,
    pub(super) claims: Claims,
    pub(super) items: Items,
    together: Together,
    /// Claims that are to be graded again, those first that others rest on.
    pub(super) waiting: BinaryHeap<Reverse<(u32, u32)>>,
    /// Links between claims that were added since all was graded: the claim from which each goes.
    pub(super) added: Vec<(u32, Bearing)>,
    /// Whether claims were added since all was graded.
    pub(super) has_new: bool,
    /// Whether all claims are gone through in order.
    pub(super) is_in_order: bool,
    pub(super) moved: Vec<Moved>,
}

impl<'c> Corpus<'c> {
    pub(super) fn new(engine: Engine<'c>) -> Self {
        Self {
            graph: DiGraph::new(),
            claims: Claims::new(&engine.of_items, &engine.of_claims),
            items: Items::new(engine.items.number_count()),
            engine,
            together: Together::default(),
            waiting: BinaryHeap::new(),
            added: Vec::new(),
            has_new: false,
            is_in_order: false,
            moved: Vec::new(),
        }
    }

    /// Makes room for so many claims, items, and links of both, so that no more memory is taken than they need.
    pub fn reserve(&mut self, claims: usize, items: usize, links: usize) {
        self.claims.reserve(claims);
        self.items.reserve(items);
        self.graph.reserve_exact_nodes(claims + items);
        self.graph.reserve_exact_edges(links);
    }

    /// How many claims there are.
    #[must_use]
    pub fn claim_count(&self) -> usize {
        self.claims.len()
    }

    /// How many items there are.
    #[must_use]
    pub fn item_count(&self) -> usize {
        self.items.len()
    }

    /// All claims, in the order in which they were added.
    pub fn claims(&self) -> impl Iterator<Item = Claim> + use<> {
        (0..u32::try_from(self.claims.len()).unwrap_or(NOTHING)).map(Claim)
    }

    /// Adds a claim of which the facts of this key are known.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is no key of claims.
    pub fn add_claim(&mut self, key: Key) -> Result<Claim, Refused> {
        let key = within(key, self.engine.claim_size(), "claims")?;
        let claim = small(self.claims.len(), "claims")?;
        let node = small(self.graph.node_count(), "claims and items")?;
        self.graph.add_node(What::Claim(claim));
        self.claims.push(key, node);
        self.has_new = true;
        Ok(Claim(claim))
    }

    /// Adds an item of which the facts of this key are known, with its numbers in the order in which these were bound, each in
    /// units of its last digit. Where the key says that a number is unknown, any will do. It bears on no claim as yet.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is no key of items, there are not as many numbers as were bound, or all numbers together are more than
    /// can be added up exactly.
    pub fn add_item(&mut self, key: Key, numbers: &[i64]) -> Result<Item, Refused> {
        let key = self.item_key(key, numbers)?;
        let item = small(self.items.len(), "items")?;
        let node = small(self.graph.node_count(), "claims and items")?;
        self.weigh(key, numbers)?;
        self.graph.add_node(What::Item(item));
        self.items.push(key, node, numbers);
        Ok(Item(item))
    }

    /// Lets an item bear on a claim, with what the key says of the link.
    ///
    /// # Errors
    ///
    /// [`Refused`] if one of them is not of this corpus, the item bears on the claim already, or it is no key that goes with that
    /// of the item.
    pub fn bear(&mut self, item: Item, claim: Claim, link: Key) -> Result<(), Refused> {
        self.know_item(item)?;
        self.know_claim(claim)?;
        let key = self.items.key(item.0);
        let link = self.link_of_item(key, link.number())?;
        let (from, to) = (node(self.items.node(item.0)), node(self.claims.node(claim.0)));
        let is_known = match self.items.links(item.0) {
            Links::None => false,
            Links::One(link) => link.to == claim.0,
            Links::Many => self.graph.edges(from).any(|link| link.weight().to == claim.0),
        };
        if is_known {
            let message = format!("item {} bears on claim {} twice", item.0, claim.0);
            return Err(Diagnostic::error(Code::DuplicateLink, message).help("link them once").into());
        }
        small(self.graph.edge_count(), "links")?;
        let bearing = Bearing { to: claim.0, key: link };
        self.graph.add_edge(from, to, bearing);
        self.items.set_links(item.0, self.items.links(item.0).and(bearing));
        if !self.items.is_withdrawn(item.0) {
            self.count(item.0, claim.0, key + link, true);
        }
        Ok(())
    }

    /// Lets a claim rest on another, with what the key says of the link. It is graded so once all is settled.
    ///
    /// # Errors
    ///
    /// [`Refused`] if one of them is not of this corpus, or it is no key of links.
    pub fn rest(&mut self, parent: Claim, child: Claim, link: Key) -> Result<(), Refused> {
        self.know_claim(parent)?;
        self.know_claim(child)?;
        let key = within(link, self.engine.links.size(), "links")?;
        self.added.push((child.0, Bearing { to: parent.0, key: small32(key) }));
        Ok(())
    }

    /// Says otherwise of an item: its key and its numbers.
    ///
    /// # Errors
    ///
    /// As of [`Corpus::add_item`], and [`Refused`] if the item is not of this corpus or its key does not go with its links.
    pub fn change(&mut self, item: Item, key: Key, numbers: &[i64]) -> Result<(), Refused> {
        let key = self.item_key(key, numbers)?;
        self.know_item(item)?;
        let links = self.links_of_item(item.0);
        for link in links.as_slice() {
            self.link_of_item(key, link.key.into())?;
        }
        self.weigh(key, numbers)?;
        let was = (0..self.engine.items.number_count())
            .filter(|place| self.engine.items.tells(self.items.key(item.0).into(), *place));
        self.together.take(was.map(self.items.numbers(item.0)));
        if !self.items.is_withdrawn(item.0) {
            let before = self.items.key(item.0);
            for Bearing { to, key: link } in links.as_slice() {
                self.count_change(item.0, *to, (before + link, key + link), numbers);
            }
        }
        self.items.set(item.0, key, numbers);
        Ok(())
    }

    /// Lets an item count for nothing, as where its source is retracted; or for what it says again.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is not of this corpus.
    pub fn withdraw(&mut self, item: Item, is_withdrawn: bool) -> Result<(), Refused> {
        self.know_item(item)?;
        if self.items.is_withdrawn(item.0) != is_withdrawn {
            self.count_all(item.0, !is_withdrawn);
            self.items.withdraw(item.0, is_withdrawn);
        }
        Ok(())
    }

    /// Says otherwise of a claim.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is not of this corpus, or it is no key of claims.
    pub fn change_claim(&mut self, claim: Claim, key: Key) -> Result<(), Refused> {
        let key = within(key, self.engine.claim_size(), "claims")?;
        self.know_claim(claim)?;
        // What items give may hang on what they see of their claim.
        let items = self.items_of(claim.0);
        for (item, link) in &items {
            self.count(*item, claim.0, self.items.key(*item) + link, false);
        }
        self.claims.set_key(claim.0, key);
        for (item, link) in &items {
            self.count(*item, claim.0, self.items.key(*item) + link, true);
        }
        self.wait(claim.0);
        Ok(())
    }

    /// What came of a claim, as of the last time that all was settled.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is not of this corpus, or was added since.
    pub fn outcome(&self, claim: Claim) -> Result<&Outcome, Refused> {
        self.know_claim(claim)?;
        match self.claims.face(claim.0) {
            NOTHING => {
                let message = format!("claim {} is not graded yet", claim.0);
                Err(Diagnostic::error(Code::UnknownName, message).help("settle the corpus first").into())
            }
            face => Ok(&self.engine.face(face).outcome),
        }
    }

    /// What a number of a grade that moved stands for.
    #[must_use]
    pub fn outcome_of(&self, number: u32) -> Option<&Outcome> {
        self.engine.outcome(number)
    }

    /// The items that bear on a claim and were not withdrawn, in the order in which they were added, with their links.
    pub(super) fn items_of(&self, claim: u32) -> Vec<(u32, u32)> {
        self.bearing_on(claim, |what| match what {
            What::Item(item) => (!self.items.is_withdrawn(item)).then_some(item),
            What::Claim(_) => None,
        })
    }

    /// The claims that a claim rests on, in the order in which they were added, with the keys of the links.
    pub(super) fn children_of(&self, claim: u32) -> Vec<(u32, u32)> {
        self.bearing_on(claim, |what| match what {
            What::Claim(child) => Some(child),
            What::Item(_) => None,
        })
    }

    /// What bears on a claim and is wanted, in order, with the keys of the links.
    fn bearing_on(&self, claim: u32, wanted: impl Fn(What) -> Option<u32>) -> Vec<(u32, u32)> {
        let bearing = self.graph.edges_directed(node(self.claims.node(claim)), Incoming);
        let wanted = bearing.filter_map(|link| Some((wanted(self.graph[link.source()])?, link.weight().key)));
        let mut found: Vec<(u32, u32)> = wanted.collect();
        found.sort_unstable();
        found
    }

    /// Adds what an item gives to all claims on which it bears, or takes it back.
    fn count_all(&mut self, item: u32, is_more: bool) {
        let key = self.items.key(item);
        for Bearing { to, key: link } in self.links_of_item(item).as_slice() {
            self.count(item, *to, key + link, is_more);
        }
    }

    fn links_of_item(&self, item: u32) -> AllLinks {
        self.all(self.items.links(item), || self.items.node(item))
    }

    /// The links to claims that rest on a claim.
    pub(super) fn links_of_claim(&self, claim: u32) -> AllLinks {
        self.all(self.claims.links(claim), || self.claims.node(claim))
    }

    fn all(&self, links: Links, from: impl Fn() -> u32) -> AllLinks {
        match links {
            Links::None => AllLinks::Few(None),
            Links::One(link) => AllLinks::Few(Some(link)),
            Links::Many => AllLinks::Many(self.graph.edges(node(from())).map(|link| *link.weight()).collect()),
        }
    }

    fn count(&mut self, item: u32, claim: u32, key: u32, is_more: bool) {
        let effect = self.engine.effect_of_item(self.claims.key(claim), key.into());
        let effect = self.engine.effect(effect);
        let (row, numbers) = (self.claims.item_lanes(claim), self.items.numbers(item));
        if is_more {
            add(row, effect, numbers);
            if self.engine.of_items.is_filling(row) {
                self.widen();
            }
        } else {
            take(row, effect, numbers);
        }
        self.wait(claim);
    }

    /// Takes back what an item gave to a claim, and adds what it gives now.
    fn count_change(&mut self, item: u32, claim: u32, (before, after): (u32, u32), numbers: &[i64]) {
        let key = self.claims.key(claim);
        let before = self.engine.effect_of_item(key, before.into());
        let after = self.engine.effect_of_item(key, after.into());
        let (before, after) = (self.engine.effect(before), self.engine.effect(after));
        let row = self.claims.item_lanes(claim);
        take(row, before, self.items.numbers(item));
        add(row, after, |number| numbers[number]);
        if self.engine.of_items.is_filling(row) {
            self.widen();
        }
        self.wait(claim);
    }

    /// Gives lanes more bits.
    #[cold]
    pub(super) fn widen(&mut self) {
        let before = (self.engine.of_items.clone(), self.engine.of_claims.clone());
        self.engine.widen();
        let after = (&self.engine.of_items, &self.engine.of_claims);
        self.claims = self.claims.resized((&before.0, &before.1), after);
    }

    pub(super) fn wait(&mut self, claim: u32) {
        let rank = self.claims.rank(claim);
        // What is new is found when claims are brought into order.
        if rank != NOTHING && !self.claims.is_waiting(claim) {
            self.claims.set_waiting(claim, true);
            if !self.is_in_order {
                self.waiting.push(Reverse((rank, claim)));
            }
        }
    }

    fn item_key(&self, key: Key, numbers: &[i64]) -> Result<u32, Refused> {
        let count = self.engine.items.number_count();
        if numbers.len() != count {
            let message = format!("an item has {} numbers, and {count} were bound", numbers.len());
            return Err(Diagnostic::error(Code::WrongType, message).into());
        }
        let key = within(key, self.engine.items.size(), "items")?;
        if !self.engine.items.are_of(key, numbers) {
            let message = format!("the numbers {numbers:?} are not those of the key {key}");
            return Err(Diagnostic::error(Code::UnknownValue, message).help("add up the keys of these numbers").into());
        }
        Ok(small32(key))
    }

    /// Takes note of the numbers that a key says are known.
    fn weigh(&mut self, key: u32, numbers: &[i64]) -> Result<(), Refused> {
        let items = &self.engine.items;
        let told = numbers.iter().enumerate().filter(|(place, _)| items.tells(key.into(), *place));
        self.together.add(told.map(|(_, number)| *number))
    }

    /// The key of a link of an item that goes with the key of the item.
    fn link_of_item(&self, key: u32, link: u64) -> Result<u32, Refused> {
        if !self.engine.items.go_together(key.into(), link) {
            let message = format!("a link of key {link} does not go with an item of key {key}");
            let help = "say facts of items by their keys, and of each link alone what is a word, and not of both";
            return Err(Diagnostic::error(Code::UnknownValue, message).help(help).into());
        }
        Ok(small32(link))
    }

    fn know_item(&self, item: Item) -> Result<(), Refused> {
        if (item.0 as usize) < self.items.len() { Ok(()) } else { Err(stranger("item")) }
    }

    pub(super) fn know_claim(&self, claim: Claim) -> Result<(), Refused> {
        if (claim.0 as usize) < self.claims.len() { Ok(()) } else { Err(stranger("claim")) }
    }
}

/// All links that go from something.
pub(super) enum AllLinks {
    Few(Option<Bearing>),
    Many(Vec<Bearing>),
}

impl AllLinks {
    pub(super) fn as_slice(&self) -> &[Bearing] {
        match self {
            Self::Few(link) => link.as_slice(),
            Self::Many(links) => links,
        }
    }
}

pub(super) fn node(place: u32) -> NodeIndex {
    NodeIndex::new(place as usize)
}

fn stranger(what: &str) -> Refused {
    Diagnostic::error(Code::UnknownName, format!("the {what} is of another corpus")).into()
}

fn within(key: Key, size: u64, what: &str) -> Result<u64, Refused> {
    if key.number() >= size {
        let message = format!("{} is no key of {what}, of which there are {size}", key.number());
        return Err(Diagnostic::error(Code::UnknownValue, message).help("add up the keys of what was bound").into());
    }
    Ok(key.number())
}

/// A key that 32 bits hold, as those of items and of links do.
fn small32(key: u64) -> u32 {
    u32::try_from(key).unwrap_or(NOTHING)
}

/// A place among things that 32 bits number.
fn small(place: usize, what: &str) -> Result<u32, Refused> {
    u32::try_from(place).ok().filter(|place| *place < NOTHING).ok_or_else(|| {
        let message = format!("there are more {what} than 32 bits number");
        Diagnostic::error(Code::TooLarge, message).help("divide them among several corpora").into()
    })
}
