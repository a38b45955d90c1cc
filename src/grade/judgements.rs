//! The judgements that take part in a run.

use std::collections::BTreeMap;

use super::Run;
use super::gather::takes;
use crate::case::{Case, ClaimIndex, EvidenceIndex, Judged, Judgement, JudgementIndex, JudgementOn};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::shape::Subject;
use crate::framework::{Decision, JudgementPolicy};
use crate::name::{Name, Word, nearest};

/// Judgements of facts and decisions, by what they are about.
#[derive(Debug, Default)]
pub(crate) struct Judgements {
    facts: BTreeMap<(JudgementOn, Name), JudgementIndex>,
    decisions: BTreeMap<(JudgementOn, Name), (JudgementIndex, Word)>,
}

impl Judgements {
    /// Collects the judgements that a run takes; those that contradict each other, or decide
    /// what the framework leaves to its rules, are refused.
    pub(super) fn collect(case: &Case, compiled: &Compiled, run: &Run, problems: &mut Problems) -> Self {
        let mut collected = Self::default();
        for (index, judgement) in case.judgements().iter().enumerate() {
            let index = JudgementIndex::new(index);
            let not_yet = judgement.since.zip(run.as_of).is_some_and(|(since, as_of)| as_of < since);
            if !takes(run, judgement.layer.as_ref()) || not_yet {
                continue;
            }
            match &judgement.judged {
                Judged::Facts(facts) => {
                    for (name, fact) in facts {
                        let key = (judgement.on, name.clone());
                        if let Some(before) = collected.facts.get(&key).copied() {
                            let other = &case.judgements()[before.index()];
                            let value = fact_of(other, name).map(|other| &other.value);
                            if value != Some(&fact.value) {
                                problems.push(conflict(name.as_str(), judgement, other));
                            }
                            continue;
                        }
                        collected.facts.insert(key, index);
                    }
                }
                Judged::Decision { framework, decision, value, at } => {
                    let of_framework = |known: &&Decision| {
                        let short =
                            known.name.as_str().rsplit_once('.').map_or(known.name.as_str(), |(_, short)| short);
                        known.origins.contains(framework) && short == decision.as_str()
                    };
                    let Some(known) = compiled.framework().decisions.iter().find(of_framework) else {
                        if compiled.framework().origins.contains(framework) {
                            let message = format!("`{framework}` has no decision `{decision}`");
                            let names = compiled.framework().decisions.iter().map(|known| known.name.as_str());
                            let near = nearest(decision.as_str(), names).map(str::to_owned);
                            let diagnostic = Diagnostic::error(Code::BadJudgement, message).at(at);
                            problems.push(diagnostic.did_you_mean(near.as_deref()));
                        }
                        continue;
                    };
                    if !permitted(known, judgement, value, problems) {
                        continue;
                    }
                    let key = (judgement.on, known.name.clone());
                    if let Some((before, other)) = collected.decisions.get(&key) {
                        if other != value {
                            let before = &case.judgements()[before.index()];
                            problems.push(conflict(known.name.as_str(), judgement, before));
                        }
                        continue;
                    }
                    collected.decisions.insert(key, (index, value.clone()));
                }
            }
        }
        collected
    }

    /// The judgements of decisions, by what they are about.
    pub(super) fn decisions(&self) -> impl Iterator<Item = (&(JudgementOn, Name), &(JudgementIndex, Word))> {
        self.decisions.iter()
    }

    /// The judgement of a fact of a claim.
    pub(super) fn claim_fact(&self, claim: ClaimIndex, name: &Name) -> Option<JudgementIndex> {
        self.facts.get(&(JudgementOn::Claim(claim), name.clone())).copied()
    }

    /// The judgement of a fact of an item.
    pub(super) fn item_fact(&self, item: EvidenceIndex, name: &Name) -> Option<JudgementIndex> {
        self.facts.get(&(JudgementOn::Evidence(item), name.clone())).copied()
    }

    /// The judgement of a fact of a link.
    pub(super) fn link_fact(&self, item: EvidenceIndex, claim: ClaimIndex, name: &Name) -> Option<JudgementIndex> {
        self.facts.get(&(JudgementOn::Link(item, claim), name.clone())).copied()
    }

