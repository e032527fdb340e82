//! Row "JSON ambiguity": the canonical form is Python's, or the document is refused; never a third value.

use crate::forge::{Desk, Files, Forge, HMAC};
use crate::scene::has_tool;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRng, TestRunner};
use stage6_press::document::json;
use stage6_press::document::json_text::Json;
use std::io::Write;
use std::process::{Command, Stdio};

/// Our canonical form, or nothing if we refuse the document.
fn ours(document: &[u8]) -> Option<String> {
    json::read("case", document)
        .ok()
        .map(|node| Json::from_node(&node).to_canonical())
}

/// Python's canonical forms of documents, by one process; nothing where Python refuses.
fn pythons(documents: &[Vec<u8>]) -> Vec<Option<String>> {
    const PROGRAM: &str = "
import json, sys
def form(line):
    try:
        value = json.loads(bytes.fromhex(line.strip()).decode('utf-8'))
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
        return text.encode('utf-8').hex()
    except (ValueError, RecursionError):
        return '-'
sys.stdout.write('\\n'.join(map(form, sys.stdin)))
";
    let mut child = Command::new("python3")
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let lines: String = documents
        .iter()
        .map(|document| data_encoding::HEXLOWER.encode(document) + "\n")
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).expect("written"));
    let output = child.wait_with_output().expect("ended");
    writer.join().expect("written");
    let text = String::from_utf8(output.stdout).expect("ASCII");
    let forms = text.split('\n').map(|line| {
        let bytes = data_encoding::HEXLOWER.decode(line.as_bytes()).ok()?;
        Some(String::from_utf8(bytes).expect("UTF-8"))
    });
    forms.collect()
}

fn deep(levels: usize) -> String {
    format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn the_listed_documents_have_pythons_form_or_none() {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    // What must be refused, though Python reads much of it.
    let refused: Vec<Vec<u8>> = [
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "+1",
        ".5",
        "1.",
        "0x10",
        "'a'",
        "{a:1}",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\x41\"",
        "\"tab\there\"",
        "// note\n1",
        "1 2",
        "{} x",
        "",
        " ",
        "nul",
        "True",
        "\u{feff}{}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([
        vec![b'"', 0xff, b'"'],
        vec![b'"', 0xed, 0xa0, 0x80, b'"'],
        vec![0xff, 0xfe, b'1', 0],
        deep(200).into_bytes(),
    ])
    .collect();
    for document in &refused {
        assert_eq!(ours(document), None, "{}", String::from_utf8_lossy(document));
    }
    let accepted: Vec<Vec<u8>> = [
        "-0",
        "-0.0",
        "0",
        "1.0",
        "1",
        "9007199254740993",
        "18446744073709551616",
        "1e-07",
        "1e16",
        "1e15",
        "-1113178120592002.25",
        "-1113178120592002.2",
        "1E5",
        "1e22",
        "1e23",
        "5e-324",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "0.1",
        "123456789012345678901234567890",
        "-9223372036854775809",
        "0.0001",
        "0.00001",
        "9999999999999998.0",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\/\"",
        "\"\\u007f\\u0080\\u2028\"",
        "{\"\u{1f600}\":1,\"\u{ffff}\":2,\"b\":3,\"\":4,\"B\":5}",
        "{\"a\":{\"$serde_json::private::Number\":\"1e5\"}}",
        " [ ] ",
        "{ }",
        "[null,true,false]",
        "\"\\b\\f\\n\\r\\t\\u0000\\u001f\\\"\\\\\"",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([deep(50).into_bytes()])
    .collect();
    for (document, expected) in accepted.iter().zip(pythons(&accepted)) {
        let shown = String::from_utf8_lossy(document);
        assert!(expected.is_some(), "Python reads {shown}");
        assert_eq!(ours(document), expected, "{shown}");
    }
}

/// Ten thousand random documents, half of them slightly broken, against one Python process.
#[test]
fn random_documents_have_pythons_form_or_none() {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let number = proptest::prop_oneof![
        proptest::num::f64::NORMAL.prop_map(|number| format!("{number:e}")),
        proptest::num::f64::ANY.prop_filter_map("finite", |n| n.is_finite().then(|| format!("{n}"))),
        proptest::num::i64::ANY.prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?",
    ];
    let text = proptest::prop_oneof![
        "\\PC{0,8}".prop_map(|text: String| serde_json::Value::String(text).to_string()),
        "\"(\\\\u[0-9a-f]{4}|[a-z]|\\\\[bfnrt/]){0,5}\"",
    ];
    let leaf = proptest::prop_oneof![number, text.clone(), "null|true|false"];
    let document = leaf.prop_recursive(4, 24, 5, move |inner| {
        let member = (text.clone(), inner.clone()).prop_map(|(key, value)| format!("{key}: {value}"));
        proptest::prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(" ,"))),
            proptest::collection::vec(member, 0..5).prop_map(|items| format!("{{{}}}", items.join(","))),
        ]
    });
    let broken =
        (document, proptest::num::u32::ANY, proptest::num::u8::ANY).prop_map(|(text, place, byte)| {
            let mut bytes = text.into_bytes();
            if place % 2 == 0 && !bytes.is_empty() {
                let at = place as usize % bytes.len();
                bytes[at] = byte;
            }
            bytes
        });
    let rng = TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let documents: Vec<Vec<u8>> = (0..10_000)
        .map(|_| broken.new_tree(&mut runner).expect("a document").current())
        .collect();
    let mut accepted = 0;
    for (document, expected) in documents.iter().zip(pythons(&documents)) {
        if let Some(form) = ours(document) {
            accepted += 1;
            assert_eq!(Some(form), expected, "{}", String::from_utf8_lossy(document));
        }
    }
    assert!((3_000..9_000).contains(&accepted), "{accepted} accepted");
}

/// An ambiguous manifest in a release that is signed all through is refused before it means anything.
#[test]
fn an_ambiguous_manifest_is_refused() {
    let desk = Desk::new();
    let mut forge = Forge::producer();
    let good: Files = forge.good();
    let name = forge.name(".manifest.json");
    let text = String::from_utf8(good[&name].clone()).expect("UTF-8");
    let first = "{\n";
    assert!(text.starts_with(first));
    for (what, changed) in [
        ("a key twice", text.replacen(first, "{\"sequence\": 9,\n", 1)),
        ("not a number", text.replacen(first, "{\"more\": NaN,\n", 1)),
        (
            "beyond all numbers",
            text.replacen(first, "{\"more\": 1e400,\n", 1),
        ),
        (
            "a lone surrogate",
            text.replacen(first, "{\"more\": \"\\ud800\",\n", 1),
        ),
        ("a byte order mark", format!("\u{feff}{text}")),
        ("bytes behind the end", format!("{text}{{}}")),
        (
            "too deep",
            text.replacen(first, &format!("{{\"more\": {},\n", deep(200)), 1),
        ),
        (
            "a number as text",
            text.replace("\"sequence\": 1,", "\"sequence\": \"1\","),
        ),
        (
            "a fraction",
            text.replace("\"sequence\": 1,", "\"sequence\": 1.0,"),
        ),
    ] {
        let mut files = good.clone();
        assert!(changed != text, "{what}");
        // No tool of ours signs such a document, so its old signature stays; the list and its signatures are new.
        files.insert(name.clone(), changed.into_bytes());
        forge.relist(&mut files);
        let (code, reason) = desk.judge(&files, HMAC);
        assert_eq!(code, 4, "{what}");
        assert!(
            ["hash-mismatch", "malformed"].contains(&reason.as_str()),
            "{what}: {reason}"
        );
    }
}
