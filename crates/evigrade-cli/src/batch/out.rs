//! What is written of rows.

use super::{Done, ParquetOut, Sink};
use crate::output::Failure;

/// Where graded rows go.
pub(crate) enum Out {
    /// As lines.
    Text(Sink),
    /// As columns.
    Parquet(Box<ParquetOut>),
}

impl Out {
    /// Writes what came of some rows.
    pub(crate) fn take(&mut self, done: &Done) -> Result<(), Failure> {
        match self {
            Self::Text(sink) => sink.write(&done.text),
            Self::Parquet(out) => {
                done.rows.iter().try_for_each(|fields| out.row(fields))?;
                done.table.iter().try_for_each(|table| out.table(table))
            }
        }
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Text(sink) => sink.finish(),
            Self::Parquet(out) => out.finish(),
        }
    }
}
