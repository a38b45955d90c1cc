//! Sets of frameworks: those that are built in, and those that a user adds.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::load::{self, Pack};
use super::{Framework, build, shelf, validate};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused};
use crate::document::{Span, TextFile, parse};
use crate::name::{FrameworkId, Name, nearest};
use crate::vocabulary::FactDefinition;

/// Frameworks by id, and what their facts mean.
///
/// What is built in is read when it is first asked for, once in a process.
#[derive(Clone, Debug, Default)]
pub struct Frameworks {
    pub(super) built_in: bool,
    pub(super) added: BTreeMap<FrameworkId, Arc<Framework>>,
    /// The facts of what was added.
    facts: BTreeMap<Name, Arc<FactDefinition>>,
}

impl Frameworks {
    /// A set with nothing in it, not even what is built in.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The frameworks that come with the library.
    ///
    /// ```
    /// let frameworks = evigrade::Frameworks::built_in();
    /// assert!(frameworks.get("grade").is_some());
    /// ```
    #[must_use]
    pub fn built_in() -> Self {
        Self { built_in: true, ..Self::default() }
    }

    /// The files of the built-in frameworks.
    #[must_use]
    pub fn built_in_files() -> Vec<Arc<TextFile>> {
        shelf::files().collect()
    }

    /// The id of the framework in a file, as far as it can be told without reading the rest.
    #[must_use]
    pub fn id_in(file: &Arc<TextFile>) -> Option<FrameworkId> {
        let document = parse(file, &mut Problems::default())?;
        let header = document.get_ref().get("framework")?.get_ref().as_table()?;
        header.get("id")?.get_ref().as_str().map(FrameworkId::from)
    }

    /// Adds the framework in a file and returns its id.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it. The set is then as it was.
    pub fn add_file(&mut self, path: impl AsRef<Path>) -> Result<FrameworkId, Refused> {
        let file = load::read_file(path.as_ref())?;
        self.add_files(&[file]).map(|ids| ids[0].clone())
    }

    /// Adds the framework in a text and returns its id. The name is what messages and proofs
    /// call the text.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it. The set is then as it was.
    pub fn add_toml(&mut self, name: &str, text: &str) -> Result<FrameworkId, Refused> {
        self.add_files(&[TextFile::new(name, text)]).map(|ids| ids[0].clone())
    }

    /// Adds the frameworks in several files, which may extend and use each other, and returns
    /// their ids in the order of the files.
    ///
    /// A framework with the id of one that is there replaces it, if it says the same; otherwise
    /// it is refused, so that an id in a report means one thing.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them. The set is then as it was.
    pub fn add_files(&mut self, files: &[Arc<TextFile>]) -> Result<Vec<FrameworkId>, Refused> {
        let mut problems = Problems::default();
        let packs: Vec<Pack> = files.iter().filter_map(|file| load::read(file, &mut problems)).collect();
        problems.check()?;
        let mut adding = Adding {
            packs: &packs,
            set: self.clone(),
            state: vec![State::Waiting; packs.len()],
            depth: 0,
            problems: Problems::default(),
        };
        for (index, pack) in packs.iter().enumerate() {
            if let Some(before) = packs[..index].iter().find(|before| before.id.value == pack.id.value) {
                let message = format!("two files have the framework id `{}`", pack.id.value);
                let diagnostic = Diagnostic::error(Code::DuplicateId, message)
                    .label(&pack.id.span, "again here")
                    .label(&before.id.span, "first here");
                adding.problems.push(diagnostic);
            }
        }
        for index in 0..packs.len() {
            adding.resolve(index);
        }
        let Adding { set, problems, .. } = adding;
        problems.check()?;
        *self = set;
        Ok(packs.into_iter().map(|pack| pack.id.value).collect())
    }

