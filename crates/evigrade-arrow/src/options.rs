//! How batches are graded.

/// Which column tells which fact, and what is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) by_name: bool,
    pub(crate) refuse_others: bool,
    pub(crate) level: String,
    pub(crate) proof_id: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// Each column tells the fact of its name, other columns are ignored, and one column is added: `level`.
    #[must_use]
    pub fn new() -> Self {
        let level = "level".to_owned();
        Self { columns: Vec::new(), by_name: true, refuse_others: false, level, proof_id: None }
    }

    /// Takes a fact from a column, whatever that is called.
    #[must_use]
    pub fn column(mut self, fact: impl Into<String>, column: impl Into<String>) -> Self {
        self.columns.push((fact.into(), column.into()));
        self
    }

    /// Takes no fact from a column only because it is called the same.
    #[must_use]
    pub const fn only_named(mut self) -> Self {
        self.by_name = false;
        self
    }

    /// Refuses a schema with columns that tell no fact.
    #[must_use]
    pub const fn refuse_others(mut self) -> Self {
        self.refuse_others = true;
        self
    }

    /// Calls the column of levels so.
    #[must_use]
    pub fn level(mut self, name: impl Into<String>) -> Self {
        self.level = name.into();
        self
    }

    /// Adds a column of this name with numbers from which [`Grader::proof`](crate::Grader::proof) builds proofs again.
    #[must_use]
    pub fn proof_ids(mut self, name: impl Into<String>) -> Self {
        self.proof_id = Some(name.into());
        self
    }
}
