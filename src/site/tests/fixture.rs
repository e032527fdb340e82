//! A small release: two scenarios on a sample baseline, three pages in each language.

use super::super::{Signing, SiteInput, Theme, render};
use crate::content::{Heading, Page, Section, Wording, Wordings, place};
use crate::diag::{Checked, Position};
use crate::domain::{
    BaseUrl, Baseline, BundleName, Digest, Fact, FactValue, InputFile, Language, Market, MarketResult,
    Metric, MetricValues, Provenance, Release, ReleaseStatus, Reuse, ScenarioResult, Severity, StressReport,
    ThresholdOverrides, Thresholds, Timestamp, Unit, WaiverBook,
};
use crate::evidence::{Evidence, EvidenceFile, EvidenceKind, Lineage, Sealed, Signer, Table};
use crate::fs::{Project, Tree};
use std::collections::BTreeSet;

pub(super) const CONFIG: &str = "config/core.yaml";
pub(super) const REPORT: &str = "var/audit/stage6/stress_lab/stress_lab_report.json";
pub(super) const BASELINE: &str = "var/audit/stage6/market_intel/btcusdt.json";
pub(super) const ANALYTICS: &str = "var/audit/stage6/stress_lab/stress_lab_analytics.json";
/// What `report` says, as far as charts read it.
pub(super) const REPORT_BYTES: &[u8] = include_bytes!("report.json");
const CONFIG_BYTES: &[u8] =
    b"stress_lab:\n  thresholds:\n    max_blackout_minutes: 40\n    note: \"<b> & co\"\n";

/// All that a render needs, owned.
pub(super) struct Fixture {
    pub(super) pages: Vec<Page>,
    pub(super) evidence: Evidence,
    pub(super) report: StressReport,
    pub(super) release: Release,
    pub(super) signing: Signing,
    pub(super) analytics: Option<&'static str>,
    pub(super) history_of: Option<Digest>,
    pub(super) lineage: Lineage,
    pub(super) base_url: Option<BaseUrl>,
    wordings: Wordings,
    theme: Theme,
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

impl Fixture {
    pub(super) fn new() -> Fixture {
        let place = tempfile::tempdir().unwrap();
        let project = Project::open(place.path()).unwrap();
        Fixture {
            pages: Language::ALL.into_iter().flat_map(pages).collect(),
            evidence: evidence(true),
            report: report(),
            release: Release {
                id: String::from("2026.11"),
                status: ReleaseStatus::Draft,
                sequence: 1,
                released_at: moment("2026-11-23T09:00:00Z"),
                publish_at: moment("2026-11-30T09:00:00Z"),
                valid_until: moment("2027-02-21T09:00:00Z"),
                previous: None,
            },
            signing: Signing {
                key_id: String::from("dev-0001"),
                fingerprint: String::from("SHA256:fixture"),
                development: true,
            },
            analytics: None,
            history_of: None,
            lineage: Lineage::default(),
            base_url: None,
            wordings: Wording::load(&project).unwrap(),
            theme: Theme::load(&project).unwrap(),
        }
    }

    /// The same release, signed with a real key and made from measured data.
    pub(super) fn for_publication() -> Fixture {
        let mut fixture = Fixture::new();
        fixture.signing.development = false;
        fixture.release.status = ReleaseStatus::Final;
        fixture.evidence = evidence(false);
        for market in &mut fixture.report.markets {
            market.provenance = Provenance::Measured;
        }
        fixture
    }

    /// The same release with analytics of its first scenario and with history.
    pub(super) fn analysed() -> Fixture {
        let analytics = include_bytes!("analytics.json");
        let table = |name: &str, text: &str| {
            Table::read(&format!("var/audit/stage6/history/{name}"), text.as_bytes()).unwrap()
        };
        let replays = table("event_replays.csv", REPLAYS);
        let severity = table("shock_severity.csv", SEVERITY);
        let events = table("events.csv", "id,title\ncrash,Crash\n");
        let mut files: Vec<EvidenceFile> = evidence(true).files().cloned().collect();
        let lines = "\n".repeat(9);
        let tables = [&replays, &severity, &events].map(|table| table.path.clone());
        files.extend(tables.map(|path| file(&path, EvidenceKind::Table, lines.as_bytes())));
        files.push(file(ANALYTICS, EvidenceKind::Report, analytics));
        Fixture {
            evidence: Evidence::for_tests(files, Vec::new(), vec![replays, severity, events]),
            analytics: Some(ANALYTICS),
            ..Fixture::new()
        }
    }

