//! `stage6 sign-waivers`.

use super::Outcome;
use super::arguments::ProjectArguments;
use super::build::key_choice;
use super::clock::{self, environment};
use super::console::Console;
use crate::document::json_text::Json;
use crate::fs::Project;
use crate::pipeline::{self, Failure, MadeKey};

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 sign-waivers --signing-key-path secrets/stress_lab.hmac --signing-key-id audit-2026

Writes config/waivers.yaml.sig. Waivers without a signature hold in drafts only; a development key cannot sign them.";

pub(super) fn run(arguments: &ProjectArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.date)?;
    let project = Project::open(arguments.root())?;
    let mut choice = key_choice(&arguments.key);
    choice.require = true;
    let MadeKey { key, .. } = pipeline::build_key(&project, &choice, &environment)?;
    let (path, count) = pipeline::sign_waivers(&project, &key, now)?;
    let id = key.id().unwrap_or_default();
    let ending = if count == 1 { "" } else { "s" };
    console.line(format!(
        "{path}: {count} waiver{ending}, signed with the key {id}"
    ));
    console.object(&Json::map([
        ("status", Json::text("signed")),
        ("path", Json::text(path)),
        ("waivers", Json::Integer(count.to_string())),
        ("key_id", Json::text(id)),
    ]));
    Ok(Outcome::Good)
}
