//! Results of studies put together, with what else people ask of them: parts, subgroups, lacking studies.

mod text;

use serde::Serialize;

use crate::case::{Case, ClaimIndex, EvidenceIndex, LinkEnd};
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::grade::{Grading, PooledBody};
use crate::name::{CaseId, ClaimId, EvidenceId, nearest};
use crate::synthesis::{
    Effect, Method, Model, Pooled, ResultPart, Side, StudyResult, Subgroups, Synthesis, SynthesisError, egger,
    forest_plot, funnel_plot, synthesise, trim_and_fill,
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
    /// The pooled effect of each subgroup, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subgroups: Option<SubgroupEffects>,
    /// The pooled effect with the studies that a funnel lacks, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trim_and_fill: Option<FilledEffect>,
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
    /// How many days after allocation it was measured, if that is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timepoint: Option<f64>,
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
    /// The p-value of Begg's test; of as many studies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begg_p: Option<f64>,
}

/// What part of the effects are together.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PartEffect {
    /// The item that is left out, or that comes last.
    pub item: EvidenceId,
    /// What the others, or those so far, are together; nothing where they cannot be put together.
    #[serde(flatten)]
    pub found: Option<FoundEffect>,
    /// Why they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An effect with its interval.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct FoundEffect {
    /// The effect.
    pub effect: f64,
    /// Its interval.
    pub interval: (f64, f64),
    /// I-squared by Q, in per cent; 0 of a single study.
    pub i_squared: f64,
}

/// Subgroups of the studies, each pooled by itself.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SubgroupEffects {
    /// The fact by which studies are told apart.
    pub by: String,
    /// The subgroups, in the order in which their studies come.
    pub groups: Vec<SubgroupEffect>,
    /// Cochran's Q between them.
    pub q: f64,
    /// Its degrees of freedom.
    pub freedom: usize,
    /// Its p-value.
    pub p: f64,
    /// Studies of which it is not known what the fact says; they are in no subgroup.
    pub not_known_of: Vec<EvidenceId>,
}

/// A subgroup of the studies.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SubgroupEffect {
    /// What the fact says of its studies.
    pub value: String,
    /// Its studies.
    pub items: Vec<EvidenceId>,
    /// What they are together.
    #[serde(flatten)]
    pub found: FoundEffect,
}

