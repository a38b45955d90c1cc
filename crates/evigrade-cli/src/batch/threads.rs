//! The threads that grade, where there is more than one has to do.

use std::path::Path;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::arguments::Bulk;
use crate::output::Failure;

/// Up to how many bytes of input one thread is done before others have started.
const LITTLE: u64 = 1 << 16;

/// Threads, or only the one that there is.
pub(crate) struct Threads(Option<ThreadPool>);

impl Threads {
    /// As many as are asked for, or as the machine has; none beside the one that there is for a small file.
    pub(crate) fn new(wanted: Option<usize>, (input, from): (&Path, Bulk)) -> Result<Self, Failure> {
        // Few bytes of Parquet may be many rows.
        let is_little = from != Bulk::Parquet
            && std::fs::metadata(input).is_ok_and(|known| known.is_file() && known.len() <= LITTLE);
        if is_little {
            return Ok(Self(None));
        }
        let pool = ThreadPoolBuilder::new().num_threads(wanted.unwrap_or_default()).build();
        Ok(Self(Some(pool.map_err(|error| Failure::Ours(format!("threads cannot be started: {error}")))?)))
    }

    /// Whether there is only the one.
    pub(crate) const fn is_alone(&self) -> bool {
        self.0.is_none()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.as_ref().map_or(1, ThreadPool::current_num_threads)
    }

    /// Does two things, at the same time where that can be.
    pub(crate) fn join<A: Send, B: Send>(
        &self,
        one: impl FnOnce() -> A + Send,
        other: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        match &self.0 {
            Some(pool) => pool.join(one, other),
            None => (one(), other()),
        }
    }

    /// Makes something of each, in their order.
    pub(crate) fn each<T: Send, R: Send>(
        &self,
        items: impl ExactSizeIterator<Item = T>,
        make: impl Fn(T) -> R + Send + Sync,
    ) -> Vec<R> {
        match &self.0 {
            Some(pool) => {
                let items: Vec<T> = items.collect();
                pool.install(|| items.into_par_iter().map(make).collect())
            }
            None => items.map(make).collect(),
        }
    }
}
