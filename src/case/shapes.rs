//! The keys of a case file.

use crate::document::levels::CHECK;
use crate::document::shape::{Form, Rest, Shape, Subject, optional, required};

/// A case file.
pub(crate) static FILE: Shape = Shape {
    name: "a case file",
    about: "A file of a case. All `*.toml` files of the case's folder are read together.",
    keys: &[
        optional("case", Form::Table(&CASE), "What the case is about; in one file of the folder."),
        optional("claim", Form::Tables(&CLAIM), "The propositions that are graded."),
        optional("source", Form::Tables(&SOURCE), "The documents that evidence stands in."),
        optional("evidence", Form::Tables(&EVIDENCE), "The items that bear on claims."),
        optional("judgement", Form::Tables(&JUDGEMENT), "What people decided."),
        optional("check", Form::Tables(&CHECK), "Levels of what checks find in the case."),
    ],
    rest: Rest::Refused,
};

/// `[case]`
pub(crate) static CASE: Shape = Shape {
    name: "`[case]`",
    about: "One question under review.",
    keys: &[
        required("id", Form::Name, "The case's id."),
        required("title", Form::Text, "A title, as in a list of cases."),
        optional("question", Form::Text, "The question under review."),
        optional("as-of", Form::Date, "The day as of which evidence counts, unless a run says otherwise."),
        optional("framework", Form::Framework, "The framework to grade under, unless a run says otherwise."),
        optional("layers", Form::Names, "The layers that are taken, unless a run says otherwise; all if left out."),
        optional("conclusion", Form::Name, "The claim whose grade is the case's verdict."),
    ],
    rest: Rest::Refused,
};

/// `[[claim]]`
pub(crate) static CLAIM: Shape = Shape {
    name: "a claim",
    about: "A proposition to be graded. Facts of the claim as a whole stand beside these keys.",
    keys: &[
        required("id", Form::Name, "The claim's id."),
        required("kind", Form::Kind, "Its kind: mechanism, efficacy, tolerability, ... an open list."),
        required("text", Form::Text, "The proposition."),
        optional("population", Form::Text, "In whom (PICO)."),
        optional("intervention", Form::Text, "What is done (PICO)."),
        optional("comparator", Form::Text, "Compared with what (PICO)."),
        optional("outcome", Form::Text, "Measured how (PICO)."),
        optional("link", Form::Tables(&CLAIM_LINK), "What the claim bears on, or rests on."),
        optional(
            "expect",
            Form::ByFramework(&Form::NameOr(&EXPECT)),
            "What was published: framework = \"level\", or a table with `level` and `known-difference`.",
        ),
    ],
    rest: Rest::Facts(Subject::Claim),
};

/// `[claim.expect.FRAMEWORK]`
pub(crate) static EXPECT: Shape = Shape {
    name: "an expectation",
    about: "What was published under a framework, and why the rules are known to give something else.",
    keys: &[
        optional("level", Form::Name, "The published level or outcome."),
        optional("known-difference", Form::Text, "Why the rules, applied to the facts, give another level."),
        optional(
            "outputs",
            Form::Named(&Form::Either(&[Form::Name, Form::Number, Form::Table(&EXPECT_OUTPUT)])),
            "What was published of the framework's other decisions on the claim: DECISION = \"value\", or DECISION = { \
             value = \"value\", known-difference = \"why\" }.",
        ),
    ],
    rest: Rest::Refused,
};

/// `[claim.expect.FRAMEWORK.outputs.DECISION]`
pub(crate) static EXPECT_OUTPUT: Shape = Shape {
    name: "an expectation of an output",
    about: "What was published of a decision, and why the rules are known to give something else.",
    keys: &[
        required(
            "value",
            Form::Either(&[Form::Name, Form::Number]),
            "The published value: a word, or the number of a sum.",
        ),
        optional("known-difference", Form::Text, "Why the rules, applied to the facts, give another."),
    ],
    rest: Rest::Refused,
};

/// `[[claim.link]]`
pub(crate) static CLAIM_LINK: Shape = Shape {
    name: "a claim's link",
    about: "A link from this claim to another. Facts of the link stand beside these keys.",
    keys: &[
        optional("id", Form::Name, "An id, by which an undercut can name the link."),
        optional("supports", Form::Name, "The claim that this one speaks for."),
        optional("refutes", Form::Name, "The claim that this one speaks against."),
        optional("bears-on", Form::Name, "The claim that this one has to do with."),
        optional("rests-on", Form::Name, "The claim that this one, a conclusion, needs."),
        optional("because", Form::Text, "Why."),
    ],
    rest: Rest::Facts(Subject::Link),
};

