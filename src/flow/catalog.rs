//! 3 What this buyer may see: the products of the agreements made with it, its groups or everyone.

use crate::{
    flow::setup::Purpose,
    model::{
        agreement::{Agreement, Condition, Party},
        catalog::Product,
        party::Buyer,
    },
};

/// Whether an agreement holds for a visit: made with its buyer, and its conditions met by the setup, if there is one.
#[must_use]
pub fn holds(agreement: &Agreement, buyer: &Buyer, purpose: Option<&Purpose>) -> bool {
    let met = |purpose| agreement.conditions.iter().all(|condition| meets(purpose, condition));
    is_with(agreement, buyer) && purpose.is_none_or(met)
}

/// Whether a setup says what a condition asks for.
pub(super) fn meets(purpose: &Purpose, condition: &Condition) -> bool {
    match condition {
        Condition::ShipTo(address) => purpose.ship_to.as_ref() == Some(address),
        Condition::Says { name, value } => purpose.setup_value(name) == Some(value),
        Condition::Country(country) => purpose.ship_to_country.as_ref() == Some(country),
    }
}

fn is_with(agreement: &Agreement, buyer: &Buyer) -> bool {
    agreement.supplier == buyer.supplier
        && match &agreement.party {
            Party::Buyer(id) => *id == buyer.id,
            Party::Group(group) => buyer.groups.contains(group),
            Party::Everyone => true,
        }
}

/// Whether the agreements let their party see the product. Without an agreement nothing is visible.
#[must_use]
pub fn visible(product: &Product, agreements: &[Agreement]) -> bool {
    agreements.iter().any(|agreement| product.is_in(&agreement.assortment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flow::{cart::tests::session, pricing::tests::agreement, setup::Operation},
        model::ids::{BuyerId, GroupId},
    };

    #[test]
    fn an_agreement_holds_for_its_buyers_and_where_its_conditions_are_met() {
        let mut terms = agreement("a", 0);
        let buyer = Buyer {
            id: BuyerId::parse("globex").unwrap(),
            supplier: terms.supplier.clone(),
            name: "Globex".into(),
            groups: vec![GroupId::parse("gold").unwrap()],
            erp_customer: None,
        };
        let mut purpose = session(Operation::Create).purpose;
        let holds = |terms: &Agreement, purpose: &Purpose| super::holds(terms, &buyer, Some(purpose));
        assert!(holds(&terms, &purpose));
        terms.party = Party::Group(GroupId::parse("silver").unwrap());
        assert!(!holds(&terms, &purpose));
        terms.party = Party::Group(GroupId::parse("gold").unwrap());
        assert!(holds(&terms, &purpose));

        let says = Condition::Says { name: "CostCenter".into(), value: "4711".into() };
        terms.conditions = vec![says, Condition::ShipTo("PLANT-7".into())];
        assert!(!holds(&terms, &purpose));
        purpose.setup_values = vec![("~costcenter".into(), "4711".into())];
        assert!(!holds(&terms, &purpose), "both must be said");
        assert!(super::holds(&terms, &buyer, None));
        purpose.ship_to = Some("PLANT-7".into());
        assert!(holds(&terms, &purpose));
        purpose.setup_values = vec![("CostCenter".into(), "471".into())];
        assert!(!holds(&terms, &purpose));
    }
}
