//! Which grades hang on a matter on which people part: the case is graded with each side of it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::Serialize;

use super::{Appraised, Matter, Question, appraised};
use crate::case::{Case, JudgementIndex};
use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::grade::{Run, Settled, grade_settled};
use crate::name::Name;
use crate::value::FactValue;

/// The most gradings that are made to try every way in which matters can be settled together.
const MOST: usize = 1024;

/// A grade that hangs on a matter.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Move {
    /// The claim.
    pub claim: String,
    /// How the other matters on which people part, and which nobody closed, are settled then. The same grades may
    /// come out with others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Held>,
    /// The grade with each value that was given, in the order of the judgements.
    pub grades: Vec<SideGrade>,
}

/// How another matter is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Held {
    /// The fact or decision.
    pub name: Name,
    /// The claim that it is of, if it is of one.
    pub claim: Option<String>,
    /// The evidence item that it is of, if it is of one.
    pub evidence: Option<String>,
    /// The value.
    pub value: FactValue,
}

/// The grade of a claim with one value of a matter.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SideGrade {
    /// The value of the matter.
    pub value: FactValue,
    /// What the claim comes to.
    #[serde(flatten)]
    pub grade: Appraised,
}

/// A value with which the case is refused.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SideRefused {
    /// The value of the matter.
    pub value: FactValue,
    /// Why.
    pub refused: Vec<Diagnostic>,
}

type Outcome = Rc<Result<Vec<Appraised>, Vec<Diagnostic>>>;

/// Gradings with matters settled one way or another, each made once.
pub(super) struct Gradings<'g> {
    case: &'g Case,
    compiled: &'g Compiled,
    run: &'g Run,
    /// The matters that are not closed, each with its sides.
    open: Vec<(&'g Question<'g>, Vec<(FactValue, JudgementIndex)>)>,
    /// The ways in which these are settled together: a side of each.
    ways: Vec<Vec<usize>>,
    every_way: bool,
    made: BTreeMap<Settled, Outcome>,
}

