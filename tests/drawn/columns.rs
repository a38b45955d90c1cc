//! A drawn case as tables.

use std::collections::BTreeSet;

use evigrade::corpus::{Binding, Columns, Facts, Grades, Tables};
use evigrade::records::{Flags, Numbers, Words};

use crate::binding::{facts_on, place, strs, units, word, words_of};
use crate::hold::{Drawn, Random};
use crate::model::{Case, From, KINDS, Kind, Link, Model, On, RELATIONS, Value};

/// What one column tells, in one of the ways in which it can be told.
enum Column {
    Words(Words, Vec<u8>),
    Flags(Flags, Vec<bool>),
    Numbers(Box<Numbers>, Units, Unknown),
}

enum Units {
    Long(Vec<i64>),
    Short(Vec<u32>),
}

/// Why rows are not known, and which.
struct Unknown {
    word: String,
    rows: Vec<bool>,
}

/// Grades a case by tables.
pub(crate) fn grade(drawn: &Drawn, case: &Case, random: &mut Random) -> Result<Grades, String> {
    let mut binding = Binding::new(&drawn.compiled).unwrap();
    let (mut of_items, of_links): (Vec<&Link>, Vec<&Link>) =
        case.links.iter().partition(|link| matches!(link.from, From::Item(_)));
    if random.chance(50) {
        of_items.reverse();
    }
    let claims = claims(&mut binding, &drawn.model, case, random);
    let mut items = items(binding.items(), &drawn.model, case, &of_items, random);
    let links = links(binding.links(), &drawn.model, &of_links, random);
    if random.chance(50) {
        items.rotate_left(1);
    }
    let to = |links: &[&Link]| -> Vec<u32> { links.iter().map(|link| link.to as u32).collect() };
    let (claim_of_item, parents) = (to(&of_items), to(&of_links));
    let children: Vec<u32> = of_links.iter().map(|link| end(link) as u32).collect();
    let tables = Tables {
        claims: told(Columns::new(case.claims.len()), &claims),
        items: told(Columns::new(of_items.len()), &items),
        claim_of_item: &claim_of_item,
        links: told(Columns::new(of_links.len()), &links),
        parent_of_link: &parents,
        child_of_link: &children,
    };
    binding.grade(&tables).map_err(|refused| format!("the tables are refused: {refused}"))
}

/// The item or claim that a link is from.
const fn end(link: &Link) -> usize {
    match link.from {
        From::Item(item) => item,
        From::Claim(claim) => claim,
    }
}

fn claims(binding: &mut Binding<'_>, model: &Model, case: &Case, random: &mut Random) -> Vec<Column> {
    let kind = binding.claims().words("kind", &KINDS).unwrap();
    let kinds = case.claims.iter().map(|claim| place(&KINDS, claim.kind) as u8);
    let mut columns = vec![Column::Words(kind, kinds.collect())];
    for fact in facts_on(model, On::Claim) {
        let words = random.shuffled(words_of(model, fact));
        let bound = binding.claims().words(&format!("f{fact}"), &strs(&words)).unwrap();
        let places = case.claims.iter().map(|claim| place(&words, &word(claim.facts.get(&fact).copied())) as u8);
        columns.push(Column::Words(bound, places.collect()));
    }
    columns
}

fn items(bound: &mut Facts<'_>, model: &Model, case: &Case, of: &[&Link], random: &mut Random) -> Vec<Column> {
    let mut columns = vec![relations(bound, &RELATIONS[..3], of)];
    for fact in 0..model.facts.len() {
        let values: Vec<Option<Value>> = match model.facts[fact].on {
            On::Evidence => of.iter().map(|link| case.items[end(link)].get(&fact).copied()).collect(),
            On::Link => of.iter().map(|link| link.facts.get(&fact).copied()).collect(),
            On::Claim => continue,
        };
        columns.push(Column::new(bound, model, fact, &values, random));
    }
    columns
}

