//! The command line of Evigrade.

mod arguments;
mod batch;
mod commands;
mod git;
mod input;
mod junit;
mod lockfile;
mod output;
mod sarif;
mod side;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::output::{Failure, Output, Verdict};

fn main() -> ExitCode {
    keep_freed_memory();
    let arguments = Arguments::parse();
    let output = Output::new(arguments.color);
    // A panic is a failure of ours; it must not look like an answer.
    let outcome = catch_unwind(AssertUnwindSafe(|| run(&arguments.command, &output)));
    match outcome {
        Ok(Ok(Verdict::Holds)) => ExitCode::SUCCESS,
        Ok(Ok(Verdict::DoesNotHold)) => ExitCode::from(1),
        Ok(Ok(Verdict::Refused)) => ExitCode::from(2),
        Ok(Err(Failure::Input(diagnostics))) => {
            output.diagnostics(&diagnostics);
            ExitCode::from(2)
        }
        Ok(Err(Failure::Usage(message))) => {
            output.error(&message);
            ExitCode::from(2)
        }
        Ok(Err(Failure::Ours(message))) => {
            output.error(&message);
            ExitCode::from(3)
        }
        Err(_) => {
            output.error("this is a fault of evigrade itself; please report it with the input that shows it");
            ExitCode::from(3)
        }
    }
}

/// Tells the usual allocator to keep what is freed for the next that is asked for: a run is short, and to give memory back
/// and be given it again takes longer than to use it. It goes by the largest piece that was ever freed.
fn keep_freed_memory() {
    const LARGEST: usize = 16 << 20;
    let mut piece = Vec::<u8>::new();
    // Where there is not so much, nothing is lost.
    let _ = piece.try_reserve_exact(LARGEST);
    drop(std::hint::black_box(piece));
}

fn run(command: &Command, output: &Output) -> Result<Verdict, Failure> {
    match command {
        Command::Grade(arguments) => commands::grade::run(arguments, output),
        Command::Explain(arguments) => commands::explain::run(arguments, output),
        Command::WhatIf(arguments) => commands::what_if::run(arguments, output),
        Command::Synthesize(arguments) => commands::synthesize::run(arguments, output),
        Command::Batch(arguments) => commands::batch::run(arguments, output),
        Command::Timeline(arguments) => commands::timeline::run(arguments, output),
        Command::Appraisers(arguments) => commands::appraisers::run(arguments, output),
        Command::Diff(arguments) => commands::diff::run(arguments, output),
        Command::Impact(arguments) => commands::impact::run(arguments, output),
        Command::Lock(arguments) => commands::lock::run(arguments, output),
        Command::Verify(arguments) => commands::verify::run(arguments, output),
        Command::Check(arguments) => commands::check::run(arguments, output),
        Command::Test(arguments) => commands::test::run(arguments, output),
        Command::Frameworks(arguments) => commands::frameworks::run(arguments, output),
        Command::New(arguments) => commands::new::run(arguments, output),
        Command::Schema(arguments) => commands::schema::run(arguments, output),
        Command::Completions(arguments) => commands::shell::completions(arguments, output),
        Command::Man(arguments) => commands::shell::man(arguments, output),
    }
}
