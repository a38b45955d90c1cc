//! What one writes by hand in Rust for claims: loops over columns.

use crate::engine::{Engine, Fault};
use crate::workloads::bodies::Bodies;

/// What is counted of the items of a claim.
#[derive(Clone, Copy)]
struct Counts {
    items: u32,
    total: u32,
    high: u32,
    directions: [u32; 3],
    start: u8,
}

impl Counts {
    const NONE: Self = Self { items: 0, total: 0, high: 0, directions: [0; 3], start: 4 };

    fn add(&mut self, design: u8, bias: u8, direction: u8, participants: u32) {
        self.items += 1;
        self.total += participants;
        self.high += u32::from(bias == 2);
        self.directions[usize::from(direction)] += 1;
        self.start = self.start.min(1 << design);
    }

    fn grade(&self) -> u8 {
        let bias = u8::from(4 * self.high >= self.items) + u8::from(2 * self.high >= self.items);
        let mixed = self.directions.iter().all(|&count| 2 * count <= self.items);
        let imprecision = u8::from(self.total < 1500) + u8::from(self.total < 1200);
        let down = bias + u8::from(mixed) + imprecision;
        let positive = 2 * self.directions[2] > self.items;
        let up = u8::from(self.start == 2 && down == 0 && positive && self.total >= 1800);
        (self.start + up).saturating_sub(down).max(1)
    }
}

/// Writes the grades of parents after those of claims.
fn grade_parents(bodies: &Bodies, grades: &mut [u8]) {
    let (claims, parents) = grades.split_at_mut(bodies.parent.len());
    parents.fill(u8::MAX);
    for ((&grade, &parent), &critical) in claims.iter().zip(&bodies.parent).zip(&bodies.critical) {
        if critical {
            let least = &mut parents[parent as usize];
            *least = grade.min(*least);
        }
    }
    for grade in parents.iter_mut().filter(|grade| **grade == u8::MAX) {
        *grade = 0;
    }
}

/// Timed: all. Items of a claim stand one after the other, so that one claim is counted at a time.
pub(crate) struct Sorted(Bodies);

impl Sorted {
    pub(crate) fn new(bodies: &Bodies) -> Self {
        Self(bodies.clone())
    }
}

impl Engine for Sorted {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        let all = &self.0;
        let facts = all.design.iter().zip(&all.bias).zip(&all.direction).zip(&all.participants);
        let mut at = 0;
        let mut counts = Counts::NONE;
        for (&claim, (((&design, &bias), &direction), &participants)) in all.claim.iter().zip(facts) {
            if claim != at {
                grades[at as usize] = counts.grade();
                counts = Counts::NONE;
                at = claim;
            }
            counts.add(design, bias, direction, participants);
        }
        grades[at as usize] = counts.grade();
        grade_parents(all, grades);
        Ok(())
    }
}

/// Timed: all. Items may stand in any order: the counts of all claims are kept.
pub(crate) struct AnyOrder(Bodies);

impl AnyOrder {
    pub(crate) fn new(bodies: &Bodies) -> Self {
        Self(bodies.clone())
    }
}

impl Engine for AnyOrder {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        let all = &self.0;
        let facts = all.design.iter().zip(&all.bias).zip(&all.direction).zip(&all.participants);
        let mut counts = vec![Counts::NONE; all.parent.len()];
        for (&claim, (((&design, &bias), &direction), &participants)) in all.claim.iter().zip(facts) {
            counts[claim as usize].add(design, bias, direction, participants);
        }
        for (grade, counts) in grades.iter_mut().zip(&counts) {
            *grade = counts.grade();
        }
        grade_parents(all, grades);
        Ok(())
    }
}
