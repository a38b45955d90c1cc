//! The flagship: an article on low-dose naltrexone for depression says that the data do not permit a
//! conclusion; the engine comes to the same from the facts. What would have to change the grades
//! does, and what must not does not.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use evigrade::report::{self, Page, Report};
use evigrade::{Case, Compiled, Run, check, grade};
use support::{CaseText, framework, run};

const CLAIMS: [&str; 5] = ["mechanism", "efficacy", "tolerability", "monotherapy", "verdict"];

/// What a run takes unless it says otherwise: the article alone, as of its day.
fn article() -> Run {
    Run::default()
}

fn all_layers(as_of: Option<&str>) -> Run {
    run(as_of, &["article", "literature"])
}

fn flagship() -> CaseText {
    CaseText::of("ldn-depression")
}

/// The level or status and the direction of every claim.
fn grades(case: &Case, compiled: &Compiled, run: &Run) -> Vec<String> {
    let grading = grade(case, compiled, run).unwrap_or_else(|refused| panic!("{refused}"));
    let report = Report::summary(&grading);
    let line = |id: &str| {
        let claim = report.claims.iter().find(|claim| claim.id == id).unwrap_or_else(|| panic!("no claim `{id}`"));
        format!("{id}: {}, {}", claim.label, claim.direction.as_deref().unwrap_or("-"))
    };
    CLAIMS.into_iter().map(line).collect()
}

fn level(case: &CaseText, under: &str, run: &Run, claim: &str) -> String {
    let (case, compiled) = (case.case(), framework(under));
    let grading = grade(&case, compiled, run).expect("it can be graded");
    let grade = grading.find(claim).expect("the claim is there");
    grade.level().unwrap_or_else(|| panic!("`{claim}` is open under `{under}`")).as_str().to_owned()
}

fn rule(case: &CaseText, under: &str, run: &Run, claim: &str) -> String {
    let (case, compiled) = (case.case(), framework(under));
    let grading = grade(&case, compiled, run).expect("it can be graded");
    let claim = case.find_claim(claim).expect("the claim is there");
    grading.proof(claim).and_then(|proof| proof.rule).expect("a rule fired").as_str().to_owned()
}

/// Holds that a change moves no grade and no direction under any framework.
fn nothing_moves(changed: &CaseText) {
    let (before, after) = (flagship().case(), changed.case());
    assert_ne!(before.digest(), after.digest(), "the case was not changed");
    for id in ["ahrq-soe", "grade", "ocebm-2011"] {
        let compiled = framework(id);
        assert_eq!(grades(&before, compiled, &article()), grades(&after, compiled, &article()), "under {id}");
    }
}

/// The claims whose grade or direction differs from that of the article under a framework.
fn moved(changed: &CaseText, under: &str) -> Vec<String> {
    let (before, after) = (flagship().case(), changed.case());
    let compiled = framework(under);
    let before = grades(&before, compiled, &article());
    let after = grades(&after, compiled, &article());
    before.into_iter().zip(after).filter(|(before, after)| before != after).map(|(_, after)| after).collect()
}

fn text(under: &str, run: &Run) -> String {
    let (case, compiled) = (flagship().case(), framework(under));
    report::text(&Report::new(&grade(&case, compiled, run).expect("it can be graded")), &Page::default())
}

// What comes out.

#[test]
fn the_article_under_ahrq() {
    insta::assert_snapshot!(text("ahrq-soe", &article()));
}

#[test]
fn the_article_under_grade() {
    insta::assert_snapshot!(text("grade", &article()));
}

#[test]
fn the_article_under_ocebm() {
    insta::assert_snapshot!(text("ocebm-2011", &article()));
}

#[test]
fn the_literature_of_its_day() {
    insta::assert_snapshot!(text("ahrq-soe", &all_layers(None)));
}

#[test]
fn the_literature_of_2026() {
    let later = all_layers(Some("2026-11-24"));
    insta::assert_snapshot!("the_literature_of_2026_under_ahrq", text("ahrq-soe", &later));
    insta::assert_snapshot!("the_literature_of_2026_under_grade", text("grade", &later));
}

