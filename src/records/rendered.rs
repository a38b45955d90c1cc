//! Proofs of records as JSON text: rendered once for each key, with holes for the numbers.

use std::fmt::Write as _;
use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;
use rust_decimal::Decimal;

use super::work::Alike;
use super::{Key, Records};
use crate::grade::GivenValues;
use crate::value::FactValue;

/// How many bytes of rendered proofs are remembered.
const MOST_BYTES: usize = 256 << 20;

/// What was rendered, by key.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    known: RwLock<(HashMap<u64, Template, foldhash::fast::FixedState>, usize)>,
}

/// The proof of a key.
#[derive(Debug)]
enum Template {
    /// There is none.
    None,
    /// It is rendered each time: its text is not the same but for the numbers.
    Apart,
    /// The text before each hole with the place of the number in it, and the text after the last.
    Text { holes: Box<[(Box<str>, usize)]>, numbers: Box<[Alike]>, last: Box<str> },
}

impl Template {
    fn bytes(&self) -> usize {
        match self {
            Self::Text { holes, last, .. } => holes.iter().map(|(text, _)| text.len()).sum::<usize>() + last.len(),
            Self::None | Self::Apart => 0,
        }
    }
}

impl Records<'_> {
    /// Adds the proof of a record to a text, as JSON: that of [`Records::proof_with`], by its key and the numbers that were
    /// bound. Whether there is a proof; otherwise nothing is added.
    ///
    /// ```
    /// use evigrade::records::Binding;
    /// use evigrade::{Compiled, Frameworks};
    ///
    /// let frameworks = Frameworks::built_in();
    /// let compiled = Compiled::new(frameworks.find("ocebm-2011")?)?;
    /// let mut binding = Binding::new(&compiled)?;
    /// let question = binding.words("kind", &["efficacy", "harm"])?;
    /// let records = binding.records();
    /// let mut json = String::new();
    /// assert!(records.write_proof(question.at(0).expect("it is the first word"), &[], &mut json));
    /// assert_eq!(json, serde_json::to_string(&records.proof(question.at(0).expect("as before"))).expect("it is text"));
    /// # Ok::<(), evigrade::Refused>(())
    /// ```
    pub fn write_proof(&self, key: Key, numbers: &[(&str, Decimal)], json: &mut String) -> bool {
        if let Some(template) = self.rendered.known.read().unwrap_or_else(PoisonError::into_inner).0.get(&key.number())
        {
            return self.write(template, key, numbers, json);
        }
        let template = self.new_template(key);
        let is_proof = self.write(&template, key, numbers, json);
        let mut known = self.rendered.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.1 + template.bytes() < MOST_BYTES {
            known.1 += template.bytes();
            known.0.insert(key.number(), template);
        }
        is_proof
    }

    fn write(&self, template: &Template, key: Key, numbers: &[(&str, Decimal)], json: &mut String) -> bool {
        match template {
            Template::None => false,
            Template::Text { holes, numbers: alike, last } if are_plain(alike, numbers) => {
                for (text, place) in holes {
                    json.push_str(text);
                    let number = alike.get(*place).and_then(|alike| told(numbers, alike));
                    number.into_iter().for_each(|number| push(json, number));
                }
                json.push_str(last);
                true
            }
            Template::Text { .. } | Template::Apart => self.render(key, numbers, json),
        }
    }

    fn render(&self, key: Key, numbers: &[(&str, Decimal)], json: &mut String) -> bool {
        let proof = self.proof_with(key, numbers);
        let text = proof.and_then(|proof| serde_json::to_string(&proof).ok());
        json.push_str(text.as_deref().unwrap_or_default());
        text.is_some()
    }

    #[cold]
    fn new_template(&self, key: Key) -> Template {
        let given = self.worker.given(&self.values_of(key));
        let Some(base) = self.text_of(&given) else { return Template::None };
        let (mut holes, mut numbers) = (Vec::new(), Vec::new());
        // All numbers otherwise, and all otherwise again.
        let mut checks = [given.clone(), given.clone()];
        for (number, alike) in self.worker.numbers_of(key.number()) {
            let others = others(&alike, number);
            let other = others.first().unwrap_or(&number);
            for (check, place) in checks.iter_mut().zip([1, others.len().saturating_sub(1)]) {
                let other = others.get(place).unwrap_or(other);
                check.insert(alike.name.clone(), FactValue::from(*other));
            }
            let mut changed = given.clone();
            changed.insert(alike.name.clone(), FactValue::from(*other));
            let found = self.text_of(&changed).and_then(|text| aligned(&base, &text, number, *other));
            let Some(found) = found else { return Template::Apart };
            holes.extend(found.into_iter().map(|start| (start, text_of(number).len(), numbers.len())));
            numbers.push(alike);
        }
        holes.sort_unstable();
        let mut parts = Vec::new();
        let mut from = 0;
        for (start, length, name) in holes {
            let Some(text) = base.get(from..start) else { return Template::Apart };
            parts.push((text.into(), name));
            from = start + length;
        }
        let template = Template::Text {
            holes: parts.into(),
            numbers: numbers.into(),
            last: base.get(from..).unwrap_or_default().into(),
        };
        let holds = |check: &GivenValues| self.text_of(check).is_some_and(|text| template.filled(check) == Some(text));
        if checks.iter().all(holds) { template } else { Template::Apart }
    }

    fn text_of(&self, given: &GivenValues) -> Option<String> {
        serde_json::to_string(&self.worker.proof(given)?).ok()
    }
}

