//! Bodies of evidence from rows: items with their facts, and the facts of the claim on which they bear.

use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;

use super::read::{Reader, unknown_name};
use super::text::Unreadable;
use super::{MOST_REMEMBERED, Outcome, Outcomes};
use crate::case::{Case, WrittenCase};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::framework::Frameworks;
use crate::framework::names::Scope;
use crate::grade::{GivenValues, Grading, Proof, Run, grade};
use crate::name::Name;
use crate::value::{FactValue, Value};

/// A fact that is read from text.
#[derive(Debug)]
pub struct Field {
    reader: Reader,
    /// Whether it is how an item bears on the claim.
    is_relation: bool,
}

impl Field {
    /// The value that text tells; empty text is missing.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] if the fact cannot be what the text says.
    pub fn value(&self, text: &str) -> Result<FactValue, Unreadable> {
        let value = self.reader.value(text)?;
        let of_claims_alone = |word: &str| !["supports", "refutes", "bears-on"].contains(&word);
        match &value {
            FactValue::Known(Value::Choice(word)) if self.is_relation && of_claims_alone(word.as_str()) => {
                Err(Unreadable {
                    reason: format!("an item supports, refutes or bears on a claim, and this is `{word}`"),
                })
            }
            FactValue::Known(Value::Date(date)) if date.year() < 0 => {
                Err(Unreadable { reason: format!("{text} is no date of this era") })
            }
            _ => Ok(value),
        }
    }
}

/// The claim and the items of a body of evidence, by the values of their facts in the order in which these were bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct BodyOfEvidence {
    /// The values of the claim.
    pub claim: Vec<FactValue>,
    /// The values of each item.
    pub items: Vec<Vec<FactValue>>,
}

/// Grades bodies of evidence as cases of one claim; equal ones once.
///
/// What counts and what does not is told as of any case: of the items of one `study` one counts, a source that was `published`
/// after `as-of` does not. An item that says nothing of it is of a study of its own, and its `relation` is that it supports the
/// claim. Results are put together.
///
/// ```
/// use evigrade::records::{Bodies, BodyOfEvidence};
/// use evigrade::{Compiled, Frameworks};
///
/// let frameworks = Frameworks::built_in();
/// let compiled = Compiled::new(frameworks.find("acmg-2015")?)?;
/// let mut bodies = Bodies::new(&compiled, &frameworks)?;
/// let kind = bodies.of_claim("kind")?;
/// let (criterion, met) = (bodies.of_items("acmg-criterion")?, bodies.of_items("acmg-met")?);
/// let item = |name: &str| Ok::<_, evigrade::records::Unreadable>(vec![criterion.value(name)?, met.value("yes")?]);
/// let body = BodyOfEvidence {
///     claim: vec![kind.value("variant-classification")?],
///     items: vec![item("PVS1")?, item("PS1")?],
/// };
/// let number = bodies.grade(&body)?;
/// assert_eq!(bodies.outcome(number).word(), Some("pathogenic"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Bodies<'c> {
    compiled: &'c Compiled,
    frameworks: &'c Frameworks,
    claim: Vec<Name>,
    items: Vec<Name>,
    outcomes: RwLock<Outcomes>,
    /// What came of cases, by their text.
    known: RwLock<HashMap<String, u16, foldhash::fast::FixedState>>,
}

/// What can be said of a claim beside its facts.
const OF_CLAIMS: &[&str] = &["kind", "as-of"];
/// What can be said of items beside their facts.
const OF_ITEMS: &[&str] = &["study", "relation", "published", "outcome-role"];

impl<'c> Bodies<'c> {
    /// Of a framework that grades claims, one of some frameworks by whose facts cases are read.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework appraises single studies.
    pub fn new(compiled: &'c Compiled, frameworks: &'c Frameworks) -> Result<Self, Refused> {
        if compiled.grades() != Subject::Claim || compiled.framework().result.is_none() {
            let message = format!("`{}` does not grade bodies of evidence", compiled.framework().id);
            let help = "of a framework that appraises studies each row is a record of its own: leave out what rows are \
                        grouped by";
            return Err(Diagnostic::error(Code::WrongType, message).help(help).into());
        }
        let (claim, items) = (Vec::new(), Vec::new());
        Ok(Self { compiled, frameworks, claim, items, outcomes: RwLock::default(), known: RwLock::default() })
    }

    fn facts(&self, is_of: impl Fn(Subject) -> bool) -> impl Iterator<Item = String> {
        let facts = self.compiled.framework().facts.iter().filter(move |fact| is_of(fact.subject));
        facts.map(|fact| fact.name.as_str().to_owned())
    }

    /// The names that can be bound of claims: facts, `kind` and `as-of`.
    #[must_use]
    pub fn names_of_claim(&self) -> Vec<String> {
        let beside = OF_CLAIMS.iter().map(|name| (*name).to_owned());
        self.facts(|subject| subject == Subject::Claim).chain(beside).collect()
    }

