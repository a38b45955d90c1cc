//! The judgements that take part in a run.

use std::collections::{BTreeMap, BTreeSet};

use super::Run;
use super::gather::takes;
use crate::case::{Case, ClaimIndex, EvidenceIndex, Judged, Judgement, JudgementIndex, JudgementOn};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::shape::Subject;
use crate::framework::{Decision, JudgementPolicy};
use crate::name::{Name, Word, nearest};
use crate::value::{FactValue, Value};

/// Whether a fact or a decision was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MatterKind {
    Fact,
    Decision,
}

/// Something that people can judge: a fact or a decision, of a claim, an item or a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Matter {
    pub(crate) asked: MatterKind,
    /// The fact, or the decision as the framework of the run names it.
    pub(crate) name: Name,
    pub(crate) on: JudgementOn,
}

/// Matters that are settled for a run, each by the judgement that counts then.
pub(crate) type Settled = BTreeMap<Matter, JudgementIndex>;

impl Matter {
    /// What a judgement of it says.
    pub(crate) fn value(&self, case: &Case, index: JudgementIndex) -> Option<FactValue> {
        match &case.judgements()[index.index()].judged {
            Judged::Facts(facts) => facts.get(&self.name).map(|fact| fact.value.clone()),
            Judged::Decision { value, .. } => Some(FactValue::Known(Value::Choice(value.clone()))),
        }
    }
}

/// Judgements of facts and decisions, by what they are about.
#[derive(Debug, Default)]
pub(crate) struct Judgements {
    facts: BTreeMap<(JudgementOn, Name), JudgementIndex>,
    decisions: BTreeMap<(JudgementOn, Name), (JudgementIndex, Word)>,
    /// Those that do not count, where several people judged.
    others: BTreeMap<Matter, Vec<JudgementIndex>>,
}

