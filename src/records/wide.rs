//! Records of more facts than one table tells apart: all conditions are asked of a thousand records at once, a bit each.
//!
//! A record's [`Key`](super::Key) is one number, so that rules over many facts have more keys than there are numbers. Here each
//! fact is a column of small codes, and the cost of a record grows with the rules and facts. A record whose result hangs on what is missing, derived or
//! assumed is worked out by itself, each different one once.

mod bits;
mod program;

use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;

use self::bits::{BLOCK, Bits, by_code};
use self::program::{Cells, Program};
use super::column::{Flags, Numbers, Words};
use super::work::Worker;
use super::{Key, MOST_REMEMBERED, Outcome, Outcomes};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::grade::evaluator::Evaluator;
use crate::grade::frame::Answer;
use crate::name::Name;
use crate::value::FactValue;

/// How many values a column may have.
const MOST_VALUES: usize = 256;

/// Grades records of many facts by columns of codes.
///
/// ```
/// use evigrade::records::Wide;
/// use evigrade::{Compiled, Frameworks};
///
/// let frameworks = Frameworks::built_in();
/// let compiled = Compiled::new(frameworks.find("ocebm-2011")?)?;
/// let mut wide = Wide::new(&compiled)?;
/// wide.words("kind", &["efficacy", "harm"])?;
/// let mut grades = [0; 3];
/// wide.grade(&[&[0, 1, 0]], &mut grades)?;
/// assert_eq!(grades[0], grades[2]);
/// # Ok::<(), evigrade::Refused>(())
/// ```
#[derive(Debug)]
pub struct Wide<'c> {
    compiled: &'c Compiled,
    worker: Worker<'c>,
    /// For each column the place of each code among the values that rules tell apart.
    columns: Vec<Box<[usize]>>,
    /// What is asked; nothing where all records have to be looked at one by one.
    program: Option<Program>,
    outcomes: RwLock<Outcomes>,
    known: RwLock<HashMap<Box<[u8]>, u16, foldhash::fast::FixedState>>,
}

impl<'c> Wide<'c> {
    /// Of what a framework makes of claims, or of studies where it appraises these, as of records by their keys.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework has no result.
    pub fn new(compiled: &'c Compiled) -> Result<Self, Refused> {
        let worker = Worker::new(compiled)?;
        let (on, position) = worker.result();
        let program = Program::new(compiled, on, position);
        let mut outcomes = Outcomes::default();
        for word in worker.words() {
            outcomes.number(Outcome::level(word));
        }
        let outcomes = RwLock::new(outcomes);
        Ok(Self { compiled, worker, columns: Vec::new(), program, outcomes, known: RwLock::default() })
    }

