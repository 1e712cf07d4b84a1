//! Numbers that look random and are the same every time.

/// A number for a text and a purpose.
pub(super) fn of(text: &str, purpose: &str) -> u64 {
    let folded =
        text.bytes().chain([0]).chain(purpose.bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    let mixed = (folded ^ (folded >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    mixed ^ (mixed >> 27)
}

/// A number below `end` for a text and a purpose.
pub(super) fn below(end: u64, text: &str, purpose: &str) -> u64 {
    of(text, purpose).checked_rem(end).unwrap_or(0)
}

/// One of some things.
pub(super) fn pick<'a, T>(from: &'a [T], text: &str, purpose: &str) -> Option<&'a T> {
    from.get(usize::try_from(below(from.len() as u64, text, purpose)).ok()?)
}
