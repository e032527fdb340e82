//! Links that leave the tree: they are kept, and marked for readers; pictures from elsewhere are not loaded.

/// Schemes that a reader may follow; any other (`javascript:`, `data:`) is none of ours to pass on.
const FOLLOWED: [&str; 6] = ["http:", "https:", "mailto:", "ftp:", "tel:", "irc:"];

/// Whether a link that leaves the tree may stand on a page.
pub(super) fn may_be_followed(link: &str) -> bool {
    let link = link.trim_start();
    link.starts_with("//")
        || FOLLOWED.iter().any(|scheme| {
            link.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
}
