//! `stage6 serve`: the site in a local web server, made anew when a file changes.

mod answer;
mod state;

use super::Outcome;
use super::arguments::ServeArguments;
use super::check::passing_keys;
use super::clock::{self, Stopwatch};
use super::console::Console;
use crate::config::Publication;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::fs::{self, Project, Watch};
use crate::pipeline::{self, Failure, LiveDocs, LiveProject, Preview};
use state::{Shown, Still};
use std::collections::BTreeSet;
use std::sync::Arc;
use tiny_http::Server;

/// Requests that are answered at once, besides those that wait for a change.
const WORKERS: usize = 4;

pub(super) fn run(arguments: &ServeArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(arguments.project.root())?;
    let is_docs = arguments.project.names_root() && pipeline::is_docs(&project);
    if !is_docs {
        arguments.docs.refuse()?;
    }
    if arguments.no_build {
        let site = still(&project, arguments, is_docs)?;
        return serve(&Shown::new(Box::new(Still(site))), None, arguments, console);
    }
    let watch = Watch::new()?;
    if is_docs {
        let site = LiveDocs::new(&project, arguments.docs.options());
        return serve(&Shown::new(Box::new(site)), Some(watch), arguments, console);
    }
    let now = clock::now(&arguments.project.date)?;
    let make = || -> Result<Preview, Failure> {
        let choose_keys = |publication: &Publication| passing_keys(&project, publication, &arguments.project);
        pipeline::preview(&project, choose_keys, now)
    };
    serve(
        &Shown::new(Box::new(LiveProject::new(&project, make))),
        Some(watch),
        arguments,
        console,
    )
}

/// The site that lies in its folder, in memory: a request can only ever reach what is in this tree.
fn still(project: &Project, arguments: &ServeArguments, is_docs: bool) -> Result<fs::Tree, Failure> {
    let directory = match is_docs {
        true => arguments.docs.options().output,
        false => Publication::load(project)?.site_directory,
    };
    let site = fs::read_tree(&project.locate(&directory))?;
    if !site.contains_key("index.html") {
        return Err(Problem::with_file(directory, "there is no site here yet")
            .hint("run `stage6 build` first")
            .into());
    }
    Ok(site)
}

/// Answers requests until the process is ended; with a watch, follows what changes.
fn serve(
    shown: &Shown<'_>,
    mut watch: Option<Watch>,
    arguments: &ServeArguments,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let address = format!("127.0.0.1:{}", arguments.port);
    let server = Server::http(&address).map_err(|error| {
        let problem = Problem::with_file(&address, format!("cannot listen here: {error}"));
        Failure::from(problem.hint("choose another `--port`"))
    })?;
    let server = Arc::new(server);
    let port = server
        .server_addr()
        .to_ip()
        .map_or(arguments.port, |address| address.port());
    if let Some(watch) = &mut watch
        && let Err(failure) = first(watch, shown)?
    {
        console.fail(&failure);
    }
    console.line(format!("http://127.0.0.1:{port}/  (Ctrl-C ends it)"));
    let url = Json::text(format!("http://127.0.0.1:{port}/"));
    console.object(&Json::map([("status", Json::text("serving")), ("url", url)]));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            let server = Arc::clone(&server);
            scope.spawn(move || {
                for request in server.incoming_requests() {
                    answer::answer(request, shown);
                }
            });
        }
        if let Some(watch) = watch {
            follow(watch, shown, arguments, console)?;
        }
        Ok(Outcome::Good)
    })
}

/// Makes the site for the first time, with a watch on all that it is made of; or says what is wrong with it.
fn first(watch: &mut Watch, shown: &Shown<'_>) -> Result<Result<(), Failure>, Failure> {
    watch.cover(shown.folders())?;
    let mut made = shown.refresh(&BTreeSet::new(), false);
    while watch.cover(shown.folders())? {
        made = shown.refresh(&BTreeSet::new(), false);
    }
    Ok(made.map(drop))
}

/// Makes the site anew after each change, and says what came of it.
fn follow(
    mut watch: Watch,
    shown: &Shown<'_>,
    arguments: &ServeArguments,
    console: &mut Console,
) -> Result<(), Failure> {
    loop {
        let changed = watch.wait();
        let stopwatch = Stopwatch::start();
        let mut made = shown.refresh(&changed, !arguments.stay);
        // A new folder may have been filled before it was watched.
        while watch.cover(shown.folders())? {
            made = shown.refresh(&BTreeSet::new(), !arguments.stay);
        }
        match made {
            Ok(page) => {
                let time = stopwatch.milliseconds();
                let page = page.map_or_else(String::new, |page| format!("{page}  "));
                console.line(format!("{page}{time:.0} ms"));
                for problem in shown.warnings_of_change() {
                    console.warning(&problem);
                }
            }
            Err(failure) => drop(console.fail(&failure)),
        }
    }
}
