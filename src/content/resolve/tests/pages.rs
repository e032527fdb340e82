//! What good pages become.

use super::*;
use proptest::prelude::*;

#[test]
fn a_fact_is_its_value_with_its_place() {
    let page = polish(
        "## Limit `fact:lab.max_loss_pct`\n\n`fact:lab.max_blackout_minutes`, **`fact:lab.status`**, \
         `fact:lab.symbols`, `fact:lab.as_of`, `fact:lab.name`, [see `fact:lab.status`](x.md), `co<de`.\n",
    );
    assert_eq!(
        page.html,
        r##"<h2 id="limit-60">Limit <a class="fact" href="../evidence/config-core-yaml.html#L41" title="lab.max_loss_pct · config/core.yaml:41" id="use"><data value="0.6">60_%</data></a> <a class="permalink" href="#limit-60" aria-label="Odnośnik do sekcji: Limit 60_%">#</a></h2>
<p><a class="fact" href="../evidence/config-core-yaml.html#L42" title="lab.max_blackout_minutes · config/core.yaml:42" id="use-2"><data value="40">40_min</data></a>, <strong><a class="fact" href="../evidence/config-core-yaml.html#L43" title="lab.status · config/core.yaml:43" id="use-3"><data value="passed">zaliczony</data></a></strong>, <a class="fact" href="../evidence/config-core-yaml.html#L44" title="lab.symbols · config/core.yaml:44" id="use-4"><data value="A|B,C_D">A|B, C_D</data></a>, <a class="fact" href="../evidence/config-core-yaml.html" title="lab.as_of · config/core.yaml" id="use-5"><time datetime="2024-11-21T00:00:00Z">21 listopada 2024, 00:00 UTC</time></a>, <a class="fact" href="../evidence/config-core-yaml.html#L45" title="lab.name_pl · config/core.yaml:45" id="use-6"><data value="nazwa">nazwa</data></a>, <a href="x.html">see <span id="use-7"><data value="passed">zaliczony</data></span></a>, <code>co&lt;de</code>.</p>
"##
    );
    assert_eq!(
        page.markdown,
        r##"# T

S.

## Limit 60_%

40_min, **zaliczony**, A\|B, C_D, 21 listopada 2024, 00:00 UTC, nazwa, [see zaliczony](x.md), `co<de`.
"##
    );
    assert_eq!(
        page.headings,
        [crate::content::Heading {
            level: 2,
            id: "limit-60".into(),
            text: "Limit 60\u{a0}%".into()
        }]
    );
    let facts: Vec<&str> = page.facts.iter().map(String::as_str).collect();
    assert_eq!(
        facts,
        [
            "lab.as_of",
            "lab.max_blackout_minutes",
            "lab.max_loss_pct",
            "lab.name_pl",
            "lab.status",
            "lab.symbols"
        ]
    );
    assert_eq!(
        page.evidence.into_iter().collect::<Vec<_>>(),
        ["config/core.yaml"]
    );
}

#[test]
fn text_is_set_and_escaped() {
    let page = polish(
        "\"**A** w domu\" i\nw <b - c & d; ~~x~~ *y* \\\nz\n\n> Plain\n\n---\n\n    <b> \"q\"\n\n```sh\na < b `fact:x`\n```\n",
    );
    assert_eq!(
        page.html,
        r##"<p>„<strong>A</strong>_w_domu” i_w_&lt;b – c &amp; d; <del>x</del> <em>y</em> <br>
z</p>
<blockquote>
<p>Plain</p>
</blockquote>
<hr>
<pre tabindex="0"><code>&lt;b&gt; "q"
</code></pre>
<pre tabindex="0"><code class="language-sh">a &lt; b `fact:x`
</code></pre>
"##
    );
    assert_eq!(
        page.markdown,
        r##"# T

S.

"**A** w domu" i
w <b - c & d; ~~x~~ *y* \
z

> Plain

---

    <b> "q"

```sh
a < b `fact:x`
```
"##
    );
}

