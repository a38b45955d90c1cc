//! Results of studies put together, as a table.

use anstyle::Style;
use serde::Serialize;

use super::page::Page;
use super::table::{Column, table};
use crate::case::{Case, ClaimIndex, EvidenceIndex};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::grade::{Grading, PooledBody};
use crate::name::{CaseId, ClaimId, EvidenceId, nearest};
use crate::synthesis::{
    Effect, Method, Pooled, SynthesisError, cumulative, forest_plot, funnel_plot, leave_one_out, shown,
};

/// The schema of the JSON.
const SCHEMA: &str = "evigrade/synthesis/1";

/// The results that bear on a claim, put together. Effects and intervals are as they are printed: ratios, and not their
/// logarithms.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SynthesisReport {
    /// The name and version of the schema.
    pub schema: &'static str,
    /// The case.
    pub case: CaseId,
    /// The claim.
    pub claim: ClaimId,
    /// The word of what effects are measured by.
    pub measure: &'static str,
    /// How results were put together.
    pub method: String,
    /// What share intervals cover.
    pub coverage: f64,
    /// The studies, in the order of the files.
    pub studies: Vec<StudyEffect>,
    /// Items that bear on the claim and were asked for, and of which no effect follows.
    pub without_effect: Vec<EvidenceId>,
    /// The pooled effect.
    pub pooled: PooledEffect,
    /// The pooled effect without each of the studies, if it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leave_one_out: Vec<PartEffect>,
    /// The pooled effect of the first study, of the first two, and so on, in the order of the files; if it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cumulative: Vec<PartEffect>,
    #[serde(skip)]
    body: PooledBody,
    #[serde(skip)]
    how: Method,
}

/// The effect that a study found.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StudyEffect {
    /// The item.
    pub item: EvidenceId,
    /// The effect.
    pub effect: f64,
    /// Its interval.
    pub interval: (f64, f64),
    /// Its standard error; of a ratio that of the logarithm.
    pub standard_error: f64,
    /// Its weight; together 1.
    pub weight: f64,
}

/// What effects are together.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PooledEffect {
    /// The effect.
    pub effect: f64,
    /// Its interval.
    pub interval: (f64, f64),
    /// Its standard error; of a ratio that of the logarithm.
    pub standard_error: f64,
    /// How likely an effect as far from none is by chance.
    pub p: f64,
    /// Where the effect of a new study lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction_interval: Option<(f64, f64)>,
    /// How far effects differ; nothing for a single study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heterogeneity: Option<Differences>,
    /// The p-value of Egger's test; nothing of fewer than ten studies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egger_p: Option<f64>,
}

/// What part of the effects are together.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PartEffect {
    /// The item that is left out, or that comes last.
    pub item: EvidenceId,
    /// The effect.
    pub effect: f64,
    /// Its interval.
    pub interval: (f64, f64),
    /// I-squared by Q, in per cent; 0 of a single study.
    pub i_squared: f64,
}

/// How far effects differ.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Differences {
    /// Cochran's Q.
    pub q: f64,
    /// Its degrees of freedom.
    pub freedom: usize,
    /// Its p-value.
    pub p: f64,
    /// I-squared by Q, in per cent.
    pub i_squared: f64,
    /// The variance between studies, on the scale on which effects are averaged.
    pub tau_squared: f64,
    /// Its interval by the Q profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tau_squared_interval: Option<(f64, f64)>,
}

