//! A level: the variables and decisions of items, or of claims, in an order in which each comes
//! after all that it is made of.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rust_decimal::Decimal;

use super::decision::{CompiledDecision, DecisionCompiler, GAP, Outcome};
use super::diagram::{Cells, Diagram, Diagrams, HashMap, HashSet, TooLarge, VariableId};
use super::formula::{Compiler, Formula, Parameters, closed};
use super::legal::Legal;
use super::space::{Distinctions, Domain, Role, Space, Variable, range_of};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::framework::names::{Index, Named, Scope, ValueType, decision_type};
use crate::framework::{Argument, Framework, HitPolicy, Start, Then};
use crate::name::Name;
use crate::value::FactValue;
use crate::vocabulary::FactType;

/// How many branches the diagrams of a level may have together.
const LARGEST: usize = 1 << 18;
/// How many steps of work a level may take.
const MOST_WORK: usize = 1 << 22;
/// How many steps of work one decision may take.
pub(super) const MOST_WORK_EACH: usize = 1 << 19;
/// How many variables a level may have.
const MOST_VARIABLES: usize = 1000;

/// What is worked out of a level, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A derived value, by its position in [`Level::derived`].
    Derived(usize),
    /// A decision, by its position in [`Level::decisions`].
    Decision(usize),
}

/// A derived value of a level.
#[derive(Debug)]
pub(crate) struct CompiledDerived {
    /// Its position in the framework's list.
    pub(crate) index: usize,
    pub(crate) output: VariableId,
    /// Its arguments, in the order of the function's own list.
    pub(crate) arguments: Vec<Vec<CompiledArgument>>,
}

/// An argument of a host function.
#[derive(Debug)]
pub(crate) enum CompiledArgument {
    /// A number, or the value of a parameter.
    Value(FactValue),
    Variable(VariableId),
}

impl CompiledArgument {
    pub(crate) const fn variable(&self) -> Option<VariableId> {
        match self {
            Self::Value(_) => None,
            Self::Variable(variable) => Some(*variable),
        }
    }
}

/// An assumption of a level.
#[derive(Debug)]
pub(crate) struct CompiledAssumption {
    /// Its position in the framework's list.
    pub(crate) index: usize,
    pub(crate) never: Formula,
    pub(crate) holds: Diagram,
}

/// The variables and decisions of items, or of claims.
#[derive(Debug)]
pub(crate) struct Level {
    pub(crate) space: Space,
    pub(crate) diagrams: Diagrams,
    pub(crate) steps: Vec<Step>,
    pub(crate) decisions: Vec<CompiledDecision>,
    pub(crate) derived: Vec<CompiledDerived>,
    pub(crate) assumptions: Vec<CompiledAssumption>,
    /// What can occur at all.
    pub(crate) legal: Legal,
    /// What each step hangs on, as soon as it is asked.
    reads: OnceLock<Vec<Vec<VariableId>>>,
}

impl Level {
    /// Whether a variable is a derived value.
    pub(crate) fn is_derived(&self, variable: VariableId) -> bool {
        self.derived.iter().any(|derived| derived.output == variable)
    }

    /// What each step hangs on, step by step.
    pub(crate) fn reads(&self) -> &[Vec<VariableId>] {
        self.reads.get_or_init(|| self.steps.iter().map(|step| self.reads_of(*step).into_iter().collect()).collect())
    }

    fn reads_of(&self, step: Step) -> BTreeSet<VariableId> {
        let decision = match step {
            Step::Derived(position) => {
                let arguments = self.derived[position].arguments.iter().flatten();
                return arguments.filter_map(CompiledArgument::variable).collect();
            }
            Step::Decision(position) => &self.decisions[position],
        };
        if let Some(value) = decision.value {
            return self.diagrams.variables(value);
        }
        let mut reads: BTreeSet<VariableId> = decision.outcomes().filter_map(Outcome::variable).collect();
        for rule in &decision.rules {
            reads.extend(self.diagrams.variables(rule.holds));
        }
        reads
    }

    /// Whether a condition asks what was decided or derived.
    pub(crate) fn reads_rules(&self, formula: &Formula) -> bool {
        let mut variables = formula.variables().into_iter();
        variables.any(|variable| self.position_of(variable).is_some() || self.is_derived(variable))
    }

    /// Whether anything is computed of the value of a variable; otherwise it matters only in which cell it is.
    pub(crate) fn computes_with(&self, variable: VariableId) -> bool {
        let mut arguments = self.derived.iter().flat_map(|derived| derived.arguments.iter().flatten());
        arguments.any(|argument| argument.variable() == Some(variable))
    }

