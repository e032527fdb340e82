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
use crate::domain::{Results, Reuse};
use crate::fs::{self, Project, Watch};
use crate::pipeline::{self, Failure, LiveDocs, LiveProject, LiveSite, Preview};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use state::{Shown, Still};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};

/// Threads that answer.
const WORKERS: usize = 2;

pub(super) fn run(arguments: &ServeArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(arguments.project.root())?;
    let is_docs = arguments.project.names_root() && pipeline::is_docs(&project);
    if !is_docs {
        arguments.docs.refuse()?;
    }
    if arguments.no_build {
        let site = still(&project, arguments, is_docs)?;
        return serve(Box::new(Still(site)), None, arguments, console);
    }
    let watch = Watch::new()?;
    if is_docs {
        let site = LiveDocs::new(project, arguments.docs.options());
        return serve(Box::new(site), Some(watch), arguments, console);
    }
    let now = clock::now(&arguments.project.date)?;
    let (of, keys) = (project.clone(), arguments.project.clone());
    let mut last = Results::new();
    let make = move || -> Result<Preview, Failure> {
        let choose_keys = |publication: &Publication| passing_keys(&of, publication, &keys);
        let reuse = Reuse::after(last.clone());
        let preview = pipeline::preview(&of, choose_keys, now, &reuse)?;
        last = reuse.into_results().unwrap_or_default();
        Ok(preview)
    };
    serve(
        Box::new(LiveProject::new(project, make)),
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
    site: Box<dyn LiveSite>,
    mut watch: Option<Watch>,
    arguments: &ServeArguments,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let internal = |error: io::Error| Failure::Internal(format!("cannot serve: {error}"));
    let threads = runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_io()
        .build();
    let threads = threads.map_err(internal)?;
    let address = format!("127.0.0.1:{}", arguments.port);
    let listener = threads.block_on(TcpListener::bind(&address)).map_err(|error| {
        let problem = Problem::with_file(&address, format!("cannot listen here: {error}"));
        Failure::from(problem.hint("choose another `--port`"))
    })?;
    let port = listener.local_addr().map_err(internal)?.port();
    let shown = Arc::new(Shown::new(site));
    if let Some(watch) = &mut watch
        && let Err(failure) = first(watch, &shown)?
    {
        console.fail(&failure);
    }
    console.line(format!("http://127.0.0.1:{port}/  (Ctrl-C ends it)"));
    let url = Json::text(format!("http://127.0.0.1:{port}/"));
    console.object(&Json::map([("status", Json::text("serving")), ("url", url)]));
    let answering = answer_all(&threads, listener, Arc::clone(&shown));
    if let Some(watch) = watch {
        follow(watch, &shown, arguments, console)?;
    }
    // It never ends by itself.
    let _ = threads.block_on(answering);
    Ok(Outcome::Good)
}

/// Answers every connection on threads of its own.
fn answer_all(threads: &Runtime, listener: TcpListener, shown: Arc<Shown>) -> tokio::task::JoinHandle<()> {
    threads.spawn(async move {
        loop {
            // One that cannot be accepted is the problem of whoever asked.
            let Ok((stream, _)) = listener.accept().await else {
                tokio::task::yield_now().await;
                continue;
            };
            let shown = Arc::clone(&shown);
            tokio::spawn(async move {
                let service = service_fn(|request| async {
                    Ok::<_, Infallible>(answer::answer(request, &shown).await)
                });
                // A browser that went away needs no answer.
                let _ = http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    })
}

/// Makes the site for the first time, with a watch on all that it is made of; or says what is wrong with it.
fn first(watch: &mut Watch, shown: &Shown) -> Result<Result<(), Failure>, Failure> {
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
    shown: &Shown,
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
