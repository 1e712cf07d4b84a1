//! How controls of a shop are recognised: by what they say and where they lead, with hints for unusual shops.

use serde::Deserialize;

/// Help with a shop whose words are not understood. Each word counts if a label or an address contains it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hints {
    /// The button that puts a product into the cart.
    pub add: Vec<String>,
    /// The link to the cart.
    pub cart: Vec<String>,
    /// The button or link from the cart to the page before the return.
    pub review: Vec<String>,
    /// The button that returns the cart.
    pub back: Vec<String>,
    /// The button that leaves without changing anything.
    pub cancel: Vec<String>,
    /// Name of the field for search words.
    pub search_field: Option<String>,
    /// Name of the field for the quantity.
    pub quantity_field: Option<String>,
}

/// What a button or link does.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Purpose {
    /// Something else.
    Other,
    /// Puts into the cart.
    Add,
    /// Shows the cart.
    Cart,
    /// Goes on towards the return, without saying more.
    Onward,
    /// Shows what will be returned.
    Review,
    /// Sends the cart back.
    Back,
    /// Leaves without changing anything.
    Cancel,
}

/// Words in labels, several languages together; all lower case. A word counts whole, one with `*` by its beginning.
const CANCEL: &[&str] =
    &["cancel*", "abbrech*", "annul*", "discard", "verwerfen", "leave without", "keep my"];
const BACK: &[&str] = &[
    "return cart",
    "return the cart",
    "return basket",
    "return order",
    "return to",
    "return items",
    "transfer*",
    "punch out",
    "punchout",
    "send cart",
    "send the cart",
    "send basket",
    "send back",
    "submit cart",
    "submit basket",
    "submit requisition",
    "back to procurement",
    "back to your",
    "zurückgeben",
    "zurücksenden",
    "zurück an",
    "übertragen",
    "übergeben",
    "übernehmen",
    "transférer",
    "renvoyer",
    "retourner",
    "devolver",
    "trasferisci",
    "restituisci",
    "overdragen",
    "terugsturen",
];
const REVIEW: &[&str] = &[
    "review*",
    "summary",
    "check cart",
    "prüfen",
    "überprüfen",
    "zusammenfassung",
    "vérifier",
    "revisar",
    "riepilogo",
    "controleren",
];
const ONWARD: &[&str] = &[
    "checkout",
    "check out",
    "proceed",
    "continue to",
    "continue with",
    "next step",
    "complete order",
    "kasse",
    "weiter",
    "bestellung abschließen",
    "commander",
    "valider",
    "finalizar",
    "procedi",
    "afrekenen",
];
const CART: &[&str] =
    &["cart", "basket", "trolley", "warenkorb", "panier", "carrito", "cesta", "carrello", "winkelwagen"];
const ADD: &[&str] = &[
    "add",
    "add to",
    "buy",
    "into cart",
    "in den warenkorb",
    "in den korb",
    "hinzufügen",
    "ajouter",
    "añadir",
    "agregar",
    "aggiungi",
    "toevoegen",
    "put in",
];
/// A label with one of these is none of the above.
const ELSE: &[&str] = &[
    "continue shopping",
    "keep shopping",
    "weiter einkaufen",
    "remove*",
    "delete*",
    "empty",
    "clear",
    "update*",
    "change*",
    "recalculate",
    "entfern*",
    "lösch*",
    "leeren",
    "aktualisier*",
    "ändern",
    "quote*",
    "print*",
    "compar*",
    "wish*",
    "favo*",
    "shopping list*",
    "logout",
    "log out",
    "sign out",
    "abmelden",
    "returns policy",
    "help",
    "save",
    "address*",
];

impl Hints {
    /// What a control does, judged by its label and the path it leads to.
    #[must_use]
    pub fn purpose(&self, label: &str, path: &str) -> Purpose {
        let label = label.trim().to_lowercase();
        let path = path.to_lowercase();
        let hinted = |hints: &[String]| {
            hints
                .iter()
                .map(|hint| hint.trim().to_lowercase())
                .any(|hint| !hint.is_empty() && (label.contains(&hint) || path.contains(&hint)))
        };
        for (hints, purpose) in [
            (&self.cancel, Purpose::Cancel),
            (&self.back, Purpose::Back),
            (&self.review, Purpose::Review),
            (&self.cart, Purpose::Cart),
            (&self.add, Purpose::Add),
        ] {
            if hinted(hints) {
                return purpose;
            }
        }
        // A long text is a product's name or a whole card, not a command.
        let says = |words: &[&str]| {
            label.chars().count() <= 80 && words.iter().any(|word| contains_word(&label, word))
        };
        let mut segments = path.split('/').rev().filter(|segment| !segment.is_empty());
        let last = segments.next().unwrap_or_default();
        let leads = |names: &[&str]| names.contains(&last.split('.').next().unwrap_or_default());
        if says(CANCEL) || leads(&["cancel", "abort"]) {
            Purpose::Cancel
        } else if says(ELSE) {
            Purpose::Other
        } else if leads(&["review", "summary"]) {
            Purpose::Review
        } else if says(BACK) || leads(&["transfer", "punchout", "checkin"]) {
            Purpose::Back
        } else if says(ADD) {
            Purpose::Add
        } else if says(REVIEW) {
            Purpose::Review
        } else if says(ONWARD) || leads(&["checkout"]) {
            Purpose::Onward
        } else if says(CART) || leads(&["cart", "basket", "warenkorb", "panier"]) {
            Purpose::Cart
        } else {
            Purpose::Other
        }
    }
}

/// Whether a text has this word: whole, or its beginning where the word ends in `*`.
fn contains_word(text: &str, word: &str) -> bool {
    let (stem, whole) = word.strip_suffix('*').map_or((word, true), |stem| (stem, false));
    text.match_indices(stem).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let behind = text.get(at + stem.len()..).and_then(|tail| tail.chars().next());
        let ends = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
        ends(before) && (!whole || ends(behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_known_by_their_words_in_several_languages() {
        let hints = Hints::default();
        for (label, path, purpose) in [
            ("Add", "/s/x/cart/lines", Purpose::Add),
            ("In den Warenkorb", "/add", Purpose::Add),
            ("Cart 2 lines", "/s/x/cart", Purpose::Cart),
            ("Warenkorb (2)", "/korb", Purpose::Cart),
            ("Review cart", "/s/x/review", Purpose::Review),
            ("Return cart to Acme Corp.", "/s/x/transfer", Purpose::Back),
            ("Warenkorb übertragen", "/x", Purpose::Back),
            ("Proceed to checkout", "/x", Purpose::Onward),
            ("Cancel, keep my requisition as it was", "/s/x/cancel", Purpose::Cancel),
            ("Continue shopping", "/s/x/", Purpose::Other),
            ("Update cart", "/s/x/cart", Purpose::Other),
            ("Remove", "/s/x/cart", Purpose::Other),
            ("", "/images/logo", Purpose::Other),
            ("Ladders", "/s/x/search", Purpose::Other),
            ("Cartridge, black", "/s/x/item", Purpose::Other),
            ("Leave", "/s/x/cancel", Purpose::Cancel),
            ("Return cart to Acme", "/s/x/review", Purpose::Review),
        ] {
            assert_eq!(hints.purpose(label, path), purpose, "{label} {path}");
        }
    }

    #[test]
    fn a_hint_wins_over_every_word() {
        let hints = Hints { back: vec!["Los geht's".into()], ..Hints::default() };
        assert_eq!(hints.purpose("Los geht's, weiter einkaufen", "/x"), Purpose::Back);
    }
}
