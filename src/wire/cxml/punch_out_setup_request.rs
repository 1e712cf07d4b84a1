//! `PunchOutSetupRequest = BuyerCookie, Extrinsic*, BrowserFormPost?, Contact*, SupplierSetup?, ShipTo?,
//! SelectedItem?, ItemOut*` (cXML 1.2), and its answer as the buyer reads it.

use crate::{
    flow::{
        secret::Secret,
        setup::{Entry, IncomingLine, ItemKey, Operation, Purpose, SetupRequest},
    },
    model::{
        FieldError,
        hook_url::HookUrl,
        ids::BuyerCookie,
        limits,
        party::{Identity, User},
        profile::{CxmlVersion, Target},
        trade::PunchOutSetup,
    },
    wire::xml::{Document, Element, ReadError, WriteError, Writer},
};

use super::{
    content::content,
    envelope::{Envelope, Stamp},
    fingerprint::fingerprint,
    item::{self, any, item_id, label, line, write_money},
    response::{ReceivedStatus, document, status},
};

content! {
    PunchOutSetup, essential;
    operation @ "operation";
    buyer_cookie: "BuyerCookie", extrinsics: "Extrinsic", return_to: "BrowserFormPost" / "URL", contacts: "Contact",
    supplier_setup: "SupplierSetup" / "URL", ship_to: "ShipTo" / "Address", selected: "SelectedItem" / "ItemID", items: "ItemOut",
}

/// Reads the request; its children are found by name, whatever their order.
pub fn read_setup_request(envelope: &Envelope<'_>) -> Result<SetupRequest, ReadError> {
    let setup = envelope.request;
    let return_to = match setup.optional("BrowserFormPost")? {
        Some(post) => Some(post.required("URL")?.parse_text(HookUrl::parse)?),
        None => None,
    };
    let cookie = setup.required("BuyerCookie")?;
    let markup = any(cookie);
    let buyer_cookie = if markup.is_empty() {
        None
    } else {
        Some(BuyerCookie::parse(&markup).map_err(|error| cookie.invalid(error))?)
    };
    let extrinsics = Extrinsics::of(setup);
    let ship_to = setup.optional("ShipTo")?.and_then(|ship_to| ship_to.all("Address").next());
    let selected = setup.optional("SelectedItem")?.and_then(|item| item.all("ItemID").next());
    let operation = setup.parse_required_attribute("operation", operation)?;
    // Lines count only where a cart is opened again; elsewhere they may be as odd as they like.
    let lines = setup.all("ItemOut").filter(|_| operation.reopens_a_cart());
    let items = (1..).zip(lines).map(|(place, item)| line(item, place));
    let purpose = Purpose {
        operation,
        entry: Entry::Cxml {
            payload_id: envelope.payload_id.clone(),
            buyer_cookie,
            from: envelope.claim.from.clone(),
            to: envelope.claim.to.clone(),
        },
        return_to,
        return_target: extrinsics.first(&["ReturnFrame"]).and_then(|frame| Target::parse(&frame).ok()),
        cancel_to: None,
        user: user(setup, ship_to, &extrinsics),
        language: extrinsics.first(&["Locale", "Language"]).or_else(|| envelope.language.map(label)),
        ship_to: ship_to.and_then(|address| address.attribute("addressID")).map(label),
        ship_to_country: ship_to.and_then(country),
        selected_item: selected.map(item_id).transpose()?,
        search: None,
        setup_values: extrinsics.kept(),
    };
    Ok(SetupRequest {
        purpose,
        content: fingerprint(envelope.wrapper),
        items: items.collect::<Result<Vec<IncomingLine>, ReadError>>()?,
        test: envelope.test,
    })
}

/// `Address/@isoCountryCode`, else that of its `PostalAddress/Country`; what is no code of two letters is passed over.
fn country(address: Element<'_>) -> Option<String> {
    let of = |element: Element<'_>| {
        let code = element.attribute("isoCountryCode")?.trim().to_ascii_uppercase();
        (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(code)
    };
    let postal = || address.all("PostalAddress").next()?.all("Country").next();
    of(address).or_else(|| of(postal()?))
}

