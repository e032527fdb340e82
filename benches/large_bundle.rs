//! Packs a large release for `benches/verify.sh`: `large_bundle noise|table MEBIBYTES FOLDER`, or one of many small members:
//! `large_bundle members COUNT FOLDER`.
//!
//! Prints how long packing takes, in seconds of the clock. The folder then holds the release and the key.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

#[path = "../tests/suite/release_of.rs"]
mod release_of;

use release_of::{LARGE, noise, release_of, table};
use stage6_press::seal::HmacKey;
use std::path::PathBuf;
use std::time::Instant;

const PART: usize = 32 << 20;
/// Secret to nobody.
const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [kind, size, folder] = arguments.as_slice() else {
        println!("usage: large_bundle noise|table MEBIBYTES FOLDER, or large_bundle members COUNT FOLDER");
        return;
    };
    let size: usize = size.parse().expect("a number");
    let parts: Vec<Vec<u8>> = match kind.as_str() {
        "members" => (0..size).map(|part| part.to_le_bytes().to_vec()).collect(),
        _ => {
            let make: fn(usize, u64) -> Vec<u8> = if kind == "noise" { noise } else { table };
            let size = size << 20;
            let starts = (0..size).step_by(PART);
            starts
                .map(|start| make(PART.min(size - start), start as u64))
                .collect()
        }
    };
    let key = HmacKey::from_text(KEY.as_bytes(), Some("bench".into())).expect("a key");
    let before = Instant::now();
    let packed = release_of(parts, &key);
    let seconds = before.elapsed().as_secs_f64();
    let folder = PathBuf::from(folder);
    let release = folder.join("release");
    std::fs::create_dir_all(&release).expect("a folder");
    for (name, bytes) in &packed.files {
        std::fs::write(release.join(name), bytes).expect("written");
    }
    std::fs::write(folder.join("key"), KEY).expect("written");
    let zip = packed.files[&format!("{LARGE}.zip")].len() >> 20;
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "all".into());
    println!("pack {kind}, {threads} threads: {seconds:.2} s, zip of {zip} MiB");
}
