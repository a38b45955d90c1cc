//! `evigrade batch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ParameterOptions;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bulk {
    /// A table with commas and a heading
    Csv,
    /// An object of JSON a line
    Jsonl,
    /// A Parquet file
    Parquet,
}

/// How much of the proof is added to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProofOf {
    /// Nothing
    None,
    /// The rule that gave the grade, and what it says
    Rule,
    /// These, and the whole proof as JSON
    Full,
}

/// `evigrade batch`
#[derive(Args, Debug)]
pub(crate) struct Batch {
    /// The records: a table with a heading, an object of JSON a line, or a Parquet file
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// Where the rows go, each with its grade; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// The framework to grade under: the id or alias of one that is built in or given beside, or a file
    #[arg(short, long, value_name = "ID|PATH")]
    pub framework: String,
    /// A fact and the column that tells it, where the names differ; may be repeated
    #[arg(long, value_name = "FACT=COLUMN")]
    pub map: Vec<String>,
    /// Grade the rows that say the same here together, as the evidence on one claim; such rows have to follow each other
    #[arg(long, value_name = "COLUMN")]
    pub by: Option<String>,
    /// How much of the proof is added to each row
    #[arg(long, value_name = "HOW", default_value = "none")]
    pub proof: ProofOf,
    /// How the records are written; else as the ending of the file says
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<Bulk>,
    /// How the rows are to be written; else as the ending of the file says
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<Bulk>,
    /// Where rows go that cannot be graded, with the reason; else OUT.rejects.csv, where there are any
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Stop at the first row that cannot be graded, and write nothing
    #[arg(long)]
    pub strict: bool,
    /// How many threads to use; else as many as there are processors
    #[arg(long, value_name = "COUNT")]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub parameters: ParameterOptions,
}
