//! Settling a corpus: grading again what changes can touch, claims before those that rest on them.

use std::cmp::Reverse;

use super::engine::ItemRow;
use super::lanes::{add, take};
use super::live::{Claim, Corpus, Moved, What, node};
use super::order::{ByClaim, order};
use super::store::{Bearing, NOTHING};
use crate::diagnostic::Refused;

impl Corpus<'_> {
    /// Grades again what the changes since the last time can touch, and tells which grades moved: each claim once, those first
    /// on which others rest.
    ///
    /// # Errors
    ///
    /// [`Refused`] if a claim rests on another twice, or claims rest on each other in a circle; then all links are left out that
    /// were added since the last time.
    pub fn settle(&mut self) -> Result<&[Moved], Refused> {
        self.moved.clear();
        if self.has_new || !self.added.is_empty() {
            let order = self.rank()?;
            self.is_in_order = true;
            for claim in order {
                if self.claims.is_waiting(claim) {
                    self.claims.set_waiting(claim, false);
                    self.grade(claim);
                }
            }
            self.is_in_order = false;
        }
        while let Some(Reverse((_, claim))) = self.waiting.pop() {
            self.claims.set_waiting(claim, false);
            self.grade(claim);
        }
        Ok(&self.moved)
    }

    /// Brings claims into order with the links that were added, and lets all wait that are new or rest on more.
    fn rank(&mut self) -> Result<Vec<u32>, Refused> {
        let between = self.graph.raw_edges().iter().filter_map(|link| match self.graph[link.source()] {
            What::Claim(child) => Some((child, link.weight.to)),
            What::Item(_) => None,
        });
        let added = self.added.iter().map(|(child, link)| (*child, link.to));
        let (children, parents): (Vec<u32>, Vec<u32>) = between.chain(added).unzip();
        let count = self.claims.len();
        let order = order(count, &parents, &ByClaim::new(count, &children)).inspect_err(|_| self.added.clear())?;
        for (rank, claim) in (0..).zip(&order) {
            self.claims.set_rank(*claim, rank);
        }
        for (child, link) in std::mem::take(&mut self.added) {
            let (from, to) = (self.claims.node(child), self.claims.node(link.to));
            self.graph.add_edge(node(from), node(to), link);
            self.claims.set_links(child, self.claims.links(child).and(link));
            let face = self.claims.face(child);
            if face != NOTHING {
                self.pass_on(face, link, true);
            }
            self.wait(link.to);
        }
        for claim in &order {
            if self.claims.face(*claim) == NOTHING {
                self.wait(*claim);
            }
        }
        self.has_new = false;
        // All that wait are met in order.
        self.waiting.clear();
        Ok(order)
    }

    fn grade(&mut self, claim: u32) {
        let before = self.claims.face(claim);
        let (items, claims) = self.claims.lanes(claim);
        let known = self.engine.face_of_rows(self.claims.key(claim), items, claims);
        let after = known.unwrap_or_else(|| self.grade_apart(claim));
        if after == before {
            return;
        }
        self.claims.set_face(claim, after);
        let is_new = before == NOTHING;
        if is_new || self.engine.face(before).outcome != self.engine.face(after).outcome {
            self.moved.push(Moved { claim: Claim(claim), before: (!is_new).then_some(before), after });
        }
        for link in self.links_of_claim(claim).as_slice() {
            if !is_new {
                self.pass_on(before, *link, false);
            }
            self.pass_on(after, *link, true);
            self.wait(link.to);
        }
    }

    /// Adds what came of a claim to one that rests on it, or takes it back.
    fn pass_on(&mut self, face: u32, link: Bearing, is_more: bool) {
        let effect = self.engine.effect_of_claim(face, link.key.into());
        let effect = self.engine.effect(effect);
        let row = self.claims.claim_lanes(link.to);
        if !is_more {
            take(row, effect, |_| 0);
            return;
        }
        add(row, effect, |_| 0);
        if self.engine.of_claims.is_filling(row) {
            self.widen();
        }
    }

    /// What comes of a claim by its items one by one.
    fn grade_apart(&mut self, claim: u32) -> u32 {
        let row = |(item, link): (u32, u32)| -> ItemRow {
            let numbers = (0..self.engine.items.number_count()).map(self.items.numbers(item)).collect();
            (u64::from(self.items.key(item) + link), numbers)
        };
        let items: Vec<ItemRow> = self.items_of(claim).into_iter().map(row).collect();
        let children = self.children_of(claim).into_iter();
        let children: Vec<(u32, u64)> = children.map(|(child, link)| (self.claims.face(child), link.into())).collect();
        self.engine.face_of_all(self.claims.key(claim), &items, &children)
    }
}
