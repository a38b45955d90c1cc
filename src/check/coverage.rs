//! Rule coverage: which rules the examples and counts of a framework exercise.
//!
//! A rule is exercised by an example if it answers on the way to something that the example expects; where
//! several rules count together, if it is one of those that count. A count exercises every rule that answers for
//! one of its combinations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::world::World;
use crate::compile::Compiled;
use crate::compile::decision::{CompiledDecision, Outcome};
use crate::compile::diagram::{Cells, VariableId};
use crate::compile::level::Level;
use crate::document::shape::Subject;
use crate::framework::names::{Index, Scope};
use crate::framework::{Decision, Enumeration, Framework, HitPolicy, Rule};
use crate::grade::frame::{Answer, Frame};
use crate::name::{Name, RuleId};
use crate::selftest::CompiledBy;
use crate::selftest::example::work_out;

/// How many of its own rules a framework exercises; added up, how many several do.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Coverage {
    /// Its own rules, each `otherwise` and each cell of a table among them.
    pub rules: usize,
    /// Those that an example exercises.
    pub by_examples: usize,
    /// Those that an example or a count exercises.
    pub by_all: usize,
    /// The others, by decision.
    pub unexercised: Vec<(Name, RuleId)>,
}

impl Coverage {
    /// The share of rules that something exercises, in percent; 100 where there are none.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.rules == 0 { 100.0 } else { self.by_all as f64 * 100.0 / self.rules as f64 }
    }
}

impl<'c> std::iter::Sum<&'c Self> for Coverage {
    fn sum<I: Iterator<Item = &'c Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            rules: sum.rules + one.rules,
            by_examples: sum.by_examples + one.by_examples,
            by_all: sum.by_all + one.by_all,
            unexercised: [sum.unexercised, one.unexercised.clone()].concat(),
        })
    }
}

/// A rule by the names of its decision and its own.
type RuleKey = (Name, RuleId);

/// Which rules of a framework its examples and counts exercise.
///
/// ```
/// use evigrade::{Frameworks, check};
///
/// let frameworks = Frameworks::built_in();
/// let coverage = check::coverage(frameworks.find("rob2")?);
/// assert!(coverage.by_all <= coverage.rules);
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[must_use]
pub fn coverage(framework: &Arc<Framework>) -> Coverage {
    let own = own_rules(framework);
    let examples: BTreeSet<RuleKey> = of_examples(framework).into_iter().filter(|key| own.contains_key(key)).collect();
    let mut all = examples.clone();
    all.extend(of_counts(framework).into_iter().filter(|key| own.contains_key(key)));
    Coverage {
        rules: own.len(),
        by_examples: examples.len(),
        by_all: all.len(),
        unexercised: own.into_keys().filter(|key| !all.contains(key)).collect(),
    }
}

/// The rules that stand in the framework's own file.
pub(crate) fn own_rules(framework: &Framework) -> BTreeMap<RuleKey, &Rule> {
    let all = framework.decisions.iter().flat_map(|decision| {
        let rules = decision.rules.iter().chain(&decision.otherwise);
        rules.map(|rule| ((decision.name.clone(), rule.id.clone()), rule))
    });
    all.filter(|(_, rule)| Arc::ptr_eq(rule.span.file(), framework.span.file())).collect()
}

fn of_examples(framework: &Arc<Framework>) -> BTreeSet<RuleKey> {
    let mut compiled = CompiledBy::new(framework);
    let mut exercised = BTreeSet::new();
    for example in framework.examples() {
        // An example that cannot be read fails its own test.
        let Ok(worked) = work_out(&mut compiled, example) else { continue };
        let index = Index::new(framework);
        for (name, _) in &example.expect {
            let Some(decision) = framework.decision(name.as_str()) else { continue };
            let Some((_, _, outcome)) = worked.outcomes.iter().find(|(on, ..)| *on == decision.on) else { continue };
            let scope = Scope::of(decision.on);
            let mut reached = index.made_of(scope, name);
            reached.insert((scope, name.clone()));
            for (at, name) in reached {
                let frames: Vec<(&Frame, Subject)> = match (at, decision.on) {
                    (Scope::Claim, Subject::Claim) => vec![(&outcome.frame, Subject::Claim)],
                    (Scope::Link | Scope::Evidence, Subject::Claim) => {
                        outcome.items.iter().map(|item| (item, Subject::Link)).collect()
                    }
                    (Scope::Child, _) => Vec::new(),
                    (_, on) => vec![(&outcome.frame, on)],
                };
                for (frame, on) in frames {
                    exercised.extend(answering(&worked.compiled, on, frame, &name));
                }
            }
        }
    }
    exercised
}