/// Every claim is insufficient for a reason of its own, and so is the verdict.
#[test]
fn each_claim_is_insufficient_for_its_own_reason() {
    let mut rules = Vec::new();
    for claim in CLAIMS {
        assert_eq!(level(&flagship(), "ahrq-soe", &article(), claim), "insufficient", "{claim}");
        rules.push(rule(&flagship(), "ahrq-soe", &article(), claim));
    }
    rules.sort();
    rules.dedup();
    assert_eq!(rules.len(), CLAIMS.len(), "{rules:?}");
}

#[test]
fn no_studies_is_not_very_low() {
    assert_eq!(level(&flagship(), "grade", &article(), "efficacy"), "very-low");
    assert_eq!(level(&flagship(), "grade", &article(), "monotherapy"), "no-studies");
    assert_eq!(level(&flagship(), "grade", &article(), "tolerability"), "no-studies");
}

#[test]
fn the_proofs_of_the_article() {
    let (case, compiled) = (flagship().case(), framework("ahrq-soe"));
    let grading = grade(&case, compiled, &article()).expect("it can be graded");
    for claim in CLAIMS {
        let index = case.find_claim(claim).expect("the claim is there");
        let page = report::explanation_text(&Report::of(&grading, [index]), &Page::default());
        insta::assert_snapshot!(format!("proof_of_{claim}"), page);
    }
}

#[test]
fn the_proof_under_grade() {
    let (case, compiled) = (flagship().case(), framework("grade"));
    let grading = grade(&case, compiled, &article()).expect("it can be graded");
    let index = case.find_claim("efficacy").expect("the claim is there");
    let page = report::explanation_text(&Report::of(&grading, [index]), &Page::default());
    insta::assert_snapshot!("proof_of_efficacy_under_grade", page);
}

#[test]
fn the_reports_in_other_formats() {
    let (case, compiled) = (flagship().case(), framework("ahrq-soe"));
    let grading = grade(&case, compiled, &article()).expect("it can be graded");
    let whole = Report::new(&grading);
    insta::assert_snapshot!("report_as_markdown", report::markdown(&whole));
    insta::assert_snapshot!("report_as_csv", report::csv(&[whole]));
    let index = case.find_claim("monotherapy").expect("the claim is there");
    let one = Report::of(&grading, [index]);
    insta::assert_snapshot!("explanation_as_markdown", report::explanation_markdown(&one));
    let json: serde_json::Value = serde_json::from_str(&one.to_json()).expect("it is JSON");
    insta::assert_json_snapshot!("report_as_json", json);
}

// What must move, and what must not. The names tell the change.

#[test]
fn attitude_popularity_and_expertise_taken_out() {
    let case = flagship().without(&[
        "immune-involvement",
        "intriguing",
        "patients-seek",
        "popular-inquiry",
        "author-expertise",
        "narrative-summary",
        "intriguing-again",
    ]);
    nothing_moves(&case);
}

#[test]
fn any_proposition_said_twice() {
    let case = flagship();
    for item in case.case().evidence() {
        let id = item.id.as_str();
        if item.layer.as_ref().is_none_or(|layer| *layer != "article") {
            continue;
        }
        // An undercut names the link, and said twice it attacks the same link twice.
        let again = case.item(id).replacen(&format!("id = \"{id}\""), &format!("id = \"{id}-said-twice\""), 1);
        nothing_moves(&case.clone().with(&again));
    }
}

#[test]
fn the_attitude_said_again_in_other_words() {
    let again = flagship()
        .item("intriguing-again")
        .replace("intriguing-again", "intriguing-once-more")
        .replace("The attitude of the first paragraph once more", "It stays an intriguing tool");
    nothing_moves(&flagship().with(&again));
}

