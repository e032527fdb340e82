//! What people see: everything that a build knows, handed to the room that writes the site.

use super::{Edition, Inputs, TOOL_VERSION};
use crate::diag::{About, Checked, Topic};
use crate::domain::Reuse;
use crate::fs::Project;
use crate::seal::SigningKeys;
use crate::site::{self, SiteInput, Theme};

/// 5. What people see: the site, or what is wrong with it.
pub(super) fn show<T>(
    (project, reuse): (&Project, &Reuse),
    inputs: &Inputs,
    edition: &Edition,
    keys: &SigningKeys,
    show: fn(&SiteInput<'_>, &Theme) -> Checked<T>,
) -> Checked<T> {
    let theme = Theme::load(project).about(Topic::Templates)?;
    let publication = &inputs.publication;
    let pages = [edition.pages.as_slice(), &edition.checklists].concat();
    let input = SiteInput {
        pages: &pages,
        evidence: &edition.evidence,
        report: &edition.report,
        analytics: Some(&inputs.analytics_path()),
        history_of: inputs.history_of,
        release: &publication.release,
        bundle: &publication.bundle,
        signing: &site::Signing {
            key_id: keys.hmac.id().unwrap_or_default().to_owned(),
            fingerprint: keys.release.public().fingerprint(),
            development: keys.is_development(),
        },
        name: &publication.site_name,
        languages: &publication.languages,
        tool_version: TOOL_VERSION,
        wordings: &inputs.wordings,
        feeds: &edition.kit.feeds,
        gate: Some(&edition.rulings),
        waivers: &edition.book,
        lineage: &inputs.chain.lineage,
        base_url: publication.versions.base_url.as_ref(),
        reuse,
    };
    show(&input, &theme).about(Topic::Templates)
}
