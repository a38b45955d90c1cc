//! The compiled form of a framework: decision diagrams over cells, one for each decision.
//!
//! Every question about rules is answered from this form: which value comes out and by which
//! rule, which values are still possible when facts are missing, how often each value occurs over
//! all combinations of facts.
//!
//! ```
//! use evigrade::{Compiled, Frameworks};
//!
//! let frameworks = Frameworks::built_in();
//! let rob2 = Compiled::new(frameworks.find("rob2")?)?;
//! assert_eq!(rob2.framework().id, "rob2");
//! # Ok::<(), evigrade::Refused>(())
//! ```

pub(crate) mod chain;
mod clash;
mod contributions;
pub(crate) mod count;
pub(crate) mod decision;
pub(crate) mod diagram;
mod facts;
pub(crate) mod formula;
mod kinds;
pub(crate) mod legal;
pub(crate) mod level;
pub(crate) mod reach;
pub(crate) mod space;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use self::chain::Chain;
pub(crate) use self::contributions::{AskedOfItems, Contributions};
use self::diagram::{Diagram, HashMap, VariableId};
use self::formula::{Formula, Parameters, closed, distinguish};
pub use self::kinds::Grades;
use self::level::{Level, LevelBuilder, summands};
use self::space::{Distinctions, Role};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused};
use crate::document::shape::Subject;
use crate::framework::names::{Index, Named, Scope, inner_scope};
use crate::framework::template::placeholders;
use crate::framework::{Condition, Derived, Framework, Over, ScopeRule};
use crate::name::{Name, nearest};
use crate::synthesis::Method;
use crate::value::{FactValue, Value};

/// A framework, ready to grade.
#[derive(Debug)]
pub struct Compiled {
    framework: Arc<Framework>,
    parameters: Arc<Parameters>,
    method: Method,
    overridden: BTreeSet<Name>,
    facts: HashMap<Name, usize>,
    pub(crate) items: Level,
    pub(crate) claims: Level,
    pub(crate) children: Level,
    pub(crate) measures: Vec<CompiledMeasure>,
    pub(crate) scope: Vec<(Formula, Diagram)>,
    /// The positions of the decisions on claims that are asked for: the outputs, and those that
    /// claims are asked by the claims that rest on them.
    pub(crate) outcomes: BTreeSet<usize>,
    /// The variables of items that are facts of their claim, or of the run: the same for all.
    pub(crate) shared: Vec<VariableId>,
    chains: Mutex<Chains>,
}

/// What is opaque in a chain, and the positions of the decisions asked of it.
type ChainOf = (BTreeSet<VariableId>, BTreeSet<usize>);

/// Chains that were written out, by what was opaque in them and what was asked for: none where the
/// chain is too large to be written out.
#[derive(Debug, Default)]
struct Chains {
    items: HashMap<ChainOf, Option<Arc<Chain>>>,
    claims: HashMap<ChainOf, Option<Arc<Chain>>>,
    contributions: HashMap<BTreeSet<VariableId>, Option<Arc<Contributions>>>,
}

/// A compiled measure.
#[derive(Debug)]
pub(crate) struct CompiledMeasure {
    /// Its position in the framework's list.
    pub(crate) index: usize,
    pub(crate) over: Over,
    /// Its variable among those of claims.
    pub(crate) output: VariableId,
    /// Which items count, over the variables of items or of children.
    pub(crate) filter: Option<(Formula, Diagram)>,
    /// Which items count alone, if there are any.
    pub(crate) prefer: Option<(Formula, Diagram)>,
    /// What is asked of each item.
    pub(crate) condition: Option<(Formula, Diagram)>,
    /// What it is made of, and the diagram of its cells.
    pub(crate) of: Option<(VariableId, Diagram)>,
}

impl Compiled {
    /// Compiles a framework as it is.
    ///
    /// # Errors
    ///
    /// Rules that overlap where only one may hold; a framework that is too large.
    pub fn new(framework: &Arc<Framework>) -> Result<Self, Refused> {
        Self::with_parameters(framework, &BTreeMap::new())
    }

