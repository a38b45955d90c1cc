//! Comparisons: two gradings side by side, with the path by which each claim moved.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Serialize;

use super::change::moved;
use super::json_line;
use super::page::{Page, painted, wrapped};
use super::side::{Side, titled};
use super::text::{finished, labelled};
use super::{ClaimChange, ClaimReport, Report, RuleChange, Verdict, rule_change};
use crate::explain::Step;
use crate::framework::Framework;
use crate::grade::Grading;

/// Two gradings, and what is otherwise in the second.
///
/// ```
/// use evigrade::{Case, Compiled, Frameworks, Run, grade, report::Comparison};
///
/// let frameworks = Frameworks::built_in();
/// let case = Case::from_toml("case.toml", r#"
///     [case]
///     id = "aspirin"
///     title = "Aspirin for headache"
///
///     [[claim]]
///     id = "efficacy"
///     kind = "efficacy"
///     text = "Aspirin relieves headache."
///
///     [[source]]
///     id = "a-trial"
///     title = "A trial of aspirin"
///
///     [[evidence]]
///     id = "result"
///     source = "a-trial"
///     design = "parallel-rct"
///     participants = 60
///     risk-of-bias = "low"
///
///     [[evidence.link]]
///     supports = "efficacy"
/// "#, &frameworks)?;
/// let framework = Compiled::new(frameworks.find("ahrq-soe")?)?;
/// let without = case.without("result")?;
/// let run = Run::default();
/// let comparison = Comparison::new(&grade(&case, &framework, &run)?, &grade(&without, &framework, &run)?);
/// let efficacy = &comparison.claims[0];
/// assert_eq!(efficacy.left[0].id, "result");
/// let path: Vec<String> = efficacy.path.iter().map(|step| format!("{} {} -> {}", step.name, step.before, step.after)).collect();
/// assert_eq!(path[0], "studies 1 -> 0");
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The schema and its version: [`Comparison::SCHEMA`].
    pub schema: &'static str,
    /// The case's id.
    pub case: String,
    /// The case's title.
    pub title: String,
    /// What the first grading was made of; nothing if there is none.
    pub before: Option<Side>,
    /// What the second was made of; nothing if there is none.
    pub after: Option<Side>,
    /// The verdicts, if the second is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictChange>,
    /// What the second framework says otherwise than the first, as far as the paths of the claims come by it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleChange>,
    /// The claims of both, in the order of the second; those that only the first has come last.
    pub claims: Vec<ClaimChange>,
}

/// A verdict that is another in the second grading: of another claim, or another level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VerdictChange {
    /// The first verdict; nothing if there was none.
    pub before: Option<Verdict>,
    /// The second verdict; nothing if there is none.
    pub after: Option<Verdict>,
}

/// What reports find their partners by.
type Key = fn(&Report) -> (&str, &str);

impl Comparison {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/comparison/1";

    /// Holds two gradings against each other. Claims are the same if their ids are. Under two frameworks, the rules by
    /// which claims came out otherwise are held against each other too.
    #[must_use]
    pub fn new(before: &Grading<'_>, after: &Grading<'_>) -> Self {
        let [old, new] = [before, after].map(|grading| grading.framework().framework());
        Self::between(&Report::new(before), &Report::new(after)).with_frameworks(old, new)
    }

    /// Holds two reports with proofs against each other, as [`Comparison::new`] does two gradings. A report does not
    /// hold the rules that it was made by, so they are not compared ([`Comparison::with_frameworks`] does).
    #[must_use]
    pub fn between(before: &Report, after: &Report) -> Self {
        Self::of([Some(before), Some(after)], after)
    }

    /// Tells also what the framework of the second grading says otherwise than that of the first, as far as claims came
    /// out otherwise by it.
    #[must_use]
    pub fn with_frameworks(mut self, before: &Framework, after: &Framework) -> Self {
        self.rules = rule_change::along(&self.claims, [before, after]);
        self
    }

