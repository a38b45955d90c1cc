//! Conditions: tables of tests, as they are written.
//!
//! `{ design = "cohort", participants = "< {small-sample}" }` holds when all of its tests hold;
//! `any`, `all` and `not` combine conditions. A test asks one name for a value, for one of
//! several, for a comparison with a constant or a parameter, or for one of the unknowns.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::document::reader::{Literal, Located, Node, shortened, too_many_digits};
use crate::name::{Name, is_name, nearest};

/// The word by which a test asks whether a value is known at all.
pub(crate) const KNOWN: &str = "known";

/// Words with a meaning of their own in conditions; nothing else may be called so.
pub(crate) const RESERVED: [&str; 3] = ["any", "all", "not"];

/// What has to hold.
#[derive(Clone, Debug)]
pub enum Condition {
    /// All of these; an empty list always holds.
    All(Vec<Self>),
    /// At least one of these; an empty list never holds.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A test.
    Test(Arc<Test>),
}

/// A test of one name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Test {
    /// What is tested.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// It holds if one of these accepts the value.
    pub accepts: Vec<Accept>,
    /// Where the test stands.
    pub span: Span,
}

/// What a test accepts.
#[derive(Clone, Debug)]
pub enum Accept {
    /// This value, group of values or unknown.
    Is(Operand),
    /// Known values for which all of these comparisons hold.
    Compare(Vec<(Comparison, Operand)>),
    /// Any known value.
    Known,
    /// Known values that none of these accepts.
    Not(Vec<Self>),
}