    /// The names that can be bound of items: facts of theirs and of their links, `study`, `relation`, `published` and
    /// `outcome-role`.
    #[must_use]
    pub fn names_of_items(&self) -> Vec<String> {
        let beside = OF_ITEMS.iter().map(|name| (*name).to_owned());
        self.facts(|subject| subject != Subject::Claim).chain(beside).collect()
    }

    /// Binds a fact of claims.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name of claims, or it was bound before.
    pub fn of_claim(&mut self, fact: &str) -> Result<Field, Refused> {
        let field = self.field(Scope::Claim, fact, &self.names_of_claim(), &self.claim)?;
        self.claim.push(fact.into());
        Ok(field)
    }

    /// Binds a fact of items, or of their links.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name of items, or it was bound before.
    pub fn of_items(&mut self, fact: &str) -> Result<Field, Refused> {
        let field = self.field(Scope::Link, fact, &self.names_of_items(), &self.items)?;
        self.items.push(fact.into());
        Ok(field)
    }

    fn field(&self, scope: Scope, fact: &str, names: &[String], bound: &[Name]) -> Result<Field, Refused> {
        let framework = self.compiled.framework();
        if !names.iter().any(|name| name == fact) {
            return Err(unknown_name(framework, fact, names.iter().map(String::as_str)).into());
        }
        if bound.iter().any(|name| *name == *fact) {
            return Err(Diagnostic::error(Code::DuplicateId, format!("`{fact}` is bound twice")).into());
        }
        let reader = Reader::new(framework, scope, &fact.into());
        let reader = reader.ok_or_else(|| unknown_name(framework, fact, names.iter().map(String::as_str)))?;
        Ok(Field { reader, is_relation: fact == "relation" })
    }

    /// The number of what comes of a body of evidence.
    ///
    /// # Errors
    ///
    /// [`Refused`] if there is not one value for each fact, or the kind of the claim is not said.
    pub fn grade(&self, body: &BodyOfEvidence) -> Result<u16, Refused> {
        let text = self.text(body)?;
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&text) {
            return Ok(*known);
        }
        let outcome = self.graded(&text, |grading| {
            grading.grades().next().map_or_else(Outcome::none, |grade| Outcome::Status(grade.status()))
        });
        let outcome = outcome.unwrap_or_else(|refused| Outcome::Contradiction(reason_of(&refused)));
        let number = self.outcomes.write().unwrap_or_else(PoisonError::into_inner).number(outcome);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_REMEMBERED {
            known.insert(text, number);
        }
        Ok(number)
    }

    /// The proof of the result of a body of evidence; nothing where the framework does not grade it, or its facts cannot
    /// be together.
    ///
    /// # Errors
    ///
    /// [`Refused`] if there is not one value for each fact, or the kind of the claim is not said.
    pub fn proof(&self, body: &BodyOfEvidence) -> Result<Option<Proof>, Refused> {
        let text = self.text(body)?;
        let proof = self.graded(&text, |grading| grading.grades().next().and_then(|grade| grade.proof()));
        Ok(proof.unwrap_or_default())
    }

    /// What a number stands for.
    #[must_use]
    pub fn outcome(&self, number: u16) -> Outcome {
        self.outcomes.read().unwrap_or_else(PoisonError::into_inner).outcome(number)
    }

    fn graded<T>(&self, text: &str, act: impl FnOnce(&Grading<'_>) -> T) -> Result<T, Refused> {
        let case = Case::from_toml("rows", text, self.frameworks)?;
        Ok(act(&grade(&case, self.compiled, &Run::default())?))
    }

    /// The case of a body of evidence, as a file has it.
    fn text(&self, body: &BodyOfEvidence) -> Result<String, Refused> {
        let claim = named(&self.claim, &body.claim, "a claim")?;
        let mut case = WrittenCase::new(self.compiled.framework(), "rows", claim.get("as-of"));
        case.claim("claim", &claim)?;
        for (number, item) in body.items.iter().enumerate() {
            case.item(&format!("row-{}", number + 1), "claim", &named(&self.items, item, "an item")?);
        }
        Ok(case.into_text())
    }
}

/// Values by the names that were bound.
fn named(names: &[Name], values: &[FactValue], what: &str) -> Result<GivenValues, Refused> {
    if names.len() != values.len() {
        let message = format!("{what} of {} facts has {} values", names.len(), values.len());
        return Err(Diagnostic::error(Code::WrongType, message).into());
    }
    Ok(names.iter().cloned().zip(values.iter().cloned()).collect())
}

/// The first thing that is wrong.
fn reason_of(refused: &Refused) -> String {
    refused.diagnostics().first().map(|first| first.message.clone()).unwrap_or_default()
}
