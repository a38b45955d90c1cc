//! Grades random records by keys, wide and by values, and holds the grades and proofs against each other.

use evigrade::records::{Binding, Key, Numbers, Outcome, Records, Texts, Wide, Words};
use evigrade::value::FactValue;
use evigrade::{Compiled, Proof, Status};
use rust_decimal::Decimal;

use crate::binding::{place, strs, unknowns};
use crate::hold::{Drawn, Random, hold};
use crate::model::{DAYS, KINDS, Kind, Model, Name, Scope, Typed};
use crate::write::day;

/// How many records are graded: few, or more than are graded at once.
const FEW: usize = 40;
const MANY: usize = 1_100;
/// The proof of every so many is looked at.
const PROVED: usize = 4;
/// Numbers that records have.
const NUMBERS: [&str; 12] = ["-1", "0", "0.25", "0.5", "1", "1.75", "2", "3", "4", "5", "7", "100"];

/// What was seen on the way.
#[derive(Debug, Default)]
struct Seen {
    columns: usize,
    records: usize,
    graded: usize,
    open: usize,
    contradictions: usize,
    proofs: usize,
}

#[test]
fn records_say_the_same_by_keys_by_values_and_wide() {
    let mut seen = Seen::default();
    let is_full = hold(|drawn, random| {
        let bound = Bound::new(drawn, random)?;
        let records = bound.draw(random);
        let mut wide = vec![0; records.len()];
        let columns: Vec<Vec<u8>> = (0..bound.columns.len())
            .map(|column| records.iter().map(|record| record.codes[column]).collect())
            .collect();
        let columns: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
        bound.wide.grade(&columns, &mut wide).map_err(|refused| refused.to_string())?;
        seen.columns += columns.len();
        for (number, record) in records.iter().enumerate() {
            let failed = |what| format!("{what}\n{}", record.text);
            let outcome = bound.hold_grade(record, wide[number]).map_err(failed)?;
            seen.add(&outcome);
            if number % PROVED == 0 {
                seen.proofs += usize::from(bound.hold_proof(record).map_err(failed)?);
            }
        }
        Ok(())
    });
    println!("{seen:?}");
    let is_enough = seen.graded > 1_000 && seen.open > 1_000 && seen.contradictions > 100 && seen.proofs > 1_000;
    assert!(!is_full || is_enough, "little was held: {seen:?}");
}

impl Seen {
    fn add(&mut self, outcome: &Outcome) {
        self.records += 1;
        self.graded += usize::from(outcome.word().is_some());
        self.open += usize::from(matches!(outcome, Outcome::Status(Status::Undetermined { .. })));
        self.contradictions += usize::from(matches!(outcome, Outcome::Contradiction(_)));
    }
}

/// A fact, or what is measured or decided, with all that records say of it, bound by keys and wide.
struct Column {
    name: String,
    words: Vec<String>,
    how: How,
    texts: Texts,
}

enum How {
    Words { keys: Words, wide: Words },
    Numbers { keys: Box<Numbers>, wide: Box<Numbers> },
}

/// A record, told in every way.
struct Record<'b> {
    key: Key,
    /// The numbers of which the key tells only the range.
    numbers: Vec<(&'b str, Decimal)>,
    /// Its places in the columns of `Wide`.
    codes: Vec<u8>,
    values: Vec<FactValue>,
    text: String,
}

/// The same columns, bound in three ways.
struct Bound<'c> {
    columns: Vec<Column>,
    records: Records<'c>,
    by_values: Records<'c>,
    wide: Wide<'c>,
}

impl<'c> Bound<'c> {
    fn new(drawn: &'c Drawn, random: &mut Random) -> Result<Self, String> {
        let Drawn { model, compiled, .. } = drawn;
        let (mut keys, mut wide) = (Binding::new(compiled).unwrap(), Wide::new(compiled).unwrap());
        let mut by_values = Binding::new(compiled).unwrap();
        let mut columns = Vec::new();
        for name in names(model, random) {
            if let Some(column) = Column::bind(&mut keys, &mut wide, compiled, model, name, random)? {
                by_values.values(&column.name).unwrap();
                columns.push(column);
            }
        }
        Ok(Self { columns, records: keys.records(), by_values: by_values.records(), wide })
    }

    fn draw(&self, random: &mut Random) -> Vec<Record<'_>> {
        let count = if random.chance(10) { MANY } else { FEW };
        let gaps = [0, 5, 30][random.below(3)];
        (0..count).map(|_| Record::draw(&self.columns, gaps, random)).collect()
    }

    fn hold_grade(&self, record: &Record<'_>, wide: u16) -> Result<Outcome, String> {
        let by_values = self.by_values.outcome(self.by_values.grade_values(&record.values).unwrap());
        let by_key = self.records.outcome(self.records.grade(record.key));
        let wide = self.wide.outcome(wide);
        if by_key != by_values || wide != by_values {
            return Err(format!("by key {by_key:?}\nby values {by_values:?}\nwide {wide:?}"));
        }
        Ok(by_values)
    }

    /// Whether there is a proof, and the same in every way.
    fn hold_proof(&self, record: &Record<'_>) -> Result<bool, String> {
        let json = |proof: Option<Proof>| proof.map(|proof| serde_json::to_string(&proof).unwrap());
        let by_key = json(self.records.proof_with(record.key, &record.numbers));
        let by_values = json(self.by_values.proof_of_values(&record.values).unwrap());
        let mut written = String::new();
        let written = self.records.write_proof(record.key, &record.numbers, &mut written).then_some(written);
        if by_key != by_values || written != by_key {
            return Err(format!("proof by key {by_key:?}\nby values {by_values:?}\nwritten {written:?}"));
        }
        Ok(by_key.is_some())
    }
}

