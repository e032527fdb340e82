//! The vectors of Project Wycheproof, through the same doors that a bundle's signatures go through.

use crate::scene::shared;
use data_encoding::HEXLOWER;
use serde_json::Value;
use stage6_press::domain::{Digest, Timestamp};
use stage6_press::seal::{HmacKey, PublicKey, SignatureFile, seal};
use std::fs;

fn groups(file: &str) -> Option<Vec<Value>> {
    let path = shared()?.join("hostile/wycheproof/testvectors_v1").join(file);
    let text = fs::read_to_string(path).expect("vectors");
    let root: Value = serde_json::from_str(&text).expect("JSON");
    Some(root["testGroups"].as_array().expect("groups").clone())
}

fn bytes(value: &Value) -> Vec<u8> {
    HEXLOWER
        .decode(value.as_str().expect("text").as_bytes())
        .expect("hexadecimal")
}

/// Tags of full length go into a `.sig` and are judged as there. Shorter ones are refused there, so their value is compared
/// with the beginning of the tag that we make.
#[test]
fn hmac_vectors_are_judged_as_labelled() {
    let Some(groups) = groups("hmac_sha256_test.json") else {
        return;
    };
    let (mut full, mut short) = (0, 0);
    for test in groups
        .iter()
        .flat_map(|group| group["tests"].as_array().expect("tests"))
    {
        let (message, tag) = (bytes(&test["msg"]), bytes(&test["tag"]));
        let key = HmacKey::from_raw(&bytes(&test["key"]), Some("k".into())).expect("a raw key");
        let is_valid = test["result"] == "valid";
        let at = Timestamp::parse("2026-11-23T12:00:00Z").expect("a moment");
        let ours = seal("m.bin", message.clone(), &key, at)
            .expect("sealed")
            .signature;
        let ours: Value = serde_json::from_slice(&ours).expect("JSON");
        let our_tag = bytes(&ours["bytes"]["value"]);
        let text = format!(
            "{{\"bytes\":{{\"algorithm\":\"HMAC-SHA256\",\"key_id\":\"k\",\"sha256\":\"{}\",\"value\":\"{}\"}},\
             \"schema\":\"stage6.signature\",\"schema_version\":\"1.0\",\"signed_at\":\"2026-11-23T12:00:00Z\",\
             \"target\":\"m.bin\"}}",
            Digest::of(&message),
            HEXLOWER.encode(&tag)
        );
        let read = SignatureFile::read("m.bin.sig", text.as_bytes()).expect("a signature file");
        let judged = read.check_key("m.bin", &message, &key).is_ok();
        if tag.len() == 32 {
            full += 1;
            assert_eq!(judged, is_valid, "{test}");
        } else {
            short += 1;
            assert!(!judged, "a cut tag: {test}");
            assert_eq!(our_tag.starts_with(&tag), is_valid, "{test}");
        }
    }
    assert_eq!((full + short, full), (174, 87));
}

#[test]
fn ed25519_vectors_are_judged_as_labelled() {
    let Some(groups) = groups("ed25519_test.json") else {
        return;
    };
    let mut seen = 0;
    for group in &groups {
        let key = PublicKey::from_bytes(&bytes(&group["publicKey"]["pk"])).expect("a sound key");
        for test in group["tests"].as_array().expect("tests") {
            let signature = bytes(&test["sig"]).try_into();
            let judged = signature.is_ok_and(|signature| key.verifies(&bytes(&test["msg"]), &signature));
            assert_eq!(judged, test["result"] == "valid", "{test}");
            seen += 1;
        }
    }
    assert_eq!(seen, 151);
}
