//! What a page for people looks like: its width and its colours.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

/// The width and colours of a page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many columns it has; long lines are wrapped. Words that are longer stay whole.
    pub width: usize,
    /// Its colours.
    pub palette: Palette,
}

impl Default for Page {
    /// 80 columns without colour.
    fn default() -> Self {
        Self { width: 80, palette: Palette::plain() }
    }
}

/// The styles of the parts of a page.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Palette {
    /// Titles, and the ids of claims.
    pub heading: Style,
    /// Levels and values.
    pub value: Style,
    /// Values that are open or only proposed.
    pub open: Style,
    /// Words that only guide the eye, and places in files.
    pub faint: Style,
}

impl Palette {
    /// No styles: plain text.
    #[must_use]
    pub const fn plain() -> Self {
        let none = Style::new();
        Self { heading: none, value: none, open: none, faint: none }
    }

    /// Colours for a terminal.
    #[must_use]
    pub fn coloured() -> Self {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(anstyle::Color::Ansi(colour)));
        Self {
            heading: Style::new().bold(),
            value: colour(AnsiColor::Cyan).bold(),
            open: colour(AnsiColor::Yellow).bold(),
            faint: Style::new().dimmed(),
        }
    }
}

/// Text in a style.
pub(crate) fn painted(style: Style, text: &str) -> String {
    if style == Style::new() || text.is_empty() {
        return text.to_owned();
    }
    format!("{style}{text}{style:#}")
}

/// The columns that a text takes on a terminal.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text followed by the spaces that make it `columns` wide.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let spaces = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(spaces))
}

/// The lines of a text of at most `columns` columns; at least one line.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let options = textwrap::Options::new(columns.max(20))
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}
