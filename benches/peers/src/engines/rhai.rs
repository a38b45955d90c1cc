//! rhai, a script language for Rust.

use std::hint::black_box;

use rhai::{AST, Array, Engine as Interpreter, OptimizationLevel, Scope};

use crate::engine::{Engine, Fault};
use crate::workloads::Record;

/// A script of whole numbers; the crate is built without floating point, positions and checks of overflow.
///
/// Timed: running the compiled script. Not timed: the scope of each record, with its ten constants. Explained: another
/// script that gathers the reasons as well, for rhai has nothing of the kind.
pub(crate) struct Rhai {
    interpreter: Interpreter,
    grade: AST,
    explained: AST,
    records: Vec<Scope<'static>>,
}

impl Rhai {
    pub(crate) fn new(records: &[Record]) -> Result<Self, Fault> {
        let mut interpreter = Interpreter::new();
        interpreter.set_optimization_level(OptimizationLevel::Full);
        let grade = interpreter.compile(include_str!("../../rules/certainty.rhai"))?;
        let explained = interpreter.compile(include_str!("../../rules/explained.rhai"))?;
        let scope = |record: &Record| {
            let mut scope = Scope::new();
            for (name, fact) in super::FACTS.into_iter().zip(super::facts(record)) {
                scope.push_constant(name, i64::from(fact));
            }
            scope
        };
        Ok(Self { interpreter, grade, explained, records: records.iter().map(scope).collect() })
    }
}

impl Engine for Rhai {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        for (grade, scope) in grades.iter_mut().zip(&mut self.records) {
            *grade = self.interpreter.eval_ast_with_scope::<i64>(scope, &self.grade)? as u8;
            scope.rewind(super::FACTS.len());
        }
        Ok(())
    }

    fn explain(&mut self, grades: &mut [u8]) -> Result<bool, Fault> {
        for (grade, scope) in grades.iter_mut().zip(&mut self.records) {
            let explained = self.interpreter.eval_ast_with_scope::<Array>(scope, &self.explained)?;
            scope.rewind(super::FACTS.len());
            let level = explained.first().ok_or("the script gives no grade")?;
            *grade = level.as_int()? as u8;
            black_box(explained);
        }
        Ok(true)
    }
}
