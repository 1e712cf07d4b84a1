//! A text that must not be seen: no `Debug`, wiped when dropped, compared in constant time.

use zeroize::Zeroizing;

/// A shared secret in clear.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret as received; white space at its ends does not count.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self(Zeroizing::new(raw.trim().to_owned()))
    }

    /// The text, for sealing and for writing into a document of ours.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether both are equal, in a time that depends on neither content.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        let digest = |secret: &Self| ring::digest::digest(&ring::digest::SHA256, secret.0.as_bytes());
        let (mine, theirs) = (digest(self), digest(other));
        mine.as_ref().iter().zip(theirs.as_ref()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_at_the_ends_does_not_count() {
        assert!(Secret::new("\n  welcome ").matches(&Secret::new("welcome")));
        assert!(!Secret::new("welcome").matches(&Secret::new("Welcome")));
        assert!(!Secret::new("").matches(&Secret::new("welcome")));
    }
}
