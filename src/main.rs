//! The command `stage6`. All of it is in the library, where tests reach it.

fn main() -> std::process::ExitCode {
    stage6_press::cli::run()
}
