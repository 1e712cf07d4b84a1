//! cXML "Envelope", "Status": what holds for every document.

use crate::wire::{
    grammar::{Version, document_type, dtd_file},
    xml::{Document, Element},
};

use super::{
    super::{credential_mac, status::StatusCode},
    Found, child,
};

pub(super) fn judge(document: &Document, found: &mut Found) {
    let root = document.root();
    if root.name() != "cXML" {
        return;
    }
    doctype(document, found);
    stamp(root, found);
    secrets(root, found);
    status(root, found);
    if let (Some(sender), Some(request)) =
        (child(root, "Header").and_then(|header| child(header, "Sender")), child(root, "Request"))
    {
        let secret = |credential: Element<'_>| {
            credential.children().any(|part| matches!(part.name(), "SharedSecret" | "CredentialMac"))
        };
        if let Some(mac) = credential_mac::in_party(sender).next() {
            let message = "the CredentialMac in Sender is read and not verified".to_owned();
            found.advice(
                "R004",
                mac.position(),
                message,
                "only a SharedSecret or a signature proves a sender here",
            );
        }
        if !sender.all("Credential").any(secret) && !is_signed(root) {
            let what = request.children().next().map_or("request", Element::name);
            let message = format!("Sender has no SharedSecret: nothing proves who sent this {what}");
            found.advice("R003", sender.position(), message, "put SharedSecret into Sender/Credential");
        }
    }
}

/// The DOCTYPE names a version and a file; neither is followed, both should fit.
fn doctype(document: &Document, found: &mut Found) {
    let root = document.root();
    let Some((doctype, span)) = document.doctype().zip(document.doctype_span()) else { return };
    let at = document.position(span.start);
    if doctype.name != root.qualified_name() {
        let message = format!("the DOCTYPE is for {}, the root is {}", doctype.name, root.qualified_name());
        return found.error("R010", at, message, "");
    }
    let Some(id) = doctype.system_id else { return };
    let (declared, own) = (Version::parse(id), root.attribute("version").and_then(Version::parse));
    if let (Some(declared), Some(own)) = (declared, own)
        && own > declared
    {
        let message = format!("version {own} is newer than the DTD of the DOCTYPE, {declared}");
        found.advice("R011", at, message, "let both say the same");
    }
    let kind = document_type(document).name();
    let (wanted, named) = (dtd_file(kind), id.rsplit('/').next().unwrap_or_default());
    let split =
        declared.is_some_and(|declared| Version::parse("1.2.020").is_some_and(|first| declared >= first));
    if split && named.contains(".dtd") && named != wanted {
        let message = format!("the DOCTYPE names {named}, but {kind} is in {wanted}");
        found.advice("R012", at, message, "peers that validate will not find the document there");
    }
}

/// Time and ids.
fn stamp(root: Element<'_>, found: &mut Found) {
    if let Some(stamp) = root.attribute_named("timestamp")
        && stamp.value().trim().ends_with('Z')
    {
        let message = "the timestamp ends in Z".to_owned();
        found.advice("R001", stamp.position(), message, "cXML wants a numeric offset: +00:00");
    }
    if root.attribute("signatureVersion").is_some() && !is_signed(root) {
        let message = "signatureVersion announces a signature that is not there".to_owned();
        found.error("R013", root.position(), message, "sign the document or leave signatureVersion out");
    }
}

fn is_signed(root: Element<'_>) -> bool {
    root.children().any(|part| part.name() == "Signature")
}

/// Whatever holds a `PunchOutOrderMessage` goes through the user's browser.
fn secrets(root: Element<'_>, found: &mut Found) {
    let Some(message) = child(root, "Message") else { return };
    if child(message, "PunchOutOrderMessage").is_none() {
        return;
    }
    for part in root.descendants() {
        if matches!(part.name(), "SharedSecret" | "DigitalSignature" | "CredentialMac") {
            let message = format!("{} in a document that travels through the user's browser", part.name());
            found.error("R002", part.position(), message, "leave it out; whoever shops can read it");
        }
    }
}

/// `Status` and what stands beside it.
fn status(root: Element<'_>, found: &mut Found) {
    for wrapper in root.children().filter(|part| matches!(part.name(), "Response" | "Message")) {
        let Some(status) = child(wrapper, "Status") else { continue };
        let Some(code) = status.attribute("code").and_then(|code| code.trim().parse::<u16>().ok()) else {
            continue;
        };
        let beside = wrapper.children().find(|part| part.name() != "Status");
        if let Some(beside) = beside
            && wrapper.name() == "Response"
            && !(200..300).contains(&code)
        {
            let message = format!("{} beside Status {code}", beside.name());
            found.error("R014", beside.position(), message, "only 2xx comes with a response element");
        }
        if let Some(line) = beside.and_then(|message| child(message, "ItemIn"))
            && code == 204
        {
            let message = "Status 204 says that nothing changed, and yet there are lines".to_owned();
            found.error("R015", line.position(), message, "leave out the lines or the Status");
        }
        if !StatusCode::exists(code) {
            let message = format!("{code} is not a cXML Status code");
            let hint = "peers read it as 200, 400 or 500, by its first digit";
            found.advice("R016", status.position(), message, hint);
        }
    }
}
