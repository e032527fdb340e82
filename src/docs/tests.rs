//! A small tree with all that trees of others have.

use super::*;
use crate::content::{Wording, Wordings};
use crate::site::Theme;

fn wordings() -> Wordings {
    Wording::built_in().unwrap()
}

fn library(files: &[(&str, &str)], others: &[&str]) -> Library {
    let sources = files
        .iter()
        .map(|(path, text)| Filed::read((*path).to_owned(), (*text).to_owned()));
    let mut sources: Vec<Filed> = sources.collect();
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    let others = others.iter().map(|path| (*path).to_owned());
    Library::new((None, "Documentation"), Language::English, sources, others)
}

fn printed(library: &Library) -> Vec<Printed> {
    let wordings = wordings();
    let wording = wordings.of(Language::English);
    let theme = Theme::of_docs().unwrap();
    let frames = Frames::new(library, &theme, (wording, Features::ALL), None).unwrap();
    let pages = 0..library.page_count();
    pages
        .filter_map(|number| {
            print(
                (library, &frames),
                (wording, Features::ALL),
                number,
                &mut Colours::new(),
            )
        })
        .collect()
}

/// The page at `path`, without what stands around its text.
fn body(library: &Library, path: &str) -> String {
    let pages = printed(library);
    let page = pages.iter().find(|page| page.path == path).unwrap();
    let start = page.html.find("<div class=\"prose\">").unwrap() + 20;
    let end = page.html.find("        </div>\n").unwrap();
    page.html[start..end].trim().to_owned()
}

/// The text of one page, written alone.
fn alone(text: &str) -> String {
    body(
        &library(&[("a.md", text), ("README.md", "# Home")], &["pic.png"]),
        "en/a.html",
    )
}

/// What is wrong with a tree.
fn warnings(library: &Library) -> Vec<String> {
    let pages = printed(library);
    let mut found: Vec<Problem> = pages.iter().flat_map(|page| page.problems.clone()).collect();
    let anchors = |number: usize| Some(pages.get(number)?.anchors.as_slice());
    let of_page = |page: &Printed| links::of_page((page.number, &page.links), library, anchors, |_| None);
    found.extend(pages.iter().flat_map(of_page));
    found.iter().map(ToString::to_string).collect()
}

use crate::diag::Problem;

#[test]
fn pages_get_titles_and_addresses_from_what_there_is() {
    let library = library(
        &[
            ("README.md", "# The *Tree*\ntext"),
            ("guide/02-Zażółć.md", "no heading"),
            ("guide/10-end.md", "---\ntitle: Front\n---\n# Other\n"),
            ("guide/deep/x.md", "Under\n=====\n"),
        ],
        &[],
    );
    let pages = printed(&library);
    let mut shown: Vec<(&str, &str)> = pages
        .iter()
        .map(|page| (page.path.as_str(), page.document.title.as_str()))
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            ("en/guide/02-zazolc.html", "Zażółć"),
            ("en/guide/10-end.html", "Front"),
            ("en/guide/deep/index.html", "Deep"),
            ("en/guide/deep/x.html", "Under"),
            ("en/guide/index.html", "Guide"),
            ("en/index.html", "The Tree"),
        ]
    );
    assert_eq!(library.name, "The Tree");
}

#[test]
fn links_are_followed_however_they_are_written() {
    let library = library(
        &[
            ("README.md", "# Home\n"),
            ("guide/a.md", "# A\n## Part one\n"),
            ("guide/b.md", "x"),
            ("other/README.md", "# Other\n"),
        ],
        &["img/pic one.png"],
    );
    let from = (0..library.page_count())
        .find(|number| library.page(*number).unwrap().output == "en/guide/b.html")
        .unwrap();
    let address = |link: &str| match library.follow(from, link) {
        library::Target::Page(page, anchor) => {
            let output = library.page(page).unwrap().output.clone();
            output + &anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default()
        }
        library::Target::File(path) => path,
        library::Target::Outside => "outside".to_owned(),
        library::Target::Nowhere(reason, hint) => format!("{reason}; {}", hint.unwrap_or_default()),
    };
    for (link, expected) in [
        ("a.md", "en/guide/a.html"),
        ("./a.md#part-one", "en/guide/a.html#part-one"),
        ("a", "en/guide/a.html"),
        ("a.html", "en/guide/a.html"),
        ("../guide/a.md?plain=1", "en/guide/a.html"),
        ("/guide/a.md", "en/guide/a.html"),
        ("@/guide/a.md", "en/guide/a.html"),
        ("../other/", "en/other/index.html"),
        ("../other", "en/other/index.html"),
        ("../other/index.html", "en/other/index.html"),
        ("..", "en/index.html"),
        ("../img/pic%20one.png", "img/pic one.png"),
        ("#x", "en/guide/b.html#x"),
        ("https://example.org/a.md", "outside"),
        ("mailto:a@example.org", "outside"),
        (
            "../A.md",
            "leads to a file that is not there; there is `guide/a.md`",
        ),
        (
            "../../x.md",
            "leads out of the tree; name a place inside, or a whole address",
        ),
    ] {
        assert_eq!(address(link), expected, "{link}");
    }
}

