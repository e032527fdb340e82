//! Where a published release goes beyond the archive: a folder that a web server or a person serves, a branch that a code host
//! serves as pages, a folder that registry tools push. Nothing here needs a server of ours.
//!
//! Each outlet gets the whole or stays as it was, and each holds nothing but what an earlier publication put there: what a
//! publication makes follows from the release in it, so it is made again and compared.

use super::Failure;
use super::archive::{self, SITE};
use super::targets::is_nobodys;
use crate::bundle::{self, Opened, Policy, oci_layout, stranger_in_layout};
use crate::config::Publication;
use crate::diag::{Checked, Problem, Problems};
use crate::domain::Timestamp;
use crate::fs::{self, Project, Repository, Signature, Staging, Tree};
use std::fmt;
use std::path::{Path, PathBuf};

/// The folder with the release's files beside the site, one folder for the release.
const DOWNLOAD: &str = "download";
/// What keeps GitHub Pages from leaving out files.
const NO_JEKYLL: &str = ".nojekyll";
/// The name that a code host serves a branch under; people put it there, and it is carried over.
const DOMAIN_NAME: &str = "CNAME";
/// What stands in a project and is no place for an outlet, besides site and releases.
const TAKEN: [&str; 6] = ["config", "content", "templates", "var", "secrets", ".git"];

/// A place that a published release is delivered to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlet {
    /// A folder that gets the site, and the release's files below `download/`.
    Folder(PathBuf),
    /// A branch of the repository around the project, which gets the same as a commit.
    Branch(String),
    /// A folder that gets the release's files as an OCI image layout.
    Layout(PathBuf),
}

impl Outlet {
    /// `git:BRANCH`, or a folder.
    pub fn parse(written: &str) -> Outlet {
        match written.strip_prefix("git:") {
            Some(branch) => Outlet::Branch(branch.to_owned()),
            None => Outlet::Folder(PathBuf::from(written)),
        }
    }

    fn folder(&self) -> Option<&Path> {
        match self {
            Outlet::Folder(folder) | Outlet::Layout(folder) => Some(folder),
            Outlet::Branch(_) => None,
        }
    }
}

impl fmt::Display for Outlet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outlet::Folder(folder) | Outlet::Layout(folder) => write!(out, "{}", folder.display()),
            Outlet::Branch(branch) => write!(out, "git:{branch}"),
        }
    }
}

/// What came of one outlet.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The outlet.
    pub outlet: Outlet,
    /// What it holds now; or why it is as it was.
    pub result: Result<String, String>,
}

/// Who makes commits: a name and an address.
pub type Author = (String, String);

/// The outlets of one publication.
pub(super) struct Outlets<'a> {
    pub(super) project: &'a Project,
    pub(super) publication: &'a Publication,
    pub(super) all: &'a [Outlet],
    pub(super) author: Option<&'a Author>,
}

