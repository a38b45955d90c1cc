//! Bits: what holds of many records, a bit for each.

/// How many words of bits are worked on at a time.
const WORDS: usize = 16;
/// How many records are worked on at a time.
pub(super) const BLOCK: usize = 64 * WORDS;

/// A bit for each record of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits([u64; WORDS]);

impl Bits {
    pub(super) const NONE: Self = Self([0; WORDS]);
    pub(super) const ALL: Self = Self([u64::MAX; WORDS]);

    /// The first so many records.
    pub(super) fn first(count: usize) -> Self {
        let mut bits = Self::NONE;
        for (word, bits) in bits.0.iter_mut().enumerate() {
            let left = count.saturating_sub(64 * word);
            *bits = if left >= 64 { u64::MAX } else { (1 << left) - 1 };
        }
        bits
    }

    #[inline]
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
        self
    }

    #[inline]
    pub(super) fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
        self
    }

    /// Those of the first that are none of the second.
    #[inline]
    pub(super) fn but(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
        self
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
    }

    /// The places of the records.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut left = *bits;
            std::iter::from_fn(move || {
                let place = (left != 0).then(|| 64 * word + left.trailing_zeros() as usize);
                left &= left.wrapping_sub(1);
                place
            })
        })
    }
}

/// The records of each of some codes, all of which are below their number: their bits by code.
pub(super) fn by_code(codes: &[u8], count: usize, by_code: &mut Vec<Bits>) {
    let planes = usize::BITS - (count.max(2) - 1).leading_zeros();
    let mut bits = [Bits::NONE; 8];
    let (words, _) = codes.as_chunks::<64>();
    let mut last = [0; 64];
    let rest = &codes[words.len() * 64..];
    last[..rest.len()].copy_from_slice(rest);
    for (word, codes) in words.iter().chain((!rest.is_empty()).then_some(&last)).enumerate() {
        let (eights, _) = codes.as_chunks::<8>();
        for (plane, bits) in bits.iter_mut().enumerate().take(planes as usize) {
            let mut all = 0;
            for (place, eight) in eights.iter().enumerate() {
                // The lowest bit of each byte, gathered into the highest byte.
                let lowest = (u64::from_le_bytes(*eight) >> plane) & 0x0101_0101_0101_0101;
                all |= (lowest.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
            }
            bits.0[word] = all;
        }
    }
    let counted = Bits::first(codes.len());
    by_code.clear();
    by_code.extend((0..count).map(|code| {
        (0..planes).fold(counted, |found, plane| {
            let bits = &bits[plane as usize];
            if code >> plane & 1 == 1 { found.and(bits) } else { found.but(bits) }
        })
    }));
}

/// Of which records something holds and of which it does not; of the others it is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truth {
    pub(super) yes: Bits,
    pub(super) no: Bits,
}

impl Truth {
    pub(super) const fn constant(holds: bool) -> Self {
        if holds { Self { yes: Bits::ALL, no: Bits::NONE } } else { Self { yes: Bits::NONE, no: Bits::ALL } }
    }

    #[inline]
    pub(super) fn and(self, other: &Self) -> Self {
        Self { yes: self.yes.and(&other.yes), no: self.no.or(&other.no) }
    }

    #[inline]
    pub(super) fn or(self, other: &Self) -> Self {
        Self { yes: self.yes.or(&other.yes), no: self.no.and(&other.no) }
    }

    pub(super) const fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, by_code};

    #[test]
    fn codes_are_told_apart() {
        for (length, count) in [(BLOCK, 3), (BLOCK, 200), (1, 1), (63, 2), (64, 5), (65, 16), (700, 17)] {
            let codes: Vec<u8> = (0..length).map(|place| ((place * 31 + place / 7) % count) as u8).collect();
            let mut found = Vec::new();
            by_code(&codes, count, &mut found);
            for (code, bits) in found.iter().enumerate() {
                let expected: Vec<usize> = (0..length).filter(|place| usize::from(codes[*place]) == code).collect();
                assert_eq!(bits.places().collect::<Vec<_>>(), expected, "{length} {count} {code}");
            }
        }
    }
}
