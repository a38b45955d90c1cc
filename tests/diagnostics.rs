//! The pages of `docs/diagnostics/`: every code has one, and what a page shows is what is printed.
//!
//! A page shows examples: blocks of input, then a block `text printed` with what is printed about
//! them, then blocks of mended input, which must be accepted. The words after the language of a
//! block say what it is and up to which step it is taken:
//!
//! | block | is |
//! | --- | --- |
//! | `toml case load` | a file of a case; it is read |
//! | `toml case check`, `grade`, `test` | the same, and the case is checked, graded or tested |
//! | `toml case synthesize` | the same, graded, and the results that bear on its claims are put together |
//! | `toml case against` | the same, and the framework that it names is checked against it |
//! | `toml framework load` | a framework file; it is read beside the built-in frameworks |
//! | `toml framework compile`, `check`, `test` | the same, and the framework is compiled, checked or tested |
//! | `toml framework monotone` | the same, and it is checked with all that is proved of better evidence |
//! | `toml beside` | a framework that the following blocks are read with |
//! | `toml set` | parameters that are set when the framework is compiled |
//! | `toml before` | goes before the text of every block that follows |
//! | `toml repeat N` | added to the block before N times, with 1 to N in the place of `{n}` |
//! | `text case open` | a path that is opened as a case |
//! | `text framework open` | a path that is opened as a framework file |
//! | `json reports load` | a file of reports; it is read |
//! | `text bytes` | a file of a case in a folder, `\xNN` standing for a byte; the folder is opened |
//!
//! `mended` before these words makes a block a mended one. A last word that ends in `.toml` is the
//! file's name. Blocks of input that follow each other belong together. The earlier steps must go
//! well; only the one that is named may find something, and everything that it finds must have the
//! code of the page.
//!
//! `tests/messages.md` holds further inputs in the same form, one for nearly every message.
//!
//! `UPDATE_DOCS=1 cargo test -p evigrade --test diagnostics -- --test-threads 1` writes the printed
//! blocks and the table of the index anew. Read what it has written.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evigrade::check::Levels;
use evigrade::diagnostic::{Code, Diagnostic, Severity};
use evigrade::document::TextFile;
use evigrade::name::Name;
use evigrade::report::{Report, SynthesisReport};
use evigrade::value::Value;
use evigrade::{Case, Compiled, Framework, Frameworks, Refused, Run, check, grade, selftest};
use toml::de::{DeTable, DeValue};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics")
}

/// Where files are made that have to be on disk.
const TEMPORARY: &str = env!("CARGO_TARGET_TMPDIR");

fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1")
}

/// A fenced block of a page.
#[derive(Clone, Debug)]
struct Block {
    /// The words of its first line.
    words: Vec<String>,
    text: String,
    /// The lines of its text, counted from 0: where it begins, and where the fence that ends it stands.
    lines: std::ops::Range<usize>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(words)) => {
                let words = words.split_whitespace().map(str::to_owned).collect();
                open = Some(Block { words, text: String::new(), lines: number + 1..number + 1 });
            }
            (Some(_), Some("")) => {
                let mut block = open.take().unwrap();
                block.lines.end = number;
                blocks.push(block);
            }
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// Input of a page with what it is read with.
#[derive(Clone, Debug, Default)]
struct Input {
    /// What it is and up to which step it is taken.
    step: String,
    mended: bool,
    /// Names and texts.
    files: Vec<(String, String)>,
    /// A framework that it is read with.
    beside: Option<String>,
    /// Parameters that are set.
    set: Option<String>,
}

