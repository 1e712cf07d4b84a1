//! What the documents have in common: texts, addresses, money, taxes, references.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::{
    model::{
        ids::PayloadId,
        money::Money,
        party::Identity,
        trade::{
            Accounting, AccountingSegment, Address, Adjustment, AgreementReference, Comments, Contact,
            Country, Description, Discount, Distribution, Domained, Extrinsic, IdReference, InvoiceId,
            Localized, Markup, Modification, ModificationDetail, OrderIdInfo, OrderReference, OrderedUnder,
            PaymentTerm, Period, Phone, Postal, Price, Segment, ShipNoticeId, ShipNoticeLine, Shipping,
            SourcingStatus, SupplierOrder, Tax, TaxDetail, UnitRate,
        },
    },
    wire::xml::{Element, ReadError},
};

use super::{
    content::{AttributeField, ChildField, Content, Skipped, Way, attribute, child, content, through},
    goods::for_one,
    item::{amount, any},
    pen::Pen,
};

/// Language of texts that say nothing about theirs.
const PLAIN_LANGUAGE: &str = "en";

fn language(element: Element<'_>) -> Option<String> {
    let language = element.attribute("xml:lang").map(str::trim).filter(|language| !language.is_empty());
    language.map(str::to_owned)
}

/// Text with `xml:lang`; in `Comments` alone that may be missing.
impl Content for Localized {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        Ok(Self { language: language(element), text: element.trimmed_text().into_owned() })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("xml:lang", self.language.as_deref().unwrap_or(PLAIN_LANGUAGE));
        pen.text(&self.text);
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// `Description = (text | ShortName)*`
impl Content for Description {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        let short = element.all("ShortName").next().map(|name| name.trimmed_text().into_owned());
        Ok(Self {
            language: language(element),
            text: element.trimmed_text().into_owned(),
            short_name: short.filter(|name| !name.is_empty()),
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("xml:lang", self.language.as_deref().unwrap_or(PLAIN_LANGUAGE));
        pen.text(&self.text);
        ChildField::put(&self.short_name, pen, "ShortName", Way::default());
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// `Comments = (text | Attachment)*`
impl Content for Comments {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        let attachments = element.all("Attachment").flat_map(|attachment| attachment.all("URL"));
        Ok(Self {
            language: language(element),
            text: element.trimmed_text().into_owned(),
            attachments: attachments.map(|url| url.trimmed_text().into_owned()).collect(),
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        AttributeField::put(&self.language, pen, "xml:lang");
        pen.text(&self.text);
        for url in &self.attachments {
            pen.child("Attachment", |pen| pen.child("URL", |pen| pen.text(url)));
        }
    }

    /// Where one may stand, it says all.
    fn listed<'a>(list: &'a [Self], pen: &Pen<'_>, name: &str) -> Cow<'a, [Self]> {
        let Some(first) = list.first().filter(|_| list.len() > 1 && !pen.repeats(name)) else {
            return Cow::Borrowed(list);
        };
        let texts: Vec<&str> =
            list.iter().map(|one| one.text.as_str()).filter(|text| !text.is_empty()).collect();
        Cow::Owned(vec![Self {
            language: first.language.clone(),
            text: texts.join("\n\n"),
            attachments: list.iter().flat_map(|one| one.attachments.clone()).collect(),
        }])
    }
}

impl Content for Markup {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        Ok(Self::of_markup(&any(element)))
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.markup(self.as_str());
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// `Extrinsic = ANY`
impl Content for Extrinsic {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let name = element.required_attribute("name")?.trim().to_owned();
        Ok(Self { name, value: Markup::read(element, skipped)? })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("name", &self.name);
        pen.markup(self.value.as_str());
    }
}

content! {
    Domained, optional, text value, absent Self::default();
    domain @ "domain";
}

/// `DocumentReference = EMPTY`, by its payloadID.
impl Content for PayloadId {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        element.parse_required_attribute("payloadID", |id| Self::parse(id.trim()))
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("payloadID", self.as_str());
    }

    fn is_blank(element: Element<'_>) -> bool {
        element.attribute("payloadID").is_none_or(|id| id.trim().is_empty())
    }
}

/// `Credential = Identity, …`; no secret is read or written.
impl Content for Identity {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        let domain = element.attribute("domain").unwrap_or_default().trim().to_owned();
        Ok(Self { domain, identity: element.required("Identity")?.string_value().trim().to_owned() })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("domain", &self.domain);
        pen.child("Identity", |pen| pen.text(&self.identity));
    }
}

/// `Money`: a decimal; a currency that is none counts as none (`XXX`).
impl Content for Money {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let amount = element.parse_trimmed_text(amount)?;
        Ok(Self { amount, currency: attribute(element, "currency", skipped)? })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("currency", self.currency.as_str());
        pen.text(&self.text());
    }

    fn is_blank(element: Element<'_>) -> bool {
        element.trimmed_text().is_empty()
    }
}

/// `UnitPrice`, `Total` = `Money, Modifications?, …`
impl Content for Price {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        Ok(Self {
            money: child(element, "Money", None, skipped)?,
            modifications: child(element, "Modifications", Some("Modification"), skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        ChildField::put(&self.money, pen, "Money", Way::default());
        ChildField::put(&self.modifications, pen, "Modifications", through("Modification"));
    }

    fn is_blank(element: Element<'_>) -> bool {
        element.all("Money").all(Money::is_blank)
    }
}

/// `Modification = OriginalPrice?, (AdditionalDeduction | AdditionalCost), Tax?, ModificationDetail?`
impl Content for Modification {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        Ok(Self {
            original: child(element, "OriginalPrice", Some("Money"), skipped)?,
            adjustment: adjustment(element, skipped)?,
            tax: child(element, "Tax", None, skipped)?,
            detail: child(element, "ModificationDetail", None, skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        let in_money = through("Money");
        ChildField::put(&self.original, pen, "OriginalPrice", in_money);
        let percent = |pen: &mut Pen<'_>, name: &'static str, share: &Decimal| {
            pen.child(name, |pen| pen.attribute("percent", &share.to_string()));
        };
        match &self.adjustment {
            Adjustment::Deduction(money) => pen.child("AdditionalDeduction", |pen| {
                ChildField::put(money, pen, "DeductionAmount", in_money);
            }),
            Adjustment::DeductionPercent(share) => {
                pen.child("AdditionalDeduction", |pen| percent(pen, "DeductionPercent", share));
            }
            Adjustment::DeductedPrice(money) => pen.child("AdditionalDeduction", |pen| {
                ChildField::put(money, pen, "DeductedPrice", in_money);
            }),
            Adjustment::Cost(money) => ChildField::put(money, pen, "AdditionalCost", in_money),
            Adjustment::CostPercent(share) => {
                pen.child("AdditionalCost", |pen| percent(pen, "Percentage", share));
            }
        }
        ChildField::put(&self.tax, pen, "Tax", Way::default());
        ChildField::put(&self.detail, pen, "ModificationDetail", Way::default());
    }
}

fn adjustment(modification: Element<'_>, skipped: &mut Skipped) -> Result<Adjustment, ReadError> {
    if let Some(deduction) = modification.optional("AdditionalDeduction")? {
        if let Some(money) = child(deduction, "DeductionAmount", Some("Money"), skipped)? {
            return Ok(Adjustment::Deduction(money));
        }
        if let Some(share) = deduction.optional("DeductionPercent")? {
            return attribute(share, "percent", skipped).map(Adjustment::DeductionPercent);
        }
        return child(deduction, "DeductedPrice", Some("Money"), skipped).map(Adjustment::DeductedPrice);
    }
    let cost = modification.required("AdditionalCost")?;
    match cost.optional("Percentage")? {
        Some(share) => attribute(share, "percent", skipped).map(Adjustment::CostPercent),
        None => child(cost, "Money", None, skipped).map(Adjustment::Cost),
    }
}

content! {
    ModificationDetail, optional;
    name @ "name", code @ "code", start @ "startDate", end @ "endDate";
    description: "Description", extrinsics: "Extrinsic",
}

content! {
    Shipping, optional;
    tracking_domain @ "trackingDomain", tracking_id @ "trackingId", tracking @ "tracking";
    money: "Money", description: "Description", modifications: "Modifications" / "Modification",
}

content! {
    Tax, optional;
    ;
    money: "Money", description: "Description", details: "TaxDetail", distributions: "Distribution", extrinsics: "Extrinsic",
}

content! {
    TaxDetail, optional;
    purpose @ "purpose", category @ "category", rate @ "percentageRate", recoverable @ "isVatRecoverable", tax_point @ "taxPointDate",
    triangular @ "isTriangularTransaction", exempt @ "exemptDetail";
    taxable: "TaxableAmount" / "Money", amount: "TaxAmount" / "Money", location: "TaxLocation", description: "Description",
    extrinsics: "Extrinsic",
}

content! {
    Distribution, optional;
    ;
    accounting: "Accounting", charge: "Charge" / "Money",
}

content! {
    Accounting, optional;
    name @ "name";
    segments: "Segment", accounting_segments: "AccountingSegment",
}

content! {
    Segment, optional;
    kind @ "type", id @ "id", description @ "description";
}

content! {
    AccountingSegment, optional;
    id @ "id";
    name: "Name", description: "Description",
}

content! {
    Address, optional;
    id @ "addressID", id_domain @ "addressIDDomain", country @ "isoCountryCode";
    name: "Name", postal: "PostalAddress", email: "Email", phone: "Phone", fax: "Fax",
    url: "URL",
}

content! {
    Postal, optional;
    name @ "name";
    deliver_to: "DeliverTo", street: "Street" ! yes, city: "City", municipality: "Municipality", state: "State",
    postal_code: "PostalCode", country: "Country",
}

content! {
    Country, optional, text name, absent Self::default();
    code @ "isoCountryCode";
}

/// `Phone`, `Fax` = `TelephoneNumber = CountryCode, AreaOrCityCode, Number, Extension?`; a telefax by e-mail or web is skipped.
impl Content for Phone {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let number = element.required("TelephoneNumber")?;
        Ok(Self {
            country: child(number, "CountryCode", None, skipped)?,
            area: child(number, "AreaOrCityCode", None, skipped)?,
            number: child(number, "Number", None, skipped)?,
            extension: child(number, "Extension", None, skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.child("TelephoneNumber", |pen| {
            ChildField::put(&self.country, pen, "CountryCode", Way::default());
            ChildField::put(&self.area, pen, "AreaOrCityCode", Way::default());
            ChildField::put(&self.number, pen, "Number", Way::default());
            ChildField::put(&self.extension, pen, "Extension", Way::default());
        });
    }
}

content! {
    Contact, optional;
    role @ "role", id @ "addressID", id_domain @ "addressIDDomain";
    name: "Name", postal: "PostalAddress", email: "Email", phone: "Phone", fax: "Fax",
    url: "URL", references: "IdReference", extrinsics: "Extrinsic",
}

content! {
    IdReference, optional;
    identifier @ "identifier", domain @ "domain";
}

content! {
    Period, optional;
    start @ "startDate", end @ "endDate";
}

content! {
    SupplierOrder, optional;
    id @ "orderID", date @ "orderDate";
}

content! {
    OrderIdInfo, optional;
    id @ "orderID", date @ "orderDate";
    references: "IdReference",
}

content! {
    InvoiceId, optional;
    id @ "invoiceID", date @ "invoiceDate";
}

content! {
    ShipNoticeId, optional;
    id @ "shipNoticeID", date @ "shipNoticeDate";
}

content! {
    ShipNoticeLine, optional;
    number @ "shipNoticeLineNumber";
}

fn rate_for_one(rate: &UnitRate, pen: &Pen<'_>) -> Option<UnitRate> {
    let basis = rate.basis.as_ref().filter(|_| !pen.knows("PriceBasisQuantity"))?;
    let money = Money { amount: for_one(rate.money.amount, basis), ..rate.money };
    Some(UnitRate { money, unit: rate.unit.clone(), basis: None })
}

content! {
    UnitRate, optional, older rate_for_one;
    ;
    money: "Money", unit: "UnitOfMeasure" ! yes, basis: "PriceBasisQuantity",
}

/// `OrderReference = DocumentReference`: it must be there, if without an id.
impl Content for OrderReference {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        Ok(Self {
            id: attribute(element, "orderID", skipped)?,
            date: attribute(element, "orderDate", skipped)?,
            payload: child(element, "DocumentReference", None, skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        AttributeField::put(&self.id, pen, "orderID");
        AttributeField::put(&self.date, pen, "orderDate");
        let payload = self.payload.as_ref().map(PayloadId::as_str).unwrap_or_default();
        pen.child("DocumentReference", |pen| pen.attribute("payloadID", payload));
    }
}

/// `MasterAgreementReference = DocumentReference`; `MasterAgreementIDInfo = IdReference*` where no document is named.
impl Content for AgreementReference {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        Ok(Self {
            id: attribute(element, "agreementID", skipped)?,
            date: attribute(element, "agreementDate", skipped)?,
            payload: child(element, "DocumentReference", None, skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        if let Some(payload) = &self.payload {
            AttributeField::put(&self.id, pen, "agreementID");
            AttributeField::put(&self.date, pen, "agreementDate");
            ChildField::put(payload, pen, "DocumentReference", Way::default());
        } else {
            pen.attribute("agreementID", self.id.as_deref().unwrap_or_default());
            AttributeField::put(&self.date, pen, "agreementDate");
        }
    }

    fn alias(&self) -> Option<&'static str> {
        self.payload.is_none().then_some("MasterAgreementIDInfo")
    }
}

/// `ReceiptOrderInfo`, `InvoiceDetailOrderInfo` = `(OrderReference, Agreement?) | (Agreement, OrderIDInfo?) | OrderIDInfo`, and in invoices
/// `SupplierOrderInfo?`, which may stand alone there.
impl Content for OrderedUnder {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let by_document: Option<AgreementReference> =
            child(element, "MasterAgreementReference", None, skipped)?;
        let order: Option<OrderReference> = child(element, "OrderReference", None, skipped)?;
        Ok(Self {
            agreement: match by_document {
                None => child(element, "MasterAgreementIDInfo", None, skipped)?,
                found => found,
            },
            order_id: if order.is_none() { child(element, "OrderIDInfo", None, skipped)? } else { None },
            supplier_order: child(element, "SupplierOrderInfo", None, skipped)?,
            order,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        let way = Way::default();
        let named = self.agreement.is_some() || self.order_id.is_some();
        let alone = self.supplier_order.is_some() && pen.knows("SupplierOrderInfo");
        if self.order.is_some() || !(named || alone) {
            let order = self.order.clone().unwrap_or_default();
            ChildField::put(&order, pen, "OrderReference", way);
        }
        ChildField::put(&self.agreement, pen, "MasterAgreementReference", way);
        if self.order.is_none() {
            ChildField::put(&self.order_id, pen, "OrderIDInfo", way);
        }
        ChildField::put(&self.supplier_order, pen, "SupplierOrderInfo", way);
    }
}

/// `PaymentTerm = Discount?, Extrinsic*`; older invoices have `InvoiceDetailPaymentTerm = EMPTY` with a rate.
impl Content for PaymentTerm {
    const MATTERS: bool = false;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let rate: Option<Decimal> = attribute(element, "percentageRate", skipped)?;
        let discount = match element.optional("Discount")? {
            None => rate.map(Discount::Percent),
            Some(discount) => Some(match discount.optional("DiscountPercent")? {
                Some(share) => Discount::Percent(attribute(share, "percent", skipped)?),
                None => Discount::Amount(child(discount, "DiscountAmount", Some("Money"), skipped)?),
            }),
        };
        Ok(Self {
            days: attribute(element, "payInNumberOfDays", skipped)?,
            discount,
            extrinsics: child(element, "Extrinsic", None, skipped)?,
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.attribute("payInNumberOfDays", &self.days.to_string());
        match &self.discount {
            None => {}
            Some(Discount::Percent(share)) => pen.child("Discount", |pen| {
                pen.child("DiscountPercent", |pen| pen.attribute("percent", &share.to_string()));
            }),
            Some(Discount::Amount(money)) => pen.child("Discount", |pen| {
                ChildField::put(money, pen, "DiscountAmount", through("Money"));
            }),
        }
        ChildField::put(&self.extrinsics, pen, "Extrinsic", Way::default());
    }
}

content! {
    SourcingStatus, optional, text text;
    action @ "action", language @ "xml:lang";
}
