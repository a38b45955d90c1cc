//! Where rows go: a file that is there once it is whole, and not before.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::output::Failure;

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output.
    Standard,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// What a path stands for: `-` is standard output.
    pub(crate) fn of(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path.to_owned()) }
    }
}

/// What is being written.
#[derive(Debug)]
pub(crate) enum Sink {
    Standard(BufWriter<std::io::Stdout>),
    File(BufWriter<NamedTempFile>, PathBuf),
}

impl Sink {
    pub(crate) fn new(target: &Target) -> Result<Self, Failure> {
        match target {
            Target::Standard => Ok(Self::Standard(BufWriter::new(std::io::stdout()))),
            Target::File(path) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let file = tempfile::Builder::new().prefix(".evigrade-").tempfile_in(folder);
                let file = file.map_err(|error| unwritable(path, &error))?;
                Ok(Self::File(BufWriter::new(file), path.clone()))
            }
        }
    }

    pub(crate) fn write(&mut self, text: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Standard(out) => {
                out.write_all(text).map_err(|error| Failure::Ours(format!("the answer cannot be written: {error}")))
            }
            Self::File(out, path) => out.write_all(text).map_err(|error| unwritable(path, &error)),
        }
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Standard(mut out) => {
                out.flush().map_err(|error| Failure::Ours(format!("the answer cannot be written: {error}")))
            }
            Self::File(out, path) => {
                let file = out.into_inner().map_err(|error| unwritable(&path, error.error()))?;
                readable(file.as_file());
                file.persist(&path).map_err(|error| unwritable(&path, &error.error)).map(|_| ())
            }
        }
    }
}

/// Lets others read it, as they may other files; what is made for the time being is for its owner alone.
fn readable(file: &std::fs::File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // If it cannot be, it stays as it is.
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = file;
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Ours(format!("`{}` cannot be written: {error}", path.display()))
}
