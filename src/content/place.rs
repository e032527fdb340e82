//! Where things stand in the site. The rules are shared with the room that writes it.

use crate::diag::{Checked, Problem, Problems};
use crate::domain::Language;
use crate::evidence::EvidenceKind;
use std::collections::BTreeMap;

/// The folder of signed reports in the bundle, below its `data` folder.
pub const REPORTS: &str = "reports/";

/// The file of a page: `pl/runbooks/stress-lab.html`.
pub fn page_path(language: Language, id: &str) -> String {
    format!("{}/{id}.html", language.tag())
}

/// The file of the page that shows a piece of evidence.
///
/// ```
/// # use stage6_press::{content::place::evidence_path, domain::Language};
/// let path = evidence_path(Language::Polish, "config/core.yaml");
/// assert_eq!(path, "pl/evidence/config-core-yaml.html");
/// ```
pub fn evidence_path(language: Language, file_path: &str) -> String {
    let slug = dashed(file_path.to_lowercase().chars());
    format!("{}/evidence/{slug}.html", language.tag())
}

/// The file of the page about the Stress Lab's report.
pub fn report_path(language: Language) -> String {
    format!("{}/reports/stress-lab.html", language.tag())
}

/// The file of the register of claims.
pub fn claims_path(language: Language) -> String {
    format!("{}/reports/claims.html", language.tag())
}

/// The file of the page that lists all evidence.
pub fn evidence_list_path(language: Language) -> String {
    format!("{}/evidence/index.html", language.tag())
}

/// The file of the page about the gate.
pub fn gate_path(language: Language) -> String {
    format!("{}/reports/gate.html", language.tag())
}

/// The file of the page that verifies releases in the browser.
pub fn verifier_path(language: Language) -> String {
    format!("{}/verify.html", language.tag())
}

/// The file of the page that lists the facts in use.
pub fn facts_path(language: Language) -> String {
    format!("{}/reports/facts.html", language.tag())
}

/// The file of the page that lists this release and those before it.
pub fn releases_path(language: Language) -> String {
    format!("{}/reports/releases.html", language.tag())
}

/// The file of the page that compares two releases, the older one first.
pub fn comparison_path(language: Language, before: &str, now: &str) -> String {
    format!("{}/reports/compare/{before}-{now}.html", language.tag())
}

/// Endings that browsers show as text or save, whatever is inside.
const TEXT_ENDINGS: [&str; 8] = ["csv", "json", "jsonl", "md", "toml", "txt", "yaml", "yml"];

/// The file of the site that holds a piece of evidence byte for byte, for download.
///
/// The folder is that of its page, so no two files share one; the name is its own, as far as every system and address
/// can spell it. A name whose ending a browser might run, such as `.html` or `.svg`, gets `.txt` behind it: the bytes
/// of evidence must never become a page of the site.
///
/// ```
/// # use stage6_press::content::place::raw_path;
/// assert_eq!(raw_path("config/core.yaml"), "data/evidence/config-core-yaml/core.yaml");
/// assert_eq!(raw_path("var/a b.svg"), "data/evidence/var-a-b-svg/a-b.svg.txt");
/// ```
pub fn raw_path(file_path: &str) -> String {
    let slug = dashed(file_path.to_lowercase().chars());
    let name = file_path.rsplit('/').next().unwrap_or(file_path);
    let fit = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let name: String = name
        .chars()
        .map(|letter| if fit(letter) { letter } else { '-' })
        .collect();
    let name = name.trim_start_matches(['.', '-']);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_text = !stem.is_empty() && TEXT_ENDINGS.contains(&ending.to_ascii_lowercase().as_str());
    let (name, more) = (
        if name.is_empty() { "file" } else { name },
        if is_text { "" } else { ".txt" },
    );
    format!("data/evidence/{slug}/{name}{more}")
}

