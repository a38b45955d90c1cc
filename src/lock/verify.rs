//! Holding a lock against what cases are graded as now.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Lock, LockedGrade, LockedGrading, LockedStatement, MadeOf};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::explain::Step;
use crate::name::{Name, RuleId, nearest};
use crate::report::json_line;

/// Some of the claims: by their ids, or by those of a case and a claim, `CASE/CLAIM`. None stands for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only(pub Vec<String>);

/// What came of holding a lock against what is now.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// The schema and its version: [`Verification::SCHEMA`].
    pub schema: &'static str,
    /// The gradings, sorted by path and framework.
    pub gradings: Vec<GradingVerified>,
}

/// What came of a grading.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GradingVerified {
    /// Where the case lies, relative to the folder of the lock file.
    pub path: String,
    /// What it was made of when it was locked; nothing if it is not locked.
    pub locked: Option<MadeOf>,
    /// What it is made of now; nothing if it is not there any more.
    pub now: Option<MadeOf>,
    /// Where the case lay when it was locked, if that is another path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// The claims, sorted by id.
    pub claims: Vec<ClaimVerified>,
}

/// What came of a claim.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ClaimVerified {
    /// Its id.
    pub id: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Its level when it was locked, in the words of the scale; nothing if it is not locked.
    pub locked: Option<String>,
    /// Its level now; nothing if it is not there any more.
    pub now: Option<String>,
    /// What moved: the level, the direction, an output, or that of an item.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// The evidence and claims that count now and did not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entered: Vec<String>,
    /// Those that do not count any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
    /// What the proof says otherwise than before, what is read before what reads it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Step>,
    /// Whether the grade is another by the very proof that is locked: somebody edited the lock.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
}

/// Something that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Moved {
    /// The evidence item, where it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// `level`, `direction`, or the name of an output.
    pub what: String,
    /// What it was when it was locked; nothing if it was open, or not there.
    pub locked: Option<String>,
    /// What it is now; nothing if it is open, or not there.
    pub now: Option<String>,
}

/// What came of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is as it was locked.
    Same,
    /// Its level, what is possible, its direction or an output is another.
    Moved,
    /// Its grade is the same by another proof.
    Reproved,
    /// It is not locked.
    New,
    /// It is not there any more.
    Gone,
}

impl Only {
    /// Whether a claim of a case is among them.
    #[must_use]
    pub fn has(&self, case: &str, claim: &str) -> bool {
        let is = |asked: &String| match asked.split_once('/') {
            Some((of, id)) => of == case && id == claim,
            None => asked == claim,
        };
        self.0.is_empty() || self.0.iter().any(is)
    }

    /// Refuses claims that none of these locks knows.
    ///
    /// # Errors
    ///
    /// A claim that is asked for is neither locked nor there.
    pub fn check(&self, locks: &[&Lock]) -> Result<(), Refused> {
        let gradings = || locks.iter().flat_map(|lock| &lock.gradings);
        for asked in &self.0 {
            let alone = Self(vec![asked.clone()]);
            if gradings().any(|of| of.claims.iter().any(|claim| alone.has(&of.of.case, &claim.id))) {
                continue;
            }
            let known: Vec<String> = gradings()
                .flat_map(|of| of.claims.iter().map(move |claim| (of, claim)))
                .map(
                    |(of, claim)| {
                        if asked.contains('/') { format!("{}/{}", of.of.case, claim.id) } else { claim.id.clone() }
                    },
                )
                .collect();
            let near = nearest(asked, known.iter().map(String::as_str));
            let message = format!("no claim `{asked}` is locked, and none is there");
            let help = "name it by its id, or as CASE/CLAIM";
            return Err(Diagnostic::error(Code::UnknownClaim, message).did_you_mean_or(near, help).into());
        }
        Ok(())
    }
}

impl Outcome {
    /// What holds: the grade and its proof are as they were locked.
    pub const SAME: &'static [Self] = &[Self::Same];

    /// What holds where grades alone are held, by whatever proof.
    pub const SAME_GRADE: &'static [Self] = &[Self::Same, Self::Reproved];

    /// The word for it in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Reproved => "reproved",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

impl Verification {
    /// The schema of the JSON, and its version.
    pub const SCHEMA: &'static str = "evigrade/verification/1";

    /// Whether every claim came out in one of these ways, and every grading is locked, and there.
    #[must_use]
    pub fn holds(&self, fine: &[Outcome]) -> bool {
        let holds = |grading: &GradingVerified| {
            grading.is_on_both_sides() && grading.claims.iter().all(|claim| fine.contains(&claim.outcome))
        };
        self.gradings.iter().all(holds)
    }

    /// How many claims came out so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        let claims = self.gradings.iter().flat_map(|grading| &grading.claims);
        claims.filter(|claim| claim.outcome == outcome).count()
    }

    /// The verification as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json_line(self)
    }
}

impl GradingVerified {
    /// Whether it is locked, and there.
    #[must_use]
    pub const fn is_on_both_sides(&self) -> bool {
        self.locked.is_some() && self.now.is_some()
    }
}

