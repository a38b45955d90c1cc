//! `evigrade new`: a commented start.

use std::path::Path;

use evigrade::name::is_name;

use crate::arguments::{Beginning, New};
use crate::output::{Failure, Output, Verdict};

const CASE: &str = include_str!("../../templates/case.toml");
const FRAMEWORK: &str = include_str!("../../templates/framework.toml");
/// What the templates call the thing that is begun.
const NAME: &str = "NAME";

/// Writes the files of a new case or framework; never over what is there.
pub(crate) fn run(arguments: &New, output: &Output) -> Result<Verdict, Failure> {
    let name = arguments.name.as_str();
    if !is_name(name) || name.contains('.') {
        return Err(Failure::Usage(format!("`{name}` is not a name: letters, digits, `-` and `_`")));
    }
    let (path, template, next) = match arguments.what {
        Beginning::Case => {
            let folder = arguments.into.join(name);
            let shown = folder.display().to_string();
            let next = format!("evigrade grade {shown}");
            (folder.join("case.toml"), CASE, next)
        }
        Beginning::Framework => {
            let path = arguments.into.join(format!("{name}.toml"));
            let next = format!("evigrade test {}", path.display());
            (path, FRAMEWORK, next)
        }
    };
    write(&path, &template.replace(NAME, name))?;
    output.answer(&format!("Wrote {}. Try: {next}\n", path.display()))?;
    Ok(Verdict::Holds)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Usage(format!("`{}` is already there", path.display())),
        _ => Failure::Usage(format!("`{}` cannot be written: {error}", path.display())),
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}
