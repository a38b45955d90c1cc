//! Counting: how often each value of a decision comes out over all combinations of facts.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use rust_decimal::Decimal;

use super::Compiled;
use super::diagram::VariableId;
use super::level::Level;
use super::space::{Domain, Role};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::Span;
use crate::framework::Enumeration;
use crate::name::{Name, Word, nearest};
use crate::value::Unknown;

impl Compiled {
    /// The cells that an enumeration combines or holds fixed, by variable; nothing if it names what is not there.
    pub(crate) fn combined(&self, enumeration: &Enumeration) -> Option<BTreeMap<VariableId, FixedBitSet>> {
        let level = self.level(self.framework().decision(enumeration.decision.as_str())?.on);
        let mut combined = BTreeMap::new();
        let listed = enumeration.over.iter().map(|(name, _, values)| (name, values.clone()));
        let given =
            enumeration.given.iter().map(|given| (&given.name, Some(vec![Word::from(given.value.value.to_string())])));
        for (name, values) in listed.chain(given) {
            let open = level.space.value_of(name.as_str())?;
            for variable in level.space.closed_of(name.as_str()).into_iter().chain([open]) {
                let domain = &level.space.get(variable).domain;
                let mut cells = FixedBitSet::with_capacity(domain.cells());
                match &values {
                    None => cells.insert_range(..domain.known_cells()),
                    Some(values) => {
                        for value in values {
                            cells.insert(usize::from(cell_of(domain, value)?));
                        }
                    }
                }
                combined.insert(variable, cells);
            }
        }
        Some(combined)
    }

    /// Counts exactly, on the diagrams, how often each value of an enumeration's decision comes
    /// out over all combinations that it lists. Combinations for which no rule answers are counted
    /// under `gap`; values that never come out are left out.
    ///
    /// # Errors
    ///
    /// Names that the enumeration gets wrong, and facts that matter to the decision but are
    /// neither listed nor given.
    pub fn count(&self, enumeration: &Enumeration) -> Result<BTreeMap<Word, u128>, Refused> {
        let refused =
            |message: String, span: &Span| Refused::from(Diagnostic::error(Code::EnumerationFailed, message).at(span));
        let Some(decision) = self.framework().decision(enumeration.decision.as_str()) else {
            let name = enumeration.decision.as_str();
            let near = nearest(name, self.framework().decisions.iter().map(|decision| decision.name.as_str()));
            let message = format!("there is no decision `{name}`");
            let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&enumeration.span);
            return Err(diagnostic.did_you_mean(near).into());
        };
        let level = self.level(decision.on);
        let mut over: Vec<(VariableId, Vec<u16>)> = Vec::new();
        let mut opaque = BTreeSet::new();
        for (name, span, values) in &enumeration.over {
            let variable = level.space.value_of(name.as_str()).ok_or_else(|| unread(level, name, span))?;
            let domain = &level.space.get(variable).domain;
            let cells = match values {
                None => (0..domain.known_cells()).filter_map(|cell| u16::try_from(cell).ok()).collect(),
                Some(values) => {
                    let mut cells = Vec::with_capacity(values.len());
                    for value in values {
                        cells.push(cell_of(domain, value).ok_or_else(|| never(name, value, span))?);
                    }
                    cells
                }
            };
            if level.decision_of(variable).is_some() {
                opaque.insert(variable);
            }
            // A decision that asks whether it is missing reads it under another variable.
            let closed = level.space.closed_of(name.as_str());
            let reads = |variable: &VariableId| {
                let value = self.position(decision.on, &decision.name).map(|position| &level.decisions[position]);
                value
                    .and_then(|compiled| compiled.value)
                    .is_some_and(|value| level.diagrams.reads_any(value, &[*variable]))
            };
            over.push((closed.filter(reads).unwrap_or(variable), cells));
        }
        let mut fixed: BTreeMap<VariableId, u16> = BTreeMap::new();
        for given in &enumeration.given {
            let (name, span) = (&given.name, &given.name_span);
            let variable = level.space.value_of(name.as_str()).ok_or_else(|| unread(level, name, span))?;
            if level.decision_of(variable).is_some() {
                opaque.insert(variable);
            }
            let value = Word::from(given.value.value.to_string());
            let cell = cell_of(&level.space.get(variable).domain, &value);
            fixed.insert(variable, cell.ok_or_else(|| never(name, &value, &given.value.span))?);
        }
        over.sort_by_key(|(variable, _)| *variable);
        let too_large = || refused(format!("`{}` is too large to be counted", decision.name), &enumeration.span);
        let position = self.position(decision.on, &decision.name);
        let chain = self.chain(decision.on, &opaque, &position.into_iter().collect()).ok_or_else(too_large)?;
        let value = position.and_then(|position| chain.values[position]).ok_or_else(too_large)?;
        let fix = |variable: VariableId| {
            // Where it is asked whether something is missing, it is not.
            let known = level.space.get(variable);
            let open = level.space.value_of(known.name.as_str()).filter(|_| known.role == Role::Closed);
            fixed.get(&open.unwrap_or(variable)).copied()
        };
        let counts = chain.diagrams.count(value, &over, &fix).ok_or_else(|| {
            let listed =
                |variable: &VariableId| over.iter().any(|(listed, _)| listed == variable) || fix(*variable).is_some();
            let support = chain.diagrams.support(value, &|_| super::diagram::Cells::Any).unwrap_or_default();
            let others: Vec<String> = support
                .into_iter()
                .filter(|variable| !listed(variable))
                .map(|variable| format!("`{}`", level.space.get(variable).name))
                .collect();
            if others.is_empty() {
                return refused("there are too many combinations to count".to_owned(), &enumeration.span);
            }
            let message = format!("`{}` also hangs on {}", decision.name, others.join(", "));
            let help = "list what is combined under `over`, and what is held fixed under `given`";
            Diagnostic::error(Code::EnumerationFailed, message).at(&enumeration.span).help(help).into()
        })?;
        let mut named = BTreeMap::new();
        for (value, count) in counts {
            *named.entry(level.shown_value(position.unwrap_or(0), value).into()).or_default() += count;
        }
        Ok(named)
    }
}

fn unread(level: &Level, name: &Name, span: &Span) -> Refused {
    let near = nearest(name.as_str(), level.space.iter().map(|(_, variable)| variable.name.as_str()));
    let diagnostic = Diagnostic::error(Code::UnknownName, format!("no rule reads `{name}`")).at(span);
    diagnostic.did_you_mean_or(near, "leave it out: what no rule reads changes no count").into()
}

fn never(name: &Name, value: &Word, span: &Span) -> Refused {
    Diagnostic::error(Code::UnknownValue, format!("`{name}` is never `{value}`")).at(span).into()
}

fn cell_of(domain: &Domain, value: &Word) -> Option<u16> {
    let word = value.as_str();
    match (Unknown::from_word(word), word) {
        (Some(unknown), _) => domain.unknown_cell(unknown),
        (None, "yes" | "no") if domain.word_cell(word).is_none() => Some(u16::from(word == "yes")),
        _ => domain.word_cell(word).or_else(|| {
            let number: Decimal = word.parse().ok()?;
            domain.number_cell(number)
        }),
    }
}