/// Gradings of two locks that are of the same case: by path and framework, else by path, else by case and framework.
type Pair<'l> = (Option<&'l LockedGrading>, Option<&'l LockedGrading>);

fn pairs<'l>(locked: &'l Lock, now: &'l Lock) -> Vec<Pair<'l>> {
    let mut pairs: Vec<Pair<'l>> = Vec::new();
    let mut before: Vec<&LockedGrading> = locked.gradings.iter().collect();
    let mut after: Vec<&LockedGrading> = now.gradings.iter().collect();
    let same: [fn(&LockedGrading, &LockedGrading) -> bool; 3] = [
        |one, other| one.key() == other.key(),
        |one, other| one.path == other.path,
        |one, other| (&one.of.case, &one.of.framework) == (&other.of.case, &other.of.framework),
    ];
    for same in same {
        before.retain(|was| match after.iter().position(|is| same(was, is)) {
            Some(position) => {
                pairs.push((Some(*was), Some(after.remove(position))));
                false
            }
            None => true,
        });
    }
    pairs.extend(before.into_iter().map(|was| (Some(was), None)));
    pairs.extend(after.into_iter().map(|is| (None, Some(is))));
    pairs.sort_by(|one, other| {
        one.1.or(one.0).map(LockedGrading::key).cmp(&other.1.or(other.0).map(LockedGrading::key))
    });
    pairs
}

impl Lock {
    /// Holds what is locked against what is now, as far as it is of these claims.
    #[must_use]
    pub fn verify(&self, now: &Self, only: &Only) -> Verification {
        let mut gradings = Vec::new();
        for (was, is) in pairs(self, now) {
            let Some(known) = is.or(was) else { continue };
            let has = |grade: &&LockedGrade| only.has(&known.of.case, &grade.id);
            let claims = claims(was, is).into_iter().filter(|(was, is)| was.or(*is).as_ref().is_some_and(has));
            let claims: Vec<ClaimVerified> = claims.filter_map(|(one, other)| verified(one, other)).collect();
            if claims.is_empty() && *only != Only::default() {
                continue;
            }
            gradings.push(GradingVerified {
                path: known.path.clone(),
                locked: was.map(|was| was.of.clone()),
                now: is.map(|is| is.of.clone()),
                moved_from: was.zip(is).filter(|(was, is)| was.path != is.path).map(|(was, _)| was.path.clone()),
                claims,
            });
        }
        Verification { schema: Verification::SCHEMA, gradings }
    }

    /// The lock anew: as it is now, but for claims that are not among these, which stay as they are locked.
    #[must_use]
    pub fn updated(&self, now: &Self, only: &Only) -> Self {
        let mut lock = Self::new(now.asked.clone());
        for (was, is) in pairs(self, now) {
            let Some(known) = is.or(was) else { continue };
            let mut kept = known.clone();
            kept.claims = claims(was, is)
                .into_iter()
                .filter_map(|(was, is)| {
                    let id = &was.or(is)?.id;
                    if only.has(&known.of.case, id) { is } else { was }
                })
                .cloned()
                .collect();
            if is.is_some() && *only == Only::default() || !kept.claims.is_empty() {
                lock.gradings.push(kept);
            }
        }
        lock.gradings.sort_by(|one, other| one.key().cmp(&other.key()));
        lock
    }
}

/// The grades of two gradings by claim.
fn claims<'l>(
    was: Option<&'l LockedGrading>,
    is: Option<&'l LockedGrading>,
) -> Vec<(Option<&'l LockedGrade>, Option<&'l LockedGrade>)> {
    let mut claims: BTreeMap<&str, (Option<&LockedGrade>, Option<&LockedGrade>)> = BTreeMap::new();
    for grade in was.into_iter().flat_map(|was| &was.claims) {
        claims.entry(&grade.id).or_default().0 = Some(grade);
    }
    for grade in is.into_iter().flat_map(|is| &is.claims) {
        claims.entry(&grade.id).or_default().1 = Some(grade);
    }
    claims.into_values().collect()
}

fn verified(was: Option<&LockedGrade>, is: Option<&LockedGrade>) -> Option<ClaimVerified> {
    let mut claim = ClaimVerified {
        id: is.or(was)?.id.clone(),
        outcome: Outcome::Same,
        locked: was.map(|was| was.level.to_string()),
        now: is.map(|is| is.level.to_string()),
        moved: Vec::new(),
        entered: Vec::new(),
        left: Vec::new(),
        path: Vec::new(),
        edited: false,
    };
    let (was, is) = match (was, is) {
        (Some(was), Some(is)) => (was, is),
        (None, _) => {
            claim.outcome = Outcome::New;
            return Some(claim);
        }
        (Some(_), None) => {
            claim.outcome = Outcome::Gone;
            return Some(claim);
        }
    };
    claim.moved = moved(was, is);
    claim.entered = is.counted.iter().filter(|id| !was.counted.contains(id)).cloned().collect();
    claim.left = was.counted.iter().filter(|id| !is.counted.contains(id)).cloned().collect();
    claim.path = steps(was, is);
    for item in &is.items {
        if let Some(before) = was.items.iter().find(|before| before.id == item.id) {
            claim.path.extend(steps(before, item));
        }
    }
    let digests = |grade: &LockedGrade| -> Vec<Option<String>> {
        std::iter::once(grade).chain(&grade.items).map(|grade| grade.proof_digest.clone()).collect()
    };
    let same_proof = digests(was) == digests(is);
    if !claim.moved.is_empty() {
        claim.outcome = Outcome::Moved;
        let of_level = claim.moved.iter().any(|moved| moved.what == LEVEL);
        claim.edited = of_level && same_proof && was.proof_digest.is_some();
    } else if !same_proof || was.counted != is.counted {
        claim.outcome = Outcome::Reproved;
    }
    Some(claim)
}

