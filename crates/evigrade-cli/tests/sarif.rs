//! SARIF logs of `check`, held against the schema that OASIS publishes (`schemas/README.md`).

#![allow(clippy::expect_used, reason = "a test says what it expects")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

/// What the schema says against a log.
fn errors(log: &Json) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/sarif-2.1.0.json");
    // Two of its patterns, both for the language of texts, have a bracket that closes nothing: they are no
    // regular expressions to a strict reader.
    let (wrong, right) = ("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = std::fs::read_to_string(path).expect("the schema is there");
    assert_eq!(schema.matches(wrong).count(), 2);
    let schema = schema.replace(wrong, right);
    let schema: Json = serde_json::from_str(&schema).expect("the schema is JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema");
    validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Runs a command in a folder; its log has to be valid.
fn log(folder: &Path, arguments: &[&str], status: i32) -> Json {
    let output = Command::new(env!("CARGO_BIN_EXE_evigrade"))
        .args(arguments)
        .args(["--format", "sarif"])
        .current_dir(folder)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(status), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let log: Json = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(errors(&log), Vec::<String>::new());
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = results(&log);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
        assert_eq!(rules[index]["id"], result["ruleId"], "the index leads to the rule");
    }
    for rule in rules {
        assert!(results.iter().any(|result| result["ruleId"] == rule["id"]), "only what occurs: {rule}");
    }
    log
}

fn results(log: &Json) -> &[Json] {
    log["runs"][0]["results"].as_array().expect("results")
}

fn uri(location: &Json) -> &Json {
    &location["physicalLocation"]["artifactLocation"]["uri"]
}

fn written(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    std::fs::write(path, text).expect("a file can be written");
}

#[test]
fn a_log_without_findings_is_whole() {
    let log = log(&root(), &["check", "evidence/cochrane-ketamine"], 0);
    assert_eq!(results(&log), [] as [Json; 0]);
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"], serde_json::json!([]));
}

#[test]
fn a_finding_with_several_labels_links_to_the_other_places() {
    let log = log(&root(), &["check", "evidence/ldn-depression"], 0);
    let [first, second, ..] = results(&log) else { unreachable!("more findings") };
    assert_eq!(first["ruleId"], "selective-outcome-emphasis");
    assert_eq!(first["level"], "warning");
    assert_eq!(
        first["message"]["text"],
        "`mischoulon-madrs-10` shows a difference on a secondary outcome of study `trial-of-reference-7`. A secondary \
         outcome cannot stand for the study: let the claim say which outcome it is about. See [the primary outcome \
         (`mischoulon-hamd-17`): no difference](1)."
    );
    assert_eq!(uri(&first["locations"][0]), "evidence/ldn-depression/literature.toml");
    let region = &first["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&1.into(), &13.into()), "`[[evidence]]`");
    assert_eq!(region["startLine"], region["endLine"]);
    let related = &first["relatedLocations"][0];
    assert_eq!(related["id"], 1);
    assert_eq!(related["message"]["text"], "the primary outcome (`mischoulon-hamd-17`): no difference");
    assert_ne!(first["partialFingerprints"], second["partialFingerprints"]);
}

#[test]
fn findings_in_frameworks_and_failed_tests_of_theirs() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let pack = "[framework]\nid = 'pack'\ntitle = 'Pack'\nedition = '1'\nresult = 'grade'\n\n[scale]\nlevels = ['low', \
                'high']\n\n[fact.big]\non = 'evidence'\ntype = 'flag'\nask = 'Is it big?'\n\n[measure.some]\nany = { big = \
                true }\n\n[decision.grade]\notherwise = 'low'\n\n[[decision.grade.rule]]\nid = 'big'\nwhen = { some = true \
                }\nthen = 'high'\nbecause = 'It is big.'\n";
    written(folder.path(), "pack.toml", pack);
    let checked = log(folder.path(), &["check", "pack.toml"], 1);
    let of_examples = results(&checked).iter().find(|result| result["ruleId"] == "no-examples").expect("it has none");
    assert_eq!(uri(&of_examples["locations"][0]), "pack.toml");
    assert!(checked["runs"][0]["tool"]["driver"]["rules"].as_array().is_some_and(|rules| rules.iter().any(
        |rule| rule["name"] == "NoExamples" && rule["shortDescription"]["text"] == "A framework has no examples."
    )));
    let example = "\n[[example]]\nid = 'none'\ngiven = { some = false }\nexpect = { grade = 'high' }\n";
    written(folder.path(), "pack.toml", &format!("{pack}{example}"));
    let tested = log(folder.path(), &["test", "pack.toml"], 1);
    assert_eq!(results(&tested)[0]["ruleId"], "example-failed");
    assert_eq!(results(&tested)[0]["level"], "error");
}

