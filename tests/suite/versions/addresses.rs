//! Settings of the site; what machines read when it has an address, and what pages say without one.

use super::*;

#[test]
fn settings_that_make_no_sense_are_refused_with_advice() {
    let scene = Scene::sample();
    for (line, problem) in [
        (
            "keep_releases: 13",
            "9:18: `site.keep_releases` is 13, more than 12\n  hint: each kept release makes the bundle larger; readers find \
             older ones in the archive",
        ),
        (
            "keep_releases: -1",
            "9:18: `site.keep_releases` is not a whole number of at least 0\n  hint: write digits only",
        ),
        (
            "base_url: https://example.org/?a=1",
            "9:13: `https://example.org/?a=1` is not the address of a folder\n  hint: write `https://`, a host and folders, \
             without `?`, `#` and names of users",
        ),
        (
            "base_ulr: https://example.org/",
            "9:3: unknown key `site.base_ulr`\n  hint: did you mean `base_url`?",
        ),
    ] {
        scene.write(
            "config/publication.yaml",
            std::fs::read_to_string(crate::scene::repository().join("config/publication.yaml"))
                .expect("read")
                .lines()
                .map(|text| {
                    if text.contains("keep_releases: 3") {
                        format!("  {line}\n")
                    } else {
                        format!("{text}\n")
                    }
                })
                .filter(|text| !text.trim_start().starts_with("# "))
                .collect::<String>(),
        );
        let at = scene.read("config/publication.yaml");
        let number = at.lines().position(|text| text.contains(line)).expect("the line") + 1;
        let problem = problem.replacen("9:", &format!("{number}:"), 1);
        let ran = scene.run(&format!("check --date {DATE} {KEYS}")).ends_with(2);
        assert_eq!(
            ran.stderr,
            format!("error: config/publication.yaml:{problem}\n\n1 problem; nothing was written\n")
        );
    }
}

/// Makes the scene's site one that is served at an address.
fn served(scene: &Scene) {
    scene.replace(
        "config/publication.yaml",
        "  # base_url: https://stage6.example/due-diligence/",
        "  base_url: https://stage6.example/due-diligence",
    );
}

#[test]
fn without_an_address_nothing_is_absolute() {
    let scene = Scene::sample();
    scene.build();
    assert!(!scene.path("site/sitemap.xml").exists());
    assert_eq!(scene.read("site/robots.txt"), "User-agent: *\nDisallow: /\n");
    let page = scene.read("site/pl/whitepaper.html");
    assert!(attributes(&page, "link[rel=canonical]", "href").is_empty());
    assert!(attributes(&page, "meta[property='og:image']", "content").is_empty());
    // Search engines pass over twins without a whole address; readers have the switch of languages.
    assert!(attributes(&page, "link[rel=alternate][hreflang]", "href").is_empty());
    for (path, bytes) in scene
        .tree("site")
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
    {
        let html = std::str::from_utf8(bytes).expect("text");
        let absolute = attributes(html, "[href]", "href")
            .into_iter()
            .find(|link| link.contains("://"));
        assert_eq!(absolute, None, "{path}");
    }
}

