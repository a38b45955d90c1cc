//! Columns: long-form tables of items, in any order, of the claims on which they bear, and of links between claims.

use super::adding::Table;
use super::engine::{Engine, ItemRow};
use super::lanes::{Together, add};
use super::order::{ByClaim, order};
use super::{Binding, Grades};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::records::{Flags, Key, Numbers, Words};

/// How many rows are worked on at a time.
const BLOCK: usize = 2048;
/// The key of what cannot be: more than all others together, and so little that a million of it can be added up.
const IMPOSSIBLE: u64 = 1 << 44;

/// Columns of facts that were bound, all of the same length.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    rows: usize,
    columns: Vec<Column<'a>>,
    /// The numbers in the order in which they were bound, each with its place in that.
    numbers: Vec<(usize, Units<'a>)>,
}

/// Numbers in units of the last of their digits.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    /// Of 64 bits.
    Long(&'a [i64]),
    /// Of 32 bits, none below 0.
    Short(&'a [u32]),
}

impl<'a> From<&'a [i64]> for Units<'a> {
    fn from(units: &'a [i64]) -> Self {
        Self::Long(units)
    }
}

impl<'a> From<&'a [u32]> for Units<'a> {
    fn from(units: &'a [u32]) -> Self {
        Self::Short(units)
    }
}

impl Units<'_> {
    const fn len(self) -> usize {
        match self {
            Self::Long(units) => units.len(),
            Self::Short(units) => units.len(),
        }
    }

    #[inline]
    fn at(self, row: usize) -> i64 {
        match self {
            Self::Long(units) => units[row],
            Self::Short(units) => units[row].into(),
        }
    }
}

#[derive(Clone, Debug)]
enum Column<'a> {
    /// By their places among the words.
    Words(Box<[u64; 256]>, &'a [u8]),
    Flags(&'a Flags, &'a [bool]),
    Numbers(&'a Numbers, Units<'a>),
    /// Numbers, but those that are told apart by an unknown.
    Unless(&'a Numbers, Units<'a>, &'a str, &'a [bool]),
}

impl Column<'_> {
    fn greatest_key(&self) -> u64 {
        let greatest =
            |keys: &mut dyn Iterator<Item = u64>| keys.filter(|key| *key < IMPOSSIBLE).max().unwrap_or_default();
        match self {
            Self::Words(keys, _) => greatest(&mut keys.iter().copied()),
            Self::Flags(flags, _) => greatest(&mut flags.all_keys().map(|key| key.number())),
            Self::Numbers(numbers, _) | Self::Unless(numbers, ..) => {
                greatest(&mut numbers.all_keys().map(|key| key.number()))
            }
        }
    }
}

