//! Reverse stress: how far a scenario can be scaled before it breaks a limit (analytics specification, F1).
//!
//! Every operation of the engine is monotone, rounding included, so the numbers that break a limit begin at one
//! double, and bisection on doubles finds it. The engine itself is asked, not a formula of it.

use super::closed_form::scale_root;
use super::{Question, lattice::first_that};
use crate::domain::{Metric, Shock, ShockKind};

/// Scales and intensities beyond this count as never reached.
pub const FURTHEST: f64 = 1e9;
/// A limit that needs more than this many times the configured shocks is dead.
const DEAD_BEYOND: f64 = 10.0;

/// Where a limit begins to be broken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Root {
    /// The smallest double that breaks the limit; infinite if none up to [`FURTHEST`] does.
    ///
    /// A breach is strict, so the infimum λ* of exact arithmetic lies at most one rounding below it.
    pub smallest: f64,
    /// The infimum is itself a breach. So it is only at 0, where the metric is above its limit from the start.
    pub attained: bool,
    /// The infimum by formula, where there is one.
    pub closed_form: Option<f64>,
}

/// What is remarkable about a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diagnosis {
    /// No shock of the scenario enters the metric's formula.
    NotMoved,
    /// The limit needs more than ten times the configured shocks, or cannot be broken at all.
    Dead,
    /// The configured shocks break it.
    AlreadyBreached,
    /// It is broken by the shocks' mere presence, at intensity 0.
    BreachesAtZero,
    /// Where the limit breaks, or for ever where it does not, a cap holds a shock back.
    Saturated,
}

impl Diagnosis {
    /// The word in reports.
    pub fn key(self) -> &'static str {
        match self {
            Diagnosis::NotMoved => "not_moved",
            Diagnosis::Dead => "dead",
            Diagnosis::AlreadyBreached => "already_breached",
            Diagnosis::BreachesAtZero => "breaches_at_zero",
            Diagnosis::Saturated => "saturated",
        }
    }
}

/// How far one limit is away when all shocks grow together.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaleRoot {
    /// The metric.
    pub metric: Metric,
    /// Its limit, in the metric's unit.
    pub limit: f64,
    /// Its value with the configured shocks.
    pub value: f64,
    /// The factor on all intensities; 1 is the configured scenario.
    pub root: Root,
    /// What is remarkable.
    pub diagnoses: Vec<Diagnosis>,
}

/// How far one limit is away when one shock changes.
#[derive(Clone, Debug, PartialEq)]
pub struct ShockRoot {
    /// The metric.
    pub metric: Metric,
    /// The shock, by its place in the scenario.
    pub shock: usize,
    /// The intensity that breaks the limit while the others stay as configured.
    pub with_others: Root,
    /// The intensity that breaks it while there is no other shock.
    pub alone: Root,
}

impl ShockRoot {
    /// `root` as a multiple of the configured intensity; infinite for a configured 0.
    pub fn multiple(root: &Root, shock: &Shock) -> f64 {
        if shock.intensity > 0.0 {
            root.smallest / shock.intensity
        } else {
            f64::INFINITY
        }
    }
}

/// All roots of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ReverseStress {
    /// One for each metric.
    pub scale: Vec<ScaleRoot>,
    /// One for each shock and each metric whose formula it enters.
    pub shocks: Vec<ShockRoot>,
    /// Shocks whose intensity changes nothing: a blackout with a fixed duration.
    pub inert: Vec<usize>,
    /// Shocks that are at their cap as configured: more of them changes nothing.
    pub saturated: Vec<usize>,
}

/// Finds all roots of a scenario.
pub fn reverse_stress(question: &Question<'_>) -> ReverseStress {
    let shocks = question.shocks;
    let places = |test: &dyn Fn(&Shock) -> bool| {
        let holds = |(place, shock)| test(shock).then_some(place);
        shocks
            .iter()
            .enumerate()
            .filter_map(holds)
            .collect::<Vec<usize>>()
    };
    let moved = |place: usize| {
        Metric::ALL
            .into_iter()
            .filter(move |metric| shocks[place].kind.moves(*metric))
    };
    ReverseStress {
        scale: Metric::ALL
            .into_iter()
            .map(|metric| scale(question, metric))
            .collect(),
        shocks: (0..shocks.len())
            .flat_map(|place| moved(place).map(move |metric| one_shock(question, metric, place)))
            .collect(),
        inert: places(&is_inert),
        saturated: places(&|shock| is_capped(shock, None, question.factor)),
    }
}

