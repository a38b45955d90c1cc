//! The commands, one module each.

pub(crate) mod appraisers;
pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod frameworks;
pub(crate) mod grade;
pub(crate) mod impact;
pub(crate) mod lock;
pub(crate) mod new;
pub(crate) mod schema;
pub(crate) mod shell;
pub(crate) mod synthesize;
pub(crate) mod test;
pub(crate) mod timeline;
pub(crate) mod verify;
pub(crate) mod what_if;