#[test]
fn callouts_have_a_title_in_the_language_of_the_page() {
    let body = "> [!WARNING]\n> \"Text\".\n";
    let found = pages(&[("pl/x.md", body), ("en/x.md", body)]).unwrap();
    let html: Vec<&str> = found.iter().map(|page| page.html.as_str()).collect();
    assert_eq!(
        html,
        [
            "<div class=\"callout warning\" role=\"note\">\n<p class=\"callout-title\">Ostrzeżenie</p>\n<p>„Text”.</p>\n</div>\n",
            "<div class=\"callout warning\" role=\"note\">\n<p class=\"callout-title\">Warning</p>\n<p>“Text”.</p>\n</div>\n",
        ]
    );
}

#[test]
fn lists_and_tasks_keep_their_structure() {
    let page = polish(
        "3. one\n4. two\n   - in\n\n## Task 1\n\n- [ ] See [x](x.md)\n  - [x] Inner\n- [x] Done\n\n\n* [ ] loose\n\n  below\n\n* plain\n",
    );
    assert_eq!(
        page.html,
        r##"<ol start="3">
<li>one</li>
<li>two<ul>
<li>in</li>
</ul>
</li>
</ol>
<h2 id="task-1">Task 1 <a class="permalink" href="#task-1" aria-label="Odnośnik do sekcji: Task 1">#</a></h2>
<ul class="checklist">
<li data-item="07ff149051dbf692" data-text="See [x](x.md)"><label><input type="checkbox" id="task-1-2"> See <a href="x.html">x</a></label><ul class="checklist">
<li data-item="fa338a5ea2014716" data-text="Inner"><label><input type="checkbox" id="task-2" checked> Inner</label></li>
</ul>
</li>
<li data-item="11a6767d5674c7e4" data-text="Done"><label><input type="checkbox" id="task-3" checked> Done</label></li>
</ul>
<ul class="checklist">
<li data-item="b5e0eee6e28efca6" data-text="loose"><label><input type="checkbox" id="task-4"> loose</label><p>below</p>
</li>
<li><p>plain</p>
</li>
</ul>
"##
    );
}

#[test]
fn footnotes_are_numbered_as_they_are_met_and_lead_back() {
    let page = polish(
        "## A\n\nx[^b] y[^A] z[^b]\n\n[^a]: See [e](../../../config/core.yaml#L2).\n\n    More.\n\n\
         [^b]: Value `fact:lab.status`[^c]\n[^c]: [ref][r]\n    ```sh\n    x\n    ```\n\n[r]: x.md \"title\"\n",
    );
    assert_eq!(
        page.html,
        r##"<h2 id="a">A <a class="permalink" href="#a" aria-label="Odnośnik do sekcji: A">#</a></h2>
<p>x<sup class="footnote-ref"><a id="fnref-b" href="#fn-b" aria-label="Przypis 1">1</a></sup> y<sup class="footnote-ref"><a id="fnref-a" href="#fn-a" aria-label="Przypis 2">2</a></sup> z<sup class="footnote-ref"><a id="fnref-b-2" href="#fn-b" aria-label="Przypis 1">1</a></sup></p>
<section class="footnotes" aria-label="Przypisy">
<ol>
<li id="fn-b"><p>Value <a class="fact" href="../evidence/config-core-yaml.html#L43" title="lab.status · config/core.yaml:43" id="use"><data value="passed">zaliczony</data></a><sup class="footnote-ref"><a id="fnref-c" href="#fn-c" aria-label="Przypis 3">3</a></sup> <a class="footnote-back" href="#fnref-b" aria-label="Wróć do odwołania 1.1">↩<sup>1</sup></a> <a class="footnote-back" href="#fnref-b-2" aria-label="Wróć do odwołania 1.2">↩<sup>2</sup></a></p>
</li>
<li id="fn-a"><p>See <a class="evidence" href="../evidence/config-core-yaml.html#L2">e</a>.</p>
<p>More. <a class="footnote-back" href="#fnref-a" aria-label="Wróć do odwołania 2">↩</a></p>
</li>
<li id="fn-c"><p><a href="x.html">ref</a></p>
<pre tabindex="0"><code class="language-sh">x
</code></pre>
 <a class="footnote-back" href="#fnref-c" aria-label="Wróć do odwołania 3">↩</a></li>
</ol>
</section>
"##
    );
    assert_eq!(
        page.markdown,
        r##"# T

S.

## A

x[^b] y[^A] z[^b]

[^a]: See [e](../../../evidence/config/core.yaml#L2).

    More.

[^b]: Value zaliczony[^c]
[^c]: [ref](x.md)
    ```sh
    x
    ```
"##
    );
}

#[test]
fn headings_get_anchors_that_are_unique() {
    let page =
        polish("## Źródło łącza\n\n### Źródło łącza\n\n## B {#zrodlo-lacza}\n\n[up](#zrodlo-lacza-2)\n");
    let ids: Vec<&str> = page.headings.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["zrodlo-lacza-2", "zrodlo-lacza-3", "zrodlo-lacza"]);
}

