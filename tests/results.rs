//! Results as they are recorded: the effects that follow from them, what is refused, and what claims say by them.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use evigrade::case::ClaimIndex;
use evigrade::explain::{Most, Reached, least_change};
use evigrade::grade::{Grading, Proof, Read, grade};
use evigrade::report::{Page, Report, SynthesisReport};
use evigrade::synthesis::{
    EffectMeasure, Method, MethodPart, ResultPart, StudyResult, SynthesisError, forest_plot, funnel_plot, synthesise,
};
use evigrade::value::Value;
use evigrade::{Case, Compiled, Frameworks, Run};

fn result(measure: EffectMeasure, numbers: &[(ResultPart, f64)]) -> StudyResult {
    let mut result = StudyResult::new(measure);
    numbers.iter().for_each(|(part, number)| result.set(*part, *number));
    result
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-6 * other.abs().max(1.0)
}

/// A reported effect says how sure it is by an interval, a standard error or a p-value: here the same of each.
#[test]
fn an_effect_follows_from_its_interval_its_error_or_its_p_value() {
    use ResultPart as Part;
    // ln 0.8 with a standard error of 0.1; the interval is exp(ln 0.8 -+ 1.959964 x 0.1), z is 2.231436 and p 0.0256522.
    let (low, high) = ((0.8_f64.ln() - 0.195_996_4).exp(), (0.8_f64.ln() + 0.195_996_4).exp());
    let each = [
        vec![(Part::Estimate, 0.8), (Part::Low, low), (Part::High, high)],
        vec![(Part::Estimate, 0.8), (Part::StandardError, 0.1)],
        vec![(Part::Estimate, 0.8), (Part::PValue, 0.025_652_2)],
    ];
    for numbers in each {
        let effect = result(EffectMeasure::HazardRatio, &numbers).effect(EffectMeasure::HazardRatio).unwrap().unwrap();
        assert!(near(effect.estimate(), 0.8_f64.ln()), "{numbers:?}");
        assert!((effect.variance().sqrt() - 0.1).abs() < 1e-5, "{numbers:?}: {}", effect.variance().sqrt());
    }
    // The same told as a logarithm.
    let mut logarithm =
        result(EffectMeasure::HazardRatio, &[(Part::Estimate, 0.8_f64.ln()), (Part::StandardError, 0.1)]);
    logarithm.logarithm = true;
    assert!(near(logarithm.effect(EffectMeasure::HazardRatio).unwrap().unwrap().estimate(), 0.8_f64.ln()));
    // By another measure nothing follows, and nothing without a word on how sure it is.
    assert_eq!(logarithm.effect(EffectMeasure::OddsRatio).unwrap(), None);
    let bare = result(EffectMeasure::HazardRatio, &[(Part::Estimate, 0.8)]);
    assert_eq!(bare.effect(EffectMeasure::HazardRatio).unwrap(), None);
}

const TWO_BY_TWO: [(ResultPart, f64); 4] = [
    (ResultPart::Events, 12.0),
    (ResultPart::Participants, 100.0),
    (ResultPart::ComparatorEvents, 20.0),
    (ResultPart::ComparatorParticipants, 100.0),
];

#[test]
fn clusters_and_shared_arms_make_an_effect_less_sure() {
    let plain = result(EffectMeasure::RiskRatio, &TWO_BY_TWO);
    let effect = |result: &StudyResult| result.effect(EffectMeasure::RiskRatio).unwrap().unwrap();
    let before = effect(&plain);
    let mut clusters = plain.clone();
    clusters.set(ResultPart::DesignEffect, 1.5);
    assert!(near(effect(&clusters).estimate(), before.estimate()));
    assert!(near(effect(&clusters).variance(), 1.5 * before.variance()));
    // Half of the comparator arm: 10 of 50. The ratio stays, 1/10 - 1/50 stands for 1/20 - 1/100.
    let mut shared = plain.clone();
    shared.set(ResultPart::SharedBy, 2.0);
    assert!(near(effect(&shared).estimate(), before.estimate()));
    assert!(near(effect(&shared).variance(), before.variance() + 0.04));
}

