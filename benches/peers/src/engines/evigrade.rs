//! Evigrade by rows.

use evigrade::Compiled;
use evigrade::records::Binding;

use crate::engine::{Engine, Fault};
use crate::workloads::{Bound, Record, certainty};

/// Records as structs, in which words stand by their places.
///
/// Timed: binding the facts, making the key of each record, grading the first record of each kind by the rules and looking
/// up those after it. Not timed: compiling the framework.
pub(crate) struct Rows {
    compiled: Compiled,
    records: Vec<Record>,
    proofs: Vec<(u32, u32)>,
}

impl Rows {
    pub(crate) fn new(records: &[Record]) -> Result<Self, Fault> {
        let compiled = Compiled::new(&certainty())?;
        Ok(Self { compiled, records: records.to_vec(), proofs: vec![(0, 0); records.len()] })
    }
}

impl Engine for Rows {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        let mut binding = Binding::new(&self.compiled)?;
        let bound = Bound::new(&mut binding);
        let records = binding.records();
        for (grade, record) in grades.iter_mut().zip(&self.records) {
            *grade = bound.key(record).map_or(u8::MAX, |key| records.grade(key) as u8);
        }
        Ok(())
    }

    /// The key and the number of studies, of which the whole proof can be built again.
    fn explain(&mut self, grades: &mut [u8]) -> Result<bool, Fault> {
        let mut binding = Binding::new(&self.compiled)?;
        let bound = Bound::new(&mut binding);
        let records = binding.records();
        for ((grade, proof), record) in grades.iter_mut().zip(&mut self.proofs).zip(&self.records) {
            let key = bound.key(record).ok_or("a record has no key")?;
            *grade = records.grade(key) as u8;
            *proof = (key.number() as u32, record.studies);
        }
        Ok(true)
    }
}
