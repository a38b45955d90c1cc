//! Robustness: the single facts, judgements and items that would move a grade if they were one step off.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::case::ClaimIndex;
use crate::document::Place;
use crate::framework::Scale;
use crate::grade::again::Again;
use crate::grade::hangs::Holder;
use crate::grade::step::{Step, What};
use crate::grade::{Grading, Status};
use crate::name::Name;

/// How a claim's grade stands up to single steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Robustness {
    /// The claim.
    pub claim: String,
    /// Its level or outcome, if there is one.
    pub level: Option<String>,
    /// How its grade is shown to people.
    pub label: String,
    /// Whether the framework grades it; for one that it does not, no step is tried.
    pub graded: bool,
    /// How many single steps were tried: all of those of what its grade is made of, but for those with which the case
    /// is refused.
    pub steps: usize,
    /// The steps that move the grade, in the order of claims, items and names.
    pub moves: Vec<Move>,
}

/// A single step that moves a grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Move {
    /// What it is a step of.
    pub kind: Stepped,
    /// The claim or evidence item.
    pub of: String,
    /// The fact or the decision; nothing for an item that is left out. A decision is named with its framework, as in
    /// `grade.imprecision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// What is said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is said after it, as `evigrade what-if --set` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// Where the grade moves.
    pub towards: Towards,
    /// The level or outcome after it, if there is one.
    pub level: Option<String>,
    /// How the grade is shown after it.
    pub label: String,
}

/// What a step is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stepped {
    /// A fact of a claim, an item or its links.
    Fact,
    /// A fact that a person judged.
    JudgedFact,
    /// A decision that a person judged.
    Judgement,
    /// An evidence item, which is left out.
    Item,
}

/// Where a grade moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Towards {
    /// To worse levels.
    Down,
    /// To better levels.
    Up,
    /// To or from an outcome beside the levels, or to more or fewer levels on both sides.
    Aside,
}

impl Towards {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
            Self::Aside => "aside",
        }
    }
}

impl Robustness {
    /// How many of the moves go in a direction.
    #[must_use]
    pub fn count(&self, towards: Towards) -> usize {
        self.moves.iter().filter(|step| step.towards == towards).count()
    }
}

/// How the grades of some claims stand up to single steps, the most fragile first: by the share of the steps that
/// move the grade, then by how many do, then in the order of the files. Every step is graded, as a case of its own.
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
/// let robust = explain::robustness(&grading, case.conclusion());
/// assert_eq!(robust[0].moves, [], "there is no study, whatever else is said");
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[must_use]
pub fn robustness(grading: &Grading<'_>, claims: impl IntoIterator<Item = ClaimIndex>) -> Vec<Robustness> {
    let again = Again::new(grading);
    let asked: BTreeSet<ClaimIndex> = claims.into_iter().collect();
    let mut found: BTreeMap<ClaimIndex, (Status, Robustness)> = BTreeMap::new();
    for claim in &asked {
        let grade = grading.grade(*claim);
        let status = grade.status();
        let robustness = Robustness {
            claim: grade.id().to_owned(),
            level: grade.level().map(|word| word.to_string()),
            label: grade.label(),
            graded: !matches!(status, Status::NotApplicable(_)),
            steps: 0,
            moves: Vec::new(),
        };
        found.insert(*claim, (status, robustness));
    }
    let graded = found.iter().filter(|(_, (_, robustness))| robustness.graded).map(|(claim, _)| *claim).collect();
    let scale = grading.framework().framework().scale.as_ref();
    for step in again.steps(&graded) {
        let Ok(case) = step.taken(grading.case()) else { continue };
        let bodies = again.bodies(&case);
        let after = if (step.idle || !step.hangs) && again.same_bodies(&bodies) {
            None
        } else {
            let Ok(after) = again.grade(&case, &[step.of], bodies) else { continue };
            Some(after)
        };
        for claim in &step.claims {
            let Some((before, robustness)) = found.get_mut(claim) else { continue };
            robustness.steps += 1;
            let Some(after) = &after else { continue };
            let grade = after.grade(*claim);
            let status = grade.status();
            if told_of(&status) != told_of(before) {
                let level = grade.level().map(|word| word.to_string());
                let towards = towards(scale, before, &status);
                robustness.moves.push(told(grading, &step, towards, level, grade.label()));
            }
        }
    }
    let mut all: Vec<Robustness> = found.into_values().map(|(_, robustness)| robustness).collect();
    // A claim of which nothing was tried stands last.
    let share = |one: &Robustness, other: &Robustness| one.moves.len().saturating_mul(other.steps.max(1));
    all.sort_by(|one, other| share(other, one).cmp(&share(one, other)).then(other.moves.len().cmp(&one.moves.len())));
    all
}

fn told(grading: &Grading<'_>, step: &Step<'_>, towards: Towards, level: Option<String>, label: String) -> Move {
    let of = match step.of {
        Holder::Claim(claim) => grading.case().claim(claim).id.as_str(),
        Holder::Item(item) => grading.case().item(item).id.as_str(),
    };
    let (kind, name) = match &step.what {
        What::Fact(fact) if step.judged => (Stepped::JudgedFact, Some(fact.name.clone())),
        What::Fact(fact) => (Stepped::Fact, Some(fact.name.clone())),
        What::Decision(framework, decision) => {
            (Stepped::Judgement, Some(Name::from(format!("{framework}.{decision}").as_str())))
        }
        What::Item => (Stepped::Item, None),
    };
    let written = |value: &Option<crate::value::FactValue>| value.as_ref().map(crate::value::FactValue::written);
    Move {
        kind,
        of: of.to_owned(),
        name,
        before: written(&step.before),
        after: written(&step.after),
        at: step.at.clone(),
        towards,
        level,
        label,
    }
}

/// What a status says of the grade, however surely.
fn told_of(status: &Status) -> (Vec<&str>, bool, bool) {
    match status {
        Status::Graded(word) => (vec![word.as_str()], false, true),
        Status::Undetermined { possible, gap, .. } => (possible.iter().map(|word| word.as_str()).collect(), *gap, true),
        Status::NotApplicable(_) => (Vec::new(), false, false),
    }
}

/// Where a grade moves: by the worst and the best level that are possible.
fn towards(scale: Option<&Scale>, before: &Status, after: &Status) -> Towards {
    let range = |status: &Status| {
        let words = match status {
            Status::Graded(word) => vec![word.clone()],
            Status::Undetermined { possible, gap: false, .. } => possible.clone(),
            Status::Undetermined { gap: true, .. } | Status::NotApplicable(_) => return None,
        };
        let ranks: Option<Vec<usize>> = words.iter().map(|word| scale?.rank(word.as_str())).collect();
        let ranks = ranks?;
        Some((*ranks.iter().min()?, *ranks.iter().max()?))
    };
    match range(before).zip(range(after)) {
        Some(((worst, best), (worst_after, best_after))) if (worst, best) != (worst_after, best_after) => {
            if worst_after <= worst && best_after <= best {
                Towards::Down
            } else if worst_after >= worst && best_after >= best {
                Towards::Up
            } else {
                Towards::Aside
            }
        }
        _ => Towards::Aside,
    }
}
