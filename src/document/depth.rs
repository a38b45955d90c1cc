//! How deep the values of a TOML text stand in each other.
//!
//! What is read later goes from a table to the tables in it, and so does the parser. The depth is
//! measured on the text, before anything is built that could be too deep to be taken apart again.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// The deepest that values may stand in each other: each part of a dotted key, each list and each
/// table counts.
pub(super) const DEEPEST: usize = 64;

/// Where a text goes too deep, and where the outermost bracket stands that is open there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooDeep {
    pub(super) at: usize,
    pub(super) within: Option<usize>,
}

struct Open {
    closes: TokenKind,
    at: usize,
    /// The depth outside.
    before: usize,
}

/// Holds that a text goes no deeper than [`DEEPEST`].
pub(super) fn check(text: &str) -> Result<(), TooDeep> {
    let mut open: Vec<Open> = Vec::new();
    let mut depth: usize = 0;
    // What stands under a header is as deep as the header says.
    let mut header: usize = 0;
    let (mut line_begins, mut is_header) = (true, false);
    for token in Source::new(text).lex() {
        let at = token.span().start();
        match token.kind() {
            TokenKind::Whitespace => continue,
            TokenKind::Newline => {
                if is_header {
                    open.clear();
                }
                if open.is_empty() {
                    depth = header;
                    (line_begins, is_header) = (true, false);
                }
                continue;
            }
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                if line_begins && open.is_empty() && token.kind() == TokenKind::LeftSquareBracket {
                    (is_header, depth, header) = (true, 0, 0);
                }
                let closes = match token.kind() {
                    TokenKind::LeftSquareBracket => TokenKind::RightSquareBracket,
                    _ => TokenKind::RightCurlyBracket,
                };
                open.push(Open { closes, at, before: depth });
                depth += 1;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                // The parser takes one that closes nothing for a slip, and goes on inside.
                if let Some(closed) = open.pop_if(|open| open.closes == token.kind()) {
                    depth = closed.before;
                }
            }
            TokenKind::Comma => depth = open.last().map_or(depth, |open| open.before + 1),
            TokenKind::Dot => depth += 1,
            _ => {}
        }
        line_begins = false;
        if is_header {
            header = header.max(depth);
        }
        if depth > DEEPEST {
            return Err(TooDeep { at, within: open.first().map(|open| open.at).filter(|_| !is_header) });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(text: &str) -> bool {
        check(text).is_err()
    }

    #[test]
    fn every_way_of_nesting_counts() {
        let dots = |count: usize| vec!["a"; count + 1].join(".");
        for depth in [DEEPEST, DEEPEST + 1] {
            let expected = depth > DEEPEST;
            assert_eq!(deep(&format!("x = {}{}", "[".repeat(depth), "]".repeat(depth))), expected);
            assert_eq!(deep(&format!("x = {}1{}", "{ a = ".repeat(depth), " }".repeat(depth))), expected);
            assert_eq!(deep(&format!("{} = 1", dots(depth))), expected);
            assert_eq!(deep(&format!("[{}]", dots(depth - 1))), expected);
            assert_eq!(deep(&format!("[{}]\n{} = [[1]]", dots(29), dots(depth - 32))), expected);
            // In an inline table a line may end anywhere.
            assert_eq!(deep(&format!("x = {{ {}\n=\n{{ {} = 1 }} }}", dots(30), dots(depth - 32))), expected);
            // A bracket that closes nothing takes nothing back.
            assert_eq!(deep(&format!("x = {}{}", "{ a = ], b = ".repeat(depth), "}".repeat(depth))), expected);
        }
    }

    #[test]
    fn many_values_beside_each_other_are_not_deep() {
        assert!(!deep(&"x = [{ a.b = 1.5 }, 2.5, '[[[[', \"{{{{\"] # [[[[[[\n[a.b]\n[[c.d]]\n".repeat(1000)));
        assert!(!deep(&format!("x = [{}]", "1.5, ".repeat(1000))));
        assert!(!deep(&"y = 1.5\n[a.b\n".repeat(1000)));
        assert!(!deep(&format!("x = '''{}'''\n", "[".repeat(1000))));
    }

    #[test]
    fn the_outermost_open_bracket_is_told() {
        let text = format!("y = 1\nx = [\n{}", "a.b\n".repeat(DEEPEST));
        assert_eq!(check(&text).map_err(|deep| deep.within), Err(Some(10)));
    }
}
