//! `stage6 schema`: the shapes of the files that people write, as JSON Schema, for editors and other tools.

use super::Outcome;
use super::console::print;
use crate::pipeline::Failure;
use clap::{Args, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 schema publication > publication.schema.json
  stage6 schema core | jq '.properties.stress_lab'

An editor that knows YAML schemas (with the yaml-language-server, for example) completes and checks a file whose first
line is `# yaml-language-server: $schema=publication.schema.json`. `stage6 check` knows more than any schema can say.";

#[derive(Args, Debug)]
pub(super) struct SchemaArguments {
    /// Which file.
    file: Shape,
}

/// The files that people write.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    /// config/core.yaml.
    Core,
    /// config/publication.yaml.
    Publication,
    /// content/releases/<id>.yaml.
    Release,
    /// config/waivers.yaml.
    Waivers,
    /// config/verification.yaml, the policy of a verifier.
    Verification,
}

impl Shape {
    fn text(self) -> &'static str {
        match self {
            Shape::Core => include_str!("../../config/schemas/core.schema.json"),
            Shape::Publication => include_str!("../../config/schemas/publication.schema.json"),
            Shape::Release => include_str!("../../config/schemas/release.schema.json"),
            Shape::Waivers => include_str!("../../config/schemas/waivers.schema.json"),
            Shape::Verification => include_str!("../../config/schemas/verification.schema.json"),
        }
    }
}

/// Prints the schema, in every mode: it is the result.
pub(super) fn run(arguments: &SchemaArguments) -> Result<Outcome, Failure> {
    print(arguments.file.text().as_bytes())?;
    Ok(Outcome::Good)
}
