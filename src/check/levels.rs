//! Levels: what is allowed, what is warned of and what is denied among the things that checks find.
//!
//! A file sets the level of a code in a `[[check]]` table, for all of the file or for one thing in it;
//! the command line sets it for a run, and wins. What is allowed is not told as a finding, but kept with
//! the reason that was given for it. An allow of a file that allows nothing is told.

use serde::Serialize;

use super::coverage::Coverage;
use crate::diagnostic::{Code, Diagnostic, Level, Setting, Severity};
use crate::name::FrameworkId;

/// Something that was found and is allowed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Allowed {
    /// What was found.
    pub finding: Diagnostic,
    /// Why it is allowed.
    pub reason: String,
}

/// What a check found, each finding at its level.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Checked {
    /// What is told.
    pub findings: Vec<Diagnostic>,
    /// What is allowed.
    pub allowed: Vec<Allowed>,
    /// How many rules each framework exercises, where that is asked.
    pub coverage: Vec<(FrameworkId, Coverage)>,
}

impl Checked {
    /// Adds what another check found.
    pub fn extend(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.allowed.extend(other.allowed);
        self.coverage.extend(other.coverage);
    }
}

/// The levels of a run: they win over those of the files.
///
/// ```
/// use evigrade::check::{Levels, Setting};
/// use evigrade::{Case, Frameworks};
///
/// let case = Case::from_toml("case.toml", r#"
///     [case]
///     id = "aspirin"
///     title = "Aspirin for headache"
///
///     [[claim]]
///     id = "efficacy"
///     kind = "efficacy"
///     text = "Aspirin relieves headache."
/// "#, &Frameworks::built_in())?;
/// let setting = Setting::allow("unlinked-claim", "The search is still running.");
/// let levels = Levels::new([setting.expect("a check has this code")]);
/// let checked = levels.case(&case);
/// assert!(checked.findings.is_empty());
/// assert_eq!(checked.allowed[0].reason, "The search is still running.");
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Levels {
    run: Vec<Setting>,
}

impl Levels {
    /// Levels that are set for a run.
    pub fn new(settings: impl IntoIterator<Item = Setting>) -> Self {
        Self { run: settings.into_iter().collect() }
    }

    /// Puts each finding at its level, by what the run sets and otherwise by what the file sets that
    /// it is found in. An allow of the file is told as unused if nothing is found that it allows.
    #[must_use]
    pub fn apply(&self, of_file: &[Setting], found: Vec<Diagnostic>) -> Checked {
        self.apply_where(of_file, found, |_| true)
    }

    /// The same where not everything was looked for: an allow is unused only if its code was `asked`.
    pub(super) fn apply_where(
        &self,
        of_file: &[Setting],
        found: Vec<Diagnostic>,
        asked: impl Fn(Code) -> bool,
    ) -> Checked {
        let mut checked = Checked::default();
        let mut used = vec![false; of_file.len()];
        for finding in found {
            self.place(finding, of_file, None, &mut used, &mut checked);
        }
        // An allow of `unused-allow` is asked of all others first.
        let (about_allows, others): (Vec<usize>, Vec<usize>) =
            (0..of_file.len()).partition(|index| of_file[*index].code == Code::UnusedAllow);
        for index in others.into_iter().chain(about_allows) {
            let setting = &of_file[index];
            if setting.level == Level::Allow && !used[index] && asked(setting.code) {
                // It does not allow itself.
                self.place(unused(setting), of_file, Some(index), &mut used, &mut checked);
            }
        }
        checked
    }

    fn place(
        &self,
        mut finding: Diagnostic,
        of_file: &[Setting],
        except: Option<usize>,
        used: &mut [bool],
        checked: &mut Checked,
    ) {
        if !finding.code.is_of_checks() {
            checked.findings.push(finding);
            return;
        }
        let own = chosen(of_file, except, &finding);
        if let Some(own) = own {
            used[own] = true;
        }
        let of_run = chosen(&self.run, None, &finding).map(|index| &self.run[index]);
        let Some(setting) = of_run.or(own.map(|index| &of_file[index])) else {
            checked.findings.push(finding);
            return;
        };
        match setting.level {
            Level::Allow => {
                checked.allowed.push(Allowed { finding, reason: setting.reason.clone().unwrap_or_default() });
                return;
            }
            Level::Warn => finding.severity = Severity::Warning,
            Level::Deny => finding.severity = Severity::Error,
        }
        checked.findings.push(finding);
    }
}

/// The setting that counts for a finding: one for this thing before one for all, then the strictest, then
/// the first.
fn chosen(settings: &[Setting], except: Option<usize>, finding: &Diagnostic) -> Option<usize> {
    let matches = |index: usize, setting: &Setting| Some(index) != except && setting.matches(finding);
    let matching = settings.iter().enumerate().filter(|(index, setting)| matches(*index, setting));
    matching.rev().max_by_key(|(_, setting)| (setting.of.is_some(), setting.level)).map(|(index, _)| index)
}

fn unused(setting: &Setting) -> Diagnostic {
    let of = setting.of.as_ref().map_or_else(String::new, |of| format!(" of `{of}`"));
    let message = format!("`{}`{of} is allowed, and no check finds it", setting.code);
    let mut diagnostic = Diagnostic::warning(Code::UnusedAllow, message).help("take the allow out");
    if let Some(span) = &setting.span {
        diagnostic = diagnostic.at(span);
    }
    match &setting.of {
        Some(of) => diagnostic.about(of),
        None => diagnostic,
    }
}
