//! `ProfileRequest = EMPTY`, `ProfileResponse = Option*, Transaction+`: what punchgate takes, and where.

use crate::{
    model::{
        profile::CxmlVersion,
        trade::{Profile, ProfileOption, ProfileQuestion, ProfileTransaction},
    },
    wire::xml::{Element, ReadError, WriteError, Writer},
};

use super::{
    content::{Content, Skipped, content},
    envelope::{Stamp, timestamp},
    pen::Pen,
    response::respond,
    status::{Status, StatusCode},
};

/// `ProfileRequest = EMPTY`
impl Content for ProfileQuestion {
    const MATTERS: bool = true;

    fn read(_: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        Ok(Self {})
    }

    fn write(&self, _: &mut Pen<'_>) {}
}

content! {
    Profile, essential;
    effective @ "effectiveDate", last_refresh @ "lastRefresh";
    options: "Option", transactions: "Transaction",
}

content! {
    ProfileOption, optional, text value;
    name @ "name";
}

content! {
    ProfileTransaction, essential;
    request @ "requestName";
    url: "URL", options: "Option",
}

/// The requests that are taken, by element name.
const TAKEN: [&str; 7] = [
    "CatalogUploadRequest",
    "CopyRequest",
    "OrderRequest",
    "ProfileRequest",
    "PunchOutSetupRequest",
    "ReceiptRequest",
    "StatusUpdateRequest",
];

/// Answers a `ProfileRequest`, which also serves as a ping.
pub fn profile_answer(address: &str, stamp: &Stamp, version: &CxmlVersion) -> Result<String, WriteError> {
    let status = Status { code: StatusCode::Ok, cause: String::new() };
    respond(&status, stamp, version, |xml| {
        xml.element("ProfileResponse", &[("effectiveDate", &timestamp(stamp.at))], |xml| {
            for name in TAKEN {
                let url = |xml: &mut Writer| xml.text_element("URL", &[], address);
                xml.element("Transaction", &[("requestName", name)], url);
            }
        });
    })
}
