//! Pictures of results: forest and funnel plots as plain SVG, readable in black and white.
//!
//! They follow the field's conventions (Lewis and Clarke 2001; Sterne and Egger 2001): squares as large as the weights,
//! a diamond as wide as the interval of the pooled effect, ratios on a logarithmic axis, and in a funnel the most precise
//! studies at the top.

mod axis;
mod forest;
mod funnel;
mod svg;

pub use self::forest::forest_plot;
pub use self::funnel::funnel_plot;
