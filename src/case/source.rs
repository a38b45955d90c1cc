//! Sources: the documents that evidence stands in.

use jiff::civil::Date;

use crate::document::Span;
use crate::name::SourceId;

/// A document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source {
    /// Its id, unique in the case.
    pub id: SourceId,
    /// Its title.
    pub title: String,
    /// Its authors.
    pub authors: Option<String>,
    /// The day it was published. Evidence in it counts from that day on.
    pub published: Option<Date>,
    /// The day it was retracted, if it was. Evidence in it does not count from that day on.
    pub retracted: Option<Retraction>,
    /// Identifiers and other particulars (doi, pmid, registration, url, note), as text.
    pub particulars: Vec<(&'static str, String)>,
    /// Where it stands.
    pub span: Span,
}

/// A retraction.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Retraction {
    /// The day.
    pub on: Date,
    /// Where it stands.
    pub span: Span,
}
