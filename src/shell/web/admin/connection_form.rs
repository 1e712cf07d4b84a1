//! Creating a connection.

use axum::{
    Form,
    extract::{Extension, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::{
    flow::secret::Secret,
    model::{
        agreement::PriceChoice,
        hook_url::OriginPattern,
        ids::{BuyerId, ConnectionId, ProfileId, SenderId},
        money::Currency,
        party::{Buyer, ConnectionState, Sender},
        profile::Protocol,
    },
    shell::{
        app::{App, AppError},
        onboarding::{self, NewConnection, NewLogin, OnboardingError, SenderChoice, parse_identity},
        store::{
            Scan,
            keys::{BuyerKey, SenderKey},
        },
        web::look::{Tone, notice},
    },
};

use super::{
    Admin, SharedAdmin, Trouble,
    access::Login,
    form::{Filled, Sent, choices},
    frame::{self, Part, crumbs, nothing, token},
};

const LABELS: [(&str, &str); 17] = [
    ("id", "Id"),
    ("buyer", "Buyer"),
    ("supplier", "Supplier"),
    ("profile", "Platform"),
    ("overrides", "Differs from the platform in"),
    ("from", "Buyer's identities"),
    ("sender", "Sender"),
    ("new_sender", "Id of the new sender"),
    ("sender_identity", "Identity of the new sender"),
    ("secret", "Shared secret"),
    ("user_parameter", "Parameter of the user"),
    ("user_value", "Its value"),
    ("credentials", "Call parameters"),
    ("return_hosts", "Carts may go to"),
    ("frame_hosts", "The shop may be framed by"),
    ("currency", "Currency"),
    ("price_choice", "Of several prices"),
];

/// What the form offers to choose from.
struct Offers {
    buyers: Vec<Buyer>,
    senders: Vec<Sender>,
}

impl Offers {
    async fn load(app: &App) -> Result<Self, AppError> {
        let buyers = app.store.scan(Scan::<BuyerKey>::table()).await?;
        let senders = app.store.scan(Scan::<SenderKey>::table()).await?;
        Ok(Self {
            buyers: buyers.into_iter().map(|(_, row)| row.value).collect(),
            senders: senders.into_iter().map(|(_, row)| row.value).collect(),
        })
    }
}

pub(super) async fn empty(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
) -> Result<Html<String>, Trouble> {
    let sent =
        [("user_parameter", "USERNAME"), ("secret_parameter", "PASSWORD"), ("profile", "generic-cxml")];
    let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned()));
    page(&admin, &login, &Filled::new(sent.into_iter().collect())).await
}

async fn page(admin: &Admin, login: &Login, filled: &Filled) -> Result<Html<String>, Trouble> {
    let offers = Offers::load(&admin.app).await?;
    let content = html! {
        (crumbs(&[("/connections", "Connections")]))
        div.title { h1 { "Create a connection" } p.quiet { "It begins in test: nothing it makes counts." } }
        @if offers.buyers.is_empty() {
            (nothing("There is no buyer yet. Create one under Buyers first."))
        } @else {
            (filled.summary(&LABELS))
            (fields(admin, login, filled, &offers)?)
        }
    };
    Ok(frame::page(admin, login, Part::Connections, "Create a connection", &content))
}

