//! What stands between a decision and a value that it does not give: rule by rule, and decision by decision below it.

use std::collections::{BTreeSet, VecDeque};

use fixedbitset::FixedBitSet;
use rust_decimal::Decimal;

use super::failure::{actual, certain, failure, may_hold, shown_formula};
use super::{Builder, Room};
use crate::case::ClaimIndex;
use crate::compile::decision::{CompiledDecision, Outcome};
use crate::compile::diagram::VariableId;
use crate::compile::formula::{Atom, Formula};
use crate::framework::names::Named;
use crate::framework::{Decision, HitPolicy, Rule};
use crate::grade::Grading;
use crate::grade::frame::{Answer, Slot};
use crate::grade::judgements::MatterKind;
use crate::grade::proof::against::{Asked, Obstacle, Points, Standing};
use crate::grade::proof::{Fired, Read};
use crate::name::Name;
use crate::vocabulary::BetterEnd;

/// How many decisions are told at most.
const MOST_BLOCKS: usize = 64;

/// What stands between a claim's decision and some of its values, the decision first, then those that it reads and
/// that would have to be otherwise.
pub(in crate::grade) fn obstacles(
    grading: &Grading<'_>,
    claim: ClaimIndex,
    decision: &Name,
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<Obstacle> {
    let mut builder = Builder::new(grading.compiled, Some(grading));
    let found = builder.with_claim(claim, |builder, room| {
        let exact = room.exact.map_or(room.frame, |exact| exact());
        let room = Room { frame: exact, exact: None, ..*room };
        let variable = room.level.space.value_of(decision.as_str())?;
        let domain = &room.level.space.get(variable).domain;
        let mut cells = FixedBitSet::with_capacity(domain.cells());
        for cell in (0..domain.known_cells()).filter_map(|cell| u16::try_from(cell).ok()) {
            cells.set(cell as usize, wanted(&domain.shown(cell)));
        }
        let mut against = Against { builder, waiting: VecDeque::from([(variable, cells)]), seen: BTreeSet::new() };
        Some(against.all(&room))
    });
    found.flatten().unwrap_or_default()
}

struct Against<'a, 'b> {
    builder: &'a mut Builder<'b>,
    /// Decisions of the claim, each with the cells that would help.
    waiting: VecDeque<(VariableId, FixedBitSet)>,
    seen: BTreeSet<VariableId>,
}

impl Against<'_, '_> {
    fn all(&mut self, room: &Room<'_>) -> Vec<Obstacle> {
        let mut all = Vec::new();
        while let Some((variable, cells)) = self.waiting.pop_front() {
            if all.len() < MOST_BLOCKS && self.seen.insert(variable) {
                all.extend(self.block(room, variable, &cells));
            }
        }
        all
    }

    fn block(&mut self, room: &Room<'_>, variable: VariableId, wanted: &FixedBitSet) -> Option<Obstacle> {
        let position = room.level.position_of(variable)?;
        let compiled = &room.level.decisions[position];
        let decision = &self.builder.compiled.framework().decisions[compiled.index];
        let domain = &room.level.space.get(variable).domain;
        let result = &room.frame.results[position];
        let judgement = (room.judged)(&decision.name)
            .and_then(|index| self.builder.judgement(index, MatterKind::Decision, &decision.name));
        let cells =
            |cells: &FixedBitSet| -> Vec<u16> { cells.ones().filter_map(|cell| u16::try_from(cell).ok()).collect() };
        let mut block = Obstacle {
            decision: decision.name.clone(),
            title: decision.title.clone(),
            on: room.on.to_owned(),
            value: self.builder.shown(room, compiled, &result.possible()),
            wanted: cells(wanted).into_iter().map(|cell| domain.shown(cell)).collect(),
            judgement,
            sum: None,
            holds: Vec::new(),
            fails: Vec::new(),
        };
        if block.judgement.is_some() {
            return Some(block);
        }
        if matches!(decision.hit, HitPolicy::Sum { .. }) {
            self.sum(room, decision, compiled, wanted, result.computed.one(), &mut block);
        } else {
            self.table(room, decision, compiled, wanted, &mut block);
        }
        Some(block)
    }

    /// A table: the rules that give what is wanted and do not hold, and those that hold and give something else.
    fn table(
        &mut self,
        room: &Room<'_>,
        decision: &Decision,
        compiled: &CompiledDecision,
        wanted: &FixedBitSet,
        block: &mut Obstacle,
    ) {
        let ordered = matches!(decision.hit, HitPolicy::First);
        // Of several that are wanted a rule after one that holds helps only once that one does not.
        for (rule, compiled_rule) in decision.rules.iter().zip(&compiled.rules) {
            let holds = certain(room, &compiled_rule.formula);
            let helps = self.helps(room, &compiled_rule.outcome, wanted);
            if helps && !holds {
                let conditions = self.unmet(room, &compiled_rule.formula);
                block.fails.push(Standing::of(self.told(room, compiled, rule, &compiled_rule.outcome), conditions));
            } else if helps {
                block.fails.push(Standing::of(self.told(room, compiled, rule, &compiled_rule.outcome), Vec::new()));
            } else if holds {
                let conditions = self.met(room, &compiled_rule.formula);
                block.holds.push(Standing::of(self.told(room, compiled, rule, &compiled_rule.outcome), conditions));
                self.follow(room, &compiled_rule.outcome, wanted);
                if ordered {
                    // What stands behind it and would not help makes no difference.
                    self.behind(room, decision, compiled, rule, wanted, block);
                    break;
                }
            }
        }
        let otherwise = decision.otherwise.as_ref().zip(compiled.otherwise.as_ref());
        if let Some((rule, outcome)) = otherwise.filter(|_| block.holds.is_empty()) {
            let none_holds = compiled.rules.iter().all(|rule| failure(room, &rule.formula).is_some());
            if none_holds && !self.helps(room, outcome, wanted) {
                block.holds.push(Standing::of(self.told(room, compiled, rule, outcome), Vec::new()));
                self.follow(room, outcome, wanted);
            }
        }
    }

    /// The rules behind one that answers first, as far as they would help.
    fn behind(
        &mut self,
        room: &Room<'_>,
        decision: &Decision,
        compiled: &CompiledDecision,
        answers: &Rule,
        wanted: &FixedBitSet,
        block: &mut Obstacle,
    ) {
        let rules = decision.rules.iter().zip(&compiled.rules).skip_while(|(rule, _)| rule.id != answers.id).skip(1);
        for (rule, compiled_rule) in rules {
            if self.helps(room, &compiled_rule.outcome, wanted) {
                let conditions = self.unmet(room, &compiled_rule.formula);
                block.fails.push(Standing::of(self.told(room, compiled, rule, &compiled_rule.outcome), conditions));
            }
        }
        if let Some((rule, outcome)) = decision.otherwise.as_ref().zip(compiled.otherwise.as_ref())
            && self.helps(room, outcome, wanted)
        {
            block.fails.push(Standing::of(self.told(room, compiled, rule, outcome), Vec::new()));
        }
    }

    /// A sum: what the rules that hold take away, or what they add where less is wanted, and what others would add.
    fn sum(
        &mut self,
        room: &Room<'_>,
        decision: &Decision,
        compiled: &CompiledDecision,
        wanted: &FixedBitSet,
        total: Option<Answer>,
        block: &mut Obstacle,
    ) {
        let domain = &room.level.space.get(compiled.output).domain;
        let bounds: Vec<_> = wanted.ones().filter_map(|cell| domain.bounds(u16::try_from(cell).ok()?)).collect();
        let total = match total {
            Some(Answer::Number(number)) => Some(number),
            _ => None,
        };
        let least = bounds.first().and_then(|bounds| Some(bounds.low?.0));
        let most = bounds.last().and_then(|bounds| Some(bounds.high?.0));
        let needs = match (total, least, most) {
            (Some(total), Some(least), _) if total < least => Some(least),
            (Some(total), _, Some(most)) if total > most => Some(most),
            (None, least, _) => least,
            _ => None,
        };
        let more = needs.zip(total).is_none_or(|(needs, total)| needs > total);
        let shown = |number: Decimal| number.normalize().to_string();
        let number = |outcome: &Outcome| match outcome {
            Outcome::Number(number) => Some(*number),
            Outcome::NumberOf(variable, cells) => match room.frame.slot(*variable) {
                Slot::One(cell) => cells.get(*cell as usize).copied().flatten(),
                _ => None,
            },
            _ => None,
        };
        block.sum = Some(Points {
            start: compiled.start.as_ref().and_then(number).map(shown),
            needs: needs.map(shown),
            missing: needs.zip(total).and_then(|(needs, total)| needs.checked_sub(total)).map(shown),
        });
        for (rule, compiled_rule) in decision.rules.iter().zip(&compiled.rules) {
            let Some(adds) = number(&compiled_rule.outcome).filter(|adds| !adds.is_zero()) else { continue };
            let helps = adds.is_sign_positive() == more;
            let told = |against: &Self| against.told(room, compiled, rule, &compiled_rule.outcome);
            if helps && !certain(room, &compiled_rule.formula) {
                let told = told(self);
                let conditions = self.unmet(room, &compiled_rule.formula);
                block.fails.push(Standing::of(told, conditions));
            } else if !helps && failure(room, &compiled_rule.formula).is_none() {
                let told = told(self);
                let conditions = self.met(room, &compiled_rule.formula);
                block.holds.push(Standing::of(told, conditions));
            }
        }
        if let Some(Outcome::NumberOf(variable, cells)) = &compiled.start {
            let mut better = FixedBitSet::with_capacity(cells.len());
            let now = compiled.start.as_ref().and_then(number);
            for (cell, given) in cells.iter().enumerate() {
                let helps = given.zip(now).is_none_or(|(given, now)| if more { given > now } else { given < now });
                better.set(cell, helps);
            }
            self.wait(room, *variable, better);
        }
    }

    fn told(&self, room: &Room<'_>, compiled: &CompiledDecision, rule: &Rule, outcome: &Outcome) -> Fired {
        Fired {
            rule: rule.id.clone(),
            gives: self.builder.gives(room, compiled, outcome),
            because: self.builder.fill(room, &rule.because),
            status: rule.status,
            cites: rule.cites.clone(),
            at: rule.span.place(),
        }
    }

    /// Whether what a rule gives is wanted. The value of something else is not, unless it is that now.
    fn helps(&self, room: &Room<'_>, outcome: &Outcome, wanted: &FixedBitSet) -> bool {
        match outcome {
            Outcome::Word(cell) => wanted.contains(*cell as usize),
            Outcome::SameAs(variable, cells) => match room.frame.slot(*variable) {
                Slot::One(cell) => cells.get(*cell as usize).is_some_and(|cell| wanted.contains(*cell as usize)),
                _ => cells.iter().any(|cell| wanted.contains(*cell as usize)),
            },
            Outcome::Number(_) | Outcome::NumberOf(..) => false,
        }
    }

    /// Where a rule gives the value of something else, that would have to be otherwise.
    fn follow(&mut self, room: &Room<'_>, outcome: &Outcome, wanted: &FixedBitSet) {
        if let Outcome::SameAs(variable, cells) = outcome {
            let mut better = FixedBitSet::with_capacity(cells.len());
            for (position, cell) in cells.iter().enumerate() {
                better.set(position, wanted.contains(*cell as usize));
            }
            self.wait(room, *variable, better);
        }
    }

    fn wait(&mut self, room: &Room<'_>, variable: VariableId, wanted: FixedBitSet) {
        let waits = self.waiting.iter().any(|(other, _)| *other == variable);
        if room.level.position_of(variable).is_some() && !waits && !self.seen.contains(&variable) {
            self.waiting.push_back((variable, wanted));
        }
    }

    /// The conditions of a rule that do not hold for certain.
    fn unmet(&mut self, room: &Room<'_>, formula: &Formula) -> Vec<Asked> {
        match formula {
            Formula::All(parts) => parts.iter().flat_map(|part| self.unmet(room, part)).collect(),
            _ if certain(room, formula) => Vec::new(),
            _ => {
                formula.visit(&mut |atom: &Atom| {
                    // Below a negation it is the other values that would help.
                    if !matches!(formula, Formula::Not(_)) && !holds_now(room, atom) {
                        self.wait(room, atom.variable, atom.cells.clone());
                    }
                });
                if let Formula::Not(part) = formula {
                    part.visit(&mut |atom: &Atom| self.wait_otherwise(room, atom));
                }
                vec![self.asked(room, formula)]
            }
        }
    }

    /// The conditions of a rule that holds and should not.
    fn met(&mut self, room: &Room<'_>, formula: &Formula) -> Vec<Asked> {
        match formula {
            Formula::All(parts) => parts.iter().flat_map(|part| self.met(room, part)).collect(),
            Formula::Any(parts) => {
                let held: Vec<&Formula> = parts.iter().filter(|part| failure(room, part).is_none()).collect();
                held.into_iter().flat_map(|part| self.met(room, part)).collect()
            }
            _ => {
                formula.visit(&mut |atom: &Atom| self.wait_otherwise(room, atom));
                vec![self.asked(room, formula)]
            }
        }
    }

    fn wait_otherwise(&mut self, room: &Room<'_>, atom: &Atom) {
        if may_hold(room, atom) {
            let known = self.better(room, atom.variable);
            let mut others = atom.cells.clone();
            others.toggle_range(..);
            let inside: Vec<usize> = others.ones().filter(|cell| known.contains(cell)).collect();
            let mut cells = FixedBitSet::with_capacity(others.len());
            cells.extend(inside);
            self.wait(room, atom.variable, cells);
        }
    }

    /// The known cells of a decision that would help where its value should be otherwise: of one with a better end
    /// those that are better, of any other all.
    fn better(&self, room: &Room<'_>, variable: VariableId) -> std::ops::Range<usize> {
        let all = 0..room.level.space.get(variable).domain.known_cells();
        let decisions = &self.builder.compiled.framework().decisions;
        let decision = room.level.decision_of(variable).and_then(|compiled| decisions.get(compiled.index));
        let (Some(decision), Slot::One(cell)) = (decision, room.frame.slot(variable)) else { return all };
        let (cell, count) = (usize::from(*cell), decision.values.len());
        match decision.best {
            Some(BetterEnd::First) if cell < count => 0..cell,
            Some(BetterEnd::Last) if cell < count => cell + 1..count,
            _ => all,
        }
    }

    /// A condition with what is the case, and what is read of it down to the facts.
    fn asked(&mut self, room: &Room<'_>, formula: &Formula) -> Asked {
        let variables = formula.variables();
        let (condition, is) = match failure(room, formula) {
            Some((condition, actual, _)) => (condition, actual),
            None => (shown_formula(formula), actual(room, &variables)),
        };
        let mut reads: Vec<Read> = Vec::new();
        for variable in &variables {
            let name = room.level.space.get(*variable).name.clone();
            if !matches!(self.builder.index.get(room.scope, name.as_str()), Some(Named::Decision(_))) {
                let mut decisions = Vec::new();
                reads.push(self.builder.read(room, *variable, 0, &mut decisions));
                // What a derived value is made of stands in a block of its own.
                for decision in decisions {
                    if let Some(variable) = room.level.space.value_of(decision.as_str()) {
                        let known = &room.level.space.get(variable).domain;
                        let mut cells = FixedBitSet::with_capacity(known.cells());
                        cells.insert_range(..known.known_cells());
                        if let Slot::One(cell) = room.frame.slot(variable) {
                            cells.set(*cell as usize, false);
                        }
                        self.wait(room, variable, cells);
                    }
                }
            }
        }
        Asked { condition, actual: is, reads }
    }
}

fn holds_now(room: &Room<'_>, atom: &Atom) -> bool {
    matches!(room.frame.slot(atom.variable), Slot::One(cell) if atom.cells.contains(*cell as usize))
}