/// `[[source]]`
pub(crate) static SOURCE: Shape = Shape {
    name: "a source",
    about: "A document.",
    keys: &[
        required("id", Form::Name, "The source's id."),
        required("title", Form::Text, "Its title."),
        optional("authors", Form::Text, "Its authors."),
        optional("published", Form::Date, "The day it was published; its evidence counts from then on."),
        optional("retracted", Form::Date, "The day it was retracted; its evidence does not count from then on."),
        optional("doi", Form::Text, "Its DOI."),
        optional("pmid", Form::Text, "Its PubMed id."),
        optional("registration", Form::Text, "The registration of the study it reports."),
        optional("url", Form::Text, "Where it can be read."),
        optional("note", Form::Text, "What else is to be said of it."),
    ],
    rest: Rest::Refused,
};

/// The keys of a source that are kept as they stand.
pub(crate) const PARTICULARS: [&str; 5] = ["doi", "pmid", "registration", "url", "note"];

/// `[[evidence]]`
pub(crate) static EVIDENCE: Shape = Shape {
    name: "an evidence item",
    about: "An item that bears on claims. Facts of the item stand beside these keys.",
    keys: &[
        required("id", Form::Name, "The item's id."),
        required("source", Form::Name, "The source it stands in."),
        optional("text", Form::Text, "What it says, in your words."),
        optional("relays", Form::Names, "The sources whose findings it passes on, if it is not first-hand."),
        optional("locator", Form::Table(&LOCATOR), "Where in the source it stands."),
        optional("study", Form::Name, "The study it is a result of; results of one study count once."),
        optional(
            "outcome-role",
            Form::OneOf(&["primary", "secondary"]),
            "Whether the result is on the study's primary outcome.",
        ),
        optional("layer", Form::Name, "The layer it belongs to; a run takes all layers or those named."),
        optional("link", Form::Tables(&EVIDENCE_LINK), "What the item bears on."),
    ],
    rest: Rest::Facts(Subject::Evidence),
};

/// `locator = { ... }`
pub(crate) static LOCATOR: Shape = Shape {
    name: "a locator",
    about: "Where in a source an item stands.",
    keys: &[
        optional("paragraph", Form::Value, "The paragraph: a number or a name."),
        optional("page", Form::Value, "The page."),
        optional("section", Form::Value, "The section."),
        optional("table", Form::Value, "The table."),
        optional("quote", Form::Text, "A few words to find it by, at most 15."),
    ],
    rest: Rest::Refused,
};

/// `[[evidence.link]]`
pub(crate) static EVIDENCE_LINK: Shape = Shape {
    name: "an item's link",
    about: "A link from this item to a claim, or against a link. Facts of the link stand beside these keys.",
    keys: &[
        optional("id", Form::Name, "An id, by which an undercut can name the link."),
        optional("supports", Form::Name, "The claim that the item speaks for."),
        optional("refutes", Form::Name, "The claim that the item speaks against."),
        optional("bears-on", Form::Name, "The claim that the item has to do with."),
        optional("undercuts", Form::NameOr(&UNDERCUT), "The link that the item attacks."),
        optional("because", Form::Text, "Why."),
    ],
    rest: Rest::Facts(Subject::Link),
};

/// `undercuts = { from = ..., to = ... }`
pub(crate) static UNDERCUT: Shape = Shape {
    name: "an undercut",
    about: "The link that is attacked, told by its two ends.",
    keys: &[
        required("from", Form::Name, "The item or claim that the attacked link begins at."),
        required("to", Form::Name, "The claim that it points at."),
    ],
    rest: Rest::Refused,
};

/// `[[judgement]]`
pub(crate) static JUDGEMENT: Shape = Shape {
    name: "a judgement",
    about: "What a person decided of a claim, an item or a link: facts, or the value of a framework's decision.",
    keys: &[
        optional("claim", Form::Name, "The claim that it is about; with `evidence`, the link between the two."),
        optional("evidence", Form::Name, "The evidence item that it is about."),
        optional("facts", Form::Facts, "The facts that were decided, by name."),
        optional("framework", Form::Framework, "The framework whose decision was decided."),
        optional("decision", Form::Name, "The decision."),
        optional("value", Form::Name, "The value that it was given."),
        required("reason", Form::Text, "Why."),
        required("by", Form::Text, "By whom."),
        required("on", Form::Date, "When."),
        optional(
            "since",
            Form::Date,
            "The day from which on what was judged is there: runs as of an earlier day do not take the judgement.",
        ),
        optional(
            "adjudicated",
            Form::Flag,
            "Whether it closes the question: it counts before what people judged each for themselves.",
        ),
        optional("layer", Form::Name, "The layer it belongs to."),
    ],
    rest: Rest::Refused,
};