    /// Holds reports of several cases against each other: each of the first against that of the same case and framework
    /// among the second, else of the same case, else, where there is but one of each, against that. A report that only
    /// one side has is compared with nothing. They come in the order of the second; those that only the first has come
    /// last.
    #[must_use]
    pub fn pairs(before: &[Report], after: &[Report]) -> Vec<Self> {
        let mut partners: Vec<Option<usize>> = vec![None; after.len()];
        let of_framework: Key = |report| (&report.case, &report.framework.id);
        let of_case: Key = |report| (&report.case, "");
        let of_any: Key = |_| ("", "");
        let only = before.len() == 1 && after.len() == 1;
        for key in [of_framework, of_case, of_any].into_iter().take(if only { 3 } else { 2 }) {
            let taken: BTreeSet<usize> = partners.iter().flatten().copied().collect();
            let mut free: BTreeMap<(&str, &str), VecDeque<usize>> = BTreeMap::new();
            for (position, was) in before.iter().enumerate().filter(|(position, _)| !taken.contains(position)) {
                free.entry(key(was)).or_default().push_back(position);
            }
            let without = partners.iter_mut().zip(after).filter(|(partner, _)| partner.is_none());
            without.for_each(|(partner, is)| *partner = free.get_mut(&key(is)).and_then(VecDeque::pop_front));
        }
        let taken: BTreeSet<usize> = partners.iter().flatten().copied().collect();
        let old = |position: &Option<usize>| position.and_then(|position| before.get(position));
        let there = after.iter().zip(&partners).map(|(is, was)| Self::of([old(was), Some(is)], is));
        let gone = before.iter().enumerate().filter(|(position, _)| !taken.contains(position));
        there.chain(gone.map(|(_, was)| Self::of([Some(was), None], was))).collect()
    }

    fn of([before, after]: [Option<&Report>; 2], named: &Report) -> Self {
        let [old, new] = [before, after].map(|report| report.map_or(&[] as &[ClaimReport], |report| &report.claims));
        let find = |claims: &'_ [ClaimReport], id: &str| claims.iter().position(|claim| claim.id == id);
        let there = new.iter().map(|is| (find(old, &is.id).and_then(|was| old.get(was)), Some(is)));
        let gone = old.iter().filter(|was| find(new, &was.id).is_none()).map(|was| (Some(was), None));
        let claims = there.chain(gone).filter_map(|(was, is)| ClaimChange::between(was, is)).collect();
        let verdict = {
            let [before, after] = [before, after].map(|report| report.and_then(|report| report.verdict.clone()));
            (before != after).then_some(VerdictChange { before, after })
        };
        let [before, after] = [before, after].map(|report| report.map(Side::of));
        let (case, title) = (named.case.clone(), named.title.clone());
        Self { schema: Self::SCHEMA, case, title, before, after, verdict, rules: Vec::new(), claims }
    }

    /// Whether some claim's grade, or the verdict, is another in the second grading; also where a claim or the whole
    /// grading is there on one side alone.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.before.is_some() != self.after.is_some()
            || self.claims.iter().any(|claim| claim.moved)
            || self.verdict.as_ref().is_some_and(VerdictChange::moved)
    }

    /// The comparison as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }

    /// The comparison as a person reads it: the claims whose grade moved, then those of which only the proof is
    /// another, each with its path; then the others.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let mut lines = Vec::new();
        titled(&self.case, &self.title, page, &mut lines);
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if !before.same_but_case(after) => {
                for (word, side) in [("before", before), ("after", after)] {
                    lines.push(painted(page.palette.faint, word));
                    side.lines(page, &mut lines);
                }
            }
            (before, after) => {
                after.iter().chain(before).take(1).for_each(|side| side.lines(page, &mut lines));
                match (before, after) {
                    (None, Some(_)) => lines.push("It was not there before.".to_owned()),
                    (Some(_), None) => lines.push("It is no longer there.".to_owned()),
                    _ => {}
                }
            }
        }
        rule_change::lines(&self.rules, page, &mut lines);
        let none = anstyle::Style::new();
        let (moves, rest): (Vec<&ClaimChange>, Vec<&ClaimChange>) = self.claims.iter().partition(|claim| claim.moved);
        let (proofs, same): (Vec<&ClaimChange>, Vec<&ClaimChange>) =
            rest.into_iter().partition(|claim| claim.differs());
        for claim in moves {
            lines.push(String::new());
            match (&claim.before, &claim.after) {
                (None, Some(after)) if self.before.is_some() => {
                    lines.push(format!("  {}: {}, and was not there before", claim.id, after.label));
                }
                (before, Some(after)) => moved(&claim.id, before.as_ref(), after, page, &mut lines),
                (Some(before), None) => lines.push(format!("  {}: {}, and is no longer there", claim.id, before.label)),
                (None, None) => {}
            }
            claim.lines(&self.claims, page, &mut lines);
        }
        for claim in proofs {
            lines.push(String::new());
            let label = claim.after.as_ref().map_or("", |grade| grade.label.as_str());
            lines.extend(
                wrapped(&format!("{}: {label} as before, by another proof", claim.id), page.width.saturating_sub(2))
                    .iter()
                    .map(|line| format!("  {line}")),
            );
            claim.lines(&self.claims, page, &mut lines);
        }
        if !same.is_empty() {
            lines.push(String::new());
            let told = |claim: &&ClaimChange| {
                format!("{}: {}", claim.id, claim.after.as_ref().map_or("", |grade| grade.label.as_str()))
            };
            let same: Vec<String> = same.iter().map(told).collect();
            labelled(page, 2, 7, "still", &same.join("; "), none, &mut lines);
        }
        if let Some(conclusion) = self.verdict.as_ref().and_then(VerdictChange::of_another_claim) {
            lines.push(String::new());
            labelled(page, 0, 9, "Verdict:", &conclusion, none, &mut lines);
        }
        finished(lines)
    }
}

