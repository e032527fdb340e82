//! Finds the facts in a parsed expression and puts plain variables in their place.
//!
//! Facts have ids that CEL could not hold as nested maps: one id can be a value and the beginning of another. So each
//! is bound by its whole id, however it is written: `a.b`, `a["b-c"].d` or `fact("a.b-c.d")`.

use super::Fault;
use crate::diag::nearest;
use crate::evidence::Evidence;
use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, LiteralValue, SourceInfo, operators};
use cel::common::types::{CelBool, CelDouble};

/// The functions that an expression may call, besides operators.
const FUNCTIONS: [&str; 10] = [
    "abs",
    "all",
    "contains",
    "endsWith",
    "exists",
    "exists_one",
    "fact",
    "has",
    "size",
    "startsWith",
];
/// What the macros `all`, `exists` and `exists_one` become.
const INTERNAL: [&str; 1] = [operators::NOT_STRICTLY_FALSE];
/// Deepest tree that is walked and evaluated, both by recursion.
const MAX_DEPTH: usize = 64;
/// Loops over lists inside loops over lists.
const MAX_LOOPS: usize = 2;

/// An expression whose facts are variables.
pub(super) struct Bound {
    /// The expression.
    pub(super) tree: IdedExpr,
    /// The ids of its facts, in the order of their first appearance.
    pub(super) facts: Vec<String>,
    /// The variable of each.
    pub(super) names: Vec<String>,
    /// What is wrong with it.
    pub(super) faults: Vec<Fault>,
}

impl Bound {
    /// Binds a parsed expression.
    pub(super) fn new(mut tree: IdedExpr, source: &SourceInfo, evidence: &Evidence) -> Bound {
        let mut binder = Binder {
            source,
            evidence,
            facts: Vec::new(),
            faults: Vec::new(),
            scope: Vec::new(),
            loops: 0,
            depth: 0,
        };
        binder.bind(&mut tree);
        let names = (0..binder.facts.len()).map(variable).collect();
        Bound {
            tree,
            facts: binder.facts,
            names,
            faults: binder.faults,
        }
    }
}

fn variable(index: usize) -> String {
    format!("fact_{index}")
}

struct Binder<'a> {
    source: &'a SourceInfo,
    evidence: &'a Evidence,
    facts: Vec<String>,
    faults: Vec<Fault>,
    /// The variables of the loops that we are inside of.
    scope: Vec<String>,
    loops: usize,
    depth: usize,
}