    /// The framework of this id, or the newest of those with this alias.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Framework>> {
        self.by_id(name).or_else(|| self.editions(name).pop())
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Arc<Framework>> {
        let on_shelf = || if self.built_in { shelf::get(id) } else { None };
        self.added.get(id).or_else(on_shelf)
    }

    /// Whether a decision is a framework's own. A built-in framework is read only if its text does not
    /// tell it at once.
    pub(crate) fn owns_decision(&self, id: &str, name: &str) -> bool {
        match self.added.get(id) {
            Some(framework) => framework.owns_decision(name),
            None if self.built_in && shelf::declares_decision(id, name) => true,
            None => self.by_id(id).into_iter().chain(self.editions(id)).any(|known| known.owns_decision(name)),
        }
    }

    /// The framework of this id, or the newest of those with this alias; or the reason why there is none,
    /// with the nearest id.
    ///
    /// # Errors
    ///
    /// A diagnostic when no framework has the id, or when it only holds facts for others.
    pub fn find(&self, id: &str) -> Result<&Arc<Framework>, Refused> {
        Ok(self.grading(id)?)
    }

    pub(super) fn grading(&self, id: &str) -> Result<&Arc<Framework>, Diagnostic> {
        self.get(id).filter(|framework| framework.grades()).ok_or_else(|| self.unknown(id))
    }

    /// What is told of an id under which no framework grades, with the nearest id.
    pub(crate) fn unknown(&self, id: &str) -> Diagnostic {
        let grading = self.iter().filter(|framework| framework.grades()).map(|known| known.id.as_str());
        let message = if self.get(id).is_some() {
            format!("`{id}` grades nothing: it holds facts that other frameworks use")
        } else {
            format!("there is no framework `{id}`")
        };
        let help = "`evigrade frameworks` lists what is built in; a framework of your own is named by its file";
        Diagnostic::error(Code::UnknownFramework, message).did_you_mean_or(nearest(id, grading), help)
    }

    /// All frameworks, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Framework>> {
        let mut all: BTreeMap<&FrameworkId, &Arc<Framework>> = BTreeMap::new();
        if self.built_in {
            all.extend(shelf::all().map(|framework| (&framework.id, framework)));
        }
        all.extend(&self.added);
        all.into_values()
    }

    fn ids(&self) -> Vec<&str> {
        let shelf = shelf::ids().filter(|_| self.built_in);
        let mut ids: Vec<&str> = shelf.collect();
        ids.extend(self.added.keys().map(FrameworkId::as_str));
        ids
    }

    /// The definition of a fact that one of the frameworks declares.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Arc<FactDefinition>> {
        let on_shelf = || if self.built_in { shelf::fact(name) } else { None };
        self.facts.get(name).or_else(on_shelf)
    }

    /// The definitions of all facts, by name.
    pub fn facts(&self) -> impl Iterator<Item = &Arc<FactDefinition>> {
        let facts = self.iter().flat_map(|framework| &framework.facts);
        let by_name: BTreeMap<&Name, &Arc<FactDefinition>> = facts.map(|fact| (&fact.name, fact)).collect();
        by_name.into_values()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Entered,
    Done,
}

struct Adding<'a> {
    packs: &'a [Pack],
    set: Frameworks,
    state: Vec<State>,
    /// How many frameworks wait for those that they extend or use.
    depth: usize,
    problems: Problems,
}

/// How long a chain of frameworks that extend or use each other may be.
const LONGEST_CHAIN: usize = 32;

