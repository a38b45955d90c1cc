//! The keys of a framework file.

use crate::document::levels::CHECK;
use crate::document::shape::{Form, Key, Rest, Shape, optional, required};
use crate::synthesis::{MethodPart, PooledNumber, ResultPart};

const PROVENANCE: Form = Form::OneOf(&["verified", "memory", "convention", "draft"]);
/// The unknowns that may be listed; the first goes without saying.
const UNKNOWNS: Form = Form::List(&Form::OneOf(&["missing", "not-reported", "not-applicable", "none"]));
/// What can change a fact.
const MEANS: Form = Form::List(&Form::OneOf(&["new-evidence", "reporting", "re-appraisal"]));
/// Names for several values together.
const GROUPS: Form = Form::Named(&Form::Names);
/// Values by name; tables within stand for the names of a framework that is used.
const GIVEN: Form = Form::Named(&Form::Either(&[Form::Value, Form::Named(&Form::Value)]));
/// What a name runs over.
const RUNS: &[Form] = &[Form::OneOf(&["known"]), Form::List(&Form::Value), Form::Named(&Form::Either(RUNS_WITHIN))];
const RUNS_WITHIN: &[Form] = &[Form::OneOf(&["known"]), Form::List(&Form::Value)];
const ARGUMENT: &[Form] = &[Form::Name, Form::Number, Form::List(&Form::Either(&[Form::Name, Form::Number]))];
const FACT_TYPE: Form = Form::Either(&[Form::OneOf(&["flag", "count", "number", "date", "text"]), Form::Name]);
const CHANGE: &str = "For what replaces something inherited: why it was changed.";

/// A framework file.
pub(crate) static FILE: Shape = Shape {
    name: "a framework file",
    about: "A grading framework (rule pack).",
    keys: &[
        required("framework", Form::Table(&FRAMEWORK), "What the framework is."),
        optional("scale", Form::Table(&SCALE), "The levels of its result."),
        optional("type", Form::Map(&TYPE), "Types that several facts share."),
        optional("parameter", Form::Map(&PARAMETER), "Numbers and choices that the source leaves open."),
        optional("fact", Form::Map(&FACT), "What has to be known."),
        optional("derived", Form::Map(&DERIVED), "Values that a host function computes."),
        optional("measure", Form::Map(&MEASURE), "What is counted over a body of evidence."),
        optional("decision", Form::Map(&DECISION), "The rules."),
        optional("not-applicable", Form::Tables(&SCOPE), "Claims that the framework does not grade."),
        optional("assumption", Form::Tables(&ASSUMPTION), "Combinations of facts that cannot occur."),
        optional("study", Form::Map(&STUDY), "Studies that could be done, to see what they would change."),
        optional("example", Form::Tables(&EXAMPLE), "Worked examples, run by `evigrade test`."),
        optional("enumeration", Form::Tables(&ENUMERATION), "Counts over all combinations of facts."),
        optional(
            "monotone",
            Form::Tables(&MONOTONE),
            "What never lowers a decision when it gets better; proved by `evigrade check`.",
        ),
        optional(
            "not-monotone",
            Form::Tables(&NOT_MONOTONE),
            "What can lower a decision when it gets better, and why.",
        ),
        optional("check", Form::Tables(&CHECK), "Levels of what checks find in the framework."),
    ],
    rest: Rest::Refused,
};