fn operation(value: &str) -> Result<Operation, FieldError> {
    match value.trim() {
        "create" => Ok(Operation::Create),
        "edit" => Ok(Operation::Edit),
        "inspect" => Ok(Operation::Inspect),
        "source" => Ok(Operation::Source),
        _ => Err(FieldError::Malformed { field: "operation", expected: "create, edit, inspect or source" }),
    }
}

/// `Extrinsic` values under names compared without case and white space at the ends.
struct Extrinsics(Vec<(String, String)>);

impl Extrinsics {
    fn of(element: Element<'_>) -> Self {
        let pair = |extrinsic: Element<'_>| {
            let name = extrinsic.attribute("name")?.trim().to_ascii_lowercase();
            let value = label(&extrinsic.string_value());
            (!value.is_empty()).then_some((name, value))
        };
        Self(element.all("Extrinsic").filter_map(pair).collect())
    }

    /// As many as are kept with the visit.
    fn kept(&self) -> Vec<(String, String)> {
        self.0.iter().map(|(name, value)| (label(name), value.clone())).take(limits::SETUP_VALUES).collect()
    }

    /// The value of the first of these names that is there.
    fn first(&self, names: &[&str]) -> Option<String> {
        let of = |name: &&str| {
            self.0.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        };
        names.iter().find_map(of)
    }
}

/// Nothing about the user is guaranteed: the first of several customary places counts.
fn user(setup: Element<'_>, ship_to: Option<Element<'_>>, extrinsics: &Extrinsics) -> User {
    let text = |element: Element<'_>, child: &str| {
        element.all(child).map(|found| label(&found.string_value())).find(|text| !text.is_empty())
    };
    let contact = |child: &str| setup.all("Contact").find_map(|contact| text(contact, child));
    let first_and_last = || {
        let first = extrinsics.first(&["FirstName"])?;
        Some(format!("{first} {}", extrinsics.first(&["LastName"]).unwrap_or_default()).trim().to_owned())
    };
    let email = extrinsics
        .first(&["UserEmail", "Email", "EMailAddress"])
        .or_else(|| contact("Email"))
        .or_else(|| ship_to.and_then(|address| text(address, "Email")));
    User {
        key: extrinsics.first(&["UniqueName", "UniqueUsername", "User", "UserId"]).or_else(|| email.clone()),
        name: extrinsics
            .first(&["UserFullName", "UserPrintableName", "Name"])
            .or_else(first_and_last)
            .or_else(|| contact("Name")),
        email,
    }
}

/// What a buyer's system asks for.
pub struct SetupAsk<'a> {
    /// The buyer.
    pub from: &'a Identity,
    /// The supplier.
    pub to: &'a Identity,
    /// Who opens the connection, with the secret.
    pub sender: (&'a Identity, &'a Secret),
    /// `UserAgent`.
    pub user_agent: &'a str,
    /// What the user may do.
    pub operation: Operation,
    /// The session's mark, plain text.
    pub buyer_cookie: &'a str,
    /// Where the cart goes.
    pub return_to: &'a str,
    /// Extrinsics: name and value.
    pub extrinsics: &'a [(String, String)],
    /// Level 2.
    pub selected_item: Option<&'a ItemKey>,
    /// The lines of an earlier cart.
    pub items: &'a [IncomingLine],
}

/// Writes a setup request as a buyer's system would.
pub fn write_setup_request(
    ask: &SetupAsk<'_>,
    stamp: &Stamp,
    version: &CxmlVersion,
) -> Result<String, WriteError> {
    document(stamp, version, |xml| {
        write_header(xml, ask.from, ask.to, Some(ask.sender), ask.user_agent);
        xml.element("Request", &[("deploymentMode", "production")], |xml| {
            xml.element("PunchOutSetupRequest", &[("operation", ask.operation.as_str())], |xml| {
                xml.text_element("BuyerCookie", &[], ask.buyer_cookie);
                for (name, value) in ask.extrinsics {
                    xml.text_element("Extrinsic", &[("name", name)], value);
                }
                xml.element("BrowserFormPost", &[], |xml| xml.text_element("URL", &[], ask.return_to));
                if let Some(item) = ask.selected_item {
                    xml.element("SelectedItem", &[], |xml| write_item_id(xml, item));
                }
                for item in ask.items {
                    write_item_out(xml, item, version);
                }
            });
        });
    })
}

