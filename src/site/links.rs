//! The link checker: every link of the produced pages leads to a file of the site, and to a place in it.
//!
//! The pages must work from an unpacked folder without a network. So a link is relative, names a file and not a
//! folder, and what it names is there; `<base>`, addresses of hosts and links from the root of a host are refused.

use crate::diag::{Checked, Problem, Problems};
use crate::domain::BaseUrl;
use crate::fs::{Tree, display_name};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Attributes that make a browser load or open something.
const LINKING: [&str; 6] = ["href", "src", "srcset", "poster", "action", "data"];

/// What one page offers to links, and where its own links lead.
#[derive(Debug, Default, PartialEq, Eq)]
struct Anchors<'a> {
    ids: BTreeSet<Cow<'a, str>>,
    links: BTreeSet<Cow<'a, str>>,
    has_base: bool,
    repeated: Option<Cow<'a, str>>,
}

/// What is known of a site besides the pages whose links are checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// Files of the site that were not printed this time; a link to one of them is good, whatever its anchor.
    pub(super) unprinted: &'a BTreeSet<String>,
    /// Where the site is served: a link that begins with this address is one to its own files.
    pub(super) base_url: Option<&'a BaseUrl>,
}

/// Checks all links of all HTML files of a tree.
///
/// # Errors
/// One problem for each link that leads nowhere or out of the site, in the file that has it.
pub(super) fn check(tree: &Tree, around: Around<'_>) -> Checked<()> {
    let pages: BTreeMap<&str, Anchors<'_>> = tree
        .par_iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| {
            (
                path.as_str(),
                scan(std::str::from_utf8(bytes).unwrap_or_default()),
            )
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect();
    let mut problems = Problems::new();
    for (path, page) in &pages {
        let file = format!("site/{path}");
        if page.has_base {
            problems.push(Problem::with_file(
                &file,
                "`<base>` breaks pages that are opened from a folder",
            ));
        }
        if let Some(id) = &page.repeated {
            let message = format!("the id `{id}` stands twice, so links to it are ambiguous");
            problems.push(Problem::with_file(&file, message));
        }
        for link in &page.links {
            if let Some(reason) = fault(path, link, (tree, around), &pages) {
                problems.push(Problem::with_file(&file, format!("the link `{link}` {reason}")));
            }
        }
    }
    problems.into_result(())
}

/// Where the pages of a tree lead below a folder, by paths without anything that a name of ours never holds.
pub(super) fn targets_below(tree: &Tree, folder: &str) -> BTreeSet<String> {
    let is_plain = |part: &str| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(good)
    };
    let of_page = |(path, bytes): (&String, &Vec<u8>)| -> Vec<String> {
        let page = scan(std::str::from_utf8(bytes).unwrap_or_default());
        let files = page
            .links
            .iter()
            .map(|link| link.split('#').next().unwrap_or_default());
        files
            .filter(|file| !file.is_empty() && !file.starts_with('/') && !has_scheme(file))
            .map(|file| display_name(path, &percent_decoded(file)))
            .filter(|target| target.starts_with(folder) && target.split('/').all(is_plain))
            .collect()
    };
    let pages = tree.par_iter().filter(|(path, _)| path.ends_with(".html"));
    pages.flat_map_iter(of_page).collect()
}

/// Why a link on the page at `path` cannot stay, if it cannot.
fn fault(
    path: &str,
    link: &str,
    (tree, around): (&Tree, Around<'_>),
    pages: &BTreeMap<&str, Anchors<'_>>,
) -> Option<&'static str> {
    let (file, anchor) = link
        .split_once('#')
        .map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    if let Some(own) = around.base_url.and_then(|base| file.strip_prefix(base.as_str())) {
        let is_there = tree.contains_key(own) || around.unprinted.contains(own);
        return (!is_there).then_some("leads to a file that is not there");
    }
    if file.starts_with('/') {
        // The page for missing addresses is shown at any depth, so it alone counts from the root.
        return (path != "404.html").then_some("is not relative to its page");
    }
    if has_scheme(file) {
        return Some("leads out of the site");
    }
    if file.contains('?') {
        return Some("has a query, which a file has not");
    }
    if file.ends_with('/') || matches!(file.rsplit('/').next(), Some("." | "..")) {
        return Some("leads to a folder, not to a file");
    }
    if file.is_empty() && anchor.is_none_or(str::is_empty) {
        return Some("is empty");
    }
    let target = if file.is_empty() {
        path.to_owned()
    } else {
        display_name(path, &percent_decoded(file))
    };
    if around.unprinted.contains(&target) {
        return None;
    }
    if !tree.contains_key(&target) {
        return Some("leads to a file that is not there");
    }
    let anchor = percent_decoded(anchor?);
    let known = pages
        .get(target.as_str())
        .is_some_and(|page| page.ids.contains(anchor.as_ref()));
    (!known).then_some("leads to an anchor that is not there")
}

