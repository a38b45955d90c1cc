//! Reading judgements: what a person decided, about what, and that it is there.

use super::{JudgementPart, Reader, owned};
use crate::case::Judged;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Located, Table};
use crate::document::shape::Subject;
use crate::name::{Layer, nearest};

impl Reader<'_> {
    pub(super) fn judgement(&mut self, table: &Table<'_>) -> Option<JudgementPart> {
        let claim = table.name("claim", self.problems).map(owned);
        let evidence = table.name("evidence", self.problems).map(owned);
        let reason = table.text("reason", self.problems);
        let by = table.text("by", self.problems);
        let date = table.date("on", self.problems);
        let since = table.date("since", self.problems).map(|date| date.value);
        let adjudicated = table.flag("adjudicated", self.problems).is_some_and(|flag| flag.value);
        let layer = table.name("layer", self.problems).map(|name| Layer::from(name.value));
        for (key, text) in [("reason", &reason), ("by", &by)] {
            if let Some(text) = text
                && text.value.trim().is_empty()
            {
                let message = format!("a judgement needs `{key}`, and this is empty");
                let help = "a judgement counts only with the name of who made it and the reason";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&text.span).help(help));
            }
        }
        let judged = self.judged(table, claim.is_some(), evidence.is_some());
        Some(JudgementPart {
            claim,
            evidence,
            judged: judged?,
            reason: reason?.value,
            by: by?.value.trim().to_owned(),
            date: date?.value,
            since,
            adjudicated,
            layer,
            span: table.span.clone(),
        })
    }

    fn judged(&mut self, table: &Table<'_>, of_claim: bool, of_evidence: bool) -> Option<Judged> {
        let subject = match (of_claim, of_evidence) {
            (true, false) => Subject::Claim,
            (false, true) => Subject::Evidence,
            (true, true) => Subject::Link,
            (false, false) => {
                let message = "this judgement is about nothing";
                let help = "name a `claim`, an `evidence` item, or both for the link between them";
                self.problems.push(Diagnostic::error(Code::BadJudgement, message).at(&table.span).help(help));
                return None;
            }
        };
        let keys = ["framework", "decision", "value"];
        let framework = table.name("framework", self.problems);
        let decision = table.name("decision", self.problems);
        let value = table.name("value", self.problems);
        match (table.get("facts"), framework, decision, value) {
            (Some(facts), None, None, None) => {
                let entries = facts.entries("a table of facts", self.problems);
                Some(Judged::Facts(self.facts(&entries, subject, None)))
            }
            (None, Some(framework), Some(decision), Some(value)) => {
                self.judged_decision(&framework, &decision)?;
                Some(Judged::Decision {
                    framework: framework.value.into(),
                    decision: decision.value.into(),
                    value: value.value.into(),
                    at: value.span,
                })
            }
            (facts, ..) => {
                let stated: Vec<&str> = keys.into_iter().filter(|key| table.has(key)).collect();
                let lacking: Vec<String> =
                    keys.into_iter().filter(|key| !table.has(key)).map(|key| format!("`{key}`")).collect();
                // A key that cannot be read has been told already.
                if facts.is_some() || !lacking.is_empty() {
                    let message = match (facts, stated.is_empty()) {
                        (Some(_), _) => "this judgement decides facts and a decision at once".to_owned(),
                        (None, true) => "this judgement decides nothing".to_owned(),
                        (None, false) => format!("this judgement of a decision lacks {}", lacking.join(" and ")),
                    };
                    let help = "it decides either `facts`, or the `value` of a `decision` of a `framework`";
                    self.problems.push(Diagnostic::error(Code::BadJudgement, message).at(&table.span).help(help));
                }
                None
            }
        }
    }

    /// A judgement of a framework or decision that is not there would be passed over in silence.
    fn judged_decision(&mut self, framework: &Located<&str>, decision: &Located<&str>) -> Option<()> {
        if self.frameworks.owns_decision(framework.value, decision.value) {
            return Some(());
        }
        let Some(known) = self.frameworks.get(framework.value) else {
            self.problems.push(self.frameworks.unknown(framework.value).at(&framework.span));
            return None;
        };
        // What it only uses is judged under the framework that it comes from.
        let message = format!("`{}` has no decision `{}`", known.id, decision.value);
        let elsewhere = decision.value.split_once('.').filter(|(id, _)| self.frameworks.get(id).is_some());
        let help = match elsewhere {
            Some((id, name)) => format!("judge `{name}` under `framework = \"{id}\"`, from which it comes"),
            None => format!("its decisions are {}", known.own_decisions().collect::<Vec<_>>().join(", ")),
        };
        let diagnostic = Diagnostic::error(Code::BadJudgement, message).at(&decision.span);
        self.problems.push(diagnostic.did_you_mean_or(nearest(decision.value, known.own_decisions()), help));
        None
    }
}