/// A constant or a parameter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Operand {
    pub(crate) value: OperandValue,
    /// Where it stands.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OperandValue {
    Literal(Literal),
    Parameter(Name),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`, `less-than`
    Less,
    /// `<=`, `at-most`
    AtMost,
    /// `>`, `more-than`
    More,
    /// `>=`, `at-least`
    AtLeast,
}

impl Comparison {
    /// The sign for it.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The keys of a test in a table.
    pub(crate) const KEYS: [(&'static str, Self); 4] =
        [("less-than", Self::Less), ("at-most", Self::AtMost), ("more-than", Self::More), ("at-least", Self::AtLeast)];
}

impl Condition {
    /// The condition that always holds.
    #[must_use]
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Every test in it.
    pub fn tests(&self) -> Vec<&Test> {
        let mut tests = Vec::new();
        self.visit(&mut |test| tests.push(test));
        tests
    }

    /// Meets every test in it.
    pub(crate) fn visit<'c>(&'c self, each: &mut impl FnMut(&'c Test)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(each)),
            Self::Not(part) => part.visit(each),
            Self::Test(test) => each(test),
        }
    }

    /// Gives every name in it another name.
    pub(super) fn rename(&mut self, rename: &dyn Fn(&Name) -> Name) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|part| part.rename(rename)),
            Self::Not(part) => part.rename(rename),
            Self::Test(test) => {
                let test = Arc::make_mut(test);
                test.name = rename(&test.name);
                test.accepts.iter_mut().for_each(|accept| accept.rename(rename));
            }
        }
    }
}

impl Accept {
    fn rename(&mut self, rename: &dyn Fn(&Name) -> Name) {
        match self {
            Self::Is(operand) => operand.rename(rename),
            Self::Compare(bounds) => bounds.iter_mut().for_each(|(_, operand)| operand.rename(rename)),
            Self::Known => {}
            Self::Not(parts) => parts.iter_mut().for_each(|part| part.rename(rename)),
        }
    }

    /// The operands in it.
    pub(crate) fn operands(&self) -> Vec<&Operand> {
        let mut operands = Vec::new();
        self.visit(&mut |operand| operands.push(operand));
        operands
    }

    /// Meets every operand in it.
    pub(crate) fn visit<'a>(&'a self, each: &mut impl FnMut(&'a Operand)) {
        match self {
            Self::Is(operand) => each(operand),
            Self::Compare(bounds) => bounds.iter().for_each(|(_, operand)| each(operand)),
            Self::Known => {}
            Self::Not(parts) => parts.iter().for_each(|part| part.visit(each)),
        }
    }
}

impl Operand {
    fn rename(&mut self, rename: &dyn Fn(&Name) -> Name) {
        if let OperandValue::Parameter(name) = &mut self.value {
            *name = rename(name);
        }
    }

    /// The word that it is, if it is one.
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.value {
            OperandValue::Literal(Literal::Text(word)) => Some(word),
            _ => None,
        }
    }

    /// The parameter that it names.
    #[must_use]
    pub const fn parameter(&self) -> Option<&Name> {
        match &self.value {
            OperandValue::Parameter(name) => Some(name),
            OperandValue::Literal(_) => None,
        }
    }
}

/// Reads conditions; knows which frameworks are used, for names such as `rob2.overall`.
pub(super) struct ConditionReader<'r> {
    pub(super) uses: &'r [String],
    pub(super) problems: &'r mut Problems,
}

impl ConditionReader<'_> {
    pub(super) fn read(&mut self, node: Node<'_>) -> Option<Condition> {
        if !node.is_table() {
            let message = format!("this is {}, not a condition", node.words());
            let help = "a condition is a table of tests, such as `{ design = \"cohort\" }`";
            self.problems.push(Diagnostic::error(Code::BadCondition, message).at(&node.span()).help(help));
            return None;
        }
        self.table(node, "")
    }

    fn table(&mut self, node: Node<'_>, prefix: &str) -> Option<Condition> {
        let mut parts = Vec::new();
        let mut complete = true;
        for entry in node.entries("a table of tests", self.problems) {
            let part = match entry.key {
                "any" if prefix.is_empty() => self.list(entry.value).map(Condition::Any),
                "all" if prefix.is_empty() => self.list(entry.value).map(Condition::All),
                "not" if prefix.is_empty() => self.read(entry.value).map(|part| Condition::Not(Box::new(part))),
                key if prefix.is_empty() && entry.value.is_table() && self.uses.iter().any(|used| used == key) => {
                    self.table(entry.value, &format!("{key}."))
                }
                key => {
                    let accepts = self.accepts(entry.value);
                    if entry.name(self.problems).is_none() {
                        complete = false;
                        continue;
                    }
                    accepts.map(|accepts| {
                        Condition::Test(Arc::new(Test {
                            name: format!("{prefix}{key}").into(),
                            name_span: entry.key_span.clone(),
                            accepts,
                            span: entry.value.span(),
                        }))
                    })
                }
            };
            complete &= part.is_some();
            parts.extend(part);
        }
        let one = parts.len() == 1;
        complete.then(|| match parts.pop() {
            Some(part) if one => part,
            last => Condition::All(parts.into_iter().chain(last).collect()),
        })
    }

    fn list(&mut self, node: Node<'_>) -> Option<Vec<Condition>> {
        let items = node.list("a list of conditions", self.problems);
        let whole = node.is_list();
        let read: Vec<Option<Condition>> = items.into_iter().map(|item| self.read(item)).collect();
        read.into_iter().collect::<Option<Vec<_>>>().filter(|_| whole)
    }

    fn accepts(&mut self, node: Node<'_>) -> Option<Vec<Accept>> {
        let read: Vec<Option<Accept>> = node.one_or_many().into_iter().map(|item| self.accept(item)).collect();
        let accepts: Option<Vec<Accept>> = read.into_iter().collect();
        if accepts.as_ref().is_some_and(Vec::is_empty) {
            let message = "an empty list accepts nothing";
            let help = "list the values that it accepts";
            self.problems.push(Diagnostic::error(Code::BadCondition, message).at(&node.span()).help(help));
            return None;
        }
        accepts
    }

    fn accept(&mut self, node: Node<'_>) -> Option<Accept> {
        if node.is_table() {
            return self.accept_table(node);
        }
        let literal = node.literal(self.problems)?;
        if let Literal::Text(text) = &literal.value {
            return self.accept_text(text, &literal.span);
        }
        Some(Accept::Is(operand(literal)))
    }

    /// The test that a key of a lookup table stands for.
    pub(super) fn accept_key(&mut self, key: &str, span: &Span) -> Option<Accept> {
        match (Decimal::from_str_exact(key), key) {
            (Ok(number), _) => Some(Accept::Is(operand(Located::new(Literal::Number(number), span.clone())))),
            (_, "true") => Some(Accept::Is(operand(Located::new(Literal::Flag(true), span.clone())))),
            (_, "false") => Some(Accept::Is(operand(Located::new(Literal::Flag(false), span.clone())))),
            _ => self.accept_text(key, span),
        }
    }

    fn accept_text(&mut self, text: &str, span: &Span) -> Option<Accept> {
        let text = text.trim();
        if text == KNOWN {
            return Some(Accept::Known);
        }
        let signs =
            [("<=", Comparison::AtMost), (">=", Comparison::AtLeast), ("<", Comparison::Less), (">", Comparison::More)];
        for (sign, comparison) in signs {
            if let Some(rest) = text.strip_prefix(sign) {
                let operand = self.operand_text(rest.trim(), span)?;
                return Some(Accept::Compare(vec![(comparison, operand)]));
            }
        }
        if text.starts_with('{') {
            return self.operand_text(text, span).map(Accept::Is);
        }
        Some(Accept::Is(operand(Located::new(Literal::Text(text.to_owned()), span.clone()))))
    }

    /// A number, a word or `{parameter}` within text.
    fn operand_text(&mut self, text: &str, span: &Span) -> Option<Operand> {
        if let Some(inside) = text.strip_prefix('{') {
            let name = inside.strip_suffix('}').map(str::trim).filter(|name| is_name(name));
            if name.is_none() {
                let message = format!("`{}` names no parameter", shortened(text));
                let help = "write the parameter's name in braces, as in `< {small-sample}`";
                self.problems.push(Diagnostic::error(Code::BadCondition, message).at(span).help(help));
            }
            return name.map(|name| Operand { value: OperandValue::Parameter(name.into()), span: span.clone() });
        }
        let literal = if let Ok(number) = Decimal::from_str_exact(text) {
            Literal::Number(number.normalize())
        } else if Decimal::from_str(text).is_ok() {
            self.problems.push(too_many_digits(span));
            return None;
        } else if let Ok(date) = text.parse() {
            Literal::Date(date)
        } else if is_name(text) {
            Literal::Text(text.to_owned())
        } else {
            let message = match text {
                "" => "there is nothing to compare with".to_owned(),
                text => format!("`{}` is nothing that can be compared with", shortened(text)),
            };
            let help = "compare with a number, a date, a value or a parameter: `< 30`, `>= {small-sample}`";
            self.problems.push(Diagnostic::error(Code::BadCondition, message).at(span).help(help));
            return None;
        };
        Some(operand(Located::new(literal, span.clone())))
    }

    fn accept_table(&mut self, node: Node<'_>) -> Option<Accept> {
        let mut bounds = Vec::new();
        let mut not = None;
        for entry in node.entries("a test", self.problems) {
            if entry.key == "not" {
                not = Some(self.accepts(entry.value)?);
                continue;
            }
            let Some((_, comparison)) = Comparison::KEYS.iter().find(|(key, _)| *key == entry.key) else {
                let known = Comparison::KEYS.iter().map(|(key, _)| *key).chain(["not"]);
                let near = nearest(entry.key, known);
                let message = format!("a test has no `{}`", shortened(entry.key));
                let diagnostic = Diagnostic::error(Code::BadCondition, message).at(&entry.key_span);
                let help = "a test is a value, a list of values, or a table with `not`, `at-least`, `at-most`, \
                            `more-than` or `less-than`; a name of another framework needs that framework under `uses`";
                self.problems.push(match near {
                    Some(near) => diagnostic.did_you_mean(Some(near)),
                    None => diagnostic.help(help),
                });
                return None;
            };
            let literal = entry.value.literal(self.problems)?;
            let bound = match &literal.value {
                Literal::Text(text) => self.operand_text(text.trim(), &literal.span)?,
                _ => operand(literal),
            };
            bounds.push((*comparison, bound));
        }
        match (bounds.is_empty(), not) {
            (false, None) => Some(Accept::Compare(bounds)),
            (true, Some(accepts)) => Some(Accept::Not(accepts)),
            _ => {
                let message = "a test in a table has either `not`, or bounds such as `at-least`";
                let help = "two tests of one name stand in two conditions: `all = [{ ... }, { ... }]`";
                self.problems.push(Diagnostic::error(Code::BadCondition, message).at(&node.span()).help(help));
                None
            }
        }
    }
}

