//! Grading: facts of a case, rules of a framework, and what comes out.
//!
//! [`grade`] gathers the body of evidence of every claim (as of a day, of the layers of the run,
//! without what was retracted, undercut or said before), works out what the measures are, and asks
//! the compiled rules, claims in an order in which each comes after those that it rests on. The
//! proof of a grade is not built on the way: [`Grading::proof`] builds it from what is remembered.
//!
//! ```
//! use evigrade::{Case, Compiled, Frameworks, Run, grade};
//!
//! let frameworks = Frameworks::built_in();
//! let case = Case::from_toml("case.toml", r#"
//!     [case]
//!     id = "aspirin"
//!     title = "Aspirin for headache"
//!     conclusion = "efficacy"
//!
//!     [[claim]]
//!     id = "efficacy"
//!     kind = "efficacy"
//!     text = "Aspirin relieves headache."
//! "#, &frameworks)?;
//! let framework = Compiled::new(frameworks.find("grade")?)?;
//! let grading = grade(&case, &framework, &Run::default())?;
//! let verdict = grading.verdict().expect("the case has a conclusion");
//! assert_eq!(verdict.level().expect("it is graded"), "no-studies");
//! # Ok::<(), evigrade::Refused>(())
//! ```

pub(crate) mod again;
mod apart;
mod bounds;
mod cells;
mod contradiction;
pub(crate) mod evaluator;
pub(crate) mod facts;
pub(crate) mod frame;
mod gather;
mod given;
mod grader;
pub(crate) mod hangs;
mod judgements;
pub(crate) mod measure;
mod open;
mod pooled;
pub(crate) mod proof;
mod question;
mod range;
mod run;
pub(crate) mod shared;
mod status;
pub(crate) mod step;
pub(crate) mod supposed;
pub(crate) mod told;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use jiff::civil::Date;

pub(crate) use self::contradiction::of_given as contradiction_of_given;
use self::evaluator::Evaluator;
use self::facts::Lookup as _;
use self::frame::Frame;
pub(crate) use self::gather::gather;
pub use self::gather::{Body, Exclusion, days};
pub(crate) use self::given::{Computed, GivenValues, child, evaluate_given, item, open_given};
pub(crate) use self::judgements::{Dispute, Judgements, Matter, MatterKind, Settled};
pub use self::open::OpenFact;
pub use self::pooled::{PooledBody, PooledResult};
pub use self::proof::{
    Asked, Failed, Fired, JudgementMade, Obstacle, OtherJudgement, Points, Proof, ProofValue, Read, ReadItem, Standing,
};
pub use self::question::{Narrowing, OpenAnswer, OpenQuestion};
pub use self::run::Run;
pub use self::status::{Grade, Status};
use crate::case::{Case, ClaimIndex, EvidenceIndex, LinkEnd, LinkIndex, LinkTarget};
use crate::compile::Compiled;
use crate::diagnostic::{Problems, Refused};
use crate::document::shape::Subject;
use crate::framework::names::Index;
use crate::name::Name;
use crate::synthesis::{Method, SynthesisError};
use crate::value::FactValue;

/// A case graded under a framework.
#[derive(Debug)]
pub struct Grading<'g> {
    case: &'g Case,
    compiled: &'g Compiled,
    run: Run,
    judgements: Arc<Judgements>,
    bodies: Arc<Vec<Body>>,
    claims: Arc<Vec<Arc<ClaimState>>>,
}

/// What a grading remembers beside the case and the framework.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    run: Run,
    judgements: Arc<Judgements>,
    bodies: Arc<Vec<Body>>,
    claims: Arc<Vec<Arc<ClaimState>>>,
}

/// What is remembered of a claim.
#[derive(Debug, Default)]
pub(crate) struct ClaimState {
    /// A frame for every link that counts.
    pub(crate) items: Vec<Frame>,
    /// The claims that it rests on, as its measures see them.
    pub(crate) children: Vec<(LinkIndex, ClaimIndex, Frame)>,
    pub(crate) frame: Frame,
    /// The scope rule that keeps it out, if one does.
    pub(crate) out_of_scope: Option<usize>,
    pub(crate) later: Later,
}

/// What is worked out of a claim when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Later {
    /// The frame with every decision told exactly, not only those that come out of the claim.
    exact: OnceLock<Frame>,
    /// The same of every link that counts.
    exact_items: OnceLock<Vec<OnceLock<Frame>>>,
    /// What something that was worked out of the claim still hangs on, by name.
    hanging: Mutex<BTreeMap<Name, Arc<open::Hanging>>>,
}

/// Grades a case under a framework.
///
/// # Errors
///
/// Facts that the framework's assumptions say cannot occur together, and judgements that
/// contradict each other or that the framework does not take; an appraiser who judged nothing, or says
/// nothing where others part.
pub fn grade<'g>(case: &'g Case, compiled: &'g Compiled, run: &Run) -> Result<Grading<'g>, Refused> {
    grade_settled(case, compiled, run, &Settled::new())
}