/// What is bound: most facts and measures that claims see, and some of what is derived and decided, but not the result.
fn names(model: &Model, random: &mut Random) -> Vec<Name> {
    let result = Name::Decision(model.decisions.len() - 1);
    let all = (0..model.facts.len())
        .map(Name::Fact)
        .chain((0..model.measures.len()).map(Name::Measure))
        .chain((0..model.derived.len()).map(Name::Derived))
        .chain((0..model.decisions.len()).map(Name::Decision));
    let mut names = vec![Name::Kind];
    for name in all.filter(|name| model.visible(*name, Scope::Claim) && *name != result) {
        let percent = match name {
            Name::Fact(_) | Name::Measure(_) => 85,
            Name::Derived(_) => 15,
            _ => 10,
        };
        if random.chance(percent) {
            names.push(name);
        }
    }
    names
}

impl Column {
    /// Nothing if neither way of binding takes it.
    fn bind(
        keys: &mut Binding<'_>,
        wide: &mut Wide<'_>,
        compiled: &Compiled,
        model: &Model,
        of: Name,
        random: &mut Random,
    ) -> Result<Option<Self>, String> {
        let (name, typed) = (of.text(), model.typed(of));
        let mut words = words_of(model, of, &typed);
        let unknowns = unknowns(&typed.unknowns);
        let texts = || Binding::new(compiled).unwrap().texts(&name).unwrap();
        let is_number = matches!(typed.kind, Kind::Count | Kind::Number);
        if is_number
            && random.chance(60)
            && let Ok(keys) = keys.numbers(&name, &strs(&unknowns))
        {
            let wide = wide.numbers(&name, &strs(&unknowns));
            let wide = Box::new(wide.map_err(|refused| format!("wide takes no numbers: {refused}"))?);
            words.retain(|word| keys.of_decimal(word.parse().unwrap()).is_some());
            words.extend(unknowns);
            let (texts, how) = (texts(), How::Numbers { keys: Box::new(keys), wide });
            return Ok(Some(Self { name, words, how, texts }));
        }
        words.extend(unknowns);
        let words = random.shuffled(words);
        match (keys.words(&name, &strs(&words)), wide.words(&name, &strs(&words))) {
            (Ok(keys), Ok(wide)) => {
                let (texts, how) = (texts(), How::Words { keys, wide });
                Ok(Some(Self { name, words, how, texts }))
            }
            (Err(_), Err(_)) => Ok(None),
            (Err(refused), Ok(_)) => Err(format!("only wide takes the words of {name}: {refused}")),
            (Ok(_), Err(refused)) => Err(format!("only keys take the words of {name}: {refused}")),
        }
    }

    /// The key and the place in the column of `Wide` for a word.
    fn key(&self, word: &str) -> (Key, Key) {
        match &self.how {
            How::Words { keys, wide } => {
                let place = place(&self.words, word);
                (keys.at(place).unwrap(), wide.at(place).unwrap())
            }
            How::Numbers { keys, wide } => match word.parse() {
                Ok(number) => (keys.of_decimal(number).unwrap(), wide.of_decimal(number).unwrap()),
                Err(_) => (keys.unknown(word).unwrap(), wide.unknown(word).unwrap()),
            },
        }
    }
}

/// What can be known of something, as words.
fn words_of(model: &Model, name: Name, typed: &Typed) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match &typed.kind {
        // A kind of claims that no rule knows.
        _ if name == Name::Kind => owned(&[&KINDS[..], &["kc"]].concat()),
        Kind::Flag => owned(&["yes", "no"]),
        Kind::Words { words, .. } => owned(words),
        Kind::Date => DAYS.iter().flat_map(|of| [of - 1, *of, of + 1]).map(day).collect(),
        Kind::Count | Kind::Number => {
            let bounds = match name {
                Name::Fact(fact) => (model.facts[fact].least, model.facts[fact].greatest),
                _ => (None, None),
            };
            let can_be = |word: &&str| {
                let number: f64 = word.parse().unwrap();
                (typed.kind == Kind::Number || number >= 0.0 && number.fract() == 0.0)
                    && bounds.0.is_none_or(|least| number >= least as f64)
                    && bounds.1.is_none_or(|greatest| number <= greatest as f64)
            };
            NUMBERS.iter().filter(|word| can_be(word)).map(|word| (*word).to_owned()).collect()
        }
    }
}

impl<'b> Record<'b> {
    /// Draws a record, of which so many of a hundred facts are missing.
    fn draw(columns: &'b [Column], gaps: usize, random: &mut Random) -> Self {
        let (mut numbers, mut codes, mut values, mut told) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut record_key = Key::default();
        for column in columns {
            let known: Vec<&str> = strs(&column.words).into_iter().filter(|word| *word != "missing").collect();
            let is_missing = random.chance(gaps) || known.is_empty();
            let word = if is_missing { "missing" } else { known[random.below(known.len())] };
            let (key, code) = column.key(word);
            if let (How::Numbers { .. }, Ok(number)) = (&column.how, word.parse()) {
                numbers.push((column.name.as_str(), number));
            }
            record_key = record_key + key;
            codes.push(code.number() as u8);
            values.push(column.texts.value(word).unwrap());
            told.push(format!("{}={word}", column.name));
        }
        Self { key: record_key, numbers, codes, values, text: told.join(" ") }
    }
}
