//! From rows of evidence to grades of claims: the rows of a claim stand together and are graded as a body.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use evigrade::records::{Bodies, BodyOfEvidence, Field, Outcome};
use evigrade::value::FactValue;

use super::grader::{Grader, Told, added, called_otherwise, first_line, told_of, with_members};
use super::{Done, Reject, Row, line_of, place_of_row, quoted, reject};
use crate::arguments::{Bulk, ProofOf};
use crate::output::Failure;

/// A fact, the column that tells it, and its place in a table.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) fact: String,
    pub(crate) name: String,
    pub(crate) place: usize,
    pub(crate) field: Field,
}

/// The rows of one claim.
#[derive(Debug)]
pub(crate) struct Group {
    claim: String,
    rows: Vec<Row>,
    /// Why it cannot be graded, whatever its rows say.
    spoilt: Option<String>,
}

/// What comes of rows: those of one claim, or one that is of none.
#[derive(Debug)]
pub(crate) enum Unit {
    Group(Group),
    Refused(Box<Reject>),
}

/// How many rows one claim may have: they are held together.
const MOST_ROWS: usize = 100_000;

/// Puts rows that follow each other and are of one claim together.
#[derive(Debug)]
pub(crate) struct Gathered {
    by: String,
    place: usize,
    open: Option<Group>,
    /// The claims that were gathered, as numbers.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// A row that could not be read may belong to the claim after it.
    broken: Option<u64>,
}

impl Gathered {
    pub(crate) fn new(by: &str, place: usize) -> Self {
        let (seen, hasher) = (HashSet::new(), RandomState::new());
        Self { by: by.to_owned(), place, open: None, seen, hasher, broken: None }
    }

    /// Takes some rows; the claims of which no more rows follow, and the rows that are of no claim.
    pub(crate) fn take(&mut self, rows: Vec<Row>) -> Result<Vec<Unit>, Failure> {
        let mut units = Vec::new();
        for row in rows {
            let claim = match self.claim_of(&row) {
                Ok(claim) => claim,
                Err(reason) => {
                    if let Some(open) = &mut self.open {
                        open.spoilt.get_or_insert(may_be_one(row.number));
                    }
                    self.broken = Some(row.number);
                    units.push(Unit::Refused(Box::new(reject(&row, None, reason))));
                    continue;
                }
            };
            match &mut self.open {
                Some(open) if open.claim == claim => {
                    if open.rows.len() == MOST_ROWS {
                        let message = format!("the claim `{claim}` has more than {MOST_ROWS} rows");
                        return Err(Failure::Usage(format!("{message}: is `{}` what tells claims apart?", self.by)));
                    }
                    open.rows.push(row);
                }
                _ => {
                    units.extend(self.open.take().map(Unit::Group));
                    if !self.seen.insert(self.hasher.hash_one(&claim)) {
                        let message = format!("{}: rows of `{claim}` stand apart", place_of_row(row.number, row.line));
                        return Err(Failure::Usage(format!("{message}: sort the rows by `{}`", self.by)));
                    }
                    let spoilt = self.broken.map(may_be_one);
                    self.open = Some(Group { claim, rows: vec![row], spoilt });
                }
            }
            self.broken = None;
        }
        Ok(units)
    }

    /// The last claim.
    pub(crate) fn rest(&mut self) -> Option<Unit> {
        self.open.take().map(Unit::Group)
    }

    fn claim_of(&self, row: &Row) -> Result<String, String> {
        let claim = row.text.cells()?.text(self.place, &self.by)?.trim().to_owned();
        if claim.is_empty() { Err(format!("`{}` does not say of which claim it is", self.by)) } else { Ok(claim) }
    }
}

fn may_be_one(row: u64) -> String {
    format!("row {row}, which cannot be read, may be one of it")
}

/// Where a row of a claim is wrong, and why.
struct Wrong {
    /// The place of the row among those of the claim, its column and what stands there; nothing where it is no one row.
    at: Option<(usize, String, String)>,
    reason: String,
}

/// Grades bodies of evidence.
#[derive(Debug)]
pub(crate) struct BodyGrader<'c> {
    pub(crate) bodies: Bodies<'c>,
    pub(crate) claim: Vec<Column>,
    pub(crate) items: Vec<Column>,
    pub(crate) by: String,
    /// The names that a column may be called like, as they are compared; those that were mapped are not among them.
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) to: Bulk,
    pub(crate) proof: ProofOf,
}

