//! The T+7 kit: newsletter, blog post, release notes, feed and proof of source of one release, in each language.
//!
//! Every sentence is a message of the wording with facts in its gaps, so that nothing is typed twice: another limit in
//! the configuration is another newsletter. E-mail clients get HTML with inline styles and nothing else, and a plain
//! text beside it. The room reads and writes nothing; the same release gives the same bytes.

mod context;
mod delta;
mod earlier;
mod press;
mod proof;
mod results;
mod rows;

pub use press::Press;
pub use proof::{Finished, proof};

use crate::content::{Wording, Wordings};
use crate::diag::{Checked, Problems};
use crate::domain::{BaseUrl, BundleName, Language, Producer, Release, StressReport};
use crate::evidence::{Evidence, Lineage};
use crate::fs::Tree;

/// The folder of the kit in a bundle, below its `data` folder.
pub const FOLDER: &str = "kit";
/// The file with the results of a release, by which the next one is compared with it.
pub const RESULTS: &str = "kit/results.json";
/// The content page with the summary of results.
pub const SUMMARY_PAGE: &str = "t7-summary";

/// The texts of each language: the file, and the template that it is printed from.
const TEXTS: [(&str, &str); 7] = [
    ("newsletter.md", "newsletter.md"),
    ("newsletter.html", "newsletter.html"),
    ("newsletter.txt", "newsletter.txt"),
    ("blog.md", "blog.md"),
    ("blog.html", "blog.html"),
    ("release-notes.md", "release-notes.md"),
    ("marketing_bundle_proof.md", proof::TEMPLATE),
];

/// What a kit is made of.
#[derive(Clone, Copy, Debug)]
pub struct KitInput<'a> {
    /// The facts.
    pub evidence: &'a Evidence,
    /// The report of the run, for what must be said about its data.
    pub report: &'a StressReport,
    /// The release.
    pub release: &'a Release,
    /// Its bundle.
    pub bundle: &'a BundleName,
    /// Who makes it.
    pub producer: &'a Producer,
    /// The id of the HMAC key.
    pub key_id: &'a str,
    /// The fingerprint of the release key.
    pub fingerprint: &'a str,
    /// One of the keys is a development key.
    pub development: bool,
    /// The name of the site.
    pub name: &'a str,
    /// The languages.
    pub languages: &'a [Language],
    /// The words.
    pub wordings: &'a Wordings,
    /// There is a page with the summary, which the feed can lead to.
    pub has_summary: bool,
    /// The releases before this one, for the feed.
    pub lineage: &'a Lineage,
    /// Where the site is served, if that is known.
    pub base_url: Option<&'a BaseUrl>,
}

impl<'a> KitInput<'a> {
    fn wording(&self, language: Language) -> &'a Wording {
        self.wordings.of(language)
    }
}

/// A kit.
#[derive(Clone, Debug, Default)]
pub struct Kit {
    /// Files of the bundle, as paths below its `data` folder.
    pub files: Tree,
    /// Files of the site: a feed for each language.
    pub feeds: Tree,
}

/// Makes the kit of a release.
///
/// # Errors
/// A message that is missing, or a template that fails.
pub fn make(input: &KitInput<'_>, press: &Press) -> Checked<Kit> {
    context::require(input.wordings)?;
    let mut problems = Problems::new();
    let mut kit = Kit::default();
    for language in input.languages {
        let context = context::of(input, *language);
        for (name, template) in TEXTS {
            let text = problems.take(press.print(template, &context));
            let path = format!("{FOLDER}/{}/{name}", language.tag());
            kit.files.insert(path, text.unwrap_or_default().into_bytes());
        }
        let feed = problems.take(press.print("feed.xml", &context));
        kit.feeds
            .insert(feed_path(*language), feed.unwrap_or_default().into_bytes());
    }
    kit.files
        .insert(RESULTS.to_owned(), results::json(input.evidence).into_bytes());
    if input.evidence.needs_delta() {
        let path = format!("{FOLDER}/delta.csv");
        kit.files
            .insert(path, delta::csv(&input.evidence.coverage_changes()));
    }
    problems.into_result(kit)
}

/// The feed of a language in the site.
pub fn feed_path(language: Language) -> String {
    format!("{}/feed.xml", language.tag())
}
