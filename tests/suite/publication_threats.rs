//! Somebody who wants to publish what must not be published: each way that was found, and what stands in it now.

mod archive;
mod evidence;
mod killed;
mod outputs;
mod rules;
mod waivers;

use crate::gate::{build, mirror};
use crate::scene::{KEYS, Ran, Scene};

/// The file with the rules.
const PUBLICATION: &str = "config/publication.yaml";

/// What the gate printed under a rule.
fn said_of(ran: &Ran, rule: &str) -> String {
    let begin = format!(" {rule}: ");
    let is_its = |line: &str| !line.starts_with(' ') && line.contains(&begin);
    let lines = ran.stdout.lines().skip_while(|line| !is_its(line));
    let mut block = lines.clone().take(1).collect::<Vec<_>>();
    block.extend(lines.skip(1).take_while(|line| line.starts_with("    ")));
    assert!(!block.is_empty(), "{rule}:\n{}", ran.stdout);
    block.join("\n")
}

/// Publishes what stands, or what is built now, with a mirror that was compared.
fn publish(scene: &Scene, date: &str, more: &str) -> Ran {
    let release = scene.read(PUBLICATION);
    let (_, rest) = release.split_once("release: \"").expect("the release");
    let id = rest.split('"').next().expect("its id");
    if !scene.path(&format!("var/marketing/{id}")).exists() {
        build(scene, date);
    }
    mirror(scene, date);
    scene.run(&format!("publish --date {date} {KEYS} --actor QA {more}"))
}
