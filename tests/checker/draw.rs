//! Small frameworks drawn of a row of numbers.

use crate::model::{
    Accept, Best, Condition, Decision, Fact, Hit, Kind, MISSING, Model, NOT_APPLICABLE, NOT_REPORTED, Name, Rule, Sign,
    Then, number,
};

/// A row of numbers (splitmix64).
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn between(&mut self, least: i32, most: i32) -> i32 {
        least + self.below((most - least + 1) as usize) as i32
    }

    fn best(&mut self) -> Best {
        if self.one_in(2) { Best::First } else { Best::Last }
    }

    pub(crate) fn model(&mut self) -> Model {
        let facts = 2 + self.below(3);
        let facts = (0..facts).map(|_| self.fact()).collect();
        let parameter = if self.one_in(4) { Some([0, 2, 3][self.below(3)]) } else { None };
        let mut model = Model { facts, decisions: Vec::new(), parameter, assumption: None };
        for at in 1..model.facts.len() {
            if self.one_in(6) {
                let names: Vec<Name> = (0..at).map(Name::Fact).collect();
                let tests = 1 + self.below(2);
                model.facts[at].asked = Some(self.condition(&model, &names, tests, false));
            }
        }
        let missing = self.one_in(6);
        let decisions = [1, 2, 2, 3][self.below(4)];
        for at in 0..decisions {
            let decision = self.decision(&model, at + 1 == decisions, missing);
            model.decisions.push(decision);
        }
        if self.one_in(3) {
            let names: Vec<Name> = (0..model.facts.len()).map(Name::Fact).collect();
            let tests = 1 + self.below(2);
            model.assumption = Some(self.condition(&model, &names, tests, missing));
        }
        model
    }

    fn fact(&mut self) -> Fact {
        let kind = match self.below(8) {
            0 | 1 => Kind::Flag,
            2 => Kind::Choice(self.between(2, 3)),
            3..=5 => {
                let best = if self.one_in(5) { None } else { Some(self.best()) };
                Kind::Ordered(self.between(2, 3), best)
            }
            6 => Kind::Number,
            _ => Kind::Count,
        };
        Fact { kind, unknown: self.one_in(4), asked: None }
    }

    fn decision(&mut self, model: &Model, result: bool, missing: bool) -> Decision {
        let hits: &[Hit] = if result {
            &[Hit::First, Hit::First, Hit::Unique, Hit::Worst, Hit::Best]
        } else {
            &[Hit::First, Hit::First, Hit::Unique, Hit::Worst, Hit::Best, Hit::Sum]
        };
        let hit = hits[self.below(hits.len())];
        let count = self.between(2, 3);
        let best = if result { Best::Last } else { self.best() };
        let mut names: Vec<Name> = (0..model.facts.len()).map(Name::Fact).collect();
        if model.parameter.is_some() {
            names.push(Name::Parameter);
        }
        // What was decided before is read more often than one fact is.
        names.extend((0..model.decisions.len()).flat_map(|at| [Name::Decision(at), Name::Decision(at)]));
        let rules = 1 + self.below(5);
        let mut decision =
            Decision { hit, count, best, rules: Vec::new(), otherwise: None, refused: self.one_in(2), within: None };
        for _ in 0..rules {
            let tests = match hit {
                Hit::Unique => 1 + self.below(3),
                _ => [0, 1, 1, 1, 2, 2, 2, 3][self.below(8)],
            };
            let when = self.condition(model, &names, tests, missing);
            let then = self.then(model, &decision, result);
            decision.rules.push(Rule { when, then });
        }
        if hit != Hit::Sum {
            if self.one_in(2) {
                decision.otherwise = Some(self.then(model, &decision, result));
            }
            if !decision.refused && !result && self.one_in(6) {
                decision.within = Some(self.between(0, 1));
            }
        }
        decision
    }

    pub(crate) fn then(&mut self, model: &Model, decision: &Decision, result: bool) -> Then {
        if decision.hit == Hit::Sum {
            return Then::Add(self.between(-1, 2));
        }
        if self.one_in(8) {
            let facts = model.facts.iter().enumerate().filter_map(|(at, fact)| match fact.kind {
                Kind::Choice(count) | Kind::Ordered(count, _) if count <= decision.count => Some(Name::Fact(at)),
                _ => None,
            });
            let decisions = model.decisions.iter().enumerate().filter_map(|(at, before)| {
                (before.hit != Hit::Sum && before.count <= decision.count).then_some(Name::Decision(at))
            });
            let names: Vec<Name> = facts.chain(decisions).collect();
            if !names.is_empty() {
                return Then::ValueOf(names[self.below(names.len())]);
            }
        }
        if result && self.one_in(10) {
            return Then::Word(decision.count);
        }
        Then::Word(self.between(0, decision.count - 1))
    }

    pub(crate) fn condition(&mut self, model: &Model, names: &[Name], tests: usize, missing: bool) -> Condition {
        let mut parts = Vec::new();
        for _ in 0..tests {
            let name = names[self.below(names.len())];
            let test = Condition::Test(name, self.accepts(model, name, missing));
            parts.push(if self.one_in(10) { Condition::Not(Box::new(test)) } else { test });
        }
        if tests > 1 && self.one_in(4) { Condition::Any(parts) } else { Condition::All(parts) }
    }

    fn accepts(&mut self, model: &Model, name: Name, missing: bool) -> Vec<Accept> {
        let (values, unknown, ordered) = match name {
            Name::Fact(at) => {
                let fact = &model.facts[at];
                let values = match fact.kind {
                    Kind::Number | Kind::Count => vec![number(2), number(4)],
                    kind => kind.known(),
                };
                let ordered = matches!(fact.kind, Kind::Number | Kind::Count | Kind::Ordered(..));
                (values, fact.unknown, ordered)
            }
            Name::Decision(at) => match model.decisions[at].hit {
                Hit::Sum => (vec![number(0), number(2), number(4)], false, true),
                _ => ((0..model.decisions[at].count).collect(), false, true),
            },
            Name::Parameter => match model.parameter {
                Some(0) | None => (vec![0, 1], false, false),
                Some(count) => ((0..count).collect(), false, false),
            },
        };
        let value = values[self.below(values.len())];
        let is_fact = matches!(name, Name::Fact(_));
        let asked = matches!(name, Name::Fact(at) if model.facts[at].asked.is_some());
        let first = match self.below(10) {
            0 | 1 => Accept::Not(vec![value]),
            2..=4 if ordered => {
                let signs = [Sign::Less, Sign::AtMost, Sign::More, Sign::AtLeast];
                let mut sign = signs[self.below(4)];
                // What can never hold is refused.
                if values.first() == Some(&value) && sign == Sign::Less && value < number(0) {
                    sign = Sign::AtMost;
                }
                if values.last() == Some(&value) && sign == Sign::More && value < number(0) {
                    sign = Sign::AtLeast;
                }
                Accept::Compare(sign, value)
            }
            5 if unknown => Accept::Is(NOT_REPORTED),
            6 if is_fact => Accept::Known,
            7 if is_fact && missing => Accept::Is(MISSING),
            8 if asked => Accept::Is(NOT_APPLICABLE),
            _ => Accept::Is(value),
        };
        let mut accepts = vec![first];
        if self.one_in(5) {
            let other = values[self.below(values.len())];
            let second = if unknown && self.one_in(3) { NOT_REPORTED } else { other };
            if !accepts.contains(&Accept::Is(second)) {
                accepts.push(Accept::Is(second));
            }
        }
        accepts
    }
}
