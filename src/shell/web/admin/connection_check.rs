//! What is left to do before a connection goes live, and the mapping of what its assortment lacks.

use axum::{
    Form,
    response::{Html, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    flow::{
        authenticate::Parties,
        cart::{Effect, Part, What},
    },
    model::{party::ConnectionState, profile::Mangle},
    shell::{
        app::App,
        onboarding::{self, AssortmentReport, Gap, Readiness, Step},
        web::look::{Tone, format, remark},
    },
};

use super::{
    Trouble,
    access::Login,
    ago::ago,
    changing::Of,
    frame::{self, Part as Place, crumbs, test_notice, token},
};

pub(super) async fn show(of: Of) -> Result<Html<String>, Trouble> {
    page(&of, None).await
}

async fn page(of: &Of, message: Option<Markup>) -> Result<Html<String>, Trouble> {
    let Of { admin, login, id } = of;
    let readiness = onboarding::readiness(&admin.app, id).await?.ok_or(Trouble::Gone("connection"))?;
    let parties = &readiness.parties;
    let in_test = parties.connection.state == ConnectionState::Test;
    let title = if in_test { "Before it goes live" } else { "How its platform sees the assortment" };
    let content = html! {
        (crumbs(&[("/connections", "Connections"), (&of.address(""), id.as_str())]))
        div.title { h1 { (title) } span.quiet { (parties.profile.title) } }
        @if let Some(message) = message { (message) }
        (test_notice(in_test))
        section.sheet.stack {
            @if in_test {
                h2 { "Steps" }
                (list(&admin.app, &readiness.steps))
            } @else {
                p { "It is live." }
            }
            ul.steps {
                li { (step(readiness.has_return_host, "Hosts", &html! {
                    @if readiness.has_return_host { "carts have a host to go to" } @else { "no host is on the list of those that carts may go to" }
                })) }
                li { (step(assortment_is_good(&readiness), "Catalogue", &catalogue(readiness.assortment.as_ref()))) }
            }
        }
        @if let Some(report) = readiness.assortment.as_ref().filter(|report| !report.gaps.is_empty()) {
            section.sheet.stack {
                h2 { "The assortment as this platform will see it" }
                p.quiet { "What stops keeps a line from being returned. What warns is told to the shopper; nothing more is known for sure." }
                @for (place, gap) in report.gaps.iter().enumerate() {
                    (self::gap(gap, report.gaps.get(..place).unwrap_or_default(), parties, login))
                }
            }
        }
    };
    Ok(frame::page(admin, login, Place::Connections, title, &content))
}

/// The steps that documents prove.
pub(super) fn list(app: &App, steps: &[Step]) -> Markup {
    html! {
        ul.steps {
            @for one in steps {
                li { (step(one.seen.is_some(), title(one), &html! {
                    @match &one.seen {
                        Some((over, seen)) => {
                            a href={ "/documents/" (seen.transaction) } { "seen " (ago(seen.at, app.now())) }
                            " over " (over)
                        },
                        None => "no such document was taken in test yet",
                    }
                })) }
            }
        }
    }
}

const fn title(step: &Step) -> &'static str {
    use crate::shell::records::Milestone;
    match step.milestone {
        Milestone::Setup => "Setup",
        Milestone::Return => "Return of a cart",
        Milestone::Order => "Order",
    }
}

fn step(done: bool, title: &str, words: &Markup) -> Markup {
    remark(if done { Tone::Good } else { Tone::Warning }, &html! { strong { (title) } ": " (words) })
}

fn assortment_is_good(readiness: &Readiness) -> bool {
    readiness.assortment.as_ref().is_some_and(|report| {
        report.products > 0 && report.gaps.iter().all(|gap| gap.effect != Effect::Stopped)
    })
}

fn catalogue(report: Option<&AssortmentReport>) -> Markup {
    html! {
        @match report {
            None => "there is none yet",
            Some(report) => {
                (format::counted(report.products, "product", "products"))
                @if report.is_cut { " looked at, there are more" }
                ", " (format::count(report.unpriced)) " without a price"
            },
        }
    }
}

/// - `above`: what was shown before; what the platform does with such a thing is said once.
fn gap(gap: &Gap, above: &[Gap], parties: &Parties, login: &Login) -> Markup {
    let (profile, id) = (&parties.profile, &parties.connection.id);
    let concerns = |mangle: &Mangle, gap: &Gap| touches(mangle.touches.as_deref(), &gap.what);
    let new = |mangle: &&Mangle| concerns(mangle, gap) && !above.iter().any(|gap| concerns(mangle, gap));
    let field = gap.what.field();
    let tone = if gap.effect == Effect::Stopped { Tone::Bad } else { Tone::Warning };
    html! {
        div.gap {
            p { (remark(tone, &html! {
                strong { (format::counted(gap.products, "product", "products")) } ": " (gap.what)
            })) }
            p.quiet {
                (gap.parts.join(", ")) @if gap.products > gap.parts.len() { " …" }
                " · " span.mono { (field) } ", "
                @match profile.claims.of(field) {
                    Some(claim) => { (claim.sure.as_str()) ": " (claim.source) },
                    None => "agreed for this connection",
                }
            }
            @for mangle in profile.mangles.iter().filter(new) {
                p.quiet { (mangle.what) }
            }
            @if let What::Unmapped { part, code } = &gap.what {
                @let name = format!("map-{code}");
                form.line method="post" action={ "/connections/" (id) "/map" } {
                    (token(login))
                    input type="hidden" name="table" value=(table(*part));
                    input type="hidden" name="ours" value=(code);
                    label for=(name) { (code) " is for this buyer" }
                    input id=(name) name="theirs" maxlength="60" required autocomplete="off";
                    button.button.tinted { "Map" }
                }
            }
        }
    }
}

/// A mangle of units is said wherever units are in question.
fn touches(field: Option<&str>, what: &What) -> bool {
    field.is_some_and(|field| what.field().trim_end_matches("_otherwise") == field)
}

const fn table(part: Part) -> &'static str {
    match part {
        Part::Class => "classifications",
        _ => "units",
    }
}

#[derive(Deserialize)]
pub(super) struct Mapping {
    table: String,
    ours: String,
    theirs: String,
}

/// Adds one pair to a mapping.
pub(super) async fn map(of: Of, Form(form): Form<Mapping>) -> Result<Response, Trouble> {
    let pair = json!({ form.ours.trim(): form.theirs.trim() });
    let known = ["units", "classifications"].contains(&form.table.as_str());
    let set: Map<String, Value> = known.then(|| (form.table.clone(), pair)).into_iter().collect();
    let mapped = onboarding::set_fields(of.app(), &of.id, &set, &[]).await;
    tracing::info!(connection.id = %of.id, table = %form.table, "the operator mapped a word");
    of.settled(mapped, "check", page).await
}
