//! ZEN, which runs decision models of JSON.

use std::hint::black_box;

use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use zen_engine::model::GraphContent;
use zen_engine::{Decision, EvaluationOptions, Variable};

use crate::engine::{Engine, Fault};
use crate::workloads::Record;

/// A compiled decision model.
///
/// Timed: evaluating the model. Not timed: the variable of each record, an object of ten numbers. Explained: the trace of the
/// engine, as the values it gives, not as text.
pub(crate) struct Zen {
    runtime: Runtime,
    decision: Decision,
    records: Vec<Variable>,
}

impl Zen {
    /// A model of one expression.
    pub(crate) fn expression(records: &[Record]) -> Result<Self, Fault> {
        Self::new(include_str!("../../rules/zen-expression.json"), records)
    }

    /// A model of sums, and of a decision table over them.
    pub(crate) fn table(records: &[Record]) -> Result<Self, Fault> {
        Self::new(include_str!("../../rules/zen-table.json"), records)
    }

    fn new(model: &str, records: &[Record]) -> Result<Self, Fault> {
        let mut decision = Decision::from(serde_json::from_str::<GraphContent>(model)?);
        decision.compile();
        let runtime = Builder::new_current_thread().build()?;
        let variable = |record: &Record| {
            let facts = super::FACTS.into_iter().zip(super::facts(record));
            Variable::from(facts.map(|(name, fact)| (name.to_owned(), json!(fact))).collect::<serde_json::Value>())
        };
        Ok(Self { runtime, decision, records: records.iter().map(variable).collect() })
    }

    fn run(&self, grades: &mut [u8], trace: bool) -> Result<(), Fault> {
        self.runtime.block_on(async {
            for (grade, facts) in grades.iter_mut().zip(&self.records) {
                let options = EvaluationOptions { trace, ..EvaluationOptions::default() };
                let response =
                    self.decision.evaluate_with_opts(facts.clone(), options).await.map_err(|e| e.to_string())?;
                let level = response.result.dot("grade").and_then(|grade| grade.as_number());
                *grade = level.ok_or("the model gives no grade")?.try_into()?;
                black_box(response);
            }
            Ok(())
        })
    }
}

impl Engine for Zen {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        self.run(grades, false)
    }

    fn explain(&mut self, grades: &mut [u8]) -> Result<bool, Fault> {
        self.run(grades, true)?;
        Ok(true)
    }
}