/// The same with matters on which people part settled one way or another.
pub(crate) fn grade_settled<'g>(
    case: &'g Case,
    compiled: &'g Compiled,
    run: &Run,
    settled: &Settled,
) -> Result<Grading<'g>, Refused> {
    run.check_appraiser(case)?;
    let run = run.of_case(case);
    let mut problems = Problems::default();
    let judgements = Judgements::collect(case, compiled, &run, settled, &mut problems);
    // Where judgements are refused, what follows from the others tells nothing.
    problems.check()?;
    let bodies = gather(case, &run);
    let index = Index::new(compiled.framework());
    let as_of = run.as_of;
    let given = facts::Given { compiled, case, judgements: &judgements, bodies: &bodies, as_of, tells_exact: true };
    let (claims, problems) = grader::claims(&index, given, vec![None; case.claims().len()], &|_| true);
    problems.check()?;
    let (judgements, bodies, claims) = (Arc::new(judgements), Arc::new(bodies), Arc::new(claims));
    Ok(Grading { case, compiled, run, judgements, bodies, claims })
}

impl<'g> Grading<'g> {
    /// What it remembers beside the case and the framework.
    pub(crate) fn kept(self) -> Kept {
        let Self { run, judgements, bodies, claims, .. } = self;
        Kept { run, judgements, bodies, claims }
    }

    /// The grading of a case under a framework that was kept.
    pub(crate) fn of_kept(case: &'g Case, compiled: &'g Compiled, kept: &Kept) -> Self {
        let Kept { run, judgements, bodies, claims } = kept.clone();
        Self { case, compiled, run, judgements, bodies, claims }
    }

    /// Whether a claim was not graded again in another grading.
    pub(crate) fn is_kept_in(&self, claim: ClaimIndex, other: &Grading<'_>, there: ClaimIndex) -> bool {
        Arc::ptr_eq(&self.claims[claim.index()], &other.claims[there.index()])
    }

