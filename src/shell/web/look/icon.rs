//! Small signs beside words; never instead of them.

use maud::{Markup, html};

/// A sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Icon {
    /// A magnifying glass.
    Search,
    /// A cart.
    Cart,
    /// A tick in a disc.
    Good,
    /// A triangle.
    Warning,
    /// A disc with a stroke.
    Bad,
    /// A ring with an i.
    Info,
    /// A clock.
    Clock,
    /// A ring with a question mark.
    Unknown,
    /// An envelope.
    Mail,
    /// A telephone.
    Phone,
    /// An arrow to the end of the line.
    Forward,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9m3.3 7.8 3.6 3.6",
            Self::Cart => "M1.5 2.5h2l1.8 8h7l1.5-5.5H4.2M6 13.5h.01M11.5 13.5h.01",
            Self::Good => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M5.2 8.2l2 2 3.8-4.2",
            Self::Warning => "M8 2 1.6 13.5h12.8zM8 6.5v3.2M8 11.6h.01",
            Self::Bad => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M5 8h6",
            Self::Info => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 7.4v3.6M8 5h.01",
            Self::Clock => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.6V8l2.3 1.6",
            Self::Unknown => {
                "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M6.2 6.4a1.8 1.8 0 1 1 2.6 1.7c-.5.2-.8.6-.8 1.1M8 11.4h.01"
            }
            Self::Mail => "M1.8 3.5h12.4v9H1.8zM2 4l6 4.8L14 4",
            Self::Phone => {
                "M3 2h3l1.2 3.2-1.6 1.2a8 8 0 0 0 4 4l1.2-1.6L14 10v3c0 .6-.4 1-1 1C7 14 2 9 2 3c0-.6.4-1 1-1"
            }
            Self::Forward => "M2.5 8h11M9 3.5 13.5 8 9 12.5",
        }
    }
}

/// Draws it, hidden from those who hear the page.
#[must_use]
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(icon.path()) {}
        }
    }
}
