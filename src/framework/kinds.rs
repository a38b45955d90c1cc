//! Which kinds of claims a framework grades, as its scope rules tell it.

use std::collections::BTreeSet;

use super::condition::{Accept, Condition, OperandValue};
use super::{Framework, ScopeRule};
use crate::document::reader::Literal;
use crate::document::shape::Subject;
use crate::name::Word;

/// What a framework grades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grades {
    /// Nothing: it holds facts and decisions that others use.
    Nothing,
    /// Single results, and no bodies of evidence.
    Results,
    /// Claims of these kinds.
    Claims(Vec<Word>),
    /// Claims of all kinds but these.
    ClaimsBut(Vec<Word>),
}

impl Framework {
    /// What it grades. A kind that it grades under further conditions is one that it grades.
    ///
    /// ```
    /// use evigrade::Frameworks;
    /// use evigrade::framework::Grades;
    ///
    /// let frameworks = Frameworks::built_in();
    /// let iarc = frameworks.find("iarc-2019")?;
    /// assert_eq!(iarc.kinds(), Grades::Claims(vec!["hazard".into()]));
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    #[must_use]
    pub fn kinds(&self) -> Grades {
        match self.result_decision().map(|decision| decision.on) {
            None => return Grades::Nothing,
            Some(Subject::Evidence | Subject::Link) => return Grades::Results,
            Some(Subject::Claim) => {}
        }
        let named: BTreeSet<&str> = self.scope.iter().flat_map(|rule| kinds_in(&rule.when)).collect();
        let refused =
            |kind: Option<&str>| self.scope.iter().any(|rule: &ScopeRule| holds(&rule.when, kind) == Some(true));
        let (without, with): (Vec<&str>, Vec<&str>) = named.into_iter().partition(|kind| refused(Some(*kind)));
        let words = |kinds: Vec<&str>| kinds.into_iter().map(Word::from).collect();
        if refused(None) { Grades::Claims(words(with)) } else { Grades::ClaimsBut(words(without)) }
    }
}

/// The kinds that a condition names.
fn kinds_in(condition: &Condition) -> Vec<&str> {
    fn words<'c>(accept: &'c Accept, found: &mut Vec<&'c str>) {
        match accept {
            Accept::Is(operand) => {
                if let OperandValue::Literal(Literal::Text(word)) = &operand.value {
                    found.push(word);
                }
            }
            Accept::Not(accepts) => accepts.iter().for_each(|accept| words(accept, found)),
            Accept::Compare(_) | Accept::Known => {}
        }
    }
    let mut found = Vec::new();
    for test in condition.tests().into_iter().filter(|test| test.name == *"kind") {
        test.accepts.iter().for_each(|accept| words(accept, &mut found));
    }
    found
}

/// Whether a condition holds for every claim of a kind, or of a kind that it does not name; nothing if
/// that hangs on more.
fn holds(condition: &Condition, kind: Option<&str>) -> Option<bool> {
    let any = |found: &mut dyn Iterator<Item = Option<bool>>| {
        let found: Vec<Option<bool>> = found.collect();
        match found.contains(&Some(true)) {
            true => Some(true),
            false if found.contains(&None) => None,
            false => Some(false),
        }
    };
    match condition {
        Condition::Any(parts) => any(&mut parts.iter().map(|part| holds(part, kind))),
        Condition::All(parts) => {
            any(&mut parts.iter().map(|part| holds(part, kind).map(|held| !held))).map(|some| !some)
        }
        Condition::Not(part) => holds(part, kind).map(|held| !held),
        Condition::Test(test) if test.name == *"kind" => {
            any(&mut test.accepts.iter().map(|accept| accepted(accept, kind)))
        }
        Condition::Test(_) => None,
    }
}

fn accepted(accept: &Accept, kind: Option<&str>) -> Option<bool> {
    match accept {
        Accept::Is(operand) => match &operand.value {
            OperandValue::Literal(Literal::Text(word)) => Some(kind == Some(word)),
            _ => None,
        },
        Accept::Not(accepts) => {
            let found: Option<Vec<bool>> = accepts.iter().map(|accept| accepted(accept, kind)).collect();
            found.map(|found| !found.contains(&true))
        }
        Accept::Known => Some(true),
        Accept::Compare(_) => None,
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test says what it expects")]
mod tests {
    use super::*;
    use crate::framework::Frameworks;

    fn kinds(scope: &str) -> Grades {
        let text = format!(
            "[framework]\nid = \"x\"\ntitle = \"X\"\nedition = \"1\"\nstatus = \"draft\"\nresult = \"r\"\n\
             [scale]\nlevels = [\"a\", \"b\"]\n[fact.f]\non = \"claim\"\ntype = \"flag\"\nask = \"F?\"\n{scope}\n\
             [decision.r]\nhit = \"first\"\n[[decision.r.rule]]\nid = \"f\"\nwhen = {{ f = true }}\nthen = \"b\"\nbecause = \"F.\"\n\
             [decision.r.otherwise]\nthen = \"a\"\nbecause = \"Not.\"\n"
        );
        let mut frameworks = Frameworks::empty();
        frameworks.add_toml("x.toml", &text).expect("it is sound");
        frameworks.find("x").expect("it is there").kinds()
    }

    fn rule(when: &str) -> String {
        format!("[[not-applicable]]\nwhen = {when}\nbecause = \"No.\"\n")
    }

    #[test]
    fn scope_rules_tell_the_kinds() {
        let words = |kinds: &[&str]| kinds.iter().copied().map(Word::from).collect::<Vec<_>>();
        assert_eq!(kinds(""), Grades::ClaimsBut(words(&[])));
        assert_eq!(kinds(&rule("{ kind = [\"b\", \"a\"] }")), Grades::ClaimsBut(words(&["a", "b"])));
        assert_eq!(kinds(&rule("{ kind = { not = [\"b\", \"a\"] } }")), Grades::Claims(words(&["a", "b"])));
        assert_eq!(kinds(&rule("{ not = { kind = \"a\" } }")), Grades::Claims(words(&["a"])));
        let two = rule("{ kind = { not = [\"b\", \"a\"] } }") + &rule("{ kind = \"b\" }");
        assert_eq!(kinds(&two), Grades::Claims(words(&["a"])));
        let in_part = rule("{ kind = \"a\", f = false }") + &rule("{ any = [{ kind = \"b\" }, { kind = \"c\" }] }");
        assert_eq!(kinds(&in_part), Grades::ClaimsBut(words(&["b", "c"])));
    }
}
