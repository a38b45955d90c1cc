//! The keys of a lock file.

use crate::document::shape::{Form, Rest, Shape, optional, required};

/// A lock file.
pub(crate) static FILE: Shape = Shape {
    name: "a lock file",
    about: "Grades that are kept, as `evigrade lock` writes them.",
    keys: &[
        required("version", Form::Count, "The version of the format."),
        required("run", Form::Table(&RUN), "What was asked for."),
        optional("grading", Form::Tables(&GRADING), "The gradings."),
    ],
    rest: Rest::Refused,
};

/// `[run]`
pub(crate) static RUN: Shape = Shape {
    name: "`[run]`",
    about: "What was asked for when the grades were locked.",
    keys: &[
        required("paths", Form::Texts, "Cases and folders of cases, relative to the lock file."),
        optional("frameworks", Form::Texts, "The frameworks, where not each case says its own."),
        optional("as-of", Form::Date, "The day, where one was asked for."),
        optional("layers", Form::Names, "The layers, where some were asked for."),
        optional("all-layers", Form::Flag, "Whether all layers were asked for."),
        optional("appraiser", Form::Text, "The person under whose judgements it is graded."),
        optional("set", Form::Named(&Form::Text), "The parameters that were set."),
    ],
    rest: Rest::Refused,
};

/// `[[grading]]`
pub(crate) static GRADING: Shape = Shape {
    name: "a grading",
    about: "A case, graded under a framework.",
    keys: &[
        required("path", Form::Text, "Where the case lies, relative to the lock file."),
        required("case", Form::Name, "The case's id."),
        required("case-digest", Form::Text, "The digest of the case."),
        required("framework", Form::Name, "The framework's id."),
        required("edition", Form::Text, "Its edition."),
        required("framework-digest", Form::Text, "The digest of the framework."),
        optional("as-of", Form::Date, "The day as of which evidence counts."),
        optional("layers", Form::Names, "The layers that are taken; all if left out."),
        optional("appraiser", Form::Text, "The person whose judgements count where people part."),
        optional("set", Form::Named(&Form::Text), "The parameters that are set."),
        optional("claim", Form::Tables(&CLAIM), "The claims."),
    ],
    rest: Rest::Refused,
};

/// `[[grading.claim]]`
pub(crate) static CLAIM: Shape = Shape {
    name: "a locked claim",
    about: "The grade of a claim.",
    keys: &[
        required("id", Form::Name, "The claim's id."),
        optional("level", Form::Text, "Its level or outcome, if it is settled."),
        optional("possible", Form::Texts, "For an open grade: what is possible."),
        optional("gap", Form::Flag, "For an open grade: whether it may be that no rule answers."),
        optional("not-applicable", Form::Flag, "Whether the framework does not grade such claims."),
        optional("direction", Form::Text, "The direction of effect, if it is settled."),
        optional("outputs", Form::Named(&Form::Text), "Other outputs of the framework, as far as they are settled."),
        optional("counted", Form::Names, "What counts."),
        optional("proof-digest", Form::Text, "The digest of the proof."),
        optional("proof", Form::Named(&Form::Named(&Form::NameOr(&SAID))), "What the proof says."),
        optional("item", Form::Tables(&ITEM), "Where a framework appraises items: these."),
    ],
    rest: Rest::Refused,
};

/// `[[grading.claim.item]]`
pub(crate) static ITEM: Shape = Shape {
    name: "a locked item",
    about: "What an item was appraised as.",
    keys: &[
        required("id", Form::Name, "The item's id."),
        optional("level", Form::Text, "Its level, if it is settled."),
        optional("possible", Form::Texts, "For an open one: what is possible."),
        optional("gap", Form::Flag, "For an open one: whether it may be that no rule answers."),
        optional("outputs", Form::Named(&Form::Text), "Other outputs of the framework, as far as they are settled."),
        optional("proof-digest", Form::Text, "The digest of the proof."),
        optional("proof", Form::Named(&Form::Named(&Form::NameOr(&SAID))), "What the proof says."),
    ],
    rest: Rest::Refused,
};

/// What was decided or measured, in a `proof`.
pub(crate) static SAID: Shape = Shape {
    name: "a statement",
    about: "What was decided, and by which rule; or what was measured, and of what.",
    keys: &[
        required("value", Form::Text, "Its value."),
        optional("rule", Form::Text, "Of a decision: the rule that gave it."),
        optional("without", Form::Names, "Of a measure: what does not pass its filter."),
    ],
    rest: Rest::Refused,
};