/// A space and a letter that is not of ASCII in the name, columns after letters that take several bytes.
#[test]
fn a_refused_file_of_any_name() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let name = "Fälle {1}/my case.toml";
    let text = "[case]\nid = 'c'\ntitle = 'C'\n\n[[claim]]\nid = 'a'\nkind = 'efficacy'\ntext = { '𝒳é' = 1 }\n";
    written(folder.path(), name, text);
    let refused = log(folder.path(), &["check", name], 2);
    let [result] = results(&refused) else { unreachable!("one finding") };
    assert_eq!(result["ruleId"], "wrong-type");
    assert_eq!(result["level"], "error");
    assert_eq!(uri(&result["locations"][0]), "F%C3%A4lle%20%7B1%7D/my%20case.toml");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    let columns = (&region["startLine"], &region["startColumn"], &region["endColumn"]);
    assert_eq!(columns, (&8.into(), &8.into(), &20.into()), "one column for a character");
    assert_eq!(refused["runs"][0]["columnKind"], "unicodeCodePoints");
    // Named from the root on it is the same file, and the finding stays known where it moves down.
    let whole = folder.path().canonicalize().expect("it is there").join(name);
    written(folder.path(), name, &format!("# A line above.\n{text}"));
    let again = log(whole.ancestors().nth(2).expect("the folder"), &["check", &whole.to_string_lossy()], 2);
    let [moved] = results(&again) else { unreachable!("one finding") };
    assert_eq!(uri(&moved["locations"][0]), uri(&result["locations"][0]));
    assert_eq!(moved["partialFingerprints"], result["partialFingerprints"]);
    assert_ne!(moved["locations"], result["locations"]);
}

#[test]
fn what_has_no_place_has_no_location_and_likes_are_counted() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let nowhere = log(folder.path(), &["check", "no-such-file.toml"], 2);
    let [result] = results(&nowhere) else { unreachable!("one finding") };
    assert_eq!(result["ruleId"], "unreadable-file");
    assert_eq!(result.get("locations"), None);
    let claim = "[[claim]]\nid = 'a'\nkind = 'efficacy'\ntext = 'A'\ncolour = 'red'\n";
    written(
        folder.path(),
        "case.toml",
        &format!("[case]\nid = 'c'\ntitle = 'C'\n\n{claim}{}", claim.replace("'a'", "'b'")),
    );
    let twice = log(folder.path(), &["check", "case.toml"], 2);
    let mut fingerprints: Vec<String> =
        results(&twice).iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert!(fingerprints.len() >= 2);
    let all = fingerprints.len();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), all, "no two findings are taken for one");
}

/// The schema does refuse what is wrong.
#[test]
fn a_broken_log_is_refused() {
    let good = log(&root(), &["check", "evidence/ldn-depression"], 0);
    let breaks: [fn(&mut Json); 6] = [
        |log| log["version"] = "2.0.0".into(),
        |log| log["runs"][0]["results"][0]["level"] = "grave".into(),
        |log| log["runs"][0]["results"][0]["message"] = "text".into(),
        |log| log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into(),
        |log| log["runs"][0]["columnKind"] = "bytes".into(),
        |log| log["runs"][0]["results"][0]["colour"] = "red".into(),
    ];
    for broken in breaks {
        let mut log = good.clone();
        broken(&mut log);
        assert_ne!(log, good);
        assert!(!errors(&log).is_empty(), "{log}");
    }
}
