//! The lines of a proof, in reading order.

use crate::document::Place;
use crate::document::shape::Subject;
use crate::grade::{Fired, JudgementMade, Proof, Read, ReadItem};

/// What a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Label {
    /// A decision and its value.
    Decision,
    /// Why it came out so.
    Because,
    /// What the rules gave, where a person decided otherwise.
    Instead,
    /// What somebody else judged of the same.
    Beside,
    /// Where a sum started and what it came to.
    Sum,
    /// A rule that holds, or may hold.
    Rule,
    /// A fact, measure or parameter that was read.
    Reads,
    /// An item or claim that a measure is made of.
    Counts,
    /// An item or claim that a measure leaves out.
    LeavesOut,
    /// A rule that does not hold.
    Fails,
    /// Who changed the decision, measure, derived value or parameter, and why.
    Changed,
}

impl Label {
    /// The word that stands before such a line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decision => "",
            Self::Because => "because",
            Self::Instead => "instead of",
            Self::Beside => "beside",
            Self::Sum => "sum",
            Self::Rule => "rule",
            Self::Reads => "reads",
            Self::Counts => "counts",
            Self::LeavesOut => "leaves out",
            Self::Fails => "fails",
            Self::Changed => "changed",
        }
    }
}

/// A line of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// How deep it stands in the tree; 0 is the outermost.
    pub depth: usize,
    /// What it tells.
    pub label: Label,
    /// What it says.
    pub text: String,
    /// For a decision: its value.
    pub value: Option<String>,
    /// Where it stands in the case or the framework.
    pub at: Option<Place>,
    /// The source that it cites, and where in it.
    pub source: Option<String>,
}

/// The lines of a proof, in reading order.
#[must_use]
pub fn outline(proof: &Proof) -> Vec<Line> {
    let mut writer = Writer { lines: Vec::new() };
    writer.decision(proof, 0);
    writer.lines
}

struct Writer {
    lines: Vec<Line>,
}

