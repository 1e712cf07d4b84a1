//! punchgate's own grammar of cXML, from `schemas/cxml/`.

use std::sync::OnceLock;

use super::{compact, rule::Grammar};

/// The files, in no particular order.
const FILES: [&str; 9] = [
    include_str!("../../../schemas/cxml/envelope.grammar"),
    include_str!("../../../schemas/cxml/common.grammar"),
    include_str!("../../../schemas/cxml/punchout.grammar"),
    include_str!("../../../schemas/cxml/order.grammar"),
    include_str!("../../../schemas/cxml/fulfilment.grammar"),
    include_str!("../../../schemas/cxml/invoice.grammar"),
    include_str!("../../../schemas/cxml/quote.grammar"),
    include_str!("../../../schemas/cxml/catalog.grammar"),
    include_str!("../../../schemas/cxml/other.grammar"),
];

/// The grammar of the documents that punchgate handles, as far as version 1.2.071; built at the first call.
pub fn cxml() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| {
        let mut grammar = Grammar::default();
        for file in FILES {
            compact::read(file, &mut grammar);
        }
        grammar
    })
}