    pub(super) fn render(&self) -> Checked<Tree> {
        self.render_after(&Reuse::none())
    }

    /// Renders with what earlier builds made.
    pub(super) fn render_after(&self, reuse: &Reuse) -> Checked<Tree> {
        let input = SiteInput {
            pages: &self.pages,
            evidence: &self.evidence,
            report: &self.report,
            analytics: self.analytics,
            history_of: self.history_of,
            release: &self.release,
            bundle: &BundleName::of("stage6", &self.release),
            signing: &self.signing,
            name: "Stage6 Due Diligence",
            languages: &Language::ALL,
            tool_version: "0.1.0",
            wordings: &self.wordings,
            feeds: &Tree::new(),
            gate: None,
            waivers: &WaiverBook::default(),
            lineage: &self.lineage,
            base_url: self.base_url.as_ref(),
            reuse,
        };
        render(&input, &self.theme)
    }

    /// The rendered files as text, binary ones left out.
    pub(super) fn texts(&self) -> Vec<(String, String)> {
        let tree = self.render().unwrap();
        tree.into_iter()
            .filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)))
            .collect()
    }

    pub(super) fn html(&self, path: &str) -> String {
        String::from_utf8(self.render().unwrap().remove(path).unwrap()).unwrap()
    }
}

fn page(language: Language, id: &str, section: Section, title: &str) -> Page {
    Page {
        id: id.to_owned(),
        language,
        source: format!("content/{}/{id}.md", language.tag()),
        title: title.to_owned(),
        nav_title: title.to_owned(),
        summary: format!("Summary of {title}."),
        section,
        order: 1,
        updated: Some(String::from("2026-11-20")),
        source_digest: Digest::of(id.as_bytes()),
        text_language: language,
        tasks: 0,
        terms: Vec::new(),
        html: String::from("<h2 id=\"one\">One</h2><p>Text.</p>"),
        markdown: String::new(),
        headings: Vec::new(),
        facts: BTreeSet::new(),
        evidence: BTreeSet::new(),
        uses: Vec::new(),
        claims: Vec::new(),
        typed: Vec::new(),
    }
}

fn pages(language: Language) -> Vec<Page> {
    let here = place::page_path(language, "whitepaper");
    let link = place::relative(&here, &place::evidence_path(language, CONFIG));
    let heading = |id: &str| Heading {
        level: 2,
        id: id.to_owned(),
        text: id.to_owned(),
    };
    let whitepaper = Page {
        html: format!(
            "<h2 id=\"a\">a</h2><p><a class=\"fact\" href=\"{link}#L3\"><data value=\"40\">40</data></a></p>\
             <h2 id=\"b\">b</h2><h2 id=\"c\">c</h2>"
        ),
        headings: ["a", "b", "c"].map(heading).to_vec(),
        facts: BTreeSet::from([String::from("report.scenario_count")]),
        evidence: BTreeSet::from([CONFIG.to_owned()]),
        ..page(language, "whitepaper", Section::Review, "Whitepaper <1>")
    };
    vec![
        page(language, "index", Section::Home, "Home"),
        whitepaper,
        page(language, "case-studies/index", Section::Publish, "Case studies"),
        Page {
            order: 2,
            ..page(language, "case-studies/emea", Section::Publish, "EMEA")
        },
        page(language, "verification", Section::Operate, "Verification"),
    ]
}

const REPLAYS: &str = "\
id,event,basis,spread_increase_bps,spread_increase_bps_state,spread_increase_bps_utilisation,volatility_increase_pct,\
volatility_increase_pct_state,volatility_increase_pct_utilisation,sentiment_drawdown,sentiment_drawdown_state,\
sentiment_drawdown_utilisation,dispersion_bps,dispersion_bps_state,dispersion_bps_utilisation
crash_window,crash,window,500.0,cited,11.11,3.55,measured,4.44,0.25,measured,0.5,202.9,not_comparable,missing
";
const SEVERITY: &str = "\
id,scenario,shock,state,measure,unit,level,observed_days,frequency_pct,frequency_low_pct,frequency_high_pct,return_days
a,crunch,volatility,measured,volatility_btc,multiple,1.6,3029,0.0828656,0.0717,0.09559,12.0677
b,crunch,price_gap,not_comparable,missing,missing,missing,missing,missing,missing,missing,missing
c,blackout,latency,missing,missing,missing,missing,missing,missing,missing,missing,missing
d,limit,max_funding_change_bps,beyond_history,funding_shift_btc,bps,25.0,2318,0.0,0.0,0.01649,missing
";

