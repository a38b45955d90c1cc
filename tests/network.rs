//! What CINeMA reads of the results of direct evidence, where what a network gives is not stated.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use evigrade::grade::{Proof, Read, grade};
use evigrade::{Case, Compiled, Frameworks, Run};

/// Four trials, with events and participants of both arms.
const TRIALS: [[u32; 4]; 4] = [[12, 100, 20, 100], [5, 60, 9, 58], [30, 210, 41, 205], [22, 150, 35, 152]];

/// A comparison of a network with its trials, and facts of the claim.
fn comparison(facts: &str) -> Case {
    let mut text = format!(
        "[case]\nid = \"network\"\ntitle = \"A comparison\"\nframework = \"grade-nma-cinema\"\n\n\
         [[claim]]\nid = \"better\"\nkind = \"efficacy\"\ntext = \"One is better than the other.\"\n{facts}\n\
         [[source]]\nid = \"review\"\ntitle = \"A review\"\n\n"
    );
    for (number, [events, of, others, other_of]) in TRIALS.into_iter().enumerate() {
        text += &format!(
            "[[evidence]]\nid = \"trial-{number}\"\nsource = \"review\"\nstudy = \"trial-{number}\"\n\
             design = \"parallel-rct\"\nintervention-participants = {of}\nintervention-events = {events}\n\
             comparator-participants = {other_of}\ncomparator-events = {others}\n\n\
             [[evidence.link]]\nsupports = \"better\"\neffect-measure = \"rr\"\n\n"
        );
    }
    Case::from_toml("case.toml", &text, &Frameworks::built_in()).unwrap()
}

fn domain(facts: &str, domain: &str) -> Proof {
    let frameworks = Frameworks::built_in();
    let case = comparison(facts);
    let compiled = Compiled::new(frameworks.find("grade-nma-cinema").unwrap()).unwrap();
    let grading = grade(&case, &compiled, &Run::default()).unwrap();
    grading.proof_of(case.find_claim("better").unwrap(), domain).unwrap()
}

fn reads<'p>(proof: &'p Proof, name: &str) -> Vec<&'p Read> {
    fn within<'r>(read: &'r Read, name: &str, found: &mut Vec<&'r Read>) {
        if read.name == *name {
            found.push(read);
        }
        read.from.iter().for_each(|part| within(part, name, found));
    }
    let mut found = Vec::new();
    proof.facts.iter().for_each(|read| within(read, name, &mut found));
    found.extend(proof.from.iter().flat_map(|proof| reads(proof, name)));
    found
}

const ZONE: &str = "cinema-zone-low = 0.9\ncinema-zone-high = 1.1111";

#[test]
fn direct_evidence_alone_tells_imprecision_and_heterogeneity() {
    let facts = format!("cinema-comparison = \"direct-only\"\n{ZONE}");
    // By metafor 0.653 [0.495, 0.862], clear of the zone, and a prediction interval of [0.355, 1.202], across all of it.
    let proof = domain(&facts, "imprecision");
    assert_eq!(proof.value.to_string(), "no-concerns");
    let proof = domain(&facts, "heterogeneity");
    let high = reads(&proof, "cinema-prediction-high");
    let synthesis = high.first().expect("it is read").synthesis.as_ref().expect("it follows from the results");
    assert_eq!(synthesis.of.len(), 4);
    assert_eq!(high[0].value.to_string(), "1.20243");
    assert_eq!(proof.value.to_string(), "major-concerns");
}

#[test]
fn of_other_comparisons_the_direct_evidence_is_not_the_estimate() {
    for comparison in ["mixed", "indirect-only"] {
        let proof = domain(&format!("cinema-comparison = \"{comparison}\"\n{ZONE}"), "imprecision");
        let read = reads(&proof, "cinema-ci-high");
        assert!(!read.is_empty() && read.iter().all(|read| read.synthesis.is_none()), "{comparison}");
        assert_ne!(proof.value.to_string(), "no-concerns", "{comparison}");
    }
}

/// Whether the trials are measured as the network is cannot be told, so nothing follows.
#[test]
fn of_a_mixed_comparison_nothing_follows() {
    let network = "cinema-scale = \"ratio\"\ncinema-effect = 0.7\ncinema-ci-low = 0.6\ncinema-ci-high = 0.82\n\
                   cinema-indirect-low = 0.5\ncinema-indirect-high = 0.95\ncinema-side-p = 0.01";
    let proof = domain(&format!("cinema-comparison = \"mixed\"\n{ZONE}\n{network}"), "incoherence");
    assert_eq!(reads(&proof, "cinema-side-p").len(), 1);
    let read = reads(&proof, "cinema-direct-low");
    assert!(!read.is_empty() && read.iter().all(|read| read.synthesis.is_none()));
    assert!(matches!(proof.value, evigrade::grade::ProofValue::Possible(..)));
}

/// What is stated and what follows are not mixed.
#[test]
fn once_the_network_estimate_is_stated_nothing_goes_with_it() {
    let facts = format!("cinema-comparison = \"direct-only\"\ncinema-effect = 0.7\n{ZONE}");
    let proof = domain(&facts, "imprecision");
    let read = reads(&proof, "cinema-ci-high");
    assert!(!read.is_empty() && read.iter().all(|read| read.synthesis.is_none()));
}