/// `Header = From, To, Sender`; a secret only where one is given.
pub(super) fn write_header(
    xml: &mut Writer,
    from: &Identity,
    to: &Identity,
    sender: Option<(&Identity, &Secret)>,
    user_agent: &str,
) {
    let credential = |xml: &mut Writer, identity: &Identity, secret: Option<&Secret>| {
        xml.element("Credential", &[("domain", &identity.domain)], |xml| {
            xml.text_element("Identity", &[], &identity.identity);
            if let Some(secret) = secret {
                xml.text_element("SharedSecret", &[], secret.reveal());
            }
        });
    };
    xml.element("Header", &[], |xml| {
        xml.element("From", &[], |xml| credential(xml, from, None));
        xml.element("To", &[], |xml| credential(xml, to, None));
        xml.element("Sender", &[], |xml| {
            let (identity, secret) =
                sender.map_or((from, None), |(identity, secret)| (identity, Some(secret)));
            credential(xml, identity, secret);
            xml.text_element("UserAgent", &[], user_agent);
        });
    });
}

pub(super) fn write_item_id(xml: &mut Writer, item: &ItemKey) {
    xml.element("ItemID", &[], |xml| {
        xml.text_element("SupplierPartID", &[], item.part.as_str());
        if let Some(auxiliary) = &item.auxiliary {
            xml.element("SupplierPartAuxiliaryID", &[], |xml| xml.markup(auxiliary.as_str()));
        }
    });
}

/// `ItemOut = ItemID, ItemDetail?, Comments?` as a requisition or an order holds it, with nothing that `version` does not know.
///
/// A line without a complete price has no `ItemDetail`, which must hold one.
pub(super) fn write_item_out(xml: &mut Writer, line: &IncomingLine, version: &CxmlVersion) {
    let (quantity, number) = (line.quantity.to_string(), line.line_number.to_string());
    xml.element("ItemOut", &[("quantity", &quantity), ("lineNumber", &number)], |xml| {
        xml.optional_attribute("requestedDeliveryDate", line.requested_delivery.as_deref());
        write_item_id(xml, &line.item);
        let currency = line.price.and_then(|price| price.currency);
        if let (Some(price), Some(currency), Some(unit)) = (line.price, currency, &line.unit) {
            let amount = price.amount.to_string();
            let modern = version.has_price_basis();
            let amount = if modern { amount } else { item::per_one(&amount, price.amount, price.per) };
            xml.element("ItemDetail", &[], |xml| {
                xml.element("UnitPrice", &[], |xml| write_money(xml, &amount, currency));
                let description = line.description.as_deref().unwrap_or_default();
                xml.text_element("Description", &[("xml:lang", "en")], description);
                xml.text_element("UnitOfMeasure", &[], unit.as_str());
                if modern {
                    item::write_basis(xml, price.per, unit.as_str());
                }
                // At least one must be there, even if it says nothing.
                let (domain, code) =
                    line.classification.as_ref().map_or(("UNSPSC", ""), |(domain, code)| (domain, code));
                xml.text_element("Classification", &[("domain", domain)], code);
                if let Some(lock) = &line.lock_extrinsic {
                    xml.text_element("Extrinsic", &[("name", item::LOCK_EXTRINSIC)], lock);
                }
            });
        }
        if let Some(comment) = &line.comment {
            xml.text_element("Comments", &[("xml:lang", "en")], comment);
        }
    });
}

/// The status of an answer and, if it has one, its start page.
pub fn read_setup_response(document: &Document) -> Result<(ReceivedStatus, Option<String>), ReadError> {
    let response = document.root().required("Response")?;
    let start_page = match response.optional("PunchOutSetupResponse")? {
        Some(setup) => Some(setup.required("StartPage")?.required("URL")?.trimmed_text().into_owned()),
        None => None,
    };
    Ok((status(response)?, start_page))
}
