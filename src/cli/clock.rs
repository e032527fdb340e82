//! The one place that knows what time it is, and what the environment says.

use super::arguments::{DateArguments, JournalArguments, actor_name};
use crate::diag::Problem;
use crate::domain::Timestamp;

/// The moment of the run: `--date`, else `SOURCE_DATE_EPOCH`, else the clock, in whole seconds.
pub(super) fn now(arguments: &DateArguments) -> Result<Timestamp, Problem> {
    if let Some(text) = &arguments.date {
        return Timestamp::parse_date_or_moment(text).map_err(|error| {
            Problem::with_file("--date", format!("`{text}` is not a moment")).hint(error.to_string())
        });
    }
    if let Some(text) = environment("SOURCE_DATE_EPOCH") {
        return text.parse().ok().and_then(Timestamp::from_epoch).ok_or_else(|| {
            Problem::with_file(
                "$SOURCE_DATE_EPOCH",
                format!("`{text}` is not a number of seconds since 1970"),
            )
            .hint("set it to digits, for example `git log -1 --format=%ct`, or unset it")
        });
    }
    let seconds = chrono::Utc::now().timestamp();
    Timestamp::from_epoch(seconds)
        .ok_or_else(|| Problem::with_file("(clock)", "the system's clock is out of range"))
}

/// Whether somebody says what time it is, so that [`now`] does not ask the clock.
pub(super) fn is_stated(arguments: &DateArguments) -> bool {
    arguments.date.is_some() || environment("SOURCE_DATE_EPOCH").is_some()
}

/// The one place that reads the environment. What is not UTF-8 in a variable becomes U+FFFD, which no reader of ours
/// accepts, so that such a variable is refused rather than taken for one that is not set.
pub(super) fn environment(name: &str) -> Option<String> {
    Some(std::env::var_os(name)?.to_string_lossy().into_owned())
}

/// Whom the decision log names: `--actor`, else the login name of the environment, if it is fit to be shown; `None` with
/// `--no-journal`.
pub(super) fn actor(arguments: &JournalArguments) -> Option<String> {
    if arguments.no_journal {
        return None;
    }
    let login = || {
        ["USER", "LOGNAME"]
            .into_iter()
            .find_map(|name| actor_name(&environment(name)?).ok())
    };
    let named = arguments.actor.clone().or_else(login);
    Some(named.unwrap_or_else(|| "unknown".to_owned()))
}

/// The program as the user called it, so that suggested commands can be copied.
pub(super) fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "stage6".to_owned())
}

/// Measures stages. Times are shown and never written.
pub(super) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    pub(super) fn start() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }

    pub(super) fn milliseconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }
}

/// What tells this program from any other one, as far as the disk knows: where it lies, its size and when it was written.
pub(super) fn identity() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let stamp = crate::fs::Stamp::of(&path).ok()??;
    Some(format!(
        "{} {} {stamp:?}",
        env!("CARGO_PKG_VERSION"),
        path.display()
    ))
}
