//! Reading decisions: rules, what they give, lookup tables.

use std::sync::Arc;

use super::part::{DecisionPart, RulePart};
use super::{Reader, names};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Located, Node, Table};
use crate::framework::condition::ConditionReader;
use crate::framework::{Condition, Start, Test, Then, misplaced, shapes};
use crate::name::{Name, RuleId};

impl Reader<'_> {
    pub(super) fn decision(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<DecisionPart> {
        const HITS: [(&str, &str); 6] = [
            ("first", "first"),
            ("unique", "unique"),
            ("worst", "worst"),
            ("best", "best"),
            ("sum", "sum"),
            ("table", "table"),
        ];
        let hit = table.word("hit", &HITS, self.problems).map(|hit| hit.value);
        let amends = table.has("amend");
        misplaced::in_decision(table, hit.or((!amends).then_some("first")), amends, self.problems);
        let on = if table.has("on") { Some(self.subject(table)?) } else { None };
        let inputs: Vec<Located<Name>> =
            table.names("inputs", self.problems).into_iter().map(|name| name.map(Name::from)).collect();
        let own = table.tables("rule", &shapes::RULE, self.problems);
        own.iter().for_each(|rule| misplaced::in_rule(rule, amends, self.problems));
        let mut rules: Vec<RulePart> = own.iter().filter_map(|rule| self.rule(rule)).collect();
        if let Some(node) = table.get("table") {
            self.lookup(table, node, &inputs, &mut rules);
        }
        let otherwise = table.get("otherwise").and_then(|node| self.otherwise(node));
        let optional_words =
            |reader: &mut Self, key: &str| table.has(key).then(|| names(table.names(key, reader.problems)));
        let policies = [("allowed", "allowed"), ("refused", "refused")];
        let within = table.number("within", self.problems).and_then(|number| {
            let steps = u32::try_from(number.value).ok().filter(|_| number.value.is_integer());
            if steps.is_none() {
                let message = "this is a number of steps: a whole number, 0 or more";
                self.problems.push(Diagnostic::error(Code::WrongType, message).at(&number.span));
            }
            steps
        });
        Some(DecisionPart {
            title: table.text("title", self.problems).map(|text| text.value),
            on,
            values: optional_words(self, "values"),
            best: self.best(table),
            outcomes: optional_words(self, "outcomes"),
            hit,
            rules,
            otherwise,
            start: table.get("start").and_then(|node| self.start(node)),
            clamp: self.clamp(table),
            inputs,
            status: self.provenance(table),
            cites: table.text("cites", self.problems).map(|text| text.value),
            judgement: table.word("judgement", &policies, self.problems).map(|policy| policy.value),
            within,
            amend: table.flag("amend", self.problems).is_some_and(|amend| amend.value),
            drop: table.names("drop", self.problems).into_iter().map(|id| id.map(RuleId::from)).collect(),
            change: self.change(table),
            span: name.span.clone(),
            name,
        })
    }

    fn start(&mut self, node: Node<'_>) -> Option<Start> {
        match node.as_text() {
            Some(_) => node.name(self.problems).map(|name| Start::ValueOf(name.into(), node.span())),
            None => node.number(self.problems).map(Start::Number),
        }
    }

    fn rule(&mut self, table: &Table<'_>) -> Option<RulePart> {
        let id = table.name("id", self.problems);
        let because = table.text("because", self.problems);
        let when = self.condition_at(table, "when")?.unwrap_or_else(Condition::always);
        let then = match (table.get("then"), table.get("add")) {
            (Some(then), None) => self.then(then)?,
            (None, Some(add)) if add.is_table() => self.then(add)?,
            (None, Some(add)) => Then::Number(add.number(self.problems)?),
            _ => {
                let message = "a rule needs `then` with a value, or in a sum `add` with a number";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
                return None;
            }
        };
        Some(RulePart {
            id: id?.map(RuleId::from),
            when,
            then,
            because: because?.value,
            proposes: table.flag("proposes", self.problems).is_some_and(|proposes| proposes.value),
            status: self.provenance(table),
            cites: table.text("cites", self.problems).map(|text| text.value),
            before: table.name("before", self.problems).map(|id| id.map(RuleId::from)),
            span: table.span.clone(),
        })
    }

    fn then(&mut self, node: Node<'_>) -> Option<Then> {
        if !node.is_table() {
            return node.name(self.problems).map(|word| Then::Value(word.into()));
        }
        let table = node.table(&shapes::VALUE_OF, self.problems)?;
        let name = table.name("value-of", self.problems)?;
        Some(Then::ValueOf(name.value.into(), name.span))
    }

    fn otherwise(&mut self, node: Node<'_>) -> Option<RulePart> {
        let mut rule = RulePart {
            id: Located::new(RuleId::from("otherwise"), node.span()),
            when: Condition::always(),
            then: Then::Value("".into()),
            because: "No other rule answers.".to_owned(),
            proposes: false,
            status: None,
            cites: None,
            before: None,
            span: node.span(),
        };
        if node.is_table() {
            let table = node.table(&shapes::OTHERWISE, self.problems)?;
            rule.because = table.text("because", self.problems)?.value;
            rule.proposes = table.flag("proposes", self.problems).is_some_and(|proposes| proposes.value);
            rule.cites = table.text("cites", self.problems).map(|text| text.value);
            rule.status = self.provenance(&table);
            rule.then = self.then(table.get("then")?)?;
        } else {
            rule.then = self.then(node)?;
        }
        Some(rule)
    }

    /// Turns a lookup matrix into rules, a rule a cell.
    fn lookup(&mut self, table: &Table<'_>, node: Node<'_>, inputs: &[Located<Name>], rules: &mut Vec<RulePart>) {
        let because = match table.text("because", self.problems) {
            Some(because) => because.value,
            None => {
                let message = "a table needs `because`: what is said of a value that was looked up";
                self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
                return;
            }
        };
        self.lookup_level(node, inputs, &mut Vec::new(), &because, rules);
    }

    fn lookup_level<'a>(
        &mut self,
        node: Node<'a>,
        inputs: &[Located<Name>],
        path: &mut Vec<(&'a str, Arc<Test>)>,
        because: &str,
        rules: &mut Vec<RulePart>,
    ) {
        if !node.is_table() {
            let Some(word) = node.name(self.problems) else { return };
            let keys: Vec<&str> = path.iter().map(|(key, _)| *key).collect();
            let tests = path.iter().map(|(_, test)| Condition::Test(Arc::clone(test))).collect();
            rules.push(RulePart {
                id: Located::new(keys.join("/").into(), node.span()),
                when: Condition::All(tests),
                then: Then::Value(word.into()),
                because: because.to_owned(),
                proposes: false,
                status: None,
                cites: None,
                before: None,
                span: node.span(),
            });
            return;
        }
        let Some(input) = inputs.get(path.len()) else {
            let message = match inputs.len() {
                0 => "a table to look values up in needs `inputs`".to_owned(),
                1 => "this table is nested deeper than its one input".to_owned(),
                many => format!("this table is nested deeper than its {many} inputs"),
            };
            let help = "`inputs` lists what each level of the table is looked up by";
            self.problems.push(Diagnostic::error(Code::BadTable, message).at(&node.span()).help(help));
            return;
        };
        for entry in node.entries("a table of values", self.problems) {
            let accept =
                ConditionReader { uses: &self.uses, problems: self.problems }.accept_key(entry.key, &entry.key_span);
            let Some(accept) = accept else { continue };
            let test = Arc::new(Test {
                name: input.value.clone(),
                name_span: input.span.clone(),
                accepts: vec![accept],
                span: entry.key_span.clone(),
            });
            path.push((entry.key, test));
            self.lookup_level(entry.value, inputs, path, because, rules);
            path.pop();
        }
    }
}
