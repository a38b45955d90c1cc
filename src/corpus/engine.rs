//! What grades the claims of a corpus: by their rows where lanes tell all that matters, else from their items one by one.

use hashbrown::HashMap;

use super::facts::Facts;
use super::lanes::{APART, BROKEN, Effect, Plan};
use super::reading::{NO_KEY, Reading};
use super::seen::{Visible, is_read, is_visible_number, visible};
use crate::compile::Compiled;
use crate::compile::reach::wanted;
use crate::document::shape::Subject;
use crate::framework::names::Index;
use crate::framework::{Framework, Over};
use crate::grade::frame::{Preset, Slot};
use crate::grade::shared::tells_of_claim;
use crate::grade::{Computed, GivenValues, Status, child, evaluate_given, item};
use crate::name::Word;
use crate::records::{Outcome, Worker};
use crate::value::{FactValue, Value};

/// How many keys there may be for a place to be kept for each.
const MOST_PLACES: u64 = 1 << 22;
/// Of how many kinds links may be for a place to be kept for each.
const MOST_PLAIN_LINKS: u64 = 64;
/// Of how many claims rows are read at a time.
const MOST_READ: usize = 256;
/// The place of a key that was not met yet.
const UNKNOWN: u32 = u32::MAX;

/// What came of a claim, and what claims that rest on it see of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Face {
    pub(super) outcome: Outcome,
    seen: GivenValues,
    /// Whether something of it is open that others see.
    is_open: bool,
}

impl Face {
    fn is_broken(&self) -> bool {
        matches!(self.outcome, Outcome::Contradiction(_))
    }

    fn is_graded(&self) -> bool {
        !matches!(self.outcome, Outcome::Status(Status::NotApplicable(_)))
    }
}

type Known<K> = HashMap<K, u32, foldhash::fast::FixedState>;

/// An item as it is linked to a claim: what its key says, and its numbers.
pub(super) type ItemRow = (u64, Vec<i64>);

/// Grades claims.
#[derive(Debug)]
pub(super) struct Engine<'c> {
    compiled: &'c Compiled,
    worker: Worker<'c>,
    /// How many facts of claims are bound; what is bound after them are measures.
    claim_facts: usize,
    /// How many keys of claims there are.
    claim_size: u64,
    pub(super) items: Facts<'c>,
    pub(super) links: Facts<'c>,
    pub(super) of_items: Plan,
    pub(super) of_claims: Plan,
    item_readings: Vec<Reading>,
    claim_readings: Vec<Reading>,
    /// What is read from rows to which nothing was added.
    nothing_read: Option<(u64, u64)>,
    /// The strides and counts of facts of claims that their items see.
    shared: Vec<(u64, u64)>,
    /// What claims see of those that they rest on: by name, with its variable among those of claims.
    visible: Vec<Visible>,
    /// Whether lanes tell all that matters of a claim.
    by_lanes: bool,
    faces: Vec<Face>,
    by_face: Known<Face>,
    places: Vec<u32>,
    by_key: Known<u64>,
    effects: Vec<Effect>,
    item_effects: Known<(u64, u64)>,
    /// The same of items that see nothing of their claim, by their key.
    plain_effects: Vec<u32>,
    child_effects: Known<(u32, u64)>,
    /// The same of links of few kinds, by the face and then by the key of the link.
    plain_child_effects: Vec<u32>,
}

