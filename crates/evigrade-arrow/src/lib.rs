//! Records of Arrow batches graded by the rules of Evigrade: a [`RecordBatch`](arrow_array::RecordBatch) in, one out.
//!
//! A column tells the fact that is called the same, or that it is said to tell ([`Options::column`]). Its values are read as
//! their text is in a table: a null and empty text are missing, a number is what its digits say, `true` and `1` are so. Each
//! different value of a dictionary is read once a batch, and a row is graded by adding up small numbers.
//!
//! A row with a value that its fact cannot have, or with facts that cannot be together, has no level: its level is null, and
//! it is told in [`Graded::refused`] with the column and the reason. So a null always has a reason.
//!
//! ```
//! use std::sync::Arc;
//!
//! use arrow_array::cast::AsArray as _;
//! use arrow_array::{ArrayRef, RecordBatch, StringArray};
//! use evigrade::{Compiled, Frameworks};
//! use evigrade_arrow::{Grader, Options};
//!
//! let frameworks = Frameworks::built_in();
//! let compiled = Compiled::new(frameworks.find("rob2")?)?;
//! let answers: ArrayRef = Arc::new(StringArray::from(vec![Some("yes"), None, Some("perhaps")]));
//! let batch = RecordBatch::try_from_iter([("rob2-1-1", answers)])?;
//!
//! let grader = Grader::new(&compiled, &batch.schema(), &Options::new().proof_ids("proof-id"))?;
//! let graded = grader.grade(&batch)?;
//! assert_eq!(graded.refused[0].row, 2);
//! assert_eq!(graded.refused[0].reason, "`rob2-1-1` cannot be `perhaps`");
//!
//! let whole = graded.beside(&batch)?;
//! assert_eq!(whole.schema().field(1).name(), "level");
//! let ids = whole["proof-id"].as_primitive::<arrow_array::types::UInt32Type>();
//! assert!(grader.proof(ids.value(0).into()).is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod column;
mod graded;
mod grader;
mod kernel;
mod levels;
mod options;
mod plan;
mod text;

pub use self::graded::{Graded, RefusedRow};
pub use self::grader::{Grader, Rows};
pub use self::options::Options;