#[test]
fn paired_measurements_are_surer_the_more_they_go_together() {
    let numbers = [
        (ResultPart::Participants, 25.0),
        (ResultPart::Mean, 8.0),
        (ResultPart::Deviation, 3.0),
        (ResultPart::ComparatorParticipants, 25.0),
        (ResultPart::ComparatorMean, 10.0),
        (ResultPart::ComparatorDeviation, 4.0),
    ];
    let mut paired = result(EffectMeasure::MeanDifference, &numbers);
    let variance = |result: &StudyResult| result.effect(EffectMeasure::MeanDifference).unwrap().unwrap().variance();
    assert!(near(variance(&paired), 1.0));
    paired.set(ResultPart::Correlation, 0.5);
    // (9 + 16 - 2 x 0.5 x 3 x 4) / 25
    assert!(near(variance(&paired), 0.52));
    // Standard deviations of the differences and between participants are the same here; the factor is that of 24 degrees
    // of freedom.
    let standardised = paired.effect(EffectMeasure::StandardisedMeanDifference).unwrap().unwrap();
    assert!(near(standardised.estimate(), -0.5371523850111369));
    assert!(near(standardised.variance(), 0.04327990270847291));
}

#[test]
fn results_of_several_measures_are_not_put_together() {
    let one = result(EffectMeasure::RiskRatio, &TWO_BY_TWO);
    let other = result(EffectMeasure::OddsRatio, &TWO_BY_TWO);
    let both = [one.clone(), other];
    let found = synthesise(&both, &Method::default()).unwrap_err();
    assert_eq!(found, SynthesisError::DifferentMeasures { one: "rr", other: "or" });
    // Asked for one, the data of the arms give it.
    let mut method = Method::default();
    method.measure = Some(EffectMeasure::RiskDifference);
    assert_eq!(synthesise(&both, &method).unwrap().effects.len(), 2);
    let mut silent = one;
    silent.measure = None;
    assert_eq!(synthesise(&[silent], &Method::default()).unwrap_err(), SynthesisError::NoMeasure);
}

#[test]
fn words_set_how_results_are_put_together() {
    for part in [MethodPart::Model, MethodPart::BetweenStudies, MethodPart::Interval] {
        let told: Vec<String> =
            part.choices().into_iter().map(|word| Method::of_words([(part, word)]).told()).collect();
        for (at, one) in told.iter().enumerate() {
            assert!(told[at + 1..].iter().all(|other| other != one), "{told:?}");
        }
    }
}

/// Pictures are of text, and show every study.
#[test]
fn plots_are_as_they_were_looked_at() {
    let trials =
        [(12.0, 100.0, 20.0, 100.0), (5.0, 60.0, 9.0, 58.0), (30.0, 210.0, 41.0, 205.0), (1.0, 40.0, 6.0, 40.0)];
    let results = trials.map(|(events, of, comparator_events, comparator_of)| {
        let numbers = [
            (ResultPart::Events, events),
            (ResultPart::Participants, of),
            (ResultPart::ComparatorEvents, comparator_events),
            (ResultPart::ComparatorParticipants, comparator_of),
        ];
        result(EffectMeasure::RiskRatio, &numbers)
    });
    let method = Method::default();
    let synthesis = synthesise(&results, &method).unwrap();
    let labels = ["One & two 2019", "<Other> 2021", "Third 2022", "Small 2023"].map(str::to_owned);
    insta::assert_snapshot!("forest", forest_plot("Relapse", &labels, &synthesis, &method));
    insta::assert_snapshot!("funnel", funnel_plot("Relapse", &synthesis));
}

#[test]
fn plots_hold_no_number_that_is_none() {
    for size in [1e-300, 1e-12, 1.0, 1e12, 1e140] {
        let results = [1.0, -2.0, 3.0].map(|of: f64| {
            result(
                EffectMeasure::MeanDifference,
                &[(ResultPart::Estimate, of * size), (ResultPart::StandardError, size)],
            )
        });
        let method = Method::default();
        let Ok(synthesis) = synthesise(&results, &method) else { continue };
        for picture in [forest_plot("", &[], &synthesis, &method), funnel_plot("", &synthesis)] {
            assert!(!picture.contains("NaN") && !picture.contains("inf"), "{size}: {picture}");
        }
    }
}

fn flagship(as_of: &str) -> (Case, Run) {
    let case = Case::open("evidence/ldn-depression", &Frameworks::built_in()).unwrap();
    let run = Run { as_of: Some(as_of.parse().unwrap()), layers: Some(vec!["literature".into()]), ..Run::default() };
    (case, run)
}

