//! `EXT_PRODUCT_ID`: what a buyer's system sends back as `PRODUCTID` to see or check a product again.

use crate::model::{catalog::ProductKey, ids::SupplierPartId};

/// Between part number and second key; no second key of ours holds it.
const MARK: char = '~';

/// The part number, with the second key behind it where the product has one.
#[must_use]
pub fn product_id(part: &str, auxiliary: Option<&str>) -> String {
    match auxiliary {
        Some(auxiliary) => format!("{part}{MARK}{auxiliary}"),
        None => part.to_owned(),
    }
}

/// The products that an id may mean, the likeliest first.
#[must_use]
pub fn products_of(id: &str) -> Vec<ProductKey> {
    let key = |part: &str, auxiliary: Option<&str>| {
        let part = SupplierPartId::parse(part).ok()?;
        Some(ProductKey { part, auxiliary: auxiliary.map(str::to_owned) })
    };
    let id = id.trim();
    let apart = id.rsplit_once(MARK).filter(|(_, auxiliary)| !auxiliary.is_empty());
    apart.and_then(|(part, auxiliary)| key(part, Some(auxiliary))).into_iter().chain(key(id, None)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_product() {
        let key = |part: &str, auxiliary: Option<&str>| ProductKey {
            part: SupplierPartId::parse(part).unwrap(),
            auxiliary: auxiliary.map(str::to_owned),
        };
        assert_eq!(products_of(&product_id("A-1", None)), [key("A-1", None)]);
        assert_eq!(products_of(&product_id("A~1", Some("V.2")))[0], key("A~1", Some("V.2")));
        assert_eq!(products_of("A~1"), [key("A", Some("1")), key("A~1", None)]);
        assert!(products_of(" ").is_empty());
    }
}
