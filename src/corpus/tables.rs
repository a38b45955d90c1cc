//! Tables: items in any order, the claims on which they bear, and links between claims, graded at once.
//!
//! Claims are met range by range. All that a range is made of, its items and what was passed on to it, is added to counters that
//! are used again for the next. Where claims stand in an order in which those that rest on others come after these, or before,
//! each is graded as it is met; else their items are read on the way and they are graded in an order that is looked for.

use super::adding::Table;
use super::columns::{BLOCK, Columns, IMPOSSIBLE, Keys, Units};
use super::engine::{Engine, ItemRow};
use super::lanes::{Together, add};
use super::order::{ByClaim, Way};
use super::ranges::{Dealt, Packing, Ranges, Word};
use super::reading::NO_KEY;
use super::{Binding, Grades};
use crate::diagnostic::{Code, Diagnostic, Refused};

/// Tables of items and of links between claims, by the places of the claims. Items and links may stand in any order. Claims are
/// graded fastest where each stands after all on which it rests, or each before them.
#[derive(Clone, Debug)]
pub struct Tables<'a> {
    /// What is known of each claim.
    pub claims: Columns<'a>,
    /// What is known of each item as it is linked to a claim.
    pub items: Columns<'a>,
    /// The claim on which each item bears.
    pub claim_of_item: &'a [u32],
    /// What is known of each link between claims.
    pub links: Columns<'a>,
    /// The claim that rests on another, for each link.
    pub parent_of_link: &'a [u32],
    /// The claim that it rests on.
    pub child_of_link: &'a [u32],
}

impl Tables<'_> {
    /// Whether all columns tell what was bound, and all ends of links are there.
    fn check(&self, engine: &Engine<'_>) -> Result<(), Refused> {
        let Tables { claims, items, claim_of_item, links, parent_of_link, child_of_link } = self;
        claims.check("claims", engine.greatest_keys(), None)?;
        items.check("items", engine.items.greatest_keys(), Some(engine.items.number_count()))?;
        links.check("links", engine.links.greatest_keys(), None)?;
        for (rows, ends, what) in [
            (items.rows(), claim_of_item, "items"),
            (links.rows(), parent_of_link, "links"),
            (links.rows(), child_of_link, "links"),
        ] {
            if ends.len() != rows {
                let message = format!("there are {rows} {what}, and {} claims are named for them", ends.len());
                return Err(Diagnostic::error(Code::WrongType, message).into());
            }
            let greatest = ends.iter().fold(0, |greatest, claim| (*claim).max(greatest));
            if greatest as usize >= claims.rows()
                && let Some(row) = ends.iter().position(|claim| *claim as usize >= claims.rows())
            {
                let message = format!("row {row} of {what} names claim {}, and there are {}", ends[row], claims.rows());
                return Err(Diagnostic::error(Code::UnknownName, message).help("claims are counted from 0").into());
            }
        }
        if engine.claim_size() > IMPOSSIBLE {
            let message = "there are more kinds of claims than columns tell apart";
            return Err(Diagnostic::error(Code::TooLarge, message).help("bind fewer facts of claims").into());
        }
        Ok(())
    }
}

impl Binding<'_> {
    /// Grades the claims of tables, those that rest on others after these.
    ///
    /// # Errors
    ///
    /// [`Refused`] if columns are not of one length, a value cannot be, a claim is not there, or claims rest on each other in
    /// a circle.
    pub fn grade(self, tables: &Tables<'_>) -> Result<Grades, Refused> {
        let engine = self.engine()?;
        let ranges = Ranges::new(tables.claims.rows(), engine.of_items.width() + engine.of_claims.width());
        grade(engine, tables, ranges)
    }
}

fn grade(mut engine: Engine<'_>, tables: &Tables<'_>, ranges: Ranges) -> Result<Grades, Refused> {
    tables.check(&engine)?;
    let Tables { claims, items, links, parent_of_link, child_of_link, .. } = tables;
    let claim_keys = claims.all_keys(engine.claim_size(), "claims")?;
    let link_keys = links.all_keys(engine.links.size(), "links")?;
    let mut together = Together::default();
    for units in items.units() {
        match units {
            // So few of 32 bits never overflow.
            Units::Short(units) if units.len() < 1 << 29 => {}
            units => together.add((0..items.rows()).map(|row| units.at(row)))?,
        }
    }
    let (resting, way) = if links.rows() == 0 {
        (None, Way::Up)
    } else {
        let by_child = ByClaim::new(claims.rows(), child_of_link);
        let way = Way::new(claims.rows(), parent_of_link, child_of_link, &by_child)?;
        // What is passed on is dealt out where claims are met range by range.
        let passed_on = Dealt::new(ranges, if matches!(way, Way::Ordered(_)) { &[] } else { parent_of_link });
        (Some(Resting { by_child, passed_on }), way)
    };
    let items = Items::new(&mut engine, tables, ranges)?;
    let mut grader = Grader { tables, engine, ranges, items, claim_keys, link_keys, resting, apart: None };
    let faces = loop {
        if let Some(faces) = grader.faces(&way)? {
            break faces;
        }
        // Some claim has many of something.
        grader.engine.widen();
    };
    Ok(Grades::new(&grader.engine, faces))
}

