//! Documentation trees that change at random, for the properties of what is built of them.

use proptest::prelude::*;
use stage6_press::docs::Features;
use stage6_press::pipeline::DocsOptions;

/// With all features; `program` as [`DocsOptions`] says.
pub fn options(program: Option<&str>) -> DocsOptions {
    DocsOptions {
        output: "site".to_owned(),
        name: None,
        language: None,
        features: Features::ALL,
        deny_warnings: false,
        program: program.map(str::to_owned),
    }
}

/// Where pages are.
pub const FILES: [&str; 7] = [
    "README.md",
    "a.md",
    "b.md",
    "guide/README.md",
    "guide/c.md",
    "guide/deep/d.md",
    "other/e.md",
];

/// The text of a page.
pub fn text() -> impl Strategy<Value = String> {
    let title = prop::sample::select(vec![
        "",
        "# One\n",
        "# Two\n",
        "---\ntitle: Own\n---\n",
        "---\norder: 3\ndescription: Said\n---\n# One\n",
        "---\ndraft: true\n---\n# Hidden\n",
        "---\ntitle: [\n---\n# Broken\n",
    ]);
    let body = prop::sample::select(vec![
        "plain words\n",
        "[a](a.md) and [gone](nowhere.md)\n",
        "## Part\n\n[part](guide/c.md#part)\n",
        "[there](b.md#part) ![p](p.png)\n",
        "```rust\nfn x() {}\n```\n\n- [ ] task\n",
        "```no-such-language\nx\n```\n",
        "note[^1]\n\n[^1]: [b](b.md)\n",
        "zażółć gęślą jaźń zażółć gęślą jaźń\n",
        "[up](../README.md) [same](c.md#part)\n",
    ]);
    (title, prop::collection::vec(body, 0..4))
        .prop_map(|(title, body)| format!("{title}\n{}", body.join("\n")))
}
