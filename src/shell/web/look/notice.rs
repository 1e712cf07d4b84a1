//! Messages to the person in front of the page: a word, a sign and a colour, never the colour alone.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// What a message means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tone {
    /// For information.
    Info,
    /// It worked.
    Good,
    /// Look at this.
    Warning,
    /// It did not work.
    Bad,
}

impl Tone {
    /// Its class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// Its sign.
    #[must_use]
    pub const fn icon(self) -> Icon {
        match self {
            Self::Info => Icon::Info,
            Self::Good => Icon::Good,
            Self::Warning => Icon::Warning,
            Self::Bad => Icon::Bad,
        }
    }
}

/// A message in a box of its own.
#[must_use]
pub fn notice(tone: Tone, content: &Markup) -> Markup {
    html! { div.notice.(tone.class()) { (icon(tone.icon())) div { (content) } } }
}

/// A word or two with a sign, inside other text.
#[must_use]
pub fn remark(tone: Tone, content: &Markup) -> Markup {
    html! { span.remark.(tone.class()) { (icon(tone.icon())) span { (content) } } }
}

/// A state in one word: `Test`, `Read-only`.
#[must_use]
pub fn badge(tone: Tone, word: &str) -> Markup {
    html! { span.badge.(tone.class()) { (word) } }
}

/// Problems with a form, at the top of its page, each with a link to its field (WCAG technique G139).
///
/// - `problems`: id of the field and what is wrong with it.
#[must_use]
pub fn error_summary(problems: &[(String, String)]) -> Markup {
    html! {
        @if !problems.is_empty() {
            div.notice.bad.summary role="alert" id="errors" tabindex="-1" {
                (icon(Icon::Bad))
                div {
                    h2 { "Nothing was changed yet" }
                    ul { @for (field, text) in problems { li { a href={ "#" (field) } { (text) } } } }
                }
            }
        }
    }
}
