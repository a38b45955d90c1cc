//! From paths to cases and frameworks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evigrade::diagnostic::{Code, Diagnostic};
use evigrade::document::{TextFile, reason};
use evigrade::name::{FrameworkId, Layer, Name};
use evigrade::value::Value;
use evigrade::{Case, Compiled, Framework, Frameworks, Run};
use jiff::civil::Date;

use crate::arguments::RunOptions;
use crate::output::Failure;

/// What the paths of a command stand for.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Framework files.
    pub frameworks: Vec<PathBuf>,
    /// Cases: folders and single files.
    pub cases: Vec<PathBuf>,
}

/// How deep folders are searched for cases and frameworks.
pub(crate) const DEEPEST: usize = 16;

/// Finds cases and frameworks at paths: a file with a `[framework]` table is a framework; another
/// file is a case; a folder with TOML files that are no frameworks is a case; a folder without such
/// files is searched.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Found, Failure> {
    let mut found = Found::default();
    for path in paths {
        let before = found.frameworks.len() + found.cases.len();
        search(path, &mut found, 0)?;
        if found.frameworks.len() + found.cases.len() == before {
            return Err(holds_nothing(&shown(path)));
        }
    }
    Ok(found)
}

/// A folder in which nothing was found.
pub(crate) fn holds_nothing(name: &str) -> Failure {
    let message = format!("`{name}` holds no case and no framework");
    let help = "a case is a folder of TOML files; `evigrade new case NAME` begins one";
    Failure::Input(vec![Diagnostic::error(Code::NoCase, message).help(help)])
}

/// A folder below too many others.
pub(crate) fn too_deep(name: &str) -> Failure {
    let message = format!("`{name}` lies too deep in folders, or comes back to itself");
    Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message)])
}

/// What a folder is, by its TOML files.
pub(crate) enum Folder {
    /// It has none; what is below it is to be searched.
    ToSearch,
    /// They are a case.
    Case,
    /// All of them are frameworks.
    Frameworks,
}

impl Folder {
    /// What a folder is, by whether each of its TOML files declares a framework.
    pub(crate) fn of(name: &str, frameworks: &[bool]) -> Result<Self, Failure> {
        match (frameworks.is_empty(), frameworks.contains(&true), frameworks.contains(&false)) {
            (true, ..) => Ok(Self::ToSearch),
            (_, false, _) => Ok(Self::Case),
            (_, _, false) => Ok(Self::Frameworks),
            (_, true, true) => {
                let message = format!("`{name}` holds framework files and other TOML files");
                let help = "keep frameworks and cases in folders of their own";
                Err(Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message).help(help)]))
            }
        }
    }
}

/// Finds cases at paths.
pub(crate) fn find_cases(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    only_cases(find(paths)?)
}

fn only_cases(found: Found) -> Result<Vec<PathBuf>, Failure> {
    match found.frameworks.first() {
        None => Ok(found.cases),
        Some(file) => {
            let message = format!("`{}` is a framework, and a case is asked for", file.display());
            let help = "name the framework with `--framework`";
            Err(Failure::Input(vec![Diagnostic::error(Code::NoCase, message).help(help)]))
        }
    }
}

/// The cases at a path that is there; none is no error.
pub(crate) fn cases_if_any(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Found::default();
    search(path, &mut found, 0)?;
    only_cases(found)
}

fn search(path: &Path, found: &mut Found, depth: usize) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        let message = format!("`{}` cannot be read: {}", path.display(), reason(&error));
        Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message)])
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_dir() {
        match is_framework(path)? {
            true => found.frameworks.push(path.to_owned()),
            false => found.cases.push(path.to_owned()),
        }
        return Ok(());
    }
    if depth > DEEPEST {
        return Err(too_deep(&shown(path)));
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let (files, others): (Vec<&PathBuf>, Vec<&PathBuf>) = entries
        .iter()
        .filter(|path| !hidden(path))
        .partition(|path| path.extension().is_some_and(|word| word == "toml"));
    let declared: Vec<bool> = files.iter().map(|file| is_framework(file)).collect::<Result<_, Failure>>()?;
    match Folder::of(&shown(path), &declared)? {
        Folder::ToSearch => {
            for folder in others.into_iter().filter(|path| path.is_dir()) {
                search(folder, found, depth + 1)?;
            }
        }
        Folder::Case => found.cases.push(path.to_owned()),
        Folder::Frameworks => found.frameworks.extend(files.into_iter().cloned()),
    }
    Ok(())
}

