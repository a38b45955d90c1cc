//! What OLD and NEW stand for in a comparison: cases, a framework, or reports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use evigrade::diagnostic::{Code, Diagnostic};
use evigrade::document::TextFile;
use evigrade::report::Report;
use evigrade::{Case, Frameworks};

use crate::git::{AtRevision, Object};
use crate::input::{self, Folder};
use crate::output::Failure;

/// One side of a comparison.
pub(crate) enum Side {
    /// Cases, each with its files.
    Cases(Vec<Vec<Arc<TextFile>>>),
    /// The name of a framework that is built in.
    BuiltIn(String),
    /// A framework's file.
    Framework(Arc<TextFile>),
    /// Reports.
    Reports(Vec<Report>),
}

impl Side {
    /// What an argument stands for: what is on disk, else what is at a revision, else a framework that is built in.
    pub(crate) fn read(argument: &str) -> Result<Self, Failure> {
        let path = Path::new(argument);
        if path.is_dir() {
            let found = input::find(&[PathBuf::from(path)])?;
            let cases = found.cases.iter().map(|case| Ok(Case::files(case)?));
            let frameworks = found.frameworks.iter().map(|file| Ok(TextFile::read(file, file.to_string_lossy())?));
            return Self::of_folder(
                argument,
                cases.collect::<Result<_, Failure>>()?,
                frameworks.collect::<Result<_, Failure>>()?,
            );
        }
        if path.exists() {
            return Self::of_file(TextFile::read(path, argument)?);
        }
        // What begins so is a path, and no revision.
        let is_path = argument.starts_with(['/', '\\', '.']);
        if let Some(at) = AtRevision::parse(argument).filter(|_| !is_path) {
            let object = at.find()?;
            if !object.folder {
                return Self::of_file(object.text()?);
            }
            let (mut cases, mut frameworks) = (Vec::new(), Vec::new());
            search(&object, &mut cases, &mut frameworks, 0)?;
            return Self::of_folder(argument, cases, frameworks);
        }
        let Err(unknown) = Frameworks::built_in().find(argument).map(|_| ()) else {
            return Ok(Self::BuiltIn(argument.to_owned()));
        };
        let message = format!("`{argument}` cannot be read: there is no such file or folder");
        let near = unknown.into_diagnostics().into_iter().find_map(|found| found.help);
        let help = near.filter(|help| help.starts_with("did you mean"));
        let help =
            help.unwrap_or_else(|| "name a case, a framework, a JSON report, or what git has as `REV:path`".to_owned());
        Err(Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message).help(help)]))
    }

    /// What a file is: a report in JSON, a framework, else a case of its own.
    fn of_file(file: Arc<TextFile>) -> Result<Self, Failure> {
        if file.text().trim_start().starts_with('{') || file.name().ends_with(".json") {
            return Ok(Self::Reports(Report::read(&file)?));
        }
        Ok(if input::declares_framework(&file) { Self::Framework(file) } else { Self::Cases(vec![vec![file]]) })
    }

    /// What a folder is, by what was found in it.
    fn of_folder(
        name: &str,
        cases: Vec<Vec<Arc<TextFile>>>,
        mut frameworks: Vec<Arc<TextFile>>,
    ) -> Result<Self, Failure> {
        match (cases.is_empty(), frameworks.pop()) {
            (false, None) => Ok(Self::Cases(cases)),
            (true, Some(file)) if frameworks.is_empty() => Ok(Self::Framework(file)),
            (true, None) => Err(input::holds_nothing(name)),
            (_, Some(_)) => {
                let message = format!("`{name}` holds several frameworks, or frameworks beside cases");
                let help = "name one framework's file, or a folder of cases";
                Err(Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message).help(help)]))
            }
        }
    }

    /// What it is, as people say it.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Cases(_) => "a case",
            Self::BuiltIn(_) | Self::Framework(_) => "a framework",
            Self::Reports(_) => "a report",
        }
    }
}

/// Finds cases and frameworks in a folder of a revision, as [`input::find`] does on disk.
fn search(
    folder: &Object,
    cases: &mut Vec<Vec<Arc<TextFile>>>,
    frameworks: &mut Vec<Arc<TextFile>>,
    depth: usize,
) -> Result<(), Failure> {
    if depth > input::DEEPEST {
        return Err(input::too_deep(&folder.name));
    }
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in folder.entries()? {
        let name = entry.name.rsplit(['/', ':']).next().unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        if entry.folder {
            folders.push(entry);
        } else if Path::new(name).extension().is_some_and(|word| word == "toml") {
            files.push(entry.text()?);
        }
    }
    let declared: Vec<bool> = files.iter().map(|file| input::declares_framework(file)).collect();
    match Folder::of(&folder.name, &declared)? {
        Folder::ToSearch => folders.iter().try_for_each(|folder| search(folder, cases, frameworks, depth + 1))?,
        Folder::Case => cases.push(files),
        Folder::Frameworks => frameworks.extend(files),
    }
    Ok(())
}
