//! Dates after the day as of which the case is graded.

use jiff::civil::Date;

use super::view::View;
use crate::case::{Facts, Judged, JudgementOn};
use crate::diagnostic::{Code, Diagnostic};
use crate::value::{FactValue, Value};

/// Sources, facts and judgements of the case's own run that come too late for it. A retraction or a
/// judgement may be later: a run goes by when the one was made, and takes the other whatever its day.
pub(super) fn after_as_of(view: &View<'_>) -> Vec<Diagnostic> {
    let Some(as_of) = view.case.as_of() else { return Vec::new() };
    let mut found = Vec::new();
    let mut leaning = vec![false; view.case.sources().len()];
    for (index, item) in view.items().filter(|(_, item)| view.takes(item.layer.as_ref())) {
        leaning[item.source.index()] |= view.links_of(index).next().is_some();
        found.extend(facts(&item.facts, as_of, item.id.as_str()));
        found.extend(view.links_of(index).flat_map(|link| facts(&link.facts, as_of, item.id.as_str())));
    }
    for claim in view.case.claims() {
        found.extend(facts(&claim.facts, as_of, claim.id.as_str()));
    }
    for (source, _) in view.case.sources().iter().zip(leaning).filter(|(_, leaning)| *leaning) {
        if let Some(published) = source.published.filter(|published| *published > as_of) {
            let message = format!("`{}` was published on {published}, after the day of the case, {as_of}", source.id);
            let help = "its evidence does not count: mend one of the dates, or put the evidence into a layer that the \
                        case does not take";
            let diagnostic = Diagnostic::warning(Code::DateAfterAsOf, message).at(&source.span);
            found.push(diagnostic.help(help).about(source.id.as_str()));
        }
    }
    for judgement in view.case.judgements().iter().filter(|judgement| view.takes(judgement.layer.as_ref())) {
        let of = match judgement.on {
            JudgementOn::Claim(claim) => view.case.claim(claim).id.as_str(),
            JudgementOn::Evidence(item) | JudgementOn::Link(item, _) => view.case.item(item).id.as_str(),
        };
        if let Judged::Facts(judged) = &judgement.judged {
            found.extend(facts(judged, as_of, of));
        }
        if let Some(since) = judgement.since.filter(|since| *since > as_of) {
            let message =
                format!("this judgement of `{of}` is taken from {since} on, after the day of the case, {as_of}");
            let help = "the case's own run does not take it: mend one of the dates, or put it into a layer that the \
                        case does not take";
            let diagnostic = Diagnostic::warning(Code::DateAfterAsOf, message).at(&judgement.span);
            found.push(diagnostic.help(help).about(of));
        }
    }
    found
}

/// Facts that are dates.
fn facts(facts: &Facts, as_of: Date, of: &str) -> Vec<Diagnostic> {
    let late = facts.iter().filter_map(|(name, fact)| match &fact.value {
        FactValue::Known(Value::Date(day)) if *day > as_of => Some((name, fact, day)),
        _ => None,
    });
    late.map(|(name, fact, day)| {
        let message = format!("`{name}` of `{of}` is {day}, after the day of the case, {as_of}");
        let help = "mend one of the two dates: on the day of the case nobody could know it";
        Diagnostic::warning(Code::DateAfterAsOf, message).at(&fact.at).help(help).about(of)
    })
    .collect()
}