impl<'a> Columns<'a> {
    /// Of so many rows.
    #[must_use]
    pub const fn new(rows: usize) -> Self {
        Self { rows, columns: Vec::new(), numbers: Vec::new() }
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// A fact that is one of the words that were bound, by their places.
    #[must_use]
    pub fn words(mut self, words: &Words, places: &'a [u8]) -> Self {
        let mut keys = Box::new([IMPOSSIBLE; 256]);
        for (key, word) in keys.iter_mut().zip(words.keys()) {
            *key = word.number();
        }
        self.columns.push(Column::Words(keys, places));
        self
    }

    /// A fact that is so or is not.
    #[must_use]
    pub fn flags(mut self, flags: &'a Flags, values: &'a [bool]) -> Self {
        self.columns.push(Column::Flags(flags, values));
        self
    }

    /// A number, in units of the last of the digits with which it was bound.
    #[must_use]
    pub fn numbers(mut self, numbers: &'a Numbers, values: impl Into<Units<'a>>) -> Self {
        let values = values.into();
        self.columns.push(Column::Numbers(numbers, values));
        self.with_number(numbers.place(), values)
    }

    /// The same, but an unknown such as `not-reported` in the rows that are marked.
    #[must_use]
    pub fn numbers_unless(
        mut self,
        numbers: &'a Numbers,
        values: impl Into<Units<'a>>,
        unknown: &'a str,
        is_unknown: &'a [bool],
    ) -> Self {
        let values = values.into();
        self.columns.push(Column::Unless(numbers, values, unknown, is_unknown));
        self.with_number(numbers.place(), values)
    }

    fn with_number(mut self, place: usize, values: Units<'a>) -> Self {
        self.numbers.push((place, values));
        self.numbers.sort_by_key(|(place, _)| *place);
        self
    }

    /// Whether all columns have as many rows as they should, and numbers are all there.
    fn check(&self, what: &str, (facts, size): (usize, u64), numbers: Option<usize>) -> Result<(), Refused> {
        let lengths = self.columns.iter().flat_map(|column| match column {
            Column::Words(_, places) => [places.len(), places.len()],
            Column::Flags(_, values) => [values.len(), values.len()],
            Column::Numbers(_, values) => [values.len(), values.len()],
            Column::Unless(_, values, _, unknown) => [values.len(), unknown.len()],
        });
        for length in lengths {
            if length != self.rows {
                let message = format!("a column of {what} has {length} rows, and there are {}", self.rows);
                return Err(Diagnostic::error(Code::WrongType, message).into());
            }
        }
        let places = self.numbers.iter().map(|(place, _)| *place);
        if let Some(numbers) = numbers.filter(|numbers| !places.eq(0..*numbers)) {
            let message = format!("of {what} {numbers} numbers were bound, and columns do not tell each of them once");
            return Err(Diagnostic::error(Code::WrongType, message)
                .help("give each number that was bound one column")
                .into());
        }
        // Each fact once: then the greatest keys of all come to the greatest key there is.
        let greatest = self.columns.iter().map(Column::greatest_key).fold(0, u64::saturating_add);
        if self.columns.len() != facts || greatest != size - 1 {
            let message = format!("of {what} {facts} facts were bound, and columns do not tell each of them once");
            return Err(Diagnostic::error(Code::WrongType, message)
                .help("give each fact that was bound one column")
                .into());
        }
        Ok(())
    }

    /// The keys of some rows.
    fn keys(&self, from: usize, keys: &mut [u64], what: &str) -> Result<(), Refused> {
        keys.fill(0);
        let rows = from..from + keys.len();
        let known = |key: Option<Key>| key.map_or(IMPOSSIBLE, Key::number);
        for column in &self.columns {
            match column {
                Column::Words(words, places) => {
                    for (key, place) in keys.iter_mut().zip(&places[rows.clone()]) {
                        *key += words[usize::from(*place)];
                    }
                }
                Column::Flags(flags, values) => {
                    for (key, value) in keys.iter_mut().zip(&values[rows.clone()]) {
                        *key += flags.of(*value).number();
                    }
                }
                // All are alike, and none is below 0.
                Column::Numbers(numbers, Units::Short(_)) if numbers.takes_all_counts() => {}
                Column::Numbers(numbers, values) => {
                    for (key, row) in keys.iter_mut().zip(rows.clone()) {
                        *key += known(numbers.of_units(values.at(row)));
                    }
                }
                Column::Unless(numbers, values, unknown, is_unknown) => {
                    let unknown = known(numbers.unknown(unknown));
                    for (key, row) in keys.iter_mut().zip(rows.clone()) {
                        *key += if is_unknown[row] { unknown } else { known(numbers.of_units(values.at(row))) };
                    }
                }
            }
        }
        if keys.iter().fold(0, |all, key| all | *key) >= IMPOSSIBLE {
            let bad = keys.iter().position(|key| *key >= IMPOSSIBLE).unwrap_or_default();
            let message = format!("row {} of {what} has a value that its fact cannot be", from + bad);
            return Err(Diagnostic::error(Code::UnknownValue, message).help("rows are counted from 0").into());
        }
        Ok(())
    }

    fn all_keys(&self, what: &str) -> Result<Vec<u64>, Refused> {
        let mut keys = vec![0; self.rows];
        for (block, keys) in keys.chunks_mut(BLOCK).enumerate() {
            self.keys(block * BLOCK, keys, what)?;
        }
        Ok(keys)
    }
}

/// Tables of items and of links between claims, by the places of the claims.
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

impl Binding<'_> {
    /// Grades the claims of tables, those that rest on others after these.
    ///
    /// # Errors
    ///
    /// [`Refused`] if columns are not of one length, a value cannot be, a claim is not there, or claims rest on each other in
    /// a circle.
    pub fn grade(self, tables: &Tables<'_>) -> Result<Grades, Refused> {
        let engine = self.engine()?;
        let Tables { claims, items, claim_of_item, links, parent_of_link, child_of_link } = tables;
        claims.check("claims", (engine.claim_facts(), engine.claim_size()), None)?;
        items.check("items", (engine.items.count(), engine.items.size()), Some(engine.items.number_count()))?;
        links.check("links", (engine.links.count(), engine.links.size()), None)?;
        for (rows, ends, what) in [
            (items.rows, claim_of_item, "items"),
            (links.rows, parent_of_link, "links"),
            (links.rows, child_of_link, "links"),
        ] {
            if ends.len() != rows {
                let message = format!("there are {rows} {what}, and {} claims are named for them", ends.len());
                return Err(Diagnostic::error(Code::WrongType, message).into());
            }
            if let Some(row) = ends.iter().position(|claim| *claim as usize >= claims.rows) {
                let message = format!("row {row} of {what} names claim {}, and there are {}", ends[row], claims.rows);
                return Err(Diagnostic::error(Code::UnknownName, message).help("claims are counted from 0").into());
            }
        }
        if engine.claim_size() > IMPOSSIBLE {
            let message = "there are more kinds of claims than columns tell apart";
            return Err(Diagnostic::error(Code::TooLarge, message).help("bind fewer facts of claims").into());
        }
        let claim_keys = claims.all_keys("claims")?;
        let link_keys = links.all_keys("links")?;
        let mut together = Together::default();
        for (_, values) in &items.numbers {
            match values {
                // So few of 32 bits never overflow.
                Units::Short(units) if units.len() < 1 << 29 => {}
                values => together.add((0..items.rows).map(|row| values.at(row)))?,
            }
        }
        let (by_child, order) = if links.rows == 0 {
            (None, Vec::new())
        } else {
            let by_child = ByClaim::new(claims.rows, child_of_link);
            let order = order(claims.rows, parent_of_link, &by_child)?;
            (Some(by_child), order)
        };
        let item_rows = Vec::new();
        let claim_rows = Vec::new();
        let mut grader = Grader { tables, engine, item_rows, claim_rows, claim_keys, link_keys, by_child, apart: None };
        let faces = loop {
            if let Some(faces) = grader.faces(&order)? {
                break faces;
            }
            // Some claim has many of something.
            grader.engine.widen();
        };
        Ok(Grades::new(&grader.engine, faces))
    }
}

