//! The files that pages need, inside the program: style sheets, scripts, the icon.
//!
//! Their addresses hold a digest of what they say, so that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use ring::digest;

use crate::{
    model::{catalog::Picture, party::Accent},
    shell::pictures,
};

use super::accent;

/// The routes of all files and pictures.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/assets/{tag}/{file}", get(serve))
        .route("/assets/{tag}/{drawing}/{file}", get(serve_picture))
}

/// A file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asset {
    /// The design system: every page has it.
    Look,
    /// What only the storefront has.
    Shop,
    /// What only the operator's pages have.
    Admin,
    /// Makes the storefront quicker.
    ShopScript,
    /// Sends the cart without a click.
    ReturnScript,
    /// What only the virtual buyer has.
    Buyer,
    /// Shows the cart of the virtual buyer as soon as it is there.
    BuyerScript,
    /// The icon of a window.
    Icon,
}

struct File {
    asset: Asset,
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JS: &str = "text/javascript; charset=utf-8";

static FILES: [File; 8] = [
    File { asset: Asset::Look, name: "look.css", kind: CSS, bytes: include_bytes!("css/look.css") },
    File { asset: Asset::Shop, name: "shop.css", kind: CSS, bytes: include_bytes!("css/shop.css") },
    File { asset: Asset::Admin, name: "admin.css", kind: CSS, bytes: include_bytes!("css/admin.css") },
    File { asset: Asset::ShopScript, name: "shop.js", kind: JS, bytes: include_bytes!("js/shop.js") },
    File { asset: Asset::ReturnScript, name: "return.js", kind: JS, bytes: include_bytes!("js/return.js") },
    File { asset: Asset::Buyer, name: "buyer.css", kind: CSS, bytes: include_bytes!("css/buyer.css") },
    File { asset: Asset::BuyerScript, name: "buyer.js", kind: JS, bytes: include_bytes!("js/buyer.js") },
    File { asset: Asset::Icon, name: "icon.svg", kind: SVG, bytes: include_bytes!("icon.svg") },
];

/// The tag of all drawings: a change of one changes it.
static PICTURES: LazyLock<String> = LazyLock::new(|| {
    let draw = |name: &str| pictures::svg(&Picture { drawing: name.to_owned(), variant: 0 });
    tag(pictures::names().map(draw).collect::<String>().as_bytes())
});

/// The tag of each file, by its place in [`FILES`].
static TAGS: LazyLock<[String; 8]> = LazyLock::new(|| FILES.each_ref().map(|file| tag(file.bytes)));

/// Builds addresses of files below the public path of this installation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assets {
    prefix: String,
}

impl Assets {
    /// - `prefix`: the path of `public_url` without its last slash; empty for most.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.trim_end_matches('/').to_owned() }
    }

    /// Address of a file.
    #[must_use]
    pub fn file(&self, asset: Asset) -> String {
        let found = FILES.iter().zip(TAGS.iter()).find(|(file, _)| file.asset == asset);
        let (name, tag) = found.map_or(("", ""), |(file, tag)| (file.name, tag.as_str()));
        format!("{}/assets/{tag}/{name}", self.prefix)
    }

    /// Address of the style sheet of a colour.
    #[must_use]
    pub fn accent(&self, colour: &Accent) -> String {
        let tag = tag(accent::style_sheet(colour).as_bytes());
        format!("{}/assets/{tag}/accent-{}.css", self.prefix, colour.as_str().trim_start_matches('#'))
    }

    /// Address of a picture; without one, that of the general drawing.
    #[must_use]
    pub fn picture(&self, picture: Option<&Picture>) -> String {
        let (drawing, variant) =
            picture.map_or(("general", 0), |picture| (&picture.drawing, picture.variant));
        let slug: String = drawing.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        format!("{}/assets/{}/{slug}/{variant}.svg", self.prefix, *PICTURES)
    }
}

