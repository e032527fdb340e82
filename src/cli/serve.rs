//! `stage6 serve`: a look at the site in a local web server.

use super::Outcome;
use super::arguments::ServeArguments;
use super::build::build;
use super::console::Console;
use crate::config::Publication;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::fs::{self, Project, Tree};
use crate::pipeline::Failure;
use tiny_http::{Header, Method, Request, Response, Server};

pub(super) fn run(arguments: &ServeArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let (project, directory) = if arguments.no_build {
        let project = Project::open(&arguments.project.root)?;
        let directory = Publication::load(&project)?.site_directory;
        (project, directory)
    } else {
        let (project, built, _) = build(&arguments.project, &arguments.journal, false, console)?;
        (project, built.site_directory)
    };
    // Held in memory: a request can only ever reach what is in this tree.
    let site = fs::read_tree(&project.locate(&directory))?;
    if !site.contains_key("index.html") {
        return Err(Problem::with_file(directory, "there is no site here yet")
            .hint("run `stage6 build` first")
            .into());
    }
    let address = format!("127.0.0.1:{}", arguments.port);
    let server = Server::http(&address).map_err(|error| {
        Failure::from(
            Problem::with_file(address, format!("cannot listen here: {error}"))
                .hint("choose another `--port`"),
        )
    })?;
    let port = server
        .server_addr()
        .to_ip()
        .map_or(arguments.port, |address| address.port());
    console.line(format!("http://127.0.0.1:{port}/  (Ctrl-C ends it)"));
    let url = Json::text(format!("http://127.0.0.1:{port}/"));
    console.object(&Json::map([("status", Json::text("serving")), ("url", url)]));
    for request in server.incoming_requests() {
        answer(request, &site);
    }
    Ok(Outcome::Good)
}

fn answer(request: Request, site: &Tree) {
    let readable = matches!(request.method(), Method::Get | Method::Head);
    let path = request
        .url()
        .split(['?', '#'])
        .next()
        .unwrap_or("/")
        .trim_start_matches('/')
        .to_owned();
    let path = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path
    };
    let (status, path, body) = match site.get(&path) {
        _ if !readable => (405, "405.txt".to_owned(), &b"only GET and HEAD\n"[..]),
        Some(body) => (200, path, body.as_slice()),
        None => (
            404,
            "404.html".to_owned(),
            site.get("404.html").map_or(&b"not found\n"[..], Vec::as_slice),
        ),
    };
    let mut response = Response::from_data(body).with_status_code(status);
    for (name, value) in [
        ("Content-Type", content_type(&path)),
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
        _ => "text/plain; charset=utf-8",
    }
}
