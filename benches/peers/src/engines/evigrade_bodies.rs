//! Evigrade by columns of items.

use evigrade::Compiled;

use crate::engine::{Engine, Fault};
use crate::workloads::bodies::Bodies;
use crate::workloads::certainty_of_bodies;
use crate::workloads::claims::from_columns;

/// Claims, items and links between claims as columns.
///
/// Timed: binding the facts, adding up the items of each claim, grading the first claim of each kind by the rules and looking
/// up those after it, and the same of parents. Not timed: compiling the framework.
pub(crate) struct Corpus {
    compiled: Compiled,
    bodies: Bodies,
}

impl Corpus {
    pub(crate) fn new(bodies: &Bodies) -> Result<Self, Fault> {
        Ok(Self { compiled: Compiled::new(&certainty_of_bodies())?, bodies: bodies.clone() })
    }
}

impl Engine for Corpus {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        let graded = from_columns(&self.compiled, &self.bodies)?;
        for (grade, level) in grades.iter_mut().zip(graded.levels()) {
            *grade = level.map_or(u8::MAX, |level| level as u8);
        }
        Ok(())
    }
}
