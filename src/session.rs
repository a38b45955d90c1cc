//! Sessions: a case that stays graded while evidence comes, changes and goes.
//!
//! Every change grades again what it can touch, by the same compiled form, and tells which grades moved, from what to what and
//! why. What a session says is at any time what grading its case afresh says.
//!
//! ```
//! use std::sync::Arc;
//!
//! use evigrade::document::TextFile;
//! use evigrade::session::{Edit, Session};
//! use evigrade::{Compiled, Frameworks, Run};
//!
//! let frameworks = Frameworks::built_in();
//! let case = TextFile::new("case.toml", r#"
//!     [case]
//!     id = "aspirin"
//!     title = "Aspirin for headache"
//!     [[claim]]
//!     id = "efficacy"
//!     kind = "efficacy"
//!     text = "Aspirin relieves headache."
//! "#);
//! let compiled = Arc::new(Compiled::new(frameworks.find("ahrq-soe")?)?);
//! let mut session = Session::open(vec![case], frameworks, compiled, Run::default())?;
//! let moved = session.apply(Edit::Add(TextFile::new("trial.toml", r#"
//!     [[source]]
//!     id = "trial"
//!     title = "A trial"
//!     [[evidence]]
//!     id = "trial"
//!     source = "trial"
//!     design = "parallel-rct"
//!     participants = 900
//!     [[evidence.link]]
//!     supports = "efficacy"
//!     comparator-result = "favours-intervention"
//! "#)))?;
//! assert_eq!(moved[0].claim, "efficacy");
//! # Ok::<(), evigrade::Refused>(())
//! ```

use std::sync::Arc;

use jiff::civil::Date;

use crate::case::Case;
use crate::compile::Compiled;
use crate::diagnostic::Refused;
use crate::document::{Span, TextFile};
use crate::explain::{Step, path};
use crate::framework::Frameworks;
use crate::grade::again::Again;
use crate::grade::hangs::Holder;
use crate::grade::{Grading, Kept, Run, Status, grade};
use crate::name::{ClaimId, EvidenceId, FrameworkId, Name, SourceId, Word};

/// A change of a case.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Edit {
    /// More sources, evidence, claims or judgements, as files of a case hold them.
    Add(Arc<TextFile>),
    /// A fact of a claim or an evidence item says something else, or `missing`.
    Set {
        /// The claim or item.
        of: String,
        /// The fact.
        fact: Name,
        /// What it says, as a file has it.
        value: String,
    },
    /// What somebody judged of a decision says something else.
    Judge {
        /// The claim or item.
        of: String,
        /// The framework.
        framework: FrameworkId,
        /// The decision.
        decision: Name,
        /// What it says.
        value: Word,
    },
    /// An item is set aside.
    Without(EvidenceId),
    /// A source is retracted on a day.
    Retract(SourceId, Date),
}

/// A grade that moved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Moved {
    /// The claim.
    pub claim: ClaimId,
    /// What it was; nothing of a claim that is new.
    pub before: Option<Status>,
    /// What it is.
    pub after: Status,
    /// Why it is so, in a sentence; nothing of a claim that is not graded.
    pub because: Option<String>,
    /// By what it moved: what both proofs read and is otherwise, in the order in which it was read.
    pub path: Vec<Step>,
}

/// A case that stays graded under a framework.
#[derive(Debug)]
pub struct Session {
    files: Vec<Arc<TextFile>>,
    /// What was changed, each with how many files there were then.
    edits: Vec<(usize, Edit)>,
    frameworks: Frameworks,
    compiled: Arc<Compiled>,
    run: Run,
    case: Case,
    kept: Kept,
}

impl Session {
    /// Reads and grades a case.
    ///
    /// # Errors
    ///
    /// As of [`Case::from_files`] and [`grade`].
    pub fn open(
        files: Vec<Arc<TextFile>>,
        frameworks: Frameworks,
        compiled: Arc<Compiled>,
        run: Run,
    ) -> Result<Self, Refused> {
        let case = Case::from_files(&files, &frameworks)?;
        let kept = grade(&case, &compiled, &run)?.kept();
        Ok(Self { files, edits: Vec::new(), frameworks, compiled, run, case, kept })
    }

