//! The keys that a table of a file may have, as data.
//!
//! The reader, the JSON Schema and the reference pages in `docs/` all read these tables, so a
//! key is described in one place only.

/// What a table may hold.
#[derive(Debug)]
pub struct Shape {
    /// What such a table is called in messages, with its article: "a claim".
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Its own keys.
    pub keys: &'static [Key],
    /// What other keys may stand beside them.
    pub rest: Rest,
}

/// What keys a table may have beside those that its shape lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// None.
    Refused,
    /// Facts that the frameworks declare on evidence, links or claims.
    Facts(Subject),
    /// Names of the author's choosing.
    Names,
}

/// What a fact is a fact of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// An evidence item, whatever it is linked to.
    Evidence,
    /// The link of an evidence item, or of a claim, to a claim.
    Link,
    /// A claim.
    Claim,
}

impl Subject {
    /// The word for it in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Link => "link",
            Self::Claim => "claim",
        }
    }

    /// The subject that `word` stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Evidence, Self::Link, Self::Claim].into_iter().find(|subject| subject.word() == word)
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.word())
    }
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value must be.
    pub form: Form,
    /// Whether it must be there.
    pub required: bool,
    /// What it says, in a sentence.
    pub about: &'static str,
}

/// A key that must be there.
pub(crate) const fn required(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { name, form, required: true, about }
}

/// A key that may be left out.
pub(crate) const fn optional(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { name, form, required: false, about }
}

/// What the value of a key must be.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A name: letters, digits, `-`, `_` and `.`.
    Name,
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A number, exact.
    Number,
    /// A whole number, not negative.
    Count,
    /// A day, unquoted: `2020-05-05`.
    Date,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of names.
    Names,
    /// A list of texts.
    Texts,
    /// Two numbers, the lesser first.
    Range,
    /// A value of a fact: text, number, date, `true` or `false`, or a word for an unknown.
    Value,
    /// A condition.
    Condition,
    /// A table of this shape.
    Table(&'static Shape),
    /// A list of tables of this shape.
    Tables(&'static Shape),
    /// A table of tables of this shape, each under a name of the author's choosing.
    Map(&'static Shape),
    /// A name, or a table of this shape.
    NameOr(&'static Shape),
    /// A list of these.
    List(&'static Form),
    /// One of these.
    Either(&'static [Form]),
    /// A table of these, each under a name of the author's choosing.
    Named(&'static Form),
    /// A table of these, each under the name of a framework.
    ByFramework(&'static Form),
    /// The name of a framework.
    Framework,
    /// The kind of a claim: a name.
    Kind,
    /// A table of facts of a claim, an item or a link.
    Facts,
    /// The name of a host function.
    Function,
    /// Tables in each other, down to the names of values.
    Lookup,
    /// How often each value comes out.
    Counts,
}

impl Form {
    /// What is asked for, in words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Name => "a name (letters, digits, `-`, `_`, `.`)".into(),
            Self::Text => "text".into(),
            Self::Flag => "`true` or `false`".into(),
            Self::Number => "a number".into(),
            Self::Count => "a whole number, 0 or more".into(),
            Self::Date => "a date such as `2020-05-05`, without quotes".into(),
            Self::OneOf(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                quoted.join(" or ")
            }
            Self::Names => "a list of names".into(),
            Self::Texts => "a list of texts".into(),
            Self::Range => "a list of two numbers, the lesser first".into(),
            Self::Value => "a value: text, a number, a date, `true` or `false`".into(),
            Self::Condition => "a condition: a table of tests".into(),
            Self::Table(shape) => format!("a table ({})", shape.name),
            Self::Tables(shape) => format!("a list of tables ({})", shape.name),
            Self::Map(shape) => format!("named tables ({})", shape.name),
            Self::NameOr(shape) => format!("a name, or a table ({})", shape.name),
            Self::List(form) => format!("a list, each item {}", form.brief()),
            Self::Either(forms) => {
                let words: Vec<String> = forms.iter().map(|form| form.brief()).collect();
                words.join(", or ")
            }
            Self::Named(form) => format!("names, each with {}", form.brief()),
            Self::ByFramework(form) => format!("frameworks, each with {}", form.brief()),
            Self::Framework => "the name of a framework".into(),
            Self::Kind => "a name".into(),
            Self::Facts => "facts by name".into(),
            Self::Function => "the name of a host function".into(),
            Self::Lookup => "tables in each other, down to names of values".into(),
            Self::Counts => "counts by value".into(),
        }
    }

    /// The same in fewer words, within the words for another.
    fn brief(self) -> String {
        match self {
            Self::Name => "a name".into(),
            Self::Value => "a value".into(),
            other => other.words(),
        }
    }
}
