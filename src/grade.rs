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

mod bounds;
pub(crate) mod facts;
pub(crate) mod frame;
mod gather;
mod given;
mod judgements;
pub(crate) mod measure;
mod open;
pub(crate) mod proof;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use self::bounds::Asked;
use self::facts::{ClaimFacts, ItemFacts, Lookup};
use self::frame::{Answer, Evaluator, Frame, Possible, Preset, Slot};
pub use self::gather::{Body, Exclusion};
pub(crate) use self::given::{Computed, GivenValues, evaluate_given, open_given};
use self::judgements::Judgements;
use self::measure::{Contribution, WordOrder, contribution};
pub use self::open::OpenFact;
pub use self::proof::{Failed, Fired, JudgementMade, Proof, ProofValue, Read, ReadItem};
use crate::case::{Case, ClaimIndex, EvidenceIndex, LinkEnd, LinkIndex};
use crate::compile::Compiled;
use crate::compile::diagram::{Diagram, VariableId};
use crate::compile::space::Domain;
use crate::diagnostic::{Code, Diagnostic, Problems, Refused};
use crate::document::shape::Subject;
use crate::framework::names::Index;
use crate::framework::{Decision, JudgementPolicy, Measure, Over};
use crate::name::{Layer, Name, Word};
use crate::value::FactValue;

/// What a run takes into account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The day as of which evidence counts, instead of the case's own.
    pub as_of: Option<Date>,
    /// The layers that are taken; all of them if there is no list. Items without a layer always
    /// take part.
    pub layers: Option<Vec<Layer>>,
}

/// A case graded under a framework.
#[derive(Debug)]
pub struct Grading<'g> {
    case: &'g Case,
    compiled: &'g Compiled,
    run: Run,
    judgements: Judgements,
    bodies: Vec<Body>,
    claims: Vec<ClaimState>,
}

/// What is remembered of a claim.
#[derive(Debug)]
pub(crate) struct ClaimState {
    /// A frame for every link that counts.
    pub(crate) items: Vec<Frame>,
    /// The claims that it rests on, as its measures see them.
    pub(crate) children: Vec<(LinkIndex, ClaimIndex, Frame)>,
    pub(crate) frame: Frame,
    /// The scope rule that keeps it out, if one does.
    pub(crate) out_of_scope: Option<usize>,
}

/// How a claim came out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It has a level, or an outcome beside the levels.
    Graded(Word),
    /// Facts that matter are missing, or no rule answers.
    Undetermined {
        /// The levels and outcomes that are still possible, in the order of the scale.
        possible: Vec<Word>,
        /// Whether it may be that no rule answers.
        gap: bool,
        /// Whether exactly these are possible; otherwise these and no others.
        exact: bool,
    },
    /// The framework does not grade this kind of claim, for this reason.
    NotApplicable(String),
}

/// The grade of a claim.
#[derive(Clone, Copy, Debug)]
pub struct Grade<'g> {
    grading: &'g Grading<'g>,
    claim: ClaimIndex,
}

/// Grades a case under a framework.
///
/// # Errors
///
/// Facts that the framework's assumptions say cannot occur together, and judgements that
/// contradict each other or that the framework does not take.
pub fn grade<'g>(case: &'g Case, compiled: &'g Compiled, run: &Run) -> Result<Grading<'g>, Refused> {
    let mut problems = Problems::default();
    let judgements = Judgements::collect(case, compiled, run, &mut problems);
    problems.check()?;
    let mut grader = Grader {
        case,
        compiled,
        index: Index::new(compiled.framework()),
        as_of: run.as_of.or(case.as_of()),
        judgements: &judgements,
        bodies: &gather::gather(case, run),
        claims: (0..case.claims().len()).map(|_| None).collect(),
        problems: Problems::default(),
    };
    for claim in case.graph().order() {
        let state = grader.claim(*claim);
        grader.claims[claim.index()] = Some(state);
    }
    let Grader { claims, problems, bodies, .. } = grader;
    problems.check()?;
    let bodies = bodies.clone();
    let claims = claims.into_iter().flatten().collect();
    Ok(Grading { case, compiled, run: run.clone(), judgements, bodies, claims })
}

struct Grader<'g> {
    case: &'g Case,
    compiled: &'g Compiled,
    index: Index<'g>,
    as_of: Option<Date>,
    judgements: &'g Judgements,
    bodies: &'g Vec<Body>,
    claims: Vec<Option<ClaimState>>,
    problems: Problems,
}