/// `[framework]`
pub(crate) static FRAMEWORK: Shape = Shape {
    name: "`[framework]`",
    about: "What the framework is.",
    keys: &[
        required("id", Form::Name, "Its id."),
        required("title", Form::Text, "Its title."),
        required("edition", Form::Text, "Which edition of the source it follows."),
        optional(
            "aliases",
            Form::Names,
            "Other names to ask for it by. Frameworks that share one are editions of one thing: the name stands for the \
             one that is in force on the day as of which a case is graded.",
        ),
        optional(
            "in-force-from",
            Form::Date,
            "The first day on which it is in force, until the next edition of the same alias is. Without a day it always was.",
        ),
        optional("guide", Form::Text, "What it is for and how to use it, in a paragraph."),
        optional("cites", Form::Texts, "The documents that it follows."),
        optional("status", PROVENANCE, "How sure its rules are, where a rule does not say otherwise."),
        optional("result", Form::Name, "The decision whose value is the grade."),
        optional("direction", Form::Name, "The decision whose value is the direction of effect."),
        optional("outputs", Form::Names, "Other decisions whose values are part of the result."),
        optional("extends", Form::Name, "A framework that this one takes over, except for what it replaces."),
        optional("uses", Form::Names, "Frameworks whose facts and decisions this one refers to."),
        optional("change", Form::Text, CHANGE),
    ],
    rest: Rest::Refused,
};

/// `[scale]`
pub(crate) static SCALE: Shape = Shape {
    name: "`[scale]`",
    about: "The levels of the result, and the results that are not levels.",
    keys: &[
        required("levels", Form::Names, "The levels, worst first."),
        optional("outcomes", Form::Names, "Results that are not levels, such as `no-studies`."),
        optional("labels", Form::Named(&Form::Text), "How levels and outcomes are shown to people."),
        optional("change", Form::Text, CHANGE),
    ],
    rest: Rest::Refused,
};

/// `[type.NAME]`
pub(crate) static TYPE: Shape =
    Shape { name: "a type", about: "A type that several facts share.", keys: TYPE_KEYS, rest: Rest::Refused };

const TYPE_KEYS: &[crate::document::shape::Key] = &[
    optional("choices", Form::Names, "The values that it can take."),
    optional("ordered", Form::Names, "The values that it can take, in order."),
    optional("best", Form::OneOf(&["first", "last"]), "Which end of an ordered list is the better one."),
    optional("groups", GROUPS, "Names for several values together: name = [values]."),
    optional("unknowns", UNKNOWNS, "The unknowns that may be stated of it beside `missing`."),
];

/// `[parameter.NAME]`
pub(crate) static PARAMETER: Shape = Shape {
    name: "a parameter",
    about: "A number or a choice that the source leaves open; a run can override it.",
    keys: &[
        optional("value", Form::Value, "Its value. Required, unless the parameter is inherited."),
        optional("choices", Form::Names, "The values that it can take, if it is a choice."),
        optional("at-least", Form::Number, "The least number that it can be."),
        optional("at-most", Form::Number, "The greatest number that it can be."),
        optional("about", Form::Text, "What it sets."),
        optional("cites", Form::Text, "Where the value comes from."),
        optional("status", PROVENANCE, "How sure the value is."),
        optional("synthesis", Form::OneOf(MethodPart::NAMES), "What it sets of how results are put together."),
        optional("change", Form::Text, CHANGE),
    ],
    rest: Rest::Refused,
};

/// `[fact.NAME]`
pub(crate) static FACT: Shape = Shape {
    name: "a fact",
    about: "Something that has to be known of an evidence item, a link or a claim.",
    keys: &[
        required("on", Form::OneOf(&["evidence", "link", "claim"]), "What it is a fact of."),
        optional("type", FACT_TYPE, "`flag`, `count`, `number`, `date`, `text` or the name of a `[type]`."),
        optional("choices", Form::Names, "The values that it can take."),
        optional("ordered", Form::Names, "The values that it can take, in order."),
        optional("best", Form::OneOf(&["first", "last"]), "Which end of an ordered list is the better one."),
        optional("groups", GROUPS, "Names for several values together: name = [values]."),
        optional("unit", Form::Text, "The unit of a number."),
        optional("at-least", Form::Number, "The least number that it can be."),
        optional("at-most", Form::Number, "The greatest number that it can be."),
        optional("unknowns", UNKNOWNS, "The unknowns that may be stated of it beside `missing`."),
        optional("default", Form::Value, "What holds when nobody says otherwise."),
        required("ask", Form::Text, "The question that it answers."),
        optional("asked-when", Form::Condition, "When the question arises; otherwise it is not applicable."),
        optional(
            "changed-by",
            MEANS,
            "What can make it say something else, the likeliest first; nothing can where the list is empty. Unless said: \
             of a claim `re-appraisal` and `new-evidence`; else `reporting`, and `re-appraisal` where one end of its \
             values is the better one.",
        ),
        optional(
            "result",
            Form::OneOf(ResultPart::NAMES),
            "Which part of a study's result it is: results are put together by their parts.",
        ),
        optional(
            "synthesis",
            Form::OneOf(PooledNumber::NAMES),
            "Of a claim: which number of its results put together it is, unless somebody states it.",
        ),
        optional(
            "synthesised-when",
            Form::Condition,
            "What words other facts of the claim have to say for that; elsewhere nothing follows from results.",
        ),
    ],
    rest: Rest::Refused,
};

