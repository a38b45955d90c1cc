//! What a git repository has at a revision, read through the `git` program. Nothing is checked out.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::sync::Arc;

use evigrade::diagnostic::{Code, Diagnostic};
use evigrade::document::{LARGEST_FILE, TextFile, reason};
use evigrade::name::nearest;

use crate::output::Failure;

/// A path at a revision, written `REV:path` as git does: from the root of the repository, or with `./` or `../` from
/// the folder in which the command runs.
#[derive(Clone, Debug)]
pub(crate) struct AtRevision {
    revision: String,
    path: String,
}

/// A file or a folder in a revision.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// What it is called: `REV:path`.
    pub name: String,
    /// Whether it is a folder.
    pub folder: bool,
    id: String,
}

impl AtRevision {
    /// Reads `REV:path`; nothing if the text is none. A colon within braces belongs to the revision, as in
    /// `HEAD^{/fix: typo}:case`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut depth = 0_usize;
        for (at, letter) in text.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                ':' if depth == 0 => {
                    let (revision, path) = (text.get(..at)?, text.get(at + 1..)?);
                    // Git knows the folder itself only with a slash.
                    let slash = if matches!(path, "." | "..") { "/" } else { "" };
                    return Some(Self { revision: revision.to_owned(), path: format!("{path}{slash}") });
                }
                _ => {}
            }
        }
        None
    }

    /// Finds it in the repository of the folder in which the command runs.
    pub(crate) fn find(&self) -> Result<Object, Failure> {
        let name = format!("{}:{}", self.revision, self.path);
        let refused = |why: &str| Diagnostic::error(Code::UnreadableFile, format!("`{name}` cannot be read: {why}"));
        if self.revision.is_empty() {
            let help = format!("name one before the colon, as in `HEAD:{}`", self.path);
            return Err(Failure::Input(vec![refused("it names no revision").help(help)]));
        }
        // Git would take it for an option.
        if self.revision.starts_with('-') {
            return Err(Failure::Input(vec![refused("a revision does not begin with `-`")]));
        }
        let repository = ask(&name, ["rev-parse", "--git-dir"])?;
        if let Err(said) = repository {
            let help = "a revision is looked for in the repository of the folder in which the command runs";
            let diagnostic = refused("git finds no repository here").help(help);
            return Err(Failure::Input(vec![said.into_iter().fold(diagnostic, Diagnostic::remark)]));
        }
        let tree = ask(&name, ["rev-parse", "--verify", "--quiet", &format!("{}^{{tree}}", self.revision)])?;
        if tree.is_err() {
            let known = ask(&name, ["for-each-ref", "--format=%(refname:short)"])?.unwrap_or_default();
            let known = String::from_utf8_lossy(&known).into_owned();
            let help = match nearest(&self.revision, known.lines()) {
                Some(near) => format!("did you mean `{near}:{}`?", self.path),
                None => "`git log` lists revisions; a file of that name is written `./NAME`".to_owned(),
            };
            return Err(Failure::Input(vec![refused(&format!("there is no revision `{}`", self.revision)).help(help)]));
        }
        match self.object(&self.path, &name)? {
            Some(object) => Ok(object),
            None => {
                let from_here = format!("./{}", self.path);
                let help = match self.object(&from_here, &name)? {
                    Some(found) => {
                        format!("paths begin at the root of the repository; did you mean `{}`?", found.name)
                    }
                    None => format!("`git ls-tree -r --name-only {}` lists what it has", self.revision),
                };
                let why = format!("revision `{}` has no such file or folder", self.revision);
                Err(Failure::Input(vec![refused(&why).help(help)]))
            }
        }
    }

    /// The file or folder at a path, if there is one.
    fn object(&self, path: &str, asked: &str) -> Result<Option<Object>, Failure> {
        let name = format!("{}:{path}", self.revision);
        let Ok(id) = ask(asked, ["rev-parse", "--verify", "--quiet", &name])? else { return Ok(None) };
        let id = String::from_utf8_lossy(&id).trim().to_owned();
        let kind = ask(asked, ["cat-file", "-t", &id])?.unwrap_or_default();
        match String::from_utf8_lossy(&kind).trim() {
            "tree" => Ok(Some(Object { name, folder: true, id })),
            "blob" => Ok(Some(Object { name, folder: false, id })),
            _ => Ok(None),
        }
    }
}

impl Object {
    /// What is in a folder, in the order of git. Links to elsewhere and other repositories are not followed.
    pub(crate) fn entries(&self) -> Result<Vec<Self>, Failure> {
        let listed = self.read(&["ls-tree", "-z", "--full-tree", &self.id])?;
        let mut entries = Vec::new();
        for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let line = String::from_utf8_lossy(line);
            let Some((about, path)) = line.split_once('\t') else { continue };
            let mut about = about.split(' ');
            let (Some(mode), Some(kind), Some(id)) = (about.next(), about.next(), about.next()) else { continue };
            /// The mode of a symbolic link.
            const LINK: &str = "120000";
            if mode == LINK || !["blob", "tree"].contains(&kind) {
                continue;
            }
            let slash = if self.name.ends_with([':', '/']) { "" } else { "/" };
            let name = format!("{}{slash}{path}", self.name);
            entries.push(Self { name, folder: kind == "tree", id: id.to_owned() });
        }
        Ok(entries)
    }

    /// The text of a file.
    pub(crate) fn text(&self) -> Result<Arc<TextFile>, Failure> {
        let size = self.read(&["cat-file", "-s", &self.id])?;
        let size: Option<u64> = String::from_utf8_lossy(&size).trim().parse().ok();
        if size.is_some_and(|size| size > LARGEST_FILE) {
            let message = format!("`{}` has more than the {LARGEST_FILE} bytes that are read", self.name);
            return Err(Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message)]));
        }
        Ok(TextFile::from_bytes(self.name.as_str(), self.read(&["cat-file", "blob", &self.id])?)?)
    }

    /// What git tells of it.
    fn read(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        ask(&self.name, arguments)?.map_err(|said| {
            let message = format!("`{}` cannot be read through git", self.name);
            let diagnostic = Diagnostic::error(Code::UnreadableFile, message);
            Failure::Input(vec![said.into_iter().fold(diagnostic, Diagnostic::remark)])
        })
    }
}

/// Runs git, and gives what it prints; if it fails, what it says about that.
fn ask<A: AsRef<OsStr>>(
    asked: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Result<Result<Vec<u8>, Option<String>>, Failure> {
    // Nothing of the repository is changed, and nobody is asked for a password.
    let output = Command::new("git")
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(Ok(output.stdout)),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Ok(Err((!said.is_empty()).then_some(said)))
        }
        Err(error) => {
            let message = format!("`{asked}` cannot be read: the program `git` cannot be run: {}", reason(&error));
            let help = "install git and put it on the path, or name a folder or file on disk";
            Err(Failure::Input(vec![Diagnostic::error(Code::UnreadableFile, message).help(help)]))
        }
    }
}