/// An example of a page.
struct Example {
    input: Input,
    /// What is printed; nothing for a mended one.
    printed: Option<Block>,
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut open: Option<Input> = None;
    let mut beside: Option<String> = None;
    let mut before = String::new();
    let close = |open: &mut Option<Input>, printed: Option<Block>, examples: &mut Vec<Example>| {
        if let Some(input) = open.take() {
            assert_eq!(printed.is_none(), input.mended, "input `{}` is printed about, or is mended", input.step);
            examples.push(Example { input, printed });
        }
    };
    for block in blocks(page) {
        let mut words: Vec<&str> = block.words.iter().map(String::as_str).collect();
        let file = words.pop_if(|word| word.ends_with(".toml")).map(str::to_owned);
        let mended = words.get(1) == Some(&"mended");
        if mended {
            words.remove(1);
        }
        let step = words.join(" ");
        match step.as_str() {
            "text printed" => {
                assert!(open.is_some(), "something is printed about no input");
                close(&mut open, Some(block), &mut examples);
            }
            "toml beside" => {
                close(&mut open, None, &mut examples);
                beside = Some(block.text);
            }
            "toml before" => {
                close(&mut open, None, &mut examples);
                before = block.text;
            }
            _ if words.get(1) == Some(&"repeat") => {
                let times: usize = words[2].parse().unwrap();
                let (_, file) = open.as_mut().and_then(|input| input.files.last_mut()).expect("what is repeated");
                for number in 1..=times {
                    file.push_str(&block.text.replace("{n}", &number.to_string()));
                }
            }
            "toml set" => match &mut open {
                Some(input) if input.mended == mended && input.set.is_none() => input.set = Some(block.text),
                _ => {
                    // The framework of the example before, set otherwise.
                    close(&mut open, None, &mut examples);
                    let before = &examples.last().expect("parameters of a framework").input;
                    open = Some(Input { mended, set: Some(block.text), ..before.clone() });
                }
            },
            _ => {
                let kind = words.get(1).copied().unwrap_or_default();
                let name = file.unwrap_or_else(|| match kind {
                    "bytes" => "case.toml".into(),
                    "reports" => "reports.json".into(),
                    kind => format!("{kind}.toml"),
                });
                let fits = |input: &Input| {
                    input.step == step && input.mended == mended && input.files.iter().all(|(known, _)| *known != name)
                };
                if !open.as_ref().is_some_and(fits) {
                    close(&mut open, None, &mut examples);
                    open = Some(Input { step: step.clone(), mended, beside: beside.clone(), ..Input::default() });
                }
                open.as_mut().unwrap().files.push((name, format!("{before}{}", block.text)));
            }
        }
    }
    close(&mut open, None, &mut examples);
    examples
}

impl Input {
    fn frameworks(&self) -> Frameworks {
        let mut frameworks = Frameworks::built_in();
        if let Some(text) = &self.beside {
            frameworks.add_toml("framework.toml", text).expect("the framework beside it is read");
        }
        frameworks
    }

    fn texts(&self) -> Vec<Arc<TextFile>> {
        self.files.iter().map(|(name, text)| TextFile::new(name, text)).collect()
    }

    fn case(&self, frameworks: &Frameworks) -> Result<Case, Refused> {
        Case::from_files(&self.texts(), frameworks)
    }

    fn framework(&self) -> Result<Arc<Framework>, Refused> {
        let mut frameworks = self.frameworks();
        let ids = frameworks.add_files(&self.texts())?;
        Ok(Arc::clone(frameworks.get(ids.last().unwrap().as_str()).unwrap()))
    }

    /// The parameters that are set.
    fn parameters(&self) -> BTreeMap<Name, Value> {
        let table = DeTable::parse(self.set.as_deref().unwrap_or_default()).expect("parameters are TOML");
        let value = |value: &DeValue<'_>| match value {
            DeValue::String(text) => Value::Choice(text.as_ref().into()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Integer(number) => Value::Number(number.as_str().parse().unwrap()),
            other => panic!("a parameter is not set to {other:?}"),
        };
        table.get_ref().iter().map(|(name, set)| (name.get_ref().as_ref().into(), value(set.get_ref()))).collect()
    }

