//! Changes a drawn case in a session, and holds what the session says against what is graded afresh.

use std::fmt::Write as _;
use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::grade::grade;
use evigrade::session::{Edit, Moved, Session};
use evigrade::{Case as Loaded, Grading, Run, Status};

use crate::binding::{facts_on, word};
use crate::hold::{Drawn, Random, hold};
use crate::model::{Case, Facts, On, Value};
use crate::write::{self, Layout, plain};

/// How often a case is changed.
const STEPS: usize = 8;

/// What was seen on the way.
#[derive(Debug, Default)]
struct Seen {
    /// Changes that were taken.
    steps: usize,
    refused: usize,
    claims: usize,
    moved: usize,
    /// Changes after which the case could be written out anew.
    written: usize,
}

#[test]
fn sessions_say_what_cases_say() {
    let mut seen = Seen::default();
    let is_full = hold(|drawn, random| {
        for pair in drawn.cases.windows(2) {
            let Some(mut script) = Script::new(drawn, &pair[0]) else { continue };
            script.run(&pair[1], random, &mut seen).map_err(|what| {
                let case = write::case(&pair[0], Layout::default());
                format!("{what}\n\n{}\n{case}", script.edits)
            })?;
        }
        Ok(())
    });
    println!("{seen:?}");
    let is_enough = seen.steps > 1_000 && seen.moved > 100 && seen.written > 300;
    assert!(!is_full || is_enough, "little was held: {seen:?}");
}

/// A session, and its case as far as its changes are followed.
struct Script<'d> {
    drawn: &'d Drawn,
    session: Session,
    case: Case,
    /// Whether all changes so far are of facts, so that `case` is what the session is of.
    is_followed: bool,
    /// The changes so far.
    edits: String,
}

impl<'d> Script<'d> {
    /// Nothing if the case is refused.
    fn new(drawn: &'d Drawn, case: &Case) -> Option<Self> {
        let file = TextFile::new("case.toml", write::case(case, Layout::default()));
        let session =
            Session::open(vec![file], drawn.frameworks.clone(), Arc::clone(&drawn.compiled), Run::default()).ok()?;
        Some(Self { drawn, session, case: case.clone(), is_followed: true, edits: String::new() })
    }

    /// Changes the case, to what another says, up to the first change that is refused.
    fn run(&mut self, other: &Case, random: &mut Random, seen: &mut Seen) -> Result<(), String> {
        for step in 0..STEPS {
            let Some(edit) = self.draw_edit(step, other, random) else { continue };
            writeln!(self.edits, "{edit:?}").unwrap();
            let before = statuses(&self.session.grading());
            let Ok(moved) = self.session.apply(edit) else {
                seen.refused += 1;
                return Ok(());
            };
            self.hold_afresh()?;
            self.hold_moved(&before, &moved)?;
            if self.is_followed {
                self.hold_written()?;
                seen.written += 1;
            }
            seen.steps += 1;
            seen.claims += before.len();
            seen.moved += moved.len();
        }
        Ok(())
    }

    fn draw_edit(&mut self, step: usize, other: &Case, random: &mut Random) -> Option<Edit> {
        let (what, items) = (random.below(8), self.case.items.len());
        if what <= 4 {
            return self.draw_set(other, random);
        }
        self.is_followed = false;
        Some(match what {
            5 if items > 0 => Edit::Without(format!("e{}", random.below(items)).as_str().into()),
            6 if items > 0 => {
                let source = format!("s{}", random.below(items));
                Edit::Retract(source.as_str().into(), "2020-01-01".parse().unwrap())
            }
            _ => self.draw_add(step, other, random),
        })
    }