impl Judgements {
    /// Whether nothing is judged.
    pub(crate) fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.decisions.is_empty()
    }

    /// Collects the judgements that a run takes; those that contradict each other, or decide
    /// what the framework leaves to its rules, are refused.
    pub(super) fn collect(
        case: &Case,
        compiled: &Compiled,
        run: &Run,
        settled: &Settled,
        problems: &mut Problems,
    ) -> Self {
        let mut collected = Self::default();
        for (matter, judgements) in Self::by_matter(case, compiled, run, problems) {
            let dispute = Dispute { case, matter: &matter, judgements: &judgements };
            let counts = match settled.get(&matter) {
                Some(counts) => *counts,
                None => match dispute.settle(run.appraiser.as_deref()) {
                    Ok(Some(counts)) => counts,
                    Ok(None) => continue,
                    Err(diagnostic) => {
                        problems.push(*diagnostic);
                        continue;
                    }
                },
            };
            let key = (matter.on, matter.name.clone());
            match matter.value(case, counts) {
                Some(FactValue::Known(Value::Choice(word))) if matter.asked == MatterKind::Decision => {
                    collected.decisions.insert(key, (counts, word));
                }
                _ => {
                    collected.facts.insert(key, counts);
                }
            }
            let others: Vec<JudgementIndex> = judgements.into_iter().filter(|index| *index != counts).collect();
            if !others.is_empty() {
                collected.others.insert(matter, others);
            }
        }
        collected
    }

    /// The judgements that a run takes, by what they judge, in the order in which they go; of each person what that
    /// person says, not how often. What the framework does not take is refused.
    pub(crate) fn by_matter(
        case: &Case,
        compiled: &Compiled,
        run: &Run,
        problems: &mut Problems,
    ) -> BTreeMap<Matter, Vec<JudgementIndex>> {
        let mut found: BTreeMap<Matter, Vec<JudgementIndex>> = BTreeMap::new();
        for (index, judgement) in case.judgements().iter().enumerate() {
            let index = JudgementIndex::new(index);
            let not_yet = judgement.since.zip(run.as_of).is_some_and(|(since, as_of)| as_of < since);
            if !takes(run, judgement.layer.as_ref()) || not_yet {
                continue;
            }
            let on = judgement.on;
            match &judgement.judged {
                Judged::Facts(facts) => {
                    for name in facts.keys() {
                        let matter = Matter { asked: MatterKind::Fact, name: name.clone(), on };
                        found.entry(matter).or_default().push(index);
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
                    if permitted(known, judgement, value, problems) {
                        let matter = Matter { asked: MatterKind::Decision, name: known.name.clone(), on };
                        found.entry(matter).or_default().push(index);
                    }
                }
            }
        }
        for (matter, judgements) in &mut found {
            let said = |index: &JudgementIndex| &case.judgements()[index.index()];
            judgements.sort_by(|one, other| said(one).order().cmp(&said(other).order()));
            let mut seen = BTreeSet::new();
            judgements
                .retain(|index| seen.insert((&said(index).by, said(index).adjudicated, matter.value(case, *index))));
        }
        found
    }

    /// The judgements of something that do not count, by day and name.
    pub(super) fn others(&self, matter: &Matter) -> &[JudgementIndex] {
        self.others.get(matter).map_or(&[], Vec::as_slice)
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

/// What people judged of one thing.
pub(crate) struct Dispute<'d> {
    pub(crate) case: &'d Case,
    pub(crate) matter: &'d Matter,
    /// In the order in which they go.
    pub(crate) judgements: &'d [JudgementIndex],
}

impl<'d> Dispute<'d> {
    fn judgement(&self, index: JudgementIndex) -> &'d Judgement {
        &self.case.judgements()[index.index()]
    }

    /// Those that closed the question, or those of people each for themselves.
    fn those(&self, adjudicated: bool) -> Vec<JudgementIndex> {
        let of = |index: &JudgementIndex| self.judgement(*index).adjudicated == adjudicated;
        self.judgements.iter().copied().filter(of).collect()
    }

    /// The values of some of the judgements, each once.
    fn values(&self, of: &[JudgementIndex]) -> BTreeSet<FactValue> {
        of.iter().filter_map(|index| self.matter.value(self.case, *index)).collect()
    }

    /// The judgement that counts.
    fn settle(&self, appraiser: Option<&str>) -> Result<Option<JudgementIndex>, Box<Diagnostic>> {
        self.unsettled()?;
        let (own, adjudicated) = (self.those(false), self.those(true));
        let of_appraiser = own.iter().find(|index| Some(self.judgement(**index).by.as_str()) == appraiser);
        if let Some(counts) = of_appraiser.or(adjudicated.first()) {
            return Ok(Some(*counts));
        }
        if self.values(&own).len() > 1 {
            return Err(Box::new(self.parted(&own, appraiser)));
        }
        Ok(own.first().copied())
    }

    /// Refuses what nobody can settle by a choice between people: somebody who judges in two ways, and two
    /// judgements that close the question in two ways.
    pub(crate) fn unsettled(&self) -> Result<(), Box<Diagnostic>> {
        let name = &self.matter.name;
        let mut own: BTreeMap<&str, Vec<JudgementIndex>> = BTreeMap::new();
        for index in self.those(false) {
            own.entry(&self.judgement(index).by).or_default().push(index);
        }
        for (person, of) in own {
            if self.values(&of).len() > 1 {
                let message = format!("{person} judges `{name}` in two ways");
                let help = "keep the one that holds, or put them into layers of their own";
                return Err(Box::new(self.told(message, &of).help(help)));
            }
        }
        let adjudicated = self.those(true);
        if self.values(&adjudicated).len() > 1 {
            let message = format!("`{name}` is adjudicated in two ways");
            let help = "keep the one that holds, or put them into layers of their own";
            return Err(Box::new(self.told(message, &adjudicated).help(help)));
        }
        Ok(())
    }

    fn parted(&self, own: &[JudgementIndex], appraiser: Option<&str>) -> Diagnostic {
        let name = &self.matter.name;
        let mut by: Vec<&str> = own.iter().map(|index| self.judgement(*index).by.as_str()).collect();
        let last = by.pop().unwrap_or_default();
        let ways = match self.values(own).len() {
            2 => "two".to_owned(),
            ways => ways.to_string(),
        };
        let judged = format!("`{name}` is judged in {ways} ways, by {} and by {last}", by.join(", by "));
        match appraiser {
            None => {
                let help = "settle it by a judgement with `adjudicated = true`, or say `--appraiser NAME`";
                self.told(judged, own).help(help)
            }
            Some(appraiser) => {
                let help =
                    format!("judge it as {appraiser} too, or settle it by a judgement with `adjudicated = true`");
                self.told(format!("{judged}, and {appraiser} says nothing of it"), own).help(help)
            }
        }
    }

    /// A conflict, with what each says; the last judgement is its place.
    fn told(&self, message: String, of: &[JudgementIndex]) -> Diagnostic {
        let conflict = Diagnostic::error(Code::ConflictingJudgements, message);
        of.iter().rev().fold(conflict, |diagnostic, index| {
            let value = self.matter.value(self.case, *index).map_or_else(String::new, |value| value.to_string());
            let judgement = self.judgement(*index);
            diagnostic.label(&judgement.span, format!("`{value}` by {}", judgement.by))
        })
    }
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
