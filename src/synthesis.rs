//! Numbers: what rules need computed but cannot spell.
//!
//! Rules compare one value with constants. Where two values meet (a date with a date, an interval
//! with a threshold, a sample with the optimal information size), a host function computes the
//! value that a rule then tests. [`agreement`] tells how far people who judge the same things agree. All of them work
//! in exact decimals.
//!
//! Effects of studies are put together in floating point: [`Events`], [`Rates`] and [`Measured`] make an [`Effect`] of the
//! data of arms, [`pool`] puts effects together by inverse variance, and four functions do so from the tables of trials.
//! [`leave_one_out`], [`cumulative`] and [`subgroups`] pool parts of the studies; [`egger`] and [`begg`] test whether small
//! studies differ, and [`trim_and_fill`] puts in those that a funnel lacks. [`StudyResult`] holds what a study reports, and
//! [`synthesise`] what comes of the results of a body of evidence; [`forest_plot`] and [`funnel_plot`] draw it.

pub mod agreement;
mod body;
mod distribution;
mod effect;
mod failure;
pub mod function;
mod heterogeneity;
mod information_size;
mod interval;
mod method;
mod number;
mod parts;
mod plot;
mod pool;
mod printed;
mod result;
mod small_study;
mod tables;
mod trim_fill;
mod turn;
mod words;

pub use self::body::{Synthesis, synthesise};
pub use self::effect::{Effect, Events, Measured, Rates};
pub use self::failure::SynthesisError;
pub use self::heterogeneity::{Heterogeneity, TauSquared};
pub use self::method::{Method, MethodPart, Model};
pub use self::number::PooledNumber;
pub use self::parts::{Subgroups, cumulative, leave_one_out, subgroups};
pub use self::plot::{forest_plot, funnel_plot};
pub use self::pool::{Pooled, Uncertainty, pool};
pub use self::printed::shown;
pub use self::result::{EffectMeasure, Impossible, ResultPart, StudyResult};
pub use self::small_study::{Begg, Egger, begg, egger};
pub use self::tables::{
    mantel_haenszel_odds_ratio, mantel_haenszel_risk_difference, mantel_haenszel_risk_ratio, peto_odds_ratio,
};
pub use self::trim_fill::{Filled, Side, trim_and_fill};
pub(crate) use self::words::ValueKind;