impl Adding<'_> {
    fn resolve(&mut self, index: usize) {
        if self.state[index] != State::Waiting {
            return;
        }
        self.state[index] = State::Entered;
        let pack = &self.packs[index];
        let extended = pack.extends.as_ref().map(|extends| self.needed(extends.value.as_str(), &extends.span));
        let used: Vec<Option<Arc<Framework>>> =
            pack.uses.iter().map(|used| self.needed(used.value.as_str(), &used.span)).collect();
        self.state[index] = State::Done;
        let complete = extended.as_ref().is_none_or(Option::is_some) && used.iter().all(Option::is_some);
        if !complete {
            return;
        }
        let used: Vec<&Framework> = used.iter().flatten().map(AsRef::as_ref).collect();
        let mut problems = Problems::default();
        let framework = build::build(pack, extended.flatten().as_deref(), &used, &mut problems);
        outputs(pack, &framework, &mut problems);
        if !problems.has_errors() {
            validate::validate(&framework, &mut problems);
        }
        let sound = !problems.has_errors();
        self.problems.extend(problems.into_diagnostics());
        if sound {
            self.insert(framework, pack);
        }
    }

    /// What a framework extends or uses, put together first if it is being added too.
    fn needed(&mut self, id: &str, span: &Span) -> Option<Arc<Framework>> {
        if let Some(index) = self.packs.iter().position(|pack| pack.id.value == *id) {
            if self.state[index] == State::Entered {
                let message = format!("`{id}` comes back to itself through `extends` and `uses`");
                self.problems.push(Diagnostic::error(Code::Cycle, message).at(span));
                return None;
            }
            if self.depth >= LONGEST_CHAIN {
                let message = format!("`{id}` stands behind more than {LONGEST_CHAIN} frameworks that wait for it");
                let help = "let frameworks extend and use each other less deep";
                self.problems.push(Diagnostic::error(Code::TooLarge, message).at(span).help(help));
                return None;
            }
            self.depth += 1;
            self.resolve(index);
            self.depth -= 1;
            // If it was refused, its own problems say why.
            return self.set.by_id(id).cloned();
        }
        let found = self.set.by_id(id).cloned();
        if found.is_none() {
            if let Some(alias) = self.set.only_an_alias(id) {
                self.problems.push(alias.at(span));
                return None;
            }
            let message = format!("there is no framework `{id}`");
            let known = self.packs.iter().map(|pack| pack.id.value.as_str()).chain(self.set.ids());
            let near = nearest(id, known).map(str::to_owned);
            let diagnostic = Diagnostic::error(Code::UnknownFramework, message).at(span);
            let help = "read its file together with this one, if it is not built in";
            self.problems.push(diagnostic.did_you_mean_or(near.as_deref(), help));
        }
        found
    }

    fn insert(&mut self, framework: Framework, pack: &Pack) {
        if let Some(known) = self.set.by_id(framework.id.as_str()) {
            if known.digest != framework.digest {
                let message = format!("there is already a framework `{}`, and it says something else", framework.id);
                let diagnostic = Diagnostic::error(Code::DuplicateId, message)
                    .at(&pack.id.span)
                    .label(&known.span, "the other one")
                    .help("give yours an id of its own; with `extends` it can take over the rest");
                self.problems.push(diagnostic);
            }
            return;
        }
        if let Some(clash) = self.set.clash_of_names(pack) {
            self.problems.push(clash);
            return;
        }
        for fact in &framework.facts {
            match self.set.fact(fact.name.as_str()) {
                Some(known) => self.problems.extend(known.clash(fact)),
                None => drop(self.set.facts.insert(fact.name.clone(), Arc::clone(fact))),
            }
        }
        self.set.added.insert(framework.id.clone(), Arc::new(framework));
    }
}

/// Whether the decisions that a framework names as its results are there.
fn outputs(pack: &Pack, framework: &Framework, problems: &mut Problems) {
    for name in pack.result.iter().chain(&pack.direction).chain(&pack.outputs) {
        if framework.decision(name.value.as_str()).is_none()
            && !pack.decisions.iter().any(|part| part.name.value == name.value)
        {
            let message = format!("there is no decision `{}`", name.value);
            let near = nearest(name.value.as_str(), framework.decisions.iter().map(|decision| decision.name.as_str()));
            let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&name.span);
            let help = format!("declare it under `[decision.{}]`", name.value);
            problems.push(diagnostic.did_you_mean_or(near, help));
        }
    }
}
