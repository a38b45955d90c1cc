//! What an engine is to the benchmark.

/// Why a run stopped.
pub(crate) type Fault = Box<dyn std::error::Error>;

/// An engine that holds one piece of work: its rule compiled, its facts in the form that suits it best.
///
/// Only the two functions are timed.
pub(crate) trait Engine {
    /// Writes the grade of everything, a byte each: all grades that the slice has room for.
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault>;

    /// The same, with what each grade rests on; false of an engine that has nothing of the kind.
    fn explain(&mut self, _grades: &mut [u8]) -> Result<bool, Fault> {
        Ok(false)
    }
}

/// A line of a table.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// The crate of it, by its name in `Cargo.lock`; nothing of what is written here by hand.
    pub(crate) package: Option<&'static str>,
    /// How many records or claims it is given: the first so many.
    pub(crate) count: usize,
    pub(crate) engine: Box<dyn Engine>,
}

impl Entry {
    pub(crate) fn new(
        name: &'static str,
        package: impl Into<Option<&'static str>>,
        count: usize,
        engine: impl Engine + 'static,
    ) -> Self {
        Self { name, package: package.into(), count, engine: Box::new(engine) }
    }
}
