//! The XML declaration, XML 1.0 §2.8 and §4.3.3.

use super::{Flaw, cursor::Cursor, error::Fault};

/// Checks the declaration at the start of `text`, which begins with `<?xml` and a delimiter.
///
/// `VersionInfo EncodingDecl? SDDecl?`, in this order. The encoding named here was weighed when the octets were decoded.
/// Says whether the document claims to stand alone.
pub(super) fn check(text: &str) -> Result<bool, Fault> {
    let mut cursor = Cursor { text, at: "<?xml".len() };
    cursor.expect_space()?;
    let version = value(&mut cursor, "version")?;
    let minor = cursor.slice(version.clone()).strip_prefix("1.").unwrap_or_default();
    if minor.is_empty() || !minor.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::new(Flaw::Expected("version 1.0"), version.start));
    }
    let mut spaced = cursor.space();
    if spaced && cursor.rest().starts_with("encoding") {
        let encoding = value(&mut cursor, "encoding")?;
        if !is_encoding_name(cursor.slice(encoding.clone())) {
            return Err(Fault::new(Flaw::Expected("the name of an encoding"), encoding.start));
        }
        spaced = cursor.space();
    }
    let mut alone = false;
    if spaced && cursor.rest().starts_with("standalone") {
        let standalone = value(&mut cursor, "standalone")?;
        if !matches!(cursor.slice(standalone.clone()), "yes" | "no") {
            return Err(Fault::new(Flaw::Expected("yes or no"), standalone.start));
        }
        alone = cursor.slice(standalone) == "yes";
        cursor.space();
    }
    cursor.expect("?>")?;
    Ok(alone)
}

/// `name Eq quoted`.
fn value(cursor: &mut Cursor<'_>, name: &'static str) -> Result<super::Span, Fault> {
    cursor.expect(name)?;
    cursor.space();
    cursor.expect("=")?;
    cursor.space();
    cursor.quoted()
}

fn is_encoding_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_declared_form_passes() {
        for good in [
            "<?xml version='1.0'?>",
            "<?xml version = \"1.0\"\n encoding\t= 'UTF8' standalone='no' ?>",
            "<?xml version='1.1' standalone='yes'?>",
        ] {
            check(good).unwrap();
        }
        for (wrong, offset) in [
            ("<?xml?>", 5),
            ("<?xml encoding='UTF-8'?>", 6),
            ("<?xml version='2.0'?>", 15),
            ("<?xml version='1.'?>", 15),
            ("<?xml version='1.0'encoding='UTF-8'?>", 19),
            ("<?xml version='1.0' standalone='yes' encoding='UTF-8'?>", 37),
            ("<?xml version='1.0' standalone='YES'?>", 32),
            ("<?xml version='1.0' encoding=' UTF-8'?>", 30),
            ("<?xml version='1.0' VERSION='1.0'?>", 20),
            ("<?xml version=\"1.0'?>", 14),
        ] {
            assert_eq!(check(wrong).unwrap_err().offset, offset, "{wrong}");
        }
    }
}