    /// Compiles a framework with some of its parameters set otherwise.
    ///
    /// # Errors
    ///
    /// As [`Compiled::new`], and parameters that the framework does not have, or that cannot be
    /// what they are set to.
    pub fn with_parameters(framework: &Arc<Framework>, set: &BTreeMap<Name, Value>) -> Result<Self, Refused> {
        let mut problems = Problems::default();
        let mut parameters: Parameters =
            framework.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.value.clone())).collect();
        for (name, value) in set {
            match parameter_problem(framework, name, value) {
                None => {
                    parameters.insert(name.clone(), value.clone());
                }
                Some(problem) => problems.push(problem),
            }
        }
        problems.check()?;
        compile(framework, parameters, set.keys().cloned().collect())
    }

    /// Compiles a framework for every setting of its switches at once: a parameter that rules only test is
    /// one more thing that can be so or otherwise. For checks alone; nothing is graded by it.
    pub(crate) fn for_all_settings(framework: &Arc<Framework>) -> Result<Self, Refused> {
        let switches = switches(framework);
        let fixed = framework.parameters.iter().filter(|parameter| !switches.contains(&parameter.name));
        let fixed = fixed.map(|parameter| (parameter.name.clone(), parameter.value.clone())).collect();
        compile(framework, fixed, BTreeSet::new())
    }

    /// The framework.
    #[must_use]
    pub const fn framework(&self) -> &Arc<Framework> {
        &self.framework
    }

    /// The value of every parameter.
    #[must_use]
    pub fn parameters(&self) -> &BTreeMap<Name, Value> {
        &self.parameters
    }

    pub(crate) const fn shared_parameters(&self) -> &Arc<Parameters> {
        &self.parameters
    }

    /// How results are put together, for what facts of claims say of them.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Whether a parameter was set otherwise for this run.
    #[must_use]
    pub fn is_overridden(&self, name: &str) -> bool {
        self.overridden.contains(name)
    }

    /// The parameters that were set otherwise for this run, with their values.
    #[must_use]
    pub fn set_for_run(&self) -> BTreeMap<String, FactValue> {
        let set = self.parameters.iter().filter(|(name, _)| self.overridden.contains(name.as_str()));
        set.map(|(name, value)| (name.as_str().to_owned(), value.clone().into())).collect()
    }

    /// How many branches the largest diagram of a decision has, by the decision's own table; decisions that are
    /// evaluated rule by rule have none.
    ///
    /// ```
    /// use evigrade::{Compiled, Frameworks};
    ///
    /// let frameworks = Frameworks::built_in();
    /// assert!(Compiled::new(frameworks.find("rob2")?)?.largest_diagram() > 0);
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    #[must_use]
    pub fn largest_diagram(&self) -> usize {
        let levels = [&self.items, &self.claims].into_iter();
        let sizes = levels.flat_map(|level| level.decisions.iter().map(|known| level.diagrams.size(known.value)));
        sizes.max().unwrap_or_default()
    }

    /// What the framework grades: evidence items one by one, or claims.
    #[must_use]
    pub fn grades(&self) -> Subject {
        self.framework.result_decision().map_or(Subject::Claim, |decision| decision.on)
    }

    pub(crate) const fn level(&self, on: Subject) -> &Level {
        match on {
            Subject::Claim => &self.claims,
            Subject::Evidence | Subject::Link => &self.items,
        }
    }

    /// The level of what measures run over.
    pub(crate) const fn inner(&self, over: Over) -> &Level {
        match over {
            Over::Evidence => &self.items,
            Over::Claims => &self.children,
        }
    }

    /// The position of a decision among those of its level.
    pub(crate) fn position(&self, on: Subject, decision: &Name) -> Option<usize> {
        let known = &self.level(on).decisions;
        known.iter().position(|known| self.framework.decisions[known.index].name == *decision)
    }

    /// Whether a variable of a level is made of others: a derived value, a decision, or a measure.
    pub(crate) fn is_worked_out(&self, on: Subject, variable: VariableId) -> bool {
        let level = self.level(on);
        let measured = || self.measures.iter().any(|measure| measure.output == variable);
        level.is_derived(variable) || level.position_of(variable).is_some() || on == Subject::Claim && measured()
    }

    /// The names of the facts that assumptions tie to something of another name: what one of them says may rule out what
    /// the other says.
    pub(crate) fn tied(&self) -> BTreeSet<&Name> {
        let mut tied = BTreeSet::new();
        for on in [Subject::Link, Subject::Claim] {
            let name = |variable: &VariableId| &self.level(on).space.get(*variable).name;
            for part in &self.level(on).legal.parts {
                if part.reads.iter().any(|variable| part.reads.iter().any(|other| name(variable) != name(other))) {
                    let facts = part.reads.iter().filter(|variable| !self.is_worked_out(on, **variable));
                    tied.extend(facts.map(name));
                }
            }
        }
        tied
    }

    /// Decisions of a level written out over what is not decided, if that is not too large.
    pub(crate) fn chain(
        &self,
        on: Subject,
        opaque: &BTreeSet<VariableId>,
        wanted: &BTreeSet<usize>,
    ) -> Option<Arc<Chain>> {
        let mut chains = self.chains.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = match on {
            Subject::Claim => &mut chains.claims,
            Subject::Evidence | Subject::Link => &mut chains.items,
        };
        let entry = known.entry((opaque.clone(), wanted.clone()));
        entry.or_insert_with(|| Chain::new(self.level(on), opaque, wanted).ok().map(Arc::new)).clone()
    }
}