impl SynthesisReport {
    /// Puts together what counts for a claim, or the results of some items by their ids, whether these count or not.
    ///
    /// # Errors
    ///
    /// [`Refused`] if an item is not there, if there are no results, or if they cannot be put together.
    pub fn new(grading: &Grading<'_>, claim: ClaimIndex, method: &Method, items: &[String]) -> Result<Self, Refused> {
        let case = grading.case();
        let asked = items.iter().map(|id| find(case, id)).collect::<Result<Vec<_>, _>>()?;
        let chosen = (!asked.is_empty()).then(|| asked.iter().copied().collect());
        let id = &case.claim(claim).id;
        let body = match grading.synthesis(claim, method, chosen.as_ref()) {
            Ok(Some(body)) => body,
            Ok(None) => {
                let message = format!("no result with an effect bears on `{id}`");
                let help = "give the data of the arms, or `effect` with `ci-low` and `ci-high`, and `effect-measure`";
                return Err(Diagnostic::error(Code::NotSynthesised, message).help(help).into());
            }
            Err(error) => {
                let message = format!("the results that bear on `{id}` cannot be put together: {error}");
                return Err(Diagnostic::error(Code::NotSynthesised, message).help(mend(&error)).into());
            }
        };
        let synthesis = &body.synthesis;
        let natural = |averaged: f64| tidy(synthesis.measure.natural(averaged));
        let both = |(low, high): (f64, f64)| (natural(low), natural(high));
        let name = |item: EvidenceIndex| case.item(item).id.clone();
        let studies =
            body.pooled().zip(&synthesis.effects).zip(synthesis.intervals(method)).zip(&synthesis.pooled.weights);
        let studies = studies.map(|(((result, (_, effect)), interval), weight)| StudyEffect {
            item: name(result.item),
            effect: natural(effect.estimate()),
            interval: both(interval),
            standard_error: tidy(effect.variance().sqrt()),
            weight: tidy(*weight),
        });
        let studies: Vec<StudyEffect> = studies.collect();
        let counted = grading.body(claim).counted.iter().filter_map(|link| match case.link(*link).from {
            crate::case::LinkEnd::Evidence(item) => Some(item),
            crate::case::LinkEnd::Claim(_) => None,
        });
        let all: Vec<EvidenceIndex> = if asked.is_empty() { counted.collect() } else { asked };
        let without = all.into_iter().map(name).filter(|id| studies.iter().all(|study| study.item != *id));
        let pooled = &synthesis.pooled;
        let known = &pooled.heterogeneity;
        Ok(Self {
            schema: SCHEMA,
            case: case.id().clone(),
            claim: id.clone(),
            measure: synthesis.measure.word(),
            method: method.told(),
            coverage: method.coverage,
            without_effect: without.collect(),
            studies,
            pooled: PooledEffect {
                effect: natural(pooled.estimate),
                interval: both(pooled.interval),
                standard_error: tidy(pooled.standard_error),
                p: tidy(pooled.p),
                prediction_interval: pooled.prediction_interval.map(both),
                heterogeneity: synthesis.i_squared().map(|i_squared| Differences {
                    q: tidy(known.q),
                    freedom: known.freedom,
                    p: tidy(known.p),
                    i_squared: tidy(i_squared),
                    tau_squared: tidy(known.tau_squared),
                    tau_squared_interval: known.tau_squared_interval.map(|(low, high)| (tidy(low), tidy(high))),
                }),
                egger_p: synthesis.egger.map(tidy),
            },
            leave_one_out: Vec::new(),
            cumulative: Vec::new(),
            how: method.clone(),
            body,
        })
    }

    /// Pools the studies without each of them as well.
    ///
    /// # Errors
    ///
    /// [`Refused`] of a single study, and where the rest cannot be put together.
    pub fn leave_one_out(mut self) -> Result<Self, Refused> {
        let effects = self.effects();
        let parts = leave_one_out(&effects, self.how.tau_squared, self.how.uncertainty, self.how.coverage);
        self.leave_one_out = self.parts(parts)?;
        Ok(self)
    }

    /// Pools the first study, the first two and so on as well.
    ///
    /// # Errors
    ///
    /// [`Refused`] where they cannot be put together.
    pub fn cumulative(mut self) -> Result<Self, Refused> {
        let effects = self.effects();
        let parts = cumulative(&effects, self.how.tau_squared, self.how.uncertainty, self.how.coverage);
        self.cumulative = self.parts(parts)?;
        Ok(self)
    }

    fn effects(&self) -> Vec<Effect> {
        self.body.synthesis.effects.iter().map(|(_, effect)| *effect).collect()
    }

    fn parts(&self, parts: Result<Vec<Pooled>, SynthesisError>) -> Result<Vec<PartEffect>, Refused> {
        let parts = parts.map_err(|error| {
            let message = format!("parts of the results that bear on `{}` cannot be put together: {error}", self.claim);
            Diagnostic::error(Code::NotSynthesised, message).help(mend(&error))
        })?;
        let natural = |averaged: f64| tidy(self.body.synthesis.measure.natural(averaged));
        let part = |(study, pooled): (&StudyEffect, Pooled)| PartEffect {
            item: study.item.clone(),
            effect: natural(pooled.estimate),
            interval: (natural(pooled.interval.0), natural(pooled.interval.1)),
            i_squared: tidy(pooled.heterogeneity.i_squared_by_q()),
        };
        Ok(self.studies.iter().zip(parts).map(part).collect())
    }

    fn title(&self) -> String {
        format!("{}: {}", self.case, self.claim)
    }

    /// The forest plot, as SVG.
    #[must_use]
    pub fn forest(&self) -> String {
        let labels: Vec<String> = self.studies.iter().map(|study| study.item.as_str().to_owned()).collect();
        forest_plot(&self.title(), &labels, &self.body.synthesis, &self.how)
    }

