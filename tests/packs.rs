//! The rule packs that are built in, held against the same evidence under every one of them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use evigrade::report::{self, Page, Report};
use evigrade::{Case, Compiled, Frameworks, Run, Status, grade};

static COMPILED: LazyLock<[(&str, Compiled); 3]> = LazyLock::new(|| {
    let frameworks = Frameworks::built_in();
    ["ahrq-soe", "grade", "ocebm-2011"].map(|id| {
        let framework = frameworks.find(id).expect("it is built in");
        (id, Compiled::new(framework).expect("it compiles"))
    })
});

/// The facets of an item that bears on the claim directly.
const DIRECT: &str =
    "population-match = 'direct'\nintervention-match = 'direct'\ncomparator-match = 'direct'\noutcome-match = 'direct'";
/// The same, in other patients than the claim is about.
const OTHER_PATIENTS: &str = "population-match = 'important-differences'\nintervention-match = 'direct'\n\
                              comparator-match = 'direct'\noutcome-match = 'direct'";
/// Facets of which the source tells nothing.
const UNCLEAR: &str = "population-match = 'not-reported'\nintervention-match = 'not-reported'\n\
                       comparator-match = 'not-reported'\noutcome-match = 'not-reported'";
/// What is known of a claim with a continuous outcome of which no spread is reported.
const CONTINUOUS: &str = "publication-bias = 'undetected'\noutcome-type = 'continuous'\n\
                          standard-deviation = 'not-reported'\nimportant-difference = 'not-reported'";

/// An item: what is known of it and of its link.
type Item<'t> = (String, &'t str);

fn trial(participants: u32, risk: &str) -> String {
    format!("design = 'parallel-rct'\nparticipants = {participants}\nrisk-of-bias = '{risk}'")
}

fn compared<'t>(result: &'t str, facets: &'t str) -> String {
    format!("comparator-result = '{result}'\n{facets}")
}

fn statement(kind: &str) -> Item<'static> {
    (format!("design = 'opinion'\nstatement = '{kind}'"), "")
}

fn case(kind: &str, facts: &str, items: &[(String, String)]) -> Case {
    let mut text = format!(
        "[case]\nid = 'a-case'\ntitle = 'A case'\nconclusion = 'a-claim'\n\
         [[source]]\nid = 'a-source'\ntitle = 'A source'\n\
         [[claim]]\nid = 'a-claim'\nkind = '{kind}'\ntext = 'A claim.'\n{facts}\n"
    );
    for (position, (item, link)) in items.iter().enumerate() {
        text.push_str(&format!(
            "[[evidence]]\nid = 'item-{position}'\nsource = 'a-source'\nstudy = 'study-{position}'\n{item}\n\
             [[evidence.link]]\nsupports = 'a-claim'\n{link}\n"
        ));
    }
    Case::from_toml("case.toml", &text, &Frameworks::built_in()).expect("the case can be read")
}

/// What a claim comes to under every framework, as `level` or `worst..best`, with the rule.
fn graded(case: &Case) -> BTreeMap<&'static str, (String, String)> {
    let mut all = BTreeMap::new();
    for (id, compiled) in &*COMPILED {
        let grading = grade(case, compiled, &Run::default()).expect("the case can be graded");
        let verdict = grading.verdict().expect("the case has a conclusion");
        let result = match verdict.status() {
            Status::Graded(word) => word.to_string(),
            Status::Undetermined { possible, .. } => {
                let words: Vec<&str> = possible.iter().map(|word| word.as_str()).collect();
                words.join("|")
            }
            Status::NotApplicable(_) => "not-applicable".to_owned(),
            other => panic!("unexpected: {other:?}"),
        };
        let rule = grading.proof(verdict.claim()).and_then(|proof| proof.rule.map(|rule| rule.to_string()));
        all.insert(*id, (result, rule.unwrap_or_default()));
    }
    all
}

fn come_to(case: &Case) -> [String; 3] {
    let mut all = graded(case);
    ["ahrq-soe", "grade", "ocebm-2011"].map(|id| all.remove(id).expect("it was graded").0)
}

fn one(item: String, link: String) -> Vec<(String, String)> {
    vec![(item, link)]
}

