//! Numbers: what rules need computed but cannot spell.
//!
//! Rules compare one value with constants. Where two values meet (a date with a date, an interval
//! with a threshold, a sample with the optimal information size), a host function computes the
//! value that a rule then tests. [`agreement`] tells how far people who judge the same things agree. All of them work
//! in exact decimals.

pub mod agreement;
pub mod function;
mod information_size;
mod interval;
