//! The theme: templates and assets, built into the program and overridable file by file by the project.

use super::breakable::breakable;
use super::code_spans::code_spans;
use super::complaint::template_problems;
use super::sheet::Sheet;
use crate::diag::{Checked, Problem, Problems};
use crate::domain::{Digest, Reuse, Work};
use crate::fs::{Project, Tree};
use rayon::prelude::*;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use tera::{Context, Tera};

/// Where a project keeps its own versions of theme files.
pub(super) const FOLDER: &str = "templates/";
/// The folder of the parts of the style sheet; in the order of their names they become [`SHEET`].
const STYLES: &str = "styles/";
/// The one style sheet of the site.
const SHEET: &str = "assets/site.css";

#[derive(RustEmbed)]
#[folder = "templates/"]
struct BuiltIn;

/// The templates of documentation trees, with those that they include.
const OF_DOCS: [&str; 6] = [
    "docs.html",
    "docs_cover.html",
    "docs_search.html",
    "head.html",
    "search_dialog.html",
    "search_form.html",
];

/// Compiled templates, and the files that pages load.
#[derive(Debug)]
pub struct Theme {
    templates: Tera,
    /// The digest of all templates.
    digest: Digest,
    assets: Tree,
    card_font: Vec<u8>,
}

/// What a file below `templates/` is to the theme.
enum Role {
    Template,
    Asset,
    /// A part of the one style sheet.
    Style,
    /// The font of pictures for previews.
    CardFont,
    Elsewhere,
    Unknown,
}

impl Role {
    fn of(name: &str) -> Role {
        if name.starts_with("assets/") {
            Role::Asset
        } else if name.starts_with(STYLES) && name.ends_with(".css") {
            Role::Style
        } else if format!("{FOLDER}{name}") == Theme::CARD_FONT {
            Role::CardFont
        } else if ["i18n/", "bundle/", "kit/", "card/", "init/", "manual/"]
            .iter()
            .any(|folder| name.starts_with(folder))
        {
            Role::Elsewhere
        } else if name.ends_with(".html") {
            Role::Template
        } else {
            Role::Unknown
        }
    }
}

impl Theme {
    /// The font that pictures for previews are drawn with; a project may have another one at this place.
    pub(super) const CARD_FONT: &str = "templates/card/IBMPlexSans_500Medium.ttf";

    /// The bytes of that font.
    pub(super) fn card_font(&self) -> &[u8] {
        &self.card_font
    }

    /// The built-in theme, with every file that the project has under `templates/` in place of the built-in one.
    ///
    /// # Errors
    /// A file that cannot be read or is no part of a theme, or a template that does not compile.
    pub fn load(project: &Project) -> Checked<Theme> {
        let mut problems = Problems::new();
        let mut files = built_in_files(|_| true);
        let own = project
            .list(FOLDER.trim_end_matches('/'), "")
            .map_err(|problem| vec![problem])?;
        for path in own {
            let name = path.strip_prefix(FOLDER).unwrap_or(&path).to_owned();
            match Role::of(&name) {
                Role::Elsewhere => {}
                Role::Unknown => {
                    problems.push(Problem::with_file(path, "not a part of a theme").hint(
                        "templates end in `.html`, parts of the style sheet are `styles/*.css`; other files that pages \
                         load go to `templates/assets/`",
                    ))
                }
                Role::Template | Role::Asset | Role::Style | Role::CardFont => match project.read(&path) {
                    Ok(bytes) => {
                        files.insert(name, bytes);
                    }
                    Err(problem) => problems.push(problem),
                },
            }
        }
        let theme = problems.take(Theme::compile(files));
        match theme {
            Some(theme) => problems.into_result(theme),
            None => Err(problems.into_result(()).err().unwrap_or_default()),
        }
    }

    /// What documentation trees are printed with, and no files: an edit of one page need not wait for the templates of
    /// projects.
    ///
    /// # Errors
    /// None that its tests would not have found.
    pub fn of_docs() -> Checked<Theme> {
        let theme = Theme::compile(built_in_files(|name| OF_DOCS.contains(&name)))?;
        Ok(Theme {
            assets: Tree::new(),
            ..theme
        })
    }