    /// The names that can be bound.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.worker.names()
    }

    /// Binds a fact that is one of some words, also `missing` or another unknown. The code of a word is its place.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework knows no such name, it was bound before, it cannot say one of the words, or there are more
    /// than 256.
    pub fn words(&mut self, fact: &str, words: &[&str]) -> Result<Words, Refused> {
        let name = self.worker.name_of(fact)?;
        let values = self.worker.word_values(&name, words)?;
        Ok(Words { keys: self.bind(name, values)? })
    }

    /// Binds a fact that is not so, 0, or is so, 1; or one of some unknowns, whose codes are those after them.
    ///
    /// # Errors
    ///
    /// As of words, and [`Refused`] if it is no flag.
    pub fn flags(&mut self, fact: &str, unknowns: &[&str]) -> Result<Flags, Refused> {
        let name = self.worker.name_of(fact)?;
        let values = self.worker.flag_values(&name, unknowns)?;
        Ok(Flags::new(&self.bind(name, values)?, unknowns))
    }

    /// Binds a number, whose codes its keys tell; or one of some unknowns.
    ///
    /// # Errors
    ///
    /// As of words, and [`Refused`] if it is no number, or the framework computes with it.
    pub fn numbers(&mut self, fact: &str, unknowns: &[&str]) -> Result<Numbers, Refused> {
        let name = self.worker.name_of(fact)?;
        let (scale, values) = self.worker.number_values(&name, unknowns)?;
        let known = values.len() - unknowns.len();
        Ok(Numbers::new(scale, &self.bind(name, values)?, known, unknowns))
    }

    fn bind(&mut self, name: Name, values: Vec<FactValue>) -> Result<Box<[Key]>, Refused> {
        if values.len() > MOST_VALUES {
            let message = format!("`{name}` has {} values, and codes of 8 bits tell {MOST_VALUES} apart", values.len());
            return Err(Diagnostic::error(Code::TooLarge, message).help("bind fewer words of it").into());
        }
        let codes = (0..values.len() as u64).map(Key::from).collect();
        let (_, places) = self.worker.bind(name, values, 1)?;
        self.columns.push(places.into());
        Ok(codes)
    }

    /// The number of what comes of each record, by the codes of its facts in columns in the order in which these were bound.
    /// Numbers from 0 on are those of the words that the result can be, as of [`Records::grade`](super::Records::grade).
    ///
    /// # Errors
    ///
    /// [`Refused`] if there is not one column for each fact, columns are not as long as there are grades, or a code is none of
    /// those that were bound.
    pub fn grade(&self, columns: &[&[u8]], grades: &mut [u16]) -> Result<(), Refused> {
        self.check(columns, grades.len())?;
        let levels = self.levels();
        let mut cells = self.untold();
        let bound = (0..columns.len()).flat_map(|column| self.worker.variables(column)).copied().collect();
        let mut found = Vec::new();
        for (block, grades) in grades.chunks_mut(BLOCK).enumerate() {
            let rows = block * BLOCK..block * BLOCK + grades.len();
            let mut left = Bits::first(grades.len());
            if let Some(program) = &self.program {
                for (column, codes) in columns.iter().enumerate() {
                    by_code(&codes[rows.clone()], self.columns[column].len(), &mut found);
                    self.fill(column, &found, &mut cells);
                }
                let result = program.run(self.compiled, &mut cells, &bound);
                for (records, level) in result.iter().zip(&levels) {
                    let Some(level) = level else { continue };
                    let records = records.and(&left);
                    records.places().for_each(|place| grades[place] = *level);
                    left = left.but(&records);
                }
            }
            for place in left.places() {
                grades[place] = self.one(columns, rows.start + place);
            }
        }
        Ok(())
    }

    /// The records in each cell of each variable while nothing is told of any: of what holds by default all are in one.
    fn untold(&self) -> Vec<Cells> {
        let variables = self.compiled.level(self.worker.result().0).space.iter();
        let untold = variables.zip(self.worker.unbound()).map(|((_, variable), default)| {
            let is_default = |cell: usize| default.is_some_and(|default| usize::from(default) == cell);
            let cells = 0..variable.domain.cells();
            cells.map(|cell| if is_default(cell) { Bits::ALL } else { Bits::NONE }).collect()
        });
        untold.collect()
    }

    /// Puts the records of each code of a column into the cells of its variables.
    fn fill(&self, column: usize, by_code: &[Bits], cells: &mut [Cells]) {
        for (place, variable) in self.worker.variables(column).iter().enumerate() {
            let cells = &mut cells[variable.index()];
            cells.fill(Bits::NONE);
            for (code, records) in by_code.iter().enumerate() {
                let cell = self.worker.cell(column, self.columns[column][code]).cell(place);
                if let Some(known) = cell.and_then(|cell| cells.get_mut(usize::from(cell))) {
                    *known = known.or(records);
                }
            }
        }
    }

    /// The number of each cell of the result.
    fn levels(&self) -> Vec<Option<u16>> {
        let (on, position) = self.worker.result();
        let decision = &self.compiled.level(on).decisions[position];
        let evaluator = Evaluator::by_table(self.compiled, on);
        let mut outcomes = self.outcomes.write().unwrap_or_else(PoisonError::into_inner);
        let cells = self.compiled.level(on).space.get(decision.output).domain.known_cells();
        let level = |cell: usize| {
            let value = evaluator.value_of(decision, Answer::Cell(u16::try_from(cell).ok()?));
            Some(outcomes.number(Outcome::level(value.to_string().into())))
        };
        (0..cells).map(level).collect()
    }

    /// What comes of one record by itself.
    fn one(&self, columns: &[&[u8]], row: usize) -> u16 {
        let codes: Box<[u8]> = columns.iter().map(|codes| codes[row]).collect();
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&codes) {
            return *known;
        }
        let value = |(column, code): (usize, &u8)| {
            let place = self.columns[column][usize::from(*code)];
            self.worker.cell(column, place).value.clone()
        };
        let values: Vec<FactValue> = codes.iter().enumerate().map(value).collect();
        let outcome = self.worker.outcome_of_values(&self.worker.given(&values));
        let number = self.outcomes.write().unwrap_or_else(PoisonError::into_inner).number(outcome);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_REMEMBERED {
            known.insert(codes, number);
        }
        number
    }

    fn check(&self, columns: &[&[u8]], rows: usize) -> Result<(), Refused> {
        let wrong = |message: String| Err(Diagnostic::error(Code::WrongType, message).into());
        if columns.len() != self.columns.len() {
            return wrong(format!("{} facts were bound, and there are {} columns", self.columns.len(), columns.len()));
        }
        for ((name, ..), (codes, bound)) in self.worker.bound().zip(columns.iter().zip(&self.columns)) {
            if codes.len() != rows {
                return wrong(format!("the column of `{name}` has {} rows, and there are {rows}", codes.len()));
            }
            if codes.iter().copied().max().is_some_and(|most| usize::from(most) >= bound.len()) {
                let row = codes.iter().position(|code| usize::from(*code) >= bound.len()).unwrap_or_default();
                let message = format!("row {row} of `{name}` is {}, and {} values were bound", codes[row], bound.len());
                let refused = Diagnostic::error(Code::UnknownValue, message);
                return Err(refused.help("rows and values are counted from 0").into());
            }
        }
        Ok(())
    }

    /// What a number stands for.
    #[must_use]
    pub fn outcome(&self, number: u16) -> Outcome {
        self.outcomes.read().unwrap_or_else(PoisonError::into_inner).outcome(number)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test says what it expects")]

    use super::Wide;
    use crate::value::FactValue;
    use crate::{Compiled, Frameworks};

    /// Whatever is bound under whatever framework: columns come to what records come to one by one.
    #[test]
    fn columns_say_what_values_say_under_every_framework() {
        let (mut state, mut by_bits, mut all) = (1_u64, 0, 0);
        let mut below = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or_default() % most.max(1)
        };
        for framework in Frameworks::built_in().iter() {
            let compiled = Compiled::new(framework).expect("it compiles");
            for share in [1, 3, 2, 4, 3] {
                let Ok(mut wide) = Wide::new(&compiled) else { continue };
                let mut counts = Vec::new();
                for name in wide.names() {
                    let name = wide.worker.name_of(&name).expect("it can be bound");
                    let reader = wide.worker.reader(&name).expect("it can be read");
                    // What is missing is the last of its values.
                    let mut values = reader.representatives();
                    if share == 1 && values.len() > 1 {
                        values.pop();
                    }
                    if below(share) == 0 && values.len() <= super::MOST_VALUES && !wide.worker.is_computed_with(&name) {
                        counts.push(values.len());
                        wide.bind(name, values).expect("it is not bound yet");
                    }
                }
                // Sometimes more than two blocks.
                let rows = if below(5) == 0 { 2 * super::BLOCK + 40 } else { 70 };
                let columns: Vec<Vec<u8>> =
                    counts.iter().map(|count| (0..rows).map(|_| below(*count) as u8).collect()).collect();
                let columns: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
                let mut grades = vec![0; rows];
                wide.grade(&columns, &mut grades).expect("all codes were bound");
                by_bits += rows - wide.known.read().expect("no thread fails").len();
                all += rows;
                for (row, grade) in grades.iter().enumerate().step_by(if rows > 70 { 61 } else { 5 }) {
                    let value = |(column, codes): (usize, &&[u8])| {
                        wide.worker.cell(column, wide.columns[column][usize::from(codes[row])]).value.clone()
                    };
                    let values: Vec<FactValue> = columns.iter().enumerate().map(value).collect();
                    let outcome = wide.worker.outcome_of_values(&wide.worker.given(&values));
                    let names: Vec<_> = wide.worker.bound().map(|(name, ..)| name.clone()).collect();
                    assert_eq!(wide.outcome(*grade), outcome, "{} {values:?} {names:?}", framework.id);
                }
            }
        }
        assert!(by_bits > 300, "{by_bits} of {all} records were told by bits");
    }
}