#[test]
fn the_paragraphs_on_mechanism_taken_out() {
    let case = flagship().without(&[
        "proposed",
        "dose-definition",
        "binds-all-receptors",
        "transient-antagonism",
        "endorphin-rise",
        "regulate-zeta",
        "zeta-is-ogfr",
        "on-immune-cells",
        "inhibit-proliferation",
        "blocks-tlr4",
        "tlr4-on-immune-cells",
        "tlr4-triggers-inflammation",
        "cytokine-shift",
        "zagon-no-opioid-receptor",
    ]);
    nothing_moves(&case);
    assert_eq!(rule(&case, "ahrq-soe", &article(), "mechanism"), "mechanism-not-argued");
    assert_eq!(rule(&flagship(), "ahrq-soe", &article(), "mechanism"), "mechanism-argued-only");
}

#[test]
fn the_trials_own_rationale_taken_out() {
    let case = flagship().without(&["not-anti-inflammatory", "dopamine-route"]);
    nothing_moves(&case);
    assert_eq!(level(&case, "grade", &article(), "efficacy"), "very-low");
    let undercut = |case: &CaseText| {
        let (case, compiled) = (case.case(), framework("ahrq-soe"));
        let grading = grade(&case, compiled, &article()).expect("it can be graded");
        let efficacy = grading.body(case.find_claim("efficacy").expect("it is there"));
        efficacy.excluded.iter().any(|(_, why)| matches!(why, evigrade::grade::Exclusion::Undercut(_)))
    };
    assert!(undercut(&flagship()), "the rationale undercuts the way from mechanism to efficacy");
    assert!(!undercut(&case), "nothing undercuts it any more");
}

/// However many patients: without a comparison there is no effect to be certain of.
#[test]
fn four_hundred_patients_and_nothing_else_reported() {
    let case = flagship().edit("trial-as-described", "participants = 12", "participants = 400");
    assert_eq!(level(&case, "ahrq-soe", &article(), "efficacy"), "insufficient");
    assert!(["very-low", "low"].contains(&level(&case, "grade", &article(), "efficacy").as_str()));
    assert_eq!(level(&case, "ahrq-soe", &article(), "verdict"), "insufficient");
}

#[test]
fn the_comparison_on_the_primary_outcome_reported() {
    let case = flagship().change("trial-as-described", |item| {
        item.replace(
            "comparator-result = \"not-reported\"",
            "comparator-result = \"no-difference\"\neffect-measure = \"smd\"",
        )
        .replace("effect = \"not-reported\"", "effect = 0.62")
        .replace("ci-low = \"not-reported\"", "ci-low = -0.54")
        .replace("ci-high = \"not-reported\"", "ci-high = 1.78")
    });
    assert_eq!(level(&case, "grade", &article(), "efficacy"), "very-low");
    assert_eq!(level(&case, "ahrq-soe", &article(), "efficacy"), "insufficient");
    assert_eq!(rule(&case, "ahrq-soe", &article(), "efficacy"), "single-small-study");
    assert_eq!(moved(&case, "ahrq-soe"), ["efficacy: Insufficient, no-difference"]);
}

#[test]
fn only_a_favourable_secondary_outcome_reported() {
    let case = flagship().change("trial-as-described", |item| {
        item.replace("comparator-result = \"not-reported\"", "comparator-result = \"favours-intervention\"")
            .replace("p-value = \"not-reported\"", "p-value = 0.035\noutcome-role = \"secondary\"")
    });
    assert_eq!(level(&case, "grade", &article(), "efficacy"), "very-low");
    assert_eq!(level(&case, "ahrq-soe", &article(), "efficacy"), "insufficient");
    let findings = check::case(&case.case());
    let told = |id: &str| {
        findings.iter().any(|finding| {
            finding.code == evigrade::diagnostic::Code::SelectiveOutcomeEmphasis && finding.message.contains(id)
        })
    };
    assert!(told("trial-as-described"), "a secondary outcome stands for the trial, whose primary one is null");
}

#[test]
fn the_result_turned_round() {
    let case = flagship()
        .edit("trial-as-described", "within-group-result = \"improved\"", "within-group-result = \"worsened\"")
        .edit("trial-as-described", "supports = \"efficacy\"", "refutes = \"efficacy\"");
    nothing_moves(&case);
}

