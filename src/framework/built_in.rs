//! Names that the engine itself provides in every framework.

use std::sync::Arc;

use crate::case::{OutcomeRole, Relation};
use crate::name::Word;
use crate::vocabulary::{Choices, FactType};

/// A name that the engine provides.
pub(crate) struct BuiltIn {
    /// The name.
    pub(crate) name: &'static str,
    /// Whether conditions on evidence items can mention it.
    pub(crate) of_items: bool,
    /// Whether it belongs to the item itself rather than to its link.
    pub(crate) of_evidence: bool,
    /// Whether conditions on claims can mention it.
    pub(crate) of_claims: bool,
    /// What it says.
    pub(crate) about: &'static str,
}

/// All of them.
pub(crate) static ALL: [BuiltIn; 8] = [
    BuiltIn { name: "kind", of_items: true, of_evidence: false, of_claims: true, about: "The kind of the claim." },
    BuiltIn {
        name: "as-of",
        of_items: true,
        of_evidence: false,
        of_claims: true,
        about: "The day as of which the run grades.",
    },
    BuiltIn {
        name: "relation",
        of_items: true,
        of_evidence: false,
        of_claims: false,
        about: "How the item bears on the claim: `supports`, `refutes`, `bears-on`, or `rests-on` among claims.",
    },
    BuiltIn {
        name: "published",
        of_items: true,
        of_evidence: true,
        of_claims: false,
        about: "The day the item's source was published.",
    },
    BuiltIn {
        name: "study",
        of_items: true,
        of_evidence: true,
        of_claims: false,
        about: "The study that the item is a result of; the item itself if it names none.",
    },
    BuiltIn {
        name: "source",
        of_items: true,
        of_evidence: true,
        of_claims: false,
        about: "The source that the item stands in.",
    },
    BuiltIn {
        name: "first-hand",
        of_items: true,
        of_evidence: true,
        of_claims: false,
        about: "Whether the item stands in the report of those who found it.",
    },
    BuiltIn {
        name: "outcome-role",
        of_items: true,
        of_evidence: true,
        of_claims: false,
        about: "Whether the result is on the study's `primary` or a `secondary` outcome.",
    },
];

/// The built-in of this name.
pub(crate) fn find(name: &str) -> Option<&'static BuiltIn> {
    ALL.iter().find(|built_in| built_in.name == name)
}

impl BuiltIn {
    /// Its type.
    pub(crate) fn kind(&self) -> FactType {
        let choices = |words: Vec<&str>, ordered| {
            let values = words.into_iter().map(Word::from).collect();
            FactType::Choice(Choices { values, ordered, best: None, groups: Arc::default() })
        };
        match self.name {
            "kind" => FactType::OpenChoice,
            "as-of" | "published" => FactType::Date,
            "first-hand" => FactType::Flag,
            "relation" => {
                let links = Relation::WORDS.into_iter().filter(|(_, relation)| *relation != Relation::Undercuts);
                choices(links.map(|(word, _)| word).collect(), false)
            }
            "outcome-role" => choices(OutcomeRole::WORDS.into_iter().map(|(word, _)| word).collect(), true),
            _ => FactType::Text,
        }
    }
}
