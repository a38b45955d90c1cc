//! Events of both arms put together by Mantel and Haenszel, and by Peto, as results are recorded.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use evigrade::synthesis::{
    EffectMeasure, Method, Model, ResultPart, StudyResult, SynthesisError, Uncertainty, synthesise,
};

/// Events and participants of both arms. The last has no events.
const TRIALS: [[u64; 4]; 4] = [[12, 100, 20, 100], [0, 60, 9, 58], [30, 210, 41, 205], [0, 40, 0, 40]];

fn trial(numbers: [u64; 4], measure: EffectMeasure) -> StudyResult {
    let parts = [
        ResultPart::Events,
        ResultPart::Participants,
        ResultPart::ComparatorEvents,
        ResultPart::ComparatorParticipants,
    ];
    let mut result = StudyResult::new(measure);
    parts.into_iter().zip(numbers).for_each(|(part, number)| result.set(part, number as f64));
    result
}

fn by(model: Model, measure: EffectMeasure) -> Method {
    let mut method = Method::default();
    (method.model, method.measure) = (model, Some(measure));
    method
}

fn trials(measure: EffectMeasure) -> Vec<StudyResult> {
    TRIALS.into_iter().map(|numbers| trial(numbers, measure)).collect()
}

const MODELS: [(Model, EffectMeasure); 4] = [
    (Model::MantelHaenszel, EffectMeasure::OddsRatio),
    (Model::MantelHaenszel, EffectMeasure::RiskRatio),
    (Model::MantelHaenszel, EffectMeasure::RiskDifference),
    (Model::Peto, EffectMeasure::OddsRatio),
];

/// The effect, its standard error and Q of the trials, as `rma.mh` and `rma.peto` of metafor 3.8 have them.
const METAFOR: [[f64; 3]; 4] = [
    [-0.626380294384, 0.212110626100, 3.667789247136],
    [-0.528662304494, 0.180021939344, 3.665963595965],
    [-0.0713685691318, 0.0238201800129, 2.9146112952824],
    [-0.614680425484, 0.205864311959, 5.830168348467],
];

