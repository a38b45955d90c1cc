//! The rule packs that come with the library, each put together when it is first asked for.
//!
//! Tests hold that every pack is sound, that they agree on what facts mean, and that what is told here
//! of a pack by its text alone is what reading it gives.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use super::{Framework, build, load};
use crate::diagnostic::Problems;
use crate::document::TextFile;
use crate::vocabulary::FactDefinition;

/// The text of a file in `rules/`, with what is known of it before it is read.
struct Text {
    id: &'static str,
    text: &'static str,
    /// Other names to ask for it by.
    aliases: &'static [&'static str],
    /// The facts that it declares.
    facts: &'static [&'static str],
    /// The decisions that it declares.
    decisions: &'static [&'static str],
    /// Where its facts end, and where its rules do.
    ends: [usize; 2],
    /// Its digest.
    digest: &'static str,
}

/// A pack that comes with the library.
struct Pack {
    is: &'static Text,
    framework: OnceLock<Option<Arc<Framework>>>,
    facts: OnceLock<Vec<Arc<FactDefinition>>>,
}

/// How far a pack is read. Its facts come first, and what it is tested by comes last.
#[derive(Clone, Copy)]
enum Extent {
    Facts,
    Rules,
}

/// Every file in `rules/`, by id.
static TEXTS: &[Text] = &include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The packs, by id.
static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    let pack = |is| Pack { is, framework: OnceLock::new(), facts: OnceLock::new() };
    TEXTS.iter().map(pack).collect()
});

impl Pack {
    fn file(&self) -> Arc<TextFile> {
        TextFile::built_in(format!("rules/{}.toml", self.is.id), self.is.text)
    }

    fn framework(&self) -> Option<&Arc<Framework>> {
        self.framework.get_or_init(|| self.put_together(Extent::Rules).map(Arc::new)).as_ref()
    }

    /// The facts that it declares, and those of what it extends and uses.
    fn facts(&self) -> &[Arc<FactDefinition>] {
        if self.is_mostly_facts() || self.framework.get().is_some() {
            return self.framework().map(|framework| framework.facts.as_slice()).unwrap_or_default();
        }
        self.facts.get_or_init(|| self.put_together(Extent::Facts).map(|framework| framework.facts).unwrap_or_default())
    }

    /// Whether its facts are most of what is read. What uses it will ask for the rest.
    const fn is_mostly_facts(&self) -> bool {
        let [facts, rules] = self.is.ends;
        facts > rules / 2
    }

    fn put_together(&self, extent: Extent) -> Option<Framework> {
        let mut problems = Problems::default();
        let pack = load::read_up_to(&self.file(), self.end(extent), self.is.digest, &mut problems)?;
        let extended = match &pack.extends {
            Some(extends) => Some(get(extends.value.as_str())?),
            None => None,
        };
        let used: Option<Vec<&Framework>> =
            pack.uses.iter().map(|used| get(used.value.as_str()).map(AsRef::as_ref)).collect();
        let mut framework = build::build(&pack, extended.map(AsRef::as_ref), &used?, &mut problems);
        debug_assert!(!problems.has_errors(), "the built-in framework {} is refused", self.is.id);
        framework.tests = Arc::default();
        Some(framework)
    }

    const fn end(&self, extent: Extent) -> usize {
        let [facts, rules] = self.is.ends;
        match extent {
            Extent::Facts => facts,
            Extent::Rules => rules,
        }
    }
}

/// The built-in framework of this id, and no other name.
pub(super) fn get(id: &str) -> Option<&'static Arc<Framework>> {
    PACKS.iter().find(|pack| pack.is.id == id)?.framework()
}

/// Those that share a name beside their ids.
pub(super) fn called(alias: &str) -> impl Iterator<Item = &'static Arc<Framework>> {
    PACKS.iter().filter(move |pack| pack.is.aliases.contains(&alias)).filter_map(Pack::framework)
}

/// All of them, by id.
pub(super) fn all() -> impl Iterator<Item = &'static Arc<Framework>> {
    PACKS.iter().filter_map(Pack::framework)
}

