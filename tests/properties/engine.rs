//! The engine, asked through its public interface.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use evigrade::case::{ClaimIndex, LinkEnd, LinkIndex};
use evigrade::grade::ProofValue;
use evigrade::value::{FactValue, Value as Known};
use evigrade::{Case as Loaded, Compiled, Frameworks, Grading, Proof, Refused, Run, Status, grade};

use crate::model::{Case, From, Model, Name, Value};
use crate::write::{self, Layout};

/// What a decision can give.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Given {
    Word(String),
    /// In millionths.
    Number(i64),
    /// No rule answers.
    Nothing,
}

impl Given {
    pub(crate) fn of(value: Option<Value>) -> Self {
        match value {
            None => Self::Nothing,
            Some(Value::Number(number)) => Self::Number(number.millionths()),
            Some(value) => Self::Word(write::plain(value)),
        }
    }

    fn shown(model: &Model, decision: usize, text: &str) -> Self {
        if model.decisions[decision].is_sum() { Self::Number(millionths(text)) } else { Self::Word(text.to_owned()) }
    }
}

pub(crate) fn millionths(text: &str) -> i64 {
    let number: f64 = text.parse().expect("a number");
    (number * 1e6).round() as i64
}

/// A compiled framework, with the set in which it stands.
pub(crate) struct Engine {
    pub(crate) frameworks: Frameworks,
    pub(crate) compiled: Compiled,
}

impl Engine {
    pub(crate) fn new(model: &Model) -> Result<Self, String> {
        let mut frameworks = Frameworks::empty();
        let refused = |refused: Refused| format!("the framework is refused: {refused:?}");
        let id = frameworks.add_toml("random.toml", &write::framework(model)).map_err(refused)?;
        let framework = Arc::clone(frameworks.get(id.as_str()).ok_or("it was added")?);
        let compiled = Compiled::new(&framework).map_err(refused)?;
        Ok(Self { frameworks, compiled })
    }

    pub(crate) fn load(&self, case: &Case, layout: Layout) -> Result<Loaded, String> {
        let text = write::case(case, layout);
        Loaded::from_toml("case.toml", &text, &self.frameworks)
            .map_err(|refused| format!("the case is refused: {refused:?}"))
    }

    pub(crate) fn grade<'g>(&'g self, case: &'g Loaded) -> Result<Grading<'g>, Refused> {
        grade(case, &self.compiled, &Run::default())
    }
}

/// The claim of this number.
pub(crate) fn claim(grading: &Grading<'_>, number: usize) -> ClaimIndex {
    grading.case().find_claim(&format!("c{number}")).expect("every claim was written")
}

/// The link of an item that counts for a claim.
pub(crate) fn link(grading: &Grading<'_>, case: &Case, number: usize) -> Option<LinkIndex> {
    let wanted = &case.links[number];
    let From::Item(item) = wanted.from else { return None };
    let id = format!("e{item}");
    let from = |link: &&LinkIndex| match grading.case().link(**link).from {
        LinkEnd::Evidence(from) => grading.case().item(from).id.as_str() == id,
        LinkEnd::Claim(_) => false,
    };
    grading.body(claim(grading, wanted.to)).counted.iter().find(from).copied()
}

/// What a value in a proof can be.
pub(crate) fn possible(model: &Model, decision: usize, value: &ProofValue) -> BTreeSet<Given> {
    let shown = |text: &String| Given::shown(model, decision, text);
    match value {
        ProofValue::Known(text) => BTreeSet::from([shown(text)]),
        ProofValue::Possible(texts, gap) => texts.iter().map(shown).chain(gap.then_some(Given::Nothing)).collect(),
    }
}

/// The proofs of all decisions on a claim; none if it is not graded.
pub(crate) fn claim_proofs(model: &Model, grading: &Grading<'_>, number: usize) -> BTreeMap<usize, Proof> {
    let proof = |decision| grading.proof_of(claim(grading, number), &Name::Decision(decision).text());
    model.claim_decisions().filter_map(|decision| Some((decision, proof(decision)?))).collect()
}

/// What every decision on a claim can still be; nothing if it is not graded.
pub(crate) fn claim_values(model: &Model, grading: &Grading<'_>, number: usize) -> BTreeMap<usize, BTreeSet<Given>> {
    let proofs = claim_proofs(model, grading, number).into_iter();
    proofs.map(|(decision, proof)| (decision, possible(model, decision, &proof.value))).collect()
}

/// Whether the grade of a claim is told exactly; nothing if that is not said.
pub(crate) fn exact(grading: &Grading<'_>, number: usize) -> Option<bool> {
    match grading.grade(claim(grading, number)).status() {
        Status::Undetermined { exact, .. } => Some(exact),
        _ => None,
    }
}

/// Whether a value of the engine is one of the reference evaluator's.
pub(crate) fn same(engine: &FactValue, naive: Value) -> bool {
    match (engine, naive) {
        (FactValue::Known(Known::Flag(one)), Value::Flag(other)) => *one == other,
        (FactValue::Known(Known::Number(one)), Value::Number(other)) => {
            millionths(&one.to_string()) == other.millionths()
        }
        (FactValue::Unknown(_), Value::Unknown(_)) => engine.to_string().replace(' ', "-") == write::plain(naive),
        (FactValue::Known(known), _) => known.to_string() == write::plain(naive),
        _ => false,
    }
}
