//! Values of MIME headers, RFC 2045 §5.1.

/// `type/subtype; name=value; name="value"`
#[derive(Debug, Default)]
pub(super) struct MediaType {
    /// `type/subtype` in small letters.
    pub(super) essence: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    pub(super) fn parse(text: &str) -> Self {
        let (essence, mut rest) = text.split_once(';').unwrap_or((text, ""));
        let mut parameters = Vec::new();
        while let Some((name, after)) = rest.split_once('=') {
            let name = name.trim_matches([';', ' ', '\t', '\r', '\n']).to_ascii_lowercase();
            let after = after.trim_start();
            let (value, tail) = if let Some(quoted) = after.strip_prefix('"') {
                unquote(quoted)
            } else {
                let (value, tail) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), tail)
            };
            parameters.push((name, value));
            rest = tail;
        }
        Self { essence: essence.trim().to_ascii_lowercase(), parameters }
    }

    /// The parameter of this name, given in small letters.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What stands before the closing quote, backslashes resolved, and what stands behind it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}