/// `[study.NAME]`
pub(crate) static STUDY: Shape = Shape {
    name: "a study template",
    about: "A kind of study that nobody has done yet; `evigrade what-if --to` tells how many it would take.",
    keys: &[
        required("title", Form::Text, "What it is, in the singular and without an article."),
        optional(
            "relation",
            Form::OneOf(&["supports", "refutes", "bears-on"]),
            "How its result bears on the claim; `supports` unless said.",
        ),
        required("facts", Form::Named(&Form::Value), "What it says: facts of evidence, of links and of the claim."),
        optional(
            "size",
            Form::Named(&Form::Number),
            "The facts that grow with its size: fact = how much of the size it is. The least size that does is sought.",
        ),
        optional("at-least", Form::Number, "The least size that is tried; 1 unless said."),
        optional("at-most", Form::Number, "The greatest size that is tried; 100000 unless said."),
    ],
    rest: Rest::Refused,
};

/// `[derived.NAME]`
pub(crate) static DERIVED: Shape = Shape {
    name: "a derived value",
    about: "A value that a host function computes from facts, measures and parameters.",
    keys: &[
        optional("on", Form::OneOf(&["evidence", "link", "claim"]), "What it is computed for; `claim` unless said."),
        required("call", Form::Function, "The host function."),
        required(
            "with",
            Form::Named(&Form::Either(ARGUMENT)),
            "Its arguments: argument = name, number, or a list of them.",
        ),
        optional("about", Form::Text, "What it says."),
        optional("cites", Form::Text, "Where the computation comes from."),
        optional("change", Form::Text, CHANGE),
    ],
    rest: Rest::Refused,
};

/// `[measure.NAME]`
pub(crate) static MEASURE: Shape = Shape {
    name: "a measure",
    about: "A number, flag or value over the body of evidence of a claim, or over the claims it rests on.",
    keys: &[
        optional("count", Form::OneOf(&["evidence", "claims"]), "How many items."),
        optional("distinct", Form::Name, "How many different values of this."),
        optional("sum", Form::Name, "The sum of this."),
        optional("min", Form::Name, "The least value of this."),
        optional("max", Form::Name, "The greatest value of this."),
        optional("median", Form::Name, "The median of this."),
        optional("majority", Form::Name, "The value of this that more than half of the items have."),
        optional("any", Form::Condition, "Whether this holds for some item."),
        optional("all", Form::Condition, "Whether this holds for every item."),
        optional("share", Form::Condition, "The part of the items, by weight, for which this holds."),
        optional("weight", Form::Name, "For a share: the weight of an item; 1 each unless said."),
        optional("over", Form::OneOf(&["evidence", "claims"]), "Over what; `evidence` unless said."),
        optional("where", Form::Condition, "Only items for which this holds."),
        optional("prefer", Form::Condition, "If this holds for some of them, only those for which it does."),
        optional("not-reported", Form::OneOf(&["skip"]), "`skip`: items that do not report it are left out."),
        optional("clamp", Form::Range, "The least and the greatest value that comes out."),
        optional("about", Form::Text, "What it counts."),
        optional("change", Form::Text, CHANGE),
    ],
    rest: Rest::Refused,
};

