//! Builds a corpus for a drawn case in a random order with detours, and holds it against the case.

use std::collections::BTreeSet;

use evigrade::corpus::{Binding, Claim, Corpus, Grades, Item};
use evigrade::grade::grade;
use evigrade::records::Outcome;
use evigrade::{Run, Status};

use crate::binding::Keys;
use crate::columns;
use crate::expected::Expected;
use crate::hold::{Drawn, Random, hold};
use crate::model::{Case, Facts, From, Link};

/// What was seen on the way.
#[derive(Debug, Default)]
struct Seen {
    claims: usize,
    graded: usize,
    open: usize,
    contradictions: usize,
    /// Claims of which nothing is missing.
    strict: usize,
}

#[test]
fn corpora_and_tables_say_what_cases_say() {
    let mut seen = Seen::default();
    let is_full = hold(|drawn, random| {
        for pair in drawn.cases.windows(2) {
            let (first, last) = (without_judgements(&pair[0]), without_judgements(&pair[1]));
            let (script, case) = Script::run(drawn, &first, last, random)?;
            let tables = columns::grade(drawn, &case, random)?;
            for (claim, added) in script.claims.iter().enumerate() {
                let expected = Expected::new(drawn, &case, claim);
                let outcome = script.corpus.outcome(*added).unwrap();
                hold_claim(drawn, &script, &tables, claim, &expected).map_err(|what| {
                    let Expected { status, is_strict, text } = &expected;
                    format!("c{claim} {what}\ncorpus {outcome:?}\ncase {status:?}, strictly {is_strict}\n\n{text}")
                })?;
                seen.add(outcome, expected.is_strict);
            }
        }
        Ok(())
    });
    println!("{seen:?}");
    let is_enough = seen.graded > 300 && seen.open > 100 && seen.contradictions > 50 && seen.strict > 300;
    assert!(!is_full || is_enough, "little was held: {seen:?}");
}

impl Seen {
    fn add(&mut self, outcome: &Outcome, is_strict: bool) {
        self.claims += 1;
        self.graded += usize::from(outcome.word().is_some());
        self.open += usize::from(matches!(outcome, Outcome::Status(Status::Undetermined { .. })));
        self.contradictions += usize::from(matches!(outcome, Outcome::Contradiction(_)));
        self.strict += usize::from(is_strict);
    }
}

/// Corpora have no judgements.
fn without_judgements(case: &Case) -> Case {
    Case { judgements: Vec::new(), ..case.clone() }
}

/// Whether what a corpus says of a claim is what its case says, and what the corpus's own case and tables say.
fn hold_claim(
    drawn: &Drawn,
    script: &Script<'_>,
    tables: &Grades,
    claim: usize,
    expected: &Expected,
) -> Result<(), String> {
    let outcome = script.corpus.outcome(script.claims[claim]).unwrap();
    if !expected.agrees(outcome) {
        return Err("is told otherwise by the corpus".to_owned());
    }
    let own = script.corpus.case(script.claims[claim], &drawn.frameworks);
    let own = own.map_err(|refused| format!("has no case of the corpus: {refused}"))?;
    let own = grade(&own, &drawn.compiled, &Run::default())
        .ok()
        .map(|grading| grading.find(&format!("claim-{}", claim + 1)).unwrap().status());
    if own != expected.status {
        return Err(format!("is {own:?} in the case of the corpus"));
    }
    let by_tables = tables.outcome(claim).unwrap();
    let both_contradict = matches!((by_tables, outcome), (Outcome::Contradiction(_), Outcome::Contradiction(_)));
    if by_tables != outcome && !both_contradict {
        return Err(format!("is {by_tables:?} by tables"));
    }
    Ok(())
}

/// A corpus as it is built.
struct Script<'c> {
    corpus: Corpus<'c>,
    keys: Keys,
    claims: Vec<Claim>,
    items: Vec<Item>,
}

