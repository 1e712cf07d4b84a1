//! 3 What this buyer may see.

use crate::model::{
    agreement::{Agreement, Assortment, Selector},
    catalog::Product,
};

/// Whether the agreements let their party see the product. Without an agreement nothing is visible.
#[must_use]
pub fn visible(product: &Product, agreements: &[Agreement]) -> bool {
    agreements.iter().any(|agreement| holds(&agreement.assortment, product))
}

/// Whether the assortment holds the product.
#[must_use]
pub fn holds(assortment: &Assortment, product: &Product) -> bool {
    let any = |selectors: &[Selector]| selectors.iter().any(|selector| names(selector, product));
    (assortment.include.is_empty() || any(&assortment.include)) && !any(&assortment.exclude)
}

/// Whether the selector names the product.
#[must_use]
pub fn names(selector: &Selector, product: &Product) -> bool {
    match selector {
        Selector::Category(path) => below(&product.category, path),
        Selector::Brand(brand) => product.brand == *brand,
        Selector::Part(part) => product.part.as_str() == part,
        Selector::All => true,
    }
}

/// Whether a category is `path` or stands below it.
#[must_use]
pub fn below(category: &str, path: &str) -> bool {
    category.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(" / "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_holds_what_stands_below_it() {
        assert!(below("Fasteners / Screws", "Fasteners"));
        assert!(below("Fasteners", "Fasteners"));
        assert!(!below("Fasteners and more", "Fasteners"));
        assert!(!below("Fasteners", "Fasteners / Screws"));
    }
}