/// `[decision.NAME]`
pub(crate) static DECISION: Shape = Shape {
    name: "a decision",
    about: "A decision table.",
    keys: &[
        optional("title", Form::Text, "Its title."),
        optional("on", Form::OneOf(&["evidence", "link", "claim"]), "What is decided on; `claim` unless said."),
        optional("values", Form::Names, "The values it can take, in order; the scale's for the result."),
        optional("best", Form::OneOf(&["first", "last"]), "Which end of the values is the better one."),
        optional("outcomes", Form::Names, "Values that stand beside the order."),
        optional("hit", Form::OneOf(&["first", "unique", "worst", "best", "sum", "table"]), "The hit policy."),
        optional("rule", Form::Tables(&RULE), "The rules, in order."),
        optional("otherwise", Form::NameOr(&OTHERWISE), "The value when no rule answers."),
        optional(
            "start",
            Form::Either(&[Form::Number, Form::Name]),
            "For a sum: where it starts, a number or the name of a decision.",
        ),
        optional("clamp", Form::Range, "For a sum: the least and the greatest value that comes out."),
        optional("inputs", Form::Names, "For a table: what its levels are looked up by."),
        optional("table", Form::Lookup, "For a table: nested tables of values."),
        optional("because", Form::Text, "For a table: what is said of a value that was looked up."),
        optional("status", PROVENANCE, "How sure its rules are."),
        optional("cites", Form::Text, "Where the rules come from."),
        optional("judgement", Form::OneOf(&["allowed", "refused"]), "Whether people may decide otherwise."),
        optional("within", Form::Count, "By how many steps a judgement may differ."),
        optional("amend", Form::Flag, "Whether this changes single rules of the decision it replaces."),
        optional("drop", Form::Names, "With `amend`: the rules that are taken out."),
        optional("change", Form::Text, CHANGE),
    ],
    rest: Rest::Refused,
};

/// `[[decision.NAME.rule]]`
pub(crate) static RULE: Shape = Shape {
    name: "a rule",
    about: "A rule of a decision.",
    keys: &[
        required("id", Form::Name, "The rule's id, unique in its decision."),
        optional("when", Form::Condition, "When it holds; always unless said."),
        optional("then", Form::NameOr(&VALUE_OF), "The value that it gives."),
        optional(
            "add",
            Form::Either(&[Form::Number, Form::Table(&VALUE_OF)]),
            "For a sum: what it adds, a number or `{ value-of = ... }`.",
        ),
        required("because", Form::Text, "What is said when it fires; `{name}` shows a value."),
        optional("status", PROVENANCE, "How sure the rule is."),
        optional("cites", Form::Text, "Where the rule comes from."),
        optional("proposes", Form::Flag, "Whether it only proposes: the source leaves the step to people."),
        optional("before", Form::Name, "With `amend`: the inherited rule that it stands before."),
    ],
    rest: Rest::Refused,
};

/// `then = { value-of = NAME }`
pub(crate) static VALUE_OF: Shape = Shape {
    name: "a value",
    about: "The value of something else.",
    keys: &[required("value-of", Form::Name, "The decision, measure or fact whose value is taken.")],
    rest: Rest::Refused,
};

/// `otherwise = { ... }`
pub(crate) static OTHERWISE: Shape = Shape {
    name: "`otherwise`",
    about: "What a decision gives when no rule answers.",
    keys: &[
        required("then", Form::NameOr(&VALUE_OF), "The value."),
        required("because", Form::Text, "What is said then."),
        optional("proposes", Form::Flag, "Whether it only proposes: the source leaves the step to people."),
        optional("status", PROVENANCE, "How sure this is."),
        optional("cites", Form::Text, "Where it comes from."),
    ],
    rest: Rest::Refused,
};

/// `[[not-applicable]]`
pub(crate) static SCOPE: Shape = Shape {
    name: "a scope rule",
    about: "Claims that the framework does not grade.",
    keys: &[
        required("when", Form::Condition, "Which claims."),
        required("because", Form::Text, "Why they are not graded."),
    ],
    rest: Rest::Refused,
};