struct Grader<'t, 'c> {
    tables: &'t Tables<'t>,
    engine: Engine<'c>,
    /// The lanes of the items of each claim, and of the claims that it rests on.
    item_rows: Vec<u64>,
    claim_rows: Vec<u64>,
    claim_keys: Vec<u64>,
    link_keys: Vec<u64>,
    by_child: Option<ByClaim>,
    /// The rows of items and of links by claim, once a claim has to be looked at item by item.
    apart: Option<(ByClaim, ByClaim)>,
}

impl Grader<'_, '_> {
    /// What comes of all claims; nothing where lanes are too small.
    fn faces(&mut self, order: &[u32]) -> Result<Option<Vec<u32>>, Refused> {
        let claims = self.tables.claims.rows;
        self.item_rows = vec![0; claims * self.engine.of_items.width()];
        // Where no claim rests on another, one row is that of all.
        let rows = if self.by_child.is_some() { claims } else { 1 };
        self.claim_rows = vec![0; rows * self.engine.of_claims.width()];
        if !self.add_items()? {
            return Ok(None);
        }
        let mut faces = vec![0; claims];
        if self.by_child.is_none() {
            for claim in 0..claims {
                faces[claim] = self.face(claim, 0, &faces);
            }
            return Ok(Some(faces));
        }
        for claim in order {
            let claim = *claim as usize;
            faces[claim] = self.face(claim, claim, &faces);
            if !self.pass_on(claim, faces[claim]) {
                return Ok(None);
            }
        }
        Ok(Some(faces))
    }

