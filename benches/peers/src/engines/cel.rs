//! CEL, the Common Expression Language.

use std::sync::Arc;

use cel::{Context, Env, Program, Value};

use crate::engine::{Engine, Fault};
use crate::workloads::Record;

/// One expression of whole numbers.
///
/// Timed: running the compiled expression. Not timed: the context of each record, with its ten variables. CEL tells nothing
/// of how it came to a value.
pub(crate) struct Cel {
    program: Program,
    records: Vec<Context<'static, 'static>>,
}

impl Cel {
    pub(crate) fn new(records: &[Record]) -> Result<Self, Fault> {
        let program = Program::compile(include_str!("../../rules/certainty.cel"))?;
        let env = Arc::new(Env::stdlib());
        let context = |record: &Record| {
            let mut context = Context::with_env(Arc::clone(&env));
            for (name, fact) in super::FACTS.into_iter().zip(super::facts(record)) {
                context.add_variable_from_value(name, i64::from(fact));
            }
            context
        };
        Ok(Self { program, records: records.iter().map(context).collect() })
    }
}

impl Engine for Cel {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        for (grade, context) in grades.iter_mut().zip(&self.records) {
            let Value::Int(level) = self.program.execute(context)? else {
                return Err("CEL gives something that is no whole number".into());
            };
            *grade = level as u8;
        }
        Ok(())
    }
}