impl Grader<'_> {
    fn claim(&mut self, claim: ClaimIndex) -> ClaimState {
        let body = &self.bodies[claim.index()];
        let mut items = Vec::with_capacity(body.counted.len());
        for link in &body.counted {
            items.push(self.item(*link, claim));
        }
        let mut children = Vec::new();
        for (link, child) in &body.claims {
            if let Some(state) = &self.claims[child.index()]
                && state.out_of_scope.is_none()
                && self.compiled.grades() == Subject::Claim
            {
                children.push((*link, *child, self.child(*link, *child, state)));
            }
        }
        let (ways, exact) = {
            let frames: Vec<&Frame> = items.iter().collect();
            let of_children: Vec<&Frame> = children.iter().map(|(_, _, frame)| frame).collect();
            self.measures(&frames, &of_children)
        };
        let facts = ClaimFacts {
            case: self.case,
            framework: self.compiled.framework(),
            judgements: self.judgements,
            as_of: self.as_of,
            claim,
            link: None,
        };
        let judged = |name: &Name| self.judgements.on_claim(claim, name).map(|(_, word)| word.clone());
        let mut frame = evaluate_ways(self.compiled, &facts, &ways, &judged);
        frame.exact &= exact;
        let frame_problems = violated(self.compiled, Subject::Claim, &frame, &facts, &self.case.claim(claim).span);
        self.problems.extend(frame_problems);
        self.bounded(&frame, claim);
        let level = &self.compiled.claims;
        let out_of_scope = self.compiled.scope.iter().position(|(_, holds)| {
            let possible = level.diagrams.possible(*holds, &frame.inputs());
            !possible.contains(&0)
        });
        ClaimState { items, children, frame, out_of_scope }
    }

    fn item(&mut self, link: LinkIndex, claim: ClaimIndex) -> Frame {
        let LinkEnd::Evidence(item) = self.case.link(link).from else {
            // Only links from evidence are counted.
            return Evaluator { compiled: self.compiled, on: Subject::Link }.evaluate(
                &facts::GivenFacts { framework: self.compiled.framework(), given: &BTreeMap::new() },
                &Preset::new(),
                &|_| None,
            );
        };
        let facts = ItemFacts {
            case: self.case,
            framework: self.compiled.framework(),
            judgements: self.judgements,
            as_of: self.as_of,
            item,
            link: Some((link, claim)),
        };
        let frame = self.item_frame(&facts, item, Some(claim));
        let span = &self.case.item(item).span;
        self.problems.extend(violated(self.compiled, Subject::Link, &frame, &facts, span));
        frame
    }

    fn item_frame(&self, facts: &ItemFacts<'_>, item: EvidenceIndex, claim: Option<ClaimIndex>) -> Frame {
        let framework = self.compiled.framework();
        let judged = |name: &Name| {
            let on_item = framework.decision(name.as_str()).is_some_and(|decision| decision.on == Subject::Evidence);
            let found = match claim {
                Some(claim) if !on_item => self.judgements.on_link(item, claim, name),
                _ => self.judgements.on_item(item, name),
            };
            found.map(|(_, word)| word.clone())
        };
        Evaluator { compiled: self.compiled, on: Subject::Link }.evaluate(facts, &Preset::new(), &judged)
    }

    /// A claim as the measures of a claim that hangs on it see it.
    fn child(&self, link: LinkIndex, child: ClaimIndex, state: &ClaimState) -> Frame {
        let level = &self.compiled.children;
        let facts = ClaimFacts {
            case: self.case,
            framework: self.compiled.framework(),
            judgements: self.judgements,
            as_of: self.as_of,
            claim: child,
            link: Some(link),
        };
        let mut slots = Vec::with_capacity(level.space.len());
        let mut values = Vec::with_capacity(level.space.len());
        for (_, variable) in level.space.iter() {
            let name = &variable.name;
            match self.compiled.claims.space.value_of(name.as_str()).filter(|_| self.is_worked_out(name)) {
                Some(own) => {
                    // The cells of a name are the same wherever it is read.
                    slots.push(state.frame.slot(own).clone());
                    values.push(state.frame.value(own).cloned());
                }
                None => {
                    let stated = facts.stated(name).value;
                    slots.push(variable.domain.cell(&stated).map_or(Slot::Open, Slot::One));
                    values.push(Some(stated));
                }
            }
        }
        Frame { slots, values, results: Vec::new(), exact: state.frame.exact }
    }

    fn is_worked_out(&self, name: &Name) -> bool {
        use crate::framework::names::Named;
        matches!(
            self.index.get(crate::framework::names::Scope::Child, name.as_str()),
            Some(Named::Measure(_) | Named::Derived(_) | Named::Decision(_))
        )
    }

    /// What the measures are, or can be: for each way the variables with their values.
    fn measures(&self, items: &[&Frame], children: &[&Frame]) -> (Vec<Preset>, bool) {
        measures(self.compiled, &self.index, items, children)
    }

    /// Refuses judgements that differ from the rules by more than the framework allows.
    fn bounded(&mut self, frame: &Frame, claim: ClaimIndex) {
        let level = &self.compiled.claims;
        for (compiled, result) in level.decisions.iter().zip(&frame.results) {
            let decision = &self.compiled.framework().decisions[compiled.index];
            let JudgementPolicy::Allowed { within: Some(within) } = decision.judgement else { continue };
            let Some((judgement, word)) = self.judgements.on_claim(claim, &decision.name) else { continue };
            let rank = |cell: u16| (usize::from(cell) < decision.values.len()).then_some(cell);
            let (Some(Answer::Cell(judged)), Some(Answer::Cell(computed))) = (result.judged, result.computed.one())
            else {
                continue;
            };
            let far = match (rank(judged), rank(computed)) {
                (Some(judged), Some(computed)) => u32::from(judged.abs_diff(computed)) > within,
                _ => judged != computed,
            };
            if far {
                let message = format!(
                    "`{}` may be judged within {within} of what the rules give, and `{word}` is not",
                    decision.name
                );
                let span = &self.case.judgements()[judgement.index()].span;
                self.problems.push(Diagnostic::error(Code::JudgementRefused, message).at(span));
            }
        }
    }
}