/// Where a piece of evidence stands in the bundle, below its `data` folder: signed reports by themselves, where a
/// verifier looks for them; signal quality too, with its index among the snapshots; all else under its path in the project.
pub fn bundled_evidence(kind: EvidenceKind, file_path: &str) -> String {
    match kind {
        EvidenceKind::Report => format!("{REPORTS}{}", file_path.rsplit('/').next().unwrap_or(file_path)),
        EvidenceKind::SignalQuality => {
            format!(
                "signal_quality/{}",
                file_path.rsplit('/').next().unwrap_or(file_path)
            )
        }
        _ => format!("evidence/{file_path}"),
    }
}

/// Refuses evidence files whose pages would overwrite each other.
///
/// # Errors
/// One problem for each file that comes after another with the same address.
pub fn check<'p>(file_paths: impl IntoIterator<Item = &'p str>) -> Checked<()> {
    let mut problems = Problems::new();
    let mut taken = BTreeMap::new();
    for path in file_paths {
        let address = evidence_path(Language::Polish, path);
        if let Some(first) = taken.get(&address) {
            let message = format!("its page would have the same address as that of `{first}`");
            problems
                .push(Problem::with_file(path, message).hint("rename one so that letters or digits differ"));
        } else {
            taken.insert(address, path);
        }
    }
    problems.into_result(())
}

/// How the file `from` refers to the file `to`; both paths have the same root.
///
/// ```
/// # use stage6_press::content::place::relative;
/// assert_eq!(relative("pl/runbooks/a.html", "pl/evidence/x.html"), "../evidence/x.html");
/// assert_eq!(relative("pl/index.html", "pl/index.html"), "index.html");
/// ```
pub fn relative(from: &str, to: &str) -> String {
    let mut here: Vec<&str> = from.split('/').collect();
    here.pop();
    let there: Vec<&str> = to.split('/').collect();
    let folders = there.len().saturating_sub(1);
    let shared = here
        .iter()
        .zip(there.iter().take(folders))
        .take_while(|(left, right)| left == right)
        .count();
    let mut parts = vec![".."; here.len() - shared];
    parts.extend(there.into_iter().skip(shared));
    parts.join("/")
}

/// The anchor of a heading: letters without their marks and digits, all else a dash.
///
/// ```
/// # use stage6_press::content::place::slug;
/// assert_eq!(slug("Łączność: 3 źródła (v2)"), "lacznosc-3-zrodla-v2");
/// ```
pub fn slug(text: &str) -> String {
    dashed(text.to_lowercase().chars().map(folded))
}

/// Keeps `[a-z0-9]`; every run of other characters becomes one dash, none at either end.
fn dashed(characters: impl Iterator<Item = char>) -> String {
    let mut slug = String::new();
    for character in characters {
        if character.is_ascii_lowercase() || character.is_ascii_digit() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// A lower-case letter without its mark. `ł` and `ø` have no decomposition in Unicode, so the letters are listed.
fn folded(letter: char) -> char {
    match letter {
        'ą' | 'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ć' | 'ç' | 'č' => 'c',
        'ď' => 'd',
        'ę' | 'è' | 'é' | 'ê' | 'ë' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ł' | 'ĺ' => 'l',
        'ń' | 'ñ' | 'ň' => 'n',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ř' => 'r',
        'ś' | 'š' => 's',
        'ť' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_climb_only_as_far_as_they_must() {
        assert_eq!(
            relative("pl/whitepaper.html", "pl/evidence/x.html"),
            "evidence/x.html"
        );
        assert_eq!(relative("pl/a/b/c.html", "en/a.html"), "../../../en/a.html");
        assert_eq!(
            relative("pages/pl/x.md", "evidence/config/core.yaml"),
            "../../evidence/config/core.yaml"
        );
        assert_eq!(relative("a/a.html", "a"), "../a");
    }

    #[test]
    fn evidence_with_one_address_is_refused() {
        let found = check(["a/b.csv", "a-b.csv", "c.csv"]).unwrap_err();
        assert_eq!(
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "a-b.csv: its page would have the same address as that of `a/b.csv`\n  hint: rename one so that \
                 letters or digits differ"
            ]
        );
    }
}
