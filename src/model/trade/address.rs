//! Where people and goods are.

use serde::{Deserialize, Serialize};

use super::text::{Extrinsic, Localized, Token};

/// An address of a party.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The buyer's number of it: what says where the goods go.
    pub id: Option<String>,
    /// In which list that number is.
    pub id_domain: Option<String>,
    /// ISO 3166 code of the country.
    pub country: Option<String>,
    /// Who is there.
    pub name: Localized,
    /// Where it is.
    pub postal: Option<Postal>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Telefax, where it is a number.
    pub fax: Option<Phone>,
    /// Web page.
    pub url: Option<String>,
}

/// A postal address.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Postal {
    /// Its name, such as `default`.
    pub name: Option<String>,
    /// By custom first the person, then the place.
    pub deliver_to: Vec<String>,
    /// Street lines.
    pub street: Vec<String>,
    /// City.
    pub city: String,
    /// Part of a city.
    pub municipality: Option<String>,
    /// State or region.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Country,
}

/// A country.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Country {
    /// ISO 3166 code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A telephone number.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Phone {
    /// The country's calling code, with the country's ISO 3166 code.
    pub country: Country,
    /// Area or city code.
    pub area: String,
    /// The number there.
    pub number: String,
    /// Extension.
    pub extension: Option<String>,
}

/// Somebody to turn to, or a party in a role.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// `endUser`, `shipFrom`, `remitTo` …
    pub role: Option<Token>,
    /// Number of the address.
    pub id: Option<String>,
    /// In which list that number is.
    pub id_domain: Option<String>,
    /// Who it is.
    pub name: Localized,
    /// Where.
    pub postal: Vec<Postal>,
    /// E-mail.
    pub email: Vec<String>,
    /// Telephone.
    pub phone: Vec<Phone>,
    /// Telefax, where it is a number.
    pub fax: Vec<Phone>,
    /// Web page.
    pub url: Vec<String>,
    /// Other numbers of it.
    pub references: Vec<IdReference>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// A number of something in a list of numbers.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct IdReference {
    /// The number.
    pub identifier: String,
    /// Which list.
    pub domain: String,
}