impl Outlets<'_> {
    /// Refuses outlets that cannot be replaced, before anything is done.
    ///
    /// # Errors
    /// One problem for each of them.
    pub(super) fn check(&self) -> Checked<()> {
        let mut problems = Problems::new();
        for (index, outlet) in self.all.iter().enumerate() {
            let checked = self.check_apart(index, outlet).and_then(|()| match outlet {
                Outlet::Folder(folder) => check_folder(folder, &stranger_in_site),
                Outlet::Layout(folder) => check_folder(folder, &|old| stranger_in_layout(old).cloned()),
                Outlet::Branch(branch) => self.standing(branch).map(|_| ()),
            });
            problems.take(checked.map_err(|problem| vec![problem]));
        }
        problems.into_result(())
    }

    /// Refuses a place that something else of the project, or another outlet, has.
    fn check_apart(&self, index: usize, outlet: &Outlet) -> Result<(), Problem> {
        let refuse = |what: &str| {
            let message = format!("shares its place with {what}");
            Err(Problem::with_file(outlet.to_string(), message).hint("give each output a place of its own"))
        };
        let earlier = self.all.iter().take(index);
        let Some(folder) = outlet.folder() else {
            return match earlier.clone().any(|other| other == outlet) {
                true => refuse("another outlet"),
                false => Ok(()),
            };
        };
        let publication = self.publication;
        let own = [
            publication.site_directory.as_str(),
            publication.bundle_directory.as_str(),
        ];
        let own = own
            .into_iter()
            .chain(TAKEN)
            .map(|path| (self.project.locate(path), path.to_owned()));
        let others = earlier.filter_map(|other| Some((other.folder()?.to_owned(), other.to_string())));
        if fs::lies_in(&self.project.locate("config"), folder) {
            return refuse("the project");
        }
        match own.chain(others).find(|(place, _)| fs::overlap(place, folder)) {
            Some((_, name)) => refuse(&format!("`{name}`")),
            None => Ok(()),
        }
    }

    /// Delivers to each outlet. One that fails is as it was, and the others are served all the same.
    pub(super) fn deliver(&self, files: &Tree, policy: &Policy, now: Timestamp) -> Vec<Delivery> {
        if self.all.is_empty() {
            return Vec::new();
        }
        // Out of the bundle that was verified: what stands in `site/` may have changed since.
        let opened = bundle::open(files, SITE, &archive::of_any_age(policy));
        let deliver = |outlet: &Outlet| {
            let opened = opened.as_ref().map_err(ToString::to_string)?;
            self.deliver_one(outlet, (files, opened), now)
                .map_err(|failure| said(&failure))
        };
        let deliveries = self.all.iter().map(|outlet| Delivery {
            outlet: outlet.clone(),
            result: deliver(outlet),
        });
        deliveries.collect()
    }

    fn deliver_one(
        &self,
        outlet: &Outlet,
        (files, opened): (&Tree, &Opened),
        now: Timestamp,
    ) -> Result<String, Failure> {
        let id = &self.publication.release.id;
        let site = || arranged(&opened.files, id, files);
        match outlet {
            Outlet::Folder(folder) => {
                put(folder, &site(), &[DOMAIN_NAME], &stranger_in_site)?;
                Ok(format!("the site; the release below {DOWNLOAD}/{id}/"))
            }
            Outlet::Layout(folder) => {
                let layout = oci_layout(files, &opened.verification);
                put(folder, &layout, &[], &|old| stranger_in_layout(old).cloned())?;
                Ok(format!(
                    "the release as an OCI artifact, tag {}",
                    opened.verification.bundle
                ))
            }
            Outlet::Branch(branch) => Ok(self.commit(branch, site(), opened, now)?),
        }
    }

    /// The repository, the commit that the branch stands at, and its files, none of which is anybody's own.
    fn standing(&self, branch: &str) -> Result<(Repository, Option<String>, Tree), Problem> {
        let repository = Repository::open(&self.project.locate(""))?;
        let tip = repository.tip(branch)?;
        let old = match &tip {
            Some(commit) => repository.read(branch, commit)?,
            None => Tree::new(),
        };
        check_tree(&format!("git:{branch}"), &old, &stranger_in_site)?;
        Ok((repository, tip, old))
    }

    fn commit(
        &self,
        branch: &str,
        mut site: Tree,
        opened: &Opened,
        now: Timestamp,
    ) -> Result<String, Problem> {
        let (repository, tip, old) = self.standing(branch)?;
        site.insert(NO_JEKYLL.to_owned(), Vec::new());
        if let Some(name) = old.get(DOMAIN_NAME) {
            site.insert(DOMAIN_NAME.to_owned(), name.clone());
        }
        let tree = repository.write(&site)?;
        if let Some(commit) = &tip
            && repository.tree_of(commit)? == tree
        {
            return Ok(format!("the same already, commit {commit}"));
        }
        let producer = &self.publication.signing.producer;
        let own = (producer.name.clone(), producer.identity.clone());
        let (name, email) = self.author.cloned().unwrap_or(own);
        let signature = Signature {
            name,
            email,
            seconds: now.as_utc().timestamp(),
        };
        let bundle = &opened.verification.bundle;
        let list = opened
            .verification
            .list
            .map(|list| format!("\n\nSHA-256 of {bundle}.sha256: {list}"));
        let message = format!("Publish {bundle}{}\n", list.unwrap_or_default());
        let new = repository.commit((&tree, tip.as_deref()), &signature, &message)?;
        repository.advance(branch, (tip.as_deref(), &new), &signature)?;
        Ok(format!("the site and the release, commit {new}"))
    }
}

