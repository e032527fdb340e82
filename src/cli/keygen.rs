//! `stage6 keygen`.

use super::Outcome;
use super::arguments::KeygenArguments;
use super::console::Console;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::fs;
use crate::pipeline::Failure;
use crate::seal::{HmacKey, new_key_text};

pub(super) fn run(arguments: &KeygenArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let shown = arguments.file.display().to_string();
    if arguments.file.exists() {
        return Err(Problem::with_file(shown, "the file exists already")
            .hint("choose another name; a key that signed something must not be lost")
            .into());
    }
    let text = new_key_text().map_err(|error| Failure::Internal(format!("no randomness: {error}")))?;
    let key =
        HmacKey::from_text(text.as_bytes(), None).map_err(|error| Failure::Internal(error.to_string()))?;
    fs::write_secret(&arguments.file, text.as_bytes())?;
    let id = key.id().unwrap_or_default();
    console.line(format!("wrote {shown}  an HMAC key of 32 random bytes, mode 600"));
    console.line(format!("key id  {id}  (or name one with --signing-key-id)"));
    console.line(
        "Keep it out of git and give it only to those who may also sign: an HMAC key verifies and signs.",
    );
    let members = [("status", "made"), ("file", shown.as_str()), ("key_id", id)];
    console.object(&Json::map(members.map(|(key, text)| (key, Json::text(text)))));
    Ok(Outcome::Good)
}
