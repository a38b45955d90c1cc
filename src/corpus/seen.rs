//! What claims see of those that they rest on.

use crate::compile::Compiled;
use crate::compile::diagram::VariableId;
use crate::compile::level::Level;
use crate::compile::space::{Known, Role};
use crate::document::shape::Subject;
use crate::framework::Over;
use crate::framework::names::{Index, Named, Scope};
use crate::name::Name;

/// Something that claims see of those that they rest on.
#[derive(Debug)]
pub(super) struct Visible {
    pub(super) name: Name,
    /// Its variable among those of claims, if it has one.
    pub(super) variable: Option<VariableId>,
    /// Whether it is a fact of which they ask whether it is missing.
    pub(super) may_be_missed: bool,
}

/// What claims see of those that they rest on.
pub(super) fn visible(compiled: &Compiled, index: &Index<'_>) -> Vec<Visible> {
    let space = &compiled.children.space;
    let seen = space.iter().filter(|(_, variable)| variable.role == Role::Value);
    let seen = seen.map(|(_, variable)| &variable.name).filter(|name| is_of_claims(index, name));
    let visible = |name: &Name| Visible {
        name: name.clone(),
        variable: compiled.claims.space.value_of(name.as_str()),
        may_be_missed: space.closed_of(name.as_str()).is_some()
            && matches!(index.get(Scope::Child, name.as_str()), Some(Named::Fact(_))),
    };
    seen.map(visible).collect()
}

/// Whether it is said of a claim, and not of the link to it.
fn is_of_claims(index: &Index<'_>, name: &Name) -> bool {
    match index.get(Scope::Child, name.as_str()) {
        Some(Named::Fact(fact)) => fact.subject == Subject::Claim,
        Some(Named::BuiltIn(built_in)) => built_in.of_claims,
        named => named.is_some_and(Named::is_worked_out),
    }
}

/// Whether a measure over claims is made of a number of theirs of which a cell tells too little.
pub(super) fn is_visible_number(compiled: &Compiled, index: &Index<'_>) -> bool {
    let over_claims = compiled.measures.iter().filter(|measure| measure.over == Over::Claims);
    let variables = over_claims.filter_map(|measure| Some(compiled.children.space.get(measure.of?.0)));
    let mut numbers = variables.filter(|variable| matches!(variable.domain.known, Known::Numbers { .. }));
    // What decisions come to is worked out, and so known exactly.
    let is_decided = |name: &Name| matches!(index.get(Scope::Child, name.as_str()), Some(Named::Decision(_)));
    numbers.any(|variable| is_of_claims(index, &variable.name) && !is_decided(&variable.name))
}

/// Whether anything of a level reads a name.
pub(super) fn is_read(level: &Level, name: &Name) -> bool {
    let space = &level.space;
    space.value_of(name.as_str()).is_some() || space.closed_of(name.as_str()).is_some()
}
