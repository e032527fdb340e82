//! Tables, in Markdown and out of CSV files.

use super::*;

#[test]
fn a_markdown_table_is_a_region_with_a_name() {
    let page =
        polish("## Limity\n\n| a | b | c |\n|---|--:|:-:|\n| \"x\" | `fact:lab.max_loss_pct` | `a\\|b` |\n");
    assert_eq!(
        page.html,
        r##"<h2 id="limity">Limity <a class="permalink" href="#limity" aria-label="Odnośnik do sekcji: Limity">#</a></h2>
<div class="table-wrap" role="region" tabindex="0" aria-label="Tabela 1: Limity">
<table>
<thead>
<tr><th scope="col">a</th><th scope="col" class="right">b</th><th scope="col" class="center">c</th></tr>
</thead>
<tbody>
<tr><td>„x”</td><td class="right"><a class="fact" href="../evidence/config-core-yaml.html#L41" title="lab.max_loss_pct · config/core.yaml:41" id="use"><data value="0.6">60_%</data></a></td><td class="center"><code>a|b</code></td></tr>
</tbody>
</table>
</div>
"##
    );
    assert_eq!(
        page.markdown,
        r##"# T

S.

## Limity

| a | b | c |
|---|--:|:-:|
| "x" | 60_% | `a\|b` |
"##
    );
}

#[test]
fn a_csv_table_is_shown_in_both_forms() {
    let page = polish(
        "- item\n\n  ```table source=rules.csv\n  rule: \"Reguła\"\n  severity: Waga\n  limit_hours: Limit\n  note: Nota\n  ```\n\ntext\n",
    );
    assert_eq!(
        page.html,
        r##"<ul>
<li><p>item</p>
<div class="table-wrap" role="region" tabindex="0" aria-label="Tabela 1: T">
<table>
<thead>
<tr><th scope="col">„Reguła”</th><th scope="col">Waga</th><th scope="col" class="num">Limit</th><th scope="col" class="num">Nota</th></tr>
</thead>
<tbody>
<tr><th scope="row">Wiek <a class="fact" href="../evidence/config-core-yaml.html#L42" title="lab.max_blackout_minutes · config/core.yaml:42" id="use"><data value="40">40_min</data></a></th><td>wysoka</td><td class="num"><data value="12.5">12,5_h</data></td><td class="num"><a class="fact" href="../evidence/config-core-yaml.html#L41" title="lab.max_loss_pct · config/core.yaml:41" id="use-2"><data value="0.6">60_%</data></a></td></tr>
<tr><th scope="row">Podpis, „tak” | nie</th><td>niska</td><td class="num"></td><td class="num"></td></tr>
</tbody>
</table>
</div>
<p class="table-source">Źródło: <a class="evidence" href="../evidence/content-tables-rules-csv.html">content/tables/rules.csv</a></p>
</li>
</ul>
<p>text</p>
"##
    );
    assert_eq!(
        page.markdown,
        r##"# T

S.

- item

  | "Reguła" | Waga | Limit | Nota |
  | --- | --- | ---: | ---: |
  | Wiek 40_min | wysoka | 12,5_h | 60_% |
  | Podpis, "tak" \| nie | niska |  |  |

  Źródło: [content/tables/rules.csv](../../../evidence/content/tables/rules.csv)

text
"##
    );
    assert_eq!(
        page.evidence.into_iter().collect::<Vec<_>>(),
        ["config/core.yaml", "content/tables/rules.csv"]
    );
}

#[test]
fn a_block_that_asks_for_what_is_not_there_is_refused() {
    let body = "```table source=ruls.csv\na: b\n```\n\n```table src=rules.csv\n```\n\n\
                ```table source=rules.csv\nrul: X\nnote\n  note:\nid: ok\n```\n\n```table source=rules.csv\n```\n\n\
                ```tabel\n```\n\n```sh x\n```\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/pl/x.md:7:1: no table `ruls.csv`
  hint: did you mean `rules.csv`?
content/pl/x.md:11:1: a table without a source
  hint: name its file: `table source=NAME.csv`
content/pl/x.md:11:1: unknown attribute `src=rules.csv`
  hint: a table has one attribute: `source=NAME.csv`
content/pl/x.md:15:1: no column `rul` in `rules.csv`
  hint: did you mean `rule`?
content/pl/x.md:16:1: `note` names no column
  hint: write `column: Heading`
content/pl/x.md:17:3: the column `note` has no heading
  hint: write `column: Heading`
content/pl/x.md:21:1: a table without columns
  hint: write one line `column: Heading` for each
content/pl/x.md:24:1: no block of the kind `tabel`
  hint: did you mean `table`?
content/pl/x.md:27:1: `x` behind the kind of a code block
  hint: leave the kind alone
"##
    );
}

#[test]
fn a_cell_is_refused_at_the_line_of_its_row() {
    let body = "```table source=bad.csv\ntext: X\n```\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        r##"content/tables/bad.csv:2:1: a link in a cell of a table
  hint: name the source in the text, and link it below the table
content/tables/bad.csv:3:1: HTML in a page
  hint: write Markdown, or put what is meant as text into backticks
content/tables/bad.csv:3:1: a footnote `[^n]` in a cell of a table
  hint: put it into the text above or below the table
content/tables/bad.csv:4:1: no fact `lab.nothing`
  hint: `stage6 facts` lists the ids of all facts
"##
    );
}