impl BodyGrader<'_> {
    /// Whether a column tells a fact, or which claim it is.
    pub(crate) fn reads(&self, column: &str) -> bool {
        column == self.by || self.claim.iter().chain(&self.items).any(|known| known.name == column)
    }

    /// The names of what is written of a claim.
    pub(crate) fn headings(&self) -> Vec<String> {
        let added = Grader::added(self.proof).iter().map(|name| (*name).to_owned());
        [self.by.clone(), "items".to_owned()].into_iter().chain(added).collect()
    }

    /// Grades some claims. A claim of which a row is refused is not graded, and all its rows are refused.
    pub(crate) fn grade(&self, units: &[Unit]) -> Done {
        let mut done = Done::default();
        for unit in units {
            let group = match unit {
                Unit::Refused(refused) => {
                    done.rejects.push((**refused).clone());
                    continue;
                }
                Unit::Group(group) => group,
            };
            match self.graded(group) {
                Ok((outcome, told)) => {
                    let grade = outcome.to_string();
                    self.write(group, &grade, &told, &mut done);
                    *done.counts.entry(grade).or_default() += 1;
                }
                Err(wrong) => done.rejects.extend(Self::refused(group, &wrong)),
            }
        }
        done
    }

    /// The rows of a claim that is not graded.
    fn refused(group: &Group, wrong: &Wrong) -> Vec<Reject> {
        let refused = group.rows.iter().enumerate().map(|(place, row)| match &wrong.at {
            Some((at, column, text)) if *at == place => {
                reject(row, Some((column.clone(), text.clone())), wrong.reason.clone())
            }
            Some((at, ..)) => {
                let other = group.rows[*at].number;
                reject(row, None, format!("its claim is not graded, for row {other} is refused"))
            }
            None => reject(row, None, wrong.reason.clone()),
        });
        refused.collect()
    }

    fn graded(&self, group: &Group) -> Result<(Outcome, Told), Wrong> {
        if let Some(spoilt) = &group.spoilt {
            return Err(Wrong { at: None, reason: spoilt.clone() });
        }
        let mut body = BodyOfEvidence::default();
        for (place, row) in group.rows.iter().enumerate() {
            let here = |column: &str, text: &str| Some((place, column.to_owned(), text.to_owned()));
            let cells = row.text.cells().map_err(|reason| Wrong { at: here("", ""), reason })?;
            let all = || self.claim.iter().chain(&self.items);
            let told = |fact: &str| all().find(|column| column.fact == fact).map(|column| column.name.as_str());
            if let Some((name, reason)) = called_otherwise(&cells, &self.names, Some(&self.by), told) {
                return Err(Wrong { at: here(&name, ""), reason });
            }
            let value = |column: &Column| -> Result<FactValue, Wrong> {
                let text = cells.text(column.place, &column.name);
                let text = text.map_err(|reason| Wrong { at: here(&column.name, ""), reason })?;
                let read = column.field.value(&text);
                read.map_err(|error| Wrong { at: here(&column.name, &text), reason: error.reason })
            };
            let claim = self.claim.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            if place == 0 {
                body.claim = claim;
            } else if let Some(other) = body.claim.iter().zip(&claim).position(|(one, other)| one != other) {
                let column = &self.claim[other].name;
                let at = here(column, &claim[other].to_string());
                return Err(Wrong { at, reason: format!("rows before it say another `{column}` of the claim") });
            }
            body.items.push(self.items.iter().map(value).collect::<Result<Vec<_>, _>>()?);
        }
        let refused = |refused| Wrong { at: None, reason: first_line(&refused) };
        let outcome = self.bodies.outcome(self.bodies.grade(&body).map_err(refused)?);
        if let Outcome::Contradiction(reason) = outcome {
            return Err(Wrong { at: None, reason });
        }
        let proof = if self.proof == ProofOf::None { None } else { self.bodies.proof(&body).map_err(refused)? };
        Ok((outcome, told_of(proof.as_ref(), self.proof)))
    }

    /// Writes what came of a claim.
    fn write(&self, group: &Group, grade: &str, told: &Told, done: &mut Done) {
        let items = group.rows.len().to_string();
        let added = added(self.proof, grade, Some(told));
        let fields = [group.claim.as_str(), &items].into_iter().chain(added.iter().map(|(_, text)| *text));
        match self.to {
            Bulk::Csv => done.text.extend(line_of(fields).into_bytes()),
            Bulk::Parquet => done.rows.push(fields.collect()),
            Bulk::Jsonl => {
                let begun = format!("{{{}:{},\"items\":{items}}}", quoted(&self.by), quoted(&group.claim));
                done.text.extend(with_members(&begun, &added).into_bytes());
            }
        }
    }
}
