//! What `publication.yaml` says about a site over time: where it is served, and how many earlier releases it keeps.

use super::fields::Fields;
use crate::domain::BaseUrl;

/// How many earlier sites are kept where the file does not say.
const KEEP: u32 = 3;
/// A site with more earlier ones inside is larger than anybody would send.
const KEEP_AT_MOST: u32 = 12;

/// Where a site is served, and what it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The address of the site's folder; without it nothing on a page is absolute.
    pub base_url: Option<BaseUrl>,
    /// How many earlier releases stay browsable inside the site.
    pub keep_releases: usize,
}

impl Versions {
    /// Reads the two keys of the section `site`.
    pub(super) fn read(site: &Fields<'_, '_>) -> Option<Versions> {
        let written = site.text("base_url");
        let base_url = written.as_deref().and_then(BaseUrl::parse);
        if let (Some(text), None, Some(node)) = (&written, &base_url, site.node("base_url")) {
            site.refuse(
                node,
                format!("`{text}` is not the address of a folder"),
                "write `https://`, a host and folders, without `?`, `#` and names of users",
            );
            return None;
        }
        let keep = match site.node("keep_releases") {
            None => Some(KEEP),
            Some(_) => site.whole_number("keep_releases", 0),
        }?;
        if keep > KEEP_AT_MOST
            && let Some(node) = site.node("keep_releases")
        {
            site.refuse(
                node,
                format!("`site.keep_releases` is {keep}, more than {KEEP_AT_MOST}"),
                "each kept release makes the bundle larger; readers find older ones in the archive",
            );
            return None;
        }
        Some(Versions {
            base_url,
            keep_releases: usize::try_from(keep).unwrap_or_default(),
        })
    }
}
