//! Evigrade grades claims by the evidence that bears on them, under rules that are data.
//!
//! A [`Case`] is one question under review: claims, the evidence linked to them, and the sources it
//! stands in. A [`Framework`] is a grading scheme written in TOML. Grading one under the other gives
//! every claim a level of confidence, and the full [`Proof`] of that level.
//!
//! # The flow
//!
//! | step | module | from | to |
//! | --- | --- | --- | --- |
//! | load | [`case`], [`framework`] | TOML files | values that know their place |
//! | link | [`case`] | claims and evidence | a graph |
//! | compile | [`compile`] | a framework | decision diagrams |
//! | gather, grade | [`grade`](mod@grade) | a case and a compiled framework | levels |
//! | explain | [`explain`] | a proof | lines in reading order |
//! | render | [`report`] | a grading | text, Markdown, CSV, JSON |
//!
//! [`check`] tells what can be told without grading, [`selftest`] runs the examples of frameworks
//! and the expectations of cases, and [`diagnostic`] is what every step uses to say what is wrong
//! and where. [`lock`] keeps grades and tells what moved.
//!
//! # Example
//!
//! ```
//! use evigrade::{Case, Compiled, Frameworks, Run, grade};
//!
//! let frameworks = Frameworks::built_in();
//! let case = Case::from_toml("case.toml", r#"
//!     [case]
//!     id = "aspirin"
//!     title = "Aspirin for headache"
//!     conclusion = "efficacy"
//!
//!     [[claim]]
//!     id = "efficacy"
//!     kind = "efficacy"
//!     text = "Aspirin relieves headache."
//!     publication-bias = "undetected"
//!
//!     [[source]]
//!     id = "a-trial"
//!     title = "A trial of aspirin"
//!
//!     [[evidence]]
//!     id = "result"
//!     source = "a-trial"
//!     design = "parallel-rct"
//!     participants = 60
//!     risk-of-bias = "low"
//!
//!     [[evidence.link]]
//!     supports = "efficacy"
//!     comparator-result = "favours-intervention"
//!     population-match = "direct"
//!     intervention-match = "direct"
//!     comparator-match = "direct"
//!     outcome-match = "direct"
//! "#, &frameworks)?;
//!
//! let framework = Compiled::new(frameworks.find("ahrq-soe")?)?;
//! let grading = grade(&case, &framework, &Run::default())?;
//! let verdict = grading.verdict().expect("the case has a conclusion");
//! assert_eq!(verdict.level().expect("nothing is missing"), "insufficient");
//!
//! let proof = grading.proof(verdict.claim()).expect("a graded claim has a proof");
//! assert_eq!(proof.rule.expect("a rule answered"), "single-small-study");
//! # Ok::<(), evigrade::Refused>(())
//! ```

pub mod case;
pub mod check;
pub mod compile;
pub mod corpus;
pub mod diagnostic;
pub mod document;
pub mod explain;
pub mod framework;
pub mod grade;
pub mod handbook;
pub mod lock;
pub mod name;
pub mod records;
pub mod report;
pub mod schema;
pub mod selftest;
pub mod session;
#[cfg(feature = "insta")]
pub mod snapshot;
pub mod synthesis;
pub mod value;
pub mod vocabulary;

pub use case::Case;
pub use compile::Compiled;
pub use diagnostic::{Diagnostic, Refused};
pub use framework::{Framework, Frameworks};
pub use grade::{Grade, Grading, Proof, Run, Status, grade};
pub use report::{Audit, audit};

/// The commands and snippets of the README, held by the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
