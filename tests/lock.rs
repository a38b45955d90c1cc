//! Locked grades: what is locked is read back, holds, and fails where a grade moves.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use std::collections::BTreeSet;

use evigrade::document::TextFile;
use evigrade::lock::{Asked, AskedLayers, Lock, LockedGrade, LockedLevel, Only, Outcome, Verification};
use evigrade::report::{Comparison, Page, Report};
use evigrade::vocabulary::FactType;
use evigrade::{Case, Compiled, Frameworks, Run, grade, snapshot};

/// The cases of the repository, each with a framework: its own, and those that all are graded under.
fn graded() -> Vec<(Case, &'static Compiled)> {
    let mut all = Vec::new();
    for case in support::cases() {
        let own = case.framework().map(|id| id.as_str().to_owned());
        for id in own.iter().map(String::as_str).chain(["grade", "ahrq-soe", "rob2"]).collect::<BTreeSet<_>>() {
            all.push((case.clone(), support::framework(id)));
        }
    }
    all
}

fn lock_of(case: &Case, compiled: &Compiled) -> Lock {
    let mut lock = Lock::new(Asked { paths: vec!["evidence".to_owned()], ..Asked::default() });
    lock.push(&format!("evidence/{}", case.id()), &grade(case, compiled, &Run::of_all_layers(case)).unwrap());
    lock
}

fn read(text: &str) -> Lock {
    Lock::read(&TextFile::new("evigrade.lock", text)).unwrap_or_else(|refused| panic!("{refused}\n{text}"))
}

fn verify(locked: &Lock, now: &Lock) -> Verification {
    locked.verify(now, &Only::default())
}

#[test]
fn what_is_locked_is_read_back_and_holds() {
    for (case, compiled) in graded() {
        let lock = lock_of(&case, compiled);
        let text = lock.to_toml();
        let back = read(&text);
        assert_eq!(back, lock, "{}", case.id());
        assert_eq!(back.to_toml(), text, "{}", case.id());
        assert!(Lock::is_begun_by(&text));
        let found = verify(&back, &lock);
        assert!(found.holds(Outcome::SAME), "{}", found.to_text(&Page::default()));
        assert_eq!(back.updated(&lock, &Only::default()), back);
    }
}

#[test]
fn what_was_asked_for_is_kept() {
    let mut lock = Lock::new(Asked {
        paths: vec!["../evidence".to_owned(), "a \"b\"\u{7f}".to_owned()],
        frameworks: vec!["rules/a.toml".to_owned(), "grade".to_owned()],
        as_of: Some("2020-05-05".parse().unwrap()),
        layers: AskedLayers::These(vec!["article".to_owned()]),
        set: [("small-sample".to_owned(), "300".to_owned())].into(),
        appraiser: Some("A. Reviewer".to_owned()),
    });
    assert_eq!(read(&lock.to_toml()), lock);
    lock.asked.layers = AskedLayers::All;
    assert_eq!(read(&lock.to_toml()), lock);
}

/// The values that a fact is set to, one after the other.
fn values(kind: &FactType) -> Vec<String> {
    let mut values: Vec<String> = match kind {
        FactType::Flag => vec!["true".to_owned(), "false".to_owned()],
        FactType::Count => vec!["0".to_owned(), "7".to_owned(), "100000".to_owned()],
        FactType::Number => vec!["0.01".to_owned(), "0.9".to_owned(), "50".to_owned()],
        FactType::Choice(choices) => choices.values.iter().map(ToString::to_string).collect(),
        FactType::Date | FactType::Text | FactType::OpenChoice => Vec::new(),
    };
    values.push("missing".to_owned());
    values
}

/// Every fact that stands in a proof, with every value that it is set to.
fn edits(lock: &Lock, case: &Case, frameworks: &Frameworks) -> Vec<(String, String, String)> {
    let mut read: BTreeSet<(&str, &str)> = BTreeSet::new();
    for claim in &lock.gradings[0].claims {
        for grade in std::iter::once(claim).chain(&claim.items) {
            read.extend(grade.proof.iter().flat_map(|(of, said)| said.keys().map(move |name| (&**of, &**name))));
        }
    }
    let mut edits = Vec::new();
    for (of, name) in read {
        let there = case.find_claim(of).is_some() || case.find_item(of).is_some();
        let Some(fact) = frameworks.fact(name).filter(|_| there) else { continue };
        edits.extend(values(&fact.kind).into_iter().map(|value| (of.to_owned(), name.to_owned(), value)));
    }
    edits
}