    /// The files that pages load, as they are built in.
    ///
    /// # Errors
    /// As [`Theme::of_docs`].
    pub fn built_in_assets() -> Checked<Tree> {
        let is_file = |name: &str| matches!(Role::of(name), Role::Asset | Role::Style);
        Ok(Theme::compile(built_in_files(is_file))?.assets)
    }

    fn compile(files: BTreeMap<String, Vec<u8>>) -> Checked<Theme> {
        let mut assets = Tree::new();
        let mut style = Vec::new();
        let mut sources = Vec::new();
        let mut card_font = Vec::new();
        let mut problems = Problems::new();
        for (name, bytes) in files {
            match Role::of(&name) {
                Role::CardFont => card_font = bytes,
                Role::Asset => {
                    assets.insert(name, bytes);
                }
                Role::Style => style.extend(bytes),
                Role::Template => match String::from_utf8(bytes) {
                    Ok(text) => sources.push((name, text)),
                    Err(_) => problems.push(
                        Problem::with_file(format!("{FOLDER}{name}"), "not UTF-8 text")
                            .hint("save the file as UTF-8"),
                    ),
                },
                Role::Elsewhere | Role::Unknown => {}
            }
        }
        assets.insert(SHEET.to_owned(), style);
        let digest = digest_of(&sources);
        let mut templates = Tera::new();
        // Before the templates: unknown filters are refused when a template is added.
        templates.register_filter("breakable", breakable);
        templates.register_filter("code_spans", code_spans);
        if let Err(error) = templates.add_raw_templates(sources) {
            problems.extend(template_problems("", &error));
        }
        problems.into_result(Theme {
            templates,
            digest,
            assets,
            card_font,
        })
    }

    /// The files that pages load.
    pub fn assets(&self) -> &Tree {
        &self.assets
    }

    /// Prints one template.
    ///
    /// # Errors
    /// What is wrong with it, at its line.
    pub fn render(&self, template: &str, context: &Context) -> Checked<String> {
        self.templates
            .render(template, context)
            .map_err(|error| template_problems(template, &error))
    }

    /// Prints the sheets on all cores, and puts the assets beside them.
    pub(super) fn print(&self, reuse: &Reuse, sheets: Vec<Sheet<'_>>) -> Checked<Tree> {
        let mut tree = self.assets.clone();
        self.print_into(&mut tree, reuse, sheets)?;
        Ok(tree)
    }