#[test]
fn with_an_address_machines_find_every_page_and_its_twin() {
    let base = "https://stage6.example/due-diligence/";
    let scene = Scene::sample();
    served(&scene);
    scene.build();
    let page = scene.read("site/pl/whitepaper.html");
    let own = format!("{base}pl/whitepaper.html");
    assert_eq!(
        attributes(&page, "link[rel=canonical]", "href"),
        std::slice::from_ref(&own)
    );
    assert_eq!(
        attributes(&page, "link[rel=alternate][hreflang]", "href"),
        [own.clone(), format!("{base}en/whitepaper.html"), own]
    );
    // In the body nothing is absolute: a reader who has the folder stays in it.
    assert_eq!(
        attributes(&page, ".language-switch a", "href"),
        ["whitepaper.html", "../en/whitepaper.html"]
    );
    assert!(
        attributes(&page, "body [href]", "href")
            .iter()
            .all(|link| !link.contains("://"))
    );
    assert_eq!(
        attributes(&page, "meta[property='og:image']", "content"),
        [format!("{base}pl/card.png")]
    );
    assert_eq!(
        scene.read("site/robots.txt"),
        format!("User-agent: *\nDisallow: /due-diligence/\nSitemap: {base}sitemap.xml\n")
    );
    let feed = scene.read("site/en/feed.xml");
    assert!(
        feed.contains(&format!(
            "<link rel=\"self\" type=\"application/atom+xml\" href=\"{base}en/feed.xml\"/>"
        )),
        "{feed}"
    );
    if !has_tool("python3", &["--version"]) {
        return;
    }
    // Read by a parser of XML that is not ours; every address is a file of the site.
    let script = "
import sys, pathlib, xml.etree.ElementTree as xml
site, base = pathlib.Path(sys.argv[1]), sys.argv[2]
ns = {'m': 'http://www.sitemaps.org/schemas/sitemap/0.9', 'x': 'http://www.w3.org/1999/xhtml'}
root = xml.parse(site / 'sitemap.xml').getroot()
assert root.tag == '{%s}urlset' % ns['m'], root.tag
listed = [loc.text for loc in root.findall('m:url/m:loc', ns)]
twins = [link.get('href') for link in root.findall('m:url/x:link', ns)]
for address in listed + twins:
    assert address.startswith(base) and (site / address[len(base):]).is_file(), address
pages = {str(page.relative_to(site)) for page in site.rglob('*.html')} - {'404.html'}
assert {address[len(base):] for address in listed} == pages
print(len(listed), len(set(twins)))
";
    let ran = Command::new("python3")
        .arg("-c")
        .arg(script)
        .arg(scene.path("site"))
        .arg(base)
        .output()
        .expect("python3 runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn the_feed_tells_of_every_release_with_the_id_it_always_had() {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let scene = chain();
    // RFC 4287, section 4.1: one id, title and updated each; an author; ids that do not repeat; the youngest is the feed's moment.
    let script = "
import sys, pathlib, xml.etree.ElementTree as xml
a = '{http://www.w3.org/2005/Atom}'
site = pathlib.Path(sys.argv[1])
for tag in ['pl', 'en']:
    root = xml.parse(site / tag / 'feed.xml').getroot()
    entries = root.findall(a + 'entry')
    assert root.tag == a + 'feed' and root.find(a + 'author/' + a + 'name').text
    for element in [root] + entries:
        for name in ['id', 'title', 'updated']:
            assert len(element.findall(a + name)) == 1, name
    ids = [entry.find(a + 'id').text for entry in entries]
    assert len(set(ids)) == len(ids)
    moments = [entry.find(a + 'updated').text for entry in entries]
    assert moments == sorted(moments, reverse=True) and root.find(a + 'updated').text == moments[0]
    for entry in entries:
        link = entry.find(a + 'link').get('href')
        assert (site / tag / link).resolve().is_file(), link
    print(' '.join(ids))
";
    let read = |folder: &str| {
        let ran = Command::new("python3")
            .arg("-c")
            .arg(script)
            .arg(scene.path(folder))
            .output()
            .expect("python3 runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("text")
    };
    let id = |release: &str, day: &str, tag: &str| format!("tag:stage6.example,{day}:stage6-{release}/{tag}");
    let all = |tag: &str, skip: usize| {
        let releases = [
            ("2027.01-r3", "2027-01-21"),
            ("2026.12-r2", "2026-12-21"),
            ("2026.11-r1", "2026-11-23"),
        ];
        releases[skip..]
            .iter()
            .map(|(release, day)| id(release, day, tag))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(read("site"), format!("{}\n{}\n", all("pl", 0), all("en", 0)));
    assert_eq!(
        read("site/releases/2026.12"),
        format!("{}\n{}\n", all("pl", 1), all("en", 1))
    );
}

#[test]
fn the_picture_for_previews_is_a_png_of_the_size_that_networks_ask_for() {
    let scene = Scene::sample();
    scene.build();
    let mut pictures = Vec::new();
    for tag in ["pl", "en"] {
        let png = std::fs::read(scene.path(&format!("site/{tag}/card.png"))).expect("the picture");
        // PNG, third edition: the signature (5.2), then IHDR with width and height (11.2.1).
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(png[12..16], *b"IHDR");
        assert_eq!(png[16..24], [0, 0, 4, 176, 0, 0, 2, 118], "1200 x 630");
        assert!(png.len() < 100_000);
        pictures.push(png);
    }
    assert_ne!(pictures[0], pictures[1], "each says it in its own language");
    // A release with another verdict has another picture, and the same inputs the same bytes.
    scene.build();
    assert_eq!(
        std::fs::read(scene.path("site/pl/card.png")).expect("the picture"),
        pictures[0]
    );
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.50",
    );
    built(&scene, DATE);
    assert_ne!(
        std::fs::read(scene.path("site/pl/card.png")).expect("the picture"),
        pictures[0]
    );
}
