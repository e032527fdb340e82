//! Where `stage6 publish` delivers to, and what it says of that.

use super::console::Console;
use crate::document::json_text::Json;
use crate::pipeline::{Author, Delivery, Outlet, PublishOptions};
use clap::Args;
use std::path::PathBuf;

/// The outlets of a publication.
#[derive(Args, Debug)]
#[command(next_help_heading = "Outlets")]
pub(super) struct OutletArguments {
    /// Put the site and the release into this folder, or as a commit on this branch.
    #[arg(long, value_name = "DIR|git:BRANCH")]
    to: Vec<String>,
    /// Put the release into this folder as an OCI image layout.
    #[arg(long, value_name = "DIR")]
    oci: Option<PathBuf>,
    /// Who makes the commit on a branch. Default: producer and identity of config/publication.yaml.
    #[arg(long, value_name = "NAME <ADDRESS>", value_parser = author)]
    author: Option<Author>,
}

/// `NAME <ADDRESS>`, without anything that git would leave out of a commit.
fn author(text: &str) -> Result<Author, String> {
    let good = |part: &str| {
        let bad = |letter: char| letter.is_control() || matches!(letter, '<' | '>');
        !part.is_empty() && part.trim() == part && part.len() <= 200 && !part.contains(bad)
    };
    let parts = text.strip_suffix('>').and_then(|text| text.split_once(" <"));
    match parts {
        Some((name, address)) if good(name) && good(address) && !address.contains(' ') => {
            Ok((name.to_owned(), address.to_owned()))
        }
        _ => Err("write a name and an address: `Release desk <desk@stage6.example>`".to_owned()),
    }
}

impl OutletArguments {
    /// What the arguments ask for.
    pub(super) fn options(&self, moment_is_stated: bool) -> PublishOptions {
        let layout = self.oci.iter().cloned().map(Outlet::Layout);
        let named = self.to.iter().map(|to| Outlet::parse(to));
        PublishOptions {
            outlets: named.chain(layout).collect(),
            author: self.author.clone(),
            moment_is_stated,
        }
    }
}

/// Says what came of each outlet, for people. Gives how many failed.
pub(super) fn show(deliveries: &[Delivery], console: &mut Console) -> usize {
    for Delivery { outlet, result } in deliveries {
        match result {
            Ok(what) => console.line(format!("  {outlet}  {what}")),
            Err(reason) => console.remark(format!("NOT DELIVERED  {outlet}: {reason}")),
        }
    }
    let failed = deliveries.iter().filter(|one| one.result.is_err()).count();
    if failed > 0 {
        console.remark(format!(
            "published, and in the archive; {failed} of {} outlets stayed as they were: run the same command again",
            deliveries.len()
        ));
    }
    failed
}

/// What came of an outlet, for programs.
pub(super) fn object(one: &Delivery) -> Json {
    let (status, what) = match &one.result {
        Ok(what) => ("delivered", what),
        Err(reason) => ("failed", reason),
    };
    Json::map([
        ("to", Json::text(one.outlet.to_string())),
        ("status", Json::text(status)),
        ("what", Json::text(what)),
    ])
}
