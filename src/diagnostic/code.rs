//! The kinds of diagnostics: a closed list, each with a page in `docs/diagnostics/`.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($name:ident = $word:literal, $about:literal;)*) => {
        /// Which kind of thing a diagnostic tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $about] $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word for it, unique and stable.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What it is, in a sentence.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$name => $about,)*
                }
            }
        }
    };
}

codes! {
    UnreadableFile = "unreadable-file", "A file or folder cannot be read.";
    NotUtf8 = "not-utf8", "A file is not UTF-8 text.";
    TomlSyntax = "toml-syntax", "A file is not TOML.";
    NoCase = "no-case", "There is no case where one was looked for.";
    UnknownKey = "unknown-key", "A table has a key that it cannot have.";
    MissingKey = "missing-key", "A table lacks something that it must have.";
    WrongType = "wrong-type", "A value has the wrong type.";
    BadName = "bad-name", "A name has characters that names do not have.";
    BadNumber = "bad-number", "A number cannot be kept exactly.";
    BadDate = "bad-date", "A date is not a day of the calendar.";
    DuplicateId = "duplicate-id", "Two things have the same id.";
    TwoConclusions = "two-conclusions", "A case has more than one conclusion.";
    UnknownClaim = "unknown-claim", "A claim is named that is not there.";
    UnknownEvidence = "unknown-evidence", "An evidence item is named that is not there.";
    UnknownSource = "unknown-source", "A source is named that is not there.";
    UnknownLink = "unknown-link", "A link is named that is not there.";
    LinkWithoutTarget = "link-without-target", "A link has no relation, or more than one.";
    DuplicateLink = "duplicate-link", "The same two things are linked twice.";
    Cycle = "cycle", "Things depend on each other in a circle.";
    UnknownFact = "unknown-fact", "A fact is stated that no framework in use knows.";
    WrongSubject = "wrong-subject", "A fact stands in the wrong kind of table.";
    UnknownValue = "unknown-value", "A value is not among those that are possible.";
    UnknownNotAllowed = "unknown-not-allowed", "Something is said to be unknown in a way that it cannot be.";
    OutOfRange = "out-of-range", "A number is outside its range.";
    NotSynthesised = "not-synthesised", "Results cannot be put together.";
    ImpossibleResult = "impossible-result", "The numbers of a result cannot be together.";
    BadJudgement = "bad-judgement", "A judgement does not say what was decided of what.";
    ConflictingJudgements = "conflicting-judgements", "Two judgements decide the same thing differently.";
    JudgementRefused = "judgement-refused", "A judgement decides what the framework leaves to its rules.";
    FactConflict = "fact-conflict", "A fact is defined in two ways.";
    UnknownFramework = "unknown-framework", "A framework is named that is not there.";
    UnknownName = "unknown-name", "A name stands for nothing.";
    NameClash = "name-clash", "A name stands for two things, or for something that has a meaning of its own.";
    WrongScope = "wrong-scope", "A rule mentions something that cannot be seen from where it stands.";
    BadCondition = "bad-condition", "A condition cannot be understood.";
    BadTable = "bad-table", "A decision does not have the parts that its hit policy needs.";
    BadTemplate = "bad-template", "A `because` shows something that is not there.";
    UnknownFunction = "unknown-function", "A host function is called that is not there.";
    BadArguments = "bad-arguments", "A host function is called with the wrong arguments.";
    BadParameter = "bad-parameter", "A parameter is set to what it cannot be.";
    Overlap = "overlap", "Two rules of a decision that allows one hold for the same facts.";
    Gap = "gap", "No rule of a decision answers for some facts.";
    DeadRule = "dead-rule", "A rule never answers.";
    DeadValue = "dead-value", "A value of a decision is never given.";
    Unused = "unused", "Nothing reads what a framework declares.";
    UnreadInBecause = "unread-in-because", "A `because` shows a value that its rule does not read.";
    UnexercisedRule = "unexercised-rule", "No example and no count exercises a rule.";
    AssumptionHidesCase = "assumption-hides-case", "An assumption of a framework rules out what a case states.";
    Conflict = "conflict", "Two rules that stand side by side give different values for the same facts.";
    DraftInUse = "draft-in-use", "A framework that is no draft has a rule or a parameter that is.";
    Monotone = "monotone", "Better evidence never lowers a decision, or is stated to be able to.";
    NotMonotone = "not-monotone", "Better evidence lowers a decision.";
    NotDecided = "not-decided", "A check can neither prove something nor refute it.";
    TooLarge = "too-large", "A file nests too deep, or the rules of a framework are too many to be compiled.";
    AssumptionViolated = "assumption-violated", "Facts are stated together that the framework says cannot occur together.";
    NoExamples = "no-examples", "A framework has no examples.";
    ExampleFailed = "example-failed", "An example does not come out as it says.";
    EnumerationFailed = "enumeration-failed", "A count over all combinations does not come out as it says.";
    ExpectationFailed = "expectation-failed", "A claim is graded otherwise than was published.";
    QuoteTooLong = "quote-too-long", "A quote has more than 15 words.";
    SelectiveOutcomeEmphasis = "selective-outcome-emphasis", "A secondary outcome is presented while the primary outcome shows no difference or is not given.";
    UnlinkedClaim = "unlinked-claim", "Nothing bears on a claim.";
    UnlinkedEvidence = "unlinked-evidence", "An evidence item bears on nothing.";
    UnusedSource = "unused-source", "Nothing cites a source.";
    DateAfterAsOf = "date-after-as-of", "A date lies after the day as of which the case is graded.";
    DuplicateStatement = "duplicate-statement", "The same statement is encoded twice.";
    NotATrial = "not-a-trial", "A review, a statement or a laboratory study is encoded as a trial.";
    NoComparator = "no-comparator", "A controlled study states an effect, and not against what.";
    RetractedSource = "retracted-source", "An item of a retracted source bears on a claim.";
    JudgementWithoutReason = "judgement-without-reason", "The reason of a judgement says none.";
    JudgementWithoutAuthor = "judgement-without-author", "The author of a judgement is nobody.";
    SingleItem = "single-item", "The grade of a claim rests on one item alone.";
    NotAReport = "not-a-report", "A file is not a report of gradings.";
    UnusedAllow = "unused-allow", "A file allows what no check finds.";
}

impl Code {
    /// What checks find beside what reading refuses: the codes whose level can be set.
    pub const CHECKS: &'static [Self] = &[
        Self::UnknownFramework,
        Self::NoExamples,
        Self::QuoteTooLong,
        Self::SelectiveOutcomeEmphasis,
        Self::UnlinkedClaim,
        Self::UnlinkedEvidence,
        Self::UnusedSource,
        Self::DateAfterAsOf,
        Self::DuplicateStatement,
        Self::NotATrial,
        Self::NoComparator,
        Self::RetractedSource,
        Self::JudgementWithoutReason,
        Self::JudgementWithoutAuthor,
        Self::SingleItem,
        Self::UnusedAllow,
        Self::Gap,
        Self::DeadRule,
        Self::DeadValue,
        Self::Unused,
        Self::UnreadInBecause,
        Self::UnexercisedRule,
        Self::AssumptionHidesCase,
        Self::DraftInUse,
        Self::Monotone,
        Self::NotMonotone,
        Self::NotDecided,
    ];

    /// Whether checks find it, so that its level can be set.
    #[must_use]
    pub fn is_of_checks(self) -> bool {
        Self::CHECKS.contains(&self)
    }

    /// The code that `word` stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.word() == word)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
