//! A proof as a list of statements, its canonical text, and the digest of that.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::document::canonical::{quote, sha256};
use crate::document::shape::Subject;
use crate::grade::proof::ReadValue;
use crate::grade::{JudgementMade, Proof, ProofValue, Read, ReadItem};
use crate::name::{Name, RuleId};
use crate::value::{FactValue, Value};

/// What a proof says of one thing, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statement {
    /// The claim or evidence item.
    pub of: String,
    /// The fact, measure, derived value, parameter or decision.
    pub name: Name,
    /// Its value; where it is open, what it can be.
    pub value: String,
    /// For a decision: the rule that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// For a measure: the ids of what does not pass its filter, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// What a proof says, as a list: every decision with the rule that gave it, and everything that was read. Claims that
/// a claim rests on stand in it by what they came to alone: how they came to it, their own proofs say.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, explain::Statements, grade};
///
/// let frameworks = Frameworks::built_in();
/// let case = Case::from_toml("case.toml", r#"
///     [case]
///     id = "aspirin"
///     title = "Aspirin for headache"
///     conclusion = "efficacy"
///
///     [[claim]]
///     id = "efficacy"
///     kind = "efficacy"
///     text = "Aspirin relieves headache."
/// "#, &frameworks)?;
/// let framework = Compiled::new(frameworks.find("grade")?)?;
/// let grading = grade(&case, &framework, &Run::default())?;
/// let proof = grading.verdict().and_then(|verdict| verdict.proof()).expect("it is graded");
/// let statements = Statements::of(&proof);
/// let last = statements.list().last().expect("the grade itself");
/// assert_eq!((last.name.as_str(), last.value.as_str()), ("certainty", "no-studies"));
/// assert!(statements.digest().starts_with("sha256:"));
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Statements {
    list: Vec<Statement>,
    seen: BTreeSet<(String, Name)>,
    lines: BTreeSet<String>,
}

/// How much is told of a decision.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// How it came out, and by what.
    Whole,
    /// How it came out.
    InShort,
}

impl Statements {
    /// What a proof says.
    #[must_use]
    pub fn of(proof: &Proof) -> Self {
        let mut statements = Self::default();
        statements.add(proof);
        statements
    }

    /// Adds what another proof says, of the same claim or item.
    pub fn add(&mut self, proof: &Proof) {
        self.decision(proof, Told::Whole);
    }

    /// The statements, what is read before what reads it.
    #[must_use]
    pub fn list(&self) -> &[Statement] {
        &self.list
    }

    /// The canonical text: a line for each thing that is said, sorted. It does not hang on the order of files and of
    /// what stands in them, on places in files and in sources, or on wordings; `docs/digests.md` tells its form.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// SHA-256 over the canonical text: `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256(&self.canonical())
    }

    fn push(&mut self, statement: Statement) {
        if self.seen.insert((statement.of.clone(), statement.name.clone())) {
            self.list.push(statement);
        }
    }

    /// What a decision came to, and if that is asked for, by what.
    fn decision(&mut self, proof: &Proof, told: Told) {
        // It may have been given before below a claim that is told in short, and is told in short then too.
        if proof.given_before && self.seen.contains(&(proof.on.clone(), proof.decision.clone())) {
            return;
        }
        if told == Told::Whole {
            proof.facts.iter().for_each(|read| self.read(read, &proof.on));
            proof.from.iter().for_each(|from| self.decision(from, Told::Whole));
        }
        let mut line = Line::new(&proof.on, "decision", &proof.decision);
        line.set("value", of_decision(&proof.value));
        line.text("rule", proof.rule.as_ref().map(RuleId::as_str));
        if told == Told::Whole {
            if let Some(computed) = &proof.computed {
                line.set("computed", of_decision(computed));
            }
            line.judgement(proof.judgement.as_ref());
            line.flag("proposal", proof.proposal);
            if let Some(sum) = &proof.sum {
                line.set("start", sum.start.normalize().to_string());
                line.set("raw", sum.raw.normalize().to_string());
            }
            let rules = proof.rules.iter().map(|fired| {
                table(&BTreeMap::from([("gives", quoted(&fired.gives)), ("rule", quoted(fired.rule.as_str()))]))
            });
            line.list("rules", rules.collect());
        }
        self.lines.insert(line.finish());
        self.push(Statement {
            of: proof.on.clone(),
            name: proof.decision.clone(),
            value: proof.value.to_string(),
            rule: proof.rule.clone(),
            left_out: Vec::new(),
        });
    }

    fn read(&mut self, read: &Read, of: &str) {
        read.of.iter().for_each(|item| self.item(item));
        read.from.iter().for_each(|from| self.read(from, of));
        let mut line = Line::new(of, "read", &read.name);
        line.set("value", of_read(&read.value));
        line.text("source", read.source.as_ref().map(crate::name::SourceId::as_str));
        line.judgement(read.judgement.as_ref());
        if let Some(overrode) = &read.overrode {
            line.set("overrode", of_fact(overrode));
        }
        line.flag("by-default", read.by_default);
        line.text("put-together", read.synthesis.as_ref().map(|synthesis| synthesis.method.as_str()));
        line.text("not-put-together", read.not_synthesised.as_deref());
        let results = read.synthesis.iter().flat_map(|synthesis| &synthesis.of);
        line.list("results", results.map(|item| quoted(item.as_str())).collect());
        line.list("made-of", read.of.iter().map(|item| quoted(&item.id)).collect());
        line.list("left-out", read.left_out.iter().map(|left| quoted(&left.id)).collect());
        self.lines.insert(line.finish());
        let mut left_out: Vec<String> = read.left_out.iter().map(|left| left.id.clone()).collect();
        left_out.sort();
        self.push(Statement {
            of: of.to_owned(),
            name: read.name.clone(),
            value: read.value.to_string(),
            rule: None,
            left_out,
        });
    }

    fn item(&mut self, item: &ReadItem) {
        item.facts.iter().for_each(|read| self.read(read, &item.id));
        let told = if item.subject == Subject::Claim { Told::InShort } else { Told::Whole };
        item.from.iter().for_each(|proof| self.decision(proof, told));
    }
}