    /// The case as it is now.
    #[must_use]
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// Its grades.
    #[must_use]
    pub fn grading(&self) -> Grading<'_> {
        Grading::of_kept(&self.case, &self.compiled, &self.kept)
    }

    /// Makes a change, and tells which grades moved by it, in the order of the files. A grade that stays what it is by
    /// another proof is not told.
    ///
    /// # Errors
    ///
    /// As of [`Session::open`] of the case with the change, and where there is nothing to be changed. The session stays
    /// as it was then.
    pub fn apply(&mut self, edit: Edit) -> Result<Vec<Moved>, Refused> {
        let (case, touched) = self.changed(&edit)?;
        let (moved, kept) = {
            let before = self.grading();
            let again = Again::new(&before);
            let after = match &touched {
                Some(touched) => again.grade(&case, touched, again.bodies(&case))?,
                None => grade(&case, &self.compiled, &self.run)?,
            };
            (moved(&before, &after), after.kept())
        };
        (self.case, self.kept) = (case, kept);
        if let Edit::Add(file) = &edit {
            self.files.push(Arc::clone(file));
        } else {
            self.edits.push((self.files.len(), edit));
        }
        Ok(moved)
    }

    /// The case with a change, and what it is that changed; nothing where it may be anything.
    fn changed(&self, edit: &Edit) -> Result<(Case, Option<Vec<Holder>>), Refused> {
        let Edit::Add(file) = edit else { return self.edited(&self.case, edit) };
        let files: Vec<Arc<TextFile>> = self.files.iter().chain([file]).cloned().collect();
        let mut case = Case::from_files(&files, &self.frameworks)?;
        for (count, edit) in &self.edits {
            // What people judged after a change stands as they said it.
            let is_later = |span: &Span| !self.files[..*count].iter().any(|file| Arc::ptr_eq(file, span.file()));
            let (changed, _) = self.edited(&case, edit)?;
            case = changed.with_judgements_of(&case, &is_later);
        }
        Ok((case, None))
    }

    fn edited(&self, case: &Case, edit: &Edit) -> Result<(Case, Option<Vec<Holder>>), Refused> {
        let holder = |of: &str| {
            let claim = case.find_claim(of).map(Holder::Claim);
            Some(claim.into_iter().chain(case.find_item(of).map(Holder::Item)).collect())
        };
        match edit {
            Edit::Set { of, fact, value } => {
                Ok((case.with_fact(of, fact.as_str(), value, &self.frameworks)?, holder(of)))
            }
            Edit::Judge { of, framework, decision, value } => {
                Ok((case.with_judged(of, framework.as_str(), decision.as_str(), value.as_str())?, holder(of)))
            }
            Edit::Without(item) => Ok((case.without(item.as_str())?, holder(item.as_str()))),
            Edit::Retract(source, on) => Ok((case.retract(source.as_str(), *on)?, Some(Vec::new()))),
            Edit::Add(_) => Ok((case.clone(), None)),
        }
    }
}

/// The grades that are otherwise, in the order of the claims of the second.
fn moved(before: &Grading<'_>, after: &Grading<'_>) -> Vec<Moved> {
    let mut found = Vec::new();
    for grade in after.grades() {
        let claim = grade.claim();
        let was = before.case().find_claim(grade.id());
        if was.is_some_and(|was| before.is_kept_in(was, after, claim)) {
            continue;
        }
        let (status, old) = (grade.status(), was.map(|was| before.grade(was).status()));
        if old.as_ref() == Some(&status) {
            continue;
        }
        let proofs = was.and_then(|was| before.proof(was)).zip(after.proof(claim));
        found.push(Moved {
            claim: grade.id().into(),
            before: old,
            because: after.because(claim),
            path: proofs.map(|(before, after)| path(&before, &after)).unwrap_or_default(),
            after: status,
        });
    }
    found
}
