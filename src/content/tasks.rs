//! The boxes of task lists.

use pulldown_cmark::{Event, Options, Parser};

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
