//! Several appraisers: the grades under the judgements of each, where they part and whether it matters, and how far
//! they agree.

mod agreement;
mod moves;
mod text;

use std::collections::BTreeSet;

use serde::Serialize;

pub use self::agreement::{Agreement, Kappas, PairAgreement};
use self::moves::Gradings;
pub use self::moves::{Held, Move, SideGrade, SideRefused};
use super::change::GradeTold;
use super::json_line;
use super::{ClaimReport, FrameworkReport, Report};
use crate::case::{Case, JudgementIndex, JudgementOn};
use crate::compile::Compiled;
use crate::diagnostic::{Diagnostic, Problems, Refused};
use crate::document::Place;
use crate::grade::{self, Dispute, Judgements, MatterKind, Run, grade};
use crate::name::{Layer, Name};
use crate::value::FactValue;

/// What several people made of a case.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, report::appraisers};
///
/// let frameworks = Frameworks::built_in();
/// let case = Case::from_toml("case.toml", r#"
///     [case]
///     id = "aspirin"
///     title = "Aspirin for headache"
///
///     [[claim]]
///     id = "efficacy"
///     kind = "efficacy"
///     text = "Aspirin relieves headache."
///
///     [[judgement]]
///     claim = "efficacy"
///     facts = { publication-bias = "undetected" }
///     reason = "The funnel is even."
///     by = "A. Reviewer"
///     on = 2020-05-05
///
///     [[judgement]]
///     claim = "efficacy"
///     facts = { publication-bias = "suspected" }
///     reason = "The funnel lacks small trials."
///     by = "B. Reviewer"
///     on = 2020-05-06
/// "#, &frameworks)?;
/// let framework = Compiled::new(frameworks.find("grade")?)?;
/// let told = appraisers(&case, &framework, &Run::default())?;
/// assert_eq!(told.people.len(), 2);
/// assert!(!told.parted[0].matters, "without a study nobody asks");
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Appraisers {
    /// The schema and its version: [`Appraisers::SCHEMA`].
    pub schema: &'static str,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// The day as of which evidence counts.
    pub as_of: Option<String>,
    /// The layers that were taken; all if there is no list.
    pub layers: Option<Vec<Layer>>,
    /// The framework.
    pub framework: FrameworkReport,
    /// SHA-256 over what the case says.
    pub case_digest: String,
    /// Those who judged each for themselves, by name.
    pub people: Vec<Person>,
    /// The grades under each of the people, in their order; last those that `evigrade grade` gives.
    pub grades: Vec<AppraiserGrades>,
    /// What people judged in more than one way.
    pub parted: Vec<Matter>,
    /// How far people agree, for each fact and decision that at least two of them judged of the same thing.
    pub agreement: Vec<Agreement>,
    /// Everything that was judged, for [`appraisers_csv`](super::appraisers_csv).
    #[serde(skip)]
    pub(super) judged: Vec<Matter>,
}

/// Somebody who judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Person {
    /// The name.
    pub name: String,
    /// How many facts and decisions were judged, each of one thing.
    pub judged: usize,
}

/// The grades of a case under the judgements of a person.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AppraiserGrades {
    /// The person; nothing for the grades that come out where no person is named: where people part, under what was
    /// adjudicated.
    pub appraiser: Option<String>,
    /// The claims, in the order of the files; none if the case is refused so.
    pub claims: Vec<Appraised>,
    /// Why the case is refused, if it is: others part on what this person does not judge, or nobody adjudicated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Diagnostic>,
}

/// A claim and its grade.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Appraised {
    /// The claim.
    pub claim: String,
    /// Its grade.
    #[serde(flatten)]
    pub grade: GradeTold,
    /// For a framework that appraises items and not claims: what each item came to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<AppraisedItem>,
}

/// An item and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AppraisedItem {
    /// Its id.
    pub id: String,
    /// Its level, if it is settled.
    pub level: Option<String>,
    /// How that is shown to people.
    pub label: String,
}

/// A fact or decision that was judged, of one thing.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Matter {
    /// `fact` or `decision`.
    pub kind: &'static str,
    /// The fact or decision.
    pub name: Name,
    /// The claim that it was judged of; with `evidence`, the claim that the item is linked to.
    pub claim: Option<String>,
    /// The evidence item that it was judged of.
    pub evidence: Option<String>,
    /// Whether somebody closed the question.
    pub adjudicated: bool,
    /// Whether the grade of some claim, or its direction, hangs on it: another comes out if another side is taken.
    pub matters: bool,
    /// Whether every way was tried in which the other matters on which people part can be settled; otherwise only
    /// those ways in which one person judged.
    pub every_way: bool,
    /// What each said, by day and name.
    pub judgements: Vec<Stance>,
    /// The grades that hang on it.
    pub moves: Vec<Move>,
    /// The values with which the case is refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<SideRefused>,
}

/// What somebody said.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Stance {
    /// By whom.
    pub by: String,
    /// The value.
    pub value: FactValue,
    /// Why.
    pub reason: String,
    /// When.
    pub on: String,
    /// Whether it closes the question.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub adjudicated: bool,
    /// Where it stands.
    pub at: Place,
}

/// A matter with its judgements.
struct Question<'q> {
    case: &'q Case,
    matter: grade::Matter,
    judgements: Vec<JudgementIndex>,
}