fn scale(question: &Question<'_>, metric: Metric) -> ScaleRoot {
    let limit = question.thresholds.limit(metric);
    let value = question.metrics(question.shocks)[metric];
    let moved = question.shocks.iter().any(|shock| shock.kind.moves(metric));
    let root = scale_root_of(question, metric);
    let mut diagnoses = Vec::new();
    let mut note = |applies: bool, diagnosis| {
        if applies {
            diagnoses.push(diagnosis);
        }
    };
    let scaled = scaled(question, root.smallest.min(FURTHEST));
    note(!moved, Diagnosis::NotMoved);
    note(moved && root.smallest > DEAD_BEYOND, Diagnosis::Dead);
    note(value > limit, Diagnosis::AlreadyBreached);
    note(root.attained, Diagnosis::BreachesAtZero);
    note(
        scaled
            .iter()
            .any(|shock| is_capped(shock, Some(metric), question.factor)),
        Diagnosis::Saturated,
    );
    ScaleRoot {
        metric,
        limit,
        value,
        root,
        diagnoses,
    }
}

/// The smallest factor on all intensities that breaks the limit of `metric`.
pub(super) fn scale_root_of(question: &Question<'_>, metric: Metric) -> Root {
    let moved = question.shocks.iter().any(|shock| shock.kind.moves(metric));
    let closed_form = if moved {
        closed_form(question, metric, question.shocks)
    } else {
        None
    };
    root(question, metric, closed_form, |by| scaled(question, by))
}

fn scaled(question: &Question<'_>, by: f64) -> Vec<Shock> {
    question
        .shocks
        .iter()
        .map(|shock| with_intensity(shock, shock.intensity * by))
        .collect()
}

fn one_shock(question: &Question<'_>, metric: Metric, place: usize) -> ShockRoot {
    let shock = &question.shocks[place];
    let with_others = |intensity: f64| {
        let mut shocks = question.shocks.to_vec();
        shocks[place].intensity = intensity;
        shocks
    };
    let alone = |intensity: f64| vec![with_intensity(shock, intensity)];
    // Alone and at intensity 1, the scale is the intensity.
    let closed_form = closed_form(question, metric, &alone(1.0));
    ShockRoot {
        metric,
        shock: place,
        with_others: root(question, metric, None, with_others),
        alone: root(question, metric, closed_form, alone),
    }
}

fn closed_form(question: &Question<'_>, metric: Metric, shocks: &[Shock]) -> Option<f64> {
    let limit = question.thresholds.limit(metric);
    scale_root(metric, limit, &question.baselines, question.factor, shocks).filter(|root| !root.is_nan())
}

fn root(
    question: &Question<'_>,
    metric: Metric,
    closed_form: Option<f64>,
    shocks: impl Fn(f64) -> Vec<Shock>,
) -> Root {
    let limit = question.thresholds.limit(metric);
    let smallest = first_that(FURTHEST, |at| question.metrics(&shocks(at))[metric] > limit);
    Root {
        smallest: smallest.unwrap_or(f64::INFINITY),
        attained: smallest == Some(0.0),
        closed_form,
    }
}

fn with_intensity(shock: &Shock, intensity: f64) -> Shock {
    Shock {
        intensity,
        ..shock.clone()
    }
}

fn is_inert(shock: &Shock) -> bool {
    shock.kind == ShockKind::Blackout && shock.duration_minutes.is_some()
}

/// Whether the formula of a shock is at its cap (section 2.3): for one metric, or for any.
fn is_capped(shock: &Shock, metric: Option<Metric>, factor: f64) -> bool {
    let strength = factor * shock.intensity;
    let concerns = |other: Metric| metric.is_none_or(|metric| metric == other);
    match shock.kind {
        ShockKind::Liquidity => strength >= 0.99 && metric.is_none_or(|metric| shock.kind.moves(metric)),
        ShockKind::Sentiment => strength >= 1.5 && concerns(Metric::SentimentDrawdown),
        ShockKind::Volume => 0.2 * strength >= 0.5 && concerns(Metric::LiquidityLoss),
        _ => false,
    }
}