#[test]
fn an_edit_of_a_fact_that_moves_a_grade_is_named() {
    /// The edits of a case that are tried.
    const MOST: usize = 25;
    let frameworks = Frameworks::built_in();
    let (mut moves, mut stays) = (0, 0);
    for case in support::cases() {
        let compiled = support::framework(case.framework().map_or("grade", |id| id.as_str()));
        let run = Run::of_all_layers(&case);
        let before = grade(&case, compiled, &run).unwrap();
        let locked = read(&lock_of(&case, compiled).to_toml());
        let all = edits(&locked, &case, &frameworks);
        for (of, name, value) in all.iter().step_by(all.len().div_ceil(MOST).max(1)) {
            // What the fact cannot be, or cannot be together with others, is refused.
            let Ok(other) = case.with_fact(of, name, value, &frameworks) else { continue };
            let Ok(after) = grade(&other, compiled, &run) else { continue };
            let comparison = Comparison::new(&before, &after);
            let mut now = Lock::new(locked.asked.clone());
            now.push(&format!("evidence/{}", case.id()), &after);
            let found = verify(&locked, &now);
            let what = format!("{}: {of}.{name} = {value}\n{}", case.id(), found.to_text(&Page::default()));
            for change in &comparison.claims {
                let claim = found.gradings[0].claims.iter().find(|claim| claim.id == change.id).expect(&what);
                if change.moved {
                    moves += 1;
                    assert!(!found.holds(Outcome::SAME_GRADE), "{what}");
                    assert_eq!(claim.outcome, Outcome::Moved, "{what}");
                    assert!(!claim.edited, "{what}");
                    assert!(!claim.reasons().is_empty(), "it is told why: {what}");
                    assert!(found.to_text(&Page::default()).contains(&format!("{}: ", change.id)), "{what}");
                } else {
                    stays += 1;
                    let of_outputs = claim.moved.iter().all(|moved| moved.what != "level" && moved.what != "direction");
                    assert!(claim.outcome != Outcome::Moved || of_outputs, "{what}");
                }
            }
            let updated = locked.updated(&now, &Only::default());
            assert!(verify(&updated, &now).holds(Outcome::SAME), "{what}");
        }
    }
    assert!(moves > 20, "{moves} grades moved");
    assert!(stays > 100, "{stays} grades stayed");
}

/// Everything in a case file the other way round, written by another program.
fn turned(text: &str) -> String {
    let mut table: toml::Table = toml::from_str(text).unwrap();
    for (_, value) in table.iter_mut() {
        if let toml::Value::Array(items) = value {
            items.reverse();
        }
    }
    toml::to_string_pretty(&table).unwrap()
}

#[test]
fn proofs_have_the_same_digest_wherever_and_in_whatever_order_things_stand() {
    let frameworks = Frameworks::built_in();
    let digests = |case: &Case, compiled: &Compiled| -> Vec<(String, Option<String>)> {
        let lock = lock_of(case, compiled);
        let all = lock.gradings[0].claims.iter().flat_map(|claim| std::iter::once(claim).chain(&claim.items));
        all.map(|grade: &LockedGrade| (grade.id.clone(), grade.proof_digest.clone())).collect()
    };
    for folder in support::case_folders() {
        let files = Case::files(&folder).unwrap();
        let case = Case::from_files(&files, &frameworks).unwrap();
        let turned: Vec<_> =
            files.iter().rev().map(|file| TextFile::new(format!("x-{}", file.name()), turned(file.text()))).collect();
        let other = Case::from_files(&turned, &frameworks).unwrap();
        assert_eq!(case.digest(), other.digest());
        for id in [case.framework().map_or("grade", |id| id.as_str()), "grade", "rob2"] {
            let compiled = support::framework(id);
            assert_eq!(digests(&case, compiled), digests(&other, compiled), "{} under {id}", case.id());
            assert!(verify(&lock_of(&case, compiled), &lock_of(&other, compiled)).holds(Outcome::SAME));
        }
    }
}

