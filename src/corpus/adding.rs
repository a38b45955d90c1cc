//! Adding many items at once, where each key gives a row and at most one number: a table of rows, of a width that the machine
//! code knows.

use super::engine::Engine;

/// Up to how many keys of items are worked out before any is met.
const MOST_KEYS: u64 = 1024;

/// What all keys of items give.
#[derive(Debug)]
pub(super) struct Table {
    /// The rows of the keys, one after another.
    words: Vec<u64>,
    /// For each key as many words: all bits where a number is added, and else none. So a row is added in one go, without a look
    /// back at a word that was just written.
    is_added: Vec<u64>,
    /// The word to which the number is added, and the place of the number.
    number: Option<(usize, usize)>,
    /// The bits of a row that are set where lanes are filling.
    filling: Vec<u64>,
}

impl Table {
    /// Of all keys; nothing where there are too many, where what they give hangs on their claim, or is more than that.
    pub(super) fn new(engine: &mut Engine<'_>) -> Option<Self> {
        if engine.items.size() > MOST_KEYS || !engine.is_plain() || !(1..=8).contains(&engine.of_items.width()) {
            return None;
        }
        let filling = engine.of_items.filling_bits();
        let mut table = Self { words: Vec::new(), is_added: Vec::new(), number: None, filling };
        for key in 0..engine.items.size() {
            let effect = engine.effect_of_item(0, key);
            let effect = engine.effect(effect);
            table.words.extend(&effect.words);
            let is_added = |word: usize| effect.numbers.iter().any(|(to, _)| *to == word);
            table.is_added.extend((0..effect.words.len()).map(|word| if is_added(word) { u64::MAX } else { 0 }));
            match (effect.numbers.as_slice(), table.number) {
                ([], _) => {}
                ([number], None) => table.number = Some(*number),
                ([number], Some(known)) if *number == known => {}
                _ => return None,
            }
        }
        Some(table)
    }

    /// The place of the number that is added, if one is.
    pub(super) fn number(&self) -> Option<usize> {
        self.number.map(|(_, place)| place)
    }

    /// Adds items to the rows of their claims; whether lanes are filling. An item is told by the place of the row, its key and
    /// its number.
    pub(super) fn add(&self, rows: &mut [u64], items: impl Iterator<Item = (u32, u64, i64)>) -> bool {
        // Wider rows have no table.
        match self.filling.len() {
            1 => self.add_rows::<1>(rows, items),
            2 => self.add_rows::<2>(rows, items),
            3 => self.add_rows::<3>(rows, items),
            4 => self.add_rows::<4>(rows, items),
            5 => self.add_rows::<5>(rows, items),
            6 => self.add_rows::<6>(rows, items),
            7 => self.add_rows::<7>(rows, items),
            _ => self.add_rows::<8>(rows, items),
        }
    }

    fn add_rows<const WIDTH: usize>(&self, rows: &mut [u64], items: impl Iterator<Item = (u32, u64, i64)>) -> bool {
        let (rows, _) = rows.as_chunks_mut::<WIDTH>();
        let (table, _) = self.words.as_chunks::<WIDTH>();
        let (is_added, _) = self.is_added.as_chunks::<WIDTH>();
        let mut all = [0; WIDTH];
        for (place, key, number) in items {
            let (row, more) = (&mut rows[place as usize], &table[key as usize]);
            let (is_added, number) = (&is_added[key as usize], number.cast_unsigned());
            for word in 0..WIDTH {
                row[word] = row[word].wrapping_add(more[word]).wrapping_add(number & is_added[word]);
                all[word] |= row[word];
            }
        }
        all.iter().zip(&self.filling).any(|(word, bits)| word & bits != 0)
    }
}
