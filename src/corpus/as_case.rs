//! Claims of a corpus as a case.

use std::collections::{BTreeMap, BTreeSet};

use super::live::{Claim, Corpus};
use crate::case::{Case, WrittenCase};
use crate::diagnostic::Refused;
use crate::framework::Frameworks;

impl Corpus<'_> {
    /// The case of a claim and of all that it rests on, to be graded, explained or reported on like any other. Its claims are
    /// called `claim-1`, its items `item-1`, by their places in the corpus; items that were withdrawn are not in it.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the claim is not of this corpus, no kind was bound of claims, or the frameworks do not know their facts.
    pub fn case(&self, claim: Claim, frameworks: &Frameworks) -> Result<Case, Refused> {
        self.know_claim(claim)?;
        let mut written = WrittenCase::new(self.engine.framework(), "corpus", None);
        let (mut waiting, mut claims, mut items) = (vec![claim.0], BTreeSet::from([claim.0]), BTreeMap::new());
        while let Some(claim) = waiting.pop() {
            let id = format!("claim-{}", claim + 1);
            written.claim(&id, &self.engine.claim_values(self.claims.key(claim)))?;
            for (child, link) in self.children_of(claim) {
                written.rests_on(&format!("claim-{}", child + 1), &self.engine.links.given(link.into(), None));
                waiting.extend(claims.insert(child).then_some(child));
            }
            for (item, link) in self.items_of(claim) {
                items.entry(item).or_insert_with(Vec::new).push((id.clone(), link));
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
