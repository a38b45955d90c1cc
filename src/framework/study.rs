//! Study templates: studies that nobody has done yet, to see what they would change.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::document::Span;
use crate::document::reader::{Literal, Located, Table};
use crate::name::{FrameworkId, Name, Word, nearest};
use crate::value::FactValue;
use crate::vocabulary::FactDefinition;

/// A kind of study that could be done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StudyTemplate {
    /// Its id.
    pub id: Name,
    /// What it is, in the singular.
    pub title: String,
    /// How its result bears on the claim: `supports`, `refutes` or `bears-on`.
    pub relation: Word,
    /// What it says: facts of the item, of its link to the claim, and of the claim once it is there.
    pub facts: Vec<(Name, FactValue)>,
    /// The facts that grow with its size, each with how much of the size it is; none for a study without a size.
    pub sized: Vec<(Name, Decimal)>,
    /// The least and the greatest size that is tried.
    pub sizes: (Decimal, Decimal),
    /// The framework that declares it.
    pub origin: FrameworkId,
    /// Where it stands.
    pub span: Span,
}

/// The greatest size that is tried where a template names none.
const LARGEST: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);

/// A template as it was read.
#[derive(Clone, Debug)]
pub(super) struct StudyPart {
    id: Located<Name>,
    title: String,
    relation: Word,
    facts: Vec<(Located<Name>, Located<Literal>)>,
    sized: Vec<(Located<Name>, Decimal)>,
    sizes: (Decimal, Decimal),
    span: Span,
}

/// The words of relations that a template can have.
pub(super) const RELATIONS: [(&str, &str); 3] =
    [("supports", "supports"), ("refutes", "refutes"), ("bears-on", "bears-on")];

pub(super) fn read(id: Located<Name>, table: &Table<'_>, problems: &mut Problems) -> Option<StudyPart> {
    let title = table.text("title", problems);
    let relation = table.word("relation", &RELATIONS, problems);
    let mut facts = Vec::new();
    let said = table.get("facts").map(|node| node.entries("a table: fact = value", problems)).unwrap_or_default();
    for entry in said {
        let name = entry.name(problems)?.map(Name::from);
        facts.push((name, entry.value.literal(problems)?));
    }
    let mut sized = Vec::new();
    let grows = table.get("size").map(|node| node.entries("a table: fact = factor", problems)).unwrap_or_default();
    for entry in grows {
        let name = entry.name(problems)?.map(Name::from);
        let factor = entry.value.literal(problems)?;
        match factor.value {
            Literal::Number(number) if number > Decimal::ZERO => sized.push((name, number)),
            _ => {
                let message = format!("`{}` grows by a number above 0 for each that the study is larger", name.value);
                problems.push(Diagnostic::error(Code::WrongType, message).at(&factor.span));
            }
        }
    }
    let number = |key: &str, problems: &mut Problems| table.number(key, problems).map(|number| number.value);
    let least = number("at-least", problems).unwrap_or(Decimal::ONE);
    let greatest = number("at-most", problems).unwrap_or_else(|| LARGEST.max(least));
    if least > greatest {
        let message = format!("no study is of at least {least} and at most {greatest}");
        problems.push(Diagnostic::error(Code::OutOfRange, message).at(&table.span));
    }
    Some(StudyPart {
        id,
        title: title?.value,
        relation: relation.map_or("supports", |relation| relation.value).into(),
        facts,
        sized,
        sizes: (least, greatest),
        span: table.span.clone(),
    })
}

/// A template with its facts read as the facts that they are.
pub(super) fn build(
    part: &StudyPart,
    facts: &[std::sync::Arc<FactDefinition>],
    origin: &FrameworkId,
    problems: &mut Problems,
) -> StudyTemplate {
    let find = |name: &Located<Name>, problems: &mut Problems| {
        let found = facts.iter().find(|known| known.name == name.value);
        if found.is_none() {
            let message = format!("there is no fact `{}`", name.value);
            let near = nearest(name.value.as_str(), facts.iter().map(|known| known.name.as_str()));
            problems.push(Diagnostic::error(Code::UnknownFact, message).at(&name.span).did_you_mean(near));
        }
        found
    };
    let mut said = Vec::new();
    for (name, literal) in &part.facts {
        let Some(definition) = find(name, problems) else { continue };
        match definition.read(literal) {
            Ok(value) => said.push((name.value.clone(), value)),
            Err(diagnostic) => problems.push(*diagnostic),
        }
    }
    let sized = part.sized.iter().filter(|(name, _)| find(name, problems).is_some());
    let sized = sized.map(|(name, factor)| (name.value.clone(), *factor)).collect();
    StudyTemplate {
        id: part.id.value.clone(),
        title: part.title.clone(),
        relation: part.relation.clone(),
        facts: said,
        sized,
        sizes: part.sizes,
        origin: origin.clone(),
        span: part.span.clone(),
    }
}
