//! The frame of a chart: caption, message, drawing, legend, data, and where the numbers come from.

use super::{Pattern, Plot, escaped};
use crate::document::csv_text::csv_bytes;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Write as _;

/// A column of the data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Column {
    /// Its name in CSV.
    pub key: String,
    /// Its name on the page.
    pub heading: String,
    /// Its cells are numbers.
    pub numeric: bool,
}

impl Column {
    pub(super) fn head(&self) -> String {
        let class = if self.numeric { " class=\"num\"" } else { "" };
        format!("<th scope=\"col\"{class}>{}</th>", escaped(&self.heading))
    }
}

/// A cell of the data: one value, said twice.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Cell {
    /// As people of the page's language read it.
    pub shown: String,
    /// As programs read it, the same in all languages; numbers with a point and all their digits.
    pub plain: String,
    /// The number itself, where it is one.
    pub number: Option<f64>,
    /// Where it stands in the evidence.
    pub href: Option<String>,
    /// Marks beside it: kind and words of a badge.
    pub marks: Vec<(String, String)>,
    /// A sentence, which needs room.
    pub is_prose: bool,
}

impl Cell {
    /// Words for the page, and a word for programs.
    pub fn words(shown: impl Into<String>, plain: impl Into<String>) -> Cell {
        Cell {
            shown: shown.into(),
            plain: plain.into(),
            ..Cell::default()
        }
    }

    /// A number with its words and its place.
    pub fn number(number: f64, shown: impl Into<String>, href: Option<String>) -> Cell {
        Cell {
            shown: shown.into(),
            plain: number.to_string(),
            number: Some(number),
            href,
            ..Cell::default()
        }
    }

    pub(super) fn inside(&self) -> String {
        let text = escaped(&self.shown);
        let text = self.number.map_or(text.clone(), |number| {
            format!("<data value=\"{number}\">{text}</data>")
        });
        let mut inside = match &self.href {
            Some(href) => format!("<a class=\"fact\" href=\"{}\">{text}</a>", escaped(href)),
            None => text,
        };
        for (kind, label) in &self.marks {
            let _ = write!(
                inside,
                " <span class=\"badge badge-{}\">{}</span>",
                escaped(kind),
                escaped(label)
            );
        }
        inside
    }
}

/// A sample of a mark in the legend.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Swatch {
    /// A bar of a class with its filling.
    Bar(Cow<'static, str>, Pattern),
    /// A shade of a heat table, by its classes.
    Shade(Cow<'static, str>),
}

/// An entry of the legend.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Key {
    /// How it looks.
    pub swatch: Swatch,
    /// A number or sign in a shade.
    pub sample: Cow<'static, str>,
    /// What it means.
    pub label: String,
}

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Link {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// A chart with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Figure {
    /// Its id, unique on its page; the ids of its parts begin with it.
    pub id: String,
    /// The word for its kind in classes.
    pub kind: Cow<'static, str>,
    /// What it shows.
    pub title: String,
    /// Its main message, for those who see it and those who do not.
    pub message: String,
    /// The drawing.
    pub plot: Plot,
    /// What its marks mean.
    pub keys: Vec<Key>,
    /// The columns of its data.
    pub columns: Vec<Column>,
    /// Its data.
    pub rows: Vec<Vec<Cell>>,
    /// Remarks below the drawing.
    pub notes: Vec<String>,
    /// The words that open the data.
    pub data_label: String,
    /// The word before the sources.
    pub source_label: String,
    /// Files that the numbers stand in, with their lines.
    pub sources: Vec<Link>,
    /// The data as CSV.
    pub csv: Link,
}

impl Figure {
    /// The figure as HTML.
    pub fn html(&self) -> String {
        let (id, kind) = (escaped(&self.id), &self.kind);
        let mut html = format!(
            "<figure class=\"chart chart-{kind}\" id=\"{id}\">\n<figcaption><span class=\"chart-title\">{}</span> \
             <span class=\"chart-message\">{}</span></figcaption>\n",
            escaped(&self.title),
            escaped(&self.message)
        );
        match &self.plot.table {
            Some(table) => html += &(self.legend() + table),
            None => html += &(self.drawing(&id) + &self.legend()),
        }
        for note in &self.notes {
            let _ = writeln!(html, "<p class=\"chart-note\">{}</p>", escaped(note));
        }
        if self.plot.table.is_none() {
            html += &self.data();
        }
        html + &self.origin() + "</figure>\n"
    }

    fn drawing(&self, id: &str) -> String {
        let patterns: String = Pattern::ALL.map(|pattern| pattern.definition(id)).concat();
        format!(
            "<div class=\"chart-plot\"><svg class=\"chart-drawing\" width=\"100%\" height=\"{}\" role=\"img\" \
             aria-labelledby=\"{id}-title {id}-desc\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>\
             <defs>{patterns}</defs>{}</svg></div>\n",
            self.plot.height,
            escaped(&self.title),
            escaped(&self.message),
            self.plot.marks
        )
    }

