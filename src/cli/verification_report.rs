//! The verdict of a verification as a document that an auditor can file: Markdown, with everything that a second
//! auditor needs to come to the same result.

use super::console::visible;
use super::verify::{not_proven, verdict};
use crate::bundle::{Policy, Verification};
use crate::domain::Timestamp;
use crate::pipeline::TOOL_VERSION;
use crate::seal::Distrust;
use std::fmt::Write;

/// The report of a verification that found nothing wrong.
pub(super) fn good(verification: &Verification, policy: &Policy, now: Timestamp) -> String {
    let mut out = head(&verification.bundle, "VERIFIED", now);
    out.push_str("## What was shown\n\n");
    for line in verdict(verification) {
        let _ = writeln!(out, "- {}", escaped(&line));
    }
    if let Some(list) = verification.list {
        let _ = writeln!(
            out,
            "- SHA-256 of `{}.sha256`: `{list}`",
            visible(&verification.bundle)
        );
    }
    out.push_str("\n## What was demanded\n\n");
    for line in demanded(policy) {
        let _ = writeln!(out, "- {line}");
    }
    out.push_str("\n## What was not proven\n\n");
    for line in not_proven(verification) {
        let _ = writeln!(out, "- {}", escaped(line));
    }
    out.push_str("\n## Files\n\n| file | shown by |\n|---|---|\n");
    for file in &verification.files {
        let proofs: Vec<&str> = file.proofs.iter().map(|proof| proof.as_str()).collect();
        let _ = writeln!(out, "| `{}` | {} |", code(&file.path), proofs.join(", "));
    }
    out
}

/// The report of a verification that failed. The first reason ends a verification, so there is one.
pub(super) fn bad(name: &str, distrust: &Distrust, now: Timestamp) -> String {
    let mut out = head(name, "NOT VERIFIED", now);
    let (file, reason) = (code(&distrust.file), escaped(&distrust.reason));
    let _ = writeln!(out, "`{file}` {reason} (`{}`).", distrust.code.as_str());
    out.push_str("\nThe first reason ends a verification; there may be more. Nothing of this bundle should be relied on.\n");
    out
}

fn head(name: &str, verdict: &str, now: Timestamp) -> String {
    let name = escaped(name);
    format!("# Verification of {name}\n\n**{verdict}** on {now} by stage6 {TOOL_VERSION}.\n\n")
}

fn demanded(policy: &Policy) -> Vec<String> {
    let mut lines = Vec::new();
    match &policy.trust {
        Some(trust) => {
            for signer in trust.signers() {
                lines.push(format!(
                    "Ed25519 signatures by {}: `{}`",
                    visible(&signer.name()),
                    signer.key.fingerprint()
                ));
            }
        }
        None => lines.push("Ed25519 signatures that fit, by any key".to_owned()),
    }
    let ids = policy.hmac_keys.iter().filter_map(|known| known.key.id());
    lines.extend(ids.map(|id| format!("HMAC by the key `{}`", visible(id))));
    let texts = [
        ("signer", &policy.identity),
        ("producer", &policy.producer),
        ("bundle", &policy.bundle),
        ("release", &policy.release),
    ];
    for (what, text) in texts {
        lines.extend(text.iter().map(|text| format!("{what} `{}`", visible(text))));
    }
    lines.extend(
        policy
            .minimum_sequence
            .map(|number| format!("sequence at least {number}")),
    );
    lines.extend(
        policy
            .max_age_days
            .map(|days| format!("released at most {days} days ago")),
    );
    lines.push(match policy.accept_drafts {
        true => "drafts are accepted".to_owned(),
        false => "drafts are refused".to_owned(),
    });
    lines
}

/// A name that may come from a bundle, inside a code span.
fn code(text: &str) -> String {
    visible(text).replace('`', "'").replace('|', "\\|")
}

/// Text that may come from a bundle, so that it stays text in Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in visible(text).chars() {
        if letter.is_ascii_punctuation() && !".,:()/@+=-".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
