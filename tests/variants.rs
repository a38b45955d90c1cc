//! Columns of criterion codes, as registers of variants have them, graded by the packs for variants.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use std::fmt::Write as _;

use evigrade::{Case, Compiled, Frameworks, Grading, Proof, Run, grade};

/// Codes that are met, and those that are not, as a case: `PM2_Supporting` is PM2 at supporting.
fn case_of(met: &str, not_met: &str) -> String {
    let mut case = String::from(
        "[case]\nid = \"variant\"\ntitle = \"A variant\"\nconclusion = \"pathogenic\"\n\
         [[claim]]\nid = \"pathogenic\"\nkind = \"variant-classification\"\ntext = \"The variant causes the disease.\"\n\
         [[source]]\nid = \"panel\"\ntitle = \"The panel's summary\"\n",
    );
    for (codes, met) in [(met, true), (not_met, false)] {
        for code in codes.split(',').map(str::trim).filter(|code| !code.is_empty()) {
            let (criterion, strength) = code.split_once('_').unwrap_or((code, "as listed"));
            let strength = strength.to_lowercase().replace(' ', "-");
            let relation = if criterion.starts_with('P') { "supports" } else { "refutes" };
            writeln!(
                case,
                "[[evidence]]\nid = \"{code}-{met}\"\nsource = \"panel\"\nacmg-criterion = \"{criterion}\"\n\
                 acmg-met = {met}\nacmg-applied-strength = \"{strength}\"\nlink = [{{ {relation} = \"pathogenic\" }}]",
                code = code.replace(' ', "-"),
            )
            .expect("a text can be written to");
        }
    }
    case
}

fn compiled(id: &str) -> Compiled {
    Compiled::new(Frameworks::built_in().find(id).expect("it is built in")).expect("it compiles")
}

fn class(met: &str, not_met: &str, framework: &Compiled) -> String {
    let case = Case::from_toml("case.toml", &case_of(met, not_met), &Frameworks::built_in()).expect("it is a case");
    let grading = grade(&case, framework, &Run::default()).expect("it can be graded");
    grading.verdict().expect("there is a conclusion").level().expect("nothing is open").to_string()
}

/// The codes, what they come to by the rows of 2015, as ClinGen modified them, and by points.
const VARIANTS: [(&str, &str, [&str; 3]); 12] = [
    ("PVS1, PM2", "PS3", ["likely-pathogenic", "likely-pathogenic", "pathogenic"]),
    ("PVS1, PM2_Supporting", "", ["uncertain-significance", "likely-pathogenic", "likely-pathogenic"]),
    ("PVS1, PS2_Very Strong", "", ["uncertain-significance", "uncertain-significance", "pathogenic"]),
    ("PVS1, PS2", "", ["pathogenic", "pathogenic", "pathogenic"]),
    ("PS3, PM1, PP2, PP3", "BS1", ["likely-pathogenic", "likely-pathogenic", "likely-pathogenic"]),
    ("PM3_Strong, PM2_Supporting, PP4_Moderate", "", ["likely-pathogenic", "likely-pathogenic", "likely-pathogenic"]),
    ("PM3_Strong, PM2_Supporting", "", ["uncertain-significance", "uncertain-significance", "uncertain-significance"]),
    ("BA1", "PM2", ["benign", "benign", "benign"]),
    ("BS1", "", ["uncertain-significance", "uncertain-significance", "likely-benign"]),
    ("BS2_Supporting, BP4", "PM2", ["likely-benign", "likely-benign", "likely-benign"]),
    ("BP4, BP7, PM1", "", ["likely-benign", "likely-benign", "uncertain-significance"]),
    ("", "PVS1, BA1", ["uncertain-significance", "uncertain-significance", "uncertain-significance"]),
];

#[test]
fn columns_of_codes_map_onto_criteria() {
    let frameworks = ["acmg-2015", "acmg-2015-svi", "acmg-points"].map(compiled);
    for (met, not_met, expected) in VARIANTS {
        let classes = frameworks.each_ref().map(|framework| class(met, not_met, framework));
        assert_eq!(classes, expected.map(str::to_owned), "{met}");
    }
}

#[test]
fn order_of_criteria_does_not_matter() {
    let framework = compiled("acmg-2015-svi");
    for (met, not_met, _) in VARIANTS {
        let backwards: Vec<&str> = met.split(", ").collect::<Vec<_>>().into_iter().rev().collect();
        assert_eq!(class(met, not_met, &framework), class(&backwards.join(", "), not_met, &framework), "{met}");
    }
}

#[test]
fn a_criterion_at_two_strengths_is_refused() {
    let case = Case::from_toml("case.toml", &case_of("PS3, PS3_Moderate", ""), &Frameworks::built_in());
    let case = case.expect("it is a case");
    let refused = grade(&case, &compiled("acmg-2015"), &Run::default()).expect_err("it contradicts itself");
    assert!(refused.to_string().contains("`criteria-at-two-strengths` is 1"), "{refused}");
}

fn everything<'p>(proof: &'p Proof, found: &mut Vec<&'p Proof>) {
    found.push(proof);
    for from in &proof.from {
        everything(from, found);
    }
}

/// Points are derived from counts that are decisions; the proof goes on through them to the items.
#[test]
fn decisions_of_which_derived_values_are_made_are_proved() {
    let case = Case::from_toml("case.toml", &case_of("PVS1, PM2", ""), &Frameworks::built_in()).expect("it is a case");
    let framework = compiled("acmg-points");
    let grading: Grading<'_> = grade(&case, &framework, &Run::default()).expect("it can be graded");
    let claim = case.find_claim("pathogenic").expect("it is there");
    let proof = grading.proof(claim).expect("a graded claim has a proof");
    let mut found = Vec::new();
    everything(&proof, &mut found);
    let moderate: Vec<_> = found.iter().filter(|proof| proof.decision == "moderate").collect();
    assert_eq!(moderate.len(), 1, "it is proved once");
    let counted = moderate[0].facts.iter().find(|read| read.name == "pathogenic-met-moderate").expect("it is read");
    assert_eq!(counted.of.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["PM2-true"]);
}
