//! The schemas that `evigrade schema` prints: every file that ships keeps to them, and what loading refuses
//! breaks them, as far as JSON Schema can say it.

#![allow(clippy::expect_used, reason = "a test says what it expects")]

use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value as Json;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

fn evigrade(arguments: &[&str]) -> Vec<u8> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_evigrade")).args(arguments).current_dir(root()).output().expect("it runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The schema that a command prints. It is a schema by the schema of schemas.
fn schema(arguments: &[&str]) -> Validator {
    let schema: Json = serde_json::from_slice(&evigrade(arguments)).expect("the schema is JSON");
    if let Err(error) = jsonschema::meta::validate(&schema) {
        unreachable!("{}: {error}", error.instance_path());
    }
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema")
}

/// TOML as the JSON that editors hold against a schema: dates are text.
fn json(toml: &str) -> Json {
    fn value(toml: toml::Value) -> Json {
        match toml {
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(flag) => flag.into(),
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(value).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, of)| (key, value(of))).collect(),
        }
    }
    value(toml::Value::Table(toml.parse().expect("it is TOML")))
}

fn errors(schema: &Validator, toml: &str) -> Vec<String> {
    schema.iter_errors(&json(toml)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The TOML files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files
}

fn hold(schema: &Validator, folder: &Path, least: usize) {
    let files = files(folder);
    assert!(files.len() >= least, "{}: only {} files", folder.display(), files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("it can be read");
        assert_eq!(errors(schema, &text), Vec::<String>::new(), "{}", file.display());
    }
}

#[test]
fn every_framework_file_keeps_to_the_schema() {
    let schema = schema(&["schema", "framework"]);
    hold(&schema, &root().join("rules"), 49);
    hold(&schema, &root().join("examples/editions/rules"), 2);
}

/// Each file of a case by itself.
#[test]
fn every_case_file_keeps_to_the_schema() {
    hold(&schema(&["schema", "case"]), &root().join("evidence"), 22);
    let of_editions = schema(&["schema", "case", "--framework", "examples/editions/rules"]);
    hold(&of_editions, &root().join("examples/editions/variants"), 1);
}

#[test]
fn what_is_begun_keeps_to_the_schema() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (what, name) in [("case", "a-case"), ("framework", "a-framework")] {
        let into = folder.path().join(what);
        std::fs::create_dir(&into).expect("a folder can be made");
        evigrade(&["new", what, name, "--into", &into.to_string_lossy()]);
        hold(&schema(&["schema", what]), &into, 1);
    }
}

const CASE: &str = "
[case]
id = 'größe'
title = 'A case'
as-of = 2024-01-01
framework = 'grade'

[[claim]]
id = 'a'
kind = 'efficacy'
text = 'A helps.'
expect = { grade-classic = { level = 'low', known-difference = 'Why.', outputs = { direction = 'better' } }, ahrq-soe = 'low' }

[[claim.link]]
rests-on = 'b'

[[source]]
id = 's'
title = 'S'
published = 2020-05-05

[[evidence]]
id = 'e'
source = 's'
design = 'rct'
participants = 'not-reported'
locator = { page = 3, quote = 'ninety were analysed' }

[[evidence.link]]
supports = 'a'

[[evidence.link]]
undercuts = { from = 'f', to = 'a' }

[[judgement]]
evidence = 'e'
facts = { participants = 80 }
reason = 'Ten were counted twice.'
by = 'B. Reviewer'
on = 2024-01-15

[[judgement]]
claim = 'a'
framework = 'grade-classic'
decision = 'certainty'
value = 'low'
reason = 'Why.'
by = 'B. Reviewer'
on = 2024-01-15
";

const FRAMEWORK: &str = "
[framework]
id = 'f'
title = 'F'
edition = '1'
status = 'draft'
in-force-from = 2020-01-01
result = 'grade'

[scale]
levels = ['low', 'high']
labels = { low = 'Low' }

[fact.size]
on = 'evidence'
ordered = ['small', 'big']
best = 'last'
unknowns = ['not-reported']
groups = { any-size = ['small', 'big'] }
ask = 'How big?'

[fact.mean]
on = 'evidence'
type = 'number'
ask = 'What is the mean?'
asked-when = { size = 'big' }

[derived.total]
call = 'sum'
with = { of = ['x', 3] }

[measure.big]
count = 'evidence'
where = { all = [{ size = 'big' }, { not = { mean = { at-least = 1, at-most = 3 } } }, { other.overall = ['low', 'known'] }] }
clamp = [0, 3]

[decision.grade]
hit = 'first'
otherwise = { then = 'low', because = 'No.' }

[[decision.grade.rule]]
id = 'big'
when = { big = { not = ['< 3', 7] } }
then = 'high'
because = 'Big.'

[[decision.grade.rule]]
id = 'same'
then = { value-of = 'other.overall' }
because = 'The same.'

[decision.looked-up]
hit = 'table'
inputs = ['size', 'flag']
table = { small = { true = 'low', false = 'high' }, big = 'high' }
because = 'Looked up.'

