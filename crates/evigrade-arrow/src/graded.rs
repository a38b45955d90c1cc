//! What comes of a batch.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use evigrade::Refused;

use crate::grader::refused;

/// A row that has no level, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedRow {
    /// Its place in the batch, from 0.
    pub row: usize,
    /// The column whose value is none of its fact, and that value as text; nothing where no one column is at fault.
    pub at: Option<(String, String)>,
    /// Why it has none.
    pub reason: String,
}

/// What comes of a batch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Graded {
    /// What is added to the rows: the level as a dictionary of words, and the proof id where it is asked for. The words are
    /// those that the result can be, in its order, and then what else came out, as `high|moderate` or `not-applicable`.
    pub columns: RecordBatch,
    /// The rows whose level is null, in their order.
    pub refused: Vec<RefusedRow>,
}

impl Graded {
    /// The batch with what is added at its end.
    ///
    /// # Errors
    ///
    /// [`Refused`] if it is a batch of another number of rows.
    pub fn beside(&self, batch: &RecordBatch) -> Result<RecordBatch, Refused> {
        let (of_batch, added) = (batch.schema(), self.columns.schema());
        let fields: Vec<_> = of_batch.fields().iter().chain(added.fields()).cloned().collect();
        let columns = batch.columns().iter().chain(self.columns.columns()).cloned().collect();
        let schema = Schema::new_with_metadata(fields, of_batch.metadata().clone());
        RecordBatch::try_new(Arc::new(schema), columns).map_err(|error| refused(error.to_string()))
    }
}
