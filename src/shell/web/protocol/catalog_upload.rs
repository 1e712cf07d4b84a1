//! `CatalogUploadRequest`: a catalog that comes over `/cxml` waits for the operator, like one that was uploaded by hand.

use crate::{
    flow::authenticate::Authenticated,
    model::trade::CatalogUpload,
    shell::{
        app::{App, AppError},
        catalog::{CatalogError, import::Options},
        onboarding::{self, CatalogFile, Imported, OnboardingError},
        records::{Outcome, cut},
    },
    wire::{
        cxml::{Accepted, Paper, Refusal, StatusCode, read_element},
        transport::Part,
    },
};

use super::exchange::Exchange;

/// How many of a file's mistakes the sender is told.
const TOLD: usize = 3;

/// Reads the catalog into an import that waits; what came of it, or why it is refused.
pub(super) async fn receive(
    app: &App,
    exchange: &Exchange,
    request: &Authenticated<Accepted<'_>>,
) -> Result<Result<Outcome, Refusal>, AppError> {
    let refused = |code, why: &str| Ok(Err(Refusal::open(code, why)));
    let parties = &request.parties;
    if !parties.connection.takes_catalogs {
        return refused(StatusCode::Forbidden, "catalogs are not taken over this connection");
    }
    let upload = match read_element(request.document.envelope().request) {
        Some(Ok(reading)) => match reading.paper {
            Paper::CatalogUpload(upload) => upload,
            _ => return Err(AppError::Broken("an upload that is read as something else".to_owned())),
        },
        Some(Err(error)) => return Ok(Err(error.into())),
        None => return Err(AppError::Broken("a document without a type".to_owned())),
    };
    let Some(part) = attached(&upload, &exchange.parts) else {
        return refused(
            StatusCode::BadRequest,
            "the catalog must come with the message, as a part that Attachment names by cid:",
        );
    };
    // A repeat finds the import that its first one left waiting.
    let id = exchange.payload_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let name = cut(&format!("{} ({id})", upload.name.text), 200);
    let supplier = &parties.supplier.id;
    let waiting = onboarding::staged_catalogs(app, supplier).map_err(broken)?;
    if let Some(one) = waiting.iter().find(|one| !id.is_empty() && one.file == name) {
        return Ok(Ok(Outcome { code: 200, note: format!("a repeat: import {} waits", one.number) }));
    }
    let spool = app.data.join("spool");
    let path = spool.join(exchange.id.to_string());
    let io = |error: std::io::Error| AppError::Broken(format!("a catalog could not be kept: {error}"));
    tokio::fs::create_dir_all(&spool).await.map_err(io)?;
    tokio::fs::write(&path, &part.octets).await.map_err(io)?;
    let file = CatalogFile {
        path: path.clone(),
        name,
        options: Options::default(),
        skip_bad_lines: false,
        check: false,
    };
    let imported = onboarding::stage_catalog(app, supplier, file, |_| {}).await;
    let _ = tokio::fs::remove_file(&path).await;
    match imported {
        Ok(Imported { staged: Some(staged), diff, .. }) => {
            let note = format!("import {} waits for the operator: {}", staged.number, diff.summary());
            Ok(Ok(Outcome { code: 200, note }))
        }
        Ok(Imported { report, .. }) => {
            let mut told: Vec<String> = report.errors.iter().take(TOLD).map(ToString::to_string).collect();
            let more = report.error_count.saturating_sub(told.len() as u64);
            if more > 0 {
                told.push(format!("{more} more"));
            }
            refused(
                StatusCode::NotAcceptable,
                &format!("nothing was taken of the catalog: {}", told.join("; ")),
            )
        }
        Err(OnboardingError::Catalog(CatalogError::Busy { .. })) => {
            refused(StatusCode::TemporaryServerError, "another catalog is being read; send it again")
        }
        Err(error) => Err(broken(error)),
    }
}

/// The part that the upload names.
fn attached<'a>(upload: &CatalogUpload, parts: &'a [Part]) -> Option<&'a Part> {
    let place = upload.attachment.trim();
    let id = place
        .get(4..)
        .filter(|_| place.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid:")))?;
    let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
    parts.iter().find(|part| part.id.as_deref() == Some(id.as_ref()))
}

fn broken(error: OnboardingError) -> AppError {
    match error {
        OnboardingError::App(error) => error,
        other => AppError::Broken(other.to_string()),
    }
}
