//! Polars, data frames of columns.

use polars::prelude::*;
use polars::series::IsSorted;

use crate::engine::{Engine, Fault};
use crate::workloads::Record;
use crate::workloads::bodies;

/// A lazy query of when/then over columns of 8 bits.
///
/// Timed: optimising the query and running it, until the grades stand as bytes. Not timed: the columns, and writing the query
/// down. The program sees to it that Polars has one thread. It tells nothing of how it came to a value.
pub(crate) struct Records(LazyFrame);

impl Records {
    pub(crate) fn new(records: &[Record]) -> Result<Self, Fault> {
        let column = |(place, name): (usize, &str)| {
            let facts: Vec<u8> = records.iter().map(|record| super::facts(record)[place]).collect();
            Column::new(name.into(), facts)
        };
        let columns = super::FACTS.into_iter().enumerate().map(column).collect();
        let down = col("bias") + col("inconsistency") + col("indirectness") + col("imprecision") + col("unpublished");
        let up = col("effect") + col("gradient") + col("confounding");
        let number = lit::<u8>;
        let grade = when(col("studies").eq(number(0)).or(col("design").eq(number(0))))
            .then(number(0))
            .when(col("design").eq(number(2)).and(col("down").gt_eq(number(3))))
            .then(number(1))
            .when(col("design").eq(number(2)))
            .then(number(4) - col("down"))
            .when(col("down").gt(number(0)))
            .then(number(1))
            .when(col("up").gt_eq(number(2)))
            .then(number(4))
            .otherwise(number(2) + col("up"));
        let frame = DataFrame::new(records.len(), columns)?;
        let sums = frame.lazy().select([col("studies"), col("design"), down.alias("down"), up.alias("up")]);
        Ok(Self(sums.select([grade.alias("grade")])))
    }
}

impl Engine for Records {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        write(&self.0.clone().collect()?, grades)
    }
}

/// Writes the grades that a frame holds.
fn write(frame: &DataFrame, grades: &mut [u8]) -> Result<(), Fault> {
    let column = frame.column("grade")?.u8()?;
    if column.len() != grades.len() || column.null_count() > 0 {
        return Err("Polars gives too few grades".into());
    }
    let mut rest = grades;
    for chunk in column.downcast_iter() {
        let (these, others) = rest.split_at_mut(chunk.len());
        these.copy_from_slice(chunk.values());
        rest = others;
    }
    Ok(())
}

/// Two lazy queries that group: items by their claim, claims by their parent.
///
/// Timed: optimising and running both, until the grades stand as bytes. Not timed: the frames of items, claims and parents.
/// Items that stand in order are marked as sorted.
pub(crate) struct Bodies {
    claims: LazyFrame,
    parents: LazyFrame,
}

impl Bodies {
    pub(crate) fn sorted(bodies: &bodies::Bodies) -> Result<Self, Fault> {
        Self::new(bodies, true)
    }

    pub(crate) fn any_order(bodies: &bodies::Bodies) -> Result<Self, Fault> {
        Self::new(bodies, false)
    }

    fn new(bodies: &bodies::Bodies, sorted: bool) -> Result<Self, Fault> {
        let mut claim = Column::new("claim".into(), &bodies.claim);
        if sorted {
            claim.set_sorted_flag(IsSorted::Ascending);
        }
        let items = DataFrame::new(
            bodies.claim.len(),
            vec![
                claim,
                Column::new("design".into(), &bodies.design),
                Column::new("bias".into(), &bodies.bias),
                Column::new("direction".into(), &bodies.direction),
                Column::new("participants".into(), &bodies.participants),
            ],
        )?;
        let mut claim = Column::new("claim".into(), (0..bodies.parent.len() as u32).collect::<Vec<_>>());
        claim.set_sorted_flag(IsSorted::Ascending);
        let claims = DataFrame::new(
            bodies.parent.len(),
            vec![claim, Column::new("parent".into(), &bodies.parent), Column::new("critical".into(), &bodies.critical)],
        )?;
        let mut parent = Column::new("parent".into(), (0..bodies.parents as u32).collect::<Vec<_>>());
        parent.set_sorted_flag(IsSorted::Ascending);
        let parents = DataFrame::new(bodies.parents, vec![parent])?;
        Ok(Self { claims: own(items.lazy(), claims.lazy()), parents: parents.lazy() })
    }
}

/// The grade of each claim by its items, in the order of claims, with its parent.
fn own(items: LazyFrame, claims: LazyFrame) -> LazyFrame {
    let count = |column: &str, place: u8| col(column).eq(lit(place)).sum();
    let facts = items.group_by([col("claim")]).agg([
        col("design").min(),
        len().alias("items"),
        col("participants").sum().alias("total"),
        count("bias", 2).alias("high"),
        count("direction", 0).alias("negative"),
        count("direction", 1).alias("none"),
        count("direction", 2).alias("positive"),
    ]);
    let one = |condition: Expr| condition.cast(DataType::UInt8);
    let most = |direction: &str| (col(direction) * lit(2_u32)).gt(col("items"));
    let start = when(col("design").eq(lit(0_u8)))
        .then(lit(1_u8))
        .when(col("design").eq(lit(1_u8)))
        .then(lit(2_u8))
        .otherwise(lit(4_u8));
    let down = one((col("high") * lit(2_u32)).gt_eq(col("items")))
        + one((col("high") * lit(4_u32)).gt_eq(col("items")))
        + one(most("negative").or(most("none")).or(most("positive")).not())
        + one(col("total").lt(lit(1500_u32)))
        + one(col("total").lt(lit(1200_u32)));
    let points = facts.with_columns([start.cast(DataType::UInt8).alias("start"), down.alias("down")]);
    let raised = col("start").eq(lit(2_u8)).and(col("down").eq(lit(0_u8)));
    let raised = raised.and(most("positive")).and(col("total").gt_eq(lit(1800_u32)));
    let grade = when(raised)
        .then(lit(3_u8))
        .when(col("down").gt_eq(col("start")))
        .then(lit(1_u8))
        .otherwise(col("start") - col("down"));
    let graded = points.select([col("claim"), grade.alias("grade")]);
    claims.join(graded, [col("claim")], [col("claim")], left())
}

/// A join that keeps what stands on the left, and its order.
fn left() -> JoinArgs {
    JoinArgs { maintain_order: MaintainOrderJoin::Left, ..JoinArgs::new(JoinType::Left) }
}

impl Engine for Bodies {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        let graded = self.claims.clone().collect()?;
        let (claims, parents) = grades.split_at_mut(graded.height());
        write(&graded, claims)?;
        let least = graded.lazy().filter(col("critical")).group_by([col("parent")]).agg([col("grade").min()]);
        let joined = self.parents.clone().join(least, [col("parent")], [col("parent")], left());
        write(&joined.select([col("grade").fill_null(lit(0_u8))]).collect()?, parents)
    }
}
