//! Statements of monotonicity: that better evidence never lowers a decision, or that it can, and why.

use super::condition::ConditionReader;
use super::{Condition, shapes};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::document::reader::Table;
use crate::name::Name;

/// In which direction a name is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Towards {
    /// To the better value, of what has a better end.
    Better,
    /// To the greater number, to the later value of a list, from no to yes.
    More,
    /// To the smaller number, to the earlier value of a list, from yes to no.
    Less,
}

impl Towards {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Better, Self::More, Self::Less];

    /// The word for it in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::More => "more",
            Self::Less => "less",
        }
    }
}

/// A statement of monotonicity.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Monotone {
    /// The decision that is never lowered; the result if there is none.
    pub decision: Option<(Name, Span)>,
    /// What is followed, each in its direction.
    pub names: Vec<(Name, Towards, Span)>,
    /// The facts for which it is stated; all if there is none.
    pub only_where: Option<Condition>,
    /// Why it does not hold, if that is what is stated.
    pub fails_because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// Reads the `[[monotone]]` and `[[not-monotone]]` tables.
pub(super) fn read(table: &Table<'_>, problems: &mut Problems) -> Vec<Monotone> {
    let mut all = Vec::new();
    for table in table.tables("monotone", &shapes::MONOTONE, problems) {
        all.extend(statement(&table, None, problems));
    }
    for table in table.tables("not-monotone", &shapes::NOT_MONOTONE, problems) {
        let because = table.text("because", problems).map(|text| text.value);
        all.extend(statement(&table, Some(because.unwrap_or_default()), problems));
    }
    all
}

fn statement(table: &Table<'_>, fails_because: Option<String>, problems: &mut Problems) -> Option<Monotone> {
    let decision = table.name("decision", problems).map(|name| (Name::from(name.value), name.span));
    let mut names = Vec::new();
    for towards in Towards::ALL {
        let listed = table.names(towards.word(), problems);
        names.extend(listed.into_iter().map(|name| (Name::from(name.value), towards, name.span)));
    }
    if names.is_empty() {
        let message = "this statement names nothing that gets better";
        let help = "list names under `better`, `more` or `less`";
        problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span).help(help));
        return None;
    }
    let only_where = table.get("where").and_then(|node| ConditionReader { uses: &[], problems }.read(node));
    Some(Monotone { decision, names, only_where, fails_because, span: table.span.clone() })
}