#[test]
fn one_trial_of_twelve_in_other_patients() {
    let without_result =
        case("efficacy", CONTINUOUS, &one(trial(12, "not-reported"), compared("not-reported", OTHER_PATIENTS)));
    let all = graded(&without_result);
    assert_eq!(all["ahrq-soe"], ("insufficient".to_owned(), "not-compared".to_owned()));
    assert_eq!(all["grade"].0, "very-low");
    assert_eq!(all["ocebm-2011"].0, "level-3");
    let with_result =
        case("efficacy", CONTINUOUS, &one(trial(12, "low"), compared("favours-intervention", OTHER_PATIENTS)));
    let all = graded(&with_result);
    assert_eq!(all["ahrq-soe"], ("insufficient".to_owned(), "single-small-study".to_owned()));
    assert_eq!(all["grade"].0, "very-low");
    assert_eq!(all["ocebm-2011"].0, "level-3");
}

#[test]
fn another_small_positive_trial_changes_nothing() {
    let small = || (trial(12, "not-reported"), compared("favours-intervention", OTHER_PATIENTS));
    let two = format!("{CONTINUOUS}\ni-squared = 'not-reported'\npoint-estimates = 'not-reported'");
    assert_eq!(come_to(&case("efficacy", &two, &[small(), small()])), ["insufficient", "very-low", "level-3"]);
}

#[test]
fn without_a_result_against_the_comparator_size_does_not_help() {
    let unclear = one(trial(400, "not-reported"), compared("not-reported", UNCLEAR));
    assert_eq!(come_to(&case("efficacy", CONTINUOUS, &unclear)), ["insufficient", "very-low", "level-3"]);
    let sound = one(trial(40_000, "low"), compared("not-reported", DIRECT));
    assert_eq!(come_to(&case("efficacy", CONTINUOUS, &sound)), ["insufficient", "low", "level-3"]);
}

#[test]
fn no_study_is_told_from_a_poor_one() {
    let nothing = case("monotherapy", "", &[]);
    assert_eq!(come_to(&nothing), ["insufficient", "no-studies", "no-evidence"]);
    let (item, link) = statement("absence-of-studies");
    let said = case("monotherapy", "", &one(item, link.to_owned()));
    assert_eq!(come_to(&said), ["insufficient", "no-studies", "no-evidence"]);
}

#[test]
fn one_sound_trial_of_two_hundred() {
    let items = one(trial(200, "low"), compared("favours-intervention", DIRECT));
    let facts = format!("{CONTINUOUS}\npooled-scale = 'not-reported'");
    assert_eq!(come_to(&case("monotherapy", &facts, &items)), ["low", "moderate", "level-3"]);
    // With the size that would have been needed, and an interval that excludes no effect.
    let facts = "publication-bias = 'undetected'\noutcome-type = 'continuous'\nstandard-deviation = 7\n\
                 important-difference = 3\npooled-scale = 'difference'\npooled-ci-low = -6.1\npooled-ci-high = -2.2";
    assert_eq!(come_to(&case("monotherapy", facts, &items)), ["low", "high", "level-3"]);
}

#[test]
fn what_does_not_weigh_moves_nothing() {
    let weightless = ["attitude", "popularity", "expertise", "verdict", "practice", "hedge", "context", "definition"];
    let weightless = || weightless.into_iter().map(statement).map(|(item, link)| (item, link.to_owned()));
    let review = || ("design = 'narrative-review'\nstatement = 'mechanism'".to_owned(), String::new());
    assert_eq!(come_to(&case("efficacy", "", &weightless().collect::<Vec<_>>())), come_to(&case("efficacy", "", &[])),);
    let small = || (trial(12, "low"), compared("no-difference", DIRECT));
    let alone = come_to(&case("efficacy", CONTINUOUS, &[small()]));
    let with: Vec<(String, String)> =
        std::iter::once(small()).chain(weightless()).chain((0..5).map(|_| review())).collect();
    assert_eq!(come_to(&case("efficacy", CONTINUOUS, &with)), alone);
}

