//! A corpus that stays graded while items come, change and go.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::Direction::Incoming;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::engine::{Engine, ItemRow};
use super::order::order;
use super::rows::Rows;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::records::{Key, Outcome};

/// A claim of a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claim(u32);

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

/// Claims and items by their places among all of their kind.
#[derive(Clone, Copy, Debug)]
enum What {
    Claim(u32),
    Item(u32),
}

/// What came of a claim that was not graded yet.
const NOTHING: u32 = u32::MAX;

/// What is known of a claim beside its lanes.
#[derive(Clone, Copy, Debug)]
struct State {
    key: u64,
    face: u32,
    /// Where it stands among all claims, those before that it rests on.
    rank: u32,
    node: u32,
    is_waiting: bool,
}

/// What is known of an item beside its numbers.
#[derive(Clone, Copy, Debug)]
struct Held {
    key: u32,
    node: u32,
    /// Whether it counts for nothing.
    is_withdrawn: bool,
}

/// Claims, the items that bear on them and the claims that rest on them, as a graph that stays graded.
#[derive(Debug)]
pub struct Corpus<'c> {
    engine: Engine<'c>,
    rows: Rows,
    /// Links go from items to the claims on which they bear, and from claims to those that rest on them; they bear the keys of
    /// what is said of them.
    graph: DiGraph<What, u32>,
    states: Vec<State>,
    items: Vec<Held>,
    /// The numbers of all items, one after another.
    numbers: Vec<i64>,
    /// Claims that are to be graded again, those first that others rest on.
    waiting: BinaryHeap<Reverse<(u32, u32)>>,
    /// Links between claims that were added since all was graded: the claims at both ends, and the key.
    added: Vec<(u32, u32, u32)>,
    /// Whether claims were added since all was graded.
    has_new: bool,
    moved: Vec<Moved>,
}

impl<'c> Corpus<'c> {
    pub(super) fn new(engine: Engine<'c>) -> Self {
        let rows = Rows::new(&engine);
        Self {
            engine,
            rows,
            graph: DiGraph::new(),
            states: Vec::new(),
            items: Vec::new(),
            numbers: Vec::new(),
            waiting: BinaryHeap::new(),
            added: Vec::new(),
            has_new: false,
            moved: Vec::new(),
        }
    }

    /// Makes room for so many claims, items, and links of both, so that no more memory is taken than they need.
    pub fn reserve(&mut self, claims: usize, items: usize, links: usize) {
        self.rows.reserve(claims);
        self.states.reserve_exact(claims);
        self.items.reserve_exact(items);
        self.numbers.reserve_exact(items * self.engine.items.number_count());
        self.graph.reserve_exact_nodes(claims + items);
        self.graph.reserve_exact_edges(links);
    }

    /// How many claims there are.
    #[must_use]
    pub fn claim_count(&self) -> usize {
        self.states.len()
    }

    /// How many items there are.
    #[must_use]
    pub fn item_count(&self) -> usize {
        self.items.len()
    }

    /// Adds a claim of which the facts of this key are known.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is no key of claims.
    pub fn add_claim(&mut self, key: Key) -> Result<Claim, Refused> {
        let key = within(key, self.engine.claim_size(), "claims")?;
        let claim = small(self.states.len(), "claims")?;
        let node = small(self.graph.node_count(), "claims and items")?;
        self.graph.add_node(What::Claim(claim));
        self.rows.grow(1);
        self.states.push(State { key, face: NOTHING, rank: NOTHING, node, is_waiting: false });
        self.has_new = true;
        Ok(Claim(claim))
    }

    /// Adds an item of which the facts of this key are known, with its numbers in the order in which these were bound, each in
    /// units of its last digit. Where the key says that a number is unknown, any will do. It bears on no claim as yet.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is no key of items, or there are not as many numbers as were bound.
    pub fn add_item(&mut self, key: Key, numbers: &[i64]) -> Result<Item, Refused> {
        let key = self.item_key(key, numbers)?;
        let item = small(self.items.len(), "items")?;
        let node = small(self.graph.node_count(), "claims and items")?;
        self.rows.weigh(numbers.iter().copied())?;
        self.graph.add_node(What::Item(item));
        self.items.push(Held { key, node, is_withdrawn: false });
        self.numbers.extend_from_slice(numbers);
        Ok(Item(item))
    }

