//! Lists, and lists of tasks.

use super::super::checklist::Task;
use super::super::escape;
use super::super::tree::Node;
use super::Renderer;

impl Renderer<'_> {
    pub(super) fn list(&mut self, start: Option<u64>, items: &[Node<'_>]) {
        let is_checklist = items.iter().any(|item| Task::of(item.children()).is_some());
        let (begin, end) = match start {
            Some(1) => ("<ol>\n".to_owned(), "</ol>\n"),
            Some(number) => (format!("<ol start=\"{number}\">\n"), "</ol>\n"),
            None if is_checklist => ("<ul class=\"checklist\">\n".to_owned(), "</ul>\n"),
            None => ("<ul>\n".to_owned(), "</ul>\n"),
        };
        self.write(&begin);
        for item in items {
            self.typesetter.restart();
            match Task::of(item.children()) {
                Some(task) => self.task(task),
                None => {
                    self.write("<li>");
                    self.nodes(item.children());
                }
            }
            self.write("</li>\n");
        }
        self.write(end);
    }

    /// A task: its text labels its box, what stands below it does not. Its id and its text as the source has it are
    /// what a record of the reader's ticks names it by.
    fn task(&mut self, task: Task<'_, '_>) {
        self.tasks += 1;
        let id = self.ids.claim(&format!("task-{}", self.tasks));
        let checked = if task.done { " checked" } else { "" };
        let source = task.source(self.origin.text);
        let item = self.item_ids.claim(&source);
        let source = escape::attribute(&source);
        self.write(&format!("<li data-item=\"{item}\" data-text=\"{source}\">"));
        self.write(&format!("<label><input type=\"checkbox\" id=\"{id}\"{checked}> "));
        self.without_terms(|renderer| renderer.nodes(task.text));
        self.write("</label>");
        self.nodes(task.below);
    }
}