/// What a level that moved is called.
pub(super) const LEVEL: &str = "level";

fn moved(was: &LockedGrade, is: &LockedGrade) -> Vec<Moved> {
    let mut all = Vec::new();
    let mut push = |item: Option<&str>, what: &str, locked: Option<String>, now: Option<String>| {
        if locked != now {
            all.push(Moved { item: item.map(str::to_owned), what: what.to_owned(), locked, now });
        }
    };
    push(None, LEVEL, Some(was.level.to_string()), Some(is.level.to_string()));
    push(None, "direction", was.direction.clone(), is.direction.clone());
    let ids = |grade: &LockedGrade| -> Vec<String> { grade.items.iter().map(|item| item.id.clone()).collect() };
    let mut items: Vec<String> = ids(was);
    items.extend(ids(is));
    items.sort();
    items.dedup();
    let of = |grade: &'_ LockedGrade, id: &str| grade.items.iter().position(|item| item.id == id);
    let mut outputs = |item: Option<&str>, was: Option<&LockedGrade>, is: Option<&LockedGrade>| {
        let names = was.into_iter().chain(is).flat_map(|grade| grade.outputs.keys());
        for name in names.collect::<std::collections::BTreeSet<_>>() {
            let value = |grade: Option<&LockedGrade>| grade.and_then(|grade| grade.outputs.get(name).cloned());
            push(item, name, value(was), value(is));
        }
        if item.is_some() {
            let level = |grade: Option<&LockedGrade>| grade.map(|grade| grade.level.to_string());
            push(item, LEVEL, level(was), level(is));
        }
    };
    outputs(None, Some(was), Some(is));
    for id in &items {
        let (before, after) = (of(was, id).map(|at| &was.items[at]), of(is, id).map(|at| &is.items[at]));
        outputs(Some(id), before, after);
    }
    all
}

/// What the second proof says otherwise than the first.
fn steps(was: &LockedGrade, is: &LockedGrade) -> Vec<Step> {
    let mut steps = Vec::new();
    for (of, name) in &is.order.0 {
        let (Some(before), Some(after)) = (was.statement(of, name), is.statement(of, name)) else { continue };
        if before == after {
            continue;
        }
        // What is new, or gone, is told of the body.
        let passed = |from: &LockedStatement, to: &LockedStatement, counted: &[String]| -> Vec<String> {
            let passes = |id: &&String| !to.left_out.contains(id) && counted.contains(id);
            from.left_out.iter().filter(passes).cloned().collect()
        };
        let rule = |said: &LockedStatement| said.rule.as_deref().map(RuleId::from);
        steps.push(Step {
            of: of.clone(),
            name: Name::from(name.as_str()),
            before: before.value.clone(),
            after: after.value.clone(),
            rule_before: rule(before),
            rule_after: rule(after),
            entered: passed(before, after, &is.counted),
            left: passed(after, before, &was.counted),
        });
    }
    steps
}

impl MadeOf {
    /// What is otherwise now than it was when it was locked, in sentences.
    #[must_use]
    pub fn changes(&self, now: &Self) -> Vec<String> {
        let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_owned());
        let layers = |layers: &Option<Vec<String>>| match layers {
            Some(layers) if layers.is_empty() => "no layers".to_owned(),
            Some(layers) => format!("layers {}", layers.join(", ")),
            None => "all layers".to_owned(),
        };
        let set = |set: &BTreeMap<String, String>| {
            let set: Vec<String> = set.iter().map(|(name, value)| format!("{name} set to {value}")).collect();
            if set.is_empty() { "no parameter set".to_owned() } else { set.join(", ") }
        };
        let mut told = Vec::new();
        for (what, was, is) in [
            ("case ", self.case.clone(), now.case.clone()),
            ("framework ", self.framework.clone(), now.framework.clone()),
            ("edition ", self.edition.clone(), now.edition.clone()),
            ("as of ", or(&self.as_of, "any day"), or(&now.as_of, "any day")),
            ("", layers(&self.layers), layers(&now.layers)),
            ("judged by ", or(&self.appraiser, "all"), or(&now.appraiser, "all")),
            ("", set(&self.set), set(&now.set)),
        ] {
            if was != is {
                told.push(format!("{what}{was} becomes {is}"));
            }
        }
        if self.case_digest != now.case_digest {
            told.push("the case says something else".to_owned());
        }
        if self.framework_digest != now.framework_digest && self.framework == now.framework {
            told.push("the framework says something else".to_owned());
        }
        told
    }
}