impl<'c> Script<'c> {
    /// Builds a corpus that says what the last case says, and some things as the first says them on the way. Some items
    /// are withdrawn in the end, so the case that it comes to is given too.
    fn run(drawn: &'c Drawn, first: &Case, mut last: Case, random: &mut Random) -> Result<(Self, Case), String> {
        let mut script = Self::new(drawn, random)?;
        script.add_claims(first, &last, random);
        let of_claims = |link: &&Link| matches!(link.from, From::Claim(_));
        let mut links: Vec<&Link> = last.links.iter().filter(of_claims).collect();
        if random.chance(50) {
            links.reverse();
        }
        let (late, early): (Vec<&Link>, Vec<&Link>) = links.into_iter().partition(|_| random.chance(40));
        for link in early {
            script.rest(link);
        }
        script.settle_at_times(50, random);
        script.add_items(first, &last, random)?;
        for link in late {
            script.rest(link);
            script.settle_at_times(30, random);
        }
        let gone = script.change_items(&last.items, random)?;
        for (claim, added) in last.claims.iter().zip(&script.claims) {
            script.corpus.change_claim(*added, script.keys.claim(claim)).unwrap();
        }
        script.corpus.settle().unwrap();
        script.corpus.settle().unwrap();
        last.links.retain(|link| !matches!(link.from, From::Item(item) if gone.contains(&item)));
        Ok((script, last))
    }

    fn new(drawn: &'c Drawn, random: &mut Random) -> Result<Self, String> {
        let claims_as_numbers = random.chance(50);
        let mut bound = |claims_as_numbers: bool| {
            let mut binding = Binding::new(&drawn.compiled).unwrap();
            let keys = Keys::bind(&mut binding, &drawn.model, claims_as_numbers, random);
            binding.corpus().map(|corpus| Self { corpus, keys, claims: Vec::new(), items: Vec::new() })
        };
        let script = bound(claims_as_numbers).or_else(|_| bound(false));
        script.map_err(|refused| format!("the binding is refused: {refused}"))
    }

    fn settle_at_times(&mut self, percent: usize, random: &mut Random) {
        if random.chance(percent) {
            self.corpus.settle().unwrap();
        }
    }

    /// Adds the claims, some as of the first case.
    fn add_claims(&mut self, first: &Case, last: &Case, random: &mut Random) {
        for (place, claim) in last.claims.iter().enumerate() {
            let was = first.claims.get(place).filter(|_| random.chance(50)).unwrap_or(claim);
            self.claims.push(self.corpus.add_claim(self.keys.claim(was)).unwrap());
            self.settle_at_times(30, random);
        }
    }

    fn rest(&mut self, link: &Link) {
        let From::Claim(child) = link.from else { panic!("the link is not of a claim") };
        self.corpus.rest(self.claims[link.to], self.claims[child], self.keys.link(link)).unwrap();
    }

    /// Adds the items with their links, some as of the first case, some withdrawn.
    fn add_items(&mut self, first: &Case, last: &Case, random: &mut Random) -> Result<(), String> {
        for (place, item) in last.items.iter().enumerate() {
            let was = first.items.get(place).filter(|_| random.chance(50)).unwrap_or(item);
            let numbers = self.keys.numbers(was, random);
            let added = self.corpus.add_item(self.keys.item(was), &numbers).map_err(|refused| refused.to_string())?;
            if random.chance(20) {
                self.corpus.withdraw(added, true).unwrap();
            }
            for link in last.links.iter().filter(|link| link.from == From::Item(place)) {
                let key = self.keys.item_link(link);
                self.corpus.bear(added, self.claims[link.to], key).map_err(|refused| refused.to_string())?;
            }
            self.settle_at_times(30, random);
            self.items.push(added);
        }
        Ok(())
    }

    /// Makes the items what they are in the end. Which of them are withdrawn then.
    fn change_items(&mut self, items: &[Facts], random: &mut Random) -> Result<BTreeSet<usize>, String> {
        let mut gone = BTreeSet::new();
        for (place, item) in items.iter().enumerate() {
            let added = self.items[place];
            if random.chance(10) {
                self.corpus.withdraw(added, true).unwrap();
                self.corpus.withdraw(added, true).unwrap();
            }
            let numbers = self.keys.numbers(item, random);
            self.corpus.change(added, self.keys.item(item), &numbers).map_err(|refused| refused.to_string())?;
            self.settle_at_times(10, random);
            let is_gone = random.chance(15);
            self.corpus.withdraw(added, is_gone).unwrap();
            if is_gone {
                gone.insert(place);
            }
        }
        Ok(gone)
    }
}
