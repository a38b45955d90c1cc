//! Numbers as people read them.

/// A number as it is printed beside a plot, and in tables.
#[must_use]
pub fn shown(number: f64) -> String {
    let size = number.abs();
    if !number.is_finite() {
        return "beyond all numbers".to_owned();
    }
    if number != 0.0 && !(1e-3..1e6).contains(&size) {
        return format!("{number:.2e}");
    }
    // What rounds to nothing has no sign.
    let text = match size {
        100.0.. => format!("{number:.0}"),
        // Ratios near 0 are told apart from it.
        small if small > 0.0 && small < 0.01 => format!("{number:.3}"),
        _ => format!("{number:.2}"),
    };
    if text.trim_matches(['-', '0', '.']).is_empty() { text.trim_start_matches('-').to_owned() } else { text }
}
