//! The design system: what storefront, operator pages and virtual buyer share.
//!
//! A page is a [`Document`] around a `header`, a `main` and a `footer`. Colours, sizes and components are classes of
//! `css/look.css`; numbers, money and times are written by [`format`](mod@format) alone. No inline style, no inline
//! script, nothing from elsewhere: the content security policy of every page says so.

mod accent;
pub mod assets;
pub mod format;
pub mod headers;
mod icon;
mod notice;
mod page;
pub mod units;

pub use assets::{Asset, Assets};
pub use icon::{Icon, icon};
pub use notice::{Tone, badge, error_summary, notice, remark};
pub use page::Document;