#[test]
fn markdown_becomes_html_that_readers_of_all_kinds_can_use() {
    let cases = [
        (
            "a **b** *c* ~~d~~ `e<f`\n",
            "<p>a <strong>b</strong> <em>c</em> <del>d</del> <code>e&lt;f</code></p>",
        ),
        (
            "> [!NOTE]\n> x\n",
            "<div class=\"callout note\" role=\"note\">\n<p class=\"callout-title\">Note</p>\n<p>x</p>\n</div>",
        ),
        (
            "- [x] a\n- [ ] b\n  - c\n",
            "<ul>\n<li><label><input type=\"checkbox\" disabled checked> a</label></li>\n<li><label><input type=\"checkbox\" disabled> b</label><ul>\n<li>c</li>\n</ul>\n</li>\n</ul>",
        ),
        (
            "```Text,ignore\nfn<>\n```\n",
            "<pre tabindex=\"0\"><code class=\"language-text\">fn&lt;&gt;\n</code></pre>",
        ),
        (
            "![A \"b\"](pic.png)\n",
            "<p><img loading=\"lazy\" src=\"pic.png\" alt=\"A &quot;b&quot;\"></p>",
        ),
        (
            "<https://example.org/?a&b>\n",
            "<p><a href=\"https://example.org/?a&amp;b\" class=\"external\" rel=\"noreferrer\">https://example.org/?a&amp;b</a></p>",
        ),
        ("[x](javascript:alert(1))\n", "<p>x</p>"),
    ];
    for (markdown, html) in cases {
        assert_eq!(alone(markdown), html, "{markdown}");
    }
}

#[test]
fn footnotes_are_numbered_as_readers_meet_them() {
    let html = alone("a[^z] b[^a] c[^z]\n\n[^a]: First [x](README.md)\n[^z]: Last\n[^never]: Lost\n");
    let notes = html.split("<ol>").nth(1).unwrap();
    assert!(
        notes.find("Last").unwrap() < notes.find("First").unwrap(),
        "{notes}"
    );
    assert!(
        notes.contains("<li id=\"fn-1\"><p>Last <a class=\"footnote-back\" href=\"#fnref-1\""),
        "{notes}"
    );
    assert!(
        notes.contains("href=\"#fnref-1-2\"") && notes.contains("<a href=\"index.html\">x</a>"),
        "{notes}"
    );
    assert!(!notes.contains("Lost"));
}

#[test]
fn html_among_markdown_is_kept_where_it_does_no_harm() {
    let html = alone(
        "<details>\n<summary>More</summary>\n\n**x** <a name=\"here\"></a><img src=\"pic.png\" onerror=\"x()\">\n\n</details>\n\n<script>no()</script>\n\n<!-- gone -->\n",
    );
    assert_eq!(
        html,
        "<details>\n<summary>More</summary>\n<p><strong>x</strong> <a id=\"here\" rel=\"noreferrer\"></a><img src=\"pic.png\"></p>\n</details>"
    );
}

#[test]
fn what_is_wrong_is_a_warning_at_its_place() {
    let library = library(
        &[
            (
                "README.md",
                "---\ntitle: Home\n---\n\n# Home\n\nSee [a](a.md#parts), [b](b.md),\n  and ![c](https://example.org/c.png).\n",
            ),
            ("a.md", "# A\n\n## Part\n\n[^x]: unused\n\n<script>x</script>\n"),
        ],
        &[],
    );
    assert_eq!(
        warnings(&library),
        [
            "README.md:7:22: the link `b.md` leads to a file that is not there",
            "README.md:8:7: the picture `https://example.org/c.png` is not in the tree\n  hint: put the picture into \
             the tree; pages work without a network",
            "a.md:7:1: `<script>` is left out: pages run no code of their own\n  hint: write what it shows in \
             Markdown",
            "a.md:5:1: nothing refers to the footnote `x`",
            "README.md:7:5: the link `a.md#parts` leads to an anchor that is not there\n  hint: did you mean \
             `#part`?",
        ]
    );
}

#[test]
fn a_menu_has_no_more_entries_than_a_shelf_at_any_level() {
    let many: Vec<(String, String)> = (0..400)
        .map(|number| {
            (
                format!("s{:02}/p{number}.md", number % 2),
                format!("# Page {number}\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = many
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let library = library(&files, &[]);
    for page in printed(&library) {
        let menu = page.html.split("<ul class=\"nav-list\">").nth(1).unwrap();
        let menu = menu.split("</ul>").next().unwrap();
        assert!(menu.matches("<li").count() <= 2 + 51, "{}", page.path);
        let current = page.html.matches("aria-current=\"page\"").count();
        assert_eq!(current, 1, "{}", page.path);
    }
}

proptest::proptest! {
    #[test]
    fn letters_are_counted_as_if_one_by_one(text in "[a-zA-Z0-9 .ąćęłńóśźżĄĆĘŁŃÓŚŹŻüß×日\n]{0,200}") {
        let letters: Vec<char> = text.chars().filter(|letter| letter.is_alphabetic()).collect();
        let polish = letters.iter().filter(|letter| "ąćęłńóśźż".contains(letter.to_lowercase().next().unwrap()));
        let counted = Letters::of(&text);
        proptest::prop_assert_eq!((counted.all, counted.polish), (letters.len(), polish.count()));
    }
}
