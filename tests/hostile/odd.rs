//! Odd texts: long ones, empty ones, letters that are not what they seem.

use crate::corpus::{CASE, FRAMEWORK};
use crate::harness::{Outcome, case_text, framework_text, trial};

/// How long is long.
const LONG: usize = 1_000_000;

/// Letters that do odd things on a page, or to programs that count letters.
const ODD: [(&str, &str); 8] = [
    ("from right to left", "\u{202e}\u{5d0}\u{5d1}\u{5d2}"),
    ("accents on accents", "e\u{301}\u{301}\u{301}\u{301}"),
    ("no width", "a\u{200b}\u{200d}\u{feff}b"),
    ("wide letters", "証拠の確実性"),
    ("small pictures", "👩\u{200d}🔬🧪"),
    ("the last letter", "\u{10ffff}"),
    ("terminal codes", "\\u001b[31mred\\u0007"),
    ("signs of Markdown and CSV", "|*_`[x](y)<b>#,\\\"=1+1"),
];

#[test]
fn odd_letters_in_texts_and_names() {
    for (name, odd) in ODD {
        for (key, named) in [("title", false), ("text", false), ("id", true), ("kind", true), ("conclusion", true)] {
            let text = mutated(CASE, key, &format!("\"{odd}\""));
            let outcome = trial(&format!("{name} as {key} of a case"), move || case_text(&text));
            assert!(named || outcome == Outcome::Taken, "{name} as {key}");
        }
        for key in ["title", "ask", "because", "about", "id", "result", "edition"] {
            let text = mutated(FRAMEWORK, key, &format!("\"{odd}\""));
            trial(&format!("{name} as {key} of a framework"), move || framework_text(&text));
        }
        let (case, framework) =
            (format!("{CASE}\n\"{odd}\" = 1\n"), format!("{FRAMEWORK}\n[fact.\"{odd}\"]\non = 'claim'\n"));
        assert_eq!(trial(&format!("{name} as a key"), move || case_text(&case)), Outcome::Refused);
        assert_eq!(trial(&format!("{name} as a key"), move || framework_text(&framework)), Outcome::Refused);
    }
}

/// A text with the first value of a key replaced.
fn mutated(text: &str, key: &str, value: &str) -> String {
    let mut done = false;
    let line = |line: &str| {
        let here = !done && line.split_once('=').is_some_and(|(before, _)| before.trim_end() == key);
        done |= here;
        if here { format!("{key} = {value}\n") } else { format!("{line}\n") }
    };
    let changed = text.lines().map(line).collect();
    assert!(done, "there is no `{key}`");
    changed
}

#[test]
fn long_texts_keys_and_lines() {
    let long = "x".repeat(LONG);
    let words = "word ".repeat(LONG / 5);
    for key in [
        "title",
        "text",
        "question",
        "id",
        "kind",
        "source",
        "as-of",
        "participants",
        "supports",
        "risk-of-bias",
        "reason",
    ] {
        for value in [&long, &words] {
            let text = mutated(CASE, key, &format!("'{value}'"));
            trial(&format!("a long {key} in a case"), move || case_text(&text));
        }
    }
    for key in ["title", "guide", "ask", "because", "id", "uses", "on", "type", "where", "when", "then", "sum", "hit"] {
        let text = mutated(FRAMEWORK, key, &format!("'{long}'"));
        trial(&format!("a long {key} in a framework"), move || framework_text(&text));
    }
    for text in [
        format!("{long} = 1"),
        format!("{CASE}\n{long} = 1"),
        format!("[{long}]"),
        format!("x = {}", "1".repeat(LONG)),
        format!("x = 1.{}", "1".repeat(LONG)),
        format!("x = 1e{}", "1".repeat(LONG)),
        format!("x = 2020-01-01{}", "1".repeat(LONG)),
        format!("# {long}"),
        long.clone(),
        " ".repeat(LONG),
        "\n".repeat(LONG),
        "\0".repeat(LONG),
        "[".repeat(LONG),
        "]".repeat(LONG),
        "a=".repeat(LONG / 2),
        "\"".repeat(LONG),
        "'".repeat(LONG),
        "\\".repeat(LONG),
        "a\n".repeat(LONG / 10),
        "[a]\n".repeat(LONG / 10),
        "é".repeat(LONG),
    ] {
        let name = format!("a million letters like {:?}", &text.chars().take(10).collect::<String>());
        let framework = text.clone();
        assert_eq!(trial(&name, move || case_text(&text)), Outcome::Refused, "{name}");
        assert_eq!(trial(&name, move || framework_text(&framework)), Outcome::Refused, "{name}");
    }
    // Facts of one item, all of them on one line, each of them wrong.
    let facts: Vec<String> = (0..5000).map(|fact| format!("wrong{fact} = 'é'")).collect();
    let text = format!(
        "[case]\nid = 'x'\ntitle = 'y'\n[[source]]\nid='s'\ntitle='t'\n[[evidence]]\nid = 'e'\nsource = 's'\nlink = [{{ {} }}]",
        facts.join(", ")
    );
    assert_eq!(trial("many mistakes on a line", move || case_text(&text)), Outcome::Refused);
    let sentence = "{participants} ".repeat(20_000);
    let text = mutated(FRAMEWORK, "because", &format!("'{sentence}'"));
    trial("a sentence that shows a number very often", move || framework_text(&text));
}