#[test]
fn given_twice_a_day() {
    let case = flagship().edit("trial-as-described", "doses-per-day = \"not-reported\"", "doses-per-day = 2");
    nothing_moves(&case);
    let daily = |case: &CaseText| {
        let mut frameworks = evigrade::Frameworks::built_in();
        let text = r#"
            [framework]
            id = "dose"
            title = "Daily dose"
            edition = "1"
            uses = ["vocabulary"]
            result = "range"
            [scale]
            levels = ["told"]
            [decision.in-range]
            on = "link"
            values = ["yes", "no", "not-told"]
            [[decision.in-range.rule]]
            id = "in-range"
            when = { vocabulary = { daily-dose = { at-least = 1, at-most = 5 } } }
            then = "yes"
            because = "{vocabulary.daily-dose} mg a day."
            [[decision.in-range.rule]]
            id = "not-told"
            when = { vocabulary = { daily-dose = "not-reported" } }
            then = "not-told"
            because = "How much a day is not told."
            [decision.in-range.otherwise]
            then = "no"
            because = "{vocabulary.daily-dose} mg a day."
            [measure.inside]
            count = "evidence"
            where = { in-range = "yes" }
            [decision.range]
            [[decision.range.rule]]
            id = "told"
            then = "told"
            because = "{inside} in range."
        "#;
        let id = frameworks.add_toml("dose.toml", text).unwrap_or_else(|refused| panic!("{refused}"));
        let compiled = Compiled::new(frameworks.find(id.as_str()).expect("it was added")).expect("it compiles");
        let case = case.case();
        let grading = grade(&case, &compiled, &article()).expect("it can be graded");
        let efficacy = case.find_claim("efficacy").expect("it is there");
        let values = grading.item_values(efficacy, "vocabulary.daily-dose");
        let trial = |link: evigrade::case::LinkIndex| {
            case.link(link).from
                == evigrade::case::LinkEnd::Evidence(case.find_item("trial-as-described").expect("the trial is there"))
        };
        let value = values.into_iter().find(|(link, _)| trial(*link)).and_then(|(_, value)| value);
        value.expect("the dose is determined").to_string()
    };
    assert_eq!(daily(&flagship()), "not reported");
    assert_eq!(daily(&case), "2");
}

const MONOTHERAPY_TRIAL: &str = r#"
[[source]]
id = "imagined"
title = "A trial that nobody has done"
published = 2020-01-15

[[evidence]]
id = "monotherapy-trial"
layer = "article"
source = "imagined"
outcome-role = "primary"
study = "imagined"
design = "parallel-rct"
participants = 200
use = "monotherapy"
risk-of-bias = "low"

[[evidence.link]]
supports = "monotherapy"
comparator-result = "favours-intervention"
population-match = "direct"
intervention-match = "direct"
comparator-match = "direct"
outcome-match = "direct"

[[judgement]]
claim = "monotherapy"
facts = { publication-bias = "undetected", pooled-scale = "not-reported" }
reason = "Registered, and the only trial; no interval is given."
by = "A test"
on = 2020-02-01
"#;

#[test]
fn a_sound_monotherapy_trial_instead_of_none() {
    let case = flagship().without(&["no-monotherapy-studies", "no-replacement-studies"]).with(MONOTHERAPY_TRIAL);
    let ahrq = level(&case, "ahrq-soe", &article(), "monotherapy");
    assert!(["low", "moderate"].contains(&ahrq.as_str()), "{ahrq}");
    let certainty = level(&case, "grade", &article(), "monotherapy");
    assert!(["low", "moderate"].contains(&certainty.as_str()), "{certainty}");
    assert_eq!(level(&case, "ahrq-soe", &article(), "verdict"), ahrq);
    assert_eq!(level(&case, "grade", &article(), "verdict"), certainty);
    for untouched in ["mechanism", "efficacy", "tolerability"] {
        assert_eq!(level(&case, "ahrq-soe", &article(), untouched), "insufficient", "{untouched}");
    }
}