/// What the measures are, or can be, over items and linked claims: for each way the variables of
/// the measures with their values, and whether these are all ways and no more.
pub(crate) fn measures(
    compiled: &Compiled,
    index: &Index<'_>,
    items: &[&Frame],
    children: &[&Frame],
) -> (Vec<Preset>, bool) {
    let mut settled = Preset::new();
    let mut waiting: Vec<usize> = Vec::new();
    for (position, measure) in compiled.measures.iter().enumerate() {
        let definition = &compiled.framework().measures[measure.index];
        let (level, frames) = match measure.over {
            Over::Evidence => (&compiled.items, items),
            Over::Claims => (&compiled.children, children),
        };
        let given: Result<Vec<Option<Contribution>>, _> =
            frames.iter().map(|frame| contribution(measure, &level.diagrams, frame)).collect();
        match given {
            Ok(given) => {
                let given: Vec<Contribution> = given.into_iter().flatten().collect();
                let value = measure::aggregate(definition, &WordOrder::of(index, definition), &given);
                let domain = &compiled.claims.space.get(measure.output).domain;
                let slot = domain.cell(&value).map_or(Slot::Open, Slot::One);
                settled.insert(measure.output, (slot, Some(value)));
            }
            Err(_) => waiting.push(position),
        }
    }
    if waiting.is_empty() {
        return (vec![settled], true);
    }
    let (of_items, items_exact) = open_measures(compiled, index, &waiting, Over::Evidence, items);
    let (of_children, children_exact) = open_measures(compiled, index, &waiting, Over::Claims, children);
    // Two open claims may hang on the same item; as seen from here they do not.
    let apart = children.iter().filter(|frame| !frame.is_closed()).count() <= 1
        && (of_children.len() <= 1 || of_items.len() <= 1);
    let mut ways = Vec::new();
    for one in &of_items {
        for other in &of_children {
            let mut way = settled.clone();
            way.extend(one.iter().chain(other).map(|(variable, slot)| (*variable, (slot.clone(), None))));
            ways.push(way);
        }
    }
    (ways, items_exact && children_exact && apart && children.iter().all(|frame| frame.exact))
}

type MeasureSlots = Vec<(VariableId, Slot)>;

