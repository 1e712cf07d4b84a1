//! Files that commands read: by name, or standard input as `-`.

use std::{
    fs::File,
    io::{Read, stdin},
    path::Path,
};

/// The longest file that is taken, in bytes.
const MOST_BYTES: u64 = 256 << 20;

/// Reads a file whole.
///
/// # Errors
/// Why it cannot be read, with its name.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    let outcome = if path == Path::new("-") {
        stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut octets)
    } else {
        File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut octets))
    };
    match outcome {
        Err(error) => Err(format!("{}: {error}", name(path))),
        Ok(length) if u64::try_from(length).is_ok_and(|length| length > MOST_BYTES) => {
            Err(format!("{}: longer than {MOST_BYTES} bytes", name(path)))
        }
        Ok(_) => Ok(octets),
    }
}

/// What a file is called in reports.
pub(super) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}
