//! From a page to the next request: pure, on structure and words, never on a shop's class names.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::{
    ask::Ask,
    hints::{Hints, Purpose},
    page::{Button, Field, FieldKind, Form, Page},
};

/// A product on a page that can be put into the cart.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// What to send.
    pub ask: Ask,
    /// The quantity in it.
    pub quantity: String,
    /// What stands around the form.
    pub context: String,
    /// Values of its hidden fields.
    pub hidden: Vec<String>,
}

impl Offer {
    /// Whether the form or what stands around it names this part.
    #[must_use]
    pub(super) fn names(&self, part: &str) -> bool {
        let same = |value: &String| value.eq_ignore_ascii_case(part);
        let word = |text: &str| {
            text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')'))
                .any(|word| word.eq_ignore_ascii_case(part))
        };
        self.hidden.iter().any(same) || word(&self.context) || self.ask.url.path().ends_with(part)
    }
}

/// The products of a page that can be put into the cart, in order.
///
/// - `times`: take so many times the quantity that the shop proposes, where it sets no maximum.
#[must_use]
pub(super) fn offers(page: &Page, hints: &Hints, times: u32) -> Vec<Offer> {
    page.forms.iter().filter_map(|form| offer(form, hints, times)).collect()
}

/// A form with one field for a quantity and a button to send it, or a button that says “add”.
fn offer(form: &Form, hints: &Hints, times: u32) -> Option<Offer> {
    let quantities: Vec<&Field> = form.fields.iter().filter(|field| is_quantity(field, hints)).collect();
    let [quantity] = quantities.as_slice() else {
        let button = form.buttons.iter().find(|button| purpose(form, button, hints) == Purpose::Add)?;
        return quantities.is_empty().then(|| made(form, button, None, times));
    };
    let judged =
        |wanted: Purpose| form.buttons.iter().find(move |button| purpose(form, button, hints) == wanted);
    // A button whose words say nothing is taken beside a quantity; one that says “update” is not.
    let silent = || {
        form.buttons.iter().find(|button| {
            purpose(form, button, hints) == Purpose::Other
                && hints.purpose(&button.label, "") == Purpose::Other
                && button.label.trim().chars().count() <= 2
        })
    };
    let button = judged(Purpose::Add).or_else(|| judged(Purpose::Cart)).or_else(silent)?;
    Some(made(form, button, Some(quantity), times))
}

fn made(form: &Form, button: &Button, quantity: Option<&Field>, times: u32) -> Offer {
    let amount = quantity.map_or_else(|| "1".to_owned(), |field| sensible_quantity(field, times));
    let filled: Vec<(&str, &str)> =
        quantity.iter().map(|field| (field.name.as_str(), amount.as_str())).collect();
    let hidden = form.fields.iter().filter(|field| field.kind == FieldKind::Hidden);
    Offer {
        ask: form.ask(Some(button), &filled),
        context: form.context.clone(),
        hidden: hidden.map(|field| field.value.clone()).collect(),
        quantity: amount,
    }
}

/// The value that the shop proposes, else the least it takes, else one; several times that where it may be.
fn sensible_quantity(field: &Field, times: u32) -> String {
    let above_zero = |text: &str| text.trim().parse::<Decimal>().ok().filter(|value| *value > Decimal::ZERO);
    let proposed = above_zero(&field.value).or_else(|| field.min.as_deref().and_then(above_zero));
    let proposed = proposed.unwrap_or(Decimal::ONE);
    let free = field.kind != FieldKind::Choice && field.max.is_none();
    let wanted = if free { proposed.checked_mul(Decimal::from(times)).unwrap_or(proposed) } else { proposed };
    wanted.normalize().to_string()
}

fn is_quantity(field: &Field, hints: &Hints) -> bool {
    if let Some(name) = &hints.quantity_field {
        return field.name.eq_ignore_ascii_case(name);
    }
    let name = field.name.to_ascii_lowercase();
    let named = ["qty", "quant", "menge", "anzahl", "cantidad", "aantal", "amount"]
        .iter()
        .any(|word| name.contains(word));
    match field.kind {
        FieldKind::Number => true,
        FieldKind::Text | FieldKind::Choice => named,
        FieldKind::Hidden | FieldKind::Search | FieldKind::Private => false,
    }
}

fn purpose(form: &Form, button: &Button, hints: &Hints) -> Purpose {
    let target = button.action.as_ref().unwrap_or(&form.action);
    hints.purpose(&button.label, target.path())
}

