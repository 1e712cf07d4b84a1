//! A document in a field of a form: `cxml-urlencoded`, `cxml-base64` or plain `cxml`, whatever the case.

use super::{TransportError, coding::base64};

/// The document of a form's body.
pub(super) fn document(body: &[u8]) -> Result<Vec<u8>, TransportError> {
    let fields: Vec<_> = url::form_urlencoded::parse(body).collect();
    let field = |wanted: &str| {
        fields.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    if let Some(value) = field("cxml-base64") {
        return base64(value.replace(' ', "+").as_bytes()).ok_or(TransportError::BrokenCoding("base64"));
    }
    ["cxml-urlencoded", "cxml"]
        .into_iter()
        .find_map(field)
        .map(|value| value.as_bytes().to_vec())
        .ok_or(TransportError::NoField)
}