    /// Prints the sheets beside what is there already; those that an earlier build printed from the same are taken from
    /// it.
    pub(super) fn print_into(&self, tree: &mut Tree, reuse: &Reuse, sheets: Vec<Sheet<'_>>) -> Checked<()> {
        let printed: Vec<(Sheet<'_>, Checked<Vec<u8>>)> = sheets
            .into_par_iter()
            .map(|sheet| {
                let html = self.printed(reuse, &sheet);
                (sheet, html)
            })
            .collect();
        let mut problems = Problems::new();
        for (sheet, html) in printed {
            if let Some(html) = problems.take(html)
                && tree.insert(sheet.path.clone(), html).is_some()
            {
                problems.push(collision(&sheet));
            }
        }
        problems.into_result(())
    }

    fn printed(&self, reuse: &Reuse, sheet: &Sheet<'_>) -> Checked<Vec<u8>> {
        let parts = || {
            let given = sheet.bytes();
            vec![self.digest.as_bytes().to_vec(), sheet.template.into(), given]
        };
        let print = || Ok(self.render(sheet.template, &sheet.context())?.into_bytes());
        reuse.bytes_of(Work::Page, parts, print).map(Vec::from)
    }
}

fn built_in_files(is_wanted: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<u8>> {
    BuiltIn::iter()
        .filter(|name| is_wanted(name))
        .filter_map(|name| Some((name.to_string(), BuiltIn::get(&name)?.data.into_owned())))
        .collect()
}

fn digest_of(templates: &[(String, String)]) -> Digest {
    let mut stream = Digest::stream();
    for (name, text) in templates {
        stream.part(name.as_bytes());
        stream.part(text.as_bytes());
    }
    stream.finish()
}

fn collision(sheet: &Sheet<'_>) -> Problem {
    let path = sheet
        .source
        .clone()
        .unwrap_or_else(|| format!("site/{}", sheet.path));
    Problem::with_file(path, format!("a second page at `{}`", sheet.path))
        .hint("give the page another file name; `reports/` and `evidence/` are made by the site")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn project_with(path: &str, text: &str) -> (tempfile::TempDir, Project) {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        let project = Project::open(place.path()).unwrap();
        (place, project)
    }

    fn problems_of(path: &str, text: &str) -> Vec<String> {
        let (_place, project) = project_with(path, text);
        Theme::load(&project)
            .unwrap_err()
            .iter()
            .map(Problem::to_string)
            .collect()
    }

    #[test]
    fn bad_templates_are_reported_at_their_lines_and_columns() {
        let unknown = "<footer>\n  {{ site.name | shout }}\n{{ now() }}</footer>\n";
        assert_eq!(
            problems_of("templates/footer.html", unknown),
            [
                "templates/footer.html:2:18: unknown filter `shout`",
                "templates/footer.html:3:4: unknown function `now`",
            ]
        );
        assert_eq!(
            problems_of("templates/footer.html", "ż {{ site. }}"),
            ["templates/footer.html:1:12: found `}}` but expected identifier"]
        );
    }

    #[test]
    fn a_template_without_its_parent_is_reported() {
        assert_eq!(
            problems_of("templates/page.html", "{% extends \"frame.html\" %}"),
            [
                "templates/page.html: extends `frame.html`, which is not there\n  hint: write `templates/frame.html`, or \
                 extend a built-in one: `base.html` is that of all pages"
            ]
        );
        assert_eq!(
            problems_of("templates/base.html", "{% extends \"base.html\" %}"),
            [
                "templates/base.html: extends or includes itself\n  hint: take the `extends` or `include` away that leads \
                 back to it"
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_part_of_a_theme_is_refused() {
        assert_eq!(
            problems_of("templates/page.htm", ""),
            [
                "templates/page.htm: not a part of a theme\n  hint: templates end in `.html`, parts of the style \
              sheet are `styles/*.css`; other files that pages load go to `templates/assets/`"
            ]
        );
    }

    #[test]
    fn a_project_replaces_a_file_and_keeps_the_others() {
        let (_place, project) = project_with("templates/assets/favicon.svg", "<svg/>");
        let theme = Theme::load(&project).unwrap();
        assert_eq!(theme.assets["assets/favicon.svg"], b"<svg/>");
        assert!(theme.assets.contains_key("assets/site.css"));
    }

    #[test]
    fn parts_of_the_style_sheet_stand_in_it_in_the_order_of_their_names() {
        let (_place, project) = project_with("templates/styles/95-own.css", "p { color: red; }\n");
        let theme = Theme::load(&project).unwrap();
        let sheet = std::str::from_utf8(&theme.assets["assets/site.css"]).unwrap();
        let place = |text: &str| sheet.find(text).unwrap();
        assert!(place("@font-face") < place("@media print"));
        assert!(place("@media print") < place("p { color: red; }"));
    }

    #[test]
    fn every_vendored_font_is_the_file_that_its_record_names() {
        for (folder, ending) in [("assets/fonts/", ".woff2"), ("card/", ".ttf")] {
            check_record(folder, ending);
        }
    }

    fn check_record(folder: &str, ending: &str) {
        let record = BuiltIn::get(&format!("{folder}vendor.toml")).unwrap().data;
        let record = std::str::from_utf8(&record).unwrap();
        let values = |key: &str| -> Vec<String> {
            let start = format!("{key} = \"");
            record
                .lines()
                .filter_map(|line| Some(line.strip_prefix(&start)?.trim_end_matches('"').to_owned()))
                .collect()
        };
        let recorded: BTreeMap<String, String> = values("name").into_iter().zip(values("sha256")).collect();
        let shipped: BTreeMap<String, String> = BuiltIn::iter()
            .filter_map(|path| {
                let name = path.strip_prefix(folder)?.to_owned();
                let digest = Digest::of(&BuiltIn::get(&path)?.data).to_string();
                name.ends_with(ending).then_some((name, digest))
            })
            .collect();
        assert_eq!(recorded, shipped);
        assert!(
            values("licence")
                .iter()
                .all(|name| BuiltIn::get(&format!("{folder}{name}")).is_some())
        );
    }
}
