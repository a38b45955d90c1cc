//! How long many claims take: from columns, as a graph, and when one item changes.
//!
//! Run it with `cargo bench --bench corpus`. Times are of all claims, or of all changes.
#![allow(clippy::expect_used, reason = "a benchmark stops where its input is refused")]

#[path = "workloads/mod.rs"]
mod workloads;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use evigrade::Compiled;
use evigrade::corpus::Grades;
use workloads::bodies::{BODIES_OF_A_HUNDRED_THOUSAND, bodies};
use workloads::claims::{Graph, from_columns};
use workloads::{certainty_of_bodies, crc32};

fn main() {
    divan::main();
}

/// How many claims are graded.
const CLAIMS: usize = 100_000;

fn compiled() -> Compiled {
    Compiled::new(&certainty_of_bodies()).expect("it compiles")
}

fn sum(grades: &Grades) -> u32 {
    crc32(grades.levels().map(|level| level.map_or(u8::MAX, |level| level as u8)))
}

/// Items and claims in columns, the items of each claim one after the other.
#[divan::bench]
fn columns_in_order(bencher: Bencher<'_, '_>) {
    let (compiled, bodies) = (compiled(), bodies(CLAIMS));
    assert_eq!(sum(&from_columns(&compiled, &bodies).expect("it is sound")), BODIES_OF_A_HUNDRED_THOUSAND);
    bencher.counter(ItemsCount::new(CLAIMS)).bench_local(|| from_columns(&compiled, black_box(&bodies)));
}

/// The same with items in any order.
#[divan::bench]
fn columns_in_any_order(bencher: Bencher<'_, '_>) {
    let (compiled, bodies) = (compiled(), bodies(CLAIMS).shuffled());
    assert_eq!(sum(&from_columns(&compiled, &bodies).expect("it is sound")), BODIES_OF_A_HUNDRED_THOUSAND);
    bencher.counter(ItemsCount::new(CLAIMS)).bench_local(|| from_columns(&compiled, black_box(&bodies)));
}

/// Claims and items as a graph that stays graded, from nothing to all grades.
#[divan::bench]
fn graph(bencher: Bencher<'_, '_>) {
    let (compiled, bodies) = (compiled(), bodies(CLAIMS));
    let graph = Graph::flat(&compiled, &bodies).expect("it is sound");
    assert_eq!(crc32(graph.levels()), BODIES_OF_A_HUNDRED_THOUSAND);
    bencher.counter(ItemsCount::new(CLAIMS)).bench_local(|| Graph::flat(&compiled, black_box(&bodies)));
}

/// Changes of one item each in a deep graph, with the list of grades that moved.
#[divan::bench]
fn changes(bencher: Bencher<'_, '_>) {
    let (compiled, bodies) = (compiled(), bodies(CLAIMS));
    let mut graph = Graph::deep(&compiled, &bodies).expect("it is sound");
    let changes = graph.changes(CLAIMS);
    bencher
        .counter(ItemsCount::new(changes.len()))
        .bench_local(|| changes.iter().map(|change| graph.change(*black_box(change))).sum::<usize>());
}
