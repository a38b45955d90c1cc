//! Where rows go: a file that is there once it is whole, and not before.

use std::fs::File;
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
    /// A file that is put in its place at the end.
    File(BufWriter<NamedTempFile>, PathBuf),
    /// What is no file, such as a pipe: it is written as it comes.
    Stream(BufWriter<File>, PathBuf),
}

impl Sink {
    pub(crate) fn new(target: &Target) -> Result<Self, Failure> {
        let path = match target {
            Target::Standard => return Ok(Self::Standard(BufWriter::new(std::io::stdout()))),
            Target::File(path) => path,
        };
        // What a link points at is written, and the link stays.
        let place = place_of(path);
        let known = std::fs::metadata(&place).ok();
        if known.as_ref().is_some_and(std::fs::Metadata::is_dir) {
            return Err(Failure::Usage(format!("`{}` is a folder, and a file is asked for", path.display())));
        }
        if known.as_ref().is_some_and(|known| !known.is_file()) {
            let file = File::options().write(true).open(&place).map_err(|error| unwritable(path, &error))?;
            return Ok(Self::Stream(BufWriter::new(file), place));
        }
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(Failure::Usage(format!("there is no folder `{}`", folder.display())));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".evigrade-");
        // As a file that is made anew, and not for its owner alone; as the one that was there, if one was.
        #[cfg(unix)]
        let usual = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
        #[cfg(unix)]
        builder.permissions(usual);
        let file = builder.tempfile_in(folder).map_err(|error| unwritable(path, &error))?;
        if let Some(known) = known {
            // If it cannot be, it is as one made anew.
            let _ = file.as_file().set_permissions(known.permissions());
        }
        Ok(Self::File(BufWriter::new(file), place))
    }

    pub(crate) fn write(&mut self, text: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Standard(out) => standard(out.write_all(text)),
            Self::File(out, path) => out.write_all(text).map_err(|error| unwritable(path, &error)),
            Self::Stream(out, path) => out.write_all(text).map_err(|error| unwritable(path, &error)),
        }
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Standard(mut out) => standard(out.flush()),
            Self::Stream(mut out, path) => out.flush().map_err(|error| unwritable(&path, &error)),
            Self::File(out, path) => {
                let file = out.into_inner().map_err(|error| unwritable(&path, error.error()))?;
                file.persist(&path).map_err(|error| unwritable(&path, &error.error)).map(|_| ())
            }
        }
    }
}

/// For those who write into it piece by piece.
impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Standard(out) => match out.write(bytes) {
                // Whoever reads it and stops has read enough.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(bytes.len()),
                written => written,
            },
            Self::File(out, _) => out.write(bytes),
            Self::Stream(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            // It is flushed when it is finished.
            Self::Standard(_) => Ok(()),
            Self::File(out, _) => out.flush(),
            Self::Stream(out, _) => out.flush(),
        }
    }
}

/// Where a path leads: what a link points at, whether that is there or not.
pub(crate) fn place_of(path: &Path) -> PathBuf {
    if let Ok(place) = std::fs::canonicalize(path) {
        return place;
    }
    let folder = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        std::fs::canonicalize(&folder).unwrap_or(folder)
    };
    // A link to what is not there yet.
    let path = std::fs::read_link(path).map_or_else(|_| path.to_owned(), |to| folder(path).join(to));
    path.file_name().map_or_else(|| path.clone(), |name| folder(&path).join(name))
}

/// Whoever reads standard output and stops has read enough.
fn standard(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Ours(format!("the answer cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Ours(format!("`{}` cannot be written: {}", path.display(), error.kind()))
}