/// Whether a file declares a framework. What is wrong with it is told when it is loaded.
fn is_framework(path: &Path) -> Result<bool, Failure> {
    Ok(declares_framework(&*TextFile::read(path, shown(path))?))
}

/// Whether the text of a file declares a framework.
pub(crate) fn declares_framework(file: &TextFile) -> bool {
    let header = |line: &str| {
        let line = line.trim_start();
        let name = line.strip_prefix('[').map(str::trim_start).and_then(|rest| rest.strip_prefix("framework"));
        name.is_some_and(|rest| rest.trim_start().starts_with(']'))
    };
    file.text().lines().any(header)
}

/// A path as messages and proofs show it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The built-in frameworks, and files or folders of them beside.
pub(crate) fn frameworks_with(paths: &[String]) -> Result<Frameworks, Failure> {
    let mut frameworks = Frameworks::built_in();
    add(&mut frameworks, paths)?;
    Ok(frameworks)
}

/// Framework files that are being worked on, and those of the built-in frameworks that they do not
/// replace.
pub(crate) fn frameworks_under_test(
    found: &Found,
    beside: &[String],
) -> Result<(Frameworks, Vec<Arc<Framework>>), Failure> {
    let mut paths = found.frameworks.clone();
    for path in beside {
        paths.extend(framework_files(path)?.into_iter().map(PathBuf::from));
    }
    let mut files = Vec::new();
    for path in &paths {
        files.push(TextFile::read(path, shown(path))?);
    }
    frameworks_of(files)
}

/// Frameworks that are read from files, in their order, and those of the built-in frameworks that they do not replace.
pub(crate) fn frameworks_of(mut files: Vec<Arc<TextFile>>) -> Result<(Frameworks, Vec<Arc<Framework>>), Failure> {
    if files.is_empty() {
        return Ok((Frameworks::built_in(), Vec::new()));
    }
    // The ids decide which of the built-in files are replaced; a file that cannot be read far enough
    // replaces none, and says why below.
    let ids: Vec<FrameworkId> = files.iter().filter_map(Frameworks::id_in).collect();
    let mut frameworks = Frameworks::empty();
    let replaced = |file: &Arc<TextFile>| Frameworks::id_in(file).is_some_and(|id| ids.contains(&id));
    let kept = Frameworks::built_in_files().into_iter().filter(|file| !replaced(file));
    let count = files.len();
    files.extend(kept);
    let added = frameworks.add_files(&files)?;
    let of_files: Vec<Arc<Framework>> =
        added.iter().take(count).filter_map(|id| frameworks.get(id.as_str()).cloned()).collect();
    Ok((frameworks, of_files))
}

/// Adds framework files and folders of them, and tells their ids in the order of the files.
pub(crate) fn add(frameworks: &mut Frameworks, paths: &[String]) -> Result<Vec<String>, Failure> {
    let mut read: Vec<Arc<TextFile>> = Vec::new();
    for path in paths {
        for file in framework_files(path)? {
            read.push(TextFile::read(Path::new(&file), file.as_str())?);
        }
    }
    let ids = frameworks.add_files(&read)?;
    Ok(ids.into_iter().map(|id| id.as_str().to_owned()).collect())
}

/// What `--framework` names: a file, or a folder of them, if the name looks like one; else an id.
pub(crate) fn is_file(name: &str) -> bool {
    name.ends_with(".toml") || name.contains(['/', '\\'])
}

/// The framework files at a path: the file itself, or those in a folder.
pub(crate) fn framework_files(name: &str) -> Result<Vec<String>, Failure> {
    if !Path::new(name).is_dir() {
        return Ok(vec![name.to_owned()]);
    }
    let found = find(&[PathBuf::from(name)])?;
    match found.cases.first() {
        None => Ok(found.frameworks.iter().map(|path| shown(path)).collect()),
        Some(case) => {
            let message = format!("`{}` is a case, and frameworks are asked for", case.display());
            let help = "name the case before the options, and a framework's file or a folder of them here";
            Err(Failure::Input(vec![Diagnostic::error(Code::UnknownFramework, message).help(help)]))
        }
    }
}

/// The frameworks of a run, and which of them are asked for.
pub(crate) struct Chosen {
    /// All frameworks.
    pub frameworks: Frameworks,
    /// The names of those that are asked for; none if the case says.
    pub asked: Vec<String>,
    compiled: BTreeMap<FrameworkId, Compiled>,
    set: Vec<(Name, String)>,
    /// Whether all frameworks are asked for, side by side.
    all: bool,
}