/// The rules of a decision that certainly answer for what is known.
fn answering(compiled: &Compiled, on: Subject, frame: &Frame, name: &Name) -> Vec<RuleKey> {
    let level = compiled.level(on);
    let Some(position) = level.space.value_of(name.as_str()).and_then(|variable| level.position_of(variable)) else {
        return Vec::new();
    };
    let known = &level.decisions[position];
    let decision = &compiled.framework().decisions[known.index];
    let Some(result) = frame.results.get(position).filter(|result| result.judged.is_none()) else { return Vec::new() };
    let inputs = frame.inputs();
    let only = |diagram, value: u32| {
        let possible = level.diagrams.possible(diagram, &inputs);
        possible.len() == 1 && possible.contains(&value)
    };
    let holds = |rule: usize| only(known.rules[rule].holds, 1);
    let fails = |rule: usize| only(known.rules[rule].holds, 0);
    let all = 0..known.rules.len();
    let mut answering: Vec<usize> = match decision.hit {
        HitPolicy::First | HitPolicy::Unique | HitPolicy::Table { .. } => {
            all.clone().find(|rule| !fails(*rule)).filter(|rule| holds(*rule)).into_iter().collect()
        }
        HitPolicy::Worst | HitPolicy::Best => {
            let value = result.computed.one();
            all.clone()
                .filter(|rule| holds(*rule) && value.is_some() && gives(known, *rule, frame, level) == value)
                .collect()
        }
        HitPolicy::Sum { .. } => all.clone().filter(|rule| holds(*rule)).collect(),
    };
    if all.clone().all(fails) {
        answering.push(known.rules.len());
    }
    keys(decision, answering)
}

/// What a rule gives for what is known.
fn gives(known: &CompiledDecision, rule: usize, frame: &Frame, level: &Level) -> Option<Answer> {
    let cell = match &known.rules[rule].outcome {
        Outcome::Word(cell) => *cell,
        Outcome::SameAs(variable, cells) => {
            let value = frame.value(*variable)?;
            let cell = level.space.get(*variable).domain.cell(value)?;
            *cells.get(usize::from(cell))?
        }
        Outcome::Number(_) | Outcome::NumberOf(..) => return None,
    };
    u16::try_from(cell).ok().map(Answer::Cell)
}

fn keys(decision: &Decision, rules: impl IntoIterator<Item = usize>) -> Vec<RuleKey> {
    let all: Vec<&Rule> = decision.rules.iter().chain(&decision.otherwise).collect();
    let found = rules.into_iter().filter_map(|rule| all.get(rule));
    found.map(|rule| (decision.name.clone(), rule.id.clone())).collect()
}

fn of_counts(framework: &Arc<Framework>) -> BTreeSet<RuleKey> {
    let mut compiled = CompiledBy::new(framework);
    let mut exercised = BTreeSet::new();
    for count in framework.enumerations() {
        let Ok(compiled) = compiled.with(&count.parameters) else { continue };
        exercised.extend(of_count(&compiled, count).unwrap_or_default());
    }
    exercised
}

fn of_count(compiled: &Compiled, count: &Enumeration) -> Option<Vec<RuleKey>> {
    let framework = compiled.framework();
    let on = framework.decision(count.decision.as_str())?.on;
    let level = compiled.level(on);
    let inputs = compiled.combined(count)?;
    let judged: BTreeSet<VariableId> = inputs.keys().copied().filter(|id| level.position_of(*id).is_some()).collect();
    let target = level.position_of(level.space.value_of(count.decision.as_str())?)?;
    let mut world = World::new(compiled, on, judged.clone(), &BTreeSet::from([target])).ok()?;
    let cells = |variable: VariableId| inputs.get(&variable).map_or(Cells::Any, Cells::Some);
    let mut exercised = Vec::new();
    for position in 0..level.decisions.len() {
        let known = &level.decisions[position];
        if world.chain.values[position].is_none() || judged.contains(&known.output) {
            continue;
        }
        let rules: BTreeSet<usize> = match known.hits {
            Some(hits) => {
                let hits = world.expand(hits).ok()?;
                world.chain.diagrams.possible(hits, &cells).into_iter().map(|hit| hit as usize).collect()
            }
            None => {
                let mut rules = BTreeSet::new();
                for (number, rule) in known.rules.iter().enumerate() {
                    let holds = world.expand(rule.holds).ok()?;
                    if world.chain.diagrams.possible(holds, &cells).contains(&1) {
                        rules.insert(number);
                    }
                }
                rules
            }
        };
        exercised.extend(keys(&framework.decisions[known.index], rules));
    }
    Some(exercised)
}