/// Why a parameter cannot be set so, if it cannot.
pub(crate) fn parameter_problem(framework: &Framework, name: &Name, value: &Value) -> Option<Diagnostic> {
    let Some(parameter) = framework.parameter(name.as_str()) else {
        let message = format!("`{}` has no parameter `{name}`", framework.id);
        let known: Vec<&str> = framework.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let help = match known.as_slice() {
            [] => "it has none".to_owned(),
            known => format!("its parameters are {}", known.join(", ")),
        };
        let near = nearest(name.as_str(), known);
        return Some(Diagnostic::error(Code::BadParameter, message).did_you_mean_or(near, help));
    };
    let wanted = parameter.accepts(value).err()?;
    let message = format!("{wanted}, and it is set to {value}");
    Some(Diagnostic::error(Code::BadParameter, message).label(&parameter.span, "the parameter"))
}

fn compile(
    framework: &Arc<Framework>,
    parameters: Parameters,
    overridden: BTreeSet<Name>,
) -> Result<Compiled, Refused> {
    let mut problems = Problems::default();
    let parameters = Arc::new(parameters);
    let index = Index::new(framework);
    let mut distinctions = Distinctions::default();
    for (scope, condition) in conditions(framework, &index) {
        distinguish(condition, scope, &index, &parameters, &mut distinctions);
    }
    let summands = summands(framework);
    let builder = |scope| LevelBuilder::new(framework, &index, &parameters, &distinctions, &summands, scope);
    let mut items = builder(Scope::Link);
    let mut claims = builder(Scope::Claim);
    let mut children = builder(Scope::Child);

    // The result first, so that the diagrams test variables in the order in which it reads them.
    let outputs = framework.result.iter().chain(&framework.direction).chain(&framework.outputs);
    let own = framework.decisions.iter().map(|decision| &decision.name).filter(|name| is_own(framework, name));
    for name in outputs.chain(own) {
        // A fact of items may be called like a decision on claims.
        match framework.decision(name.as_str()) {
            Some(decision) if decision.on == Subject::Claim => claims.add(name, &mut problems),
            Some(_) => items.add(name, &mut problems),
            None => {}
        }
    }
    for measure in framework.measures.iter().filter(|measure| is_own(framework, &measure.name)) {
        claims.add(&measure.name, &mut problems);
    }
    for derived in framework.derived.iter().filter(|derived| is_own(framework, &derived.name)) {
        let level = if derived.on == Subject::Claim { &mut claims } else { &mut items };
        level.add(&derived.name, &mut problems);
    }
    // What is read of child claims is worked out of claims like everything else.
    let mut read = 0;
    while read < framework.measures.len() {
        read = 0;
        for measure in &framework.measures {
            let reached = measure.over == Over::Claims && claims.value_of(&measure.name).is_some();
            let parts = if reached { index.parts(Named::Measure(measure), Scope::Claim) } else { Vec::new() };
            let before = claims.len();
            for (_, name) in parts {
                let of_claims =
                    !matches!(index.get(Scope::Child, name.as_str()), Some(Named::Fact(_) | Named::BuiltIn(_)) | None);
                if of_claims {
                    claims.add(&name, &mut problems);
                }
            }
            read += usize::from(claims.len() == before);
        }
    }
    let scope: Vec<(Formula, Diagram)> = framework
        .scope
        .iter()
        .filter_map(|ScopeRule { when, .. }| claims.formula(when, &closed([when]), &mut problems))
        .collect();

    // What a `because` shows has to be known, even where no rule tests it.
    for decision in &framework.decisions {
        let level = if decision.on == Subject::Claim { &mut claims } else { &mut items };
        if level.value_of(&decision.name).is_none() {
            continue;
        }
        for rule in decision.rules.iter().chain(&decision.otherwise) {
            for name in placeholders(&rule.because) {
                level.add(&name.into(), &mut problems);
            }
        }
    }
    for name in framework.scope.iter().flat_map(|rule| placeholders(&rule.because)) {
        claims.add(&name.into(), &mut problems);
    }

    children.read_from(&claims);
    let mut measures = Vec::new();
    for (position, measure) in framework.measures.iter().enumerate() {
        let Some(output) = claims.value_of(&measure.name) else { continue };
        let level = match measure.over {
            Over::Evidence => &mut items,
            Over::Claims => &mut children,
        };
        let closed = closed(measure.conditions());
        let mut formula = |asked: Option<&Condition>| level.formula(asked?, &closed, &mut problems);
        let filter = formula(measure.filter.as_ref());
        let prefer = formula(measure.prefer.as_ref());
        let condition = formula(measure.aggregate.condition());
        let of = measure.aggregate.of().and_then(|name| {
            level.add(name, &mut problems);
            level.identity(name)
        });
        measures.push(CompiledMeasure { index: position, over: measure.over, output, filter, prefer, condition, of });
    }
    let claims = claims.finish(&mut problems);
    let children = children.finish(&mut problems);
    let outputs = framework.result.iter().chain(&framework.direction).chain(&framework.outputs);
    let read = children.space.iter().map(|(_, variable)| &variable.name);
    let asked = outputs.chain(read).filter_map(|name| claims.space.value_of(name.as_str()));
    let outcomes = asked.filter_map(|variable| claims.position_of(variable)).collect();
    let items = items.finish(&mut problems);
    let of_claim = |name: &str| match index.get(Scope::Link, name) {
        Some(Named::Fact(fact)) => fact.subject == Subject::Claim,
        // The kind of a claim is always known.
        Some(Named::BuiltIn(built_in)) => built_in.of_claims && name != "kind",
        _ => false,
    };
    let values = items.space.iter().filter(|(_, variable)| variable.role == Role::Value);
    let shared = values.filter(|(_, variable)| of_claim(variable.name.as_str())).map(|(id, _)| id).collect();
    let compiled = Compiled {
        framework: Arc::clone(framework),
        overridden,
        facts: facts::by_name(framework),
        items,
        claims,
        children,
        outcomes,
        shared,
        measures,
        scope,
        chains: Mutex::default(),
        method: method(framework, &parameters),
        parameters,
    };
    problems.finish(compiled).map(|(compiled, _)| compiled)
}