[[example]]
id = 'one'
given = { big = 3, other = { overall = 'low' } }
evidence = [{ size = 'big' }]
expect = { grade = { possible = ['low', 'high'] }, looked-up = 'low' }

[[enumeration]]
id = 'all'
decision = 'grade'
over = { size = 'known', big = [0, 1] }
expect = { low = 1, gap = 0 }
";

/// Each change of a text that keeps to the schema breaks it.
fn breaks(schema: &Validator, good: &str, changes: &[(&str, &str)]) {
    assert_eq!(errors(schema, good), Vec::<String>::new());
    for (from, to) in changes {
        assert!(good.contains(from), "nothing to change: {from}");
        let bad = good.replacen(from, to, 1);
        assert!(!errors(schema, &bad).is_empty(), "passes: {to}");
    }
}

#[test]
fn what_is_wrong_in_a_case_breaks_the_schema() {
    breaks(
        &schema(&["schema", "case"]),
        CASE,
        &[
            // Wrong keys.
            ("title = 'A case'", "titel = 'A case'"),
            ("design = 'rct'", "desing = 'rct'"),
            ("supports = 'a'", "supports = 'a'\ndesign = 'rct'"),
            ("page = 3", "pages = 3"),
            ("[[source]]", "[[sources]]"),
            // Wrong words and names.
            ("'rct'", "'rtc'"),
            ("'not-reported'", "'unreported'"),
            ("design = 'rct'", "design = 'rct'\noutcome-role = 'tertiary'"),
            ("id = 'größe'", "id = 'große größe'"),
            ("id = 'a'", "id = ''"),
            ("outputs = { direction = 'better' }", "outputs = { direction = true }"),
            // Wrong types.
            ("design = 'rct'", "design = true"),
            ("participants = 'not-reported'", "participants = 1.5"),
            ("participants = 'not-reported'", "participants = -1"),
            ("as-of = 2024-01-01", "as-of = 2024"),
            ("as-of = 2024-01-01", "as-of = 2024-01-01T10:00:00"),
            ("text = 'A helps.'", "text = 3"),
            ("[[source]]", "[source]"),
            // What is lacking, or too much.
            ("id = 'a'\n", ""),
            ("supports = 'a'", "because = 'Why.'"),
            ("supports = 'a'", "supports = 'a'\nrefutes = 'a'"),
            ("supports = 'a'", "rests-on = 'a'"),
            ("rests-on = 'b'", "undercuts = 'b'"),
            ("from = 'f', ", ""),
            ("level = 'low', ", ""),
            // Judgements.
            ("evidence = 'e'\nfacts", "facts"),
            ("evidence = 'e'\nfacts", "evidence = 'e'\nclaim = 'a'\nfacts"),
            ("facts = { participants = 80 }", "facts = { participants = 'eighty' }"),
            ("facts = { participants = 80 }", "decision = 'certainty'"),
            ("by = 'B. Reviewer'", "by = ' '"),
            ("framework = 'grade-classic'\n", "framework = 'grade-clasic'\n"),
            ("decision = 'certainty'", "decision = 'certainity'"),
        ],
    );
}

#[test]
fn what_is_wrong_in_a_framework_breaks_the_schema() {
    breaks(
        &schema(&["schema", "framework"]),
        FRAMEWORK,
        &[
            // Wrong keys.
            ("[scale]", "[scales]"),
            ("best = 'last'", "better = 'last'"),
            ("at-least = 1", "as-least = 1"),
            ("possible = ['low', 'high']", "possibly = ['low', 'high']"),
            // Wrong words.
            ("status = 'draft'", "status = 'drafted'"),
            ("on = 'evidence'", "on = 'items'"),
            ("hit = 'first'", "hit = 'any'"),
            ("call = 'sum'", "call = 'sums'"),
            ("['not-reported']", "['unreported']"),
            ("size = 'known'", "size = 'all'"),
            // Wrong types.
            ("low = 'Low'", "low = 1"),
            ("clamp = [0, 3]", "clamp = [0, 3, 4]"),
            ("clamp = [0, 3]", "clamp = [0, 'three']"),
            ("where = {", "where = 'big'\nabout-it = {"),
            ("not = ['< 3', 7]", "not = []"),
            ("at-most = 3", "at-most = [3]"),
            ("big = 'high' }", "big = ['high'] }"),
            ("low = 1, gap", "low = 'one', gap"),
            ("in-force-from = 2020-01-01", "in-force-from = 'long ago'"),
            // What is lacking, or too much.
            ("edition = '1'\n", ""),
            ("type = 'number'\n", ""),
            ("ordered = ['small', 'big']", "ordered = ['small', 'big']\nchoices = ['small', 'big']"),
            ("count = 'evidence'\n", ""),
            ("count = 'evidence'\n", "count = 'evidence'\nsum = 'size'\n"),
            ("then = 'high'\n", ""),
            ("then = 'high'\n", "then = 'high'\nadd = 1\n"),
            ("with = { of = ['x', 3] }", "with = { off = ['x', 3] }"),
        ],
    );
}