/// The request that a search for these words makes.
#[must_use]
pub(super) fn search(page: &Page, words: &str, hints: &Hints) -> Option<Ask> {
    let customary = [
        "q",
        "query",
        "search",
        "s",
        "term",
        "searchterm",
        "keyword",
        "keywords",
        "suche",
        "suchbegriff",
        "text",
    ];
    let field_of = |form: &Form| {
        let fits = |field: &&Field| match &hints.search_field {
            Some(name) => field.name.eq_ignore_ascii_case(name),
            None => {
                field.kind == FieldKind::Search
                    || (field.kind == FieldKind::Text
                        && customary.contains(&field.name.to_ascii_lowercase().as_str()))
            }
        };
        form.fields.iter().find(fits).map(|field| field.name.clone())
    };
    let (form, name) = page.forms.iter().find_map(|form| Some((form, field_of(form)?)))?;
    Some(form.ask(form.buttons.first(), &[(&name, words)]))
}

/// Links worth following to find products, the likeliest first.
#[must_use]
pub(super) fn ways_in(page: &Page, hints: &Hints) -> Vec<Ask> {
    let mut ways: Vec<(usize, Ask)> = Vec::new();
    for link in &page.links {
        let same_place = link.to.origin() == page.url.origin();
        if !same_place || hints.purpose(&link.label, link.to.path()) != Purpose::Other {
            continue;
        }
        let text = format!("{} {}", link.to.path(), link.label).to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let rank = if says(&["/product", "/item", "/artikel", "/p/", "/detail"]) {
            0
        } else if says(&["categor", "catalog", "katalog", "/c/", "browse", "group", "products"]) {
            1
        } else if says(&[
            "help", "hilfe", "contact", "kontakt", "imprint", "privacy", "terms", "logout", "agb", "language",
        ]) {
            continue;
        } else {
            2
        };
        let ask = Ask::get(link.to.clone());
        if !ways.iter().any(|(_, other)| *other == ask) {
            ways.push((rank, ask));
        }
    }
    ways.sort_by_key(|(rank, _)| *rank);
    ways.into_iter().map(|(_, ask)| ask).collect()
}

/// One control of a page that leads on.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// What it does.
    pub purpose: Purpose,
    /// What it says.
    pub label: String,
    /// What to send.
    pub ask: Ask,
}

/// Every control of a page that does something known, buttons before links.
fn controls(page: &Page, hints: &Hints) -> Vec<Step> {
    let mut steps = Vec::new();
    for form in &page.forms {
        for button in &form.buttons {
            let purpose = purpose(form, button, hints);
            // A form that shows the cart reads; one that writes is something else.
            if purpose == Purpose::Cart && form.post {
                continue;
            }
            steps.push(Step { purpose, label: button.label.clone(), ask: form.ask(Some(button), &[]) });
        }
    }
    for link in &page.links {
        let purpose = hints.purpose(&link.label, link.to.path());
        steps.push(Step { purpose, label: link.label.clone(), ask: Ask::get(link.to.clone()) });
    }
    steps
}

/// The control that leads closest to the return of the cart: return, review, onward, cart.
#[must_use]
pub(super) fn towards_return(page: &Page, been: &HashSet<String>, hints: &Hints) -> Option<Step> {
    let useful = |step: &Step| {
        matches!(step.purpose, Purpose::Back | Purpose::Review | Purpose::Onward | Purpose::Cart)
            && !been.contains(&step.ask.mark())
    };
    best(controls(page, hints).into_iter().filter(useful))
}

/// The control that leaves without changing anything.
#[must_use]
pub(super) fn cancel(page: &Page, been: &HashSet<String>, hints: &Hints) -> Option<Step> {
    let fits = |step: &Step| step.purpose == Purpose::Cancel && !been.contains(&step.ask.mark());
    best(controls(page, hints).into_iter().filter(fits))
}

/// The link to the cart.
#[must_use]
pub(super) fn cart(page: &Page, hints: &Hints) -> Option<Step> {
    best(controls(page, hints).into_iter().filter(|step| step.purpose == Purpose::Cart))
}

/// The first of those that do most.
fn best(steps: impl Iterator<Item = Step>) -> Option<Step> {
    steps.fold(None, |best: Option<Step>, step| match best {
        Some(best) if best.purpose >= step.purpose => Some(best),
        _ => Some(step),
    })
}

