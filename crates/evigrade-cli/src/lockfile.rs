//! The lock file on disk: where it lies, and the grades of what it names.

use std::path::{Component, Path, PathBuf};

use evigrade::diagnostic::{Code, Diagnostic};
use evigrade::document::{TextFile, reason};
use evigrade::lock::{Asked, AskedLayers, Lock};

use crate::arguments::RunOptions;
use crate::input::{self, Chosen};
use crate::output::{Failure, Output};

/// A lock file, there or not.
pub(crate) struct LockFile {
    path: PathBuf,
}

impl LockFile {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Reads it.
    pub(crate) fn read(&self) -> Result<Lock, Failure> {
        let file = TextFile::read(&self.path, self.name()).map_err(|mut diagnostic| {
            if !self.path.exists() {
                diagnostic.help = Some("`evigrade lock PATH...` writes it".to_owned());
            }
            diagnostic
        })?;
        Ok(Lock::read(&file)?)
    }

    /// Refuses a file that is there and is no lock file: it is not written over.
    pub(crate) fn check_free(&self) -> Result<(), Failure> {
        let begun = match std::fs::read_to_string(&self.path) {
            Ok(text) => text.trim().is_empty() || Lock::is_begun_by(&text),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if begun {
            return Ok(());
        }
        let message = format!("`{}` is there, and is no lock file that evigrade wrote", self.name());
        let help = "name another file with `--lockfile`, or take this one away";
        Err(Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message).help(help)]))
    }

    /// Writes it: first beside it, so that there is never half a file.
    pub(crate) fn write(&self, lock: &Lock) -> Result<(), Failure> {
        write_whole(&self.path, &lock.to_toml())
    }

    /// The folder that paths in it are relative to.
    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
    }

    /// What was asked for on the command line, as the file keeps it.
    pub(crate) fn asked(&self, paths: &[PathBuf], run: &RunOptions, set: &[String]) -> Result<Asked, Failure> {
        let mut asked = Asked { as_of: run.as_of, appraiser: run.appraiser.clone(), ..Asked::default() };
        for path in paths {
            asked.paths.push(self.relative(path)?);
        }
        asked.paths.sort();
        asked.paths.dedup();
        for name in &run.framework {
            let name = if input::is_file(name) { as_file(self.relative(Path::new(name))?) } else { name.clone() };
            asked.frameworks.push(name);
        }
        asked.layers = match (run.all_layers, run.layer.as_slice()) {
            (true, _) => AskedLayers::All,
            (false, []) => AskedLayers::OfCase,
            (false, layers) => AskedLayers::These(layers.to_vec()),
        };
        for option in set {
            let Some((name, value)) = option.split_once('=') else {
                return Err(Failure::Usage(format!("`--set {option}` is not of the form PARAMETER=VALUE")));
            };
            asked.set.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        Ok(asked)
    }

    /// Grades what was asked for. Cases that are locked and not there any more are left out.
    pub(crate) fn graded(&self, asked: &Asked, output: &Output) -> Result<Lock, Failure> {
        let options = RunOptions {
            framework: asked.frameworks.iter().map(|name| self.framework(name)).collect(),
            as_of: asked.as_of,
            layer: if let AskedLayers::These(layers) = &asked.layers { layers.clone() } else { Vec::new() },
            all_layers: asked.layers == AskedLayers::All,
            appraiser: asked.appraiser.clone(),
        };
        let set: Vec<String> = asked.set.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut chosen = Chosen::new(&options, &set)?;
        let mut lock = Lock::new(asked.clone());
        for path in &asked.paths {
            let path = self.shown(path);
            if !path.exists() {
                continue;
            }
            for case_path in input::cases_if_any(&path)? {
                let case = input::open(&case_path, &chosen.frameworks)?;
                output.diagnostics(case.warnings());
                let run = input::run_of(&case, &options)?;
                let place = self.relative(&case_path)?;
                for id in chosen.of_case(&case, &run)? {
                    lock.push(&place, &evigrade::grade(&case, chosen.compiled(&id)?, &run)?);
                }
            }
        }
        Ok(lock)
    }

    /// A framework that the file names, as it is found from here.
    fn framework(&self, name: &str) -> String {
        if input::is_file(name) { as_file(self.shown(name).display().to_string()) } else { name.to_owned() }
    }

    /// A path that the file names, as it is found from here.
    fn shown(&self, path: &str) -> PathBuf {
        let path = self.folder().join(path);
        let path: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
    }

    /// A path as the file names it: relative to its folder, with `/`.
    fn relative(&self, path: &Path) -> Result<String, Failure> {
        let (path, folder) = (whole(path)?, whole(self.folder())?);
        let same = path.iter().zip(&folder).take_while(|(one, other)| one == other).count();
        let up = folder.iter().skip(same).map(|_| "..".to_owned());
        let down = path.iter().skip(same).cloned();
        let parts: Vec<String> = up.chain(down).collect();
        Ok(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
    }
}

/// A name that `--framework` takes for a file or folder, whatever it is called.
fn as_file(name: String) -> String {
    if input::is_file(&name) { name } else { format!("./{name}") }
}

/// The parts of a path from the root on, without `.` and `..`.
fn whole(path: &Path) -> Result<Vec<String>, Failure> {
    let unknown = |error: std::io::Error| Failure::Ours(format!("there is no current folder: {}", reason(&error)));
    let absolute = std::path::absolute(path).map_err(unknown)?;
    let mut parts = Vec::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if parts.len() > 1 {
                    parts.pop();
                }
            }
            part => match part.as_os_str().to_str() {
                Some(part) => parts.push(part.to_owned()),
                None => {
                    let message = format!("the path `{}` is not UTF-8, and cannot be locked", path.display());
                    return Err(Failure::Input(vec![Diagnostic::error(Code::NotUtf8, message)]));
                }
            },
        }
    }
    Ok(parts)
}

/// Writes a file, so that there is the old one or the new one and never half of it.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| {
        let message = format!("`{}` cannot be written: {}", path.display(), reason(&error));
        Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message)])
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, text).map_err(unwritable)?;
    std::fs::rename(&beside, path).map_err(|error| {
        // The file beside is ours; that it cannot be taken away is not what went wrong.
        let _ = std::fs::remove_file(&beside);
        unwritable(error)
    })
}