impl Binder<'_> {
    fn bind(&mut self, tree: &mut IdedExpr) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            // Cut off, because a tree as deep as this must not be evaluated either.
            self.refuse(tree.id, "nested too deep", "write it flatter");
            tree.expr = Expr::Literal(LiteralValue::Null);
        } else if let Some(id) = self.path(tree) {
            self.bind_fact(tree, &id);
        } else {
            self.bind_parts(tree);
        }
        self.depth -= 1;
    }

    /// The id that an expression spells, if it is nothing but an id.
    fn path(&self, tree: &IdedExpr) -> Option<String> {
        let mut parts = Vec::new();
        let mut next = tree;
        loop {
            match &next.expr {
                Expr::Ident(name) if self.scope.contains(name) => return None,
                Expr::Ident(name) => {
                    parts.push(name.as_str());
                    break;
                }
                Expr::Select(select) if !select.test => {
                    parts.push(&select.field);
                    next = &select.operand;
                }
                Expr::Call(call) if call.func_name == operators::INDEX => {
                    let [operand, key] = call.args.as_slice() else {
                        return None;
                    };
                    parts.push(text(key)?);
                    next = operand;
                }
                Expr::Call(call) => {
                    parts.push(named_fact(call)?);
                    break;
                }
                _ => return None,
            }
        }
        parts.reverse();
        Some(parts.join("."))
    }

    fn bind_fact(&mut self, tree: &mut IdedExpr, id: &str) {
        if !self.evidence.facts.contains_key(id) {
            let hint = self.evidence.hint_for(id);
            return self.refuse(tree.id, format!("no fact `{id}`"), hint);
        }
        let index = self.facts.iter().position(|known| known == id);
        let index = index.unwrap_or_else(|| {
            self.facts.push(id.to_owned());
            self.facts.len() - 1
        });
        tree.expr = Expr::Ident(variable(index));
    }

    fn bind_parts(&mut self, tree: &mut IdedExpr) {
        let id = tree.id;
        match &mut tree.expr {
            Expr::Literal(literal) => {
                // All numbers are doubles, so that `a - 5` needs no decimal point.
                if let LiteralValue::Int(number) = literal {
                    #[expect(clippy::cast_precision_loss, reason = "numbers here are written by people")]
                    let double = *number.inner() as f64;
                    *literal = LiteralValue::Double(CelDouble::from(double));
                }
            }
            Expr::Call(call) => self.bind_call(id, call),
            Expr::List(list) => list.elements.iter_mut().for_each(|element| self.bind(element)),
            Expr::Select(select) if select.test => self.bind_presence(tree),
            Expr::Select(select) => self.bind(&mut select.operand),
            Expr::Comprehension(_) => self.bind_loop(tree),
            Expr::Map(_) | Expr::Struct(_) => {
                self.refuse(
                    id,
                    "a map in an expression",
                    "name facts, numbers, texts and lists",
                );
            }
            Expr::Ident(_) | Expr::Unspecified => {}
        }
    }

    fn bind_call(&mut self, id: u64, call: &mut CallExpr) {
        let name = call.func_name.as_str();
        let is_operator = shown_operator(name) != name || name == operators::CONDITIONAL;
        if name == "fact" {
            return self.refuse(id, "`fact` without the id of a fact", "write `fact(\"the.id\")`");
        }
        if !is_operator && !FUNCTIONS.contains(&name) && !INTERNAL.contains(&name) {
            let hint = match nearest(name, FUNCTIONS) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the functions are {}", FUNCTIONS.join(", ")),
            };
            return self.refuse(id, format!("no function `{name}`"), hint);
        }
        let is_index = name == operators::INDEX;
        if let Some(target) = &mut call.target {
            self.bind(target);
        }
        for (position, argument) in call.args.iter_mut().enumerate() {
            // The place in a list stays a whole number.
            let is_place = is_index && position == 1 && matches!(argument.expr, Expr::Literal(_));
            if !is_place {
                self.bind(argument);
            }
        }
    }

    /// `has(a.b)` asks whether there is such a fact.
    fn bind_presence(&mut self, tree: &mut IdedExpr) {
        let Expr::Select(select) = &tree.expr else { return };
        match self.path(&select.operand) {
            Some(path) => {
                let id = format!("{path}.{}", select.field);
                let is_there = self.evidence.facts.contains_key(&id);
                if is_there && !self.facts.contains(&id) {
                    self.facts.push(id);
                }
                tree.expr = Expr::Literal(LiteralValue::Boolean(CelBool::from(is_there)));
            }
            None => self.refuse(tree.id, "`has` without the id of a fact", "write `has(the.id)`"),
        }
    }

    fn bind_loop(&mut self, tree: &mut IdedExpr) {
        let id = tree.id;
        let Expr::Comprehension(comprehension) = &mut tree.expr else {
            return;
        };
        self.bind(&mut comprehension.iter_range);
        self.bind(&mut comprehension.accu_init);
        self.loops += 1;
        if self.loops > MAX_LOOPS {
            self.refuse(id, "a loop in a loop in a loop", "make several claims of it");
        }
        let before = self.scope.len();
        self.scope.push(comprehension.iter_var.clone());
        self.scope.extend(comprehension.iter_var2.clone());
        self.scope.push(comprehension.accu_var.clone());
        for part in [
            &mut comprehension.loop_cond,
            &mut comprehension.loop_step,
            &mut comprehension.result,
        ] {
            self.bind(part);
        }
        self.scope.truncate(before);
        self.loops -= 1;
    }

    fn refuse(&mut self, id: u64, message: impl Into<String>, hint: impl Into<String>) {
        let offset = self.source.offset_for(id).map_or(0, |(start, _)| start as usize);
        let text = self.source.source.as_str();
        // A select stands at its dot; people look for where the id begins.
        let begin = text.get(..offset).unwrap_or("");
        let begin = begin.trim_end_matches(|letter: char| {
            letter.is_alphanumeric() || matches!(letter, '_' | '.' | '[' | ']' | '"' | '-')
        });
        let is_in_id = text
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(['.', '[', '(']));
        let offset = if is_in_id { begin.len() } else { offset };
        self.faults.push(Fault::new(offset, message, hint));
    }
}

/// The text that an expression is, if it is nothing else.
fn text(tree: &IdedExpr) -> Option<&str> {
    match &tree.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// The id in `fact("the.id")`.
fn named_fact(call: &CallExpr) -> Option<&str> {
    match call.args.as_slice() {
        [argument] if call.func_name == "fact" && call.target.is_none() => text(argument),
        _ => None,
    }
}

/// An operator as it is written; every other name as it is.
pub(super) fn shown_operator(name: &str) -> &str {
    match name {
        operators::LOGICAL_NOT => "!",
        operators::NEGATE => "-",
        operators::IN => "in",
        operators::INDEX => "[]",
        _ => name
            .strip_prefix('_')
            .and_then(|rest| rest.strip_suffix('_'))
            .unwrap_or(name),
    }
}

/// The byte at which brackets nest deeper than `most`; read before the parser, which recurses.
pub(super) fn nested_too_deep(text: &str, most: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            return Some(offset);
        }
    }
    None
}