#[test]
fn five_more_reviews_of_mechanism() {
    let mut case = flagship();
    for number in 1..=5 {
        case = case.with(&format!(
            r#"
            [[source]]
            id = "review-{number}"
            title = "Another review"
            published = 2019-0{number}-01

            [[evidence]]
            id = "review-{number}-says"
            layer = "article"
            source = "review-{number}"
            design = "narrative-review"
            statement = "mechanism"

            [[evidence.link]]
            supports = "mechanism"

            [[evidence]]
            id = "review-{number}-hopes"
            layer = "article"
            source = "review-{number}"
            text = "It should help."
            design = "narrative-review"
            statement = "hypothesis"

            [[evidence.link]]
            supports = "efficacy"
            "#
        ));
    }
    nothing_moves(&case);
}

#[test]
fn poorly_tolerated() {
    let case = flagship().edit("well-tolerated", "supports = \"tolerability\"", "refutes = \"tolerability\"").edit(
        "well-tolerated",
        "it is fairly well tolerated",
        "it is poorly tolerated",
    );
    assert_eq!(moved(&case, "ahrq-soe"), ["tolerability: Insufficient, asserted-unfavourable"]);
    assert_eq!(moved(&case, "grade"), ["tolerability: No included studies, asserted-unfavourable"]);
}

/// The day as of which one grades decides which facts there are, and the report names them.
#[test]
fn as_of_2019_and_as_of_2026() {
    let (case, compiled) = (flagship().case(), framework("ahrq-soe"));
    let counted = |as_of: &str| {
        let grading = grade(&case, compiled, &all_layers(Some(as_of))).expect("it can be graded");
        let report = Report::new(&grading);
        let efficacy = report.claims.into_iter().find(|claim| claim.id == "efficacy").expect("it is there");
        let ids: Vec<String> = efficacy.evidence.counted.into_iter().map(|counted| counted.id).collect();
        let later: Vec<String> = efficacy
            .evidence
            .left_out
            .into_iter()
            .filter(|left| left.reason == "not-yet-published")
            .map(|left| left.id)
            .collect();
        (ids, later)
    };
    let (early, left_out) = counted("2019-06-30");
    let (late, left_out_late) = counted("2026-11-24");
    assert!(early.contains(&"mischoulon-hamd-17".to_owned()), "{early:?}");
    assert!(!early.contains(&"trial-as-described".to_owned()), "the article was not written");
    assert!(left_out.contains(&"moloney-madrs".to_owned()), "{left_out:?}");
    assert!(late.contains(&"moloney-madrs".to_owned()), "{late:?}");
    assert!(left_out_late.is_empty(), "{left_out_late:?}");
}

/// The same verdict, and another proof of it.
#[test]
fn the_reference_of_the_trial_retracted() {
    let case = flagship().replace(
        "id = \"reference-7\"\ntitle = \"Reference 7 of the article\"\n",
        "id = \"reference-7\"\ntitle = \"Reference 7 of the article\"\nretracted = 2020-03-01\n",
    );
    assert_eq!(level(&case, "ahrq-soe", &article(), "verdict"), "insufficient");
    assert_eq!(level(&case, "grade", &article(), "efficacy"), "no-studies");
    assert_eq!(rule(&flagship(), "ahrq-soe", &article(), "efficacy"), "not-compared");
    assert_eq!(rule(&case, "ahrq-soe", &article(), "efficacy"), "no-studies");
    let proof = |case: &CaseText| {
        let (case, compiled) = (case.case(), framework("ahrq-soe"));
        let grading = grade(&case, compiled, &article()).expect("it can be graded");
        let report = Report::of(&grading, case.conclusion());
        report::explanation_text(&report, &Page::default())
    };
    assert_ne!(proof(&flagship()), proof(&case));
    insta::assert_snapshot!("verdict_after_a_retraction", proof(&case));
}