impl<'c> Engine<'c> {
    /// Of facts that were bound, those of claims to a worker with so many keys. Measures are bound to it here.
    pub(super) fn new(
        compiled: &'c Compiled,
        mut worker: Worker<'c>,
        claim_size: u64,
        items: Facts<'c>,
        links: Facts<'c>,
    ) -> Self {
        let index = Index::new(compiled.framework());
        let claim_facts = worker.bound().count();
        let shared = worker.bound().filter(|(name, ..)| is_read(&compiled.items, name));
        let shared: Vec<(u64, u64)> = shared.map(|(_, stride, count)| (stride, count)).collect();
        let visible = visible(compiled, &index);
        let wanted = wanted(compiled, Subject::Claim, visible.iter().filter_map(|seen| seen.variable));
        let is_wanted = |measure: usize| wanted.contains(&compiled.measures[measure].output);
        let of_items = Plan::new(compiled, Over::Evidence, &items, &is_wanted);
        let of_claims = Plan::new(compiled, Over::Claims, &links, &is_wanted);
        let mut by_lanes = of_items.is_whole && of_claims.is_whole && !is_visible_number(compiled, &index);
        let mut size = claim_size;
        let (mut item_readings, mut claim_readings) = (Vec::new(), Vec::new());
        for (plan, part) in of_items.parts_of().chain(of_claims.parts_of()) {
            let variable = compiled.claims.space.get(compiled.measures[part.measure].output);
            let domain = &variable.domain;
            let value = |cell: usize| u16::try_from(cell).ok().and_then(|cell| domain.value_in(cell));
            let values = (0..domain.cells()).map(|cell| value(cell).unwrap_or(FactValue::MISSING)).collect();
            let bound = worker.bind(variable.name.clone(), values, size);
            match bound.ok().filter(|_| !worker.is_computed_with(&variable.name)) {
                Some((more, places)) => {
                    let keys = places.into_iter().map(|place| place as u64 * size).collect();
                    let over = compiled.measures[part.measure].over;
                    let reading = Reading::new(compiled, &index, plan, part.clone(), keys);
                    let readings = if over == Over::Evidence { &mut item_readings } else { &mut claim_readings };
                    readings.push(reading);
                    size = more;
                }
                None => by_lanes = false,
            }
        }
        worker.write_out();
        let places = |size: u64, is_kept: bool| {
            let count = if is_kept && size <= MOST_PLACES { usize::try_from(size).unwrap_or_default() } else { 0 };
            vec![UNKNOWN; count]
        };
        let (places, plain_effects) = (places(size, by_lanes), places(items.size(), shared.is_empty()));
        let mut engine = Self {
            compiled,
            worker,
            claim_facts,
            claim_size,
            items,
            links,
            of_items,
            of_claims,
            item_readings,
            claim_readings,
            nothing_read: None,
            shared,
            visible,
            by_lanes,
            faces: Vec::new(),
            by_face: HashMap::default(),
            places,
            by_key: HashMap::default(),
            effects: Vec::new(),
            item_effects: HashMap::default(),
            plain_effects,
            child_effects: HashMap::default(),
            plain_child_effects: Vec::new(),
        };
        engine.read_nothing();
        engine
    }

    fn read_nothing(&mut self) {
        let (items, claims) = (self.of_items.nothing().words, self.of_claims.nothing().words);
        let items = keys(&self.item_readings, &self.of_items, &items);
        self.nothing_read = items.zip(keys(&self.claim_readings, &self.of_claims, &claims));
    }

