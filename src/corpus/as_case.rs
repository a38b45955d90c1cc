//! Claims of a corpus as a case.

use std::collections::{BTreeMap, BTreeSet};

use super::live::{Claim, Corpus};
use crate::case::{Case, WrittenCase};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::framework::Frameworks;
use crate::grade::GivenValues;
use crate::value::{FactValue, Value};

impl Corpus<'_> {
    /// The case of a claim and of all that it rests on, to be graded, explained or reported on like any other. Its claims are
    /// called `claim-1`, its items `item-1`, by their places in the corpus; items that were withdrawn are not in it.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the claim is not of this corpus, no kind was bound of claims, the frameworks do not know their facts, or
    /// claims are graded as of different days.
    pub fn case(&self, claim: Claim, frameworks: &Frameworks) -> Result<Case, Refused> {
        self.know_claim(claim)?;
        let (mut waiting, mut claims, mut items) = (vec![claim.0], BTreeSet::from([claim.0]), BTreeMap::new());
        let mut links: BTreeMap<u32, Vec<(u32, GivenValues)>> = BTreeMap::new();
        while let Some(claim) = waiting.pop() {
            for (child, link) in self.children_of(claim) {
                let values = self.engine.links.given(link.into(), None);
                // What rests on a claim says so itself; how else a claim bears on another, that claim says.
                let (from, to) = if is_resting(&values) { (claim, child) } else { (child, claim) };
                links.entry(from).or_default().push((to, values));
                waiting.extend(claims.insert(child).then_some(child));
            }
            for (item, link) in self.items_of(claim) {
                items.entry(item).or_insert_with(Vec::new).push((id_of(claim), link));
            }
        }
        let values = |claim: &u32| self.engine.claim_values(self.claims.key(*claim));
        let mut days: Vec<Option<FactValue>> = claims.iter().map(|claim| values(claim).remove("as-of")).collect();
        days.dedup();
        let [day] = days.as_slice() else {
            let message = "a claim and those that it rests on are graded as of different days";
            return Err(Diagnostic::error(Code::WrongType, message).help("a case is graded as of one day").into());
        };
        let mut written = WrittenCase::new(self.engine.framework(), "corpus", day.as_ref());
        for claim in claims {
            written.claim(&id_of(claim), &values(&claim))?;
            for (to, values) in links.remove(&claim).unwrap_or_default() {
                written.claim_link(&id_of(to), &values);
            }
        }
        for (item, links) in items {
            let numbers: Vec<i64> = (0..self.engine.items.number_count()).map(self.items.numbers(item)).collect();
            for (place, (claim, link)) in links.iter().enumerate() {
                let key = u64::from(self.items.key(item) + link);
                let values = self.engine.items.given(key, Some(&numbers));
                if place == 0 {
                    written.item(&format!("item-{}", item + 1), claim, &values);
                } else {
                    written.bears_on(claim, &values);
                }
            }
        }
        Case::from_toml("corpus", &written.into_text(), frameworks)
    }
}

fn id_of(claim: u32) -> String {
    format!("claim-{}", u64::from(claim) + 1)
}

/// Whether a link between claims is one from a claim to another on which it rests.
fn is_resting(link: &GivenValues) -> bool {
    !matches!(link.get("relation"), Some(FactValue::Known(Value::Choice(word))) if *word != *"rests-on")
}
