//! Start-up only: the command line does the rest.

fn main() -> std::process::ExitCode {
    punchgate::shell::cli::main()
}
