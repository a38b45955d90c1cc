//! Synthesis held against the R package metafor, on published data sets: `tests/synthesis/metafor.toml`, which
//! `tests/synthesis/metafor.R` writes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the figures are for people")]

use evigrade::synthesis::{
    self, Effect, Events, Measured, Rates, Side, SynthesisError, TauSquared, Uncertainty, begg, cumulative, egger,
    leave_one_out, mantel_haenszel_odds_ratio, mantel_haenszel_risk_difference, mantel_haenszel_risk_ratio,
    peto_odds_ratio, pool, subgroups, trim_and_fill,
};
use serde::Deserialize;

const FIXTURES: &str = include_str!("synthesis/metafor.toml");

/// How far a number may be from metafor's, as a share of it.
const CLOSE: f64 = 1e-6;

#[derive(Deserialize)]
struct Fixtures {
    set: Vec<Set>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Set {
    name: String,
    measure: String,
    events: Option<Vec<u64>>,
    of: Option<Vec<u64>>,
    comparator_events: Option<Vec<u64>>,
    comparator_of: Option<Vec<u64>>,
    time: Option<Vec<f64>>,
    comparator_time: Option<Vec<f64>>,
    mean: Option<Vec<f64>>,
    sd: Option<Vec<f64>>,
    comparator_mean: Option<Vec<f64>>,
    comparator_sd: Option<Vec<f64>>,
    estimates: Vec<f64>,
    variances: Vec<f64>,
    left_out: Vec<f64>,
    cumulative: Vec<f64>,
    subgroups: [f64; 2],
    egger: [f64; 4],
    begg: [f64; 2],
    lacking_left: [f64; 3],
    lacking_right: [f64; 3],
    mantel_haenszel: Option<[f64; 7]>,
    mantel_haenszel_weights: Option<Vec<f64>>,
    peto: Option<[f64; 7]>,
    peto_weights: Option<Vec<f64>>,
    pooled: Vec<Pooled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Pooled {
    method: String,
    test: String,
    estimate: f64,
    standard_error: f64,
    interval: [f64; 2],
    p: f64,
    tau_squared: f64,
    i_squared: f64,
    q: f64,
    q_p: f64,
    prediction: Option<[f64; 2]>,
    tau_squared_interval: Option<[f64; 2]>,
    i_squared_interval: Option<[f64; 2]>,
}

/// What was compared, and the largest deviation.
#[derive(Default)]
struct Compared {
    numbers: usize,
    largest: f64,
    where_largest: String,
    wrong: Vec<String>,
}

impl Compared {
    /// Holds a number against metafor's; numbers as small as rounding of the others count as 0.
    fn hold(&mut self, what: &str, ours: f64, theirs: f64, scale: f64) {
        self.numbers += 1;
        let far = (ours - theirs).abs();
        let deviation = if far <= 1e-13 * scale { 0.0 } else { far / theirs.abs().max(1e-9 * scale) };
        if deviation > self.largest {
            (self.largest, self.where_largest) = (deviation, what.to_owned());
        }
        if deviation.is_nan() || deviation > CLOSE {
            self.wrong.push(format!("{what}: {ours} and not {theirs}"));
        }
    }
}

fn effects(set: &Set) -> Vec<Effect> {
    let rates = |at: usize| Rates {
        events: set.events.as_ref().unwrap()[at],
        time: set.time.as_ref().unwrap()[at],
        comparator_events: set.comparator_events.as_ref().unwrap()[at],
        comparator_time: set.comparator_time.as_ref().unwrap()[at],
    };
    let arm = |of: &Option<Vec<u64>>, mean: &Option<Vec<f64>>, sd: &Option<Vec<f64>>, at: usize| Measured {
        of: of.as_ref().unwrap()[at],
        mean: mean.as_ref().unwrap()[at],
        sd: sd.as_ref().unwrap()[at],
    };
    let arms = |at: usize| {
        let comparator = arm(&set.comparator_of, &set.comparator_mean, &set.comparator_sd, at);
        (arm(&set.of, &set.mean, &set.sd, at), comparator)
    };
    let effect = |at: usize| match set.measure.as_str() {
        "OR" => events(set, at).log_odds_ratio(),
        "RR" => events(set, at).log_risk_ratio(),
        "RD" => events(set, at).risk_difference(),
        "IRR" => rates(at).log_rate_ratio(),
        "MD" => arms(at).0.mean_difference(&arms(at).1),
        "SMD" => arms(at).0.standardised_mean_difference(&arms(at).1),
        _ => Effect::new(set.estimates[at], set.variances[at]),
    };
    (0..set.estimates.len()).map(|at| effect(at).unwrap()).collect()
}

fn events(set: &Set, at: usize) -> Events {
    Events {
        events: set.events.as_ref().unwrap()[at],
        of: set.of.as_ref().unwrap()[at],
        comparator_events: set.comparator_events.as_ref().unwrap()[at],
        comparator_of: set.comparator_of.as_ref().unwrap()[at],
    }
}

fn tables(set: &Set) -> Vec<Events> {
    (0..set.estimates.len()).map(|at| events(set, at)).collect()
}

fn hold_tables(compared: &mut Compared, what: &str, ours: &synthesis::Pooled, theirs: [f64; 7], weights: &[f64]) {
    let scale = ours.standard_error;
    let numbers = [ours.estimate, ours.standard_error, ours.interval.0, ours.interval.1];
    for (part, (ours, theirs)) in ["estimate", "error", "low", "high"].iter().zip(numbers.iter().zip(theirs)) {
        compared.hold(&format!("{what} {part}"), *ours, theirs, scale);
    }
    compared.hold(&format!("{what} p"), ours.p, theirs[4], 1e-6);
    compared.hold(&format!("{what} Q"), ours.heterogeneity.q, theirs[5], 1.0);
    compared.hold(&format!("{what} p of Q"), ours.heterogeneity.p, theirs[6], 1e-6);
    assert_eq!(ours.weights.len(), weights.len(), "{what}");
    for (at, (ours, theirs)) in ours.weights.iter().zip(weights).enumerate() {
        compared.hold(&format!("{what} weight {at}"), 100.0 * ours, *theirs, 1.0);
    }
}

fn hold_parts(compared: &mut Compared, about: &str, effects: &[Effect], set: &Set) {
    let (method, by) = (TauSquared::DerSimonianLaird, Uncertainty::Wald);
    let left_out = leave_one_out(effects, method, by, 0.95).unwrap();
    for (at, (ours, theirs)) in left_out.iter().zip(&set.left_out).enumerate() {
        compared.hold(&format!("{about} without {at}"), ours.estimate, *theirs, ours.standard_error);
    }
    let growing = cumulative(effects, method, by, 0.95).unwrap();
    for (at, (ours, theirs)) in growing.iter().zip(&set.cumulative).enumerate() {
        compared.hold(&format!("{about} up to {at}"), ours.estimate, *theirs, ours.standard_error);
    }
    assert_eq!((left_out.len(), growing.len()), (set.left_out.len(), set.cumulative.len()), "{about}");
    let (one, other) = effects.split_at(effects.len() / 2);
    let halves = subgroups(&[one.to_vec(), other.to_vec()], method, by, 0.95).unwrap();
    compared.hold(&format!("{about} Q between"), halves.q, set.subgroups[0], 1.0);
    compared.hold(&format!("{about} p between"), halves.p, set.subgroups[1], 1e-6);
    let test = egger(effects).unwrap();
    for (what, (ours, theirs)) in
        ["slope", "error", "t", "p"].iter().zip([test.slope, test.standard_error, test.t, test.p].iter().zip(set.egger))
    {
        compared.hold(&format!("{about} Egger {what}"), *ours, theirs, 1e-3);
    }
    let test = begg(effects).unwrap();
    compared.hold(&format!("{about} Begg tau"), test.tau, set.begg[0], 1.0);
    compared.hold(&format!("{about} Begg p"), test.p, set.begg[1], 1e-6);
    for (side, theirs) in [(Side::Left, set.lacking_left), (Side::Right, set.lacking_right)] {
        let ours = trim_and_fill(effects, side, method, by, 0.95);
        let ([lacking, estimate, error], ours) = (theirs, ours.unwrap());
        assert_eq!(ours.lacking as f64, lacking, "{about} {side:?}");
        compared.hold(&format!("{about} filled {side:?}"), ours.pooled.estimate, estimate, error);
        compared.hold(&format!("{about} error filled {side:?}"), ours.pooled.standard_error, error, error);
    }
}

#[test]
fn synthesis_agrees_with_metafor() {
    let fixtures: Fixtures = toml::from_str(FIXTURES).unwrap();
    let mut compared = Compared::default();
    let mut methods = 0;
    let names: std::collections::BTreeSet<&str> = fixtures.set.iter().map(|set| set.name.as_str()).collect();
    for set in &fixtures.set {
        let about = format!("{} {}", set.name, set.measure);
        let effects = effects(set);
        for (at, effect) in effects.iter().enumerate() {
            let scale = effect.variance().sqrt();
            compared.hold(&format!("{about} estimate {at}"), effect.estimate(), set.estimates[at], scale);
            compared.hold(&format!("{about} variance {at}"), effect.variance(), set.variances[at], scale * scale);
        }
        if let Some(theirs) = set.mantel_haenszel {
            let ours = match set.measure.as_str() {
                "OR" => mantel_haenszel_odds_ratio(&tables(set), 0.95),
                "RR" => mantel_haenszel_risk_ratio(&tables(set), 0.95),
                _ => mantel_haenszel_risk_difference(&tables(set), 0.95),
            };
            let weights = set.mantel_haenszel_weights.as_ref().unwrap();
            hold_tables(&mut compared, &format!("{about} Mantel-Haenszel"), &ours.unwrap(), theirs, weights);
            methods += 1;
        }
        if let Some(theirs) = set.peto {
            let weights = set.peto_weights.as_ref().unwrap();
            let ours = peto_odds_ratio(&tables(set), 0.95).unwrap();
            hold_tables(&mut compared, &format!("{about} Peto"), &ours, theirs, weights);
            methods += 1;
        }
        hold_parts(&mut compared, &about, &effects, set);
        methods += 7;
        for theirs in &set.pooled {
            let method = match theirs.method.as_str() {
                "FE" => TauSquared::Zero,
                "DL" => TauSquared::DerSimonianLaird,
                "PM" => TauSquared::PauleMandel,
                _ => TauSquared::RestrictedMaximumLikelihood,
            };
            let uncertainty = match theirs.test.as_str() {
                "z" => Uncertainty::Wald,
                _ => Uncertainty::HartungKnappSidikJonkman,
            };
            let about = format!("{about} {} {}", theirs.method, theirs.test);
            let ours = pool(&effects, method, uncertainty, 0.95).unwrap();
            let scale = ours.standard_error;
            let differ = ours.heterogeneity;
            let mut hold = |what: &str, ours: f64, theirs: f64, scale: f64| {
                compared.hold(&format!("{about} {what}"), ours, theirs, scale);
            };
            hold("estimate", ours.estimate, theirs.estimate, scale);
            hold("error", ours.standard_error, theirs.standard_error, scale);
            hold("low", ours.interval.0, theirs.interval[0], scale);
            hold("high", ours.interval.1, theirs.interval[1], scale);
            hold("p", ours.p, theirs.p, 1e-6);
            let within = effects.iter().map(Effect::variance).fold(f64::INFINITY, f64::min);
            // Where the variance is 0, metafor stops as near to it as its steps come.
            if theirs.i_squared > 1e-6 {
                hold("tau²", differ.tau_squared, theirs.tau_squared, within);
                hold("I²", differ.i_squared, theirs.i_squared, 1.0);
            } else {
                assert!(differ.i_squared < 1e-6, "{about}: {differ:?}");
            }
            hold("Q", differ.q, theirs.q, 1.0);
            hold("p of Q", differ.p, theirs.q_p, 1e-6);
            assert_eq!(ours.prediction_interval.is_some(), theirs.prediction.is_some(), "{about}");
            if let (Some(ours), Some(theirs)) = (ours.prediction_interval, theirs.prediction) {
                hold("prediction low", ours.0, theirs[0], scale);
                hold("prediction high", ours.1, theirs[1], scale);
            }
            if let Some(theirs) = theirs.tau_squared_interval {
                let ours = differ.tau_squared_interval.unwrap_or_default();
                hold("tau² low", ours.0, theirs[0], within);
                hold("tau² high", ours.1, theirs[1], within);
            }
            if let Some(theirs) = theirs.i_squared_interval {
                let ours = differ.i_squared_interval.unwrap_or_default();
                hold("I² low", ours.0, theirs[0], 1.0);
                hold("I² high", ours.1, theirs[1], 1.0);
            }
            methods += 1;
        }
    }
    println!(
        "{} data sets, {} with their measures, {methods} syntheses, {} numbers; largest deviation {:.1e}, {}",
        names.len(),
        fixtures.set.len(),
        compared.numbers,
        compared.largest,
        compared.where_largest
    );
    assert!(names.len() >= 20);
    assert!(compared.wrong.is_empty(), "{} wrong:\n{}", compared.wrong.len(), compared.wrong.join("\n"));
}

fn effects_of(numbers: &[(f64, f64)]) -> Vec<Effect> {
    numbers.iter().map(|(estimate, variance)| Effect::new(*estimate, *variance).unwrap()).collect()
}

const METHODS: [TauSquared; 4] =
    [TauSquared::Zero, TauSquared::DerSimonianLaird, TauSquared::PauleMandel, TauSquared::RestrictedMaximumLikelihood];
const UNCERTAINTIES: [Uncertainty; 2] = [Uncertainty::Wald, Uncertainty::HartungKnappSidikJonkman];

#[test]
fn of_no_studies_there_is_no_result() {
    for method in METHODS {
        assert_eq!(pool(&[], method, Uncertainty::Wald, 0.95), Err(SynthesisError::NoStudies));
    }
    assert_eq!(peto_odds_ratio(&[], 0.95), Err(SynthesisError::NoStudies));
}

#[test]
fn a_single_study_is_its_own_result() {
    for method in METHODS {
        for uncertainty in UNCERTAINTIES {
            let pooled = pool(&effects_of(&[(-0.4, 0.09)]), method, uncertainty, 0.95).unwrap();
            assert!((pooled.estimate + 0.4).abs() < 1e-15 && (pooled.standard_error - 0.3).abs() < 1e-15);
            assert!((pooled.interval.0 + 0.4 + 1.959_963_984_540_054 * 0.3).abs() < 1e-12, "{:?}", pooled.interval);
            assert_eq!(pooled.prediction_interval, None);
            assert_eq!(pooled.weights, [1.0]);
            assert_eq!((pooled.heterogeneity.freedom, pooled.heterogeneity.p), (0, 1.0));
        }
    }
}

#[test]
fn two_studies_have_no_prediction_interval() {
    for method in METHODS {
        for uncertainty in UNCERTAINTIES {
            let pooled = pool(&effects_of(&[(0.1, 0.04), (0.9, 0.05)]), method, uncertainty, 0.95).unwrap();
            assert_eq!(pooled.prediction_interval, None);
        }
    }
}

#[test]
fn an_interval_covers_a_share() {
    for coverage in [0.0, 1.0, 1.5, -1.0, f64::NAN, f64::INFINITY] {
        let effects = effects_of(&[(0.1, 0.04), (0.9, 0.05), (0.2, 0.01)]);
        for method in METHODS {
            assert_eq!(pool(&effects, method, Uncertainty::Wald, coverage), Err(SynthesisError::Coverage));
        }
        let trial = Events { events: 3, of: 10, comparator_events: 5, comparator_of: 10 };
        assert_eq!(peto_odds_ratio(&[trial], coverage), Err(SynthesisError::Coverage));
    }
}

#[test]
fn of_very_many_studies_ranks_are_told_by_the_normal_distribution() {
    let many = |count: u32| {
        let each = |place: u32| (f64::from(place * 7 % count), 1.0 + f64::from(place) / f64::from(count));
        begg(&effects_of(&(0..count).map(each).collect::<Vec<_>>())).unwrap()
    };
    // Near each other where either can be told; and of many studies it takes no time.
    let (counted, normal) = (many(199), many(211));
    assert!((counted.p - normal.p).abs() < 0.2, "{counted:?} {normal:?}");
    assert!((0.0..=1.0).contains(&many(4_001).p));
}

#[test]
fn impossible_data_are_refused() {
    assert_eq!(Effect::new(0.1, 0.0), Err(SynthesisError::NoVariance));
    assert_eq!(Effect::new(f64::NAN, 1.0), Err(SynthesisError::NotFinite));
    let events = |events, of, comparator_events, comparator_of| Events { events, of, comparator_events, comparator_of };
    assert_eq!(events(11, 10, 1, 10).log_odds_ratio(), Err(SynthesisError::MoreEvents));
    assert_eq!(events(0, 0, 1, 10).log_risk_ratio(), Err(SynthesisError::EmptyArm));
    assert_eq!(mantel_haenszel_odds_ratio(&[events(0, 10, 0, 10)], 0.95), Err(SynthesisError::NoEvents));
    let arm = |of, mean, sd| Measured { of, mean, sd };
    assert_eq!(arm(10, 1.0, 0.0).mean_difference(&arm(10, 1.0, 1.0)), Err(SynthesisError::NoDeviation));
    assert_eq!(arm(1, 1.0, 1.0).standardised_mean_difference(&arm(2, 1.0, 1.0)), Err(SynthesisError::TooFew));
    let rates = Rates { events: 1, time: 0.0, comparator_events: 1, comparator_time: 1.0 };
    assert_eq!(rates.log_rate_ratio(), Err(SynthesisError::NoTime));
}

mod always {
    use super::*;
    use proptest::prelude::*;

    fn studies() -> impl Strategy<Value = Vec<(f64, f64)>> {
        prop::collection::vec((-3.0..3.0_f64, 0.001..4.0_f64), 1..12)
    }

    fn near(one: f64, other: f64, scale: f64) -> bool {
        (one - other).abs() <= 1e-8 * scale.max(one.abs())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_order_of_studies_makes_no_difference(studies in studies()) {
            let mut turned = studies.clone();
            turned.reverse();
            for method in METHODS {
                for uncertainty in UNCERTAINTIES {
                    let one = pool(&effects_of(&studies), method, uncertainty, 0.95).unwrap();
                    let other = pool(&effects_of(&turned), method, uncertainty, 0.95).unwrap();
                    prop_assert!(near(one.estimate, other.estimate, 1.0));
                    prop_assert!(near(one.standard_error, other.standard_error, 1.0));
                    prop_assert!(near(one.heterogeneity.tau_squared, other.heterogeneity.tau_squared, 1.0));
                }
            }
        }

        #[test]
        fn swapping_arms_turns_the_sign(
            (a, b, c, d) in (0_u64..40, 1_u64..40, 0_u64..40, 1_u64..40),
            (means, sds) in ((-5.0..5.0_f64, -5.0..5.0_f64), (0.1..9.0_f64, 0.1..9.0_f64)),
        ) {
            let one = Events { events: a, of: a + b, comparator_events: c, comparator_of: c + d };
            let other = Events { events: c, of: c + d, comparator_events: a, comparator_of: a + b };
            for effect in [Events::log_odds_ratio, Events::log_risk_ratio, Events::risk_difference] {
                let (one, other) = (effect(&one).unwrap(), effect(&other).unwrap());
                prop_assert!(near(one.estimate(), -other.estimate(), 1.0));
                prop_assert!(near(one.variance(), other.variance(), 1.0));
            }
            let (one, other) = (Measured { of: 12, mean: means.0, sd: sds.0 }, Measured { of: 15, mean: means.1, sd: sds.1 });
            let (there, back) = (one.mean_difference(&other).unwrap(), other.mean_difference(&one).unwrap());
            prop_assert!(near(there.estimate(), -back.estimate(), 1.0));
            let (there, back) =
                (one.standardised_mean_difference(&other).unwrap(), other.standardised_mean_difference(&one).unwrap());
            prop_assert!(near(there.estimate(), -back.estimate(), 1.0));
        }

        #[test]
        fn events_turned_into_their_absence_turn_the_odds_ratio(
            (a, b, c, d) in (0_u64..40, 1_u64..40, 0_u64..40, 1_u64..40),
        ) {
            let with = Events { events: a, of: a + b, comparator_events: c, comparator_of: c + d };
            let without = Events { events: b, of: a + b, comparator_events: d, comparator_of: c + d };
            let (one, other) = (with.log_odds_ratio().unwrap(), without.log_odds_ratio().unwrap());
            prop_assert!(near(one.estimate(), -other.estimate(), 1.0));
        }

        #[test]
        fn another_unit_scales_the_result(studies in studies(), unit in 0.01..100.0_f64) {
            let scaled: Vec<(f64, f64)> = studies.iter().map(|(y, v)| (y * unit, v * unit * unit)).collect();
            for method in METHODS {
                let one = pool(&effects_of(&studies), method, Uncertainty::Wald, 0.95).unwrap();
                let other = pool(&effects_of(&scaled), method, Uncertainty::Wald, 0.95).unwrap();
                prop_assert!(near(one.estimate * unit, other.estimate, unit));
                prop_assert!(near(one.heterogeneity.i_squared, other.heterogeneity.i_squared, 100.0));
            }
        }

        #[test]
        fn without_variance_between_studies_all_methods_agree(studies in studies()) {
            let fixed = pool(&effects_of(&studies), TauSquared::Zero, Uncertainty::Wald, 0.95).unwrap();
            for method in METHODS {
                let other = pool(&effects_of(&studies), method, Uncertainty::Wald, 0.95).unwrap();
                if other.heterogeneity.tau_squared == 0.0 {
                    prop_assert!(near(fixed.estimate, other.estimate, 1.0));
                    prop_assert!(near(fixed.standard_error, other.standard_error, 1.0));
                }
            }
        }

        #[test]
        fn no_number_of_a_result_is_infinite_or_none(
            studies in prop::collection::vec((-300_i32..300, any::<bool>(), -300_i32..300), 1..8),
        ) {
            let number = |exponent: i32, negative: bool| 10_f64.powi(exponent) * if negative { -1.0 } else { 1.0 };
            let studies: Vec<(f64, f64)> =
                studies.into_iter().map(|(y, negative, v)| (number(y, negative), number(v, false))).collect();
            for method in METHODS {
                for uncertainty in UNCERTAINTIES {
                    let Ok(pooled) = pool(&effects_of(&studies), method, uncertainty, 0.95) else { continue };
                    let differ = pooled.heterogeneity;
                    let intervals =
                        [Some(pooled.interval), pooled.prediction_interval, differ.tau_squared_interval,
                            differ.i_squared_interval];
                    let mut all = vec![pooled.estimate, pooled.standard_error, pooled.p, differ.q, differ.p,
                        differ.tau_squared, differ.i_squared];
                    all.extend(pooled.weights);
                    all.extend(intervals.into_iter().flatten().flat_map(|(low, high)| [low, high]));
                    prop_assert!(all.iter().all(|number| number.is_finite()), "{studies:?} {all:?}");
                }
            }
        }
    }
}
