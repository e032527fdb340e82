//! The boxes of task lists.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// How many boxes of a Markdown text are ticked, and how many are not.
///
/// ```
/// # use stage6_press::content::count_tasks;
/// assert_eq!(count_tasks("- [x] seen\n- [ ] open\n- [X] seen\n\n```\n- [ ] code\n```\n"), (2, 1));
/// ```
pub fn count_tasks(markdown: &str) -> (usize, usize) {
    let boxes = Parser::new_ext(markdown, Options::ENABLE_TASKLISTS).filter_map(|event| match event {
        Event::TaskListMarker(ticked) => Some(ticked),
        _ => None,
    });
    boxes.fold((0, 0), |(done, open), ticked| match ticked {
        true => (done + 1, open),
        false => (done, open + 1),
    })
}

/// How many boxes that are not ticked stand where a Markdown text shows none: in an HTML comment or in code. In a
/// checklist, a box is not done because it was hidden.
///
/// ```
/// # use stage6_press::content::count_hidden_tasks;
/// assert_eq!(count_hidden_tasks("- [ ] open\n\n<!--\n- [ ] one\n-->\n\n```\n* [ ] two\n- [x] done\n```\n"), 2);
/// ```
pub fn count_hidden_tasks(markdown: &str) -> usize {
    let mut in_code = false;
    let mut hidden = 0;
    for event in Parser::new_ext(markdown, Options::ENABLE_TASKLISTS) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Html(text) | Event::InlineHtml(text) => hidden += open_boxes(&text),
            Event::Text(text) if in_code => hidden += open_boxes(&text),
            _ => {}
        }
    }
    hidden
}

/// Lines that begin as a box that is not ticked.
fn open_boxes(text: &str) -> usize {
    let is_box = |line: &&str| {
        let line = line.trim_start().trim_start_matches("<!--").trim_start();
        let item = line.trim_start_matches(|letter: char| {
            letter.is_ascii_digit() || matches!(letter, '-' | '*' | '+' | '.' | ')')
        });
        item.len() < line.len() && item.trim_start().starts_with("[ ]")
    };
    text.lines().filter(is_box).count()
}
