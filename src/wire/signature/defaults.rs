//! Attributes that the cXML DTDs default, for signatures whose makers or readers load a DTD.
//!
//! A DTD adds them before the canonical form is made, so they are signed although they are not written.

use crate::wire::{
    grammar::Version,
    xml::{Document, Element, Limits, Source},
};

/// Element, attribute, value, and the first version that has it where that is a later one. Names as written: DTDs know no namespaces.
/// Shorter names first: nearly every element has none, which lengths alone can tell.
const DEFAULTS: [(&str, &str, &str, Option<&str>); 38] = [
    ("Option", "a-dtype", "name string", None),
    ("Scales", "scaleBasis", "quantity", None),
    ("Message", "deploymentMode", "production", None),
    ("Request", "deploymentMode", "production", None),
    ("TimeCard", "status", "submitted", None),
    ("TimeCard", "type", "new", None),
    ("Transaction", "a-dtype", "requestName NMTOKEN", None),
    ("CarRentalFee", "type", "baseRate", None),
    ("ds:Signature", "xmlns:ds", "http://www.w3.org/2000/09/xmldsig#", None),
    ("ds:Signature", "xmlns:xades", "http://uri.etsi.org/01903/v1.3.2#", Some("1.2.020")),
    ("TimeTolerance", "type", "days", None),
    ("PunchoutDetail", "punchoutLevel", "store", Some("1.2.020")),
    ("ProfileResponse", "a-dtype", "effectiveDate dateTime.tz lastRefresh dateTime.tz", None),
    ("DigitalSignature", "encoding", "Base64", None),
    ("DigitalSignature", "type", "PK7 self-contained", None),
    ("SalesOrderHeader", "operation", "new", None),
    ("ShipNoticeHeader", "operation", "new", None),
    ("ConfirmationHeader", "operation", "new", None),
    ("OrderRequestHeader", "orderType", "regular", None),
    ("OrderRequestHeader", "type", "new", None),
    ("QuoteRequestHeader", "type", "new", None),
    ("SupplierInvitation", "supplierStatus", "approved", None),
    ("ReceiptRequestHeader", "operation", "new", None),
    ("ContractRequestHeader", "operation", "new", None),
    ("ContractRequestHeader", "type", "value", None),
    ("QualityNotificationTask", "status", "new", None),
    ("PurchaseRequisitionHeader", "type", "new", None),
    ("ServiceEntryRequestHeader", "operation", "new", None),
    ("InvoiceDetailRequestHeader", "operation", "new", None),
    ("InvoiceDetailRequestHeader", "purpose", "standard", None),
    ("PunchOutOrderMessageHeader", "quoteStatus", "final", None),
    ("xades:QualifyingProperties", "xmlns:xades", "http://uri.etsi.org/01903/v1.3.2#", Some("1.2.020")),
    ("MasterAgreementRequestHeader", "operation", "new", None),
    ("MasterAgreementRequestHeader", "type", "value", None),
    ("ProductionFacilityAssociation", "operation", "new", None),
    ("QualityInspectionRequestHeader", "operation", "new", None),
    ("QualityNotificationRequestHeader", "operation", "new", None),
    ("QualityNotificationRequestHeader", "status", "new", None),
];

/// Something put into a text: where, and what.
pub(super) type Insertion = (usize, String);

/// The document again with every default written out; `None` when there is nothing to write.
///
/// Its tree has the same shape, so that what is signed in it is what stands in the document as it came.
#[must_use]
pub fn filled(document: &Document) -> Option<Document> {
    let insertions = insertions(document.root(), version(document));
    if insertions.is_empty() {
        return None;
    }
    reread(inserted(document.text(), &insertions))
}

/// Reads a text of ours, whose original kept the limits.
pub(super) fn reread(text: String) -> Option<Document> {
    let limits = Limits {
        bytes: usize::MAX,
        depth: usize::MAX,
        nodes: usize::MAX,
        attributes: usize::MAX,
        name_bytes: usize::MAX,
        value_bytes: usize::MAX,
    };
    Document::from_source(Source::from(text), &limits).ok()
}

/// The version whose DTD holds: that of the DOCTYPE, else what the document says of itself.
pub(super) fn version(document: &Document) -> Option<Version> {
    let declared = document.doctype().and_then(|doctype| doctype.system_id).and_then(Version::parse);
    declared.or_else(|| document.root().attribute("version").and_then(Version::parse))
}

/// What is to be put in for the defaults of `element` and everything in it, in document order.
pub(super) fn insertions(element: Element<'_>, version: Option<Version>) -> Vec<Insertion> {
    let mut found = Vec::new();
    for element in element.descendants() {
        let name = element.qualified_name();
        let first = DEFAULTS.partition_point(|row| (row.0.len(), row.0) < (name.len(), name));
        for (_, attribute, value, since) in DEFAULTS.iter().skip(first).take_while(|row| row.0 == name) {
            let later =
                since.and_then(Version::parse).is_some_and(|since| version.is_some_and(|own| own < since));
            if !later && element.attribute(attribute).is_none() {
                found.push((element.span().start + 1 + name.len(), format!(" {attribute}=\"{value}\"")));
            }
        }
    }
    found
}

/// A text with insertions at offsets that do not fall.
pub(super) fn inserted(text: &str, insertions: &[Insertion]) -> String {
    let more: usize = insertions.iter().map(|(_, piece)| piece.len()).sum();
    let mut out = String::with_capacity(text.len() + more);
    let mut at = 0;
    for (offset, piece) in insertions {
        out.push_str(text.get(at..*offset).unwrap_or_default());
        out.push_str(piece);
        at = *offset;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(DEFAULTS.is_sorted_by_key(|row| (row.0.len(), row.0, row.1)));
    }

    #[test]
    fn defaults_are_written_where_they_are_missing() {
        let text = r#"<cXML version="1.2.014"><Request Id='a'><PunchoutDetail/><OrderRequestHeader type = "update"/></Request></cXML>"#;
        let document: Document = text.parse().unwrap();
        assert_eq!(
            filled(&document).unwrap().text(),
            r#"<cXML version="1.2.014"><Request deploymentMode="production" Id='a'><PunchoutDetail/><OrderRequestHeader orderType="regular" type = "update"/></Request></cXML>"#
        );
        let newer: Document = text.replace("1.2.014", "1.2.071").parse().unwrap();
        assert!(filled(&newer).unwrap().text().contains(r#"<PunchoutDetail punchoutLevel="store"/>"#));
        assert!(filled(&filled(&newer).unwrap()).is_none());
    }
}
