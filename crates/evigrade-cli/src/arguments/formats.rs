//! How answers can be printed, command by command.

use clap::ValueEnum;

/// How grades are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, on a terminal
    Text,
    /// For programs: one object a line (schema evigrade/report/1; for `all` evigrade/audit/1)
    Json,
    /// For documents
    Markdown,
    /// For spreadsheets
    Csv,
}

/// How a proof is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProofFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object a line (schema evigrade/report/1; with `--robust`
    /// evigrade/robustness/1, with `--not` evigrade/why-not/1)
    Json,
    /// For documents; not with `--robust` or `--not`
    Markdown,
}

/// How changes of grades are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangeFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object a line (schema evigrade/comparison/1)
    Json,
}

/// How a timeline is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimelineFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object a line (schema evigrade/timeline/1)
    Json,
    /// For spreadsheets: a line a day and claim
    Csv,
}

/// How a synthesis is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SynthesisFormat {
    /// For people, on a terminal
    Text,
    /// For programs (schema evigrade/synthesis/1)
    Json,
}

/// How grades under several people are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AppraisersFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object a line (schema evigrade/appraisers/1)
    Json,
    /// For spreadsheets and statistics: a line a judgement
    Csv,
}

/// How the impact of a retraction is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImpactFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object (schema evigrade/impact/1)
    Json,
    /// For spreadsheets: a line a claim that changes
    Csv,
}

/// How what came of locked grades is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object (schema evigrade/verification/1)
    Json,
}

/// How frameworks are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object a line
    Json,
    /// For documents
    Markdown,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingFormat {
    /// For people, on a terminal
    Text,
    /// For programs: one object a line
    Json,
    /// For code hosts: one SARIF 2.1.0 log
    Sarif,
}
