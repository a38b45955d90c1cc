//! The facts of a framework, by name: they are looked up for every item that is graded.

use std::sync::Arc;

use super::Compiled;
use super::diagram::HashMap;
use crate::framework::Framework;
use crate::name::Name;
use crate::vocabulary::FactDefinition;

/// The position of every fact in the framework's list; of two that share a name, that of the first.
pub(super) fn by_name(framework: &Framework) -> HashMap<Name, usize> {
    let facts = framework.facts.iter().enumerate().rev();
    facts.map(|(position, fact)| (fact.name.clone(), position)).collect()
}

impl Compiled {
    /// The fact of this name.
    pub(crate) fn fact(&self, name: &Name) -> Option<&Arc<FactDefinition>> {
        self.facts.get(name).map(|position| &self.framework.facts[*position])
    }
}
