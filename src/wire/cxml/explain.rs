//! What the codes mean, for `punchgate explain` and for the rule lists of reports.

/// One code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// `X…`: XML, `T…`: typed reading, `G…`: grammar, `R…`: rules beyond any grammar.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Why it is so, and what helps.
    pub text: &'static str,
}

/// The explanation of a code, whatever the case of its letter.
#[must_use]
pub fn explain(code: &str) -> Option<&'static Explanation> {
    CODES.iter().find(|known| known.code.eq_ignore_ascii_case(code.trim()))
}

const fn code(code: &'static str, title: &'static str, text: &'static str) -> Explanation {
    Explanation { code, title, text }
}

/// Every code that is printed anywhere, in order.
pub const CODES: &[Explanation] = &[
    code(
        "X001",
        "Unsupported encoding",
        "The XML declaration or the HTTP charset names an encoding that is not read here. Send UTF-8; UTF-16 with a byte order mark, ISO-8859-1, windows-1252 and US-ASCII are read as well.",
    ),
    code(
        "X002",
        "UTF-16 without byte order mark",
        "Without the mark nobody knows which octet of a pair comes first. Put FE FF or FF FE at the start, or send UTF-8.",
    ),
    code(
        "X003",
        "Declared encoding contradicts the octets",
        "The XML declaration says UTF-16 in a document of single octets. Usually a text was converted and its first line was not.",
    ),
    code(
        "X004",
        "Octets that mean nothing in the encoding",
        "Often a document in ISO-8859-1 that calls itself UTF-8, or that says nothing. Name the encoding it is really in.",
    ),
    code(
        "X010",
        "A limit was exceeded",
        "The document is larger, deeper or has more parts than is accepted. The message names the limit.",
    ),
    code(
        "X011",
        "Internal subset with declarations",
        "Declarations in a document can make its text mean something else (entity expansion, external entities), so they are refused. `punchgate xml check` judges them; no cXML document needs any.",
    ),
    code(
        "X020",
        "No root element",
        "There is text or nothing where a document should be. A host program may have sent an empty body.",
    ),
    code(
        "X021",
        "Second root element",
        "A document has one root element. Often two documents were put one behind the other.",
    ),
    code(
        "X022",
        "Text outside the root element",
        "Only comments, processing instructions and white space may stand around the root element.",
    ),
    code(
        "X023",
        "Character that XML does not allow",
        "Control characters other than tab, line feed and carriage return cannot be in a document, not even as references.",
    ),
    code("X024", "Not a name", "A name begins with a letter or underscore and has one colon at most."),
    code(
        "X025",
        "Something else was expected",
        "The message says what. Often a quote, an equals sign or a closing bracket is missing.",
    ),
    code(
        "X026",
        "Markup is not closed",
        "A comment, tag, section or quoted value runs to the end of the document. The place is where it begins.",
    ),
    code(
        "X027",
        "Element is not closed",
        "The document ends within an element; the message says where it was opened. Often the body was cut off on the way.",
    ),
    code(
        "X028",
        "End tag does not match",
        "Elements close in the reverse order of their opening; upper and lower case count.",
    ),
    code("X029", "End tag closes nothing", "There is no open element here."),
    code(
        "X030",
        "Attribute stands twice",
        "An element has each attribute once, also when two prefixes mean the same namespace.",
    ),
    code("X031", "\"<\" begins no tag", "As text it is written &lt;."),
    code("X032", "\"<\" in an attribute value", "It is written &lt; there."),
    code("X033", "\"]]>\" in text", "It is written ]]&gt; there."),
    code("X034", "\"--\" within a comment", "Two hyphens end a comment."),
    code(
        "X035",
        "\"&\" begins no reference",
        "As text it is written &amp;: most often an ampersand in an address or a company's name that nobody escaped.",
    ),
    code(
        "X036",
        "Reference to no character",
        "The number of a character reference is that of no character which XML allows.",
    ),
    code(
        "X037",
        "Undeclared entity",
        "Only amp, lt, gt, quot and apos are known without a declaration. HTML names such as &nbsp; are written as numbers: &#160;.",
    ),
    code(
        "X038",
        "Stray percent sign in an entity",
        "In the text of an entity % begins a reference to a parameter entity; as text it is written &#37;.",
    ),
    code(
        "X039",
        "Parameter entity within a declaration",
        "In an internal subset parameter entities stand between declarations only.",
    ),
    code("X040", "Entity refers to itself", "Directly or through others; its text would never end."),
    code(
        "X041",
        "Reference to an unparsed entity",
        "An entity declared with NDATA is no XML and is named in attributes only.",
    ),
    code(
        "X042",
        "External entity in an attribute value",
        "The value of an attribute cannot come from outside of the document.",
    ),
    code(
        "X043",
        "Wrong text of an entity",
        "The entity that is referred to here holds something that may not stand here; the message says what.",
    ),
    code(
        "X044",
        "Misplaced XML declaration",
        "<?xml …?> stands at the very start or not at all: no blank, no line before it.",
    ),
    code("X045", "Reserved processing instruction", "Targets that spell xml are reserved."),
    code("X046", "Misplaced DOCTYPE", "It stands once, before the root element."),
    code(
        "X047",
        "Unknown markup",
        "<! begins a comment, a CDATA section or a DOCTYPE, with capital letters.",
    ),
    code("X048", "CDATA section outside the root element", "Text belongs into elements."),
    code(
        "X049",
        "Undeclared namespace prefix",
        "The prefix is bound by no xmlns attribute here or further out.",
    ),
    code(
        "X050",
        "Forbidden namespace declaration",
        "xml and xmlns have fixed meanings, and a prefix cannot be unbound.",
    ),
    code("T001", "Required element is missing", "What the document asks for cannot be done without it."),
    code("T002", "Element stands twice", "It may stand once; which of the two is meant nobody knows."),
    code("T003", "Required attribute is missing", "What the document asks for cannot be done without it."),
    code("T004", "Text cannot be read", "The element's text is not what it must be; the message says why."),
    code("T005", "Attribute value cannot be read", "The value is not what it must be; the message says why."),
    code(
        "G001",
        "Unknown element",
        "No version of cXML that is known here has an element of this name. Upper and lower case count: PunchOutSetupRequest, but PunchoutDetail.",
    ),
    code(
        "G002",
        "Elements are missing before this one",
        "Elements stand in a fixed order; some that must come first are not there.",
    ),
    code(
        "G003",
        "Element in the wrong place",
        "It belongs further up, or stands more often than it may. Elements stand in a fixed order.",
    ),
    code("G004", "Element does not belong here", "It is known, but never stands within this one."),
    code("G005", "Element is incomplete", "Elements that must be there are missing at its end."),
    code("G006", "Text where only elements may stand", "White space may part the elements, nothing else."),
    code(
        "G007",
        "Element must be empty",
        "It says all it has to say in attributes; not even white space may be in it.",
    ),
    code(
        "G008",
        "Unknown attribute",
        "The element has no attribute of this name. Upper and lower case count: payloadID, xml:lang.",
    ),
    code("G009", "Required attribute is missing", "The element means nothing without it."),
    code(
        "G010",
        "Value is not one of those listed",
        "The attribute has a fixed list of values; upper and lower case count.",
    ),
    code("G011", "Value must be another", "The attribute has one fixed value and is best left out."),
    code(
        "G012",
        "Value is not a name",
        "The attribute takes names: letters, digits, and . - _ : without blanks.",
    ),
    code("G013", "ID stands twice", "An ID is unique in its document."),
    code("G014", "ID is referred to but nowhere", "An IDREF names an ID of the same document."),
    code(
        "G015",
        "Value is not of its kind",
        "An amount, date, currency, address or code is written in a form that others will not understand. Units, languages, countries and addresses are advice only.",
    ),
    code(
        "G016",
        "Newer than the version",
        "The element, attribute or value came with a later version of cXML than the document claims or was asked for; a peer on that version will refuse it.",
    ),
    code(
        "G017",
        "Left to the DTD's default",
        "The attribute is not written. The DTD has a default for it, but most readers never load the DTD and must know it by heart: a Request without deploymentMode is production, an order without type is new. Write it.",
    ),
    code(
        "G020",
        "Not a currency",
        "Currencies are ISO 4217 codes in capital letters: EUR, USD. Codes that were withdrawn are not accepted.",
    ),
    code(
        "G021",
        "Not a country",
        "Countries are ISO 3166-1 codes of two capital letters: DE, US, GB (not UK).",
    ),
    code(
        "G022",
        "Not a unit code",
        "Units are codes of UN/ECE Recommendation 20 (EA, C62, H87, KGM, MTR …) or packages of Recommendation 21, with X or without (XBX, BX). Many platforms use lists of their own; agree on the mapping of this connection.",
    ),
    code("G099", "Too many findings", "The rest is not told. Mend the first ones and try again."),
    code(
        "R001",
        "Timestamp with Z",
        "cXML wants the offset as a number, such as +00:00; some readers refuse Z.",
    ),
    code(
        "R002",
        "Secret in a document for the browser",
        "A PunchOutOrderMessage goes through the user's browser: whoever shops can read the secret in it. Authentication never belongs there.",
    ),
    code(
        "R003",
        "Request without a secret",
        "Sender has neither SharedSecret nor CredentialMac, and the document is not signed: it proves nothing about who sent it.",
    ),
    code(
        "R004",
        "CredentialMac is not verified",
        "A CredentialMac is a proof by a third party that both sides trust. punchgate reads and shows it but does not verify it, since how it is computed is not confirmed: only a SharedSecret, or a signature, proves a sender here.",
    ),
    code("R010", "DOCTYPE for another root", "A validating reader will refuse the document."),
    code(
        "R011",
        "Version newer than the DOCTYPE",
        "The version attribute should not exceed the version in the system identifier; many platforms send it all the same.",
    ),
    code(
        "R012",
        "DOCTYPE names another file",
        "From 1.2.020 on confirmations and ship notices are in Fulfill.dtd, invoices in InvoiceDetail.dtd, quotes in Quote.dtd, the rest in cXML.dtd.",
    ),
    code("R013", "Announced signature is missing", "signatureVersion says that a ds:Signature is there."),
    code(
        "R014",
        "Response element beside a failure",
        "A response element such as PunchOutSetupResponse comes with a 2xx Status only.",
    ),
    code(
        "R015",
        "Status 204 with lines",
        "In a PunchOutOrderMessage 204 ends the session and leaves the cart as it was; lines contradict it.",
    ),
    code("R016", "Unknown Status code", "cXML has fewer codes than HTTP; 404 and 429 are not among them."),
    code(
        "R020",
        "Line number stands twice",
        "Changes, confirmations and ship notices refer to lines by number.",
    ),
    code(
        "R021",
        "Line without its group",
        "parentLineNumber names a line of the same document with itemType=\"composite\".",
    ),
    code(
        "R022",
        "Two currencies",
        "Prices and total of one document are in one currency; no reader converts.",
    ),
    code(
        "R023",
        "Total is not the sum",
        "Total is usually the sum of quantity × unit price ÷ price basis, with or without shipping and tax. Several platforms compare.",
    ),
    code(
        "R024",
        "Account assignment does not add up",
        "The charges of the Distributions are the line's amount together.",
    ),
    code(
        "R026",
        "UNSPSC of another form",
        "A UNSPSC code is eight digits; names, dots and shorter codes get lost on some platforms.",
    ),
    code("R027", "requisitionID in two places", "It stands on the header or on the lines."),
    code("R030", "No return address", "Without BrowserFormPost the cart cannot go back."),
    code(
        "R031",
        "Nothing to edit",
        "edit and inspect carry the lines of the earlier cart; the supplier finds the cart by them.",
    ),
    code(
        "R032",
        "Change without reference",
        "DocumentReference/@payloadID names the most recent OrderRequest of this order.",
    ),
    code(
        "R033",
        "Release order without agreement",
        "A release order names the agreement or blanket order it draws on.",
    ),
    code("R034", "Blanket order without start", "A blanket order says from when it holds."),
    code("R035", "No delivery address", "ShipTo stands on the header or on every line."),
    code(
        "R036",
        "Card number in the document",
        "PCard holds payment card data. Use a token, and mask it wherever the document is kept.",
    ),
    code(
        "R040",
        "Parts do not add up to the line",
        "The quantities of the ConfirmationStatus elements add up to the quantity of their item; Coupa refuses anything else.",
    ),
    code(
        "R041",
        "Status does not fit the confirmation",
        "accept allows accept only; allDetail allows allDetail, reject and unknown; detail allows all but allDetail.",
    ),
    code("R042", "Dates of the carriers", "The first ShipControl has no startDate, each later one has."),
    code(
        "R043",
        "Order stands twice in a ship notice",
        "A ship notice has one portion for each order; a portion without lines is the whole order.",
    ),
    code(
        "R044",
        "Sums of an invoice do not fit",
        "The subtotal is the sum of the lines' subtotals; the net amount is subtotal, tax, special handling and freight, less the discount. Most buyers compare.",
    ),
    code(
        "R045",
        "Credit memo that does not give back",
        "What a credit memo gives back stands in DueAmount, below zero.",
    ),
    code(
        "R046",
        "News of no document",
        "A status update names the document by DocumentReference, or an invoice by its number in InvoiceIDInfo.",
    ),
    code(
        "R047",
        "Time runs backwards",
        "An end before its start, an arrival before the departure, a closing before the opening.",
    ),
    code("R048", "Tax is not the sum of its kinds", "The amounts of all TaxDetail together are the Tax."),
    code(
        "R049",
        "Secret in a copy",
        "Whoever gets a copy of a document can read the secret in it and speak for its sender.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes stand in the sources as quoted literals.
    fn codes_in(source: &str) -> impl Iterator<Item = &str> {
        source.split('"').filter(|word| {
            word.len() == 4
                && word.starts_with(['X', 'T', 'G', 'R'])
                && word.bytes().skip(1).all(|byte| byte.is_ascii_digit())
        })
    }

    #[test]
    fn every_code_is_explained_and_every_explanation_is_used() {
        let sources = [
            include_str!("../xml/error.rs"),
            include_str!("../grammar/violation.rs"),
            include_str!("rules/documents.rs"),
            include_str!("rules/envelope.rs"),
            include_str!("rules/lines.rs"),
            include_str!("rules/order.rs"),
        ];
        let mut used: Vec<&str> = sources.iter().flat_map(|source| codes_in(source)).collect();
        used.sort_unstable();
        used.dedup();
        let mut known: Vec<&str> = CODES.iter().map(|code| code.code).collect();
        known.sort_unstable();
        assert_eq!(used, known);
        assert_eq!(explain(" g001 ").map(|code| code.code), Some("G001"));
        assert_eq!(explain("G000"), None);
    }
}