    /// Whether what is known can be so at all.
    pub(crate) fn can_occur<'c>(&self, inputs: &dyn Fn(VariableId) -> Cells<'c>) -> bool {
        self.legal.can_occur(&self.diagrams, inputs)
    }

    /// The position of the decision whose value a variable is.
    pub(crate) fn position_of(&self, variable: VariableId) -> Option<usize> {
        self.decisions.iter().position(|decision| decision.output == variable)
    }

    /// A leaf of a decision's value, as people read it: `gap` where no rule answers.
    pub(crate) fn shown_value(&self, position: usize, value: u32) -> String {
        let decision = &self.decisions[position];
        if value == GAP {
            return "gap".to_owned();
        }
        match decision.totals.get(value as usize) {
            Some(total) => total.normalize().to_string(),
            None => self.space.get(decision.output).domain.shown(u16::try_from(value).unwrap_or(u16::MAX)),
        }
    }

    /// The compiled decision whose value a variable is.
    pub(crate) fn decision_of(&self, variable: VariableId) -> Option<&CompiledDecision> {
        self.decisions.iter().find(|decision| decision.output == variable)
    }
}

/// Builds levels.
pub(super) struct LevelBuilder<'b> {
    pub(super) framework: &'b Framework,
    pub(super) index: &'b Index<'b>,
    pub(super) parameters: &'b Arc<Parameters>,
    pub(super) distinctions: &'b Distinctions,
    /// Names whose every number has to be told apart, for they are added up.
    pub(super) summands: &'b BTreeSet<Name>,
    pub(super) scope: Scope,
    space: Space,
    diagrams: Diagrams,
    steps: Vec<Step>,
    decisions: Vec<CompiledDecision>,
    derived: Vec<CompiledDerived>,
    entered: HashSet<Name>,
    /// The cells of what was worked out at another level and is read at this one.
    elsewhere: HashMap<Name, Domain>,
}

impl<'b> LevelBuilder<'b> {
    pub(super) fn new(
        framework: &'b Framework,
        index: &'b Index<'b>,
        parameters: &'b Arc<Parameters>,
        distinctions: &'b Distinctions,
        summands: &'b BTreeSet<Name>,
        scope: Scope,
    ) -> Self {
        Self {
            framework,
            index,
            parameters,
            distinctions,
            summands,
            scope,
            space: Space::default(),
            diagrams: Diagrams::with_limits(LARGEST, MOST_WORK),
            steps: Vec::new(),
            decisions: Vec::new(),
            derived: Vec::new(),
            entered: HashSet::default(),
            elsewhere: HashMap::default(),
        }
    }

    /// Takes over the cells of another level, so that what it works out can be read here.
    pub(super) fn read_from(&mut self, other: &Self) {
        let domains = other.space.iter().filter(|(_, variable)| variable.role == Role::Value);
        self.elsewhere = domains.map(|(_, variable)| (variable.name.clone(), variable.domain.clone())).collect();
    }

    /// Adds a name and, before it, everything that it is made of.
    pub(super) fn add(&mut self, name: &Name, problems: &mut Problems) {
        if self.entered.contains(name) {
            return;
        }
        // What a name is made of may go deeper than calls may: each name waits for its parts, and the last that was put here is next.
        let mut waiting = vec![(name.clone(), false)];
        while let Some((name, has_parts)) = waiting.pop() {
            let named = self.index.get(self.scope, name.as_str());
            match named {
                Some(named) if has_parts => self.make(&name, named, problems),
                _ if self.entered.contains(&name) => {}
                _ => {
                    self.entered.insert(name.clone());
                    let Some(named) = named else { continue };
                    waiting.push((name, true));
                    let first = waiting.len();
                    // In a level of children everything comes as it was found; nothing is worked out.
                    if self.scope != Scope::Child {
                        // A parameter that is left open is tested like a fact, and stands among them.
                        named.each_part(&mut |part| {
                            if !self.entered.contains(part) {
                                waiting.push((part.clone(), false));
                            }
                        });
                    }
                    waiting[first..].reverse();
                }
            }
        }
    }

    /// Adds a name of which everything that it is made of is there.
    fn make(&mut self, name: &Name, named: Named<'_>, problems: &mut Problems) {
        match named {
            Named::Parameter(_) if self.parameters.contains_key(name) => {}
            Named::Decision(decision) if self.scope != Scope::Child => {
                self.decision(name, decision, problems);
            }
            Named::Derived(_) if self.scope != Scope::Child => {
                let Some(output) = self.variable(name, problems) else { return };
                let position = self.framework.derived.iter().position(|derived| derived.name == *name);
                if let Some(index) = position {
                    let arguments = &self.framework.derived[index].arguments;
                    let compiled =
                        arguments.iter().map(|given| given.iter().map(|given| self.argument(given)).collect());
                    let compiled = CompiledDerived { index, output, arguments: compiled.collect() };
                    self.steps.push(Step::Derived(self.derived.len()));
                    self.derived.push(compiled);
                }
            }
            _ => {
                self.variable(name, problems);
            }
        }
    }

