//! Commits on a branch of a git repository, made beside its working tree: neither that, nor the index, nor HEAD is touched.
//!
//! The installed `git` does it, by its plumbing: what it writes is what every git reads, and a branch is moved only if it
//! still stands where it was looked at.

use super::Tree;
use crate::diag::Problem;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Most bytes of a commit that is read.
const MOST_BYTES: u64 = 1 << 30;
/// What would lead git to another repository, index or object store than that of the folder.
const STRAYS: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_REPLACE_REF_BASE",
];

/// The repository that a folder lies in.
#[derive(Clone, Debug)]
pub struct Repository {
    folder: PathBuf,
}

/// Who makes a commit, and when; both are given, so that the same commit is made anywhere.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Seconds since 1970.
    pub seconds: i64,
}

impl Repository {
    /// The repository that `folder` lies in.
    ///
    /// # Errors
    /// There is no git, or the folder lies in no repository.
    pub fn open(folder: &Path) -> Result<Repository, Problem> {
        let repository = Repository {
            folder: folder.to_owned(),
        };
        repository.run(&["rev-parse", "--git-dir"], &[]).map_err(|problem| {
            problem.hint("a branch needs git and a repository around the project; publish into a folder with `--to DIR`")
        })?;
        Ok(repository)
    }

    /// The commit that a branch stands at; none if there is no such branch.
    ///
    /// # Errors
    /// It is no name of a branch, it is checked out somewhere, or it stands for another.
    pub fn tip(&self, branch: &str) -> Result<Option<String>, Problem> {
        let name = full(branch);
        let refuse = |message: &str, hint: &str| Err(Problem::with_file(shown(branch), message).hint(hint));
        // Git would take these, and nobody could name them afterwards.
        let is_odd = branch.starts_with('-') || branch == "HEAD";
        if is_odd || !self.asks(&["check-ref-format", &name])? {
            return refuse("is no name of a branch", "name a branch, such as `git:pages`");
        }
        let checked_out = self.run(&["worktree", "list", "--porcelain"], &[])?;
        let line = format!("branch {name}");
        if text(&checked_out).lines().any(|found| found == line) {
            return refuse(
                "is checked out, and its files would no longer be those of its commit",
                "name a branch that nobody works on, such as `git:pages`",
            );
        }
        if self.asks(&["symbolic-ref", "--quiet", &name])? {
            return refuse("stands for another branch", "name a branch of its own");
        }
        if !self.asks(&["show-ref", "--verify", "--quiet", &name])? {
            return Ok(None);
        }
        let commit = self.run(&["rev-parse", "--verify", &format!("{name}^{{commit}}")], &[])?;
        Ok(Some(line_of(&commit)))
    }

    /// The files of a commit.
    ///
    /// # Errors
    /// One of them is a link, a program or another repository, or there is more than 1 GiB.
    pub fn read(&self, branch: &str, commit: &str) -> Result<Tree, Problem> {
        let listed = self.run(&["ls-tree", "-r", "-l", "-z", "--full-tree", commit], &[])?;
        let mut files = Vec::new();
        let mut total = 0_u64;
        for entry in text(&listed).split_terminator('\0') {
            let (about, path) = entry.split_once('\t').unwrap_or((entry, ""));
            let mut words = about.split_ascii_whitespace();
            let (mode, id, size) = (words.next(), words.nth(1), words.next());
            let size: Option<u64> = size.and_then(|size| size.parse().ok());
            let (Some("100644"), Some(id), Some(size)) = (mode, id, size) else {
                let place = format!("{}/{path}", shown(branch));
                return Err(Problem::with_file(place, "is no plain file"));
            };
            total += size;
            files.push((path.to_owned(), id.to_owned(), size));
        }
        if total > MOST_BYTES {
            return Err(Problem::with_file(shown(branch), "holds more than 1 GiB"));
        }
        let wanted: String = files.iter().map(|(_, id, _)| format!("{id}\n")).collect();
        let answer = self.run(&["cat-file", "--batch"], wanted.as_bytes())?;
        let mut rest = answer.as_slice();
        let mut tree = Tree::new();
        for (path, _, size) in files {
            let bytes = take_blob(&mut rest, size).ok_or_else(|| unexpected("cat-file"))?;
            tree.insert(path, bytes);
        }
        Ok(tree)
    }

