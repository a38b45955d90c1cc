//! Checking: what can be told of a framework or a case without grading.
//!
//! Loading already refuses what is wrong. A check looks further: a framework without examples, a
//! claim that nothing bears on, a secondary outcome shown while the primary one is null. What it
//! finds are warnings; the binary's `--deny` makes them fail. Files and runs can set the level of each
//! code ([`Levels`]).

mod boxes;
mod case;
mod coverage;
mod difference;
mod framework;
mod hidden;
mod inputs;
mod levels;
mod monotone;
mod reach;
mod shown;
mod world;

use std::sync::Arc;

pub use self::coverage::{Coverage, coverage};
pub use self::difference::{Change, Difference, difference};
pub use self::framework::Options;
pub use self::levels::{Allowed, Checked, Levels};
pub use self::reach::{Reached, example, reach};
use crate::case::Case;
use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
pub use crate::diagnostic::{Level, Setting};
use crate::framework::Framework;

/// What is to be said of a case that was read without an error, at the levels that its files set.
#[must_use]
pub fn case(case: &Case) -> Vec<Diagnostic> {
    Levels::default().case(case).findings
}

/// What is wrong with a framework that was read without an error, at the levels that its file sets: rules that
/// cannot be compiled, gaps, rules and values that never come out, what nothing reads, reasons that show what was
/// not read, drafts, statements of monotonicity that do not hold, and missing examples. Of what is inherited or
/// used only that is told which may be otherwise here.
///
/// What is proved holds for all facts that the assumptions of the framework allow, for all that people may judge
/// and however its parameters are set. What cannot be proved or refuted within a fixed number of steps is told as
/// `not-decided`.
///
/// ```
/// use evigrade::{Frameworks, check};
///
/// let frameworks = Frameworks::built_in();
/// assert!(check::framework(frameworks.find("rob2")?).is_empty());
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[must_use]
pub fn framework(framework: &Arc<Framework>) -> Vec<Diagnostic> {
    Levels::default().framework(framework).findings
}

impl Levels {
    /// Checks a case.
    #[must_use]
    pub fn case(&self, case: &Case) -> Checked {
        self.apply(case.levels(), self::case::found(case))
    }

    /// Checks a framework against a case that is written for it: whether it takes to be impossible what the case
    /// states. Nothing is told of a framework that cannot be compiled; its own check does.
    #[must_use]
    pub fn framework_against(&self, framework: &Arc<Framework>, case: &Case) -> Checked {
        if !hidden::is_of(case, framework) {
            return Checked::default();
        }
        let found = Compiled::new(framework).map(|compiled| hidden::found(&compiled, case));
        // Another case may be hidden: whether an allow is of use is not told by one.
        self.apply_where(framework.levels(), found.unwrap_or_default(), |_| false)
    }

    /// Checks a framework.
    #[must_use]
    pub fn framework(&self, framework: &Arc<Framework>) -> Checked {
        self.framework_with(framework, Options::default())
    }

    /// Checks a framework, and finds out what else is asked.
    #[must_use]
    pub fn framework_with(&self, framework: &Arc<Framework>, options: Options) -> Checked {
        let coverage = options.coverage.then(|| coverage(framework));
        let found = self::framework::found(framework, options, coverage.as_ref());
        let mut checked = self.apply_where(framework.levels(), found, |code| options.asks(code));
        checked.coverage.extend(coverage.map(|coverage| (framework.id.clone(), coverage)));
        checked
    }
}
