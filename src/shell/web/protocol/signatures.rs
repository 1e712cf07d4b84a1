//! Signatures of a document that came: judged by the connection's own certificates, and what is kept of them.

use std::sync::Arc;

use crate::{
    flow::authenticate::{Authenticated, Parties},
    model::signature::SignatureRule,
    shell::{
        app::{App, AppError},
        records::{SignatureFound, SignatureVerdict, cut},
        signing::RECEIVED_OCTETS,
    },
    wire::{
        cxml::{Accepted, Envelope, Judge, Verdict, accept as judge},
        signature::{Certificate, Policy, Refused, Signed, Vouched, is_signed},
    },
};

use super::exchange::Exchange;

/// Longest text of a signature that is kept, in bytes: all of them fit into a row.
const TEXT_BYTES: usize = 120;
/// Parts without a signature that are named.
const UNCOVERED: usize = 20;

/// A document whose signatures are as they should be, or for whom it was refused, and why.
type Judged<'a> = Result<Authenticated<Accepted<'a>>, (Arc<Parties>, Refused)>;

/// Judges the signatures of a proven sender's document and notes what they are worth.
///
/// Of a signed document the octets are kept as they came: the redacted copy proves nothing.
pub(super) fn accept<'a>(
    app: &App,
    exchange: &mut Exchange,
    request: Authenticated<Envelope<'a>>,
) -> Result<Judged<'a>, AppError> {
    let wanted = request.parties.connection.signatures.clone();
    let document = request.document.wrapper.document();
    if wanted.incoming != SignatureRule::Ignored && is_signed(document) {
        exchange.received = Some(app.vault.seal_octets(document.octets(), RECEIVED_OCTETS, &app.entropy)?);
    }
    let trust = app.trust(&wanted)?;
    let policy = Policy { legacy_sha1: wanted.legacy_sha1 };
    let how = Judge { rule: wanted.incoming, trust: &trust, policy, now: app.now() };
    let judged = request.try_map(|envelope| judge(envelope, &exchange.parts, &how));
    let signing = &mut exchange.signing;
    match judged.as_ref().map(|request| request.document.verdict()) {
        Ok(Verdict::Unsigned) => {}
        Ok(Verdict::Ignored) => signing.verdict = Some(SignatureVerdict::Ignored),
        Ok(Verdict::Holds(verified)) => {
            signing.verdict = Some(SignatureVerdict::Holds);
            signing.signatures = verified.signatures().iter().map(found).collect();
            signing.uncovered =
                verified.uncovered().iter().take(UNCOVERED).map(|what| cut(what, TEXT_BYTES)).collect();
        }
        Err(_) => signing.verdict = Some(SignatureVerdict::Refused),
    }
    Ok(judged)
}

fn found(signed: &Signed) -> SignatureFound {
    let certificate = signed.signer.certificate.as_ref();
    let believed = match &signed.signer.reason {
        Vouched::PinnedCertificate => "the certificate is pinned".to_owned(),
        Vouched::PinnedKey(fingerprint) => format!("the key {fingerprint} is pinned"),
        Vouched::Authority(name) => format!("{name} vouches for it"),
        Vouched::Secret => "it knows the secret".to_owned(),
    };
    let signer = certificate.map_or("a key without a certificate", Certificate::subject);
    SignatureFound {
        signer: cut(signer, TEXT_BYTES),
        fingerprint: certificate.map(Certificate::fingerprint),
        believed: cut(&believed, TEXT_BYTES),
        method: signed.method.name().to_owned(),
        covered: signed
            .covered
            .iter()
            .map(|one| cut(&format!("{} ({})", one.what, one.uri), TEXT_BYTES))
            .collect(),
        signed_at: signed.signed_at,
        with_defaults: signed.with_defaults,
    }
}
