//! What a value says when it refuses to exist.

/// Why a text is not the value it should be; names the field, never repeats the text.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FieldError {
    /// Nothing there.
    #[error("{field} is empty")]
    Empty {
        /// The field's name in its specification.
        field: &'static str,
    },
    /// Longer than the field can be.
    #[error("{field} is longer than {max_bytes} bytes")]
    TooLong {
        /// The field's name in its specification.
        field: &'static str,
        /// The bound, in bytes of UTF-8.
        max_bytes: usize,
    },
    /// There, but not of the field's form.
    #[error("{field} is not {expected}")]
    Malformed {
        /// The field's name in its specification.
        field: &'static str,
        /// The form, in words that complete “is not …”.
        expected: &'static str,
    },
}