fn fields(admin: &Admin, login: &Login, filled: &Filled, offers: &Offers) -> Result<Markup, Trouble> {
    let buyers: Vec<_> = offers
        .buyers
        .iter()
        .map(|buyer| (buyer.id.to_string(), format!("{} ({}, of {})", buyer.name, buyer.id, buyer.supplier)))
        .collect();
    let mut profiles = Vec::new();
    for id in admin.app.profiles.ids() {
        let profile = admin.app.profiles.with(id, &Map::new())?;
        let protocol = match profile.protocol {
            Protocol::Cxml => "cXML",
            Protocol::Oci => "OCI",
        };
        profiles.push((id.to_string(), format!("{} · {protocol}", profile.title)));
    }
    let new_one = choices(&[("", "A new one, named below")]);
    let senders = offers
        .senders
        .iter()
        .map(|sender| (sender.id.to_string(), format!("{} ({})", sender.id, sender.identity)));
    let senders: Vec<_> = new_one.into_iter().chain(senders).collect();
    let prices =
        choices(&[("highest-priority", "The highest priority"), ("lowest-price", "The lowest price")]);
    Ok(html! {
        form.fields method="post" action="/connections/new" {
            (token(login))
            fieldset.sheet {
                legend { "Who" }
                (filled.line("id", "Id", "a-z, 0-9 and -, such as globex-ariba; part of the OCI address"))
                (filled.choice("buyer", "Buyer", "", &buyers))
                (filled.choice("profile", "Platform", "Says which protocol, and how the platform behaves", &profiles))
                (filled.area("overrides", "Differs from the platform in", "One a line: field = value, such as description_characters = 100"))
            }
            fieldset.sheet {
                legend { "cXML" }
                (filled.area("from", "Buyer's identities", "As From names them, one a line: NetworkID:AN01000000002"))
                (filled.choice("sender", "Sender", "Who opens the connection; a network sends for many buyers", &senders))
                (filled.line("new_sender", "Id of the new sender", "a-z, 0-9 and -"))
                (filled.line("sender_identity", "Identity of the new sender", "As Sender names it: NetworkID:AN01000000003"))
            }
            fieldset.sheet {
                legend { "OCI" }
                (filled.line("user_parameter", "Parameter of the user", "Usually USERNAME"))
                (filled.line("user_value", "Its value", "Such as globex"))
                (filled.line("secret_parameter", "Parameter of the secret", "Usually PASSWORD"))
                @if let Some(wrong) = credentials_problem(filled) { p.error id="credentials" { (wrong) } }
            }
            fieldset.sheet {
                legend { "Secret" }
                (filled.secret("secret", "Shared secret", "Of a new sender, or of the OCI call. Left empty, one is made and shown once."))
            }
            fieldset.sheet {
                legend { "Hosts" }
                (filled.area("return_hosts", "Carts may go to", "One a line: https://host or https://*.host; may stay empty in test"))
                (filled.area("frame_hosts", "The shop may be framed by", "One a line; may stay empty in test"))
            }
            fieldset.sheet {
                legend { "Prices" }
                (filled.choice("price_choice", "Of several prices", "", &prices))
                (filled.line("currency", "Currency", "Left empty: the supplier's"))
                (filled.tick("hides_unpriced", "Hide products without a price"))
            }
            div.actions { button.button.primary.big { "Create the connection" } a.button.plain href="/connections" { "Cancel" } }
        }
    })
}

/// What is wrong with the parameters as a whole has no field of its own.
fn credentials_problem(filled: &Filled) -> Option<String> {
    let wrong = filled.wrong("credentials");
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

pub(super) async fn create(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Form(sent): Form<Sent>,
) -> Result<Response, Trouble> {
    let mut filled = Filled::new(sent);
    let typed = filled.text("secret");
    let fresh = typed.is_empty();
    let secret = if fresh { onboarding::new_secret(&admin.app)? } else { Secret::new(typed) };
    let new = read(&admin.app, &mut filled, &secret).await?;
    let Some(new) = new.filter(|_| filled.is_good()) else {
        return refused(&admin, &login, &filled).await;
    };
    match onboarding::create_connection(&admin.app, &new).await {
        Ok(connection) => {
            tracing::info!(connection.id = %connection.id, "the operator created a connection");
            let shown =
                fresh && !matches!(new.login, NewLogin::Cxml { sender: SenderChoice::Existing(_), .. });
            Ok(created(&admin, &login, &connection.id, shown.then_some(&secret)).into_response())
        }
        Err(OnboardingError::Refused(problems)) => {
            filled.refuse_all(problems);
            refused(&admin, &login, &filled).await
        }
        Err(OnboardingError::App(error)) => Err(Trouble::Broken(error)),
        Err(OnboardingError::Catalog(error)) => Err(Trouble::Broken(AppError::Broken(error.to_string()))),
    }
}

async fn refused(admin: &Admin, login: &Login, filled: &Filled) -> Result<Response, Trouble> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(admin, login, filled).await?).into_response())
}