/// The site, with the release's files below a folder of their own.
fn arranged(site: &Tree, id: &str, files: &Tree) -> Tree {
    let mut tree = site.clone();
    tree.extend(
        files
            .iter()
            .map(|(name, bytes)| (format!("{DOWNLOAD}/{id}/{name}"), bytes.clone())),
    );
    tree
}

/// The first file that no publication made: what the release below `download/` gives is made again and compared.
fn stranger_in_site(old: &Tree) -> Option<String> {
    let below = |path: &str| {
        let (id, name) = path.strip_prefix(DOWNLOAD)?.strip_prefix('/')?.split_once('/')?;
        Some((id.to_owned(), name.to_owned()))
    };
    let id = old
        .keys()
        .find_map(|path| below(path))
        .map(|(id, _)| id)
        .unwrap_or_default();
    let files = old.iter().filter_map(|(path, bytes)| {
        let (of, name) = below(path)?;
        (of == id).then(|| (name, bytes.clone()))
    });
    let files: Tree = files.collect();
    let opened = bundle::open(&files, SITE, &Policy::default());
    let made = opened
        .map(|opened| arranged(&opened.files, &id, &files))
        .unwrap_or_default();
    let is_ours = |(path, bytes): &(&String, &Vec<u8>)| {
        let may_stay = match path.as_str() {
            NO_JEKYLL => bytes.is_empty(),
            DOMAIN_NAME => true,
            path => is_nobodys(path),
        };
        may_stay || made.get(*path) == Some(bytes)
    };
    old.iter()
        .find(|file| !is_ours(file))
        .map(|(path, _)| path.clone())
}

fn check_tree(place: &str, old: &Tree, stranger: &dyn Fn(&Tree) -> Option<String>) -> Result<(), Problem> {
    match stranger(old) {
        Some(name) => Err(Problem::with_file(
            format!("{place}/{name}"),
            "was not made by a publication, or was changed since, and the whole is replaced",
        )
        .hint("move it elsewhere, or name another place to publish to")),
        None => Ok(()),
    }
}

/// Refuses to replace a folder that holds anything that no publication made. Nothing is followed.
fn check_folder(folder: &Path, stranger: &dyn Fn(&Tree) -> Option<String>) -> Result<(), Problem> {
    let shown = folder.display().to_string();
    if fs::list_names(folder, &shown)?.is_empty() {
        return Ok(());
    }
    let old = fs::read_tree(folder).map_err(|problem| Problem {
        path: format!("{shown}/{}", problem.path),
        ..problem
    })?;
    check_tree(&shown, &old, stranger)
}

/// Puts a folder in its place, in one step.
fn put(
    folder: &Path,
    tree: &Tree,
    keep: &[&str],
    stranger: &dyn Fn(&Tree) -> Option<String>,
) -> Result<(), Failure> {
    let staging = Staging::write(folder, tree, keep)?;
    // Again, as building and writing took their time.
    check_folder(folder, stranger)?;
    Ok(fs::publish_all(vec![staging])?)
}

/// A failure on one line.
fn said(failure: &Failure) -> String {
    match failure {
        Failure::Problems(problems) => {
            let lines = problems
                .iter()
                .map(|problem| format!("{}: {}", problem.path, problem.message));
            lines.collect::<Vec<_>>().join("; ")
        }
        Failure::Disk(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        Failure::Untrusted(distrust) => distrust.to_string(),
        Failure::Journal(flaw) => flaw.to_string(),
        Failure::Internal(reason) => reason.clone(),
    }
}
