//! Charts in prose.

use super::{complaints, pages};

const REFUSED: &str = "\
```chart kind=hedroom scenario=crunch
```

```chart scenario=crunch
```

```chart kind=headroom
```

```chart kind=headroom scenario=crunhc
```

```chart kind=history scenario=crunch
```

```chart kind=headroom colour=red
```

```chart kind=reverse scenario=crunch
```
";

#[test]
fn what_cannot_be_drawn_is_refused_at_its_place() {
    assert_eq!(
        complaints(&[("pl/x.md", REFUSED)]),
        "content/pl/x.md:7:15: no chart of the kind `hedroom`\n  hint: did you mean `kind=headroom`?\n\
         content/pl/x.md:10:4: a chart without a kind\n  hint: begin the block with `chart kind=` and one of headroom, \
         reverse, probability, attribution, history\n\
         content/pl/x.md:13:15: a chart `headroom` without a scenario\n  hint: name one: crunch\n\
         content/pl/x.md:16:33: no scenario `crunhc` in the report\n  hint: did you mean `scenario=crunch`?\n\
         content/pl/x.md:19:32: a chart `history` is about no scenario\n  hint: leave `scenario=crunch` out\n\
         content/pl/x.md:22:24: unknown attribute `colour=red`\n  hint: a chart has two attributes: `kind=KIND \
         scenario=NAME`\n\
         content/pl/x.md:25:1: nothing to draw for `kind=reverse scenario=crunch`\n  hint: the evidence of this release \
         holds no numbers for it; leave the chart out\n"
    );
}

#[test]
fn a_chart_stands_in_prose_with_its_numbers_and_in_the_bundle_as_a_table() {
    let block = "## H\n\n```chart kind=headroom scenario=crunch\n```\n\n```chart kind=headroom scenario=crunch\n```\n";
    let page = pages(&[("en/x.md", block)]).unwrap().remove(0);
    let html = &page.html;
    // 30 of 40 minutes: three quarters of the limit, which stands at four fifths of the width.
    assert!(html.contains("<desc id=\"chart-headroom-crunch-desc\">None of 1 metrics is above its limit. Closest: Blackout, 75% of the limit.</desc>"), "{html}");
    assert!(html.contains("width=\"60%\" height=\"12\""), "{html}");
    assert!(html.contains("id=\"chart-headroom-crunch-2-title\""));
    assert!(html.contains("href=\"evidence/var-stress-lab-report-json.html#L1\"><data value=\"30\">"));
    assert!(html.contains("href=\"../data/charts/headroom-crunch.csv\" download"));
    assert!(page.evidence.contains("var/stress_lab_report.json"));
    let table = "| Metric | Result | Limit | Share of the limit | Scenario’s own limit |\n| --- | ---: | ---: | ---: | --- |\n\
                 | Blackout | 30\u{a0}min | 40\u{a0}min | 75% | no |";
    assert!(page.markdown.contains(table), "{}", page.markdown);
    assert!(page.markdown.contains("Source: [var/stress_lab_report.json]"));
}

#[test]
fn both_languages_show_the_same_charts() {
    let block = "```chart kind=headroom scenario=crunch\n```\n";
    assert_eq!(
        complaints(&[("pl/x.md", block), ("en/x.md", "Text.\n")]),
        "content/pl/x.md:7:1: `content/en/x.md` does not show the chart `kind=headroom scenario=crunch`\n  hint: show \
         the same facts in every language\n"
    );
}
