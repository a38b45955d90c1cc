//! Random conditions.

use crate::draw::Draw;
use crate::model::{
    Accept, Comparison, Condition, DAYS, GROUPS, Kind, Model, Name, Operand, Typed, Unknown, Value, WORDS,
};
use crate::number::Number;

/// What conditions may ask.
pub(crate) struct Asking<'a> {
    pub(crate) model: &'a Model,
    /// What they may mention; never empty where something is asked.
    pub(crate) names: &'a [Name],
    /// Whether they may ask whether something is missing.
    pub(crate) missing: bool,
}

impl Asking<'_> {
    /// A condition, of one to four tests.
    pub(crate) fn some(&self, draw: &mut Draw<'_>) -> Condition {
        match draw.below(10) {
            0..=4 => self.test(draw),
            5 | 6 => self.all(draw, 2),
            7 => Condition::Any(vec![self.test(draw), self.test(draw)]),
            8 => Condition::Not(Box::new(self.test(draw))),
            _ => Condition::All(vec![
                self.test(draw),
                Condition::Any(vec![self.test(draw), Condition::Not(Box::new(self.test(draw)))]),
            ]),
        }
    }

    pub(crate) fn all(&self, draw: &mut Draw<'_>, count: usize) -> Condition {
        Condition::All((0..count).map(|_| self.test(draw)).collect())
    }

    pub(crate) fn test(&self, draw: &mut Draw<'_>) -> Condition {
        let name = draw.maybe(self.names).unwrap_or(Name::Kind);
        let typed = self.model.typed(name);
        let accepts = match draw.below(10) {
            0..=6 => vec![self.accept(draw, name, &typed)],
            7 | 8 => vec![self.accept(draw, name, &typed), self.accept(draw, name, &typed)],
            _ => vec![Accept::Not(vec![self.accept(draw, name, &typed)])],
        };
        Condition::Test(name, accepts)
    }

    fn accept(&self, draw: &mut Draw<'_>, name: Name, typed: &Typed) -> Accept {
        let is = |value: Value| Accept::Is(Operand::Value(value));
        // What is asked of a parameter is settled once and for all.
        let parameter = matches!(name, Name::Parameter(_));
        match draw.below(12) {
            0 if !parameter => return Accept::Known,
            1 | 2 => {
                let mut unknowns = typed.unknowns.clone();
                if typed.kind == Kind::Count {
                    unknowns.push(Unknown::None);
                }
                if typed.missing && self.missing && draw.chance(40) {
                    unknowns = vec![Unknown::Missing];
                }
                if let Some(unknown) = draw.maybe(&unknowns) {
                    return is(Value::Unknown(unknown));
                }
            }
            3 => {
                let fits = |number: &usize| self.model.typed(Name::Parameter(*number)).kind == typed.kind;
                let numeric = matches!(typed.kind, Kind::Count | Kind::Number);
                let words = matches!(&typed.kind, Kind::Words { words, .. } if words.starts_with(&WORDS[..2]));
                let like = |number: &usize| match self.model.parameters[*number] {
                    Value::Number(_) => numeric,
                    Value::Word(_) => words,
                    _ => fits(number),
                };
                let parameters: Vec<usize> = (0..self.model.parameters.len()).filter(like).collect();
                if let Some(number) = draw.maybe(&parameters) {
                    let compared = !words && typed.kind != Kind::Flag && draw.chance(60);
                    return if compared {
                        Accept::Compare(vec![(comparison(draw), Operand::Parameter(number))])
                    } else {
                        Accept::Is(Operand::Parameter(number))
                    };
                }
            }
            _ => {}
        }
        match &typed.kind {
            Kind::Flag => is(Value::Flag(!draw.chance(40))),
            Kind::Words { words, ordered, groups } => {
                if *groups && !parameter && draw.chance(30) {
                    return Accept::Group(draw.pick(&GROUPS).0);
                }
                if *ordered > 0 && draw.chance(40) {
                    let word = Operand::Value(Value::Word(draw.pick(&words[..*ordered])));
                    return Accept::Compare(vec![(comparison(draw), word)]);
                }
                is(Value::Word(draw.pick(words)))
            }
            Kind::Count | Kind::Number => numbers(draw, |draw| {
                // Few fall on a half, fewer on a quarter.
                let quarters = 4 * draw.between(0, 3) + draw.pick(&[0, 0, 0, 0, 2, 1]);
                Value::Number(Number::quarters(quarters))
            }),
            Kind::Date => numbers(draw, |draw| Value::Day(draw.pick(&DAYS))),
        }
    }

    /// Names by whose values rules are kept apart.
    pub(crate) fn parting(&self) -> Vec<Name> {
        let apart = |name: &Name| matches!(self.model.typed(*name).kind, Kind::Flag | Kind::Words { .. });
        let constant = |name: &Name| matches!(name, Name::Parameter(_) | Name::Kind | Name::Relation);
        self.names.iter().copied().filter(|name| apart(name) && !constant(name)).collect()
    }

    /// The values of such a name, unknowns last.
    pub(crate) fn values(&self, name: Name) -> Vec<Value> {
        let typed = self.model.typed(name);
        let known = match typed.kind {
            Kind::Words { words, .. } => words.into_iter().map(Value::Word).collect(),
            _ => vec![Value::Flag(true), Value::Flag(false)],
        };
        known.into_iter().chain(typed.unknowns.into_iter().map(Value::Unknown)).collect()
    }

    pub(crate) fn is(&self, name: Name, value: Value) -> Condition {
        Condition::Test(name, vec![Accept::Is(Operand::Value(value))])
    }
}

fn comparison(draw: &mut Draw<'_>) -> Comparison {
    draw.pick(&[Comparison::AtLeast, Comparison::Less, Comparison::More, Comparison::AtMost])
}

/// A number, a bound, or two bounds.
fn numbers(draw: &mut Draw<'_>, mut number: impl FnMut(&mut Draw<'_>) -> Value) -> Accept {
    match draw.below(6) {
        0 => Accept::Is(Operand::Value(number(draw))),
        1..=4 => Accept::Compare(vec![(comparison(draw), Operand::Value(number(draw)))]),
        _ => {
            let low = draw.pick(&[Comparison::AtLeast, Comparison::More]);
            let high = draw.pick(&[Comparison::AtMost, Comparison::Less]);
            let bounds = [(low, Operand::Value(number(draw))), (high, Operand::Value(number(draw)))];
            Accept::Compare(bounds.to_vec())
        }
    }
}
