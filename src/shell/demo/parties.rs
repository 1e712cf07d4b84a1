//! Who takes part in the demo: one supplier, three buyers on three platforms.

use serde_json::{Map, Value, json};

use crate::{
    flow::secret::Secret,
    model::{
        FieldError,
        agreement::PriceChoice,
        hook_url::OriginPattern,
        ids::{BuyerId, ConnectionId, ProfileId, SenderId, SupplierId},
        money::Currency,
        party::{Accent, Buyer, ConnectionState, Contact, Identity, Supplier},
    },
    shell::onboarding::{NewConnection, NewLogin, SenderChoice},
};

use super::catalog::SUPPLIER_NAME;

/// One buyer of the demo, with what it would know and what we would.
pub struct DemoBuyer {
    /// The organisation.
    pub buyer: Buyer,
    /// Its connections: the first one is for shopping.
    pub connections: Vec<NewConnection>,
    /// The connection file that plays the buyer (see docs/VIRTUAL-BUYER.md).
    pub file: String,
}

/// The supplier.
pub fn supplier() -> Result<Supplier, FieldError> {
    Ok(Supplier {
        id: SupplierId::parse("nordhafen")?,
        name: SUPPLIER_NAME.to_owned(),
        identities: vec![identity("NetworkID", "AN01000000042-T"), identity("DUNS", "301234567")],
        currency: Currency::parse("EUR")?,
        contact: Contact {
            name: "Nordhafen e-procurement desk".to_owned(),
            email: "eprocurement@nordhafen.example".to_owned(),
            phone: "+49 40 5550 0142".to_owned(),
        },
        accent: Accent::parse("#0b5c8a")?,
        price_lock_days: 30,
        pictures: crate::model::party::PictureUse::default(),
        language: None,
    })
}

/// The three buyers; `shopper` is the origin of the virtual buyer, which frames the shop and takes the carts.
///
/// - `secrets`: one for each, fresh for this run.
pub fn buyers(shopper: &str, secrets: [Secret; 3]) -> Result<Vec<DemoBuyer>, FieldError> {
    let [ariba, coupa, sap] = secrets;
    Ok(vec![
        cxml_buyer(
            &Platform {
                id: "meridian",
                name: "Meridian Motors",
                connection: "meridian-ariba",
                profile: "ariba",
            },
            [identity("NetworkID", "AN01000099999-T"), identity("NetworkID", "AN01000000777-T")],
            &identity("NetworkID", "AN01000000042-T"),
            shopper,
            &ariba,
        )?,
        cxml_buyer(
            &Platform {
                id: "harbor-health",
                name: "Harbor Health",
                connection: "harbor-coupa",
                profile: "coupa",
            },
            [identity("DUNS", "817654321"), identity("DUNS", "817654321")],
            &identity("DUNS", "301234567"),
            shopper,
            &coupa,
        )?,
        oci_buyer(shopper, &sap)?,
    ])
}

struct Platform {
    id: &'static str,
    name: &'static str,
    connection: &'static str,
    profile: &'static str,
}

fn identity(domain: &str, identity: &str) -> Identity {
    Identity { domain: domain.to_owned(), identity: identity.to_owned() }
}

/// The demo runs on loopback without TLS.
fn plain_http() -> Map<String, Value> {
    Map::from_iter([("allows_http".to_owned(), json!(true))])
}

fn buyer(id: &str, name: &str) -> Result<Buyer, FieldError> {
    Ok(Buyer {
        id: BuyerId::parse(id)?,
        supplier: SupplierId::parse("nordhafen")?,
        name: name.to_owned(),
        groups: Vec::new(),
        erp_customer: None,
    })
}

