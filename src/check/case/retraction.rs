//! Retracted sources that are still leaned on.

use super::view::View;
use crate::diagnostic::{Code, Diagnostic};

/// Items that bear on a claim, of a source that is retracted on the day of the case. An item of which
/// every link is undercut is answered already.
pub(super) fn leaned_on(view: &View<'_>) -> Vec<Diagnostic> {
    let as_of = view.case.as_of();
    let mut found = Vec::new();
    for (index, item) in view.items().filter(|(_, item)| view.takes(item.layer.as_ref())) {
        let sources = std::iter::once(item.source).chain(item.relays.iter().copied());
        let retracted = sources.map(|source| view.case.source(source)).find_map(|source| {
            let retraction = source.retracted.as_ref()?;
            as_of.is_none_or(|as_of| as_of >= retraction.on).then_some((source, retraction))
        });
        let Some((source, retraction)) = retracted else { continue };
        let answered = |link: &_| !view.case.graph().undercuts_of(*link).is_empty();
        let Some((_, claim)) = view.bearing(index).next() else { continue };
        if view.link_indices_of(index).iter().all(answered) {
            continue;
        }
        let message = format!(
            "`{}` bears on `{}`, and its source `{}` was retracted on {}",
            item.id,
            view.case.claim(claim).id,
            source.id,
            retraction.on
        );
        let help = "it does not count, so nothing should lean on it: take it out, or say in an allow why it stays on \
                    record";
        let diagnostic = Diagnostic::warning(Code::RetractedSource, message).at(&item.span);
        let text = format!("`{}` was retracted", source.id);
        found.push(diagnostic.label(&retraction.span, text).help(help).about(item.id.as_str()));
    }
    found
}
