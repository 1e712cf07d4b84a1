//! Pages for what did not work: what happened, what is safe, what to do next.

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::{
    flow::session::VisitRefused,
    model::party::Supplier,
    shell::web::look::{Assets, Icon, format, icon},
};

use super::{
    frame::{At, Frame},
    leave,
};

/// What did not work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Trouble {
    /// The visit's time is over.
    Expired,
    /// The start link was used before.
    StartLinkUsed,
    /// The start link waited too long.
    StartLinkTooOld,
    /// No such address, or a guessed one: told without any data.
    NotFound,
    /// Inspect changes nothing.
    ReadOnly,
    /// The cart changed while a form was on its way.
    CartChanged,
    /// No such product in this visit's catalog.
    NoSuchProduct,
    /// A form that none of our pages makes.
    BadForm,
    /// A form or document that is too large.
    TooLarge,
    /// Right address, wrong way to ask.
    WrongMethod,
    /// Too much to do at the moment.
    Overloaded,
    /// Our own failure.
    Failed,
}

impl Trouble {
    /// Status of the answer.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Expired | Self::StartLinkUsed | Self::StartLinkTooOld => StatusCode::GONE,
            Self::NotFound | Self::NoSuchProduct => StatusCode::NOT_FOUND,
            Self::ReadOnly => StatusCode::FORBIDDEN,
            Self::CartChanged => StatusCode::CONFLICT,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Expired => "Your visit has ended",
            Self::StartLinkUsed => "This link was used before",
            Self::StartLinkTooOld => "This link is too old",
            Self::NotFound => "There is nothing at this address",
            Self::ReadOnly => "Nothing can be changed here",
            Self::CartChanged => "Your cart has changed meanwhile",
            Self::NoSuchProduct => "This product is not in your catalogue",
            Self::BadForm => "This form could not be read",
            Self::TooLarge => "This form is too large",
            Self::WrongMethod => "This address is used in another way",
            Self::Overloaded => "Too many visitors at the moment",
            Self::Failed => "Something went wrong on our side",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Expired => {
                "To go on, open the catalogue again from your procurement system. What you returned before is safe."
            }
            Self::StartLinkUsed | Self::StartLinkTooOld => {
                "Each link opens the catalogue once. Open the catalogue again from your procurement system."
            }
            Self::NotFound => {
                "If you came from your procurement system, open the catalogue from there again."
            }
            Self::ReadOnly => {
                "You opened a requisition to look at it. To change it, open it for editing in your procurement system."
            }
            Self::CartChanged => {
                "Another page of this visit changed the cart while you were working here. Nothing of this form was taken over."
            }
            Self::NoSuchProduct => {
                "It may have another number, or not be part of what your company agreed on."
            }
            Self::BadForm => "Go back, load the page again and repeat what you did. Nothing was changed.",
            Self::TooLarge => "Shorten your notes and try again. Nothing was changed.",
            Self::WrongMethod => "Go back to the catalogue and use the links and buttons there.",
            Self::Overloaded => "Please try again in a moment. Your cart is safe.",
            Self::Failed => {
                "It has been recorded, and your cart is as it was. Please try again; if it stays like this, tell us."
            }
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Expired | Self::StartLinkUsed | Self::StartLinkTooOld | Self::Overloaded => Icon::Clock,
            Self::NotFound | Self::NoSuchProduct => Icon::Search,
            Self::ReadOnly | Self::WrongMethod => Icon::Info,
            Self::CartChanged | Self::BadForm | Self::TooLarge | Self::Failed => Icon::Warning,
        }
    }
}

impl From<VisitRefused> for Trouble {
    fn from(refused: VisitRefused) -> Self {
        match refused {
            VisitRefused::Expired => Self::Expired,
            VisitRefused::StartLinkUsed => Self::StartLinkUsed,
            VisitRefused::StartLinkTooOld => Self::StartLinkTooOld,
            VisitRefused::ReadOnly => Self::ReadOnly,
        }
    }
}

/// The page of a visit that goes on.
pub(crate) fn within(frame: &Frame<'_>, trouble: Trouble) -> Markup {
    let content = html! {
        div.empty {
            (icon(trouble.icon()))
            h1 { (trouble.title()) }
            p { (trouble.text()) }
            div.actions {
                @if trouble == Trouble::CartChanged {
                    a.button.primary.big href=(frame.links.cart()) { "Show the cart" }
                } @else {
                    a.button.primary.big href=(frame.links.home()) { "Go to the catalogue" }
                }
                a.button href="#contact" { "Ask us" }
            }
        }
    };
    frame.page(trouble.title(), At::Anywhere, &content)
}

/// A page without a visit.
///
/// - `supplier`: `None` where the address proves nothing: then the page holds nobody's data.
/// - `buyer`: whose procurement system to go back to, where that is known.
pub(crate) fn alone(
    assets: &Assets,
    supplier: Option<&Supplier>,
    buyer: Option<&str>,
    trouble: Trouble,
) -> Markup {
    let content = html! {
        (icon(trouble.icon()))
        h1 { (trouble.title()) }
        p.lead { (trouble.text()) }
        @if let Some(buyer) = buyer { p.quiet { "Procurement system: " (format::Data(buyer)) } }
    };
    leave::alone(assets, supplier, trouble.title(), &content)
}
