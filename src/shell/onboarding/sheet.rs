//! What a buyer's administrator must be told to set up their side: addresses, names, an example. No secret.

use std::sync::Arc;

use crate::{
    flow::{authenticate::Parties, secret::Secret, setup::Operation},
    model::{
        ids::{ConnectionId, PayloadId},
        party::{Identity, Login},
    },
    shell::{
        app::{App, AppError},
        store::keys::SenderKey,
    },
    wire::cxml::{SetupAsk, Stamp, write_setup_request},
};

/// Stands where the shared secret goes.
pub const SECRET_PLACE: &str = "YOUR-SHARED-SECRET";

/// The sheet of a connection.
pub struct Sheet {
    /// Its parties.
    pub parties: Arc<Parties>,
    /// How the other side calls.
    pub call: Call,
}

/// How the other side calls.
pub enum Call {
    /// cXML.
    Cxml {
        /// Where setups and orders are posted.
        address: String,
        /// The buyer's identities.
        from: Vec<Identity>,
        /// The supplier's identities.
        to: Vec<Identity>,
        /// Who sends.
        sender: Identity,
        /// A setup request to try with.
        request: String,
    },
    /// OCI.
    Oci {
        /// Where the browser is sent.
        address: String,
        /// Names of the parameters that prove the call.
        parameters: Vec<String>,
        /// A whole call to try with.
        example: String,
    },
}

/// The sheet of a connection; `None`: there is no such connection.
pub async fn sheet(app: &App, connection: &ConnectionId) -> Result<Option<Sheet>, AppError> {
    let Some(parties) = app.parties(connection).await? else { return Ok(None) };
    let hosts = parties.connection.return_hosts.iter().map(ToString::to_string);
    let host = hosts.into_iter().find(|host| !host.contains('*'));
    let return_to = format!("{}/return", host.as_deref().unwrap_or("https://procurement.example.com"));
    let call = match &parties.connection.login {
        Login::Cxml { sender, from } => {
            let Some(sender) = app.store.get(&SenderKey { sender: sender.clone() }).await? else {
                return Err(AppError::Broken(format!("sender {sender} is not there")));
            };
            let (sender, to) = (sender.value.identity, parties.supplier.identities.clone());
            let (Some(first_from), Some(first_to)) = (from.first(), to.first()) else {
                return Err(AppError::Broken(format!("{connection} has no identities")));
            };
            let ask = SetupAsk {
                from: first_from,
                to: first_to,
                sender: (&sender, &Secret::new(SECRET_PLACE)),
                user_agent: "Your procurement system",
                operation: Operation::Create,
                buyer_cookie: "any-mark-of-yours",
                return_to: &return_to,
                extrinsics: &[
                    ("UniqueName".into(), "jdoe".into()),
                    ("UserEmail".into(), "jdoe@example.com".into()),
                ],
                selected_item: None,
                items: &[],
            };
            let payload_id = PayloadId::parse("unique-for-every-document@procurement.example.com");
            let payload_id = payload_id.map_err(|error| AppError::Broken(error.to_string()))?;
            let stamp = Stamp { payload_id, at: app.now() };
            let request = write_setup_request(&ask, &stamp, &parties.profile.cxml_version)?;
            Call::Cxml { address: app.public_url.join("/cxml"), from: from.clone(), to, sender, request }
        }
        Login::Oci { credentials } => {
            let parameters: Vec<String> =
                credentials.iter().map(|credential| credential.name.clone()).collect();
            let address = app.public_url.join(&format!("/oci/{connection}"));
            let named = parameters.iter().map(|name| format!("{name}=YOUR-{}", name.to_ascii_uppercase()));
            let hook = percent_encoding::utf8_percent_encode(&return_to, percent_encoding::NON_ALPHANUMERIC);
            let query: Vec<String> = named.chain([format!("HOOK_URL={hook}")]).collect();
            Call::Oci { example: format!("{address}?{}", query.join("&")), address, parameters }
        }
    };
    Ok(Some(Sheet { parties, call }))
}
