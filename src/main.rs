//! The command `stage6`. All of it is in the library, where tests reach it.

/// Millions of small texts come and go on all cores: measured, the allocator of the C library costs a quarter of a build
/// after the edit of one page, and a tenth of one from nothing.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    stage6_press::cli::run()
}
