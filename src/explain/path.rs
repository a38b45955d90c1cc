//! The path by which a grade moved: what is otherwise in one proof than in another.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::document::shape::Subject;
use crate::grade::{Proof, Read, ReadItem};
use crate::name::{Name, RuleId};

/// Something that two proofs both read, and that is otherwise in the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The claim or evidence item.
    pub of: String,
    /// The fact, measure, derived value, parameter or decision.
    pub name: Name,
    /// Its value in the first proof.
    pub before: String,
    /// Its value in the second.
    pub after: String,
    /// For a decision: the rule that gave the value in the first proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_before: Option<RuleId>,
    /// For a decision: the rule that gave it in the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_after: Option<RuleId>,
    /// For a measure: the items and claims that it is made of in the second proof alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entered: Vec<String>,
    /// For a measure: the items and claims that it is made of in the first proof alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

/// What is otherwise in the second proof of a decision than in the first, what is read before what reads it; the
/// decision itself comes last, also where the two proofs have two names for it. What only one of the two reads is not
/// told: it follows from what both read.
#[must_use]
pub fn path(before: &Proof, after: &Proof) -> Vec<Step> {
    // Two frameworks may call the decision otherwise.
    let renamed = (before.decision != after.decision && !before.given_before && !after.given_before).then(|| Step {
        of: after.on.clone(),
        name: after.decision.clone(),
        before: before.value.to_string(),
        after: after.value.to_string(),
        rule_before: before.rule.clone(),
        rule_after: after.rule.clone(),
        entered: Vec::new(),
        left: Vec::new(),
    });
    let (before, after) = (Said::of(before), Said::of(after));
    let steps = after.order.iter().filter_map(|key| {
        let (was, is) = (before.all.get(key)?, after.all.get(key)?);
        let rules_differ = was.rule != is.rule;
        (was.value != is.value || rules_differ || was.members != is.members).then(|| Step {
            of: key.of.to_owned(),
            name: Name::from(key.name),
            before: was.value.clone(),
            after: is.value.clone(),
            rule_before: was.rule.cloned(),
            rule_after: is.rule.cloned(),
            entered: is.members.difference(&was.members).map(|id| (*id).to_owned()).collect(),
            left: was.members.difference(&is.members).map(|id| (*id).to_owned()).collect(),
        })
    });
    steps.chain(renamed).collect()
}

/// What something is said of: an item is something else for each claim that it bears on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'p> {
    claim: &'p str,
    of: &'p str,
    name: &'p str,
}

/// What a proof says of something.
struct Value<'p> {
    value: String,
    rule: Option<&'p RuleId>,
    members: BTreeSet<&'p str>,
}

/// All that a proof says, and in which order: what is read before what reads it.
#[derive(Default)]
struct Said<'p> {
    order: Vec<Key<'p>>,
    all: BTreeMap<Key<'p>, Value<'p>>,
}

impl<'p> Said<'p> {
    fn of(proof: &'p Proof) -> Self {
        let mut said = Self::default();
        said.decision(proof, &proof.on);
        said
    }

    fn push(&mut self, key: Key<'p>, value: Value<'p>) {
        if let std::collections::btree_map::Entry::Vacant(vacant) = self.all.entry(key) {
            vacant.insert(value);
            self.order.push(key);
        }
    }

    fn decision(&mut self, proof: &'p Proof, claim: &'p str) {
        if proof.given_before {
            return;
        }
        for read in &proof.facts {
            self.read(read, claim, &proof.on);
        }
        for from in &proof.from {
            self.decision(from, claim);
        }
        let key = Key { claim, of: &proof.on, name: proof.decision.as_str() };
        let value = Value { value: proof.value.to_string(), rule: proof.rule.as_ref(), members: BTreeSet::new() };
        self.push(key, value);
    }

    fn read(&mut self, read: &'p Read, claim: &'p str, of: &'p str) {
        if read.given_before {
            return;
        }
        for item in &read.of {
            self.item(item, claim);
        }
        for from in &read.from {
            self.read(from, claim, of);
        }
        let members = read.of.iter().map(|item| item.id.as_str()).collect();
        self.push(
            Key { claim, of, name: read.name.as_str() },
            Value { value: read.value.to_string(), rule: None, members },
        );
    }

    fn item(&mut self, item: &'p ReadItem, claim: &'p str) {
        let claim = if item.subject == Subject::Claim { &item.id } else { claim };
        for read in &item.facts {
            self.read(read, claim, &item.id);
        }
        for proof in &item.from {
            self.decision(proof, claim);
        }
    }
}