/// A case of two claims, of which one rests on the other.
const CASE: &str = r#"
    [case]
    id = "aspirin"
    title = "Aspirin for headache"
    conclusion = "verdict"

    [[claim]]
    id = "verdict"
    kind = "conclusion"
    text = "Aspirin helps."
    [[claim.link]]
    rests-on = "efficacy"
    need = "alternative"

    [[claim]]
    id = "efficacy"
    kind = "efficacy"
    text = "Aspirin relieves headache."
    publication-bias = "undetected"

    [[source]]
    id = "a-trial"
    title = "A trial of aspirin"

    [[evidence]]
    id = "result"
    source = "a-trial"
    design = "parallel-rct"
    participants = 600
    risk-of-bias = "low"

    [[evidence.link]]
    supports = "efficacy"
    comparator-result = "favours-intervention"
    population-match = "direct"
    intervention-match = "direct"
    comparator-match = "direct"
    outcome-match = "direct"
"#;

fn aspirin() -> (Case, &'static Compiled) {
    (Case::from_toml("case.toml", CASE, &Frameworks::built_in()).unwrap(), support::framework("ahrq-soe"))
}

fn outcomes(found: &Verification) -> Vec<(&str, &str)> {
    let claims = found.gradings.iter().flat_map(|grading| &grading.claims);
    claims.map(|claim| (claim.id.as_str(), claim.outcome.word())).collect()
}

#[test]
fn another_proof_of_the_same_grade_fails_unless_levels_alone_are_held() {
    let (case, compiled) = aspirin();
    let other = case.with_fact("result", "participants", "601", &Frameworks::built_in()).unwrap();
    let found = verify(&lock_of(&case, compiled), &lock_of(&other, compiled));
    assert_eq!(outcomes(&found), [("efficacy", "reproved"), ("verdict", "same")]);
    assert!(!found.holds(Outcome::SAME));
    assert!(found.holds(Outcome::SAME_GRADE));
    let path: Vec<String> =
        found.gradings[0].claims[0].path.iter().map(|step| format!("{} of {}", step.name, step.of)).collect();
    assert_eq!(path, ["participants of result", "participants of efficacy"]);
}

#[test]
fn what_was_only_worded_otherwise_holds_with_a_note() {
    let (case, compiled) = aspirin();
    let other = CASE.replace("relieves headache", "relieves a headache").replace("A trial of", "One trial of");
    let other = Case::from_toml("case.toml", &other, &Frameworks::built_in()).unwrap();
    let found = verify(&lock_of(&case, compiled), &lock_of(&other, compiled));
    assert!(found.holds(Outcome::SAME));
    assert_eq!(found.gradings[0].notes(), ["the case says something else"]);
}

#[test]
fn claims_and_cases_come_and_go() {
    let (case, compiled) = aspirin();
    let more = format!("{CASE}\n[[claim]]\nid = 'safety'\nkind = 'tolerability'\ntext = 'It is safe.'\n");
    let more = Case::from_toml("case.toml", &more, &Frameworks::built_in()).unwrap();
    let (one, two) = (lock_of(&case, compiled), lock_of(&more, compiled));
    assert_eq!(outcomes(&verify(&one, &two)), [("efficacy", "same"), ("safety", "new"), ("verdict", "same")]);
    assert_eq!(outcomes(&verify(&two, &one)), [("efficacy", "same"), ("safety", "gone"), ("verdict", "same")]);
    let none = Lock::new(one.asked.clone());
    for (locked, now, note, word) in
        [(&none, &one, "it is not locked", "new"), (&one, &none, "it is no longer there", "gone")]
    {
        let found = verify(locked, now);
        assert_eq!(found.gradings[0].notes(), [note]);
        assert_eq!(outcomes(&found), [("efficacy", word), ("verdict", word)]);
        assert!(!found.holds(Outcome::SAME) && !found.holds(Outcome::SAME_GRADE));
        assert_eq!(locked.updated(now, &Only::default()), *now);
    }
}

#[test]
fn another_framework_or_folder_is_told_of_the_same_case() {
    let (case, compiled) = aspirin();
    let found = verify(&lock_of(&case, compiled), &lock_of(&case, support::framework("grade")));
    assert_eq!(found.gradings.len(), 1);
    assert_eq!(found.gradings[0].notes()[0], "framework ahrq-soe becomes grade-classic");
    let mut moved = Lock::new(Asked::default());
    moved.push("evidence/pain/aspirin", &grade(&case, compiled, &Run::of_all_layers(&case)).unwrap());
    let found = verify(&lock_of(&case, compiled), &moved);
    assert_eq!(found.gradings[0].notes(), ["it lay at evidence/aspirin"]);
    assert!(found.holds(Outcome::SAME));
}

