//! Facts of items, or of links between claims, bound one by one: what a key of an item or of a link says.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::compile::Compiled;
use crate::compile::decision::Outcome;
use crate::compile::level::Level;
use crate::compile::space::Domain;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::framework::Over;
use crate::framework::names::{Index, Scope};
use crate::grade::GivenValues;
use crate::name::Name;
use crate::records::{Flags, Key, Numbers, Reader, Scale, Words, unknown_name};
use crate::value::{FactValue, Value};
use crate::vocabulary::FactType;

/// How many digits after the point a number may have at most.
const MOST_DECIMALS: u32 = 9;
/// How many keys of items, or of links, there may be.
const MOST_KEYS: u64 = 1 << 32;

/// Facts of items and their links, or of links between claims.
#[derive(Debug)]
pub struct Facts<'c> {
    compiled: &'c Compiled,
    scope: Scope,
    columns: Vec<Column>,
    /// The columns of numbers, in the order in which they were bound, and the keys of these.
    numbers: Vec<(usize, Numbers)>,
    size: u64,
}

#[derive(Debug)]
struct Column {
    name: Name,
    values: Vec<FactValue>,
    stride: u64,
    /// How many digits after the point a number of it has.
    decimals: u32,
    /// Whether it is said of links, and not of items by themselves.
    is_of_links: bool,
}

impl Column {
    /// The place of a value of it in a key.
    fn place(&self, key: u64) -> usize {
        // Of a number that no rule reads there is one value.
        if self.values.len() == 1 {
            return 0;
        }
        usize::try_from(key / self.stride).unwrap_or_default() % self.values.len()
    }
}

impl<'c> Facts<'c> {
    /// Of items as they are linked to claims.
    pub(super) const fn of_items(compiled: &'c Compiled) -> Self {
        Self { compiled, scope: Scope::Link, columns: Vec::new(), numbers: Vec::new(), size: 1 }
    }

    /// Of links from claims to those that rest on them.
    pub(super) const fn of_links(compiled: &'c Compiled) -> Self {
        Self { compiled, scope: Scope::Child, columns: Vec::new(), numbers: Vec::new(), size: 1 }
    }

