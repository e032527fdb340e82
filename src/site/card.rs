//! The picture for previews in messengers and networks (Open Graph): title, release, verdict, dates, and what must be
//! known before believing any of it.
//!
//! It is drawn with the font of the theme alone, never one of the machine. Only whole areas of one colour are drawn: for
//! gradients the drawing library uses approximations that differ between processors.

use super::edition::Edition;
use super::theme::Theme;
use super::voice::Voice;
use crate::diag::{Checked, Problem};
use crate::domain::{Language, ReleaseStatus, Work};
use crate::fs::Tree;
use rayon::prelude::*;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;
use std::fmt::Write as _;
use std::sync::Arc;

/// The size that networks ask for, in pixels.
const WIDTH: u32 = 1200;
const HEIGHT: u32 = 630;
/// Where text begins, and how wide a line may be.
const LEFT: u32 = 80;
const LINE: f64 = 1040.0;
/// The mean width of a letter as a share of its size; only a line that is too long needs it.
const LETTER: f64 = 0.58;

/// The picture of a language in the site.
pub fn path(language: Language) -> String {
    format!("{}/card.png", language.tag())
}

/// The pictures of all languages.
///
/// # Errors
/// The theme's font cannot be used.
pub(super) fn pictures(edition: &Edition<'_>, theme: &Theme) -> Checked<Tree> {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(theme.card_font().to_vec());
    let Some(family) = fonts
        .faces()
        .next()
        .and_then(|face| Some(face.families.first()?.0.clone()))
    else {
        let problem = Problem::with_file(Theme::CARD_FONT, "is not a font that pictures can be drawn with");
        return Err(vec![problem.hint("put a TrueType or OpenType font there")]);
    };
    let options = usvg::Options {
        font_family: family,
        fontdb: Arc::new(fonts),
        ..usvg::Options::default()
    };
    let draw = |language: &Language| {
        let voice = Voice::new(edition.input.wordings, *language);
        let drawing = drawing(edition, &voice);
        let parts = [theme.card_font(), drawing.as_bytes()];
        let problem = || vec![Problem::with_file(path(*language), "could not be drawn")];
        let draw = || png(&drawing, &options).ok_or_else(problem);
        let picture = edition.input.reuse.bytes(Work::Picture, &parts, draw)?;
        Ok((path(*language), picture.to_vec()))
    };
    edition.input.languages.par_iter().map(draw).collect()
}

fn png(drawing: &str, options: &usvg::Options<'_>) -> Option<Vec<u8>> {
    let tree = usvg::Tree::from_str(drawing, options).ok()?;
    let mut picture = Pixmap::new(WIDTH, HEIGHT)?;
    resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
    picture.encode_png().ok()
}

/// The picture as SVG, in the light colours of the style sheet.
fn drawing(edition: &Edition<'_>, voice: &Voice<'_>) -> String {
    let input = &edition.input;
    let total = input.report.scenarios.len();
    let failed = input.report.failure_count();
    let counts = [
        ("within", voice.count(total - failed)),
        ("total", voice.count(total)),
    ];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    let verdict = voice.filled("status.within", &counts);
    let (good, ground) = if failed == 0 {
        ("#17653f", "#e9f4ee")
    } else {
        ("#9c2420", "#fbecea")
    };
    let released = voice.filled(
        "card.released",
        &[("date", &voice.date(input.release.released_at))],
    );
    let valid = voice.filled("card.valid", &[("date", &voice.date(input.release.valid_until))]);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\
         <rect width=\"{WIDTH}\" height=\"16\" fill=\"#1b3a66\"/>\
         <rect x=\"{LEFT}\" y=\"352\" width=\"1040\" height=\"84\" fill=\"{ground}\"/>\
         <rect x=\"{LEFT}\" y=\"352\" width=\"8\" height=\"84\" fill=\"{good}\"/>"
    );
    text(
        &mut svg,
        (LEFT, 108),
        (30.0, "#525d6b"),
        &voice.text("cover.title"),
    );
    text(&mut svg, (LEFT, 206), (84.0, "#1a2029"), input.name);
    let release = voice.filled("card.release", &[("release", &input.release.id)]);
    text(&mut svg, (LEFT, 290), (46.0, "#1b3a66"), &release);
    let result = format!("{}: {verdict}", voice.text("status.result"));
    text(&mut svg, (LEFT + 36, 408), (38.0, good), &result);
    text(
        &mut svg,
        (LEFT, 496),
        (28.0, "#525d6b"),
        &format!("{released} · {valid}"),
    );
    let warnings = warnings(edition, voice);
    if !warnings.is_empty() {
        let _ = write!(
            svg,
            "<rect y=\"546\" width=\"{WIDTH}\" height=\"84\" fill=\"#fdf4e0\"/>"
        );
        text(&mut svg, (LEFT, 600), (30.0, "#7d4f00"), &warnings);
    }
    svg + "</svg>"
}

/// What a reader must know before believing the picture, in one line.
fn warnings(edition: &Edition<'_>, voice: &Voice<'_>) -> String {
    let input = &edition.input;
    let marks = [
        ("draft", input.release.status == ReleaseStatus::Draft),
        ("development", input.signing.development),
        ("sample", edition.marks.sample),
        ("synthetic", edition.marks.synthetic),
    ];
    let said = marks.iter().filter(|(_, holds)| *holds);
    let said: Vec<String> = said
        .map(|(mark, _)| voice.text(&format!("card.{mark}")))
        .collect();
    said.join(" · ")
}

/// A line of text; one that is too long gets smaller letters.
fn text(svg: &mut String, (x, y): (u32, u32), (size, colour): (f64, &str), words: &str) {
    let letters = f64::from(u32::try_from(words.chars().count()).unwrap_or(u32::MAX)).max(1.0);
    let size = size.min(LINE / (letters * LETTER)).max(12.0).floor();
    let escaped = words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = write!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"500\" fill=\"{colour}\">{escaped}</text>"
    );
}
