//! Where history's raw data comes from. It is read and never copied; only derived numbers are kept.

use crate::domain::Digest;

/// A file of market data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Its name in the folder of market data.
    pub file: &'static str,
    /// What it holds.
    pub content: &'static str,
    /// Repository and commit, and the path in it.
    pub origin: &'static str,
    /// The licence seen there.
    pub licence: &'static str,
    /// `green`: a licence covers the file; `amber`: none seen, so it is used for computing and not redistributed.
    pub grade: &'static str,
}

/// All files, in the order BTC, ETH, SOL, funding, sentiment, events.
pub const SOURCES: [DataFile; 6] = [
    DataFile {
        file: "etna_BTCUSDT_1d.csv",
        content: "BTC daily candles, Binance spot",
        origin: "tunogya/etna @ c0ad1d775e6f: data/BTCUSDT_1d.csv",
        licence: "MIT, © 2026 tunogya",
        grade: "green",
    },
    DataFile {
        file: "ykasra_ETHUSDT_1d.csv",
        content: "ETH daily candles, Binance spot",
        origin: "YKasra/Crypto-Cycle-Dissertation @ 7909431a2dcd: data/raw/",
        licence: "README says MIT, no licence file",
        grade: "amber",
    },
    DataFile {
        file: "darufinance_SOLUSDT_1h.csv",
        content: "SOL hourly candles, Binance spot",
        origin: "DaruFinance/quant-research-framework-rs @ 26766d9a1c7e: data/SOLUSDT_1h.csv",
        licence: "MIT",
        grade: "green",
    },
    DataFile {
        file: "lukmol_funding_rates.csv",
        content: "BTC funding, daily means of 8-hour rates, Binance",
        origin: "lukmol/gamlss-btc-VaR @ 5f40812a657b: data/",
        licence: "MIT, © 2026 Lucas Mol",
        grade: "green",
    },
    DataFile {
        file: "lukmol_fear_greed.csv",
        content: "Fear & Greed index, daily",
        origin: "lukmol/gamlss-btc-VaR @ 5f40812a657b: data/",
        licence: "MIT for the copy; the index is by alternative.me, which asks for attribution",
        grade: "green, with attribution",
    },
    DataFile {
        file: "derived_events.csv",
        content: "ten events, computed from the files above and their siblings",
        origin: "ours",
        licence: "free to use",
        grade: "ours",
    },
];

/// The text of `SOURCES.md`, with the digests of the files that were read.
pub fn sources_text(digests: &[(&str, Digest)], seed: u64, draws: u32) -> String {
    let mut text = "# History: where the numbers come from\n\n\
        Written by `stage6 history`; do not edit. The tables beside this file hold numbers derived from the data \
        below. The raw series are not part of this project.\n\n\
        Fear & Greed index: data by alternative.me (https://alternative.me/crypto/fear-and-greed-index/).\n\n\
        | file | content | origin | licence seen | grade | SHA-256 of the file read |\n|---|---|---|---|---|---|\n"
        .to_owned();
    for source in SOURCES {
        let digest = digests
            .iter()
            .find(|(file, _)| *file == source.file)
            .map(|(_, digest)| digest.to_string());
        let cells = [
            source.file,
            source.content,
            source.origin,
            source.licence,
            source.grade,
        ];
        text.push_str(&format!(
            "| {} | {} |\n",
            cells.join(" | "),
            digest.unwrap_or_default()
        ));
    }
    text.push_str(&format!(
        "\nIntervals: {draws} draws of circular 30-day blocks, seed {seed}, Philox4x32-10. The same data, seed and \
         number of draws give the same bytes.\n\n\
         Cited, not computed: the spread of March 2020 (B2C2 via blocking.net/37767) and the depth of October 2025 \
         (FTI via a Binance Square post).\n\n\
         Dispersion: the standard deviation of one day's returns over three coins exceeded 60 bps on most days. The \
         limit of 60 bps must therefore mean gaps between venues, of which no open data set was found; the column is \
         kept to show this, and no verdict rests on it.\n\n\
         Funding: BTC only. A daily mean hides single 8-hour rates, so shifts within a day were larger. In `events.csv` \
         the shift counts from the mean of the 31 days that end with the window's first day; in the other tables from \
         the mean of the 30 days before each day.\n\n\
         Gaps: the SOL file lacks 20 hours, so ten of its days have fewer than 24; the index lacks 4 days, which its \
         ten-row windows skip.\n\n\
         Volatility: in `events.csv` the window's ratio is of root mean squares of daily log returns, the worst day's \
         of its Parkinson volatility over the root mean square of the 30 returns before. In the other tables a day's \
         ln(high / low) stands over the root mean square of ln(high / low) of the 30 days before. The two are not the \
         same multiple.\n"
    ));
    text
}
