//! What can occur at all: the assumptions of a level, joined where they bear on something in common.

use std::collections::BTreeSet;

use super::diagram::{Cells, Diagram, Diagrams, TooLarge, VariableId};

/// Assumptions that share variables, and share none with the others.
#[derive(Debug)]
pub(crate) struct Part {
    /// What they ask of.
    pub(crate) reads: BTreeSet<VariableId>,
    /// Where none of them is contradicted.
    pub(crate) holds: Diagram,
    /// Whether they rule something out where all that they ask of is open.
    pub(crate) binds_open: bool,
}

/// Where no assumption is contradicted.
#[derive(Debug, Default)]
pub(crate) struct Legal {
    pub(crate) parts: Vec<Part>,
}

impl Legal {
    /// Of diagrams that are 1 where an assumption is not contradicted. What tests later variables is
    /// joined first, so that diagrams grow from below.
    pub(crate) fn new(diagrams: &mut Diagrams, mut holds: Vec<Diagram>) -> Result<Self, TooLarge> {
        let first = |diagrams: &Diagrams, holds: Diagram| diagrams.branch(holds).map(|(variable, _)| variable);
        holds.sort_by_key(|holds| std::cmp::Reverse(first(diagrams, *holds)));
        let mut joined: Vec<(BTreeSet<VariableId>, Diagram)> = Vec::new();
        for mut holds in holds {
            let mut reads = diagrams.variables(holds);
            let (shared, apart): (Vec<_>, Vec<_>) =
                joined.into_iter().partition(|(other, _)| !other.is_disjoint(&reads));
            joined = apart;
            for (other, part) in shared {
                reads.extend(other);
                holds = diagrams.and(holds, part)?;
            }
            joined.push((reads, holds));
        }
        joined.sort_by_key(|(_, holds)| std::cmp::Reverse(first(diagrams, *holds)));
        let parts = joined.into_iter().filter(|(_, holds)| *holds != Diagram::TRUE).map(|(reads, holds)| {
            let allowed = diagrams.allowed(holds, &|_| Cells::Any);
            let binds_open = allowed.iter().any(|(_, cells)| cells.count_ones(..) < cells.len());
            Part { reads, holds, binds_open }
        });
        Ok(Self { parts: parts.collect() })
    }

    /// All parts together.
    pub(crate) fn whole(&self, diagrams: &mut Diagrams) -> Result<Diagram, TooLarge> {
        self.parts.iter().try_fold(Diagram::TRUE, |whole, part| diagrams.and(part.holds, whole))
    }

    /// Whether what is known can be so at all.
    pub(crate) fn can_occur<'c>(&self, diagrams: &Diagrams, inputs: &dyn Fn(VariableId) -> Cells<'c>) -> bool {
        self.parts.iter().all(|part| diagrams.can_be(part.holds, 1, inputs))
    }

    /// The parts that bear on something that asks of these variables.
    pub(crate) fn bearing_on(&self, reads: &BTreeSet<VariableId>) -> Vec<Diagram> {
        self.parts.iter().filter(|part| !part.reads.is_disjoint(reads)).map(|part| part.holds).collect()
    }
}
