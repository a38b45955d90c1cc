//! The answer goes to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstream::{AutoStream, ColorChoice};
use evigrade::diagnostic::{Diagnostic, Refused, Severity};
use evigrade::report::{Page, Palette};

use crate::arguments::Color;

/// How a command came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was done, and what was asked holds.
    Holds,
    /// It was done, and what was asked does not hold.
    DoesNotHold,
    /// Files are wrong, and the answer says what is.
    Refused,
}

/// Why a command could not be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Files are wrong.
    Input(Vec<Diagnostic>),
    /// The command line is wrong.
    Usage(String),
    /// It lies with us, or with the machine.
    Ours(String),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Input(refused.into_diagnostics())
    }
}

impl From<Box<Diagnostic>> for Failure {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self::Input(vec![*diagnostic])
    }
}

/// Where answers and messages go.
#[derive(Debug)]
pub(crate) struct Output {
    out: ColorChoice,
    err: ColorChoice,
}

/// Wider lines are hard to read.
const WIDEST: usize = 110;

impl Output {
    /// The process's own streams.
    pub(crate) fn new(color: Color) -> Self {
        match color {
            Color::Always => Self { out: ColorChoice::AlwaysAnsi, err: ColorChoice::AlwaysAnsi },
            Color::Never => Self { out: ColorChoice::Never, err: ColorChoice::Never },
            Color::Auto => {
                Self { out: AutoStream::choice(&std::io::stdout()), err: AutoStream::choice(&std::io::stderr()) }
            }
        }
    }

    /// The page of standard output: the terminal's width, else 80 columns.
    pub(crate) fn page(&self) -> Page {
        let palette = if self.out == ColorChoice::Never { Palette::plain() } else { Palette::coloured() };
        Page { width: columns(&std::io::stdout()), palette }
    }

    /// Whether somebody sees how far it is.
    pub(crate) fn shows_progress(&self) -> bool {
        std::io::stderr().is_terminal() && self.err != ColorChoice::Never
    }

    /// Prints the answer.
    pub(crate) fn answer(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = AutoStream::new(std::io::stdout(), self.out);
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            // Whoever reads it has read enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::Ours(format!("the answer cannot be written: {error}"))),
            Ok(()) => Ok(()),
        }
    }

    /// Tells what is wrong with the command line, or with us.
    pub(crate) fn error(&self, message: &str) {
        let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
        self.message(&format!("{style}error{style:#}: {message}\n"));
    }

    /// Tells something by the way.
    pub(crate) fn message(&self, text: &str) {
        let mut stderr = AutoStream::new(std::io::stderr(), self.err);
        // If standard error is gone there is nobody left to tell.
        let _ = stderr.write_all(text.as_bytes());
    }

    /// Tells what was found in files.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        /// More than anybody reads; the rest is counted.
        const MOST: usize = 100;
        let mut text = String::new();
        for diagnostic in diagnostics.iter().take(MOST) {
            text.push_str(&rendered(diagnostic, self.err != ColorChoice::Never, columns(&std::io::stderr())));
            text.push_str("\n\n");
        }
        if diagnostics.len() > MOST {
            text.push_str(&format!("and {} more\n", diagnostics.len() - MOST));
        }
        self.message(&text);
    }
}

/// The width of a terminal, or 80 columns for anything else.
fn columns(stream: &impl IsTerminal) -> usize {
    let size = if stream.is_terminal() { terminal_size::terminal_size() } else { None };
    size.map_or(80, |(width, _)| usize::from(width.0).clamp(40, WIDEST))
}

/// The longest line of a file that is shown; others are only named by their place.
const LONGEST_LINE: usize = 1000;

/// A diagnostic as people read it, with the lines that it points at.
fn rendered(diagnostic: &Diagnostic, coloured: bool, columns: usize) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE,
    };
    let code = diagnostic.code.to_string();
    let title = level.primary_title(diagnostic.message.as_str()).id(code.as_str());
    let mut group = Group::with_title(title);
    let shown = |label: &evigrade::diagnostic::Label| {
        let text = label.span.file().text();
        let range = label.span.range();
        let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at);
        end - start <= LONGEST_LINE
    };
    let mut places = Vec::new();
    for (position, label) in diagnostic.labels.iter().enumerate() {
        if !shown(label) {
            places.push(format!("at {}", label.span.place()));
            continue;
        }
        let (text, first_line, range) = excerpt(label.span.file().text(), label.span.range());
        let kind = if position == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(range);
        let annotation = if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) };
        let snippet = Snippet::source(text)
            .path(label.span.file().name())
            .line_start(first_line)
            .fold(true)
            .annotation(annotation);
        group = group.element(snippet);
    }
    for place in &places {
        group = group.element(Level::NOTE.message(place.as_str()));
    }
    // As wide as the page, less what stands before the text.
    let width = textwrap::Options::new(columns.saturating_sub(14).max(20));
    let width = width.word_splitter(textwrap::WordSplitter::NoHyphenation);
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(textwrap::fill(note, &width)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(columns).render(&[group])
}

/// The lines that a stretch of text lies in, at most its first few: large files are not handed to
/// the renderer whole.
fn excerpt(text: &str, range: std::ops::Range<usize>) -> (&str, usize, std::ops::Range<usize>) {
    /// The lines of a stretch that are shown.
    const LINES: usize = 6;
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let first_line = text[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let mut end = start;
    for line in text[start..].split_inclusive('\n').take(LINES) {
        if line.len() > LONGEST_LINE {
            break;
        }
        end += line.len();
        if end >= range.end {
            break;
        }
    }
    let shown = &text[start..end];
    let from = (range.start - start).min(shown.len());
    let to = (range.end - start).min(shown.trim_end_matches('\n').len()).max(from);
    (shown, first_line, from..to)
}
