//! Gaps: facts for which no rule of a decision answers.

use crate::check::boxes::cover;
use crate::check::inputs::Inputs;
use crate::check::shown::shown_box;
use crate::check::world::{MOST_WORK, World};
use crate::compile::decision::GAP;
use crate::compile::diagram::{Diagram, TooLarge};
use crate::diagnostic::{Code, Diagnostic};

/// How many steps of work may be spent on finding out which inputs can occur together.
const MOST_WORK_ON_INPUTS: usize = 1 << 19;
/// How many boxes are written out.
const MOST_SHOWN: usize = 12;

/// The gap of the decision at a position of the level, if it has one of its own: where it hangs on another
/// decision for which no rule answers, that one is told.
pub(super) fn gap(world: &mut World<'_>, position: usize) -> Result<Option<Diagnostic>, TooLarge> {
    let value = world.level.decisions[position].value.ok_or(TooLarge)?;
    let own = world.chain.changed(world.level, value, &|value| u32::from(value == GAP))?;
    let region = world.where_it_is(own, 1)?;
    if region == Diagram::FALSE {
        return Ok(None);
    }
    let decision = world.decision(position);
    let message = match decision.otherwise {
        None => format!("no rule of `{}` answers for some of what can occur", decision.name),
        Some(_) => {
            format!("a rule of `{}` takes over a value that is not there for some of what can occur", decision.name)
        }
    };
    let mut diagnostic = Diagnostic::warning(Code::Gap, message).at(&decision.span).about(decision.name.as_str());
    world.chain.diagrams.allow_work(MOST_WORK_ON_INPUTS);
    let told = boxes(world, position);
    world.chain.diagrams.allow_work(MOST_WORK);
    match told {
        Ok(lines) => diagnostic = lines.into_iter().fold(diagnostic, Diagnostic::remark),
        Err(TooLarge) => diagnostic = diagnostic.remark("to tell all such places takes more steps than are allowed"),
    }
    if let Some(way) = world.chain.diagrams.shortest_way(region, Diagram::TRUE) {
        let facts = world.shown_facts(&way);
        diagnostic = diagnostic.remark(format!("so it is, for example, with {facts}"));
    }
    let help = format!(
        "add rules or a `[decision.{}.otherwise]`; if it cannot occur, say so with an `[[assumption]]`",
        decision.name
    );
    Ok(Some(diagnostic.help(help)))
}

/// Where the gap is, told by what the decision reads.
fn boxes(world: &mut World<'_>, position: usize) -> Result<Vec<String>, TooLarge> {
    let value = world.level.decisions[position].value.ok_or(TooLarge)?;
    let read = world.level.diagrams.variables(value);
    let mut inputs = Inputs::of(world, &read)?;
    let value = inputs.carry(world, value)?;
    let gap = inputs.diagrams.map(value, &mut |value| u32::from(value == GAP))?;
    let region = inputs.diagrams.and(gap, inputs.occur)?;
    let free = inputs.diagrams.not(inputs.occur)?;
    let space = &world.level.space;
    let cells = |variable| space.get(variable).domain.cells();
    let cover = cover(&mut inputs.diagrams, region, free, &cells)?;
    let mut lines: Vec<String> = Vec::new();
    for one in cover.boxes.iter().take(MOST_SHOWN) {
        lines.push(format!("no rule answers when {}", shown_box(space, one)));
    }
    if let Some(more) = cover.boxes.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        lines.push(format!("and {more} more such places"));
    }
    Ok(lines)
}