    fn argument(&self, argument: &Argument) -> CompiledArgument {
        let name = match argument {
            Argument::Number(number) => return CompiledArgument::Value(FactValue::from(*number)),
            Argument::Name(name) => name,
        };
        match (self.parameters.get(name), self.space.value_of(name.as_str())) {
            (Some(value), _) => CompiledArgument::Value(FactValue::Known(value.clone())),
            (None, Some(variable)) => CompiledArgument::Variable(variable),
            (None, None) => CompiledArgument::Value(FactValue::MISSING),
        }
    }

    fn variable(&mut self, name: &Name, problems: &mut Problems) -> Option<VariableId> {
        let value_type = self.index.value_type(self.scope, name.as_str())?;
        let range = range_of(self.index, self.scope, name.as_str(), 0);
        self.add_variable(name, &value_type, range, &[], problems)
    }

    fn add_variable(
        &mut self,
        name: &Name,
        value_type: &ValueType,
        range: (Option<Decimal>, Option<Decimal>),
        totals: &[Decimal],
        problems: &mut Problems,
    ) -> Option<VariableId> {
        let mut cuts = self.distinctions.cuts.get(name).cloned().unwrap_or_default();
        if self.summands.contains(name) {
            let mut apart = Distinctions::default();
            let counted = match range {
                (Some(least), Some(most)) if value_type.kind == FactType::Count => whole_numbers(least, most),
                _ => Vec::new(),
            };
            totals.iter().chain(&counted).for_each(|number| apart.cut(name, None, *number));
            cuts.extend(apart.cuts.remove(name).unwrap_or_default());
        }
        let words = self.distinctions.words.get(name).cloned().unwrap_or_default();
        let domain = match self.elsewhere.get(name) {
            Some(domain) => domain.clone(),
            None => Domain::new(value_type, range, totals, &cuts, &words),
        };
        if self.space.len() + 2 > MOST_VARIABLES {
            let message = format!("this framework has more than {MOST_VARIABLES} names that rules test");
            problems.push(too_large(message, &self.framework.span));
            return None;
        }
        if self.distinctions.missing.contains(name) {
            let domain = domain.clone().closed();
            self.space.add(Variable { name: name.clone(), role: Role::Closed, domain });
        }
        self.space.add(Variable { name: name.clone(), role: Role::Value, domain })
    }

    fn decision(&mut self, name: &Name, decision: &crate::framework::Decision, problems: &mut Problems) {
        let Some(index) = self.framework.decisions.iter().position(|known| known.name == *name) else { return };
        let value_type = decision_type(decision);
        let words = Domain::new(&value_type, (None, None), &[], &BTreeSet::new(), &BTreeSet::new());
        let closed = closed(decision.rules.iter().map(|rule| &rule.when));
        let output = VariableId(u16::try_from(self.space.len()).unwrap_or(u16::MAX));
        let mut diagrams = std::mem::take(&mut self.diagrams);
        let compiler = self.compiler(&closed);
        let compiled = diagrams.within_work(MOST_WORK_EACH, |diagrams| {
            DecisionCompiler { compiler: &compiler, diagrams }.compile(index, decision, output, &words)
        });
        self.diagrams = diagrams;
        let Ok(mut compiled) = compiled else {
            let message = format!("a condition of the decision `{name}` is too large to be compiled");
            problems.push(too_large(message, &decision.span));
            return;
        };
        let range = match (&decision.hit, compiled.totals.first(), compiled.totals.last()) {
            (HitPolicy::Sum { .. }, Some(least), Some(most)) => (Some(*least), Some(*most)),
            _ => (None, None),
        };
        let Some(output) = self.add_variable(name, &value_type, range, &compiled.totals, problems) else { return };
        compiled.output = output;
        self.steps.push(Step::Decision(self.decisions.len()));
        self.decisions.push(compiled);
    }

