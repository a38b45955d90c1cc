//! Which column tells which fact.

use std::collections::BTreeMap;

use arrow_schema::Schema;
use evigrade::records::{Binding, Bodies};
use evigrade::{Compiled, Frameworks};
use evigrade_arrow::Options;

use super::bodies::{BodyGrader, Column, Gathered};
use super::grader::{Bound, Grader, Remembered};
use super::{ParquetRows, TableGrader, bulk_of, plain};
use crate::arguments::{Batch, Bulk};
use crate::output::Failure;

/// Names and the columns that tell them: those that are said, and else those that are called the same.
fn wanted(
    arguments: &Batch,
    compiled: &Compiled,
    known: &[String],
    columns: &[String],
) -> Result<Vec<(String, String)>, Failure> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for map in &arguments.map {
        let Some((fact, column)) = map.split_once('=') else {
            return Err(Failure::Usage(format!("`--map {map}` is not FACT=COLUMN")));
        };
        there_is(column, columns)?;
        wanted.push((fact.to_owned(), column.to_owned()));
    }
    let names: BTreeMap<String, &String> = known.iter().map(|name| (plain(name), name)).collect();
    let is_table = bulk_of(&arguments.input, arguments.from)? != Bulk::Jsonl;
    let mapped = wanted.len();
    for column in columns {
        if wanted.iter().any(|(_, taken)| taken == column) {
            continue;
        }
        let Some(fact) = names.get(&plain(column)) else { continue };
        match wanted.iter().position(|(named, _)| named == *fact) {
            None => wanted.push(((*fact).clone(), column.clone())),
            Some(place) if place >= mapped && is_table => {
                let message = format!("the columns `{}` and `{column}` both tell `{fact}`", wanted[place].1);
                return Err(Failure::Usage(format!("{message}: name one with `--map {fact}=COLUMN`")));
            }
            // It was named, or is told row by row.
            Some(_) => {}
        }
    }
    if wanted.is_empty() {
        let mut some: Vec<&str> = names.values().map(|name| name.as_str()).collect();
        some.sort_by_key(|name| compiled.framework().fact(name).is_none());
        some.truncate(8);
        let message = "no column is called like something that the framework reads";
        let help = format!("it reads `{}` and others; name them with `--map FACT=COLUMN`", some.join("`, `"));
        return Err(Failure::Usage(format!("{message}: {help}")));
    }
    Ok(wanted)
}

fn there_is(column: &str, columns: &[String]) -> Result<usize, Failure> {
    columns
        .iter()
        .position(|name| name == column)
        .ok_or_else(|| Failure::Usage(format!("there is no column `{column}`: there are `{}`", columns.join("`, `"))))
}

/// The names that a column may be called like, as they are compared; not those that were mapped.
fn unmapped(arguments: &Batch, names: Vec<String>) -> BTreeMap<String, String> {
    let is_mapped =
        |name: &String| arguments.map.iter().any(|map| map.split_once('=').is_some_and(|(fact, _)| fact == name));
    names.into_iter().filter(|name| !is_mapped(name)).map(|name| (plain(&name), name)).collect()
}

/// What grades each row as a record.
pub(crate) fn records<'c>(
    arguments: &Batch,
    compiled: &'c Compiled,
    columns: &[String],
    to: Bulk,
) -> Result<Grader<'c>, Failure> {
    let mut binding = Binding::new(compiled)?;
    let names = binding.names();
    check_added(arguments, columns)?;
    let mut bound = Vec::new();
    for (fact, column) in wanted(arguments, compiled, &names, columns)? {
        let (texts, place) = (binding.texts(&fact)?, there_is(&column, columns)?);
        bound.push(Bound { fact, column, place, texts });
    }
    let names = unmapped(arguments, names);
    Ok(Grader::new(binding, bound, names, columns.to_vec(), to, arguments.proof))
}

fn check_added(arguments: &Batch, columns: &[String]) -> Result<(), Failure> {
    match columns.iter().find(|name| Grader::added(arguments.proof).contains(&name.as_str())) {
        Some(taken) => {
            Err(Failure::Usage(format!("there is a column `{taken}` already, which would be added: rename it")))
        }
        None => Ok(()),
    }
}

/// What grades each row of a Parquet file as a record, and the columns as they are read for it.
pub(crate) fn tables<'c>(
    arguments: &Batch,
    compiled: &'c Compiled,
    rows: &ParquetRows,
) -> Result<(TableGrader<'c>, Schema), Failure> {
    let columns = rows.headings();
    check_added(arguments, columns)?;
    let names = Binding::new(compiled)?.names();
    let wanted = wanted(arguments, compiled, &names, columns)?;
    let told: Vec<String> = wanted.iter().map(|(_, column)| column.clone()).collect();
    let read = rows.with_dictionaries(&told);
    let begun = Options::new().only_named().level(Grader::added(arguments.proof)[0]);
    let options = wanted.into_iter().fold(begun, |options, (fact, column)| options.column(fact, column));
    let grader = evigrade_arrow::Grader::new(compiled, &read, &options)?;
    Ok((TableGrader { grader, proof: arguments.proof, told: Remembered::default() }, read))
}

/// What grades the rows of a claim together.
pub(crate) fn bodies<'c>(
    arguments: &Batch,
    by: &str,
    (frameworks, compiled): (&'c Frameworks, &'c Compiled),
    columns: &[String],
    to: Bulk,
) -> Result<(BodyGrader<'c>, Gathered), Failure> {
    let place = there_is(by, columns)?;
    let mut bodies = Bodies::new(compiled, frameworks)?;
    let of_claims = bodies.names_of_claim();
    let names: Vec<String> = of_claims.iter().cloned().chain(bodies.names_of_items()).collect();
    if ["items"].iter().chain(Grader::added(arguments.proof)).any(|name| *name == by) {
        return Err(Failure::Usage(format!("the column `{by}` is called like one that is written: rename it")));
    }
    let (mut claim, mut items) = (Vec::new(), Vec::new());
    let is_mapped =
        |column: &str| arguments.map.iter().any(|map| map.split_once('=').is_some_and(|(_, of)| of == column));
    // What tells claims apart is no fact, whatever it is called, unless it is said that it is.
    let others: Vec<String> = columns.iter().filter(|name| *name != by || is_mapped(name)).cloned().collect();
    for (fact, name) in wanted(arguments, compiled, &names, &others)? {
        let is_of_claims = of_claims.contains(&fact);
        let field = if is_of_claims { bodies.of_claim(&fact)? } else { bodies.of_items(&fact)? };
        let place = there_is(&name, columns)?;
        if is_of_claims { &mut claim } else { &mut items }.push(Column { fact, name, place, field });
    }
    if claim.iter().all(|column| column.fact != "kind") {
        let message = "no column tells the `kind` of the claims, and what counts hangs on it";
        return Err(Failure::Usage(format!("{message}: add one, or name it with `--map kind=COLUMN`")));
    }
    let gathered = Gathered::new(by, place);
    let (by, names) = (by.to_owned(), unmapped(arguments, names));
    Ok((BodyGrader { bodies, claim, items, by, names, to, proof: arguments.proof }, gathered))
}
