//! `evigrade completions` and `evigrade man`.

use clap::CommandFactory;

use crate::arguments::{Arguments, Completions, Man};
use crate::output::{Failure, Output, Verdict};

/// Prints a completion script.
pub(crate) fn completions(arguments: &Completions, output: &Output) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "evigrade", &mut script);
    output.answer(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Holds)
}

/// Prints a manual page.
pub(crate) fn man(arguments: &Man, output: &Output) -> Result<Verdict, Failure> {
    let mut command = Arguments::command();
    command.build();
    let page = match &arguments.command {
        None => command,
        Some(name) => {
            let known: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
            match command.find_subcommand(name) {
                Some(command) => {
                    let shown = format!("evigrade-{name}");
                    command.clone().name(shown)
                }
                None => {
                    let near = evigrade::name::nearest(name, known.iter().map(String::as_str));
                    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    return Err(Failure::Usage(format!("there is no command `{name}`{near}")));
                }
            }
        }
    };
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(page).render(&mut text);
    rendered.map_err(|error| Failure::Ours(format!("the manual page cannot be made: {error}")))?;
    output.answer(&String::from_utf8_lossy(&text))?;
    Ok(Verdict::Holds)
}
