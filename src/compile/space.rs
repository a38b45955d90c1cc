//! Variables and their cells: how endless values become few.
//!
//! A name that conditions mention is a variable. Its values fall into cells: a choice has a cell
//! for each value, a number is cut at the thresholds that the rules mention and nowhere else, and
//! each way of being unknown has a cell of its own. *Missing* has none: what is missing may be in
//! any cell. Only to a decision that asks whether something is missing is *missing* one more value.

mod domain;
mod range;

use std::collections::BTreeSet;

use rust_decimal::Decimal;

pub(crate) use self::domain::{Bounds, Cut, Domain, Known, Steps, day, days};
pub(crate) use self::range::range_of;
use super::diagram::{HashMap, HashSet, VariableId};
use crate::framework::Comparison;
use crate::name::{Name, Word};

/// A variable of a compiled framework.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) name: Name,
    pub(crate) role: Role,
    pub(crate) domain: Domain,
}

/// What a variable tells of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    /// The value. What is missing may be any value.
    Value,
    /// The value for those that ask whether it is missing: to them *missing* is one more value.
    Closed,
}

/// What the rules distinguish, collected by name.
#[derive(Default)]
pub(crate) struct Distinctions {
    pub(crate) cuts: HashMap<Name, BTreeSet<Cut>>,
    pub(crate) words: HashMap<Name, BTreeSet<Word>>,
    /// Names of which a rule asks whether they are missing.
    pub(crate) missing: HashSet<Name>,
}

impl Distinctions {
    pub(crate) fn word(&mut self, name: &Name, word: &str) {
        let words = self.words.entry(name.clone()).or_default();
        if !words.contains(word) {
            words.insert(word.into());
        }
    }

    pub(crate) fn cut(&mut self, name: &Name, comparison: Option<Comparison>, at: Decimal) {
        let cuts = self.cuts.entry(name.clone()).or_default();
        match comparison {
            Some(Comparison::Less | Comparison::AtLeast) => {
                cuts.insert(Cut { at, after: false });
            }
            Some(Comparison::AtMost | Comparison::More) => {
                cuts.insert(Cut { at, after: true });
            }
            None => {
                cuts.insert(Cut { at, after: false });
                cuts.insert(Cut { at, after: true });
            }
        }
    }
}

/// The variables of one scope, in the order in which diagrams test them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Space {
    variables: Vec<Variable>,
    values: HashMap<Name, VariableId>,
    closed: HashMap<Name, VariableId>,
}

impl Space {
    pub(crate) fn add(&mut self, variable: Variable) -> Option<VariableId> {
        let by_name = match variable.role {
            Role::Value => &mut self.values,
            Role::Closed => &mut self.closed,
        };
        if let Some(known) = by_name.get(&variable.name) {
            return Some(*known);
        }
        let id = VariableId(u16::try_from(self.variables.len()).ok()?);
        by_name.insert(variable.name.clone(), id);
        self.variables.push(variable);
        Some(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.variables.len()
    }

    pub(crate) fn get(&self, id: VariableId) -> &Variable {
        &self.variables[id.index()]
    }

    pub(crate) fn value_of(&self, name: &str) -> Option<VariableId> {
        self.values.get(name).copied()
    }

    pub(crate) fn closed_of(&self, name: &str) -> Option<VariableId> {
        self.closed.get(name).copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (VariableId, &Variable)> {
        self.variables
            .iter()
            .enumerate()
            .map(|(index, variable)| (VariableId(u16::try_from(index).unwrap_or(u16::MAX)), variable))
    }
}
