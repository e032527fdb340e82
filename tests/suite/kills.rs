//! Commands that are killed at some instant of their run.

use std::process::Child;
use std::time::Duration;

/// Kills commands before their end, and counts how many.
pub struct Kills {
    /// How long a run takes, in microseconds, followed as the machine's other work comes and goes.
    pub span: u64,
    /// How many were killed before they had ended by themselves.
    pub cut_short: usize,
    /// A generator of its own (Knuth, MMIX), so that the instants differ and yet can be repeated.
    seed: u64,
}

impl Kills {
    /// For runs that take about this long.
    pub fn of(whole: Duration) -> Kills {
        Kills {
            span: u64::try_from(whole.as_micros()).expect("short"),
            cut_short: 0,
            seed: 6,
        }
    }

    /// The next number below this one.
    pub fn draw(&mut self, below: u64) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % below
    }

    /// Kills a command that has just begun after so many microseconds; says whether that was before its end.
    pub fn kill(&mut self, mut child: Child, wait: u64) -> bool {
        std::thread::sleep(Duration::from_micros(wait));
        child.kill().expect("killed");
        let was_cut = !child.wait().expect("ended").success();
        self.cut_short += usize::from(was_cut);
        self.span = if was_cut {
            self.span + self.span / 40
        } else {
            self.span - self.span / 10
        };
        was_cut
    }
}