    /// Finishes the level: assumptions, and the overlap of rules where one may hold.
    pub(super) fn finish(mut self, problems: &mut Problems) -> Level {
        let mut assumptions: Vec<CompiledAssumption> = Vec::new();
        for (index, assumption) in self.framework.assumptions.iter().enumerate() {
            let scope = crate::framework::assumption_scope(self.index, assumption);
            let here = match self.scope {
                Scope::Claim => scope == Scope::Claim,
                Scope::Link => scope != Scope::Claim,
                _ => false,
            };
            if !here {
                continue;
            }
            assumption.never.visit(&mut |test| self.add(&test.name, problems));
            let never = self.compiler(&closed([&assumption.never])).formula(&assumption.never);
            match never.diagram(&mut self.diagrams) {
                Ok(holds) => assumptions.push(CompiledAssumption { index, never, holds }),
                Err(TooLarge) => {
                    let message = format!("the assumption `{}` is too large to be compiled", assumption.id);
                    problems.push(too_large(message, &assumption.span));
                }
            }
        }
        let holds: Result<Vec<Diagram>, TooLarge> =
            assumptions.iter().map(|assumption| self.diagrams.not(assumption.holds)).collect();
        let legal = holds.and_then(|holds| Legal::new(&mut self.diagrams, holds)).unwrap_or_else(|TooLarge| {
            let message = "the assumptions are too large to be compiled together".to_owned();
            problems.push(too_large(message, &self.framework.span));
            Legal::default()
        });
        self.diagrams.finish();
        let level = Level {
            space: self.space,
            diagrams: self.diagrams,
            steps: self.steps,
            decisions: self.decisions,
            derived: self.derived,
            assumptions,
            legal,
            reads: OnceLock::new(),
        };
        level.side_by_side(self.framework, problems)
    }

    fn compiler<'c>(&'c self, closed: &'c BTreeSet<Name>) -> Compiler<'c> {
        let Self { index, scope, parameters, space, .. } = self;
        Compiler { index, scope: *scope, parameters, space, closed }
    }

    /// Compiles a condition that is asked at this level together with others.
    pub(super) fn formula(
        &mut self,
        condition: &crate::framework::Condition,
        closed: &BTreeSet<Name>,
        problems: &mut Problems,
    ) -> Option<(Formula, Diagram)> {
        condition.visit(&mut |test| self.add(&test.name, problems));
        let formula = self.compiler(closed).formula(condition);
        match formula.diagram(&mut self.diagrams) {
            Ok(holds) => Some((formula, holds)),
            Err(TooLarge) => {
                let span = condition.tests().first().map_or(&self.framework.span, |test| &test.span).clone();
                problems.push(too_large("this condition is too large to be compiled", &span));
                None
            }
        }
    }

    /// How many variables there are so far.
    pub(super) fn len(&self) -> usize {
        self.space.len()
    }

    /// The variable of a name that was added.
    pub(super) fn value_of(&self, name: &Name) -> Option<VariableId> {
        self.space.value_of(name.as_str())
    }

    /// The variable of a name that was added, and the diagram of its cells.
    pub(super) fn identity(&mut self, name: &Name) -> Option<(VariableId, Diagram)> {
        let variable = self.space.value_of(name.as_str())?;
        let cells = self.space.get(variable).domain.cells();
        Some((variable, self.diagrams.identity(variable, cells).ok()?))
    }
}

fn whole_numbers(least: Decimal, most: Decimal) -> Vec<Decimal> {
    let mut numbers = Vec::new();
    let mut number = least.ceil();
    while number <= most && numbers.len() <= crate::framework::WIDEST_SUMMAND {
        numbers.push(number);
        match number.checked_add(Decimal::ONE) {
            Some(next) => number = next,
            None => break,
        }
    }
    numbers
}

/// Names that are added up in some sum, and sums that measures are made of.
pub(super) fn summands(framework: &Framework) -> BTreeSet<Name> {
    let sum = |name: &&Name| {
        framework.decision(name.as_str()).is_some_and(|decision| matches!(decision.hit, HitPolicy::Sum { .. }))
    };
    let measured = framework.measures.iter().filter_map(|measure| measure.aggregate.of());
    let mut summands: BTreeSet<Name> = measured.filter(sum).cloned().collect();
    for decision in &framework.decisions {
        let HitPolicy::Sum { start, .. } = &decision.hit else { continue };
        if let Start::ValueOf(name, _) = start {
            summands.insert(name.clone());
        }
        for rule in &decision.rules {
            if let Then::ValueOf(name, _) = &rule.then {
                summands.insert(name.clone());
            }
        }
    }
    summands
}

pub(super) fn too_large(message: impl Into<String>, span: &Span) -> Diagnostic {
    let help = "cut it into decisions over fewer names, and let one decision put their values together";
    Diagnostic::error(Code::TooLarge, message).at(span).help(help)
}
