//! Reading values of facts from text.

use std::sync::Arc;

use super::text::Unreadable;
use crate::compile::space::Domain;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Literal, Located};
use crate::document::{Span, TextFile};
use crate::framework::Framework;
use crate::framework::literal::read_typed;
use crate::framework::names::{Index, Named, Scope, ValueType};
use crate::name::{Name, nearest};
use crate::value::{FactValue, exact_number};
use crate::vocabulary::{FactDefinition, FactType};

/// Reads values of a fact from text.
#[derive(Debug)]
pub(crate) struct Reader {
    /// The definition of the fact, if it is one.
    fact: Option<Arc<FactDefinition>>,
    name: Name,
    kind: ValueType,
    /// What rules tell apart of it; nothing of what no rule reads.
    pub(crate) domain: Option<Domain>,
}

/// That a framework knows no such name of what it grades.
pub(crate) fn unknown_name<'n>(framework: &Framework, fact: &str, names: impl Iterator<Item = &'n str>) -> Diagnostic {
    let message = format!("`{}` knows no `{fact}` of what is graded", framework.id);
    let near = nearest(fact, names).map(str::to_owned);
    Diagnostic::error(Code::UnknownName, message).did_you_mean(near.as_deref())
}

/// A value that lies in each of the first cells of a domain; what is missing in a cell that holds none.
pub(crate) fn representatives(domain: &Domain, cells: usize) -> Vec<FactValue> {
    let of = |cell: usize| u16::try_from(cell).ok().and_then(|cell| domain.value_in(cell));
    (0..cells).map(|cell| of(cell).unwrap_or(FactValue::MISSING)).collect()
}

impl Reader {
    /// What reads values of a name from text; nothing if there is no such name.
    pub(crate) fn new(framework: &Arc<Framework>, scope: Scope, name: &Name) -> Option<Self> {
        let index = Index::new(framework);
        let kind = index.value_type(scope, name.as_str())?;
        let fact = match index.get(scope, name.as_str()) {
            Some(Named::Fact(fact)) => Some(Arc::clone(fact)),
            _ => None,
        };
        Some(Self { fact, name: name.clone(), kind, domain: None })
    }

    /// The value that text tells; empty text is missing.
    pub(crate) fn value(&self, text: &str) -> Result<FactValue, Unreadable> {
        let text = text.trim();
        let literal = match self.kind.kind {
            _ if text.is_empty() => return Ok(FactValue::MISSING),
            FactType::Flag => flag_of(text).map(Literal::Flag),
            FactType::Number | FactType::Count => match exact_number(text) {
                None if looks_like_a_number(text) => {
                    let reason = format!("{text} is no number, or has more than the 28 digits that are kept exactly");
                    return Err(Unreadable { reason });
                }
                number => number.map(Literal::Number),
            },
            FactType::Date => text.parse().ok().map(Literal::Date),
            _ => None,
        };
        let span = Span::new(&TextFile::new("record", text), 0..text.len());
        let literal = Located { value: literal.unwrap_or_else(|| Literal::Text(text.into())), span };
        let read = match &self.fact {
            Some(fact) => fact.read(&literal),
            None => read_typed(&self.kind, self.name.as_str(), &literal),
        };
        read.map_err(|problem| Unreadable { reason: problem.message })
    }

    /// The cell of a value; nothing of what is missing.
    pub(crate) fn cell(&self, value: &FactValue) -> Option<usize> {
        self.domain.as_ref()?.cell(value).map(usize::from)
    }

    /// A value of each cell, and last what is missing.
    pub(crate) fn representatives(&self) -> Vec<FactValue> {
        let cells = self.domain.as_ref().map_or_else(Vec::new, |domain| representatives(domain, domain.cells()));
        cells.into_iter().chain([FactValue::MISSING]).collect()
    }

    /// Words that it can be, with what they say.
    pub(crate) fn words(&self) -> Vec<String> {
        let unknowns = self.kind.unknowns.iter().map(|unknown| unknown.word().to_owned());
        let flags = ["true", "false", "yes", "no", "1", "0"].map(str::to_owned);
        let flags = if self.kind.kind == FactType::Flag { flags.to_vec() } else { Vec::new() };
        let words = self.kind.words().into_iter().map(|word| word.as_str().to_owned());
        words.chain(unknowns).chain(flags).chain([String::new(), "missing".to_owned()]).collect()
    }
}

/// Whether it is made of what numbers are, and no word.
fn looks_like_a_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
}

fn flag_of(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}
