//! Evigrade by columns of Arrow.

use arrow_array::RecordBatch;
use arrow_array::types::ArrowDictionaryKeyType;
use evigrade::Compiled;
use evigrade_arrow::{Grader, Options};

use crate::columns::{batch, levels};
use crate::engine::{Engine, Fault};
use crate::workloads::{Record, certainty};

/// Records as columns of dictionaries.
///
/// Timed: binding the columns, grading the first record of each kind by the rules and looking up those after it, and copying
/// the levels out of the column that comes of it. Not timed: compiling the framework.
pub(crate) struct Batch {
    compiled: Compiled,
    batch: RecordBatch,
}

impl Batch {
    /// With keys of this width.
    pub(crate) fn new<K: ArrowDictionaryKeyType>(records: &[Record]) -> Result<Self, Fault> {
        Ok(Self { compiled: Compiled::new(&certainty())?, batch: batch::<K>(records) })
    }

    fn graded(&self, grades: &mut [u8], options: &Options) -> Result<(), Fault> {
        let graded = Grader::new(&self.compiled, &self.batch.schema(), options)?.grade(&self.batch)?;
        grades.copy_from_slice(&levels(&graded.columns));
        Ok(())
    }
}

impl Engine for Batch {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        self.graded(grades, &Options::new())
    }

    /// A number for each record of which the whole proof can be built again.
    fn explain(&mut self, grades: &mut [u8]) -> Result<bool, Fault> {
        self.graded(grades, &Options::new().proof_ids("proof-id"))?;
        Ok(true)
    }
}
