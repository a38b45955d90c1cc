//! Small frameworks as plain data: what is drawn, written out as TOML and worked out by brute force.

/// A value: a place in a list of words, 0 or 1 of a flag, twice a number; or one of the constants below.
pub(crate) type Value = i32;
/// Somebody looked, and it is not reported.
pub(crate) const NOT_REPORTED: Value = -1;
/// The question does not arise.
pub(crate) const NOT_APPLICABLE: Value = -3;
/// Nobody has recorded it.
pub(crate) const MISSING: Value = -2;
/// No rule answers.
pub(crate) const GAP: Value = -9;

/// The words of all lists, in their order.
pub(crate) const WORDS: [&str; 3] = ["low", "middle", "high"];
/// What the result can be beside its levels.
pub(crate) const OUTCOME: &str = "unstudied";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Best {
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Flag,
    Choice(i32),
    Ordered(i32, Option<Best>),
    Number,
    Count,
}

impl Kind {
    /// Everything known that it can be, as far as rules can tell it apart.
    pub(crate) fn known(self) -> Vec<Value> {
        match self {
            Self::Flag => vec![0, 1],
            Self::Choice(count) | Self::Ordered(count, _) => (0..count).collect(),
            Self::Number => vec![-2, 2, 3, 4, 6].into_iter().map(number).collect(),
            Self::Count => vec![0, 2, 4, 6].into_iter().map(number).collect(),
        }
    }
}

/// Twice a number, kept apart from the constants.
pub(crate) const fn number(twice: i32) -> Value {
    twice + 100
}

#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) kind: Kind,
    pub(crate) unknown: bool,
    /// When it is asked, by what facts before it say.
    pub(crate) asked: Option<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    Fact(usize),
    Decision(usize),
    Parameter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Accept {
    Is(Value),
    Not(Vec<Value>),
    Compare(Sign, Value),
    Known,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Name, Vec<Accept>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Word(Value),
    ValueOf(Name),
    Add(i32),
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) when: Condition,
    pub(crate) then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    First,
    Unique,
    Worst,
    Best,
    Sum,
}

#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) hit: Hit,
    /// How many words it can give.
    pub(crate) count: i32,
    pub(crate) best: Best,
    pub(crate) rules: Vec<Rule>,
    pub(crate) otherwise: Option<Then>,
    pub(crate) refused: bool,
    pub(crate) within: Option<i32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) facts: Vec<Fact>,
    /// The last is the result.
    pub(crate) decisions: Vec<Decision>,
    /// Of how many words, or a flag if it is 0.
    pub(crate) parameter: Option<i32>,
    pub(crate) assumption: Option<Condition>,
}

impl Condition {
    pub(crate) fn tests<'c>(&'c self, into: &mut Vec<(Name, &'c [Accept])>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.tests(into)),
            Self::Not(part) => part.tests(into),
            Self::Test(name, accepts) => into.push((*name, accepts)),
        }
    }

    /// Whether it asks whether a fact is missing.
    pub(crate) fn asks_for_missing(&self, fact: usize) -> bool {
        let mut tests = Vec::new();
        self.tests(&mut tests);
        tests.iter().any(|(name, accepts)| *name == Name::Fact(fact) && accepts.contains(&Accept::Is(MISSING)))
    }

    pub(crate) fn reads(&self, name: Name) -> bool {
        let mut tests = Vec::new();
        self.tests(&mut tests);
        tests.iter().any(|(known, _)| *known == name)
    }
}

impl Decision {
    pub(crate) fn can_be_judged(&self) -> bool {
        !self.refused && self.hit != Hit::Sum
    }

    pub(crate) fn asks_for_missing(&self, fact: usize) -> bool {
        self.rules.iter().any(|rule| rule.when.asks_for_missing(fact))
    }

    pub(crate) fn reads(&self, name: Name) -> bool {
        let given = |then: &Then| *then == Then::ValueOf(name);
        self.rules.iter().any(|rule| rule.when.reads(name) || given(&rule.then)) || self.otherwise.iter().any(given)
    }
}

impl Model {
    pub(crate) fn result(&self) -> usize {
        self.decisions.len() - 1
    }

    /// Whether some rule, or the assumption, asks whether a fact is missing.
    pub(crate) fn asks_for_missing(&self, fact: usize) -> bool {
        self.decisions.iter().any(|decision| decision.asks_for_missing(fact))
            || self.assumption.iter().any(|never| never.asks_for_missing(fact))
    }

    pub(crate) fn reads(&self, name: Name) -> bool {
        self.decisions.iter().any(|decision| decision.reads(name))
            || self.assumption.iter().any(|never| never.reads(name))
            || self.facts.iter().filter_map(|fact| fact.asked.as_ref()).any(|asked| asked.reads(name))
    }

    /// The facts that are asked or not by what a fact says, at whatever remove.
    pub(crate) fn opened_by(&self, fact: usize) -> Vec<usize> {
        let mut opened = vec![fact];
        for (at, known) in self.facts.iter().enumerate() {
            let reads = |asked: &Condition| opened.iter().any(|before| asked.reads(Name::Fact(*before)));
            if known.asked.as_ref().is_some_and(reads) {
                opened.push(at);
            }
        }
        opened.split_off(1)
    }

    /// The words that a decision can give, and for the result what stands beside them.
    pub(crate) fn words(&self, decision: usize) -> Vec<Value> {
        let outcomes = i32::from(decision == self.result());
        (0..self.decisions[decision].count + outcomes).collect()
    }

    pub(crate) fn word(&self, decision: usize, value: Value) -> String {
        match value {
            GAP => "gap".to_owned(),
            _ if self.decisions[decision].hit == Hit::Sum => value.to_string(),
            value if value == self.decisions[decision].count => OUTCOME.to_owned(),
            value => WORDS[value as usize].to_owned(),
        }
    }
}
