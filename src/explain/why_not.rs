//! Why not: the decisions that stand between a grade and a level that it is not.

use serde::Serialize;

use crate::case::ClaimIndex;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::grade::{Grading, Obstacle, Status};
use crate::name::{Word, nearest};

/// Why a claim's grade is not another.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WhyNot {
    /// The claim.
    pub claim: String,
    /// Its level or outcome, if there is one.
    pub level: Option<String>,
    /// How its grade is shown to people.
    pub label: String,
    /// The level or outcome that was asked for.
    pub wanted: String,
    /// How that is shown to people.
    pub wanted_label: String,
    /// How the grade stands to it.
    pub answer: Answer,
    /// For a claim that is not graded: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The decisions that stand between: the result first, then those that it reads and that would have to be
    /// otherwise, and so on down to the facts.
    pub obstacles: Vec<Obstacle>,
}

/// How a grade stands to a level that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Answer {
    /// It is that.
    Has,
    /// The framework does not grade the claim.
    NotGraded,
    /// It may be that: the grade is open.
    Open,
    /// It is worse: what is asked is why it is not at least that.
    Worse,
    /// It is better, or one of the two is an outcome beside the levels: what is asked is why it is not that.
    Other,
}

/// Why a claim's grade is not a level or an outcome. Of a level above the grade, it tells why the grade is not at least
/// that; of any other, why it is not that.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, explain, grade};
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
/// let why = explain::why_not(&grading, grading.verdict().expect("it has one").claim(), "high")?;
/// assert_eq!(why.obstacles[0].holds[0].rule, "no-studies");
/// # Ok::<(), evigrade::Refused>(())
/// ```
///
/// # Errors
///
/// The framework has no such level or outcome.
pub fn why_not(grading: &Grading<'_>, claim: ClaimIndex, level: &str) -> Result<WhyNot, Refused> {
    let framework = grading.framework().framework();
    let scale = framework.scale.as_ref();
    let decision = framework.result_decision();
    let words: Vec<&Word> = match (scale, decision) {
        (Some(scale), _) => scale.levels.iter().chain(&scale.outcomes).collect(),
        (None, Some(decision)) => decision.all_values().collect(),
        (None, None) => Vec::new(),
    };
    if !words.iter().any(|word| **word == *level) {
        let message = format!("`{}` has no level `{level}`", framework.id);
        let listed: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
        let near = nearest(level, listed.iter().copied());
        let help = if listed.is_empty() { "it has none".to_owned() } else { format!("it has {}", listed.join(", ")) };
        return Err(Diagnostic::error(Code::UnknownValue, message).did_you_mean_or(near, help).into());
    }
    let grade = grading.grade(claim);
    let status = grade.status();
    let rank = |word: &str| scale.and_then(|scale| scale.rank(word));
    let (answer, reason) = match &status {
        Status::NotApplicable(reason) => (Answer::NotGraded, Some(reason.clone())),
        Status::Graded(word) if *word == *level => (Answer::Has, None),
        Status::Undetermined { possible, .. } if possible.iter().any(|word| *word == *level) => (Answer::Open, None),
        Status::Graded(word) if rank(word.as_str()).zip(rank(level)).is_some_and(|(is, wanted)| is < wanted) => {
            (Answer::Worse, None)
        }
        Status::Undetermined { possible, .. }
            if possible
                .iter()
                .all(|word| rank(word.as_str()).zip(rank(level)).is_some_and(|(is, wanted)| is < wanted)) =>
        {
            (Answer::Worse, None)
        }
        Status::Graded(_) | Status::Undetermined { .. } => (Answer::Other, None),
    };
    let helps = |word: &str| match (answer, rank(word), rank(level)) {
        (Answer::Worse, Some(given), Some(wanted)) => given >= wanted,
        _ => word == level,
    };
    let obstacles = match (answer, &framework.result) {
        (Answer::Open | Answer::Worse | Answer::Other, Some(result)) => grading.obstacles(claim, result, &helps),
        _ => Vec::new(),
    };
    Ok(WhyNot {
        claim: grade.id().to_owned(),
        level: grade.level().map(|word| word.to_string()),
        label: grade.label(),
        wanted: level.to_owned(),
        wanted_label: scale.map_or_else(|| level.to_owned(), |scale| scale.label(level)),
        answer,
        reason,
        obstacles,
    })
}
