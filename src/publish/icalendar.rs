//! A calendar file after RFC 5545.
//!
//! Written here because the crate for it takes the clock and random numbers for what it is not given, and breaks
//! lines by a mixture of bytes and letters.

use super::calendar::{Due, Standing};
use crate::domain::{BundleName, Language, Release, Timestamp};

/// A release with its tasks.
#[derive(Clone, Debug)]
pub struct Occasion<'c> {
    /// The release.
    pub release: &'c Release,
    /// The name of its bundle, which no other release has.
    pub bundle: BundleName,
    /// Its tasks.
    pub tasks: Vec<Due<'c>>,
}

/// Longest line in bytes, without its end (RFC 5545, section 3.1).
const LONGEST: usize = 75;

/// The bytes of a calendar with one event for each task. `stamp` is the moment that the events say they were written.
pub fn ics(occasions: &[Occasion<'_>], language: Language, stamp: Timestamp) -> Vec<u8> {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        format!(
            "PRODID:-//Stage6 Press//Release calendar//{}",
            language.tag().to_uppercase()
        ),
        "CALSCALE:GREGORIAN".to_owned(),
    ];
    for occasion in occasions {
        for due in &occasion.tasks {
            lines.extend(event(occasion, due, language, stamp));
        }
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().flat_map(|line| folded(line)).collect()
}

fn event(occasion: &Occasion<'_>, due: &Due<'_>, language: Language, stamp: Timestamp) -> Vec<String> {
    let text = due.task.text(language);
    let summary = format!("{} {}: {}", occasion.release.id, due.task.day(), text.what);
    let [who, result, done] = match language {
        Language::Polish => ["Kto", "Wynik", "Zrobione"],
        Language::English => ["Who", "Result", "Done"],
    };
    let mut description = format!("{who}: {}\n{result}: {}", text.who, text.result);
    if let Standing::Done(at) = due.standing {
        description.push_str(&format!("\n{done}: {at}"));
    }
    let tag = language.tag();
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        // The same task of the same release keeps its id, so that a newer file replaces what an older one brought.
        format!("UID:{}@{}", due.task.id, occasion.bundle),
        format!("DTSTAMP:{}", utc(stamp)),
        format!("DTSTART:{}", utc(due.from)),
        format!("DTEND:{}", utc(due.until)),
        format!("SUMMARY;LANGUAGE={tag}:{}", escaped(&summary)),
        format!("DESCRIPTION;LANGUAGE={tag}:{}", escaped(&description)),
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    lines.extend(due.repeats.map(|(seconds, until)| rule(seconds, until)));
    lines.push("END:VEVENT".to_owned());
    lines
}

/// A recurrence (section 3.3.10), in the largest unit that holds a whole number of times.
fn rule(seconds: i64, until: Timestamp) -> String {
    let (unit, length) = [("HOURLY", 3_600), ("MINUTELY", 60)]
        .into_iter()
        .find(|(_, length)| seconds % length == 0)
        .unwrap_or(("SECONDLY", 1));
    format!(
        "RRULE:FREQ={unit};INTERVAL={};UNTIL={}",
        seconds / length,
        utc(until)
    )
}

/// A moment as RFC 5545, section 3.3.5, writes it in UTC.
fn utc(moment: Timestamp) -> String {
    moment.as_utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value (section 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            // Some readers take a bare carriage return for the end of a line; the RFC allows no other control either.
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => out.push_str("\\n"),
            '\t' => out.push(' '),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// A line with its end, broken before it has more than 75 bytes, never inside a letter.
fn folded(line: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len() + 2);
    let mut length = 0;
    for letter in line.chars() {
        if length + letter.len_utf8() > LONGEST {
            out.extend_from_slice(b"\r\n ");
            length = 1;
        }
        let mut buffer = [0; 4];
        out.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
        length += letter.len_utf8();
    }
    out.extend_from_slice(b"\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_letters() {
        // 74 bytes and a letter of two: it belongs to the next line.
        let line = format!("{}ż{}", "a".repeat(74), "ó".repeat(40));
        let bytes = folded(&line);
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.len() <= 75), "{lines:?}");
        assert_eq!(lines.join("\n").replace("\n ", ""), line);
        assert!(lines[1].starts_with(" ż"));
    }

    #[test]
    fn text_values_are_escaped_as_the_rfc_says() {
        assert_eq!(escaped("a, b; c\\d\ne"), "a\\, b\\; c\\\\d\\ne");
        assert_eq!(escaped("a\r\nX:1\rY:2\u{b}\0"), "a\\nX:1\\nY:2");
    }
}
