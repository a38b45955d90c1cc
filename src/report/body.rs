//! Bodies of evidence in a report: what counts, and what does not and why.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::case::{Case, ClaimIndex, LinkEnd, LinkIndex};
use crate::grade::{Exclusion, Grading};

/// The body of evidence of a claim.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BodyReport {
    /// The items that count, and the claims that it rests on or that bear on it.
    pub counted: Vec<Counted>,
    /// What does not count.
    pub left_out: Vec<LeftOut>,
}

/// An item or a claim that counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counted {
    /// Its id.
    pub id: String,
    /// How it is linked to the claim.
    pub relation: String,
    /// The source that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// An item or a claim that does not count.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its id.
    pub id: String,
    /// Which kind of reason it is: `set-aside`, `layer`, `not-yet-published`, `retracted`, `undercut`,
    /// `restates` or `same-study`.
    pub reason: Cow<'static, str>,
    /// The reason, in a clause.
    pub because: String,
}

impl BodyReport {
    pub(super) fn new(grading: &Grading<'_>, claim: ClaimIndex) -> Self {
        let case = grading.case();
        let body = grading.body(claim);
        let of_items = body.counted.iter().map(|link| {
            let (id, source) = from(case, *link);
            Counted { id, relation: case.link(*link).relation.word().to_owned(), source }
        });
        let of_claims = body.claims.iter().map(|(link, other)| Counted {
            id: case.claim(*other).id.as_str().to_owned(),
            relation: case.link(*link).relation.word().to_owned(),
            source: None,
        });
        let left_out = body.excluded.iter().map(|(link, exclusion)| {
            let (reason, because) = told(case, exclusion);
            LeftOut { id: from(case, *link).0, reason: Cow::Borrowed(reason), because }
        });
        Self { counted: of_items.chain(of_claims).collect(), left_out: left_out.collect() }
    }
}

/// The id of what a link begins at, and its source.
fn from(case: &Case, link: LinkIndex) -> (String, Option<String>) {
    match case.link(link).from {
        LinkEnd::Evidence(item) => {
            let item = case.item(item);
            (item.id.as_str().to_owned(), Some(case.source(item.source).id.as_str().to_owned()))
        }
        LinkEnd::Claim(claim) => (case.claim(claim).id.as_str().to_owned(), None),
    }
}

fn told(case: &Case, exclusion: &Exclusion) -> (&'static str, String) {
    match exclusion {
        Exclusion::SetAside => ("set-aside", "it is set aside".to_owned()),
        Exclusion::Layer(layer) => ("layer", format!("it belongs to layer {layer}, which the run does not take")),
        Exclusion::NotYetPublished(source, date) => {
            let source = &case.source(*source).id;
            ("not-yet-published", format!("{source} was published on {date}, after the day of the grading"))
        }
        Exclusion::Retracted(source, date) => {
            ("retracted", format!("{} was retracted on {date}", case.source(*source).id))
        }
        Exclusion::Undercut(link) => {
            let why = case.link(*link).because.as_ref().map(|because| format!(": {because}"));
            ("undercut", format!("{} undercuts it{}", from(case, *link).0, why.unwrap_or_default()))
        }
        Exclusion::Restates(item) => ("restates", format!("it says again what {} says", case.item(*item).id)),
        Exclusion::SameStudy(study, item) => {
            ("same-study", format!("study {study} counts already, by {}", case.item(*item).id))
        }
    }
}
