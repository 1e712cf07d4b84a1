//! `ProfileResponse = Option*, Transaction+`: what punchgate takes, and where.

use crate::{
    model::profile::CxmlVersion,
    wire::xml::{WriteError, Writer},
};

use super::{
    envelope::{Stamp, timestamp},
    response::respond,
    status::{Status, StatusCode},
};

/// The requests that are taken, by element name.
const TAKEN: [&str; 3] = ["OrderRequest", "ProfileRequest", "PunchOutSetupRequest"];

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
