//! The hub over HTTP/1.1, with or without TLS: bundles in and out, states, reports for people
//! with the admin token. Nothing here decides about items; that is the library's.

mod admin;
mod answer;
mod serve;
mod tls;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::HEXLOWER_PERMISSIVE;
use fieldcore::DeviceId;
use serde::Deserialize;
use tokio::sync::{Semaphore, watch};

use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::limits::{BODY_BYTES_MAX, BODY_DRAINED_MAX, BODY_TIMEOUT_S, QUEUE_MAX, RETRY_AFTER_S};
use crate::lock::ServeLock;
use answer::Problem;

const BODY_BYTES_MAX_64: u64 = BODY_BYTES_MAX as u64;
/// The media type of a bundle.
pub(crate) const BUNDLE_TYPE: &str = "application/vnd.fieldcore.bundle";

/// How a hub is served.
#[derive(Clone, Debug, Default)]
pub struct ServeOptions {
    /// PEM files of the certificate chain and its key; plain HTTP if absent.
    pub tls: Option<(PathBuf, PathBuf)>,
}

/// A hub being served on threads of its own.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    _lock: ServeLock,
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops taking requests, lets those under way finish, and returns when all is quiet.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Serves `hub` on `listener` until the answer is stopped or dropped. One process serves a
/// hub's folder at a time; commands that read or decide may run beside it.
pub fn serve(hub: Hub, listener: TcpListener, options: &ServeOptions) -> Result<Server> {
    let started = |error: std::io::Error| Error::Store { what: "starting the server", why: error.to_string() };
    let lock = ServeLock::take(hub.dir(), "fieldcore-hub serve")?;
    let tls = options.tls.as_ref().map(|(cert, key)| tls::acceptor(cert, key)).transpose()?;
    let address = listener.local_addr().map_err(started)?;
    listener.set_nonblocking(true).map_err(started)?;
    let token = hub.core().ring()?.admin_token()?;
    let app = router(Arc::new(App { hub, token, places: Arc::new(Semaphore::new(QUEUE_MAX)) }));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(QUEUE_MAX)
        .thread_name("hub-http")
        .enable_all()
        .build()
        .map_err(started)?;
    let (stop, stopped) = watch::channel(false);
    let thread = std::thread::Builder::new()
        .name("hub-server".to_owned())
        .spawn(move || runtime.block_on(serve::accept_all(listener, tls, app, stopped)))
        .map_err(started)?;
    Ok(Server { address, stop, thread: Some(thread), _lock: lock })
}

/// What every request sees.
pub(crate) struct App {
    hub: Hub,
    token: fieldcore::Secret,
    /// Requests that may be worked on or wait for that at one time.
    places: Arc<Semaphore>,
}

impl App {
    /// Runs blocking work of the library, unless too much waits already.
    async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Hub) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Error::Busy { retry_after_s: RETRY_AFTER_S })?;
        let app = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work, not by the request: who asks and goes away at once frees nothing.
            let _place = place;
            work(&app.hub)
        })
        .await;
        Ok(done.map_err(|_| Error::Stopping)??)
    }
}

fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/bundles", post(take_bundle))
        .route("/v1/state/{device}", get(give_state))
        .route("/health", get(health))
        .nest("/v1/admin", admin::gated(&app))
        .fallback(nothing_here)
        .method_not_allowed_fallback(another_method)
        .with_state(app)
}

async fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address", "see docs/wire-format.md")
}

async fn another_method() -> Problem {
    let what = "this address takes another method";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", what, "see docs/wire-format.md")
}

async fn health(State(app): State<Arc<App>>) -> std::result::Result<Response, Problem> {
    let lag_items = app.work(Hub::lag).await?;
    Ok(axum::Json(serde_json::json!({"ok": true, "lag_items": lag_items})).into_response())
}

async fn take_bundle(State(app): State<Arc<App>>, request: Request) -> std::result::Result<Response, Problem> {
    let body = read_body(request).await?;
    let answer = app.work(move |hub| hub.ingest(&body)).await?;
    Ok(([(header::CONTENT_TYPE, BUNDLE_TYPE)], answer).into_response())
}

pub(crate) async fn read_body(request: Request) -> std::result::Result<Vec<u8>, Problem> {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let asks_first = request.headers().contains_key(header::EXPECT);
    if length.is_some_and(|length| length > BODY_DRAINED_MAX || asks_first && length > BODY_BYTES_MAX_64) {
        return Err(too_large());
    }
    let read = tokio::time::timeout(Duration::from_secs(BODY_TIMEOUT_S), collect(request.into_body())).await;
    read.unwrap_or_else(|_| {
        Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the request did not arrive in time",
            "send it again, in a smaller bundle",
        ))
    })
}

/// The body's bytes. One that is too long is read on for a while and thrown away: an answer given while
/// the other side still writes may be lost with its connection.
async fn collect(body: Body) -> std::result::Result<Vec<u8>, Problem> {
    let mut body = std::pin::pin!(body);
    let (mut bytes, mut seen) = (Vec::new(), 0u64);
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let frame = frame.map_err(|_| {
            Problem::new(StatusCode::BAD_REQUEST, "cut_off", "the request ended before its end", "send it again")
        })?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len() as u64;
        match seen {
            0..=BODY_BYTES_MAX_64 => bytes.extend_from_slice(&data),
            BODY_DRAINED_MAX.. => break,
            _ => bytes = Vec::new(),
        }
    }
    if seen > BODY_BYTES_MAX_64 { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> Problem {
    let what = format!("the request is larger than {BODY_BYTES_MAX} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", what, "send smaller bundles")
}

#[derive(Deserialize)]
struct StateQuery {
    #[serde(default)]
    nonce: String,
}

async fn give_state(
    State(app): State<Arc<App>>,
    device: std::result::Result<Path<String>, PathRejection>,
    query: std::result::Result<Query<StateQuery>, QueryRejection>,
) -> std::result::Result<Response, Problem> {
    let (Path(device), Query(query)) = (device?, query?);
    let device = DeviceId::parse(&device).map_err(Error::from)?;
    let nonce =
        HEXLOWER_PERMISSIVE.decode(query.nonce.as_bytes()).ok().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let Some(nonce) = nonce else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad_nonce",
            "the nonce must be 32 hexadecimal digits",
            "ask with ?nonce= and 16 fresh random bytes in hexadecimal",
        ));
    };
    let answer = app.work(move |hub| hub.state(device, nonce)).await?;
    Ok(([(header::CONTENT_TYPE, BUNDLE_TYPE)], answer).into_response())
}
