//! The reference pages of the manual: every command from the definition that the command line is read by, every key from
//! the schemas. Nobody writes them by hand, so nothing in them can be forgotten or out of date.

mod commands;
mod configuration;
mod help;
mod prose;
mod schema_tree;
mod words;

#[cfg(test)]
mod tests;

use crate::diag::Checked;
use crate::domain::Language;
use words::Words;

/// The section of the site that the pages belong to, and their places in it: behind what people wrote, before problems.
const SECTION: &str = "manual";

/// What stands above a page.
struct Head {
    title: String,
    summary: String,
    order: u32,
}

/// All pages of the reference in a language, by their file names. `updated` is the day of the revision, `2026-11-23`.
///
/// # Errors
/// A schema or the translations inside the program cannot be read.
pub(super) fn pages(language: Language, updated: &str) -> Checked<Vec<(&'static str, String)>> {
    let words = Words::of(language)?;
    pages_with(&words, updated)
}

fn pages_with(words: &Words, updated: &str) -> Checked<Vec<(&'static str, String)>> {
    let front = |head: Head, body: String| front_matter(&head, updated) + &body;
    let (head, body) = commands::page(words);
    let commands = front(head, body);
    let (head, body) = configuration::page(words)?;
    let configuration = front(head, body);
    Ok(vec![
        ("commands.md", commands),
        ("configuration.md", configuration),
    ])
}

fn front_matter(head: &Head, updated: &str) -> String {
    let Head {
        title,
        summary,
        order,
    } = head;
    format!(
        "---\ntitle: \"{title}\"\nsummary: \"{summary}\"\nsection: {SECTION}\norder: {order}\nnav_title: \"{title}\"\nupdated: {updated}\n---\n"
    )
}
