//! regorus, which runs Rego, the language of the Open Policy Agent.

use std::hint::black_box;
use std::sync::Arc;

use regorus::Value;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::rvm::program::Program;

use crate::engine::{Engine, Fault};
use crate::workloads::Record;

const GRADE: &str = "data.certainty.grade";
const EXPLAINED: &str = "data.certainty.explained";

/// A policy, compiled for the register machine of regorus.
///
/// Timed: handing the machine an input and running an entry point. Not timed: the input of each record, an object of ten
/// numbers. Explained: another entry point, by which the policy gathers the reasons as well, for the
/// machine has nothing of the kind.
pub(crate) struct Regorus {
    grade: RegoVM,
    explained: RegoVM,
    level: Value,
    records: Vec<Value>,
}

impl Regorus {
    pub(crate) fn new(records: &[Record]) -> Result<Self, Fault> {
        let input = |record: &Record| -> Result<Value, Fault> {
            let mut input = Value::new_object();
            let facts = input.as_object_mut()?;
            for (name, fact) in super::FACTS.into_iter().zip(super::facts(record)) {
                facts.insert(Value::from(name), Value::from(u64::from(fact)));
            }
            Ok(input)
        };
        Ok(Self {
            grade: machine(GRADE)?,
            explained: machine(EXPLAINED)?,
            level: Value::from("grade"),
            records: records.iter().map(input).collect::<Result<_, _>>()?,
        })
    }
}

/// A machine that runs one entry point of the policy.
fn machine(entry: &str) -> Result<RegoVM, Fault> {
    let mut engine = regorus::Engine::new();
    engine.add_policy("certainty.rego".to_owned(), include_str!("../../rules/certainty.rego").to_owned())?;
    let policy = engine.compile_with_entrypoint(&entry.into())?;
    let program: Arc<Program> = Compiler::compile_from_policy(&policy, &[entry])?;
    let mut machine = RegoVM::new_with_policy(policy);
    machine.load_program(program);
    machine.set_data(Value::new_object())?;
    Ok(machine)
}

impl Engine for Regorus {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        for (grade, input) in grades.iter_mut().zip(&self.records) {
            self.grade.set_input(input.clone());
            *grade = self.grade.execute()?.as_u8()?;
        }
        Ok(())
    }

    fn explain(&mut self, grades: &mut [u8]) -> Result<bool, Fault> {
        for (grade, input) in grades.iter_mut().zip(&self.records) {
            self.explained.set_input(input.clone());
            let explained = self.explained.execute()?;
            *grade = explained.as_object()?.get(&self.level).ok_or("the policy gives no grade")?.as_u8()?;
            black_box(explained);
        }
        Ok(true)
    }
}
