//! Self-tests: the worked examples and enumerations of frameworks, the published grades of cases.
//!
//! ```
//! use evigrade::{Frameworks, selftest};
//!
//! let frameworks = Frameworks::built_in();
//! let rob2 = frameworks.find("rob2")?;
//! assert!(selftest::framework(rob2)?.iter().all(|test| test.passed()));
//! # Ok::<(), evigrade::Refused>(())
//! ```

mod enumeration;
pub(crate) mod example;
mod expectation;
mod mutant;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

pub use self::expectation::case;
pub use self::mutant::{CaughtBy, Mutant, caught, changes_nothing, mutants};
use crate::compile::{Compiled, parameter_problem};
use crate::diagnostic::{Diagnostic, Label, Refused};
use crate::document::reader::Literal;
use crate::framework::{Framework, Given};
use crate::name::Name;
use crate::value::Value;

/// What a test tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A worked example of a framework.
    Example,
    /// A count over all combinations of facts.
    Enumeration,
    /// A published grade of a claim.
    Expectation,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Example => "example",
            Self::Enumeration => "enumeration",
            Self::Expectation => "expectation",
        }
    }
}

/// How a test came out.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Test {
    /// What it tests.
    pub kind: Kind,
    /// The framework or case that it belongs to.
    pub of: String,
    /// Its id there; for an expectation the claim and the framework.
    pub id: String,
    /// What came out otherwise than it says; nothing if it passed.
    pub failure: Option<Diagnostic>,
    /// Why it is known that the rules give something else than was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_difference: Option<String>,
}

impl Test {
    /// Whether it came out as it says.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// Runs the examples and enumerations of a framework, in the order of the file.
///
/// # Errors
///
/// The framework cannot be compiled.
pub fn framework(framework: &Arc<Framework>) -> Result<Vec<Test>, Refused> {
    let mut compiled = CompiledBy::new(framework);
    compiled.with(&[])?;
    let mut tests = Vec::new();
    for example in framework.examples() {
        let failure = example::run(&mut compiled, example).err().map(|failure| *failure);
        let (of, id) = (framework.id.as_str().to_owned(), example.id.as_str().to_owned());
        tests.push(Test { kind: Kind::Example, of, id, failure, known_difference: None });
    }
    for enumeration in framework.enumerations() {
        let failure = enumeration::run(&mut compiled, enumeration).err().map(|failure| *failure);
        let (of, id) = (framework.id.as_str().to_owned(), enumeration.id.as_str().to_owned());
        tests.push(Test { kind: Kind::Enumeration, of, id, failure, known_difference: None });
    }
    Ok(tests)
}

/// A framework compiled for each set of parameters that its tests ask for.
pub(crate) struct CompiledBy {
    framework: Arc<Framework>,
    known: BTreeMap<Vec<(Name, Value)>, Arc<Compiled>>,
}

impl CompiledBy {
    pub(crate) fn new(framework: &Arc<Framework>) -> Self {
        Self { framework: Arc::clone(framework), known: BTreeMap::new() }
    }

    pub(crate) fn with(&mut self, parameters: &[Given]) -> Result<Arc<Compiled>, Refused> {
        let mut set: BTreeMap<Name, Value> = BTreeMap::new();
        for given in parameters {
            let value = match &given.value.value {
                Literal::Flag(flag) => Value::Flag(*flag),
                Literal::Number(number) => Value::Number(*number),
                Literal::Date(date) => Value::Date(*date),
                Literal::Text(text) => Value::Choice(text.as_str().into()),
            };
            if let Some(mut problem) = parameter_problem(&self.framework, &given.name, &value) {
                let label = Label { span: given.name_span.clone(), text: String::new() };
                problem.labels.insert(0, label);
                return Err(problem.into());
            }
            set.insert(given.name.clone(), value);
        }
        let key: Vec<(Name, Value)> = set.clone().into_iter().collect();
        if let Some(known) = self.known.get(&key) {
            return Ok(Arc::clone(known));
        }
        let compiled = Arc::new(Compiled::with_parameters(&self.framework, &set)?);
        self.known.insert(key, Arc::clone(&compiled));
        Ok(compiled)
    }
}