#[test]
fn recorded_results_give_what_metafor_makes_of_their_tables() {
    for ((model, measure), theirs) in MODELS.into_iter().zip(METAFOR) {
        let found = synthesise(&trials(measure), &by(model, measure)).unwrap();
        let ours = [found.pooled.estimate, found.pooled.standard_error, found.pooled.heterogeneity.q];
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            assert!((ours / theirs - 1.0).abs() < 1e-9, "{model:?} {measure:?}: {ours} and not {theirs}");
        }
        assert_eq!(found.pooled.weights.len(), found.effects.len());
        // Of a ratio, the trial without events tells nothing.
        let left_out: &[usize] = if measure.is_ratio() { &[3] } else { &[] };
        assert_eq!(found.uninformative, left_out, "{model:?} {measure:?}");
        assert!((found.pooled.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn models_that_take_tables_have_no_variance_between_studies() {
    let found = synthesise(&trials(EffectMeasure::RiskRatio), &by(Model::MantelHaenszel, EffectMeasure::RiskRatio));
    let told = found.unwrap().heterogeneity_told().unwrap();
    assert!(told.starts_with("Q = ") && !told.contains('τ'), "{told}");
}

#[test]
fn swapping_the_arms_turns_the_effect() {
    for (model, measure) in MODELS {
        let swapped = TRIALS.map(|[events, of, others, other_of]| trial([others, other_of, events, of], measure));
        let one = synthesise(&trials(measure), &by(model, measure)).unwrap();
        let other = synthesise(&swapped, &by(model, measure)).unwrap();
        assert!((one.pooled.estimate + other.pooled.estimate).abs() < 1e-12, "{model:?} {measure:?}");
        assert!((one.pooled.standard_error - other.pooled.standard_error).abs() < 1e-12, "{model:?} {measure:?}");
    }
}

/// A trial of clusters counts as one of fewer participants; a shared comparator arm for its part.
#[test]
fn clusters_and_shared_arms_count_for_less() {
    for (model, measure) in MODELS {
        let method = by(model, measure);
        let whole = synthesise(&[trial([12, 100, 20, 100], measure)], &method).unwrap();
        let mut clusters = trial([24, 200, 40, 200], measure);
        clusters.set(ResultPart::DesignEffect, 2.0);
        let clusters = synthesise(&[clusters], &method).unwrap();
        assert!((whole.pooled.standard_error - clusters.pooled.standard_error).abs() < 1e-12);
        let mut shared = trial([12, 100, 40, 200], measure);
        shared.set(ResultPart::SharedBy, 2.0);
        let shared = synthesise(&[shared], &method).unwrap();
        assert!((whole.pooled.standard_error - shared.pooled.standard_error).abs() < 1e-12);
    }
}

#[test]
fn what_a_model_cannot_do_is_told() {
    let refused = |results: &[StudyResult], method: &Method| synthesise(results, method).unwrap_err();
    let mut method = by(Model::Peto, EffectMeasure::RiskRatio);
    let found = refused(&trials(EffectMeasure::RiskRatio), &method);
    assert_eq!(found, SynthesisError::NotOfModel { model: "Peto", measure: "rr" });
    // An effect that is told without its table.
    method = by(Model::MantelHaenszel, EffectMeasure::RiskRatio);
    let mut reported = StudyResult::new(EffectMeasure::RiskRatio);
    reported.set(ResultPart::Estimate, 0.8);
    reported.set(ResultPart::StandardError, 0.1);
    let mut results = trials(EffectMeasure::RiskRatio);
    results.push(reported);
    assert_eq!(refused(&results, &method), SynthesisError::NoTable { model: "Mantel-Haenszel" });
    method.uncertainty = Uncertainty::HartungKnappSidikJonkman;
    let found = refused(&trials(EffectMeasure::RiskRatio), &method);
    assert_eq!(found, SynthesisError::NoSuchInterval { model: "Mantel-Haenszel" });
    // Events in one arm alone, of which Mantel and Haenszel make no ratio, and Peto does.
    let odd = [trial([5, 100, 0, 100], EffectMeasure::OddsRatio), trial([3, 100, 0, 90], EffectMeasure::OddsRatio)];
    let found = refused(&odd, &by(Model::MantelHaenszel, EffectMeasure::OddsRatio));
    assert_eq!(found, SynthesisError::NoEffectOfTables { model: "Mantel-Haenszel" });
    // As rma.peto has it: 7.36.
    let found = synthesise(&odd, &by(Model::Peto, EffectMeasure::OddsRatio)).unwrap();
    assert_eq!((found.pooled.estimate.exp() * 100.0).round(), 736.0);
    // No trial tells anything of a ratio.
    let none = [trial([0, 40, 0, 40], EffectMeasure::OddsRatio)];
    let found = refused(&none, &by(Model::Peto, EffectMeasure::OddsRatio));
    assert_eq!(found, SynthesisError::NoStudies);
}

/// Numbers from the smallest to the largest give a number or say why not.
#[test]
fn extreme_tables_give_no_number_that_is_none() {
    let numbers = [1e-300, 1e-9, 0.0, 1.0, 1e9, 1e300];
    for (model, measure) in MODELS {
        for (events, of) in numbers.into_iter().flat_map(|one| numbers.map(|other| (one, other))) {
            let mut odd = trial([1, 2, 1, 2], measure);
            odd.set(ResultPart::Events, events);
            odd.set(ResultPart::ComparatorParticipants, of);
            let results = [trial([12, 100, 20, 100], measure), odd];
            let Ok(found) = synthesise(&results, &by(model, measure)) else { continue };
            let pooled = &found.pooled;
            let all = [pooled.estimate, pooled.standard_error, pooled.p, pooled.heterogeneity.q];
            assert!(all.iter().chain(&pooled.weights).all(|number| number.is_finite()), "{events} {of} {pooled:?}");
        }
    }
}