/// How the items of a range are found.
#[derive(Debug)]
enum Items {
    /// They stand one range after the other.
    Sorted,
    /// They were dealt out, as words of 32 bits or of 64.
    Short(Packing, Dealt<u32>),
    Long(Packing, Dealt<u64>),
    /// They are not: all claims have a row.
    Scattered,
}

impl Items {
    fn new(engine: &mut Engine<'_>, tables: &Tables<'_>, ranges: Ranges) -> Result<Self, Refused> {
        if ranges.count() < 2 || tables.claim_of_item.is_sorted() {
            return Ok(Self::Sorted);
        }
        let table = Table::new(engine);
        let is_told = |number: usize| table.as_ref().is_none_or(|table| table.number() == Some(number));
        let units: Vec<Units<'_>> = tables.items.units().collect();
        let (items, claims) = (&tables.items, tables.claim_of_item);
        match Packing::new(ranges, engine.items.size(), &units, &is_told) {
            None => Ok(Self::Scattered),
            Some(packing) if packing.is_short() => packing.deal(items, claims).map(|dealt| Self::Short(packing, dealt)),
            Some(packing) => packing.deal(items, claims).map(|dealt| Self::Long(packing, dealt)),
        }
    }
}

/// Claims that rest on others.
struct Resting {
    by_child: ByClaim,
    /// What was passed on to the claims of each range: the place of a claim, and an effect.
    passed_on: Dealt<u64>,
}

struct Grader<'t, 'c> {
    tables: &'t Tables<'t>,
    engine: Engine<'c>,
    ranges: Ranges,
    items: Items,
    claim_keys: Keys,
    link_keys: Keys,
    resting: Option<Resting>,
    /// The rows of items and of links by claim, once a claim has to be looked at item by item.
    apart: Option<(ByClaim, ByClaim)>,
}

impl Grader<'_, '_> {
    /// What comes of all claims; nothing where lanes are too small.
    fn faces(&mut self, way: &Way) -> Result<Option<Vec<u32>>, Refused> {
        let claims = self.tables.claims.rows();
        let mut faces = vec![0; claims];
        let is_whole = match way {
            Way::Up => self.by_ranges(false, &mut faces)?,
            Way::Down => self.by_ranges(true, &mut faces)?,
            Way::Ordered(order) => self.by_order(order, &mut faces)?,
        };
        Ok(is_whole.then_some(faces))
    }

    /// Grades range by range, upwards or downwards; whether the lanes are large enough.
    fn by_ranges(&mut self, is_down: bool, faces: &mut [u32]) -> Result<bool, Refused> {
        let width = self.engine.of_claims.width();
        let longest = if self.resting.is_some() { self.ranges.longest() } else { 1 };
        let mut claim_rows = vec![0; longest * width];
        if let Some(resting) = &mut self.resting {
            resting.passed_on.clear();
        }
        self.each_range(is_down, |grader, range, keys| {
            if !grader.add_passed_on(range, &mut claim_rows) {
                return false;
            }
            let claims = grader.ranges.claims(range);
            for step in 0..claims.len() {
                let place = if is_down { claims.len() - 1 - step } else { step };
                let claim = claims.start + place;
                let at = if grader.resting.is_some() { place * width } else { 0 };
                let face = grader.face(claim, keys[place], &claim_rows[at..at + width], faces);
                faces[claim] = face;
                if !grader.pass_on(claim, face, range, &mut claim_rows) {
                    return false;
                }
            }
            true
        })
    }