fn file(path: &str, kind: EvidenceKind, bytes: &[u8]) -> EvidenceFile {
    EvidenceFile {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
        digest: Digest::of(bytes),
        kind,
        sealed: None,
        sample: false,
        extract_of: None,
    }
}

fn evidence(development: bool) -> Evidence {
    let sealed = |path: &str, kind: EvidenceKind, bytes: &[u8]| EvidenceFile {
        sealed: (kind == EvidenceKind::Report).then(|| Sealed {
            key_id: String::from("dev-0001"),
            development,
            signer: Signer::Maker,
        }),
        sample: development && kind == EvidenceKind::Baseline,
        ..file(path, kind, bytes)
    };
    let blackout = Fact {
        id: String::from("stress_lab.thresholds.max_blackout_minutes"),
        value: FactValue::Number(40.0),
        unit: Unit::Minutes,
        source: CONFIG.to_owned(),
        at: Position::new(3, 27),
    };
    let files = vec![
        sealed(CONFIG, EvidenceKind::Config, CONFIG_BYTES),
        sealed(REPORT, EvidenceKind::Report, REPORT_BYTES),
        sealed(BASELINE, EvidenceKind::Baseline, b"{\"fixture\": true}\n"),
        sealed("var/audit/stage6/scan.bin", EvidenceKind::Document, &[0xff, 0xfe]),
    ];
    Evidence::for_tests(files, vec![blackout], Vec::new())
}

fn baseline(symbol: &str) -> Baseline {
    Baseline {
        symbol: symbol.to_owned(),
        mid_price: 47_500.0,
        avg_depth_usd: 1_850_000.0,
        avg_spread_bps: 6.0,
        funding_rate_bps: 8.5,
        sentiment_score: 0.42,
        realized_volatility: 0.32,
        weight: 1.0,
    }
}

/// A scenario on BTCUSDT with its own latency limit; `latency` decides its verdict.
fn scenario(name: &str, latency: f64) -> ScenarioResult {
    let metrics = MetricValues::new([0.52, 5.916_444, 0.6, 0.35, 0.0, latency, 45.0, 32.0]);
    let mut overrides = ThresholdOverrides::default();
    overrides.set(Metric::LatencySpike, 180.0);
    overrides.set(Metric::Blackout, 55.0);
    let breached = latency > 180.0;
    ScenarioResult {
        name: name.to_owned(),
        severity: Severity::new("medium"),
        description: Some(String::from("An exchange is away.")),
        metrics,
        markets: vec![MarketResult {
            baseline: baseline("BTCUSDT"),
            metrics,
            notes: vec![String::from("blackout lasts 45 minutes")],
            synthetic: false,
        }],
        thresholds: Thresholds::DEFAULT.overlaid_by(&overrides),
        overrides,
        failures: breached
            .then(|| String::from("latency_spike_ms 200.00 > 180.00"))
            .into_iter()
            .collect(),
    }
}

fn report() -> StressReport {
    let market = |key: &str, provenance: Provenance| Market {
        key: key.to_owned(),
        baseline: baseline(key),
        provenance,
        path: Some(BASELINE.to_owned()),
        digest: None,
        as_of: Some(moment("2024-11-21T00:00:00Z")),
    };
    StressReport {
        generated_at: moment("2026-11-22T20:30:00Z"),
        thresholds: Thresholds::DEFAULT,
        scenarios: vec![
            scenario("exchange_blackout_and_latency", 132.8),
            scenario("flash_crash_core", 200.0),
        ],
        markets: vec![
            market("BTCUSDT", Provenance::Sample),
            market("ETHUSDT", Provenance::Synthetic),
        ],
        inputs: vec![InputFile {
            path: CONFIG.to_owned(),
            role: "config",
            size: CONFIG_BYTES.len(),
            digest: Digest::of(CONFIG_BYTES),
        }],
        compat_reference: false,
    }
}
