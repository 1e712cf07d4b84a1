//! Who may see the pages: a password, a cookie of this browser, a token in every form.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Form,
    extract::{Extension, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{SignedDuration, Timestamp};
use maud::html;
use ring::digest;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::{
    flow::secret::Secret,
    shell::{
        app::{App, AppError},
        entropy::Entropy,
        operator::{password_is_set, verify_password},
        web::{
            look::{Tone, notice},
            peer::peer,
        },
    },
};

use super::{SharedAdmin, Trouble, frame};

const COOKIE: &str = "punchgate_operator";
/// How long a login lasts.
const LOGIN_LIFETIME: SignedDuration = SignedDuration::from_hours(10);
/// Logins kept; the oldest makes room.
const LOGINS_KEPT: usize = 100;
/// Wrong passwords of one address within [`WRONG_WINDOW`], after which it must wait.
const WRONG_MOST: usize = 5;
const WRONG_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Addresses whose wrong passwords are remembered.
const ADDRESSES_KEPT: usize = 1_000;

/// Who is logged in, and who guesses.
pub(super) struct Access {
    logins: Mutex<HashMap<[u8; 32], Login>>,
    wrong: Mutex<BTreeMap<String, VecDeque<Timestamp>>>,
    /// Hashing takes memory: one guess at a time.
    one_guess: Semaphore,
}

/// One browser that knows the password.
#[derive(Clone)]
pub(super) struct Login {
    /// Stands in every form of this login.
    pub(super) token: Arc<str>,
    key: [u8; 32],
    until: Timestamp,
}

impl Default for Access {
    fn default() -> Self {
        Self { logins: Mutex::default(), wrong: Mutex::default(), one_guess: Semaphore::new(1) }
    }
}

impl Access {
    /// Makes a login: the cookie's value.
    fn begin(&self, entropy: &Entropy, now: Timestamp) -> Result<String, AppError> {
        let random = |bytes: [u8; 16]| format!("{:032x}", u128::from_be_bytes(bytes));
        let (cookie, token) = (random(entropy.bytes()?), random(entropy.bytes()?));
        let until = now.checked_add(LOGIN_LIFETIME).unwrap_or(Timestamp::MAX);
        let login = Login { token: token.into(), key: digest_of(&cookie), until };
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.retain(|_, login| now < login.until);
        while logins.len() >= LOGINS_KEPT {
            let Some(oldest) = logins.values().min_by_key(|login| login.until).map(|login| login.key) else {
                break;
            };
            logins.remove(&oldest);
        }
        logins.insert(login.key, login);
        Ok(cookie)
    }

    fn find(&self, cookie: &str, now: Timestamp) -> Option<Login> {
        let logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.get(&digest_of(cookie)).filter(|login| now < login.until).cloned()
    }

    fn end(&self, login: &Login) {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner).remove(&login.key);
    }

    /// Whether this address has guessed too often.
    fn must_wait(&self, address: &str, now: Timestamp) -> bool {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(times) = wrong.get_mut(address) else { return false };
        times.retain(|at| now.duration_since(*at) < WRONG_WINDOW);
        times.len() >= WRONG_MOST
    }

    fn guessed_wrong(&self, address: &str, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= ADDRESSES_KEPT {
            wrong.retain(|_, times| times.back().is_some_and(|at| now.duration_since(*at) < WRONG_WINDOW));
        }
        if wrong.len() < ADDRESSES_KEPT || wrong.contains_key(address) {
            wrong.entry(address.to_owned()).or_default().push_back(now);
        }
    }
}

/// Cookies are found by their digest: no comparison tells how much of a guess was right.
fn digest_of(cookie: &str) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, cookie.as_bytes());
    let mut key = [0; 32];
    key.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    key
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Who is logged in.
pub(super) fn logged_in(admin: &super::Admin, headers: &HeaderMap) -> Option<Login> {
    admin.access.find(cookie(headers)?, admin.app.now())
}

/// Lets through who is logged in; a form must carry its login's token.
pub(super) async fn guard(
    State(admin): State<SharedAdmin>,
    mut request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    let login = cookie(request.headers()).and_then(|cookie| admin.access.find(cookie, admin.app.now()));
    let Some(login) = login else {
        let safe = *request.method() == Method::GET;
        let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let wanted = percent_encoding::utf8_percent_encode(wanted, percent_encoding::NON_ALPHANUMERIC);
        let to = if safe { format!("/login?to={wanted}") } else { "/login".to_owned() };
        return Ok(Redirect::to(&to).into_response());
    };
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        let (parts, body) = request.into_parts();
        let Ok(bytes) = axum::body::to_bytes(body, crate::model::limits::FORM_BYTES).await else {
            return Ok((StatusCode::PAYLOAD_TOO_LARGE, "the form is too large\n").into_response());
        };
        let sent = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "token");
        if sent.is_none_or(|(_, value)| *value != *login.token) || foreign(&parts.headers) {
            return Ok(frame::stale_form());
        }
        request = Request::from_parts(parts, bytes.into());
    }
    request.extensions_mut().insert(login);
    Ok(next.run(request).await)
}