    /// A fact of a claim or an item becomes what it is in another case. Nothing if there is no fact.
    fn draw_set(&mut self, other: &Case, random: &mut Random) -> Option<Edit> {
        let (claims, items) = (&mut self.case.claims, &mut self.case.items);
        let is_claim = random.chance(50) || items.is_empty();
        let (on, count) = if is_claim { (On::Claim, claims.len()) } else { (On::Evidence, items.len()) };
        let place = random.below(count);
        let facts: Vec<usize> = facts_on(&self.drawn.model, on).collect();
        if facts.is_empty() {
            return None;
        }
        let fact = facts[random.below(facts.len())];
        let others = if is_claim { other.claims.get(place).map(|claim| &claim.facts) } else { other.items.get(place) };
        let value = others.and_then(|facts| facts.get(&fact)).copied();
        let facts = if is_claim { &mut claims[place].facts } else { &mut items[place] };
        match value {
            Some(value) => facts.insert(fact, value),
            None => facts.remove(&fact),
        };
        Some(Edit::Set {
            of: format!("{}{place}", if is_claim { 'c' } else { 'e' }),
            fact: format!("f{fact}").as_str().into(),
            value: word(value),
        })
    }

    /// One more item, as the first of another case.
    fn draw_add(&self, step: usize, other: &Case, random: &mut Random) -> Edit {
        let claim = random.below(self.case.claims.len());
        let facts = other.items.first().map(toml).unwrap_or_default();
        Edit::Add(TextFile::new(
            format!("more{step}.toml"),
            format!(
                "[[source]]\nid = \"x{step}\"\ntitle = \"S\"\n\
                 [[evidence]]\nid = \"y{step}\"\n{facts}source = \"x{step}\"\n\
                 [[evidence.link]]\nsupports = \"c{claim}\"\n"
            ),
        ))
    }

    /// Grades and proofs are those of the case graded afresh.
    fn hold_afresh(&self) -> Result<(), String> {
        let (case, grading) = (self.session.case(), self.session.grading());
        let afresh = grade(case, &self.drawn.compiled, &Run::default());
        let afresh = afresh.map_err(|refused| format!("it is refused afresh: {refused}"))?;
        let (statuses, others) = (statuses(&grading), statuses(&afresh));
        if statuses != others {
            return Err(format!("session {statuses:?}\nafresh {others:?}"));
        }
        for (id, _) in &statuses {
            let claim = case.find_claim(id).unwrap();
            let proof = |grading: &Grading<'_>| serde_json::to_string(&grading.proof(claim)).unwrap();
            let (proof, other) = (proof(&grading), proof(&afresh));
            if proof != other {
                return Err(format!("the proof of {id}\nsession {proof}\nafresh {other}"));
            }
        }
        Ok(())
    }

    /// What is told to have moved is what is otherwise.
    fn hold_moved(&self, before: &[(String, Status)], moved: &[Moved]) -> Result<(), String> {
        for ((id, after), (_, before)) in statuses(&self.session.grading()).iter().zip(before) {
            if moved.iter().any(|moved| moved.claim.as_str() == id) != (before != after) {
                return Err(format!("whether {id} moved is told wrongly: from {before:?} to {after:?}"));
            }
        }
        Ok(())
    }

    /// Grades are those of the changed case as it is written out.
    fn hold_written(&self) -> Result<(), String> {
        let text = write::case(&self.case, Layout::default());
        let refused = |refused| format!("written out it is refused: {refused}\n{text}");
        let loaded = Loaded::from_toml("case.toml", &text, &self.drawn.frameworks).map_err(refused)?;
        let written = statuses(&grade(&loaded, &self.drawn.compiled, &Run::default()).map_err(refused)?);
        let statuses = statuses(&self.session.grading());
        if statuses != written {
            return Err(format!("session {statuses:?}\nwritten out {written:?}\n{text}"));
        }
        Ok(())
    }
}

fn statuses(grading: &Grading<'_>) -> Vec<(String, Status)> {
    grading.grades().map(|grade| (grade.id().to_string(), grade.status())).collect()
}

/// Facts as lines of TOML.
fn toml(facts: &Facts) -> String {
    let mut lines = String::new();
    for (fact, value) in facts {
        match value {
            Value::Word(_) | Value::Unknown(_) => writeln!(lines, "f{fact} = \"{}\"", plain(*value)),
            _ => writeln!(lines, "f{fact} = {}", plain(*value)),
        }
        .unwrap();
    }
    lines
}
