//! Names that stand for a framework beside its id, and editions of which each has its day.

use std::sync::Arc;

use jiff::civil::Date;

use super::load::Pack;
use super::{Framework, Frameworks, shelf};
use crate::diagnostic::{Code, Diagnostic, Refused};

impl Frameworks {
    /// The frameworks that share an alias, in the order in which they came into force.
    #[must_use]
    pub fn editions(&self, alias: &str) -> Vec<&Arc<Framework>> {
        let on_shelf = self.built_in.then(|| shelf::called(alias)).into_iter().flatten();
        let added = self.added.values().filter(|framework| framework.aliases.iter().any(|known| known == alias));
        let mut editions: Vec<&Arc<Framework>> = added.collect();
        for framework in on_shelf {
            editions.push(framework);
        }
        editions.sort_by_key(|framework| framework.in_force_from);
        editions
    }

    /// The framework of this id; or, of those with this alias, the one that is in force on a day. Without a
    /// day that is the newest.
    ///
    /// ```
    /// let frameworks = evigrade::Frameworks::built_in();
    /// assert_eq!(frameworks.find_as_of("grade", None)?.id.as_str(), "grade-classic");
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A diagnostic when no framework has the name, when it only holds facts for others, or when no edition
    /// was in force on the day.
    pub fn find_as_of(&self, name: &str, day: Option<Date>) -> Result<&Arc<Framework>, Refused> {
        Ok(self.in_force(name, day)?)
    }

    pub(crate) fn in_force(&self, name: &str, day: Option<Date>) -> Result<&Arc<Framework>, Diagnostic> {
        let (None, Some(day)) = (self.by_id(name), day) else { return self.grading(name) };
        let editions = self.editions(name);
        let begun = |framework: &&&Arc<Framework>| framework.in_force_from.is_none_or(|from| from <= day);
        match (editions.iter().rfind(begun), editions.first()) {
            (Some(framework), _) if framework.grades() => Ok(*framework),
            // Another edition would grade, and is not the one in force.
            (Some(framework), _) => Err(self.unknown(framework.id.as_str())),
            (None, Some(first)) => {
                let from = first.in_force_from.map(|from| from.to_string()).unwrap_or_default();
                let message = format!("no edition of `{name}` was in force on {day}");
                let help =
                    format!("the first, `{}`, is from {from} on; to grade under it, name it by its id", first.id);
                Err(Diagnostic::error(Code::UnknownFramework, message).help(help))
            }
            (None, None) => Err(self.unknown(name)),
        }
    }

    /// What stands in the way of the names of a framework that is being added.
    pub(super) fn clash_of_names(&self, pack: &Pack) -> Option<Diagnostic> {
        let id = &pack.id.value;
        if let Some(known) = self.editions(id.as_str()).first() {
            let message = format!("`{id}` is another name of `{}`", known.id);
            let diagnostic = Diagnostic::error(Code::DuplicateId, message).at(&pack.id.span);
            return Some(diagnostic.label(&known.span, "the other one").help("give yours an id of its own"));
        }
        pack.aliases.iter().find_map(|alias| {
            let name = &alias.value;
            let (message, known, help) = if name == id {
                return Some(
                    Diagnostic::error(Code::DuplicateId, format!("`{name}` is the framework's own id"))
                        .at(&alias.span)
                        .help("it is found by its id: take the alias out"),
                );
            } else if let Some(known) = self.by_id(name.as_str()) {
                (format!("`{name}` is the id of another framework"), known, "take another alias")
            } else {
                let same_day = |known: &&Arc<Framework>| known.in_force_from == pack.in_force_from;
                let known = self.editions(name.as_str()).into_iter().find(same_day)?;
                let day = pack
                    .in_force_from
                    .map_or_else(|| "without an `in-force-from`".to_owned(), |day| format!("on {day}"));
                let help = "take another alias, or say in `in-force-from` from which day on each edition holds";
                (format!("two editions of `{name}` begin {day}"), known, help)
            };
            let diagnostic = Diagnostic::error(Code::DuplicateId, message).at(&alias.span);
            Some(diagnostic.label(&known.span, "the other one").help(help))
        })
    }

    /// What is said of an alias where an id is wanted.
    pub(super) fn only_an_alias(&self, name: &str) -> Option<Diagnostic> {
        let framework = self.editions(name).pop()?;
        let message = format!("`{name}` is an alias, and what stands for it can change");
        let help = format!("name a framework by its id here, as in `{}`", framework.id);
        Some(Diagnostic::error(Code::UnknownFramework, message).help(help))
    }
}