    /// Adds all items to the rows of their claims; whether the lanes are large enough.
    fn add_items(&mut self) -> Result<bool, Refused> {
        let Self { tables: Tables { items, claim_of_item, .. }, engine, item_rows, claim_keys, .. } = self;
        let table = Table::new(engine);
        let width = engine.of_items.width();
        let mut keys = [0; BLOCK];
        for (block, of) in claim_of_item.chunks(BLOCK).enumerate() {
            let from = block * BLOCK;
            let keys = &mut keys[..of.len()];
            items.keys(from, keys, "items")?;
            let is_filling = match &table {
                Some(table) => match table.number().map(|number| items.numbers[number].1) {
                    None => table.add(item_rows, of, keys, |_| 0),
                    Some(Units::Long(units)) => table.add(item_rows, of, keys, |item| units[from + item]),
                    Some(Units::Short(units)) => table.add(item_rows, of, keys, |item| units[from + item].into()),
                },
                None => {
                    let mut is_filling = false;
                    for (place, (claim, key)) in of.iter().zip(&*keys).enumerate() {
                        let claim = *claim as usize;
                        let effect = engine.effect_of_item(claim_keys[claim], *key);
                        let row = &mut item_rows[claim * width..(claim + 1) * width];
                        add(row, engine.effect(effect), |number| items.numbers[number].1.at(from + place));
                        is_filling |= engine.of_items.is_filling(row);
                    }
                    is_filling
                }
            };
            if is_filling {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn face(&mut self, claim: usize, claim_row: usize, faces: &[u32]) -> u32 {
        let (of_items, of_claims) = (self.engine.of_items.width(), self.engine.of_claims.width());
        let items = &self.item_rows[claim * of_items..(claim + 1) * of_items];
        let claims = &self.claim_rows[claim_row * of_claims..(claim_row + 1) * of_claims];
        let known = self.engine.face_of_rows(self.claim_keys[claim], items, claims);
        known.unwrap_or_else(|| self.apart(claim, faces))
    }

    /// Adds what came of a claim to those that rest on it; whether the lanes are large enough.
    fn pass_on(&mut self, claim: usize, face: u32) -> bool {
        let width = self.engine.of_claims.width();
        let mut is_filling = false;
        for link in self.by_child.iter().flat_map(|links| links.of(claim)) {
            let effect = self.engine.effect_of_claim(face, self.link_keys[link]);
            let parent = self.tables.parent_of_link[link] as usize;
            let row = &mut self.claim_rows[parent * width..(parent + 1) * width];
            add(row, self.engine.effect(effect), |_| 0);
            is_filling |= self.engine.of_claims.is_filling(row);
        }
        !is_filling
    }

    /// What comes of a claim by its items one by one.
    fn apart(&mut self, claim: usize, faces: &[u32]) -> u32 {
        let Tables { claims, items, claim_of_item, parent_of_link, child_of_link, .. } = self.tables;
        let (of_items, of_links) = self.apart.get_or_insert_with(|| {
            (ByClaim::new(claims.rows, claim_of_item), ByClaim::new(claims.rows, parent_of_link))
        });
        let item = |row: usize| -> ItemRow {
            let mut key = [0];
            // All keys were found good before.
            let _ = items.keys(row, &mut key, "items");
            (key[0], items.numbers.iter().map(|(_, values)| values.at(row)).collect())
        };
        let items: Vec<ItemRow> = of_items.of(claim).map(item).collect();
        let link = |row: usize| (faces[child_of_link[row] as usize], self.link_keys[row]);
        let children: Vec<(u32, u64)> = of_links.of(claim).map(link).collect();
        self.engine.face_of_all(self.claim_keys[claim], &items, &children)
    }
}
