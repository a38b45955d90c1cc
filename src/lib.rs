//! placeholder
pub mod case;
pub mod compile;
pub mod diagnostic;
pub mod document;
pub mod framework;
pub mod grade;
pub mod name;
pub mod selftest;
pub mod synthesis;
pub mod value;
pub mod vocabulary;
pub use case::Case;
pub use compile::Compiled;
pub use diagnostic::{Diagnostic, Refused};
pub use framework::{Framework, Frameworks};
pub use grade::{Grade, Grading, Proof, Run, Status, grade};
