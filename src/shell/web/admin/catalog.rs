//! The catalog of one supplier: what is published, what waits, and a file to import while everything runs.

use axum::{
    Form,
    extract::{Extension, Path, Request, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use http_body_util::BodyExt;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use tokio::io::AsyncWriteExt;

use crate::{
    model::{ids::SupplierId, limits},
    shell::{
        app::AppError,
        catalog::{CatalogManifest, ImportReport, Staged, import::Options},
        onboarding::{self, CatalogFile, OnboardingError, mode_word},
        store::keys::SupplierKey,
        web::look::{Tone, badge, format, notice},
    },
    wire::{csv::Encoding, feed::Mode},
};

use super::{
    Admin, SharedAdmin, Trouble, access,
    access::Login,
    ago::ago,
    frame::{self, Part, crumbs, nothing, token},
};

/// Errors and differences that the page shows.
const SHOWN: usize = 50;
/// The longest part of an upload before its file.
const HEAD: usize = 64 << 10;

pub(super) async fn show(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
) -> Result<Html<String>, Trouble> {
    page(&admin, &login, &named(&id)?, None).await
}

fn named(id: &str) -> Result<SupplierId, Trouble> {
    SupplierId::parse(id).map_err(|_| Trouble::Gone("supplier"))
}

fn broken(error: OnboardingError) -> Trouble {
    match error {
        OnboardingError::App(error) => Trouble::Broken(error),
        other => Trouble::Broken(AppError::Broken(other.to_string())),
    }
}

async fn page(
    admin: &Admin,
    login: &Login,
    supplier: &SupplierId,
    message: Option<Markup>,
) -> Result<Html<String>, Trouble> {
    let app = &admin.app;
    let row = app.store.get(&SupplierKey { supplier: supplier.clone() }).await?;
    let party = row.ok_or(Trouble::Gone("supplier"))?.value;
    let current = onboarding::current(app, supplier).await.map_err(broken)?;
    let versions = onboarding::catalog_versions(app, supplier).await.map_err(broken)?;
    let waiting = onboarding::staged_catalogs(app, supplier).map_err(broken)?;
    let now = app.now();
    let content = html! {
        (crumbs(&[("/catalog", "Catalog and prices")]))
        div.title { h1 { "Catalog of " (format::Data(&party.name)) } }
        @if let Some(message) = message { (message) }
        div.columns {
            div.stack {
                h2 { "Waiting to be published" }
                @if waiting.is_empty() { (nothing("No import waits.")) }
                @for one in &waiting { (waits(supplier, one, login, now)) }
            }
            div.stack {
                (upload(supplier, login))
                (history(supplier, &versions, current.as_ref(), login, now))
            }
        }
    };
    Ok(frame::page(admin, login, Part::Catalog, "Catalog", &content))
}

fn upload(supplier: &SupplierId, login: &Login) -> Markup {
    html! {
        section.sheet {
            h2 { "Import a file" }
            form.stack method="post" enctype="multipart/form-data" action={ "/catalog/" (supplier) "/import" } {
                (token(login))
                div.field {
                    label for="mode" { "The file is" }
                    select id="mode" name="mode" {
                        option value="" { "what it says itself (CSV and XLSX: the whole catalog)" }
                        option value="whole" { "the whole catalog" }
                        option value="changes" { "changes: what it does not name stays" }
                    }
                }
                div.field {
                    label for="encoding" { "Encoding of CSV" }
                    select id="encoding" name="encoding" { option value="utf-8" { "UTF-8" } option value="windows-1252" { "Windows-1252" } }
                }
                div.field {
                    label for="file" { "File" }
                    // The last field: what follows it is the file.
                    input id="file" name="file" type="file" required aria-describedby="file-hint";
                    p.hint id="file-hint" { "CSV, XLSX, CIF 3.0, cXML Index or BMEcat 2005. It is checked and compared; nothing is published yet." }
                }
                div.actions { button.button.primary { "Read the file" } }
            }
        }
    }
}

fn waits(supplier: &SupplierId, one: &Staged, login: &Login, now: Timestamp) -> Markup {
    let action = |what: &str| format!("/catalog/{supplier}/{}/{what}", one.number);
    html! {
        section.sheet.rows {
            div.title { h3 { "Import " (one.number) ": " (format::Data(&one.file)) } span.quiet { (mode_word(one.mode)) ", read " (ago(one.built, now)) } }
            p {
                (one.diff.summary()) "."
                @if one.refused > 0 { " " (badge(Tone::Warning, "Without bad lines")) " " (one.refused) " lines were left out." }
            }
            @if let Some(pictures) = &one.pictures {
                p { "Pictures: " (pictures.summary()) "." }
                @if !pictures.named.is_empty() {
                    details { summary { "Pictures that did not come" } ul { @for one in &pictures.named { li dir="auto" { (one) } } } }
                }
            }
            @if let Some(at) = one.publish_at { p { (badge(Tone::Info, "Planned")) " " (format::moment(at)) } }
            @if let Some(trouble) = &one.trouble { (notice(Tone::Bad, &html! { "Not published on time: " (trouble) })) }
            @if !one.diff.lines.is_empty() {
                table {
                    thead { tr { th { "Change" } th { "Number" } th { "What" } } }
                    tbody {
                        @for line in one.diff.lines.iter().take(SHOWN) {
                            tr { td { (line.kind.word()) } td { (format::part(&line.part)) } td dir="auto" { (line.text) } }
                        }
                    }
                }
            }
            div.actions {
                form method="post" action=(action("publish")) { (token(login)) button.button.primary { "Publish now" } }
                form method="post" action=(action("drop")) { (token(login)) button.button { "Throw away" } }
            }
            form.line method="post" action=(action("schedule")) {
                (token(login))
                label for={ "at-" (one.number) } { "Publish at (UTC)" }
                input id={ "at-" (one.number) } name="at" type="datetime-local" required;
                button.button { "Plan" }
            }
        }
    }
}

fn history(
    supplier: &SupplierId,
    versions: &[CatalogManifest],
    current: Option<&CatalogManifest>,
    login: &Login,
    now: Timestamp,
) -> Markup {
    let head = current.map_or(0, |manifest| manifest.version);
    html! {
        section.sheet.rows {
            h2 { "Versions" }
            @if versions.is_empty() { p { "None yet." } }
            @else {
                table {
                    thead { tr { th.number { "Version" } th.number { "Products" } th { "Published" } th { span.unseen { "Go back" } } } }
                    tbody {
                        @for one in versions {
                            tr {
                                td.number { (one.version) }
                                td.number { (format::number(one.products.into(), 0)) }
                                td { (ago(one.published, now)) }
                                td {
                                    @if one.version == head { (badge(Tone::Good, "Visible")) }
                                    @else {
                                        form method="post" action={ "/catalog/" (supplier) "/undo" } {
                                            (token(login))
                                            input type="hidden" name="version" value=(one.version);
                                            button.button { "Back to this" }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Back to the page, or the page with what was wrong.
async fn settled<T>(
    admin: &Admin,
    login: &Login,
    supplier: &SupplierId,
    outcome: Result<T, OnboardingError>,
) -> Result<Response, Trouble> {
    let text = match outcome {
        Ok(_) => return Ok(Redirect::to(&format!("/catalog/{supplier}")).into_response()),
        Err(OnboardingError::App(error)) => return Err(Trouble::Broken(error)),
        Err(OnboardingError::Refused(problems)) => {
            problems.iter().map(|one| one.reason.clone()).collect::<Vec<_>>().join("; ")
        }
        Err(OnboardingError::Catalog(error)) => {
            tracing::error!(%error, "a catalog could not be changed");
            error.to_string()
        }
    };
    let message = notice(Tone::Bad, &html! { "Not done: " (text) "." });
    let page = page(admin, login, supplier, Some(message)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub(super) async fn publish(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path((id, number)): Path<(String, u64)>,
) -> Result<Response, Trouble> {
    let supplier = named(&id)?;
    let done = onboarding::publish_staged(&admin.app, &supplier, number).await;
    tracing::info!(%supplier, number, "the operator publishes an import");
    settled(&admin, &login, &supplier, done).await
}

pub(super) async fn discard(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path((id, number)): Path<(String, u64)>,
) -> Result<Response, Trouble> {
    let supplier = named(&id)?;
    let done = onboarding::drop_staged(&admin.app, &supplier, number);
    settled(&admin, &login, &supplier, done).await
}

#[derive(Deserialize)]
pub(super) struct When {
    at: String,
}

pub(super) async fn schedule(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path((id, number)): Path<(String, u64)>,
    Form(when): Form<When>,
) -> Result<Response, Trouble> {
    let supplier = named(&id)?;
    let at = when.at.parse::<jiff::civil::DateTime>().ok();
    let at = at.and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|at| at.timestamp());
    let done = match at {
        Some(at) => onboarding::schedule_staged(&admin.app, &supplier, number, Some(at)),
        None => Err(OnboardingError::Refused(vec![onboarding::Problem {
            field: "at",
            reason: "that is no time such as 2027-01-01T00:00".to_owned(),
        }])),
    };
    settled(&admin, &login, &supplier, done).await
}

#[derive(Deserialize)]
pub(super) struct Back {
    version: u64,
}

pub(super) async fn undo(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
    Form(back): Form<Back>,
) -> Result<Response, Trouble> {
    let supplier = named(&id)?;
    let done = onboarding::restore_catalog(&admin.app, &supplier, Some(back.version)).await;
    tracing::info!(%supplier, version = back.version, "the operator goes back to a catalog");
    settled(&admin, &login, &supplier, done).await
}

/// A file as it comes: spooled to disk, then read like any other.
pub(super) async fn import(
    State(admin): State<SharedAdmin>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let Some(login) = access::logged_in(&admin, request.headers()) else {
        return Ok(Redirect::to("/login").into_response());
    };
    let supplier = named(&id)?;
    let spool = admin.app.data.join("spool");
    let random = u128::from_be_bytes(admin.app.entropy.bytes().map_err(AppError::from)?);
    let path = spool.join(format!("{random:032x}"));
    let io = |error: std::io::Error| {
        Trouble::Broken(AppError::Broken(format!("an upload could not be kept: {error}")))
    };
    tokio::fs::create_dir_all(&spool).await.map_err(io)?;
    let taken = take(&login, request, &path).await;
    let outcome = match taken {
        Ok(Upload { name, mode, encoding }) => {
            let options = Options { encoding, mode, ..Options::default() };
            let file = CatalogFile { path: path.clone(), name, options, skip_bad_lines: false, check: false };
            Ok(onboarding::stage_catalog(&admin.app, &supplier, file, |_| {}).await)
        }
        Err(refused) => Err(refused),
    };
    // What is left is removed by nobody else; the next upload has another name.
    let _ = tokio::fs::remove_file(&path).await;
    match outcome {
        Err(Refused::Stale) => Ok(frame::stale_form()),
        Err(Refused::Because(text)) => {
            let message = notice(Tone::Bad, &html! { (text) });
            let page = page(&admin, &login, &supplier, Some(message)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Ok(Ok(imported)) if imported.staged.is_none() => {
            let page = page(&admin, &login, &supplier, Some(errors(&imported.report))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Ok(other) => settled(&admin, &login, &supplier, other).await,
    }
}

fn errors(report: &ImportReport) -> Markup {
    let listed = report.errors.iter().take(SHOWN);
    html! {
        (notice(Tone::Bad, &html! {
            "Nothing was taken over: " (report.accepted) " lines are good, " (report.refused) " are not."
            @if !report.complete { " The rest of the file was not read." }
        }))
        section.sheet.rows {
            table {
                thead { tr { th.number { "Line" } th { "Problem" } } }
                tbody { @for error in listed { tr { td.number { (error.line) } td dir="auto" { (error.error) } } } }
            }
            @if report.error_count > SHOWN as u64 { p.quiet { "… and " (report.error_count - SHOWN as u64) " more" } }
        }
    }
}

struct Upload {
    name: String,
    mode: Option<Mode>,
    encoding: Encoding,
}

enum Refused {
    Stale,
    Because(String),
}

/// Writes the file of a form (`multipart/form-data`, RFC 7578, the file last) to `path`.
async fn take(login: &Login, request: Request, path: &std::path::Path) -> Result<Upload, Refused> {
    let because = |text: &str| Refused::Because(text.to_owned());
    let failed = |error: std::io::Error| Refused::Because(format!("The file could not be kept: {error}."));
    if access::foreign(request.headers()) {
        return Err(Refused::Stale);
    }
    let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = kind
        .split(';')
        .find_map(|part| part.trim().strip_prefix("boundary="))
        .map(|raw| raw.trim_matches('"'));
    let boundary = boundary.filter(|raw| kind.starts_with("multipart/form-data") && !raw.is_empty());
    let boundary = boundary.ok_or_else(|| because("This is no upload."))?.to_owned();
    let tail = format!("\r\n--{boundary}--");
    let mut body = request.into_body();
    let mut head: Vec<u8> = Vec::new();
    let mut file: Option<(tokio::fs::File, Upload)> = None;
    let mut written = 0_u64;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| because("The upload broke off."))?;
        let Ok(chunk) = frame.into_data() else { continue };
        if let Some((out, _)) = &mut file {
            out.write_all(&chunk).await.map_err(failed)?;
            written += chunk.len() as u64;
        } else {
            head.extend_from_slice(&chunk);
            if let Some((upload, rest)) = opening(&head, &boundary, login)? {
                let mut out = tokio::fs::File::create_new(path).await.map_err(failed)?;
                let rest = head.get(rest..).unwrap_or_default();
                out.write_all(rest).await.map_err(failed)?;
                written = rest.len() as u64;
                file = Some((out, upload));
            } else if head.len() > HEAD {
                return Err(because("The upload has no file."));
            }
        }
        if written > limits::UPLOAD_BYTES {
            return Err(because("The file is longer than 4 GiB."));
        }
    }
    let (mut out, upload) = file.ok_or_else(|| because("The upload has no file."))?;
    out.flush().await.map_err(failed)?;
    // The boundary that ends the form stands at the end of what was written.
    let whole = tokio::task::spawn_blocking({
        let path = path.to_owned();
        move || end_of(&path, written, tail.as_bytes())
    });
    let end = whole.await.map_err(|_| because("The upload could not be read."))?.map_err(failed)?;
    let end = end.ok_or_else(|| because("The upload broke off."))?;
    out.set_len(end).await.map_err(failed)?;
    Ok(upload)
}

/// Where the last boundary begins, if the form is complete.
fn end_of(path: &std::path::Path, length: u64, tail: &[u8]) -> std::io::Result<Option<u64>> {
    use std::os::unix::fs::FileExt;
    let span = (tail.len() as u64 + 16).min(length);
    let mut last = vec![0; usize::try_from(span).unwrap_or_default()];
    std::fs::File::open(path)?.read_exact_at(&mut last, length - span)?;
    let found = last.windows(tail.len()).rposition(|window| window == tail);
    Ok(found.map(|place| length - span + place as u64))
}

/// The fields before the file and where the file begins, once all of that has come.
fn opening(bytes: &[u8], boundary: &str, login: &Login) -> Result<Option<(Upload, usize)>, Refused> {
    let mark = format!("--{boundary}\r\n");
    let mut upload = Upload { name: String::new(), mode: None, encoding: Encoding::Utf8 };
    let mut proven = false;
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(rest) = rest.strip_prefix(mark.as_bytes()) else {
            return if rest.len() < mark.len() {
                Ok(None)
            } else {
                Err(Refused::Because("The upload is no form.".to_owned()))
            };
        };
        let Some(blank) = rest.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
        let headers = String::from_utf8_lossy(rest.get(..blank).unwrap_or_default()).into_owned();
        let begins = at + mark.len() + blank + 4;
        let parameter = |name: &str| {
            let text = headers
                .split(';')
                .find_map(|part| part.trim().strip_prefix(&format!("{name}=\"")).map(str::to_owned));
            text.and_then(|text| text.split('"').next().map(str::to_owned))
        };
        if let Some(name) = parameter("filename") {
            if !proven {
                return Err(Refused::Stale);
            }
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
            upload.name = name.chars().filter(|c| !c.is_control()).take(limits::LABEL_CHARACTERS).collect();
            return Ok(Some((upload, begins)));
        }
        let content = bytes.get(begins..).unwrap_or_default();
        let until = format!("\r\n--{boundary}");
        let Some(length) = content.windows(until.len()).position(|window| window == until.as_bytes()) else {
            return Ok(None);
        };
        let value = String::from_utf8_lossy(content.get(..length).unwrap_or_default()).into_owned();
        match parameter("name").as_deref() {
            Some("token") => proven = value == *login.token,
            Some("mode") => {
                upload.mode = match value.as_str() {
                    "whole" => Some(Mode::Whole),
                    "changes" => Some(Mode::Update),
                    _ => None,
                };
            }
            Some("encoding") if value == "windows-1252" => upload.encoding = Encoding::Windows1252,
            _ => {}
        }
        at = begins + length + 2;
    }
}
