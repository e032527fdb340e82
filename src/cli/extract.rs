//! `stage6 extract`.

use super::Outcome;
use super::console::Console;
use super::trust_arguments::ExtractArguments;
use super::verify;
use crate::bundle;
use crate::document::json_text::Json;
use crate::pipeline::{self, Failure};

pub(super) fn run(arguments: &ExtractArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let demands = verify::demands(&arguments.demands)?;
    let path = &arguments.demands.path;
    let extracted = bundle::extract(path, &arguments.to, &demands.policy, |verification| {
        pipeline::remember(verification, &demands)
    })?;
    verify::show(&extracted.verification, console);
    let (files, bytes) = (extracted.files, extracted.bytes);
    let to = arguments.to.display().to_string();
    console.line(format!("EXTRACTED  {files} files, {bytes} bytes, into {to}"));
    let written = Json::map([
        ("folder", Json::text(to)),
        ("files", Json::integer(files as u64)),
        ("bytes", Json::integer(bytes)),
    ]);
    let object = verify::object(&extracted.verification, vec![("extracted", written)]);
    console.object(&object);
    Ok(Outcome::Good)
}
