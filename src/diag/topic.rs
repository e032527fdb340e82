//! What kinds of problems there are: each has its section in the manual, and `stage6 explain` prints it.

use super::{Problem, Problems};
use serde::{Deserialize, Serialize};

/// A kind of problem, by what the reader has to understand to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Topic {
    /// Arguments, folders that are not there, files that a command was given.
    Usage,
    /// `core.yaml`, `publication.yaml` and what they select.
    Configuration,
    /// What stands between `---` at the top of a page.
    FrontMatter,
    /// The text of a page: headings, HTML, footnotes, blocks.
    Pages,
    /// References to values of the evidence.
    Facts,
    /// Numbers that were typed although a fact has the same value.
    TypedNumbers,
    /// Sentences with an expression over facts.
    Claims,
    /// Where the evidence contradicts itself, and who answers for it.
    Contradictions,
    /// Links and anchors.
    Links,
    /// CSV tables and charts.
    Tables,
    /// Terms and their forms.
    Glossary,
    /// What the languages of a page must have in common.
    Languages,
    /// Runbooks with boxes, their records and signatures.
    Checklist,
    /// Records of releases, and the releases before.
    ReleaseRecord,
    /// Baselines of markets, and the data that they are measured from.
    Baselines,
    /// Snapshots of exchanges, their index and their mirror.
    Signals,
    /// Files that commands of the laboratory are given.
    Inputs,
    /// Keys, and what they may sign.
    Keys,
    /// Files and folders that are written.
    Outputs,
    /// A machine that refuses: full disks, missing permissions.
    Disk,
    /// Releases that cannot be trusted.
    Verification,
    /// Rules that hold a release back.
    Gate,
    /// The decision log.
    Journal,
    /// The calendar of a release.
    Schedule,
    /// Documentation that was not made for us.
    DocumentationTrees,
    /// The theme and the messages of the site.
    Templates,
}

impl Topic {
    /// All topics, in the order of the manual.
    pub const ALL: [Topic; 26] = [
        Topic::Usage,
        Topic::Configuration,
        Topic::FrontMatter,
        Topic::Pages,
        Topic::Facts,
        Topic::TypedNumbers,
        Topic::Claims,
        Topic::Contradictions,
        Topic::Links,
        Topic::Tables,
        Topic::Glossary,
        Topic::Languages,
        Topic::Checklist,
        Topic::ReleaseRecord,
        Topic::Baselines,
        Topic::Signals,
        Topic::Inputs,
        Topic::Keys,
        Topic::Outputs,
        Topic::Disk,
        Topic::Verification,
        Topic::Gate,
        Topic::Journal,
        Topic::Schedule,
        Topic::DocumentationTrees,
        Topic::Templates,
    ];

    /// Its word, which is also the anchor of its section: `release-record`.
    pub fn key(self) -> &'static str {
        match self {
            Topic::Usage => "usage",
            Topic::Configuration => "configuration",
            Topic::FrontMatter => "front-matter",
            Topic::Pages => "pages",
            Topic::Facts => "facts",
            Topic::TypedNumbers => "typed-numbers",
            Topic::Claims => "claims",
            Topic::Contradictions => "contradictions",
            Topic::Links => "links",
            Topic::Tables => "tables",
            Topic::Glossary => "glossary",
            Topic::Languages => "languages",
            Topic::Checklist => "checklist",
            Topic::ReleaseRecord => "release-record",
            Topic::Baselines => "baselines",
            Topic::Signals => "signals",
            Topic::Inputs => "inputs",
            Topic::Keys => "keys",
            Topic::Outputs => "outputs",
            Topic::Disk => "disk",
            Topic::Verification => "verification",
            Topic::Gate => "gate",
            Topic::Journal => "journal",
            Topic::Schedule => "schedule",
            Topic::DocumentationTrees => "documentation-trees",
            Topic::Templates => "templates",
        }
    }

    /// The topic of a word.
    ///
    /// ```
    /// # use stage6_press::diag::Topic;
    /// assert_eq!(Topic::from_key("typed-numbers"), Some(Topic::TypedNumbers));
    /// ```
    pub fn from_key(key: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.key() == key)
    }
}

/// What can be told which topic it is about. Whoever knows best says it first: a topic that is there already stays, so
/// that the doors of rooms and stages can name one for all that has none.
pub trait About {
    /// The same, about `topic` where nothing is said yet.
    #[must_use]
    fn about(self, topic: Topic) -> Self;
}

impl About for Problem {
    fn about(mut self, topic: Topic) -> Problem {
        self.topic.get_or_insert(topic);
        self
    }
}

impl About for Vec<Problem> {
    fn about(self, topic: Topic) -> Vec<Problem> {
        self.into_iter().map(|problem| problem.about(topic)).collect()
    }
}

impl About for Problems {
    fn about(self, topic: Topic) -> Problems {
        Problems {
            found: self.found.about(topic),
        }
    }
}

impl<T, E: About> About for Result<T, E> {
    fn about(self, topic: Topic) -> Result<T, E> {
        self.map_err(|error| error.about(topic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_knows_best_says_it_first() {
        let problems = vec![
            Problem::with_file("a", "b").about(Topic::Links),
            Problem::with_file("c", "d"),
        ];
        let topics: Vec<_> = problems.about(Topic::Pages).iter().map(|one| one.topic).collect();
        assert_eq!(topics, [Some(Topic::Links), Some(Topic::Pages)]);
    }

    #[test]
    fn words_are_told_apart() {
        for topic in Topic::ALL {
            assert_eq!(Topic::from_key(topic.key()), Some(topic));
        }
    }
}
