//! The page around the shop: how the visit began, and the frame.

use maud::{Markup, html};

use crate::{
    flow::setup::Operation,
    shell::web::look::{Tone, format, notice},
};

use super::{
    VirtualBuyer, explain,
    pages::Stage,
    parts::{exchange, field_table, meaning, verdict},
    played::{Entry, Played},
};

/// Name of the frame.
const FRAME: &str = "shop";

impl VirtualBuyer {
    /// How the visit began, and the shop.
    pub(super) fn visit_page(&self, played: &Played) -> Markup {
        let connection = self.connection(played).ok();
        let name = self.name_of(played);
        let heading = match played.operation {
            Operation::Edit => "Changing a cart as",
            Operation::Inspect => "Looking at a cart as",
            Operation::Create | Operation::Source | Operation::Detail => "Shopping as",
        };
        let main = html! {
            div {
                h1 { (heading) " " (format::Data(name)) }
                @if let Entry::Cxml { exchange, .. } = &played.entry { (verdict(exchange)) }
                @if played.cart.is_some() {
                    p { a href={ "/visits/" (played.id) "/cart" } { "The cart of this visit is here" } }
                }
            }
            @match &played.entry {
                Entry::Cxml { exchange: said, start } => {
                    @let login = connection.and_then(|connection| connection.cxml.as_ref());
                    (exchange(
                        ("PunchOutSetupRequest", &login.map(|login| explain::setup(played, login)).unwrap_or_default()),
                        ("The answer", &explain::answer(said, start.as_ref().map(url::Url::as_str))),
                        said,
                    ))
                    @match start {
                        Some(start) => (frame(played, Some(start.as_str()), &html! {})),
                        None => (notice(Tone::Bad, &html! {
                            "The gateway gave no address for the shop, so the visit ends here. "
                            a href="/" { "Start again" }
                        })),
                    }
                }
                Entry::Oci { address, post, fields } => {
                    (oci(connection.map(explain::oci_call).unwrap_or_default().as_slice(), fields))
                    (frame(played, None, &call_form(address.as_str(), *post, fields)))
                }
            }
        };
        self.page(&format!("Shop, {name}"), Stage::Shop, &main)
    }
}

fn oci(parts: &[explain::Part], fields: &[(String, String, bool)]) -> Markup {
    let shown: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value, is_secret)| {
            let value = if *is_secret { "*".repeat(value.chars().count()) } else { value.clone() };
            (name.clone(), value)
        })
        .collect();
    html! {
        div.pair {
            section.sheet aria-labelledby="request" {
                h2 id="request" { "The OCI call" }
                (meaning(parts))
            }
            section.sheet aria-labelledby="fields" {
                h2 id="fields" { "What the browser sends" }
                (field_table(&shown))
            }
        }
    }
}

/// The form that makes an OCI call into the frame; a script presses its button.
fn call_form(address: &str, post: bool, fields: &[(String, String, bool)]) -> Markup {
    html! {
        form.actions id="call" method=(if post { "post" } else { "get" }) action=(address) target=(FRAME) {
            @for (name, value, _) in fields { input type="hidden" name=(name) value=(value); }
            button.button.primary.big { "Open the shop in the frame" }
        }
    }
}

/// The shop; beside it a script asks whether the cart is there.
fn frame(played: &Played, address: Option<&str>, before: &Markup) -> Markup {
    html! {
        section.shop aria-labelledby="shop-title" {
            h2 id="shop-title" { "The supplier's shop, in a frame of the procurement system" }
            (before)
            iframe name=(FRAME) title="The supplier's shop" src=[address]
                data-state={ "/visits/" (played.id) "/state" } data-then={ "/visits/" (played.id) "/cart" } {}
        }
    }
}