    /// The judgement of a decision on a claim.
    pub(super) fn on_claim(&self, claim: ClaimIndex, decision: &Name) -> Option<&(JudgementIndex, Word)> {
        self.decisions.get(&(JudgementOn::Claim(claim), decision.clone()))
    }

    /// The judgement of a decision that is made on an item or on its link to a claim.
    pub(super) fn of_item(
        &self,
        item: EvidenceIndex,
        claim: ClaimIndex,
        decision: &Decision,
    ) -> Option<&(JudgementIndex, Word)> {
        match decision.on {
            Subject::Evidence => self.on_item(item, &decision.name),
            _ => self.on_link(item, claim, &decision.name),
        }
    }

    /// The judgement of a decision on an item as it is linked to a claim: that of the link
    /// before that of the item.
    pub(super) fn on_link(
        &self,
        item: EvidenceIndex,
        claim: ClaimIndex,
        decision: &Name,
    ) -> Option<&(JudgementIndex, Word)> {
        let of_link = self.decisions.get(&(JudgementOn::Link(item, claim), decision.clone()));
        of_link.or_else(|| self.on_item(item, decision))
    }

    /// The judgement of a decision on an item, whatever it is linked to.
    pub(super) fn on_item(&self, item: EvidenceIndex, decision: &Name) -> Option<&(JudgementIndex, Word)> {
        self.decisions.get(&(JudgementOn::Evidence(item), decision.clone()))
    }
}

/// The fact of this name that a judgement decided.
pub(super) fn fact_of<'j>(judgement: &'j Judgement, name: &Name) -> Option<&'j crate::case::Fact> {
    match &judgement.judged {
        Judged::Facts(facts) => facts.get(name),
        Judged::Decision { .. } => None,
    }
}

fn conflict(what: &str, judgement: &Judgement, before: &Judgement) -> Diagnostic {
    let message = format!("`{what}` is judged in two ways: by {} and by {}", before.by, judgement.by);
    Diagnostic::error(Code::ConflictingJudgements, message)
        .label(&judgement.span, "judged otherwise here")
        .label(&before.span, "judged here")
        .help("keep the one that holds, or put them into layers of their own")
}

fn permitted(decision: &Decision, judgement: &Judgement, value: &Word, problems: &mut Problems) -> bool {
    let at = match &judgement.judged {
        Judged::Decision { at, .. } => at,
        Judged::Facts(_) => &judgement.span,
    };
    let subject_fits = match (decision.on, judgement.on) {
        (Subject::Claim, JudgementOn::Claim(_)) => true,
        (Subject::Claim, _) | (_, JudgementOn::Claim(_)) => false,
        (Subject::Evidence, JudgementOn::Link(..)) => false,
        (Subject::Evidence | Subject::Link, _) => true,
    };
    let diagnostic = if !subject_fits {
        let judged = match judgement.on {
            JudgementOn::Claim(_) => "a claim",
            JudgementOn::Evidence(_) => "an evidence item",
            JudgementOn::Link(..) => "a link",
        };
        let (on, help) = match decision.on {
            Subject::Claim => ("a claim", "name the `claim` alone"),
            Subject::Evidence => ("an evidence item", "name the `evidence` item alone"),
            Subject::Link => ("a link", "name the `evidence` item and the `claim`"),
        };
        let message = format!("`{}` is decided on {on}, and this is a judgement of {judged}", decision.name);
        Diagnostic::error(Code::BadJudgement, message).at(at).help(help)
    } else if matches!(decision.judgement, JudgementPolicy::Refused) {
        let message = format!("`{}` is left to its rules: the framework takes no judgement of it", decision.name);
        let help = "judge the facts that its rules read, or use a framework that extends this one and allows it";
        Diagnostic::error(Code::JudgementRefused, message).at(at).label(&decision.span, "the decision").help(help)
    } else if !decision.all_values().any(|known| known == value) {
        let message = format!("`{}` cannot be `{value}`", decision.name);
        let words: Vec<&str> = decision.all_values().map(Word::as_str).collect();
        Diagnostic::error(Code::UnknownValue, message).at(at).one_of(value.as_str(), words.iter().copied())
    } else {
        return true;
    };
    problems.push(diagnostic);
    false
}
