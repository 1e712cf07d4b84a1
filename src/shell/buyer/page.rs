//! An HTML page as a browser without scripts sees it: where its links lead, what its forms would send.

use encoding_rs::{Encoding, UTF_8};
use html5ever::{
    ParseOpts,
    driver::parse_document,
    tendril::{StrTendril, TendrilSink},
    tree_builder::TreeBuilderOpts,
};
use scraper::{ElementRef, Html, HtmlTreeSink, Node, Selector};
use url::Url;

use super::{ask::Ask, client::Received, encode};

/// A page that was read.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Its address.
    pub url: Url,
    /// `Content-Security-Policy`; empty without one.
    pub policy: String,
    /// `<title>`.
    pub title: String,
    /// What a person reads, white space folded.
    pub text: String,
    /// In order.
    pub links: Vec<Link>,
    /// In order.
    pub forms: Vec<Form>,
}

/// A link to another page.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Where.
    pub to: Url,
    /// What it says: its text, else its label or its picture's.
    pub label: String,
}

/// A form.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// Where it goes.
    pub action: Url,
    /// `action` as written, resolved by nobody.
    pub raw_action: String,
    /// By POST; otherwise the fields become the query.
    pub post: bool,
    /// `multipart/form-data`.
    pub multipart: bool,
    /// What its fields are written in when sent.
    pub charset: &'static Encoding,
    /// What will be sent unless somebody changes it.
    pub fields: Vec<Field>,
    /// What sends it.
    pub buttons: Vec<Button>,
    /// What stands around it: the row or card it belongs to.
    pub context: String,
}

/// A field of a form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Field {
    /// Its name.
    pub name: String,
    /// What is sent.
    pub value: String,
    /// What kind.
    pub kind: FieldKind,
    /// `min`, as written.
    pub min: Option<String>,
    /// `max`, as written.
    pub max: Option<String>,
}

/// What kind of field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum FieldKind {
    /// Not shown.
    Hidden,
    /// For search words.
    Search,
    /// For a number.
    Number,
    /// For anything.
    Text,
    /// Password, file.
    Private,
    /// A choice among given values.
    Choice,
}

/// A button that sends a form.
#[derive(Clone, Debug)]
pub(super) struct Button {
    /// What it says.
    pub label: String,
    /// Sent with the form when it has a name.
    pub field: Option<(String, String)>,
    /// `formaction`.
    pub action: Option<Url>,
}

impl Page {
    /// Reads what came; `Err`: it is not HTML.
    pub(super) fn read(received: &Received) -> Result<Self, String> {
        let kind = received.content_type.to_ascii_lowercase();
        if !(kind.is_empty() || kind.contains("html")) {
            return Err(format!("a page of type {:?}, not HTML", received.content_type));
        }
        let charset = encode::charset_of(&received.content_type, &received.body);
        let (text, _, _) = charset.decode(&received.body);
        let page = Self::parse(received.url.clone(), charset, &text);
        Ok(Self { policy: received.policy.clone(), ..page })
    }

    /// Reads the text of a page.
    #[must_use]
    pub(super) fn parse(url: Url, charset: &'static Encoding, html: &str) -> Self {
        let document = without_scripts(html);
        let root = document.root_element();
        let base = first(root, "base[href]")
            .and_then(|base| base.value().attr("href"))
            .and_then(|href| url.join(href).ok())
            .unwrap_or_else(|| url.clone());
        let links = all(root, "a[href], area[href]").filter_map(|anchor| link(anchor, &base)).collect();
        let forms = all(root, "form").map(|form| read_form(form, root, &base, &url, charset)).collect();
        Self {
            title: first(root, "title").map(visible).unwrap_or_default(),
            text: first(root, "body").map(visible).unwrap_or_default(),
            url,
            policy: String::new(),
            links,
            forms,
        }
    }
}

impl Form {
    /// The request that pressing a button makes, with some fields filled in.
    #[must_use]
    pub(super) fn ask(&self, button: Option<&Button>, filled: &[(&str, &str)]) -> Ask {
        let mut pairs: Vec<(String, String)> = self
            .fields
            .iter()
            .map(|field| {
                let value = filled.iter().find(|(name, _)| *name == field.name);
                (field.name.clone(), value.map_or(field.value.as_str(), |(_, value)| value).to_owned())
            })
            .collect();
        pairs.extend(button.and_then(|button| button.field.clone()));
        let to = button.and_then(|button| button.action.clone()).unwrap_or_else(|| self.action.clone());
        if self.multipart && self.post {
            let (kind, body) = encode::multipart(&pairs, self.charset);
            return Ask::post(to, &kind, body);
        }
        let encoded = encode::urlencoded(&pairs, self.charset);
        if self.post {
            return Ask::post(to, "application/x-www-form-urlencoded", encoded);
        }
        let mut to = to;
        to.set_query(Some(&encoded));
        Ask::get(to)
    }

    /// Name and value of every field.
    #[must_use]
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        self.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect()
    }
}

