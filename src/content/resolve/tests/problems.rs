//! What pages are refused for.

use super::*;

#[test]
fn headings_have_levels_ids_and_text() {
    let body = "# One\n\n### Three {#a}\n\n## Two {#a}\n\n## {#b}\n\n## Q {.c}\n\n## W {#Big}\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/pl/x.md:7:1: a first-level heading in the body
  hint: the title is the only one; begin this heading with `##`
content/pl/x.md:9:1: a heading of level 3 below one of level 1
  hint: begin it with `##`
content/pl/x.md:11:1: the id `a` stands twice
  hint: give each heading its own
content/pl/x.md:13:1: a heading without letters or digits
  hint: write what the section is about
content/pl/x.md:15:1: a heading with a class or an attribute
  hint: only an id can be given: `{#id}`
content/pl/x.md:17:1: `Big` is not an id for a heading
  hint: begin with a lower-case letter, go on with those, digits and `-`
"##
    );
}

#[test]
fn html_and_images_are_refused() {
    let body = "<div>x</div>\n\nx <b>y</b> ![i](x.png)\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/pl/x.md:7:1: HTML in a page
  hint: write Markdown, or put what is meant as text into backticks
content/pl/x.md:9:3: HTML in a page
  hint: write Markdown, or put what is meant as text into backticks
content/pl/x.md:9:12: images are not supported
  hint: show numbers as a table, or describe the picture in the text
"##
    );
}

#[test]
fn a_link_that_leads_nowhere_is_refused() {
    let body = "## Alpha\n\n[d](y.md) [e](../../config/cor.yaml) [f](../config/core.yaml)\n[g](#alpa) [h](x.md#nope) \
                [i](../../config/core.yaml#L3) [j]() [](x.md)\n[k](other/thing.txt)\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/pl/x.md:9:1: no page or evidence at `content/pl/y.md`
  hint: did you mean `x.md`?
content/pl/x.md:9:11: no page or evidence at `config/cor.yaml`
  hint: did you mean `../../config/core.yaml`?
content/pl/x.md:9:38: no page or evidence at `content/config/core.yaml`
  hint: did you mean `../../config/core.yaml`?
content/pl/x.md:10:1: no heading `#alpa` in `content/pl/x.md`
  hint: did you mean `#alpha`?
content/pl/x.md:10:12: no heading `#nope` in `content/pl/x.md`
  hint: give the heading an id: `## Heading {#id}`
content/pl/x.md:10:27: no line `#L3` in `config/core.yaml`
  hint: the file has 2 lines; `#L1` names the first
content/pl/x.md:10:58: a link without a target
  hint: write the path of a page or of evidence
content/pl/x.md:10:64: a link without text
  hint: write between the brackets where it leads
content/pl/x.md:11:1: no page or evidence at `content/pl/other/thing.txt`
  hint: a link leads to another page's `.md` file or to a file of the evidence
"##
    );
}

#[test]
fn a_link_out_of_the_release_is_refused() {
    let body = "[a](https://x.y) <https://x.y> [b](mailto:a@b)\n[c](/abs) <a@b.example>\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/pl/x.md:7:1: `https://x.y` leads out of the release
  hint: name the source in the text; links work without a network, relative to the page's file
content/pl/x.md:7:18: `https://x.y` leads out of the release
  hint: name the source in the text; links work without a network
content/pl/x.md:7:32: `mailto:a@b` leads out of the release
  hint: name the source in the text; links work without a network, relative to the page's file
content/pl/x.md:8:1: `/abs` leads out of the release
  hint: name the source in the text; links work without a network, relative to the page's file
content/pl/x.md:8:11: `a@b.example` leads out of the release
  hint: name the source in the text; links work without a network
"##
    );
}

#[test]
fn an_unknown_fact_is_refused_wherever_it_stands() {
    let body = "`fact:lab.max_los_pct`\n\n| `fact:zzz` |\n|---|\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/pl/x.md:7:1: no fact `lab.max_los_pct`
  hint: did you mean `lab.max_loss_pct`?
content/pl/x.md:9:3: no fact `zzz`
  hint: `stage6 facts` lists the ids of all facts
"##
    );
}

#[test]
fn footnotes_have_one_definition_a_source_and_a_use() {
    let body = "A[^a] b[^x] `[^code]` \\[^esc] [x[^a]](x.md)\n\n[^a]: nothing\n[^a]: [x](x.md)\n[^b]: [x](x.md)\n\
                [^c]:\n    ## Heading\n\n    [x](x.md)\n\nc[^c]\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/pl/x.md:7:8: no footnote `[^x]` is defined
  hint: did you mean `[^a]`?
content/pl/x.md:7:37: `](` without a link
  hint: put footnotes behind the link; write a bracket that is meant as text as `\]`
content/pl/x.md:9:1: the footnote `[^a]` names no source
  hint: link the evidence or the page that shows it
content/pl/x.md:10:1: the footnote `[^a]` stands twice
  hint: keep one of them
content/pl/x.md:11:1: nothing refers to the footnote `[^b]`
  hint: refer to it in the text, or remove it
content/pl/x.md:13:5: a heading in a footnote
  hint: write it as text
"##
    );
}

#[test]
fn the_languages_of_a_page_show_the_same_facts() {
    let polish = "`fact:lab.name` `fact:lab.status`\n\n```table source=rules.csv\nlimit_hours: A\n```\n";
    let english = "`fact:lab.name`\n\n```table source=rules.csv\nlimit_hours: A\nnote: B\n```\n";
    assert_eq!(
        complaints(&[("pl/x.md", polish), ("en/x.md", english)]),
        r##"content/pl/x.md:7:17: `content/en/x.md` does not show the fact `lab.status`
  hint: show the same facts in every language
content/tables/rules.csv:2:1: `content/pl/x.md` does not show the fact `lab.max_loss_pct`
  hint: show the same facts in every language
"##
    );
}
