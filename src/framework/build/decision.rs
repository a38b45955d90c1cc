//! Putting decisions together.

use super::{Builder, judgement_policy};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::Located;
use crate::framework::inherit::as_part;
use crate::framework::load::{DecisionPart, RulePart};
use crate::framework::{Decision, HitPolicy, Rule, Scale, Start};
use crate::name::{Name, Word};
use crate::value::Unknown;
use crate::vocabulary::BetterEnd;

impl Builder<'_> {
    pub(super) fn decision(
        &mut self,
        part: &DecisionPart,
        scale: Option<&Scale>,
        result: Option<&Name>,
    ) -> Option<Decision> {
        let name = &part.name.value;
        let base = self.extended.and_then(|framework| framework.decision(name.as_str()));
        let what = format!("the decision `{name}`");
        let change = self.overlay().change(part.change.as_ref(), base.is_some(), &what, &part.span);
        let amended = base.filter(|_| part.amend);
        if part.amend && base.is_none() {
            let message = format!("{what} amends nothing: no extended framework has it");
            self.problems.push(Diagnostic::error(Code::UnknownName, message).at(&part.span));
            return None;
        }
        let rules = match amended {
            Some(base) => self.overlay().amended_rules(part, base),
            None => {
                self.overlay().refuse_amendments(part);
                part.rules.clone()
            }
        };
        let inherited_otherwise = amended.and_then(|base| base.otherwise.as_ref());
        let otherwise = part.otherwise.clone().or_else(|| inherited_otherwise.map(|rule| as_part(rule, &part.span)));
        let hit = self.hit(part, amended)?;
        let is_result = result == Some(name);
        let (values, best, outcomes) = self.values(part, amended, scale.filter(|_| is_result), &hit)?;
        let status = part.status.unwrap_or(self.status);
        let rule = |rule: RulePart| Rule {
            id: rule.id.value,
            when: rule.when,
            then: rule.then,
            because: rule.because,
            proposes: rule.proposes,
            status: rule.status.unwrap_or(status),
            cites: rule.cites,
            span: rule.span,
        };
        for (index, one) in rules.iter().enumerate() {
            if let Some(other) = rules[..index].iter().find(|other| other.id.value == one.id.value) {
                let message = format!("{what} has two rules with the id `{}`", one.id.value);
                let diagnostic = Diagnostic::error(Code::DuplicateId, message)
                    .label(&one.id.span, "again here")
                    .label(&other.id.span, "first here");
                self.problems.push(diagnostic);
            }
        }
        Some(Decision {
            name: name.clone(),
            title: part.title.clone().or_else(|| amended?.title.clone()),
            on: part.on.or_else(|| amended.map(|base| base.on)).unwrap_or(crate::document::shape::Subject::Claim),
            values,
            best,
            outcomes,
            hit,
            rules: rules.into_iter().map(rule).collect(),
            otherwise: otherwise.map(rule),
            cites: part.cites.clone().or_else(|| amended?.cites.clone()),
            judgement: judgement_policy(part, amended),
            origins: self.origins.to_vec(),
            change,
            span: part.span.clone(),
        })
    }

    fn hit(&mut self, part: &DecisionPart, amended: Option<&Decision>) -> Option<HitPolicy> {
        if let (None, Some(base)) = (part.hit, amended) {
            let mut hit = base.hit.clone();
            if let HitPolicy::Sum { start, clamp } = &mut hit {
                if let Some(own) = &part.start {
                    *start = own.clone();
                }
                *clamp = part.clamp.or(*clamp);
            }
            return Some(hit);
        }
        let mut misplaced = |key: &str, wanted: &str, present: bool| {
            if present {
                let message = format!("`{key}` belongs to a decision with `hit = \"{wanted}\"`");
                self.problems.push(Diagnostic::error(Code::BadTable, message).at(&part.span));
            }
        };
        let hit = part.hit.unwrap_or("first");
        misplaced("start", "sum", hit != "sum" && part.start.is_some());
        misplaced("clamp", "sum", hit != "sum" && part.clamp.is_some());
        misplaced("inputs", "table", hit != "table" && !part.inputs.is_empty());
        Some(match hit {
            "unique" => HitPolicy::Unique,
            "worst" => HitPolicy::Worst,
            "best" => HitPolicy::Best,
            "sum" => HitPolicy::Sum {
                start: part.start.clone().unwrap_or(Start::Number(rust_decimal::Decimal::ZERO)),
                clamp: part.clamp,
            },
            "table" => {
                if part.inputs.is_empty() {
                    let message = "a decision with `hit = \"table\"` needs `inputs`";
                    self.problems.push(Diagnostic::error(Code::BadTable, message).at(&part.span));
                    return None;
                }
                HitPolicy::Table { inputs: part.inputs.iter().map(|name| name.value.clone()).collect() }
            }
            _ => HitPolicy::First,
        })
    }

    fn values(
        &mut self,
        part: &DecisionPart,
        amended: Option<&Decision>,
        scale: Option<&Scale>,
        hit: &HitPolicy,
    ) -> Option<(Vec<Word>, Option<BetterEnd>, Vec<Word>)> {
        let plain = |located: &Vec<Located<Word>>| located.iter().map(|word| word.value.clone()).collect::<Vec<_>>();
        if let HitPolicy::Sum { .. } = hit {
            if part.values.is_some() || part.outcomes.is_some() {
                let message = "a sum is a number: a second decision turns it into values";
                self.problems.push(Diagnostic::error(Code::BadTable, message).at(&part.span));
            }
            return Some((Vec::new(), part.best, Vec::new()));
        }
        let mut seen: Vec<&Word> = Vec::new();
        for word in part.values.iter().flatten().chain(part.outcomes.iter().flatten()) {
            if seen.contains(&&word.value) {
                let message = format!("`{}` is listed twice", word.value);
                self.problems.push(Diagnostic::error(Code::DuplicateId, message).at(&word.span));
            } else if Unknown::from_word(word.value.as_str()).is_some() {
                let message = format!("`{}` has a meaning of its own and cannot be a value", word.value);
                self.problems.push(Diagnostic::error(Code::NameClash, message).at(&word.span));
            }
            seen.push(&word.value);
        }
        match (&part.values, scale, amended) {
            (None, Some(scale), _) => {
                let best = part.best.or(Some(BetterEnd::Last));
                Some((scale.levels.clone(), best, scale.outcomes.clone()))
            }
            (None, None, Some(base)) => Some((base.values.clone(), part.best.or(base.best), base.outcomes.clone())),
            (Some(values), _, amended) => {
                let inherited = || amended.map(|base| base.outcomes.clone()).unwrap_or_default();
                let outcomes = part.outcomes.as_ref().map_or_else(inherited, plain);
                Some((plain(values), part.best.or(amended.and_then(|base| base.best)), outcomes))
            }
            (None, None, None) => {
                let message = format!("the decision `{}` needs `values`", part.name.value);
                let help = "list the values that it can take, in order; only the framework's `result` takes those of the scale";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&part.span).help(help));
                None
            }
        }
    }
}