impl Template {
    /// The text with the numbers of some values.
    fn filled(&self, given: &GivenValues) -> Option<String> {
        let Self::Text { holes, numbers, last } = self else { return None };
        let mut filled = String::new();
        for (text, place) in holes {
            filled.push_str(text);
            push(&mut filled, given.get(&numbers.get(*place)?.name)?.number()?);
        }
        Some(filled + last)
    }
}

/// Other numbers that are alike: the nearest first, the least last.
fn others(alike: &Alike, number: Decimal) -> Vec<Decimal> {
    let steps = [3, 17, -3, 1, -1, 2, -2, 5, 1_000_003].map(Decimal::from);
    let parts = [25, -25, 7, -7].into_iter().flat_map(|part| [Decimal::new(part, 2), Decimal::new(part, 5)]);
    let near = steps.into_iter().chain(parts).filter_map(|step| number.checked_add(step));
    let least = (0..4).map(Decimal::from).rev();
    let all = near.chain(least).map(|other| other.normalize());
    all.filter(|other| *other != number && alike.has(*other)).collect()
}

/// The number of a fact among those that are told.
fn told(numbers: &[(&str, Decimal)], alike: &Alike) -> Option<Decimal> {
    numbers.iter().find(|(name, _)| alike.name == **name).map(|(_, number)| *number)
}

/// Whether all numbers of a key are told, are of it, and are written as they are normalised.
fn are_plain(alike: &[Alike], numbers: &[(&str, Decimal)]) -> bool {
    numbers.len() == alike.len()
        && alike.iter().all(|alike| told(numbers, alike).is_some_and(|number| is_plain(number) && alike.has(number)))
}

/// Whether a number is written as it is normalised.
fn is_plain(number: Decimal) -> bool {
    number.scale() == 0 || number.normalize().scale() == number.scale()
}

fn text_of(number: Decimal) -> String {
    let mut text = String::new();
    push(&mut text, number);
    text
}

fn push(text: &mut String, number: Decimal) {
    // It is written to memory.
    let _ = match i64::try_from(number.mantissa()) {
        Ok(whole) if number.scale() == 0 => write!(text, "{whole}"),
        _ => write!(text, "{number}"),
    };
}

