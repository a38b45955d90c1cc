//! Locked grades: what cases were graded as, kept in a file and held against what they are graded as now.
//!
//! A [`Lock`] is plain data. [`Lock::push`] adds a grading, [`Lock::to_toml`] writes what is kept in `evigrade.lock`, and
//! [`Lock::read`] reads it. [`Lock::verify`] holds one against another: what moved, from what to what, and by which facts
//! and decisions. Where the file lies and how cases are found is a matter of the program that does it.
//!
//! ```
//! use evigrade::document::TextFile;
//! use evigrade::lock::{Asked, Lock, Only};
//! use evigrade::{Case, Compiled, Frameworks, Run, grade};
//!
//! let frameworks = Frameworks::built_in();
//! let case = Case::from_toml("case.toml", r#"
//!     [case]
//!     id = "aspirin"
//!     title = "Aspirin for headache"
//!
//!     [[claim]]
//!     id = "efficacy"
//!     kind = "efficacy"
//!     text = "Aspirin relieves headache."
//!
//!     [[source]]
//!     id = "a-trial"
//!     title = "A trial of aspirin"
//!
//!     [[evidence]]
//!     id = "result"
//!     source = "a-trial"
//!     design = "parallel-rct"
//!     participants = 60
//!     risk-of-bias = "low"
//!
//!     [[evidence.link]]
//!     supports = "efficacy"
//! "#, &frameworks)?;
//! let framework = Compiled::new(frameworks.find("ahrq-soe")?)?;
//! let lock = |case: &Case| {
//!     let mut lock = Lock::new(Asked::default());
//!     lock.push("evidence/aspirin", &grade(case, &framework, &Run::default())?);
//!     Ok::<Lock, evigrade::Refused>(lock)
//! };
//! let text = lock(&case)?.to_toml();
//!
//! let locked = Lock::read(&TextFile::new("evigrade.lock", text))?;
//! assert_eq!(locked, lock(&case)?);
//! let found = locked.verify(&lock(&case.without("result")?)?, &Only::default());
//! assert_eq!(found.gradings[0].claims[0].left, ["result"]);
//! # Ok::<(), evigrade::Refused>(())
//! ```

mod read;
mod shapes;
mod text;
mod verify;
mod write;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

pub use self::verify::{ClaimVerified, GradingVerified, Moved, Only, Outcome, Verification};
use crate::explain::Statements;
use crate::grade::{Grading, Proof};
use crate::report::{ClaimReport, Graded, ItemReport, Output, Report};

/// Grades that are kept, and what was asked for when they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lock {
    /// What was asked for.
    pub asked: Asked,
    /// The gradings, sorted by path and framework.
    pub gradings: Vec<LockedGrading>,
}

/// What was asked for when grades were locked: with it they are made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Cases and folders of cases, relative to the folder of the file, with `/`.
    pub paths: Vec<String>,
    /// The frameworks, as ids and as paths like the others; none where each case says its own.
    pub frameworks: Vec<String>,
    /// The day, where one was asked for.
    pub as_of: Option<Date>,
    /// The layers, where some or all were asked for.
    pub layers: AskedLayers,
    /// The person under whose judgements it is graded, where one was asked for.
    pub appraiser: Option<String>,
    /// The parameters that were set, as they were written.
    pub set: BTreeMap<String, String>,
}

/// The layers that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AskedLayers {
    /// Each case says.
    #[default]
    OfCase,
    /// All that a case has.
    All,
    /// These.
    These(Vec<String>),
}

/// A grading that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockedGrading {
    /// Where the case lies, relative to the folder of the file, with `/`.
    pub path: String,
    /// What it was made of.
    pub of: MadeOf,
    /// The claims, sorted by id.
    pub claims: Vec<LockedGrade>,
}

/// What a grading was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MadeOf {
    /// The case's id.
    pub case: String,
    /// SHA-256 over what the case says.
    pub case_digest: String,
    /// The framework's id.
    pub framework: String,
    /// Its edition.
    pub edition: String,
    /// SHA-256 over what it says.
    pub framework_digest: String,
    /// The day as of which evidence counted.
    pub as_of: Option<String>,
    /// The layers that were taken; all if there is no list.
    pub layers: Option<Vec<String>>,
    /// The person whose judgements count where people part, if the run names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appraiser: Option<String>,
    /// The parameters that were set for the run.
    pub set: BTreeMap<String, String>,
}

/// The grade of a claim, or of an item where a framework appraises items, that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockedGrade {
    /// The id of the claim or item.
    pub id: String,
    /// Its level, or what is possible.
    pub level: LockedLevel,
    /// The direction of effect, if it is settled.
    pub direction: Option<String>,
    /// Other outputs of the framework, as far as they are settled.
    pub outputs: BTreeMap<String, String>,
    /// The ids of what counts, sorted.
    pub counted: Vec<String>,
    /// SHA-256 over what the proof of the grade says ([`Proof::digest`]); nothing where there is no proof.
    pub proof_digest: Option<String>,
    /// What the proofs of the grade, of the direction and of the outputs say, by the item or claim that it is said of
    /// and the name: by this it is told why a grade moved.
    pub proof: BTreeMap<String, BTreeMap<String, LockedStatement>>,
    /// Where a framework appraises items: theirs, sorted by id.
    pub items: Vec<Self>,
    /// The names of `proof`, what is read before what reads it. A file does not keep it.
    order: Order,
}

/// The order in which a proof says things. It is no part of what it says: all orders are equal.
#[derive(Clone, Debug, Default)]
struct Order(Vec<(String, String)>);

impl PartialEq for Order {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Order {}

/// A level that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockedLevel {
    /// This level or outcome.
    Level(String),
    /// It is open.
    Possible {
        /// What is possible, in the order of the scale.
        words: Vec<String>,
        /// Whether it may be that no rule answers.
        gap: bool,
    },
    /// The framework does not grade such claims.
    NotApplicable,
}

