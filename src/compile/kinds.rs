//! Which kinds of claims a framework grades, as its compiled scope rules tell it.

use super::Compiled;
use super::diagram::Cells;
use super::space::Known;
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

impl Compiled {
    /// What the framework grades. A kind counts as graded unless one scope rule alone keeps it out, whatever
    /// else is known of the claim.
    ///
    /// ```
    /// use evigrade::compile::Grades;
    /// use evigrade::{Compiled, Frameworks};
    ///
    /// let frameworks = Frameworks::built_in();
    /// let iarc = Compiled::new(frameworks.find("iarc-2019")?)?;
    /// assert_eq!(iarc.kinds(), Grades::Claims(vec!["hazard".into()]));
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    #[must_use]
    pub fn kinds(&self) -> Grades {
        match self.framework.result_decision().map(|decision| decision.on) {
            None => return Grades::Nothing,
            Some(Subject::Evidence | Subject::Link) => return Grades::Results,
            Some(Subject::Claim) => {}
        }
        let space = &self.claims.space;
        let kind = space.value_of("kind").or_else(|| space.closed_of("kind")).map(|kind| &space.get(kind).domain);
        let Some((domain, Known::Words { words, .. })) = kind.map(|domain| (domain, &domain.known)) else {
            return Grades::ClaimsBut(Vec::new());
        };
        let refused = |cell: Option<u16>| {
            let inputs = |input| match cell {
                Some(cell) if space.get(input).name == *"kind" => Cells::One(cell),
                _ => Cells::Any,
            };
            self.scope.iter().any(|(_, holds)| !self.claims.diagrams.possible(*holds, &inputs).contains(&0))
        };
        let mut words: Vec<&Word> = words.iter().collect();
        words.sort();
        let (without, with): (Vec<&Word>, Vec<&Word>) =
            words.into_iter().partition(|word| refused(domain.word_cell(word.as_str())));
        // A kind that no condition names is in the cell of all others.
        let others_are_refused = refused(domain.word_cell(""));
        let owned = |words: Vec<&Word>| words.into_iter().cloned().collect();
        if others_are_refused { Grades::Claims(owned(with)) } else { Grades::ClaimsBut(owned(without)) }
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
        Compiled::new(frameworks.find("x").expect("it is there")).expect("it compiles").kinds()
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
