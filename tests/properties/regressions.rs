//! Faults that the random cases found, each in the smallest form that shows it.

use evigrade::{Case, Compiled, Frameworks, Grading, Run, Status, grade};

const SCALE: &str = r#"
    [framework]
    id = "small"
    title = "Small"
    edition = "1"
    result = "result"
    [scale]
    levels = ["low", "high"]
"#;

const CASE: &str = r#"
    [case]
    id = "small"
    title = "Small"
    [[source]]
    id = "s"
    title = "S"
"#;

/// A claim `c` with these facts.
fn claim(facts: &str) -> String {
    format!("[[claim]]\nid = \"c\"\nkind = \"k\"\ntext = \"C.\"\n{facts}\n")
}

/// An item that supports `c`, with facts of its own and of its link.
fn item(id: &str, facts: &str, link: &str) -> String {
    format!(
        "[[evidence]]\nid = \"{id}\"\nsource = \"s\"\ntext = \"{id}\"\n{facts}\n[[evidence.link]]\nsupports = \"c\"\n{link}\n"
    )
}

/// Looks at the grading of a case under a framework.
fn graded<T>(framework: &str, case: &[String], look: impl FnOnce(&Grading<'_>) -> T) -> T {
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("small.toml", &format!("{SCALE}{framework}")).expect("the framework loads");
    let compiled = Compiled::new(frameworks.get(id.as_str()).expect("it was added")).expect("it compiles");
    let case = Case::from_toml("case.toml", &format!("{CASE}{}", case.concat()), &frameworks).expect("the case loads");
    look(&grade(&case, &compiled, &Run::default()).expect("it is graded"))
}

/// What is said when a case is refused.
fn refused(framework: &str, case: &[String]) -> String {
    let mut frameworks = Frameworks::empty();
    let id = frameworks.add_toml("small.toml", &format!("{SCALE}{framework}")).expect("the framework loads");
    let compiled = Compiled::new(frameworks.get(id.as_str()).expect("it was added")).expect("it compiles");
    let case = Case::from_toml("case.toml", &format!("{CASE}{}", case.concat()), &frameworks).expect("the case loads");
    let refused = grade(&case, &compiled, &Run::default()).expect_err("it is refused");
    refused.diagnostics().iter().map(|diagnostic| diagnostic.message.clone()).collect::<Vec<_>>().join("; ")
}

/// What the grade of a claim can be, as `low or high or no answer`, with `at most` before it where
/// that may be too much.
fn can_be(grading: &Grading<'_>, claim: &str) -> String {
    match grading.find(claim).expect("there is such a claim").status() {
        Status::Graded(word) => word.to_string(),
        Status::Undetermined { possible, gap, exact } => {
            let mut words: Vec<String> = possible.iter().map(ToString::to_string).collect();
            words.extend(gap.then(|| "no answer".to_owned()));
            format!("{}{}", if exact { "" } else { "at most " }, words.join(" or "))
        }
        other => format!("{other:?}"),
    }
}

/// A framework whose result is high when a condition holds, and low otherwise.
fn high_when(condition: &str, rest: &str) -> String {
    format!(
        "{rest}\n[decision.result]\notherwise = \"low\"\n[[decision.result.rule]]\nid = \"r\"\nwhen = {condition}\n\
         then = \"high\"\nbecause = \"So.\"\n"
    )
}

fn fact(name: &str, on: &str, kind: &str, more: &str) -> String {
    format!("[fact.{name}]\non = \"{on}\"\ntype = \"{kind}\"\nunknowns = []\nask = \"?\"\n{more}\n")
}

fn assert_can_be(framework: &str, case: &[String], wanted: &str) {
    assert_eq!(graded(framework, case, |grading| can_be(grading, "c")), wanted);
}

#[test]
fn a_count_that_is_never_0_is_never_none() {
    let rest = "[measure.studies]\ncount = \"evidence\"\nclamp = [1, 5]\n";
    assert_can_be(&high_when("{ studies = \"none\" }", rest), &[claim("")], "low");
}

#[test]
fn the_least_of_no_counts_is_none() {
    let rest = fact("n", "evidence", "count", "") + "[measure.least]\nmin = \"n\"\n";
    assert_can_be(&high_when("{ least = \"none\" }", &rest), &[claim("")], "high");
}

#[test]
fn a_derived_value_lies_where_its_missing_argument_lets_it() {
    let rest =
        fact("n", "claim", "count", "at-least = 2") + "[derived.more]\ncall = \"sum\"\nwith = { of = [\"n\", 1] }\n";
    assert_can_be(&high_when("{ more = \"known\" }", &rest), &[claim("")], "high");
    assert_can_be(&high_when("{ more = \">= 3\" }", &rest), &[claim("")], "high");
    assert_can_be(&high_when("{ more = 4 }", &rest), &[claim("")], "at most low or high");
}

#[test]
fn an_open_derived_value_goes_together_with_its_arguments() {
    let rest = fact("day", "claim", "date", "")
        + "[derived.days]\ncall = \"days-between\"\nwith = { from = \"day\", to = \"day\" }\n";
    assert_can_be(&high_when("{ days = 0 }", &rest), &[claim("")], "at most low or high");
}

#[test]
fn a_measure_that_can_be_one_number_has_its_value() {
    let rest = fact("a", "link", "flag", "")
        + "[measure.studies]\ncount = \"evidence\"\nprefer = { a = true }\n\
           [derived.more]\ncall = \"sum\"\nwith = { of = [\"studies\", 1] }\n";
    let case = [claim(""), item("e", "", "")];
    assert_can_be(&high_when("{ more = 2 }", &rest), &case, "high");
    graded(&high_when("{ more = 2 }", &rest), &case, |grading| {
        let value = grading.find("c").expect("it is there").value("studies");
        assert_eq!(value, Some(rust_decimal::Decimal::ONE.into()));
    });
}

#[test]
fn a_missing_fact_of_a_claim_is_the_same_for_all_of_its_items() {
    let rest = fact("a", "claim", "flag", "") + "[measure.some]\ncount = \"evidence\"\nwhere = { a = true }\n";
    let case = [claim(""), item("e", "", ""), item("f", "", "")];
    assert_can_be(&high_when("{ some = 1 }", &rest), &case, "low");
    assert_can_be(&high_when("{ some = 0, a = true }", &rest), &case, "low");
}

#[test]
fn items_see_what_follows_of_their_claim() {
    let rest = fact("a", "claim", "flag", "")
        + &fact("b", "claim", "flag", "asked-when = { a = true }")
        + "[measure.some]\ncount = \"evidence\"\nwhere = { a = true }\n";
    let case = [claim("b = true"), item("e", "", "")];
    assert_can_be(&high_when("{ some = 1 }", &rest), &case, "high");
}

#[test]
fn claims_see_what_follows_of_their_items() {
    let rest = fact("a", "claim", "flag", "") + &fact("b", "link", "flag", "asked-when = { a = true }");
    let case = [claim(""), item("e", "", "b = true")];
    assert_can_be(&high_when("{ a = true }", &rest), &case, "high");
}

#[test]
fn the_sum_of_a_linked_claim_is_read_as_it_was_added_up() {
    let rest = "[measure.good]\nany = { points = \">= 0\" }\nover = \"claims\"\n\
                [decision.points]\nhit = \"sum\"\nstart = -1\n\
                [[decision.points.rule]]\nid = \"one\"\nadd = 1\nbecause = \"One.\"\n";
    let below = "[[claim.link]]\nrests-on = \"d\"\n[[claim]]\nid = \"d\"\nkind = \"k\"\ntext = \"D.\"\n";
    assert_can_be(&high_when("{ good = true }", rest), &[claim(below)], "high");
}

#[test]
fn a_measure_of_sums_takes_no_number_between_them() {
    let rest = fact("a", "link", "flag", "")
        + "[measure.total]\nsum = \"points\"\n[decision.points]\non = \"link\"\nhit = \"sum\"\n\
           [[decision.points.rule]]\nid = \"two\"\nwhen = { a = true }\nadd = 2\nbecause = \"Two.\"\n";
    assert_can_be(&high_when("{ total = 1 }", &rest), &[claim(""), item("e", "", "")], "low");
}

#[test]
fn a_median_can_be_the_number_below_an_open_end() {
    let rest = fact("n", "evidence", "number", "")
        + "[measure.many]\nany = { n = \"> 1\" }\n[measure.middle]\nmedian = \"n\"\n";
    let case = [claim(""), item("e", "n = 0", ""), item("f", "n = 1", ""), item("g", "", "")];
    assert_can_be(&high_when("{ many = true, middle = \"> 1\" }", &rest), &case, "low");
    assert_can_be(&high_when("{ many = true, middle = 1 }", &rest), &case, "low or high");
}

#[test]
fn a_clamp_holds_beyond_an_open_end() {
    let rest = fact("n", "evidence", "number", "at-least = 0")
        + "[measure.many]\nany = { n = \"> 5\" }\n[measure.total]\nsum = \"n\"\nclamp = [0, 5]\n";
    let case = [claim(""), item("e", "", "")];
    assert_can_be(&high_when("{ many = true, total = \"< 5\" }", &rest), &case, "low");
}

#[test]
fn numbers_that_may_be_equal_are_not_told_exactly() {
    let rest = fact("n", "evidence", "number", "at-least = 0")
        + "[measure.some]\ncount = \"evidence\"\nwhere = { n = \">= 5\" }\n[measure.values]\ndistinct = \"n\"\n";
    let case = [claim(""), item("e", "n = 9", ""), item("f", "", "")];
    let framework = high_when("{ some = 1, values = 1 }", &rest);
    assert_can_be(&framework, &case, "at most low or high");
}

#[test]
fn two_values_of_a_linked_claim_hang_on_the_same_fact() {
    let rest = fact("a", "claim", "flag", "")
        + "[measure.some]\ncount = \"claims\"\nwhere = { a = true, d = \"no\" }\n\
           [decision.d]\nvalues = [\"no\", \"yes\"]\notherwise = \"no\"\n\
           [[decision.d.rule]]\nid = \"r\"\nwhen = { a = true }\nthen = \"yes\"\nbecause = \"Yes.\"\n";
    let below = "a = false\n[[claim.link]]\nrests-on = \"d\"\n[[claim]]\nid = \"d\"\nkind = \"k\"\ntext = \"D.\"\n";
    assert_can_be(&high_when("{ some = 1 }", &rest), &[claim(below)], "at most low or high");
}

#[test]
fn an_item_may_bear_on_a_claim_and_on_one_below() {
    let rest = fact("n", "evidence", "number", "")
        + "[measure.here]\nsum = \"n\"\n[measure.below]\nsum = \"here\"\nover = \"claims\"\n";
    let below = "[[claim.link]]\nrests-on = \"d\"\n[[claim]]\nid = \"d\"\nkind = \"k\"\ntext = \"D.\"\n";
    let case = [claim(below), item("e", "", "[[evidence.link]]\nsupports = \"d\"")];
    assert_can_be(&high_when("{ here = \"> 1\", below = \"< 1\" }", &rest), &case, "at most low or high");
}

#[test]
fn what_a_measure_asks_of_links_to_claims_is_open() {
    let rest = fact("a", "link", "flag", "") + "[measure.some]\ncount = \"claims\"\nwhere = { a = true }\n";
    let below = "[[claim.link]]\nrests-on = \"d\"\n[[claim]]\nid = \"d\"\nkind = \"k\"\ntext = \"D.\"\n";
    graded(&high_when("{ some = 1 }", &rest), &[claim(below)], |grading| {
        assert_eq!(can_be(grading, "c"), "low or high");
        let open = grading.find("c").expect("it is there").open();
        let named: Vec<String> = open.iter().map(|open| format!("{} of {}", open.name, open.of)).collect();
        assert_eq!(named, ["a of d"]);
    });
}

#[test]
fn what_a_measure_asks_of_linked_claims_is_open() {
    let rest = fact("a", "claim", "flag", "")
        + "[measure.some]\ncount = \"claims\"\nwhere = { d = \"yes\" }\n\
           [decision.d]\nvalues = [\"no\", \"yes\"]\notherwise = \"no\"\n\
           [[decision.d.rule]]\nid = \"r\"\nwhen = { a = true }\nthen = \"yes\"\nbecause = \"Yes.\"\n";
    let below = "a = false\n[[claim.link]]\nrests-on = \"d\"\n[[claim]]\nid = \"d\"\nkind = \"k\"\ntext = \"D.\"\n";
    graded(&high_when("{ some = 1 }", &rest), &[claim(below)], |grading| {
        assert_eq!(can_be(grading, "c"), "low or high");
        let open = grading.find("c").expect("it is there").open();
        let named: Vec<String> = open.iter().map(|open| format!("{} of {}", open.name, open.of)).collect();
        assert_eq!(named, ["a of d"]);
    });
}

#[test]
fn a_proof_names_otherwise_where_no_rule_need_hold() {
    let framework = fact("a", "claim", "flag", "")
        + "[decision.result]\nhit = \"worst\"\notherwise = \"low\"\n\
           [[decision.result.rule]]\nid = \"r\"\nwhen = { a = true }\nthen = \"low\"\nbecause = \"So.\"\n";
    graded(&framework, &[claim("")], |grading| {
        let proof = grading.find("c").and_then(|grade| grading.proof(grade.claim())).expect("it is graded");
        let named: Vec<&str> = proof.rules.iter().map(|fired| fired.rule.as_str()).collect();
        assert_eq!(named, ["r", "otherwise"]);
        assert!(proof.because.starts_with("It hangs on what is missing"), "{}", proof.because);
    });
}

#[test]
fn a_decision_on_items_without_an_answer_leaves_measures_open() {
    let rest = fact("a", "link", "flag", "")
        + "[measure.both]\nany = { d = \"yes\" }\nwhere = { d = \"no\" }\n\
           [decision.d]\non = \"link\"\nvalues = [\"no\", \"yes\"]\n\
           [[decision.d.rule]]\nid = \"r\"\nwhen = { a = true }\nthen = \"yes\"\nbecause = \"Yes.\"\n";
    let case = [claim(""), item("e", "", "a = false")];
    assert_can_be(&high_when("{ both = true }", &rest), &case, "at most low or high");
}

fn never(id: &str, condition: &str) -> String {
    format!("[[assumption]]\nid = \"{id}\"\nnever = {condition}\nbecause = \"It cannot be.\"\n")
}

#[test]
fn assumptions_may_rule_facts_out_between_them() {
    let rest = fact("a", "claim", "flag", "")
        + &fact("b", "claim", "flag", "")
        + &never("one", "{ a = true, b = true }")
        + &never("other", "{ a = false, b = true }");
    let said = refused(&high_when("{ b = true }", &rest), &[claim("b = true")]);
    assert_eq!(said, "these facts cannot occur together, whatever those are that are missing");
}

#[test]
fn items_may_rule_out_every_value_of_a_fact_of_their_claim() {
    let rest = fact("a", "claim", "flag", "")
        + &fact("b", "link", "flag", "")
        + &never("one", "{ a = true, b = true }")
        + &never("other", "{ a = false, b = false }");
    let case = [claim(""), item("e", "", "b = true"), item("f", "", "b = false")];
    let said = refused(&high_when("{ a = true }", &rest), &case);
    assert_eq!(said, "no value of `a` goes with what is known of the items of this claim");
}