    /// Writes files into the store of objects, where nothing refers to them yet. Gives the id of their tree.
    ///
    /// # Errors
    /// Git refuses, or the disk does.
    pub fn write(&self, files: &Tree) -> Result<String, Problem> {
        let mut stream = b"feature done\n".to_vec();
        for (index, bytes) in files.values().enumerate() {
            let mark = index + 1;
            stream.extend(format!("blob\nmark :{mark}\ndata {}\n", bytes.len()).bytes());
            stream.extend(bytes);
            stream.extend(format!("\nget-mark :{mark}\n").bytes());
        }
        stream.extend(b"done\n");
        let answer = self.run(&["fast-import", "--quiet", "--done"], &stream)?;
        let ids: Vec<&str> = std::str::from_utf8(&answer).unwrap_or_default().lines().collect();
        if ids.len() != files.len() {
            return Err(unexpected("fast-import"));
        }
        self.write_folders(files.keys().map(String::as_str).zip(ids))
    }

    /// The trees of all folders, the deepest first, those of one depth by one process. Gives the id of the outermost.
    fn write_folders<'b>(&self, blobs: impl Iterator<Item = (&'b str, &'b str)>) -> Result<String, Problem> {
        let mut folders: BTreeMap<&str, Vec<u8>> = [("", Vec::new())].into();
        for (path, id) in blobs {
            let (folder, name) = parted(path);
            let entries = folders.entry(folder).or_default();
            entries.extend(format!("100644 blob {id}\t{name}\0").bytes());
            let mut outer = folder;
            while !outer.is_empty() {
                outer = parted(outer).0;
                folders.entry(outer).or_default();
            }
        }
        let depth = |folder: &str| folder.split('/').filter(|name| !name.is_empty()).count();
        let deepest = folders.keys().map(|folder| depth(folder)).max().unwrap_or(0);
        let mut root = String::new();
        for level in (0..=deepest).rev() {
            let here: Vec<&str> = folders
                .keys()
                .copied()
                .filter(|folder| depth(folder) == level)
                .collect();
            let mut input = Vec::new();
            for folder in &here {
                input.extend(folders.get(folder).into_iter().flatten());
                input.push(0);
            }
            let answer = text(&self.run(&["mktree", "-z", "--batch"], &input)?);
            let ids: Vec<&str> = answer.lines().collect();
            if ids.len() != here.len() {
                return Err(unexpected("mktree"));
            }
            for (folder, id) in here.iter().zip(ids) {
                let (outer, name) = parted(folder);
                match level {
                    0 => id.clone_into(&mut root),
                    _ => {
                        let entries = folders.entry(outer).or_default();
                        entries.extend(format!("040000 tree {id}\t{name}\0").bytes());
                    }
                }
            }
        }
        Ok(root)
    }

    /// The id of the tree of a commit.
    ///
    /// # Errors
    /// There is no such commit.
    pub fn tree_of(&self, commit: &str) -> Result<String, Problem> {
        let tree = self.run(&["rev-parse", "--verify", &format!("{commit}^{{tree}}")], &[])?;
        Ok(line_of(&tree))
    }

    /// Makes a commit, which no branch holds yet. Gives its id.
    ///
    /// # Errors
    /// Git refuses, or the disk does.
    pub fn commit(
        &self,
        (tree, parent): (&str, Option<&str>),
        signature: &Signature,
        message: &str,
    ) -> Result<String, Problem> {
        let mut arguments = vec!["-c", "i18n.commitEncoding=utf-8", "commit-tree", tree];
        arguments.extend(parent.iter().flat_map(|parent| ["-p", parent]));
        arguments.extend(["-F", "-"]);
        let id = self.run_as(&arguments, message.as_bytes(), Some(signature))?;
        Ok(line_of(&id))
    }

    /// Moves a branch from the commit where it was looked at to another; from nothing, the branch is made.
    ///
    /// # Errors
    /// It was checked out or moved meanwhile.
    pub fn advance(
        &self,
        branch: &str,
        (old, new): (Option<&str>, &str),
        signature: &Signature,
    ) -> Result<(), Problem> {
        if self.tip(branch)?.as_deref() != old {
            let problem = Problem::with_file(shown(branch), "was changed by somebody else meanwhile");
            return Err(problem.hint("run the command again"));
        }
        let name = full(branch);
        // Git holds the old value against the branch once more, under its lock. No value means: there is none.
        let arguments = [
            "update-ref",
            "--no-deref",
            "-m",
            "stage6 publish",
            &name,
            new,
            old.unwrap_or(""),
        ];
        self.run_as(&arguments, &[], Some(signature)).map(|_| ())
    }

    /// Whether git says yes, by its exit code, to a question that it answers with no without a word.
    fn asks(&self, arguments: &[&str]) -> Result<bool, Problem> {
        let output = self.output(arguments, &[], None)?;
        Ok(output.status.success())
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Problem> {
        self.run_as(arguments, input, None)
    }

    fn run_as(
        &self,
        arguments: &[&str],
        input: &[u8],
        signature: Option<&Signature>,
    ) -> Result<Vec<u8>, Problem> {
        let output = self.output(arguments, input, signature)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = text(&output.stderr);
        let said = said.lines().map(str::trim).filter(|line| !line.is_empty());
        let said: Vec<&str> = said.take(3).collect();
        Err(Problem::with_file("git", format!("refuses: {}", said.join("; "))))
    }

    fn output(
        &self,
        arguments: &[&str],
        input: &[u8],
        signature: Option<&Signature>,
    ) -> Result<Output, Problem> {
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => Problem::with_file("git", "is not installed, or not on the PATH"),
            _ => Problem::with_file("git", format!("could not be run: {error}")),
        };
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(arguments);
        for name in STRAYS {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        if let Some(Signature { name, email, seconds }) = signature {
            for role in ["AUTHOR", "COMMITTER"] {
                command.env(format!("GIT_{role}_NAME"), name);
                command.env(format!("GIT_{role}_EMAIL"), email);
                command.env(format!("GIT_{role}_DATE"), format!("{seconds} +0000"));
            }
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let pipe = child.stdin.take();
        std::thread::scope(|scope| {
            // Beside reading: git answers while it is still asked. If it ends early, it has said why.
            scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(input)));
            child.wait_with_output().map_err(failed)
        })
    }
}

/// The folder of a path, and the name in it.
fn parted(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A branch as people name it.
fn shown(branch: &str) -> String {
    format!("git:{branch}")
}

fn full(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn line_of(bytes: &[u8]) -> String {
    text(bytes).trim_end().to_owned()
}

fn unexpected(of: &str) -> Problem {
    Problem::with_file(
        "git",
        format!("`git {of}` answered something that is not understood"),
    )
}

/// The next object of an answer of `cat-file --batch`: `ID blob SIZE`, the bytes, a line end.
fn take_blob(rest: &mut &[u8], size: u64) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (head, after) = rest.split_at_checked(end + 1)?;
    let size_there = text(head).trim_end().rsplit(' ').next()?.parse().ok();
    let size = usize::try_from(size)
        .ok()
        .filter(|size| size_there == Some(*size))?;
    let (bytes, after) = after.split_at_checked(size)?;
    *rest = after.strip_prefix(b"\n")?;
    Some(bytes.to_vec())
}
