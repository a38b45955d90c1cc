//! Why numbers cannot be synthesised.

use thiserror::Error;

/// Why there is no result. Nothing is left out or put right in silence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SynthesisError {
    /// There is nothing to put together.
    #[error("there are no studies to put together")]
    NoStudies,
    /// All studies are of one subgroup.
    #[error("all studies are of one subgroup: it takes two to see whether they differ")]
    TooFewGroups,
    /// There are fewer studies than the method needs.
    #[error("there are too few studies: it takes {needed}")]
    TooFewStudies {
        /// How many it takes.
        needed: usize,
    },
    /// A number is not finite: it was given so, or is too large or too small to compute with.
    #[error("a number is not finite: it is missing, or too large or too small to compute with")]
    NotFinite,
    /// A variance is 0 or below.
    #[error("the variance of an estimate has to be above 0")]
    NoVariance,
    /// A standard deviation is 0 or below.
    #[error("a standard deviation has to be above 0")]
    NoDeviation,
    /// Time at risk is 0 or below.
    #[error("time at risk has to be above 0")]
    NoTime,
    /// An arm has no participants.
    #[error("an arm has no participants")]
    EmptyArm,
    /// An arm has more events than participants.
    #[error("an arm has more events than participants")]
    MoreEvents,
    /// There are fewer participants than the formula needs.
    #[error("there are too few participants for a standardised difference: it takes 4, or 3 who had both")]
    TooFew,
    /// No study tells the arms apart: there are no events at all, or all participants have one.
    #[error("no study has both participants with and without the event, so there is no ratio")]
    NoEvents,
    /// The tables of all studies together have no effect, or none with a variance.
    #[error("{model} finds no effect: all the events are in one arm, or there are none")]
    NoEffectOfTables {
        /// How the model is told.
        model: &'static str,
    },
    /// A result does not say what its effect is measured by.
    #[error("a result does not say what its effect is measured by")]
    NoMeasure,
    /// Results say that they are measured by different things.
    #[error("results are measured by different things: `{one}` and `{other}`")]
    DifferentMeasures {
        /// The word of one.
        one: &'static str,
        /// The word of another.
        other: &'static str,
    },
    /// Results are of studies of different kinds.
    #[error("results are of studies of different kinds, which are not pooled: `{one}` and `{other}`")]
    DifferentDesigns {
        /// The design of one.
        one: String,
        /// The design of another.
        other: String,
    },
    /// One of several results is of a study of which the design is not known.
    #[error("of several results, one is of a study of which the design is not stated")]
    UnknownDesign,
    /// One of several results is that of a review.
    #[error("one of several results puts studies together itself, and may hold the others")]
    ReviewAmongStudies,
    /// The numbers of a result cannot be together.
    #[error("{reason}")]
    Impossible {
        /// Why not.
        reason: String,
    },
    /// A model puts effects by another measure together.
    #[error("{model} does not put effects measured by `{measure}` together")]
    NotOfModel {
        /// How the model is told.
        model: &'static str,
        /// The word of the measure.
        measure: &'static str,
    },
    /// A model takes the events of both arms, and an effect is reported without them.
    #[error("{model} takes the participants and events of both arms, and a result is told without them")]
    NoTable {
        /// How the model is told.
        model: &'static str,
    },
    /// An interval that takes the variance between studies is asked of a model that has none.
    #[error("{model} has no interval by Hartung and Knapp")]
    NoSuchInterval {
        /// How the model is told.
        model: &'static str,
    },
    /// An interval is to cover nothing, everything or more.
    #[error("an interval has to cover a share above 0 and below 1, such as 0.95")]
    Coverage,
    /// An iteration did not come to an end.
    #[error("the estimate of the variance between studies did not settle in {steps} steps; another method may")]
    NoConvergence {
        /// After how many steps it was given up.
        steps: usize,
    },
}
