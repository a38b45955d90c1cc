//! Cases as they would be: with an item left out, a source retracted, or a fact that says something else.
//!
//! Each gives another case and leaves the first as it is. Its digest is another too: SHA-256 over the digest of the
//! first and what was done (see `docs/digests.md`).

use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Case, ClaimIndex, Evidence, EvidenceIndex, Fact, Facts, Judged, JudgementOn, Link, LinkEnd, LinkTarget,
    OutcomeRole, Relation, Retraction, Source, SourceIndex, graph,
};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused};
use crate::document::reader::{Literal, Located};
use crate::document::shape::Subject;
use crate::document::{Span, TextFile, canonical};
use crate::framework::Frameworks;
use crate::name::{Name, nearest};
use crate::value::{FactValue, Unknown};
use crate::vocabulary::{FactDefinition, FactType};

impl Case {
    /// The case without an evidence item: it counts for nothing, and the report says so.
    ///
    /// # Errors
    ///
    /// There is no such item.
    pub fn without(&self, item: &str) -> Result<Self, Refused> {
        let Some(index) = self.find_item(item) else {
            let message = match self.find_claim(item) {
                Some(_) => format!("`{item}` is a claim; only evidence can be left out"),
                None => format!("case `{}` has no evidence item `{item}`", self.id),
            };
            let near = nearest(item, self.evidence.iter().map(|known| known.id.as_str()));
            return Err(Diagnostic::error(Code::UnknownEvidence, message).did_you_mean(near).into());
        };
        let mut case = self.clone();
        case.set_aside.insert(index);
        case.changed(&format!("without {item}"));
        Ok(case)
    }

    /// The case with a source retracted on a day: from then on nothing counts that stands in it, or that passes on what
    /// it found. One that was retracted before stays so from the earlier day on.
    ///
    /// # Errors
    ///
    /// There is no such source.
    pub fn retract(&self, source: &str, on: Date) -> Result<Self, Refused> {
        let Some(position) = self.sources.iter().position(|known| known.id == source) else {
            let message = format!("case `{}` has no source `{source}`", self.id);
            let ids: Vec<&str> = self.sources.iter().map(|known| known.id.as_str()).collect();
            let near = nearest(source, ids.iter().copied());
            let help = if ids.is_empty() { "it names none".to_owned() } else { format!("it has {}", ids.join(", ")) };
            return Err(Diagnostic::error(Code::UnknownSource, message).did_you_mean_or(near, help).into());
        };
        let mut case = self.clone();
        let retracted = &mut case.sources[position].retracted;
        if retracted.as_ref().is_none_or(|before| before.on > on) {
            let (_, span) = written(&format!("{source} retracted on {on}"));
            *retracted = Some(Retraction { on, span });
        }
        case.changed(&format!("retract {source} {on}"));
        Ok(case)
    }

    /// The case with a fact of a claim or an evidence item that says something else, or `missing`. A fact of links is
    /// set on all links of the item. What people judged of the same fact says the same then.
    ///
    /// # Errors
    ///
    /// There is no such claim or item, no framework has such a fact, or the fact cannot have such a value.
    pub fn with_fact(&self, of: &str, fact: &str, value: &str, frameworks: &Frameworks) -> Result<Self, Refused> {
        let Some(definition) = frameworks.fact(fact) else {
            let message = format!("no framework in use knows a fact `{fact}`");
            let near = nearest(fact, frameworks.facts().map(|known| known.name.as_str()));
            return Err(Diagnostic::error(Code::UnknownFact, message).did_you_mean(near).into());
        };
        let text = format!("{of}.{fact} = {value}");
        let (file, _) = written(&text);
        let begin = text.len() - value.len();
        let at = Span::new(&file, begin..text.len());
        let literal = Located { value: literal(&definition.kind, value), span: at.clone() };
        let value = definition.read(&literal).map_err(|diagnostic| *diagnostic)?;
        self.with(of, definition, Fact { value, at }, &text)
    }

    /// The same for a fact of which the definition and the value are known.
    pub(crate) fn with_value(&self, of: &str, definition: &FactDefinition, value: FactValue) -> Result<Self, Refused> {
        let (file, _) = written(&format!("{of}.{} = {value}", definition.name));
        let at = Span::new(&file, 0..file.text().len());
        self.with(of, definition, Fact { value, at }, file.text())
    }