/// `https:`, `mailto:`, `data:` and the like (RFC 3986, section 3.1).
pub fn has_scheme(link: &str) -> bool {
    let Some((scheme, _)) = link.split_once(':') else {
        return false;
    };
    let mut letters = scheme.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// The characters that `%41` and the like stand for.
pub fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| data_encoding::HEXLOWER_PERMISSIVE.decode(digits).ok());
        if let Some(code) = code {
            bytes.extend(code);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Finds ids and links. It knows the HTML that the site produces: quoted attributes, comments, no inline scripts.
fn scan(html: &str) -> Anchors<'_> {
    let mut anchors = Anchors::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let name_end = rest
            .find(|next: char| next.is_ascii_whitespace() || matches!(next, '>' | '/'))
            .unwrap_or(rest.len());
        anchors.has_base |= rest[..name_end].eq_ignore_ascii_case("base");
        rest = &rest[name_end..];
        while let Some((name, value, after)) = next_attribute(rest) {
            rest = after;
            if name.eq_ignore_ascii_case("id") {
                let id = unescaped(value);
                if !anchors.ids.insert(id.clone()) {
                    anchors.repeated.get_or_insert(id);
                }
            } else if LINKING.iter().any(|linking| name.eq_ignore_ascii_case(linking)) {
                anchors.links.insert(unescaped(value));
            }
        }
    }
    anchors
}

/// The next attribute of a tag, and what follows it; `None` at the end of the tag.
fn next_attribute(tag: &str) -> Option<(&str, &str, &str)> {
    let tag = tag.trim_start_matches(|next: char| next.is_ascii_whitespace() || next == '/');
    let end = tag.find(|next: char| next.is_ascii_whitespace() || matches!(next, '=' | '>' | '/'))?;
    if end == 0 {
        return None;
    }
    let (name, after) = tag.split_at(end);
    let Some(value) = after.trim_start().strip_prefix('=') else {
        return Some((name, "", after));
    };
    let value = value.trim_start();
    let quote = value.chars().next()?;
    if matches!(quote, '"' | '\'') {
        let (value, after) = value[1..].split_once(quote)?;
        return Some((name, value, after));
    }
    let end = value.find(|next: char| next.is_ascii_whitespace() || next == '>')?;
    let (value, after) = value.split_at(end);
    Some((name, value, after))
}