fn connection(
    id: &str,
    of: &str,
    profile: &str,
    shopper: &str,
    login: NewLogin,
) -> Result<NewConnection, FieldError> {
    let origin = OriginPattern::parse(shopper)?;
    Ok(NewConnection {
        id: ConnectionId::parse(id)?,
        supplier: SupplierId::parse("nordhafen")?,
        buyer: BuyerId::parse(of)?,
        state: ConnectionState::Live,
        profile: ProfileId::parse(profile)?,
        overrides: plain_http(),
        login,
        return_hosts: vec![origin.clone()],
        frame_hosts: vec![origin],
        price_choice: PriceChoice::HighestPriority,
        hides_unpriced: false,
        currency: if of == "harbor-health" { Some(Currency::parse("USD")?) } else { None },
    })
}

/// `sender` and `from`: on Ariba the network sends for the buyer, elsewhere the buyer itself.
fn cxml_buyer(
    platform: &Platform,
    [sender, from]: [Identity; 2],
    to: &Identity,
    shopper: &str,
    secret: &Secret,
) -> Result<DemoBuyer, FieldError> {
    let login = NewLogin::Cxml {
        sender: SenderChoice::New {
            id: SenderId::parse(platform.connection)?,
            identity: sender.clone(),
            secret: secret.clone(),
        },
        from: vec![from.clone()],
    };
    let file = format!(
        r#"# A buyer on {title}: what its procurement system was told about the supplier.
name = "{name}, {title}"
protocol = "cxml"
profile = "{title}"
return_address = "{shopper}/return"

[cxml]
endpoint = "/cxml"
from = {{ domain = "{from_domain}", identity = "{from}" }}
to = {{ domain = "{to_domain}", identity = "{to}" }}
sender = {{ domain = "{sender_domain}", identity = "{sender}" }}
secret = "{secret}"
company = "{name}"
"#,
        title = platform.profile,
        name = platform.name,
        from_domain = from.domain,
        from = from.identity,
        to_domain = to.domain,
        to = to.identity,
        sender_domain = sender.domain,
        sender = sender.identity,
        secret = secret.reveal(),
    );
    Ok(DemoBuyer {
        buyer: buyer(platform.id, platform.name)?,
        connections: vec![connection(platform.connection, platform.id, platform.profile, shopper, login)?],
        file,
    })
}

/// SAP SRM shops over OCI; its orders come as cXML over a connection of their own.
fn oci_buyer(shopper: &str, secret: &Secret) -> Result<DemoBuyer, FieldError> {
    let credentials =
        vec![("USERNAME".to_owned(), Secret::new("werkstatt")), ("PASSWORD".to_owned(), secret.clone())];
    let own = identity("DUNS", "341122334");
    let orders = NewLogin::Cxml {
        sender: SenderChoice::New {
            id: SenderId::parse("kessler-orders")?,
            identity: own.clone(),
            secret: secret.clone(),
        },
        from: vec![own.clone()],
    };
    let file = format!(
        r#"# A buyer on SAP SRM: it calls the catalog over OCI and sends its orders as cXML.
name = "Kessler Werke, sap-srm"
protocol = "oci"
profile = "sap-srm"
return_address = "{shopper}/return"

[oci]
endpoint = "/oci/kessler-srm"
method = "post"
parameters = [
  {{ name = "USERNAME", value = "werkstatt" }},
  {{ name = "PASSWORD", value = "{secret}" }},
  {{ name = "~TARGET", value = "_self" }},
  {{ name = "returntarget", value = "_self" }},
  {{ name = "http_content_charset", value = "utf-8" }},
]

[cxml]
endpoint = "/cxml"
from = {{ domain = "DUNS", identity = "{own}" }}
to = {{ domain = "DUNS", identity = "301234567" }}
sender = {{ domain = "DUNS", identity = "{own}" }}
secret = "{secret}"
company = "Kessler Werke"
"#,
        secret = secret.reveal(),
        own = own.identity,
    );
    let shopping = connection("kessler-srm", "kessler", "sap-srm", shopper, NewLogin::Oci { credentials })?;
    let ordering = connection("kessler-orders", "kessler", "generic-cxml", shopper, orders)?;
    Ok(DemoBuyer { buyer: buyer("kessler", "Kessler Werke")?, connections: vec![shopping, ordering], file })
}
