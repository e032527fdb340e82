//! Answers to single requests: files of the site, and the script that keeps a page up to date.

use super::state::{News, Shown};
use crate::cli::console::problem_json;
use crate::diag::Problem;
use crate::document::json_text::Json;
use tiny_http::{Header, Method, Request, Response};

/// Where the preview's own files are; no site has a folder of that name.
const OWN: &str = ".stage6/";
const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("live.css");

/// Answers a request, or keeps it until there is news.
pub(super) fn answer(request: Request, shown: &Shown<'_>) {
    let url = request.url().to_owned();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let path = path.trim_start_matches('/');
    if !matches!(request.method(), Method::Get | Method::Head) {
        return respond(request, 405, "405.txt", b"only GET and HEAD\n".to_vec());
    }
    // Another site in the same browser must not read what is previewed here, by a name that it points to this machine.
    if !is_local(&request) {
        return respond(request, 403, "403.txt", b"only for this machine\n".to_vec());
    }
    match path.strip_prefix(OWN) {
        Some("live.js") => respond(request, 200, "live.js", SCRIPT.as_bytes().to_vec()),
        Some("live.css") => respond(request, 200, "live.css", STYLE.as_bytes().to_vec()),
        Some("news.js") => {
            let value = |name: &str| {
                query
                    .split('&')
                    .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
            };
            // A page that shows something wrong asks what, at once; any other waits until there is something newer.
            let shows = value("v")
                .and_then(|version| version.parse().ok())
                .filter(|_| value("now").is_none());
            let here = crate::site::percent_decoded(value("p").unwrap_or_default()).into_owned();
            shown.wait(request, shows, here);
        }
        Some(_) => respond(request, 404, "404.txt", b"not found\n".to_vec()),
        None => page(request, path, shown),
    }
}

fn page(request: Request, path: &str, shown: &Shown<'_>) {
    let path = crate::site::percent_decoded(path).into_owned();
    let path = match path.is_empty() || path.ends_with('/') {
        true => format!("{path}index.html"),
        false => path,
    };
    if let Some(bytes) = shown.file(&path) {
        let bytes = match path.ends_with(".html") {
            true => with_script(bytes, &path, shown),
            false => bytes,
        };
        return respond(request, 200, &path, bytes);
    }
    let missing = shown.file("404.html");
    let news = shown.news(&path);
    let body = match missing {
        Some(body) => body,
        None if news.problems.is_empty() => {
            b"<!doctype html><title>404</title><p>not found</p></body>".to_vec()
        }
        None => b"<!doctype html><html lang=\"en\"><title>stage6 serve</title><body></body></html>".to_vec(),
    };
    respond(request, 404, "404.html", with_script(body, &path, shown));
}

/// A page with the script that waits for news.
fn with_script(mut html: Vec<u8>, path: &str, shown: &Shown<'_>) -> Vec<u8> {
    let news = shown.news(path);
    let is_good = news.problems.is_empty() && news.warnings.is_empty();
    let now = if is_good { "" } else { " data-now" };
    let (version, page) = (news.version, crate::content::escape::attribute(path));
    let script = format!(
        "<link rel=\"stylesheet\" href=\"/{OWN}live.css\"><script src=\"/{OWN}live.js\" data-version=\"{version}\" \
         data-page=\"{page}\"{now} defer></script>"
    );
    let end = b"</body>";
    let at = html
        .windows(end.len())
        .rposition(|window| window == end)
        .unwrap_or(html.len());
    html.splice(at..at, script.into_bytes());
    html
}

/// Tells a page the news, as a script: a page may load nothing else.
pub(super) fn tell(request: Request, news: &News) {
    let list = |problems: &[Problem]| Json::List(problems.iter().map(problem_json).collect());
    let json = Json::map([
        ("version", Json::Integer(news.version.to_string())),
        ("page", Json::optional_text(news.page.as_deref())),
        ("problems", list(&news.problems)),
        ("warnings", list(&news.warnings)),
    ]);
    let script = format!("stage6News({});\n", json.to_canonical());
    respond(request, 200, "news.js", script.into_bytes());
}

/// Whether the request names this machine, as a browser on it does.
fn is_local(request: &Request) -> bool {
    let host = request.headers().iter().find(|header| header.field.equiv("Host"));
    host.is_none_or(|header| {
        let name = header.value.as_str();
        let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
        matches!(name, "127.0.0.1" | "localhost" | "[::1]")
    })
}

fn respond(request: Request, status: u16, path: &str, body: Vec<u8>) {
    let mut response = Response::from_data(body).with_status_code(status);
    for (name, value) in [
        ("Content-Type", content_type(path)),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ] {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    // A browser that went away needs no answer.
    let _ = request.respond(response);
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "csv" => "text/csv; charset=utf-8",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => "text/plain; charset=utf-8",
    }
}
