//! The public address of a site, for what must be absolute: canonical links, site maps, previews.

use std::fmt;

/// The address of the folder that a site is served from, with a slash at its end: `https://example.org/dd/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// An address as people write it; the slash at the end may be missing. Only `https:` and `http:`, a host and
    /// folders: what is put behind it must be an address too, and nothing in it may end an attribute.
    ///
    /// ```
    /// # use stage6_press::domain::BaseUrl;
    /// let base = BaseUrl::parse("https://example.org/dd").unwrap();
    /// assert_eq!(base.of("pl/index.html"), "https://example.org/dd/pl/index.html");
    /// assert!(BaseUrl::parse("https://example.org/?q").is_none());
    /// assert!(BaseUrl::parse("//example.org").is_none());
    /// assert!(BaseUrl::parse("https://user@example.org/").is_none());
    /// assert!(BaseUrl::parse("https://example.org/a/../b").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<BaseUrl> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, folders) = rest.split_once('/').unwrap_or((rest, ""));
        let (name, port) = host.split_once(':').unwrap_or((host, "0"));
        let of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let of_folder = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~');
        let is_folder = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(of_folder);
        let fits = !name.is_empty()
            && name.bytes().all(of_host)
            && port.parse::<u16>().is_ok()
            && (folders.is_empty() || folders.split('/').all(is_folder))
            && text.len() <= 200;
        let scheme = text.split(':').next().unwrap_or_default();
        fits.then(|| BaseUrl(format!("{scheme}://{rest}/")))
    }

    /// The address as text, with the slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder on its host, with a slash at both ends: `/dd/`.
    ///
    /// ```
    /// # use stage6_press::domain::BaseUrl;
    /// assert_eq!(BaseUrl::parse("https://example.org/dd").unwrap().folder(), "/dd/");
    /// assert_eq!(BaseUrl::parse("https://example.org").unwrap().folder(), "/");
    /// ```
    pub fn folder(&self) -> &str {
        let host = self.0.find("://").map_or(0, |end| end + 3);
        let rest = self.0.get(host..).unwrap_or_default();
        rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
    }

    /// The address of a file of the site.
    pub fn of(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