    /// Lets an item bear on a claim, with what the key says of the link.
    ///
    /// # Errors
    ///
    /// [`Refused`] if one of them is not of this corpus, or it is no key that goes with that of the item.
    pub fn bear(&mut self, item: Item, claim: Claim, link: Key) -> Result<(), Refused> {
        let (held, state) = (*self.held(item)?, *self.state(claim)?);
        let size = self.engine.items.size();
        within(Key::from(link.number().saturating_add(held.key.into())), size, "items with their links")?;
        let link = u32::try_from(link.number()).unwrap_or(u32::MAX);
        self.graph.add_edge(NodeIndex::new(held.node as usize), NodeIndex::new(state.node as usize), link);
        if !held.is_withdrawn {
            self.count(item, claim, held.key + link, true);
        }
        Ok(())
    }

    /// Lets a claim rest on another, with what the key says of the link. It is graded so once all is settled.
    ///
    /// # Errors
    ///
    /// [`Refused`] if one of them is not of this corpus, or it is no key of links.
    pub fn rest(&mut self, parent: Claim, child: Claim, link: Key) -> Result<(), Refused> {
        self.state(parent)?;
        self.state(child)?;
        let link = within(link, self.engine.links.size(), "links")?;
        self.added.push((parent.0, child.0, u32::try_from(link).unwrap_or(u32::MAX)));
        Ok(())
    }

    /// Says otherwise of an item: its key and its numbers.
    ///
    /// # Errors
    ///
    /// As of [`Corpus::add_item`], and [`Refused`] if the item is not of this corpus or its key does not go with its links.
    pub fn change(&mut self, item: Item, key: Key, numbers: &[i64]) -> Result<(), Refused> {
        let key = self.item_key(key, numbers)?;
        let held = *self.held(item)?;
        let edges = self.graph.edges(NodeIndex::new(held.node as usize));
        let greatest = edges.map(|edge| u64::from(*edge.weight())).max().unwrap_or_default();
        within(Key::from(greatest + u64::from(key)), self.engine.items.size(), "items with their links")?;
        self.rows.weigh(numbers.iter().copied())?;
        if !held.is_withdrawn {
            self.count_all(item, false);
        }
        let item_place = item.0 as usize;
        self.items[item_place].key = key;
        let from = item_place * numbers.len();
        self.numbers[from..from + numbers.len()].copy_from_slice(numbers);
        if !held.is_withdrawn {
            self.count_all(item, true);
        }
        Ok(())
    }

