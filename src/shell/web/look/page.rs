//! The outermost part of every page: storefront, operator pages, virtual buyer.

use maud::{DOCTYPE, Markup, html};

use crate::model::party::Accent;

use super::assets::{Asset, Assets};

/// A whole page without its content.
pub struct Document<'a> {
    /// Where its files are.
    pub assets: &'a Assets,
    /// Title of the window; the most specific words first.
    pub title: &'a str,
    /// Colour; `None`: the neutral one.
    pub accent: Option<&'a Accent>,
    /// Style sheets besides [`Asset::Look`].
    pub styles: &'a [Asset],
    /// Scripts, run when the page is there.
    pub scripts: &'a [Asset],
    /// Charset in which the bytes leave.
    pub charset: &'a str,
    /// Pages that may load no picture name no icon.
    pub icon: bool,
}

impl<'a> Document<'a> {
    /// A page in UTF-8 with an icon, a title and nothing else.
    #[must_use]
    pub const fn new(assets: &'a Assets, title: &'a str) -> Self {
        Self { assets, title, accent: None, styles: &[], scripts: &[], charset: "utf-8", icon: true }
    }

    /// The page with this content, which brings its own `header`, `main` (with the id `main`) and `footer`.
    #[must_use]
    pub fn render(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" dir="ltr" {
                head {
                    meta charset=(self.charset);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (self.title) }
                    link rel="stylesheet" href=(self.assets.file(Asset::Look));
                    @for style in self.styles { link rel="stylesheet" href=(self.assets.file(*style)); }
                    @if let Some(accent) = self.accent {
                        link rel="stylesheet" href=(self.assets.accent(accent));
                    }
                    @if self.icon { link rel="icon" href=(self.assets.file(Asset::Icon)); }
                    @for script in self.scripts { script src=(self.assets.file(*script)) defer {} }
                }
                body {
                    a.skip href="#main" { "Skip to content" }
                    (content)
                }
            }
        }
    }
}
