//! Rules that no example and no count exercises.

use crate::check::coverage::{Coverage, own_rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::framework::Framework;

/// The framework's own rules that nothing exercises; nothing where it has no examples at all, which is told by
/// itself.
pub(super) fn unexercised(framework: &Framework, coverage: &Coverage) -> Vec<Diagnostic> {
    if framework.examples().is_empty() && framework.enumerations().is_empty() {
        return Vec::new();
    }
    let own = own_rules(framework);
    let told = coverage.unexercised.iter().filter_map(|key| {
        let rule = own.get(key)?;
        let (decision, id) = key;
        let message = format!("no example exercises the rule `{id}` of `{decision}`");
        let diagnostic = Diagnostic::warning(Code::UnexercisedRule, message).at(&rule.span);
        let help = "add an `[[example]]` that expects something of the decision for facts for which the rule answers";
        Some(diagnostic.about(format!("{decision}.{id}")).help(help))
    });
    told.collect()
}