#[test]
fn empty_files_and_odd_line_ends() {
    for text in [
        "",
        "\n",
        " ",
        "\u{feff}",
        "\r",
        "\r\n",
        "\0",
        "#",
        "# no end",
        "[case]",
        "[framework]",
        "case = 1",
        "framework = []",
        "[[case]]",
        "[[framework]]",
    ] {
        assert_eq!(trial(&format!("a case of {text:?}"), move || case_text(text)), Outcome::Refused);
        assert_eq!(trial(&format!("a framework of {text:?}"), move || framework_text(text)), Outcome::Refused);
    }
    let windows = |text: &str| text.replace('\n', "\r\n");
    let (case, framework) = (windows(CASE), windows(FRAMEWORK));
    assert_eq!(trial("a case with CRLF", move || case_text(&case)), Outcome::Taken);
    assert_eq!(trial("a framework with CRLF", move || framework_text(&framework)), Outcome::Taken);
    let (case, framework) = (format!("\u{feff}{CASE}"), format!("\u{feff}{FRAMEWORK}"));
    assert_eq!(trial("a case with BOM", move || case_text(&case)), Outcome::Taken);
    assert_eq!(trial("a framework with BOM", move || framework_text(&framework)), Outcome::Taken);
    let old = CASE.replace('\n', "\r");
    assert_eq!(trial("a case with CR", move || case_text(&old)), Outcome::Refused);
}

/// The characters before a mistake are counted, not its bytes.
#[test]
fn places_after_wide_letters_are_told_in_characters() {
    let text = "[case]\nid = 'x'\ntitle = '証拠の確実性', 1\n";
    let refused = evigrade::Case::from_toml("case.toml", text, crate::harness::built_in()).expect_err("it is no TOML");
    let place = refused.diagnostics()[0].place().expect("it has a place");
    assert_eq!((place.line, place.column), (3, 17));
}

#[test]
fn days_and_numbers_at_the_ends() {
    let days = ["0000-01-01", "0001-01-01", "9999-12-31", "1970-01-01", "2024-02-29"];
    for day in days {
        for key in ["as-of", "published", "retracted", "on"] {
            let text = mutated(CASE, key, day);
            assert_eq!(trial(&format!("{key} = {day}"), move || case_text(&text)), Outcome::Taken);
        }
        for other in days {
            let text = mutated(&mutated(CASE, "published", day), "as-of", other);
            trial(&format!("published {day}, as of {other}"), move || case_text(&text));
        }
    }
    for number in [
        "79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "7.9228162514264337593543950335",
        "-79228162514264337593543950335",
        "-0.0",
        "0",
    ] {
        for key in [
            "participants",
            "events",
            "duration",
            "effect",
            "ci-low",
            "ci-high",
            "pooled-ci-low",
            "pooled-ci-high",
            "baseline-risk",
            "i-squared",
            "importance",
        ] {
            let text = mutated(CASE, key, number);
            trial(&format!("{key} = {number}"), move || case_text(&text));
        }
    }
    let huge = "participants = 79228162514264337593543950335";
    let text = CASE
        .replace("participants = 240", huge)
        .replace("participants = 1200", huge)
        .replace("participants = \"not-reported\"", huge);
    assert_eq!(trial("sums beyond the largest number", move || case_text(&text)), Outcome::Taken);
    for option in ["baseline-risk", "standard-deviation", "important-difference"] {
        for number in ["0", "1", "0.0000000000000000000000000001", "79228162514264337593543950335"] {
            let text = CASE
                .replace("outcome-type = \"binary\"", "outcome-type = \"continuous\"")
                .replace("i-squared = 40", &format!("{option} = {number}"))
                .replace("baseline-risk = 0.25\n", "");
            trial(&format!("{option} = {number}"), move || case_text(&text));
        }
    }
}
