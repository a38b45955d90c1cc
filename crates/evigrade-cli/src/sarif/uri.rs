//! Names of files as URIs.

use std::path::{Component, Path, PathBuf};

/// Makes URIs of the names of files.
pub(super) struct Uris {
    /// What relative ones are relative to.
    folder: Option<PathBuf>,
}

impl Uris {
    /// URIs relative to the folder that the process runs in.
    pub(super) fn of_process() -> Self {
        Self { folder: std::env::current_dir().ok() }
    }

    /// The URI of a file: relative with forward slashes, unless the file lies elsewhere and its name says
    /// so from the root on.
    pub(super) fn of(&self, name: &str) -> String {
        let path = Path::new(name);
        let inside = self.folder.as_ref().and_then(|folder| path.strip_prefix(folder).ok());
        let mut parts = Vec::new();
        let mut absolute = false;
        for component in inside.unwrap_or(path).components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => parts.push("..".to_owned()),
                Component::RootDir => absolute = true,
                // Of a drive: `C:`.
                Component::Prefix(prefix) => parts.push(prefix.as_os_str().to_string_lossy().replace('\\', "/")),
                Component::Normal(part) => parts.push(encoded(&part.to_string_lossy())),
            }
        }
        let joined = parts.join("/");
        if absolute { format!("file:///{joined}") } else { joined }
    }
}

/// A part of a path with what a URI cannot hold written as `%XX` (RFC 3986). A colon is not held either:
/// in the first part it would end the name of a scheme.
fn encoded(part: &str) -> String {
    let mut encoded = String::new();
    for byte in part.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' | b'@' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';'
            | b'=' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::Uris;

    #[test]
    #[cfg(unix)]
    fn a_name_is_a_uri() {
        let uris = Uris { folder: Some("/data/cases".into()) };
        for (name, uri) in [
            ("rules/grade.toml", "rules/grade.toml"),
            ("./a//b/./c.toml", "a/b/c.toml"),
            ("../a.toml", "../a.toml"),
            ("a b/é.toml", "a%20b/%C3%A9.toml"),
            ("a:b.toml", "a%3Ab.toml"),
            ("50%.toml", "50%25.toml"),
            ("a\\b.toml", "a%5Cb.toml"),
            ("/data/cases/a/b.toml", "a/b.toml"),
            ("/data/cases-2/b c.toml", "file:///data/cases-2/b%20c.toml"),
        ] {
            assert_eq!(uris.of(name), uri, "{name}");
        }
    }
}