fn operand(literal: Located<Literal>) -> Operand {
    Operand { value: OperandValue::Literal(literal.value), span: literal.span }
}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(true) => formatter.write_str("yes"),
            Self::Flag(false) => formatter.write_str("no"),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Date(date) => write!(formatter, "{date}"),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            OperandValue::Literal(literal) => literal.fmt(formatter),
            OperandValue::Parameter(name) => write!(formatter, "{{{name}}}"),
        }
    }
}

impl fmt::Display for Accept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(operand) => operand.fmt(formatter),
            Self::Compare(bounds) => {
                for (index, (comparison, operand)) in bounds.iter().enumerate() {
                    let and = if index > 0 { " and " } else { "" };
                    write!(formatter, "{and}{} {operand}", comparison.sign())?;
                }
                Ok(())
            }
            Self::Known => formatter.write_str(KNOWN),
            Self::Not(parts) => {
                formatter.write_str("not ")?;
                alternatives(parts, formatter)
            }
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = matches!(self.accepts.as_slice(), [Accept::Compare(_)]);
        let equals = if bare { " " } else { " = " };
        formatter.write_str(self.name.as_str())?;
        formatter.write_str(equals)?;
        alternatives(&self.accepts, formatter)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Self], word: &str| {
            let shown: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    Self::Any(inner) | Self::All(inner) if inner.len() > 1 => format!("({part})"),
                    _ => part.to_string(),
                })
                .collect();
            shown.join(word)
        };
        match self {
            Self::All(parts) if parts.is_empty() => formatter.write_str("always"),
            Self::Any(parts) if parts.is_empty() => formatter.write_str("never"),
            Self::All(parts) => formatter.write_str(&joined(parts, " and ")),
            Self::Any(parts) => formatter.write_str(&joined(parts, " or ")),
            Self::Not(part) => write!(formatter, "not ({part})"),
            Self::Test(test) => test.fmt(formatter),
        }
    }
}

fn alternatives(accepts: &[Accept], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, accept) in accepts.iter().enumerate() {
        let or = if index > 0 { " or " } else { "" };
        write!(formatter, "{or}{accept}")?;
    }
    Ok(())
}