fn links(bound: &mut Facts<'_>, model: &Model, of: &[&Link], random: &mut Random) -> Vec<Column> {
    let mut columns = vec![relations(bound, &RELATIONS, of)];
    for fact in facts_on(model, On::Link) {
        let values: Vec<Option<Value>> = of.iter().map(|link| link.facts.get(&fact).copied()).collect();
        columns.push(Column::new(bound, model, fact, &values, random));
    }
    columns
}

fn relations(bound: &mut Facts<'_>, relations: &[&str], of: &[&Link]) -> Column {
    let words = bound.words("relation", relations).unwrap();
    Column::Words(words, of.iter().map(|link| place(relations, link.relation) as u8).collect())
}

impl Column {
    /// Binds a fact of items or links, and tells what it is in each row.
    fn new(bound: &mut Facts<'_>, model: &Model, fact: usize, values: &[Option<Value>], random: &mut Random) -> Self {
        let name = format!("f{fact}");
        let kind = &model.facts[fact].kind;
        let is_known = |value: &Option<Value>| !matches!(value, None | Some(Value::Unknown(_)));
        let unknowns: BTreeSet<String> =
            values.iter().filter(|value| !is_known(value)).map(|value| word(*value)).collect();
        if matches!(kind, Kind::Count | Kind::Number)
            && unknowns.len() < 2
            && model.facts[fact].on == On::Evidence
            && random.chance(80)
        {
            let unknown = unknowns.first().cloned().unwrap_or_else(|| "missing".to_owned());
            if let Some(numbers) = Self::numbers(bound, model, fact, values, unknown, random) {
                return numbers;
            }
        }
        if *kind == Kind::Flag && unknowns.is_empty() && random.chance(50) {
            let flags = bound.flags(&name, &[]).unwrap();
            return Self::Flags(flags, values.iter().map(|value| *value == Some(Value::Flag(true))).collect());
        }
        let words = random.shuffled(words_of(model, fact));
        let bound = bound.words(&name, &strs(&words)).unwrap();
        Self::Words(bound, values.iter().map(|value| place(&words, &word(*value)) as u8).collect())
    }

    /// Nothing if the fact cannot be bound as a number.
    fn numbers(
        bound: &mut Facts<'_>,
        model: &Model,
        fact: usize,
        values: &[Option<Value>],
        unknown: String,
        random: &mut Random,
    ) -> Option<Self> {
        let decimals = if model.facts[fact].kind == Kind::Count { 0 } else { 2 };
        let numbers = bound.numbers(&format!("f{fact}"), decimals, &[&unknown]).ok()?;
        // A number that can be stands where none is known.
        let filler = model.facts[fact].least.unwrap_or(0).max(0) as i64 * 10_i64.pow(decimals);
        let long: Vec<i64> = values
            .iter()
            .map(|value| match value {
                Some(Value::Number(number)) => units(*number, decimals),
                _ => filler,
            })
            .collect();
        let short: Option<Vec<u32>> = long.iter().map(|number| u32::try_from(*number).ok()).collect();
        let units = short.filter(|_| random.chance(50)).map_or(Units::Long(long), Units::Short);
        let rows = values.iter().map(|value| !matches!(value, Some(Value::Number(_)))).collect();
        Some(Self::Numbers(Box::new(numbers), units, Unknown { word: unknown, rows }))
    }
}

/// A table with these columns.
fn told<'a>(table: Columns<'a>, columns: &'a [Column]) -> Columns<'a> {
    columns.iter().fold(table, |table, column| match column {
        Column::Words(words, places) => table.words(words, places),
        Column::Flags(flags, values) => table.flags(flags, values),
        Column::Numbers(numbers, units, unknown) => match (unknown.rows.contains(&true), units) {
            (true, Units::Long(long)) => table.numbers_unless(numbers, long.as_slice(), &unknown.word, &unknown.rows),
            (true, Units::Short(short)) => {
                table.numbers_unless(numbers, short.as_slice(), &unknown.word, &unknown.rows)
            }
            (false, Units::Long(long)) => table.numbers(numbers, long.as_slice()),
            (false, Units::Short(short)) => table.numbers(numbers, short.as_slice()),
        },
    })
}
