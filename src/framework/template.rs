//! Templates: what a `because` says, with values filled in.
//!
//! `{participants}` stands for a value; `{studies|study|studies}` for the first word where the value
//! is 1, and for the second one otherwise.

use crate::name::Name;

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// Text that stands as it is.
    Text(&'t str),
    /// A value.
    Value(&'t str),
    /// One word or another, by whether a value is 1.
    Plural(&'t str, &'t str, &'t str),
    /// A brace that is not closed, or more words than two: the rest of the template.
    Broken(&'t str),
}

impl<'t> Part<'t> {
    /// The name whose value it shows.
    pub(crate) const fn name(self) -> Option<&'t str> {
        match self {
            Self::Value(name) | Self::Plural(name, ..) => Some(name),
            Self::Text(_) | Self::Broken(_) => None,
        }
    }
}

/// The parts of a template.
pub(crate) fn parts(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        let Some((inside, tail)) = after.split_once('}') else {
            parts.push(Part::Broken(after));
            return parts;
        };
        let words: Vec<&str> = inside.split('|').collect();
        parts.push(match words.as_slice() {
            [name] => Part::Value(name),
            [name, one, many] => Part::Plural(name, one, many),
            _ => Part::Broken(inside),
        });
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// The names whose values a template shows.
pub(crate) fn placeholders(template: &str) -> Vec<&str> {
    parts(template).into_iter().filter_map(Part::name).collect()
}

/// A template with its names renamed.
pub(super) fn renamed(template: &str, rename: &dyn Fn(&Name) -> Name) -> String {
    if !template.contains('{') {
        return template.to_owned();
    }
    let written = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned(),
        Part::Value(name) => format!("{{{}}}", rename(&name.into())),
        Part::Plural(name, one, many) => format!("{{{}|{one}|{many}}}", rename(&name.into())),
        Part::Broken(rest) => format!("{{{rest}"),
    };
    parts(template).into_iter().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_falls_into_text_values_and_plurals() {
        let template = "{n} {n|study|studies} of {vocabulary.kind}.";
        assert_eq!(
            parts(template),
            [
                Part::Value("n"),
                Part::Text(" "),
                Part::Plural("n", "study", "studies"),
                Part::Text(" of "),
                Part::Value("vocabulary.kind"),
                Part::Text("."),
            ]
        );
        assert_eq!(placeholders(template), ["n", "n", "vocabulary.kind"]);
        assert_eq!(
            renamed(template, &|name| format!("x.{name}").into()),
            "{x.n} {x.n|study|studies} of {x.vocabulary.kind}."
        );
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert_eq!(parts("half {open"), [Part::Text("half "), Part::Broken("open")]);
        assert_eq!(parts("{a|b}"), [Part::Broken("a|b")]);
    }
}