    pub(super) fn framework(&self) -> &'c Framework {
        self.compiled.framework()
    }

    /// What came of claims, by the numbers of their faces.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.faces.iter().map(|face| &face.outcome)
    }

    /// What came of claims of a face, if there is such a face.
    pub(super) fn outcome(&self, number: u32) -> Option<&Outcome> {
        self.faces.get(number as usize).map(|face| &face.outcome)
    }

    /// The words that the result can be.
    pub(super) fn words(&self) -> Vec<Word> {
        self.worker.words()
    }

    /// The greatest key of each fact of claims.
    pub(super) fn greatest_keys(&self) -> impl Iterator<Item = u64> {
        let facts = self.worker.bound().take(self.claim_facts);
        facts.map(|(_, stride, count)| stride * (count - 1))
    }

    /// How many keys of claims there are.
    pub(super) const fn claim_size(&self) -> u64 {
        self.claim_size
    }

    /// What came of a claim.
    pub(super) fn face(&self, number: u32) -> &Face {
        &self.faces[number as usize]
    }

    #[inline]
    pub(super) fn effect(&self, number: u32) -> &Effect {
        &self.effects[number as usize]
    }

    /// Gives lanes more bits. What was worked out of keys is forgotten.
    pub(super) fn widen(&mut self) {
        self.of_items.widen();
        self.of_claims.widen();
        self.item_readings.iter_mut().for_each(|reading| reading.widen(&self.of_items));
        self.claim_readings.iter_mut().for_each(|reading| reading.widen(&self.of_claims));
        self.read_nothing();
        self.effects.clear();
        self.item_effects.clear();
        self.child_effects.clear();
        self.plain_child_effects.clear();
        self.plain_effects.fill(UNKNOWN);
    }

    /// Whether what an item gives hangs on its key alone.
    pub(super) fn is_plain(&self) -> bool {
        self.shared.is_empty()
    }

    /// What an item gives to the measures of a claim.
    #[inline]
    pub(super) fn effect_of_item(&mut self, claim: u64, key: u64) -> u32 {
        if let Some(known) = usize::try_from(key).ok().and_then(|key| self.plain_effects.get(key))
            && *known != UNKNOWN
        {
            return *known;
        }
        self.other_effect_of_item(claim, key)
    }

    #[inline(never)]
    fn other_effect_of_item(&mut self, claim: u64, key: u64) -> u32 {
        // What items see of their claim is a part of its key.
        let seen = self.shared.iter().map(|(stride, count)| claim / stride % count * stride).sum();
        if let Some(known) = self.item_effects.get(&(seen, key)) {
            return *known;
        }
        let (claim, values) = (self.claim_values(claim), self.items.given(key, None));
        let index = Index::new(self.compiled.framework());
        let frame = item(self.compiled, &index, &claim, &values, (0, &Preset::new()));
        // What cannot be is told by the facts themselves; and what they tell of their claim may go together or not.
        let is_apart = !self.compiled.items.can_occur(&frame.inputs()) || tells_of_claim(self.compiled, &frame, &claim);
        let effect = if !is_apart {
            self.of_items.effect(self.compiled, Over::Evidence, &frame, &|number| self.items.tells(key, number))
        } else {
            self.of_items.only(APART)
        };
        let number = self.remember(effect);
        match usize::try_from(key).ok().and_then(|key| self.plain_effects.get_mut(key)) {
            Some(place) => *place = number,
            None => drop(self.item_effects.insert((seen, key), number)),
        }
        number
    }

    /// What a claim gives to the measures of one that rests on it.
    pub(super) fn effect_of_claim(&mut self, face: u32, link: u64) -> u32 {
        let place =
            (self.links.size() <= MOST_PLAIN_LINKS).then(|| (u64::from(face) * self.links.size() + link) as usize);
        let known = match place {
            Some(place) => self.plain_child_effects.get(place),
            None => self.child_effects.get(&(face, link)),
        };
        if let Some(known) = known.filter(|known| **known != UNKNOWN) {
            return *known;
        }
        let number = self.new_effect_of_claim(face, link);
        match place {
            Some(place) => {
                let count = self.plain_child_effects.len().max(place + 1);
                self.plain_child_effects.resize(count, UNKNOWN);
                self.plain_child_effects[place] = number;
            }
            None => drop(self.child_effects.insert((face, link), number)),
        }
        number
    }

    #[cold]
    fn new_effect_of_claim(&mut self, face: u32, link: u64) -> u32 {
        let known = self.face(face);
        let effect = if known.is_broken() {
            self.of_claims.only(BROKEN)
        } else if known.is_graded() {
            let index = Index::new(self.compiled.framework());
            let frame = child(self.compiled, &index, &self.child_values(face, link));
            self.of_claims.effect(self.compiled, Over::Claims, &frame, &|_| false)
        } else {
            // What is not graded is not seen.
            self.of_claims.nothing()
        };
        self.remember(effect)
    }

    fn remember(&mut self, effect: Effect) -> u32 {
        let place = self.effects.iter().position(|known| *known == effect).unwrap_or_else(|| {
            self.effects.push(effect);
            self.effects.len() - 1
        });
        u32::try_from(place).unwrap_or(UNKNOWN)
    }

    /// What comes of a claim with these rows of its items and of the claims that it rests on; nothing where they have to be
    /// looked at one by one.
    pub(super) fn face_of_rows(&mut self, claim: u64, items: &[u64], claims: &[u64]) -> Option<u32> {
        let of_items = self.key_of_items(items)?;
        self.face_of_claims(claim + of_items, claims)
    }

    /// What the row of the items of a claim adds to its key; nothing where they have to be looked at one by one.
    #[inline]
    pub(super) fn key_of_items(&self, row: &[u64]) -> Option<u64> {
        if !self.by_lanes || self.of_items.lane(row, APART) > 0 {
            return None;
        }
        let (no_items, _) = self.nothing_read?;
        // Some claims rest on nothing but others.
        if is_nothing(row) { Some(no_items) } else { keys(&self.item_readings, &self.of_items, row) }
    }

    /// The same of the rows of many claims, added to their keys; they come to no key where items have to be looked at.
    pub(super) fn add_keys_of_items(&self, rows: &[u64], keys: &mut [u64]) {
        if !self.by_lanes {
            keys.fill(NO_KEY);
            return;
        }
        let width = self.of_items.width();
        for (keys, rows) in keys.chunks_mut(MOST_READ).zip(rows.chunks(MOST_READ * width)) {
            self.item_readings.iter().for_each(|reading| reading.add_keys(&self.of_items, rows, keys));
            for (key, row) in keys.iter_mut().zip(rows.chunks_exact(width)) {
                *key |= if self.of_items.lane(row, APART) > 0 { NO_KEY } else { 0 };
            }
        }
    }

    /// What comes of a claim by its key with what its items add to it, and the row of the claims that it rests on.
    #[inline]
    pub(super) fn face_of_claims(&mut self, key: u64, row: &[u64]) -> Option<u32> {
        let of_claims = &self.of_claims;
        if of_claims.lane(row, APART) > 0 || of_claims.lane(row, BROKEN) > 0 {
            return None;
        }
        let (_, no_claims) = self.nothing_read?;
        // Most claims rest on no others.
        let key = key + if is_nothing(row) { no_claims } else { keys(&self.claim_readings, of_claims, row)? };
        let place = usize::try_from(key).ok().and_then(|place| self.places.get(place));
        let known = if self.places.is_empty() { self.by_key.get(&key) } else { place };
        match known {
            Some(known) if *known != UNKNOWN => Some(*known),
            _ => Some(self.face_of_key(key)),
        }
    }

    #[cold]
    fn face_of_key(&mut self, key: u64) -> u32 {
        let cells = self.worker.cells(key);
        let values: Vec<FactValue> = cells.iter().map(|cell| cell.value.clone()).collect();
        let given = self.worker.given(&values);
        let level = self.worker.level_by_cells(&cells).filter(|_| self.shows_its_result_alone());
        let face = match level {
            Some(level) => {
                let result = self.compiled.framework().result.clone();
                let seen = result.map(|result| (result, FactValue::Known(Value::Choice(level.clone()))));
                Face { outcome: Outcome::level(level), seen: seen.into_iter().collect(), is_open: false }
            }
            None => {
                let computed = evaluate_given(self.compiled, Subject::Claim, &given, None, Some(&[]));
                self.face_of_computed(&computed, &given)
            }
        };
        let number = self.number(face);
        match usize::try_from(key).ok().and_then(|place| self.places.get_mut(place)) {
            Some(place) => *place = number,
            None => drop(self.by_key.insert(key, number)),
        }
        number
    }

    /// What comes of a claim by its items and the claims that it rests on, each with the key of its link.
    pub(super) fn face_of_all(&mut self, claim: u64, items: &[ItemRow], claims: &[(u32, u64)]) -> u32 {
        if claims.iter().any(|(face, _)| self.face(*face).is_broken()) {
            let reason = "facts of a claim that it rests on cannot be together".to_owned();
            return self.number(Face {
                outcome: Outcome::Contradiction(reason),
                seen: GivenValues::new(),
                is_open: false,
            });
        }
        let given = self.claim_values(claim);
        let evidence: Vec<GivenValues> =
            items.iter().map(|(key, numbers)| self.items.given(*key, Some(numbers))).collect();
        let graded = || claims.iter().filter(|(face, _)| self.face(*face).is_graded());
        let children: Vec<GivenValues> = graded().map(|(face, link)| self.child_values(*face, *link)).collect();
        let mut computed = evaluate_given(self.compiled, Subject::Claim, &given, Some(&evidence), Some(&children));
        // Of what is open of a claim, only that it is open is passed on.
        computed.frame.exact &= !graded().any(|(face, _)| self.face(*face).is_open);
        let face = self.face_of_computed(&computed, &given);
        self.number(face)
    }

    fn face_of_computed(&self, computed: &Computed, given: &GivenValues) -> Face {
        let outcome = self.worker.outcome_of(computed, given);
        let mut face = Face { outcome, seen: GivenValues::new(), is_open: false };
        for Visible { name, variable, may_be_missed } in &self.visible {
            let value = match variable {
                None => given.get(name).cloned(),
                Some(variable) => {
                    // Who asks whether it is missing has to see that it is, also where it follows from others.
                    let is_missed = *may_be_missed && given.get(name).is_none_or(FactValue::is_missing);
                    let is_told = matches!(computed.frame.slot(*variable), Slot::One(_)) && !is_missed;
                    face.is_open |= !is_told;
                    computed.frame.value(*variable).filter(|_| is_told).cloned()
                }
            };
            face.seen.extend(value.filter(|value| *value != FactValue::MISSING).map(|value| (name.clone(), value)));
        }
        face
    }

    fn number(&mut self, face: Face) -> u32 {
        if let Some(known) = self.by_face.get(&face) {
            return *known;
        }
        let number = u32::try_from(self.faces.len()).unwrap_or(UNKNOWN);
        self.faces.push(face.clone());
        self.by_face.insert(face, number);
        number
    }

    /// Whether others see nothing of a claim but the level or word that is its result.
    fn shows_its_result_alone(&self) -> bool {
        self.visible.iter().all(|seen| self.compiled.framework().result.as_ref() == Some(&seen.name))
    }

    /// What is known of a claim by itself.
    pub(super) fn claim_values(&self, key: u64) -> GivenValues {
        let values: Vec<FactValue> = self.worker.cells(key).iter().map(|cell| cell.value.clone()).collect();
        self.worker.given(values.get(..self.claim_facts).unwrap_or_default())
    }

    fn child_values(&self, face: u32, link: u64) -> GivenValues {
        let mut values = self.links.given(link, None);
        values.extend(self.face(face).seen.iter().map(|(name, value)| (name.clone(), value.clone())));
        values
    }
}

/// Whether nothing was added to a row.
#[inline]
fn is_nothing(row: &[u64]) -> bool {
    row.iter().all(|word| *word == 0)
}

/// What readings of a row add to the key of its claim; nothing where no rule tells it.
#[inline]
fn keys(readings: &[Reading], plan: &Plan, row: &[u64]) -> Option<u64> {
    readings.iter().try_fold(0, |key, reading| Some(key + reading.key(plan, row)?))
}