impl Proof {
    /// SHA-256 over what the proof says: [`Statements::digest`].
    #[must_use]
    pub fn digest(&self) -> String {
        Statements::of(self).digest()
    }
}

/// A line of the canonical text: a table.
struct Line(BTreeMap<&'static str, String>);

impl Line {
    fn new(of: &str, kind: &'static str, name: &Name) -> Self {
        Self(BTreeMap::from([("of", quoted(of)), (kind, quoted(name.as_str()))]))
    }

    fn set(&mut self, key: &'static str, value: String) {
        self.0.insert(key, value);
    }

    fn text(&mut self, key: &'static str, text: Option<&str>) {
        self.0.extend(text.map(|text| (key, quoted(text))));
    }

    fn flag(&mut self, key: &'static str, flag: bool) {
        self.0.extend(flag.then(|| (key, "true".to_owned())));
    }

    fn list(&mut self, key: &'static str, mut items: Vec<String>) {
        if !items.is_empty() {
            items.sort();
            self.set(key, listed(&items));
        }
    }

    fn judgement(&mut self, judgement: Option<&JudgementMade>) {
        if let Some(JudgementMade { reason, by, on, .. }) = judgement {
            let made = BTreeMap::from([("by", quoted(by)), ("on", on.clone()), ("reason", quoted(reason))]);
            self.set("judgement", table(&made));
        }
    }

    fn finish(self) -> String {
        table(&self.0)
    }
}

fn table(entries: &BTreeMap<&'static str, String>) -> String {
    let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
    format!("{{{}}}", entries.join(","))
}

fn listed(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

fn quoted(text: &str) -> String {
    let mut written = String::new();
    quote(&mut written, text);
    written
}

fn possible<'p>(values: impl Iterator<Item = &'p String>, gap: bool) -> String {
    let values: Vec<String> = values.map(|value| quoted(value)).collect();
    let mut entries = BTreeMap::from([("possible", listed(&values))]);
    entries.extend(gap.then(|| ("gap", "true".to_owned())));
    table(&entries)
}

fn of_decision(value: &ProofValue) -> String {
    match value {
        ProofValue::Known(value) => quoted(value),
        ProofValue::Possible(values, gap) => possible(values.iter(), *gap),
    }
}

fn of_read(value: &ReadValue) -> String {
    match value {
        ReadValue::Known(value) => of_fact(value),
        ReadValue::Possible(values) => possible(values.iter(), false),
    }
}

fn of_fact(value: &FactValue) -> String {
    match value {
        FactValue::Known(Value::Flag(flag)) => flag.to_string(),
        FactValue::Known(Value::Number(number)) => number.normalize().to_string(),
        FactValue::Known(Value::Date(date)) => date.to_string(),
        FactValue::Known(value @ (Value::Choice(_) | Value::Text(_))) => quoted(&value.to_string()),
        FactValue::Unknown(unknown) => table(&BTreeMap::from([("unknown", quoted(unknown.word()))])),
    }
}