/// What the two trials in depression found: differences of the end values and of the changes, with the intervals that
/// Welch's t gives.
#[test]
fn the_differences_of_the_trials_in_depression() {
    let (case, run) = flagship("2026-11-27");
    let frameworks = Frameworks::built_in();
    let compiled = Compiled::new(frameworks.find("grade-classic").unwrap()).unwrap();
    let grading = grade(&case, &compiled, &run).unwrap();
    let efficacy = case.find_claim("efficacy").unwrap();
    let mut method = Method::default();
    method.measure = Some(EffectMeasure::MeanDifference);
    let told = |items: &[&str], method: &Method| {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        let report = SynthesisReport::new(&grading, efficacy, method, &items).unwrap();
        let round = |number: f64| (number * 10.0).round() / 10.0;
        let (low, high) = report.pooled.interval;
        (round(report.pooled.effect), round(low), round(high), report)
    };
    for (item, effect, low, high) in [
        ("mischoulon-hamd-17", -6.1, -15.0, 2.8),
        ("mischoulon-hamd-28", -7.8, -18.8, 3.2),
        ("mischoulon-madrs-10", -10.6, -21.5, 0.3),
        ("mischoulon-madrs-15", -12.8, -24.9, -0.7),
        ("mischoulon-cgi-s", -1.0, -2.2, 0.2),
        ("moloney-madrs", -0.7, -4.5, 3.1),
    ] {
        let (found, from, to, _) = told(&[item], &method);
        assert_eq!((found, from, to), (effect, low, high), "{item}");
    }
    let both = ["mischoulon-madrs-10", "moloney-madrs"];
    let common = Method::of_words([(MethodPart::Model, "common-effect")]);
    let (effect, low, high, report) = told(&both, &common);
    assert_eq!((effect, low, high), (-2.0, -5.4, 1.5));
    assert_eq!(report.pooled.heterogeneity.unwrap().i_squared.round(), 72.0);
    let (effect, low, high, _) = told(&both, &Method::of_words([(MethodPart::BetweenStudies, "dersimonian-laird")]));
    assert_eq!((effect, low, high), (-4.6, -14.1, 4.9));
    // Two scales are not put together.
    assert!(SynthesisReport::new(&grading, efficacy, compiled.method(), &[]).is_err());
}

/// The d of 1.45 that was published for MADRS-10 means a standard deviation of 7.3, and not that of the end values: by it
/// the two trials differ more.
#[test]
fn the_published_d_makes_the_trials_differ_more() {
    let error = 10.6 / 1.45 * (1.0_f64 / 6.0 + 1.0 / 6.0).sqrt();
    let pilot = [(ResultPart::Estimate, -10.6), (ResultPart::StandardError, error)];
    let later = [
        (ResultPart::Participants, 18.0),
        (ResultPart::Mean, -10.5),
        (ResultPart::Deviation, 5.6),
        (ResultPart::ComparatorParticipants, 19.0),
        (ResultPart::ComparatorMean, -9.8),
        (ResultPart::ComparatorDeviation, 5.9),
    ];
    let measure = EffectMeasure::MeanDifference;
    let both = [result(measure, &pilot), result(measure, &later)];
    let common = synthesise(&both, &Method::of_words([(MethodPart::Model, "common-effect")])).unwrap();
    assert_eq!(common.i_squared().unwrap().round(), 78.0);
    assert_eq!((common.pooled.estimate * 10.0).round() / 10.0, -2.4);
}

/// A trial of 12 by itself: what it measured, and nothing stated about the body of evidence.
const TINY: &str = include_str!("../examples/small-trial.toml");