/// What effects would be together, were there the studies that a funnel lacks.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FilledEffect {
    /// On which side studies lack: `left` or `right`.
    pub side: &'static str,
    /// How many lack.
    pub lacking: usize,
    /// How effects are put together: by inverse variance.
    pub method: String,
    /// The effect with those put in.
    pub effect: f64,
    /// Its interval.
    pub interval: (f64, f64),
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
    /// The interval of I-squared that goes with that of the variance between studies, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i_squared_interval: Option<(f64, f64)>,
    /// The variance between studies, on the scale on which effects are averaged; nothing of a model that takes tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tau_squared: Option<f64>,
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
            timepoint: result.result.number(ResultPart::Timepoint),
        });
        let studies: Vec<StudyEffect> = studies.collect();
        let counted = grading.body(claim).counted.iter().filter_map(|link| match case.link(*link).from {
            LinkEnd::Evidence(item) => Some(item),
            LinkEnd::Claim(_) => None,
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
                    i_squared_interval: known.i_squared_interval.map(|(low, high)| (tidy(low), tidy(high))),
                    tau_squared: (!synthesis.model.takes_tables()).then(|| tidy(known.tau_squared)),
                    tau_squared_interval: known.tau_squared_interval.map(|(low, high)| (tidy(low), tidy(high))),
                }),
                egger_p: synthesis.egger.map(tidy),
                begg_p: synthesis.begg.map(tidy),
            },
            leave_one_out: Vec::new(),
            cumulative: Vec::new(),
            subgroups: None,
            trim_and_fill: None,
            how: method.clone(),
            body,
        })
    }

    /// Pools the studies without each of them as well.
    ///
    /// # Errors
    ///
    /// [`Refused`] of a single study.
    pub fn leave_one_out(mut self) -> Result<Self, Refused> {
        let count = self.studies.len();
        if count < 2 {
            return Err(self.refused(&SynthesisError::TooFewStudies { needed: 2 }).into());
        }
        let without = |place| self.part((0..count).filter(|other| *other != place));
        self.leave_one_out = self.parts((0..count).map(without));
        Ok(self)
    }

    /// Pools the first study, the first two and so on as well.
    #[must_use]
    pub fn cumulative(mut self) -> Self {
        self.cumulative = self.parts((1..=self.studies.len()).map(|count| self.part(0..count)));
        self
    }

    /// Pools the studies by what a fact of items or links says of them as well, and tests whether these subgroups differ.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the framework has no such fact, if all studies are of one subgroup, or where a subgroup cannot be put
    /// together.
    pub fn subgroups(mut self, grading: &Grading<'_>, claim: ClaimIndex, fact: &str) -> Result<Self, Refused> {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        let mut not_known_of = Vec::new();
        for (place, result) in self.body.pooled().enumerate() {
            let value = grading.fact_of_result(claim, result, fact).ok_or_else(|| no_such_fact(grading, fact))?;
            if value.known().is_none() {
                not_known_of.push(self.studies[place].item.clone());
                continue;
            }
            let value = value.to_string();
            match groups.iter_mut().find(|(known, _)| *known == value) {
                Some((_, places)) => places.push(place),
                None => groups.push((value, vec![place])),
            }
        }
        let pooled: Result<Vec<_>, _> = groups.iter().map(|(_, places)| self.part(places.iter().copied())).collect();
        let between = pooled.and_then(|pooled| Subgroups::new(pooled.into_iter().map(|part| part.pooled).collect()));
        let between = between.map_err(|error| self.refused(&error))?;
        let of = |((value, places), pooled): ((String, Vec<usize>), &Pooled)| SubgroupEffect {
            value,
            items: places.into_iter().map(|place| self.studies[place].item.clone()).collect(),
            found: self.found(pooled),
        };
        self.subgroups = Some(SubgroupEffects {
            by: fact.to_owned(),
            groups: groups.into_iter().zip(&between.pooled).map(of).collect(),
            q: tidy(between.q),
            freedom: between.freedom,
            p: tidy(between.p),
            not_known_of,
        });
        Ok(self)
    }

    /// Puts in the studies that a funnel lacks as well: on the left where small studies find more than large ones, else on
    /// the right. A model that takes tables gives way to a common effect by inverse variance.
    ///
    /// # Errors
    ///
    /// [`Refused`] of fewer than three studies, where all are equally precise, and where they cannot be put together.
    pub fn trim_and_fill(mut self) -> Result<Self, Refused> {
        let effects: Vec<Effect> = self.body.synthesis.effects.iter().map(|(_, effect)| *effect).collect();
        let tau_squared = self.how.model.tau_squared();
        let filled = egger(&effects).and_then(|test| {
            let side = if test.slope > 0.0 { Side::Left } else { Side::Right };
            let filled = trim_and_fill(&effects, side, tau_squared, self.how.uncertainty, self.how.coverage)?;
            let all: Vec<Effect> = effects.iter().chain(&filled.put_in).copied().collect();
            Ok((side, filled.lacking, self.how.pool(&all)?))
        });
        let (side, lacking, pooled) = filled.map_err(|error| self.refused(&error))?;
        let mut how = self.how.clone();
        how.model = Model::InverseVariance(tau_squared);
        self.trim_and_fill = Some(FilledEffect {
            side: if side == Side::Left { "left" } else { "right" },
            lacking,
            method: how.told(),
            effect: self.natural(pooled.estimate),
            interval: self.both(pooled.interval),
        });
        Ok(self)
    }

    /// Some of the studies put together by themselves.
    fn part(&self, places: impl Iterator<Item = usize>) -> Result<Synthesis, SynthesisError> {
        let all: Vec<&StudyResult> = self.body.pooled().map(|known| &known.result).collect();
        let some: Vec<StudyResult> = places.map(|place| all[place].clone()).collect();
        let mut how = self.how.clone();
        how.measure = Some(self.body.synthesis.measure);
        synthesise(&some, &how)
    }

    fn parts(&self, parts: impl Iterator<Item = Result<Synthesis, SynthesisError>>) -> Vec<PartEffect> {
        let part = |(study, part): (&StudyEffect, Result<Synthesis, SynthesisError>)| PartEffect {
            item: study.item.clone(),
            found: part.as_ref().ok().map(|part| self.found(&part.pooled)),
            reason: part.err().map(|error| error.to_string()),
        };
        self.studies.iter().zip(parts).map(part).collect()
    }

    fn found(&self, pooled: &Pooled) -> FoundEffect {
        FoundEffect {
            effect: self.natural(pooled.estimate),
            interval: self.both(pooled.interval),
            i_squared: tidy(pooled.heterogeneity.i_squared_by_q()),
        }
    }

    fn refused(&self, error: &SynthesisError) -> Diagnostic {
        let message = format!("parts of the results that bear on `{}` cannot be put together: {error}", self.claim);
        Diagnostic::error(Code::NotSynthesised, message).help(mend(error))
    }

    /// A number as it is printed.
    fn natural(&self, averaged: f64) -> f64 {
        tidy(self.body.synthesis.measure.natural(averaged))
    }

    fn both(&self, (low, high): (f64, f64)) -> (f64, f64) {
        (self.natural(low), self.natural(high))
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
}

fn find(case: &Case, id: &str) -> Result<EvidenceIndex, Refused> {
    let ids = || case.evidence().iter().map(|item| item.id.as_str());
    case.find_item(id).ok_or_else(|| {
        let message = format!("case `{}` has no evidence item `{id}`", case.id());
        Diagnostic::error(Code::UnknownEvidence, message).did_you_mean(nearest(id, ids())).into()
    })
}

fn no_such_fact(grading: &Grading<'_>, fact: &str) -> Refused {
    let framework = grading.framework().framework();
    let of_results = framework.facts.iter().filter(|known| matches!(known.subject, Subject::Evidence | Subject::Link));
    let message = format!("`{}` has no fact `{fact}` of items or links", framework.id);
    Diagnostic::error(Code::UnknownFact, message)
        .did_you_mean(nearest(fact, of_results.map(|known| known.name.as_str())))
        .into()
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
        SynthesisError::NotOfModel { .. } => {
            "Mantel-Haenszel takes `or`, `rr` and `rd`, Peto `or`; ask for another method, or for another measure"
        }
        SynthesisError::NoTable { .. } => "record the participants and events of both arms, or ask for another method",
        SynthesisError::NoEffectOfTables { .. } => {
            "ask for another method: by inverse variance a half is added to empty cells"
        }
        SynthesisError::NoSuchInterval { .. } => "ask for the interval `wald`, or for another method",
        SynthesisError::TooFewGroups => "ask for a fact in which the studies differ",
        SynthesisError::TooFewStudies { .. } => "leave it out of what you ask for",
        SynthesisError::NoConvergence { .. } => "ask for another estimate of the variance between studies",
        _ => "look at the numbers of the results",
    }
}
