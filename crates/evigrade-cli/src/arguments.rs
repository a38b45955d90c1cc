//! What can be said on the command line.

mod batch;
mod formats;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::Shell;
use evigrade::synthesis::{EffectMeasure, MethodPart};
use jiff::civil::Date;

pub(crate) use self::batch::{Batch, Bulk, ProofOf};
pub(crate) use self::formats::{
    AppraisersFormat, ChangeFormat, FindingFormat, Format, ImpactFormat, PageFormat, ProofFormat, SynthesisFormat,
    TimelineFormat, VerifyFormat,
};

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
    /// Put the results of studies together that bear on a claim: the table, and forest and funnel plots
    Synthesize(Synthesize),
    /// Grade the records of a file row by row
    Batch(Batch),
    /// Show the grades under each of several people, where they part and whether it matters
    Appraisers(Appraisers),
    /// Show which grades moved from one version to another, and why
    Diff(Diff),
    /// Show which grades of many cases the retraction of a source would change
    Impact(Impact),
    /// Keep the grades of cases in a lock file
    Lock(Lock),
    /// Grade again what is locked, and fail if a grade or a proof is another
    Verify(Verify),
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
    /// Where people judge differently, grade under the judgements of this one
    #[arg(long, value_name = "NAME")]
    pub appraiser: Option<String>,
}

/// The parameters of a run.
#[derive(Args, Debug)]
pub(crate) struct ParameterOptions {
    /// Set a parameter of the framework for this run; may be repeated
    #[arg(long, value_name = "PARAMETER=VALUE")]
    pub set: Vec<String>,
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
    /// With `--format json`: tell as well how much each missing fact would narrow an open grade, those first that would
    /// narrow it most; it takes a grading for every answer
    #[arg(long)]
    pub questions: bool,
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
    /// With `--to`: the claim; the case's conclusion unless said
    #[arg(requires = "to")]
    pub claim: Option<String>,
    /// Tell what would take a claim to this level or better; what else is asked for is so already
    #[arg(long, value_name = "LEVEL")]
    pub to: Option<String>,
    /// With `--to`: how many facts are changed together at most, 1 to 12; 3 unless said
    #[arg(long, value_name = "N", requires = "to", value_parser = value_parser!(u8).range(1..=12))]
    pub changes: Option<u8>,
    /// With `--to`: how many new studies are tried together at most, 1 to 50; 4 unless said
    #[arg(long, value_name = "N", requires = "to", value_parser = value_parser!(u8).range(1..=50))]
    pub studies: Option<u8>,
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

/// The words for how effects are pooled.
fn methods() -> Vec<&'static str> {
    [MethodPart::Model, MethodPart::BetweenStudies].into_iter().flat_map(MethodPart::choices).collect()
}

/// `evigrade synthesize`
#[derive(Args, Debug)]
pub(crate) struct Synthesize {
    /// The case: a folder of TOML files, or a single file
    pub case: PathBuf,
    /// The claim; the case's conclusion if left out
    pub claim: Option<String>,
    /// Take the results of this item, whether it counts or not, and of no others; several times for several items
    #[arg(long, value_name = "ID")]
    pub item: Vec<String>,
    /// What effects are measured by; what the results say unless set
    #[arg(long, value_parser = PossibleValuesParser::new(EffectMeasure::NAMES))]
    pub measure: Option<String>,
    /// How effects are pooled; as the framework's parameters say unless set
    #[arg(long, value_parser = PossibleValuesParser::new(methods()))]
    pub method: Option<String>,
    /// How the uncertainty of the pooled effect is told; as the framework's parameters say unless set
    #[arg(long, value_parser = PossibleValuesParser::new(MethodPart::Interval.choices()))]
    pub interval: Option<String>,
    /// Pool the studies without each of them as well
    #[arg(long)]
    pub leave_one_out: bool,
    /// Pool the first study, the first two and so on as well, in the order of the files
    #[arg(long)]
    pub cumulative: bool,
    /// Pool the studies by what this fact of items or links says of them as well, and test whether they differ
    #[arg(long, value_name = "FACT")]
    pub subgroups: Option<String>,
    /// Put in the studies that a funnel lacks as well
    #[arg(long)]
    pub trim_and_fill: bool,
    /// Draw a forest plot to this file, as SVG
    #[arg(long, value_name = "FILE")]
    pub forest: Option<PathBuf>,
    /// Draw a funnel plot to this file, as SVG
    #[arg(long, value_name = "FILE")]
    pub funnel: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// How to print the table
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SynthesisFormat,
}

/// `evigrade appraisers`
#[derive(Args, Debug)]
pub(crate) struct Appraisers {
    /// Cases: folders of TOML files, single files, or folders that hold cases
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: AppraisersFormat,
}

/// `evigrade diff`
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// What was: a case or a folder of cases, a framework (its id or file), or a JSON report; or such a case or file at a
    /// revision of git, as REV:path
    pub old: String,
    /// What is, of the same kind
    pub new: String,
    /// The cases to grade under two frameworks: folders of TOML files, single files, or folders that hold cases
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub over: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// How to print what moved
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ChangeFormat,
}

/// `evigrade impact`
#[derive(Args, Debug)]
pub(crate) struct Impact {
    /// Cases: folders of TOML files, single files, or folders that hold cases
    #[arg(required = true, value_name = "PATH")]
    pub cases: Vec<PathBuf>,
    /// Take this source as retracted on the day of the grading
    #[arg(long, value_name = "SOURCE")]
    pub retract: String,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// How to print what changes
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ImpactFormat,
}

/// `evigrade lock`
#[derive(Args, Debug)]
pub(crate) struct Lock {
    /// Cases: folders of TOML files, single files, or folders that hold cases
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunOptions,
    #[command(flatten)]
    pub parameters: ParameterOptions,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "evigrade.lock")]
    pub lockfile: PathBuf,
}

/// `evigrade verify`
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// The file that `evigrade lock` wrote
    #[arg(long, value_name = "FILE", default_value = "evigrade.lock")]
    pub lockfile: PathBuf,
    /// Hold this claim alone; may be repeated
    #[arg(long, value_name = "CLAIM|CASE/CLAIM")]
    pub only: Vec<String>,
    /// Tell what moved, and lock what is now
    #[arg(long)]
    pub update: bool,
    /// Hold levels, directions and outputs alone: another proof of the same grade is told, and is no failure
    #[arg(long)]
    pub levels_only: bool,
    /// How to print what came of it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: VerifyFormat,
    /// Write what came of it to this file too, as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
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