/// What a proof says of something, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedStatement {
    /// Its value.
    pub value: String,
    /// For a decision: the rule that gave it.
    pub rule: Option<String>,
    /// For a measure: the ids of what does not pass its filter, sorted.
    pub left_out: Vec<String>,
}

impl std::fmt::Display for LockedLevel {
    /// The words of the scale, as files have them.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Level(word) => formatter.pad(word),
            Self::Possible { words, gap } => {
                let mut words = words.clone();
                words.extend(gap.then(|| crate::grade::told::NO_ANSWER.to_owned()));
                formatter.pad(&words.join(" or "))
            }
            Self::NotApplicable => formatter.pad("not applicable"),
        }
    }
}

impl Lock {
    /// The version of the format that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// One without gradings.
    #[must_use]
    pub const fn new(asked: Asked) -> Self {
        Self { asked, gradings: Vec::new() }
    }

    /// Adds a grading of the case at a path; one that is there already, of the same path and framework, is replaced.
    pub fn push(&mut self, path: &str, grading: &Grading<'_>) {
        let locked = LockedGrading::new(path, grading);
        match self.gradings.binary_search_by(|known| known.key().cmp(&locked.key())) {
            Ok(position) => self.gradings[position] = locked,
            Err(position) => self.gradings.insert(position, locked),
        }
    }
}

impl LockedGrading {
    /// What it is found by.
    fn key(&self) -> (&str, &str) {
        (&self.path, &self.of.framework)
    }

    fn new(path: &str, grading: &Grading<'_>) -> Self {
        let report = Report::new(grading);
        let mut claims: Vec<LockedGrade> =
            report.claims.iter().map(|claim| LockedGrade::of_claim(grading, claim)).collect();
        claims.sort_by(|one, other| one.id.cmp(&other.id));
        let words = |layers: Vec<crate::name::Layer>| {
            let mut words: Vec<String> = layers.iter().map(ToString::to_string).collect();
            words.sort();
            words
        };
        let of = MadeOf {
            case: report.case,
            case_digest: report.case_digest,
            framework: report.framework.id,
            edition: report.framework.edition,
            framework_digest: report.framework.digest,
            as_of: report.as_of,
            layers: report.layers.map(words),
            appraiser: report.appraiser,
            set: report.framework.set.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
        };
        Self { path: path.to_owned(), of, claims }
    }
}

impl LockedGrade {
    fn of_claim(grading: &Grading<'_>, claim: &ClaimReport) -> Self {
        let framework = grading.framework().framework();
        let beside = framework.direction.iter().chain(&framework.outputs);
        let of_beside =
            |name: &crate::name::Name| grading.proof_of(grading.case().find_claim(&claim.id)?, name.as_str());
        let proofs: Vec<Proof> = beside.filter_map(of_beside).collect();
        let level = match (claim.status, &claim.level) {
            (Graded::NotApplicable, _) => LockedLevel::NotApplicable,
            (_, Some(level)) => LockedLevel::Level(level.clone()),
            (_, None) => LockedLevel::Possible { words: claim.possible.clone(), gap: claim.gap },
        };
        let mut counted: Vec<String> = claim.evidence.counted.iter().map(|counted| counted.id.clone()).collect();
        counted.sort();
        let mut items: Vec<Self> = claim.items.iter().map(Self::of_item).collect();
        items.sort_by(|one, other| one.id.cmp(&other.id));
        let mut locked = Self {
            id: claim.id.clone(),
            level,
            direction: claim.direction.clone(),
            outputs: settled(&claim.outputs),
            counted,
            proof_digest: None,
            proof: BTreeMap::new(),
            items,
            order: Order::default(),
        };
        locked.prove(claim.proof.as_ref(), &proofs);
        locked
    }

    fn of_item(item: &ItemReport) -> Self {
        let level = match (&item.level, &item.proof.value) {
            (Some(level), _) => LockedLevel::Level(level.clone()),
            (None, crate::grade::ProofValue::Possible(words, gap)) => {
                LockedLevel::Possible { words: words.clone(), gap: *gap }
            }
            (None, crate::grade::ProofValue::Known(word)) => LockedLevel::Level(word.clone()),
        };
        let mut locked = Self {
            id: item.id.clone(),
            level,
            direction: None,
            outputs: settled(&item.outputs),
            counted: Vec::new(),
            proof_digest: None,
            proof: BTreeMap::new(),
            items: Vec::new(),
            order: Order::default(),
        };
        locked.prove(Some(&item.proof), &[]);
        locked
    }

    /// Keeps what proofs say: that of the grade with its digest, and others beside it.
    fn prove(&mut self, proof: Option<&Proof>, beside: &[Proof]) {
        let mut statements = proof.map(Statements::of).unwrap_or_default();
        self.proof_digest = proof.map(|_| statements.digest());
        beside.iter().for_each(|proof| statements.add(proof));
        for statement in statements.list() {
            let (of, name) = (statement.of.clone(), statement.name.as_str().to_owned());
            let locked = LockedStatement {
                value: statement.value.clone(),
                rule: statement.rule.as_ref().map(|rule| rule.as_str().to_owned()),
                left_out: statement.left_out.clone(),
            };
            self.proof.entry(of.clone()).or_default().insert(name.clone(), locked);
            self.order.0.push((of, name));
        }
    }

    fn statement(&self, of: &str, name: &str) -> Option<&LockedStatement> {
        self.proof.get(of)?.get(name)
    }
}

fn settled(outputs: &[Output]) -> BTreeMap<String, String> {
    outputs.iter().filter_map(|output| Some((output.decision.clone(), output.value.clone()?))).collect()
}
