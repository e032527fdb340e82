//! The record of a ticked checklist: what a reader's browser exports from a page, and `stage6 sign-runbook` takes in.

use super::ChecklistItem;
use crate::diag::Problem;
use crate::document::{Entry, Node, Scalar, json};
use crate::domain::{Digest, Language, Timestamp};
use std::collections::BTreeMap;

/// What a record calls itself.
pub const RECORD_SCHEMA: &str = "stage6.checklist.record";
/// The version that pages write and that is read.
pub const RECORD_VERSION: i64 = 1;
/// Longer files are no records: a page of a thousand items has half of it.
const MAX_BYTES: usize = 1 << 20;
/// A longer name is not a name.
const MAX_NAME: usize = 200;
const AGAIN: &str = "export the record again from the page of the checklist";

/// A record whose shape is right. Whether it fits a checklist, [`ChecklistRecord::check`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistRecord {
    /// The id of the release that the page belonged to.
    pub release: String,
    /// The name of its bundle.
    pub bundle: String,
    /// The id of the page.
    pub page: String,
    /// The page's language.
    pub language: Language,
    /// The Markdown file that the page was made of, inside the project.
    pub source_path: String,
    /// Its digest then.
    pub source_digest: Digest,
    /// Who ticked, as they wrote it; not proven by anything.
    pub who: String,
    /// When it was exported, by the reader's clock.
    pub exported_at: Timestamp,
    /// By the ids of items.
    items: BTreeMap<String, Entered>,
}

/// What a record says about one item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entered {
    text: String,
    done: bool,
    /// When the box was ticked, by the reader's clock.
    at: Option<Timestamp>,
}

impl ChecklistRecord {
    /// Reads a record: exactly the members that a page writes.
    ///
    /// # Errors
    /// The first departure, with its place.
    pub fn read(path: &str, bytes: &[u8]) -> Result<ChecklistRecord, Problem> {
        if bytes.len() > MAX_BYTES {
            return Err(Problem::with_file(path, "too long for the record of a checklist").hint(AGAIN));
        }
        let root = Members::of(
            path,
            &json::read(path, bytes)?,
            &[
                "schema",
                "schema_version",
                "release",
                "bundle",
                "page",
                "language",
                "source",
                "who",
                "clock",
                "exported_at",
                "items",
            ],
        )?;
        root.check_schema()?;
        let source = Members::of(path, root.node("source")?, &["path", "sha256"])?;
        let language = root.text("language")?;
        let digest = source.text("sha256")?;
        let who = root.text("who")?;
        if who.trim().is_empty() || who.chars().count() > MAX_NAME || who.chars().any(char::is_control) {
            let problem = root
                .node("who")?
                .problem(path, "`who` is not the name of anybody");
            return Err(problem.hint("write into `who` the name of the person who ticked the boxes"));
        }
        let list = root.node("items")?;
        let mut items = BTreeMap::new();
        for node in list.as_list().ok_or_else(|| root.unfit("items"))? {
            let (id, entered) = Entered::read(path, node)?;
            if items.insert(id.clone(), entered).is_some() {
                return Err(node
                    .problem(path, format!("the item `{id}` stands twice"))
                    .hint(AGAIN));
            }
        }
        Ok(ChecklistRecord {
            release: root.text("release")?,
            bundle: root.text("bundle")?,
            page: root.text("page")?,
            language: Language::from_tag(&language).ok_or_else(|| root.unfit("language"))?,
            source_path: source.text("path")?,
            source_digest: Digest::from_hex(&digest).ok_or_else(|| source.unfit("sha256"))?,
            who: who.trim().to_owned(),
            exported_at: root.moment("exported_at")?,
            items,
        })
    }

    /// Refuses a record that is not about exactly these items.
    ///
    /// # Errors
    /// An item that is unknown, missing or says something else, and a box ticked by nobody at no time.
    pub fn check(&self, path: &str, items: &[ChecklistItem]) -> Result<(), Problem> {
        let refuse = |message: String| Err(Problem::with_file(path, message).hint(AGAIN));
        if let Some(id) = self
            .items
            .keys()
            .find(|id| !items.iter().any(|item| item.id == **id))
        {
            return refuse(format!("there is no item `{id}` in `{}`", self.source_path));
        }
        for item in items {
            let Some(entered) = self.items.get(&item.id) else {
                return refuse(format!("the item `{}` is missing: {}", item.id, item.text));
            };
            if entered.text != item.text {
                return refuse(format!(
                    "the item `{}` has another text than its id says",
                    item.id
                ));
            }
            if entered.done && !item.done && entered.at.is_none() {
                return refuse(format!(
                    "the item `{}` is ticked, but `at` does not say when",
                    item.id
                ));
            }
        }
        Ok(())
    }

    /// Whether an item of the checklist is ticked.
    pub fn is_done(&self, item: &ChecklistItem) -> bool {
        self.items.get(&item.id).is_some_and(|entered| entered.done)
    }
}

impl Entered {
    fn read(path: &str, node: &Node) -> Result<(String, Entered), Problem> {
        let members = Members::of(path, node, &["id", "text", "done", "at"])?;
        let done = members.node("done")?.as_scalar().and_then(Scalar::as_bool);
        let done = done.ok_or_else(|| members.unfit("done"))?;
        let at = match members.node("at")?.is_null() {
            true => None,
            false => Some(members.moment("at")?),
        };
        if at.is_some() && !done {
            return Err(members.unfit("at"));
        }
        let text = members.text("text")?;
        Ok((members.text("id")?, Entered { text, done, at }))
    }
}

/// The members of an object, all of them known.
struct Members<'n> {
    path: &'n str,
    node: Node,
}

impl<'n> Members<'n> {
    fn of(path: &'n str, node: &Node, names: &[&str]) -> Result<Members<'n>, Problem> {
        let Some(entries) = node.as_map() else {
            let message = format!("expected an object, found {}", node.kind());
            return Err(node.problem(path, message).hint(AGAIN));
        };
        if let Some(Entry { key, key_at, .. }) =
            entries.iter().find(|entry| !names.contains(&entry.key.as_str()))
        {
            let problem = Problem::new(path, *key_at, format!("unknown member `{key}`"));
            return Err(problem.hint(AGAIN));
        }
        Ok(Members {
            path,
            node: node.clone(),
        })
    }

    fn check_schema(&self) -> Result<(), Problem> {
        let version = self.node("schema_version")?.as_scalar();
        let fits = self.text("schema")? == RECORD_SCHEMA
            && version.and_then(Scalar::as_integer) == Some(RECORD_VERSION)
            && self.text("clock")? == "reader";
        match fits {
            true => Ok(()),
            false => {
                let problem = self.node.problem(
                    self.path,
                    "not the record of a checklist of a version that we know",
                );
                Err(problem.hint(AGAIN))
            }
        }
    }

    fn unfit(&self, name: &str) -> Problem {
        let at = self.node.get(name).unwrap_or(&self.node);
        at.problem(self.path, format!("`{name}` is missing or not what it should be"))
            .hint(AGAIN)
    }

    fn node(&self, name: &str) -> Result<&Node, Problem> {
        self.node.get(name).ok_or_else(|| self.unfit(name))
    }

    fn text(&self, name: &str) -> Result<String, Problem> {
        let scalar = self.node(name)?.as_scalar().filter(|scalar| scalar.quoted);
        scalar
            .map(|scalar| scalar.text.clone())
            .ok_or_else(|| self.unfit(name))
    }

    fn moment(&self, name: &str) -> Result<Timestamp, Problem> {
        Timestamp::parse(&self.text(name)?).map_err(|_| self.unfit(name))
    }
}
