//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

/// Grades claims by the evidence that bears on them, with the full proof of every grade.
#[derive(Debug, Parser)]
#[command(name = "evigrade", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done; 1 what was asked does not hold; 2 the command line or a file is wrong; \
                        3 a failure of evigrade itself.")]
pub(crate) struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that shows them
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Grade the claims of cases
    Grade(Grade),
    /// Show the proof of a claim's grade
    Explain(Explain),
    /// Show what the grades of a case would be if its evidence, its facts or a parameter were others
    WhatIf(WhatIf),
    /// Show the grades of cases on every day on which something changed
    Timeline(Timeline),
    /// Check cases and frameworks without grading
    Check(Check),
    /// Run the examples of frameworks and the expectations of cases
    Test(Test),
    /// List the frameworks that are built in, or show one
    Frameworks(Frameworks),
    /// Begin a case or a framework
    New(New),
    /// Print the JSON Schema of case or framework files
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page
    Man(Man),
}

/// How a case is graded.
#[derive(Args, Debug)]
pub(crate) struct RunOptions {
    /// A framework to grade under: the id or alias of one that is built in or given beside, a file, or a
    /// folder of them; may be repeated. With `all` the grades of all frameworks stand side by side
    #[arg(short, long, value_name = "ID|PATH")]
    pub framework: Vec<String>,
    /// Grade as of this day instead of the case's own
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// Take this layer instead of those that the case names; may be repeated
    #[arg(long, value_name = "NAME", conflicts_with = "all_layers")]
    pub layer: Vec<String>,
    /// Take every layer of the case
    #[arg(long)]
    pub all_layers: bool,
}

/// The parameters of a run.
#[derive(Args, Debug)]
pub(crate) struct ParameterOptions {
    /// Set a parameter of the framework for this run; may be repeated
    #[arg(long, value_name = "PARAMETER=VALUE")]
    pub set: Vec<String>,
}

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

/// `evigrade grade`
#[derive(Args, Debug)]
pub(crate) struct Grade {
    /// Cases: folders of TOML files, single files, or folders that hold cases
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// How to print the grades
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `evigrade explain`
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The case: a folder of TOML files, or a single file
    pub case: PathBuf,
    /// The claim; the case's conclusion if left out, with `--robust` all claims
    pub claim: Option<String>,
    /// Tell instead which single facts, judgements and items would move the grade if they were one step off
    #[arg(long, conflicts_with = "not")]
    pub robust: bool,
    /// Tell instead which decisions stand between the grade and this level
    #[arg(long, value_name = "LEVEL")]
    pub not: Option<String>,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// How to print the proof
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ProofFormat,
}

/// `evigrade what-if`
#[derive(Args, Debug)]
pub(crate) struct WhatIf {
    /// The case: a folder of TOML files, or a single file
    pub case: PathBuf,
    /// Add the evidence, sources, claims and judgements of this file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,
    /// Leave out this evidence item; may be repeated
    #[arg(long, value_name = "ITEM")]
    pub without: Vec<String>,
    /// Take this source as retracted on the day of the grading; may be repeated
    #[arg(long, value_name = "SOURCE")]
    pub retract: Vec<String>,
    /// Let a fact of a claim or an evidence item, or a parameter, be another; may be repeated
    #[arg(long, value_name = "ID.FACT=VALUE|PARAMETER=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub run: RunOptions,
    /// How to print the grades before and after
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ChangeFormat,
}

/// `evigrade timeline`
#[derive(Args, Debug)]
pub(crate) struct Timeline {
    /// Cases: folders of TOML files, single files, or folders that hold cases
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// How to print the days
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TimelineFormat,
}

/// `evigrade check`
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Cases and frameworks: files, or folders that hold them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Another framework that the cases are written for: a file, or a folder of them; may be repeated
    #[arg(short, long, value_name = "PATH")]
    pub framework: Vec<String>,
    /// Hold the framework against this one: the same function, or where they differ; a file, or a built-in id
    #[arg(long, value_name = "FRAMEWORK", conflicts_with_all = ["reach", "monotone"])]
    pub against: Option<String>,
    /// Print for each level of the frameworks few facts that give it, as examples to copy
    #[arg(long)]
    pub reach: bool,
    /// Ask of every framework whether better evidence can lower its result, and tell what is proved
    #[arg(long)]
    pub monotone: bool,
    /// Tell the share of rules that examples and counts exercise, and the rules that none does
    #[arg(long)]
    pub coverage: bool,
    /// Do not tell what has this code, for this reason; may be repeated
    #[arg(long, value_name = "CODE=REASON")]
    pub allow: Vec<String>,
    /// Make a warning of what has this code; may be repeated
    #[arg(long, value_name = "CODE")]
    pub warn: Vec<String>,
    /// Make an error of what has this code; or `warning`, to fail by warnings as well as by errors; may be repeated
    #[arg(long, value_name = "CODE|SEVERITY")]
    pub deny: Vec<String>,
    /// How to print what is found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FindingFormat,
}

/// `evigrade test`
#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Cases and frameworks: files, or folders that hold them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Another framework that the cases are written for: a file, or a folder of them; may be repeated
    #[arg(short, long, value_name = "PATH")]
    pub framework: Vec<String>,
    /// Print every test, not only those that fail
    #[arg(short, long)]
    pub verbose: bool,
    /// How to print the outcomes
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FindingFormat,
}

/// `evigrade frameworks`
#[derive(Args, Debug)]
pub(crate) struct Frameworks {
    /// The framework to show: the id of one that is built in, or a file
    #[arg(value_name = "ID|FILE")]
    pub id: Option<String>,
    /// Another framework that it uses or extends: a file, or a folder of them; may be repeated
    #[arg(short, long, value_name = "PATH")]
    pub framework: Vec<String>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: PageFormat,
}

/// `evigrade new`
#[derive(Args, Debug)]
pub(crate) struct New {
    /// What to begin
    pub what: Beginning,
    /// Its id: a case becomes a folder of that name, a framework a file
    pub name: String,
    /// The folder to put it in
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub into: PathBuf,
}

/// What can be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Beginning {
    /// A case: claims, evidence, sources
    Case,
    /// A framework: facts, measures, rules, examples
    Framework,
}

/// `evigrade schema`
#[derive(Args, Debug)]
pub(crate) struct Schema {
    /// Which files the schema is of
    pub of: Beginning,
    /// Another framework whose facts a case may state: a file, or a folder of them; may be repeated
    #[arg(short, long, value_name = "PATH")]
    pub framework: Vec<String>,
}

/// `evigrade completions`
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    pub shell: Shell,
}

/// `evigrade man`
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The command whose page is printed; that of evigrade itself if left out
    pub command: Option<String>,
}
