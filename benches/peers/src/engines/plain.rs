//! What one writes by hand in Rust for records: a struct of enums, and matches on it.

use crate::engine::{Engine, Fault};
use crate::workloads::Record;

#[derive(Clone, Copy)]
enum Design {
    None,
    Other,
    Trials,
}

#[derive(Clone, Copy)]
enum Concern {
    NotSerious,
    Serious,
    VerySerious,
}

#[derive(Clone, Copy)]
enum Effect {
    No,
    Large,
    VeryLarge,
}

#[derive(Clone, Copy)]
struct Body {
    design: Design,
    bias: Concern,
    inconsistency: Concern,
    indirectness: Concern,
    imprecision: Concern,
    unpublished: bool,
    effect: Effect,
    gradient: bool,
    confounding: bool,
    studies: u32,
}

impl Body {
    fn new(record: &Record) -> Self {
        let [bias, inconsistency, indirectness, imprecision] = record.concerns.map(|concern| match concern {
            0 => Concern::NotSerious,
            1 => Concern::Serious,
            _ => Concern::VerySerious,
        });
        Self {
            design: match record.design {
                0 => Design::None,
                1 => Design::Other,
                _ => Design::Trials,
            },
            bias,
            inconsistency,
            indirectness,
            imprecision,
            unpublished: record.unpublished == 1,
            effect: match record.effect {
                0 => Effect::No,
                1 => Effect::Large,
                _ => Effect::VeryLarge,
            },
            gradient: record.gradient,
            confounding: record.confounding,
            studies: record.studies,
        }
    }

    fn down(&self) -> u8 {
        let levels = |concern| match concern {
            Concern::NotSerious => 0,
            Concern::Serious => 1,
            Concern::VerySerious => 2,
        };
        levels(self.bias)
            + levels(self.inconsistency)
            + levels(self.indirectness)
            + levels(self.imprecision)
            + u8::from(self.unpublished)
    }

    fn up(&self) -> u8 {
        let levels = match self.effect {
            Effect::No => 0,
            Effect::Large => 1,
            Effect::VeryLarge => 2,
        };
        levels + u8::from(self.gradient) + u8::from(self.confounding)
    }

    fn grade(&self) -> u8 {
        if self.studies == 0 {
            return 0;
        }
        match (self.design, self.down()) {
            (Design::None, _) => 0,
            (Design::Trials, down) => 4_u8.saturating_sub(down).max(1),
            (Design::Other, 0) => (2 + self.up()).min(4),
            (Design::Other, down) => 2_u8.saturating_sub(down).max(1),
        }
    }

    /// A bit for each rule that holds.
    fn rules(&self) -> u16 {
        let mut rules = 0;
        let mut place = 0;
        let mut rule = |holds: bool| {
            rules |= u16::from(holds) << place;
            place += 1;
        };
        for concern in [self.bias, self.inconsistency, self.indirectness, self.imprecision] {
            rule(matches!(concern, Concern::Serious));
            rule(matches!(concern, Concern::VerySerious));
        }
        rule(self.unpublished);
        rule(matches!(self.effect, Effect::Large));
        rule(matches!(self.effect, Effect::VeryLarge));
        rule(self.gradient);
        rule(self.confounding);
        rule(matches!(self.design, Design::None));
        rule(matches!(self.design, Design::Trials));
        rule(self.studies == 0);
        rules
    }
}

/// The grades that every engine must come to.
pub(crate) fn reference(records: &[Record]) -> Vec<u8> {
    records.iter().map(|record| Body::new(record).grade()).collect()
}

/// Timed: the grade of each struct. Explained: a bit for each rule that holds, and the levels down and up.
pub(crate) struct Plain {
    bodies: Vec<Body>,
    explained: Vec<(u16, u8, u8)>,
}

impl Plain {
    pub(crate) fn new(records: &[Record]) -> Self {
        let bodies = records.iter().map(Body::new).collect();
        Self { bodies, explained: vec![(0, 0, 0); records.len()] }
    }
}

impl Engine for Plain {
    fn grade(&mut self, grades: &mut [u8]) -> Result<(), Fault> {
        for (grade, body) in grades.iter_mut().zip(&self.bodies) {
            *grade = body.grade();
        }
        Ok(())
    }

    fn explain(&mut self, grades: &mut [u8]) -> Result<bool, Fault> {
        for ((grade, explained), body) in grades.iter_mut().zip(&mut self.explained).zip(&self.bodies) {
            *grade = body.grade();
            *explained = (body.rules(), body.down(), body.up());
        }
        Ok(true)
    }
}