impl Writer {
    fn push(&mut self, depth: usize, label: Label, text: String) -> &mut Line {
        self.lines.push(Line { depth, label, text, value: None, at: None, source: None });
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    fn decision(&mut self, proof: &Proof, depth: usize) {
        let title = proof.title.as_deref().unwrap_or_else(|| proof.decision.as_str());
        let name = format!("{title} of {}", proof.on);
        let mut value = proof.value.to_string();
        if proof.proposal {
            value.push_str(" (proposed by the rules; nobody has judged it)");
        }
        self.push(depth, Label::Decision, name).value = Some(value);
        if proof.given_before {
            self.push(depth + 1, Label::Because, format!("{} (shown in full before)", proof.because));
            return;
        }
        let depth = depth + 1;
        let because = self.push(depth, Label::Because, proof.because.clone());
        because.at = proof.judgement.as_ref().map(|judgement| judgement.at.clone());
        if let Some(computed) = &proof.computed {
            self.push(depth, Label::Instead, format!("{computed}, which the rules give"));
        }
        self.others(proof.judgement.as_ref(), depth);
        if let Some(change) = &proof.change {
            self.push(depth, Label::Changed, format!("by {}: {}", change.by, change.why));
        }
        if let Some(sum) = &proof.sum {
            let (start, raw) = (sum.start.normalize(), sum.raw.normalize());
            self.push(depth, Label::Sum, format!("starts at {start}, comes to {raw}"));
        }
        for fired in &proof.rules {
            self.rule(proof, fired, depth);
        }
        for read in &proof.facts {
            self.read(read, depth);
        }
        for failed in &proof.failed {
            let text = format!("{}: needs {}; {}", failed.rule, failed.condition, failed.actual);
            self.push(depth, Label::Fails, text);
        }
        for from in &proof.from {
            self.decision(from, depth);
        }
    }

    fn rule(&mut self, proof: &Proof, fired: &Fired, depth: usize) {
        let said = proof.because.as_str() == fired.because.as_str();
        let mut text = format!("{} gives {} [{}]", fired.rule, fired.gives, fired.status);
        if !said {
            text.push_str(": ");
            text.push_str(&fired.because);
        }
        if let Some(cites) = &fired.cites {
            text.push_str(" (");
            text.push_str(cites);
            text.push(')');
        }
        self.push(depth, Label::Rule, text).at = Some(fired.at.clone());
    }

    fn read(&mut self, read: &Read, depth: usize) {
        let line = self.push(depth, Label::Reads, said(read));
        line.at.clone_from(&read.at);
        line.source = source(read);
        if let Some(judgement) = &read.judgement {
            let by = format!("{} on {}: {}", judgement.by, judgement.on, judgement.reason);
            let how = if judgement.adjudicated { "adjudicated" } else { "judged" };
            self.push(depth + 1, Label::Because, format!("{how} by {by}"));
            if let Some(overrode) = &read.overrode {
                self.push(depth + 1, Label::Instead, format!("{overrode}, which stands with the item"));
            }
            self.others(Some(judgement), depth + 1);
        }
        if let Some(change) = &read.change {
            self.push(depth + 1, Label::Changed, format!("by {}: {}", change.by, change.why));
        }
        for item in &read.of {
            self.item(item, depth + 1);
        }
        for left in &read.left_out {
            let text = match left.condition.as_str() {
                "" => left.id.clone(),
                condition => format!("{}: needs {condition}; {}", left.id, left.actual),
            };
            self.push(depth + 1, Label::LeavesOut, text);
        }
        for from in &read.from {
            self.read(from, depth + 1);
        }
    }

    /// What others judged of the same.
    fn others(&mut self, judgement: Option<&JudgementMade>, depth: usize) {
        for other in judgement.into_iter().flat_map(|judgement| &judgement.others) {
            let how = if other.adjudicated { ", adjudicated" } else { "" };
            let text = format!("{}{how} by {} on {}: {}", other.value, other.by, other.on, other.reason);
            self.push(depth, Label::Beside, text).at = Some(other.at.clone());
        }
    }

    fn item(&mut self, item: &ReadItem, depth: usize) {
        let kind = match item.subject {
            Subject::Claim => "claim ",
            Subject::Evidence | Subject::Link => "",
        };
        self.push(depth, Label::Counts, format!("{kind}{}", item.id));
        for read in &item.facts {
            self.read(read, depth + 1);
        }
        for proof in &item.from {
            self.decision(proof, depth + 1);
        }
    }
}

/// `name = value unit`, with where the value comes from if that is no file.
fn said(read: &Read) -> String {
    let mut text = format!("{} = {}", read.name, read.value);
    if let Some(unit) = &read.unit {
        text.push(' ');
        text.push_str(unit);
    }
    if let Some(measure) = &read.measure {
        text.push_str(&format!(" ({measure})"));
    }
    if read.by_default {
        text.push_str(" (by default)");
    }
    if let Some(synthesis) = &read.synthesis {
        let of: Vec<&str> = synthesis.of.iter().map(|item| item.as_str()).collect();
        text.push_str(&format!(" (from the results of {}: {})", of.join(", "), synthesis.method));
    }
    if let Some(reason) = &read.not_synthesised {
        text.push_str(&format!(" (its results are not put together: {reason})"));
    }
    if read.given_before {
        text.push_str(" (shown in full before)");
    }
    if let Some(parameter) = &read.parameter {
        match (parameter.set_for_run, &parameter.cites) {
            (true, _) => text.push_str(" (parameter, set for this run)"),
            (false, Some(cites)) => text.push_str(&format!(" (parameter, {}: {cites})", parameter.status)),
            (false, None) => text.push_str(&format!(" (parameter, {})", parameter.status)),
        }
    }
    text
}

/// The source of a fact and the place in it.
fn source(read: &Read) -> Option<String> {
    let source = read.source.as_ref()?;
    let mut text = source.as_str().to_owned();
    if let Some(locator) = &read.locator {
        if let Some(place) = &locator.place {
            text.push_str(", ");
            text.push_str(place);
        }
        if let Some(quote) = &locator.quote {
            text.push_str(&format!(", \u{201c}{quote}\u{201d}"));
        }
    }
    Some(text)
}
