//! Which ids somebody asks for.

/// Whether an id fits a pattern: the whole id where the pattern holds `*` (any letters) or `?` (one letter), else
/// any part of it.
///
/// ```
/// # use stage6_press::evidence::id_fits;
/// assert!(id_fits("stress_lab.thresholds.max_blackout_minutes", "blackout"));
/// assert!(id_fits("stress_lab.thresholds.max_blackout_minutes", "stress_lab.*_minutes"));
/// assert!(!id_fits("stress_lab.thresholds.max_blackout_minutes", "thresholds.*"));
/// ```
pub fn id_fits(id: &str, pattern: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return id.contains(pattern);
    }
    let (id, pattern): (Vec<char>, Vec<char>) = (id.chars().collect(), pattern.chars().collect());
    let (mut at, mut next) = (0, 0);
    // Where the last star stands, and how much of the id it takes.
    let mut star: Option<(usize, usize)> = None;
    while at < id.len() {
        match pattern.get(next) {
            Some('*') => {
                star = Some((next, at));
                next += 1;
            }
            Some(wanted) if *wanted == '?' || id.get(at) == Some(wanted) => {
                at += 1;
                next += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, next) = (taken + 1, place + 1);
            }
        }
    }
    pattern.iter().skip(next).all(|letter| *letter == '*')
}
