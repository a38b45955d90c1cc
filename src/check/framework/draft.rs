//! What is only a draft in a framework that says it is more.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Span;
use crate::framework::{Framework, Provenance};
use crate::name::FrameworkId;

/// The rules and parameters that are of provenance `draft` in a framework that is not. Those of a framework that
/// it uses are told together.
pub(super) fn draft(framework: &Framework) -> Vec<Diagnostic> {
    if framework.status == Provenance::Draft {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut used: BTreeMap<&FrameworkId, Vec<String>> = BTreeMap::new();
    let mut tell = |what: String, subject: &str, span: &Span| {
        let of_used = framework
            .uses
            .iter()
            .find(|used| subject.strip_prefix(used.as_str()).is_some_and(|rest| rest.starts_with('.')));
        if let Some(id) = of_used {
            used.entry(id).or_default().push(format!("`{subject}`"));
            return;
        }
        // What is inherited is told of the framework that declares it.
        if !Arc::ptr_eq(span.file(), framework.span.file()) {
            return;
        }
        let message = format!("{what} is a draft, and `{}` is {}", framework.id, framework.status);
        let diagnostic = Diagnostic::warning(Code::DraftInUse, message).at(span).about(subject);
        found.push(diagnostic.help("check it against its source, or give the framework the status `draft`"));
    };
    for parameter in framework.parameters.iter().filter(|known| known.status == Provenance::Draft) {
        tell(format!("the parameter `{}`", parameter.name), parameter.name.as_str(), &parameter.span);
    }
    for decision in &framework.decisions {
        for rule in decision.rules.iter().chain(&decision.otherwise).filter(|rule| rule.status == Provenance::Draft) {
            let subject = format!("{}.{}", decision.name, rule.id);
            tell(format!("the rule `{}` of `{}`", rule.id, decision.name), &subject, &rule.span);
        }
    }
    for (id, drafts) in used {
        let message = format!("`{}` is {}, and it uses drafts of `{id}`", framework.id, framework.status);
        let diagnostic = Diagnostic::warning(Code::DraftInUse, message).at(&framework.span).about(id.as_str());
        found.push(
            diagnostic.remark(format!("drafts are {}", drafts.join(", "))).help("check them against their source"),
        );
    }
    found
}
