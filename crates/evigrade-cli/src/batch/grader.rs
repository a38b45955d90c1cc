//! From rows to grades.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use evigrade::Refused;
use evigrade::grade::Proof;
use evigrade::records::{Binding, Key, Outcome, Records, Texts};
use evigrade::value::FactValue;

use super::{Cells, Done, Reject, Row, RowText, line_of, plain, quoted, reject};
use crate::arguments::{Bulk, ProofOf};

/// A fact and the column that tells it.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) fact: String,
    pub(crate) column: String,
    /// The place of the column, in a table.
    pub(crate) place: usize,
    pub(crate) texts: Texts,
}

/// Why something came out as it did: `rule`, `because` and `proof`, as far as they are asked for.
pub(crate) type Told = BTreeMap<&'static str, String>;

/// What a proof tells, as far as it is asked for; what it does not tell is empty.
pub(crate) fn told_of(proof: Option<&Proof>, how: ProofOf) -> Told {
    let tell = |name: &'static str| {
        let told = proof.map(|proof| match name {
            "rule" => proof.rule.as_ref().map(ToString::to_string).unwrap_or_default(),
            "because" => proof.because.clone(),
            // There is nothing in it that cannot be written.
            _ => serde_json::to_string(proof).unwrap_or_default(),
        });
        (name, told.unwrap_or_default())
    };
    Grader::added(how).iter().skip(1).map(|name| tell(name)).collect()
}

/// Of how many records it is remembered why they came out as they did.
const MOST_TOLD: usize = 1 << 16;

/// Why records came out as they did, by their values.
#[derive(Debug, Default)]
pub(crate) struct Remembered(RwLock<HashMap<Vec<FactValue>, Arc<Told>>>);

impl Remembered {
    pub(crate) fn get(&self, values: &[FactValue]) -> Option<Arc<Told>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(values).map(Arc::clone)
    }

    /// Keeps it, unless there is too much already.
    pub(crate) fn keep(&self, values: &[FactValue], told: Told) -> Arc<Told> {
        let told = Arc::new(told);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_TOLD {
            known.insert(values.to_vec(), Arc::clone(&told));
        }
        told
    }
}

/// Grades rows.
#[derive(Debug)]
pub(crate) struct Grader<'c> {
    records: Records<'c>,
    bound: Vec<Bound>,
    to: Bulk,
    proof: ProofOf,
    headings: Vec<String>,
    /// The names that a column may be called like, as they are compared; those that were mapped are not among them.
    names: BTreeMap<String, String>,
    told: Remembered,
}

impl<'c> Grader<'c> {
    pub(crate) fn new(
        binding: Binding<'c>,
        bound: Vec<Bound>,
        names: BTreeMap<String, String>,
        headings: Vec<String>,
        to: Bulk,
        proof: ProofOf,
    ) -> Self {
        Self { records: binding.records(), bound, to, proof, headings, names, told: Remembered::default() }
    }