    /// The case.
    #[must_use]
    pub const fn case(&self) -> &'g Case {
        self.case
    }

    /// The framework.
    #[must_use]
    pub const fn framework(&self) -> &'g Compiled {
        self.compiled
    }

    /// What the run took into account, with what the case says where the run did not.
    #[must_use]
    pub const fn run(&self) -> &Run {
        &self.run
    }

    /// The day as of which it was graded, if there is one.
    #[must_use]
    pub const fn as_of(&self) -> Option<Date> {
        self.run.as_of
    }

    /// The results that bear on a claim, put together: those that count for it, or those of some items, whether these
    /// count or not. Nothing where there are none.
    ///
    /// # Errors
    ///
    /// [`SynthesisError`] where they cannot be put together: they are of different measures or of different kinds of
    /// studies, or no number comes of it.
    pub fn synthesis(
        &self,
        claim: ClaimIndex,
        method: &Method,
        items: Option<&BTreeSet<EvidenceIndex>>,
    ) -> Result<Option<PooledBody>, SynthesisError> {
        let links: Vec<LinkIndex> = match items {
            None => self.body(claim).counted.clone(),
            Some(items) => (0..self.case.links().len())
                .map(LinkIndex::new)
                .filter(|link| {
                    let link = self.case.link(*link);
                    let of = matches!(link.from, LinkEnd::Evidence(item) if items.contains(&item));
                    of && link.target == LinkTarget::Claim(claim)
                })
                .collect(),
        };
        pooled::pooled(&self.given(), claim, &links, method)
    }

    /// What a fact says of a result that bears on a claim, after judgements; nothing where the framework has no such fact of
    /// items or links.
    #[must_use]
    pub fn fact_of_result(&self, claim: ClaimIndex, result: &PooledResult, fact: &str) -> Option<FactValue> {
        let definition = self.compiled.framework().fact(fact)?;
        let is_of_result = matches!(definition.subject, Subject::Evidence | Subject::Link);
        is_of_result.then(|| self.given().of_item(result.item, result.link, claim).stated(&definition.name).value)
    }

    /// The grades of all claims, in the order of the files.
    pub fn grades(&self) -> impl Iterator<Item = Grade<'_>> {
        (0..self.claims.len()).map(|claim| self.grade(ClaimIndex::new(claim)))
    }

    /// The grade of a claim.
    #[must_use]
    pub const fn grade(&self, claim: ClaimIndex) -> Grade<'_> {
        Grade { grading: self, claim }
    }

    /// The grade of the claim with this id.
    #[must_use]
    pub fn find(&self, claim: &str) -> Option<Grade<'_>> {
        self.case.find_claim(claim).map(|claim| self.grade(claim))
    }

    /// The grade of the case's conclusion.
    #[must_use]
    pub fn verdict(&self) -> Option<Grade<'_>> {
        self.case.conclusion().map(|claim| self.grade(claim))
    }

    /// The body of evidence of a claim.
    #[must_use]
    pub fn body(&self, claim: ClaimIndex) -> &Body {
        &self.bodies[claim.index()]
    }

    pub(in crate::grade) fn given(&self) -> facts::Given<'_> {
        let Self { compiled, case, judgements, bodies, .. } = self;
        facts::Given { compiled, case, judgements, bodies, as_of: self.as_of(), tells_exact: true }
    }

    /// A claim and those that it rests on, near and far.
    pub(crate) fn below(&self, claim: ClaimIndex) -> std::collections::BTreeSet<ClaimIndex> {
        gather::below(&self.bodies, claim)
    }

    /// The place of the decision on claims whose value is the grade among those that are compiled.
    pub(crate) fn result_position(&self) -> Option<usize> {
        self.compiled.position(Subject::Claim, self.compiled.framework().result.as_ref()?)
    }

    /// What is remembered of every claim.
    pub(crate) fn states(&self) -> &[Arc<ClaimState>] {
        &self.claims
    }

    pub(crate) fn state(&self, claim: ClaimIndex) -> &ClaimState {
        &self.claims[claim.index()]
    }

    /// The claims that a claim rests on, or that bear on it, and that the framework does not grade: they
    /// count for nothing.
    pub(crate) fn passed_over(&self, claim: ClaimIndex) -> Vec<ClaimIndex> {
        let children = self.body(claim).claims.iter().map(|(_, child)| *child);
        let graded = |child: &ClaimIndex| self.state(claim).children.iter().any(|(_, known, _)| known == child);
        if self.compiled.grades() == Subject::Claim {
            children.filter(|child| !graded(child)).collect()
        } else {
            Vec::new()
        }
    }

    /// The frame of a claim with every decision told exactly.
    pub(crate) fn exact_frame(&self, claim: ClaimIndex) -> &Frame {
        let state = self.state(claim);
        state.later.exact.get_or_init(|| {
            let evaluator = Evaluator::exact(self.compiled, Subject::Claim);
            let index = Index::new(self.compiled.framework());
            grader::claim_frame(&evaluator, &index, &self.given(), claim, &state.items, &state.children).0
        })
    }

    /// The frame of an item, by the place of its link among those that count, with every decision told exactly.
    pub(crate) fn exact_item_frame(&self, claim: ClaimIndex, position: usize) -> Option<&Frame> {
        let link = *self.body(claim).counted.get(position)?;
        let LinkEnd::Evidence(item) = self.case.link(link).from else { return None };
        let count = self.body(claim).counted.len();
        let frames = self.state(claim).later.exact_items.get_or_init(|| vec![OnceLock::new(); count]);
        let frame = frames.get(position)?.get_or_init(|| {
            let evaluator = Evaluator::exact(self.compiled, Subject::Link);
            let facts = self.given().of_item(item, link, claim);
            let seen = grader::seen(self.compiled, &self.given(), claim);
            grader::item_frame(&evaluator, &facts, claim, &self.judgements, &seen)
        });
        Some(frame)
    }

    /// The proof of a claim's grade.
    #[must_use]
    pub fn proof(&self, claim: ClaimIndex) -> Option<Proof> {
        let result = self.compiled.framework().result.as_ref()?;
        proof::of_claim(self, claim, result)
    }

    /// What stands between a claim's decision and its values that are wanted.
    pub(crate) fn obstacles(&self, claim: ClaimIndex, decision: &Name, wanted: &dyn Fn(&str) -> bool) -> Vec<Obstacle> {
        proof::obstacles(self, claim, decision, wanted)
    }

    /// Why a claim's grade is what it is, in a sentence: what the rule that gave it says, with values
    /// filled in. Costs far less than the whole proof.
    #[must_use]
    pub fn because(&self, claim: ClaimIndex) -> Option<String> {
        let result = self.compiled.framework().result.as_ref()?;
        proof::because_of_claim(self, claim, result)
    }

    /// The proof of a decision on a claim.
    #[must_use]
    pub fn proof_of(&self, claim: ClaimIndex, decision: &str) -> Option<Proof> {
        let name = &self.compiled.framework().decision(decision)?.name;
        proof::of_claim(self, claim, name)
    }

    /// The proof of a decision on an item, as it is linked to a claim and counts there.
    #[must_use]
    pub fn proof_of_item(&self, claim: ClaimIndex, link: LinkIndex, decision: &str) -> Option<Proof> {
        let name = &self.compiled.framework().decision(decision)?.name;
        proof::of_item(self, claim, link, name)
    }

    /// What a decision on each counted item of a claim's body gave: the item's link, and the
    /// value, if it is determined.
    #[must_use]
    pub fn item_values(&self, claim: ClaimIndex, name: &str) -> Vec<(LinkIndex, Option<FactValue>)> {
        let Some(variable) = self.compiled.items.space.value_of(name) else { return Vec::new() };
        let state = self.state(claim);
        let links = self.body(claim).counted.iter().copied();
        links.zip(&state.items).map(|(link, frame)| (link, frame.value(variable).cloned())).collect()
    }
}
