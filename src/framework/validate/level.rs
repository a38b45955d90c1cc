//! What the levels of checks are set for.

use super::Validator;
use crate::document::levels;

impl Validator<'_, '_> {
    /// A level is set for something that the framework has: by its name, and a rule by its decision's name,
    /// a dot and its id.
    pub(super) fn levels(&mut self) {
        let framework = self.framework;
        if framework.levels().iter().all(|setting| setting.of.is_none()) {
            return;
        }
        let mut names: Vec<String> = framework.facts.iter().map(|fact| fact.name.to_string()).collect();
        names.extend(framework.types.keys().map(ToString::to_string));
        names.extend(framework.parameters.iter().map(|parameter| parameter.name.to_string()));
        names.extend(framework.derived.iter().map(|derived| derived.name.to_string()));
        names.extend(framework.measures.iter().map(|measure| measure.name.to_string()));
        for decision in &framework.decisions {
            names.push(decision.name.to_string());
            let rules = decision.rules.iter().chain(&decision.otherwise);
            names.extend(rules.map(|rule| format!("{}.{}", decision.name, rule.id)));
        }
        names.extend(framework.assumptions.iter().map(|assumption| assumption.id.to_string()));
        names.extend(framework.examples().iter().map(|example| example.id.to_string()));
        names.extend(framework.enumerations().iter().map(|count| count.id.to_string()));
        names.extend(framework.uses.iter().map(ToString::to_string));
        let place = format!("`{}`", framework.id);
        levels::subjects(framework.levels(), &place, names.iter().map(String::as_str), self.problems);
    }
}