impl Question<'_> {
    fn adjudicated(&self) -> bool {
        self.judgements.iter().any(|index| self.case.judgements()[index.index()].adjudicated)
    }

    /// What each person said for themselves.
    fn of_people(&self) -> impl Iterator<Item = (&str, FactValue, JudgementIndex)> {
        self.judgements.iter().filter_map(|index| {
            let judgement = &self.case.judgements()[index.index()];
            let value = self.matter.value(self.case, *index)?;
            (!judgement.adjudicated).then_some((judgement.by.as_str(), value, *index))
        })
    }

    /// The values that were given, each with the first judgement that gives it.
    fn sides(&self) -> Vec<(FactValue, JudgementIndex)> {
        let mut seen = BTreeSet::new();
        let values = self.judgements.iter().filter_map(|index| Some((self.matter.value(self.case, *index)?, *index)));
        values.filter(|(value, _)| seen.insert(value.clone())).collect()
    }

    /// Whether more than one value was given.
    fn parts(&self) -> bool {
        self.sides().len() > 1
    }

    fn told(&self) -> Matter {
        let (claim, evidence) = match self.matter.on {
            JudgementOn::Claim(claim) => (Some(claim), None),
            JudgementOn::Evidence(item) => (None, Some(item)),
            JudgementOn::Link(item, claim) => (Some(claim), Some(item)),
        };
        let stance = |index: &JudgementIndex| {
            let judgement = &self.case.judgements()[index.index()];
            Some(Stance {
                by: judgement.by.clone(),
                value: self.matter.value(self.case, *index)?,
                reason: judgement.reason.clone(),
                on: judgement.date.to_string(),
                adjudicated: judgement.adjudicated,
                at: judgement.span.place(),
            })
        };
        Matter {
            kind: match self.matter.asked {
                MatterKind::Fact => "fact",
                MatterKind::Decision => "decision",
            },
            name: self.matter.name.clone(),
            claim: claim.map(|claim| self.case.claim(claim).id.as_str().to_owned()),
            evidence: evidence.map(|item| self.case.item(item).id.as_str().to_owned()),
            adjudicated: self.adjudicated(),
            matters: false,
            every_way: true,
            judgements: self.judgements.iter().filter_map(stance).collect(),
            moves: Vec::new(),
            refused: Vec::new(),
        }
    }
}

/// Grades a case under the judgements of each person, and tells where they part, whether it matters, and how far they
/// agree. The appraiser of the run makes no difference.
///
/// # Errors
///
/// What no choice between people can settle: somebody who judges the same thing in two ways, two judgements that
/// close a question in two ways, and judgements that the framework does not take.
pub fn appraisers(case: &Case, compiled: &Compiled, run: &Run) -> Result<Appraisers, Refused> {
    let run = Run { appraiser: None, ..run.of_case(case) };
    let mut problems = Problems::default();
    let found = Judgements::by_matter(case, compiled, &run, &mut problems);
    for (matter, judgements) in &found {
        if let Err(diagnostic) = (Dispute { case, matter, judgements }).unsettled() {
            problems.push(*diagnostic);
        }
    }
    problems.check()?;
    let mut questions: Vec<Question<'_>> =
        found.into_iter().map(|(matter, judgements)| Question { case, matter, judgements }).collect();
    questions.sort_by_cached_key(|question| {
        let told = question.told();
        (told.kind, told.name, told.claim, told.evidence)
    });
    let names: BTreeSet<&str> = questions.iter().flat_map(Question::of_people).map(|(by, ..)| by).collect();
    let judged = |name: &str| {
        let by = |question: &&Question<'_>| question.of_people().any(|(by, ..)| by == name);
        questions.iter().filter(by).count()
    };
    let people = names.iter().map(|name| Person { name: (*name).to_owned(), judged: judged(name) });
    let under = names.iter().map(|name| Some(*name)).chain([None]);
    let grades = under.map(|appraiser| {
        let run = Run { appraiser: appraiser.map(str::to_owned), ..run.clone() };
        let (claims, refused) = match grade(case, compiled, &run) {
            Ok(grading) => (appraised(&grading), Vec::new()),
            Err(refused) => (Vec::new(), refused.into_diagnostics()),
        };
        AppraiserGrades { appraiser: run.appraiser, claims, refused }
    });
    let (grades, people) = (grades.collect(), people.collect());
    let mut gradings = Gradings::new(case, compiled, &run, &questions, &names);
    let mut judged: Vec<Matter> = questions.iter().map(Question::told).collect();
    for (question, told) in questions.iter().zip(&mut judged).filter(|(question, _)| question.parts()) {
        gradings.tell(question, told);
    }
    let parted = questions.iter().zip(&judged).filter(|(question, _)| question.parts());
    Ok(Appraisers {
        schema: Appraisers::SCHEMA,
        case: case.id().as_str().to_owned(),
        title: case.title().to_owned(),
        as_of: run.as_of.map(|date| date.to_string()),
        layers: run.layers.clone(),
        framework: FrameworkReport::new(compiled),
        case_digest: case.digest().to_owned(),
        people,
        grades,
        parted: parted.map(|(_, told)| told.clone()).collect(),
        agreement: agreement::of(compiled, &questions),
        judged,
    })
}

/// The claims of a grading.
fn appraised(grading: &grade::Grading<'_>) -> Vec<Appraised> {
    let told = |claim: ClaimReport| Appraised {
        grade: GradeTold::of(&claim),
        items: claim
            .items
            .iter()
            .map(|item| AppraisedItem { id: item.id.clone(), level: item.level.clone(), label: item.label.clone() })
            .collect(),
        claim: claim.id,
    };
    Report::summary(grading).claims.into_iter().map(told).collect()
}

impl Appraised {
    /// Whether another grade of the claim is the same: level, what is possible, direction, and items.
    fn same(&self, other: &Self) -> bool {
        let key =
            |of: &'_ Self| (of.grade.status, of.grade.label.clone(), of.grade.direction.clone(), of.items.clone());
        key(self) == key(other)
    }
}

impl Appraisers {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/appraisers/1";

    /// What was told as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }
}
