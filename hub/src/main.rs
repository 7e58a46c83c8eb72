//! The hub's command line.

fn main() -> std::process::ExitCode {
    fieldcore_hub::cli::run()
}
