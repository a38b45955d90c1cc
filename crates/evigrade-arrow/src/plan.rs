//! How the rows of a batch are graded: what their values come to is added up, and the level looked up by the sum.

use crate::column::Column;
use crate::levels::{Levels, NO_KEY, UNKNOWN};

/// How many rows are worked on at a time: what is made of them stays at hand.
const BLOCK: usize = 2_048;
/// How many sums there can be.
const SUMS: usize = 1 << 16;

/// What a column adds to the sum of a row.
#[derive(Debug)]
struct Step<'a, 'b> {
    column: &'b Column<'a>,
    stride: u16,
    /// What each code adds; nothing where it is the code times the stride.
    table: Option<Vec<u16>>,
}

/// Columns whose values are told apart by one sum.
#[derive(Debug)]
struct Group<'a, 'b> {
    steps: Vec<Step<'a, 'b>>,
    /// The key of each sum.
    keys: Vec<u64>,
}

impl<'a, 'b> Group<'a, 'b> {
    fn new() -> Self {
        Self { steps: Vec::new(), keys: vec![0] }
    }

    /// Whether there are sums enough for another column.
    fn takes(&self, column: &Column<'_>, most: usize) -> bool {
        self.keys.len().saturating_mul(column.cells.keys.len()) <= most
    }

    fn add(&mut self, column: &'b Column<'a>) {
        // There are no more sums than fit.
        let stride = self.keys.len() as u16;
        let table =
            column.places.as_ref().map(|places| places.iter().map(|place| place.wrapping_mul(stride)).collect());
        let mut keys = Vec::with_capacity(self.keys.len() * column.cells.keys.len());
        for cell in &column.cells.keys {
            match cell {
                Some(cell) => keys.extend(self.keys.iter().map(|key| sum_of(*key, cell.number()))),
                None => keys.resize(keys.len() + self.keys.len(), NO_KEY),
            }
        }
        self.keys = keys;
        self.steps.push(Step { column, stride, table });
    }

    /// The sums of rows from one on.
    fn sums(&self, from: usize, sums: &mut [u16]) {
        sums.fill(0);
        for step in &self.steps {
            match step.column.nulls.map(|nulls| nulls.slice(from, sums.len())) {
                Some(nulls) if nulls.null_count() > 0 => {
                    let mut apart = [0; BLOCK];
                    let apart = &mut apart[..sums.len()];
                    step.add(from, apart);
                    for row in (!nulls.inner()).set_indices() {
                        apart[row] = step.column.missing.wrapping_mul(step.stride);
                    }
                    sums.iter_mut().zip(apart).for_each(|(sum, more)| *sum = sum.wrapping_add(*more));
                }
                _ => step.add(from, sums),
            }
        }
    }
}

impl Step<'_, '_> {
    fn add(&self, from: usize, sums: &mut [u16]) {
        match &self.table {
            Some(table) => self.column.codes.add_looked_up(from, table, sums),
            None => self.column.codes.add_times(from, self.stride, sums),
        }
    }
}

const fn sum_of(key: u64, other: u64) -> u64 {
    if key == NO_KEY || other == NO_KEY { NO_KEY } else { key.wrapping_add(other) }
}

/// How the rows of a batch are graded.
#[derive(Debug)]
pub(crate) struct Plan<'a, 'b> {
    groups: Vec<Group<'a, 'b>>,
    rows: usize,
}

/// A number of a key that takes as much room as is needed.
pub(crate) trait Id: Copy {
    /// A key as such a number; what does not fit is cut off.
    fn of(key: u64) -> Self;
}

impl Id for () {
    fn of(_: u64) {}
}

impl Id for u32 {
    fn of(key: u64) -> Self {
        key as Self
    }
}

impl Id for u64 {
    fn of(key: u64) -> Self {
        key
    }
}

impl<'a, 'b> Plan<'a, 'b> {
    /// Of columns of so many rows.
    pub(crate) fn new(columns: &'b [Column<'a>], rows: usize) -> Self {
        // For few rows, large tables are not worth the time.
        let most = rows.saturating_mul(2).clamp(256, SUMS);
        let mut groups: Vec<Group<'a, 'b>> = Vec::new();
        for column in columns {
            match groups.iter_mut().find(|group| group.takes(column, most)) {
                Some(group) => group.add(column),
                None => {
                    let mut group = Group::new();
                    group.add(column);
                    groups.push(group);
                }
            }
        }
        Self { groups, rows }
    }

    /// The levels of all rows and the numbers of their keys.
    pub(crate) fn grade<I: Id>(&self, levels: &mut Levels<'_>) -> (Vec<u8>, Vec<I>) {
        let (mut of_rows, mut ids) = (vec![UNKNOWN; self.rows], vec![I::of(0); self.rows]);
        let parts = of_rows.chunks_mut(BLOCK).zip(ids.chunks_mut(BLOCK));
        match self.groups.as_slice() {
            [group] => {
                let mut known = Box::new([UNKNOWN; SUMS]);
                let of_sums: Vec<I> = group.keys.iter().map(|key| I::of(*key)).collect();
                for (block, (of_rows, ids)) in parts.enumerate() {
                    let mut sums = [0; BLOCK];
                    let sums = &mut sums[..of_rows.len()];
                    group.sums(block * BLOCK, sums);
                    look_up(sums, &mut known, &group.keys, levels, of_rows);
                    for (id, sum) in ids.iter_mut().zip(sums) {
                        *id = of_sums.get(usize::from(*sum)).copied().unwrap_or(I::of(NO_KEY));
                    }
                }
            }
            groups => {
                for (block, (of_rows, ids)) in parts.enumerate() {
                    let mut keys = [0; BLOCK];
                    let keys = &mut keys[..of_rows.len()];
                    groups.iter().for_each(|group| add_keys(group, block * BLOCK, keys));
                    for ((level, id), key) in of_rows.iter_mut().zip(ids).zip(keys) {
                        *level = levels.of_rare_key(*key);
                        *id = I::of(*key);
                    }
                }
            }
        }
        (of_rows, ids)
    }

    /// The key of a row; nothing of one that has none.
    pub(crate) fn key(&self, row: usize) -> Option<u64> {
        let mut key = [0];
        self.groups.iter().for_each(|group| add_keys(group, row, &mut key));
        Some(key[0]).filter(|key| *key != NO_KEY)
    }
}

/// Looks the levels of sums up, and those that were not met yet from their keys.
fn look_up(sums: &[u16], known: &mut [u8; SUMS], keys: &[u64], levels: &mut Levels<'_>, of_rows: &mut [u8]) {
    for (level, sum) in of_rows.iter_mut().zip(sums) {
        let sum = usize::from(*sum);
        if known[sum] == UNKNOWN {
            known[sum] = levels.of_key(keys.get(sum).copied().unwrap_or(NO_KEY));
        }
        *level = known[sum];
    }
}

fn add_keys(group: &Group<'_, '_>, from: usize, keys: &mut [u64]) {
    let mut sums = [0; BLOCK];
    let sums = &mut sums[..keys.len()];
    group.sums(from, sums);
    for (key, sum) in keys.iter_mut().zip(sums) {
        *key = sum_of(*key, group.keys.get(usize::from(*sum)).copied().unwrap_or(NO_KEY));
    }
}
