//! A grade as it is told to people.

use super::{Grade, Proof, Status};
use crate::framework::Scale;

/// What is shown where it may be that no rule answers.
pub(crate) const NO_ANSWER: &str = "no answer";

impl Grade<'_> {
    /// The grade as it is shown to people: the label of its level or outcome; for an open grade
    /// those that are still possible, worst first.
    ///
    /// ```
    /// use evigrade::{Case, Compiled, Frameworks, Run, grade};
    ///
    /// let frameworks = Frameworks::built_in();
    /// let case = Case::from_toml("case.toml", r#"
    ///     [case]
    ///     id = "aspirin"
    ///     title = "Aspirin for headache"
    ///     conclusion = "efficacy"
    ///
    ///     [[claim]]
    ///     id = "efficacy"
    ///     kind = "efficacy"
    ///     text = "Aspirin relieves headache."
    /// "#, &frameworks)?;
    /// let framework = Compiled::new(frameworks.find("grade")?)?;
    /// let grading = grade(&case, &framework, &Run::default())?;
    /// let verdict = grading.verdict().expect("the case has a conclusion");
    /// assert_eq!(verdict.label(), "No included studies");
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    #[must_use]
    pub fn label(&self) -> String {
        let scale = self.grading.compiled.framework().scale.as_ref();
        let label = |word: &str| scale.map_or_else(|| word.to_owned(), |scale: &Scale| scale.label(word));
        match self.status() {
            Status::Graded(word) => label(word.as_str()),
            Status::Undetermined { possible, gap, .. } => {
                let mut labels: Vec<String> = possible.iter().map(|word| label(word.as_str())).collect();
                labels.extend(gap.then(|| NO_ANSWER.to_owned()));
                labels.join(" or ")
            }
            Status::NotApplicable(_) => "Not applicable".to_owned(),
        }
    }

    /// Why the grade is what it is, in a sentence: what the rule says that gave it, or why the
    /// framework does not grade the claim. The whole reason is the [`proof`](Self::proof).
    #[must_use]
    pub fn because(&self) -> String {
        match self.status() {
            Status::NotApplicable(reason) => reason,
            _ => self.grading.because(self.claim).unwrap_or_default(),
        }
    }

    /// The proof of the grade; none where the framework does not grade the claim.
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.grading.proof(self.claim)
    }
}