    /// Lets an item count for nothing, as where its source is retracted; or for what it says again.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is not of this corpus.
    pub fn withdraw(&mut self, item: Item, is_withdrawn: bool) -> Result<(), Refused> {
        if self.held(item)?.is_withdrawn != is_withdrawn {
            self.count_all(item, !is_withdrawn);
            self.items[item.0 as usize].is_withdrawn = is_withdrawn;
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
        self.state(claim)?;
        let items = self.items_of(claim);
        // What items give may hang on what they see of their claim.
        for (item, link) in &items {
            self.count(*item, claim, self.items[item.0 as usize].key + link, false);
        }
        self.states[claim.0 as usize].key = key;
        for (item, link) in &items {
            self.count(*item, claim, self.items[item.0 as usize].key + link, true);
        }
        self.wait(claim.0);
        Ok(())
    }

    /// Grades again what the changes since the last time can touch, and tells which grades moved: each claim once, those first
    /// on which others rest. Where claims rest on each other in a circle, links that were added since are taken out again.
    ///
    /// # Errors
    ///
    /// [`Refused`] if claims rest on each other in a circle.
    pub fn settle(&mut self) -> Result<&[Moved], Refused> {
        self.moved.clear();
        if !self.added.is_empty() || self.has_new {
            self.rank()?;
        }
        while let Some(Reverse((_, claim))) = self.waiting.pop() {
            self.states[claim as usize].is_waiting = false;
            self.grade(claim);
        }
        Ok(&self.moved)
    }

    /// What comes of a claim, as of the last time that all was settled.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is not of this corpus, or was added since.
    pub fn outcome(&self, claim: Claim) -> Result<&Outcome, Refused> {
        match self.state(claim)?.face {
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
        self.engine.outcomes().nth(number as usize)
    }

    /// All claims, in the order in which they were added.
    pub fn claims(&self) -> impl Iterator<Item = Claim> + use<> {
        (0..u32::try_from(self.states.len()).unwrap_or(u32::MAX)).map(Claim)
    }

    /// Brings claims into order with the links that were added, and lets all wait that are new or rest on more.
    fn rank(&mut self) -> Result<(), Refused> {
        let (mut parents, mut children) = (Vec::new(), Vec::new());
        for edge in self.graph.raw_edges() {
            if let (What::Claim(child), What::Claim(parent)) = (self.graph[edge.source()], self.graph[edge.target()]) {
                parents.push(parent);
                children.push(child);
            }
        }
        parents.extend(self.added.iter().map(|(parent, ..)| *parent));
        children.extend(self.added.iter().map(|(_, child, _)| *child));
        let order = order(self.states.len(), &parents, &children).inspect_err(|_| self.added.clear())?;
        if order.is_empty() {
            for (rank, state) in (0..).zip(&mut self.states) {
                state.rank = rank;
            }
        }
        for (rank, claim) in (0..).zip(&order) {
            self.states[*claim as usize].rank = rank;
        }
        for (parent, child, link) in std::mem::take(&mut self.added) {
            let (from, to) = (self.states[child as usize], self.states[parent as usize].node);
            self.graph.add_edge(NodeIndex::new(from.node as usize), NodeIndex::new(to as usize), link);
            if from.face != NOTHING {
                let effect = self.engine.effect_of_claim(from.face, link.into());
                self.rows.add_claim(parent as usize, self.engine.effect(effect));
            }
            self.wait(parent);
        }
        self.has_new = false;
        // Ranks are others now.
        let mut waiting: Vec<u32> = std::mem::take(&mut self.waiting).into_iter().map(|Reverse((_, claim))| claim).collect();
        let new = (0..).zip(&mut self.states).filter(|(_, state)| state.face == NOTHING && !state.is_waiting);
        waiting.extend(new.map(|(claim, state)| {
            state.is_waiting = true;
            claim
        }));
        self.waiting = waiting.into_iter().map(|claim| Reverse((self.states[claim as usize].rank, claim))).collect();
        Ok(())
    }

    fn grade(&mut self, claim: u32) {
        let place = claim as usize;
        let State { key, face: before, node, .. } = self.states[place];
        let known = self.engine.face_of_rows(key, self.rows.items(place), self.rows.claims(place));
        let after = known.unwrap_or_else(|| self.grade_apart(Claim(claim)));
        if after == before {
            return;
        }
        self.states[place].face = after;
        let is_moved = before == NOTHING || self.engine.face(before).outcome != self.engine.face(after).outcome;
        if is_moved {
            let before = (before != NOTHING).then_some(before);
            self.moved.push(Moved { claim: Claim(claim), before, after });
        }
        let mut parents = self.graph.neighbors(NodeIndex::new(node as usize)).detach();
        while let Some((edge, parent)) = parents.next(&self.graph) {
            let (What::Claim(parent), link) = (self.graph[parent], self.graph[edge]) else { continue };
            if before != NOTHING {
                let effect = self.engine.effect_of_claim(before, link.into());
                self.rows.take_claim(parent as usize, self.engine.effect(effect));
            }
            let effect = self.engine.effect_of_claim(after, link.into());
            self.rows.add_claim(parent as usize, self.engine.effect(effect));
            self.wait(parent);
        }
    }

    /// What comes of a claim by its items one by one.
    fn grade_apart(&mut self, claim: Claim) -> u32 {
        let items = self.item_rows(claim);
        let children = self.children_of(claim).into_iter().map(|(child, link)| (self.states[child.0 as usize].face, link));
        let children: Vec<(u32, u64)> = children.collect();
        self.engine.face_of_all(self.states[claim.0 as usize].key, &items, &children)
    }

    /// The items that bear on a claim and were not withdrawn, in the order in which they were added, with their links.
    fn items_of(&self, claim: Claim) -> Vec<(Item, u32)> {
        let node = NodeIndex::new(self.states[claim.0 as usize].node as usize);
        let bearing = self.graph.edges_directed(node, Incoming).filter_map(|edge| match self.graph[edge.source()] {
            What::Item(item) => Some((Item(item), *edge.weight())),
            What::Claim(_) => None,
        });
        let mut bearing: Vec<(Item, u32)> =
            bearing.filter(|(item, _)| !self.items[item.0 as usize].is_withdrawn).collect();
        bearing.sort_unstable();
        bearing
    }

    fn item_rows(&self, claim: Claim) -> Vec<ItemRow> {
        let count = self.engine.items.number_count();
        let row = |(item, link): (Item, u32)| {
            let place = item.0 as usize;
            let numbers = self.numbers[place * count..(place + 1) * count].to_vec();
            (u64::from(self.items[place].key + link), numbers)
        };
        self.items_of(claim).into_iter().map(row).collect()
    }

    /// The claims that a claim rests on, in the order in which they were added, with the keys of the links.
    fn children_of(&self, claim: Claim) -> Vec<(Claim, u64)> {
        let node = NodeIndex::new(self.states[claim.0 as usize].node as usize);
        let below = self.graph.edges_directed(node, Incoming).filter_map(|edge| match self.graph[edge.source()] {
            What::Claim(child) => Some((Claim(child), u64::from(*edge.weight()))),
            What::Item(_) => None,
        });
        let mut below: Vec<(Claim, u64)> = below.collect();
        below.sort_unstable();
        below
    }

    /// Adds what an item gives to all claims on which it bears, or takes it back.
    fn count_all(&mut self, item: Item, is_more: bool) {
        let Held { key, node, .. } = self.items[item.0 as usize];
        let mut claims = self.graph.neighbors(NodeIndex::new(node as usize)).detach();
        while let Some((edge, claim)) = claims.next(&self.graph) {
            if let What::Claim(claim) = self.graph[claim] {
                self.count(item, Claim(claim), key + self.graph[edge], is_more);
            }
        }
    }

    fn count(&mut self, item: Item, claim: Claim, key: u32, is_more: bool) {
        let place = claim.0 as usize;
        let effect = self.engine.effect_of_item(self.states[place].key, key.into());
        let from = item.0 as usize * self.engine.items.number_count();
        let effect = self.engine.effect(effect);
        let number = |number: usize| self.numbers[from + number];
        if is_more {
            self.rows.add_item(place, effect, number);
        } else {
            self.rows.take_item(place, effect, number);
        }
        self.wait(claim.0);
    }

    fn wait(&mut self, claim: u32) {
        let state = &mut self.states[claim as usize];
        // What is new is found when claims are brought into order.
        if !state.is_waiting && state.rank != NOTHING {
            state.is_waiting = true;
            self.waiting.push(Reverse((state.rank, claim)));
        }
    }

    fn item_key(&self, key: Key, numbers: &[i64]) -> Result<u32, Refused> {
        let count = self.engine.items.number_count();
        if numbers.len() != count {
            let message = format!("an item has {} numbers, and {count} were bound", numbers.len());
            return Err(Diagnostic::error(Code::WrongType, message).into());
        }
        let key = within(key, self.engine.items.size(), "items")?;
        Ok(u32::try_from(key).unwrap_or(u32::MAX))
    }

    fn held(&self, item: Item) -> Result<&Held, Refused> {
        self.items.get(item.0 as usize).ok_or_else(|| stranger("item"))
    }

    fn state(&self, claim: Claim) -> Result<&State, Refused> {
        self.states.get(claim.0 as usize).ok_or_else(|| stranger("claim"))
    }
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

/// A place among things that 32 bits number.
fn small(place: usize, what: &str) -> Result<u32, Refused> {
    u32::try_from(place).ok().filter(|place| *place < NOTHING).ok_or_else(|| {
        let message = format!("there are more {what} than 32 bits number");
        Diagnostic::error(Code::TooLarge, message).help("divide them among several corpora").into()
    })
}