/// The tree that a browser without scripts builds: what stands in `<noscript>` counts.
fn without_scripts(html: &str) -> Html {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    parse_document(HtmlTreeSink::new(Html::new_document()), options).one(StrTendril::from(html))
}

/// What a selector of ours finds; none of them is malformed, and a malformed one would find nothing.
fn all<'a>(within: ElementRef<'a>, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    let selector = Selector::parse(selector).ok();
    let found: Vec<_> = selector.map(|selector| within.select(&selector).collect()).unwrap_or_default();
    found.into_iter()
}

fn first<'a>(within: ElementRef<'a>, selector: &str) -> Option<ElementRef<'a>> {
    all(within, selector).next()
}

/// The text of an element as it is seen: no scripts, no styles, white space folded.
fn visible(element: ElementRef<'_>) -> String {
    let unseen = |node: &Node| {
        node.as_element().is_some_and(|element| matches!(element.name(), "script" | "style" | "template"))
    };
    let mut text = String::new();
    for node in element.descendants() {
        if let Node::Text(part) = node.value()
            && !node.ancestors().any(|above| unseen(above.value()))
        {
            text.push_str(part);
            text.push(' ');
        }
    }
    fold(&text)
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a control; where it has none, what assistive technology would say.
fn label(element: ElementRef<'_>) -> String {
    let own = visible(element);
    if !own.is_empty() {
        return own;
    }
    let attribute = |element: ElementRef<'_>, name| element.value().attr(name).map(fold);
    attribute(element, "aria-label")
        .or_else(|| attribute(element, "title"))
        .or_else(|| first(element, "img[alt]").and_then(|image| attribute(image, "alt")))
        .unwrap_or_default()
}

fn link(anchor: ElementRef<'_>, base: &Url) -> Option<Link> {
    let href = anchor.value().attr("href")?.trim();
    if href.starts_with('#') || anchor.value().attr("download").is_some() {
        return None;
    }
    let mut to = base.join(href).ok().filter(|to| matches!(to.scheme(), "http" | "https"))?;
    to.set_fragment(None);
    Some(Link { to, label: label(anchor) })
}

fn read_form(
    form: ElementRef<'_>,
    root: ElementRef<'_>,
    base: &Url,
    url: &Url,
    charset: &'static Encoding,
) -> Form {
    let attribute = |name: &str| form.value().attr(name).map(str::trim);
    let raw_action = attribute("action").unwrap_or_default().to_owned();
    let resolve = |action: &str| if action.is_empty() { None } else { base.join(action).ok() };
    let mut controls: Vec<ElementRef<'_>> = all(form, "input, select, textarea, button")
        .filter(|control| control.value().attr("form").is_none())
        .collect();
    if let Some(id) = attribute("id").filter(|id| !id.is_empty()) {
        let ours = |control: &ElementRef<'_>| control.value().attr("form") == Some(id);
        controls.extend(all(root, "[form]").filter(ours));
    }
    let asked = attribute("accept-charset")
        .and_then(|list| list.split([' ', ',']).find_map(|name| Encoding::for_label(name.as_bytes())));
    let mut fields = Vec::new();
    let mut buttons = Vec::new();
    for control in controls {
        if control.value().attr("disabled").is_some() || in_disabled_fieldset(control) {
            continue;
        }
        match button(control, &resolve) {
            Some(button) => buttons.push(button),
            None => fields.extend(field(control)),
        }
    }
    Form {
        action: resolve(&raw_action).unwrap_or_else(|| url.clone()),
        raw_action,
        post: attribute("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
        multipart: attribute("enctype").is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data")),
        charset: asked.unwrap_or(charset).output_encoding(),
        fields,
        buttons,
        context: context(form),
    }
}

fn in_disabled_fieldset(control: ElementRef<'_>) -> bool {
    control
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|above| above.value().name() == "fieldset" && above.value().attr("disabled").is_some())
}

/// A control that sends: `None` for all others.
fn button(control: ElementRef<'_>, resolve: &impl Fn(&str) -> Option<Url>) -> Option<Button> {
    let element = control.value();
    let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
    let label = match (element.name(), kind.as_str()) {
        ("button", "" | "submit") => label(control),
        ("input", "submit") => element.attr("value").unwrap_or("Submit").to_owned(),
        ("input", "image") => element.attr("alt").unwrap_or_default().to_owned(),
        _ => return None,
    };
    let named = element.attr("name").filter(|name| !name.is_empty());
    Some(Button {
        label,
        field: named.map(|name| (name.to_owned(), element.attr("value").unwrap_or_default().to_owned())),
        action: element.attr("formaction").and_then(resolve),
    })
}

/// What a control contributes: nothing without a name, unchecked, or a button.
fn field(control: ElementRef<'_>) -> Vec<Field> {
    let element = control.value();
    let Some(name) = element.attr("name").filter(|name| !name.is_empty()) else { return Vec::new() };
    let value = |missing: &str| element.attr("value").unwrap_or(missing).to_owned();
    let kind_name = element.attr("type").unwrap_or("text").to_ascii_lowercase();
    let checked = element.attr("checked").is_some();
    let (kind, values) = match (element.name(), kind_name.as_str()) {
        ("input", "hidden") => (FieldKind::Hidden, vec![value("")]),
        ("input", "checkbox" | "radio") if checked => (FieldKind::Choice, vec![value("on")]),
        ("input", "checkbox" | "radio" | "button" | "reset") | ("button", _) => return Vec::new(),
        ("input", "password" | "file") => (FieldKind::Private, vec![value("")]),
        ("input", "search") => (FieldKind::Search, vec![value("")]),
        ("input", "number") => (FieldKind::Number, vec![value("")]),
        ("textarea", _) => (FieldKind::Text, vec![control.text().collect()]),
        ("select", _) => (FieldKind::Choice, chosen(control)),
        _ => (FieldKind::Text, vec![value("")]),
    };
    let field = |value| Field {
        name: name.to_owned(),
        value,
        kind,
        min: element.attr("min").map(str::to_owned),
        max: element.attr("max").map(str::to_owned),
    };
    values.into_iter().map(field).collect()
}

/// Selected options; of a list that shows one, the first when none is selected.
fn chosen(select: ElementRef<'_>) -> Vec<String> {
    let value = |option: ElementRef<'_>| match option.value().attr("value") {
        Some(value) => value.to_owned(),
        None => visible(option),
    };
    let selected: Vec<String> = all(select, "option[selected]").map(value).collect();
    match (selected.is_empty(), select.value().attr("multiple")) {
        (true, None) => first(select, "option:not([disabled])").map(value).into_iter().collect(),
        (false, None) => selected.into_iter().next_back().into_iter().collect(),
        (_, Some(_)) => selected,
    }
}

