//! `evigrade verify`: grades again what is locked, and tells what moved.

use evigrade::lock::{Only, Outcome};

use crate::arguments::{Verify, VerifyFormat};
use crate::junit;
use crate::lockfile::{LockFile, write_whole};
use crate::output::{Failure, Output, Verdict};

/// Holds the lock file against what is now; writes it anew if that is asked for.
pub(crate) fn run(arguments: &Verify, output: &Output) -> Result<Verdict, Failure> {
    let file = LockFile::new(&arguments.lockfile);
    let locked = file.read()?;
    let now = file.graded(&locked.asked, output)?;
    let only = Only(arguments.only.clone());
    only.check(&[&locked, &now])?;
    let found = locked.verify(&now, &only);
    let fine = if arguments.levels_only { Outcome::SAME_GRADE } else { Outcome::SAME };
    let holds = found.holds(fine);
    if let Some(path) = &arguments.junit {
        write_whole(path, &junit::report(&found, fine)?)?;
    }
    let mut text = match arguments.format {
        VerifyFormat::Text => found.to_text(&output.page()),
        VerifyFormat::Json => found.to_json() + "\n",
    };
    if arguments.update {
        let updated = locked.updated(&now, &only);
        let changed = updated != locked;
        if changed {
            file.write(&updated)?;
        }
        if arguments.format == VerifyFormat::Text {
            let told = if changed { "is written anew" } else { "is left as it is" };
            text.push_str(&format!("{} {told}.\n", file.name()));
        }
    }
    output.answer(&text)?;
    if !holds && !arguments.update && arguments.format == VerifyFormat::Text {
        output.message("`evigrade verify --update` locks what is now.\n");
    }
    Ok(if holds || arguments.update { Verdict::Holds } else { Verdict::DoesNotHold })
}