/// Reads the form; `None`, with the reasons in it, where something essential cannot be read.
async fn read(app: &App, filled: &mut Filled, secret: &Secret) -> Result<Option<NewConnection>, AppError> {
    let id = filled.read("id", ConnectionId::parse);
    let buyer = filled.read("buyer", BuyerId::parse);
    let profile = filled.read("profile", ProfileId::parse);
    let overrides = overrides(filled);
    let return_hosts = filled.read_lines("return_hosts", OriginPattern::parse);
    let frame_hosts = filled.read_lines("frame_hosts", OriginPattern::parse);
    let currency = match filled.text("currency") {
        "" => None,
        _ => filled.read("currency", Currency::parse),
    };
    let (Some(id), Some(buyer), Some(profile)) = (id, buyer, profile) else { return Ok(None) };
    let Some(row) = app.store.get(&BuyerKey { buyer: buyer.clone() }).await? else {
        filled.refuse("buyer", format!("there is no buyer {buyer}"));
        return Ok(None);
    };
    let login = match app.profiles.with(&profile, &overrides) {
        Ok(known) if known.protocol == Protocol::Cxml => cxml(filled, secret),
        Ok(_) => Some(oci(filled, secret)),
        Err(error) => {
            filled.refuse(if overrides.is_empty() { "profile" } else { "overrides" }, error);
            None
        }
    };
    let Some(login) = login else { return Ok(None) };
    Ok(Some(NewConnection {
        id,
        supplier: row.value.supplier,
        buyer,
        state: ConnectionState::Test,
        profile,
        overrides,
        login,
        return_hosts,
        frame_hosts,
        price_choice: match filled.text("price_choice") {
            "lowest-price" => PriceChoice::LowestPrice,
            _ => PriceChoice::HighestPriority,
        },
        hides_unpriced: filled.text("hides_unpriced") == "yes",
        currency,
    }))
}

fn overrides(filled: &mut Filled) -> Map<String, Value> {
    let mut overrides = Map::new();
    for line in filled.lines("overrides") {
        let Some((field, value)) = line.split_once('=') else {
            filled.refuse("overrides", format!("{line}: is not of the form field = value"));
            continue;
        };
        overrides.insert(field.trim().to_owned(), onboarding::parse_value(value));
    }
    overrides
}

fn cxml(filled: &mut Filled, secret: &Secret) -> Option<NewLogin> {
    let from = filled.read_lines("from", parse_identity);
    let sender = if filled.text("sender").is_empty() {
        let id = filled.read("new_sender", SenderId::parse);
        let identity = filled.read("sender_identity", parse_identity);
        id.zip(identity).map(|(id, identity)| SenderChoice::New { id, identity, secret: secret.clone() })
    } else {
        filled.read("sender", SenderId::parse).map(SenderChoice::Existing)
    };
    Some(NewLogin::Cxml { sender: sender?, from })
}

fn oci(filled: &Filled, secret: &Secret) -> NewLogin {
    let mut credentials = Vec::new();
    if !filled.text("user_value").is_empty() {
        credentials.push((filled.text("user_parameter").to_owned(), Secret::new(filled.text("user_value"))));
    }
    credentials.push((filled.text("secret_parameter").to_owned(), secret.clone()));
    NewLogin::Oci { credentials }
}

fn created(admin: &Admin, login: &Login, id: &ConnectionId, secret: Option<&Secret>) -> Html<String> {
    let content = html! {
        (crumbs(&[("/connections", "Connections")]))
        div.title { h1 { "Connection " (id) " is created" } }
        @if let Some(secret) = secret {
            (notice(Tone::Warning, &html! {
                p { strong { "The shared secret, shown this once:" } }
                p.mono.secret { (secret.reveal()) }
                p { "Give it to the buyer's administrator by a way that others cannot read." }
            }))
        }
        div.actions {
            a.button.primary href={ "/connections/" (id) "/sheet" } { "Sheet for the buyer" }
            a.button href={ "/connections/" (id) } { "The connection" }
        }
    };
    frame::page(admin, login, Part::Connections, "Connection created", &content)
}
