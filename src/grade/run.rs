//! Runs: what of a case is taken into account.

use jiff::civil::Date;

use crate::case::Case;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::name::{Layer, nearest};

/// What a run takes into account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The day as of which evidence counts, instead of the case's own.
    pub as_of: Option<Date>,
    /// The layers that are taken, instead of the case's own. Items without a layer always take
    /// part.
    pub layers: Option<Vec<Layer>>,
    /// The person whose judgements count where people part, and before what was adjudicated.
    pub appraiser: Option<String>,
}

impl Run {
    /// One that takes every layer of a case, whatever the case says.
    #[must_use]
    pub fn of_all_layers(case: &Case) -> Self {
        Self { layers: Some(case.layers().into_iter().cloned().collect()), ..Self::default() }
    }

    /// What a run of a case takes in the end.
    pub(crate) fn of_case(&self, case: &Case) -> Self {
        let layers = self.layers.clone().or_else(|| case.layers_taken().map(<[Layer]>::to_vec));
        Self { as_of: self.as_of.or(case.as_of()), layers, appraiser: self.appraiser.clone() }
    }

    /// The same run, under the judgements of one person: theirs count where people part, and before what was
    /// adjudicated. Where others part and this person says nothing the case is refused.
    #[must_use]
    pub fn judged_by(self, appraiser: impl Into<String>) -> Self {
        Self { appraiser: Some(appraiser.into()), ..self }
    }

    /// Refuses an appraiser who judged nothing in a case.
    ///
    /// # Errors
    ///
    /// Nobody of that name judged anything in the case.
    pub fn check_appraiser(&self, case: &Case) -> Result<(), Refused> {
        let Some(appraiser) = &self.appraiser else { return Ok(()) };
        let known = case.appraisers();
        if known.contains(&appraiser.as_str()) {
            return Ok(());
        }
        let message = format!("nobody named `{appraiser}` judged anything in case `{}`", case.id());
        let help = match known.as_slice() {
            [] => "nobody judged anything in it".to_owned(),
            known => format!("those who did: {}", known.join("; ")),
        };
        let near = nearest(appraiser, known.iter().copied());
        Err(Diagnostic::error(Code::UnknownName, message).did_you_mean_or(near, help).into())
    }
}