#[test]
fn links_lead_to_pages_of_the_site_and_to_files_of_the_bundle() {
    let text = "[up](b.md#top) [own](../a/x.md) [c](../../../config/core.yaml) [d](../../en/z.md)\n";
    let found = pages(&[("pl/a/x.md", text), ("pl/a/b.md", "## Top\n"), ("en/z.md", "z\n")]).unwrap();
    let page = found.iter().find(|page| page.id == "a/x").unwrap();
    assert_eq!(
        page.html,
        r##"<p><a href="b.html#top">up</a> <a href="x.html">own</a> <a class="evidence" href="../evidence/config-core-yaml.html">c</a> <a href="../../en/z.html">d</a></p>
"##
    );
    assert_eq!(
        page.markdown,
        "# T\n\nS.\n\n[up](b.md#top) [own](x.md) [c](../../../evidence/config/core.yaml) [d](../../en/z.md)\n"
    );
}

#[test]
fn pages_come_out_by_language_and_id() {
    let found = pages(&[("en/b.md", ""), ("pl/c.md", ""), ("pl/b.md", ""), ("en/c.md", "")]).unwrap();
    let sources: Vec<&str> = found.iter().map(|page| page.source.as_str()).collect();
    assert_eq!(
        sources,
        [
            "content/pl/b.md",
            "content/pl/c.md",
            "content/en/b.md",
            "content/en/c.md"
        ]
    );
}

/// Pieces of Markdown that mean something together.
const PIECES: [&str; 32] = [
    "a",
    "ł",
    " ",
    "\n",
    "\n\n",
    "    ",
    "# ",
    "## ",
    "- ",
    "1. ",
    "- [ ] ",
    "> ",
    "> [!NOTE]\n",
    "|",
    "|---|\n",
    "`",
    "```",
    "```table source=rules.csv\nrule: R\n```\n",
    "`fact:lab.status`",
    "*",
    "**",
    "~~",
    "[",
    "](x.md)",
    "](#a)",
    "[^n]",
    "[^n]: ",
    "[r]: x.md\n",
    "<b>",
    "\\",
    "\"",
    "{#a}",
];

proptest! {
    #[test]
    fn no_text_ends_in_a_crash_or_in_foreign_markup(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40)
    ) {
        let body = pieces.concat();
        if let Ok(found) = pages(&[("pl/x.md", &body)]) {
            let html = &found[0].html;
            prop_assert!(!html.contains("<b>"), "{html}");
            let tree = scraper::Html::parse_fragment(html);
            prop_assert_eq!(tree.root_element().html().matches("<li").count(), html.matches("<li").count());
        }
    }
}