    /// The funnel plot, as SVG.
    #[must_use]
    pub fn funnel(&self) -> String {
        funnel_plot(&self.title(), &self.body.synthesis)
    }

    /// As JSON, on one line. A number that is too large to be one is `null`.
    #[must_use]
    pub fn to_json(&self) -> String {
        // There is nothing in it that cannot be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As a table on a page.
    #[must_use]
    pub fn to_text(&self, page: &Page) -> String {
        let synthesis = &self.body.synthesis;
        let strong = page.palette.heading;
        let plain = Style::new();
        let told =
            |effect: f64, (low, high): (f64, f64)| format!("{} [{}, {}]", shown(effect), shown(low), shown(high));
        let row = |name: &str, weight: String, text: String, style: Style| {
            vec![(name.to_owned(), style), (weight, style), (text, style)]
        };
        let mut rows: Vec<_> = self
            .studies
            .iter()
            .map(|study| {
                let weight = format!("{:>5.1} %", 100.0 * study.weight);
                row(study.item.as_str(), weight, told(study.effect, study.interval), plain)
            })
            .collect();
        rows.push(row("together", "100.0 %".to_owned(), told(self.pooled.effect, self.pooled.interval), strong));
        if let Some((low, high)) = self.pooled.prediction_interval {
            let text = format!("[{}, {}] a new study, 95 of 100 times", shown(low), shown(high));
            rows.push(row("prediction", String::new(), text, plain));
        }
        let columns = [
            Column { heading: "study", most: 36 },
            Column { heading: "weight", most: 8 },
            Column { heading: "effect and interval", most: 60 },
        ];
        let mut lines = vec![self.title(), format!("{}, {}", synthesis.measure.title(), self.method), String::new()];
        lines.extend(table(page, 2, &columns, &rows));
        lines.push(String::new());
        let p = if self.pooled.p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {:.3}", self.pooled.p) };
        lines.push(format!("  Effect against none: {p}"));
        lines.extend(synthesis.heterogeneity_told().map(|told| format!("  Differences: {told}")));
        lines.extend(self.pooled.egger_p.map(|p| format!("  Small studies against large ones (Egger): p = {p:.3}")));
        if !self.without_effect.is_empty() {
            let names: Vec<&str> = self.without_effect.iter().map(|id| id.as_str()).collect();
            lines.push(format!("  Left out, for no effect follows of what is recorded: {}", names.join(", ")));
        }
        for (heading, first, parts) in [
            ("without", "Without each study", &self.leave_one_out),
            ("up to", "One study more at a time", &self.cumulative),
        ] {
            if parts.is_empty() {
                continue;
            }
            let row = |part: &PartEffect| {
                let differs = format!("{:>5.1} %", part.i_squared);
                row(part.item.as_str(), differs, told(part.effect, part.interval), plain)
            };
            let columns = [
                Column { heading, most: 36 },
                Column { heading: "I²", most: 8 },
                Column { heading: "effect and interval", most: 60 },
            ];
            lines.extend([String::new(), format!("  {first}"), String::new()]);
            lines.extend(table(page, 2, &columns, &parts.iter().map(row).collect::<Vec<_>>()));
        }
        lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

fn find(case: &Case, id: &str) -> Result<EvidenceIndex, Refused> {
    let ids = || case.evidence().iter().map(|item| item.id.as_str());
    case.find_item(id).ok_or_else(|| {
        let message = format!("case `{}` has no evidence item `{id}`", case.id());
        Diagnostic::error(Code::UnknownEvidence, message).did_you_mean(nearest(id, ids())).into()
    })
}

/// A number without the digits that hang on the machine.
fn tidy(number: f64) -> f64 {
    // Ten digits are far more than data have.
    format!("{number:.9e}").parse().unwrap_or(number)
}

/// What to do where results cannot be put together.
fn mend(error: &SynthesisError) -> &'static str {
    match error {
        SynthesisError::NoMeasure => "say `effect-measure` on the link of each result, or ask for a measure",
        SynthesisError::DifferentMeasures { .. } => {
            "ask for one measure: data of the arms give several; or for the items that agree"
        }
        SynthesisError::UnknownDesign => "say the `design` of each study",
        SynthesisError::ReviewAmongStudies => "ask for the review, or for the studies",
        SynthesisError::DifferentDesigns { .. } => "ask for the items of one kind of study",
        SynthesisError::NoConvergence { .. } => "ask for another estimate of the variance between studies",
        _ => "look at the numbers of the results",
    }
}
