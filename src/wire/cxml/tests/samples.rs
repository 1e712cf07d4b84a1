//! Documents at their least, at their most, and at random.

use std::vec::IntoIter;

use rust_decimal::Decimal;

use crate::model::{
    ids::{OrderId, PayloadId, SupplierPartAuxiliaryId, SupplierPartId},
    money::{Currency, Money},
    party::Identity,
    profile::OperationAllowed,
    quantity::{Quantity, UnitOfMeasure},
    trade::*,
};

/// Where choices come from.
pub(super) enum Source {
    /// No part that may be missing.
    Least,
    /// Every part, lists of two.
    Most,
    /// As these octets say; least when they are used up.
    Random(IntoIter<u8>),
}

impl Source {
    pub(super) fn random(octets: Vec<u8>) -> Self {
        Self::Random(octets.into_iter())
    }

    fn octet(&mut self) -> u8 {
        match self {
            Self::Least => 0,
            Self::Most => u8::MAX,
            Self::Random(octets) => octets.next().unwrap_or(0),
        }
    }

    fn number(&mut self, below: usize) -> usize {
        usize::from(self.octet()) % below
    }

    fn yes(&mut self) -> bool {
        self.octet() > 127
    }

    /// How many of a list that must hold some, or may hold none.
    fn count(&mut self, least: usize) -> usize {
        match self {
            Self::Least => least,
            Self::Most => least.max(2),
            Self::Random(_) => least + self.number(3),
        }
    }

    /// A text of any characters without white space at its ends; empty only at the least.
    fn text(&mut self) -> String {
        const ALPHABETS: [&[char]; 3] = [
            &['a', 'Z', '0', ' ', '<', '&', '>', '"', '\'', ']', '-'],
            &['ä', 'é', 'ß', 'Ж', '漢', 'א', '\u{FFFD}', '\u{A0}', '\u{2028}'],
            &['\u{1F529}', '\u{10FFFF}', '\t', '\n', '\r', '\u{85}', '\u{200B}'],
        ];
        if matches!(self, Self::Most) {
            return "Ünal & <Söhne> \"]]>\" \u{1F529}".to_owned();
        }
        let length = self.number(12);
        let text: String = (0..length)
            .map(|_| {
                let alphabet = ALPHABETS[self.number(3)];
                alphabet[self.number(alphabet.len())]
            })
            .collect();
        text.trim().to_owned()
    }

    fn filled(&mut self) -> String {
        let text = self.text();
        if text.is_empty() { "x".to_owned() } else { text }
    }

    fn decimal(&mut self) -> Decimal {
        match self {
            Self::Least => Decimal::ZERO,
            Self::Most => Decimal::new(123_456_789, 6),
            Self::Random(_) => {
                let octets = [(); 6].map(|()| self.octet());
                let digits = octets.into_iter().fold(0_i64, |sum, octet| sum << 8 | i64::from(octet));
                Decimal::new(digits, u32::from(self.octet() % 7))
            }
        }
    }
}

/// A value made of choices.
pub(super) trait Sample: Sized {
    fn sample(source: &mut Source) -> Self;
}

