//! Reports for people and programs that hold the admin token.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::HEXLOWER_PERMISSIVE;
use fieldcore::Secret;
use serde::Deserialize;

use super::answer::Problem;
use super::{App, read_body};
use crate::hub::Hub;
use crate::reports::model::LedgerBy;

type Answer = Result<Response, Problem>;

#[derive(Deserialize)]
struct RoundQuery {
    round: Option<String>,
    by: Option<String>,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/figures", get(figures))
        .route("/stock", get(stock))
        .route("/ledger", get(ledger))
        .route("/trace/{tube}", get(trace))
        .route("/person", post(person))
        .route("/conflicts", get(conflicts))
        .route("/held", get(held))
        .route("/devices", get(devices))
}

/// Refuses who does not hold the token; compared in constant time.
async fn allowed(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
    let given = given.and_then(|hex| HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok());
    let given = given.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(Secret::new);
    if given.is_some_and(|given| given == app.token) {
        return next.run(request).await;
    }
    tracing::warn!("an admin request without the token was refused");
    let what = "this address needs the hub's admin token";
    let next = "send `Authorization: Bearer` with the text of keys/admin.token in the hub's folder";
    let mut response = Problem::new(StatusCode::UNAUTHORIZED, "admin_only", what, next).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, axum::http::HeaderValue::from_static("Bearer"));
    response
}

/// Puts the gate in front of every route.
pub(super) fn gated(app: &Arc<App>) -> Router<Arc<App>> {
    router().layer(from_fn_with_state(Arc::clone(app), allowed))
}

type Asked = Result<Query<RoundQuery>, QueryRejection>;

async fn figures(State(app): State<Arc<App>>, query: Asked) -> Answer {
    let Query(query) = query?;
    let figures = app.work(move |hub| hub.figures(query.round.as_deref())).await?;
    Ok(Json(figures).into_response())
}

async fn stock(State(app): State<Arc<App>>) -> Answer {
    Ok(Json(app.work(Hub::stock).await?).into_response())
}

async fn ledger(State(app): State<Arc<App>>, query: Asked) -> Answer {
    let Query(query) = query?;
    let by = query.by.as_deref().map_or(Some(LedgerBy::Lane), LedgerBy::from_text);
    let Some(by) = by else {
        let next = "use lane, round, site, operator or place";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_query", "`by` is none of the known words", next));
    };
    let ledger = app.work(move |hub| hub.ledger(query.round.as_deref(), by)).await?;
    Ok(Json(ledger).into_response())
}

async fn trace(State(app): State<Arc<App>>, tube: Result<Path<String>, PathRejection>) -> Answer {
    let Path(tube) = tube?;
    let found = app.work(move |hub| hub.trace(&tube)).await?;
    Ok(Json(serde_json::json!({"tubes": found})).into_response())
}

/// The number comes in the body: addresses end up in logs.
async fn person(State(app): State<Arc<App>>, request: Request) -> Answer {
    let body = read_body(request).await?;
    let number = String::from_utf8_lossy(&body).trim().to_owned();
    let found = app.work(move |hub| hub.person(&number)).await?;
    Ok(Json(serde_json::json!({"sightings": found})).into_response())
}

async fn conflicts(State(app): State<Arc<App>>) -> Answer {
    Ok(Json(app.work(Hub::conflicts).await?).into_response())
}

async fn held(State(app): State<Arc<App>>) -> Answer {
    Ok(Json(serde_json::json!({"held": app.work(Hub::held).await?})).into_response())
}

async fn devices(State(app): State<Arc<App>>) -> Answer {
    Ok(Json(serde_json::json!({"devices": app.work(Hub::devices).await?})).into_response())
}