/// A file under its own tag is kept for ever, under an older one it is asked for again.
async fn serve(Path((wanted, name)): Path<(String, String)>) -> Response {
    if let Some((file, tag)) = FILES.iter().zip(TAGS.iter()).find(|(file, _)| file.name == name) {
        return answer(Bytes::from_static(file.bytes), file.kind, wanted == *tag);
    }
    let colour = name.strip_prefix("accent-").and_then(|rest| rest.strip_suffix(".css"));
    match colour.map(|digits| Accent::parse(&format!("#{digits}"))) {
        Some(Ok(colour)) => {
            let sheet = accent::style_sheet(&colour);
            let current = wanted == tag(sheet.as_bytes());
            answer(sheet.into(), CSS, current)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A drawing; an unknown one is the general placeholder, so that no page lacks a picture.
async fn serve_picture(Path((wanted, drawing, file)): Path<(String, String, String)>) -> Response {
    match file.strip_suffix(".svg").map(str::parse) {
        Some(Ok(variant)) => {
            let svg = pictures::svg(&Picture { drawing, variant });
            answer(svg.into(), SVG, wanted == *PICTURES)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(bytes: Bytes, kind: &'static str, current: bool) -> Response {
    let caching = if current { IMMUTABLE } else { "no-cache" };
    let mut response = Response::new(bytes.into());
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, caching),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // A frame with a sandbox has an origin of its own and may not read without it.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `Cache-Control` of what never changes under its address.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The first 12 hexadecimal digits of the SHA-256.
fn tag(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = digest::digest(&digest::SHA256, bytes);
    digest.as_ref().iter().take(6).fold(String::with_capacity(12), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(address: &str) -> Response {
        let mut parts = address.rsplit('/').map(str::to_owned);
        let (name, tag) = (parts.next().unwrap(), parts.next().unwrap());
        serve(Path((tag, name))).await
    }

    fn header_of<'a>(response: &'a Response, name: &header::HeaderName) -> &'a str {
        response.headers().get(name).unwrap().to_str().unwrap()
    }

    #[tokio::test]
    async fn a_file_is_kept_for_ever_under_its_own_tag_only() {
        let address = Assets::new("/shop/").file(Asset::Look);
        assert!(address.starts_with("/shop/assets/"), "{address}");
        let response = get(&address).await;
        assert_eq!(header_of(&response, &header::CACHE_CONTROL), IMMUTABLE);
        assert_eq!(header_of(&response, &header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        let older = get("/assets/000000000000/look.css").await;
        assert_eq!(older.status(), StatusCode::OK);
        assert_eq!(header_of(&older, &header::CACHE_CONTROL), "no-cache");
        assert_eq!(get("/assets/0/../look.css.map").await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn an_accent_has_a_style_sheet() {
        let accent = Accent::parse("#8a1c5c").unwrap();
        let response = get(&Assets::new("").accent(&accent)).await;
        assert_eq!(header_of(&response, &header::CACHE_CONTROL), IMMUTABLE);
        assert_eq!(header_of(&response, &header::CONTENT_TYPE), CSS);
        assert_eq!(get("/assets/0/accent-red;.css").await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn every_picture_is_drawn() {
        let drawn = |drawing: &str, file: &str| {
            serve_picture(Path((PICTURES.clone(), drawing.to_owned(), file.to_owned())))
        };
        let response = drawn("hex-bolt", "7.svg").await;
        assert_eq!(header_of(&response, &header::CONTENT_TYPE), SVG);
        assert_eq!(header_of(&response, &header::CACHE_CONTROL), IMMUTABLE);
        assert_eq!(drawn("no-such-thing", "7.svg").await.status(), StatusCode::OK);
        assert_eq!(drawn("hex-bolt", "256.svg").await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn style_sheets_know_no_left_and_right() {
        for file in FILES.iter().filter(|file| file.kind == CSS) {
            let text = std::str::from_utf8(file.bytes).unwrap();
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
                assert!(!matches!(word, "left" | "right"), "{}: {word}", file.name);
            }
        }
    }

    #[test]
    fn scripts_are_small() {
        let bytes: usize = FILES.iter().filter(|file| file.kind == JS).map(|file| file.bytes.len()).sum();
        assert!(bytes < 8_000, "{bytes} bytes");
    }
}
