//! Corpora: many claims with the items that bear on them and the claims that rest on them, graded at once and kept graded.
//!
//! A [`Case`](crate::Case) is one question, with its texts, sources and judgements. A corpus is claims by the thousand or million
//! of which facts alone are known. All that rules tell apart of an item is a small number, its [`Key`](crate::records::Key); what
//! the framework measures over the items of a claim is kept in a few counters, to which an item is added and from which it is
//! taken back in nanoseconds. A change touches the claims whose counters it changes and, as long as grades move, those that
//! rest on them.
//!
//! What comes of a claim is what comes of it in a case: items of a corpus are each of a study of their own, first-hand, and not
//! known to be published on any day; of [`Corpus::case`] a claim and all that it rests on become a case, to be explained or
//! reported on like any other.
//!
//! ```
//! use evigrade::corpus::Binding;
//! use evigrade::{Compiled, Frameworks};
//!
//! let frameworks = Frameworks::built_in();
//! let compiled = Compiled::new(frameworks.find("acmg-2015")?)?;
//! let mut binding = Binding::new(&compiled)?;
//! let kind = binding.claims().words("kind", &["variant-classification"])?;
//! let criterion = binding.items().words("acmg-criterion", &["PVS1", "PS1", "PM2"])?;
//! let met = binding.items().flags("acmg-met", &[])?;
//! let mut corpus = binding.corpus()?;
//!
//! let claim = corpus.add_claim(kind.at(0).expect("it is the first word"))?;
//! for place in [0, 1] {
//!     let item = corpus.add_item(criterion.at(place).expect("it was bound") + met.of(true), &[])?;
//!     corpus.bear(item, claim, Default::default())?;
//! }
//! corpus.settle()?;
//! assert_eq!(corpus.outcome(claim)?.word(), Some("pathogenic"));
//! # Ok::<(), evigrade::Refused>(())
//! ```

mod adding;
mod as_case;
mod columns;
mod engine;
mod facts;
mod grades;
mod lanes;
mod live;
mod order;
mod ranges;
mod reading;
mod seen;
mod settle;
mod store;
mod tables;

pub use self::columns::{Columns, Units};
use self::engine::Engine;
pub use self::facts::Facts;
pub use self::grades::Grades;
pub use self::live::{Claim, Corpus, Item, Moved};
use self::seen::is_read;
pub use self::tables::Tables;
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::framework::names::{Index, Named, Scope};
use crate::name::Name;
use crate::records;

/// The facts of claims, of items and of links, bound to a framework one by one.
#[derive(Debug)]
pub struct Binding<'c> {
    compiled: &'c Compiled,
    claims: records::Binding<'c>,
    items: Facts<'c>,
    links: Facts<'c>,
}

impl<'c> Binding<'c> {
    /// Of a framework that grades claims.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework has no result, or appraises single studies.
    pub fn new(compiled: &'c Compiled) -> Result<Self, Refused> {
        let claims = records::Binding::new(compiled)?;
        if compiled.grades() != Subject::Claim {
            let message = format!("`{}` does not grade bodies of evidence", compiled.framework().id);
            let help = "of a framework that appraises studies each is a record of its own";
            return Err(Diagnostic::error(Code::WrongType, message).help(help).into());
        }
        Ok(Self { compiled, claims, items: Facts::of_items(compiled), links: Facts::of_links(compiled) })
    }

    /// The facts of claims. What the framework measures of items is not to be bound among them.
    pub const fn claims(&mut self) -> &mut records::Binding<'c> {
        &mut self.claims
    }

    /// The facts of items, and of their links to claims.
    pub const fn items(&mut self) -> &mut Facts<'c> {
        &mut self.items
    }

    /// The facts of links between claims.
    pub const fn links(&mut self) -> &mut Facts<'c> {
        &mut self.links
    }

    /// A corpus without claims.
    ///
    /// # Errors
    ///
    /// [`Refused`] if something is bound of claims that is no fact of theirs, or with which the framework computes.
    pub fn corpus(self) -> Result<Corpus<'c>, Refused> {
        Ok(Corpus::new(self.engine()?))
    }

    fn engine(self) -> Result<Engine<'c>, Refused> {
        let (worker, size, needs_values) = self.claims.parts();
        let index = Index::new(self.compiled.framework());
        let is_fact =
            |name: &Name| matches!(index.get(Scope::Claim, name.as_str()), Some(Named::Fact(_) | Named::BuiltIn(_)));
        if let Some((name, ..)) = worker.bound().find(|(name, ..)| !is_fact(name)) {
            let message = format!("`{name}` is made of items or decided, and no fact of claims");
            return Err(Diagnostic::error(Code::WrongType, message).help("bind what it is made of").into());
        }
        let is_seen = |name: &Name| is_read(&self.compiled.items, name) || is_read(&self.compiled.children, name);
        if let Some(name) = worker.cut().find(|name| is_seen(name)) {
            let message =
                format!("items or other claims see `{name}` of a claim, of which a key tells only where it lies");
            return Err(Diagnostic::error(Code::WrongType, message).help("bind what it can be as words").into());
        }
        if needs_values {
            let message = format!("`{}` computes with facts of claims that are bound", self.compiled.framework().id);
            return Err(Diagnostic::error(Code::WrongType, message).help("grade them as cases").into());
        }
        Ok(Engine::new(self.compiled, worker, size, self.items, self.links))
    }
}
