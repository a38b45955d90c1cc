//! The commands, one module each.

pub mod check;
pub mod explain;
pub mod frameworks;
pub mod grade;
pub mod new;
pub mod schema;
pub mod shell;
pub mod test;
