//! Answers to single requests: files of the site, and the script that keeps a page up to date.

use super::state::{News, Shown};
use crate::cli::console::problem_json;
use crate::cli::topics;
use crate::content::escape;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::Language;
use crate::site::percent_decoded;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Method, Request, Response, StatusCode};

/// Where the preview's own files are; no site has a folder of that name.
const OWN: &str = ".stage6/";
const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("live.css");
/// What is shown where there is no page, not even one that says so.
const MISSING: &str = "<!doctype html><html lang=\"en\"><title>stage6 serve</title><body></body></html>";

/// An answer, whole.
pub(super) type Answer = Response<Full<Bytes>>;

/// Answers a request, one for news as soon as there are any.
pub(super) async fn answer<B>(request: Request<B>, shown: &Shown) -> Answer {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return respond(StatusCode::METHOD_NOT_ALLOWED, "405.txt", "only GET and HEAD\n");
    }
    // Another site in the same browser must not read what is previewed here, by a name that it points to this machine.
    if !is_local(request.headers().get(HOST)) {
        return respond(StatusCode::FORBIDDEN, "403.txt", "only for this machine\n");
    }
    let path = request.uri().path().trim_start_matches('/');
    let query = request.uri().query().unwrap_or_default();
    match path.strip_prefix(OWN) {
        Some("live.js") => respond(StatusCode::OK, "live.js", SCRIPT),
        Some("live.css") => respond(StatusCode::OK, "live.css", STYLE),
        Some("news.js") => news(query, shown).await,
        Some(_) => respond(StatusCode::NOT_FOUND, "404.txt", "not found\n"),
        None => page(path, shown),
    }
}

/// The news as a script: a page may load nothing else. A page that shows something wrong asks what, at once; any other
/// waits until there is something newer than what it shows.
async fn news(query: &str, shown: &Shown) -> Answer {
    let value = |name: &str| {
        let mut parts = query.split('&');
        parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
    };
    let shows = value("v").and_then(|version| version.parse().ok());
    shown.wait(shows.filter(|_| value("now").is_none())).await;
    let here = percent_decoded(value("p").unwrap_or_default());
    let News {
        version,
        problems,
        warnings,
        page,
    } = shown.news(&here);
    let manual = manual(&here);
    let manual = manual.filter(|manual| shown.file(manual).is_some());
    let list = |problems: &[Problem]| Json::List(problems.iter().map(problem_json).collect());
    let json = Json::map([
        ("version", Json::Integer(version.to_string())),
        ("page", Json::optional_text(page.as_deref())),
        ("manual", Json::optional_text(manual.as_deref())),
        ("problems", list(&problems)),
        ("warnings", list(&warnings)),
    ]);
    respond(
        StatusCode::OK,
        "news.js",
        format!("stage6News({});\n", json.to_canonical()),
    )
}

/// Where a site in the languages of our pages has the page of problems, for a page of one of them.
fn manual(here: &str) -> Option<String> {
    let tag = here.split('/').next().unwrap_or_default();
    let language = Language::from_tag(tag).or(Language::ALL.first().copied())?;
    Some(format!("{}/{}", language.tag(), topics::PAGE))
}

fn page(path: &str, shown: &Shown) -> Answer {
    let path = percent_decoded(path).into_owned();
    let path = match path.is_empty() || path.ends_with('/') {
        true => format!("{path}index.html"),
        false => path,
    };
    if let Some(bytes) = shown.file(&path) {
        let bytes = match path.ends_with(".html") {
            true => with_script(bytes, &path, shown),
            false => bytes,
        };
        return respond(StatusCode::OK, &path, bytes);
    }
    let body = shown.file("404.html");
    let body = body.unwrap_or_else(|| MISSING.as_bytes().to_vec());
    respond(StatusCode::NOT_FOUND, "404.html", with_script(body, &path, shown))
}

/// A page with the script that waits for news.
fn with_script(mut html: Vec<u8>, path: &str, shown: &Shown) -> Vec<u8> {
    let news = shown.news(path);
    let is_good = news.problems.is_empty() && news.warnings.is_empty();
    let now = if is_good { "" } else { " data-now" };
    let (version, page) = (news.version, escape::attribute(path));
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

/// Whether a request names this machine, as a browser on it does.
fn is_local(host: Option<&HeaderValue>) -> bool {
    host.is_none_or(|host| {
        let host = host.to_str().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        matches!(name, "127.0.0.1" | "localhost" | "[::1]")
    })
}

fn respond(status: StatusCode, path: &str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
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
