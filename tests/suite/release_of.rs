//! A release of any size, packed in memory: for scenes and for the measurements of `benches/verify.sh`.

use stage6_press::bundle::{self, Packed, Payload, ReleaseInfo};
use stage6_press::domain::{BundleName, Producer, Release, ReleaseStatus, Reuse, Timestamp};
use stage6_press::seal::{HmacKey, ReleaseKey, SigningKeys, report_manifest, seal};

/// The bundle's name.
pub const LARGE: &str = "large-1-r1";

/// The seed of RFC 8032, section 7.1, test 1, as PKCS#8 PEM; secret to nobody.
const RELEASE_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

/// Packs one small signed report, and `parts` as `data/site/part-NNNNN.bin`.
pub fn release_of(parts: impl IntoIterator<Item = Vec<u8>>, key: &HmacKey) -> Packed {
    let moment = |text| Timestamp::parse(text).expect("a moment");
    let at = moment("2026-11-23T12:00:00Z");
    let mut payload = Payload::default();
    let report = b"{\"passed\": true}\n".to_vec();
    let report = seal("report.json", report, key, at).expect("sealed");
    let manifest = report_manifest(&report, [("scenarios", 0), ("failures", 0)], &[]);
    payload.add("reports/report.manifest.json", manifest);
    payload.add("reports/report.json.sig", report.signature);
    payload.add("reports/report.json", report.bytes);
    for (index, part) in parts.into_iter().enumerate() {
        payload.add(&format!("site/part-{index:05}.bin"), part);
    }
    let release = Release {
        id: "1".into(),
        status: ReleaseStatus::Draft,
        sequence: 1,
        released_at: at,
        publish_at: moment("2026-11-30T12:00:00Z"),
        valid_until: moment("2027-02-21T12:00:00Z"),
        previous: None,
    };
    let info = ReleaseInfo {
        release: &release,
        bundle: &BundleName::of("large", &release),
        producer: &Producer {
            name: "stage6.example".into(),
            identity: "release@stage6.example".into(),
        },
        generated_at: at,
        tool_version: "0.0.0",
    };
    let keys = SigningKeys {
        hmac: key.clone(),
        release: ReleaseKey::from_pem(RELEASE_KEY.as_bytes()).expect("a key"),
    };
    bundle::pack(&payload, &info, &keys, &Reuse::none()).expect("packed")
}

/// Bytes that do not compress, the same for each seed.
pub fn noise(length: usize, seed: u64) -> Vec<u8> {
    // SplitMix64 (Steele, Lea and Flood, 2014).
    let mut state = seed;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Lines of a table, which compress well.
pub fn table(length: usize, seed: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 64);
    for line in seed.. {
        if bytes.len() >= length {
            break;
        }
        let value = line.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44;
        bytes.extend_from_slice(format!("{line:>12},BTC-USD,{value},liquidity,high\n").as_bytes());
    }
    bytes.truncate(length);
    bytes
}
