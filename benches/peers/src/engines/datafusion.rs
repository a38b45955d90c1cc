//! DataFusion, SQL over columns of Arrow.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int8Array, Int64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::datasource::MemTable;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{SessionConfig, SessionContext, col};
use tokio::runtime::{Builder, Runtime};

use crate::engine::{Engine, Fault};
use crate::workloads::Record;
use crate::workloads::bodies;

/// How many rows a batch has.
const BATCH: usize = 8192;

/// A session of one partition, on one thread.
fn session() -> Result<(Runtime, SessionContext), Fault> {
    let runtime = Builder::new_current_thread().build()?;
    let config = SessionConfig::new().with_target_partitions(1).with_batch_size(BATCH);
    Ok((runtime, SessionContext::new_with_config(config)))
}

/// Columns as a table of one partition.
fn table(columns: Vec<(&str, ArrayRef)>) -> Result<MemTable, Fault> {
    let all = RecordBatch::try_from_iter(columns)?;
    let starts = (0..all.num_rows()).step_by(BATCH);
    let batches = starts.map(|start| all.slice(start, BATCH.min(all.num_rows() - start))).collect();
    Ok(MemTable::try_new(all.schema(), vec![batches])?)
}

/// Writes the grades that the last column of some batches holds.
fn write(batches: &[RecordBatch], grades: &mut [u8]) -> Result<(), Fault> {
    let mut rest = grades.iter_mut();
    for batch in batches {
        let column = cast(batch.columns().last().ok_or("DataFusion gives no grades")?, &DataType::Int8)?;
        let column = column.as_any().downcast_ref::<Int8Array>().ok_or("DataFusion gives no grades")?;
        for (&level, grade) in column.values().iter().zip(&mut rest) {
            *grade = level as u8;
        }
    }
    if rest.next().is_some() { Err("DataFusion gives too few grades".into()) } else { Ok(()) }
}

/// A `CASE` over columns of 8 bits, in batches of 8,192 rows.
///
/// Timed: running the physical plan, until the grades stand as bytes. Not timed: the columns, and planning. DataFusion tells
/// nothing of how it came to a value.
pub(crate) struct Records {
    runtime: Runtime,
    context: SessionContext,
    plan: Arc<dyn ExecutionPlan>,
}

impl Records {
    pub(crate) fn new(records: &[Record]) -> Result<Self, Fault> {
        let (runtime, context) = session()?;
        let column = |(place, name): (usize, &'static str)| -> (&'static str, ArrayRef) {
            let facts = records.iter().map(|record| super::facts(record)[place] as i8);
            (name, Arc::new(Int8Array::from_iter_values(facts)))
        };
        let records = table(super::FACTS.into_iter().enumerate().map(column).collect())?;
        context.register_table("records", Arc::new(records))?;
        let plan = runtime.block_on(plan(&context, include_str!("../../rules/certainty.sql")))?;
        Ok(Self { runtime, context, plan })
    }
}

async fn plan(context: &SessionContext, query: &str) -> Result<Arc<dyn ExecutionPlan>, Fault> {
    Ok(context.sql(query).await?.create_physical_plan().await?)
}

impl Engine for Records {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        let plan = Arc::clone(&self.plan);
        write(&self.runtime.block_on(collect(plan, self.context.task_ctx()))?, grades)
    }
}

/// Two queries that group: items by their claim, claims by their parent.
///
/// Timed: running the plan of the first, planning and running the second over what it gave, until the grades stand as bytes.
/// Not timed: the tables of items, claims and parents, and planning the first. Items that stand in order are declared sorted.
pub(crate) struct Bodies {
    runtime: Runtime,
    context: SessionContext,
    plan: Arc<dyn ExecutionPlan>,
    claims: usize,
}

impl Bodies {
    pub(crate) fn sorted(bodies: &bodies::Bodies) -> Result<Self, Fault> {
        Self::new(bodies, true)
    }

    pub(crate) fn any_order(bodies: &bodies::Bodies) -> Result<Self, Fault> {
        Self::new(bodies, false)
    }

    fn new(bodies: &bodies::Bodies, sorted: bool) -> Result<Self, Fault> {
        let (runtime, context) = session()?;
        let small =
            |words: &[u8]| -> ArrayRef { Arc::new(Int8Array::from_iter_values(words.iter().map(|&word| word as i8))) };
        let whole = |numbers: &[u32]| -> ArrayRef { Arc::new(UInt32Array::from(numbers.to_vec())) };
        let range = |count: usize| -> ArrayRef { Arc::new(UInt32Array::from_iter_values(0..count as u32)) };
        let long = bodies.participants.iter().map(|&number| i64::from(number));
        let ascending = |name: &str| vec![vec![col(name).sort(true, false)]];

        let items = table(vec![
            ("claim", whole(&bodies.claim)),
            ("design", small(&bodies.design)),
            ("bias", small(&bodies.bias)),
            ("direction", small(&bodies.direction)),
            ("participants", Arc::new(Int64Array::from_iter_values(long))),
        ])?;
        let items = if sorted { items.with_sort_order(ascending("claim")) } else { items };
        let claims = table(vec![
            ("claim", range(bodies.parent.len())),
            ("parent", whole(&bodies.parent)),
            ("critical", Arc::new(BooleanArray::from(bodies.critical.clone()))),
        ])?;
        let parents = table(vec![("parent", range(bodies.parents))])?;
        context.register_table("items", Arc::new(items))?;
        context.register_table("claims", Arc::new(claims.with_sort_order(ascending("claim"))))?;
        context.register_table("parents", Arc::new(parents.with_sort_order(ascending("parent"))))?;
        let plan = runtime.block_on(plan(&context, include_str!("../../rules/claims.sql")))?;
        Ok(Self { runtime, context, plan, claims: bodies.parent.len() })
    }

    async fn run(&self, grades: &mut [u8]) -> Result<(), Fault> {
        let first = reset_plan_states(Arc::clone(&self.plan))?;
        let schema = first.schema();
        let graded = collect(first, self.context.task_ctx()).await?;
        let (claims, parents) = grades.split_at_mut(self.claims);
        write(&graded, claims)?;
        self.context.deregister_table("graded")?;
        self.context.register_table("graded", Arc::new(MemTable::try_new(schema, vec![graded])?))?;
        let second = plan(&self.context, include_str!("../../rules/parents.sql")).await?;
        write(&collect(second, self.context.task_ctx()).await?, parents)
    }
}

impl Engine for Bodies {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        self.runtime.block_on(self.run(grades))
    }
}
