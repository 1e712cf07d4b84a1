//! One connection: who it is, which hosts, which profile; hosts met in test are approved here, and it goes live here.

use axum::{
    Form,
    response::{Html, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    flow::authenticate::Parties,
    model::{
        hook_url::OriginPattern,
        ids::ConnectionId,
        party::{Connection, ConnectionState, Login as Proof},
        profile::{Profile, Strictness},
    },
    shell::{
        app::{App, AppError},
        onboarding,
        profiles::statements,
        records::{HostRole, SeenHost},
        store::{Scan, keys::SeenHostKey},
        web::look::format,
    },
};

use super::{
    Trouble,
    access::Login,
    ago::ago,
    changing::Of,
    charges, connection_check,
    frame::{self, Part, crumbs, state_badge, test_notice, token},
    signatures,
};

/// Hosts met in test that are shown.
const SEEN: usize = 100;

pub(super) async fn show(of: Of) -> Result<Html<String>, Trouble> {
    page(&of, None).await
}

pub(super) async fn page(of: &Of, message: Option<Markup>) -> Result<Html<String>, Trouble> {
    let Of { admin, login, id } = of;
    let app = of.app();
    let parties = app.parties(id).await?.ok_or(Trouble::Gone("connection"))?;
    let seen = seen(app, id).await?;
    let steps = onboarding::steps(app, id, &parties.buyer.id).await?;
    let connection = &parties.connection;
    let signatures = signatures::of_connection(app, connection, login).await?;
    let content = html! {
        (crumbs(&[("/connections", "Connections")]))
        div.title {
            h1 { (id) }
            (state_badge(connection.state))
            a.button href={ "/connections/" (id) "/sheet" } { "Sheet for the buyer" }
            a.button.plain href={ "/" (frame::query(&[("connection", id.as_str())])) } { "Its documents" }
        }
        @if let Some(message) = message { (message) }
        (test_notice(connection.state == ConnectionState::Test))
        div.columns {
            div.stack {
                (hosts(connection, &seen, login, app.now()))
                (profile(connection, &parties.profile))
            }
            div.stack {
                (facts(&parties))
                section.sheet.stack {
                    @if connection.state == ConnectionState::Test {
                        h2 { "Before it goes live" }
                        (connection_check::list(app, &steps))
                    } @else {
                        h2 { "Its assortment" }
                        p { "It is live. What its platform will make of each product can still be looked at." }
                    }
                    a.button href=(of.address("check")) { "Look at its assortment" }
                }
                section.sheet.stack {
                    h2 { "Freight, surcharges and tax" }
                    (charges::list(&parties, None))
                    a.button href=(of.address("charges")) { "Change" }
                }
                (state(connection, login))
                (signatures)
            }
        }
    };
    Ok(frame::page(admin, login, Part::Connections, id.as_str(), &content))
}

async fn seen(app: &App, id: &ConnectionId) -> Result<Vec<SeenHost>, AppError> {
    let of_connection = Scan::<SeenHostKey>::prefix(|key| key.text(id.as_str())).limit(SEEN);
    Ok(app.store.scan(of_connection).await?.into_iter().map(|(_, row)| row.value).collect())
}

fn facts(parties: &Parties) -> Markup {
    let connection = &parties.connection;
    html! {
        section.sheet {
            h2 { "Who" }
            dl.facts {
                dt { "Buyer" } dd { (parties.buyer.name) " " span.quiet { (connection.buyer) } }
                dt { "Supplier" } dd { (parties.supplier.name) " " span.quiet { (connection.supplier) } }
                @match &connection.login {
                    Proof::Cxml { sender, from } => {
                        dt { "Sender" } dd { (sender) }
                        dt { "From" } dd { @for identity in from { div { (identity) } } }
                        dt { "Secret" } dd.quiet { "sealed" }
                    }
                    Proof::Oci { credentials } => {
                        dt { "Parameters" }
                        dd { @for credential in credentials { div { (credential.name) " " span.quiet { "sealed" } } } }
                    }
                }
                dt { "Currency" } dd { (parties.currency()) }
                dt { "Without a price" } dd { @if connection.hides_unpriced { "hidden" } @else { "“ask for a price”" } }
                dt { "Of several prices" }
                dd {
                    @match connection.price_choice {
                        crate::model::agreement::PriceChoice::HighestPriority => "the highest priority",
                        crate::model::agreement::PriceChoice::LowestPrice => "the lowest price",
                    }
                }
                dt { "Minimum order value" }
                dd {
                    @match connection.minimum_order { Some(least) => (format::money(least)), None => "as the agreements say" }
                    ", a cart below it "
                    @match connection.below_minimum { Strictness::Warn => "leaves with a warning", Strictness::Stop => "does not leave" }
                }
                dt { "Catalogs sent over it" }
                dd { @if connection.takes_catalogs { "wait for the operator" } @else { "refused" } }
                dt { "Language" }
                dd { "as the setup says, else " @match &connection.language { Some(tag) => (tag), None => "the supplier’s" } }
                dt { "To change it" } dd { code { "punchgate connection terms " (connection.id) " --help" } }
            }
        }
    }
}

fn state(connection: &Connection, login: &Login) -> Markup {
    let (to, button, words) = match connection.state {
        ConnectionState::Test => (
            "live",
            "Go live",
            "From then on orders count, and a return host that is not on the list refuses the setup.",
        ),
        ConnectionState::Live => (
            "test",
            "Back to test",
            "From then on nothing it makes counts, and unknown hosts are let through.",
        ),
    };
    html! {
        section.sheet {
            h2 { "State" }
            form.stack method="post" action={ "/connections/" (connection.id) "/state" } {
                (token(login))
                input type="hidden" name="state" value=(to);
                p { (words) }
                div.actions { button.button.primary[to == "live"] { (button) } }
            }
        }
    }
}

fn hosts(connection: &Connection, seen: &[SeenHost], login: &Login, now: Timestamp) -> Markup {
    let list = |title: &str, role: HostRole, allowed: &[OriginPattern], none: &str| {
        let name = role_name(role);
        html! {
            h3 { (title) }
            ul.hosts {
                @for host in allowed { li { span.mono { (host) } } }
                @if allowed.is_empty() { li.quiet { (none) } }
                @for host in seen.iter().filter(|host| host.role == role) {
                    li {
                        form.line method="post" action={ "/connections/" (connection.id) "/hosts" } {
                            (token(login))
                            input type="hidden" name="role" value=(name);
                            input type="hidden" name="host" value=(host.origin);
                            span { span.mono { (host.origin) } " " span.quiet { "met " (ago(host.at, now)) } }
                            button.button.tinted { "Approve" }
                        }
                    }
                }
            }
            form.line method="post" action={ "/connections/" (connection.id) "/hosts" } {
                (token(login))
                input type="hidden" name="role" value=(name);
                label.unseen for={ "host-" (name) } { "Another host: " (title) }
                input id={ "host-" (name) } name="host" placeholder="https://host or https://*.host" required;
                button.button { "Allow" }
            }
        }
    };
    html! {
        section.sheet.stack {
            h2 { "Hosts" }
            (list("Carts may go to", HostRole::Return, &connection.return_hosts, "none yet; in test every host is let through and noted"))
            (list("The shop may be framed by", HostRole::Frame, &connection.frame_hosts, "none yet; in test the page that frames the start is let through and noted"))
        }
    }
}

const fn role_name(role: HostRole) -> &'static str {
    match role {
        HostRole::Return => "return",
        HostRole::Frame => "frame",
    }
}

