//! What came out of a claim: its status, and what else is asked of its grade.

use super::evaluator::Evaluator;
use super::frame::{Frame, Possible};
use super::{Grading, OpenFact, OpenQuestion, open, proof, question};
use crate::case::ClaimIndex;
use crate::compile::Compiled;
use crate::document::shape::Subject;
use crate::framework::Decision;
use crate::name::Word;
use crate::value::FactValue;

/// How a claim came out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It has a level, or an outcome beside the levels.
    Graded(Word),
    /// Facts that matter are missing, or no rule answers.
    Undetermined {
        /// The levels and outcomes that are still possible, in the order of the scale.
        possible: Vec<Word>,
        /// Whether it may be that no rule answers.
        gap: bool,
        /// Whether exactly these are possible; otherwise these and no others.
        exact: bool,
    },
    /// The framework does not grade this kind of claim, for this reason.
    NotApplicable(String),
}

impl Status {
    /// How a decision came out by a frame of its level.
    pub(crate) fn of(compiled: &Compiled, decision: &Decision, frame: &Frame) -> Self {
        let Some(position) = compiled.position(decision.on, &decision.name) else {
            return Self::Undetermined { possible: Vec::new(), gap: true, exact: true };
        };
        let Possible { answers, gap } = frame.results[position].possible();
        let evaluator = Evaluator::by_table(compiled, decision.on);
        let known = &compiled.level(decision.on).decisions[position];
        let words = answers.into_iter().map(|answer| evaluator.value_of(known, answer).to_string().into());
        let possible: Vec<Word> = words.collect();
        match possible.as_slice() {
            [only] if !gap => Self::Graded(only.clone()),
            _ => Self::Undetermined { possible, gap, exact: frame.exact },
        }
    }
}

/// The grade of a claim.
#[derive(Clone, Copy, Debug)]
pub struct Grade<'g> {
    pub(super) grading: &'g Grading<'g>,
    pub(super) claim: ClaimIndex,
}

impl<'g> Grade<'g> {
    /// The claim.
    #[must_use]
    pub const fn claim(&self) -> ClaimIndex {
        self.claim
    }

    /// The claim's id.
    #[must_use]
    pub fn id(&self) -> &'g str {
        self.grading.case.claim(self.claim).id.as_str()
    }

    /// How it came out.
    #[must_use]
    pub fn status(&self) -> Status {
        let framework = self.grading.compiled.framework();
        let state = self.grading.state(self.claim);
        if let Some(rule) = state.out_of_scope {
            return Status::NotApplicable(proof::sentence_of_claim(
                self.grading,
                self.claim,
                &framework.scope[rule].because,
            ));
        }
        let Some(decision) = framework.result_decision() else {
            return Status::NotApplicable(format!("{} grades nothing by itself.", framework.title));
        };
        if decision.on != Subject::Claim {
            let message = format!("{} appraises single results, not bodies of evidence.", framework.title);
            return Status::NotApplicable(message);
        }
        self.status_by(decision)
    }

    /// How another decision on the claim came out; nothing if the framework decides no such thing on claims.
    #[must_use]
    pub fn status_of(&self, decision: &str) -> Option<Status> {
        let decision = self.grading.compiled.framework().decision(decision)?;
        let state = self.grading.state(self.claim);
        match state.out_of_scope {
            Some(_) => Some(self.status()),
            None => (decision.on == Subject::Claim).then(|| self.status_by(decision)),
        }
    }

    fn status_by(&self, decision: &Decision) -> Status {
        Status::of(self.grading.compiled, decision, &self.grading.state(self.claim).frame)
    }

    /// The level or outcome, if there is one.
    #[must_use]
    pub fn level(&self) -> Option<Word> {
        match self.status() {
            Status::Graded(word) => Some(word),
            _ => None,
        }
    }

    /// The direction of effect, if the framework tells it and it is determined.
    #[must_use]
    pub fn direction(&self) -> Option<Word> {
        let framework = self.grading.compiled.framework();
        self.output(framework.direction.as_ref()?.as_str())
    }

    /// The value of another output of the framework, if it is determined.
    #[must_use]
    pub fn output(&self, decision: &str) -> Option<Word> {
        match self.status_of(decision)? {
            Status::Graded(word) => Some(word),
            _ => None,
        }
    }

    /// The value of a measure or of anything else that is known of the claim.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<FactValue> {
        let variable = self.grading.compiled.claims.space.value_of(name)?;
        self.grading.state(self.claim).frame.value(variable).cloned()
    }

    /// The missing facts on which the grade still hangs, by what they are of and by name.
    /// [`Grade::questions`] ranks them.
    #[must_use]
    pub fn open(&self) -> Vec<OpenFact> {
        match self.status() {
            Status::Undetermined { .. } => open::open_facts(self.grading, self.claim),
            _ => Vec::new(),
        }
    }

    /// The missing facts on which the grade still hangs, those first that would narrow it most: by the expected
    /// narrowing, then by the guaranteed one, then by what they are of and by name. Each possible answer is graded, so
    /// it takes far longer than [`Grade::open`].
    #[must_use]
    pub fn questions(&self) -> Vec<OpenQuestion> {
        question::questions(self)
    }
}