impl VerdictChange {
    /// Whether the level is another, or what is possible.
    fn moved(&self) -> bool {
        self.before.as_ref().map(Verdict::grade) != self.after.as_ref().map(Verdict::grade)
    }

    /// Where another claim is the conclusion: which it was and is, and what it came to. Where it is the same, that is
    /// told of the claim.
    fn of_another_claim(&self) -> Option<String> {
        let told = |verdict: &Verdict| format!("{} of {}", verdict.label, verdict.claim);
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before.claim == after.claim => None,
            (Some(before), Some(after)) => Some(format!("{} becomes {}", told(before), told(after))),
            (Some(before), None) => Some(format!("{}, and there is none any more", told(before))),
            (None, Some(after)) => Some(format!("{}, and there was none before", told(after))),
            (None, None) => None,
        }
    }
}

impl ClaimChange {
    /// What entered and left, and the path; of another claim, whose own path is told beside, only what it came to.
    fn lines(&self, claims: &[Self], page: &Page, lines: &mut Vec<String>) {
        let none = anstyle::Style::new();
        if !self.entered.is_empty() {
            labelled(page, 4, 8, "enters", &self.entered.join(", "), none, lines);
        }
        for gone in &self.left {
            labelled(page, 4, 8, "leaves", &format!("{}: {}", gone.id, gone.because), none, lines);
        }
        let told_there = |position: usize, step: &Step| {
            let other = step.of != self.id && claims.iter().any(|claim| claim.id == step.of);
            other && self.path[position + 1..].iter().any(|later| later.of == step.of)
        };
        let path = self.path.iter().enumerate().filter(|(position, step)| !told_there(*position, step));
        for (position, (_, step)) in path.enumerate() {
            labelled(page, 4, 8, if position == 0 { "by" } else { "" }, &step_of(step, &self.id), none, lines);
        }
    }
}

/// A step of a path, as it is told of a claim.
pub(crate) fn step_of(step: &Step, claim: &str) -> String {
    let mut text = step.name.to_string();
    if step.of != claim {
        text.push_str(&format!(" of {}", step.of));
    }
    if step.before == step.after {
        text.push_str(&format!(" {}, as before", step.after));
    } else {
        text.push_str(&format!(" {} becomes {}", step.before, step.after));
    }
    match (&step.rule_before, &step.rule_after) {
        (Some(before), Some(after)) if before != after => text.push_str(&format!(" (by {after}, before by {before})")),
        (_, Some(after)) => text.push_str(&format!(" (by {after})")),
        _ => {}
    }
    let lists = [("with", &step.entered), ("without", &step.left)];
    for (word, ids) in lists.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        text.push_str(&format!(", {word} {}", ids.join(", ")));
    }
    text
}