#[test]
fn some_claims_alone_are_held_and_locked_anew() {
    let (case, compiled) = aspirin();
    let other = case.with_fact("result", "risk-of-bias", "high", &Frameworks::built_in()).unwrap();
    let (locked, now) = (lock_of(&case, compiled), lock_of(&other, compiled));
    assert_eq!(outcomes(&verify(&locked, &now)), [("efficacy", "moved"), ("verdict", "moved")]);
    for only in ["verdict", "aspirin/verdict"] {
        let only = Only(vec![only.to_owned()]);
        only.check(&[&locked, &now]).unwrap();
        assert_eq!(outcomes(&locked.verify(&now, &only)), [("verdict", "moved")]);
        let updated = locked.updated(&now, &only);
        assert_eq!(outcomes(&verify(&updated, &now)), [("efficacy", "moved"), ("verdict", "same")]);
    }
    let refused = Only(vec!["verdit".to_owned()]).check(&[&locked, &now]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "error[unknown-claim]: no claim `verdit` is locked, and none is there\n  help: did you mean `verdict`?"
    );
    assert!(Only(vec!["other/verdict".to_owned()]).check(&[&locked]).is_err());
}

#[test]
fn a_level_that_somebody_edited_in_the_file_is_told_as_such() {
    let (case, compiled) = aspirin();
    let now = lock_of(&case, compiled);
    let mut locked = read(&now.to_toml());
    locked.gradings[0].claims[0].level = LockedLevel::Level("high".to_owned());
    let found = verify(&locked, &now);
    assert_eq!(found.gradings[0].claims[0].outcome, Outcome::Moved);
    assert!(found.gradings[0].claims[0].edited);
}

#[test]
fn what_is_no_lock_file_is_refused_at_its_place() {
    let (case, compiled) = aspirin();
    let text = lock_of(&case, compiled).to_toml();
    let grading = &text[text.find("[[grading]]").unwrap()..];
    let level = text.lines().find(|line| line.starts_with("level = ")).unwrap().to_owned() + "\n";
    for (broken, says) in [
        (text.replacen("version = 1", "version = 2", 1), "has version 2 of the format, and version 1 is read"),
        (text.replacen("version = 1", "version = \"1\"", 1), "this is text, not a number"),
        (text.replacen("version = 1\n", "", 1), "a lock file needs the key `version`"),
        (text.replacen("paths = ", "path = ", 1), "`[run]` has no key `path`"),
        (text.replacen("sha256:", "sha256:0", 1), "this is no digest"),
        (text.replacen("sha256:", "<<<<<<< sha256:\n", 1), "this is not TOML"),
        (text.replacen(&level, "", 1), "a locked claim says no grade"),
        (text.replacen(&level, &format!("{level}possible = [\"low\"]\n"), 1), "says `level` and `possible`"),
        (format!("{text}\n{grading}"), "`evidence/aspirin` is locked twice under `ahrq-soe`"),
        (text.replacen("id = \"verdict\"", "id = \"efficacy\"", 1), "`efficacy` is locked twice"),
        (text.replacen("rule = \"", "rules = \"", 1), "a statement has no key `rules`"),
        (String::new(), "a lock file needs the key `version`"),
    ] {
        assert_ne!(broken, text, "{says}");
        let refused = Lock::read(&TextFile::new("evigrade.lock", broken)).expect_err(says);
        let told = refused.to_string();
        assert!(told.contains(says), "{says}: {told}");
        assert!(refused.diagnostics().iter().all(|found| found.place().is_some()), "{told}");
    }
}

#[test]
fn a_redacted_report_stays_the_same_where_only_places_move() {
    let (case, compiled) = aspirin();
    let moved = format!("# A comment.\n{CASE}");
    let moved = Case::from_toml("moved.toml", &moved, &Frameworks::built_in()).unwrap();
    let report = |case: &Case| Report::new(&grade(case, compiled, &Run::default()).unwrap());
    let (report, moved) = (report(&case), report(&moved));
    assert_ne!(report.to_json(), moved.to_json());
    let redacted = snapshot::redacted(&report);
    assert_eq!(redacted, snapshot::redacted(&moved));
    let text = redacted.to_string();
    assert!(!text.contains("sha256:") && !text.contains("\"line\"") && text.contains("[edition]"));
}