/// Grades a case under a framework, with parameters set otherwise, and does something with the claim `improves`.
fn graded<T>(text: &str, framework: &str, set: &[(&str, Value)], act: impl FnOnce(&Grading<'_>, ClaimIndex) -> T) -> T {
    let frameworks = Frameworks::built_in();
    let case = Case::from_toml("case.toml", text, &frameworks).unwrap();
    let parameters = set.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
    let compiled = Compiled::with_parameters(frameworks.find(framework).unwrap(), &parameters).unwrap();
    let grading = grade(&case, &compiled, &Run::default()).unwrap();
    act(&grading, case.find_claim("improves").unwrap())
}

fn imprecision(text: &str, framework: &str, set: &[(&str, Value)]) -> (String, Proof) {
    let proof = graded(text, framework, set, |grading, claim| grading.proof_of(claim, "imprecision").unwrap());
    (proof.value.to_string(), proof)
}

/// Without the guard: the sample is consulted only after an implausibly large effect.
const LITERAL: (&str, Value) = ("tiny-sample-counts", Value::Flag(false));

/// By the letter of Core GRADE a confidence interval that crosses one threshold costs one level, however few
/// participants there are; a parameter guards against that.
#[test]
fn imprecision_follows_from_the_numbers() {
    let (classic, _) = imprecision(TINY, "grade-classic", &[]);
    assert_eq!(classic, "very-serious");
    let (guarded, _) = imprecision(TINY, "grade-core-2025", &[]);
    assert_eq!(guarded, "very-serious");
    let (literal, _) = imprecision(TINY, "grade-core-2025", &[LITERAL]);
    assert_eq!(literal, "serious");
}

/// What somebody states, or judges, goes before what follows from the results.
#[test]
fn what_is_stated_goes_before_what_follows() {
    let stated =
        TINY.replace("publication-bias =", "pooled-ci-low = -6.5\n    pooled-ci-high = -5.5\n    pooled-effect = -6\n    pooled-scale = \"difference\"\n    outcome-type = \"continuous\"\n    standard-deviation = 7\n    publication-bias =");
    let (_, followed) = imprecision(TINY, "grade-core-2025", &[LITERAL]);
    let (_, proof) = imprecision(&stated, "grade-core-2025", &[LITERAL]);
    let low = |proof: &Proof| read(proof, "pooled-ci-low");
    let followed = low(&followed).expect("it is read");
    let synthesis = followed.synthesis.expect("it follows from the results");
    assert_eq!(synthesis.of.iter().map(|item| item.as_str()).collect::<Vec<_>>(), ["score"]);
    // As t.test of R has it, rounded.
    assert_eq!(followed.value.to_string(), "-15.0055");
    let proof = low(&proof).expect("it is read");
    assert!(proof.synthesis.is_none());
    assert_eq!(proof.value.to_string(), "-6.5");
}

fn read(proof: &Proof, name: &str) -> Option<Read> {
    fn within(read: &Read, name: &str) -> Option<Read> {
        if read.name == *name { Some(read.clone()) } else { read.from.iter().find_map(|part| within(part, name)) }
    }
    let here = proof.facts.iter().find_map(|read| within(read, name));
    here.or_else(|| proof.from.iter().find_map(|proof| self::read(proof, name)))
}

#[test]
fn the_table_says_what_was_left_out() {
    let text = format!(
        "{TINY}\n    [[evidence]]\n    id = \"silent\"\n    source = \"trial\"\n    design = \"parallel-rct\"\n    study = \"other\"\n    \
         [[evidence.link]]\n    supports = \"improves\"\n"
    );
    let report = graded(&text, "grade-classic", &[], |grading, claim| {
        SynthesisReport::new(grading, claim, grading.framework().method(), &[]).unwrap()
    });
    assert_eq!(report.without_effect.iter().map(|item| item.as_str()).collect::<Vec<_>>(), ["silent"]);
    assert!(report.to_text(&Page::default()).contains("silent"));
}

/// What is pooled of a part of the studies says nothing of the body, and trials are not pooled with cohorts.
#[test]
fn what_is_pooled_of_a_part_is_not_read() {
    let more = |design: &str, result: &str| {
        format!(
            "{TINY}\n    [[evidence]]\n    id = \"more\"\n    source = \"trial\"\n    design = \"{design}\"\n    study = \"more\"\n    \
             participants = 40\n    risk-of-bias = \"low\"\n    [[evidence.link]]\n    supports = \"improves\"\n    \
             comparator-result = \"no-difference\"\n{result}"
        )
    };
    let effect = "    effect-measure = \"md\"\n    effect = -1\n    ci-low = -4\n    ci-high = 2\n";
    let claim_reads = |text: &str| {
        let proof =
            graded(text, "grade-classic", &[], |grading, claim| grading.proof_of(claim, "inconsistency").unwrap());
        read(&proof, "i-squared").and_then(|read| read.synthesis)
    };
    let whole = claim_reads(&more("parallel-rct", effect)).expect("both have an effect");
    assert_eq!(whole.of.len(), 2);
    assert!(claim_reads(&more("parallel-rct", "")).is_none());
    // Nor where the study does not even say that it compared.
    let silent = more("parallel-rct", "");
    let at = silent.rfind("comparator-result").expect("it says so");
    assert!(claim_reads(&silent[..at]).is_none());
    assert!(claim_reads(&more("prospective-cohort", effect)).is_none());
    // Nor a review with what it may hold, nor what nobody knows the design of.
    let review = more("parallel-rct", effect).replace("study = \"more\"", "study = \"more\"\n    studies = 4");
    assert!(claim_reads(&review).is_none());
    assert!(claim_reads(&more("not-reported", effect)).is_none());
}

/// Where somebody states the pooled interval, its scale is not taken from results of another measure.
#[test]
fn what_is_stated_is_not_mixed_with_what_follows() {
    let stated =
        TINY.replace("publication-bias =", "pooled-ci-low = -2\n    pooled-ci-high = 0.9\n    publication-bias =");
    let json = graded(&stated, "grade-classic", &[], |grading, claim| Report::of(grading, [claim]).to_json());
    assert!(!json.contains("\"synthesis\""), "{json}");
}

#[test]
fn a_reported_interval_goes_before_the_arms_and_stays_as_it_is() {
    // Adjusted 0.98 [0.80, 1.20]; crude 0.43.
    let mut adjusted = result(
        EffectMeasure::OddsRatio,
        &[
            (ResultPart::Estimate, 0.98),
            (ResultPart::Low, 0.80),
            (ResultPart::High, 1.20),
            (ResultPart::Events, 300.0),
            (ResultPart::Participants, 1000.0),
            (ResultPart::ComparatorEvents, 500.0),
            (ResultPart::ComparatorParticipants, 1000.0),
        ],
    );
    let found = synthesise(std::slice::from_ref(&adjusted), &Method::default()).unwrap();
    assert!(near(found.pooled.estimate, 0.98_f64.ln()));
    // An interval that is not even about its estimate is told as it is.
    adjusted.set(ResultPart::Low, 0.60);
    adjusted.set(ResultPart::High, 0.99);
    let found = synthesise(&[adjusted], &Method::default()).unwrap();
    assert!(near(found.pooled.interval.1, 0.99_f64.ln()));
}

#[test]
fn trials_without_events_tell_nothing_of_a_ratio() {
    let trial = |events: f64, others: f64, measure| {
        result(
            measure,
            &[
                (ResultPart::Events, events),
                (ResultPart::Participants, 100.0),
                (ResultPart::ComparatorEvents, others),
                (ResultPart::ComparatorParticipants, 100.0),
            ],
        )
    };
    for measure in [EffectMeasure::RiskRatio, EffectMeasure::OddsRatio] {
        let found = synthesise(&[trial(20.0, 40.0, measure), trial(0.0, 0.0, measure)], &Method::default()).unwrap();
        assert_eq!((found.effects.len(), found.uninformative.as_slice()), (1, [1].as_slice()));
    }
    let measure = EffectMeasure::RiskDifference;
    let found = synthesise(&[trial(20.0, 40.0, measure), trial(0.0, 0.0, measure)], &Method::default()).unwrap();
    assert_eq!(found.effects.len(), 2);
}

#[test]
fn estimates_that_agree_by_chance_are_no_surer_than_their_weights() {
    let one = result(EffectMeasure::RiskRatio, &[(ResultPart::Estimate, 0.7), (ResultPart::StandardError, 0.4)]);
    let method = Method::of_words([(MethodPart::Interval, "hartung-knapp")]);
    let found = synthesise(&[one.clone(), one], &method).unwrap();
    assert!(near(found.pooled.standard_error, 0.4 / 2.0_f64.sqrt()));
    assert!(found.pooled.interval.0 < 0.2_f64.ln() && found.pooled.p > 0.05);
}

#[test]
fn equally_precise_studies_are_pooled_without_a_test() {
    let study = |at: u8| {
        result(EffectMeasure::MeanDifference, &[(ResultPart::Estimate, at.into()), (ResultPart::StandardError, 1.0)])
    };
    let found = synthesise(&(0..10).map(study).collect::<Vec<_>>(), &Method::default()).unwrap();
    assert_eq!((found.effects.len(), found.egger), (10, None));
}

/// The baseline risk is that of all studies, or of none.
#[test]
fn a_part_of_the_studies_tells_no_baseline_risk() {
    let arms = result(EffectMeasure::RiskRatio, &TWO_BY_TWO);
    let reported = result(EffectMeasure::RiskRatio, &[(ResultPart::Estimate, 0.8), (ResultPart::StandardError, 0.1)]);
    let method = Method::default();
    assert_eq!(synthesise(&[arms.clone(), arms.clone()], &method).unwrap().baseline_risk, Some(0.2));
    assert_eq!(synthesise(&[arms, reported], &method).unwrap().baseline_risk, None);
}

#[test]
fn judged_numbers_that_cannot_be_are_not_pooled() {
    let text = format!(
        "{TINY}\n    [[judgement]]\n    evidence = \"score\"\n    facts = {{ comparator-participants = 0 }}\n    reason = \"A slip.\"\n    \
         by = \"A. Reviewer\"\n    on = 2020-01-01\n"
    );
    let found = graded(&text, "grade-classic", &[], |grading, claim| {
        grading.synthesis(claim, grading.framework().method(), None)
    });
    assert!(matches!(found, Err(SynthesisError::Impossible { .. })), "{found:?}");
}

/// What follows from results moves with them: nobody is told to change it.
#[test]
fn what_follows_is_no_change_of_its_own() {
    let frameworks = Frameworks::built_in();
    let case = Case::from_toml("case.toml", TINY, &frameworks).unwrap();
    let compiled = Compiled::new(frameworks.find("grade-classic").unwrap()).unwrap();
    let found = least_change((&case, &compiled, &Run::default()), "improves", "high", Most::default()).unwrap();
    let names: Vec<String> = match &found.facts {
        Reached::By { sets, .. } => {
            sets.iter().flat_map(|set| &set.changes).map(|change| change.name.as_str().to_owned()).collect()
        }
        _ => Vec::new(),
    };
    assert!(names.iter().all(|name| !name.starts_with("pooled-")), "{names:?}");
    let grading = grade(&case, &compiled, &Run::default()).unwrap();
    let claim = case.find_claim("improves").unwrap();
    let robust = evigrade::report::RobustnessReport::new(&grading, [claim]).to_json();
    assert!(!robust.contains("pooled-"), "{robust}");
}

/// Studies of which effects agree by chance: with those that a funnel lacks they are no surer than their weights allow.
#[test]
fn filled_funnels_are_no_surer_than_their_weights() {
    let case = |interval: &str| {
        let mut text = "[case]\nid = \"c\"\ntitle = \"C\"\n[[claim]]\nid = \"improves\"\nkind = \"efficacy\"\n\
                        text = \"X.\"\n[[source]]\nid = \"s\"\ntitle = \"S\"\n"
            .to_owned();
        for (number, [events, of, others, other_of]) in
            [[20, 100, 25, 100], [41, 200, 50, 200], [60, 300, 75, 300], [9, 50, 11, 50]].into_iter().enumerate()
        {
            text += &format!(
                "[[evidence]]\nid = \"t-{number}\"\nsource = \"s\"\nstudy = \"t-{number}\"\ndesign = \"parallel-rct\"\n\
                 intervention-events = {events}\nintervention-participants = {of}\ncomparator-events = {others}\n\
                 comparator-participants = {other_of}\n[[evidence.link]]\nsupports = \"improves\"\n\
                 effect-measure = \"rr\"\n"
            );
        }
        graded(&text, "grade-classic", &[], |grading, claim| {
            let method = Method::of_words([(MethodPart::Interval, interval)]);
            let report = SynthesisReport::new(grading, claim, &method, &[]).unwrap().trim_and_fill().unwrap();
            report.trim_and_fill.unwrap().interval
        })
    };
    let (wald, hartung_knapp) = (case("wald"), case("hartung-knapp"));
    assert!(hartung_knapp.0 < wald.0 && hartung_knapp.1 > wald.1, "{hartung_knapp:?} {wald:?}");
}

/// Where results are not put together the proof says why.
#[test]
fn the_proof_says_why_results_are_not_put_together() {
    let peto = ("pooling-model", Value::Choice("peto".into()));
    let (_, proof) = imprecision(TINY, "grade-classic", &[peto]);
    let told = serde_json::to_string(&proof).unwrap();
    assert!(told.contains("Peto does not put effects measured by `md` together"), "{told}");
    let (_, proof) = imprecision(TINY, "grade-classic", &[]);
    assert!(!serde_json::to_string(&proof).unwrap().contains("not_synthesised"));
}