/// Controls that would change the cart: an inspection must have none.
#[must_use]
pub(super) fn changing_controls(page: &Page, hints: &Hints) -> Vec<String> {
    let changes = |form: &&Form| form.post && form.fields.iter().any(|field| is_quantity(field, hints));
    let name = |form: &Form| {
        form.buttons.first().map_or_else(|| form.raw_action.clone(), |button| button.label.clone())
    };
    let of_forms = page.forms.iter().filter(changes).map(name);
    let added = page.forms.iter().flat_map(|form| form.buttons.iter().map(move |button| (form, button)));
    let adding = added
        .filter(|(form, button)| form.post && purpose(form, button, hints) == Purpose::Add)
        .map(|(_, button)| button.label.clone());
    of_forms.chain(adding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::buyer::page::page;

    const LISTING: &str = r#"
        <form action="/s/K/search"><input type="search" name="q"><button>Search</button></form>
        <a href="/s/K/cart">Cart <b>0</b></a><a href="/s/K/help">Help</a>
        <a href="/s/K/categories/bolts">Bolts</a><a href="/s/K/product/A-1">Return spring, 20 mm</a>
        <ul><li>A-1 Return spring <form method="post" action="/s/K/add"><input type="hidden" name="part" value="A-1">
          <input name="quantity" type="number" min="5"><button>Add</button></form></li>
        <li>B-2 Bolt <form method="post" action="/s/K/add"><input type="hidden" name="part" value="B-2">
          <input name="quantity" value="2"><button>Add to cart</button></form></li></ul>
        <form method="post" action="/s/K/cancel"><button>Cancel, keep my requisition</button></form>"#;

    #[test]
    fn products_are_forms_with_a_quantity() {
        let page = page(LISTING);
        let offers = offers(&page, &Hints::default(), 1);
        let bodies: Vec<_> = offers.iter().map(|offer| offer.ask.body.as_ref()).collect();
        assert_eq!(bodies, [&b"part=A-1&quantity=5"[..], b"part=B-2&quantity=2"]);
        assert!(offers[0].names("a-1") && !offers[0].names("B-2"));
        assert_eq!(super::offers(&page, &Hints::default(), 3)[0].quantity, "15");
    }

    #[test]
    fn the_search_form_is_found() {
        let ask = search(&page(LISTING), "hex bolt", &Hints::default()).unwrap();
        assert_eq!(ask.url.as_str(), "https://shop.example/s/K/search?q=hex+bolt");
    }

    #[test]
    fn products_come_before_categories_and_the_cart_is_no_way_in() {
        let ways = ways_in(&page(LISTING), &Hints::default());
        let paths: Vec<_> = ways.iter().map(|ask| ask.url.path().to_owned()).collect();
        assert_eq!(paths, ["/s/K/product/A-1", "/s/K/categories/bolts"]);
    }

    #[test]
    fn the_way_back_goes_over_cart_and_review() {
        let hints = Hints::default();
        let mut been = HashSet::new();
        let from_listing = towards_return(&page(LISTING), &been, &hints).unwrap();
        assert_eq!((from_listing.purpose, from_listing.ask.url.path()), (Purpose::Cart, "/s/K/cart"));
        been.insert(from_listing.ask.mark());
        let cart = page(
            r#"<a href="/s/K/cart">Cart</a><form method=post action="/s/K/lines"><input name=quantity.1 value=2>
               <button>Update</button><button formaction="/s/K/empty">Empty cart</button></form>
               <a href="/s/K/review">Review and return</a>"#,
        );
        assert_eq!(towards_return(&cart, &been, &hints).unwrap().ask.url.path(), "/s/K/review");
        let review = page(
            r#"<form method=post action="/s/K/transfer"><input type=hidden name=revision value=4>
               <button>Return cart to Acme</button></form><a href="/s/K/cart">Change the cart</a>"#,
        );
        let last = towards_return(&review, &been, &hints).unwrap();
        assert_eq!((last.purpose, last.ask.body.as_ref()), (Purpose::Back, &b"revision=4"[..]));
    }

    #[test]
    fn a_cart_is_no_list_of_offers_and_an_inspection_shows_no_control() {
        let cart = page(
            r#"<form method=post action="/u"><input name=quantity value=2><button>Update</button></form>"#,
        );
        let hints = Hints::default();
        assert!(offers(&cart, &hints, 1).is_empty());
        assert_eq!(changing_controls(&cart, &hints), ["Update"]);
        assert!(
            changing_controls(&page("<form><input type=search name=q><button>Go</button></form>"), &hints)
                .is_empty()
        );
    }

    #[test]
    fn cancel_is_told_from_the_rest() {
        let step = cancel(&page(LISTING), &HashSet::new(), &Hints::default()).unwrap();
        assert_eq!(step.ask.url.path(), "/s/K/cancel");
    }
}