    fn legend(&self) -> String {
        if self.keys.is_empty() {
            return String::new();
        }
        let mut html = String::from("<ul class=\"legend\">\n");
        for key in &self.keys {
            let swatch = match &key.swatch {
                Swatch::Bar(class, pattern) => format!(
                    "<svg class=\"chart-swatch\" width=\"24\" height=\"12\" aria-hidden=\"true\" focusable=\"false\">\
                     <rect class=\"chart-bar {class} chart-{}\"{} width=\"24\" height=\"12\"/></svg>",
                    pattern.key(),
                    match pattern {
                        Pattern::Solid => String::new(),
                        other => format!(" fill=\"url(#{}-{})\"", escaped(&self.id), other.key()),
                    }
                ),
                Swatch::Shade(classes) => format!(
                    "<span class=\"cell {classes}\" aria-hidden=\"true\">{}</span>",
                    escaped(&key.sample)
                ),
            };
            let _ = writeln!(html, "<li>{swatch} {}</li>", escaped(&key.label));
        }
        html + "</ul>\n"
    }

    /// The data as a table that can be opened.
    fn data(&self) -> String {
        let label = escaped(&format!("{}: {}", self.data_label, self.title));
        let mut html = format!(
            "<details class=\"fold chart-data\">\n<summary>{}</summary>\n<div class=\"table-wrap\" tabindex=\"0\" \
             role=\"region\" aria-label=\"{label}\">\n<table class=\"compact analytics\">\n<thead><tr>",
            escaped(&self.data_label)
        );
        for column in &self.columns {
            html += &column.head();
        }
        html += "</tr></thead>\n<tbody>\n";
        for row in &self.rows {
            html += "<tr>";
            for (place, (cell, column)) in row.iter().zip(&self.columns).enumerate() {
                let class = match cell {
                    cell if cell.is_prose => " class=\"words\"",
                    _ if column.numeric => " class=\"num\"",
                    _ => "",
                };
                let (begin, end) = if place == 0 {
                    ("th scope=\"row\"", "th")
                } else {
                    ("td", "td")
                };
                let _ = write!(html, "<{begin}{class}>{}</{end}>", cell.inside());
            }
            html += "</tr>\n";
        }
        html + "</tbody>\n</table>\n</div>\n</details>\n"
    }

    fn origin(&self) -> String {
        let link = |link: &Link| {
            format!(
                "<a class=\"evidence\" href=\"{}\">{}</a>",
                escaped(&link.href),
                escaped(&link.label)
            )
        };
        let sources: Vec<String> = self.sources.iter().map(link).collect();
        format!(
            "<p class=\"chart-source\">{} {} · <a href=\"{}\" download>{}</a></p>\n",
            escaped(&self.source_label),
            sources.join(", "),
            escaped(&self.csv.href),
            escaped(&self.csv.label)
        )
    }

    /// The data as CSV.
    pub fn csv(&self) -> Vec<u8> {
        let header: Vec<&str> = self.columns.iter().map(|column| column.key.as_str()).collect();
        let plain = |row: &Vec<Cell>| row.iter().map(|cell| cell.plain.clone()).collect();
        csv_bytes(&header, self.rows.iter().map(plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Canvas;

    fn figure() -> Figure {
        Figure {
            id: String::from("c"),
            kind: "headroom".into(),
            title: String::from("A < B"),
            message: String::from("\"Near\" & far."),
            plot: Canvas::new("c", 1).finish(),
            keys: Vec::new(),
            columns: ["metric", "value"]
                .map(|key| Column {
                    key: key.to_owned(),
                    heading: key.to_uppercase(),
                    numeric: key == "value",
                })
                .to_vec(),
            rows: vec![vec![
                Cell::words("Opóźnienie", "latency_spike_ms"),
                Cell::number(132.8, "132,8 ms", Some(String::from("e.html#L7"))),
            ]],
            notes: Vec::new(),
            data_label: String::from("Data"),
            source_label: String::from("Source:"),
            sources: Vec::new(),
            csv: Link {
                label: String::from("CSV"),
                href: String::from("c.csv"),
            },
        }
    }

    #[test]
    fn programs_and_people_read_the_same_values() {
        let figure = figure();
        assert_eq!(
            String::from_utf8(figure.csv()).unwrap(),
            "metric,value\r\nlatency_spike_ms,132.8\r\n"
        );
        assert!(
            figure
                .html()
                .contains("<a class=\"fact\" href=\"e.html#L7\"><data value=\"132.8\">132,8 ms</data></a>")
        );
    }

    #[test]
    fn a_drawing_has_a_name_and_a_description() {
        let html = figure().html();
        assert!(html.contains("role=\"img\" aria-labelledby=\"c-title c-desc\""));
        assert!(html.contains(
            "<title id=\"c-title\">A &lt; B</title><desc id=\"c-desc\">&quot;Near&quot; &amp; far.</desc>"
        ));
        assert!(!html.contains(" style="));
    }
}
