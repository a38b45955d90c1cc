//! A drawing, element by element.

use std::fmt::Write;

/// The size of letters, in pixels, and about how wide one is.
pub(super) const LETTER: f64 = 13.0;
pub(super) const WIDE: f64 = 7.2;

/// Where a text stands from its place.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

pub(super) struct Drawing {
    width: f64,
    height: f64,
    title: String,
    body: String,
}

impl Drawing {
    pub(super) fn new(width: f64, height: f64, title: &str) -> Self {
        Self { width, height, title: escaped(title), body: String::new() }
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = writeln!(self.body, "  {element}");
    }

    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, bold: bool, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let bold = if bold { " font-weight=\"bold\"" } else { "" };
        self.push(format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\"{anchor}{bold}>{}</text>", escaped(text)));
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), dashed: bool) {
        let dashed = if dashed { " stroke-dasharray=\"4 3\"" } else { "" };
        self.push(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#000\"{dashed}/>"
        ));
    }

    pub(super) fn shape(&mut self, points: &[(f64, f64)], filled: bool) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let fill = if filled { "#000" } else { "none" };
        self.push(format_args!("<polygon points=\"{}\" fill=\"{fill}\" stroke=\"#000\"/>", points.join(" ")));
    }

    pub(super) fn square(&mut self, x: f64, y: f64, side: f64) {
        let (left, top) = (x - side / 2.0, y - side / 2.0);
        self.push(format_args!(
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{side:.1}\" height=\"{side:.1}\" fill=\"#555\"/>"
        ));
    }

    pub(super) fn circle(&mut self, x: f64, y: f64) {
        self.push(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#fff\" stroke=\"#000\"/>"));
    }

    pub(super) fn finish(self) -> String {
        let Self { width, height, title, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\" \
             font-size=\"{LETTER}\">\n  <title>{title}</title>\n  \
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    let shown = |letter: char| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        // XML holds no control characters.
        letter if letter.is_control() => " ".to_owned(),
        letter => letter.to_string(),
    };
    text.chars().map(shown).collect()
}
