//! What the process tells about itself: `tracing` to the terminal or as JSON, metrics for Prometheus.
//!
//! Requests are named by the route they matched, never by their address: that holds capabilities. The names of all
//! fields stand in `docs/LOGGING.md`.

use std::{io::IsTerminal, sync::OnceLock};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::Method,
    middleware::{self, Next},
    response::Response,
};
use metrics::{counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Instrument;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use super::clock::Stopwatch;

/// What is logged: a level, or levels by part of the program (`warn,punchgate::shell::store=debug`).
#[derive(Clone, Debug)]
pub struct LogFilter(String);

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The log or the metrics could not be set up, since something else in the process did before.
#[derive(Debug, thiserror::Error)]
#[error("the log was set up before")]
pub struct SetUpBefore;

impl LogFilter {
    /// Reads a level, or a list of levels and `part=level`.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let is_level = |word: &str| LEVELS.contains(&word.trim().to_ascii_lowercase().as_str());
        // A misspelt level alone would be taken for a part of the program, and nothing else be logged.
        let is_directive = |part: &str| match part.split_once('=') {
            Some((name, level)) => !name.trim().is_empty() && is_level(level),
            None => is_level(part),
        };
        match EnvFilter::builder().parse(raw) {
            Ok(_) if raw.split(',').all(is_directive) => Ok(Self(raw.to_owned())),
            _ => Err(format!(
                "{raw:?} is not a level ({}) or a list such as warn,punchgate=debug",
                LEVELS.join(", ")
            )),
        }
    }
}

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl Default for LogFilter {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl LogFormat {
    /// Reads `text` or `json`.
    pub fn parse(raw: &str) -> Result<Self, String> {
        match raw {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("{raw:?} is not text or json")),
        }
    }
}

/// Sends the log of the whole process to standard error.
pub fn log(filter: &LogFilter, format: LogFormat) -> Result<(), SetUpBefore> {
    let level = LevelFilter::INFO.into();
    let filter = EnvFilter::builder().with_default_directive(level).parse_lossy(&filter.0);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    set.map_err(|_| SetUpBefore)
}

/// Bounds of the histograms of durations, in seconds.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Bounds of the histograms of counts.
const COUNTS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The metrics of the process. Call it before anything is measured: the store takes its handles when it opens.
///
/// `None`: another recorder was installed.
pub fn metrics() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| install().ok()).as_ref()
}

fn install() -> Result<PrometheusHandle, metrics_exporter_prometheus::BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_changes".to_owned()), &COUNTS)?
        .install_recorder()?;
    describe_counter!("punchgate_http_requests_total", "Requests answered");
    describe_histogram!("punchgate_http_request_seconds", "Time from a request's head to its answer's head");
    Ok(handle)
}

/// Counts and measures the requests of a router, and names them in the log.
///
/// - `listener`: `public` or `operator`.
pub fn observed(router: Router, listener: &'static str) -> Router {
    router.layer(middleware::from_fn(move |request: Request, next: Next| observe(listener, request, next)))
}

async fn observe(listener: &'static str, request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = method(request.method());
    let span = tracing::info_span!("request", listener, http.method = method, http.route = %route);
    async move {
        let response = next.run(request).await;
        let (status, took) = (response.status().as_u16(), watch.elapsed());
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(http.status = status, duration_ms, "answered");
        let labels = [
            ("listener", listener.to_owned()),
            ("method", method.to_owned()),
            ("route", route),
            ("status", status.to_string()),
        ];
        histogram!("punchgate_http_request_seconds", labels.get(..3).unwrap_or_default()).record(took);
        counter!("punchgate_http_requests_total", &labels).increment(1);
        response
    }
    .instrument(span)
    .await
}

/// Methods that a stranger makes up must not become labels.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_level_or_directives() {
        for taken in ["info", "warn,punchgate::shell::store=debug", "off"] {
            assert!(LogFilter::parse(taken).is_ok(), "{taken}");
        }
        for refused in ["", " ", "inof", "loud=,", "info,", "=info", "punchgate=verbose"] {
            assert!(LogFilter::parse(refused).is_err(), "{refused}");
        }
    }
}
