//! Text, code spans, links and pictures.

use super::super::href::{escaped, href};
use super::super::library::Target;
use super::super::outside::may_be_followed;
use super::{Link, Writer};
use crate::content::escape;
use pulldown_cmark::{CowStr, LinkType};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

/// What an address is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Link,
    Picture,
}

impl Writer<'_> {
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
            return;
        }
        self.say(text);
        if self.picture.is_some() {
            return;
        }
        // Writing to a string cannot fail.
        let _ = match &mut self.typesetter {
            Some(typesetter) => escape_html_body_text(&mut self.html, &typesetter.set(text)),
            None => escape_html_body_text(&mut self.html, text),
        };
    }

    pub(super) fn code_span(&mut self, code: &str) {
        self.say(code);
        if self.picture.is_some() {
            return;
        }
        if let Some(typesetter) = &mut self.typesetter {
            typesetter.pass_object();
        }
        self.push("<code>");
        let _ = escape_html_body_text(&mut self.html, code);
        self.push("</code>");
    }

    pub(super) fn line_end(&mut self) {
        self.say(" ");
        let end = match &mut self.typesetter {
            Some(typesetter) => typesetter.set_line_end(),
            None => '\n',
        };
        self.html.push(end);
    }

    pub(super) fn open_link(&mut self, kind: LinkType, target: &CowStr<'_>, title: &str, at: usize) {
        let mail;
        let target: &str = match kind {
            LinkType::Email => {
                mail = format!("mailto:{target}");
                &mail
            }
            _ => target,
        };
        match self.address(target, at, Use::Link) {
            Some(address) => {
                self.push("<a href=\"");
                let _ = escape_html(&mut self.html, &address);
                self.push("\"");
                if may_be_followed(target) {
                    self.push(" class=\"external\" rel=\"noreferrer\"");
                }
                if !title.is_empty() {
                    self.push(" title=\"");
                    let _ = escape_html(&mut self.html, title);
                    self.push("\"");
                }
                self.push(">");
                self.ends.push("</a>");
            }
            // The words stay, without a promise.
            None => self.ends.push(""),
        }
    }

    pub(super) fn open_picture(&mut self, target: &str, title: &str, at: usize) {
        if self.picture.is_some() {
            return;
        }
        let address = self.address(target, at, Use::Picture);
        let begin = match address {
            Some(address) => {
                let title = match title.is_empty() {
                    true => String::new(),
                    false => format!(" title=\"{}\"", escape::attribute(title)),
                };
                let address = escape::attribute(&address);
                format!("<img loading=\"lazy\" src=\"{address}\"{title} alt=\"")
            }
            // Without its picture only the words are shown.
            None => String::new(),
        };
        self.picture = Some((begin, String::new()));
    }

    pub(super) fn close_picture(&mut self) {
        let Some((begin, words)) = self.picture.take() else {
            return;
        };
        if begin.is_empty() {
            let _ = escape_html_body_text(&mut self.html, &words);
        } else {
            self.push(&begin);
            let _ = escape_html(&mut self.html, &words);
            self.push("\">");
        }
        self.say(&words);
    }

    /// Where a link leads in the site; `None`, with a warning, if it leads nowhere.
    pub(super) fn address(&mut self, link: &str, at: usize, used: Use) -> Option<String> {
        let here = self.library.page(self.page)?.output.as_str();
        if !self.written.followed.contains(link) {
            self.written.followed.insert(link.to_owned());
        }
        match self.library.follow(self.page, link) {
            Target::Page(page, anchor) => {
                let target = self.library.page(page)?.output.as_str();
                if used == Use::Picture {
                    self.warn(at, format!("`{link}` is a page, not a picture"), None);
                    return None;
                }
                let is_own = page == self.page;
                let Some(anchor) = anchor else {
                    return Some(if is_own && link.starts_with('#') {
                        "#".to_owned()
                    } else {
                        href(here, target)
                    });
                };
                let address = match is_own {
                    true => format!("#{}", escaped(&anchor)),
                    false => format!("{}#{}", href(here, target), escaped(&anchor)),
                };
                if self.features.links {
                    let at = self.offset + at;
                    let written = link.to_owned();
                    self.written.links.push(Link {
                        page,
                        anchor,
                        written,
                        at,
                    });
                }
                Some(address)
            }
            Target::File(path) => {
                let place = self.library.place_of_file(&path)?;
                let address = href(here, place);
                self.written.files.insert(path);
                Some(address)
            }
            Target::Outside => self.outside(link, at, used),
            Target::Nowhere(reason, hint) => {
                if self.features.links {
                    self.warn(at, format!("the link `{link}` {reason}"), hint);
                }
                None
            }
        }
    }

    fn outside(&mut self, link: &str, at: usize, used: Use) -> Option<String> {
        if used == Use::Picture {
            let hint = "put the picture into the tree; pages work without a network".to_owned();
            self.warn(at, format!("the picture `{link}` is not in the tree"), Some(hint));
            return None;
        }
        if !may_be_followed(link) {
            self.warn(
                at,
                format!("the link `{link}` is none that a page may have"),
                None,
            );
            return None;
        }
        Some(link.trim().to_owned())
    }
}