    /// The names that can be bound. What tells a result cannot, for results are put together in cases alone.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let is_of = |subject: Subject| match self.scope {
            Scope::Link => subject != Subject::Claim,
            _ => subject == Subject::Link,
        };
        let facts = self.compiled.framework().facts.iter();
        let facts = facts.filter(|fact| is_of(fact.subject) && fact.result.is_none());
        let beside = if self.scope == Scope::Link { ["relation", "outcome-role"].as_slice() } else { &["relation"] };
        let names = facts.map(|fact| fact.name.as_str().to_owned());
        names.chain(beside.iter().map(|name| (*name).to_owned())).collect()
    }

    /// Binds a fact that is one of some words, in the order of the caller's own numbers; also `missing` or another unknown.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such fact here, it was bound before, it cannot be one of the words, or there are
    /// more keys than 32 bits hold.
    pub fn words(&mut self, fact: &str, words: &[&str]) -> Result<Words, Refused> {
        let values = self.read(fact, words)?;
        let keys = self.bind(fact, values, 0)?;
        Ok(Words { keys })
    }

    /// Binds a fact that is so or is not; or one of some unknowns, such as `missing`.
    ///
    /// # Errors
    ///
    /// As of words.
    pub fn flags(&mut self, fact: &str, unknowns: &[&str]) -> Result<Flags, Refused> {
        let mut values = self.read(fact, &["no", "yes"])?;
        values.extend(self.read(fact, unknowns)?);
        let keys = self.bind(fact, values, 0)?;
        Ok(Flags::new(&keys, unknowns))
    }

    /// Binds a number with so many digits after the point, 9 at most; or one of some unknowns, such as `not-reported`.
    ///
    /// # Errors
    ///
    /// As of words, and [`Refused`] if it is no number, has more digits, or the framework computes with it.
    pub fn numbers(&mut self, fact: &str, decimals: u32, unknowns: &[&str]) -> Result<Numbers, Refused> {
        let refused =
            |message: String, help: &str| Refused::from(Diagnostic::error(Code::WrongType, message).help(help));
        let known = self.read(fact, unknowns)?;
        let index = Index::new(self.compiled.framework());
        let kind = index.value_type(self.scope, fact);
        let kind = kind.filter(|kind| matches!(kind.kind, FactType::Number | FactType::Count));
        let Some(kind) = kind else { return Err(refused(format!("`{fact}` is no number"), "bind it as words")) };
        if decimals > MOST_DECIMALS {
            let message = format!("{decimals} digits after the point are more than {MOST_DECIMALS}");
            return Err(refused(message, "bind the number in a smaller unit, or with fewer digits"));
        }
        if self.is_computed_with(fact) {
            let message = format!("`{}` computes with `{fact}` of each item", self.compiled.framework().id);
            return Err(refused(message, "grade it as a case"));
        }
        if self.scope == Scope::Child && self.is_measured(fact) {
            let message =
                format!("`{}` measures `{fact}` of links, of which a key is kept alone", self.compiled.framework().id);
            return Err(refused(message, "bind the numbers that occur as words"));
        }
        let definition = self.compiled.framework().fact(fact);
        let range = definition.map_or((None, None), |definition| (definition.least, definition.greatest));
        let domain = self.level().space.value_of(fact).map(|variable| self.level().space.get(variable).domain.clone());
        // Of what no rule reads, all numbers are alike.
        let domain = domain.unwrap_or_else(|| Domain::new(&kind, range, &[], &BTreeSet::new(), &BTreeSet::new()));
        let scale = Scale::new(domain, kind.kind == FactType::Count);
        let mut values = scale.representatives();
        let cells = values.len();
        values.extend(known);
        let keys = self.bind(fact, values, decimals)?;
        let numbers = Numbers::new(scale, &keys, cells, unknowns).in_units(decimals, self.numbers.len());
        self.numbers.push((self.columns.len() - 1, numbers.clone()));
        Ok(numbers)
    }

    const fn level(&self) -> &'c Level {
        match self.scope {
            Scope::Child => &self.compiled.children,
            _ => &self.compiled.items,
        }
    }

    /// Whether a measure over claims is made of it.
    fn is_measured(&self, fact: &str) -> bool {
        let measures = self.compiled.framework().measures.iter().filter(|measure| measure.over == Over::Claims);
        measures.filter_map(|measure| measure.aggregate.of()).any(|of| *of == *fact)
    }

    /// Whether more of it matters than its cell, beside what measures add up.
    fn is_computed_with(&self, fact: &str) -> bool {
        let level = self.level();
        let Some(variable) = level.space.value_of(fact) else { return false };
        let taken = level.decisions.iter().flat_map(|decision| decision.outcomes());
        level.computes_with(variable) || taken.filter_map(Outcome::variable).any(|taken| taken == variable)
    }

    fn read(&self, fact: &str, words: &[&str]) -> Result<Vec<FactValue>, Refused> {
        let framework = self.compiled.framework();
        let names = self.names();
        let unknown = || Refused::from(unknown_name(framework, fact, names.iter().map(String::as_str)));
        if !names.iter().any(|name| name == fact) {
            return Err(unknown());
        }
        let reader = Reader::new(framework, self.scope, &fact.into()).ok_or_else(unknown)?;
        let value = |word: &&str| {
            let value = reader.value(word);
            value.map_err(|unreadable| Diagnostic::error(Code::UnknownValue, unreadable.reason).into())
        };
        let values: Vec<FactValue> = words.iter().map(value).collect::<Result<_, Refused>>()?;
        let of_claims_alone = FactValue::Known(Value::Choice("rests-on".into()));
        if self.scope == Scope::Link && fact == "relation" && values.contains(&of_claims_alone) {
            let message = "an item supports, refutes or bears on a claim, and does not rest on it";
            return Err(Diagnostic::error(Code::UnknownValue, message).into());
        }
        Ok(values)
    }

    fn bind(&mut self, fact: &str, values: Vec<FactValue>, decimals: u32) -> Result<Box<[Key]>, Refused> {
        if self.columns.iter().any(|column| column.name == *fact) {
            return Err(Diagnostic::error(Code::DuplicateId, format!("`{fact}` is bound twice")).into());
        }
        if values.is_empty() {
            return Err(Diagnostic::error(Code::MissingKey, format!("`{fact}` is bound to no word")).into());
        }
        let stride = self.size;
        let size = stride.checked_mul(values.len() as u64).filter(|size| *size <= MOST_KEYS).ok_or_else(|| {
            let message = format!("with `{fact}` there are more keys than 32 bits hold");
            Diagnostic::error(Code::TooLarge, message).help("bind fewer facts, or fewer words of them")
        })?;
        let keys = (0..values.len() as u64).map(|place| Key::from(place * stride)).collect();
        self.size = size;
        let known = self.compiled.framework().fact(fact);
        let is_of_links = fact == "relation" || known.is_some_and(|known| known.subject == Subject::Link);
        self.columns.push(Column { name: fact.into(), values, stride, decimals, is_of_links });
        Ok(keys)
    }

    /// How many keys there are.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// The greatest key of each fact that is bound.
    pub(super) fn greatest_keys(&self) -> impl Iterator<Item = u64> {
        self.columns.iter().map(|column| column.stride * (column.values.len() as u64 - 1))
    }

    /// How many numbers are bound.
    pub(super) fn number_count(&self) -> usize {
        self.numbers.len()
    }

    /// The place of a number among those that are bound, with how many digits after the point it has.
    pub(super) fn number(&self, name: &Name) -> Option<(usize, u32)> {
        let place = self.numbers.iter().position(|(column, _)| self.columns[*column].name == *name)?;
        Some((place, self.columns[self.numbers[place].0].decimals))
    }

    /// Whether a key says that a number is known, and so is told beside it.
    pub(super) fn tells(&self, key: u64, number: usize) -> bool {
        let known = self.numbers.get(number).map(|(column, _)| &self.columns[*column]);
        known.is_some_and(|column| matches!(&column.values[column.place(key)], FactValue::Known(Value::Number(_))))
    }

    /// Whether numbers are those of a key, as far as it says that they are known.
    pub(super) fn are_of(&self, key: u64, numbers: &[i64]) -> bool {
        self.numbers.iter().zip(numbers).enumerate().all(|(place, ((column, keys), number))| {
            let column = &self.columns[*column];
            !self.tells(key, place)
                || keys.of_units(*number) == Some(Key::from(column.place(key) as u64 * column.stride))
        })
    }

    /// Whether the key of a link can be added to that of an item: no fact is said by both, and none of the item or with a
    /// number by the link.
    pub(super) fn go_together(&self, key: u64, link: u64) -> bool {
        // Of most links nothing is said.
        if link == 0 {
            return true;
        }
        let is_number = |position: usize| self.numbers.iter().any(|(column, _)| *column == position);
        let mut columns = self.columns.iter().enumerate().filter(|(_, column)| column.place(link) > 0);
        let is_known = |column: &Column| matches!(&column.values[column.place(link)], FactValue::Known(_));
        link < self.size
            && columns.all(|(position, column)| {
                column.place(key) == 0 && column.is_of_links && !(is_number(position) && is_known(column))
            })
    }

    /// What a key says, by name. Numbers are as given, or some in the cell of the key; what is missing is not said.
    pub(super) fn given(&self, key: u64, numbers: Option<&[i64]>) -> GivenValues {
        let mut given = GivenValues::new();
        for (position, column) in self.columns.iter().enumerate() {
            let mut value = column.values[column.place(key)].clone();
            let number = self.numbers.iter().position(|(known, _)| *known == position);
            let number = number.and_then(|number| numbers?.get(number));
            if let (Some(number), FactValue::Known(Value::Number(_))) = (number, &value) {
                value = Decimal::new(*number, column.decimals).into();
            }
            if value != FactValue::MISSING {
                given.insert(column.name.clone(), value);
            }
        }
        given
    }
}
