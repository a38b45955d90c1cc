//! What decisions can be together, where something is missing: tables written out over facts alone.

use std::collections::BTreeSet;

use super::{Evaluator, Exactly, MOST_WAYS, possible};
use crate::compile::diagram::{Diagram, VariableId};
use crate::grade::frame::Frame;

impl Evaluator<'_> {
    /// Replaces what tables told one by one by what they tell together, where something is open.
    pub(super) fn make_exact(&self, frame: &mut Frame) {
        let level = self.level();
        let loose = |position: &usize| frame.results[*position].is_loose();
        let loose: BTreeSet<usize> = match self.exactly {
            Exactly::Nothing => return,
            Exactly::These(wanted) => wanted.iter().copied().filter(loose).collect(),
            Exactly::Everything => (0..level.decisions.len()).filter(loose).collect(),
        };
        if loose.is_empty() {
            return;
        }
        let decided = level.decisions.iter().zip(&frame.results);
        let opaque: BTreeSet<VariableId> =
            decided.filter(|(_, result)| result.judged.is_some()).map(|(decision, _)| decision.output).collect();
        // One chain of all that is asked serves every frame; where it is too large, one of those that are
        // loose may do.
        let asked: BTreeSet<usize> = match self.exactly {
            Exactly::These(wanted) => wanted.clone(),
            Exactly::Nothing | Exactly::Everything => (0..level.decisions.len()).collect(),
        };
        let chain = self.compiled.chain(self.on, &opaque, &asked);
        let Some(chain) = chain.or_else(|| self.compiled.chain(self.on, &opaque, &loose)) else {
            frame.exact = false;
            return;
        };
        // A derived value that is open may not take every value that its cells allow, and what it
        // takes goes together with its arguments.
        let any_open = level.derived.iter().any(|derived| !frame.slot(derived.output).is_one());
        let derived = |diagram: Diagram, frame: &Frame| {
            if !(any_open && frame.exact) {
                return false;
            }
            let support = chain.diagrams.support(diagram, &frame.inputs());
            support.map_or(true, |support| support.into_iter().any(|variable| level.is_derived(variable)))
        };
        if derived(chain.whole, frame) {
            frame.exact = false;
        }
        for position in loose {
            let decision = &level.decisions[position];
            let Some(value) = chain.values[position] else { continue };
            let bearing = &chain.bearing[position];
            let together = chain.diagrams.possible_where(&[value], bearing, &frame.inputs(), &|_| (), MOST_WAYS);
            match together {
                Some(tuples) => {
                    let leaves: BTreeSet<u32> = tuples.iter().filter_map(|tuple| tuple.first().copied()).collect();
                    if leaves.len() > 1 && derived(value, frame) {
                        frame.exact = false;
                    }
                    if !leaves.is_empty() {
                        frame.results[position].computed = possible(decision, &leaves);
                        self.settle(frame, position);
                    }
                }
                None => frame.exact = false,
            }
        }
    }
}
