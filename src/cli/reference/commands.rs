//! The page of all commands.

use super::Head;
use super::help::{Block, Help};
use super::prose::{code, inline, kept};
use super::words::Words;
use crate::cli::arguments::command;
use clap::{Arg, ArgAction, Command};

/// Its place in the section.
const ORDER: u32 = 480;

/// The head and the body of the page.
pub(super) fn page(words: &Words) -> (Head, String) {
    let mut root = command();
    // With usage lines and the names of subcommands written out: `stage6 key show`.
    root.build();
    let head = Head {
        title: words.say("Commands"),
        summary: words
            .say("Every command with its arguments, defaults, examples and exit codes, generated from the program itself"),
        order: ORDER,
    };
    let mut body = Body {
        words,
        text: String::new(),
    };
    body.paragraph(&about(&root));
    body.paragraph(GENERATED);
    for below in subcommands(&root) {
        body.command(below);
    }
    body.global(&root);
    body.exit_codes(&root);
    let text = body.text;
    (
        Head {
            summary: head.summary + ".",
            ..head
        },
        text,
    )
}

const GENERATED: &str = "This page is generated: `stage6 manual --format markdown` writes it from the definition by which the program reads its command line. `stage6 COMMAND --help` says the same in a terminal.";

/// The commands below one, without the one that prints help.
fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|below| below.get_name() != "help" && !below.is_hide_set())
}

fn about(command: &Command) -> String {
    let text = command.get_long_about().or(command.get_about());
    text.map(ToString::to_string).unwrap_or_default()
}

struct Body<'w> {
    words: &'w Words,
    text: String,
}