/// The characters that an attribute stands for. Only the entities that our escaping writes can occur.
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
    ];
    let plain = entities.iter().fold(value.to_owned(), |text, (entity, plain)| {
        text.replace(entity, plain)
    });
    // Last, so that an escaped entity stays the text it is.
    Cow::Owned(plain.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    /// The links of a tree without anything around it.
    fn check(tree: &Tree, unprinted: &BTreeSet<String>) -> Checked<()> {
        let base_url = None;
        super::check(tree, Around { unprinted, base_url })
    }

    /// What is wrong with a link on `pl/a.html` of a small site.
    fn complaint(link: &str) -> Option<String> {
        let page = format!("<p id=own><a href=\"{link}\">x</a>");
        let site = tree(&[
            ("pl/a.html", &page),
            ("pl/b c.html", "<h2 class='x' id='ż&amp;1'>b</h2>"),
            ("assets/site.css", ""),
        ]);
        check(&site, &BTreeSet::new()).err().map(|problems| {
            problems
                .iter()
                .map(Problem::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        })
    }

    #[test]
    fn links_to_files_and_anchors_of_the_site_pass() {
        for link in [
            "#own",
            "b%20c.html",
            "b%20c.html#%C5%BC&amp;1",
            "../assets/site.css",
            "../pl/a.html#own",
        ] {
            assert_eq!(complaint(link), None, "{link}");
        }
    }

    #[test]
    fn each_bad_link_is_named_with_its_page_and_reason() {
        let cases = [
            ("c.html", "leads to a file that is not there"),
            ("../../pl/a.html", "leads to a file that is not there"),
            ("#other", "leads to an anchor that is not there"),
            ("b%20c.html#own", "leads to an anchor that is not there"),
            ("../assets/site.css#x", "leads to an anchor that is not there"),
            ("../pl/", "leads to a folder, not to a file"),
            ("..", "leads to a folder, not to a file"),
            ("", "is empty"),
            ("#", "is empty"),
            ("/pl/a.html", "is not relative to its page"),
            ("//example.org/a.html", "is not relative to its page"),
            ("https://example.org/", "leads out of the site"),
            ("mailto:a@example.org", "leads out of the site"),
            ("javascript:void(0)", "leads out of the site"),
            ("a.html?v=1", "has a query, which a file has not"),
        ];
        for (link, reason) in cases {
            let expected = format!("site/pl/a.html: the link `{link}` {reason}");
            assert_eq!(complaint(link), Some(expected), "{link}");
        }
    }

    #[test]
    fn sources_of_images_and_scripts_are_links_too_and_base_is_refused() {
        let page = "<base target=_top><!-- <a href=\"no.html\"> --><img alt='a > b' src=no.svg><script src='no.js'></script>";
        let problems = check(&tree(&[("a.html", page)]), &BTreeSet::new()).unwrap_err();
        assert_eq!(
            problems.iter().map(Problem::to_string).collect::<Vec<_>>(),
            [
                "site/a.html: `<base>` breaks pages that are opened from a folder",
                "site/a.html: the link `no.js` leads to a file that is not there",
                "site/a.html: the link `no.svg` leads to a file that is not there",
            ]
        );
    }

    #[test]
    fn text_that_looks_like_a_link_is_none() {
        let page = "<p>1 < 2, href=\"no.html\" &lt;a href=\"no.html\"&gt;</p>";
        assert_eq!(check(&tree(&[("a.html", page)]), &BTreeSet::new()), Ok(()));
    }

    #[test]
    fn a_link_to_a_file_that_was_not_printed_is_good() {
        let site = tree(&[("a.html", "<a href=\"b.html#x\">b</a><a href=\"c.html\">c</a>")]);
        let unprinted = BTreeSet::from(["b.html".to_owned()]);
        let problems = check(&site, &unprinted).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0]
                .message
                .starts_with("the link `c.html` leads to a file")
        );
    }

    #[test]
    fn an_absolute_link_below_the_address_of_the_site_is_one_to_its_files() {
        let base = BaseUrl::parse("https://example.org/dd").unwrap();
        let around = Around {
            unprinted: &BTreeSet::new(),
            base_url: Some(&base),
        };
        let page = |link: &str| tree(&[("pl/a.html", &format!("<link rel=canonical href=\"{link}\">"))]);
        assert_eq!(
            super::check(&page("https://example.org/dd/pl/a.html"), around),
            Ok(())
        );
        for (link, reason) in [
            (
                "https://example.org/dd/pl/b.html",
                "leads to a file that is not there",
            ),
            ("https://example.org/pl/a.html", "leads out of the site"),
        ] {
            let expected = format!("site/pl/a.html: the link `{link}` {reason}");
            assert_eq!(
                super::check(&page(link), around).unwrap_err()[0].to_string(),
                expected
            );
        }
    }

    #[test]
    fn links_below_a_folder_are_found_wherever_their_pages_stand() {
        let site = tree(&[
            (
                "pl/a/b.html",
                "<a href=\"../../releases/1/pl/x.html#y\">x</a><a href=\"../c.html\">c</a>",
            ),
            (
                "d.html",
                "<a href=\"releases/2/../../../etc\">e</a><a href=\"releases/2/%2e%2e/x y.html\">f</a>",
            ),
        ]);
        assert_eq!(
            targets_below(&site, "releases/"),
            BTreeSet::from(["releases/1/pl/x.html".to_owned()])
        );
    }
}
