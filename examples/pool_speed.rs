//! How long it takes to pool a thousand studies with random effects, REML, and how long the R package metafor takes for the
//! same studies in the same run.
//!
//! `cargo run --release --example pool_speed`. Without R and metafor only our own time is told.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use evigrade::synthesis::{Effect, TauSquared, Uncertainty, pool};

const STUDIES: usize = 1_000;
const TIMES: usize = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let effects = made_up()?;
    let method = TauSquared::RestrictedMaximumLikelihood;
    let mut shortest = f64::INFINITY;
    for _ in 0..TIMES {
        let before = Instant::now();
        let pooled = pool(std::hint::black_box(&effects), method, Uncertainty::Wald, 0.95)?;
        shortest = shortest.min(before.elapsed().as_secs_f64() * 1e6);
        std::hint::black_box(pooled);
    }
    let pooled = pool(&effects, method, Uncertainty::Wald, 0.95)?;
    println!(
        "evigrade: {shortest:.0} microseconds, {:.9} (tau² {:.9})",
        pooled.estimate, pooled.heterogeneity.tau_squared
    );
    match metafor(&effects) {
        Some(told) => {
            println!("metafor:  {}", told.trim());
            if let Some(theirs) = told.split_whitespace().next().and_then(|number| number.parse::<f64>().ok()) {
                println!("ratio:    {:.0}", theirs / shortest);
            }
        }
        None => println!("metafor:  R or metafor is not there"),
    }
    Ok(())
}

/// Studies of which the effects differ, always the same.
fn made_up() -> Result<Vec<Effect>, evigrade::synthesis::SynthesisError> {
    let mut state = 20_261_127_u64;
    let mut next = || {
        // A linear congruential generator (Knuth, MMIX): which numbers come does not matter.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..STUDIES).map(|_| Effect::new(0.2 + (next() + next() + next() - 1.5), 0.01 + 0.2 * next())).collect()
}

/// What metafor takes, in microseconds, and what it finds; the shortest of three times: with intervals of the variance
/// between studies, which we work out as well, and without.
fn metafor(effects: &[Effect]) -> Option<String> {
    let list =
        |of: &dyn Fn(&Effect) -> f64| effects.iter().map(|effect| of(effect).to_string()).collect::<Vec<_>>().join(",");
    let mut script = String::from("suppressMessages(library(metafor))\n");
    writeln!(script, "yi <- c({})\nvi <- c({})", list(&Effect::estimate), list(&Effect::variance)).ok()?;
    script.push_str(
        "took <- function(act) min(sapply(1:3, function(i) system.time(act())[['elapsed']])) * 1e6\n\
         fit <- took(function() res <<- rma(yi, vi, method = 'REML'))\n\
         whole <- took(function() confint(rma(yi, vi, method = 'REML')))\n\
         cat(sprintf('%.0f microseconds (%.0f without intervals of the variance), %.9f (tau2 %.9f)\\n',\n\
         whole, fit, res$beta, res$tau2))\n",
    );
    let path = std::env::temp_dir().join(format!("evigrade-pool-speed-{}.R", std::process::id()));
    std::fs::write(&path, script).ok()?;
    let output = Command::new("Rscript").arg(&path).output();
    let _ = std::fs::remove_file(&path);
    let output = output.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
