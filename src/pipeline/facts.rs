//! All facts of a project with their values and users.

use super::gather::RECORD;
use super::{ANALYTICS_NAME, Failure, Inputs, REPORT_NAME, RunFiles};
use crate::content::{self, Page, Terms, Wordings};
use crate::diag::Problem;
use crate::domain::Timestamp;
use crate::evidence::{self, Evidence};
use crate::fs::{self, Project};
use crate::seal::HmacKey;

/// The facts of a project.
#[derive(Debug)]
pub struct FactList {
    /// The evidence that holds them.
    pub evidence: Evidence,
    /// The pages that use them, as far as they could be resolved.
    pub pages: Vec<Page>,
    /// What is wrong with the pages.
    pub problems: Vec<Problem>,
    /// The words and number formats of both languages.
    pub wordings: Wordings,
}

/// Adds the values of today to the record of what facts were. Returns its path and how many were new; a record that
/// would not change is not written.
///
/// # Errors
/// A record that cannot be read, or a disk that refuses.
pub fn record_facts(
    project: &Project,
    list: &FactList,
    now: Timestamp,
) -> Result<(&'static str, usize), Failure> {
    let known = match project.has_file(RECORD) {
        true => evidence::read_record(RECORD, &project.read(RECORD)?)?,
        false => Vec::new(),
    };
    let today = now.as_utc().format("%Y-%m-%d").to_string();
    let (bytes, new) = evidence::record(&list.evidence, known, &today);
    if new > 0 {
        fs::write_together(&[(project.locate(RECORD), &bytes)])?;
    }
    Ok((RECORD, new))
}

/// Collects all facts. Pages may have problems: an editor asks for ids while a page is being written.
///
/// # Errors
/// Problems of the configuration or of the evidence.
pub fn facts(
    project: &Project,
    choose_key: impl FnOnce() -> Result<HmacKey, Failure>,
    now: Timestamp,
) -> Result<FactList, Failure> {
    let inputs = Inputs::load(project, now)?;
    let key = choose_key()?;
    let report = inputs.run_lab(now);
    let analytics = inputs.run_analytics(&report);
    let run = RunFiles::seal(REPORT_NAME, &report, Some(&key))?;
    let analytics = RunFiles::seal_analytics(ANALYTICS_NAME, &analytics, Some(&key))?;
    let evidence = inputs.collect(&run, &analytics, &key)?;
    let terms = Terms {
        false_claims_pass: true,
        waivers: None,
        history_of: inputs.history_of,
        reuse: None,
    };
    let (pages, problems) = content::survey(&inputs.drafts, &evidence, &inputs.wordings, &terms);
    Ok(FactList {
        evidence,
        pages,
        problems,
        wordings: inputs.wordings,
    })
}