fn profile(connection: &Connection, profile: &Profile) -> Markup {
    let all = statements(profile);
    let table = |sending: bool| {
        html! {
            table.fields {
                thead { tr { th { "Field" } th { "Value" } th { "How sure" } } }
                tbody {
                    @for one in all.iter().filter(|one| one.is_sending() == sending) {
                        tr {
                            th.mono { (one.field.trim_start_matches("sends.")) }
                            td.mono { (one.value) }
                            td { (one.sure()) span.quiet { ": " (one.source()) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        section.sheet.stack {
            div.title { h2 { "Platform: " (profile.title) } span.quiet { (connection.profile) } }
            @if !profile.mangles.is_empty() {
                h3 { "What it is known to change or lose" }
                ul.apart { @for mangle in &profile.mangles { li { (mangle.what) " " span.quiet { (mangle.sure.as_str()) ": " (mangle.source) } } } }
            }
            details { summary { "What it accepts" } (table(false)) }
            details { summary { "What it sends" } (table(true)) }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Host {
    role: String,
    host: String,
}

pub(super) async fn allow_host(of: Of, Form(form): Form<Host>) -> Result<Response, Trouble> {
    let role = match form.role.as_str() {
        "return" => HostRole::Return,
        "frame" => HostRole::Frame,
        _ => return of.refused("The list must be return or frame.", page).await,
    };
    let host = match OriginPattern::parse(&form.host) {
        Ok(host) => host,
        Err(error) => return of.refused(&format!("The {error}."), page).await,
    };
    let allowed = onboarding::allow_host(of.app(), &of.id, role, &host).await;
    tracing::info!(connection.id = %of.id, role = role_name(role), "the operator allowed a host");
    of.settled(allowed, "", page).await
}

#[derive(Deserialize)]
pub(super) struct NewState {
    state: String,
}

pub(super) async fn set_state(of: Of, Form(form): Form<NewState>) -> Result<Response, Trouble> {
    let state = match form.state.as_str() {
        "test" => ConnectionState::Test,
        "live" => ConnectionState::Live,
        _ => return of.refused("The state must be test or live.", page).await,
    };
    let set = onboarding::set_state(of.app(), &of.id, state).await;
    tracing::info!(connection.id = %of.id, state = %form.state, "the operator set a state");
    of.settled(set, "", page).await
}