impl<T: Sample> Sample for Option<T> {
    fn sample(source: &mut Source) -> Self {
        source.yes().then(|| T::sample(source))
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn sample(source: &mut Source) -> Self {
        some(source, 0)
    }
}

/// At least so many.
fn some<T: Sample>(source: &mut Source, least: usize) -> Vec<T> {
    let count = source.count(least);
    (0..count).map(|_| T::sample(source)).collect()
}

macro_rules! samples {
    ($($type:ty: |$source:ident| $value:expr;)+) => {
        $(impl Sample for $type {
            fn sample($source: &mut Source) -> Self {
                $value
            }
        })+
    };
}

samples! {
    bool: |source| source.yes();
    u32: |source| u32::from(source.octet()) + 1;
    String: |source| source.filled();
    Decimal: |source| source.decimal();
    Quantity: |source| {
        let most = Decimal::from(Quantity::MAX);
        Quantity::new(source.decimal() % most).unwrap_or(Quantity::ONE)
    };
    UnitOfMeasure: |source| UnitOfMeasure::parse(["EA", "C62", "H87"][source.number(3)]).unwrap();
    Currency: |source| Currency::parse(["EUR", "JPY", "KWD", "USD"][source.number(4)]).unwrap();
    Moment: |source| {
        let forms = ["2026-11-23", "2026-11-23T09:30:00+01:00", "2026-11-23T09:30:00.5Z"];
        Moment::parse(forms[source.number(3)]).unwrap()
    };
    Money: |source| {
        let amount = source.decimal();
        let amount = if source.octet() % 5 == 1 { -amount } else { amount };
        Money { amount, currency: Currency::sample(source) }
    };
    Localized: |source| Localized { language: Some("de-AT".into()), text: source.text() };
    Description: |source| Description {
        language: Some("de".into()), text: source.text(), short_name: Sample::sample(source),
    };
    Comments: |source| Comments {
        language: source.yes().then(|| "en".to_owned()), text: source.text(), attachments: Sample::sample(source),
    };
    Markup: |source| {
        if source.yes() { Markup::of_markup("<Name xml:lang=\"de\">d</Name> &amp; e") } else { Markup::of_text(&source.text()) }
    };
    Token: |source| Token::parse(["shipFrom", "remitTo", "a.b_c:d-9"][source.number(3)]).unwrap();
    DocumentNumber: |source| DocumentNumber::parse(&source.filled()).unwrap();
    OrderId: |source| OrderId::parse(&source.filled()).unwrap();
    PayloadId: |source| PayloadId::parse(&source.filled()).unwrap();
    SupplierPartId: |source| SupplierPartId::parse(&source.filled()).unwrap();
    SupplierPartAuxiliaryId: |source| {
        let text = source.filled().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', " ");
        SupplierPartAuxiliaryId::parse(text.trim()).unwrap()
    };
    Identity: |source| Identity { domain: source.filled(), identity: source.filled() };
    OperationAllowed: |source| {
        [OperationAllowed::Create, OperationAllowed::Inspect, OperationAllowed::Edit][source.number(3)]
    };
    ProfileQuestion: |_source| ProfileQuestion {};
    Adjustment: |source| match source.number(5) {
        0 => Adjustment::Deduction(Sample::sample(source)),
        1 => Adjustment::DeductionPercent(Sample::sample(source)),
        2 => Adjustment::DeductedPrice(Sample::sample(source)),
        3 => Adjustment::Cost(Sample::sample(source)),
        _ => Adjustment::CostPercent(Sample::sample(source)),
    };
    Discount: |source| {
        if source.yes() { Discount::Amount(Sample::sample(source)) } else { Discount::Percent(Sample::sample(source)) }
    };
    Payment: |_source| Payment::Card;
    PaymentStatus: |_source| unreachable!("it is never written");
}

macro_rules! choices {
    ($($type:ty),+ $(,)?) => {
        $(impl Sample for $type {
            fn sample(source: &mut Source) -> Self {
                Self::ALL[source.number(Self::ALL.len())]
            }
        })+
    };
}

choices! {
    AlternativeType, CompositeType, ConfirmationOperation, ConfirmationType, CopyMode, DeletableOperation, DimensionType, Enabled,
    FulfillmentType, IncoTerms, IntegrationType, InvoicePurpose, InvoiceStatusType, ItemClass, ItemType, LoadMode, Operation,
    OrderKind, OrderType, PunchoutLevel, QuoteStatus, QuoteType, ReceiptType, RouteMethod, ShipNoticeOperation, ShipmentType,
    SourcingAction, StatusType, TaxExemption, UploadOperation,
}

/// Structs, field by field; behind the arrow what the DTD asks for beyond the types.
macro_rules! structs {
    ($($type:ident { $($field:ident),* $(,)? } $(=> |$value:ident, $source:ident| $change:block)?)+) => {
        $(impl Sample for $type {
            #[allow(unused_mut, reason = "most are right at once")]
            fn sample(source: &mut Source) -> Self {
                let mut made = Self { $($field: Sample::sample(source)),* };
                $({
                    let ($value, $source) = (&mut made, &mut *source);
                    $change
                })?
                made
            }
        })+
    };
}

structs! {
    Domained { domain, value }
    IdReference { identifier, domain }
    Extrinsic { name, value }
    Country { code, name }
    Phone { country, area, number, extension }
    Postal { name, deliver_to, street, city, municipality, state, postal_code, country } => |postal, source| {
        postal.street = some(source, 1);
    }
    Address { id, id_domain, country, name, postal, email, phone, fax, url }
    Contact { role, id, id_domain, name, postal, email, phone, fax, url, references, extrinsics }
    Price { money, modifications }
    Modification { original, adjustment, tax, detail }
    ModificationDetail { name, code, start, end, description, extrinsics }
    Shipping { tracking_domain, tracking_id, tracking, money, description, modifications }
    Tax { money, description, details, distributions, extrinsics }
    TaxDetail {
        category, purpose, rate, recoverable, tax_point, triangular, exempt, taxable, amount, location, description, extrinsics,
    }
    Distribution { accounting, charge }
    Accounting { name, segments, accounting_segments } => |accounting, source| {
        (accounting.segments, accounting.accounting_segments) =
            if source.yes() { (some(source, 1), Vec::new()) } else { (Vec::new(), some(source, 1)) };
    }
    Segment { kind, id, description }
    AccountingSegment { id, name, description }
    ItemId { part, auxiliary, buyer_part, references } => |id, source| {
        id.part = Some(Sample::sample(source));
    }
    Basis { quantity, conversion, unit, description } => |basis, source| {
        basis.conversion = Quantity::sample(source).value();
    }
    Classification { domain, code, value }
    Dimension { quantity, kind, unit }
    ItemDetail {
        price, descriptions, overall_limit, expected_limit, unit, basis, classifications, manufacturer_part, manufacturer, url,
        lead_time_days, dimensions, extrinsics,
    } => |detail, source| {
        detail.price = Some(Sample::sample(source));
        detail.descriptions = some(source, 1);
        detail.classifications = some(source, 1);
    }
    BlanketDetail {
        descriptions, overall_limit, expected_limit, most, least, most_quantity, least_quantity, price, unit, basis,
        classifications, extrinsics,
    } => |blanket, source| {
        blanket.descriptions = some(source, 1);
    }
    ScheduleLine { quantity, requested_delivery, line_number, unit, ship_to, extrinsics }
    Item {
        quantity, line_number, parent_line_number, item_type, composite_type, class, requisition, agreement_item,
        requested_delivery, ad_hoc, is_return, id, detail, blanket, supplier, ship_to, shipping, tax, distributions, contacts,
        comments, schedule, agreement, extrinsics,
    } => |item, source| {
        item.detail = Some(Sample::sample(source));
        item.blanket = None;
        item.parent_line_number = None;
        if matches!(source, Source::Least) {
            item.item_type = None;
        }
    }
    AgreementReference { id, date, payload } => |agreement, source| {
        agreement.id = Some(source.filled());
    }
    PaymentTerm { days, discount, extrinsics }
    Period { start, end }
    SupplierOrder { id, date }
    OrderReference { id, date, payload } => |reference, source| {
        reference.payload = Some(Sample::sample(source));
    }
    OrderIdInfo { id, date, references }
    OrderedUnder { order, agreement, order_id, supplier_order } => |under, source| {
        under.supplier_order = None;
        if under.agreement.is_none() && under.order_id.is_none() {
            under.order = Some(Sample::sample(source));
        }
        if under.order.is_some() {
            under.order_id = None;
        }
    }
    OrderHeader {
        id, date, kind, order_type, version, internal_version, release_required, parent_agreement, parent_agreement_payload,
        effective, expiration, agreement, agreement_payload, requisition, ship_complete, pick_up, requested_delivery, total,
        ship_to, bill_to, shipping, tax, payment, payment_terms, contacts, comments, followup, refers_to, supplier_order,
        delivery_period, references, extrinsics,
    } => |header, source| {
        header.date = Some(Sample::sample(source));
        header.total = Some(Sample::sample(source));
        header.bill_to = Some(Sample::sample(source));
        header.payment = None;
    }
    Order { header, items } => |order, source| {
        order.items = some(source, 1);
        for item in &mut order.items {
            item.extrinsics.clear(); // An ItemOut has them in its ItemDetail.
            if source.number(4) == 3 {
                (item.detail, item.blanket) = (None, Some(Sample::sample(source)));
            }
        }
    }
    PunchOutSetup {
        operation, buyer_cookie, extrinsics, return_to, contacts, supplier_setup, ship_to, selected, items,
    } => |setup, _source| {
        for item in &mut setup.items {
            item.extrinsics.clear();
        }
    }
    SourcingStatus { action, language, text } => |status, _source| {
        status.language = Some("en".to_owned());
    }
    CartHeader { operation_allowed, quote_status, sourcing, total, ship_to, shipping, tax, supplier_order } => |header, source| {
        header.total = Some(Sample::sample(source));
    }
    CartMessage { buyer_cookie, header, items } => |cart, _source| {
        cart.items.iter_mut().for_each(as_item_in);
    }
    Confirmation { header, order, items }
    ConfirmationHeader {
        id, operation, kind, notice, invoice, inco_terms, version, refers_to, total, shipping, tax, contacts, comments, references,
        extrinsics,
    }
    ConfirmationItem {
        quantity, line_number, parent_line_number, item_type, composite_type, unit, contacts, statuses,
    } => |item, source| {
        item.statuses = some(source, 1);
    }
    ConfirmationStatus {
        quantity, kind, shipment, delivery, unit, item, price, tax, shipping, batch, schedule, comments, extrinsics,
    } => |status, _source| {
        if let Some(item) = &mut status.item {
            as_item_in(item);
            (status.price, status.tax, status.shipping) = (None, None, None);
        }
    }
    ScheduleLineReference { quantity, requested_delivery, line_number }
    ShipNotice { header, controls, portions }
    ShipNoticeHeader {
        id, operation, notice, shipment, delivery, shipment_type, fulfillment, requested_delivery, service_levels, refers_to,
        contacts, comments, terms, packaging, extrinsics, references,
    }
    ShipControl { start, carriers, identifiers, packages, routes, contacts, comments, extrinsics } => |control, source| {
        control.carriers = some(source, 1);
        control.identifiers = some(source, 1);
    }
    ShipmentIdentifier { domain, date, url, value }
    PackageRange { first, last }
    Route { method, means, start, end, contacts }
    TermsOfDelivery { code, payment, transport, comments }
    Valued { value, text }
    Packaging {
        codes, dimensions, description, level, package_type, serial, outer_serial, marks, extrinsics,
    } => |packaging, source| {
        packaging.codes = some(source, 1);
    }
    ShipNoticePortion { order, agreement, contacts, comments, extrinsics, items }
    ShipNoticeItem {
        quantity, line_number, parent_line_number, own_line_number, item_type, composite_type, id, detail, unit, packaging,
        batches, supplier_batches, comments, extrinsics,
    } => |item, _source| {
        if let Some(detail) = &mut item.detail {
            (detail.overall_limit, detail.expected_limit, detail.url, detail.lead_time_days) = (None, None, None, None);
        }
    }
    Batch { production, expiration, origin, buyer, supplier }
    Receipt { header, orders, total } => |receipt, source| {
        receipt.orders = some(source, 1);
        receipt.total = Some(Sample::sample(source));
    }
    ReceiptHeader { id, date, operation, refers_to, ship_notice, comments, extrinsics } => |header, _source| {
        header.comments.truncate(1);
    }
    ShipNoticeId { id, date }
    ShipNoticeLine { number }
    ReceiptOrder { closed, order, items } => |order, source| {
        order.items = some(source, 1);
    }
    ReceiptItem {
        number, quantity, kind, parent, item_type, composite_type, completed, reference, rate, amount, comments, batch,
        classifications, extrinsics,
    } => |item, source| {
        item.rate = Some(Sample::sample(source));
        item.amount = Some(Sample::sample(source));
        item.comments.truncate(1);
    }
    ReceiptItemReference { line_number, id, description, ship_notice, ship_notice_line }
    UnitRate { money, unit, basis }
    Invoice { header, orders, summaries, summary } => |invoice, source| {
        (invoice.orders, invoice.summaries) = if invoice.summaries.is_empty() {
            (some(source, 1), Vec::new())
        } else {
            (Vec::new(), std::mem::take(&mut invoice.summaries))
        };
    }
    InvoiceHeader {
        id, information_only, purpose, operation, date, header_indicator, line_indicator, partners, refers_to, invoice, shipping,
        ship_notice, payment_terms, period, comments, references, extrinsics,
    } => |header, _source| {
        header.comments.truncate(1);
    }
    HeaderIndicator { header_invoice, vat_recoverable }
    LineIndicator { tax, special_handling, shipping, discount, accounting }
    InvoicePartner { contact, references }
    InvoiceShipping { date, contacts, carriers, identifiers, ship_notice } => |shipping, source| {
        shipping.contacts = some(source, 2);
        let least = usize::from(source.yes());
        shipping.carriers = some(source, least);
        shipping.identifiers =
            if shipping.carriers.is_empty() { Vec::new() } else { some(source, 1) };
    }
    InvoiceOrder { order, items } => |order, source| {
        order.items = some(source, 1);
    }
    InvoiceItem {
        number, quantity, reference_date, inspection_date, parent, item_type, composite_type, service, reference, unit, price,
        basis, period, subtotal, tax, special_handling, shipping, gross, discount, modifications, net, distributions, comments,
        extrinsics,
    } => |item, source| {
        item.comments.truncate(1);
        if item.service {
            (item.special_handling, item.shipping, item.composite_type) = (None, None, None);
            item.subtotal = Some(Sample::sample(source));
            (item.reference.manufacturer, item.reference.manufacturer_part) = (None, None);
            if item.price.is_none() {
                (item.unit, item.basis) = (None, None);
            }
        } else {
            item.period = None;
            item.quantity = Some(Sample::sample(source));
            item.price = Some(Sample::sample(source));
            item.reference.line_number = Some(1);
        }
    }
    InvoiceItemReference {
        line_number, id, description, classifications, manufacturer_part, manufacturer,
    } => |reference, _source| {
        reference.manufacturer = reference.manufacturer_part.clone();
    }
    InvoiceSpecialHandling { description, money }
    InvoiceLineShipping { shipping, money }
    InvoiceDiscount { rate, money }
    InvoiceOrderSummary { order, sums }
    InvoiceOrderSums { number, subtotal, tax, gross, discount, net, comments, extrinsics } => |sums, _source| {
        sums.comments.truncate(1);
    }
    InvoiceSummary { subtotal, tax, special_handling, shipping, gross, discount, modifications, net, deposit, due }
    InvoiceId { id, date }
    StatusReport { code, text, language, cause }
    InvoiceStatus { kind, due, invoice, partial, comments }
    DocumentStatus { kind, document, comments }
    DocumentInfo { id, kind, date }
    IntegrationStatus { kind }
    QuoteRequest { header, items } => |request, _source| {
        for item in &mut request.items {
            item.kind = None;
            item.extrinsics.clear();
            item.comments.truncate(1);
        }
    }
    QuoteRequestHeader {
        id, date, kind, opens, closes, currency, language, name, total, description, ship_to, contacts, comments, extrinsics,
    } => |header, source| {
        header.opens = Some(Sample::sample(source));
        header.closes = Some(Sample::sample(source));
        header.currency = Some(Sample::sample(source));
        header.language = Some("en".to_owned());
        header.comments.truncate(1);
    }
    QuoteItem {
        kind, quantity, line_number, parent_line_number, requested_delivery, class, item_type, id, detail, ship_to, shipping, tax,
        total, contacts, comments, alternative, extrinsics,
    }
    Alternative { kind, basic_line }
    Quote { header, items } => |quote, source| {
        for item in &mut quote.items {
            item.kind = Some(Sample::sample(source));
            item.comments.truncate(1);
        }
    }
    QuoteHeader {
        kind, id, date, currency, language, organization, total, ship_to, contacts, request, comments, extrinsics,
    } => |header, source| {
        header.currency = Some(Sample::sample(source));
        header.language = Some("en".to_owned());
        header.organization = some(source, 1);
        header.total = Some(Sample::sample(source));
        header.comments.truncate(1);
    }
    QuoteRequestReference { id, date, payload }
    CatalogUpload { operation, name, description, attachment, commodities, auto_publish, notification }
    Switch { enabled }
    Notification { email, post }
    CatalogIndex { load, suppliers, comments, search_groups, items } => |index, source| {
        index.suppliers = some(source, 1);
        index.items = some(source, 1);
        index.comments.truncate(1);
    }
    SearchGroup { name, attributes } => |group, source| {
        group.attributes = some(source, 1);
    }
    SearchAttribute { name, value }
    SearchGroupData { name, elements } => |group, source| {
        for element in &mut group.elements {
            element.value = Some(source.filled());
        }
    }
    IndexItem { add, delete, punchout } => |item, source| {
        *item = match source.number(3) {
            0 => IndexItem { add: some(source, 1), ..IndexItem::default() },
            1 => IndexItem { delete: some(source, 1), ..IndexItem::default() },
            _ => IndexItem { punchout: some(source, 1), ..IndexItem::default() },
        };
    }
    IndexAdd { id, detail, listing }
    IndexDelete { id }
    IndexPunchout { id, detail }
    IndexDetail { lead_time_days, expiration, effective, search_data, territories }
    PunchoutDetail {
        level, descriptions, url, classifications, price, unit, basis, manufacturer, manufacturer_part, lead_time_days,
        expiration, effective, search_data, territories, extrinsics,
    } => |detail, source| {
        detail.descriptions = some(source, 1);
        detail.classifications = some(source, 1);
    }
    Profile { effective, last_refresh, options, transactions } => |profile, source| {
        profile.transactions = some(source, 1);
    }
    ProfileOption { name, value }
    ProfileTransaction { request, url, options }
    StartPage { url }
}

samples! {
    u16: |source| 200 + u16::from(source.octet());
    StatusUpdate: |source| {
        let mut update = StatusUpdate {
            document: Sample::sample(source),
            status: Sample::sample(source),
            payment: None,
            sourcing: None,
            invoice: None,
            other: None,
            integration: None,
            extrinsics: Sample::sample(source),
        };
        match source.number(5) {
            1 => update.sourcing = Some(Sample::sample(source)),
            2 => update.other = Some(Sample::sample(source)),
            3 => update.integration = Some(Sample::sample(source)),
            4 => {}
            _ => update.invoice = Some(Sample::sample(source)),
        }
        update
    };
    Answer: |source| {
        let (start_page, profile) =
            if source.yes() { (None, Sample::sample(source)) } else { (Sample::sample(source), None) };
        Answer { status: Sample::sample(source), start_page, profile }
    };
    Copied: |source| {
        let inner = "<cXML payloadID=\"1\" timestamp=\"2026-11-23T09:30:00+01:00\"><Response><Status code=\"200\" text=\"OK\"/></Response></cXML>";
        let document = source.yes().then(|| inner.to_owned());
        let attachment = document.is_none().then(|| source.filled());
        Copied { mode: Sample::sample(source), document, attachment }
    };
}

/// What a line of an order has and one of a cart has not.
fn as_item_in(item: &mut Item) {
    (item.requisition, item.agreement_item, item.requested_delivery, item.agreement) =
        (None, None, None, None);
    (item.ad_hoc, item.is_return) = (false, false);
    item.comments.truncate(1);
}
