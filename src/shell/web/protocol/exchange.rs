//! What is known of one exchange while it goes on, and its record at the end.

use crate::{
    flow::authenticate::Parties,
    model::ids::{OrderId, PayloadId, SessionId, TransactionId},
    model::limits,
    model::party::ConnectionState,
    shell::{
        app::{App, AppError},
        clock::Stopwatch,
        records::{Attachment, Direction, Finding, Findings, Outcome, Signing, Transaction, cut},
        refusals::Refused,
        signing::{SENT_OCTETS, Signatory},
        store::{Changes, DocumentId},
    },
    wire::{
        cxml::{self, Severity},
        transport::Part,
        xml::Document,
    },
};

/// Longest sentence of a finding, in bytes: all that are kept fit into a row.
const MESSAGE_BYTES: usize = 400;
/// Longest label of an attachment, in bytes.
const LABEL_BYTES: usize = 100;

/// One document and its answer, so far.
pub(super) struct Exchange {
    /// Its record's key.
    pub id: TransactionId,
    watch: Stopwatch,
    peer: Option<String>,
    bytes: usize,
    /// Element name of the document.
    pub kind: String,
    /// Its id.
    pub payload_id: Option<PayloadId>,
    /// Its `UserAgent`.
    pub user_agent: Option<String>,
    /// The redacted copy to keep.
    pub document: String,
    /// What came with it.
    pub parts: Vec<Part>,
    /// What is wrong with it.
    pub findings: Findings,
    /// Its signatures.
    pub signing: Signing,
    /// Its octets as they came, sealed, where they are a proof.
    pub received: Option<Vec<u8>>,
    /// What signs its answer.
    pub signatory: Option<Signatory>,
    /// Nothing of it counts.
    pub test: bool,
}

/// An answer: what leaves, and what is kept of it.
pub(super) struct Answer {
    /// As it leaves, signed where the connection says so.
    pub text: String,
    /// The copy for the record: without links, and as it was before it was signed.
    kept: String,
    /// What leaves, sealed, where it is signed and new.
    sealed: Option<Vec<u8>>,
}

impl Answer {
    /// One that has left before: nothing new is kept of it but a copy.
    pub(super) fn again(text: String, kept: String) -> Self {
        Self { text, kept, sealed: None }
    }
}

impl Exchange {
    pub(super) fn begin(app: &App, peer: Option<String>, kind: &str, bytes: usize) -> Result<Self, AppError> {
        Ok(Self {
            id: app.new_transaction_id()?,
            watch: Stopwatch::start(),
            peer,
            bytes,
            kind: kind.to_owned(),
            payload_id: None,
            user_agent: None,
            document: String::new(),
            parts: Vec::new(),
            findings: Findings::default(),
            signing: Signing::default(),
            received: None,
            signatory: None,
            test: false,
        })
    }

    /// Notes what grammar and rules have against the document.
    pub(super) fn judge(&mut self, document: &Document) {
        let mut found = cxml::judge(document, None);
        found.sort_by_key(|finding| finding.severity);
        let errors = found.iter().filter(|finding| finding.severity == Severity::Error).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (errors, advice) = (count(errors), count(found.len() - errors));
        let first = found.into_iter().take(limits::FINDINGS_KEPT).map(|finding| Finding {
            code: finding.code.to_owned(),
            error: finding.severity == Severity::Error,
            message: cut(&finding.message, MESSAGE_BYTES),
            hint: finding.hint.map(|hint| cut(&hint, MESSAGE_BYTES)),
            line: finding.position.line,
            column: finding.position.column,
        });
        self.findings = Findings { errors, advice, first: first.collect() };
    }

    fn transaction(&self, app: &App, outcome: Outcome) -> Transaction {
        Transaction {
            id: self.id,
            at: app.now(),
            direction: Direction::In,
            kind: self.kind.clone(),
            outcome,
            supplier: None,
            buyer: None,
            connection: None,
            session: None,
            order: None,
            payload_id: self.payload_id.clone(),
            user_agent: self.user_agent.clone(),
            peer: self.peer.clone(),
            bytes: u64::try_from(self.bytes).unwrap_or(u64::MAX),
            micros: u64::try_from(self.watch.elapsed().as_micros()).unwrap_or(u64::MAX),
            document: None,
            answer: None,
            attachments: self.parts.iter().map(attachment).collect(),
            findings: self.findings.clone(),
            signing: self.signing.clone(),
            test: self.test,
        }
    }