/// Their ids, in order.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|pack| pack.is.id)
}

/// Their files, by id.
pub(super) fn files() -> impl Iterator<Item = Arc<TextFile>> {
    PACKS.iter().map(Pack::file)
}

/// Whether the text of a built-in framework declares a decision. Nothing else is read.
pub(super) fn declares_decision(id: &str, name: &str) -> bool {
    let meant = |pack: &&Pack| pack.is.id == id || pack.is.aliases.contains(&id);
    PACKS.iter().filter(meant).any(|pack| pack.is.decisions.contains(&name))
}

/// The fact of this name that one of them declares. Only that one, and what it extends and uses, is read.
pub(super) fn fact(name: &str) -> Option<&'static Arc<FactDefinition>> {
    static DECLARED: OnceLock<BTreeMap<&str, &Pack>> = OnceLock::new();
    let declared = DECLARED.get_or_init(|| {
        let facts = PACKS.iter().flat_map(|pack| pack.is.facts.iter().map(move |name| (*name, pack)));
        facts.collect()
    });
    declared.get(name)?.facts().iter().find(|fact| fact.name == *name)
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test says what it expects")]
mod tests {
    use super::load::Says;
    use super::*;
    use crate::document::canonical;

    #[test]
    fn packs_are_in_the_order_of_their_ids() {
        assert!(ids().is_sorted());
        for pack in PACKS.iter() {
            assert_eq!(pack.framework().expect("it is sound").id, *pack.is.id);
        }
    }

    #[test]
    fn texts_tell_the_aliases_of_every_pack() {
        for pack in PACKS.iter() {
            let aliases: Vec<&str> = pack.is.aliases.to_vec();
            assert_eq!(pack.framework().expect("it is sound").aliases, aliases, "{}", pack.is.id);
        }
    }

    #[test]
    fn headers_tell_the_facts_of_every_pack() {
        // Before the whole packs are read.
        let by_header: Vec<&FactDefinition> = PACKS
            .iter()
            .flat_map(|pack| pack.is.facts)
            .map(|name| fact(name).expect("the part with the facts declares it").as_ref())
            .collect();
        for found in by_header {
            let declared = get(found.framework.as_str()).and_then(|framework| framework.fact(found.name.as_str()));
            assert!(declared.is_some_and(|declared| declared.agrees_with(found)), "{}", found.name);
        }
        for framework in all() {
            for declared in &framework.facts {
                let found = fact(declared.name.as_str()).expect("a header names it");
                assert!(found.agrees_with(declared), "{}", declared.name);
                assert_eq!(found.framework, declared.framework, "{}", declared.name);
            }
        }
    }

    #[test]
    fn headers_tell_the_decisions_of_every_pack() {
        for pack in PACKS.iter() {
            let framework = pack.framework().expect("it is sound");
            for name in pack.is.decisions {
                assert!(framework.owns_decision(name), "{} of {}", name, pack.is.id);
            }
        }
    }

    /// Reading a pack without what it is tested by leaves nothing else out.
    #[test]
    fn packs_are_read_whole() {
        for pack in PACKS.iter() {
            let mut problems = Problems::default();
            let whole = load::read(&pack.file(), &mut problems).expect("it can be read");
            let framework = pack.framework().expect("it is sound");
            let others =
                whole.uses.iter().chain(&whole.extends).map(|other| get(other.value.as_str()).expect("it is there"));
            let text = match &whole.says {
                Says::Text(text) => text.as_str(),
                Says::Digest(_) => "",
            };
            let digest = canonical::digest_of_framework(others.map(|other| other.digest.as_str()), text);
            assert_eq!(framework.digest, digest, "{}", pack.is.id);
            assert_eq!(framework.examples().len(), whole.tests.examples.len(), "{}", pack.is.id);
            assert_eq!(framework.enumerations().len(), whole.tests.enumerations.len(), "{}", pack.is.id);
        }
    }
}