#[test]
fn reasons_without_a_study_are_level_five_and_nothing_more() {
    let mechanism = [("design = 'narrative-review'\nstatement = 'mechanism'".to_owned(), String::new())];
    assert_eq!(come_to(&case("efficacy", "", &mechanism)), ["insufficient", "no-studies", "level-5"]);
    assert_eq!(come_to(&case("mechanism", "", &mechanism)), ["insufficient", "not-applicable", "level-5"]);
    let (item, link) = statement("assertion");
    assert_eq!(
        come_to(&case("tolerability", "", &one(item, link.to_owned()))),
        ["insufficient", "no-studies", "level-5"]
    );
}

#[test]
fn a_case_series_is_no_comparison() {
    let series = "design = 'case-series'\nparticipants = 30\nrisk-of-bias = 'high'".to_owned();
    let link = format!("{}\ndramatic-effect = false", compared("not-applicable", DIRECT));
    let facts =
        "publication-bias = 'undetected'\nlarge-effect = 'no'\ndose-response = false\nopposing-confounding = false";
    assert_eq!(come_to(&case("efficacy", facts, &one(series, link))), ["insufficient", "very-low", "level-4"]);
}

#[test]
fn a_cohort_does_not_lend_its_result_to_a_trial() {
    let items = [
        (trial(500, "low"), compared("not-reported", DIRECT)),
        (
            "design = 'prospective-cohort'\nparticipants = 9000\nrisk-of-bias = 'low'".to_owned(),
            format!("{}\ndramatic-effect = false", compared("favours-intervention", DIRECT)),
        ),
    ];
    let facts = format!("{CONTINUOUS}\nlarge-effect = 'no'\ndose-response = false\nopposing-confounding = false");
    assert_eq!(come_to(&case("efficacy", &facts, &items)), ["insufficient", "low", "level-3"]);
}

#[test]
fn the_value_of_a_parameter_is_not_taken_as_a_result() {
    let pack = |taken: &str| {
        format!(
            "[framework]\nid = 'p'\ntitle = 'P'\nedition = '1'\nresult = 'r'\n[scale]\nlevels = ['low', 'high']\n\
             [parameter.cap]\nvalue = 'low'\nchoices = ['low', 'high']\n[parameter.amount]\nvalue = 2\n{taken}"
        )
    };
    let by_rule = pack("[decision.r]\n[[decision.r.rule]]\nid = 'x'\nthen = { value-of = 'cap' }\nbecause = 'X.'\n");
    let by_measure = pack(
        "[measure.m]\nsum = 'amount'\n[decision.r]\notherwise = { then = 'low', because = 'X.' }\n\
         [[decision.r.rule]]\nid = 'x'\nwhen = { m = 2 }\nthen = 'high'\nbecause = 'X.'\n",
    );
    for text in [by_rule, by_measure] {
        let refused = Frameworks::built_in().add_toml("p.toml", &text).expect_err("it takes a parameter's value");
        assert!(refused.to_string().contains("is a parameter"), "{refused}");
    }
}

/// What a conclusion rests on and the framework does not grade counts for nothing, and the report says so.
#[test]
fn what_is_not_graded_is_not_passed_over_in_silence() {
    let frameworks = Frameworks::built_in();
    let text = r#"
        [case]
        id = "c"
        title = "C"
        conclusion = "whole"
        [[claim]]
        id = "whole"
        kind = "conclusion"
        text = "It does more good than harm."
        link = [{ rests-on = "good", need = "necessary" }, { rests-on = "works-so", need = "necessary" }]
        [[claim]]
        id = "good"
        kind = "efficacy"
        text = "It helps."
        [[claim]]
        id = "works-so"
        kind = "mechanism"
        text = "It works so."
    "#;
    let case = Case::from_toml("case.toml", text, &frameworks).expect("the case can be read");
    let compiled = Compiled::new(frameworks.find("grade").expect("it is built in")).expect("it compiles");
    let report = Report::new(&grade(&case, &compiled, &Run::default()).expect("it can be graded"));
    let whole = report.claims.iter().find(|claim| claim.id == "whole").expect("the claim is there");
    assert_eq!(whole.passed_over, ["works-so"]);
    let told = "whole hangs on works-so too, which the framework does not grade";
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(report::text(&report, &Page::default())).contains(told));
    assert!(report::markdown(&report).contains(told));
    let proof = flat(report::explanation_text(&report, &Page::default()));
    assert!(proof.contains("leaves out works-so: needs a claim that `grade-classic` grades"), "{proof}");
}
