//! Reading facts: a name that some framework declares, and a value of its type.

use std::sync::Arc;

use super::Reader;
use crate::case::{Fact, Facts};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Entry, Table, shortened};
use crate::document::shape::Subject;
use crate::vocabulary::FactDefinition;

impl Reader<'_> {
    /// The facts among `entries`; `table` is the table that they stand in beside other keys.
    pub(super) fn facts(&mut self, entries: &[Entry<'_>], subject: Subject, table: Option<&Table<'_>>) -> Facts {
        let mut facts = Facts::new();
        for entry in entries {
            let keys = table.into_iter().flat_map(Table::keys);
            let definition = match self.definition(entry, subject, keys) {
                Ok(definition) => definition,
                Err(diagnostic) => {
                    self.problems.push(*diagnostic);
                    continue;
                }
            };
            let Some(literal) = entry.value.literal(self.problems) else { continue };
            match definition.read(&literal) {
                Err(diagnostic) => self.problems.push(*diagnostic),
                Ok(value) => {
                    facts.insert(definition.name.clone(), Fact { value, at: literal.span });
                }
            }
        }
        facts
    }

    /// The definition of a fact of `subject`, or the diagnostic that tells the nearest fact, or the
    /// nearest of the `keys` that the table has beside its facts.
    fn definition(
        &self,
        entry: &Entry<'_>,
        subject: Subject,
        keys: impl Iterator<Item = &'static str>,
    ) -> Result<Arc<FactDefinition>, Box<Diagnostic>> {
        let (name, span) = (entry.key, &entry.key_span);
        match self.frameworks.fact(name) {
            Some(definition) if definition.subject == subject => Ok(Arc::clone(definition)),
            Some(definition) => {
                let message = format!("`{name}` is a fact of {}, not of {}", of(definition.subject), of(subject));
                let place = match definition.subject {
                    Subject::Evidence => "write it in the `[[evidence]]` table itself",
                    Subject::Link => "write it in the link's table (`[[evidence.link]]` or `[[claim.link]]`)",
                    Subject::Claim => "write it in the `[[claim]]` table",
                };
                Err(Box::new(Diagnostic::error(Code::WrongSubject, message).at(span).help(place)))
            }
            None => {
                let message = format!("no framework in use knows a fact `{}`", shortened(name));
                let known = self.known.get_or_init(|| self.frameworks.facts().cloned().collect());
                let here = known.iter().filter(|definition| definition.subject == subject);
                let keys: Vec<&str> = keys.collect();
                let near = self
                    .problems
                    .nearest(name, here.map(|definition| definition.name.as_str()).chain(keys))
                    .or_else(|| self.problems.nearest(name, known.iter().map(|definition| definition.name.as_str())));
                let help = "add the framework that asks for it, or say it in words under `text`";
                Err(Box::new(Diagnostic::error(Code::UnknownFact, message).at(span).did_you_mean_or(near, help)))
            }
        }
    }
}

const fn of(subject: Subject) -> &'static str {
    match subject {
        Subject::Evidence => "an evidence item",
        Subject::Link => "a link",
        Subject::Claim => "a claim",
    }
}