/// What stands for all frameworks on the command line.
pub(crate) const ALL: &str = "all";

impl Chosen {
    /// Reads the framework options of a run, and the parameters that are set for it.
    pub(crate) fn new(options: &RunOptions, parameters: &[String]) -> Result<Self, Failure> {
        let names = &options.framework;
        let mut frameworks = Frameworks::built_in();
        let mut files = Vec::new();
        let mut of_name = Vec::new();
        for name in names {
            let found = if is_file(name) { framework_files(name)? } else { Vec::new() };
            of_name.push(found.len());
            files.extend(found);
        }
        let mut of_files = add(&mut frameworks, &files)?.into_iter();
        let mut asked = Vec::new();
        let mut all = false;
        for (name, count) in names.iter().zip(of_name) {
            if name == ALL {
                all = true;
                continue;
            }
            if !is_file(name) {
                frameworks.find(name)?;
                asked.push(name.clone());
                continue;
            }
            for id in of_files.by_ref().take(count) {
                let framework = frameworks.get(&id);
                // A file of facts stands beside those that use it, and editions beside the name they share.
                let facts = framework.is_some_and(|framework| !framework.grades());
                let named = framework.is_some_and(|framework| {
                    framework.aliases.iter().any(|alias| names.iter().any(|name| *alias == **name))
                });
                if files.len().max(names.len()) > 1 && (facts || named) {
                    continue;
                }
                frameworks.find(&id)?;
                asked.push(id);
            }
        }
        Ok(Self { frameworks, asked, all, compiled: BTreeMap::new(), set: parameters_of(parameters)? })
    }

    /// One framework of several, by its id or an alias, and the parameters that are set for the run.
    pub(crate) fn one(frameworks: Frameworks, name: &str, parameters: &[String]) -> Result<Self, Failure> {
        frameworks.find(name)?;
        let set = parameters_of(parameters)?;
        Ok(Self { frameworks, asked: vec![name.to_owned()], all: false, compiled: BTreeMap::new(), set })
    }

    /// All frameworks that grade, if that is asked for, compiled with the parameters of the run as far as
    /// they have them.
    pub(crate) fn side_by_side(&self) -> Result<Option<Vec<Compiled>>, Failure> {
        if !self.all {
            return Ok(None);
        }
        let has = |name: &Name| self.frameworks.iter().any(|framework| framework.parameter(name.as_str()).is_some());
        if let Some((name, _)) = self.set.iter().find(|(name, _)| !has(name)) {
            let message = format!("no framework has a parameter `{name}`");
            return Err(Failure::Input(vec![Diagnostic::error(Code::BadParameter, message)]));
        }
        let mut compiled = Vec::new();
        for framework in self.frameworks.iter().filter(|framework| framework.grades()) {
            let has = |(name, _): &&(Name, String)| framework.parameter(name.as_str()).is_some();
            let set: BTreeMap<Name, Value> = self
                .set
                .iter()
                .filter(has)
                .map(|(name, text)| (name.clone(), value_of(framework, name, text)))
                .collect();
            compiled.push(Compiled::with_parameters(framework, &set)?);
        }
        Ok(Some(compiled))
    }

    /// The names of the frameworks to grade a case under: ids, and names that editions share.
    pub(crate) fn names(&self, case: &Case) -> Result<Vec<String>, Failure> {
        if self.all {
            let message = "`--framework all` grades side by side, which `evigrade grade` does; name one framework here";
            return Err(Failure::Usage(message.to_owned()));
        }
        let own = case.framework().map(|id| id.as_str().to_owned());
        let named = if self.asked.is_empty() { own.into_iter().collect() } else { self.asked.clone() };
        if named.is_empty() {
            let message = format!("case `{}` names no framework, and none is asked for", case.id());
            let help = "say `--framework ID`, or `framework = \"ID\"` in `[case]`; `evigrade frameworks` lists them";
            return Err(Failure::Input(vec![Diagnostic::error(Code::UnknownFramework, message).help(help)]));
        }
        Ok(named)
    }

    /// The ids to grade a case under, each of the edition that is in force on the day of the run.
    pub(crate) fn of_case(&self, case: &Case, run: &Run) -> Result<Vec<FrameworkId>, Failure> {
        let day = run.as_of.or(case.as_of());
        let in_force = |name: &String| Ok(self.frameworks.find_as_of(name, day)?.id.clone());
        self.names(case)?.iter().map(in_force).collect()
    }

