//! Pages as search reads them.

use super::super::reader::{Document, Section, read};

fn section(anchor: &str, level: Option<u8>, heading: &str, keys: &str, text: &str) -> Section {
    Section {
        anchor: anchor.to_owned(),
        level,
        heading: heading.to_owned(),
        keys: keys.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn a_page_is_read_as_its_readers_see_it() {
    let html = r##"<title>no</title><nav>no</nav><main id="content">
<nav class="breadcrumbs"><ol><li><a href="x">Start</a></li><li><span>Dowody</span></li><li>Plik</li></ol></nav>
<ul data-search="off"><li>no <b>no</b></li></ul>
<h1>stress_<wbr>lab.<wbr>json</h1><p class="lead">Jeden &amp; <em>dwa</em>trzy<br>cztery</p>
<dl><dd data-search="key">config/core.yaml</dd><dd data-search="key"><code>ab12</code></dd></dl>
<h2 id="a">Próg&nbsp;60 % <a class="permalink" href="#a">#</a></h2><p>Tekst<sup class="footnote-ref">1</sup>.</p>
<table><tr id="fact-x.y" data-search="entry"><th data-search="key"><code>x.<wbr>y</code></th><td>40</td></tr></table>
<section id="c" aria-label="limits-hold" data-search="entry"><p>Limity.</p></section><p>Po nich</p>
<svg><text>no</text></svg><div data-search="off"><ol><li id="L1"><code>no</code></li></ol></div>
</main><footer>no</footer>"##;
    let expected = Document {
        title: String::from("stress_lab.json"),
        trail: vec![String::from("Dowody")],
        sections: vec![
            section("", None, "", "config/core.yaml\nab12", "Jeden & dwatrzy\ncztery"),
            section("a", Some(2), "Próg\u{a0}60 %", "", "Tekst.\nPo nich"),
            section("fact-x.y", None, "x.y", "", "40"),
            section("c", None, "limits-hold", "", "Limity."),
        ],
    };
    assert_eq!(read(html), Some(expected));
}

#[test]
fn html_without_content_is_no_page_and_an_empty_page_is_one() {
    assert_eq!(read("<p>no main element</p>"), None);
    let empty = read("<main></main>").unwrap();
    assert_eq!(empty.sections, [Section::default()]);
    assert_eq!(empty.title, "");
}

#[test]
fn elements_that_never_end_or_never_began_lose_nothing() {
    let page = read("<main><h1>A</b></h1><p>one<div data-search=\"off\">no</div></section>two").unwrap();
    assert_eq!(
        (page.title.as_str(), page.sections[0].text.as_str()),
        ("A", "one\ntwo")
    );
}