    fn with(&self, of: &str, definition: &FactDefinition, fact: Fact, text: &str) -> Result<Self, Refused> {
        let mut case = self.clone();
        match (self.find_claim(of), self.find_item(of), definition.subject) {
            (Some(claim), _, Subject::Claim) => case.put_on_claim(claim, &definition.name, &fact),
            (_, Some(item), Subject::Link) if !self.links.iter().any(|link| link.from == LinkEnd::Evidence(item)) => {
                let message = format!("`{}` is a fact of links, and `{of}` has none", definition.name);
                return Err(Diagnostic::error(Code::WrongSubject, message).into());
            }
            (_, Some(item), Subject::Evidence | Subject::Link) => {
                case.put_on_item(item, definition.subject, &definition.name, &fact);
            }
            (None, None, _) => {
                let message = format!("case `{}` has no claim and no evidence item `{of}`", self.id);
                let claims = self.claims.iter().map(|claim| claim.id.as_str());
                let near = nearest(of, claims.chain(self.evidence.iter().map(|item| item.id.as_str())));
                return Err(Diagnostic::error(Code::UnknownEvidence, message).did_you_mean(near).into());
            }
            (_, _, subject) => {
                let kind = if subject == Subject::Claim { "claims" } else { "evidence items and their links" };
                let message = format!("`{}` is a fact of {kind}, and `{of}` is none", definition.name);
                return Err(Diagnostic::error(Code::WrongSubject, message).into());
            }
        }
        case.changed(text);
        Ok(case)
    }

    /// The case with a missing fact of a claim or an evidence item filled in. A fact of links is filled in on those
    /// links that do not say it, of an item as of a claim. Its digest stays.
    pub(crate) fn filled(&self, of: &str, definition: &FactDefinition, value: FactValue) -> Self {
        let name = &definition.name;
        let (_, at) = written(&format!("{of}.{name} = {value}"));
        let fact = Fact { value, at };
        let is_missing = |facts: &Facts| facts.get(name).is_none_or(|fact| fact.value.is_missing());
        let mut case = self.clone();
        let (claim, item) = (self.find_claim(of), self.find_item(of));
        match (definition.subject, claim, item) {
            (Subject::Claim, Some(claim), _) => set(&mut case.claims[claim.index()].facts, name, &fact),
            (Subject::Evidence, _, Some(item)) => set(&mut case.evidence[item.index()].facts, name, &fact),
            (Subject::Link, ..) => {
                let ends = [item.map(LinkEnd::Evidence), claim.map(LinkEnd::Claim)];
                let links = case.links.iter_mut().filter(|link| ends.contains(&Some(link.from)));
                links.filter(|link| is_missing(&link.facts)).for_each(|link| set(&mut link.facts, name, &fact));
            }
            _ => {}
        }
        for judgement in &mut case.judgements {
            let is_of = match judgement.on {
                JudgementOn::Claim(on) => Some(on) == claim,
                JudgementOn::Evidence(on) | JudgementOn::Link(on, _) => Some(on) == item,
            };
            if let Judged::Facts(facts) = &mut judgement.judged
                && is_of
                && facts.get(name).is_some_and(|fact| fact.value.is_missing())
            {
                set(facts, name, &fact);
            }
        }
        case
    }

    /// The case with a judgement of a decision that says something else: of the decision of a framework, on a claim
    /// or an evidence item; on each link of the item where it is judged of its links.
    ///
    /// # Errors
    ///
    /// Nobody judged such a decision there. Whether the framework takes the value is seen when it is graded.
    pub fn with_judged(&self, of: &str, framework: &str, decision: &str, value: &str) -> Result<Self, Refused> {
        let text = format!("{of} {framework}.{decision} judged {value}");
        let (_, span) = written(&text);
        let (claim, item) = (self.find_claim(of), self.find_item(of));
        let mut case = self.clone();
        let mut found = false;
        for judgement in &mut case.judgements {
            let is_of = match judgement.on {
                JudgementOn::Claim(on) => Some(on) == claim,
                JudgementOn::Evidence(on) | JudgementOn::Link(on, _) => Some(on) == item,
            };
            if let Judged::Decision { framework: known, decision: name, value: word, at } = &mut judgement.judged
                && is_of
                && *known == *framework
                && *name == *decision
            {
                (*word, *at) = (value.into(), span.clone());
                found = true;
            }
        }
        if !found {
            let message = format!("nobody judged `{decision}` of `{framework}` on `{of}`");
            let judged = self.judgements.iter().filter_map(|judgement| match &judgement.judged {
                Judged::Decision { decision, .. } => Some(decision.as_str()),
                Judged::Facts(_) => None,
            });
            return Err(Diagnostic::error(Code::BadJudgement, message).did_you_mean(nearest(decision, judged)).into());
        }
        case.changed(&text);
        Ok(case)
    }

