//! A column of a batch, with each of its different values read once.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{ArrowNativeType, NullBuffer};
use arrow_schema::DataType;
use evigrade::Refused;
use evigrade::records::{Key, Texts};

use crate::grader::too_large;
use crate::kernel::Codes;
use crate::text::text_at;

/// What rules tell apart of a column: keys in the order in which they were met, a place for each. What the fact cannot be
/// has no key, and a place like any other.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) keys: Vec<Option<Key>>,
    places: BTreeMap<Option<Key>, u16>,
}

impl Cells {
    fn place_of(&mut self, key: Option<Key>) -> Result<u16, Refused> {
        if let Some(place) = self.places.get(&key) {
            return Ok(*place);
        }
        let place = u16::try_from(self.keys.len()).map_err(|_| too_large("a column has too many different values"))?;
        self.keys.push(key);
        self.places.insert(key, place);
        Ok(place)
    }
}

/// A column of a batch.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    /// Where the text of a value is found: the values of a dictionary, or the column itself.
    values: &'a dyn Array,
    is_dictionary: bool,
    pub(crate) codes: Codes<'a>,
    /// The rows whose code says nothing.
    pub(crate) nulls: Option<&'a NullBuffer>,
    /// The place of each code among the cells; nothing where codes are places.
    pub(crate) places: Option<Vec<u16>>,
    /// The place of what is missing, if something is.
    pub(crate) missing: u16,
    pub(crate) cells: Cells,
}

impl<'a> Column<'a> {
    /// Reads the different values of a column.
    pub(crate) fn new(array: &'a ArrayRef, texts: &Texts) -> Result<Self, Refused> {
        let mut cells = Cells::default();
        if let Some(dictionary) = array.as_any_dictionary_opt()
            && let Some(codes) = codes_of(dictionary.keys())
        {
            let values = dictionary.values().as_ref();
            let places = places_of_dictionary(values, texts, &mut cells)?;
            let nulls = dictionary.keys().nulls().filter(|nulls| nulls.null_count() > 0);
            let missing = if nulls.is_some() { cells.place_of(key_of(None, texts))? } else { 0 };
            let is_plain = places.iter().enumerate().all(|(code, place)| code == usize::from(*place));
            let places = (!is_plain).then_some(places);
            return Ok(Self { values, is_dictionary: true, codes, nulls, places, missing, cells });
        }
        let codes = Codes::Own(own_codes(array.as_ref(), texts, &mut cells)?);
        let values = array.as_ref();
        Ok(Self { values, is_dictionary: false, codes, nulls: None, places: None, missing: 0, cells })
    }

    /// What stands in a row, as text; nothing where nothing does.
    pub(crate) fn text(&self, row: usize) -> Option<Cow<'a, str>> {
        if self.nulls.is_some_and(|nulls| row >= nulls.len() || nulls.is_null(row)) {
            return None;
        }
        text_at(self.values, if self.is_dictionary { self.codes.at(row) } else { row })
    }
}

/// The key of a value as text tells it; nothing of what the fact cannot be.
fn key_of(text: Option<&str>, texts: &Texts) -> Option<Key> {
    texts.key(text.unwrap_or_default()).ok()
}

fn codes_of(keys: &dyn Array) -> Option<Codes<'_>> {
    Some(match keys.data_type() {
        DataType::Int8 => Codes::I8(keys.as_primitive_opt::<Int8Type>()?.values()),
        DataType::Int16 => Codes::I16(keys.as_primitive_opt::<Int16Type>()?.values()),
        DataType::Int32 => Codes::I32(keys.as_primitive_opt::<Int32Type>()?.values()),
        DataType::Int64 => Codes::I64(keys.as_primitive_opt::<Int64Type>()?.values()),
        DataType::UInt8 => Codes::U8(keys.as_primitive_opt::<UInt8Type>()?.values()),
        DataType::UInt16 => Codes::U16(keys.as_primitive_opt::<UInt16Type>()?.values()),
        DataType::UInt32 => Codes::U32(keys.as_primitive_opt::<UInt32Type>()?.values()),
        DataType::UInt64 => Codes::U64(keys.as_primitive_opt::<UInt64Type>()?.values()),
        _ => return None,
    })
}

fn places_of_dictionary(values: &dyn Array, texts: &Texts, cells: &mut Cells) -> Result<Vec<u16>, Refused> {
    let mut places = Vec::with_capacity(values.len());
    for at in 0..values.len() {
        places.push(cells.place_of(key_of(text_at(values, at).as_deref(), texts))?);
    }
    Ok(places)
}

/// Codes of a column that is no dictionary, made for it: they are places.
fn own_codes(array: &dyn Array, texts: &Texts, cells: &mut Cells) -> Result<Vec<u16>, Refused> {
    match array.data_type() {
        DataType::Int8 => codes_of_whole::<Int8Type>(array, texts, cells),
        DataType::Int16 => codes_of_whole::<Int16Type>(array, texts, cells),
        DataType::Int32 => codes_of_whole::<Int32Type>(array, texts, cells),
        DataType::Int64 => codes_of_whole::<Int64Type>(array, texts, cells),
        DataType::UInt8 => codes_of_whole::<UInt8Type>(array, texts, cells),
        DataType::UInt16 => codes_of_whole::<UInt16Type>(array, texts, cells),
        DataType::UInt32 => codes_of_whole::<UInt32Type>(array, texts, cells),
        DataType::UInt64 => codes_of_whole::<UInt64Type>(array, texts, cells),
        _ => codes_of_any(array, texts, cells),
    }
}

/// How far whole numbers may lie apart for a place to be kept for each.
const WIDEST: usize = 1 << 16;

/// What whole numbers that lie close together come to is kept in a table.
fn codes_of_whole<T>(array: &dyn Array, texts: &Texts, cells: &mut Cells) -> Result<Vec<u16>, Refused>
where
    T: ArrowPrimitiveType<Native: Into<i128>>,
{
    let Some(numbers) = array.as_primitive_opt::<T>() else { return codes_of_any(array, texts, cells) };
    let known = || numbers.iter().flatten().map(Into::<i128>::into);
    let (Some(least), Some(greatest)) = (known().min(), known().max()) else {
        return codes_of_any(array, texts, cells);
    };
    let width = usize::try_from(greatest - least).unwrap_or(usize::MAX);
    if width >= WIDEST {
        return codes_of_any(array, texts, cells);
    }
    let mut places: Vec<Option<u16>> = vec![None; width + 1];
    let mut missing = None;
    let mut codes = Vec::with_capacity(numbers.len());
    for (row, number) in numbers.iter().enumerate() {
        let place = match number {
            Some(number) => places.get_mut((number.into() - least).as_usize()).unwrap_or(&mut missing),
            None => &mut missing,
        };
        let code = match place {
            Some(code) => *code,
            None => *place.insert(cells.place_of(key_of(text_at(array, row).as_deref(), texts))?),
        };
        codes.push(code);
    }
    Ok(codes)
}

fn codes_of_any(array: &dyn Array, texts: &Texts, cells: &mut Cells) -> Result<Vec<u16>, Refused> {
    let mut known: HashMap<Cow<'_, str>, u16> = HashMap::new();
    let mut codes = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        let text = text_at(array, row).unwrap_or_default();
        let code = match known.get(&text) {
            Some(code) => *code,
            None => {
                let code = cells.place_of(key_of(Some(&text), texts))?;
                known.insert(text, code);
                code
            }
        };
        codes.push(code);
    }
    Ok(codes)
}
