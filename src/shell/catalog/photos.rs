//! Pictures that were fetched, beside the products of a version: `pictures/<SHA-256 of the address>`.
//!
//! Only formats that can hold no script are kept, and what a file is told to be is what its first bytes say.

use std::{fmt::Write as _, fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use ring::digest;

use super::{
    error::CatalogError,
    folder::{create_synced, link, replace, write_synced},
};

const FOLDER: &str = "pictures";
/// How long a picture is taken over from the version before without a look at its address.
const FRESH: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A picture that was fetched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Photo {
    /// `image/jpeg` and the like.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The type of a picture by its first bytes; `None`: none that is kept. SVG is not among them: it is a program.
#[must_use]
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let from = |at: usize| bytes.get(at..).unwrap_or_default();
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some("image/gif")
    } else if bytes.starts_with(b"RIFF") && from(8).starts_with(b"WEBP") {
        Some("image/webp")
    } else if from(4).starts_with(b"ftypavif") {
        Some("image/avif")
    } else {
        None
    }
}

fn file_name(address: &str) -> String {
    let digest = digest::digest(&digest::SHA256, address.as_bytes());
    digest.as_ref().iter().fold(String::with_capacity(64), |mut name, byte| {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// The picture of an address in the folder of a version.
pub(super) fn read(version: &Path, address: &str) -> Result<Option<Photo>, CatalogError> {
    let path = version.join(FOLDER).join(file_name(address));
    match fs::read(&path) {
        Ok(bytes) => Ok(media_type(&bytes).map(|media_type| Photo { media_type, bytes })),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CatalogError::io(&path, error)),
    }
}

/// Puts a picture into a version that is not published yet.
pub fn keep(version: &Path, address: &str, bytes: &[u8]) -> Result<(), CatalogError> {
    let folder = version.join(FOLDER);
    create_synced(&folder)?;
    let name = file_name(address);
    // Never into a file that another version may share.
    let beside = folder.join(format!("{name}.new"));
    write_synced(&beside, bytes)?;
    replace(&beside, &folder.join(name))
}

/// Whether a version has the picture of an address, and got it not long ago.
#[must_use]
pub fn is_fresh(version: &Path, address: &str, now: Timestamp) -> bool {
    let path = version.join(FOLDER).join(file_name(address));
    let written = fs::metadata(path).and_then(|file| file.modified()).ok();
    let written = written.and_then(|at| Timestamp::try_from(at).ok());
    written.is_some_and(|at| now.duration_since(at) < FRESH)
}

/// Takes a picture over from an older version; says whether that had it.
pub fn take_over(from: &Path, to: &Path, address: &str) -> Result<bool, CatalogError> {
    let name = file_name(address);
    let source = from.join(FOLDER).join(&name);
    if !source.is_file() {
        return Ok(false);
    }
    let folder = to.join(FOLDER);
    create_synced(&folder)?;
    link(&source, &folder.join(name))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::catalog::test_dir::TestDir;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    #[test]
    fn a_picture_is_what_its_bytes_say() {
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(PNG), Some("image/png"));
        assert_eq!(media_type(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        for none in [
            &b""[..],
            b"<svg xmlns=",
            b"<?xml version='1.0'?><svg/>",
            b"<html>",
            b"RIFF",
            b"%PDF-1.7",
            b"GIF90a",
        ] {
            assert_eq!(media_type(none), None);
        }
    }

    #[test]
    fn pictures_are_kept_by_address_and_taken_over() {
        let dir = TestDir::new("photos");
        let (old, new) = (dir.path().join("1"), dir.path().join("2"));
        fs::create_dir_all(&new).unwrap();
        let address = "https://host/a.png?x=../../..";
        keep(&old, address, PNG).unwrap();
        assert!(
            is_fresh(&old, address, Timestamp::UNIX_EPOCH)
                && !is_fresh(&old, "https://host/b.png", Timestamp::UNIX_EPOCH)
        );
        assert!(!is_fresh(&old, address, Timestamp::MAX));
        assert_eq!(read(&new, address).unwrap(), None);
        assert!(take_over(&old, &new, address).unwrap());
        assert!(!take_over(&old, &new, "https://host/b.png").unwrap());
        assert_eq!(
            read(&new, address).unwrap(),
            Some(Photo { media_type: "image/png", bytes: PNG.to_vec() })
        );
        keep(&new, address, b"<svg onload='alert(1)'/>").unwrap();
        assert_eq!(read(&new, address).unwrap(), None, "what is no picture is never shown");
        assert!(read(&old, address).unwrap().is_some(), "the older version is as it was");
    }
}
