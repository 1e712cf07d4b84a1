//! Code lists, as facts: `schemas/codes/`.

use std::sync::LazyLock;

/// The codes of one list, of at most four octets each, in order.
struct Codes(Box<[u32]>);

impl Codes {
    fn read(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut codes: Vec<u32> = lines.flat_map(str::split_ascii_whitespace).map(packed).collect();
        codes.sort_unstable();
        Self(codes.into())
    }

    fn has(&self, code: &str) -> bool {
        (1..=4).contains(&code.len()) && self.0.binary_search(&packed(code)).is_ok()
    }
}

fn packed(code: &str) -> u32 {
    code.bytes().fold(0, |word, byte| word << 8 | u32::from(byte))
}

static CURRENCIES: LazyLock<Codes> =
    LazyLock::new(|| Codes::read(include_str!("../../../schemas/codes/currencies.txt")));
static COUNTRIES: LazyLock<Codes> =
    LazyLock::new(|| Codes::read(include_str!("../../../schemas/codes/countries.txt")));
static UNITS: LazyLock<Codes> =
    LazyLock::new(|| Codes::read(include_str!("../../../schemas/codes/units.txt")));

/// ISO 4217.
pub(super) fn is_currency(code: &str) -> bool {
    CURRENCIES.has(code)
}

/// ISO 3166-1 alpha-2.
pub(super) fn is_country(code: &str) -> bool {
    COUNTRIES.has(code)
}

/// UN/ECE Recommendation 20; a package of Recommendation 21 may leave out its X, as most platforms do.
pub(super) fn is_unit(code: &str) -> bool {
    UNITS.has(code) || (code.len() == 2 && UNITS.has(&format!("X{code}")))
}
