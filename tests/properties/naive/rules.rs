//! Conditions and decisions of the reference evaluator.

use super::{Asked, Gap, Place, World};
use crate::model::{Accept, Comparison, Condition, Decision, GROUPS, Hit, Kind, Name, Operand, Then, Unknown, Value};
use crate::number::Number;

impl World<'_> {
    pub(super) fn holds(&mut self, place: Place, condition: &Condition, asked: &Asked) -> Result<bool, Gap> {
        match condition {
            Condition::All(parts) => {
                for part in parts {
                    if !self.holds(place, part, asked)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Any(parts) => {
                for part in parts {
                    if self.holds(place, part, asked)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Not(part) => Ok(!self.holds(place, part, asked)?),
            Condition::Test(name, accepts) => {
                let value = self.asked(place, *name, asked)?;
                Ok(accepts.iter().any(|accept| self.accepts(*name, accept, value)))
            }
        }
    }

    fn accepts(&self, name: Name, accept: &Accept, value: Value) -> bool {
        let known = !matches!(value, Value::Unknown(_));
        match accept {
            Accept::Known => known,
            Accept::Not(parts) => known && !parts.iter().any(|part| self.accepts(name, part, value)),
            Accept::Group(group) => {
                let members = GROUPS.iter().find(|(name, _)| name == group).map(|(_, members)| *members);
                matches!(value, Value::Word(word) if members.is_some_and(|members| members.contains(&word)))
            }
            Accept::Is(operand) => {
                let wanted = self.operand(*operand);
                // For a count none is 0, unless it tells the one from the other.
                let none = Value::Unknown(Unknown::None);
                let typed = self.model.typed(name);
                let zero = typed.kind == Kind::Count && !typed.unknowns.contains(&Unknown::None);
                wanted == value || zero && wanted == none && value == Value::Number(Number::ZERO)
            }
            Accept::Compare(bounds) => {
                let within = |(comparison, operand): &(Comparison, Operand)| {
                    self.compare(name, value, self.operand(*operand)).is_some_and(|order| match comparison {
                        Comparison::Less => order.is_lt(),
                        Comparison::AtMost => order.is_le(),
                        Comparison::More => order.is_gt(),
                        Comparison::AtLeast => order.is_ge(),
                    })
                };
                bounds.iter().all(within)
            }
        }
    }

    fn operand(&self, operand: Operand) -> Value {
        match operand {
            Operand::Value(value) => value,
            Operand::Parameter(parameter) => self.model.parameters[parameter],
        }
    }

    fn compare(&self, name: Name, one: Value, other: Value) -> Option<std::cmp::Ordering> {
        match (one, other) {
            (Value::Number(one), Value::Number(other)) => Some(one.cmp(&other)),
            (Value::Day(one), Value::Day(other)) => Some(one.cmp(&other)),
            (Value::Word(one), Value::Word(other)) => {
                let Kind::Words { words, ordered, .. } = self.model.typed(name).kind else { return None };
                let rank = |word: &str| words[..ordered].iter().position(|known| *known == word);
                Some(rank(one)?.cmp(&rank(other)?))
            }
            _ => None,
        }
    }

    /// What the rules of a decision give; nothing if no rule answers.
    pub(crate) fn computed(&mut self, place: Place, decision: usize) -> Option<Value> {
        if let Some(known) = self.computed.get(&(place, decision)) {
            return *known;
        }
        let table = self.model.decisions[decision].clone();
        let asked = asked(&table);
        let value = self.agreed(&asked, &|world, asked| world.decide(place, &table, asked)).flatten();
        self.computed.insert((place, decision), value);
        value
    }

    /// Whether a rule of a decision holds; nothing if that hangs on a decision without an answer.
    pub(crate) fn rule_holds(&mut self, place: Place, decision: usize, rule: usize) -> Option<bool> {
        let table = self.model.decisions[decision].clone();
        self.holds(place, &table.rules[rule].when, &asked(&table)).ok()
    }

    /// What a sum adds up to before it is clamped.
    pub(crate) fn raw(&mut self, place: Place, decision: usize) -> Option<Number> {
        let table = self.model.decisions[decision].clone();
        self.sum(place, &table, &asked(&table)).ok().flatten()
    }

    fn decide(&mut self, place: Place, table: &Decision, asked: &Asked) -> Result<Option<Value>, Gap> {
        match &table.hit {
            Hit::First | Hit::Unique | Hit::Table => {
                for rule in &table.rules {
                    if self.holds(place, &rule.when, asked)? {
                        return self.then(place, table, &rule.then, asked);
                    }
                }
                self.otherwise(place, table, asked)
            }
            Hit::Worst | Hit::Best => {
                let mut given = Vec::new();
                for rule in &table.rules {
                    if self.holds(place, &rule.when, asked)? {
                        given.push(self.then(place, table, &rule.then, asked)?);
                    }
                }
                let Some(values) = given.into_iter().collect::<Option<Vec<Value>>>() else { return Ok(None) };
                let words = table.words();
                let rank = |value: &Value| words.iter().position(|word| Value::Word(word) == *value);
                // The best word stands at one end, the worst at the other.
                let last = table.best_first != (table.hit == Hit::Best);
                let chosen = if last {
                    values.iter().max_by_key(|value| rank(value))
                } else {
                    values.iter().min_by_key(|value| rank(value))
                };
                match chosen {
                    Some(value) => Ok(Some(*value)),
                    None => self.otherwise(place, table, asked),
                }
            }
            Hit::Sum { clamp, .. } => {
                let Some(raw) = self.sum(place, table, asked)? else { return Ok(None) };
                let clamped =
                    clamp.map_or(raw, |(least, greatest)| raw.max(Number::whole(least)).min(Number::whole(greatest)));
                Ok(Some(Value::Number(clamped)))
            }
        }
    }

    fn sum(&mut self, place: Place, table: &Decision, asked: &Asked) -> Result<Option<Number>, Gap> {
        let Hit::Sum { start, .. } = &table.hit else { return Ok(None) };
        let mut total = self.then(place, table, start, asked)?;
        for rule in &table.rules {
            if self.holds(place, &rule.when, asked)? {
                let added = self.then(place, table, &rule.then, asked)?;
                total = match (total, added) {
                    (Some(Value::Number(total)), Some(Value::Number(added))) => Some(Value::Number(total.plus(added))),
                    _ => None,
                };
            }
        }
        Ok(match total {
            Some(Value::Number(total)) => Some(total),
            _ => None,
        })
    }

    fn otherwise(&mut self, place: Place, table: &Decision, asked: &Asked) -> Result<Option<Value>, Gap> {
        match &table.otherwise {
            Some(otherwise) => self.then(place, table, otherwise, asked),
            None => Ok(None),
        }
    }

    /// What an outcome is; nothing where it is the value of something unknown.
    fn then(&mut self, place: Place, table: &Decision, then: &Then, asked: &Asked) -> Result<Option<Value>, Gap> {
        let value = match then {
            Then::Word(word) => Value::Word(word),
            Then::Number(number) => Value::Number(*number),
            Then::ValueOf(name) => {
                let plain = Asked { missing: Default::default(), ..asked.clone() };
                self.asked(place, *name, &plain)?
            }
        };
        let fits = matches!((value, table.is_sum()), (Value::Word(_), false) | (Value::Number(_), true));
        Ok(fits.then_some(value))
    }
}

fn asked(table: &Decision) -> Asked {
    let conditions: Vec<&Condition> = table.rules.iter().map(|rule| &rule.when).collect();
    Asked::of(&conditions, false)
}