/// Longest context kept, in characters.
const CONTEXT: usize = 400;

fn context(form: ElementRef<'_>) -> String {
    let around = form
        .ancestors()
        .filter_map(ElementRef::wrap)
        .find(|above| matches!(above.value().name(), "li" | "tr" | "article" | "section" | "main" | "body"));
    visible(around.unwrap_or(form)).chars().take(CONTEXT).collect()
}

/// A page for tests.
#[cfg(test)]
pub(super) fn page(html: &str) -> Page {
    Page::parse(Url::parse("https://shop.example/s/KEY/page").unwrap(), UTF_8, html)
}

/// The default of pages that do not say.
pub(super) const DEFAULT_CHARSET: &Encoding = UTF_8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_sends_what_a_browser_would() {
        let page = page(
            r#"<form id=f action="add?x=1" method=POST>
                 <input type=hidden name=rev value=3><input name=qty type=number value=2 min=2>
                 <input type=checkbox name=gift><input type=checkbox name=bulk checked>
                 <input name=off disabled value=1><input value=nameless>
                 <select name=unit><option value=EA>each<option selected value=BX>box</select>
                 <textarea name=note>
a
b</textarea>
                 <noscript><button name=do value=add>Add</button></noscript><button type=button>no</button></form>
               <input form=f name=outside value=9>"#,
        );
        let form = &page.forms[0];
        let ask = form.ask(form.buttons.first(), &[("qty", "4")]);
        assert_eq!((ask.method.as_str(), ask.url.as_str()), ("POST", "https://shop.example/s/KEY/add?x=1"));
        assert_eq!(ask.body, "rev=3&qty=4&bulk=on&unit=BX&note=a%0D%0Ab&outside=9&do=add");
        assert_eq!(form.buttons.len(), 1);
        assert_eq!(form.fields[1].min.as_deref(), Some("2"));
    }

    #[test]
    fn a_get_form_replaces_the_query_and_its_button_may_lead_elsewhere() {
        let page = page(
            r#"<base href="/base/"><form action="find?old=1"><input type=search name=q>
               <input type=submit value=Go><button formaction="/other">Other</button></form>"#,
        );
        let form = &page.forms[0];
        let url = |button: usize| form.ask(form.buttons.get(button), &[("q", "hex & bolt")]).url.to_string();
        assert_eq!(url(0), "https://shop.example/base/find?q=hex+%26+bolt");
        assert_eq!(url(1), "https://shop.example/other?q=hex+%26+bolt");
    }

    #[test]
    fn links_are_resolved_and_labelled() {
        let page = page(
            r#"<title>Shop</title><script>var hidden;</script><p>Seen</p>
               <a href="?p=2#top">Next
                page</a><a href="mailto:x@y.example">Mail</a><a href="/c"><img alt="Cart"></a><a href="//o.example/">O</a>"#,
        );
        let links: Vec<_> = page.links.iter().map(|link| (link.to.as_str(), link.label.as_str())).collect();
        assert_eq!(
            links,
            [
                ("https://shop.example/s/KEY/page?p=2", "Next page"),
                ("https://shop.example/c", "Cart"),
                ("https://o.example/", "O"),
            ]
        );
        assert_eq!((page.title.as_str(), page.text.as_str()), ("Shop", "Seen Next page Mail O"));
    }
}
