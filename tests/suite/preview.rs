//! `stage6 serve` and `--help`.

use crate::scene::{DATE, Scene};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

fn get(port: u16, target: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answered");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_preview_serves_the_site_and_nothing_else() {
    let scene = Scene::sample();
    let mut child = scene
        .command(&[
            "serve",
            "--port",
            "0",
            "--date",
            DATE,
            "--signing-key-path",
            "secrets/audit.hmac",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let line = lines.next().expect("a line").expect("UTF-8");
    let port: u16 = line
        .split("127.0.0.1:")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .expect("a port")
        .parse()
        .expect("a number");
    let home = get(port, "/");
    assert!(
        home.starts_with("HTTP/1.1 200 OK\r\n") && home.contains("text/html; charset=utf-8"),
        "{home}"
    );
    assert!(get(port, "/pl/index.html").starts_with("HTTP/1.1 200 OK\r\n"));
    for outside in [
        "/../config/core.yaml",
        "/%2e%2e/secrets/audit.hmac",
        "//etc/passwd",
        "/nowhere",
    ] {
        assert!(get(port, outside).starts_with("HTTP/1.1 404 "), "{outside}");
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
}

#[test]
fn every_command_has_help_with_examples() {
    let scene = Scene::empty();
    for command in ["build", "check", "simulate", "verify", "keygen", "serve"] {
        let ran = scene.run(&format!("{command} --help")).ends_with(0);
        assert!(
            ran.stdout.contains("Examples:\n  stage6 "),
            "{command}: {}",
            ran.stdout
        );
    }
    let ran = scene.run("--help").ends_with(0);
    assert!(ran.stdout.contains("3  a scenario is above its limits"));
    scene.run("frobnicate").ends_with(2);
    let ran = scene.run("build").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: config/core.yaml: no such file\n  hint: run the command in the project's folder, or name it with \
         `--root DIR`\n\n1 problem; nothing was written\n"
    );
}
