//! Genes: lists of small numbers of which models and cases are drawn, and which shrink.

use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;

/// A list of small numbers. The smaller they are, the simpler is what is drawn of them.
pub(crate) type Gene = Vec<u8>;

/// Of what a framework is drawn.
#[derive(Clone, Debug)]
pub(crate) struct ModelGenes {
    pub(crate) parameters: Vec<Gene>,
    pub(crate) facts: Vec<Gene>,
    pub(crate) derived: Vec<Gene>,
    pub(crate) measures: Vec<Gene>,
    /// Decisions on items, each with its rules.
    pub(crate) of_items: Vec<(Gene, Vec<Gene>)>,
    pub(crate) of_claims: Vec<(Gene, Vec<Gene>)>,
    pub(crate) assumptions: Vec<Gene>,
    pub(crate) rest: Gene,
}

/// Of what a case is drawn.
#[derive(Clone, Debug)]
pub(crate) struct CaseGenes {
    pub(crate) claims: Vec<Gene>,
    pub(crate) items: Vec<Gene>,
    pub(crate) judgements: Vec<Gene>,
    pub(crate) rest: Gene,
}

fn gene(length: usize) -> impl Strategy<Value = Gene> {
    vec(any::<u8>(), length)
}

fn genes(length: usize, count: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Gene>> {
    vec(gene(length), count)
}

pub(crate) fn models() -> impl Strategy<Value = ModelGenes> {
    let decisions = |count: std::ops::RangeInclusive<usize>| vec((gene(16), genes(24, 1..=4)), count);
    let parts = (
        genes(6, 0..=2),
        genes(24, 1..=6),
        genes(10, 0..=2),
        genes(40, 0..=4),
        decisions(0..=2),
        decisions(1..=4),
        genes(16, 0..=1),
        gene(24),
    );
    parts.prop_map(|(parameters, facts, derived, measures, of_items, of_claims, assumptions, rest)| ModelGenes {
        parameters,
        facts,
        derived,
        measures,
        of_items,
        of_claims,
        assumptions,
        rest,
    })
}

pub(crate) fn cases() -> impl Strategy<Value = CaseGenes> {
    let parts = (genes(24, 1..=3), genes(32, 0..=4), genes(4, 0..=2), gene(16));
    parts.prop_map(|(claims, items, judgements, rest)| CaseGenes { claims, items, judgements, rest })
}

/// Reads a gene from its beginning; beyond its end every number is 0.
pub(crate) struct Draw<'g> {
    gene: &'g [u8],
    at: usize,
}

impl<'g> Draw<'g> {
    pub(crate) const fn new(gene: &'g Gene) -> Self {
        Self { gene: gene.as_slice(), at: 0 }
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let drawn = usize::from(self.gene.get(self.at).copied().unwrap_or_default());
        self.at += 1;
        drawn * count / 256
    }

    /// True in so many of a hundred draws.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(crate) fn maybe<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| self.pick(from))
    }

    /// A whole number between two, both included.
    pub(crate) fn between(&mut self, least: i128, greatest: i128) -> i128 {
        let count = usize::try_from(greatest - least + 1).expect("the greatest is not less");
        least + self.below(count) as i128
    }
}