    /// Keeps what came with a document that is taken.
    pub(super) fn keep_attachments(
        &self,
        app: &App,
        changes: &mut Changes,
        transaction: &mut Transaction,
    ) -> Result<(), AppError> {
        for (part, kept) in self.parts.iter().zip(&mut transaction.attachments) {
            let id = app.new_transaction_id()?;
            changes.document(DocumentId::new(*id.bytes()), &part.octets);
            kept.document = Some(id);
        }
        Ok(())
    }

    /// An answer that leaves for the first time; `kept`: the copy of it for the record.
    pub(super) fn answer(&self, app: &App, text: String, kept: String) -> Result<Answer, AppError> {
        let Some(signatory) = &self.signatory else { return Ok(Answer::again(text, kept)) };
        let text = signatory.sign(app, &text)?;
        let sealed =
            app.vault.seal_octets(text.as_bytes(), SENT_OCTETS, &app.entropy).map_err(AppError::from)?;
        Ok(Answer { text, kept, sealed: Some(sealed) })
    }

    /// As [`Self::changes`], with what leaves signed: a signature is made of chance, so that a repeat needs the very octets.
    pub(super) fn answered(
        &self,
        app: &App,
        parties: &Parties,
        outcome: Outcome,
        answer: &Answer,
        links: (Option<SessionId>, Option<&OrderId>),
    ) -> Result<(Changes, Transaction), AppError> {
        let (mut changes, mut transaction) = self.changes(app, parties, outcome, &answer.kept, links)?;
        if let Some(sealed) = &answer.sealed {
            let id = app.new_transaction_id()?;
            changes.document(DocumentId::new(*id.bytes()), sealed);
            transaction.signing.sent = Some(id);
        }
        Ok((changes, transaction))
    }

    /// The record of a proven sender's document with its answer, as durable changes.
    pub(super) fn changes(
        &self,
        app: &App,
        parties: &Parties,
        outcome: Outcome,
        answer: &str,
        links: (Option<SessionId>, Option<&OrderId>),
    ) -> Result<(Changes, Transaction), AppError> {
        let mut changes = Changes::durable();
        let mut keep = |text: &str| {
            let id = app.new_transaction_id()?;
            changes.document(DocumentId::new(*id.bytes()), text.as_bytes());
            Ok::<_, AppError>(id)
        };
        let document = keep(&self.document)?;
        let answer = keep(answer)?;
        let mut signing = self.signing.clone();
        if let Some(sealed) = &self.received {
            let id = app.new_transaction_id()?;
            changes.document(DocumentId::new(*id.bytes()), sealed);
            signing.received = Some(id);
        }
        let (session, order) = links;
        let transaction = Transaction {
            supplier: Some(parties.supplier.id.clone()),
            buyer: Some(parties.buyer.id.clone()),
            connection: Some(parties.connection.id.clone()),
            session,
            order: order.cloned(),
            document: Some(document),
            answer: Some(answer),
            signing,
            test: self.test || parties.connection.state == ConnectionState::Test,
            ..self.transaction(app, outcome)
        };
        Ok((changes, transaction))
    }

    /// Keeps what a stranger sent: in memory, bounded.
    pub(super) fn refuse(&self, app: &App, outcome: Outcome, answer: &str) {
        let cut = |text: &str| text.chars().take(limits::REFUSED_DOCUMENT_BYTES).collect();
        tracing::info!(kind = %self.kind, code = outcome.code, reason = %outcome.note, "a document was refused");
        app.refusals.keep(Refused {
            transaction: self.transaction(app, outcome),
            document: cut(&self.document),
            answer: cut(answer),
        });
    }
}

fn attachment(part: &Part) -> Attachment {
    let label = |text: &Option<String>| text.as_deref().map(|text| cut(text, LABEL_BYTES));
    Attachment {
        id: label(&part.id),
        name: label(&part.file_name),
        content_type: label(&part.content_type),
        bytes: u64::try_from(part.octets.len()).unwrap_or(u64::MAX),
        document: None,
    }
}