    /// What the step that is named finds.
    fn found(&self) -> Vec<Diagnostic> {
        let of = |refused: Refused| refused.into_diagnostics();
        let read = "the steps before the one that is named go well";
        match self.step.as_str() {
            "toml case load" => self.case(&self.frameworks()).map_or_else(of, |case| case.warnings().to_vec()),
            "toml case check" => check::case(&self.case(&self.frameworks()).expect(read)),
            "toml case against" => {
                let frameworks = self.frameworks();
                let case = self.case(&frameworks).expect(read);
                let id = case.framework().expect("the case names a framework");
                Levels::default().framework_against(frameworks.find(id.as_str()).expect(read), &case).findings
            }
            "toml case test" => {
                let frameworks = self.frameworks();
                let case = self.case(&frameworks).expect(read);
                selftest::case(&case, &frameworks).map_or_else(of, failures)
            }
            "toml case grade" => {
                let frameworks = self.frameworks();
                let case = self.case(&frameworks).expect(read);
                let id = case.framework().expect("the case names a framework");
                let compiled = Compiled::new(frameworks.find(id.as_str()).expect(read)).expect(read);
                grade(&case, &compiled, &Run::default()).map_or_else(of, |_| Vec::new())
            }
            "toml case synthesize" => {
                let frameworks = self.frameworks();
                let case = self.case(&frameworks).expect(read);
                let id = case.framework().expect("the case names a framework");
                let compiled = Compiled::new(frameworks.find(id.as_str()).expect(read)).expect(read);
                let grading = grade(&case, &compiled, &Run::default()).expect(read);
                let claims = (0..case.claims().len()).filter_map(|at| case.find_claim(case.claims()[at].id.as_str()));
                let reports = claims.map(|claim| SynthesisReport::new(&grading, claim, compiled.method(), &[]));
                reports.filter_map(Result::err).flat_map(of).collect()
            }
            "toml framework load" => self.framework().map_or_else(of, |_| Vec::new()),
            "toml framework compile" => {
                let framework = self.framework().expect(read);
                Compiled::with_parameters(&framework, &self.parameters()).map_or_else(of, |_| Vec::new())
            }
            "toml framework check" => {
                let asked = check::Options::default().coverage(true);
                Levels::default().framework_with(&self.framework().expect(read), asked).findings
            }
            "toml framework monotone" => {
                let asked = check::Options::default().monotone(true);
                Levels::default().framework_with(&self.framework().expect(read), asked).findings
            }
            "toml framework test" => selftest::framework(&self.framework().expect(read)).map_or_else(of, failures),
            "text case open" => Case::open(self.path(), &Frameworks::built_in()).map_or_else(of, |_| Vec::new()),
            "text framework open" => Frameworks::built_in().add_file(self.path()).map_or_else(of, |_| Vec::new()),
            "json reports load" => Report::read(&self.texts()[0]).map_or_else(of, |_| Vec::new()),
            "text bytes" => {
                let folder = tempfile::tempdir_in(TEMPORARY).unwrap();
                for (name, text) in &self.files {
                    fs::write(folder.path().join(name), bytes(text)).unwrap();
                }
                Case::open(folder.path(), &Frameworks::built_in()).map_or_else(of, |_| Vec::new())
            }
            other => panic!("there is no step `{other}`"),
        }
    }

    /// The path that a block of text names; nothing is there.
    fn path(&self) -> &Path {
        let [(_, text)] = self.files.as_slice() else { panic!("one path") };
        let path = Path::new(text.trim());
        assert!(!path.exists(), "{} is there", path.display());
        path
    }
}

fn failures(tests: Vec<selftest::Test>) -> Vec<Diagnostic> {
    tests.into_iter().filter_map(|test| test.failure).collect()
}

/// Text with `\xNN` for bytes.
fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes: Vec<u8> = parts.next().unwrap().into();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

