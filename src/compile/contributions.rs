//! What the measures over evidence ask of an item, written out over facts alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Compiled;
use super::chain::Chain;
use super::diagram::{Diagram, VariableId};
use super::formula::Formula;
use crate::framework::Over;

/// What the measures over evidence ask of an item, written out over facts alone.
#[derive(Debug)]
pub(crate) struct Contributions {
    pub(crate) chain: Chain,
    /// What every measure over evidence asks.
    pub(crate) asked: Vec<AskedOfItems>,
}

/// What a measure over evidence asks of an item, written out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AskedOfItems {
    /// The position of the measure.
    pub(crate) measure: usize,
    pub(crate) filter: Diagram,
    pub(crate) prefer: Diagram,
    pub(crate) holds: Diagram,
    /// What it is made of.
    pub(crate) of: Diagram,
}

impl Compiled {
    /// What the measures over evidence ask of an item, written out over facts alone.
    pub(crate) fn contributions(&self, opaque: &BTreeSet<VariableId>) -> Option<Arc<Contributions>> {
        let mut chains = self.chains.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let entry = chains.contributions.entry(opaque.clone());
        entry.or_insert_with(|| self.write_contributions(opaque).map(Arc::new)).clone()
    }

    pub(crate) fn write_contributions(&self, opaque: &BTreeSet<VariableId>) -> Option<Contributions> {
        let of_measures = self.measures.iter().filter(|measure| measure.over == Over::Evidence);
        let asked = of_measures.flat_map(|measure| {
            let conditions = [&measure.filter, &measure.prefer, &measure.condition];
            let conditions = conditions.into_iter().flatten();
            let read = conditions.flat_map(|(_, holds)| self.items.diagrams.variables(*holds));
            // Itself, not its diagram: a number that no rule cuts has one cell, and so no diagram.
            read.chain(measure.of.map(|(variable, _)| variable))
        });
        let wanted = asked.filter_map(|variable| self.items.position_of(variable)).collect();
        let mut chain = Chain::new(&self.items, opaque, &wanted).ok()?;
        let mut asked = Vec::new();
        for (position, measure) in self.measures.iter().enumerate() {
            if measure.over != Over::Evidence {
                continue;
            }
            let mut condition = |asked: &Option<(Formula, Diagram)>| match asked {
                Some((_, holds)) => chain.condition(&self.items, *holds),
                None => Ok(Diagram::TRUE),
            };
            let filter = condition(&measure.filter).ok()?;
            let prefer = condition(&measure.prefer).ok()?;
            let holds = condition(&measure.condition).ok()?;
            let of = match measure.of {
                Some((variable, _)) => chain.variable(&self.items, variable).ok()?,
                None => Diagram::TRUE,
            };
            asked.push(AskedOfItems { measure: position, filter, prefer, holds, of });
        }
        Some(Contributions { chain, asked })
    }
}
