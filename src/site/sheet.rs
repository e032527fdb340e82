//! Pages still to be printed. What a template is given gets the form that templates take only when its page is printed:
//! one that was printed before from the same has only to be told from others.

use crate::domain::Digest;
use serde::Serialize;
use tera::{Context, Value};

/// One HTML file still to be printed: its place in the site, the template, and what the template is given.
pub(super) struct Sheet<'a> {
    pub(super) path: String,
    pub(super) template: &'static str,
    /// The content file that it is made of; `None` for pages that the site makes itself.
    pub(super) source: Option<String>,
    given: Vec<(&'static str, Given<'a>)>,
}

enum Given<'a> {
    /// The page's own.
    Own(Box<dyn Own + 'a>),
    /// One that many pages share.
    Shared(Shared),
}

impl<'a> Sheet<'a> {
    pub(super) fn new(path: &str, template: &'static str) -> Sheet<'a> {
        Sheet {
            path: path.to_owned(),
            template,
            source: None,
            given: Vec::new(),
        }
    }

    /// Made of a content file.
    pub(super) fn of_source(mut self, source: &str) -> Sheet<'a> {
        self.source = Some(source.to_owned());
        self
    }

    /// With a value of the page's own.
    pub(super) fn with(mut self, name: &'static str, value: impl Serialize + Send + 'a) -> Sheet<'a> {
        self.given.push((name, Given::Own(Box::new(value))));
        self
    }

    /// With a value that other pages have too.
    pub(super) fn with_shared(mut self, name: &'static str, value: Shared) -> Sheet<'a> {
        self.given.push((name, Given::Shared(value)));
        self
    }

    /// What the template is given.
    pub(super) fn context(&self) -> Context {
        let mut context = Context::new();
        for (name, given) in &self.given {
            let value = match given {
                Given::Own(value) => value.value(),
                Given::Shared(shared) => shared.value.clone(),
            };
            context.insert_value(*name, value);
        }
        context
    }

    /// The same as bytes that nothing else has: JSON, which says of each part what it is.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, given) in &self.given {
            bytes.extend_from_slice(name.as_bytes());
            match given {
                Given::Own(value) => {
                    bytes.push(b'=');
                    value.write_json(&mut bytes);
                }
                Given::Shared(shared) => {
                    bytes.push(b'#');
                    bytes.extend_from_slice(shared.digest.as_bytes());
                }
            }
        }
        bytes
    }
}

/// A value that many pages share, made ready once.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    value: Value,
    digest: Digest,
}

impl Shared {
    pub(super) fn of(value: Value) -> Shared {
        let mut bytes = Vec::new();
        value.write_json(&mut bytes);
        Shared {
            digest: Digest::of(&bytes),
            value,
        }
    }
}

/// A value before it has a form.
trait Own: Send {
    fn value(&self) -> Value;
    fn write_json(&self, out: &mut Vec<u8>);
}

impl<T: Serialize + Send> Own for T {
    fn value(&self) -> Value {
        Value::from_serializable(self)
    }

    fn write_json(&self, out: &mut Vec<u8>) {
        // Memory refuses nothing, and what has no form in JSON has none for templates.
        let _ = serde_json::to_writer(out, self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn pages_that_are_given_anything_else_have_other_bytes() {
        let page = || Sheet::new("pl/index.html", "page.html");
        let shared = |text: &str| Shared::of(Value::from(text));
        let pages = [
            page(),
            page().with("a", "1"),
            page().with("b", "1"),
            page().with("a", 1),
            page().with("a", 1.0),
            page().with("a", true),
            page().with("a", None::<u8>),
            page().with("a", [1]),
            page().with("a", [[1]]),
            page().with("a", ("1", "2")),
            page().with("a", ("1\",\"2",)),
            page().with("a", "1").with("b", "1"),
            page().with("a", "1\"b=\"1"),
            page().with_shared("a", shared("1")),
            page().with_shared("a", shared("2")),
        ];
        let bytes: BTreeSet<Vec<u8>> = pages.iter().map(Sheet::bytes).collect();
        assert_eq!(bytes.len(), pages.len());
        assert_eq!(page().with("a", [1]).bytes(), page().with("a", vec![1]).bytes());
    }

    #[test]
    fn a_template_sees_what_the_page_was_given() {
        let page = Sheet::new("pl/index.html", "page.html").with("a", [1, 2]);
        let page = page.with_shared("text", Shared::of(Value::from("words")));
        let context = page.context();
        assert_eq!(context.get("a"), Some(&Value::from_serializable(&[1, 2])));
        assert_eq!(context.get("text"), Some(&Value::from("words")));
    }
}