impl<'g> Gradings<'g> {
    pub(super) fn new(
        case: &'g Case,
        compiled: &'g Compiled,
        run: &'g Run,
        questions: &'g [Question<'g>],
        people: &BTreeSet<&str>,
    ) -> Self {
        let parted = || questions.iter().filter(|question| question.parts());
        let open: Vec<(&Question<'_>, Vec<(FactValue, JudgementIndex)>)> =
            parted().filter(|question| !question.adjudicated()).map(|question| (question, question.sides())).collect();
        let closed = parted().filter(|question| question.adjudicated());
        let each: usize = 1 + closed.map(|question| question.sides().len()).sum::<usize>();
        let all = open
            .iter()
            .try_fold(each, |product, (_, sides)| product.checked_mul(sides.len()).filter(|product| *product <= MOST));
        let ways = if all.is_some() { every_way(&open) } else { ways_of_people(&open, people) };
        Self { case, compiled, run, open, ways, every_way: all.is_some(), made: BTreeMap::new() }
    }

    /// Tells which grades hang on a matter.
    pub(super) fn tell(&mut self, question: &Question<'_>, told: &mut Matter) {
        told.every_way = self.every_way;
        let sides = question.sides();
        let own = self.open.iter().position(|(open, _)| open.matter == question.matter);
        // The ways in which the others are settled; what the matter itself is there makes no difference.
        let mut seen = BTreeSet::new();
        let mut ways = self.ways.clone();
        ways.retain_mut(|way| {
            if let Some(side) = own.and_then(|own| way.get_mut(own)) {
                *side = 0;
            }
            seen.insert(way.clone())
        });
        for way in ways {
            let mut settled: Settled = BTreeMap::new();
            for (side, (open, sides)) in way.iter().zip(&self.open) {
                settled.extend(sides.get(*side).map(|(_, index)| (open.matter.clone(), *index)));
            }
            let mut outcomes: Vec<(&FactValue, Outcome)> = Vec::new();
            for (value, index) in &sides {
                settled.insert(question.matter.clone(), *index);
                let outcome = self.graded(&settled);
                if let Err(refused) = outcome.as_ref()
                    && told.refused.iter().all(|known| known.value != *value)
                {
                    told.refused.push(SideRefused { value: value.clone(), refused: refused.clone() });
                }
                outcomes.push((value, outcome));
            }
            let with = self.held(&way, own);
            for position in 0..self.case.claims().len() {
                let grades: Vec<SideGrade> = outcomes
                    .iter()
                    .filter_map(|(value, outcome)| {
                        let grade = outcome.as_ref().as_ref().ok()?.get(position)?.clone();
                        Some(SideGrade { value: (*value).clone(), grade })
                    })
                    .collect();
                let Some(first) = grades.first() else { continue };
                let differ = grades.iter().any(|side| !side.grade.same(&first.grade));
                let known = || told.moves.iter().any(|known| alike(&known.grades, &grades));
                if differ && !known() {
                    told.moves.push(Move { claim: first.grade.claim.clone(), with: with.clone(), grades });
                }
            }
        }
        // By claim; the ways of one claim stay in their order.
        let place = |id: &str| self.case.find_claim(id);
        told.moves.sort_by_key(|found| place(&found.claim));
        told.matters = !told.moves.is_empty();
    }

    fn graded(&mut self, settled: &Settled) -> Outcome {
        if let Some(known) = self.made.get(settled) {
            return Rc::clone(known);
        }
        let outcome = match grade_settled(self.case, self.compiled, self.run, settled) {
            Ok(grading) => Ok(appraised(&grading)),
            Err(refused) => Err(refused.into_diagnostics()),
        };
        let outcome = Rc::new(outcome);
        // Where not every way is tried there are many matters, and few gradings are asked for twice.
        if self.every_way {
            self.made.insert(settled.clone(), Rc::clone(&outcome));
        }
        outcome
    }

    fn held(&self, way: &[usize], own: Option<usize>) -> Vec<Held> {
        let others = way.iter().zip(&self.open).enumerate().filter(|(position, _)| Some(*position) != own);
        let held = others.filter_map(|(_, (side, (open, sides)))| {
            let (value, _) = sides.get(*side)?;
            let Matter { name, claim, evidence, .. } = open.told();
            Some(Held { name, claim, evidence, value: value.clone() })
        });
        held.collect()
    }
}

/// Whether the same grades are told of the same claim.
fn alike(one: &[SideGrade], other: &[SideGrade]) -> bool {
    let same = |(one, other): (&SideGrade, &SideGrade)| {
        one.value == other.value && one.grade.claim == other.grade.claim && one.grade.same(&other.grade)
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}

type Open<'o> = [(&'o Question<'o>, Vec<(FactValue, JudgementIndex)>)];

/// Every way in which open matters can be settled together.
fn every_way(open: &Open<'_>) -> Vec<Vec<usize>> {
    let mut ways = vec![Vec::new()];
    for (_, sides) in open {
        let longer = |way: &Vec<usize>| -> Vec<Vec<usize>> {
            (0..sides.len()).map(|side| way.iter().copied().chain([side]).collect()).collect()
        };
        ways = ways.iter().flat_map(longer).collect();
    }
    ways
}

/// The ways in which single people settle open matters; what somebody does not judge as it was judged first.
fn ways_of_people(open: &Open<'_>, people: &BTreeSet<&str>) -> Vec<Vec<usize>> {
    /// Enough to show what matters.
    const PEOPLE: usize = 8;
    let sides: usize = open.iter().map(|(_, sides)| sides.len()).sum();
    let most = (4 * MOST / sides.max(1)).clamp(1, PEOPLE);
    let way = |person: &&str| {
        let side = |(question, sides): &(&Question<'_>, Vec<(FactValue, JudgementIndex)>)| {
            let said = question.of_people().find(|(by, ..)| by == person).map(|(_, value, _)| value);
            said.and_then(|said| sides.iter().position(|(value, _)| *value == said)).unwrap_or_default()
        };
        open.iter().map(side).collect()
    };
    people.iter().take(most).map(way).collect()
}