    /// The names of what is added to rows.
    pub(crate) const fn added(proof: ProofOf) -> &'static [&'static str] {
        match proof {
            ProofOf::None => &["grade"],
            ProofOf::Rule => &["grade", "rule", "because"],
            ProofOf::Full => &["grade", "rule", "because", "proof"],
        }
    }

    /// Whether a column tells a fact.
    pub(crate) fn reads(&self, column: &str) -> bool {
        self.bound.iter().any(|bound| bound.column == column)
    }

    /// Grades some rows.
    pub(crate) fn grade(&self, rows: &[Row]) -> Done {
        let mut done = Done::default();
        let mut words: HashMap<u16, Outcome> = HashMap::new();
        for row in rows {
            match self.graded(row, &mut words) {
                Ok((grade, told)) => {
                    self.write(row, &grade, told.as_deref(), &mut done);
                    *done.counts.entry(grade).or_default() += 1;
                }
                Err(refused) => done.rejects.push(*refused),
            }
        }
        done
    }

    fn graded(&self, row: &Row, words: &mut HashMap<u16, Outcome>) -> Result<(String, Option<Arc<Told>>), Box<Reject>> {
        let cells = self.cells(row)?;
        let mut key = Key::default();
        let needs_values = self.records.needs_values() || self.proof != ProofOf::None;
        let mut values = Vec::with_capacity(if needs_values { self.bound.len() } else { 0 });
        for bound in &self.bound {
            let at = |text: &str| Some((bound.column.clone(), text.to_owned()));
            let text = cells.text(bound.place, &bound.column);
            let text = text.map_err(|reason| Box::new(reject(row, at(""), reason)))?;
            let unreadable = |error: evigrade::records::Unreadable| Box::new(reject(row, at(&text), error.reason));
            if needs_values {
                values.push(bound.texts.value(&text).map_err(unreadable)?);
            }
            if !self.records.needs_values() {
                key = key + bound.texts.key(&text).map_err(unreadable)?;
            }
        }
        let number = if self.records.needs_values() {
            let refused = |refused: Refused| Box::new(reject(row, None, first_line(&refused)));
            self.records.grade_values(&values).map_err(refused)?
        } else {
            self.records.grade(key)
        };
        let outcome = words.entry(number).or_insert_with(|| self.records.outcome(number));
        if let Outcome::Contradiction(reason) = outcome {
            return Err(Box::new(reject(row, None, reason.clone())));
        }
        let grade = outcome.to_string();
        let told = (self.proof != ProofOf::None).then(|| self.told(&values));
        Ok((grade, told))
    }

    /// What a row holds.
    fn cells<'r>(&self, row: &'r Row) -> Result<Cells<'r>, Box<Reject>> {
        let cells = row.text.cells().map_err(|reason| Box::new(reject(row, None, reason)))?;
        let told = |fact: &str| self.bound.iter().find(|bound| bound.fact == fact).map(|bound| bound.column.as_str());
        match called_otherwise(&cells, &self.names, None, told) {
            None => Ok(cells),
            Some((name, reason)) => Err(Box::new(reject(row, Some((name, String::new())), reason))),
        }
    }

    /// Why a record came out so.
    fn told(&self, values: &[FactValue]) -> Arc<Told> {
        self.told.get(values).unwrap_or_else(|| {
            let proof = self.records.proof_of_values(values).ok().flatten();
            self.told.keep(values, told_of(proof.as_ref(), self.proof))
        })
    }

    /// Writes a row with what is added to it.
    fn write(&self, row: &Row, grade: &str, told: Option<&Told>, done: &mut Done) {
        let added = added(self.proof, grade, told);
        if let (RowText::Fields(fields), Bulk::Parquet) = (&row.text, self.to) {
            return done.rows.push(fields.iter().chain(added.iter().map(|(_, text)| *text)).collect());
        }
        let line = match &row.text {
            RowText::Fields(fields) if self.to == Bulk::Csv => {
                line_of(fields.iter().chain(added.iter().map(|(_, text)| *text)))
            }
            RowText::Fields(fields) => {
                let named = self.headings.iter().zip(fields);
                let members: Vec<String> =
                    named.map(|(name, field)| format!("{}:{}", quoted(name), quoted(field))).collect();
                with_members(&format!("{{{}}}", members.join(",")), &added)
            }
            RowText::Line(line) | RowText::Broken(_, line) => with_members(line, &added),
        };
        done.text.extend(line.into_bytes());
    }
}

/// What is added to a row, by name.
pub(super) fn added<'t>(proof: ProofOf, grade: &'t str, told: Option<&'t Told>) -> Vec<(&'static str, &'t str)> {
    let of = |name: &str| told.and_then(|told| told.get(name)).map_or("", String::as_str);
    Grader::added(proof).iter().map(|name| (*name, if *name == "grade" { grade } else { of(name) })).collect()
}

/// A line with an object that has more members at its end. A proof is JSON itself.
pub(super) fn with_members(object: &str, added: &[(&str, &str)]) -> String {
    let inside = object.trim_end();
    let mut line = inside.strip_suffix('}').unwrap_or(inside).trim_end().to_owned();
    for (name, text) in added {
        let value = match (*name, *text) {
            ("proof", "") => "null".to_owned(),
            ("proof", proof) => proof.to_owned(),
            (_, text) => quoted(text),
        };
        let comma = if line.ends_with('{') { "" } else { "," };
        line += &format!("{comma}\"{name}\":{value}");
    }
    line + "}\n"
}

/// A member that is called like a fact that another column tells, and what to do about it; `beside` is none.
pub(super) fn called_otherwise<'t>(
    cells: &Cells<'_>,
    names: &BTreeMap<String, String>,
    beside: Option<&str>,
    told: impl Fn(&str) -> Option<&'t str>,
) -> Option<(String, String)> {
    let Cells::Members(object) = cells else { return None };
    object.names().filter(|name| beside != Some(*name)).find_map(|name| {
        let fact = names.get(&plain(name))?;
        let column = told(fact).filter(|column| *column != name)?;
        Some((name.to_owned(), format!("`{fact}` is told by `{column}`: call it so here too")))
    })
}

pub(super) fn first_line(refused: &Refused) -> String {
    refused.to_string().lines().next().unwrap_or_default().to_owned()
}