    /// Reads items range by range, then grades in an order; whether the lanes are large enough.
    fn by_order(&mut self, order: &[u32], faces: &mut [u32]) -> Result<bool, Refused> {
        let width = self.engine.of_claims.width();
        let mut keys = vec![NO_KEY; faces.len()];
        let is_whole = self.each_range(false, |grader, range, of_range| {
            keys[grader.ranges.claims(range)].copy_from_slice(of_range);
            true
        })?;
        if !is_whole {
            return Ok(false);
        }
        let mut claim_rows = vec![0; faces.len() * width];
        for claim in order {
            let claim = *claim as usize;
            let face = self.face(claim, keys[claim], &claim_rows[claim * width..(claim + 1) * width], faces);
            faces[claim] = face;
            let mut is_filling = false;
            for link in self.resting.iter().flat_map(|resting| resting.by_child.of(claim)) {
                let effect = self.engine.effect_of_claim(face, self.link_keys.at(link));
                let parent = self.tables.parent_of_link[link] as usize;
                let row = &mut claim_rows[parent * width..(parent + 1) * width];
                add(row, self.engine.effect(effect), |_| 0);
                is_filling |= self.engine.of_claims.is_filling(row);
            }
            if is_filling {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Goes through the ranges as long as it is told to, each with the keys of its claims and of what their items come to;
    /// whether that was to the end, with lanes that are large enough.
    fn each_range(
        &mut self,
        is_down: bool,
        mut meet: impl FnMut(&mut Self, usize, &[u64]) -> bool,
    ) -> Result<bool, Refused> {
        let (width, count) = (self.engine.of_items.width(), self.ranges.count());
        let table = Table::new(&mut self.engine);
        let is_scattered = matches!(self.items, Items::Scattered);
        let claims = if is_scattered { self.tables.claims.rows() } else { self.ranges.longest() };
        let mut rows = vec![0; claims * width];
        if is_scattered && !self.add_rows(table.as_ref(), 0, 0..self.tables.items.rows(), &mut rows)? {
            return Ok(false);
        }
        let mut keys = vec![0; self.ranges.longest()];
        for step in 0..count {
            let range = if is_down { count - 1 - step } else { step };
            let claims = self.ranges.claims(range);
            let rows = if is_scattered {
                &mut rows[claims.start * width..claims.end * width]
            } else {
                &mut rows[..claims.len() * width]
            };
            if !is_scattered {
                rows.fill(0);
                if !self.add_range(table.as_ref(), range, rows)? {
                    return Ok(false);
                }
            }
            let keys = &mut keys[..claims.len()];
            keys.iter_mut().zip(claims).for_each(|(key, claim)| *key = self.claim_keys.at(claim));
            self.engine.add_keys_of_items(rows, keys);
            if !meet(self, range, keys) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds the items of a range to the rows of its claims; whether the lanes are large enough.
    fn add_range(&mut self, table: Option<&Table>, range: usize, rows: &mut [u64]) -> Result<bool, Refused> {
        let claims = self.ranges.claims(range);
        let Self { engine, claim_keys, .. } = self;
        let claim_key = |place: usize| claim_keys.at(claims.start + place);
        match &self.items {
            Items::Short(packing, dealt) => Ok(add_dealt(engine, table, claim_key, rows, packing, dealt.of(range))),
            Items::Long(packing, dealt) => Ok(add_dealt(engine, table, claim_key, rows, packing, dealt.of(range))),
            Items::Sorted | Items::Scattered => {
                let of = self.tables.claim_of_item;
                let before = |end: usize| of.partition_point(|claim| (*claim as usize) < end);
                // One range has all items, in whatever order.
                let items =
                    if self.ranges.count() == 1 { 0..of.len() } else { before(claims.start)..before(claims.end) };
                let added = self.add_rows(table, claims.start, items, rows);
                // The first row that is wrong is told, whatever is met first.
                let items = &self.tables.items;
                added.or_else(|refused| items.all_keys(self.engine.items.size(), "items").and(Err(refused)))
            }
        }
    }

    /// Adds rows of items to the rows of claims, of which the first is given; whether the lanes are large enough.
    fn add_rows(
        &mut self,
        table: Option<&Table>,
        first: usize,
        items: std::ops::Range<usize>,
        rows: &mut [u64],
    ) -> Result<bool, Refused> {
        let Self { tables, engine, claim_keys, .. } = self;
        let units: Vec<Units<'_>> = tables.items.units().collect();
        let mut keys = [0; BLOCK];
        for from in items.clone().step_by(BLOCK) {
            let to = items.end.min(from + BLOCK);
            let (of, keys) = (&tables.claim_of_item[from..to], &mut keys[..to - from]);
            tables.items.keys(from, keys, "items")?;
            let told = of.iter().zip(&*keys).map(|(claim, key)| (claim - first as u32, *key));
            let is_filling = match table {
                Some(table) => match table.number().map(|number| units[number]) {
                    None => table.add(rows, told.map(|(place, key)| (place, key, 0))),
                    Some(Units::Long(units)) => {
                        table.add(rows, told.zip(&units[from..to]).map(|((place, key), unit)| (place, key, *unit)))
                    }
                    Some(Units::Short(units)) => {
                        let units = units[from..to].iter().map(|unit| i64::from(*unit));
                        table.add(rows, told.zip(units).map(|((place, key), unit)| (place, key, unit)))
                    }
                },
                None => {
                    let items = told.zip(from..to).map(|((place, key), row)| (place as usize, key, row));
                    let claim_key = |place: usize| claim_keys.at(first + place);
                    add_each(engine, claim_key, rows, items, |row, number| units[number].at(row))
                }
            };
            if is_filling {
                return Ok(false);
            }
        }
        Ok(true)
    }

    #[inline]
    fn face(&mut self, claim: usize, key: u64, row: &[u64], faces: &[u32]) -> u32 {
        let known = if key == NO_KEY { None } else { self.engine.face_of_claims(key, row) };
        known.unwrap_or_else(|| self.apart(claim, faces))
    }

    /// Adds to the rows of a range what was passed on to it; whether the lanes are large enough.
    fn add_passed_on(&self, range: usize, rows: &mut [u64]) -> bool {
        let Some(resting) = &self.resting else { return true };
        rows.fill(0);
        let width = self.engine.of_claims.width();
        let mut is_filling = false;
        for word in resting.passed_on.of(range) {
            let (place, effect) = (*word as u32 as usize, (word >> 32) as u32);
            let row = &mut rows[place * width..(place + 1) * width];
            add(row, self.engine.effect(effect), |_| 0);
            is_filling |= self.engine.of_claims.is_filling(row);
        }
        !is_filling
    }

    /// Passes on what came of a claim to those that rest on it, at once to those of its range; whether the lanes are large
    /// enough.
    #[inline]
    fn pass_on(&mut self, claim: usize, face: u32, range: usize, rows: &mut [u64]) -> bool {
        let Some(resting) = &mut self.resting else { return true };
        let width = self.engine.of_claims.width();
        let mut is_filling = false;
        for link in resting.by_child.of(claim) {
            let effect = self.engine.effect_of_claim(face, self.link_keys.at(link));
            let parent = self.tables.parent_of_link[link];
            let place = self.ranges.place(parent);
            if self.ranges.of(parent) == range {
                let row = &mut rows[place as usize * width..(place as usize + 1) * width];
                add(row, self.engine.effect(effect), |_| 0);
                is_filling |= self.engine.of_claims.is_filling(row);
            } else {
                resting.passed_on.push(self.ranges.of(parent), u64::from(effect) << 32 | u64::from(place));
            }
        }
        !is_filling
    }

    /// What comes of a claim by its items one by one.
    fn apart(&mut self, claim: usize, faces: &[u32]) -> u32 {
        let Tables { claims, items, claim_of_item, parent_of_link, child_of_link, .. } = self.tables;
        let (of_items, of_links) = self.apart.get_or_insert_with(|| {
            (ByClaim::new(claims.rows(), claim_of_item), ByClaim::new(claims.rows(), parent_of_link))
        });
        let item = |row: usize| -> ItemRow {
            let mut key = [0];
            // All keys were found good before.
            let _ = items.keys(row, &mut key, "items");
            (key[0], items.units().map(|units| units.at(row)).collect())
        };
        let items: Vec<ItemRow> = of_items.of(claim).map(item).collect();
        let link = |row: usize| (faces[child_of_link[row] as usize], self.link_keys.at(row));
        let children: Vec<(u32, u64)> = of_links.of(claim).map(link).collect();
        self.engine.face_of_all(self.claim_keys.at(claim), &items, &children)
    }
}

/// Adds items that were dealt out; whether the lanes are large enough.
fn add_dealt<W: Word>(
    engine: &mut Engine<'_>,
    table: Option<&Table>,
    claim_key: impl Fn(usize) -> u64,
    rows: &mut [u64],
    packing: &Packing,
    words: &[W],
) -> bool {
    let items = words.iter().map(|word| (packing.place(word.long()), packing.key(word.long()), word.long()));
    let Some(table) = table else {
        let items = items.map(|(place, key, word)| (place as usize, key, word));
        return !add_each(engine, claim_key, rows, items, |word, number| packing.number(word, number));
    };
    match table.number() {
        Some(number) => !table.add(rows, items.map(|(place, key, word)| (place, key, packing.number(word, number)))),
        None => !table.add(rows, items.map(|(place, key, _)| (place, key, 0))),
    }
}

/// Adds items one by one, each by the place of its claim, its key and whatever tells its numbers; whether lanes are filling.
fn add_each<T: Copy>(
    engine: &mut Engine<'_>,
    claim_key: impl Fn(usize) -> u64,
    rows: &mut [u64],
    items: impl Iterator<Item = (usize, u64, T)>,
    number: impl Fn(T, usize) -> i64,
) -> bool {
    let width = engine.of_items.width();
    let mut is_filling = false;
    for (place, key, item) in items {
        let effect = engine.effect_of_item(claim_key(place), key);
        let row = &mut rows[place * width..(place + 1) * width];
        add(row, engine.effect(effect), |place| number(item, place));
        is_filling |= engine.of_items.is_filling(row);
    }
    is_filling
}

#[cfg(test)]
mod tests;