/// How results are put together, as the parameters say.
fn method(framework: &Framework, parameters: &Parameters) -> Method {
    Method::of_words(framework.parameters.iter().filter_map(|parameter| match parameters.get(&parameter.name)? {
        Value::Choice(word) => Some((parameter.synthesis?, word.as_str())),
        _ => None,
    }))
}

/// Whether a framework says something itself, or inherits it, rather than only using it.
fn is_own(framework: &Framework, name: &Name) -> bool {
    !framework
        .uses
        .iter()
        .any(|used| name.as_str().strip_prefix(used.as_str()).is_some_and(|rest| rest.starts_with('.')))
}

/// The parameters that are only tested, and never stand for a value of something else.
fn switches(framework: &Framework) -> BTreeSet<Name> {
    let index = Index::new(framework);
    let operands = conditions(framework, &index).into_iter().flat_map(|(_, condition)| {
        let tests = condition.tests().into_iter();
        tests.flat_map(|test| test.accepts.iter().flat_map(crate::framework::Accept::operands).collect::<Vec<_>>())
    });
    let mut values: BTreeSet<&Name> = operands.filter_map(crate::framework::Operand::parameter).collect();
    values.extend(framework.derived.iter().flat_map(Derived::names));
    let switches = framework.parameters.iter().filter(|known| !values.contains(&known.name));
    switches.map(|known| known.name.clone()).collect()
}

/// Every condition of a framework, with the scope in which it is asked.
fn conditions<'f>(framework: &'f Framework, index: &Index<'_>) -> Vec<(Scope, &'f Condition)> {
    let mut all = Vec::new();
    for decision in &framework.decisions {
        all.extend(decision.rules.iter().map(|rule| (Scope::of(decision.on), &rule.when)));
    }
    for measure in &framework.measures {
        all.extend(measure.conditions().map(|condition| (inner_scope(measure), condition)));
    }
    all.extend(framework.scope.iter().map(|rule| (Scope::Claim, &rule.when)));
    for assumption in &framework.assumptions {
        all.push((crate::framework::assumption_scope(index, assumption), &assumption.never));
    }
    all
}