fn open_measures(
    compiled: &Compiled,
    index: &Index<'_>,
    waiting: &[usize],
    over: Over,
    frames: &[&Frame],
) -> (Vec<MeasureSlots>, bool) {
    let waiting: Vec<usize> =
        waiting.iter().copied().filter(|position| compiled.measures[*position].over == over).collect();
    if waiting.is_empty() {
        return (vec![Vec::new()], true);
    }
    let outputs: Vec<VariableId> = waiting.iter().map(|position| compiled.measures[*position].output).collect();
    let domains: Vec<&Domain> = outputs.iter().map(|output| &compiled.claims.space.get(*output).domain).collect();
    let level = match over {
        Over::Evidence => &compiled.items,
        Over::Claims => &compiled.children,
    };
    // Items on which people decided are asked with their decisions in place.
    let mut uniform = true;
    let mut opaque: BTreeSet<VariableId> = BTreeSet::new();
    for (position, frame) in frames.iter().enumerate() {
        let decided = level.decisions.iter().zip(&frame.results);
        let judged: BTreeSet<VariableId> =
            decided.filter(|(_, result)| result.judged.is_some()).map(|(decision, _)| decision.output).collect();
        uniform &= position == 0 || judged == opaque;
        opaque.extend(judged);
    }
    let contributions = match over {
        Over::Evidence => compiled.contributions(&opaque),
        Over::Claims => None,
    };
    let measure_of =
        |position: usize| -> &Measure { &compiled.framework().measures[compiled.measures[position].index] };
    let orders: Vec<WordOrder> = waiting.iter().map(|position| WordOrder::of(index, measure_of(*position))).collect();
    let asked: Vec<Asked<'_>> = waiting
        .iter()
        .zip(&orders)
        .map(|(position, order)| {
            let measure = &compiled.measures[*position];
            let written = contributions
                .as_ref()
                .and_then(|written| written.asked.iter().find(|asked| asked.measure == *position));
            let local = |asked: &Option<(_, Diagram)>| asked.as_ref().map_or(Diagram::TRUE, |(_, holds)| *holds);
            let (filter, prefer, holds) = match written {
                Some(written) => (written.filter, written.prefer, written.holds),
                None => (local(&measure.filter), local(&measure.prefer), local(&measure.condition)),
            };
            let of = measure.of.map(|(variable, identity)| {
                let of = written.map_or(identity, |written| written.of);
                (of, variable, &level.space.get(variable).domain)
            });
            Asked { measure: measure_of(*position), order, filter, prefer, holds, of }
        })
        .collect();
    let (diagrams, legal) = match &contributions {
        Some(written) => (&written.chain.diagrams, written.chain.legal),
        None => (&level.diagrams, level.legal),
    };
    let joint = bounds::joint(&asked, &domains, diagrams, legal, frames);
    let exact = joint.exact && uniform && (contributions.is_some() || over == Over::Claims);
    let ways = joint.ways.into_iter().map(|slots| outputs.iter().copied().zip(slots).collect()).collect();
    (ways, exact)
}

/// The frame of a claim whose measures can be in several ways: what is possible in any of them.
pub(crate) fn evaluate_ways(
    compiled: &Compiled,
    facts: &dyn Lookup,
    ways: &[Preset],
    judged: &dyn Fn(&Name) -> Option<Word>,
) -> Frame {
    let evaluator = Evaluator { compiled, on: Subject::Claim };
    let mut frames = ways.iter().map(|way| evaluator.evaluate(facts, way, judged));
    let Some(mut whole) = frames.next() else { return evaluator.evaluate(facts, &Preset::new(), judged) };
    for frame in frames {
        whole.exact &= frame.exact;
        for (result, other) in whole.results.iter_mut().zip(&frame.results) {
            result.computed.union(&other.computed);
        }
        for (position, (slot, value)) in frame.slots.iter().zip(&frame.values).enumerate() {
            if whole.slots[position] != *slot {
                let cells = compiled.claims.space.get(VariableId(position as u16)).domain.cells();
                whole.slots[position] = join(&whole.slots[position], slot, cells);
            }
            if whole.values[position] != *value {
                whole.values[position] = None;
            }
        }
    }
    whole
}

fn join(one: &Slot, other: &Slot, cells: usize) -> Slot {
    let mut joined = fixedbitset::FixedBitSet::with_capacity(cells);
    for slot in [one, other] {
        match slot {
            Slot::Open => return Slot::Open,
            Slot::One(cell) => joined.insert(*cell as usize),
            Slot::Some(some) => joined.union_with(some),
        }
    }
    Slot::of(joined)
}

/// The assumptions that a frame contradicts, each as a diagnostic that points at the facts.
fn violated(
    compiled: &Compiled,
    on: Subject,
    frame: &Frame,
    facts: &dyn Lookup,
    span: &crate::document::Span,
) -> Vec<Diagnostic> {
    let level = compiled.level(on);
    let mut found = Vec::new();
    for assumption in &level.assumptions {
        let possible = level.diagrams.possible(assumption.holds, &frame.inputs());
        if possible.contains(&0) || possible.is_empty() {
            continue;
        }
        let definition = &compiled.framework().assumptions[assumption.index];
        let message = format!("these facts cannot occur together: {}", definition.because);
        let mut diagnostic = Diagnostic::error(Code::AssumptionViolated, message);
        for variable in assumption.never.variables() {
            let name = &level.space.get(variable).name;
            let stated = facts.stated(name);
            let shown = format!("`{name}` is {}", stated.value);
            diagnostic = match stated.origin {
                facts::Origin::File(at) => diagnostic.label(&at, shown),
                _ => diagnostic.label(span, shown),
            };
        }
        let help = format!("`{}` assumes it (`{}`); mend the fact that is wrong", definition.origin, definition.id);
        found.push(diagnostic.help(help));
    }
    found
}