impl Body<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line whose numbers may stay.
    fn prose(&mut self, line: String) {
        let line = kept(line, self.words.language);
        self.line(&line);
    }

    fn paragraph(&mut self, english: &str) {
        self.line("");
        self.prose(self.words.sentence(english));
    }

    fn heading(&mut self, text: &str, id: &str) {
        self.line("");
        self.line(&format!("## {text} {{#{id}}}"));
    }

    fn label(&mut self, english: &str) {
        let label = inline(&self.words.say(english), self.words.language);
        self.line("");
        self.line(&format!("**{label}**"));
        self.line("");
    }

    /// The section of a command, and those of the commands below it.
    fn command(&mut self, command: &Command) {
        let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
        let id = name.strip_prefix("stage6 ").unwrap_or(&name).replace(' ', "-");
        self.heading(&name, &id);
        self.paragraph(&about(command));
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").trim().to_owned();
        self.block("text", &[usage]);
        let own = |arg: &&Arg| !arg.is_hide_set() && !arg.is_global_set() && !is_of_clap(arg);
        let arguments: Vec<&Arg> = command.get_positionals().filter(own).collect();
        let options: Vec<&Arg> = command
            .get_arguments()
            .filter(|arg| !arg.is_positional())
            .filter(own)
            .collect();
        self.arguments("Arguments", command, &arguments);
        // Options under a heading of their own come last, as in `--help`.
        let (headed, plain): (Vec<&Arg>, Vec<&Arg>) = options
            .into_iter()
            .partition(|arg| arg.get_help_heading().is_some());
        self.arguments("Options", command, &plain);
        for group in headed.chunk_by(|one, next| one.get_help_heading() == next.get_help_heading()) {
            let heading = group.first().and_then(|arg| arg.get_help_heading());
            self.arguments(heading.unwrap_or_default(), command, group);
        }
        self.below(command.get_after_help().map(ToString::to_string));
        for below in subcommands(command) {
            self.command(below);
        }
    }

    fn block(&mut self, kind: &str, lines: &[String]) {
        self.line("");
        self.line(&format!("```{kind}"));
        lines.iter().for_each(|line| self.line(line));
        self.line("```");
    }

    fn arguments(&mut self, label: &str, command: &Command, arguments: &[&Arg]) {
        if arguments.is_empty() {
            return;
        }
        self.label(label);
        for argument in arguments {
            self.argument(command, argument);
        }
    }

    fn argument(&mut self, command: &Command, argument: &Arg) {
        let text = argument.get_long_help().or(argument.get_help());
        let text = text.map(ToString::to_string).unwrap_or_default();
        let mut parts = vec![self.words.sentence(&text)];
        parts.extend(self.properties(command, argument));
        self.line(&format!("- {}\\", code(&term(argument))));
        self.prose(format!("  {}", parts.join(" ")));
        let values = values(argument);
        let described = values.iter().filter_map(|value| {
            let help = value.get_help()?.to_string();
            Some((value.get_name().to_owned(), help))
        });
        for (value, help) in described.collect::<Vec<_>>() {
            let line = format!("  - {}: {}", code(&value), self.words.sentence(&help));
            self.prose(line);
        }
    }

    /// What else is known of an argument, as sentences.
    fn properties(&self, command: &Command, argument: &Arg) -> Vec<String> {
        let words = self.words;
        let mut found = Vec::new();
        if argument.is_required_set() {
            found.push(capital(&words.say("required")) + ".");
        }
        if matches!(argument.get_action(), ArgAction::Append) {
            found.push(capital(&words.say("may be given several times")) + ".");
        }
        let values = values(argument);
        if values.iter().any(|value| value.get_help().is_none()) {
            let names: Vec<String> = values.iter().map(|value| code(value.get_name())).collect();
            found.push(words.filled("Values: {values}", &[("values", &names.join(", "))]) + ".");
        }
        let takes_value = argument.get_action().takes_values();
        let defaults = argument.get_default_values().iter();
        let defaults: Vec<String> = defaults
            .map(|value| value.to_string_lossy().into_owned())
            .filter(|value| takes_value && !value.is_empty())
            .map(|value| code(&value))
            .collect();
        if !defaults.is_empty() {
            found.push(words.filled("Default: {value}", &[("value", &defaults.join(", "))]) + ".");
        }
        let against = command.get_arg_conflicts_with(argument).into_iter();
        let against: Vec<String> = against.map(|other| code(&name(other))).collect();
        if !against.is_empty() {
            let against = words.filled("not together with {options}", &[("options", &against.join(", "))]);
            found.push(capital(&against) + ".");
        }
        found
    }

    /// Examples and remarks of a command.
    fn below(&mut self, text: Option<String>) {
        let help = Help::read(&text.unwrap_or_default());
        if !help.examples.is_empty() {
            let label = self.words.say("Examples");
            self.line("");
            self.line(&format!("**{label}**"));
            self.block("bash", &help.examples);
        }
        self.blocks(&help.blocks);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        let mut in_list = false;
        for block in blocks {
            match block {
                Block::Paragraph(text) => self.paragraph(text),
                Block::Item(term, meaning) => {
                    if !in_list {
                        self.line("");
                    }
                    let line = format!("- {}: {}", code(term), self.words.sentence(meaning));
                    self.prose(line);
                }
            }
            in_list = matches!(block, Block::Item(..));
        }
    }

    /// Options that all commands know.
    fn global(&mut self, root: &Command) {
        let title = self.words.say("Options of every command");
        self.heading(&title, "global-options");
        self.line("");
        let global: Vec<&Arg> = root.get_arguments().filter(|arg| arg.is_global_set()).collect();
        for argument in global {
            self.argument(root, argument);
        }
        for (option, english) in [("-h, --help", "Print help"), ("-V, --version", "Print version")] {
            self.line(&format!("- {}\\", code(option)));
            self.prose(format!("  {}", self.words.sentence(english)));
        }
    }

    fn exit_codes(&mut self, root: &Command) {
        let title = self.words.say("Exit codes");
        self.heading(&title, "exit-codes");
        let text = root.get_after_help().map(ToString::to_string).unwrap_or_default();
        let help = Help::read(&text);
        let items: Vec<Block> = help
            .blocks
            .into_iter()
            .filter(|block| matches!(block, Block::Item(..)))
            .collect();
        self.blocks(&items);
    }
}

/// Options that clap adds by itself.
fn is_of_clap(argument: &Arg) -> bool {
    matches!(
        argument.get_action(),
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
    )
}

/// The values that an argument can have, if it is one of a few.
fn values(argument: &Arg) -> Vec<clap::builder::PossibleValue> {
    match argument.get_action().takes_values() && !argument.is_hide_possible_values_set() {
        true => argument.get_possible_values(),
        false => Vec::new(),
    }
}

/// The name by which other texts call an argument.
fn name(argument: &Arg) -> String {
    match argument.get_long() {
        Some(long) => format!("--{long}"),
        None => value_name(argument),
    }
}

fn value_name(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    match names.is_empty() {
        true => argument.get_id().as_str().to_uppercase(),
        false => names.join(" "),
    }
}

/// An argument as it is typed: `-q, --quiet`, `--root DIR`, `[PATTERN]`.
fn term(argument: &Arg) -> String {
    if argument.is_positional() {
        let name = value_name(argument);
        return match argument.is_required_set() {
            true => name,
            false => format!("[{name}]"),
        };
    }
    let short = argument
        .get_short()
        .map(|short| format!("-{short}, "))
        .unwrap_or_default();
    match argument.get_action().takes_values() {
        true => format!("{short}{} {}", name(argument), value_name(argument)),
        false => format!("{short}{}", name(argument)),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}