/// The browser says that another site sends the form.
pub(super) fn foreign(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    to: Option<String>,
}

/// A path of ours, whatever the address says.
fn own_path(to: Option<&str>) -> &str {
    let own = |to: &&str| to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    to.filter(own).unwrap_or("/")
}

pub(super) async fn login_page(
    State(admin): State<SharedAdmin>,
    axum::extract::Query(wanted): axum::extract::Query<Wanted>,
) -> Result<Response, Trouble> {
    let set = password_is_set(&admin.app).await?;
    let message = (!set).then(|| {
        html! { "No password is set yet. Set one with " code { "punchgate operator set-password" } "." }
    });
    let message = message.map(|text| notice(Tone::Warning, &text));
    Ok(frame::login(&admin.assets, own_path(wanted.to.as_deref()), message, StatusCode::OK))
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    password: String,
    to: Option<String>,
}

pub(super) async fn login(
    State(admin): State<SharedAdmin>,
    headers: HeaderMap,
    extensions: axum::http::Extensions,
    Form(form): Form<Credentials>,
) -> Result<Response, Trouble> {
    let app: &App = &admin.app;
    let address = peer(app, &headers, &extensions).unwrap_or_default();
    let to = own_path(form.to.as_deref()).to_owned();
    let refused = |status, text: &str| {
        let message = notice(Tone::Bad, &html! { (text) });
        Ok(frame::login(&admin.assets, &to, Some(message), status))
    };
    let guess = admin.access.one_guess.acquire().await;
    if admin.access.must_wait(&address, app.now()) {
        tracing::warn!(peer = %address, "too many wrong operator passwords");
        let text = "Too many wrong passwords. Try again in 15 minutes.";
        return refused(StatusCode::TOO_MANY_REQUESTS, text);
    }
    let right = verify_password(app, &Secret::new(&form.password)).await?;
    if !right {
        admin.access.guessed_wrong(&address, app.now());
        drop(guess);
        tracing::warn!(peer = %address, "a wrong operator password");
        return refused(StatusCode::FORBIDDEN, "This is not the operator's password.");
    }
    tracing::info!(peer = %address, "the operator logged in");
    let value = admin.access.begin(&app.entropy, app.now())?;
    let mut response = Redirect::to(&to).into_response();
    set_cookie(&mut response, &value, LOGIN_LIFETIME.as_secs(), is_https(app, &headers, &extensions));
    Ok(response)
}

pub(super) async fn logout(State(admin): State<SharedAdmin>, Extension(login): Extension<Login>) -> Response {
    admin.access.end(&login);
    let mut response = Redirect::to("/login").into_response();
    set_cookie(&mut response, "", 0, false);
    response
}

/// A trusted proxy says that the browser speaks TLS with it.
fn is_https(app: &App, headers: &HeaderMap, extensions: &axum::http::Extensions) -> bool {
    let socket = extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
    let trusted = socket.is_some_and(|socket| app.trusted_proxies.trusts(socket.0.ip()));
    trusted && headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https")
}

fn set_cookie(response: &mut Response, value: &str, seconds: i64, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_our_own_pages_only() {
        assert_eq!(own_path(Some("/orders?x=1")), "/orders?x=1");
        for foreign in
            [None, Some("https://evil.example"), Some("//evil.example"), Some("/\\evil.example"), Some("")]
        {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn wrong_passwords_are_counted_by_address_and_forgotten() {
        let access = Access::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        for second in 0..5 {
            assert!(!access.must_wait("a", at(second)));
            access.guessed_wrong("a", at(second));
        }
        assert!(access.must_wait("a", at(10)));
        assert!(!access.must_wait("b", at(10)));
        assert!(!access.must_wait("a", at(10 + 15 * 60)));
    }

    #[test]
    fn a_login_ends() {
        let access = Access::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let cookie = access.begin(&Entropy::default(), at(0)).unwrap();
        assert!(access.find(&cookie, at(35_999)).is_some());
        assert!(access.find(&cookie, at(36_000)).is_none());
        assert!(access.find("guess", at(0)).is_none());
        access.end(&access.find(&cookie, at(1)).unwrap());
        assert!(access.find(&cookie, at(1)).is_none());
    }
}
