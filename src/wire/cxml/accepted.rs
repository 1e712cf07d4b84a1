//! A received document whose signatures are as its connection wants them (cXML 1.2, "Digital signatures").

use jiff::Timestamp;

use crate::{
    model::signature::SignatureRule,
    wire::{
        signature::{self, Policy, Refused, RefusedKind, Trust, Verified, is_signed},
        transport::Part,
    },
};

use super::Envelope;

/// An envelope that may be read. Only [`accept`] makes one: of a signed document it is the very part that was signed.
pub struct Accepted<'a> {
    envelope: Envelope<'a>,
    verdict: Verdict<'a>,
}

/// What was made of the signatures.
#[derive(Debug)]
pub enum Verdict<'a> {
    /// There are none.
    Unsigned,
    /// There are some; nobody wants to know.
    Ignored,
    /// Every one holds.
    Holds(Verified<'a>),
}

impl<'a> Accepted<'a> {
    /// The document up to its request.
    #[must_use]
    pub fn envelope(&self) -> &Envelope<'a> {
        &self.envelope
    }

    /// What was made of its signatures.
    #[must_use]
    pub fn verdict(&self) -> &Verdict<'a> {
        &self.verdict
    }
}

/// How a connection judges signatures.
pub struct Judge<'t> {
    /// Whether there must be one.
    pub rule: SignatureRule,
    /// Whose signature is believed.
    pub trust: &'t Trust,
    /// What is accepted beyond the rule.
    pub policy: Policy,
    /// When.
    pub now: Timestamp,
}

/// Judges the signatures of a document; `parts`: its attachments.
///
/// # Errors
/// The check that failed; a missing signature where one is required.
pub fn accept<'a>(
    envelope: Envelope<'a>,
    parts: &[Part],
    judge: &Judge<'_>,
) -> Result<Accepted<'a>, Refused> {
    let document = envelope.wrapper.document();
    let verdict = match (judge.rule, is_signed(document)) {
        (SignatureRule::Ignored, true) => Verdict::Ignored,
        (SignatureRule::Ignored | SignatureRule::Allowed, false) => Verdict::Unsigned,
        (SignatureRule::Required, false) => return Err(not_signed(&envelope)),
        (SignatureRule::Required | SignatureRule::Allowed, true) => {
            let verified = signature::verify(document, parts, judge.trust, judge.policy, judge.now)?;
            if verified.payload() != envelope.wrapper {
                let name = envelope.wrapper.qualified_name().to_owned();
                let position = Some(envelope.wrapper.position());
                return Err(Refused { kind: RefusedKind::NotCovered(name), position });
            }
            Verdict::Holds(verified)
        }
    };
    Ok(Accepted { envelope, verdict })
}

fn not_signed(envelope: &Envelope<'_>) -> Refused {
    let position = Some(envelope.wrapper.document().root().position());
    Refused { kind: RefusedKind::NotSigned, position }
}
