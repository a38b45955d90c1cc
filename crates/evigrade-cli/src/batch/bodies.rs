//! From rows of evidence to grades of claims: the rows of a claim stand together and are graded as a body.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use evigrade::records::{Bodies, BodyOfEvidence, Field, Outcome};
use evigrade::value::FactValue;
use serde_json::{Map, Value};

use super::grader::{first_line, reject, text_of, told_of};
use super::{Done, Reject, Row, RowText, line_of};
use crate::arguments::{Bulk, ProofOf};
use crate::batch::Grader;

/// A fact, the column that tells it, and its place in a table.
#[derive(Debug)]
pub(crate) struct Column {
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
    refused: Vec<Reject>,
}

impl Gathered {
    pub(crate) fn new(by: &str, place: usize) -> Self {
        let (seen, hasher) = (HashSet::new(), RandomState::new());
        Self { by: by.to_owned(), place, open: None, seen, hasher, broken: None, refused: Vec::new() }
    }

    /// Takes some rows; the claims of which no more rows follow, and the rows that are of no claim.
    pub(crate) fn take(&mut self, rows: Vec<Row>) -> (Vec<Group>, Vec<Reject>) {
        let mut whole = Vec::new();
        for row in rows {
            let claim = match self.claim_of(&row) {
                Ok(claim) => claim,
                Err(reason) => {
                    let told = format!("row {}, which cannot be read, may be one of it", row.number);
                    if let Some(open) = &mut self.open {
                        open.spoilt.get_or_insert(told);
                    }
                    self.broken = Some(row.number);
                    self.refused.push(reject(&row, None, reason));
                    continue;
                }
            };
            match &mut self.open {
                Some(open) if open.claim == claim => open.rows.push(row),
                _ => {
                    whole.extend(self.open.take());
                    let is_new = self.seen.insert(self.hasher.hash_one(&claim));
                    let again = || format!("rows of it stand apart: sort the rows by `{}`", self.by);
                    let broken = self.broken.map(|row| format!("row {row}, which cannot be read, may be one of it"));
                    let spoilt = if is_new { broken } else { Some(again()) };
                    self.open = Some(Group { claim, rows: vec![row], spoilt });
                }
            }
            self.broken = None;
        }
        (whole, std::mem::take(&mut self.refused))
    }

    /// The last claim.
    pub(crate) fn rest(&mut self) -> Option<Group> {
        self.open.take()
    }

    fn claim_of(&self, row: &Row) -> Result<String, String> {
        let claim = match &row.text {
            RowText::Broken(reason, _) => return Err(reason.clone()),
            RowText::Fields(fields) => fields.get(self.place).unwrap_or_default().to_owned(),
            RowText::Line(line) => match serde_json::from_str(line) {
                Ok(Value::Object(object)) => text_of(object.get(&self.by))?.into_owned(),
                Ok(_) => return Err("it is no object".to_owned()),
                Err(error) => return Err(format!("it is not JSON: {error}")),
            },
        };
        if claim.trim().is_empty() {
            Err(format!("`{}` does not say of which claim it is", self.by))
        } else {
            Ok(claim)
        }
    }
}

/// Grades bodies of evidence.
#[derive(Debug)]
pub(crate) struct BodyGrader<'c> {
    pub(crate) bodies: Bodies<'c>,
    pub(crate) claim: Vec<Column>,
    pub(crate) items: Vec<Column>,
    pub(crate) by: String,
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
    pub(crate) fn grade(&self, groups: &[Group]) -> Done {
        let mut done = Done::default();
        for group in groups {
            match self.graded(group) {
                Ok((outcome, told)) => {
                    let grade = outcome.to_string();
                    done.text.extend(self.line(group, &grade, &told));
                    *done.counts.entry(grade).or_default() += 1;
                }
                Err((at, reason)) => {
                    let refused = group.rows.iter().enumerate().map(|(place, row)| {
                        let known = at.as_ref().filter(|(wrong, ..)| *wrong == place);
                        let reason = match (known, &at) {
                            (None, Some((wrong, ..))) => {
                                format!("its claim is not graded, for row {} is refused", group.rows[*wrong].number)
                            }
                            _ => reason.clone(),
                        };
                        reject(row, known.map(|(_, column, text)| (column.clone(), text.clone())), reason)
                    });
                    done.rejects.extend(refused);
                }
            }
        }
        done
    }

    #[allow(clippy::type_complexity, reason = "the place, column and text of what is wrong, if it is one row, and why")]
    fn graded(
        &self,
        group: &Group,
    ) -> Result<(Outcome, BTreeMap<&'static str, String>), (Option<(usize, String, String)>, String)> {
        if let Some(spoilt) = &group.spoilt {
            return Err((None, spoilt.clone()));
        }
        let mut body = BodyOfEvidence::default();
        for (place, row) in group.rows.iter().enumerate() {
            let object = match &row.text {
                RowText::Line(line) => serde_json::from_str::<Map<String, Value>>(line).ok(),
                _ => None,
            };
            let value = |column: &Column| -> Result<FactValue, (Option<(usize, String, String)>, String)> {
                let text = match (&row.text, &object) {
                    (RowText::Fields(fields), _) => Ok(fields.get(column.place).unwrap_or_default().into()),
                    (_, Some(object)) => text_of(object.get(&column.name)),
                    _ => Ok("".into()),
                };
                let at = |text: &str| Some((place, column.name.clone(), text.to_owned()));
                let text = text.map_err(|reason| (at(""), reason))?;
                column.field.value(&text).map_err(|error| (at(&text), error.reason))
            };
            let claim = self.claim.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            if place == 0 {
                body.claim = claim;
            } else if let Some(other) = body.claim.iter().zip(&claim).position(|(one, other)| one != other) {
                let column = &self.claim[other].name;
                let at = (place, column.clone(), claim[other].to_string());
                return Err((Some(at), format!("rows before it say another `{column}` of the claim")));
            }
            body.items.push(self.items.iter().map(value).collect::<Result<Vec<_>, _>>()?);
        }
        let refused = |refused| (None, first_line(&refused));
        let outcome = self.bodies.outcome(self.bodies.grade(&body).map_err(refused)?);
        if let Outcome::Contradiction(reason) = outcome {
            return Err((None, reason));
        }
        let proof = if self.proof == ProofOf::None { None } else { self.bodies.proof(&body).map_err(refused)? };
        Ok((outcome, told_of(proof.as_ref(), self.proof)))
    }

    /// What is written of a claim.
    fn line(&self, group: &Group, grade: &str, told: &BTreeMap<&'static str, String>) -> Vec<u8> {
        let items = group.rows.len().to_string();
        let of = |name: &str| told.get(name).map_or("", String::as_str);
        let added = Grader::added(self.proof).iter().map(|name| if *name == "grade" { grade } else { of(name) });
        match self.to {
            Bulk::Csv => line_of([group.claim.as_str(), &items].into_iter().chain(added)).into_bytes(),
            Bulk::Jsonl => {
                let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
                let mut line = format!("{{{}:{},\"items\":{items}", quoted(&self.by), quoted(&group.claim));
                for (name, text) in Grader::added(self.proof).iter().zip(added) {
                    let value = match (*name, text) {
                        ("proof", "") => "null".to_owned(),
                        ("proof", proof) => proof.to_owned(),
                        (_, text) => quoted(text),
                    };
                    line += &format!(",\"{name}\":{value}");
                }
                (line + "}\n").into_bytes()
            }
        }
    }
}
