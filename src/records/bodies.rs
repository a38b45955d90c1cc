//! Bodies of evidence from rows: items with their facts, and the facts of the claim on which they bear.

use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;

use super::text::Unreadable;
use super::work::{Reader, Worker};
use super::{MOST_REMEMBERED, Outcome, Outcomes};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::framework::names::Scope;
use crate::grade::Proof;
use crate::name::Name;
use crate::value::FactValue;

/// A fact that is read from text.
#[derive(Debug)]
pub struct Field {
    reader: Reader,
}

impl Field {
    /// The value that text tells; empty text is missing.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] if the fact cannot be what the text says.
    pub fn value(&self, text: &str) -> Result<FactValue, Unreadable> {
        self.reader.value(text)
    }
}

/// The claim and the items of a body of evidence, by the values of their facts in the order in which these were bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct BodyOfEvidence {
    /// The values of the claim.
    pub claim: Vec<FactValue>,
    /// The values of each item. In which order items stand makes no difference.
    pub items: Vec<Vec<FactValue>>,
}

/// Grades bodies of evidence; equal ones once.
///
/// An item that says nothing of its link and its study is evidence of a study of its own, at first hand, that supports the
/// claim; a claim rests on no other claims.
///
/// ```
/// use evigrade::records::{Bodies, BodyOfEvidence};
/// use evigrade::{Compiled, Frameworks};
///
/// let frameworks = Frameworks::built_in();
/// let compiled = Compiled::new(frameworks.find("acmg-2015")?)?;
/// let mut bodies = Bodies::new(&compiled)?;
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
    worker: Worker<'c>,
    claim: Vec<Name>,
    items: Vec<Name>,
    outcomes: RwLock<Outcomes>,
    known: RwLock<HashMap<BodyOfEvidence, u16, foldhash::fast::FixedState>>,
}

impl<'c> Bodies<'c> {
    /// Of a framework that grades claims.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework has no result, or appraises single studies.
    pub fn new(compiled: &'c Compiled) -> Result<Self, Refused> {
        if compiled.grades() != Subject::Claim {
            let message = format!("`{}` appraises single studies, and not bodies of evidence", compiled.framework().id);
            let help = "each row is a record of its own: leave out what rows are grouped by";
            return Err(Diagnostic::error(Code::WrongType, message).help(help).into());
        }
        let worker = Worker::new(compiled)?;
        let mut outcomes = Outcomes::default();
        for word in worker.words() {
            outcomes.number(Outcome::level(word));
        }
        let (claim, items) = (Vec::new(), Vec::new());
        Ok(Self { worker, claim, items, outcomes: RwLock::new(outcomes), known: RwLock::default() })
    }

    /// The names that can be bound: of claims, and of items.
    #[must_use]
    pub fn names(&self) -> (Vec<String>, Vec<String>) {
        (self.worker.names_in(Scope::Claim), self.worker.names_in(Scope::Link))
    }

    /// Binds a fact of claims.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name of claims, or it was bound before.
    pub fn of_claim(&mut self, fact: &str) -> Result<Field, Refused> {
        let (name, reader) = self.worker.field(Scope::Claim, fact, &self.claim)?;
        self.claim.push(name);
        Ok(Field { reader })
    }

    /// Binds a fact of items, or of their links.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name of items, or it was bound before.
    pub fn of_items(&mut self, fact: &str) -> Result<Field, Refused> {
        let (name, reader) = self.worker.field(Scope::Link, fact, &self.items)?;
        self.items.push(name);
        Ok(Field { reader })
    }

    /// The number of what comes of a body of evidence.
    ///
    /// # Errors
    ///
    /// [`Refused`] if there is not one value for each fact.
    pub fn grade(&self, body: &BodyOfEvidence) -> Result<u16, Refused> {
        let body = self.sorted(body)?;
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&body) {
            return Ok(*known);
        }
        let outcome = self.worker.outcome_of_body(&self.claim, &self.items, &body);
        let number = self.outcomes.write().unwrap_or_else(PoisonError::into_inner).number(outcome);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_REMEMBERED {
            known.insert(body, number);
        }
        Ok(number)
    }

    /// The proof of the result of a body of evidence; nothing where the framework does not grade it, or its facts cannot
    /// be together.
    ///
    /// # Errors
    ///
    /// [`Refused`] if there is not one value for each fact.
    pub fn proof(&self, body: &BodyOfEvidence) -> Result<Option<Proof>, Refused> {
        let body = self.sorted(body)?;
        Ok(self.worker.proof_of_body(&self.claim, &self.items, &body))
    }

    /// What a number stands for.
    #[must_use]
    pub fn outcome(&self, number: u16) -> Outcome {
        self.outcomes.read().unwrap_or_else(PoisonError::into_inner).outcome(number)
    }

    /// The same body with its items in one order.
    fn sorted(&self, body: &BodyOfEvidence) -> Result<BodyOfEvidence, Refused> {
        let of = |names: &[Name], values: &[FactValue], what: &str| {
            let message = format!("{what} of {} facts has {} values", names.len(), values.len());
            let wrong = names.len() != values.len();
            if wrong { Err(Refused::from(Diagnostic::error(Code::WrongType, message))) } else { Ok(()) }
        };
        of(&self.claim, &body.claim, "a claim")?;
        body.items.iter().try_for_each(|item| of(&self.items, item, "an item"))?;
        let mut body = body.clone();
        body.items.sort_unstable();
        Ok(body)
    }
}