    /// A framework, compiled with the parameters of the run.
    pub(crate) fn compiled(&mut self, id: &FrameworkId) -> Result<&Compiled, Failure> {
        if !self.compiled.contains_key(id) {
            let framework = self.frameworks.find(id.as_str())?;
            let mut set = BTreeMap::new();
            for (name, text) in &self.set {
                set.insert(name.clone(), value_of(framework, name, text));
            }
            let compiled = Compiled::with_parameters(framework, &set)?;
            self.compiled.insert(id.clone(), compiled);
        }
        self.compiled.get(id).ok_or_else(|| Failure::Ours(format!("framework `{id}` was lost")))
    }
}

/// One framework, compiled with some parameters set, and those that it is one of: by its id or alias, or a file of it.
pub(crate) fn compiled_alone(name: &str, parameters: &[String]) -> Result<(Frameworks, Compiled), Failure> {
    let mut frameworks = Frameworks::built_in();
    let id = if is_file(name) {
        let ids = add(&mut frameworks, &framework_files(name)?)?;
        match ids.as_slice() {
            [id] => id.to_string(),
            ids => {
                let message = format!("`{name}` holds {} frameworks, and records are graded under one", ids.len());
                return Err(Failure::Usage(message));
            }
        }
    } else {
        name.to_owned()
    };
    let framework = frameworks.find(&id)?;
    let set = parameters_of(parameters)?;
    let set = set.into_iter().map(|(name, text)| {
        let value = value_of(framework, &name, &text);
        (name, value)
    });
    let compiled = Compiled::with_parameters(framework, &set.collect())?;
    Ok((frameworks, compiled))
}

/// The parameters of a run, as they stand on the command line.
fn parameters_of(options: &[String]) -> Result<Vec<(Name, String)>, Failure> {
    let read = |option: &String| match option.split_once('=') {
        Some((name, value)) => Ok((Name::from(name.trim()), value.trim().to_owned())),
        None => Err(Failure::Usage(format!("`--set {option}` is not of the form PARAMETER=VALUE"))),
    };
    options.iter().map(read).collect()
}

/// A value of a parameter, as it stands on the command line.
fn value_of(framework: &Framework, name: &Name, text: &str) -> Value {
    let of_word = || Value::Choice(text.into());
    match framework.parameter(name.as_str()).map(|parameter| &parameter.value) {
        Some(Value::Number(_)) => text.parse().map(Value::Number).unwrap_or_else(|_| of_word()),
        Some(Value::Flag(_)) => text.parse().map(Value::Flag).unwrap_or_else(|_| of_word()),
        Some(Value::Date(_)) => text.parse().map(Value::Date).unwrap_or_else(|_| of_word()),
        _ => of_word(),
    }
}

/// Opens a case: a folder, or a single file.
pub(crate) fn open(path: &Path, frameworks: &Frameworks) -> Result<Case, Failure> {
    Ok(Case::from_files(&Case::files(path)?, frameworks)?)
}

/// A case with a source retracted on the day of the run; where neither the run nor the case names one, on the day of its
/// publication.
pub(crate) fn retracted(case: &Case, source: &str, run: &Run) -> Result<Case, Failure> {
    let published = case.sources().iter().find(|known| known.id == *source).and_then(|known| known.published);
    let day = run.as_of.or(case.as_of()).or(published).unwrap_or(Date::constant(1, 1, 1));
    Ok(case.retract(source, day)?)
}

/// What a run takes into account; a layer that no item of the case has, and a person who judged nothing in it, are
/// errors.
pub(crate) fn run_of(case: &Case, options: &RunOptions) -> Result<Run, Failure> {
    let known = case.layers();
    for layer in &options.layer {
        if !known.iter().any(|known| known.as_str() == layer) {
            let words: Vec<&str> = known.iter().map(|layer| layer.as_str()).collect();
            let message = format!("case `{}` has no layer `{layer}`", case.id());
            let help = match evigrade::name::nearest(layer, words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if words.is_empty() => "it has no layers".to_owned(),
                None => format!("it has {}", words.join(", ")),
            };
            return Err(Failure::Input(vec![Diagnostic::error(Code::UnknownName, message).help(help)]));
        }
    }
    let named: Vec<Layer> = options.layer.iter().map(|layer| Layer::from(layer.as_str())).collect();
    let layers =
        if options.all_layers { Run::of_all_layers(case).layers } else { (!named.is_empty()).then_some(named) };
    let run = Run { as_of: options.as_of, layers, appraiser: options.appraiser.clone() };
    run.check_appraiser(case)?;
    Ok(run)
}
