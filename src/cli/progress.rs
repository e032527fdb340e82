//! What is told of a long run while it goes on: a line on a terminal that is gone when it ends, or JSON lines for
//! programs. A log sees neither unless it asks for the lines.

use super::clock::Stopwatch;
use super::console::event;
use crate::document::json_text::Json;
use crate::pipeline::Stage;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The stages that were gone through, with their times in milliseconds.
pub(super) type Times = Vec<(Stage, f64)>;

/// Tells of stages and measures them.
pub(super) struct Progress {
    bar: ProgressBar,
    events: bool,
    watch: Stopwatch,
    times: Times,
}

impl Progress {
    /// Begins. A terminal sees a line unless `silent`; indicatif itself hides it from anything else.
    pub(super) fn begin(events: bool, silent: bool) -> Progress {
        let target = if silent {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(Stage::ALL.len() as u64), target);
        let style = ProgressStyle::with_template("  {bar:20} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress {
            bar,
            events,
            watch: Stopwatch::start(),
            times: Times::new(),
        }
    }

    /// A stage begins, and with it the one before has ended.
    pub(super) fn stage(&mut self, stage: Stage) {
        self.end_stage();
        self.watch = Stopwatch::start();
        self.times.push((stage, 0.0));
        self.bar.set_message(stage.as_str());
        if self.events {
            event("stage-begins", vec![("stage", Json::text(stage.as_str()))]);
        }
    }

    fn end_stage(&mut self) {
        let Some((stage, time)) = self.times.last_mut() else {
            return;
        };
        *time = self.watch.milliseconds();
        self.bar.inc(1);
        if self.events {
            let members = vec![
                ("stage", Json::text(stage.as_str())),
                ("milliseconds", Json::Float((*time * 10.0).round() / 10.0)),
            ];
            event("stage-ends", members);
        }
    }

    /// Ends; the line is gone.
    pub(super) fn end(mut self) -> Times {
        self.end_stage();
        std::mem::take(&mut self.times)
    }
}

impl Drop for Progress {
    /// Whatever is printed next, an error too, must not stand behind half a bar.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