    /// The case with more studies that bear on a claim, all alike: each a source, an item and a link of its own, in no
    /// layer. What they say of the claim itself is set on it.
    pub(crate) fn with_studies(
        &self,
        claim: ClaimIndex,
        relation: Relation,
        facts: &[(Subject, Name, FactValue)],
        number: usize,
    ) -> Result<Self, Refused> {
        let (_, span) = written(&format!("{number} more studies"));
        let mut case = self.clone();
        let of = |subject: Subject| -> Facts {
            let facts = facts.iter().filter(|(known, ..)| *known == subject);
            facts.map(|(_, name, value)| (name.clone(), Fact { value: value.clone(), at: span.clone() })).collect()
        };
        for (name, fact) in of(Subject::Claim) {
            case.put_on_claim(claim, &name, &fact);
        }
        let is_taken = |id: &str| self.find_item(id).is_some() || self.sources.iter().any(|known| known.id == id);
        let ids = (1..).map(|count: usize| format!("new-study-{count}")).filter(|id| !is_taken(id));
        for id in ids.take(number) {
            let source = SourceIndex::new(case.sources.len());
            let item = EvidenceIndex::new(case.evidence.len());
            case.sources.push(Source {
                id: id.as_str().into(),
                title: "A study that has yet to be done".to_owned(),
                authors: None,
                published: None,
                retracted: None,
                particulars: Vec::new(),
                span: span.clone(),
            });
            case.evidence.push(Evidence {
                id: id.as_str().into(),
                text: None,
                source,
                relays: Vec::new(),
                locator: None,
                study: Some(id.as_str().into()),
                outcome_role: Some(OutcomeRole::Primary),
                layer: None,
                facts: of(Subject::Evidence),
                span: span.clone(),
            });
            case.links.push(Link {
                id: None,
                relation,
                from: LinkEnd::Evidence(item),
                target: LinkTarget::Claim(claim),
                because: None,
                facts: of(Subject::Link),
                span: span.clone(),
            });
        }
        let mut problems = Problems::default();
        case.graph = graph::build(&case.claims, &case.evidence, &case.links, &mut problems);
        problems.check()?;
        case.changed(&format!("{number} more studies on {}", self.claim(claim).id));
        Ok(case)
    }

    /// Lets a fact of a claim be another, and what people judged of it.
    pub(crate) fn put_on_claim(&mut self, claim: ClaimIndex, name: &Name, fact: &Fact) {
        set(&mut self.claims[claim.index()].facts, name, fact);
        self.judged(name, fact, |on| on == JudgementOn::Claim(claim));
    }

    /// Lets a fact of an evidence item, or one of all its links, be another, and what people judged of it.
    pub(crate) fn put_on_item(&mut self, item: EvidenceIndex, subject: Subject, name: &Name, fact: &Fact) {
        if subject == Subject::Link {
            for link in self.links.iter_mut().filter(|link| link.from == LinkEnd::Evidence(item)) {
                set(&mut link.facts, name, fact);
            }
            self.judged(name, fact, |on| matches!(on, JudgementOn::Link(of, _) if of == item));
        } else {
            set(&mut self.evidence[item.index()].facts, name, fact);
            self.judged(name, fact, |on| on == JudgementOn::Evidence(item));
        }
    }

    fn judged(&mut self, name: &Name, fact: &Fact, is_of: impl Fn(JudgementOn) -> bool) {
        for judgement in self.judgements.iter_mut().filter(|judgement| is_of(judgement.on)) {
            if let Judged::Facts(facts) = &mut judgement.judged
                && facts.contains_key(name)
            {
                set(facts, name, fact);
            }
        }
    }

    /// The case with some judgements as they were before it was changed, which has as many.
    pub(crate) fn with_judgements_of(mut self, before: &Self, stays: &dyn Fn(&Span) -> bool) -> Self {
        let judgements = self.judgements.iter_mut().zip(&before.judgements);
        judgements.filter(|(_, before)| stays(&before.span)).for_each(|(now, before)| now.clone_from(before));
        self
    }

    fn changed(&mut self, what: &str) {
        self.digest = canonical::sha256(&format!("{}\n{what}", self.digest));
    }
}

/// Sets a fact; what is missing is not recorded.
fn set(facts: &mut Facts, name: &Name, fact: &Fact) {
    if fact.value == FactValue::Unknown(Unknown::Missing) {
        facts.remove(name);
    } else {
        facts.insert(name.clone(), fact.clone());
    }
}

/// A value as its type reads it; what cannot be one is a word, which the fact refuses.
fn literal(kind: &FactType, text: &str) -> Literal {
    let read = match kind {
        FactType::Flag => text.parse().ok().map(Literal::Flag),
        FactType::Count | FactType::Number => Decimal::from_str(text).ok().map(Literal::Number),
        FactType::Date => text.parse().ok().map(Literal::Date),
        FactType::Text | FactType::OpenChoice | FactType::Choice(_) => None,
    };
    read.unwrap_or_else(|| Literal::Text(text.to_owned()))
}

/// A change as a place that messages and proofs can point at.
fn written(text: &str) -> (std::sync::Arc<TextFile>, Span) {
    let file = TextFile::new("what-if", text);
    let span = Span::new(&file, 0..text.len());
    (file, span)
}