/// Where in a text a number stands, if the other text is the same but for another number there.
fn aligned(text: &str, other_text: &str, number: Decimal, other: Decimal) -> Option<Vec<usize>> {
    let (number, other) = (text_of(number), text_of(other));
    let common = number.bytes().zip(other.bytes()).take_while(|(one, two)| one == two).count();
    let (text, other_text) = (text.as_bytes(), other_text.as_bytes());
    let (mut at, mut other_at, mut found) = (0, 0, Vec::new());
    loop {
        let rest = text.get(at..)?.iter().zip(other_text.get(other_at..)?);
        let same = rest.take_while(|(one, two)| one == two).count();
        (at, other_at) = (at + same, other_at + same);
        if at == text.len() && other_at == other_text.len() {
            return Some(found);
        }
        let (start, other_start) = (at.checked_sub(common)?, other_at.checked_sub(common)?);
        let is_number = text[start..].starts_with(number.as_bytes());
        if !is_number || !other_text[other_start..].starts_with(other.as_bytes()) {
            return None;
        }
        found.push(start);
        (at, other_at) = (start + number.len(), other_start + other.len());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test says what it expects")]

    use rust_decimal::Decimal;

    use super::Template;
    use crate::records::{Binding, Key};
    use crate::{Compiled, Frameworks};

    /// Whatever numbers are bound under whatever framework: a proof from holes is the proof itself.
    #[test]
    fn holes_say_what_proofs_say() {
        let told =
            ["0", "1", "2", "3", "7", "12", "40", "0.5", "0.31", "1.25", "2.0", "150", "400", "99999", "-2", "-0.7"];
        let told = told.map(|number| number.parse::<Decimal>().expect("it is a number"));
        let (mut compared, mut with_holes) = (0, 0);
        for framework in Frameworks::built_in().iter() {
            let compiled = Compiled::new(framework).expect("it compiles");
            let Ok(mut binding) = Binding::new(&compiled) else { continue };
            let names: Vec<String> = binding.names();
            let mut numbers = Vec::new();
            for name in &names {
                if numbers.len() < 3
                    && let Ok(bound) = binding.numbers(name, &[])
                {
                    numbers.push((name.as_str(), bound));
                }
            }
            let words: Vec<_> = names.iter().filter_map(|name| binding.texts(name).ok()).take(6).collect();
            let records = binding.records();
            for round in 0..40 {
                let (mut key, mut said) = (Key::default(), Vec::new());
                for (place, (name, numbers)) in numbers.iter().enumerate() {
                    let some = told.iter().cycle().skip(round * 7 + place * 5).take(told.len());
                    let fits = some.filter_map(|number| Some((number, numbers.of_decimal(*number)?)));
                    let (number, of) = fits.take(1).next().expect("some number fits");
                    said.push((*name, *number));
                    key = key + of;
                }
                for (place, texts) in words.iter().enumerate() {
                    key = key + texts.keys[(round * 3 + place * 11) % texts.keys.len()];
                }
                let mut json = String::from("before ");
                let has_proof = records.write_proof(key, &said, &mut json);
                let proof = records.proof_with(key, &said);
                let text = proof.map(|proof| serde_json::to_string(&proof).expect("it is text"));
                assert_eq!(has_proof, text.is_some());
                assert_eq!(json, format!("before {}", text.unwrap_or_default()), "{} {said:?}", framework.id);
                compared += 1;
                let template = records.new_template(key);
                with_holes += usize::from(matches!(&template, Template::Text { holes, .. } if !holes.is_empty()));
            }
        }
        assert!(compared > 1_000 && with_holes > 100, "{compared} compared, {with_holes} with holes");
    }

    #[test]
    fn a_number_of_another_key_is_refused() {
        let frameworks = Frameworks::built_in();
        let compiled = Compiled::new(frameworks.find("ahrq-soe").expect("it is built in")).expect("it compiles");
        let mut binding = Binding::new(&compiled).expect("it has a result");
        let participants = binding.numbers("participants", &[]).expect("it is a number");
        let records = binding.records();
        let (few, many) = (Decimal::from(3), Decimal::from(100_000));
        let key = participants.of_decimal(few).expect("it fits");
        assert_ne!(Some(key), participants.of_decimal(many));
        let mut json = String::new();
        assert!(records.write_proof(key, &[("participants", few)], &mut json));
        assert!(json.contains('3'));
        assert!(!records.write_proof(key, &[("participants", many)], &mut String::new()));
    }
}