/// What is printed, with files in temporary folders under their own names.
fn printed(found: &[Diagnostic]) -> String {
    let temporary = TEMPORARY.replace('\\', "/");
    let shown = |one: &Diagnostic| match one.to_string().split_once(&temporary) {
        Some((before, path)) => format!("{before}{}\n", path.trim_start_matches('/').split_once('/').unwrap().1),
        None => format!("{one}\n"),
    };
    found.iter().map(shown).collect()
}

/// The page of a code.
fn page(code: Code) -> (PathBuf, String) {
    let path = folder().join(format!("{code}.md"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (path, text)
}

/// The severities with which a code comes in its examples.
fn severities(code: Code) -> Vec<Severity> {
    let examples = examples(&page(code).1);
    let found = examples.iter().filter(|example| !example.input.mended).flat_map(|example| example.input.found());
    let severities: BTreeSet<Severity> = found.map(|one| one.severity).collect();
    severities.into_iter().rev().collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    let wanted: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    assert_eq!(pages, wanted);
}

#[test]
fn a_page_begins_with_its_code_and_what_it_means() {
    for code in Code::ALL {
        let (path, text) = page(*code);
        let begin = format!("# {code}\n\n{}\n\n## Cause\n", code.about());
        assert!(text.starts_with(&begin), "{} does not begin with:\n{begin}", path.display());
        assert!(text.contains("\n## Example"), "{} has no example", path.display());
        assert!(text.contains("\n## Mend\n"), "{} does not say how to mend it", path.display());
    }
}

#[test]
fn the_index_lists_all_codes() {
    let path = folder().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let rows = Code::ALL.iter().map(|code| {
        let severities: Vec<String> = severities(*code).iter().map(ToString::to_string).collect();
        format!("| [{code}]({code}.md) | {} | {} |\n", severities.join(", "), code.about())
    });
    let table = format!("| code | severity | meaning |\n| --- | --- | --- |\n{}", rows.collect::<String>());
    if updating() {
        let prose: String =
            text.lines().filter(|line| !line.starts_with('|')).map(|line| format!("{line}\n")).collect();
        fs::write(&path, format!("{}\n\n{table}", prose.trim_end())).unwrap();
        return;
    }
    let shown: String = text.lines().filter(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect();
    assert_eq!(shown, table, "{} is not up to date; UPDATE_DOCS=1 writes it anew", path.display());
}

/// Holds the printed blocks of a page against what is printed, or writes them anew.
fn hold_printed(path: &Path, text: &str, each: &dyn Fn(&Example, &[Diagnostic])) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for example in examples(text).iter().rev() {
        let Some(shown) = &example.printed else { continue };
        let found = example.input.found();
        assert!(!found.is_empty(), "{}: nothing is found in\n{:?}", path.display(), example.input);
        each(example, &found);
        let printed = printed(&found);
        if updating() {
            lines.splice(shown.lines.clone(), printed.lines().map(str::to_owned));
        } else {
            assert_eq!(shown.text, printed, "{}: UPDATE_DOCS=1 writes it anew", path.display());
        }
    }
    if updating() {
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }
}

#[test]
fn the_examples_print_what_the_pages_show() {
    for code in Code::ALL {
        let (path, text) = page(*code);
        assert!(examples(&text).iter().any(|example| !example.input.mended), "{} shows no input", path.display());
        hold_printed(&path, &text, &|example, found| {
            for one in found {
                assert_eq!(one.code, *code, "{}: {one}\nin {:?}", path.display(), example.input);
            }
        });
    }
}

#[test]
fn messages_are_as_they_were_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages.md");
    let text = fs::read_to_string(&path).unwrap();
    hold_printed(&path, &text, &|_, found| {
        for one in found {
            assert!(one.place().is_some(), "{one} points at no place");
        }
    });
}

#[test]
fn the_mended_examples_are_accepted() {
    for code in Code::ALL {
        let (path, text) = page(*code);
        for example in examples(&text).iter().filter(|example| example.input.mended) {
            let found = example.input.found();
            assert!(found.is_empty(), "{}: {}in\n{:?}", path.display(), printed(&found), example.input);
        }
    }
}
