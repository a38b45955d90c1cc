//! What must hold of reports: the same case gives the same bytes, however its file is laid out and
//! however many threads grade it.

use evigrade::Grading;
use evigrade::report::Report;
use serde_json::Value;

use crate::engine::{self, Engine};
use crate::model::{Case, Model};
use crate::write::Layout;

/// The places in a report hang on the layout of the file; all else does not.
fn without_places(json: &str) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(entries) => {
                entries.retain(|key, _| key != "at");
                entries.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(json).expect("a report is JSON");
    strip(&mut value);
    value
}

/// Grades a case again and again.
pub(crate) fn case(model: &Model, engine: &Engine, case: &Case, first: &Grading<'_>) -> Result<(), String> {
    let json = Report::new(first).to_json();
    let again = |layout: Layout| -> Result<String, String> {
        let loaded = engine.load(case, layout)?;
        let grading = engine.grade(&loaded).map_err(|refused| format!("it is refused at times: {refused:?}"))?;
        Ok(Report::new(&grading).to_json())
    };
    if again(Layout::default())? != json {
        return Err("the same case gives another report".to_owned());
    }
    let turned = again(Layout { turned: true, reversed: false })?;
    if without_places(&turned) != without_places(&json) {
        return Err(format!("another order of tables gives another report:\n{json}\n{turned}"));
    }
    let loaded = engine.load(case, Layout { turned: false, reversed: true })?;
    let reversed = engine.grade(&loaded).map_err(|refused| format!("it is refused at times: {refused:?}"))?;
    for claim in 0..case.claims.len() {
        let values = |grading| engine::claim_values(model, grading, claim);
        if values(first) != values(&reversed) {
            return Err(format!("c{claim} is graded otherwise when claims, items and links stand in another order"));
        }
    }
    std::thread::scope(|scope| {
        let spawned: Vec<_> = (0..4).map(|_| scope.spawn(|| again(Layout::default()))).collect();
        for handle in spawned {
            if handle.join().map_err(|_| "a thread panics")?? != json {
                return Err("four threads at once give another report".to_owned());
            }
        }
        Ok(())
    })
}