impl<'g> Grading<'g> {
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

    /// What the run took into account.
    #[must_use]
    pub const fn run(&self) -> &Run {
        &self.run
    }

    /// The day as of which it was graded, if there is one.
    #[must_use]
    pub fn as_of(&self) -> Option<Date> {
        self.run.as_of.or(self.case.as_of())
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

    pub(crate) fn state(&self, claim: ClaimIndex) -> &ClaimState {
        &self.claims[claim.index()]
    }

    /// The proof of a claim's grade.
    #[must_use]
    pub fn proof(&self, claim: ClaimIndex) -> Option<Proof> {
        let result = self.compiled.framework().result.as_ref()?;
        proof::of_claim(self, claim, result)
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

impl<'g> Grade<'g> {
    /// The claim.
    #[must_use]
    pub const fn claim(&self) -> ClaimIndex {
        self.claim
    }

    /// The claim's id.
    #[must_use]
    pub fn id(&self) -> &'g str {
        self.grading.case.claim(self.claim).id.as_str()
    }

    /// How it came out.
    #[must_use]
    pub fn status(&self) -> Status {
        let framework = self.grading.compiled.framework();
        let state = self.grading.state(self.claim);
        if let Some(rule) = state.out_of_scope {
            return Status::NotApplicable(framework.scope[rule].because.clone());
        }
        let Some(decision) = framework.result_decision() else {
            return Status::NotApplicable(format!("{} grades nothing by itself.", framework.title));
        };
        if decision.on != Subject::Claim {
            let message = format!("{} appraises single results, not bodies of evidence.", framework.title);
            return Status::NotApplicable(message);
        }
        match self.words(decision) {
            (words, false, _) if words.len() == 1 => Status::Graded(words[0].clone()),
            (possible, gap, exact) => Status::Undetermined { possible, gap, exact },
        }
    }

    /// The level or outcome, if there is one.
    #[must_use]
    pub fn level(&self) -> Option<Word> {
        match self.status() {
            Status::Graded(word) => Some(word),
            _ => None,
        }
    }

    /// The direction of effect, if the framework tells it and it is determined.
    #[must_use]
    pub fn direction(&self) -> Option<Word> {
        let framework = self.grading.compiled.framework();
        self.output(framework.direction.as_ref()?.as_str())
    }

    /// The value of another output of the framework, if it is determined.
    #[must_use]
    pub fn output(&self, decision: &str) -> Option<Word> {
        let state = self.grading.state(self.claim);
        let decision = self.grading.compiled.framework().decision(decision)?;
        if state.out_of_scope.is_some() || decision.on != Subject::Claim {
            return None;
        }
        match self.words(decision) {
            (words, false, _) if words.len() == 1 => words.into_iter().next(),
            _ => None,
        }
    }

    /// The value of a measure or of anything else that is known of the claim.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<FactValue> {
        let variable = self.grading.compiled.claims.space.value_of(name)?;
        self.grading.state(self.claim).frame.value(variable).cloned()
    }

    /// The missing facts on which the grade still hangs.
    #[must_use]
    pub fn open(&self) -> Vec<OpenFact> {
        match self.status() {
            Status::Undetermined { .. } => open::open_facts(self.grading, self.claim),
            _ => Vec::new(),
        }
    }

    /// The words that a decision can still give, in the order of its values; whether it may be
    /// that no rule answers; whether this is exact.
    fn words(&self, decision: &Decision) -> (Vec<Word>, bool, bool) {
        let state = self.grading.state(self.claim);
        let level = &self.grading.compiled.claims;
        let position = level
            .decisions
            .iter()
            .position(|compiled| self.grading.compiled.framework().decisions[compiled.index].name == decision.name);
        let Some(position) = position else { return (Vec::new(), true, true) };
        let Possible { answers, gap } = state.frame.results[position].possible();
        let evaluator = Evaluator { compiled: self.grading.compiled, on: Subject::Claim };
        let words = answers
            .into_iter()
            .map(|answer| evaluator.value_of(&level.decisions[position], answer).to_string().into())
            .collect();
        (words, gap, state.frame.exact)
    }
}