/// `[[assumption]]`
pub(crate) static ASSUMPTION: Shape = Shape {
    name: "an assumption",
    about: "A combination of facts that cannot occur.",
    keys: &[
        required("id", Form::Name, "Its id."),
        required("never", Form::Condition, "What cannot be."),
        required("because", Form::Text, "Why it cannot be."),
    ],
    rest: Rest::Refused,
};

/// `[[example]]`
pub(crate) static EXAMPLE: Shape = Shape {
    name: "an example",
    about: "A worked example.",
    keys: &[
        required("id", Form::Name, "Its id."),
        optional("title", Form::Text, "What it shows."),
        optional("given", GIVEN, "Facts, measures and decisions, by name."),
        optional("evidence", Form::List(&GIVEN), "The items of the body: a list of tables of facts."),
        optional("claims", Form::List(&GIVEN), "The claims that it rests on: a list of tables of facts and decisions."),
        optional("parameters", GIVEN, "Parameters that are set otherwise."),
        required(
            "expect",
            Form::Named(&Form::Either(&[Form::Value, Form::Table(&EXPECTED)])),
            "What comes out, by name of decision.",
        ),
        optional("cites", Form::Text, "Where it comes from."),
    ],
    rest: Rest::Refused,
};

/// `expect = { NAME = { ... } }`
pub(crate) static EXPECTED: Shape = Shape {
    name: "an expected result",
    about: "What an example expects of a decision, other than a plain value.",
    keys: &[
        optional("possible", Form::Names, "All values that are still possible."),
        optional("open", Form::Names, "The missing facts that the result hangs on."),
        optional("raw", Form::Number, "For a sum: the sum before it was clamped."),
        optional("gap", Form::Flag, "`true`: no rule answers."),
        optional("not-applicable", Form::Flag, "`true`: the framework does not grade it."),
    ],
    rest: Rest::Refused,
};

/// `[[enumeration]]`
pub(crate) static ENUMERATION: Shape = Shape {
    name: "an enumeration",
    about: "How often each value comes out over all combinations of facts; counted exactly.",
    keys: &[
        required("id", Form::Name, "Its id."),
        required("decision", Form::Name, "The decision whose values are counted."),
        required("over", Form::Named(&Form::Either(RUNS)), "What is combined: name = \"known\", or a list of values."),
        optional("given", GIVEN, "What is held fixed, by name."),
        optional("parameters", GIVEN, "Parameters that are set otherwise."),
        required("expect", Form::Counts, "How often each value comes out; `gap` for no rule."),
        optional("cites", Form::Text, "Where the counts come from."),
    ],
    rest: Rest::Refused,
};

/// `[[monotone]]`
pub(crate) static MONOTONE: Shape = Shape {
    name: "a statement of monotonicity",
    about: "What never lowers a decision when it gets better.",
    keys: &[DECIDED, BETTER, MORE, LESS, WHERE],
    rest: Rest::Refused,
};

/// `[[not-monotone]]`
pub(crate) static NOT_MONOTONE: Shape = Shape {
    name: "a statement that something is not monotone",
    about: "What can lower a decision when it gets better, each name by itself.",
    keys: &[DECIDED, BETTER, MORE, LESS, WHERE, required("because", Form::Text, "Why the source has it so.")],
    rest: Rest::Refused,
};

const DECIDED: Key = optional("decision", Form::Name, "The decision; the result if nothing is said.");
const BETTER: Key = optional(
    "better",
    Form::Names,
    "Facts, measures and decisions with a better end, followed to it; those of items as far as measures count them.",
);
const MORE: Key = optional("more", Form::Names, "Names followed to the greater number, the later value, or to yes.");
const LESS: Key = optional("less", Form::Names, "Names followed to the smaller number, the earlier value, or to no.");
const WHERE: Key = optional("where", Form::Condition, "Only for these facts.");
