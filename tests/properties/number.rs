//! Exact fractions: the reference evaluator's own numbers.

use std::cmp::Ordering;
use std::fmt;

/// A fraction in lowest terms, the denominator above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Number {
    over: i128,
    under: i128,
}

impl Number {
    pub(crate) const ZERO: Self = Self::whole(0);
    pub(crate) const ONE: Self = Self::whole(1);

    pub(crate) const fn whole(number: i128) -> Self {
        Self { over: number, under: 1 }
    }

    /// So many quarters.
    pub(crate) fn quarters(number: i128) -> Self {
        Self::new(number, 4)
    }

    fn new(over: i128, under: i128) -> Self {
        let divisor = greatest_divisor(over.abs(), under.abs()).max(1) * under.signum();
        Self { over: over / divisor, under: under / divisor }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self::new(self.over * other.under + other.over * self.under, self.under * other.under)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(Self { over: -other.over, under: other.under })
    }

    pub(crate) fn times(self, other: Self) -> Self {
        Self::new(self.over * other.over, self.under * other.under)
    }

    /// Nothing where the divisor is 0.
    pub(crate) fn by(self, other: Self) -> Option<Self> {
        (other.over != 0).then(|| Self::new(self.over * other.under, self.under * other.over))
    }

    pub(crate) fn absolute(self) -> Self {
        Self { over: self.over.abs(), under: self.under }
    }

    /// The nearest whole number, halves away from zero.
    pub(crate) fn rounded(self) -> Self {
        let size = (2 * self.over.abs() + self.under).div_euclid(2 * self.under);
        Self::whole(size * self.over.signum())
    }

    pub(crate) const fn is_whole(self) -> bool {
        self.under == 1
    }

    /// In millionths, to be held against a decimal number.
    pub(crate) fn millionths(self) -> i64 {
        let scaled = self.times(Self::whole(1_000_000)).rounded();
        i64::try_from(scaled.over).expect("the numbers of the tests are small")
    }
}

fn greatest_divisor(one: i128, other: i128) -> i128 {
    if other == 0 { one } else { greatest_divisor(other, one % other) }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.over * other.under).cmp(&(other.over * self.under))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    /// As a decimal, for fractions of at most six places.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            return write!(formatter, "{}", self.over);
        }
        let sign = if self.over < 0 { "-" } else { "" };
        let millionths = self.millionths().abs();
        let places = format!("{:06}", millionths % 1_000_000);
        write!(formatter, "{sign}{}.{}", millionths / 1_000_000, places.trim_end_matches('0'))
    }
}
